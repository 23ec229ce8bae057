import EngineAPI
import TerminalGrid

/// What a key can do; every action has an entry in `ActionEntry.all`.
enum Action: String, CaseIterable, Hashable, Sendable {
    case down
    case up
    case halfDown
    case halfUp
    case pageDown
    case pageUp
    case top
    case bottom
    case find
    case findNext
    case findPrevious
    case filter
    case lists
    case market
    case list1
    case list2
    case list3
    case list4
    case list5
    case list6
    case list7
    case list8
    case list9
    case previousList
    case nextList
    case why
    case watch
    case sortMenu
    case sortLeft
    case sortRight
    case invert
    case gate
    case rvolMode
    case pause
    // Panes
    case heat
    case detail
    case whyPane
    case nextPane
    case previousPane
    case focusTable
    case goTable
    case goHeat
    case goDetail
    case goTape
    case goTape2
    case goWhy
    case zoom
    case closePane
    case wider
    case narrower
    case higher
    case lower
    case evenPanes
    case undo
    case redo
    // The ticker's page
    case open
    case nextTicker
    case previousTicker
    case yesterday
    // Slots, in heatmap and page
    case slotLeft
    case slotRight
    case hourLeft
    case hourRight
    case sessionStart
    case sessionEnd
    case zoomIn
    case zoomOut
    case cumulative
    case heatOrder
    case heatBucket
    case dayBack
    case dayForward
    case heatDays
    // Table
    case columnLeft
    case columnRight
    case columns
    case addSort
    case pin
    case mark
    case exclude
    case includeAll
    case follow
    case explain
    case copySymbol
    case copyRow
    // Tapes
    case tape
    case tape2
    case tapePin
    case tapeLarger
    case tapeSmaller
    case tapeNotional
    case tapeAggregate
    case tapeProfile
    case tapeOrder
    // Lines and menus
    case palette
    case historySearch
    case savePreset
    case toggleClause1
    case toggleClause2
    case toggleClause3
    case toggleClause4
    case toggleClause5
    case toggleClause6
    case toggleClause7
    case toggleClause8
    case toggleClause9
    case fields
    case toggle
    case moveUp
    case moveDown
    case runEntry
    // The guided tour
    case tourNext
    case stats
    case messages
    case help
    case redraw
    case suspend
    case quit
    case dismiss
    case choose
    case close
    case accept
    case erase
    case eraseAll
    case command
    case complete
    case completeBack
    case older
    case newer
    case cursorLeft
    case cursorRight
    case wordLeft
    case wordRight
    case lineStart
    case lineEnd
    case eraseForward
    case eraseWord
}

/// Where keys go: one per pane and per kind of `Layer`; the words are those of keymap files.
enum KeyContext: String, CaseIterable, Hashable, Sendable {
    case table
    case heat
    case detail
    case tape
    case why
    case scroller
    case menu
    case line
    case command
    case filter
    case recall
    case palette
    case columns
}

extension Layer {
    /// The context whose keys are in force.
    var context: KeyContext {
        switch self {
        case .table: .table
        case .help(let help): help.context
        case .messages, .stats, .why, .explain: .scroller
        case .sortMenu, .lists: .menu
        case .find: .line
        case .command: .command
        case .filter: .filter
        case .recall: .recall
        case .palette: .palette
        case .columns: .columns
        }
    }
}

/// A heading of the key list.
enum ActionGroup: String, CaseIterable, Hashable, Sendable {
    case move = "MOVE"
    case order = "ORDER AND CHOICE"
    case panes = "PANES"
    case heat = "HEATMAP AND TICKER"
    case tape = "TAPE"
    case screen = "SCREEN"
    case overlay = "IN A LIST OR THE FIND LINE"
    case lists = "LISTS"
    case typing = "IN THE COMMAND AND THE FILTER LINE"
}

/// One entry of the action table, which the dispatcher, the hints at the bottom and the help all read.
struct ActionEntry: Sendable {
    /// What is done.
    var action: Action
    /// Key sequences that do it, the one to teach first.
    var keys: [[Key]]
    /// Where they do it.
    var contexts: Set<KeyContext>
    /// Heading in the help.
    var group: ActionGroup
    /// What it does, in a line.
    var help: String

    /// The keys as text, joined by spaces: `j ↓`.
    func keyNames(ascii: Bool) -> String {
        keys.map { KeyName.text($0, ascii: ascii) }.joined(separator: " ")
    }

