import Analytics
import EngineAPI
import FilterLanguage
import MarketData
import MarketTime

// Filter first, then put the survivors in order, as far as rows are asked for. The order is kept and reused until the data or
// the question change, so that scrolling and a held order cost a gather of the visible rows only (60 rows × 20 columns:
// microseconds); ranks further down are put in order when somebody asks for them.

/// Ranks the universe for a query and gathers the rows asked for; belongs to one place that asks.
struct ScanRanking: Sendable {
    // Sets of options are generic code where they come from another module, 20 times dearer than their bits.
    private static let testBit = RowFlags.testTicker.rawValue
    /// Ranks put in order at least, so that scrolling by a screen costs nothing.
    private static let arrangedMin = 128

    /// Those that match, the pinned ones first; the first `arranged` in order.
    var entries: [RankEntry] = []
    var arranged = 0
    var pinnedCount = 0
    /// Per row what a query says of it by name, while a ranking is worked out; empty when it names none.
    var marks: [UInt8] = []
    /// Tickers that only the query, and only the question before, matches.
    var moved = (entering: 0, leaving: 0)
    var unknownCount = 0
    /// What the filters remember of the tickers.
    var memories = FilterMemories()
    var verdicts: [UInt8] = []
    private var key: OrderKey?
    private var dataVersion: UInt64 = 0
    private var boardVersion: UInt64 = 0
    /// The clauses' counts, and what they were counted of.
    private var ledger: [ClauseCount] = []
    private var counted: (key: OrderKey, dataVersion: UInt64)?

    /// The answer to a query over columns of one moment.
    mutating func answer(
        _ query: ScanQuery,
        _ subject: ScanSubject,
        _ data: ScanData,
        universe: borrowing Universe,
        slots: borrowing DaySlots,
        baseline: borrowing Baseline,
        progress: DayProgress,
        dataVersion: UInt64
    ) -> ScanResult {
        if let problem = subject.problem {
            // What is ranked now belongs to another question.
            key = nil
            (entries, arranged, pinnedCount) = ([], 0, 0)
            var result = ScanResult(
                version: query.version,
                rows: 0..<0,
                matchCount: 0,
                columns: subject.columns(of: query)
            )
            result.values = result.columns.map { _ in [] }
            result.texts = result.values.map { _ in [] }
            result.problem = problem
            return result
        }
        rank(query, subject, data, universe, dataVersion: dataVersion)
        let lower = min(max(query.rows.lowerBound, 0), entries.count)
        let upper = min(max(query.rows.upperBound, lower), entries.count)
        arrange(to: query.find == nil ? upper : entries.count, subject, data)
        let rows = entries[lower..<upper].map { Int($0.row) }
        var result = ScanResult(version: query.version, rows: lower..<upper, matchCount: entries.count)
        result.pinnedCount = pinnedCount
        if subject.before != nil {
            result.moves = entries[lower..<upper].map(\.matches.move)
            (result.enteringCount, result.leavingCount) = moved
        }
        result.symbols = rows.map { universe.symbols[$0] }
        result.flags = rows.map { universe.flags[$0] }
        result.priceTimes = rows.map { universe.priceTime[$0] }
        result.halts = rows.map { universe.halts[$0] }
        result.columns = subject.columns(of: query)
        gather(rows, data, into: &result)
        result.unknownCount = unknownCount + (subject.list?.unknownCount ?? 0)
        if query.wantsLedger { result.ledger = ledger(query, subject, data, universe, dataVersion: dataVersion) }
        result.stripSlots = min(max(query.stripSlots, 0), Slot.count)
        result.strips = Self.strips(rows, count: result.stripSlots, universe, slots, baseline, progress)
        result.anchorRank = query.anchor.flatMap { universe.id(of: $0) }.flatMap { rank(ofRow: $0.row, subject, data) }
        result.found = query.find.flatMap { find($0, universe) }
        return result
    }

    /// The rows a query shows.
    mutating func shown(
        _ query: ScanQuery,
        _ subject: ScanSubject,
        _ data: ScanData,
        _ universe: borrowing Universe,
        dataVersion: UInt64
    ) -> [Int] {
        guard subject.problem == nil else { return [] }
        rank(query, subject, data, universe, dataVersion: dataVersion)
        let lower = min(max(query.rows.lowerBound, 0), entries.count)
        let upper = min(max(query.rows.upperBound, lower), entries.count)
        arrange(to: upper, subject, data)
        return entries[lower..<upper].map { Int($0.row) }
    }

    /// The first rows in a query's order that fit; the order is that of the last answer when nothing has changed since.
    mutating func first(
        _ count: Int,
        of query: ScanQuery,
        _ subject: ScanSubject,
        _ data: ScanData,
        _ universe: borrowing Universe,
        dataVersion: UInt64,
        where fits: (_ universe: borrowing Universe, _ row: Int) -> Bool
    ) -> [Int] {
        guard subject.problem == nil else { return [] }
        rank(query, subject, data, universe, dataVersion: dataVersion)
        arrange(to: entries.count, subject, data)
        var rows: [Int] = []
        for entry in entries where rows.count < count && fits(universe, Int(entry.row)) { rows.append(Int(entry.row)) }
        return rows
    }

