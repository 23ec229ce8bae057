package import MarketData
package import MarketTime

/// A list of tickers by a rule: what the trader knows it by, who gets on it, who stays, in which order it is shown.
package struct ScanDefinition: Hashable, Sendable {
    /// Who wrote it.
    package enum Origin: String, Hashable, Sendable {
        /// Comes with the program.
        case shipped
        /// The trader's own; replaces a shipped one of the same name.
        case own
    }

    /// Ranks kept of a list, at most.
    package static let topMax = 1000
    /// Longest name, bytes.
    package static let nameMax = 32

    /// Whether a text can be the name of a list, a preset or a list of symbols, which is also a file's.
    package static func isName(_ text: String) -> Bool {
        (1...nameMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x61...0x7A, 0x30...0x39, 0x2D, 0x5F: true
                default: false
                }
            }
    }

    /// What one types: lower-case letters, digits, `-`, `_`; unique.
    package var name: String
    /// What stands on its tab, at most 14 cells.
    package var title: String
    /// What it is for, in a line.
    package var summary: String
    /// Who gets on it, in the filter language; its own pipes (`| sort … | top … | cols …`) give way to the fields below.
    package var filter: String
    /// Who must leave although not everybody outside `filter` must: a ticker on the list stays until this is true.
    ///
    /// Nil: it leaves as soon as `filter` is not true.
    package var exit: String?
    /// Seconds of market time a ticker stays at least.
    package var minStaySeconds: Int
    /// Sort keys, most important first; empty takes the filter's pipe, and without one RVOL.
    package var sort: [SortKey]
    /// Columns shown; empty takes the filter's pipe, and without one the table's.
    package var columns: [ColumnID]
    /// Sessions in which it is worked out; outside them it keeps its last members.
    ///
    /// Empty: all but closed.
    package var sessions: Set<MarketSession>
    /// Ranks kept, 1…``topMax``.
    package var top: Int
    /// Whether its members are followed by the second.
    package var isFollowed: Bool
    /// Who wrote it.
    package var origin: Origin

    /// A definition.
    package init(
        name: String,
        title: String,
        summary: String = "",
        filter: String,
        exit: String? = nil,
        minStaySeconds: Int = 0,
        sort: [SortKey] = [],
        columns: [ColumnID] = [],
        sessions: Set<MarketSession> = [],
        top: Int = 100,
        isFollowed: Bool = true,
        origin: Origin = .shipped
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.filter = filter
        self.exit = exit
        self.minStaySeconds = minStaySeconds
        self.sort = sort
        self.columns = columns
        self.sessions = sessions
        self.top = top
        self.isFollowed = isFollowed
        self.origin = origin
    }
}

/// Everything the engine scans for: the lists in the trader's order, and the named filters they may refer to.
package struct ScanBook: Hashable, Sendable {
    /// Lists, at most, shipped and own together.
    package static let listsMax = 100

    /// The lists.
    package var lists: [ScanDefinition]
    /// Texts that `$name` stands for.
    package var presets: [String: String]

    /// A book.
    package init(lists: [ScanDefinition] = [], presets: [String: String] = [:]) {
        self.lists = lists
        self.presets = presets
    }
}

/// A list of symbols by name: what `@name` means in a filter.
package struct SymbolList: Hashable, Sendable {
    /// Symbols of a list, at most.
    package static let symbolsMax = 5000

    /// What one types.
    package var name: String
    /// Its symbols, each once, in the trader's order.
    package var symbols: [Symbol]

    /// A list.
    package init(name: String, symbols: [Symbol]) {
        self.name = name
        self.symbols = symbols
    }
}

/// How a list stands, for tabs and `tradeul lists`.
package struct ListState: Hashable, Sendable {
    /// Its name.
    package var name: String
    /// What stands on its tab.
    package var title: String
    /// Tickers that match, before `top` cuts.
    package var matchCount = 0
    /// Tickers left out because something its filter asks for is not known of them.
    package var unknownCount = 0
    /// Tickers that came onto it within the last minute.
    package var newCount = 0
    /// Whether it is worked out in this session.
    package var isActive = true
    /// Why it cannot be worked out; nil when it can.
    ///
    /// Only this list is affected.
    package var problem: String?

    /// A list nobody is on.
    package init(name: String, title: String) {
        self.name = name
        self.title = title
    }
}

