import EngineAPI
import MarketTime

/// How cells of several slots are told.
package enum HeatBucket: Hashable, Sendable {
    /// By all volume of their slots over all that is usual for them.
    case sum
    /// By the hottest of their slots.
    case hottest
}

/// How far the day of some volumes has come.
struct HeatClock: Hashable, Sendable {
    /// A slot says nothing before so many of its seconds have passed.
    static let secondsMin = 30.0

    /// Slots that have ended.
    let completed: Int
    /// Elapsed share of the next one.
    let fraction: Double

    /// A day that is over.
    static let over = HeatClock(DayProgress(completedSlots: Slot.count, fraction: 0))

    /// A point in a day.
    init(_ progress: DayProgress) { (completed, fraction) = (progress.completedSlots, progress.fraction) }

    /// The slot that runs; nil before the day and after it.
    var running: Int? { completed < Slot.count && (completed > 0 || fraction > 0) ? completed : nil }
    /// The newest slot that has begun; the first one before the day.
    var newest: Int { min(completed, Slot.count - 1) }
    /// Whether the running slot says something already.
    var isRunningCounted: Bool { fraction * Double(Slot.seconds) >= Self.secondsMin }

    /// The share of a slot's usual volume to be expected by now: 0 for one that does not count yet.
    func share(_ slot: Int) -> Double {
        if slot < completed { return 1 }
        return slot == completed && isRunningCounted ? fraction : 0
    }
}

/// What a cell says.
enum HeatReading: Hashable, Sendable {
    /// Volume over what is usual.
    case value(Double)
    /// Nobody knows its volume.
    case missing
    /// Nobody knows what is usual.
    case noAverage
    /// Its slot began less than ``HeatClock/secondsMin`` ago.
    case early
    /// It has not begun.
    case future

    /// The number; NaN without one.
    var number: Double {
        if case .value(let value) = self { return value }
        return .nan
    }
}

/// Volume and usual volume of some slots, put together.
struct HeatSum: Sendable {
    /// Shares traded.
    private(set) var volume = 0.0
    /// Shares that are usual by now.
    private(set) var average = 0.0
    /// The highest value of a slot; −1 without any.
    private(set) var hottest = -1.0
    /// The first slot that has it.
    private(set) var hottestSlot = 0
    private var counted = 0
    private var unknown = 0
    private var withoutAverage = 0
    private var early = 0

    /// Adds a slot of which a share has elapsed.
    @inline(__always)
    mutating func add(_ slot: Int, volume own: Float, average usual: Float, share: Double, floor: Double) {
        guard share > 0 else { return }
        guard !own.isNaN else {
            unknown += 1
            return
        }
        guard !usual.isNaN else {
            withoutAverage += 1
            return
        }
        let (own, usual) = (Double(own), Double(max(usual, 0)) * share)
        counted += 1
        volume += own
        average += usual
        let value = Self.ratio(own, usual, floor: floor)
        if value > hottest { (hottest, hottestSlot) = (value, slot) }
    }

    /// Notes that one of the slots has begun just now.
    mutating func noteEarly() { early += 1 }

    /// Whether anything is known.
    var isCounted: Bool { counted > 0 }

    /// Volume over what is usual; where nothing ever traded, a floor stands for it.
    ///
    /// A stock that never trades at this time and now does is what a trader looks for; nothing traded is nothing.
    @inline(__always)
    static func ratio(_ volume: Double, _ average: Double, floor: Double) -> Double {
        if average > 0 { return volume / average }
        return volume > 0 ? volume / max(floor, 1) : 0
    }

    /// What these slots say together.
    func reading(_ bucket: HeatBucket, floor: Double) -> HeatReading {
        if counted > 0 {
            return .value(bucket == .sum ? Self.ratio(volume, average, floor: floor) : hottest)
        }
        if withoutAverage > 0 { return .noAverage }
        if unknown > 0 { return .missing }
        return early > 0 ? .early : .future
    }
}

/// The slots of one ticker on one day: 192 volumes and as many averages within larger arrays.
struct HeatRow: Sendable {
    private let volumes: [Float]
    private let averages: [Float]
    private let base: Int
    private let clock: HeatClock
    private let floor: Double

