import Analytics
import EngineAPI
import GRDB
import MarketData
import MarketTime

/// One run of ``TradeulStore/loadHistory(_:)`` or ``TradeulStore/lookback(_:_:)``.
struct HistoryReader {
    /// Symbols to make room for: the whole market, with some to spare.
    private static let usualSymbols = 12_000

    /// Whether the days that serve are kept as they are, besides being summed; for one symbol.
    var keepsDays = false
    /// The kept days, in the order of the candidates.
    private(set) var days: [LookbackDay] = []
    /// What has been read so far.
    private(set) var load: HistoryLoad
    /// Rows met that this program did not write.
    private(set) var damagedRows = 0

    private let request: HistoryRequest
    private let limit: Int
    private let splits: SplitFactors
    private var index = SymbolIndex()
    /// Symbols that have all their days.
    private var servedSymbols = 0

    init(request: HistoryRequest, _ db: Database) throws {
        self.request = request
        load = HistoryLoad(request: request)
        limit = min(max(request.daysPerSymbol, 0), Int(UInt8.max))
        splits = try SplitTable.factors(through: request.tradingDay, symbol: request.symbol, db)
        load.splitToday = splits.onTradingDay
    }

    /// Sums the lookback days, newest candidate first.
    mutating func readLookback(_ db: Database) throws {
        guard limit > 0 else { return }
        for day in request.lookbackCandidates {
            index.beginPass()
            let served: Bool
            if let symbol = request.symbol {
                if servedSymbols > 0 { return }
                served = try addOne(symbol, day, db)
            } else if servedSymbols * 2 > index.symbols.count {
                served = try addWanted(day, db)
            } else {
                served = try addAll(day, db)
            }
            if served { load.distinctDays += 1 }
        }
    }

    /// The trading day's own slots, as they are stored, with what they traded at where that is.
    mutating func readToday(_ db: Database) throws {
        let today = try TradeulStore.readRows(request.tradingDay, request.symbol, db)
        load.today = today.0
        damagedRows += today.damaged
        damagedRows += try TradeulStore.readPrices(into: &load.today, request.symbol, db)
    }

    /// Reads a whole day; returns whether it served any symbol.
    private mutating func addAll(_ day: DayID, _ db: Database) throws -> Bool {
        let select = try RawStatement(
            db,
            """
            SELECT packed, source, symbol FROM volume_slots NOT INDEXED
            WHERE date = ?1 AND slots_known = \(Slot.count) AND volume > 0 ORDER BY symbol
            """
        )
        defer { select.reset() }
        try select.bind(1, day.iso)
        var served = false
        try withUnsafeTemporaryAllocation(of: Int64.self, capacity: Slot.count) { slots in
            while try select.step() {
                guard let symbol = Symbol(utf8: select.bytes(2)) else {
                    damagedRows += 1
                    continue
                }
                if wants(symbol), add(symbol, day, select, slots) { served = true }
            }
        }
        return served
    }

    /// Goes through a day by the index and reads the rows of those symbols that still want a day.
    private mutating func addWanted(_ day: DayID, _ db: Database) throws -> Bool {
        let select = try RawStatement(
            db,
            """
            SELECT symbol FROM volume_slots INDEXED BY volume_slots_state
            WHERE date = ?1 AND slots_known = \(Slot.count) AND volume > 0 ORDER BY symbol
            """
        )
        defer { select.reset() }
        try select.bind(1, day.iso)
        var served = false
        while try select.step() {
            guard let symbol = Symbol(utf8: select.bytes(0)) else {
                damagedRows += 1
                continue
            }
            if wants(symbol), try addOne(symbol, day, db) { served = true }
        }
        return served
    }

    /// Reads one symbol's day.
    private mutating func addOne(_ symbol: Symbol, _ day: DayID, _ db: Database) throws -> Bool {
        let select = try RawStatement(
            db,
            """
            SELECT packed, source FROM volume_slots NOT INDEXED
            WHERE date = ?1 AND symbol = ?2 AND slots_known = \(Slot.count) AND volume > 0
            """
        )
        defer { select.reset() }
        try select.bind(1, day.iso)
        try select.bind(2, symbol.text)
        guard try select.step() else { return false }
        return withUnsafeTemporaryAllocation(of: Int64.self, capacity: Slot.count) { slots in
            add(symbol, day, select, slots)
        }
    }

    private mutating func wants(_ symbol: Symbol) -> Bool {
        guard let row = index.existingRow(of: symbol) else { return true }
        return Int(load.days[row]) < limit
    }

