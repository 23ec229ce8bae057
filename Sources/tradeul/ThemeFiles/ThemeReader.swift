import Dashboard
import TOMLKit
import TerminalGrid

/// Goes through the tables of a theme file.
struct ThemeReader {
    private(set) var draft = ThemeDraft()
    private let path: String
    private let positions: TOMLPositions
    private var found: [(point: TOMLPositions.Point, problem: SettingProblem)] = []

    init(name: String, path: String, positions: TOMLPositions) {
        self.path = path
        self.positions = positions
        draft.name = name
    }

    /// Keys outside of the tables that the reader knows.
    static let topKeys = ["name", "inherits", "background", "pair", "colors", "summary"]
    /// Tables that the reader knows.
    static let tables = ["palette"] + ThemeKey.Section.allCases.map(\.rawValue)
    /// Keys that are no styles, by their table.
    static let plainKeys: [String: [String]] = [
        "updown": ["scheme"], "heat": ["thresholds", "colors", "figures", "bars", "mono", "ascii"],
    ]

    mutating func read(_ table: TOMLTable) {
        for key in table.keys {
            guard let element = table[key] else { continue }
            if Self.topKeys.contains(key) {
                readTop(key, element)
            } else if key == "palette" {
                if let table = members(element, of: key) { readPalette(table) }
            } else if let section = ThemeKey.Section(rawValue: key) {
                if let table = members(element, of: key) { read(section, table) }
            } else {
                unknown(key, at: key, among: Self.topKeys + Self.tables)
            }
        }
    }

    /// The draft with the problems in the file's order; the parser's tables are sorted by name.
    func finished() -> ThemeFile.Reading {
        let sorted = found.sorted { ($0.point.line, $0.point.column) < ($1.point.line, $1.point.column) }
        return ThemeFile.Reading(draft: draft, problems: sorted.prefix(ThemeFile.problemsMax).map(\.problem))
    }

    // MARK: Tables

    private mutating func readTop(_ key: String, _ element: any TOMLValueConvertible) {
        note(key)
        if key == "colors" {
            switch (element.int, element.string) {
            case (256, _), (_, "256"): draft.colorsMax = .palette256
            case (16, _), (_, "16"): draft.colorsMax = .sixteen
            case (_, "mono"): draft.colorsMax = .mono
            default:
                add(.error, "colors = \(ThemeWords.shown(element)): allowed 256, 16, \"mono\"; it is left out", at: key)
            }
            return
        }
        guard let text = element.string else {
            add(.error, "\(key) = \(ThemeWords.shown(element)): must be text in quotes; it is left out", at: key)
            return
        }
        switch key {
        case "name":
            guard text != draft.name else { return }
            let words = "the file's name counts: this theme is \"\(draft.name)\", not \(ThemeWords.shown(element))"
            add(.warning, words, at: key)
        case "summary": draft.summary = Console.printable(String(text.prefix(120)))
        case "background":
            guard let background = ThemeSheet.Background(rawValue: text) else {
                let words = "background = \(ThemeWords.shown(element)): allowed \"dark\", \"light\", \"any\""
                add(.error, "\(words); keeping the inherited one", at: key)
                return
            }
            draft.background = background
        default:
            guard ThemeFile.isName(text) else {
                let words = "\(key) = \(ThemeWords.shown(element)): no theme has such a name"
                add(.error, "\(words) (lower-case letters, digits, dashes); it is left out", at: key)
                return
            }
            if key == "pair" { draft.pair = text } else { draft.inherits = text }
        }
    }

    private mutating func readPalette(_ table: TOMLTable) {
        for name in table.keys.prefix(ThemeFile.paletteMax) {
            guard let element = table[name] else { continue }
            let place = "palette.\(name)"
            note(place)
            guard let color = color(element, at: place) else { continue }
            draft.palette[name] = color
        }
        if table.keys.count > ThemeFile.paletteMax {
            let words = "more than \(ThemeFile.paletteMax) colours: the last ones by name are left out"
            add(.error, words, at: "palette")
        }
    }

