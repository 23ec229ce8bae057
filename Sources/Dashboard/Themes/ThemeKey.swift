/// A key of a theme file that names a style: where it stands, what it is for, how well it must be read.
package struct ThemeKey: Hashable, Sendable {
    /// The table of the file.
    package enum Section: String, Hashable, Sendable, CaseIterable {
        /// Letters, boxes, rows, editors.
        case ui
        /// Risen and fallen.
        case updown
        /// Steps of relative volume.
        case heat
        /// Trades.
        case tape
    }

    /// How much is lost when it cannot be read well.
    package enum Reading: Hashable, Sendable {
        /// Words and numbers that a trader reads.
        case text
        /// Bold words on a ground of their own.
        case bold
        /// Words that step back: hints, what is stale.
        case quiet
        /// Lines and frames.
        case line
    }

    /// What is laid over rows and cells; no role of its own.
    enum Part: Int, CaseIterable, Sendable {
        /// The selected row's ground.
        case selected
        /// Foreground of what would drown in it.
        case selectedQuiet
        /// The ground of a row whose trading is halted.
        case halted
        /// Foreground of rows that are not traded.
        case rowDim
        /// Laid over the heat cells of the slot that is running.
        case now
    }

    enum Target: Hashable, Sendable {
        case role(Role)
        case part(Part)
    }

    /// The table of the file.
    package let section: Section
    /// The key within it.
    package let name: String
    /// What it is for, as one sentence.
    package let words: String
    /// A few letters that show it.
    package let sample: String
    /// How well it must be read.
    package let reading: Reading
    let target: Target

    /// The key with its table: `ui.text.dim`.
    package var path: String { section.rawValue + "." + name }

    /// The key of that path; nil when there is none.
    package static func named(_ path: String) -> ThemeKey? { all.first { $0.path == path } }

    /// All of them, in the order of the documentation.
    package static let all: [ThemeKey] = text + boxes + rows + header + editing + charts + updown + heat + tape

    private init(
        _ section: Section,
        _ name: String,
        _ target: Target,
        _ words: String,
        _ sample: String,
        _ reading: Reading = .text
    ) {
        self.section = section
        self.name = name
        self.target = target
        self.words = words
        self.sample = sample
        self.reading = reading
    }

    private static func ui(
        _ name: String,
        _ role: Role,
        _ words: String,
        _ sample: String,
        _ reading: Reading = .text
    ) -> ThemeKey { ThemeKey(.ui, name, .role(role), words, sample, reading) }

    private static let text: [ThemeKey] = [
        ui(
            "text",
            .text,
            "Everything that has no key of its own; its `bg` is the ground of the whole screen.",
            "12.40"
        ),
        ui("text.dim", .dim, "Words that step back.", "prev close", .quiet),
        ui("text.symbol", .symbol, "Ticker symbols.", "QXAI"),
        ui("text.matched", .matched, "The letters that a search found.", "QX"),
    ]

    private static let boxes: [ThemeKey] = [
        ui("box.border", .border, "Borders.", "+------+", .line),
        ui("box.border.focus", .borderFocus, "Border of the pane that takes the keys.", "+------+"),
        ui("box.title", .title, "Titles of panes.", "TAPE"),
        ui("box.key", .paneKey, "The key in a pane's title.", "t"),
        ui("tab.active", .tabActive, "The list that is shown.", "3 RVOL"),
        ui("tab.idle", .tabIdle, "The other lists.", "4 HOD", .quiet),
        ui("menu.chosen", .chosen, "The highlighted entry of a menu.", "sort by RVOL"),
        ui("menu.disabled", .disabled, "An entry that cannot be taken now.", "undo", .quiet),
        ui("hint.key", .key, "Keys in hints.", "f"),
        ui("hint.text", .hint, "What they do.", "filter", .quiet),
        ui("tour", .tour, "Steps of the tour.", "step 1 of 6"),
    ]

    private static let rows: [ThemeKey] = [
        ui("table.heading", .heading, "Headings of columns.", "LAST", .quiet),
        ui("table.heading.sorted", .headingSorted, "The heading that the order follows.", "RVOL v"),
        ui("table.cursor", .columnCursor, "The number under the column cursor.", "21.3"),
        ThemeKey(.ui, "row.selected", .part(.selected), "Laid over the selected row.", "QXAI 4.82"),
        ThemeKey(
            .ui,
            "row.selected.dim",
            .part(.selectedQuiet),
            "Foreground of what would drown in the selected row's ground.",
            "QXAI"
        ),
        ThemeKey(.ui, "row.halted", .part(.halted), "Laid over a row whose trading is halted.", "GLTQ 0.94"),
        ThemeKey(.ui, "row.dim", .part(.rowDim), "Foreground of a row that is not traded.", "SLPY 3.10", .quiet),
        ui("row.marker", .marker, "The mark before the selected row.", ">"),
        ui("row.pinned", .pinned, "The mark of a pinned row.", "="),
        ui("row.marked", .marked, "The mark of a marked row.", "*"),
        ui("row.entering", .entering, "The mark of a row that a filter would bring.", "+"),
        ui("row.leaving", .leaving, "A row that a filter would take away.", "-", .quiet),
        ui("mark.halt", .haltMark, "Trading is halted.", "H!"),
        ui("mark.limit", .limitMark, "A price at its limit band.", "L"),
    ]

    private static let header: [ThemeKey] = [
        ui("header.brand", .brand, "The program's name.", "TRADEUL"),
        ui("header.clock", .clock, "The clock, and titles of the open pane.", "11:47:03 ET"),
        ui("session.open", .sessionOpen, "The market is open.", "RTH"),
        ui("session.edge", .sessionEdge, "Before the opening and after the close.", "PRE"),
        ui("session.closed", .sessionClosed, "The market is closed.", "CLOSED", .quiet),
        ui("status.good", .good, "All is well.", "LIVE"),
        ui("status.warning", .warning, "Something to know.", "4 s old"),
        ui("status.bad", .bad, "Something is wrong.", "NOT CONNECTED"),
        ui("badge", .badge, "What kind of market this is.", " DEMO "),
        ui("badge.bad", .badgeBad, "The same, and something is wrong.", " OFF "),
        ui("badge.pause", .badgePause, "The screen stands still.", " PAUSED "),
    ]

    private static let editing: [ThemeKey] = [
        ui("editor.ghost", .ghost, "What completion would add.", "vol > 1M", .quiet),
        ui("editor.error", .errorToken, "The word that is wrong.", "rvoll"),
        ui("editor.warning", .warningToken, "A word that is allowed but odd.", "price > 1e9"),
    ]

    private static let charts: [ThemeKey] = [
        ui("chart.average", .average, "A slot's average.", "-----"),
        ui("chart.price", .priceLine, "The price.", "/\\_/"),
        ui("chart.vwap", .vwapLine, "The mean price by volume.", "-----"),
        ui("chart.previous", .previousClose, "Yesterday's close.", ".....", .quiet),
    ]

    private static let updown: [ThemeKey] = [
        ThemeKey(.updown, "up", .role(.up), "Risen.", "^ 38.4"),
        ThemeKey(.updown, "down", .role(.down), "Fallen.", "v 12.7"),
        ThemeKey(.updown, "flat", .role(.flat), "Unchanged.", "0.0", .quiet),
        ThemeKey(.updown, "flash_up", .role(.flashUp), "Digits that have just risen.", "4.83"),
        ThemeKey(.updown, "flash_down", .role(.flashDown), "Digits that have just fallen.", "4.81"),
    ]

    private static let heat: [ThemeKey] = [
        ThemeKey(.heat, "missing", .role(.heatMissing), "A cell without a number.", "..", .quiet),
        ThemeKey(.heat, "strip_missing", .role(.stripMissing), "The same in a table's strip.", "..", .quiet),
        ThemeKey(.heat, "cursor", .role(.heatCursor), "The cell under the cursor.", "9.1"),
        ThemeKey(.heat, "now", .part(.now), "Laid over the cells of the slot that is running.", "  "),
    ]

    private static let tape: [ThemeKey] = [
        ThemeKey(.tape, "above", .role(.sideAbove), "The letter of a trade above the ask.", "A"),
        ThemeKey(.tape, "below", .role(.sideBelow), "The letter of a trade below the bid.", "<"),
        ThemeKey(.tape, "block_up", .role(.blockUp), "A large trade at the ask.", "12,500*", .bold),
        ThemeKey(.tape, "block_down", .role(.blockDown), "A large trade at the bid.", "10,100*", .bold),
        ThemeKey(.tape, "block_flat", .role(.blockFlat), "A large trade between them.", "25,000*", .bold),
        ThemeKey(.tape, "bought", .role(.bought), "Volume at the ask, by price.", "83.4k"),
        ThemeKey(.tape, "sold", .role(.sold), "Volume at the bid, by price.", "44.0k"),
    ]
}
