import EngineAPI
import MarketData

/// The command line's state: what is typed behind the colon, and what is offered or wrong.
package struct CommandLineState: Hashable, Sendable {
    /// Longest line, in characters.
    static let lengthMax = 200
    /// Most lines remembered.
    static let historyMax = 50

    /// What is typed, and where typing goes on.
    private var line = LineText(lengthMax: Self.lengthMax)
    /// What is wrong with the line that was last entered; nil once it is changed.
    var error: CommandError?
    /// The walk through the candidates, while Tab is pressed again and again.
    private var walk: Walk?
    /// The walk through earlier lines.
    private var recall: Recall?
    /// The search through earlier lines.
    private(set) var search: HistorySearch?
    /// What can be named.
    let scope: CommandScope

    private struct Walk: Hashable {
        var text: String
        var cursor: Int
        var index: Int
    }

    private struct Recall: Hashable {
        /// What was typed before the walk.
        var draft: String
        /// Place in the history.
        var index: Int
    }

    /// A line that is empty, or begun already.
    init(_ scope: CommandScope = CommandScope(), text: String = "") {
        self.scope = scope
        line.insert(text)
    }

    /// What is typed: printable ASCII only.
    package var text: String { line.text }
    /// Where typing goes on, in characters from the beginning.
    var cursor: Int { line.cursor }
    /// What was left out of what was typed or pasted; nil with the next key.
    var refusal: String? { line.refusal }

    // MARK: Typing and moving

    /// Takes a key of an editing line; nil when the action is none of these, else whether it did something.
    mutating func edit(_ action: Action) -> Bool? {
        let changes = LineText.changes.contains(action)
        guard let isDone = line.edit(action, ghost: ghost) else { return nil }
        if changes { forget() } else { walk = nil }
        return isDone
    }

    /// Puts text in at the cursor; line ends and tabs become spaces, other characters that no command has are left out.
    mutating func insert(_ typed: String) {
        forget()
        line.insert(typed)
    }

    // MARK: Completing

    /// What is offered at the cursor, or at the place where Tab was first pressed, and which of it has been taken.
    var offer: (completion: CommandCompletion, taken: Int?) {
        guard let walk else { return (CommandCompletion(line: text, cursor: cursor, scope), nil) }
        return (CommandCompletion(line: walk.text, cursor: walk.cursor, scope), walk.index)
    }

    /// What Tab would put in next, seen behind the cursor at the end of the line.
    var ghost: String {
        guard walk == nil, cursor == text.utf8.count else { return "" }
        return CommandCompletion(line: text, cursor: cursor, scope).ghost
    }

    /// Completes the word at the cursor as far as it is certain, then goes through the candidates; returns false when
    /// there is none.
    mutating func complete(backwards: Bool) -> Bool {
        let found = offer.completion
        let count = found.candidates.count
        guard count > 0 else { return false }
        let before = walk
        forget()
        if let before {
            take(found, at: (before.index + (backwards ? count - 1 : 1)) % count, from: before)
        } else if count == 1 {
            line.replace(found.range, with: found.candidates[0].word + (found.isLast ? "" : " "))
        } else if found.sharedPrefix.utf8.count > found.range.count {
            line.replace(found.range, with: found.sharedPrefix)
        } else {
            take(found, at: backwards ? count - 1 : 0, from: Walk(text: text, cursor: cursor, index: 0))
        }
        return true
    }

    private mutating func take(_ found: CommandCompletion, at index: Int, from start: Walk) {
        line.set(start.text, cursor: start.cursor)
        line.replace(found.range, with: found.candidates[index].word)
        walk = Walk(text: start.text, cursor: start.cursor, index: index)
    }

    // MARK: History

    /// Goes to an older or a newer line; returns false when there is none.
    mutating func recall(older: Bool, in history: [String]) -> Bool {
        var place = recall ?? Recall(draft: text, index: history.count)
        place.index += older ? -1 : 1
        guard (0...history.count).contains(place.index) else { return false }
        let text = place.index == history.count ? place.draft : history[place.index]
        forget()
        line.replace(0..<line.text.utf8.count, with: text)
        recall = place
        return true
    }

    private mutating func forget() {
        (error, walk, recall) = (nil, nil, nil)
        line.refusal = nil
    }

    // MARK: Search

    /// Begins to search the earlier lines, or goes on to the next older one that fits; false when there is none.
    mutating func searchOn(in history: [String]) -> Bool {
        guard var search else {
            forget()
            self.search = HistorySearch(draft: text, lines: history.reversed())
            return !history.isEmpty
        }
        guard search.index + 1 < search.found.count else { return false }
        search.index += 1
        take(search)
        return true
    }

    /// Searches for something else.
    mutating func search(for typed: String) -> Bool {
        guard var search else { return false }
        search.typed = String(typed.unicodeScalars.prefix(Self.lengthMax).map(Character.init))
        search.index = 0
        take(search)
        return !search.found.isEmpty
    }

    /// Ends the search: with the line found, or with what was typed before it.
    mutating func endSearch(keeps: Bool) {
        guard let search else { return }
        if !keeps { line.replace(0..<line.text.utf8.count, with: search.draft) }
        self.search = nil
    }

    private mutating func take(_ search: HistorySearch) {
        self.search = search
        guard search.found.indices.contains(search.index) else { return }
        line.replace(0..<line.text.utf8.count, with: search.found[search.index])
    }
}

/// A search through earlier lines.
struct HistorySearch: Hashable, Sendable {
    /// What stood on the line before.
    let draft: String
    /// The lines, newest first.
    let lines: [String]
    /// What they must contain, capitals or not.
    var typed = ""
    /// Which of those found is on the line.
    var index = 0

