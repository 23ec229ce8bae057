/// The characters that views draw with, as one value: Unicode, or plain ASCII for `--ascii` and poor terminals.
///
/// A `Grid` carries its set. A view asks it for glyphs (`grid.glyphs.up`), so it paints the same way for both, and the
/// grid itself turns every other scalar into ASCII when the set is `ascii`: such a grid holds only 0x20…0x7E.
package struct GlyphSet: Hashable, Sendable {
    /// Whether only 0x20…0x7E may be shown.
    package let isASCII: Bool
    /// Horizontal line.
    package let horizontal: Unicode.Scalar
    /// Vertical line.
    package let vertical: Unicode.Scalar
    /// Corner of a box.
    package let topLeft: Unicode.Scalar
    /// Corner of a box.
    package let topRight: Unicode.Scalar
    /// Corner of a box.
    package let bottomLeft: Unicode.Scalar
    /// Corner of a box.
    package let bottomRight: Unicode.Scalar
    /// Risen.
    package let up: Unicode.Scalar
    /// Fallen.
    package let down: Unicode.Scalar
    /// Where text was cut.
    package let ellipsis: Unicode.Scalar
    /// No value.
    package let missing: Unicode.Scalar
    /// A point that draws the eye: live, large print.
    package let bullet: Unicode.Scalar
    /// A quiet point: missing cell of a strip.
    package let dot: Unicode.Scalar
    /// What an unshowable scalar becomes.
    package let replacement: Unicode.Scalar
    /// Done part of a progress bar.
    package let barFull: Unicode.Scalar
    /// Open part of a progress bar.
    package let barEmpty: Unicode.Scalar
    /// Heat by density, coldest first; the sixth is shown reversed where there is no colour.
    package let heat: [Unicode.Scalar]
    /// Heights of a sparkline, lowest first; level 0 is a space.
    package let spark: [Unicode.Scalar]

    /// Box drawing, arrows, shades and block elements.
    package static let unicode = GlyphSet(
        isASCII: false,
        horizontal: "─",
        vertical: "│",
        topLeft: "┌",
        topRight: "┐",
        bottomLeft: "└",
        bottomRight: "┘",
        up: "▲",
        down: "▼",
        ellipsis: "…",
        missing: "–",
        bullet: "●",
        dot: "·",
        replacement: "\u{FFFD}",
        barFull: "█",
        barEmpty: "░",
        heat: [" ", "░", "▒", "▓", "█", "█"],
        spark: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    )

    /// The same in 0x20…0x7E.
    package static let ascii = GlyphSet(
        isASCII: true,
        horizontal: "-",
        vertical: "|",
        topLeft: "+",
        topRight: "+",
        bottomLeft: "+",
        bottomRight: "+",
        up: "^",
        down: "v",
        ellipsis: "~",
        missing: "-",
        bullet: "*",
        dot: ".",
        replacement: "?",
        barFull: "#",
        barEmpty: "-",
        heat: [" ", ".", ":", "+", "#", "@"],
        spark: [" ", "_", ".", ":", "-", "=", "+", "*", "#"]
    )

    /// The ASCII stand-in of a scalar: itself, a look-alike for the glyphs above and for dashes and quotes, else `?`.
    package static func asciiFallback(_ scalar: UInt32) -> UInt32 {
        if scalar >= 0x20, scalar < 0x7F { return scalar }
        switch scalar {
        case 0xA0: return 0x20
        case 0x2010...0x2015, 0x2212, 0x2500, 0x2501, 0x2550: return 0x2D
        case 0x2018, 0x2019: return 0x27
        case 0x201C, 0x201D: return 0x22
        case 0x2502, 0x2503, 0x2551: return 0x7C
        case 0x2504...0x257F: return 0x2B
        case 0x25B2, 0x2191: return 0x5E
        case 0x25BC, 0x2193: return 0x76
        case 0x2026: return 0x7E
        case 0x25CF, 0x2022: return 0x2A
        case 0xB7: return 0x2E
        case 0x2591: return 0x2E
        case 0x2592: return 0x3A
        case 0x2593: return 0x2B
        case 0x2580...0x2590: return 0x23
        case 0xD7: return 0x78
        default: return 0x3F
        }
    }
}
