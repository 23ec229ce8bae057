import EngineAPI
import GRDB
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

@Suite
struct SlotRowsViewTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let dates: [DayID]

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        dates = [try day("2026-11-19"), try day("2026-11-20")]
    }

    /// Writes random rows and returns what the view must show, as `sqlite3` prints it, in key order.
    private func fill(seed: UInt64) throws -> String {
        var generator = SeededRandom(seed: seed)
        var lines = ""
        for date in dates {
            var written = SlotRows(day: date, slotCount: Slot.count)
            for name in ["AAPL", "BRK.B", "ZVZZT"] {
                let volumes = randomDay(unknownShare: name == "AAPL" ? 0 : 0.3, using: &generator)
                written.append(try symbol(name), volumes)
                for (slot, volume) in volumes.enumerated() where volume >= 0 {
                    let minutes = 240 + 5 * slot
                    let (hour, minute) = (minutes / 60, minutes % 60)
                    let time = (hour < 10 ? "0\(hour)" : "\(hour)") + (minute < 10 ? ":0\(minute)" : ":\(minute)")
                    lines += "\(date.iso)|\(name)|\(slot)|\(time)|\(volume)\n"
                }
            }
            try store.write(written, source: .live)
        }
        return lines
    }

    @Test(arguments: [21, 22, 23] as [UInt64])
    func theViewShowsEveryKnownSlot(_ seed: UInt64) throws {
        let expected = try fill(seed: seed)
        let shown = try store.reading { db in
            try Row.fetchAll(db, sql: "SELECT * FROM volume_slots_rows ORDER BY date, symbol, slot_number").map { row in
                let (day, symbol, slot, time, volume): (String, String, Int, String, Int64) = (
                    row["date"], row["symbol"], row["slot_number"], row["slot_time"], row["volume_accumulated"]
                )
                return "\(day)|\(symbol)|\(slot)|\(time)|\(volume)\n"
            }
        }
        #expect(shown.joined() == expected, "seed \(seed)")
    }

    @Test(.enabled(if: shell("command -v sqlite3") != nil, "needs the sqlite3 shell"))
    func theSQLiteShellShowsTheSame() throws {
        let expected = try fill(seed: 31)
        let query = "SELECT * FROM volume_slots_rows ORDER BY date, symbol, slot_number"
        #expect(shell("sqlite3 -readonly '\(folder.file)' '\(query)'") == expected)
    }

    @Test func conditionsReachThePrimaryKey() throws {
        let plan = try store.reading { db in
            try Row.fetchAll(
                db,
                sql: "EXPLAIN QUERY PLAN SELECT * FROM volume_slots_rows WHERE date = '2026-11-20' AND symbol = 'AAPL'"
            ).map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains("USING PRIMARY KEY (date=? AND symbol=?)") }, "\(plan)")
    }

    @Test func damagedBytesEndTheViewsWalk() throws {
        try store.writing { db in
            for (symbol, bytes) in [("A", "ffff"), ("B", "80"), ("C", String(repeating: "ff", count: 5000))] {
                try db.execute(
                    sql: "INSERT INTO volume_slots VALUES ('2026-11-20', '\(symbol)', 'x', 1, 1, x'\(bytes)')"
                )
            }
        }
        #expect(try store.reading { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM volume_slots_rows") } != nil)
    }
}
