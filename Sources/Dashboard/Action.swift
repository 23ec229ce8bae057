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
    case sortMenu
    case sortLeft
    case sortRight
    case invert
    case gate
    case rvolMode
    case pause
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
}

/// Where keys go: one per kind of `Layer`.
enum KeyContext: Hashable, Sendable {
    case table
    case scroller
    case menu
    case line
}

extension Layer {
    /// The context whose keys are in force.
    var context: KeyContext {
        switch self {
        case .table: .table
        case .help, .messages: .scroller
        case .sortMenu: .menu
        case .find: .line
        }
    }
}

/// A heading of the key list.
enum ActionGroup: String, CaseIterable, Hashable, Sendable {
    case move = "MOVE"
    case order = "ORDER AND CHOICE"
    case screen = "SCREEN"
    case overlay = "IN A LIST OR LINE"
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

    /// The table.
    static let all: [ActionEntry] = [
        entry(.down, [[.character("j")], [.down]], [.table, .scroller, .menu], .move, "next row"),
        entry(.up, [[.character("k")], [.up]], [.table, .scroller, .menu], .move, "previous row"),
        entry(.halfDown, [[.control("d")]], [.table, .scroller], .move, "half a page down"),
        entry(.halfUp, [[.control("u")]], [.table, .scroller], .move, "half a page up"),
        entry(.pageDown, [[.pageDown], [.control("f")]], [.table, .scroller], .move, "a page down"),
        entry(.pageUp, [[.pageUp], [.control("b")]], [.table, .scroller], .move, "a page up"),
        entry(
            .top,
            [[.character("g"), .character("g")], [.home]],
            [.table, .scroller],
            .move,
            "to the top, and stay there whoever leads"
        ),
        entry(.bottom, [[.character("G")], [.end]], [.table, .scroller], .move, "to the last row"),
        entry(.top, [[.home]], [.menu], .overlay, "to the first entry"),
        entry(.bottom, [[.end]], [.menu], .overlay, "to the last entry"),
        entry(.find, [[.character("/")]], [.table], .move, "find a symbol while typing it"),
        entry(.findNext, [[.character("n")]], [.table], .move, "next symbol found"),
        entry(.findPrevious, [[.character("N")]], [.table], .move, "previous symbol found"),

        entry(.sortMenu, [[.character("s")]], [.table], .order, "choose the column to sort by"),
        entry(.sortLeft, [[.character("<")]], [.table], .order, "sort by the column to the left"),
        entry(.sortRight, [[.character(">")]], [.table], .order, "sort by the column to the right"),
        entry(.invert, [[.character("I")]], [.table], .order, "invert the order"),
        entry(.gate, [[.character("f")]], [.table], .order, "in play only, or the whole market"),
        entry(.rvolMode, [[.character("r")]], [.table], .order, "RVOL interpolated within the slot, or by whole slot"),

        entry(.pause, [[.character("p")]], [.table], .screen, "freeze the table; again to go on"),
        entry(.messages, [[.character("!")]], [.table], .screen, "all messages in full"),
        entry(.help, [[.character("?")], [.function(1)]], [.table], .screen, "this list"),
        entry(.redraw, [[.control("l")]], [.table, .scroller, .menu, .line], .screen, "draw the screen anew"),
        entry(.suspend, [[.control("z")]], [.table, .scroller, .menu, .line], .screen, "suspend; fg brings it back"),
        entry(.quit, [[.character("q")]], [.table], .screen, "quit"),
        entry(.quit, [[.control("c")]], [.table, .scroller, .menu, .line], .screen, "quit from anywhere"),
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
    /// Why the action cannot be taken now, as a sentence for the message line; nil when it can.
    func disabledReason(in state: DashboardState) -> String? {
        switch self {
        case .sortMenu, .sortLeft, .sortRight, .invert, .gate, .rvolMode, .find, .findNext, .findPrevious:
            if state.pause != nil { return "the table is paused: p resumes it" }
        default: break
        }
        switch self {
        case .findNext, .findPrevious:
            if state.layer == .table, state.lastSearch.isEmpty { return "no search yet: / starts one" }
        case .down, .up, .halfDown, .halfUp, .pageDown, .pageUp, .top, .bottom, .find:
            if state.layer == .table, state.matchCount == 0 { return "no rows yet" }
        default: break
        }
        return nil
    }
}
