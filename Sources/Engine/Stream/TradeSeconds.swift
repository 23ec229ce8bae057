import MarketTime

/// Trades of the last seconds, second by second, for those tickers whose trades arrive: what the volume of the newest
/// aggregate lacks, and how many there were in the last minute.
///
/// A ring of ``length`` seconds per ticker, 1.3 KB; rings are made when they are first needed and kept for the day.
struct TradeSeconds: Sendable {
    /// Seconds held.
    static let length = 64

    /// Second of the trading day + 1; 0 where nothing has been noted.
    private var stamps: [Int32] = []
    private var shares: [Double] = []
    private var counts: [Int32] = []
    /// Per ring: shares of seconds that fell out before an aggregate covered them, taken for as old as the oldest.
    private var carried: [Double] = []
    private var carriedSecond: [Int32] = []

    /// Makes a ring and gives its number.
    mutating func addRing() -> Int32 {
        stamps.append(contentsOf: repeatElement(0, count: Self.length))
        shares.append(contentsOf: repeatElement(0, count: Self.length))
        counts.append(contentsOf: repeatElement(0, count: Self.length))
        carried.append(0)
        carriedSecond.append(.max)
        return Int32(carried.count - 1)
    }

    /// Notes trades of a second.
    ///
    /// - Parameters:
    ///   - ring: From ``addRing()``.
    ///   - second: Since 04:00 ET, not negative.
    ///   - shares: Those that no aggregate covers so far.
    ///   - count: Trades.
    ///   - covered: The second before which everything is covered by an aggregate.
    mutating func add(ring: Int32, second: Int32, shares volume: Double, count: Int32, covered: Int32) {
        let index = Int(ring) * Self.length + Int(second) % Self.length
        let stamp = second + 1
        if stamps[index] != stamp {
            guard stamps[index] < stamp else {
                carry(ring, second, volume)
                return
            }
            if shares[index] > 0, stamps[index] - 1 >= covered { carry(ring, stamps[index] - 1, shares[index]) }
            stamps[index] = stamp
            shares[index] = 0
            counts[index] = 0
        }
        shares[index] += volume
        counts[index] += count
    }

    private mutating func carry(_ ring: Int32, _ second: Int32, _ volume: Double) {
        guard volume > 0 else { return }
        carried[Int(ring)] += volume
        carriedSecond[Int(ring)] = min(carriedSecond[Int(ring)], second)
    }

    /// The shares of seconds from one on; what is older is covered by an aggregate and forgotten.
    mutating func rest(ring: Int32, from second: Int32) -> Double {
        var sum = 0.0
        if carriedSecond[Int(ring)] >= second {
            sum = carried[Int(ring)]
        } else {
            carried[Int(ring)] = 0
            carriedSecond[Int(ring)] = .max
        }
        let base = Int(ring) * Self.length
        for index in base..<base + Self.length {
            if stamps[index] > second { sum += shares[index] } else { shares[index] = 0 }
        }
        return sum
    }

    /// Trades of the 60 s that end with a second, it included.
    func countOfMinute(ring: Int32, endingWith second: Int32) -> Int {
        var count = 0
        let base = Int(ring) * Self.length
        for index in base..<base + Self.length where stamps[index] > second - 59 && stamps[index] <= second + 1 {
            count += Int(counts[index])
        }
        return count
    }
}
