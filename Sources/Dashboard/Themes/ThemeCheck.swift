package import TerminalGrid

/// What a theme must reach; each figure is the least that is allowed.
package struct ThemeLimits: Hashable, Sendable {
    /// Contrast (WCAG) of words and numbers on every ground they stand on.
    package var text: Double
    /// The same for the selected and the halted row, and for what is bold on a ground of its own.
    package var row: Double
    /// The same for words that step back.
    package var quiet: Double
    /// The same for lines.
    package var line: Double
    /// ΔE between risen and fallen for every kind of colour vision.
    package var upDown: Double
    /// ΔE between neighbours of the heat grounds for every kind of colour vision.
    package var heatSteps: Double
    /// The same for the colours of numbers, which say their heat themselves.
    package var figureSteps: Double

    /// Below these a trader's own theme is worth a warning.
    package static let warning = ThemeLimits(
        text: 3,
        row: 2,
        quiet: 2,
        line: 1.2,
        upDown: 20,
        heatSteps: 10,
        figureSteps: 3
    )

    /// Makes limits.
    package init(
        text: Double,
        row: Double,
        quiet: Double,
        line: Double,
        upDown: Double,
        heatSteps: Double,
        figureSteps: Double
    ) {
        self.text = text
        self.row = row
        self.quiet = quiet
        self.line = line
        self.upDown = upDown
        self.heatSteps = heatSteps
        self.figureSteps = figureSteps
    }
}

/// Something about a theme that makes it hard to read.
package struct ThemeFinding: Hashable, Sendable {
    /// Path of the key, such as `ui.text.dim` or `heat.colors`.
    package var path: String
    /// What and how much, as one sentence without a full stop.
    package var words: String
}

/// Computes whether a theme can be read, also by eyes that see fewer colours.
package enum ThemeCheck {
    /// Everything that stays below the limits, in the order of the keys.
    ///
    /// Colours are those of xterm's palette; where a theme leaves the terminal's own, light grey on #1c1c1c stands for a
    /// dark terminal, and #1c1c1c on white for a light one. What has no colours has nothing to find.
    package static func findings(_ sheet: ThemeSheet, _ limits: ThemeLimits = .warning) -> [ThemeFinding] {
        guard sheet.colorsMax != .mono else { return [] }
        let theme = Theme(depth: .palette256, sheet: sheet)
        let eye = Eye(theme, isLight: sheet.background == .light)
        var findings = ThemeKey.all.compactMap { eye.contrast(of: $0, limits) }
        findings += eye.directions(limits)
        // With fewer colours the density of glyphs carries the order.
        guard theme.depth == .palette256 else { return findings }
        findings += eye.heat(sheet.heatGrounds.map(\.background), "heat.colors", least: limits.heatSteps)
        findings += eye.heat(sheet.heatFigures.map(\.foreground), "heat.figures", least: limits.figureSteps)
        let figures = sheet.heatFigures.map { eye.color($0.foreground, isGround: false) }
        for (level, figure) in figures.enumerated() {
            let contrast = ColorScience.contrast(figure, eye.ground)
            // The coldest step back like dim words.
            let least = level < 2 ? limits.quiet : min(limits.text, limits.quiet * 1.4)
            guard contrast < least else { continue }
            findings.append(Self.lowContrast("heat.figures", sheet.heatFigures[level], contrast, least))
        }
        return findings
    }

    /// Whether six colours only ever get brighter, or darker on a light ground; either will do where any ground serves.
    package static func isOrdered(_ colors: [Color], for background: ThemeSheet.Background) -> Bool {
        let light = colors.map { color -> Double in
            guard case .indexed(let index) = color else { return .nan }
            return LabColor(RGBColor(xterm: index)).lightness
        }
        let pairs = Array(zip(light, light.dropFirst()))
        let (rises, falls) = (pairs.allSatisfy { $0 < $1 }, pairs.allSatisfy { $0 > $1 })
        return background == .dark ? rises : background == .light ? falls : rises || falls
    }

    fileprivate static func lowContrast(
        _ path: String,
        _ style: Style,
        _ contrast: Double,
        _ least: Double
    ) -> ThemeFinding {
        let shown = "\(NumberFormat.fixed(1).string(contrast)) (< \(NumberFormat.fixed(1).string(least)))"
        return ThemeFinding(path: path, words: "\(name(style)) has contrast \(shown)")
    }

    fileprivate static func name(_ style: Style) -> String {
        func name(_ color: Color) -> String {
            if case .indexed(let index) = color { return "\(index)" }
            return "the terminal's own"
        }
        return "\(name(style.foreground)) on \(name(style.background))"
    }
}

/// A theme's colours as they are seen.
private struct Eye {
    let theme: Theme
    let ground: RGBColor
    private let letters: RGBColor

