/// The command line's state: what is typed behind the colon, and what is offered or wrong.
package struct CommandLineState: Hashable, Sendable {
    /// Longest line, in characters.
    static let lengthMax = 200
    /// Most lines remembered.
    static let historyMax = 50

    /// What is typed: printable ASCII only.
    package private(set) var text = ""
    /// Where typing goes on, in characters from the beginning.
    private(set) var cursor = 0
    /// What is wrong with the line that was last entered; nil once it is changed.
    var error: CommandError?
    /// What was left out of what was typed or pasted; nil with the next key.
    private(set) var refusal: String?
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

    // MARK: Typing

    /// Puts text in at the cursor; line ends and tabs become spaces, other characters that no command has are left out.
    mutating func insert(_ typed: String) {
        edit()
        var added: [UInt8] = []
        var strange = 0
        let room = Self.lengthMax - text.utf8.count
        var isCut = false
        for scalar in typed.unicodeScalars {
            let byte: UInt8
            switch scalar.value {
            case 0x20...0x7E: byte = UInt8(scalar.value)
            case 0x09, 0x0A, 0x0D: byte = 0x20
            default:
                strange += 1
                continue
            }
            guard added.count < room else {
                isCut = true
                break
            }
            added.append(byte)
        }
        if isCut {
            refusal = "at most \(Self.lengthMax) characters: the rest was left out"
        } else if strange > 0 {
            refusal = "left out what no command contains: \(strange) " + (strange == 1 ? "character" : "characters")
        }
        replace(cursor..<cursor, with: String(decoding: added, as: UTF8.self))
    }

    /// Erases the character before the cursor; returns false when there is none.
    mutating func erase() -> Bool {
        edit()
        guard cursor > 0 else { return false }
        replace((cursor - 1)..<cursor, with: "")
        return true
    }

    /// Erases the character under the cursor.
    mutating func eraseForward() {
        edit()
        replace(cursor..<min(cursor + 1, text.utf8.count), with: "")
    }

    /// Erases everything before the cursor.
    mutating func eraseToStart() {
        edit()
        replace(0..<cursor, with: "")
    }

    /// Erases the word before the cursor and the spaces behind it.
    mutating func eraseWord() {
        edit()
        replace(wordStart..<cursor, with: "")
    }

    // MARK: Moving

    mutating func moveLeft() { move(to: cursor - 1) }
    mutating func moveToStart() { move(to: 0) }
    mutating func moveWordLeft() { move(to: wordStart) }

    /// One to the right; at the end the ghost text is taken.
    mutating func moveRight(ghost: String) { cursor == text.utf8.count ? insert(ghost) : move(to: cursor + 1) }

    /// To the end; there the ghost text is taken.
    mutating func moveToEnd(ghost: String) {
        cursor == text.utf8.count ? insert(ghost) : move(to: text.utf8.count)
    }

    mutating func moveWordRight() {
        let bytes = Array(text.utf8)
        var end = cursor
        while end < bytes.count, bytes[end] == 0x20 { end += 1 }
        while end < bytes.count, bytes[end] != 0x20 { end += 1 }
        move(to: end)
    }

    private mutating func move(to place: Int) {
        walk = nil
        refusal = nil
        cursor = min(max(place, 0), text.utf8.count)
    }

    private var wordStart: Int {
        let bytes = Array(text.utf8)
        var start = cursor
        while start > 0, bytes[start - 1] == 0x20 { start -= 1 }
        while start > 0, bytes[start - 1] != 0x20 { start -= 1 }
        return start
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
        edit()
        if let before {
            take(found, at: (before.index + (backwards ? count - 1 : 1)) % count, from: before)
        } else if count == 1 {
            replace(found.range, with: found.candidates[0].word + (found.isLast ? "" : " "))
        } else if found.sharedPrefix.utf8.count > found.range.count {
            replace(found.range, with: found.sharedPrefix)
        } else {
            take(found, at: backwards ? count - 1 : 0, from: Walk(text: text, cursor: cursor, index: 0))
        }
        return true
    }

    private mutating func take(_ found: CommandCompletion, at index: Int, from start: Walk) {
        (text, cursor) = (start.text, start.cursor)
        replace(found.range, with: found.candidates[index].word)
        walk = Walk(text: start.text, cursor: start.cursor, index: index)
    }

    // MARK: History

    /// Goes to an older or a newer line; returns false when there is none.
    mutating func recall(older: Bool, in history: [String]) -> Bool {
        var place = recall ?? Recall(draft: text, index: history.count)
        place.index += older ? -1 : 1
        guard (0...history.count).contains(place.index) else { return false }
        let line = place.index == history.count ? place.draft : history[place.index]
        edit()
        replace(0..<text.utf8.count, with: line)
        recall = place
        return true
    }

    private mutating func edit() { (error, refusal, walk, recall) = (nil, nil, nil, nil) }

    /// Replaces part of the line; the cursor stands behind what was put in.
    private mutating func replace(_ range: Range<Int>, with new: String) {
        var bytes = Array(text.utf8)
        bytes.replaceSubrange(range, with: Array(new.utf8))
        text = String(decoding: bytes.prefix(Self.lengthMax), as: UTF8.self)
        cursor = min(range.lowerBound + new.utf8.count, text.utf8.count)
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
