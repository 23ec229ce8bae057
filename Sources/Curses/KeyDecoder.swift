import TerminalGrid

/// Turns the bytes a terminal sends into keys: pure, fed with whatever a read returned, however it was cut.
///
/// Its own instead of curses' `wget_wch`: it needs no terminal to be tested, it knows pasted text, and a lone escape is
/// told from alt by one time-out that the event loop owns. Bytes that mean nothing are dropped; nothing grows without
/// a bound. What a terminal answers to questions is kept apart, in `replies`, however late or broken it comes.
struct KeyDecoder {
    /// Longest escape sequence waited for; a longer one is dropped.
    ///
    /// Some terminals answer with a list of everything they can do.
    static let sequenceBytesMax = 128
    /// Most bytes of one paste kept; the rest of it is dropped.
    static let pasteBytesMax = 65_536

    /// Sequences of this terminal type, from its description, beside the common ones.
    private let sequences: [[UInt8]: Key]
    /// Whether the terminal was told to report the mouse; otherwise such reports are dropped.
    var isMouseOn = false
    /// Whether the terminal was asked something; from then on its answers, which may begin like alt-P, are known.
    var expectsReplies = false
    /// What the terminal answered and nobody has taken yet; at most `repliesMax`.
    var replies: [TerminalReply] = []
    /// Bytes of an unfinished escape sequence, reply or UTF-8 character.
    var held: [UInt8] = []
    /// Bytes of an unfinished reply that were too many to hold.
    var skipped = 0
    /// Text of an unfinished paste, with what may be the start of its end mark; nil outside a paste.
    private var paste: [UInt8]?

    /// Makes a decoder for a terminal with these own sequences, each beginning with escape.
    init(sequences: [[UInt8]: Key] = [:]) { self.sequences = sequences }

    /// Whether an escape sequence has begun that may turn out to be a lone escape or alt.
    var isWaiting: Bool { held.first == 0x1B }
    /// Whether so much of a sequence is there that no hand has typed it: its rest is waited for longer.
    var isWithinSequence: Bool { isWaiting && held.count > 2 }

    /// Takes the next bytes and appends the keys they complete.
    mutating func feed(_ bytes: some Sequence<UInt8>, into keys: inout [Key]) {
        for byte in bytes {
            if paste != nil {
                feedPaste(byte, into: &keys)
            } else if held.isEmpty {
                begin(byte, into: &keys)
            } else if held[0] == 0x1B {
                continueEscape(byte, into: &keys)
            } else {
                continueCharacter(byte, into: &keys)
            }
        }
    }

    /// Nothing more came within the time-out: what is held is an escape key and the character after it.
    ///
    /// More than that is what is left of a sequence that was cut off, and is dropped.
    mutating func timeOut(into keys: inout [Key]) {
        guard isWaiting else { return }
        let rest = held.dropFirst()
        let isSequence = isWithinSequence
        held = []
        skipped = 0
        if isSequence { return }
        if mayBeString(rest), let letter = rest.first {
            keys.append(.alt(Unicode.Scalar(letter)))
            return
        }
        keys.append(.escape)
        for byte in rest where byte != 0x1B { begin(byte, into: &keys) }
    }

    mutating func begin(_ byte: UInt8, into keys: inout [Key]) {
        switch byte {
        case 0x1B, 0xC2...0xF4: held = [byte]
        case 0x0D, 0x0A: keys.append(.enter)
        case 0x09: keys.append(.tab)
        case 0x08, 0x7F: keys.append(.backspace)
        case 0x00: keys.append(.control(" "))
        case 0x01...0x1A: keys.append(.control(Unicode.Scalar(byte + 0x60)))
        case 0x1C...0x1F: keys.append(.control(Unicode.Scalar(byte + 0x40)))
        case 0x20...0x7E: keys.append(.character(Unicode.Scalar(byte)))
        default: break
        }
    }

    private mutating func continueCharacter(_ byte: UInt8, into keys: inout [Key]) {
        guard byte & 0xC0 == 0x80 else {
            held = []
            begin(byte, into: &keys)
            return
        }
        held.append(byte)
        guard let scalar = Self.scalar(of: held) else { return }
        held = []
        if let shown = Self.printable(scalar) { keys.append(.character(shown)) }
    }

