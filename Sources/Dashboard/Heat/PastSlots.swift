package import MarketData
package import MarketTime

/// Which slots of past days are wanted.
package struct PastSlotQuery: Hashable, Sendable {
    /// Most tickers of a query.
    package static let symbolsMax = 160
    /// Most days of a query.
    package static let daysMax = 60

    /// Whose, in the order of the answer's rows.
    package var symbols: [Symbol]
    /// How many trading days before today the newest one lies: 1 is the day before.
    package var daysBack: Int
    /// How many days, the newest first; 1 but for one ticker over many days.
    package var days: Int

    /// A query.
    package init(symbols: [Symbol], daysBack: Int, days: Int = 1) {
        self.symbols = symbols
        self.daysBack = daysBack
        self.days = days
    }
}

/// Slots of past days beside what was usual for them then: a row for each ticker and day.
package struct PastSlots: Hashable, Sendable {
    /// What was asked.
    package var query: PastSlotQuery
    /// Whose, by row: ticker after ticker, the newest day first.
    package var symbols: [Symbol] = []
    /// Of which trading day, by row.
    package var days: [DayID] = []
    /// Rows × 192 own volumes, shares; NaN where not stored.
    package var volumes: [Float] = []
    /// Rows × 192 mean own volumes of the lookback before that day, shares; NaN without a baseline.
    package var averages: [Float] = []
    /// Why nothing can be shown, as a sentence; nil when something can.
    package var problem: String?

    /// No rows.
    package init(query: PastSlotQuery) { self.query = query }

    /// Whether every part has the length the others say.
    package var isSound: Bool {
        let cells = symbols.count * Slot.count
        return days.count == symbols.count && volumes.count == cells && averages.count == cells
    }
}

/// Which slots of past days were asked for, and which are to be once the selection has rested.
struct PastAsk: Hashable, Sendable {
    /// What was sent last; nil while none are wanted.
    private(set) var sent: PastSlotQuery?
    /// What is to be sent.
    private(set) var pending: Pending?

    /// A question that has not rested long enough.
    struct Pending: Hashable, Sendable {
        var query: PastSlotQuery
        var since: Instant
        /// When it has rested.
        var dueAt: Instant
    }

    /// What to send now: at once when another day is wanted, after a rest when other tickers are.
    ///
    /// - Parameters:
    ///   - desired: What would be sent; nil when no past day is shown.
    ///   - needed: The tickers on the screen: while all of them have been asked for, nothing is.
    mutating func update(
        _ desired: PastSlotQuery?,
        needed: [Symbol],
        now: Instant,
        pace: Double
    ) -> PastSlotQuery? {
        guard let desired else {
            self = Self()
            return nil
        }
        guard let sent, sent.daysBack == desired.daysBack, sent.days == desired.days else { return send(desired) }
        guard !needed.allSatisfy(sent.symbols.contains) else {
            pending = nil
            return nil
        }
        guard let waiting = pending, waiting.query == desired, waiting.since <= now else {
            let rest = Int64(Double(LookState.restMilliseconds) * pace)
            pending = Pending(query: desired, since: now, dueAt: now.adding(milliseconds: rest))
            return nil
        }
        return waiting.dueAt <= now ? send(desired) : nil
    }

    private mutating func send(_ query: PastSlotQuery) -> PastSlotQuery {
        (sent, pending) = (query, nil)
        return query
    }
}
