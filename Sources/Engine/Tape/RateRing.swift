/// What was traded in each of the last 64 seconds, by the trades' own time.
///
/// Trades older than that are not counted, nor is a second that still lies ahead of the time asked for.
struct RateRing: Sendable {
    private static let seconds = 64

    private struct Second {
        var second: Int64 = .min
        var trades = 0
        var dollars = 0.0
        /// Shares traded at or above the offer.
        var askShares = 0.0
        /// Shares traded against a known quote.
        var knownShares = 0.0
    }

    private var ring: [Second] = []

    mutating func add(time: Int64, trades: Int, dollars: Double, askShares: Double, knownShares: Double) {
        if ring.isEmpty { ring = Array(repeating: Second(), count: Self.seconds) }
        let second = Self.second(time)
        let place = Int(truncatingIfNeeded: second) & (Self.seconds - 1)
        guard ring[place].second <= second else { return }
        if ring[place].second < second { ring[place] = Second(second: second) }
        ring[place].trades += trades
        ring[place].dollars += dollars
        ring[place].askShares += askShares
        ring[place].knownShares += knownShares
    }

    /// Trades and dollars a second, over the five whole seconds before the running one.
    func perSecond(now: Int64) -> (trades: Double, dollars: Double) {
        let end = Self.second(now)
        var trades = 0
        var dollars = 0.0
        for second in ring where second.second >= end - 5 && second.second < end {
            trades += second.trades
            dollars += second.dollars
        }
        return (Double(trades) / 5, dollars / 5)
    }

    /// Trades, and the share of the volume at or above the offer, of the running second and the 59 before it; the share
    /// is NaN when nothing was traded against a known quote.
    func lastMinute(now: Int64) -> (trades: Int, askShare: Double) {
        let end = Self.second(now)
        var trades = 0
        var ask = 0.0
        var known = 0.0
        for second in ring where second.second > end - 60 && second.second <= end {
            trades += second.trades
            ask += second.askShares
            known += second.knownShares
        }
        return (trades, known > 0 ? ask / known : .nan)
    }

    private static func second(_ time: Int64) -> Int64 { time >= 0 ? time / 1_000_000_000 : -1 }
}
