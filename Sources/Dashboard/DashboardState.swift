package import EngineAPI
package import MarketData
package import MarketTime
package import TerminalGrid

/// Everything the screen is painted from: one value, changed only by `reduce`.
package struct DashboardState: Hashable, Sendable {
    /// As given at the start.
    package let settings: DashboardSettings
    /// Columns and rows of the terminal.
    package internal(set) var size: Size
    /// The market's time, from the newest tick.
    package internal(set) var now: Instant
    /// The market's time at the start, for "waiting for 4 s".
    package internal(set) var startedAt: Instant

    /// The newest status, also while paused; nil before the engine's first picture.
    package internal(set) var status: EngineStatus?
    /// The rows on the screen: the newest answer that belongs to the current order; nil before the first.
    package internal(set) var rows: ScanResult?

    /// Newcomers among the first places.
    var leaders = Leaders()

    /// The order asked for.
    package internal(set) var sort: SortKey
    /// What is ranked: the market, a list, a filter on top.
    package internal(set) var view = ScanView()
    /// Whether `sort` is the list's own order, all of whose keys count.
    var isOwnSort = false
    /// The lists and symbol lists that can be named.
    package internal(set) var names = ScanNames()
    /// Filters applied.
    var filterHistory = FilterHistory()
    /// Tickers on the trader's list `watch`.
    package internal(set) var watched: Set<Symbol> = []
    /// The question about the why-log that the engine was sent last; nil for none.
    var sentWhy: WhyQuery?
    /// What an earlier run kept, by key; nil until it has been read.
    package internal(set) var kept: [String: String]?
    /// The layout kept last; nil before one was.
    var lastKept: SavedLayout?
    /// The theme painted with.
    package internal(set) var themeName = ThemeSheet.ember.name
    /// How the terminal takes frames; nil while nobody tells.
    package internal(set) var terminal: TerminalFigures?
    /// The step of the tour, from 0; nil without one.
    package internal(set) var tour: Int?
    /// Keys pressed so far, for the hint of the first run.
    var keysPressed = 0
    /// Whether the running key goes through the memory of views.
    var isStepping = false
    /// Entries of the why-log, newest first; nil when it is not open.
    package internal(set) var why: [ScanEvent]?
    /// Whether only what is in play is ranked.
    package internal(set) var isGated: Bool
    /// RVOL settings asked for; those in force stand in `status`.
    package internal(set) var rvol: RVOLSettings

    /// The selected row.
    package internal(set) var selection = Selection()
    /// Rank of the first row of the table, before it is clamped to the rows at hand.
    package internal(set) var top = 0
    /// Until when the order stands still.
    package internal(set) var holdUntil: Instant?
    /// Set while the table is frozen.
    package internal(set) var pause: Pause?
    /// What lies over the table and takes the keys.
    package internal(set) var layer = Layer.table
    /// A search sent with a query and not answered yet.
    package internal(set) var search: PendingSearch?
    /// The text of the last accepted search, for `n` and `N`.
    package internal(set) var lastSearch = ""
    /// Keys of a sequence not finished yet.
    package internal(set) var prefix: [Key] = []
    /// When the newest key of that sequence came.
    var prefixSince: Instant?
    /// The last press of the mouse on a row.
    var lastPress: MousePress?
    /// Which keys do what.
    package internal(set) var keymap: Keymap
    /// What was run from the palette, newest first, at most `PaletteState.recentMax`.
    var paletteRecent: [String] = []

    /// Since when the backfill has been finished; nil while it runs, and when there was none to watch.
    package internal(set) var backfillFinishedAt: Instant?
    /// Since when the backfill has been waiting; nil while it does not.
    package internal(set) var backfillWaitingSince: Instant?

    /// Which panes are wanted, and which one takes the keys.
    package internal(set) var panes: PaneChoice
    /// View changes that can be undone and done again.
    var history = ViewHistory()
    /// The table's own choices: column under the cursor, pins, marks, who is left out.
    package internal(set) var table = TableState()
    /// The heatmap.
    package internal(set) var heat = HeatState()
    /// The ticker's page.
    package internal(set) var page = PageState()
    /// The tape.
    package internal(set) var tape: TapePanelState
    /// The second tape.
    package internal(set) var tape2: TapePanelState
    /// Whether a changed price stands out for a moment.
    package internal(set) var flashesPrices: Bool
    /// Prices that have just changed.
    package internal(set) var priceFlashes: PriceFlashes
    /// What the engine was told that the trader looks at.
    var look = LookState()
    /// What was seen of the stream's breaks and of events put together.
    var streamWatch = StreamWatch()

    /// Lines entered behind the colon, oldest first, at most `CommandLineState.historyMax`.
    package internal(set) var commandHistory: [String] = []
    /// The lines as they were kept last; nil before those of earlier runs have been read.
    var keptHistory: [String]?

    /// The last query sent; nil before the first.
    package internal(set) var sentQuery: ScanQuery?
    /// The first query of the list and filter shown; nil while neither has changed.
    package internal(set) var shownQuestion: UInt64?
    /// Answers to queries before this version are in another order and are not shown.
    package internal(set) var acceptedVersion: UInt64 = 0
    /// The version that first asked for the selected symbol's rank.
    package internal(set) var anchorVersion: UInt64 = 0

    /// Messages from the composition, oldest first, at most `noticesMax`.
    package internal(set) var notices: [Notice] = []
    /// Problems the trader has put away; forgotten when they end.
    var dismissed: Set<Problem.Kind> = []
    /// The answer to the last key, in the message line until the next key or its end.
    package internal(set) var flash: Flash?

    /// Most messages kept; of more the oldest are dropped.
    package static let noticesMax = 20

    /// The state before the first event.
    package init(settings: DashboardSettings, size: Size, now: Instant) {
        self.settings = settings
        self.size = size
        self.now = now
        startedAt = now
        sort = settings.sort
        isGated = settings.startsGated
        keymap = settings.keymap
        rvol = settings.rvol
        panes = PaneChoice(open: [.heat, .detail] + (settings.showsTape ? [.tape] : []))
        tape = TapePanelState(.linked, order: settings.tapeOrder)
        tape2 = TapePanelState(.merged, order: settings.tapeOrder)
        flashesPrices = settings.flashes
        tour = settings.showsTour ? 0 : nil
        priceFlashes = PriceFlashes(pace: settings.pace)
    }

    /// The gate in force.
    var gate: ScanGate { isGated && view.list == nil && shownFilter == nil ? settings.gate : .wholeMarket }
    /// The order as the engine is asked for it: where the column says nothing, the money traded does.
    ///
    /// Without history every RVOL is missing, and the table shows the most active stocks rather than the alphabet.
    var sortKeys: [SortKey] {
        if isOwnSort, let definition = names.definition(view.list) { return definition.sort }
        let keys = [sort] + table.moreSorts
        if keys.contains(where: { $0.column == .symbol || $0.column == .dollarVolume }) { return keys }
        return keys + [SortKey(.dollarVolume, descending: true)]
    }
    /// How many tickers pass the gate, as far as known.
    var matchCount: Int { rows?.matchCount ?? 0 }
    /// Whether the rows at hand answer a question about other tickers: of another list, by another filter.
    ///
    /// An answer in another order only is still about the same tickers.
    var isAwaitingRows: Bool {
        guard let rows, let shown = shownQuestion else { return false }
        return rows.version < shown
    }
    /// Which keys are in force.
    var keyContext: KeyContext { layer == .table ? panes.focus.context : layer.context }
    /// Whether the order stands still.
    var holdsOrder: Bool { holdUntil.map { now < $0 } ?? false }

    /// The index of the selected row within `rows`; nil when it is not among them.
    var selectedIndex: Int? {
        guard let rows, rows.rows.contains(selection.rank) else { return nil }
        let index = selection.rank - rows.rows.lowerBound
        guard index < rows.symbols.count else { return nil }
        // A followed ticker that is not among the rows has none.
        if let followed = table.followed, selection.symbol == followed, rows.symbols[index] != followed { return nil }
        return index
    }
}

