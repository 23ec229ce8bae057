package import EngineAPI
import GRDB
package import MarketData
package import MarketTime

/// A stored trade.
package struct StoredTick: Hashable, Sendable {
    /// Time of the consolidated tape, ns since the epoch.
    package var time: Int64
    /// USD.
    package var price: Double
    /// Shares.
    package var size: Double
    /// Against the quote in force when it came.
    package var side: TradeSide
    /// Vendor's exchange id.
    package var exchange: UInt8
    /// Trade reporting facility; 0 when none.
    package var trf: UInt16
    /// Condition ids.
    package var conditions: [UInt8]
}

extension TradeulStore: TickStore {
    /// Bytes a stored trade takes with its index, rounded up: measured over a million trades of a simulated market.
    package static let bytesPerTick = 120
    /// Trades deleted per transaction.
    private static let tickBatch = 5000

    /// See ``TickStore``; a trade without identity is told by its price and size.
    ///
    /// - Throws: ``StoreError``.
    package func write(_ ticks: TickRows) throws {
        guard ticks.count > 0 else { return }
        try writing { db in
            let insert = try RawStatement(
                db,
                """
                INSERT OR IGNORE INTO ticks (time, symbol, identity, price, size, side, exchange, trf, conditions)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                """
            )
            var added: [DayID: Int] = [:]
            var days = DayOfTime()
            for row in 0..<ticks.count {
                try insert.bind(1, ticks.time[row])
                try insert.bind(2, ticks.symbol[row].text)
                try insert.bind(3, Self.identity(ticks, row))
                try insert.bind(4, ticks.price[row])
                try insert.bind(5, ticks.size[row])
                try insert.bind(6, String(ticks.side[row].mark))
                try insert.bind(7, Int64(ticks.exchange[row]))
                try insert.bind(8, Int64(ticks.trf[row]))
                try insert.bind(9, Self.text(ticks.conditions[row]))
                try insert.run()
                if db.changesCount > 0 { added[days.day(of: ticks.time[row]), default: 0] += 1 }
            }
            for (day, count) in added { try Self.count(count, on: day, db) }
        }
    }

    /// A symbol's stored trades of a date in New York, in the order of time, at most `limit` of the newest.
    ///
    /// - Throws: ``StoreError``.
    package func ticks(of symbol: Symbol, on day: DayID, limit: Int) throws -> [StoredTick] {
        try reading { db in
            let select = try RawStatement(
                db,
                """
                SELECT time, price, size, side, exchange, trf, conditions FROM ticks
                WHERE symbol = ?1 AND time >= ?2 AND time < ?3 ORDER BY time DESC, identity DESC LIMIT ?4
                """
            )
            defer { select.reset() }
            try select.bind(1, symbol.text)
            try select.bind(2, NewYork.instant(day, secondOfDay: 0).nanoseconds)
            try select.bind(3, NewYork.instant(day.adding(days: 1), secondOfDay: 0).nanoseconds)
            try select.bind(4, Int64(max(0, limit)))
            var found: [StoredTick] = []
            while try select.step() {
                found.append(
                    StoredTick(
                        time: select.integer(0),
                        price: select.number(1),
                        size: select.number(2),
                        side: TradeSide.allCases.first { String($0.mark) == select.text(3) } ?? .unknown,
                        exchange: UInt8(clamping: select.integer(4)),
                        trf: UInt16(clamping: select.integer(5)),
                        conditions: (select.text(6) ?? "").split(separator: ",").compactMap { UInt8($0) }
                    )
                )
            }
            return found.reversed()
        }
    }

    /// Stored trades by date, newest first.
    ///
    /// - Throws: ``StoreError``.
    package func tickDays() throws -> [(day: DayID, ticks: Int)] {
        try reading { db in
            let select = try RawStatement(db, "SELECT date, ticks FROM tick_days ORDER BY date DESC")
            defer { select.reset() }
            var days: [(day: DayID, ticks: Int)] = []
            while try select.step() {
                if let day = select.text(0).flatMap({ DayID(iso: $0) }) { days.append((day, Int(select.integer(1)))) }
            }
            return days
        }
    }