    /// The entry of an action in a context.
    static func of(_ action: Action, in context: KeyContext) -> ActionEntry? {
        all.first { $0.action == action && $0.contexts.contains(context) }
    }
}

extension ActionEntry {
    private static func entry(
        _ action: Action,
        _ keys: [[Key]],
        _ contexts: Set<KeyContext>,
        _ group: ActionGroup,
        _ help: String
    ) -> Self {
        Self(action: action, keys: keys, contexts: contexts, group: group, help: help)
    }

    private static let everywhere: Set<KeyContext> = [
        .table, .heat, .detail, .tape, .why, .scroller, .menu, .line, .command, .filter, .recall, .palette, .columns,
    ]
    /// The table and the panes beside it: their keys are the table's but for a few of their own.
    static let screen: Set<KeyContext> = [.table, .heat, .detail, .tape, .why]
    /// The panes beside the table.
    static let beside: Set<KeyContext> = [.heat, .detail, .tape, .why]

    /// The table.
    static let all: [ActionEntry] =
        browsing + table + panes + slots + lists + tape + looking + typing + choosing

    private static let tape: [ActionEntry] = [
        entry(.tape, [[.character("t")]], screen, .tape, "show or hide the tape of the selected ticker"),
        entry(.tape2, [[.character("T")]], screen, .tape, "show or hide a second tape: of the whole short list"),
        entry(.tapePin, [[.character("P")]], [.tape], .tape, "on a tape: keep it at this ticker, or follow again"),
        entry(.tapeLarger, [[.character(">")]], [.tape], .tape, "on the tape: larger sizes only"),
        entry(.tapeSmaller, [[.character("<")]], [.tape], .tape, "on the tape: smaller sizes too"),
        entry(.tapeNotional, [[.character("$")]], screen, .tape, "smallest price times size: all, 10K, 50K, 200K, 1M"),
        entry(.tapeAggregate, [[.character("a")]], [.tape], .tape, "on the tape: put trades together, or not"),
        entry(.tapeProfile, [[.character("b")]], [.tape], .tape, "on the tape: shares by price, or not"),
        entry(.tapeOrder, [[.character("o")]], [.tape], .tape, "on the tape: newest on top, or in a ring"),
    ]

    private static let panes: [ActionEntry] = [
        entry(.open, [[.enter]], [.table, .heat, .tape, .why], .panes, "the selected ticker's page"),
        entry(.heat, [[.character("m")]], screen, .panes, "show or hide the heatmap of slots"),
        entry(.detail, [[.character("d")]], [.table, .heat, .tape, .why], .panes, "show or hide the ticker's pane"),
        entry(.whyPane, [[.character("E")]], screen, .panes, "show or hide the log of who came and went"),
        entry(.nextPane, [[.tab]], screen, .panes, "to the next pane, for its own keys"),
        entry(.previousPane, [[.backTab]], screen, .panes, "to the pane before"),
        entry(.zoom, [[.character("z")]], screen, .panes, "this pane alone; again for all"),
        entry(.focusTable, [[.escape]], beside, .panes, "back to the table"),
        entry(.closePane, [[.character("q")]], beside, .panes, "close this pane"),
        entry(.goTable, [[.character("g"), .character("s")]], screen, .panes, "go to the table"),
        entry(.goHeat, [[.character("g"), .character("m")]], screen, .panes, "go to the heatmap"),
        entry(.goDetail, [[.character("g"), .character("d")]], screen, .panes, "go to the ticker"),
        entry(.goTape, [[.character("g"), .character("t")]], screen, .panes, "go to the tape"),
        entry(.goTape2, [[.character("g"), .character("T")]], screen, .panes, "go to the second tape"),
        entry(.goWhy, [[.character("g"), .character("e")]], screen, .panes, "go to the log"),
        entry(.wider, [[.control("w"), .character(">")]], screen, .panes, "make the side wider"),
        entry(.narrower, [[.control("w"), .character("<")]], screen, .panes, "make the side narrower"),
        entry(.higher, [[.control("w"), .character("+")]], screen, .panes, "make the bottom higher"),
        entry(.lower, [[.control("w"), .character("-")]], screen, .panes, "make the bottom lower"),
        entry(.evenPanes, [[.control("w"), .character("=")]], screen, .panes, "the usual sizes"),
        entry(.undo, [[.character("u")]], screen, .panes, "undo: filter, list, sort, columns, panes"),
        entry(.redo, [[.control("r")]], screen, .panes, "do again what was undone"),
    ]

