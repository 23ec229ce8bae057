import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

/// 60 days of 11,000 symbols with trades and prices per slot stay below 400 MB.
@Suite
struct StoreSizeTests {
    /// What a row may take with its keys, its share of the index and half-filled pages.
    private static let bytesPerRowMax = 400_000_000 / (60 * 11_000)

    /// A day much like the simulator's (80 slots with trades, 178 bytes of volumes, 201 of trades and prices): few
    /// symbols trade in every slot, most in a third of them, and the busy ones much more.
    private func makeRow(_ index: Int, _ day: DayID, using generator: inout SeededRandom) throws -> WholeRow {
        let activity = Double(index * 7919 % 1000) / 1000
        let regularShare = min(1, 0.22 + activity * activity * 1.75)
        let extendedShare = activity > 0.5 ? (activity - 0.5) * 1.5 : 0.01
        let typicalTrades = max(1, Int(activity * activity * activity * activity * 150))
        var row = WholeRow(symbol: try symbol("S\(index)"), day: day, cumulative: [])
        var total: Int64 = 0
        var price = 4 + activity * 90
        for slot in 0..<Slot.count {
            let isRegular = (Slot.regularOpen..<Slot.regularClose).contains(slot)
            if Double.random(in: 0..<1, using: &generator) < (isRegular ? regularShare : extendedShare) {
                let trades = Int.random(in: 1...2 * typicalTrades, using: &generator)
                total += Int64(trades) * Int64.random(in: 40...160, using: &generator)
                price *= 1 + Double.random(in: -0.0015...0.0015, using: &generator)
                row.trades[slot] = Int32(trades)
                row.vwap[slot] = Float(price)
            }
            row.cumulative.append(total)
        }
        return row
    }

    @Test(arguments: [111] as [UInt64])
    func aRowTakesItsShare(_ seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let folder = try TestFolder()
        try TradeulStore(path: folder.file).close()
        let emptyBytes = try contents(folder.file).count
        let store = try TradeulStore(path: folder.file)
        let first = try day("2026-11-02")
        var rows: [WholeRow] = []
        for index in 0..<400 {
            for offset in 0..<5 { rows.append(try makeRow(index, first.adding(days: offset), using: &generator)) }
        }
        let busy = rows.reduce(0) { $0 + $1.trades.count { $0 > 0 } } / rows.count
        #expect((70...90).contains(busy), "seed \(seed): \(busy) slots with trades a day")
        // Symbol after symbol in any order, as a backfill over REST brings them: the worst for the pages.
        for batch in 0..<20 {
            let part = rows.filter { $0.symbol.text.utf8.reduce(0) { $0 * 31 + Int($1) } % 20 == batch }
            try store.write(.bars(history(part), coverage: [], source: .aggregates))
        }
        try store.close()
        let bytes = try contents(folder.file).count - emptyBytes
        #expect(bytes / rows.count <= Self.bytesPerRowMax, "seed \(seed): \(bytes / rows.count) bytes a row")
        #expect(bytes / rows.count > Self.bytesPerRowMax / 2, "seed \(seed): \(bytes / rows.count) bytes a row")
    }
}
