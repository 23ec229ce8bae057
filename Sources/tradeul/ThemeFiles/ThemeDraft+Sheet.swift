import Dashboard
import TerminalGrid

/// Names of colours that every theme file may use.
enum ColorNames {
    /// The colours that terminals have had since 1979, by their index.
    static let sixteen = [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black", "bright-red",
        "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
    ]

    /// Names that stand for the foreground of a key.
    static let directions = [
        "up": "updown.up", "down": "updown.down", "flat": "updown.flat", "above": "tape.above", "below": "tape.below",
    ]
}

extension ThemeDraft {
    /// The theme that this draft, with everything it inherits in it, makes.
    ///
    /// - Parameters:
    ///   - fallback: What it inherits from, for parts that make no sense.
    ///   - report: Takes what is wrong: the path of a key, how bad, what, and what was kept.
    func sheet(
        over fallback: ThemeSheet,
        report: (_ path: String, _ severity: SettingProblem.Severity, _ words: String) -> Void
    ) -> ThemeSheet {
        var sheet = fallback
        sheet.name = name
        sheet.background = background ?? fallback.background
        sheet.pair = pair
        sheet.colorsMax = colorsMax ?? .palette256
        sheet.thresholds = thresholds ?? fallback.thresholds
        for key in ThemeKey.all {
            guard let style = styles[key.path] else { continue }
            sheet[key] = resolved(style, at: key.path, report) ?? fallback[key]
        }
        func ramp(_ colors: [ThemeColor]?, _ path: String) -> [Style]? {
            guard let colors else { return nil }
            let styles = colors.compactMap { resolved(ThemeStyle(foreground: $0), at: path, report) }
            return styles.count == 6 ? styles : nil
        }
        if let grounds = ramp(heatColors, "heat.colors") {
            let made = grounds.map { Style(background: $0.foreground) }
            if ThemeCheck.isOrdered(made.map(\.background), for: sheet.background) {
                sheet.heatGrounds = made
            } else {
                let words = "heat.colors must get \(sheet.background == .light ? "darker" : "brighter") with every step"
                report("heat.colors", .error, "\(words); keeping those of \"\(fallback.name)\"")
            }
        }
        if let figures = ramp(heatFigures, "heat.figures") { sheet.setHeatFigures(figures) }
        if let bars = ramp(heatBars, "heat.bars") { sheet.setHeatBars(bars) }
        sheet.heatGlyphs = heatGlyphs ?? fallback.heatGlyphs
        sheet.heatASCII = heatASCII ?? fallback.heatASCII
        sheet.missingGlyph = missingGlyph ?? fallback.missingGlyph
        return sheet
    }

    private func resolved(
        _ style: ThemeStyle,
        at path: String,
        _ report: (String, SettingProblem.Severity, String) -> Void
    ) -> Style? {
        var made = Style(attributes: style.attributes ?? [], monoAttributes: style.mono)
        for (color, isFore) in [(style.foreground, true), (style.background, false)] {
            guard let color else { continue }
            switch lookUp(color, seen: []) {
            case .failure(let fault):
                let hint = "; keeping the inherited colour"
                switch fault {
                case .unknown(let name, let near):
                    let guess = near.map { "; did you mean \($0)?" } ?? ""
                    report(
                        path,
                        .error,
                        "there is no colour \(JSONText.quoted(String(name.prefix(40))))\(guess)\(hint)"
                    )
                case .cycle(let names): report(path, .error, "palette: \(names.joined(separator: " → "))\(hint)")
                }
                return nil
            case .success(.fixed(let index, let sixteen, let mono)):
                if isFore {
                    made.foreground = .indexed(index)
                    made.foreground16 = sixteen
                    if made.monoAttributes == nil { made.monoAttributes = mono }
                } else {
                    made.background = .indexed(index)
                    made.background16 = sixteen
                }
            case .success: continue
            }
        }
        return made
    }

    private enum ColorFault: Error {
        case unknown(String, near: String?)
        case cycle([String])
    }

    /// A colour without names: `standard` or `fixed`.
    private func lookUp(_ color: ThemeColor, seen: [String]) -> Result<ThemeColor, ColorFault> {
        guard case .named(let name) = color else { return .success(color) }
        guard !seen.contains(name), seen.count < 16 else {
            // `red = "red"` means the terminal's own red.
            if seen.last == name, let index = ColorNames.sixteen.firstIndex(of: name) {
                return .success(Self.plain(index))
            }
            return .failure(.cycle(seen + [name]))
        }
        if let next = palette[name] { return lookUp(next, seen: seen + [name]) }
        if let path = ColorNames.directions[name], let next = styles[path]?.foreground {
            return lookUp(next, seen: seen + [name])
        }
        if let index = ColorNames.sixteen.firstIndex(of: name) { return .success(Self.plain(index)) }
        let names = palette.keys.sorted() + ColorNames.sixteen + ColorNames.directions.keys.sorted() + ["default"]
        return .failure(.unknown(name, near: ThemeWords.near(name, among: names)))
    }

    private static func plain(_ index: Int) -> ThemeColor { .fixed(UInt8(index), sixteen: nil, mono: nil) }
}