/// What happened to a ticker on a list, with what decided and the numbers at that moment.
package struct ScanEvent: Hashable, Sendable {
    /// What happened.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// It came onto the list.
        case entered
        /// It left.
        case left
        /// It rose or fell by many ranks, or became or ceased to be the first.
        case moved
    }

    /// When, market time.
    package var time: Instant
    /// The list's name.
    package var list: String
    /// Who.
    package var symbol: Symbol
    /// What.
    package var kind: Kind
    /// Rank after it, from 1; of one who left, the last.
    package var rank: Int
    /// Rank before it, from 1; 0 for one who was not on the list.
    package var previousRank: Int
    /// The clause that decided, as its filter writes it (`rvol > 3`), or a word where none did: `cut` (ranked below the
    /// list's end), `gone` (no longer in the feed), `unknown` (something asked for is no longer known), `edited`.
    package var clause: String
    /// Numbers at that moment, NaN where missing: USD.
    package var price: Double
    /// Shares.
    package var volume: Double
    /// ×.
    package var rvol: Double
    /// Percent.
    package var changePercent: Double
    /// The value of the clause's left side; NaN when there is none.
    package var value: Double

    /// An event.
    package init(
        time: Instant,
        list: String,
        symbol: Symbol,
        kind: Kind,
        rank: Int,
        previousRank: Int,
        clause: String,
        price: Double = .nan,
        volume: Double = .nan,
        rvol: Double = .nan,
        changePercent: Double = .nan,
        value: Double = .nan
    ) {
        self.time = time
        self.list = list
        self.symbol = symbol
        self.kind = kind
        self.rank = rank
        self.previousRank = previousRank
        self.clause = clause
        self.price = price
        self.volume = volume
        self.rvol = rvol
        self.changePercent = changePercent
        self.value = value
    }
}

/// Which entries of the why-log a screen wants, newest first.
package struct WhyQuery: Hashable, Sendable {
    /// Only of this list; nil for all.
    package var list: String?
    /// Only of this ticker; nil for all.
    package var symbol: Symbol?
    /// Entries, at most.
    package var count: Int

    /// A query.
    package init(list: String? = nil, symbol: Symbol? = nil, count: Int = 200) {
        self.list = list
        self.symbol = symbol
        self.count = count
    }
}

/// Tickers on lists at a moment, for the store: parallel columns, a row per (list, ticker).
package struct ScanRecords: Hashable, Sendable {
    /// When, market time.
    package var time: Instant
    /// The trading day.
    package var day: DayID
    /// Lists told in full: who of them is not in the rows is not on the list.
    ///
    /// Rows of other lists are changes only.
    package var fullLists: [String] = []
    /// The list's name.
    package var lists: [String] = []
    /// Who.
    package var symbols: [Symbol] = []
    /// Rank, from 1; 0 for one who has left.
    package var ranks: [Int32] = []
    /// USD; NaN is missing, here and below.
    package var prices: [Double] = []
    /// Shares since 04:00 ET.
    package var volumes: [Double] = []
    /// ×.
    package var rvols: [Double] = []
    /// Percent.
    package var changes: [Double] = []
    /// Market capitalisation, USD.
    package var marketCaps: [Double] = []

    /// No rows.
    package init(time: Instant, day: DayID) {
        self.time = time
        self.day = day
    }

    /// Rows held.
    package var count: Int { symbols.count }
}

/// What remembering lists needs of a store.
///
/// May block; called off the core's thread.
package protocol ScanStore: Sendable {
    /// Adds records in one transaction.
    ///
    /// - Throws: ``StoreError``.
    func write(_ records: ScanRecords) throws
    /// Adds entries of the why-log in one transaction.
    ///
    /// - Throws: ``StoreError``.
    func write(_ events: [ScanEvent], day: DayID) throws
}
