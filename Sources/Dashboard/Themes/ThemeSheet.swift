package import TerminalGrid

/// A theme as data: what every role, row and step of heat looks like.
///
/// Pure values without a table: `Theme` interns one for a terminal. Colours are indexes of xterm's palette with a
/// fallback for 16 colours and attributes for none. `ember` is built in; the other themes are files that the
/// composition reads.
package struct ThemeSheet: Hashable, Sendable {
    /// What ground a theme is made for.
    package enum Background: String, Hashable, Sendable, CaseIterable {
        /// Light letters on a dark ground.
        case dark
        /// Dark letters on a light ground.
        case light
        /// Either: it uses what the terminal has.
        case any
    }

    /// A glyph of the ramp for terminals of few colours.
    package struct HeatGlyph: Hashable, Sendable {
        /// One column wide.
        package var scalar: Unicode.Scalar
        /// Whether foreground and ground change places.
        package var isReversed: Bool

        /// Makes a glyph.
        package init(_ scalar: Unicode.Scalar, isReversed: Bool = false) {
            self.scalar = scalar
            self.isReversed = isReversed
        }
    }

    /// The name a trader types; lower-case letters, digits and dashes.
    package var name: String
    /// What ground it is made for.
    package var background: Background
    /// The theme of the same kind for the other ground; nil: there is none.
    package var pair: String?
    /// The most colours it uses, whatever the terminal has.
    package var colorsMax: ColorDepth
    /// Lower bounds of the steps 1…5 of heat, ×, increasing.
    package var thresholds: [Double]
    /// Grounds of the six steps of heat, coldest first; only `background` counts.
    package var heatGrounds: [Style]
    /// Glyphs of the six steps without coloured grounds, coldest first, all different.
    package var heatGlyphs: [HeatGlyph]
    /// The same within 0x20…0x7E.
    package var heatASCII: [Unicode.Scalar]
    /// Glyph of a cell without a number.
    package var missingGlyph: Unicode.Scalar

    /// By `Role.rawValue`; `strip0`…`strip5` are the colours of bars.
    var roles: [Style]
    /// By `ThemeKey.Part.rawValue`: what is laid over rows and cells.
    var parts: [Style]

    /// The style of a key; setting one of them leaves all others.
    package subscript(_ key: ThemeKey) -> Style {
        get {
            switch key.target {
            case .role(let role): roles[role.rawValue]
            case .part(let part): parts[part.rawValue]
            }
        }
        set {
            switch key.target {
            case .role(let role): roles[role.rawValue] = newValue
            case .part(let part): parts[part.rawValue] = newValue
            }
        }
    }

    /// Colours of the numbers of the six steps, coldest first; only the foregrounds are set.
    ///
    /// Attributes follow the step: the coldest is dim without colours, the hottest bold.
    package mutating func setHeatFigures(_ colors: [Style]) {
        for (level, color) in colors.prefix(6).enumerated() {
            var style = Style(foreground: color.foreground, foreground16: color.foreground16)
            if level == 0 { style.monoAttributes = .dim }
            if level == 4 { style.monoAttributes = .bold }
            if level == 5 {
                style.attributes = .bold
                style.monoAttributes = .bold
            }
            roles[Role.heat(level).rawValue] = style
        }
    }

    /// Colours of the bars of the six steps, coldest first; only the foregrounds are set.
    package mutating func setHeatBars(_ colors: [Style]) {
        for (level, color) in colors.prefix(6).enumerated() {
            roles[Role.strip(level).rawValue] = Style(foreground: color.foreground, foreground16: color.foreground16)
        }
    }

    /// Colours of the numbers of the six steps, coldest first.
    package var heatFigures: [Style] { (0...5).map { roles[Role.heat($0).rawValue] } }

    /// Colours of the bars of the six steps, coldest first.
    package var heatBars: [Style] { (0...5).map { roles[Role.strip($0).rawValue] } }

    /// What a part lays over rows and cells.
    func part(_ part: ThemeKey.Part) -> Style { parts[part.rawValue] }
}
