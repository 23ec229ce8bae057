/// What can be wrong with pages of reference data: `/v3/reference/tickers` and the fundamentals vendor's lists.
package struct RowTroubles: OptionSet, Hashable, Sendable {
    /// The bits.
    package var rawValue: UInt8

    /// A set from its bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Every page after the first has the rows of the one before; of tickers by cursor, those of the first page.
    package static let repeatedPages = Self(rawValue: 1)
    /// Pages have no rows; where there are cursors, one that leads on stays.
    package static let emptyPages = Self(rawValue: 2)
    /// After the last page the same comes again without an end.
    package static let endlessPages = Self(rawValue: 4)
    /// Numbers are texts.
    package static let textsForNumbers = Self(rawValue: 8)
    /// Everything but the symbol is null.
    package static let nulls = Self(rawValue: 16)
    /// Every row comes twice.
    package static let duplicated = Self(rawValue: 32)
}