    /// Adds a statement's current row (packed bytes, source) to a symbol's sums; false when it is damaged.
    private mutating func add(
        _ symbol: Symbol,
        _ day: DayID,
        _ select: RawStatement,
        _ slots: UnsafeMutableBufferPointer<Int64>
    ) -> Bool {
        let slotsKnown = SlotCodec.unpack(select.bytes(0), into: slots, unknown: SlotRows.unknown)
        guard slotsKnown == Slot.count, slots[Slot.count - 1] > 0 else {
            damagedRows += 1
            return false
        }
        let row = index.row(of: symbol)
        if row == load.symbols.count { appendRow(symbol) }
        let factor = splits.factor(symbol, on: day)
        load.days[row] += 1
        if Int(load.days[row]) == limit { servedSymbols += 1 }
        load.sums.withUnsafeMutableBufferPointer { sums in
            let sums = UnsafeMutableBufferPointer(rebasing: sums[row * Slot.count..<(row + 1) * Slot.count])
            if factor == 1 {
                for slot in 0..<Slot.count { sums[slot] += Double(slots[slot]) }
            } else {
                for slot in 0..<Slot.count { sums[slot] += Double(slots[slot]) * factor }
            }
        }
        if keepsDays {
            days.append(
                LookbackDay(
                    day: day,
                    cumulative: Array(slots),
                    factor: factor,
                    source: select.text(1).flatMap { SlotSource(rawValue: $0) }
                )
            )
        }
        return true
    }

    private mutating func appendRow(_ symbol: Symbol) {
        load.symbols.append(symbol)
        load.days.append(0)
        if load.sums.isEmpty, request.symbol == nil {
            // A whole market at once: growing step by step would leave as much again behind in the allocator.
            load.sums.reserveCapacity(Self.usualSymbols * Slot.count)
        }
        load.sums.append(contentsOf: repeatElement(0, count: Slot.count))
    }
}

// MARK: - Daily bars

extension HistoryReader {
    /// Folds the daily bars, oldest day first.
    mutating func readDailyBars(_ db: Database) throws {
        var fold = DailyFold()
        var index = SymbolIndex()
        let previous = request.dailyDays.first
        let hasBars = try RawStatement(db, "SELECT 1 FROM daily_bars WHERE date = ?1 LIMIT 1")
        for day in request.dailyDays.reversed() {
            try hasBars.bind(1, day.iso)
            let isBarDay = try hasBars.step()
            hasBars.reset()
            index.beginPass()
            if isBarDay {
                try addBars(day, isPrevious: day == previous, &fold, &index, db)
            } else {
                try addVolumes(day, isPrevious: day == previous, &fold, &index, db)
            }
        }
        load.daily = DailyFacts(index.symbols, fold)
    }

    private func addBars(
        _ day: DayID,
        isPrevious: Bool,
        _ fold: inout DailyFold,
        _ index: inout SymbolIndex,
        _ db: Database
    ) throws {
        let sql = "SELECT symbol, high, low, close, volume FROM daily_bars WHERE date = ?1"
        let select = try ofSymbols(sql, day, db)
        defer { select.reset() }
        while try select.step() {
            let volume = select.number(4)
            guard let symbol = Symbol(utf8: select.bytes(0)), volume.isFinite, volume >= 0 else { continue }
            fold.add(
                row: Self.row(of: symbol, &fold, &index),
                high: select.number(1),
                low: select.number(2),
                close: select.number(3),
                volume: volume,
                factor: splits.factor(symbol, on: day),
                isPrevious: isPrevious
            )
        }
    }

    /// A query of a day's rows: of all symbols in order, or of the one that is asked for.
    private func ofSymbols(_ sql: String, _ day: DayID, _ db: Database) throws -> RawStatement {
        let select = try RawStatement(db, sql + (request.symbol == nil ? " ORDER BY symbol" : " AND symbol = ?2"))
        try select.bind(1, day.iso)
        if let symbol = request.symbol { try select.bind(2, symbol.text) }
        return select
    }

    /// Adds the last cumulative volumes of a day's complete rows, in place of bars.
    private func addVolumes(
        _ day: DayID,
        isPrevious: Bool,
        _ fold: inout DailyFold,
        _ index: inout SymbolIndex,
        _ db: Database
    ) throws {
        let sql = """
            SELECT symbol, volume FROM volume_slots INDEXED BY volume_slots_state
            WHERE date = ?1 AND slots_known = \(Slot.count) AND volume > 0
            """
        let select = try ofSymbols(sql, day, db)
        defer { select.reset() }
        while try select.step() {
            guard let symbol = Symbol(utf8: select.bytes(0)) else { continue }
            fold.add(
                row: Self.row(of: symbol, &fold, &index),
                volume: Double(select.integer(1)),
                factor: splits.factor(symbol, on: day),
                isPrevious: isPrevious
            )
        }
    }

    private static func row(of symbol: Symbol, _ fold: inout DailyFold, _ index: inout SymbolIndex) -> Int {
        let row = index.row(of: symbol)
        if row == fold.rowCount { fold.addRow() }
        return row
    }
}

extension DailyFacts {
    /// The facts of all rows of a fold.
    fileprivate init(_ symbols: [Symbol], _ fold: DailyFold) {
        self.init()
        self.symbols = symbols
        for row in symbols.indices {
            let facts = fold.facts(row: row)
            averageVolume5.append(facts.averageVolume5)
            averageVolume10.append(facts.averageVolume10)
            averageVolume30.append(facts.averageVolume30)
            averageDays.append(UInt8(facts.averageDays))
            atr14.append(facts.atr14)
            previousHigh.append(facts.previousHigh)
            previousLow.append(facts.previousLow)
            previousClose.append(facts.previousClose)
            previousVolume.append(facts.previousVolume)
        }
    }
}
