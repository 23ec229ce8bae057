import TerminalGrid

extension ThemeSheet {
    /// The theme in force until another is chosen: for dark grounds, orange on the terminal's own ground.
    ///
    /// `ember.toml` says the same, key by key; a test keeps them alike.
    package static let ember: ThemeSheet = {
        var sheet = ThemeSheet(
            name: "ember",
            background: .dark,
            pair: "ember-light",
            colorsMax: .palette256,
            thresholds: Heat.thresholds,
            heatGrounds: [235, 53, 125, 166, 214, 229].map { Style(background: .indexed($0)) },
            heatGlyphs: [
                HeatGlyph(" "), HeatGlyph("░"), HeatGlyph("▒"), HeatGlyph("▓"), HeatGlyph("█"),
                HeatGlyph("+", isReversed: true),
            ],
            heatASCII: [" ", ".", ":", "+", "#", "@"],
            missingGlyph: "·",
            roles: Role.allCases.map(emberStyle),
            parts: ThemeKey.Part.allCases.map(emberStyle)
        )
        let figures: [(UInt8, UInt8)] = [(242, 8), (97, 12), (168, 6), (208, 10), (214, 11), (229, 9)]
        sheet.setHeatFigures(figures.map { Style(foreground: .indexed($0.0), foreground16: $0.1) })
        let bars: [(UInt8, UInt8)] = [(240, 8), (97, 12), (168, 6), (208, 10), (214, 11), (229, 9)]
        sheet.setHeatBars(bars.map { Style(foreground: .indexed($0.0), foreground16: $0.1) })
        return sheet
    }()

    private static func emberStyle(_ part: ThemeKey.Part) -> Style {
        switch part {
        case .selected:
            Style(background: .indexed(237), attributes: .bold, monoAttributes: .reverse, background16: 4)
        case .selectedQuiet: Style(foreground: .indexed(248), foreground16: 7)
        case .halted: Style(background: .indexed(52), background16: 0)
        case .rowDim: quiet(242, 8)
        case .now: Style(attributes: .underline)
        }
    }

    private static func emberStyle(_ role: Role) -> Style {
        switch role {
        case .text: .plain
        case .symbol: color(255, 15)
        case .dim: quiet(244, 7)
        case .border: quiet(239, 8)
        case .title: color(250, 7)
        case .heading: color(246, 7, mono: .underline)
        case .headingSorted: color(214, 11, .bold, mono: [.bold, .underline])
        case .up, .bought: color(43, 10)
        case .down, .sold: color(202, 9)
        case .flat, .tabIdle, .hint: color(245, 7)
        // Set by the ramps.
        case .heat0, .heat1, .heat2, .heat3, .heat4, .heat5: .plain
        case .strip0, .strip1, .strip2, .strip3, .strip4, .strip5: .plain
        case .stripMissing, .heatMissing, .ghost, .previousClose: quiet(244, 8)
        case .brand: color(208, 11, .bold)
        case .clock: color(255, 15, .bold)
        case .sessionOpen, .good: color(43, 10, .bold)
        case .sessionEdge: color(215, 11, .bold)
        case .sessionClosed: color(245, 7, .bold)
        case .warning, .marker: color(214, 11, .bold)
        case .bad: color(203, 9, .bold, mono: [.bold, .underline])
        case .badge: badge(16, 214, 0, 3)
        case .badgeBad, .haltMark: badge(231, 124, 15, 1)
        case .badgePause: badge(16, 75, 0, 6)
        case .key, .paneKey: color(214, 11, mono: .bold)
        case .flashUp: flash(48, 23, 10)
        case .flashDown: flash(216, 52, 9)
        case .sideAbove: color(121, 14, .bold)
        case .sideBelow: color(209, 9, .bold)
        case .blockUp: block(43, 10)
        case .blockDown: block(202, 9)
        case .blockFlat: block(255, 15)
        case .limitMark, .matched: color(214, 11, .bold, mono: [.bold, .underline])
        case .borderFocus: color(43, 14, mono: .bold)
        case .tabActive: color(255, 15, .bold, mono: [.bold, .reverse])
        case .entering: color(43, 10, .bold, mono: .bold)
        case .leaving, .disabled: quiet(242, 8)
        case .pinned: color(229, 14, mono: .bold)
        case .marked: color(75, 14, .bold, mono: [.bold, .underline])
        case .columnCursor: badge(16, 250, 0, 7)
        case .errorToken: color(203, 9, [.bold, .underline], mono: [.bold, .underline])
        case .warningToken: color(214, 11, .underline, mono: .underline)
        case .chosen: color(255, 15, .bold, mono: .reverse).overlaid(with: emberStyle(.selected))
        case .heatCursor: badge(16, 255, 0, 15)
        case .average: color(250, 7)
        case .priceLine: color(75, 14, mono: .bold)
        case .vwapLine: color(177, 13)
        case .tour: badge(16, 153, 0, 14)
        }
    }

    private static func color(
        _ index: UInt8,
        _ sixteen: UInt8,
        _ attributes: Attributes = [],
        mono: Attributes? = nil
    ) -> Style {
        Style(foreground: .indexed(index), attributes: attributes, monoAttributes: mono, foreground16: sixteen)
    }

    private static func quiet(_ index: UInt8, _ sixteen: UInt8) -> Style {
        Style(foreground: .indexed(index), monoAttributes: .dim, foreground16: sixteen)
    }

    private static func block(_ index: UInt8, _ sixteen: UInt8) -> Style {
        color(index, sixteen, .bold, mono: [.bold, .reverse])
            .overlaid(with: Style(background: .indexed(236), monoAttributes: []))
    }

    /// Digits that have just changed: their colour, bright, on a ground of it.
    private static func flash(_ front: UInt8, _ back: UInt8, _ sixteen: UInt8) -> Style {
        Style(
            foreground: .indexed(front),
            background: .indexed(back),
            attributes: .bold,
            monoAttributes: [.bold, .underline],
            foreground16: sixteen,
            background16: 0
        )
    }

    private static func badge(_ fore: UInt8, _ back: UInt8, _ fore16: UInt8, _ back16: UInt8) -> Style {
        Style(
            foreground: .indexed(fore),
            background: .indexed(back),
            attributes: .bold,
            monoAttributes: [.reverse, .bold],
            foreground16: fore16,
            background16: back16
        )
    }
}
