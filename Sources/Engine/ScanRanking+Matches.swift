import EngineAPI
import FilterLanguage
import MarketData

// A preview ranks what matches either of two questions: each filter runs once over all rows, and an entry says in bytes that
// lie idle in it which of the two it matches. What filters remember goes by their compilation, so that the filter in force
// keeps its memory while others are tried beside it.

/// Which tickers are ranked, with the list and the filter themselves.
struct AskedQuestion: Sendable {
    var gate: ScanGate
    var list: ScanList?
    var filter: CompiledFilter?
}

extension AskedQuestion {
    /// What a query ranks.
    init(_ query: ScanQuery, _ subject: ScanSubject) {
        self.init(gate: query.gate, list: subject.list, filter: subject.filter)
    }
}

/// What an order is of.
struct OrderKey: Hashable {
    /// A question as it was compiled.
    private struct Question: Hashable {
        var gate: ScanGate
        var list: String?
        /// ``CompiledFilter/number``, 0 without a filter.
        var filter: UInt64
    }

    private let query: Question
    private let before: Question?
    private let sort: [SortKey]
    private var pinned: [Symbol]
    private var excluded: [Symbol]

    init(_ query: ScanQuery, _ subject: ScanSubject) {
        self.query = Question(gate: query.gate, list: query.list, filter: subject.filter?.number ?? 0)
        before = subject.before.map {
            Question(gate: $0.gate, list: $0.list?.definition.name, filter: $0.filter?.number ?? 0)
        }
        sort = subject.sort
        pinned = query.pinned
        excluded = query.excluded
    }

    /// Whether an order goes over into the other by moving and taking out the tickers that a query names: then it can
    /// be held all the same.
    ///
    /// One that comes back in has no place in an order it was not in.
    func differsByNamesOnly(from old: Self) -> Bool {
        query == old.query && before == old.before && sort == old.sort
            && (excluded == old.excluded || Set(old.excluded).isSubset(of: excluded))
    }
}

/// What filters remember between runs, of those in use.
struct FilterMemories: Sendable {
    /// By ``CompiledFilter/number``.
    private var kept: [(number: UInt64, memory: FilterMemory)] = []

    /// Forgets what other filters than these remember.
    mutating func keep(_ numbers: [UInt64]) { kept.removeAll { !numbers.contains($0.number) } }

    /// What a filter remembers; nothing when it has not run.
    func memory(of number: UInt64) -> FilterMemory { kept.first { $0.number == number }?.memory ?? FilterMemory() }

    /// Runs a filter over all rows.
    mutating func run(_ number: UInt64, _ program: FilterProgram, _ data: ScanData, into verdicts: inout [UInt8]) {
        let place = kept.firstIndex { $0.number == number } ?? kept.count
        if place == kept.count { kept.append((number, FilterMemory())) }
        _ = program.run(program.columns(data), memory: &kept[place].memory, into: &verdicts)
    }
}

extension ScanRanking {
    /// Finds those that match; in order are they only where the order is the list's own, and where ranks are cut.
    mutating func matchAll(
        _ asked: AskedQuestion,
        _ subject: ScanSubject,
        _ order: RowOrder,
        _ data: ScanData,
        _ universe: borrowing Universe
    ) {
        let isOwnOrder = asked.list != nil && subject.sort.isEmpty
        memories.keep([asked.filter, subject.before?.filter].compactMap { $0?.number })
        var others: [RankEntry] = []
        if let before = subject.before {
            runFilter(before, data)
            others.reserveCapacity(data.rowCount)
            let places = isOwnOrder ? asked.list.map { Self.places($0, count: data.rowCount) } : nil
            _ = collect(before, order, data, universe, isOwnOrder: isOwnOrder, places: places, into: &others)
        }
        if subject.before == nil || subject.before?.filter?.number != asked.filter?.number { runFilter(asked, data) }
        // Out of the ranking while it is filled: what the rows are tested by is read from the ranking.
        var found: [RankEntry] = []
        swap(&found, &entries)
        found.removeAll(keepingCapacity: true)
        let counts = collect(asked, order, data, universe, isOwnOrder: isOwnOrder, places: nil, into: &found)
        swap(&found, &entries)
        (unknownCount, arranged) = counts
        if subject.before != nil { merge(others, count: data.rowCount) }
    }

