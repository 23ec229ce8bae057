import EngineAPI
import GRDB
import Glibc
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

/// A folder of its own under the temporary folder, removed with this value.
final class TestFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/tradeul-store-test-XXXXXX".utf8)
        template.append(0)
        let isMade = template.withUnsafeMutableBytes { bytes in
            bytes.assumingMemoryBound(to: CChar.self).baseAddress.map { mkdtemp($0) != nil } ?? false
        }
        try #require(isMade)
        path = String(decoding: template.dropLast(), as: UTF8.self)
    }

    deinit { _ = shell("chmod -R u+rwX '\(path)'; rm -rf '\(path)'") }

    var file: String { path + "/tradeul.db" }
}

/// What a shell command writes to its standard output; nil when it fails.
func shell(_ command: String) -> String? {
    guard let pipe = popen(command, "r") else { return nil }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { output += buffer[..<count] }
    return pclose(pipe) == 0 ? String(decoding: output, as: UTF8.self) : nil
}

/// The bytes of a file.
func contents(_ path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY)
    try #require(file >= 0)
    defer { close(file) }
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(file, &buffer, buffer.count), count > 0 { all += buffer[..<count] }
    return all
}

/// Makes a file of these bytes.
func write(_ bytes: [UInt8], to path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    try #require(file >= 0)
    defer { close(file) }
    try #require(write(file, bytes, bytes.count) == bytes.count)
}

/// A second program's connection to a file.
func otherConnection(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    return try DatabaseQueue(path: path, configuration: configuration)
}

func symbol(_ text: String) throws -> Symbol { try #require(Symbol(text)) }

func day(_ iso: String) throws -> DayID { try #require(DayID(iso: iso)) }

/// Rows of one symbol.
func rows(_ day: DayID, _ symbol: Symbol, _ volumes: [Int64]) -> SlotRows {
    var rows = SlotRows(day: day, slotCount: volumes.count)
    rows.append(symbol, volumes)
    return rows
}

/// A symbol's random day: a cumulative volume that often stands still, sometimes leaps, and is unknown here and there.
func randomDay(unknownShare: Double, using generator: inout SeededRandom) -> [Int64] {
    var total: Int64 = 0
    return (0..<Slot.count).map { _ in
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<4: break
        case 9: total += Int64.random(in: 0...40_000_000, using: &generator)
        default: total += Int64.random(in: 0...5000, using: &generator)
        }
        return Double.random(in: 0..<1, using: &generator) < unknownShare ? SlotRows.unknown : total
    }
}

/// Waits until a condition holds; false after ten seconds.
func becomesTrue(_ condition: () -> Bool) -> Bool {
    for _ in 0..<10_000 {
        if condition() { return true }
        usleep(1000)
    }
    return condition()
}

/// A whole symbol's day as a backfill brings it.
struct WholeRow: Equatable {
    var symbol: Symbol
    var day: DayID
    var cumulative: [Int64]
    var trades = [Int32](repeating: 0, count: Slot.count)
    var vwap = [Float](repeating: .nan, count: Slot.count)
}

/// A day that trades the same number of shares in every slot.
func steadyRow(_ name: String, _ day: DayID, _ sharesPerSlot: Int64) throws -> WholeRow {
    WholeRow(symbol: try symbol(name), day: day, cumulative: (1...Slot.count).map { Int64($0) * sharesPerSlot })
}

func history(_ rows: [WholeRow]) -> SlotHistory {
    var history = SlotHistory()
    for row in rows {
        history.append(row.symbol, row.day, cumulative: row.cumulative, trades: row.trades, vwap: row.vwap)
    }
    return history
}

/// A daily bar with one price.
func bar(_ name: String, volume: Double, price: Double = 1) throws -> DailyBar {
    DailyBar(
        symbol: try symbol(name),
        open: price,
        high: price,
        low: price,
        close: price,
        volume: volume,
        vwap: price,
        trades: 1
    )
}

/// Trading days up to a day, newest first.
func tradingDays(through last: DayID, count: Int) -> [MarketDay] {
    let calendar = ExchangeCalendar()
    return calendar.tradingDays(before: last.adding(days: 1), count: count).map { calendar.day($0) }
}

extension TradeulStore {
    /// What is stored of a symbol's slots on some days, in their order; days without a row are left out.
    func slotDetails(_ symbol: Symbol, days: [DayID]) throws -> [SlotRecord] {
        try days.flatMap { try slotRecords($0, [symbol]) }
    }
}
