package import EngineAPI
package import MarketData
package import MarketTime

/// What is ranked and how it is shown: the market or a list, a filter on top of it, its order and its columns.
package struct ScanView: Hashable, Sendable {
    /// A list's name; nil for the whole market.
    package var list: String?
    /// The filter applied on top; nil for none.
    package var filter: String?
    /// The filter in its pretty form, as it is displayed: kept, because every frame asks.
    var filterWords: String?
    /// Columns that the filter asks for itself, with `| cols`: kept, because every frame asks.
    var pipedColumns: [ColumnID] = []
    /// Columns asked for with `:cols`; empty takes the list's, and without one the table's.
    package var columns: [ColumnID] = []

    /// The whole market, in play.
    package init() {}

    /// Whether the gate of "in play" has a say: a list and a filter say themselves who belongs to them.
    var isGated: Bool { list == nil && filter == nil }
}

/// The lists and symbol lists that can be named.
package struct ScanNames: Hashable, Sendable {
    /// The lists in the trader's order, and the named filters.
    package var book: ScanBook
    /// Names of the lists of symbols.
    package var symbolLists: [String]
    /// Tickers on the list `watch`.
    package var watched: Set<Symbol>

    /// Names.
    package init(book: ScanBook = ScanBook(), symbolLists: [String] = [], watched: Set<Symbol> = []) {
        self.book = book
        self.symbolLists = symbolLists
        self.watched = watched
    }

    /// A list by its name.
    func definition(_ name: String?) -> ScanDefinition? {
        name.flatMap { name in book.lists.first { $0.name == name } }
    }
}

/// Who was on a list at a moment, as the history file remembers.
package struct RecalledList: Hashable, Sendable {
    /// The list's name.
    package var list: String
    /// The moment asked for; where nothing near it is stored, the last one before it of which something is.
    package var moment: Instant
    /// Who, best first; nil when nothing is stored of that day before.
    package var rows: [Row]?

    /// One ticker.
    package struct Row: Hashable, Sendable {
        /// Who.
        package var symbol: Symbol
        /// From 1.
        package var rank: Int
        /// USD; NaN is missing, here and below.
        package var price: Double
        /// Percent.
        package var change: Double
        /// ×.
        package var rvol: Double
        /// Shares.
        package var volume: Double

        /// A row.
        package init(symbol: Symbol, rank: Int, price: Double, change: Double, rvol: Double, volume: Double) {
            self.symbol = symbol
            self.rank = rank
            self.price = price
            self.change = change
            self.rvol = rvol
            self.volume = volume
        }
    }

    /// A memory.
    package init(list: String, moment: Instant, rows: [Row]?) {
        self.list = list
        self.moment = moment
        self.rows = rows
    }
}
