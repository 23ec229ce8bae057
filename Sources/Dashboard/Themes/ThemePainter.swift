import TerminalGrid

/// Works out how a role looks in a row, from a sheet; used once, when a theme is made.
struct ThemePainter {
    let sheet: ThemeSheet
    /// Colours that are used.
    let depth: ColorDepth
    /// Whether strips are coloured grounds instead of bars.
    let paintsStrips: Bool
    /// How a cell looks that nobody painted.
    let ground: Style

    init(_ sheet: ThemeSheet, depth: ColorDepth, paintsStrips: Bool) {
        self.sheet = sheet
        self.depth = depth
        self.paintsStrips = paintsStrips
        ground = Self.limited(sheet.roles[Role.text.rawValue], to: sheet.colorsMax)
    }

    /// The style of a role in a row that looks like this.
    func style(_ role: Role, _ look: RowLook) -> Style { finished(laidOver(role, look)) }

    /// A style on the theme's ground, without the colours that the theme does not use.
    func finished(_ style: Style) -> Style {
        var style = style
        let text = sheet.roles[Role.text.rawValue]
        if style.foreground == .standard {
            style.foreground = text.foreground
            style.foreground16 = style.foreground16 ?? text.foreground16
        }
        if style.background == .standard {
            style.background = text.background
            style.background16 = style.background16 ?? text.background16
        }
        return Self.limited(style, to: sheet.colorsMax)
    }

    /// Black or white letters, whichever are read better on this ground.
    static func letters(on ground: Style) -> Style {
        guard case .indexed(let index) = ground.background else { return Style() }
        let back = RGBColor(xterm: index)
        func contrast(_ fore: UInt8) -> Double { ColorScience.contrast(RGBColor(xterm: fore), back) }
        // Grey on dark grounds: bright white would outshine the hot cells.
        let fore: UInt8 = contrast(250) >= contrast(16) ? 250 : 16
        return Style(foreground: .indexed(fore), foreground16: fore == 16 ? 0 : 15)
    }

    private func laidOver(_ role: Role, _ look: RowLook) -> Style {
        let base = base(role)
        let isStrip = (Role.strip0.rawValue...Role.strip5.rawValue).contains(role.rawValue)
        let selected = sheet.part(.selected)
        // A strip takes on the ground of a selected row but not its reverse, for its own glyphs tell by their height.
        if isStrip, look == .selected || look == .selectedDim {
            let ground = Style(background: selected.background, background16: selected.background16)
            return paintsStrips ? base : lifted16(base).overlaid(with: ground)
        }
        // The column cursor stands in the selected row most of the time, and has to be seen there.
        if role == .columnCursor { return base }
        switch look {
        case .normal: return base
        case .dim: return isStrip ? base : dimmed(base)
        case .selected: return lifted(base).overlaid(with: selected)
        case .selectedDim: return lifted(dimmed(base)).overlaid(with: selected)
        // Strips keep their colours: the ground alone tells, and without colours the mark does.
        case .halted: return isStrip && paintsStrips ? base : base.overlaid(with: sheet.part(.halted))
        }
    }

    private func base(_ role: Role) -> Style {
        let style = sheet.roles[role.rawValue]
        guard paintsStrips, (Role.strip0.rawValue...Role.strip5.rawValue).contains(role.rawValue) else { return style }
        let ground = sheet.heatGrounds[role.rawValue - Role.strip0.rawValue]
        return Self.letters(on: ground).overlaid(with: ground)
    }

    private func dimmed(_ style: Style) -> Style {
        let quiet = sheet.part(.rowDim)
        return Style(
            foreground: quiet.foreground,
            background: style.background,
            attributes: quiet.attributes,
            monoAttributes: quiet.monoAttributes,
            foreground16: quiet.foreground16,
            background16: style.background16
        )
    }

    // MARK: On the selected row

    /// The style with letters that can be read on the selected row's ground; badges bring a ground of their own.
    private func lifted(_ style: Style) -> Style {
        var style = lifted16(style)
        let fore = finished(style).foreground
        guard case .indexed(let front) = fore, case .indexed(let back) = sheet.part(.selected).background else {
            return style
        }
        if ColorScience.contrast(RGBColor(xterm: front), RGBColor(xterm: back)) < Self.contrastMin {
            style.foreground = sheet.part(.selectedQuiet).foreground
        }
        return style
    }

    /// With 16 colours the selected row's ground is a strong one: what would drown in it is lifted, the rest stays.
    private func lifted16(_ style: Style) -> Style {
        let selected = sheet.part(.selected)
        guard let back = selected.background16 ?? Self.nearest16(selected.background) else { return style }
        var style = style
        let fore = style.foreground16 ?? Self.nearest16(finished(style).foreground)
        style.foreground16 = Self.readable(fore, on: back)
        return style
    }

    private static let contrastMin = 3.0
    private static let contrastMin16 = 5.0

    private static func readable(_ fore: UInt8?, on back: UInt8) -> UInt8 {
        // Greys and blues stay quiet; what has a colour becomes the brighter kind of it, and white at worst.
        let isQuiet = fore.map { [0, 4, 7, 8, 12].contains($0) } ?? true
        let colored = fore.map { [$0, $0 | 8] } ?? []
        let choices: [UInt8] = (isQuiet ? [] : colored) + [isQuiet ? 7 : 15, 15, 0]
        func contrast(_ index: UInt8) -> Double {
            ColorScience.contrast(RGBColor(xterm: index), RGBColor(xterm: back))
        }
        return choices.first { contrast($0) >= contrastMin16 } ?? choices.max { contrast($0) < contrast($1) } ?? 15
    }

    private static func nearest16(_ color: Color) -> UInt8? {
        guard case .indexed(let index) = color else { return nil }
        return XtermPalette.nearest16(index)
    }

    private static func limited(_ style: Style, to depth: ColorDepth) -> Style {
        depth == .palette256 ? style : style.degraded(to: depth)
    }
}
