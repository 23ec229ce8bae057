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
    case tape
    case tapeMerged
    case focusTape
    case focusTable
    case tapeLarger
    case tapeSmaller
    case tapeNotional
    case tapeAggregate
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

/// Where keys go: one per kind of `Layer`.
enum KeyContext: Hashable, Sendable {
    case table
    case tape
    case scroller
    case menu
    case line
    case command
    case filter
    case recall
}

extension Layer {
    /// The context whose keys are in force.
    var context: KeyContext {
        switch self {
        case .table: .table
        case .help, .messages, .stats, .why: .scroller
        case .sortMenu, .lists: .menu
        case .find: .line
        case .command: .command
        case .filter: .filter
        case .recall: .recall
        }
    }
}

/// A heading of the key list.
enum ActionGroup: String, CaseIterable, Hashable, Sendable {
    case move = "MOVE"
    case order = "ORDER AND CHOICE"
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
        .table, .tape, .scroller, .menu, .line, .command, .filter, .recall,
    ]
    /// The table, and the tape beside it: its keys are the table's but for a few of its own.
    private static let screen: Set<KeyContext> = [.table, .tape]

    /// The table.
    static let all: [ActionEntry] = browsing + lists + tape + looking + typing

    private static let tape: [ActionEntry] = [
        entry(.tape, [[.character("t")]], screen, .tape, "show or hide the tape of the selected ticker"),
        entry(.tapeMerged, [[.character("T")]], screen, .tape, "the tape of the whole short list; again to hide it"),
        entry(.focusTape, [[.tab]], [.table], .tape, "to the tape, for its own keys"),
        entry(.focusTable, [[.tab], [.escape]], [.tape], .tape, "on the tape: back to the table"),
        entry(.tapeLarger, [[.character(">")]], [.tape], .tape, "on the tape: larger sizes only"),
        entry(.tapeSmaller, [[.character("<")]], [.tape], .tape, "on the tape: smaller sizes too"),
        entry(.tapeNotional, [[.character("$")]], screen, .tape, "smallest price times size: all, 10K, 50K, 200K, 1M"),
        entry(.tapeAggregate, [[.character("a")]], [.tape], .tape, "on the tape: put trades together, or not"),
    ]

    private static let browsing: [ActionEntry] = [
        entry(.down, [[.character("j")], [.down]], [.table, .tape, .scroller, .menu], .move, "next row"),
        entry(.up, [[.character("k")], [.up]], [.table, .tape, .scroller, .menu], .move, "previous row"),
        entry(.halfDown, [[.control("d")]], [.table, .tape, .scroller], .move, "half a page down"),
        entry(.halfUp, [[.control("u")]], [.table, .tape, .scroller], .move, "half a page up"),
        entry(.pageDown, [[.pageDown], [.control("f")]], [.table, .tape, .scroller], .move, "a page down"),
        entry(.pageUp, [[.pageUp], [.control("b")]], [.table, .tape, .scroller], .move, "a page up"),
        entry(
            .top,
            [[.character("g"), .character("g")], [.home]],
            [.table, .tape, .scroller],
            .move,
            "to the top, and stay there whoever leads"
        ),
        entry(.bottom, [[.character("G")], [.end]], [.table, .tape, .scroller], .move, "to the last row"),
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
        entry(.command, [[.character(":")]], screen, .screen, "type a command, such as :set rvol.mode slot"),
        entry(.messages, [[.character("!")]], screen, .screen, "all messages in full"),
        entry(.stats, [[.character("i")]], screen, .screen, "the stream: connection, events, latency"),
        entry(.help, [[.character("?")], [.function(1)]], screen, .screen, "this list"),
        entry(.redraw, [[.control("l")]], everywhere, .screen, "draw the screen anew"),
        entry(.suspend, [[.control("z")]], everywhere, .screen, "suspend; fg brings it back"),
        entry(.quit, [[.character("q")]], screen, .screen, "quit"),
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
            entry(.previousList, [[.character("[")]], screen, .lists, "the list before"),
            entry(.nextList, [[.character("]")]], screen, .lists, "the list after"),
            entry(.why, [[.character("y")]], screen, .lists, "why tickers came and went; :why SYM of one"),
            entry(.watch, [[.character("w")]], screen, .lists, "put the ticker on your list watch, or take it off"),
            entry(.up, [[.left], [.character("h")]], [.recall], .lists, "looking back: a minute earlier"),
            entry(.down, [[.right], [.character("l")]], [.recall], .lists, "looking back: a minute later"),
            entry(.close, [[.escape], [.character("q")]], [.recall], .lists, "looking back: to the present"),
        ] + numbered

    private static let numbered: [ActionEntry] = Action.numberedLists.enumerated().map { index, action in
        let digit = Unicode.Scalar(UInt8(0x31 + index))
        return entry(action, [[.character(digit)]], screen, .lists, "list \(index + 1)")
    }

    private static let typing: [ActionEntry] = [
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
    ]
}

/// What a sequence of keys means in a context.
enum KeyMatch: Hashable, Sendable {
    /// It does this.
    case action(Action)
    /// It begins a longer sequence.
    case prefix
    /// Nothing.
    case none

    /// Looks a sequence up in the table.
    init(_ keys: [Key], in context: KeyContext) {
        var isPrefix = false
        for entry in ActionEntry.all where entry.contexts.contains(context) {
            for sequence in entry.keys {
                if sequence == keys {
                    self = .action(entry.action)
                    return
                }
                if sequence.count > keys.count, sequence.starts(with: keys) { isPrefix = true }
            }
        }
        self = isPrefix ? .prefix : .none
    }
}

extension Action {
    /// The lists that have a key of their own, in their order.
    static let numberedLists: [Action] = [.list1, .list2, .list3, .list4, .list5, .list6, .list7, .list8, .list9]

    /// Why the action cannot be taken now, as a sentence for the message line; nil when it can.
    func disabledReason(in state: DashboardState) -> String? {
        switch self {
        case .sortMenu, .sortLeft, .sortRight, .invert, .gate, .rvolMode, .find, .findNext, .findPrevious, .filter,
            .lists, .market, .previousList, .nextList, .list1, .list2, .list3, .list4, .list5, .list6, .list7, .list8,
            .list9:
            if state.pause != nil { return "the table is paused: p resumes it" }
        default: break
        }
        switch self {
        case .findNext, .findPrevious:
            if state.layer == .table, state.lastSearch.isEmpty { return "no search yet: / starts one" }
        case .down, .up, .halfDown, .halfUp, .pageDown, .pageUp, .top, .bottom, .find:
            if state.layer == .table, state.matchCount == 0 { return "no rows yet" }
        case .gate:
            if !state.view.isGated { return "a list or a filter says itself who belongs to it: 0 is the whole market" }
        case .watch:
            if state.selection.symbol == nil, state.selectedIndex == nil { return "no ticker is selected" }
        case .focusTape, .tapeNotional:
            if !state.tape.isOpen { return "no tape on the screen: t shows it" }
        case .tape, .tapeMerged, .tapeLarger, .tapeSmaller, .tapeAggregate:
            if state.pause != nil { return "table and tape are paused: p resumes them" }
        default: break
        }
        return nil
    }
}
