import MarketData

/// The last 64 quotes of a ticker, by time, to tell which was in force at a moment.
///
/// Late ones are put where they belong; of equal times the one that arrived last counts.
struct QuoteRing: Sendable {
    /// Bid and offer from a moment on, USD; NaN for a side nobody takes.
    struct Entry: Sendable {
        var time: Int64
        var bid: Double
        var ask: Double
    }

    static let countMax = 64

    /// Ascending by time from `first`, going round once full.
    private var entries: [Entry] = []
    private var first = 0
    /// The newest by time, with its sizes.
    private(set) var newest: TapeQuote?

    mutating func insert(_ quote: TapeQuote) {
        if quote.time >= newest?.time ?? .min { newest = quote }
        let entry = Entry(time: quote.time, bid: quote.bid, ask: quote.ask)
        var index = entries.count
        while index > 0, entries[position(index - 1)].time > quote.time { index -= 1 }
        guard entries.count == Self.countMax else {
            entries.insert(entry, at: index)
            return
        }
        // Full: the oldest leaves; one older than that is of no use.
        guard index > 0 else { return }
        if index == entries.count {
            entries[first] = entry
            first = position(1)
            return
        }
        for older in 0..<index - 1 { entries[position(older)] = entries[position(older + 1)] }
        entries[position(index - 1)] = entry
    }

    /// The newest quote at or before a time; nil when none is known that old.
    func inForce(at time: Int64) -> Entry? {
        var index = entries.count
        while index > 0 {
            let entry = entries[position(index - 1)]
            if entry.time <= time { return entry }
            index -= 1
        }
        return nil
    }

    private func position(_ index: Int) -> Int { (first + index) & (Self.countMax - 1) }
}