/// The selected row: a symbol that is followed through re-rankings, or the top place whoever holds it.
package struct Selection: Hashable, Sendable {
    /// Rank, from 0; the newest known one of `symbol`.
    package var rank = 0
    /// Who is selected; nil until the rows around `rank` have arrived, and while the top place is followed.
    package var symbol: Symbol?
    /// Stays on rank 0 whoever stands there: until the trader moves, and again after going to the top.
    package var followsTop = true
}

/// A frozen table.
package struct Pause: Hashable, Sendable {
    /// Since when.
    package var since: Instant
    /// Snapshots that arrived meanwhile.
    package var missed = 0
    /// The last snapshot counted.
    package var lastSnapshot: Instant?
    /// The newest answer that arrived meanwhile, for the moment it ends.
    package var latest: ScanResult?
}

/// A search on its way.
package struct PendingSearch: Hashable, Sendable {
    /// What is sought.
    package var request: FindRequest
    /// The query that carries it; the largest number until one does.
    package var version: UInt64
}

/// What takes the keys.
package enum Layer: Hashable, Sendable {
    /// The table itself.
    case table
    /// The list of keys, commands, columns and marks.
    case help(HelpState)
    /// All messages in full; first line shown.
    case messages(top: Int)
    /// Figures of the stream; first line shown.
    case stats(top: Int)
    /// The list of sortable columns.
    case sortMenu(SortMenu)
    /// The line a symbol is typed into.
    case find(FindLine)
    /// The line a command is typed into.
    case command(CommandLineState)
    /// The line a filter is typed into.
    case filter(FilterLine)
    /// The lists to choose from; highlighted entry, 0 is the whole market.
    case lists(index: Int)
    /// The why-log; first line shown.
    case why(top: Int, WhyQuery)
    /// Who was on a list at a moment; first line shown.
    case recall(RecalledList)
    /// Everything by name.
    case palette(PaletteState)
    /// The columns to choose from.
    case columns(ColumnChooser)
    /// What the number under the cursor is.
    case explain(ExplainState)
}

/// The sort menu's state.
package struct SortMenu: Hashable, Sendable {
    /// Highlighted entry, an index into `SortMenu.columns`.
    package var index: Int
    /// First letters typed so far.
    package var typed = ""

    /// What can be sorted by, in the registry's order.
    static let columns = ColumnDescriptor.all.filter(\.isSortable)
}

/// The search line's state.
package struct FindLine: Hashable, Sendable {
    /// What was typed: characters of symbols only.
    package var text = ""
    /// Where the search began, for `Esc`.
    package var origin: Selection
    /// First row on the screen when the search began.
    package var originTop: Int
    /// Whether the last answer found nothing.
    package var isMissing = false
}

/// A short answer to a key.
package struct Flash: Hashable, Sendable {
    /// The words.
    package var text: String
    /// When it goes away by itself.
    package var until: Instant
}
