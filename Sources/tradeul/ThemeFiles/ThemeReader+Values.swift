import Dashboard
import TOMLKit
import TerminalGrid

// Colours, attributes, styles and glyphs as they stand in a theme file.

extension ThemeReader {
    /// Words for attributes.
    static let attributeNames: [(name: String, attribute: Attributes)] = [
        ("bold", .bold), ("dim", .dim), ("underline", .underline), ("reverse", .reverse), ("italic", .italic),
    ]
    /// Members of a style's table.
    static let styleKeys = ["fg", "bg", "attr", "mono"]
    /// Members of a colour's table.
    static let colorKeys = ["rgb", "c256", "c16", "mono"]

    /// A colour: an index, a name, `#rrggbb`, or a table with what stands for it on poorer terminals.
    mutating func color(_ element: any TOMLValueConvertible, at place: String) -> ThemeColor? {
        if let table = element.table { return color(table, at: place) }
        if let number = element.int {
            guard let index = UInt8(exactly: number) else {
                add(.error, "\(place): there is no colour \(number); allowed 0 to 255; it is left out", at: place)
                return nil
            }
            return .fixed(index, sixteen: nil, mono: nil)
        }
        guard let text = element.string else {
            add(.error, "\(place): \(ThemeWords.shown(element)) is no colour; it is left out", at: place)
            return nil
        }
        if text == "default" { return .standard }
        guard text.hasPrefix("#") else { return .named(text) }
        guard let rgb = RGBColor(hex: text) else {
            let words = "\(place): \(ThemeWords.shown(element)) is no colour: write #rrggbb; it is left out"
            add(.error, words, at: place)
            return nil
        }
        return .fixed(ColorScience.nearest256(rgb), sixteen: ColorScience.nearest16(rgb), mono: nil)
    }

    private mutating func color(_ table: TOMLTable, at place: String) -> ThemeColor? {
        var (index, sixteen, mono): (UInt8?, UInt8?, Attributes?) = (nil, nil, nil)
        for key in table.keys where !Self.colorKeys.contains(key) {
            unknown(key, at: "\(place).\(key)", among: Self.colorKeys, prefix: place + ".")
        }
        if let element = table["rgb"] {
            guard case .fixed(let near, let near16, _) = color(element, at: place + ".rgb") else { return nil }
            (index, sixteen) = (near, near16)
        }
        if let element = table["c256"] {
            guard case .fixed(let chosen, _, _) = color(element, at: place + ".c256") else { return nil }
            index = chosen
        }
        if let element = table["c16"] {
            let named = element.string.flatMap { ColorNames.sixteen.firstIndex(of: $0) } ?? element.int
            guard let named, (0...15).contains(named) else {
                let near = ThemeWords.near(element.string ?? "", among: ColorNames.sixteen)
                let hint = near.map { "did you mean \($0)?" } ?? "allowed 0 to 15 or a name such as bright-red"
                add(.error, "\(place).c16 = \(ThemeWords.shown(element)): \(hint); it is left out", at: place + ".c16")
                return index.map { .fixed($0, sixteen: sixteen, mono: mono) }
            }
            sixteen = UInt8(named)
        }
        if let element = table["mono"] { mono = attributes(element, at: place + ".mono") }
        guard let index = index ?? sixteen else {
            add(.error, "\(place): a colour needs rgb, c256 or c16; it is left out", at: place)
            return nil
        }
        return .fixed(index, sixteen: sixteen, mono: mono)
    }

