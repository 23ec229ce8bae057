/// How long things took: counts in buckets whose width grows with the duration, so that a quantile is right to 1/8.
///
/// A fixed 2 KB; adding is one shift and one increment. Durations are ns.
package struct LatencyHistogram: Hashable, Sendable {
    /// Eight buckets for every doubling.
    private static let stepsPerDoubling = 8
    /// Up to 2^38 ns, four and a half minutes; whatever is longer falls into the last bucket, which ends with the longest.
    private static let doublings = 32
    /// Durations below 2^7 ns fall into the first bucket.
    private static let smallestShift = 7

    private var counts = [UInt64](repeating: 0, count: doublings * stepsPerDoubling)
    /// Durations added.
    package private(set) var count: UInt64 = 0
    /// The longest, ns.
    package private(set) var longest: Int64 = 0

    /// Nothing added yet.
    package init() {}

    /// Adds a duration as often as it occurred; a negative one (two clocks that disagree) counts as 0.
    package mutating func add(_ nanoseconds: Int64, times: UInt64 = 1) {
        counts[Self.bucket(nanoseconds)] += times
        count += times
        longest = max(longest, nanoseconds)
    }

    /// Adds what another histogram holds.
    package mutating func add(_ other: Self) {
        for index in counts.indices { counts[index] += other.counts[index] }
        count += other.count
        longest = max(longest, other.longest)
    }

    /// The duration that a share of all (0…1) did not exceed, ns: the upper end of its bucket; nil when nothing was added.
    package func quantile(_ share: Double) -> Int64? {
        guard count > 0 else { return nil }
        let wanted = max(1, UInt64((Double(count) * min(max(share, 0), 1)).rounded(.up)))
        var sum: UInt64 = 0
        for (index, bucket) in counts.enumerated() {
            sum += bucket
            if sum >= wanted { return min(Self.upperEnd(index), max(longest, 1)) }
        }
        return longest
    }

    /// How many durations were at most as long as each of these ends (ns, ascending) and longer than the one before; the
    /// last number is of those beyond the last end.
    package func counts(upTo ends: [Int64]) -> [UInt64] {
        var result = [UInt64](repeating: 0, count: ends.count + 1)
        for (index, bucket) in counts.enumerated() where bucket > 0 {
            let end = Self.upperEnd(index)
            result[ends.firstIndex { end <= $0 } ?? ends.count] += bucket
        }
        return result
    }

    private static func bucket(_ nanoseconds: Int64) -> Int {
        let scaled = UInt64(max(0, nanoseconds)) >> UInt64(smallestShift - 3)
        guard scaled >= UInt64(stepsPerDoubling) else { return Int(scaled) }
        let doubling = 63 - scaled.leadingZeroBitCount - 2
        let step = Int(scaled >> UInt64(doubling - 1)) & (stepsPerDoubling - 1)
        return min(doubling * stepsPerDoubling + step, doublings * stepsPerDoubling - 1)
    }

    private static func upperEnd(_ bucket: Int) -> Int64 {
        if bucket == doublings * stepsPerDoubling - 1 { return .max }
        let (doubling, step) = bucket.quotientAndRemainder(dividingBy: stepsPerDoubling)
        let unit = Int64(1) << Int64(smallestShift - 3)
        if doubling == 0 { return Int64(step + 1) * unit }
        return Int64(stepsPerDoubling + step + 1) * unit << Int64(doubling - 1)
    }
}