    /// Row `index` of arrays that hold 192 numbers a row.
    ///
    /// - Parameters:
    ///   - clock: How far the day of the volumes has come.
    ///   - live: How far it has come by the clock: a row that the stream told more of follows it.
    ///   - floor: Shares that count as usual where nothing ever traded.
    init(volumes: [Float], averages: [Float], index: Int, clock: HeatClock, live: HeatClock? = nil, floor: Double) {
        self.volumes = volumes
        self.averages = averages
        self.floor = floor
        base = index * Slot.count
        var clock = clock
        // Delayed snapshots lie behind the stream; a slot that follows the running one says that that has ended.
        let next = clock.completed + 1
        if let live, next < Slot.count, live.completed >= next, !volumes[base + next].isNaN {
            var last = next
            while last + 1 < Slot.count, !volumes[base + last + 1].isNaN { last += 1 }
            clock =
                last == live.completed
                ? live : HeatClock(DayProgress(completedSlots: min(last, live.completed) + 1, fraction: 0))
        }
        self.clock = clock
    }

    /// Adds slots to a sum.
    @inline(__always)
    func add(_ slots: Range<Int>, to sum: inout HeatSum) {
        for slot in slots {
            let index = base + slot
            sum.add(
                slot,
                volume: volumes[index],
                average: averages[index],
                share: clock.share(slot),
                floor: floor
            )
            if slot == clock.completed, clock.running == slot, !clock.isRunningCounted { sum.noteEarly() }
        }
    }

    /// Volume and usual volume of some slots.
    func sum(_ slots: Range<Int>) -> HeatSum {
        var sum = HeatSum()
        add(slots, to: &sum)
        return sum
    }

    /// What some slots say: each alone, or everything from the day's start to their end.
    func reading(_ slots: Range<Int>, _ bucket: HeatBucket, isCumulative: Bool) -> HeatReading {
        let own = sum(slots)
        guard isCumulative, own.isCounted else { return own.reading(isCumulative ? .sum : bucket, floor: floor) }
        return sum(0..<slots.upperBound).reading(.sum, floor: floor)
    }

    /// Slots that have begun.
    var begun: Int { clock.completed + (clock.running != nil && clock.fraction > 0 ? 1 : 0) }

    /// What one slot says alone; nil when it says no number.
    @inline(__always)
    func value(_ slot: Int) -> Double? {
        let (share, own, usual) = (clock.share(slot), volumes[base + slot], averages[base + slot])
        guard share > 0, !own.isNaN, !usual.isNaN else { return nil }
        return HeatSum.ratio(Double(own), Double(max(usual, 0)) * share, floor: floor)
    }

    /// What a sum of this row's slots says.
    func reading(_ sum: HeatSum, _ bucket: HeatBucket) -> HeatReading { sum.reading(bucket, floor: floor) }

    /// Shares traded in those of the slots that are known; nil when none is.
    func traded(_ slots: Range<Int>) -> Double? { Self.total(volumes[cells(slots)]) }

    /// Shares that are usual in whole slots; nil without a baseline.
    func usual(_ slots: Range<Int>) -> Double? { Self.total(averages[cells(slots)]) }

    private func cells(_ slots: Range<Int>) -> Range<Int> { (base + slots.lowerBound)..<(base + slots.upperBound) }

    private static func total(_ values: ArraySlice<Float>) -> Double? {
        let known = values.lazy.filter { !$0.isNaN }
        return known.isEmpty ? nil : known.reduce(0) { $0 + Double($1) }
    }

    /// The first slot whose own value reaches a bound; nil when none does.
    func firstSlot(reaching bound: Double) -> Int? {
        (0...min(clock.newest, Slot.count - 1)).first { sum($0..<($0 + 1)).reading(.sum, floor: floor).number >= bound }
    }

    /// The elapsed share of the running slot, when that is one of these.
    func elapsed(in slots: Range<Int>) -> Double? {
        clock.running.flatMap { slots.contains($0) ? clock.fraction : nil }
    }

    /// The newest of the slots that says something, for "RVOL now".
    var newest: Int { clock.isRunningCounted || clock.completed == 0 ? clock.newest : max(0, clock.completed - 1) }
}
