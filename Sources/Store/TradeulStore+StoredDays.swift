package import EngineAPI
import GRDB
package import MarketData
package import MarketTime

/// What the store has of one day's slots.
package struct StoredSlotDay: Hashable, Sendable {
    /// The day.
    package var day: DayID
    /// Symbols with a row.
    package var rows: Int
    /// Symbols whose 192 slots are all known.
    package var completeRows: Int
    /// Where the rows came from, in alphabetical order; more than one when a day was mended.
    ///
    /// A source this program does not know is left out.
    package var sources: [SlotSource]

    /// Whether every stored row is complete.
    package var isComplete: Bool { rows > 0 && completeRows == rows }
}

/// A symbol's day whose complete slots add up to less than its daily bar says.
package struct ShortRow: Hashable, Sendable {
    /// The symbol.
    package var symbol: Symbol
    /// C(191) of the stored slots, shares.
    package var slotVolume: Int64
    /// Volume of the daily bar, shares.
    package var barVolume: Double
}

extension TradeulStore {
    /// What is known of some days, in their order; milliseconds unless a day was written since it was last counted.
    ///
    /// - Throws: ``StoreError``.
    package func storedDays(_ days: [MarketDay]) throws -> [StoredDay] {
        try refreshSummaries()
        let calendar = try calendar(of: days)
        return try reading { db in
            try days.map { try DaySummary.of($0.date, calendar, db).storedDay($0) }
        }
    }

    /// Minutes of trading that a stored day should cover by the calendar; nil when the day is not known to the store.
    ///
    /// - Throws: ``StoreError``.
    package func expectedMinutes(of day: DayID) throws -> Int? {
        try refreshSummaries()
        return try reading { db in
            let select = try RawStatement(db, "SELECT expected_minutes FROM slot_days WHERE date = ?1")
            defer { select.reset() }
            try select.bind(1, day.iso)
            return try select.step() ? Int(select.integer(0)) : nil
        }
    }

    /// Symbols that traded on a day by their daily bar and have no complete slots, most dollars first, at most `limit`.
    ///
    /// - Throws: ``StoreError``.
    package func missingSymbols(on day: DayID, limit: Int) throws -> [Symbol] {
        try reading { db in
            var walk = try DayWalk(day, symbol: nil, db)
            defer { walk.end() }
            var missing: [DayWalk.Entry] = []
            while let entry = try walk.next() {
                if entry.traded && !entry.isComplete { missing.append(entry) }
            }
            return missing.sorted { ($1.dollars, $0.symbol) < ($0.dollars, $1.symbol) }.prefix(max(0, limit))
                .map(\.symbol)
        }
    }

    /// Symbols with complete slots on a day that hold less than `share` of the volume of their daily bar, most shares
    /// short first, at most `limit`.
    ///
    /// Bars of the vendor count trades that its five-minute bars leave out, so a small difference means nothing.
    ///
    /// - Throws: ``StoreError``.
    package func shortRows(on day: DayID, below share: Double, limit: Int) throws -> [ShortRow] {
        try reading { db in
            var walk = try DayWalk(day, symbol: nil, db)
            defer { walk.end() }
            var short: [ShortRow] = []
            while let entry = try walk.next() {
                guard entry.isComplete, Double(entry.slotVolume) < share * entry.barVolume else { continue }
                short.append(
                    ShortRow(symbol: entry.symbol, slotVolume: entry.slotVolume, barVolume: entry.barVolume)
                )
            }
            func gap(_ row: ShortRow) -> Double { row.barVolume - Double(row.slotVolume) }
            return Array(short.sorted { (gap($1), $0.symbol) < (gap($0), $1.symbol) }.prefix(max(0, limit)))
        }
    }

    /// Every day with stored slots, newest first.
    ///
    /// - Throws: ``StoreError``.
    package func storedSlotDays() throws -> [StoredSlotDay] {
        try refreshSummaries()
        let calendar = try calendar(of: [])
        return try reading { db in
            var dates: [DayID] = []
            let select = try RawStatement(db, "SELECT date FROM slot_days ORDER BY date DESC")
            while try select.step() {
                if let day = select.text(0).flatMap({ DayID(iso: $0) }) { dates.append(day) }
            }
            select.reset()
            return try dates.compactMap { day in
                let summary = try DaySummary.of(day, calendar, db)
                guard summary.rows > 0 else { return nil }
                return StoredSlotDay(
                    day: day,
                    rows: summary.rows,
                    completeRows: summary.completeRows,
                    sources: summary.sources.compactMap { SlotSource(rawValue: $0.word) }
                )
            }
        }
    }

    /// Stores the summaries of days that have been written since they were counted.
    ///
    /// A file that cannot be written now is no reason to fail: reads count such days themselves.
    func refreshSummaries() throws {
        guard !isReadOnly, try reading({ try !DaySummary.staleDays($0).isEmpty }) else { return }
        let calendar = try calendar(of: [])
        do {
            try writing { try DaySummary.refreshStale(calendar, $0) }
        } catch StoreError.locked, StoreError.full {
            return
        }
    }

    /// The calendar by rule, with the stored exceptions, and what the caller knows better.
    func calendar(of days: [MarketDay]) throws -> ExchangeCalendar {
        ExchangeCalendar(overrides: try marketDays() + days)
    }
}