    private mutating func read(_ section: ThemeKey.Section, _ table: TOMLTable) {
        let plain = Self.plainKeys[section.rawValue] ?? []
        for name in table.keys {
            guard let element = table[name] else { continue }
            let place = "\(section.rawValue).\(name)"
            if plain.contains(name) {
                note(place)
                if name == "scheme" { readScheme(element) } else { readRamp(name, element) }
            } else if ThemeKey.named(place) != nil {
                note(place)
                if let style = style(element, at: place) { draft.styles[place] = style }
            } else {
                let names = ThemeKey.all.filter { $0.section == section }.map(\.name) + plain
                unknown(name, at: place, among: names, prefix: section.rawValue + ".")
            }
        }
    }

    private mutating func readScheme(_ element: any TOMLValueConvertible) {
        guard let text = element.string, let scheme = UpDownScheme(rawValue: text) else {
            let allowed = UpDownScheme.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            let words = "updown.scheme = \(ThemeWords.shown(element)): allowed \(allowed); it is left out"
            add(.error, words, at: "updown.scheme")
            return
        }
        draft.scheme = scheme
    }

    private mutating func readRamp(_ name: String, _ element: any TOMLValueConvertible) {
        let place = "heat.\(name)"
        let count = name == "thresholds" ? 5 : 6
        guard let array = element.array, array.count == count else {
            let what = count == 5 ? "five numbers" : "six values, coldest first"
            add(.error, "\(place) must be a list of \(what); keeping the inherited one", at: place)
            return
        }
        let elements = (0..<count).map { array[$0] }
        switch name {
        case "thresholds": readThresholds(elements)
        case "mono": if let glyphs = glyphs(elements, at: place) { draft.heatGlyphs = glyphs }
        case "ascii": if let glyphs = letters(elements, at: place) { draft.heatASCII = glyphs }
        default:
            let colors = elements.compactMap { color($0, at: place) }
            guard colors.count == count else { return }
            if name == "colors" { draft.heatColors = colors }
            if name == "figures" { draft.heatFigures = colors }
            if name == "bars" { draft.heatBars = colors }
        }
    }

    private mutating func readThresholds(_ elements: [any TOMLValueConvertible]) {
        let place = "heat.thresholds"
        let numbers = elements.compactMap { $0.double ?? $0.int.map(Double.init) }
        guard numbers.count == 5, numbers.allSatisfy({ $0 > 0 && $0 < 1e6 }) else {
            add(.error, "\(place) must be numbers above 0; keeping the inherited ones", at: place)
            return
        }
        for (low, high) in zip(numbers, numbers.dropFirst()) where high <= low {
            let words = "\(place) must increase: \(Self.plain(high)) follows \(Self.plain(low))"
            add(.error, "\(words); keeping the inherited ones", at: place)
            return
        }
        draft.thresholds = numbers
    }

    private static func plain(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\(number)"
    }

    // MARK: Messages

    /// Notes where a key stands.
    private mutating func note(_ place: String) {
        draft.origins[place] = ThemeOrigin(path: path, point: positions.keys[place] ?? .init(line: 1, column: 1))
    }

    private mutating func members(_ element: any TOMLValueConvertible, of name: String) -> TOMLTable? {
        if let table = element.table { return table }
        add(.error, "\(name) must be a table: write [\(name)] on a line of its own; it is left out", at: name)
        return nil
    }

    /// Takes the glyph of a missing number.
    mutating func setMissing(_ glyph: Unicode.Scalar) { draft.missingGlyph = glyph }

    mutating func unknown(_ name: String, at place: String, among names: [String], prefix: String = "") {
        let near = ThemeWords.near(name, among: names).map { "did you mean \(prefix)\($0)?" }
        let shown = JSONText.quoted(String((prefix + name).prefix(80)))
        let hint = near ?? "docs/themes.md lists what there is"
        add(.warning, "unknown key \(shown) is left out; \(hint)", at: place)
    }

    mutating func add(_ severity: SettingProblem.Severity, _ message: String, at place: String) {
        let point = positions.keys[place] ?? TOMLPositions.Point(line: 1, column: 1)
        let whole = SettingProblem.Place.file(path: path, line: point.line, column: point.column)
        found.append((point, SettingProblem(severity: severity, place: whole, message: message)))
    }
}
