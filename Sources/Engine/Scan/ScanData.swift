import EngineAPI
import MarketData
import MarketTime

// Lists and queries work on columns taken at one moment: the arrays are shared with where they come from, not copied, and
// are let go of when the work is done, so that the next snapshot writes into the same memory.

/// What a run of filters and sorts reads: the columns asked for, as they are at one moment.
struct ScanData {
    /// Rows in every column.
    var rowCount = 0
    /// Market time.
    var now = Instant(nanoseconds: 0)
    /// Seconds since midnight in New York.
    var secondOfDay = 0
    /// Numbers and flags, NaN is missing.
    var numbers: [ColumnID: [Double]] = [:]
    /// Texts.
    var texts: [ColumnID: TextColumn] = [:]
    /// Per row the place of its text among all texts of the column, NaN where missing; for columns to be sorted by.
    var textOrder: [ColumnID: [Double]] = [:]
    /// Who is on a list, by its name.
    var lists: [String: [Bool]] = [:]
    var symbols: [Symbol] = []
    var flags: [RowFlags] = []
    /// Rows that are compared with each other: neither test symbols nor those the feed no longer sends.
    var compared: [Bool] = []
    /// Seconds that two runs may lie apart by the pace of the snapshots.
    var pauseSeconds = 0

    /// A number of a row; NaN where it is missing or was not asked for.
    func number(_ id: ColumnID, _ row: Int) -> Double {
        guard let column = numbers[id], row < column.count else { return .nan }
        return column[row]
    }

    /// What a column is sorted by, one number per row; nil for the symbol, which is compared by itself.
    func sortValues(_ id: ColumnID) -> [Double]? {
        if id == .symbol { return nil }
        return textOrder[id] ?? numbers[id] ?? Array(repeating: .nan, count: rowCount)
    }
}

/// Columns that a run needs.
struct ColumnNeeds {
    var numbers: Set<ColumnID> = []
    var texts: Set<ColumnID> = []
    /// Columns of text to be sorted by.
    var textOrder: Set<ColumnID> = []
    /// Names of lists.
    var lists: Set<String> = []

    /// Adds what is needed to sort by these keys.
    mutating func add(_ keys: [SortKey]) {
        for key in keys where key.column != .symbol {
            if ColumnDescriptor.of(key.column)?.kind == .text {
                textOrder.insert(key.column)
            } else {
                numbers.insert(key.column)
            }
        }
    }

    /// Adds columns to be shown.
    mutating func add(shown columns: [ColumnID]) {
        for id in columns where id != .symbol && id != .strip {
            if ColumnDescriptor.of(id)?.kind == .text { texts.insert(id) } else { numbers.insert(id) }
        }
    }
}

/// The alphabetical order of columns' texts, kept as long as no new text comes.
struct TextOrders: Sendable {
    /// Columns whose order is kept, at most: a column of names takes a megabyte.
    private static let keptMax = 2

    private var kept: [(id: ColumnID, version: UInt64, places: [Double])] = []

    /// Per row the place of its text among all; capitals do not matter.
    mutating func values(_ id: ColumnID, _ column: TextColumn, rowCount: Int) -> [Double] {
        let places = places(id, column)
        return (0..<rowCount).map { row in
            guard row < column.codes.count, column.codes[row] >= 0 else { return .nan }
            return places[Int(column.codes[row])]
        }
    }

    private mutating func places(_ id: ColumnID, _ column: TextColumn) -> [Double] {
        let known = kept.first { $0.id == id && $0.version == column.version && $0.places.count == column.texts.count }
        if let known { return known.places }
        let folded = column.texts.map { $0.lowercased() }
        let order = folded.indices.sorted { left, right in
            folded[left] != folded[right] ? folded[left] < folded[right] : column.texts[left] < column.texts[right]
        }
        var places = Array(repeating: 0.0, count: order.count)
        for (place, index) in order.enumerated() { places[index] = Double(place) }
        kept.removeAll { $0.id == id }
        if kept.count >= Self.keptMax { kept.removeFirst() }
        kept.append((id, column.version, places))
        return places
    }
}
