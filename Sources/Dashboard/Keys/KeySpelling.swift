import TerminalGrid

/// How keys are spelled in keymap files: `g t`, `ctrl-p`, `F5`, `space`.
enum KeySpelling {
    /// Most keys of a sequence.
    static let keysMax = 4

    /// Why a spelling is no key.
    struct Fault: Error, Hashable {
        /// The reason, and what to write instead.
        var text: String
        /// Whether it is a key that terminals do not send, rather than a mistake of spelling.
        var isUnsendable: Bool
    }

    private static let named: [(name: String, key: Key)] = [
        ("space", .character(" ")), ("tab", .tab), ("shift-tab", .backTab), ("enter", .enter), ("escape", .escape),
        ("backspace", .backspace), ("delete", .delete), ("insert", .insert), ("up", .up), ("down", .down),
        ("left", .left), ("right", .right), ("home", .home), ("end", .end), ("pageup", .pageUp),
        ("pagedown", .pageDown), ("ctrl-left", .controlLeft), ("ctrl-right", .controlRight),
    ]

    private static let others: [String: String] = [
        "esc": "escape", "return": "enter", "cr": "enter", "ret": "enter", "del": "delete", "ins": "insert",
        "pgup": "pageup", "page-up": "pageup", "pgdn": "pagedown", "pgdown": "pagedown", "page-down": "pagedown",
        "backtab": "shift-tab", "bksp": "backspace", "bs": "backspace", "spc": "space", "minus": "-",
    ]

    /// A sequence as it is written in a file.
    static func text(_ keys: [Key]) -> String { keys.map(text).joined(separator: " ") }

    private static func text(_ key: Key) -> String {
        if let name = named.first(where: { $0.key == key })?.name { return name }
        return switch key {
        case .character(let scalar): String(scalar)
        case .control(let scalar): "ctrl-" + (scalar == " " ? "space" : String(scalar))
        case .alt(let scalar): "alt-" + (scalar == " " ? "space" : String(scalar))
        case .function(let number): "F\(number)"
        default: "?"
        }
    }

    /// Reads a sequence: keys with a space between them.
    ///
    /// - Throws: ``Fault`` with what is wrong.
    static func keys(_ text: String) throws(Fault) -> [Key] {
        let words = text.split(separator: " ").map(String.init)
        guard !words.isEmpty else { throw wrong("no key is named; the space bar is \"space\"") }
        guard words.count <= keysMax else { throw wrong("a sequence has at most \(keysMax) keys") }
        var keys: [Key] = []
        for word in words { keys.append(try key(word)) }
        return keys
    }

    private static func wrong(_ text: String) -> Fault { Fault(text: text, isUnsendable: false) }
    private static func unsendable(_ text: String) -> Fault { Fault(text: text, isUnsendable: true) }

    private static func key(_ word: String) throws(Fault) -> Key {
        if let scalar = only(word) { return .character(scalar) }
        let lower = word.lowercased()
        let plain = others[lower] ?? lower
        if plain == "-" { return .character("-") }
        if let key = named.first(where: { $0.name == plain })?.key { return key }
        if lower.hasPrefix("f"), let number = Int(lower.dropFirst()) {
            guard (1...24).contains(number) else { throw unsendable("terminals send F1 to F24, not \(word)") }
            return .function(number)
        }
        let (modifiers, rest) = parts(word)
        guard !modifiers.isEmpty else {
            throw wrong("\"\(word.prefix(24))\" is no key; write \"x\", \"ctrl-x\", \"alt-x\", \"F5\", \"space\"")
        }
        return try key(rest, modifiers)
    }

    /// The printable character that a word consists of.
    private static func only(_ word: String) -> Unicode.Scalar? {
        let scalars = word.unicodeScalars
        guard scalars.count == 1, let scalar = scalars.first, scalar.value > 0x20, scalar.value != 0x7F,
            !(0x80...0x9F).contains(scalar.value)
        else { return nil }
        return scalar
    }

    private static let modifierNames: [(prefix: String, name: String)] = [
        ("control-", "ctrl"), ("ctrl-", "ctrl"), ("c-", "ctrl"), ("alt-", "alt"), ("meta-", "alt"), ("m-", "alt"),
        ("shift-", "shift"), ("s-", "shift"), ("super-", "super"), ("cmd-", "super"), ("win-", "super"),
        ("hyper-", "super"),
    ]

    private static func parts(_ word: String) -> (modifiers: Set<String>, rest: String) {
        var (modifiers, rest): (Set<String>, String) = ([], word)
        while let hit = modifierNames.first(where: { rest.lowercased().hasPrefix($0.prefix) }),
            rest.count > hit.prefix.count
        {
            modifiers.insert(hit.name)
            rest = String(rest.dropFirst(hit.prefix.count))
        }
        return (modifiers, rest)
    }

    private static func key(_ rest: String, _ modifiers: Set<String>) throws(Fault) -> Key {
        if modifiers.contains("super") {
            throw unsendable("terminals keep the super key to themselves; take ctrl, alt or a function key")
        }
        let lower = rest.lowercased()
        let scalar = only(rest) ?? (lower == "space" ? " " : nil)
        switch modifiers {
        case ["ctrl"]: return try control(scalar, rest)
        case ["alt"]:
            guard let scalar else {
                throw unsendable("terminals do not send alt with \(rest); take alt and a character")
            }
            if scalar == "[" || scalar == "O" {
                throw unsendable("alt-\(rest) begins what terminals send for arrows and function keys")
            }
            return .alt(scalar)
        case ["shift"]:
            guard let scalar, ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar),
                let upper = rest.uppercased().unicodeScalars.first
            else {
                throw unsendable("terminals send the same for \(rest) with and without shift; write what shift gives")
            }
            return .character(upper)
        case ["ctrl", "shift"]:
            throw unsendable("terminals send the same for ctrl-shift-\(rest) and ctrl-\(lower); write ctrl-\(lower)")
        default:
            throw unsendable("terminals do not send several modifiers at once; take ctrl or alt alone")
        }
    }

    private static func control(_ scalar: Unicode.Scalar?, _ rest: String) throws(Fault) -> Key {
        guard let scalar else {
            throw unsendable("terminals send the same for \(rest) with and without ctrl")
        }
        let letter = ("A"..."Z").contains(scalar) ? Unicode.Scalar(scalar.value + 0x20) ?? scalar : scalar
        switch letter {
        case "i": throw unsendable("ctrl-i is what terminals send for Tab; write tab")
        case "m": throw unsendable("ctrl-m is what terminals send for Enter; write enter")
        case "j": throw unsendable("ctrl-j is what some terminals send for Enter; write enter")
        case "[": throw unsendable("ctrl-[ is what terminals send for Esc; write escape")
        case "h": throw unsendable("ctrl-h is what some terminals send for Backspace; write backspace")
        case "a"..."z", "@", "\\", "]", "^", "_", " ": return .control(letter)
        default: throw unsendable("terminals send no ctrl with \(rest); take a letter")
        }
    }
}
