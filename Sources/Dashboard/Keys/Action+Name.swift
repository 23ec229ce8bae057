extension Action {
    /// The word in keymap files and behind the colon: `half-down`, `list-3`.
    var name: String { Self.names[self] ?? rawValue }

    /// The action of a word.
    init?(name: String) {
        guard let action = Self.named[name] else { return nil }
        self = action
    }

    /// Words that differ from the case's, because a command of that name does something else.
    private static let otherNames: [Action: String] = [
        .filter: "edit-filter", .columns: "choose-columns", .why: "why-log", .command: "command-line",
        .tourNext: "tour",
    ]

    private static let names: [Action: String] = {
        var names: [Action: String] = [:]
        for action in allCases { names[action] = otherNames[action] ?? kebab(action.rawValue) }
        return names
    }()

    private static let named: [String: Action] = {
        var found: [String: Action] = [:]
        for action in allCases { found[action.name] = action }
        return found
    }()

    private static func kebab(_ text: String) -> String {
        var words = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isCapital = ("A"..."Z").contains(scalar)
            if isCapital || ("0"..."9").contains(scalar) { words.append("-") }
            words.append(isCapital ? Unicode.Scalar(scalar.value + 0x20) ?? scalar : scalar)
        }
        return String(words)
    }

    /// Where the action means something.
    var contexts: Set<KeyContext> { Self.contextsByAction[self] ?? [] }

    private static let contextsByAction: [Action: Set<KeyContext>] = {
        var contexts: [Action: Set<KeyContext>] = [:]
        for entry in ActionEntry.all { contexts[entry.action, default: []].formUnion(entry.contexts) }
        return contexts
    }()
}

extension KeyContext {
    /// Whether letters are text there: what holds everywhere else takes none of them away.
    var takesText: Bool { [.line, .command, .filter, .palette, .columns, .menu].contains(self) }

    /// Where that is, for a sentence.
    var place: String {
        switch self {
        case .table: "in the table"
        case .heat: "in the heatmap"
        case .detail: "on the ticker's page"
        case .tape: "on a tape"
        case .why: "in the log"
        case .scroller: "in a list that scrolls"
        case .menu: "in a menu"
        case .line: "in the find line"
        case .command: "in the command line"
        case .filter: "in the filter line"
        case .recall: "while looking back"
        case .palette: "in the palette"
        case .columns: "in the list of columns"
        }
    }
}