    /// A style: a colour alone, or a table of its parts.
    mutating func style(_ element: any TOMLValueConvertible, at place: String) -> ThemeStyle? {
        guard let table = element.table else { return color(element, at: place).map { ThemeStyle(foreground: $0) } }
        let isColor = table.keys.contains { ["rgb", "c256", "c16"].contains($0) }
        if isColor { return color(table, at: place).map { ThemeStyle(foreground: $0) } }
        var style = ThemeStyle()
        for key in table.keys {
            guard let element = table[key] else { continue }
            let place = "\(place).\(key)"
            switch key {
            case "fg": style.foreground = color(element, at: place)
            case "bg": style.background = color(element, at: place)
            case "attr": style.attributes = attributes(element, at: place)
            case "mono": style.mono = attributes(element, at: place)
            case "glyph" where place == "heat.missing.glyph":
                guard let glyph = element.string.flatMap({ Self.glyph($0) }), glyph != " " else {
                    add(.error, "\(place) must be one character; keeping the inherited one", at: place)
                    continue
                }
                setMissing(glyph)
            default: unknown(key, at: place, among: Self.styleKeys, prefix: String(place.dropLast(key.count)))
            }
        }
        return style
    }

    /// Attributes: words with spaces between them, or a list of words.
    private mutating func attributes(_ element: any TOMLValueConvertible, at place: String) -> Attributes? {
        var words: [String] = []
        if let array = element.array {
            words = (0..<min(array.count, 16)).map { array[$0].string ?? "?" }
        } else if let text = element.string {
            words = text.split(separator: " ").prefix(16).map(String.init)
        } else {
            add(.error, "\(place) must be words such as \"bold underline\"; it is left out", at: place)
            return nil
        }
        var attributes: Attributes = []
        for word in words {
            if let known = Self.attributeNames.first(where: { $0.name == word }) {
                attributes.insert(known.attribute)
            } else {
                let names = Self.attributeNames.map(\.name)
                let hint =
                    ThemeWords.near(word, among: names).map { "did you mean \($0)?" }
                    ?? "allowed \(names.joined(separator: ", "))"
                let shown = JSONText.quoted(String(word.prefix(40)))
                add(.error, "\(place): there is no attribute \(shown); \(hint); it is left out", at: place)
            }
        }
        return attributes
    }

    // MARK: Glyphs

    /// The glyphs of the ramp without grounds: a character each, `rev` before it exchanges its colours.
    mutating func glyphs(_ elements: [any TOMLValueConvertible], at place: String) -> [ThemeSheet.HeatGlyph]? {
        let glyphs = elements.compactMap { element -> ThemeSheet.HeatGlyph? in
            guard let text = element.string else { return nil }
            if text == "rev" { return ThemeSheet.HeatGlyph("+", isReversed: true) }
            let isReversed = text.hasPrefix("rev ")
            return Self.glyph(isReversed ? String(text.dropFirst(4)) : text).map { .init($0, isReversed: isReversed) }
        }
        guard glyphs.count == 6, Set(glyphs).count == 6, !glyphs.dropFirst().contains(.init(" ")) else {
            let words = "\(place) must be six different characters of one column, such as \"▒\" or \"rev +\""
            add(.error, "\(words); keeping the inherited ones", at: place)
            return nil
        }
        return glyphs
    }

    /// The glyphs of the ramp in ASCII.
    mutating func letters(_ elements: [any TOMLValueConvertible], at place: String) -> [Unicode.Scalar]? {
        let glyphs = elements.compactMap { $0.string.flatMap { Self.glyph($0) } }
        let isASCII = glyphs.allSatisfy { (0x20...0x7E).contains($0.value) && $0 != "-" }
        guard glyphs.count == 6, Set(glyphs).count == 6, isASCII, !glyphs.dropFirst().contains(" ") else {
            let words = "\(place) must be six different ASCII characters; \"-\" is a missing number"
            add(.error, "\(words); keeping the inherited ones", at: place)
            return nil
        }
        return glyphs
    }

    /// A character that fills exactly one column.
    private static func glyph(_ text: String) -> Unicode.Scalar? {
        let scalars = text.unicodeScalars
        guard scalars.count == 1, let scalar = scalars.first, !scalar.isControl, DisplayScalar.width(of: text) == 1
        else {
            return nil
        }
        return scalar
    }
}
