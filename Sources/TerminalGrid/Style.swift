/// A colour a terminal can show without redefining its palette.
package enum Color: Hashable, Sendable {
    /// The terminal's own foreground or background, whatever the user chose.
    case standard
    /// An index of the xterm 256-colour palette; 0…15 are themed by users, 16…255 are fixed.
    case indexed(UInt8)
}

/// Text attributes that a style switches on.
package struct Attributes: OptionSet, Hashable, Sendable {
    /// One bit per attribute.
    package let rawValue: UInt8

    /// Makes a set from its bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Heavier or brighter.
    package static let bold = Attributes(rawValue: 1)
    /// Fainter.
    package static let dim = Attributes(rawValue: 2)
    /// Underlined.
    package static let underline = Attributes(rawValue: 4)
    /// Foreground and background exchanged.
    package static let reverse = Attributes(rawValue: 8)
    /// Slanted, where the terminal can.
    package static let italic = Attributes(rawValue: 16)
}

/// How a cell looks: two colours, attributes, and what stands for them where colours are few.
///
/// The two optional parts are a theme's own choice for poor terminals; without them `degraded(to:)` derives one.
package struct Style: Hashable, Sendable {
    /// Colour of the glyph.
    package var foreground: Color
    /// Colour behind it.
    package var background: Color
    /// Attributes used with 16 and 256 colours.
    package var attributes: Attributes
    /// Attributes used without colours; nil means the same as `attributes`.
    package var monoAttributes: Attributes?
    /// Foreground index 0…15 used with 16 colours; nil means the nearest to `foreground`.
    package var foreground16: UInt8?
    /// Background index 0…15 used with 16 colours; nil means the nearest to `background`.
    package var background16: UInt8?

    /// Makes a style; everything left out is the terminal's own.
    package init(
        foreground: Color = .standard,
        background: Color = .standard,
        attributes: Attributes = [],
        monoAttributes: Attributes? = nil,
        foreground16: UInt8? = nil,
        background16: UInt8? = nil
    ) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
        self.monoAttributes = monoAttributes
        self.foreground16 = foreground16
        self.background16 = background16
    }

    /// The terminal's own colours, no attributes.
    package static let plain = Style()

    /// This style with the parts of `over` that say something laid on top; attributes add up.
    ///
    /// Used for a selected row: the row keeps its colours and gains a background.
    package func overlaid(with over: Style) -> Style {
        var result = self
        if over.foreground != .standard {
            result.foreground = over.foreground
            result.foreground16 = over.foreground16
        }
        if over.background != .standard {
            result.background = over.background
            result.background16 = over.background16
        }
        result.attributes.formUnion(over.attributes)
        if monoAttributes != nil || over.monoAttributes != nil {
            let below = monoAttributes ?? attributes
            result.monoAttributes = below.union(over.monoAttributes ?? over.attributes)
        }
        return result
    }
}
