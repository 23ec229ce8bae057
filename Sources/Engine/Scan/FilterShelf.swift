import FilterLanguage
import MarketData
import MarketTime

/// A text as it has been compiled.
struct CompiledFilter: Sendable {
    /// Grows with every compilation: what a program remembers belongs to one of them.
    var number: UInt64
    /// What to run; nil when the text cannot be compiled.
    var program: FilterProgram?
    /// Why it cannot be; nil when it can.
    var problem: String?
}

/// Compiled texts, kept while what they may refer to stays the same.
struct FilterShelf: Sendable {
    /// Texts kept, at most; the one not asked for longest goes.
    static let textsMax = 64
    /// Bytes of a text that is kept, at most: longer ones are errors anyway.
    private static let bytesMax = FilterLimits().bytesMax

    private(set) var scope = FilterScope()
    /// Grows when what texts may refer to changes.
    private(set) var version: UInt64 = 0
    private var known: [String: CompiledFilter] = [:]
    private var texts: [String] = []
    private var number: UInt64 = 0

    /// Takes what texts may refer to from now on.
    mutating func use(presets: [String: String], lists: Set<String>) {
        guard presets != scope.presets || lists != scope.lists else { return }
        scope.presets = presets
        scope.lists = lists
        version += 1
        known = [:]
        texts = []
    }

    /// A text's program, or why there is none.
    mutating func filter(_ text: String) -> CompiledFilter {
        if let found = known[text] {
            // A filter in force outlives all that is tried beside it, and with it what it remembers.
            if texts.last != text, let place = texts.firstIndex(of: text) { texts.append(texts.remove(at: place)) }
            return found
        }
        let compilation = FilterCompiler.compile(text, in: scope)
        number += 1
        var compiled = CompiledFilter(number: number, program: compilation.program, problem: compilation.problem)
        if compiled.program == nil, compiled.problem == nil { compiled.problem = "cannot be compiled" }
        guard text.utf8.count <= Self.bytesMax else { return compiled }
        if texts.count >= Self.textsMax { known[texts.removeFirst()] = nil }
        texts.append(text)
        known[text] = compiled
        return compiled
    }
}

extension FilterProgram {
    /// The columns it reads, of what has been taken.
    func columns(_ data: ScanData) -> FilterColumns {
        let missing = ScanData.missing(numberColumns, data.numbers, data.rowCount)
        var columns = FilterColumns(
            rowCount: data.rowCount,
            numbers: numberColumns.map { data.numbers[$0] ?? missing },
            texts: textColumns.map { data.texts[$0] ?? TextColumn() },
            lists: lists.map { data.lists[$0] ?? Array(repeating: false, count: data.rowCount) },
            now: data.now.nanoseconds,
            secondOfDay: data.secondOfDay,
            compared: data.compared
        )
        columns.pauseSeconds = data.pauseSeconds
        return columns
    }
}

extension ScanData {
    /// A column of missing numbers, made only where one of these was not taken.
    fileprivate static func missing(_ ids: [ColumnID], _ numbers: [ColumnID: [Double]], _ count: Int) -> [Double] {
        ids.allSatisfy { numbers[$0] != nil } ? [] : Array(repeating: .nan, count: count)
    }
}

extension ColumnNeeds {
    /// Adds what a program reads.
    mutating func add(_ program: FilterProgram) {
        numbers.formUnion(program.numberColumns)
        texts.formUnion(program.textColumns)
        lists.formUnion(program.lists)
    }
}