    /// The lines that contain it.
    var found: [String] {
        let wanted = typed.lowercased()
        return wanted.isEmpty ? lines : lines.filter { $0.lowercased().contains(wanted) }
    }
}

/// What can stand at a place of the line: commands, setting names, or a setting's values.
struct CommandCompletion: Hashable, Sendable {
    /// Something that can be put in.
    struct Candidate: Hashable {
        /// What is put in.
        var word: String
        /// What it is.
        var meaning: String
    }

    /// The word at the cursor, up to the cursor.
    let range: Range<Int>
    /// What it can become, in the tables' order: what begins with it, else what contains it.
    let candidates: [Candidate]
    /// Whether nothing follows the word.
    let isLast: Bool
    /// The setting whose values are offered; nil for commands and names.
    let setting: String?
    /// What was typed of the word.
    private let typed: String

    /// The candidates at a place of a line.
    init(line: String, cursor: Int, _ scope: CommandScope = CommandScope()) {
        let before = String(decoding: line.utf8.prefix(cursor), as: UTF8.self)
        var words = CommandWord.words(in: before)
        // The last word is the one being typed, unless something separates it from the cursor.
        let isOpen = words.last?.range.upperBound == cursor
        let open = isOpen ? words.removeLast() : CommandWord(text: "", range: cursor..<cursor)
        range = open.range
        typed = open.text.lowercased()
        var all: [Candidate] = []
        var found: LiveSetting?
        let verb = words.first.flatMap { CommandVerb.named($0.text) }?.name
        if words.isEmpty {
            all = CommandVerb.all.map { Candidate(word: $0.name, meaning: $0.meaning) }
            // Nobody looks for an action among all of them: the palette does that.
            if !typed.isEmpty { all += Self.actions }
        } else if words.count == 1, let verb {
            all = Self.firstArguments(of: verb, scope)
        } else if words.count == 2, verb == "column" {
            all = Self.columns
        } else if words.count == 2, verb == "layout", words[1].text == "delete" {
            all = scope.layouts.map { Candidate(word: $0, meaning: "forget this layout") }
        } else if words.count == 2, verb == "set", let setting = LiveSetting.named(words[1].text) {
            found = setting
            all = setting.choices.map { Candidate(word: $0.word, meaning: $0.meaning) }
        }
        let wanted = typed
        let beginning = all.filter { $0.word.hasPrefix(wanted) }
        candidates = beginning.isEmpty ? all.filter { $0.word.contains(wanted) } : beginning
        setting = found?.name
        let goesOn = words.isEmpty && candidates.first.map { Self.takesMore($0.word) } ?? false
        isLast = found != nil || !goesOn && !(words.count == 1 && (verb == "set" || verb == "column"))
    }

    /// The longest beginning that all candidates share, when they all begin with what was typed.
    var sharedPrefix: String {
        guard let first = candidates.first?.word, first.hasPrefix(typed) else { return "" }
        return candidates.dropFirst().reduce(first) { shared, candidate in
            String(zip(shared, candidate.word).prefix { $0 == $1 }.map(\.0))
        }
    }

    /// What the first candidate adds to what was typed; nothing before the first letter.
    var ghost: String {
        guard !typed.isEmpty, let first = candidates.first?.word, first.hasPrefix(typed) else { return "" }
        return String(first.dropFirst(typed.count))
    }
}

extension CommandCompletion {
    private static let actions: [Candidate] = {
        let verbs = Set(CommandVerb.all.flatMap { [$0.name] + $0.others })
        var seen: Set<Action> = []
        return ActionEntry.all.compactMap { entry in
            // What a line or a menu does with its own keys is nothing to type.
            guard !entry.contexts.isDisjoint(with: ActionEntry.screen), !verbs.contains(entry.action.name),
                seen.insert(entry.action).inserted
            else { return nil }
            return Candidate(word: entry.action.name, meaning: entry.help)
        }
    }()

    private static let columns: [Candidate] = ColumnDescriptor.all.filter { $0.id != .symbol && $0.id != .strip }
        .map { Candidate(word: $0.id.rawValue, meaning: $0.formula) }

    /// What can follow a verb.
    private static func firstArguments(of verb: String, _ scope: CommandScope) -> [Candidate] {
        switch verb {
        case "set":
            LiveSetting.all.map { Candidate(word: $0.name, meaning: $0.meaning) }
                + scope.catalogue.filter { LiveSetting.named($0.name) == nil }
                .map { Candidate(word: $0.name, meaning: $0.meaning + " (at the next start)") }
        case "tape": [Candidate(word: "all", meaning: "the merged tape of the short list")]
        case "list": scope.lists
        case "sort": columns
        case "cols": columns
        case "column":
            [
                Candidate(word: "add", meaning: "show one more column"),
                Candidate(word: "remove", meaning: "show one column less"),
            ]
        case "layout":
            scope.layouts.map { Candidate(word: $0, meaning: "a layout of yours") } + [
                Candidate(word: "save", meaning: "keep what is shown under a name"),
                Candidate(word: "delete", meaning: "forget one"),
                Candidate(word: "reset", meaning: "the usual panes and columns"),
            ]
        default: []
        }
    }

    /// Whether a verb means nothing alone.
    private static func takesMore(_ word: String) -> Bool {
        guard let verb = CommandVerb.named(word) else { return false }
        return !verb.arguments.isEmpty && !verb.arguments.hasPrefix("[")
    }
}
