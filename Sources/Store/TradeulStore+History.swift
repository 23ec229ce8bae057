package import EngineAPI
import GRDB
import MarketData
import MarketTime

extension TradeulStore {
    /// Reads and sums what a request names, in one consistent state of the file; see ``EngineStore/loadHistory(_:)``.
    ///
    /// A day serves a symbol when all its 192 slots are known and it traded at all. The average daily volume is the
    /// mean over those days among `dailyDays` on which the symbol has a daily bar; a day without any daily bars is
    /// taken from that day's slots (complete rows, C(191)). Damaged rows are skipped and counted.
    ///
    /// - Throws: ``StoreError``.
    package func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad {
        let (load, damagedRows) = try reading { db in
            var reader = HistoryReader(request: request)
            return try reader.read(db)
        }
        noteDamaged(damagedRows)
        return load
    }
}

/// One run of ``TradeulStore/loadHistory(_:)``.
private struct HistoryReader {
    /// Symbols to make room for: the whole market, with some to spare.
    private static let usualSymbols = 12_000

    private let request: HistoryRequest
    private var load: HistoryLoad
    private var rowBySymbol: [Symbol: Int] = [:]
    private var averages = MeanVolumes()
    private var damagedRows = 0

    init(request: HistoryRequest) {
        self.request = request
        load = HistoryLoad(request: request)
    }

    mutating func read(_ db: Database) throws -> (HistoryLoad, damaged: Int) {
        // Days whose average must come from slots, because there is no daily bar of that day.
        var barless: Set<DayID> = []
        for day in request.dailyDays where try !addBars(day, db) { barless.insert(day) }
        for day in request.lookbackCandidates {
            try addSlots(day, countsForAverage: barless.remove(day) != nil, db)
        }
        for day in request.dailyDays where barless.contains(day) { try addVolumes(day, db) }
        let today = try TradeulStore.readRows(request.tradingDay, nil, db)
        load.today = today.0
        load.daily.symbols = averages.symbols
        load.daily.averageVolume30 = averages.means
        return (load, damagedRows + today.damaged)
    }

    /// Adds a day's slots to the sums of those symbols that still want a day.
    private mutating func addSlots(_ day: DayID, countsForAverage: Bool, _ db: Database) throws {
        let select = try RawStatement(
            db,
            """
            SELECT symbol, packed, volume FROM volume_slots
            WHERE date = ?1 AND slots_known = \(Slot.count) AND volume > 0
            """
        )
        defer { select.reset() }
        try select.bind(1, day.iso)
        var served = false
        let limit = min(request.daysPerSymbol, Int(UInt8.max))
        try withUnsafeTemporaryAllocation(of: Int64.self, capacity: Slot.count) { slots in
            while try select.step() {
                guard let symbol = Symbol(utf8: select.bytes(0)) else {
                    damagedRows += 1
                    continue
                }
                if countsForAverage { averages.add(symbol, Double(select.integer(2))) }
                let known = rowBySymbol[symbol]
                if limit <= 0 || known.map({ Int(load.days[$0]) >= limit }) == true { continue }
                let slotsKnown = SlotCodec.unpack(select.bytes(1), into: slots, unknown: SlotRows.unknown)
                guard slotsKnown == Slot.count, slots[Slot.count - 1] > 0 else {
                    damagedRows += 1
                    continue
                }
                add(UnsafeBufferPointer(slots), to: known ?? newRow(symbol))
                served = true
            }
        }
        if served { load.distinctDays += 1 }
    }

    private mutating func newRow(_ symbol: Symbol) -> Int {
        let row = load.symbols.count
        rowBySymbol[symbol] = row
        load.symbols.append(symbol)
        load.days.append(0)
        if load.sums.isEmpty {
            // A whole market at once: growing step by step would leave as much again behind in the allocator.
            load.sums.reserveCapacity(Self.usualSymbols * Slot.count)
        }
        load.sums.append(contentsOf: repeatElement(0, count: Slot.count))
        return row
    }

    private mutating func add(_ slots: UnsafeBufferPointer<Int64>, to row: Int) {
        load.days[row] += 1
        load.sums.withUnsafeMutableBufferPointer { sums in
            let sums = UnsafeMutableBufferPointer(rebasing: sums[row * Slot.count..<(row + 1) * Slot.count])
            for slot in 0..<Slot.count { sums[slot] += Double(slots[slot]) }
        }
    }

    /// Adds a day's daily bars to the averages; false when there is none of that day.
    private mutating func addBars(_ day: DayID, _ db: Database) throws -> Bool {
        try addVolumes(day, "SELECT symbol, volume FROM daily_bars WHERE date = ?1", db)
    }

    /// Adds the last cumulative volumes of a day's complete rows to the averages.
    private mutating func addVolumes(_ day: DayID, _ db: Database) throws {
        _ = try addVolumes(
            day,
            """
            SELECT symbol, volume FROM volume_slots
            WHERE date = ?1 AND slots_known = \(Slot.count) AND volume > 0
            """,
            db
        )
    }

    private mutating func addVolumes(_ day: DayID, _ sql: String, _ db: Database) throws -> Bool {
        let select = try RawStatement(db, sql)
        defer { select.reset() }
        try select.bind(1, day.iso)
        var found = false
        while try select.step() {
            found = true
            let volume = select.number(1)
            if let symbol = Symbol(utf8: select.bytes(0)), volume.isFinite, volume >= 0 {
                averages.add(symbol, volume)
            }
        }
        return found
    }
}

/// Means of a number per symbol, in order of first appearance.
private struct MeanVolumes {
    private(set) var symbols: [Symbol] = []
    private var sums: [Double] = []
    private var counts: [Double] = []
    private var rowBySymbol: [Symbol: Int] = [:]

    var means: [Double] { zip(sums, counts).map { $0 / $1 } }

    mutating func add(_ symbol: Symbol, _ volume: Double) {
        if let row = rowBySymbol[symbol] {
            sums[row] += volume
            counts[row] += 1
            return
        }
        rowBySymbol[symbol] = symbols.count
        symbols.append(symbol)
        sums.append(volume)
        counts.append(1)
    }
}
