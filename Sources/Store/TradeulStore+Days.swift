package import EngineAPI
import GRDB
import MarketData
package import MarketTime

extension TradeulStore {
    /// Writes a day's bars in one transaction; a VWAP or number of trades left out keeps the stored one.
    ///
    /// A bar whose volume is not a number or negative, or that is older than its symbol's listing, is not written. Returns
    /// how many bars were.
    ///
    /// - Throws: ``StoreError``.
    @discardableResult
    package func writeDailyBars(_ day: DayID, _ bars: [DailyBar], source: String) throws -> Int {
        try writing { db in
            let listings = try ListingTable(db)
            let upsert = try RawStatement(
                db,
                """
                INSERT INTO daily_bars (date, symbol, open, high, low, close, volume, vwap, trades, source)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                ON CONFLICT (date, symbol) DO UPDATE SET
                    open = coalesce(excluded.open, open), high = coalesce(excluded.high, high),
                    low = coalesce(excluded.low, low), close = coalesce(excluded.close, close),
                    volume = excluded.volume, vwap = coalesce(excluded.vwap, vwap),
                    trades = coalesce(excluded.trades, trades), source = excluded.source
                """
            )
            try upsert.bind(1, day.iso)
            try upsert.bind(10, source)
            var written = 0
            // In key order, neighbours in the file are written together.
            for bar in bars.sorted(by: { $0.symbol < $1.symbol })
            where bar.volume.isFinite && bar.volume >= 0 && day >= listings.firstDay(bar.symbol) {
                try upsert.bind(2, bar.symbol.text)
                for (index, price) in [bar.open, bar.high, bar.low, bar.close].enumerated() {
                    try upsert.bind(Int32(3 + index), price.isFinite ? price : .nan)
                }
                try upsert.bind(7, bar.volume)
                try upsert.bind(8, bar.vwap.isFinite ? bar.vwap : .nan)
                if let trades = bar.trades { try upsert.bind(9, Int64(trades)) } else { try upsert.bind(9, .nan) }
                try upsert.run()
                written += 1
            }
            if written > 0 { try DaySummary.markStale(day, db) }
            return written
        }
    }

    /// The stored bars of a day, in symbol order.
    ///
    /// - Throws: ``StoreError``.
    package func dailyBars(_ day: DayID) throws -> [DailyBar] {
        try reading { db in
            let select = try RawStatement(
                db,
                "SELECT symbol, open, high, low, close, volume, vwap, trades FROM daily_bars WHERE date = ?1"
            )
            defer { select.reset() }
            try select.bind(1, day.iso)
            var bars: [DailyBar] = []
            while try select.step() {
                guard let symbol = Symbol(utf8: select.bytes(0)) else { continue }
                bars.append(
                    DailyBar(
                        symbol: symbol,
                        open: select.number(1),
                        high: select.number(2),
                        low: select.number(3),
                        close: select.number(4),
                        volume: select.number(5),
                        vwap: select.number(6),
                        trades: select.optionalNumber(7) == nil ? nil : Int(select.integer(7))
                    )
                )
            }
            return bars
        }
    }

    /// Writes days of the exchange calendar in one transaction, replacing what is stored of these dates.
    ///
    /// A stored date before `today` stays as it is: what a day was does not change, and the vendor tells of coming days
    /// only. Without `today` every date is replaced.
    ///
    /// - Throws: ``StoreError``.
    package func writeMarketDays(_ days: [MarketDay], source: String, today: DayID? = nil) throws {
        try writing { db in
            let upsert = try RawStatement(
                db,
                """
                INSERT INTO market_days (date, kind, open, close, post_close, reason, source)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                ON CONFLICT (date) DO UPDATE SET kind = excluded.kind, open = excluded.open, close = excluded.close,
                    post_close = excluded.post_close, reason = excluded.reason, source = excluded.source
                WHERE excluded.date >= ?8
                """
            )
            try upsert.bind(7, source)
            try upsert.bind(8, today?.iso ?? "")
            for day in days {
                try upsert.bind(1, day.date.iso)
                try upsert.bind(2, day.kind.stored)
                try upsert.bind(3, day.isTradingDay ? Self.time(day.openSecond) : nil)
                try upsert.bind(4, day.isTradingDay ? Self.time(day.closeSecond) : nil)
                try upsert.bind(5, day.isTradingDay ? Self.time(day.postCloseSecond) : nil)
                try upsert.bind(6, day.reason)
                try upsert.run()
                // How many minutes a stored day should have depends on it.
                try DaySummary.markStaleIfKnown(day.date, db)
            }
        }
    }

    /// The stored days of the exchange calendar, oldest first.
    ///
    /// - Throws: ``StoreError``.
    package func marketDays() throws -> [MarketDay] { try storedMarketDays().map(\.day) }

    /// The stored days of the exchange calendar, oldest first, with where each came from.
    ///
    /// - Throws: ``StoreError``.
    package func storedMarketDays() throws -> [(day: MarketDay, source: String)] {
        try reading { db in
            let select = try RawStatement(
                db,
                "SELECT date, kind, reason, open, close, post_close, source FROM market_days ORDER BY date"
            )
            defer { select.reset() }
            var days: [(MarketDay, String)] = []
            while try select.step() {
                guard let date = select.text(0).flatMap({ DayID(iso: $0) }),
                    let kind = select.text(1).flatMap({ MarketDay.Kind(stored: $0) })
                else { continue }
                let day = MarketDay(
                    date: date,
                    kind: kind,
                    reason: select.text(2) ?? "",
                    openSecond: select.text(3).flatMap { Self.second($0) },
                    closeSecond: select.text(4).flatMap { Self.second($0) },
                    postCloseSecond: select.text(5).flatMap { Self.second($0) }
                )
                days.append((day, select.text(6) ?? ""))
            }
            return days
        }
    }

    /// A second of the day as `HH:MM`, or `HH:MM:SS` when it is not a whole minute.
    private static func time(_ second: Int) -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let minutes = "\(two(second / 3600)):\(two(second / 60 % 60))"
        return second % 60 == 0 ? minutes : minutes + ":\(two(second % 60))"
    }

    /// The second of the day that ``time(_:)`` wrote; nil for anything else.
    private static func second(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1] else { return nil }
        let second = parts.count == 3 ? parts[2] : 0
        guard let second, (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else {
            return nil
        }
        return hour * 3600 + minute * 60 + second
    }
}

extension MarketDay.Kind {
    /// The word in the file.
    fileprivate var stored: String {
        switch self {
        case .full: "full"
        case .earlyClose: "early-close"
        case .closed: "closed"
        }
    }

    fileprivate init?(stored: String) {
        switch stored {
        case "full": self = .full
        case "early-close": self = .earlyClose
        case "closed": self = .closed
        default: return nil
        }
    }
}