    /// A number that is missing passes only a gate that asks nothing of it.
    static func admits(_ gate: ScanGate, _ row: Int, _ universe: borrowing Universe) -> Bool {
        if universe.flags[row].rawValue & testBit != 0, !gate.includesTestTickers { return false }
        return (gate.minPrice <= 0 || universe.price[row] >= gate.minPrice)
            && (gate.minVolume <= 0 || universe.volume[row] >= gate.minVolume)
            && (gate.minDollarVolume <= 0 || universe.dollarVolume[row] >= gate.minDollarVolume)
    }

    /// The columns asked for, of some rows.
    private func gather(_ rows: [Int], _ data: ScanData, into result: inout ScanResult) {
        for id in result.columns {
            if let column = data.texts[id], ColumnDescriptor.of(id)?.kind == .text {
                result.values.append(Array(repeating: .nan, count: rows.count))
                result.texts.append(rows.map { column[$0] ?? "" })
                continue
            }
            if id == .symbol {
                result.values.append(Array(repeating: .nan, count: rows.count))
                result.texts.append(rows.map { data.symbols[$0].text })
                continue
            }
            result.values.append(rows.map { data.number(id, $0) })
            result.texts.append([])
        }
    }

    /// Finds those that match, unless the order there is still holds.
    private mutating func rank(
        _ query: ScanQuery,
        _ subject: ScanSubject,
        _ data: ScanData,
        _ universe: borrowing Universe,
        dataVersion newVersion: UInt64
    ) {
        let wanted = OrderKey(query, subject)
        let named = NamedRows(query, universe)
        if query.holdsOrder, !entries.isEmpty, let key, wanted.differsByNamesOnly(from: key) {
            if wanted != key { rename(named, subject, data) }
            self.key = wanted
            return
        }
        let dependsOnBoard =
            subject.list != nil || subject.before?.list != nil
            || [subject.filter, subject.before?.filter].contains { !($0?.program?.lists.isEmpty ?? true) }
        if wanted == key, newVersion == dataVersion, !dependsOnBoard || subject.boardVersion == boardVersion { return }
        key = wanted
        dataVersion = newVersion
        boardVersion = subject.boardVersion
        mark(named, count: data.rowCount)
        let order = RowOrder(subject.sort, data)
        matchAll(AskedQuestion(query, subject), subject, order, data, universe)
        putPinnedFirst(named.pinned, order)
        countMoves(subject)
    }

    /// Puts the first ranks in order, if they are not; a held order goes by the values it was made of.
    private mutating func arrange(to end: Int, _ subject: ScanSubject, _ data: ScanData) {
        guard end > arranged else { return }
        let end = min(max(end, Self.arrangedMin), entries.count)
        RowOrder(subject.sort, data).arrange(&entries, from: arranged, to: end)
        arranged = end
    }

    /// The rank of a row: those that rank before it are counted where it is not among the ones in order.
    private func rank(ofRow row: Int, _ subject: ScanSubject, _ data: ScanData) -> Int? {
        guard let place = entries.firstIndex(where: { Int($0.row) == row }) else { return nil }
        guard place >= arranged else { return place }
        let order = RowOrder(subject.sort, data)
        let entry = entries[place]
        return arranged + entries[arranged...].count { order.precedes($0, entry) }
    }

    private mutating func ledger(
        _ query: ScanQuery,
        _ subject: ScanSubject,
        _ data: ScanData,
        _ universe: borrowing Universe,
        dataVersion: UInt64
    ) -> [ClauseCount] {
        guard let program = subject.filter?.program, let key else { return [] }
        if let counted, counted == (key, dataVersion) { return ledger }
        let isListed = subject.list.map { Self.mask($0, membersOnly: subject.sort.isEmpty, count: data.rowCount) }
        var admitted = Array(repeating: false, count: data.rowCount)
        for row in 0..<data.rowCount {
            admitted[row] = Self.admits(query.gate, row, universe) && isListed?[row] ?? true
        }
        for row in NamedRows(query, universe).excluded where row < data.rowCount { admitted[row] = false }
        let memory = memories.memory(of: subject.filter?.number ?? 0)
        let counts = program.ledger(program.columns(data), memory: memory, admitted: admitted)
        ledger = counts.compactMap { count in
            guard program.clauses.indices.contains(count.clause) else { return nil }
            return ClauseCount(
                text: program.clauses[count.clause],
                passAlone: count.passAlone,
                matchWithout: count.matchWithout,
                unknown: count.unknown,
                isTightest: count.isTightest
            )
        }
        counted = (key, dataVersion)
        return ledger
    }
}
