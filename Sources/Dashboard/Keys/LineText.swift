/// A line that is being typed: its text, and where typing goes on.
struct LineText: Hashable, Sendable {
    /// Longest line, in characters.
    let lengthMax: Int
    /// What is typed: printable ASCII only.
    private(set) var text = ""
    /// Where typing goes on, in characters from the beginning.
    private(set) var cursor = 0
    /// What was left out of what was typed or pasted.
    var refusal: String?

    /// Actions that change the text.
    static let changes: Set<Action> = [.erase, .eraseForward, .eraseAll, .eraseWord]

    /// An empty line.
    init(lengthMax: Int) { self.lengthMax = lengthMax }

    /// Replaces the whole line.
    mutating func set(_ text: String, cursor: Int? = nil) {
        self.text = String(decoding: text.utf8.prefix(lengthMax), as: UTF8.self)
        self.cursor = min(cursor ?? self.text.utf8.count, self.text.utf8.count)
    }

    /// Takes a key; nil when the action is no editing, false when there was nothing to do.
    mutating func edit(_ action: Action, ghost: String) -> Bool? {
        refusal = nil
        switch action {
        case .erase:
            guard cursor > 0 else { return false }
            replace((cursor - 1)..<cursor, with: "")
        case .eraseForward: replace(cursor..<min(cursor + 1, text.utf8.count), with: "")
        case .eraseAll: replace(0..<cursor, with: "")
        case .eraseWord: replace(wordStart..<cursor, with: "")
        case .cursorLeft: move(to: cursor - 1)
        case .cursorRight: cursor == text.utf8.count ? insert(ghost) : move(to: cursor + 1)
        case .wordLeft: move(to: wordStart)
        case .wordRight: move(to: wordEnd)
        case .lineStart: move(to: 0)
        case .lineEnd: cursor == text.utf8.count ? insert(ghost) : move(to: text.utf8.count)
        default: return nil
        }
        return true
    }

    /// Puts text in at the cursor; line ends and tabs become spaces, other characters are left out and counted.
    mutating func insert(_ typed: String) {
        refusal = nil
        var added: [UInt8] = []
        var strange = 0
        let room = lengthMax - text.utf8.count
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
            refusal = "at most \(lengthMax) characters: the rest was left out"
        } else if strange > 0 {
            refusal = "left out what no command contains: \(strange) " + (strange == 1 ? "character" : "characters")
        }
        replace(cursor..<cursor, with: String(decoding: added, as: UTF8.self))
    }

    /// Replaces part of the line; the cursor stands behind what was put in.
    mutating func replace(_ range: Range<Int>, with new: String) {
        var bytes = Array(text.utf8)
        bytes.replaceSubrange(range, with: Array(new.utf8))
        text = String(decoding: bytes.prefix(lengthMax), as: UTF8.self)
        cursor = min(range.lowerBound + new.utf8.count, text.utf8.count)
    }

    private mutating func move(to place: Int) { cursor = min(max(place, 0), text.utf8.count) }

    private var wordStart: Int {
        let bytes = Array(text.utf8)
        var start = cursor
        while start > 0, bytes[start - 1] == 0x20 { start -= 1 }
        while start > 0, bytes[start - 1] != 0x20 { start -= 1 }
        return start
    }

    private var wordEnd: Int {
        let bytes = Array(text.utf8)
        var end = cursor
        while end < bytes.count, bytes[end] == 0x20 { end += 1 }
        while end < bytes.count, bytes[end] != 0x20 { end += 1 }
        return end
    }
}
