import EngineAPI
import GRDB
package import MarketData
package import MarketTime

/// A day of a symbol, in shares and dollars of a later day.
package struct DatedBar: Hashable, Sendable {
    /// The trading day.
    package var day: DayID
    /// USD, regular session; NaN where missing, here and below.
    package var open: Double
    /// USD.
    package var high: Double
    /// USD.
    package var low: Double
    /// USD.
    package var close: Double
    /// Shares, extended hours included.
    package var volume: Double
}

extension TradeulStore {
    /// Days looked at beyond those asked for: on some a symbol may not have traded.
    private static let barDaysSpare = 60

    /// A symbol's newest daily bars up to a day, newest first, at most `count`; adjusted for splits up to that day.
    ///
    /// Days without a bar are left out; at most 60 of them are passed over.
    ///
    /// - Throws: ``StoreError``.
    package func dailyBars(of symbol: Symbol, through day: DayID, count: Int) throws -> [DatedBar] {
        try reading { db in
            let splits = try SplitTable.factors(through: day, symbol: symbol, db)
            // The days come first in the key: from one to the next is a leap of the index.
            let before = try RawStatement(db, "SELECT max(date) FROM daily_bars WHERE date < ?1")
            let select = try RawStatement(
                db,
                "SELECT open, high, low, close, volume FROM daily_bars WHERE date = ?1 AND symbol = ?2"
            )
            defer { select.reset() }
            try select.bind(2, symbol.text)
            var bars: [DatedBar] = []
            var date = day.adding(days: 1).iso
            var passed = 0
            while bars.count < count, passed <= Self.barDaysSpare {
                try before.bind(1, date)
                let next = try before.step() ? before.text(0) : nil
                before.reset()
                guard let next else { break }
                date = next
                try select.bind(1, date)
                if try select.step(), let day = DayID(iso: date) {
                    let factor = splits.factor(symbol, on: day)
                    bars.append(
                        DatedBar(
                            day: day,
                            open: select.number(0) / factor,
                            high: select.number(1) / factor,
                            low: select.number(2) / factor,
                            close: select.number(3) / factor,
                            volume: select.number(4) * factor
                        )
                    )
                } else {
                    passed += 1
                }
                select.reset()
            }
            return bars
        }
    }
}
