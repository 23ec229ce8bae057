import EngineAPI
import MarketData

// A query may name tickers: some stand before all others, some are left out. A held order takes such a change without being
// worked out anew, for the trader makes it while reading.

/// What a query says of a row by name, and what the question before says of it; in memory that all rankings need.
enum RowMark {
    static let pinned: UInt8 = 1
    static let excluded: UInt8 = 2
    /// The question before matches it.
    static let before: UInt8 = 4
}

/// The rows that a query names.
struct NamedRows {
    /// In the query's order, each once, and none that is left out.
    private(set) var pinned: [Int] = []
    private(set) var excluded: [Int] = []

    /// The rows of the known tickers among those named.
    init(_ query: ScanQuery, _ universe: borrowing Universe) {
        for symbol in query.excluded.prefix(ScanQuery.excludedMax) {
            if let row = universe.id(of: symbol)?.row { excluded.append(Int(row)) }
        }
        for symbol in query.pinned.prefix(ScanQuery.pinnedMax) where !query.excluded.contains(symbol) {
            guard let row = universe.id(of: symbol)?.row, !pinned.contains(Int(row)) else { continue }
            pinned.append(Int(row))
        }
    }
}

extension ScanRanking {
    /// Notes which rows are named; without any no row is looked up.
    mutating func mark(_ named: NamedRows, count: Int) {
        marks = []
        guard !named.pinned.isEmpty || !named.excluded.isEmpty else { return }
        marks = Array(repeating: 0, count: count)
        for row in named.pinned where row < count { marks[row] |= RowMark.pinned }
        for row in named.excluded where row < count { marks[row] |= RowMark.excluded }
    }

    /// Puts the pinned tickers before all others, whether they are among them or not.
    mutating func putPinnedFirst(_ rows: [Int], _ order: RowOrder) {
        pinnedCount = rows.count
        guard !rows.isEmpty else { return }
        let found = takeOut(RowMark.pinned)
        let pinned = rows.map { row in
            if let entry = found.first(where: { Int($0.row) == row }) { return entry }
            var entry = order.entry(row)
            entry.matches = .none
            return entry
        }
        entries.insert(contentsOf: pinned, at: 0)
        arranged += pinned.count
    }

    /// Takes other names over into an order that is held: nobody else changes places.
    mutating func rename(_ named: NamedRows, _ subject: ScanSubject, _ data: ScanData) {
        let order = RowOrder(subject.sort, data)
        let before = entries[..<pinnedCount]
        entries.removeFirst(pinnedCount)
        arranged -= pinnedCount
        for entry in before where entry.matches.isAny { putBack(entry, order) }
        mark(named, count: data.rowCount)
        if !marks.isEmpty { _ = takeOut(RowMark.excluded) }
        putPinnedFirst(named.pinned, order)
        countMoves(subject)
    }

    /// Takes the entries of marked rows out; the others keep their order.
    private mutating func takeOut(_ mark: UInt8) -> [RankEntry] {
        var taken: [RankEntry] = []
        var (kept, keptArranged) = (0, 0)
        for index in entries.indices {
            let entry = entries[index]
            guard marks[Int(entry.row)] & mark == 0 else {
                taken.append(entry)
                continue
            }
            if index < arranged { keptArranged += 1 }
            entries[kept] = entry
            kept += 1
        }
        entries.removeLast(entries.count - kept)
        arranged = keptArranged
        return taken
    }

    /// Puts an entry where its value ranks it among those in order, or behind them.
    private mutating func putBack(_ entry: RankEntry, _ order: RowOrder) {
        if let place = entries[..<arranged].firstIndex(where: { order.precedes(entry, $0) }) {
            entries.insert(entry, at: place)
            arranged += 1
        } else {
            if arranged == entries.count { arranged += 1 }
            entries.append(entry)
        }
    }
}