    private static let slots: [ActionEntry] = [
        entry(.slotLeft, [[.character("h")], [.left]], [.heat, .detail], .heat, "a slot earlier"),
        entry(.slotRight, [[.character("l")], [.right]], [.heat, .detail], .heat, "a slot later"),
        entry(.hourLeft, [[.character("{")]], [.heat, .detail], .heat, "an hour earlier"),
        entry(.hourRight, [[.character("}")]], [.heat, .detail], .heat, "an hour later"),
        entry(.sessionStart, [[.character("(")]], [.heat, .detail], .heat, "to the session's first slot"),
        entry(.sessionEnd, [[.character(")")]], [.heat, .detail], .heat, "to the session's last slot, or now"),
        entry(.zoomIn, [[.character("+")], [.character("=")]], [.heat, .detail], .heat, "day, session, 2 h, 1 h"),
        entry(.zoomOut, [[.character("-")]], [.heat, .detail], .heat, "a longer span"),
        entry(.cumulative, [[.character("c")]], [.heat, .detail], .heat, "each slot alone, or all up to it"),
        entry(.heatBucket, [[.character("b")]], [.heat], .heat, "of several slots the sum, or the hottest"),
        entry(.heatOrder, [[.character("o")]], [.heat], .heat, "order: as listed, by RVOL now, by first above 3×"),
        entry(.dayBack, [[.character("[")]], [.heat], .heat, "the trading day before"),
        entry(.dayForward, [[.character("]")]], [.heat], .heat, "the trading day after"),
        entry(.heatDays, [[.character("D")]], [.heat], .heat, "this ticker over 20 days"),
        entry(.nextTicker, [[.character("J")]], [.detail], .heat, "the next ticker of the list"),
        entry(.previousTicker, [[.character("K")]], [.detail], .heat, "the ticker before"),
        entry(.yesterday, [[.character("d")]], [.detail], .heat, "lay the day before over it"),
    ]

    private static let table: [ActionEntry] = [
        entry(.columnLeft, [[.character("h")], [.left]], [.table], .order, "to the column at the left"),
        entry(.columnRight, [[.character("l")], [.right]], [.table], .order, "to the column at the right"),
        entry(.explain, [[.character("K")]], [.table, .heat], .order, "what this number is and where it comes from"),
        entry(.columns, [[.character("C")]], screen, .order, "choose columns"),
        entry(.addSort, [[.character("S")]], [.table], .order, "also sort by this column, behind the others"),
        entry(.pin, [[.character(" ")]], [.table], .order, "keep the ticker on top, or no longer"),
        entry(.mark, [[.character("v")]], [.table], .order, "mark the ticker, or no longer"),
        entry(.exclude, [[.character("x")]], [.table], .order, "leave the ticker (or all that are marked) out"),
        entry(.includeAll, [[.character("X")]], [.table], .order, "take back in all that were left out"),
        entry(.follow, [[.character("F")]], [.table], .order, "follow the ticker wherever it goes, or no longer"),
        entry(.copySymbol, [[.character("y")]], screen, .order, "copy the symbol"),
        entry(.copyRow, [[.character("Y")]], [.table], .order, "copy the row"),
    ]

    private static let choosing: [ActionEntry] = [
        entry(.runEntry, [[.enter]], [.palette, .scroller], .overlay, "do what the entry says"),
        entry(.close, [[.escape]], [.palette, .columns], .overlay, "close, change nothing more"),
        entry(.down, [[.down], [.control("n")]], [.palette], .overlay, "next entry"),
        entry(.up, [[.up], [.control("p")]], [.palette], .overlay, "previous entry"),
        entry(.pageDown, [[.pageDown]], [.palette, .columns], .overlay, "a page of entries down"),
        entry(.pageUp, [[.pageUp]], [.palette, .columns], .overlay, "a page of entries up"),
        entry(.erase, [[.backspace]], [.palette, .columns], .overlay, "erase the last letter"),
        entry(.eraseAll, [[.control("u")]], [.palette, .columns], .overlay, "erase all letters"),
        entry(.complete, [[.tab]], [.palette], .overlay, "put the entry into the command line"),
        entry(.down, [[.down]], [.columns], .overlay, "next column"),
        entry(.up, [[.up]], [.columns], .overlay, "previous column"),
        entry(.toggle, [[.character(" ")]], [.columns], .overlay, "show the column, or not"),
        entry(.moveUp, [[.control("p")], [.left]], [.columns], .overlay, "move the column to the left"),
        entry(.moveDown, [[.control("n")], [.right]], [.columns], .overlay, "move the column to the right"),
        entry(.choose, [[.enter]], [.columns], .overlay, "keep the columns"),
    ]