    /// Deletes trades of days before one, and the oldest of the rest beyond so many bytes; returns how many.
    ///
    /// In short transactions; `mustStop` is asked before each.
    ///
    /// - Throws: ``StoreError``; batches already deleted stay deleted.
    @discardableResult
    package func applyTickRetention(before day: DayID, maxBytes: Int, mustStop: () -> Bool = { false }) throws -> Int {
        let start = NewYork.instant(day, secondOfDay: 0).nanoseconds
        var deleted = try deleteTicks(mustStop) { db in
            let select = try RawStatement(db, "SELECT COUNT(*) FROM (SELECT 1 FROM ticks WHERE time < ?1 LIMIT ?2)")
            defer { select.reset() }
            try select.bind(1, start)
            try select.bind(2, Int64(Self.tickBatch))
            return try select.step() ? Int(select.integer(0)) : 0
        }
        let kept = max(0, maxBytes) / Self.bytesPerTick
        deleted += try deleteTicks(mustStop) { db in
            let stored = try Int.fetchOne(db, sql: "SELECT COALESCE(SUM(ticks), 0) FROM tick_days") ?? 0
            return min(max(0, stored - kept), Self.tickBatch)
        }
        return deleted
    }

    /// Deletes so many of the oldest trades as `count` says, again and again until it says 0.
    private func deleteTicks(_ mustStop: () -> Bool, _ count: (Database) throws -> Int) throws -> Int {
        var total = 0
        while !mustStop() {
            let deleted = try writing { db in
                let wanted = try count(db)
                guard wanted > 0 else { return 0 }
                let doomed = "SELECT time, symbol, identity FROM ticks ORDER BY time, symbol, identity LIMIT \(wanted)"
                try db.execute(sql: "DELETE FROM ticks WHERE (time, symbol, identity) IN (\(doomed))")
                let deleted = db.changesCount
                try Self.uncount(deleted, db)
                return deleted
            }
            total += deleted
            if deleted == 0 { break }
        }
        return total
    }

    /// Takes deleted trades off the oldest days, which they were of.
    private static func uncount(_ deleted: Int, _ db: Database) throws {
        var left = deleted
        let select = try RawStatement(db, "SELECT date, ticks FROM tick_days ORDER BY date")
        var changes: [(date: String, ticks: Int)] = []
        while left > 0, try select.step() {
            let ticks = Int(select.integer(1))
            changes.append((select.text(0) ?? "", max(0, ticks - left)))
            left -= ticks
        }
        select.reset()
        for change in changes {
            try db.execute(
                sql: "UPDATE tick_days SET ticks = ? WHERE date = ?",
                arguments: [change.ticks, change.date]
            )
        }
        try db.execute(sql: "DELETE FROM tick_days WHERE ticks <= 0")
    }

    private static func count(_ added: Int, on day: DayID, _ db: Database) throws {
        let update = try RawStatement(
            db,
            """
            INSERT INTO tick_days (date, ticks) VALUES (?1, ?2)
            ON CONFLICT (date) DO UPDATE SET ticks = ticks + excluded.ticks
            """
        )
        try update.bind(1, day.iso)
        try update.bind(2, Int64(added))
        try update.run()
    }

    private static func identity(_ ticks: TickRows, _ row: Int) -> Int64 {
        let given = ticks.identity[row]
        guard given == 0 else { return Int64(bitPattern: given) }
        return Int64(bitPattern: ticks.price[row].bitPattern ^ (ticks.size[row].bitPattern &* 0x9E37_79B9_7F4A_7C15))
    }

    private static func text(_ conditions: PackedCodes) -> String {
        conditions.codes.map { "\($0)" }.joined(separator: ",")
    }
}

/// The date in New York of times that mostly follow each other.
private struct DayOfTime {
    private var day = DayID(rawValue: 0)
    private var range: Range<Int64> = 0..<0

    mutating func day(of time: Int64) -> DayID {
        if !range.contains(time) {
            day = NewYork.wall(at: Instant(nanoseconds: time)).day
            let start = NewYork.instant(day, secondOfDay: 0).nanoseconds
            range = start..<NewYork.instant(day.adding(days: 1), secondOfDay: 0).nanoseconds
        }
        return day
    }
}