    /// Takes over what the question before matches too, or alone.
    private mutating func merge(_ others: [RankEntry], count: Int) {
        if marks.isEmpty { marks = Array(repeating: 0, count: count) }
        for entry in others { marks[Int(entry.row)] |= RowMark.before }
        for index in entries.indices where marks[Int(entries[index].row)] & RowMark.before != 0 {
            entries[index].matches = .both
            marks[Int(entries[index].row)] &= ~RowMark.before
        }
        let own = entries.count
        for var entry in others where marks[Int(entry.row)] & RowMark.before != 0 {
            entry.matches = .before
            entries.append(entry)
        }
        if entries.count > own { arranged = 0 }
    }

    /// Counts what only one of the two questions matches.
    mutating func countMoves(_ subject: ScanSubject) {
        moved = (0, 0)
        guard subject.before != nil else { return }
        for entry in entries {
            switch entry.matches.move {
            case .enters: moved.entering += 1
            case .leaves: moved.leaving += 1
            case .stays: break
            }
        }
    }

    /// The rows that a question matches, and how many it cannot tell of; the first so many of them are in order.
    private func collect(
        _ asked: AskedQuestion,
        _ order: RowOrder,
        _ data: ScanData,
        _ universe: borrowing Universe,
        isOwnOrder: Bool,
        places: [Double]?,
        into found: inout [RankEntry]
    ) -> (unknown: Int, arranged: Int) {
        var unknown = 0
        let hasFilter = asked.filter != nil
        let hasNames = !marks.isEmpty
        func take(_ row: Int, _ entry: RankEntry) {
            guard Self.admits(asked.gate, row, universe) else { return }
            if hasNames, marks[row] & RowMark.excluded != 0 { return }
            if hasFilter, verdicts[row] != FilterVerdict.isTrue.rawValue {
                if verdicts[row] == FilterVerdict.isUnknown.rawValue { unknown += 1 }
                return
            }
            found.append(entry)
        }
        if isOwnOrder, let list = asked.list {
            for (place, member) in list.members.enumerated() where Int(member.row) < data.rowCount {
                let key = places.map { $0[Int(member.row)] } ?? Double(place)
                take(Int(member.row), RankEntry(key: key, row: member.row))
            }
        } else if let list = asked.list {
            let isListed = Self.mask(list, membersOnly: false, count: data.rowCount)
            for row in 0..<data.rowCount where isListed[row] { take(row, order.entry(row)) }
        } else {
            for row in 0..<data.rowCount {
                take(row, places.map { RankEntry(key: $0[row], row: Int32(row)) } ?? order.entry(row))
            }
        }
        var arranged = isOwnOrder && places == nil ? found.count : 0
        if let top = asked.filter?.program?.top, found.count > top {
            order.arrange(&found, from: arranged, to: top)
            found.removeLast(found.count - top)
            arranged = found.count
        }
        return (unknown, arranged)
    }

    /// Runs a filter over all rows; what it remembers belongs to one compilation.
    private mutating func runFilter(_ asked: AskedQuestion, _ data: ScanData) {
        guard let filter = asked.filter, let program = filter.program else { return }
        memories.run(filter.number, program, data, into: &verdicts)
    }

    /// Per row its place on a list, infinite off it.
    private static func places(_ list: ScanList, count: Int) -> [Double] {
        var places = Array(repeating: Double.infinity, count: count)
        for (place, member) in list.members.enumerated() where Int(member.row) < count {
            places[Int(member.row)] = Double(place)
        }
        return places
    }

    /// Who is on a list: in its own order its members, by another all of the market that its rule lets pass.
    static func mask(_ list: ScanList, membersOnly: Bool, count: Int) -> [Bool] {
        var mask = Array(repeating: false, count: count)
        if !membersOnly {
            for row in 0..<min(count, list.deciding.count) where list.deciding[row] == RuleResult.noClause {
                mask[row] = true
            }
        }
        for member in list.members where Int(member.row) < count { mask[Int(member.row)] = true }
        return mask
    }
}
