import TerminalGrid

/// What a terminal answers to a question.
enum TerminalReply: Hashable {
    /// Its name and version (XTVERSION), at most 64 printable characters of them.
    case version(String)
    /// The state of a private mode (DECRPM): 1 set, 2 reset, 0 unknown, 3 and 4 for ever.
    case mode(Int, state: Int)
    /// Whether the colour behind the text is light (OSC 11).
    case background(isLight: Bool)
    /// What it can do (DA1); every terminal answers this, so it fences what was asked before.
    case attributes

    /// The reply of a control sequence `ESC [ body final`; nil when it is none of those above.
    init?(_ body: ArraySlice<UInt8>, final: UInt8) {
        guard body.first == 0x3F else { return nil }
        switch final {
        case 0x63: self = .attributes
        case 0x79:
            guard body.last == 0x24, let numbers = KeyDecoder.numbers(body.dropFirst().dropLast()) else { return nil }
            guard numbers.count == 2 else { return nil }
            self = .mode(numbers[0], state: numbers[1])
        default: return nil
        }
    }

    /// The reply of a string `ESC P body` or `ESC ] body`; nil when it is none of those above.
    init?(string body: ArraySlice<UInt8>, introducer: UInt8) {
        if introducer == 0x50, body.starts(with: [0x3E, 0x7C]) {
            let text = body.dropFirst(2).prefix(64).map { (0x20...0x7E).contains($0) ? $0 : 0x3F }
            self = .version(String(decoding: text, as: UTF8.self))
        } else if introducer == 0x5D, body.starts(with: Array("11;rgb".utf8)) {
            guard let light = Self.lightness(String(decoding: body.dropFirst(6), as: UTF8.self)) else { return nil }
            self = .background(isLight: light > 0.5)
        } else {
            return nil
        }
    }

    /// How light `:rrrr/gggg/bbbb` is to the eye, 0…1; each part has one to four hexadecimal digits.
    private static func lightness(_ text: String) -> Double? {
        guard let start = text.firstIndex(of: ":") else { return nil }
        let parts = text[text.index(after: start)...].split(separator: "/", omittingEmptySubsequences: false)
        let shares = parts.compactMap { part -> Double? in
            guard (1...4).contains(part.utf8.count), let value = UInt32(part, radix: 16) else { return nil }
            return Double(value) / Double((1 << (4 * part.utf8.count)) - 1)
        }
        // A fourth part is the opacity.
        guard (3...4).contains(parts.count), shares.count == parts.count else { return nil }
        return 0.299 * shares[0] + 0.587 * shares[1] + 0.114 * shares[2]
    }
}

extension KeyDecoder {
    /// Most replies kept; further ones are dropped.
    static let repliesMax = 16
    /// Most bytes of a reply kept; the rest of it is skipped.
    static let replyBytesMax = 256
    /// Most bytes skipped in search of a reply's end; then it never had one, and keys count again.
    static let skippedBytesMax = 4_096

    /// What the terminal answered since the last call.
    mutating func takeReplies() -> [TerminalReply] {
        defer { replies = [] }
        return replies
    }

    mutating func keep(_ reply: TerminalReply) {
        if replies.count < Self.repliesMax { replies.append(reply) }
    }

    /// Whether escape and these bytes begin a string from the terminal (`ESC P`, `ESC ]`), or alt and that letter.
    func mayBeString(_ rest: ArraySlice<UInt8>) -> Bool {
        expectsReplies && (rest.first == 0x50 || rest.first == 0x5D)
    }

    /// Takes the next byte after `ESC P` or `ESC ]`.
    mutating func continueString(_ byte: UInt8, into keys: inout [Key]) {
        if held.count == 2 {
            // `>` comes with a version, a digit with anything else a terminal tells; after alt-P comes any key.
            if byte == 0x3E || (0x30...0x39).contains(byte) || byte == 0x21 {
                held.append(byte)
                return
            }
            let letter = held[1]
            held = []
            keys.append(.alt(Unicode.Scalar(letter)))
            begin(byte, into: &keys)
            return
        }
        if held.last == 0x1B {
            held.removeLast()
            if byte == 0x5C {
                endString()
            } else {
                // Cut off: the next sequence has begun.
                endString(isWhole: false)
                held = [0x1B]
                continueEscape(byte, into: &keys)
            }
            return
        }
        switch byte {
        case 0x07: endString()
        case 0x1B: held.append(byte)
        // Cancelled by the terminal itself.
        case 0x18, 0x1A: endString(isWhole: false)
        case 0x00..<0x20:
            endString(isWhole: false)
            begin(byte, into: &keys)
        default:
            if held.count < Self.replyBytesMax {
                held.append(byte)
            } else {
                skipped += 1
                if skipped >= Self.skippedBytesMax { endString(isWhole: false) }
            }
        }
    }

    private mutating func endString(isWhole: Bool = true) {
        let (body, introducer) = (held.dropFirst(2), held[1])
        held = []
        skipped = 0
        if isWhole, let reply = TerminalReply(string: body, introducer: introducer) { keep(reply) }
    }
}
