/// How a column's numbers are written.
package enum ColumnFormat: Hashable, Sendable {
    /// Text, left-aligned.
    case text
    /// USD with two decimals, four below one dollar.
    case price
    /// Percent with a direction glyph; the number of decimals.
    case signedPercent(decimals: Int)
    /// Percent without sign; the number of decimals.
    case percent(decimals: Int)
    /// A multiple with so many decimals; above 999 written `>999`.
    case multiple(decimals: Int)
    /// Shares or dollars with K, M, B.
    case abbreviated
    /// Seconds, written `7s`, `4m`, `2h`.
    case age
    /// The relative volume of the last slots as heat cells.
    case strip
}

/// What a column's values are.
package enum ColumnKind: Hashable, Sendable {
    /// A number per row; NaN is missing.
    case number
    /// Yes (1), no (0) or not known (NaN).
    case flag
    /// Text; empty is missing.
    case text
    /// Heat cells; shown only, neither sorted nor filtered.
    case strip
}

/// What a column's numbers count: decides which suffixes a filter may use with it.
package enum ColumnUnit: String, CaseIterable, Hashable, Sendable {
    /// Text and flags.
    case none = ""
    /// Dollars.
    case usd = "USD"
    /// Shares.
    case shares
    /// Percent, never a fraction: 5 is 5 %.
    case percent = "%"
    /// A multiple.
    case ratio = "×"
    /// Trades.
    case trades
    /// Trading days.
    case days
    /// Minutes.
    case minutes
    /// Seconds.
    case seconds
    /// Standard deviations.
    case deviations = "σ"
    /// A plain number (an oscillator, a count).
    case count = "number"
}

/// One entry of the column registry: everything tables, filters, completion, help, exports and the reference page need to
/// know about a column.
package struct ColumnDescriptor: Hashable, Sendable {
    /// Which column.
    package var id: ColumnID
    /// Table heading, at most `width` cells.
    package var title: String
    /// Other names one may type, lower case.
    package var aliases: [String]
    /// What its values are.
    package var kind: ColumnKind
    /// What its numbers count.
    package var unit: ColumnUnit
    /// What it means and how it is computed, in a line.
    package var formula: String
    /// When there is a value: sessions, and what must be known for it.
    package var validity: String
    /// Where the value comes from.
    package var source: String
    /// Cells the column takes, without the gap before it.
    package var width: Int
    /// How its numbers are written.
    package var format: ColumnFormat
    /// 0 is never dropped; among the others the highest number leaves first on a narrow screen.
    package var dropPriority: Int
    /// Sorting by it starts with the largest value.
    package var sortsDescending: Bool
    /// Whether one can sort by it.
    package var isSortable: Bool

    /// An entry.
    package init(
        id: ColumnID,
        title: String,
        aliases: [String] = [],
        kind: ColumnKind = .number,
        unit: ColumnUnit,
        formula: String,
        validity: String = "",
        source: String = "",
        width: Int,
        format: ColumnFormat,
        dropPriority: Int = 9,
        sortsDescending: Bool = true,
        isSortable: Bool = true
    ) {
        self.id = id
        self.title = title
        self.aliases = aliases
        self.kind = kind
        self.unit = unit
        self.formula = formula
        self.validity = validity
        self.source = source
        self.width = width
        self.format = format
        self.dropPriority = dropPriority
        self.sortsDescending = sortsDescending
        self.isSortable = isSortable
    }

    /// The entry of a column; every ``ColumnID`` has one (tested).
    package static func of(_ id: ColumnID) -> Self? { byID[id] }

    /// The column of a typed name or alias, capitals or not; nil when there is none of exactly that name.
    package static func named(_ name: String) -> Self? { byName[name.lowercased()] }

    private static let byID: [ColumnID: Self] = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }

    private static let byName: [String: Self] = Dictionary(
        all.flatMap { entry in ([entry.id.rawValue] + entry.aliases).map { ($0, entry) } }
    ) { first, _ in first }
}
