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
        guard let walk else { return (CommandCompletion(line: text, cursor: cursor), nil) }
        return (CommandCompletion(line: walk.text, cursor: walk.cursor), walk.index)
    }

    /// What Tab would put in next, seen behind the cursor at the end of the line.
    var ghost: String {
        guard walk == nil, cursor == text.utf8.count else { return "" }
        return CommandCompletion(line: text, cursor: cursor).ghost
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
    init(line: String, cursor: Int) {
        let before = String(decoding: line.utf8.prefix(cursor), as: UTF8.self)
        var words = CommandWord.words(in: before)
        // The last word is the one being typed, unless something separates it from the cursor.
        let isOpen = words.last?.range.upperBound == cursor
        let open = isOpen ? words.removeLast() : CommandWord(text: "", range: cursor..<cursor)
        range = open.range
        typed = open.text.lowercased()
        var all: [Candidate] = []
        var found: LiveSetting?
        let isSet = words.first.flatMap { CommandVerb.named($0.text) }?.name == "set"
        if words.isEmpty {
            all = CommandVerb.all.map { Candidate(word: $0.name, meaning: $0.meaning) }
        } else if words.count == 1, isSet {
            all = LiveSetting.all.map { Candidate(word: $0.name, meaning: $0.meaning) }
        } else if words.count == 1, words.first.flatMap({ CommandVerb.named($0.text) })?.name == "tape" {
            all = [Candidate(word: "all", meaning: "the merged tape of the short list")]
        } else if words.count == 2, isSet, let setting = LiveSetting.named(words[1].text) {
            found = setting
            all = setting.choices.map { Candidate(word: $0.word, meaning: $0.meaning) }
        }
        let wanted = typed
        let beginning = all.filter { $0.word.hasPrefix(wanted) }
        candidates = beginning.isEmpty ? all.filter { $0.word.contains(wanted) } : beginning
        setting = found?.name
        isLast = found != nil || words.first?.text.lowercased() != "set" && candidates.first?.word != "set"
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
