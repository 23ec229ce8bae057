import TerminalGrid

/// Key presses and pauses as a line of text: `f` and `rvol > 3` are typed as they stand, `<Enter>` and `<C-p>` are keys,
/// `<wait 2s>` lets the market go on, and `<lt>` is the sign `<` itself.
struct KeyScript: Equatable, Sendable {
    /// One thing done.
    enum Step: Equatable, Sendable {
        /// A key pressed.
        case key(Key)
        /// Market time that passes, ms.
        case wait(milliseconds: Int)
    }

    /// Why a text is no script.
    struct Fault: Error, Equatable {
        /// The part that is not understood, with its brackets.
        let token: String
        /// What is wrong with it, and what would be right.
        let words: String

        /// Both as a sentence.
        var sentence: String { "\(token): \(words)" }
    }

    /// Most steps.
    static let stepsMax = 5000
    /// Longest pause, ms: an hour.
    static let waitMax = 3_600_000

    /// What is done, in order.
    private(set) var steps: [Step] = []

    /// Market time of all pauses together, ms.
    var milliseconds: Int {
        steps.reduce(0) { sum, step in
            if case .wait(let pause) = step { sum + pause } else { sum }
        }
    }

    /// Nothing.
    init() {}

    /// Reads a script.
    ///
    /// - Throws: ``Fault`` for the first part that is not understood.
    init(_ text: String) throws(Fault) {
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard steps.count < Self.stepsMax else {
                throw Fault(token: "\(scalar)", words: "more than \(Self.stepsMax) keys")
            }
            guard scalar == "<" else {
                guard scalar.properties.generalCategory != .control else {
                    throw Fault(token: "a control character", words: "name it, as in <Enter> or <C-c>")
                }
                steps.append(.key(.character(scalar)))
                continue
            }
            let end = rest.firstIndex { $0 == ">" || $0 == "<" }
            guard let end, rest[end] == ">", rest.distance(from: rest.startIndex, to: end) <= 24 else {
                throw Fault(token: "<", words: "a name and > must follow, as in <Enter>; the sign itself is <lt>")
            }
            let name = String(rest[..<end])
            rest = rest[rest.index(after: end)...]
            steps.append(try Self.step(name))
        }
    }

    private static func step(_ name: String) throws(Fault) -> Step {
        let words = name.split(separator: " ")
        if words.first?.lowercased() == "wait" {
            guard words.count == 2, let pause = milliseconds(words[1]), (1...waitMax).contains(pause) else {
                throw Fault(token: "<\(name)>", words: "a pause is <wait 2s>, <wait 300ms> or <wait 5m>, up to an hour")
            }
            return .wait(milliseconds: pause)
        }
        guard let key = key(named: name) else {
            throw Fault(
                token: "<\(name)>",
                words:
                    "no key has this name; there are Enter, Esc, Tab, S-Tab, BS, Del, Ins, Space, lt, Up, Down, Left, "
                    + "Right, Home, End, PgUp, PgDn, C-Left, C-Right, F1 to F24, C-a and A-a"
            )
        }
        return .key(key)
    }

    private static func milliseconds(_ text: Substring) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isWholeNumber }
        guard let number = Int(digits), number <= waitMax else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": return number
        case "s": return number * 1000
        case "m": return number * 60_000
        default: return nil
        }
    }

    /// The key of a name without its brackets; nil for none.
    static func key(named name: String) -> Key? {
        let lower = name.lowercased()
        if let known = names[lower] { return known }
        if lower.hasPrefix("f"), let number = Int(lower.dropFirst()), (1...24).contains(number) {
            return .function(number)
        }
        let scalars = Array(name.unicodeScalars)
        guard scalars.count == 3, scalars[1] == "-" else { return nil }
        switch scalars[0] {
        case "C", "c": return control(scalars[2])
        case "A", "a", "M", "m": return scalars[2].properties.generalCategory == .control ? nil : .alt(scalars[2])
        default: return nil
        }
    }

    /// A letter or one of the signs that terminals can send with control; they send Enter for `m` and Tab for `i`.
    private static func control(_ scalar: Unicode.Scalar) -> Key? {
        switch scalar {
        case "m", "M": return .enter
        case "i", "I": return .tab
        case "A"..."Z": return Unicode.Scalar(scalar.value + 0x20).map(Key.control)
        case "a"..."z", "@", "[", "\\", "]", "^", "_", " ": return .control(scalar)
        default: return nil
        }
    }

    private static let names: [String: Key] = [
        "enter": .enter, "cr": .enter, "return": .enter, "esc": .escape, "escape": .escape, "tab": .tab,
        "s-tab": .backTab, "bs": .backspace, "backspace": .backspace, "del": .delete, "delete": .delete,
        "ins": .insert, "insert": .insert, "space": .character(" "), "lt": .character("<"), "gt": .character(">"),
        "up": .up, "down": .down, "left": .left, "right": .right, "home": .home, "end": .end, "pgup": .pageUp,
        "pageup": .pageUp, "pgdn": .pageDown, "pagedown": .pageDown, "c-left": .controlLeft,
        "c-right": .controlRight, "c-space": .control(" "),
    ]
}
