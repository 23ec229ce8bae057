package import EngineAPI
import GRDB
import MarketData
package import MarketTime

extension TradeulStore: TradeCountStore {
    /// Reads the newest days with numbers of trades and works out mean and deviation; see
    /// ``TradeCountStore/loadTradeCounts(_:)``.
    ///
    /// - Throws: ``StoreError``.
    package func loadTradeCounts(_ request: TradeCountRequest) throws -> TradeCountLoad {
        let slots = request.slots.clamped(to: 0..<Slot.count)
        var load = TradeCountLoad(request: request)
        guard !slots.isEmpty else { return load }
        let (sums, damagedRows) = try reading { db in
            var reader = TradeCountReader(slots: slots)
            let hasCounts = try RawStatement(db, "SELECT 1 FROM slot_details WHERE date = ?1 LIMIT 1")
            var served = 0
            for day in request.candidates where day < request.tradingDay && served < TradeCountRequest.daysMax {
                try hasCounts.bind(1, day.iso)
                let isServed = try hasCounts.step()
                hasCounts.reset()
                guard isServed else { continue }
                served += 1
                try reader.readDay(day, db)
            }
            return (reader, reader.damagedRows)
        }
        noteDamaged(damagedRows)
        (load.symbols, load.mean, load.deviation, load.days) = sums.result()
        return load
    }

    /// Mean and deviation (N−1) of the trades in these slots together, per symbol, over all of these days that have them.
    ///
    /// A day serves a symbol when the number of trades of each of the slots is known and the symbol traded at all that
    /// day. 20 bytes a symbol are held, whatever the number of days.
    ///
    /// - Throws: ``StoreError``.
    package func tradeCounts(slots: Range<Int>, days: [DayID]) throws -> TradeCountLoad {
        let tradingDay = (days.max() ?? DayID(rawValue: 0)).adding(days: 1)
        return try loadTradeCounts(TradeCountRequest(tradingDay: tradingDay, slots: slots, candidates: days))
    }
}

/// One run of ``TradeulStore/loadTradeCounts(_:)``.
private struct TradeCountReader {
    /// Rows met that this program did not write.
    private(set) var damagedRows = 0

    private let slots: Range<Int>
    private var index = SymbolIndex()
    private var sums: [Double] = []
    private var squares: [Double] = []
    private var days: [UInt8] = []

    init(slots: Range<Int>) { self.slots = slots }

    mutating func readDay(_ day: DayID, _ db: Database) throws {
        let select = try RawStatement(db, "SELECT symbol, trades FROM slot_details WHERE date = ?1 ORDER BY symbol")
        defer { select.reset() }
        try select.bind(1, day.iso)
        index.beginPass()
        try withUnsafeTemporaryAllocation(of: Int32.self, capacity: Slot.count) { trades in
            try withUnsafeTemporaryAllocation(of: Float.self, capacity: Slot.count) { prices in
                while try select.step() {
                    // Without the prices, which nobody asked for.
                    let isSound = SlotDetailCodec.unpack(
                        trades: select.bytes(1),
                        vwap: UnsafeBufferPointer(start: nil, count: 0),
                        intoTrades: trades,
                        vwap: prices
                    )
                    guard isSound, let symbol = Symbol(utf8: select.bytes(0)) else {
                        damagedRows += 1
                        continue
                    }
                    add(symbol, UnsafeBufferPointer(trades))
                }
            }
        }
    }

    private mutating func add(_ symbol: Symbol, _ trades: UnsafeBufferPointer<Int32>) {
        var count: Int64 = 0
        for slot in slots {
            // One slot unknown makes the day unknown.
            guard trades[slot] >= 0 else { return }
            count += Int64(trades[slot])
        }
        let row = index.row(of: symbol)
        if row == sums.count {
            sums.append(0)
            squares.append(0)
            days.append(0)
        }
        sums[row] += Double(count)
        squares[row] += Double(count) * Double(count)
        days[row] += 1
    }

    func result() -> ([Symbol], mean: [Double], deviation: [Double], days: [UInt8]) {
        var means: [Double] = []
        var deviations: [Double] = []
        for row in sums.indices {
            let count = Double(days[row])
            let mean = sums[row] / count
            means.append(mean)
            // Whole numbers far below 2^53: the difference is exact up to one rounding, and never below zero by more.
            let spread = max(squares[row] - sums[row] * mean, 0)
            deviations.append(count > 1 ? (spread / (count - 1)).squareRoot() : .nan)
        }
        return (index.symbols, means, deviations, days)
    }
}
