/// A number that daily bars before the trading day give.
package enum DailyColumn: Int, CaseIterable, Hashable, Sendable {
    /// Open of the day before, USD.
    case previousOpen
    /// Change of the day before against its previous close, percent.
    case previousChangePercent
    /// Mean volume over 20 days, shares.
    case averageVolume20
    /// Mean volume over 63 days, shares.
    case averageVolume3m
    /// Mean of close · volume over 20 days, USD.
    case averageDollarVolume
    /// Sum of the last 4 closes, USD; 9, 19, 49 and 199 below.
    case closeSum4
    case closeSum9
    case closeSum19
    case closeSum49
    case closeSum199
    /// Close 3 trading days before the trading day, USD; 5, 10, 20 and 252 below.
    case close3
    case close5
    case close10
    case close20
    case close252
    /// Highest high of the last 5 days, USD; 10, 20, 63 and 252 below.
    case high5
    case high10
    case high20
    case high63
    case high252
    /// Lowest low of the last 5 days, USD; 10, 20, 63 and 252 below.
    case low5
    case low10
    case low20
    case low63
    case low252
    /// Wilder's mean gain over 14 days, USD.
    case meanGain
    /// Wilder's mean loss over 14 days, USD.
    case meanLoss
    /// Days in a row that closed higher, or lower (negative), up to the day before.
    case upDays
}

/// What daily bars give, as columns with a number per row of the universe; no memory before the first are set.
package struct DailyTable: Hashable, Sendable {
    private var columns: [[Double]] = []
    private var rows = 0

    /// Without rows.
    package init() {}

    /// Whether nothing is known of any row.
    package var isEmpty: Bool { columns.isEmpty }

    /// A column, a number per row, NaN where missing; empty while the table ``isEmpty``.
    package subscript(column: DailyColumn) -> [Double] { columns.isEmpty ? [] : columns[column.rawValue] }

    /// Sets a row's number, missing in all other columns that have not been set.
    package mutating func set(_ column: DailyColumn, row: Int, _ value: Double) {
        if columns.isEmpty {
            columns = Array(repeating: Array(repeating: .nan, count: rows), count: DailyColumn.allCases.count)
        }
        columns[column.rawValue][row] = value
    }

    /// Adds rows, with nothing known of them.
    package mutating func grow(to count: Int) {
        guard count > rows else { return }
        for column in columns.indices {
            columns[column].append(contentsOf: repeatElement(.nan, count: count - rows))
        }
        rows = count
    }

    /// Forgets all numbers, keeps the rows.
    package mutating func reset() { columns = [] }
}
