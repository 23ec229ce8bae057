import TerminalGrid

/// The list of keys, commands, columns and marks: what is searched for, and the highlighted entry.
package struct HelpState: Hashable, Sendable {
    /// What is listed.
    enum Kind: Hashable, Sendable {
        /// Keys, commands, columns and marks.
        case help
        /// Every key with who binds it.
        case keys
        /// A setting that takes force at the next start; the value that was wanted, if any.
        case setting(SettingWords, wanted: String?)
    }

    /// Longest search, in characters.
    static let typedMax = 40

    /// What is listed.
    var kind = Kind.help
    /// Whose keys come first.
    var pane: KeyContext
    /// What is searched for.
    package internal(set) var typed = ""
    /// Whether letters go to the search.
    package internal(set) var isSearching = false
    /// The highlighted entry, headings not counted.
    package internal(set) var index = 0
    /// First line shown.
    package internal(set) var top = 0

    /// The context whose keys are in force.
    var context: KeyContext { isSearching ? .palette : .scroller }
}

extension DashboardState {
    /// Opens the list of keys of the pane that has them.
    mutating func openHelp(_ kind: HelpState.Kind = .help) {
        layer = .help(HelpState(kind: kind, pane: panes.focus.context))
    }

    /// Takes a key of the list.
    mutating func perform(_ action: Action, on help: HelpState) -> [DashboardCommand] {
        var help = help
        let list = HelpList(self, help, ascii: false)
        let page = max(1, HelpView.area(self, lineCount: list.lines.count).interior.height)
        switch action {
        case .down: help.index += 1
        case .up: help.index -= 1
        case .halfDown: help.index += max(1, page / 2)
        case .halfUp: help.index -= max(1, page / 2)
        case .pageDown: help.index += page
        case .pageUp: help.index -= page
        case .top: help.index = 0
        case .bottom: help.index = .max
        case .find: help.isSearching = true
        case .erase:
            if help.typed.isEmpty { help.isSearching = false } else { help.typed.removeLast() }
            help.index = 0
        case .eraseAll: (help.typed, help.index) = ("", 0)
        case .close:
            guard help.isSearching else {
                layer = .table
                return []
            }
            (help.typed, help.isSearching, help.index) = ("", false, 0)
        case .runEntry: return run(list, help)
        default: return []
        }
        show(help)
        return []
    }

    /// Takes a letter that no key is: it is searched for.
    mutating func type(_ scalar: Unicode.Scalar, into help: HelpState) -> [DashboardCommand] {
        var help = help
        guard help.typed.unicodeScalars.count < HelpState.typedMax, scalar.value >= 0x20 else { return [.bell] }
        help.typed.unicodeScalars.append(scalar)
        (help.isSearching, help.index) = (true, 0)
        show(help)
        return []
    }

    /// Brings the highlighted entry into sight.
    private mutating func show(_ help: HelpState) {
        var help = help
        let list = HelpList(self, help, ascii: false)
        let page = max(1, HelpView.area(self, lineCount: list.lines.count).interior.height)
        help.index = max(0, min(help.index, list.entryCount - 1))
        let lines = list.lines(of: help.index)
        // What stands above the first entry and below the last one has to be seen, too.
        if help.index == 0 { help.top = 0 } else { help.top = min(help.top, lines.lowerBound) }
        if help.index == list.entryCount - 1 { help.top = list.lines.count - page }
        help.top = max(help.top, lines.upperBound - page)
        help.top = max(0, min(help.top, list.lines.count - page))
        layer = .help(help)
    }

    private mutating func run(_ list: HelpList, _ help: HelpState) -> [DashboardCommand] {
        guard let target = list.target(of: help.index) else {
            say("this explains something: there is nothing to run")
            return [.bell]
        }
        switch target {
        case .action(let action):
            if let reason = action.reason(byName: self) {
                say(reason)
                return [.bell]
            }
            return perform(byName: action)
        case .run(let steps):
            layer = .table
            return run(steps)
        case .put(let text):
            layer = .command(CommandLineState(commandScope, text: text))
            return []
        }
    }
}