    private static let browsing: [ActionEntry] = [
        entry(.down, [[.character("j")], [.down]], screen.union([.scroller, .menu]), .move, "next row"),
        entry(.up, [[.character("k")], [.up]], screen.union([.scroller, .menu]), .move, "previous row"),
        entry(.halfDown, [[.control("d")]], screen.union([.scroller]), .move, "half a page down"),
        entry(.halfUp, [[.control("u")]], screen.union([.scroller]), .move, "half a page up"),
        entry(.pageDown, [[.pageDown], [.control("f")]], screen.union([.scroller]), .move, "a page down"),
        entry(.pageUp, [[.pageUp], [.control("b")]], screen.union([.scroller]), .move, "a page up"),
        entry(
            .top,
            [[.character("g"), .character("g")], [.home]],
            screen.union([.scroller]),
            .move,
            "to the top, and stay there whoever leads"
        ),
        entry(.bottom, [[.character("G")], [.end]], screen.union([.scroller]), .move, "to the last row"),
        entry(.top, [[.home]], [.menu], .overlay, "to the first entry"),
        entry(.bottom, [[.end]], [.menu], .overlay, "to the last entry"),
        entry(.find, [[.character("/")]], screen, .move, "find a symbol while typing it"),
        entry(.findNext, [[.character("n")]], screen, .move, "next symbol found"),
        entry(.findPrevious, [[.character("N")]], screen, .move, "previous symbol found"),

        entry(.sortMenu, [[.character("s")]], screen, .order, "choose the column to sort by"),
        entry(.sortLeft, [[.character("<")]], [.table], .order, "sort by the column to the left"),
        entry(.sortRight, [[.character(">")]], [.table], .order, "sort by the column to the right"),
        entry(.invert, [[.character("I")]], screen, .order, "invert the order"),
        entry(.filter, [[.character("f")]], screen, .order, "filter: price 1..20 and rvol > 3 (see docs/filters.md)"),
        entry(.gate, [[.character("*")]], screen, .order, "in play only, or the whole market"),
        entry(.rvolMode, [[.character("r")]], screen, .order, "next RVOL mode: interpolated, slot, regular"),
    ]

    private static let looking: [ActionEntry] = [
        entry(.pause, [[.character("p")]], screen, .screen, "freeze table and tape; again to go on"),
        entry(.palette, [[.control("p")]], screen, .screen, "everything by name; tells the keys too"),
        entry(.tourNext, [[.control("t")]], screen, .screen, "the guided tour; its next step"),
        entry(.command, [[.character(":")]], screen, .screen, "type a command, such as :set rvol.mode slot"),
        entry(.messages, [[.character("!")]], screen, .screen, "all messages in full"),
        entry(.stats, [[.character("i")]], screen, .screen, "the stream: connection, events, latency"),
        entry(.help, [[.character("?")], [.function(1)]], screen, .screen, "this list"),
        entry(.redraw, [[.control("l")]], everywhere, .screen, "draw the screen anew"),
        entry(.suspend, [[.control("z")]], everywhere, .screen, "suspend; fg brings it back"),
        entry(.quit, [[.character("q")]], [.table], .screen, "quit"),
        entry(.quit, [[.control("c")]], everywhere, .screen, "quit from anywhere"),
        entry(.dismiss, [[.escape]], [.table], .screen, "put the message at the bottom away"),

        entry(.choose, [[.enter]], [.menu], .overlay, "sort by the entry; the current one is inverted"),
        entry(
            .close,
            [[.escape], [.character("q")], [.character("?")], [.character("!")], [.function(1)]],
            [.scroller],
            .overlay,
            "close the list"
        ),
        entry(.find, [[.character("/")]], [.scroller], .overlay, "search the list of keys"),
        entry(.close, [[.escape]], [.menu], .overlay, "close the menu, change nothing"),
        entry(.accept, [[.enter]], [.line], .overlay, "stay at the symbol found"),
        entry(.close, [[.escape]], [.line], .overlay, "go back to where the search began"),
        entry(.erase, [[.backspace]], [.line, .menu], .overlay, "erase the last letter"),
        entry(.eraseAll, [[.control("u")]], [.line], .overlay, "erase all letters"),
        entry(.findNext, [[.down]], [.line], .overlay, "next symbol found"),
        entry(.findPrevious, [[.up]], [.line], .overlay, "previous symbol found"),
    ]

