import FilterLanguage
import MarketData
import MarketTime

/// A hit, and which of its returns were taken from a price older than the horizon's slot.
struct BacktestOutcome {
    var hit: BacktestHit
    /// Parallel to the returns.
    var isStale: [Bool]
}

/// A filter tried on one day, slot after slot.
struct BacktestDayRun {
    /// Slots after a hit in which a trade is waited for.
    static let entrySlots = 6

    let program: FilterProgram
    let request: BacktestRequest
    /// Per `@list` of the program its members in the rows of the day at a moment.
    let members: (String, Instant) throws -> [Bool]

    private var columns: BacktestColumns
    /// After which no slot has trades: the end of the post-market.
    private let lastSlot: Int
    private let isTest: [Bool]
    private(set) var outcomes: [BacktestOutcome] = []
    /// Per row, whether the filter ever said yes or no.
    private var isEverKnown: [Bool]

    init(
        _ program: FilterProgram,
        _ request: BacktestRequest,
        _ columns: BacktestColumns,
        members: @escaping (String, Instant) throws -> [Bool]
    ) {
        self.program = program
        self.request = request
        self.columns = columns
        self.members = members
        let seconds = columns.marketDay.postCloseSecond - Slot.dayStartSecond
        lastSlot = min(max((seconds + Slot.seconds - 1) / Slot.seconds, 1), Slot.count) - 1
        isTest = columns.day.symbols.map(\.isTestTicker)
        isEverKnown = isTest
    }

    /// Symbols of which the filter was unknown at the end of every slot.
    var unknownSymbols: Int { isEverKnown.count { !$0 } }

    /// Goes through the day.
    mutating func run(isCancelled: () -> Bool) throws {
        var memory = FilterMemory(gapSeconds: 2 * Slot.seconds)
        var verdicts: [UInt8] = []
        var was = Array(repeating: false, count: isTest.count)
        var isDone = was
        for slot in 0...lastSlot {
            if isCancelled() { return }
            columns.advance()
            _ = program.run(try filterColumns(), memory: &memory, into: &verdicts)
            var matches: [Int] = []
            for row in verdicts.indices where !isTest[row] {
                let verdict = verdicts[row]
                if verdict != FilterVerdict.isUnknown.rawValue { isEverKnown[row] = true }
                if verdict == FilterVerdict.isTrue.rawValue { matches.append(row) }
            }
            if let top = program.top { matches = cut(matches, to: top) }
            var now = Array(repeating: false, count: isTest.count)
            for row in matches {
                now[row] = true
                guard !was[row], request.entry == .each || !isDone[row] else { continue }
                isDone[row] = true
                outcomes.append(outcome(row, hitSlot: slot))
            }
            was = now
        }
    }

    private func filterColumns() throws -> FilterColumns {
        FilterColumns(
            rowCount: isTest.count,
            numbers: program.numberColumns.map { columns.numbers($0) },
            texts: program.textColumns.map { columns.texts($0) },
            lists: try program.lists.map { try members($0, columns.end) },
            now: columns.end.nanoseconds,
            secondOfDay: columns.endSecond,
            compared: isTest.map { !$0 }
        )
    }

    /// The first ranks by the filter's own order, by RVOL without one; ties by symbol, in the order of the rows.
    private func cut(_ matches: [Int], to top: Int) -> [Int] {
        guard matches.count > top else { return matches }
        let keys: [(values: [Double], descending: Bool)] =
            program.sort.isEmpty
            ? [(columns.numbers(.rvol), true)]
            : program.sort.map { (columns.numbers($0.column), $0.descending) }
        let sorted = matches.sorted { left, right in
            for key in keys {
                let (a, b) = (key.values[left], key.values[right])
                if a.isNaN != b.isNaN { return b.isNaN }
                if a != b, !a.isNaN { return key.descending ? a > b : a < b }
            }
            return left < right
        }
        return sorted.prefix(max(0, top)).sorted()
    }

    // MARK: What came of it

    /// What comes of buying a row after a hit: here, and only here, later slots are looked at.
    private func outcome(_ row: Int, hitSlot: Int) -> BacktestOutcome {
        var hit = BacktestHit(
            day: columns.marketDay.date,
            symbol: columns.day.symbols[row],
            slot: hitSlot,
            entrySlot: nil,
            entryPrice: .nan,
            returns: Array(repeating: .nan, count: request.horizons.count)
        )
        var isStale = Array(repeating: false, count: request.horizons.count)
        let first = hitSlot + 1
        let last = min(hitSlot + Self.entrySlots, lastSlot)
        guard first <= last, let entry = (first...last).first(where: { columns.price(row: row, slot: $0) != nil }),
            let entryPrice = columns.price(row: row, slot: entry)
        else { return BacktestOutcome(hit: hit, isStale: isStale) }
        hit.entrySlot = entry
        hit.entryPrice = entryPrice
        for (index, horizon) in request.horizons.enumerated() {
            guard let exit = exitPrice(row, entry, horizon) else { continue }
            hit.returns[index] = (exit.price / entryPrice - 1) * 100
            isStale[index] = exit.isStale
        }
        return BacktestOutcome(hit: hit, isStale: isStale)
    }

    /// The price at a horizon after an entry; nil when the day does not tell.
    private func exitPrice(
        _ row: Int,
        _ entry: Int,
        _ horizon: BacktestRequest.Horizon
    ) -> (price: Double, isStale: Bool)? {
        switch horizon {
        case .slots(let slots):
            let exit = entry + slots
            guard exit <= lastSlot else { return nil }
            for slot in stride(from: exit, through: entry, by: -1) {
                if let price = columns.price(row: row, slot: slot) { return (price, slot < exit) }
            }
            return nil
        case .close:
            let entryEnd = Slot.dayStartSecond + (entry + 1) * Slot.seconds
            let close = columns.day.closes[row]
            guard entryEnd <= columns.marketDay.closeSecond, close > 0, close.isFinite else { return nil }
            return (close, false)
        }
    }
}