    /// The value of a complete UTF-8 character; nil while bytes are missing.
    ///
    /// Overlong forms are caught as unprintable.
    private static func scalar(of bytes: [UInt8]) -> UInt32? {
        let count = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : 2
        guard bytes.count == count else { return nil }
        var value = UInt32(bytes[0]) & (0xFF >> (UInt32(count) + 1))
        for byte in bytes.dropFirst() { value = value << 6 | UInt32(byte & 0x3F) }
        let least: UInt32 = count == 4 ? 0x1_0000 : count == 3 ? 0x800 : 0x80
        return value < least ? 0 : value
    }

    private static func printable(_ scalar: UInt32) -> Unicode.Scalar? {
        let shown = DisplayScalar(scalar)
        guard shown.width > 0, shown.scalar == scalar || shown == .space else { return nil }
        return Unicode.Scalar(shown.scalar)
    }

    mutating func continueEscape(_ byte: UInt8, into keys: inout [Key]) {
        if mayBeString(held.dropFirst()) {
            continueString(byte, into: &keys)
            return
        }
        if byte == 0x1B {
            if held.count == 1 { keys.append(.escape) }
            held = [byte]
            return
        }
        held.append(byte)
        if let key = sequences[held] {
            held = []
            keys.append(key)
            return
        }
        if mayBeString(held.dropFirst()) { return }
        switch held[1] {
        case 0x5B: continueControlSequence(into: &keys)
        case 0x4F:
            guard held.count > 2 else { return }
            let final = byte
            held = []
            if let key = Self.singleShift(final) { keys.append(key) }
        default: continueAlt(into: &keys)
        }
    }

    private mutating func continueAlt(into keys: inout [Key]) {
        let rest = Array(held.dropFirst())
        if rest[0] >= 0x80 {
            guard (0xC2...0xF4).contains(rest[0]), rest.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) else {
                held = []
                return
            }
            guard let scalar = Self.scalar(of: rest) else { return }
            held = []
            if let shown = Self.printable(scalar) { keys.append(.alt(shown)) }
            return
        }
        held = []
        if rest[0] >= 0x20, rest[0] < 0x7F {
            keys.append(.alt(Unicode.Scalar(rest[0])))
        } else {
            begin(rest[0], into: &keys)
        }
    }

    private mutating func continueControlSequence(into keys: inout [Key]) {
        guard held.count > 2 else { return }
        let last = held[held.count - 1]
        // The Linux console sends F1…F5 as `ESC [ [ A` … `E`.
        if held.count == 3, last == 0x5B { return }
        if held[2] == 0x5B {
            held = []
            if (0x41...0x45).contains(last) { keys.append(.function(Int(last) - 0x40)) }
            return
        }
        // The oldest form of a mouse report has three raw bytes behind it, which must not become keys.
        if isMouseOn, held[2] == 0x4D {
            guard held.count >= 6 else { return }
            let report = held[3...].map { Int($0) - 32 }
            held = []
            if let key = Self.mouse(report, isPress: true) { keys.append(key) }
            return
        }
        switch last {
        case 0x20...0x3F:
            if held.count >= Self.sequenceBytesMax { held = [] }
        case 0x40...0x7E:
            let body = held[2..<(held.count - 1)]
            held = []
            if body.elementsEqual([0x32, 0x30, 0x30]), last == 0x7E {
                paste = []
            } else if isMouseOn, body.first == 0x3C {
                let report = Self.numbers(body.dropFirst()) ?? []
                if let key = Self.mouse(report, isPress: last == 0x4D) { keys.append(key) }
            } else if expectsReplies, let reply = TerminalReply(body, final: last) {
                keep(reply)
            } else if let key = Self.controlSequence(body, final: last) {
                keys.append(key)
            }
        default:
            // A control inside a sequence: the sequence was cut off; the control counts for itself.
            held = []
            begin(last, into: &keys)
        }
    }

    private static let pasteEnd: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]

    private mutating func feedPaste(_ byte: UInt8, into keys: inout [Key]) {
        paste?.append(byte)
        guard let text = paste else { return }
        if byte == 0x7E, text.suffix(6).elementsEqual(Self.pasteEnd) {
            paste = nil
            let kept = text.dropLast(6).prefix(Self.pasteBytesMax)
            keys.append(.paste(String(decoding: kept, as: UTF8.self)))
        } else if text.count > Self.pasteBytesMax + 64 {
            // Keep the tail: the end mark may be in it.
            paste?.removeSubrange(Self.pasteBytesMax..<(text.count - 5))
        }
    }
}