    private static let typed: Set<KeyContext> = [.command, .filter]

    private static let lists: [ActionEntry] =
        [
            entry(.lists, [[.character("L")]], screen, .lists, "choose a list; tradeul lists shows their filters"),
            entry(.market, [[.character("0")]], screen, .lists, "the whole market"),
            entry(.previousList, [[.character("[")]], screen.subtracting([.heat]), .lists, "the list before"),
            entry(.nextList, [[.character("]")]], screen.subtracting([.heat]), .lists, "the list after"),
            entry(.why, [[.character("e")]], screen, .lists, "why tickers came and went; :why SYM of one"),
            entry(.watch, [[.character("w")]], screen, .lists, "put the ticker on your list watch, or take it off"),
            entry(
                .up,
                [[.left], [.character("h")], [.character("k")], [.up]],
                [.recall],
                .lists,
                "looking back: a minute earlier"
            ),
            entry(
                .down,
                [[.right], [.character("l")], [.character("j")], [.down]],
                [.recall],
                .lists,
                "looking back: a minute later"
            ),
            entry(.close, [[.escape], [.character("q")]], [.recall], .lists, "looking back: to the present"),
        ] + numbered

    private static let numbered: [ActionEntry] = Action.numberedLists.enumerated().map { index, action in
        let digit = Unicode.Scalar(UInt8(0x31 + index))
        return entry(action, [[.character(digit)]], screen, .lists, "list \(index + 1)")
    }

    private static let typing: [ActionEntry] =
        clauses + [
            entry(.accept, [[.enter]], typed, .typing, "do it; a line with a mistake stays to be mended"),
            entry(.close, [[.escape]], typed, .typing, "leave; the filter that was in force comes back"),
            entry(.complete, [[.tab]], typed, .typing, "complete the word; again for the next that fits"),
            entry(.completeBack, [[.backTab]], typed, .typing, "the one before"),
            entry(.older, [[.up], [.control("p")]], typed, .typing, "the line entered before"),
            entry(.newer, [[.down], [.control("n")]], typed, .typing, "the line entered after it"),
            entry(.cursorLeft, [[.left], [.control("b")]], typed, .typing, "a character to the left"),
            entry(
                .cursorRight,
                [[.right], [.control("f")]],
                typed,
                .typing,
                "a character to the right; at the end take what is suggested"
            ),
            entry(.wordLeft, [[.controlLeft], [.alt("b")]], typed, .typing, "a word to the left"),
            entry(.wordRight, [[.controlRight], [.alt("f")]], typed, .typing, "a word to the right"),
            entry(.lineStart, [[.home], [.control("a")]], typed, .typing, "to the beginning"),
            entry(.lineEnd, [[.end], [.control("e")]], typed, .typing, "to the end; there take what is suggested"),
            entry(.erase, [[.backspace]], typed, .typing, "erase the character before; on an empty line leave"),
            entry(
                .eraseForward,
                [[.delete], [.control("d")]],
                typed,
                .typing,
                "erase the character under the cursor"
            ),
            entry(.eraseWord, [[.control("w")]], typed, .typing, "erase the word before"),
            entry(.eraseAll, [[.control("u")]], typed, .typing, "erase all before the cursor"),
            entry(.historySearch, [[.control("r")]], typed, .typing, "search the lines entered before"),
            entry(.savePreset, [[.control("s")]], [.filter], .typing, "keep the filter under a name"),
            entry(.fields, [[.function(1)]], [.filter], .typing, "the fields there are"),
        ]
}

extension Action {
    /// The clauses of a filter that have a key of their own, in their order.
    static let clauses: [Action] = [
        .toggleClause1, .toggleClause2, .toggleClause3, .toggleClause4, .toggleClause5, .toggleClause6, .toggleClause7,
        .toggleClause8, .toggleClause9,
    ]
}

extension ActionEntry {
    private static let clauses: [ActionEntry] = Action.clauses.enumerated().map { index, action in
        let digit = Unicode.Scalar(UInt8(0x31 + index))
        return entry(action, [[.alt(digit)]], [.filter], .typing, "clause \(index + 1) off, or on again")
    }
}

extension Action {
    /// The lists that have a key of their own, in their order.
    static let numberedLists: [Action] = [.list1, .list2, .list3, .list4, .list5, .list6, .list7, .list8, .list9]
}