    init(_ theme: Theme, isLight: Bool) {
        self.theme = theme
        let (dark, light) = (RGBColor(xterm: 234), RGBColor(xterm: 252))
        let text = theme.styles[.plain]
        func color(_ color: Color, _ standard: RGBColor) -> RGBColor {
            if case .indexed(let index) = color { return RGBColor(xterm: index) }
            return standard
        }
        ground = color(text.background, isLight ? RGBColor(xterm: 231) : dark)
        letters = color(text.foreground, isLight ? dark : light)
    }

    func color(_ color: Color, isGround: Bool) -> RGBColor {
        if case .indexed(let index) = color { return RGBColor(xterm: index) }
        return isGround ? ground : letters
    }

    /// The worst contrast of a key on the grounds it stands on, when it is too low.
    func contrast(of key: ThemeKey, _ limits: ThemeLimits) -> ThemeFinding? {
        var worst: (style: Style, contrast: Double, least: Double)?
        for (look, least) in looks(of: key, limits) {
            let style = theme.styles[look]
            let contrast = ColorScience.contrast(
                color(style.foreground, isGround: false),
                color(style.background, isGround: true)
            )
            guard contrast < least, contrast < worst?.contrast ?? .infinity else { continue }
            worst = (style, contrast, least)
        }
        guard let worst else { return nil }
        return ThemeCheck.lowContrast(key.path, worst.style, worst.contrast, worst.least)
    }

    /// The looks of a key with the least contrast of each.
    private func looks(of key: ThemeKey, _ limits: ThemeLimits) -> [(look: StyleID, least: Double)] {
        let least: Double
        switch key.reading {
        case .text: least = limits.text
        case .bold: least = limits.row
        case .quiet: least = limits.quiet
        case .line: least = limits.line
        }
        switch key.target {
        case .part(.selected): return [(theme.id(.text, .selected), limits.row)]
        case .part(.selectedQuiet): return [(theme.id(.text, .selectedDim), limits.row)]
        case .part(.halted): return [(theme.id(.text, .halted), limits.row)]
        case .part(.rowDim): return [(theme.id(.text, .dim), least)]
        case .part(.now): return []
        case .role(let role):
            // What stands in rows stands on their grounds too.
            let inRows: [Role] = [.text, .symbol, .up, .down, .flat, .marker, .pinned, .marked, .entering]
            let normal = (look: theme.id(role), least: least)
            guard inRows.contains(role) else { return [normal] }
            return [normal]
                + [RowLook.selected, .halted].map { (look: theme.id(role, $0), least: min(least, limits.row)) }
        }
    }

    /// Pairs that must be told apart by eyes of every kind.
    func directions(_ limits: ThemeLimits) -> [ThemeFinding] {
        let pairs: [(Role, Role, String, String)] = [
            (.up, .down, "updown.up", "up and down"), (.sideAbove, .sideBelow, "tape.above", "above and below"),
            (.bought, .sold, "tape.bought", "bought and sold"),
        ]
        return pairs.compactMap { one, other, path, names in
            let (first, second) = (theme.styles[theme.id(one)], theme.styles[theme.id(other)])
            let worst = worstDistance(first.foreground, second.foreground)
            guard worst.distance < limits.upDown else { return nil }
            let (near, least) = (Int(worst.distance), Int(limits.upDown))
            let eyes = worst.vision == .normal ? "" : " for \(worst.vision.rawValue)"
            let words = "\(names) are hard to tell apart\(eyes) (ΔE \(near) < \(least))"
            return ThemeFinding(path: path, words: "\(words): \(index(first.foreground)), \(index(second.foreground))")
        }
    }

    /// Whether a ramp is ordered by lightness and its neighbours can be told apart.
    func heat(_ colors: [Color], _ path: String, least: Double) -> [ThemeFinding] {
        var findings: [ThemeFinding] = []
        if !ThemeCheck.isOrdered(colors, for: theme.sheet.background) {
            findings.append(
                ThemeFinding(path: path, words: "\(path) does not change its lightness evenly with the heat")
            )
        }
        for (colder, hotter) in zip(colors, colors.dropFirst()) {
            let worst = worstDistance(colder, hotter)
            guard worst.distance < least else { continue }
            let eyes = worst.vision == .normal ? "" : " for \(worst.vision.rawValue)"
            let words = "steps \(index(colder)) and \(index(hotter)) are hard to tell apart\(eyes)"
            findings.append(
                ThemeFinding(path: path, words: "\(words) (ΔE \(Int(worst.distance)) < \(Int(least)))")
            )
        }
        return findings
    }

    private func worstDistance(_ one: Color, _ other: Color) -> (vision: ColorVision, distance: Double) {
        let (first, second) = (color(one, isGround: false), color(other, isGround: false))
        let all = ColorVision.allCases.map {
            (vision: $0, distance: ColorScience.distance(first, second, seenBy: $0))
        }
        return all.min { $0.distance < $1.distance } ?? (.normal, 0)
    }

    private func index(_ color: Color) -> String {
        if case .indexed(let index) = color { return "\(index)" }
        return "the terminal's own"
    }
}
