package import TerminalGrid

/// Ids of heat cells by their steps, one table per state of the slot.
struct HeatIDs: Sendable {
    /// Steps and "no number", which comes last.
    static let count = 7
    private let halves: [StyleID]
    private let grounds: [StyleID]

    /// Interns what heat cells can look like.
    init(_ painter: ThemePainter, _ table: inout StyleTable) {
        var (halves, grounds): ([StyleID], [StyleID]) = ([], [])
        for isNow in [false, true] {
            let now = isNow ? painter.sheet.part(.now) : Style()
            for left in 0..<Self.count {
                grounds.append(table.intern(painter.finished(painter.heatGround(left).overlaid(with: now))))
                for right in 0..<Self.count {
                    let style = painter.heatHalves(left, right).overlaid(with: now)
                    halves.append(table.intern(painter.finished(style)))
                }
            }
        }
        (self.halves, self.grounds) = (halves, grounds)
    }

    func halves(_ left: Int?, _ right: Int?, isNow: Bool) -> StyleID {
        halves[((isNow ? Self.count : 0) + Self.index(left)) * Self.count + Self.index(right)]
    }

    func ground(_ level: Int?, isNow: Bool) -> StyleID { grounds[(isNow ? Self.count : 0) + Self.index(level)] }

    private static func index(_ level: Int?) -> Int { level.map { min(max($0, 0), 5) } ?? 6 }
}

extension ThemePainter {
    /// A whole cell of one step; 6 is a cell without a number.
    func heatGround(_ level: Int) -> Style {
        guard level < 6 else { return sheet.roles[Role.heatMissing.rawValue] }
        guard depth == .palette256 else { return density(level) }
        let ground = sheet.heatGrounds[level]
        return Self.letters(on: ground).overlaid(with: Style(background: ground.background))
    }

    /// A cell of two halves: the left one in the foreground of `▌`, the right one behind it.
    func heatHalves(_ left: Int, _ right: Int) -> Style {
        guard depth == .palette256 else {
            // One glyph for both, the hotter one: a view that can should sum them up instead.
            let known = [left, right].filter { $0 < 6 }
            return heatGround(known.max() ?? 6)
        }
        guard left < 6 || right < 6 else { return heatGround(6) }
        // A missing half shows the ground; where it is the left one, the glyph is `▐` and the foreground the right one's.
        guard left < 6 else { return Style(foreground: sheet.heatGrounds[right].background) }
        let fore = Style(foreground: sheet.heatGrounds[left].background)
        return right < 6 ? fore.overlaid(with: Style(background: sheet.heatGrounds[right].background)) : fore
    }

    /// The glyph's own colour carries the heat besides its density.
    private func density(_ level: Int) -> Style {
        let figure = sheet.roles[Role.heat(level).rawValue]
        let isReversed = sheet.heatGlyphs[level].isReversed
        return Style(
            foreground: figure.foreground,
            attributes: isReversed ? .reverse : [],
            monoAttributes: isReversed ? .reverse : [],
            foreground16: figure.foreground16
        )
    }
}

extension Theme {
    /// The step of a value by this theme's thresholds, 0…5; nil when it is missing.
    package func heatLevel(_ value: Double) -> Int? {
        guard !value.isNaN else { return nil }
        var level = 0
        while level < 5, value >= heatThresholds[level] { level += 1 }
        return level
    }

    /// The look of a heat cell that shows two values side by side; nil is a value that is missing.
    ///
    /// With 256 colours it belongs to `▌`, the left value's colour in front of the right one's; only where the left is
    /// missing and the right is not, to `▐`. With fewer colours it belongs to the density glyph of the hotter one.
    /// `HeatInk` gives glyph and look together.
    package func heatCell(left: Int?, right: Int?, isNow: Bool = false) -> StyleID {
        heatIDs.halves(left, right, isNow: isNow)
    }

    /// The look of a heat cell that shows one value; nil is a value that is missing.
    ///
    /// With 256 colours a ground of the value's colour, for a space or for a digit that is read on it; with fewer the
    /// colour of the density glyph. `isNow` marks the slot that is running (underlined).
    package func heatGround(_ level: Int?, isNow: Bool = false) -> StyleID { heatIDs.ground(level, isNow: isNow) }
}

/// What a view of heat cells writes for a theme and a glyph set: the glyph and its look together.
///
/// - 256 colours, Unicode: a space on the step's ground; two values as `▌`, `▐` where only the left one is missing.
/// - 256 colours, ASCII: the ASCII ramp's glyph on the step's ground.
/// - 16 colours: the density glyph in the step's colour; the hottest reversed.
/// - None: the density glyph alone; the hottest reversed.
/// - A missing value is a dot, `-` in ASCII; never blank, which is cold.
package struct HeatInk: Sendable {
    /// Whether two values fit into a cell; else a view should show the mean of both, by `glyph`.
    package let isSplit: Bool

    private let theme: Theme
    private let glyphs: [Unicode.Scalar]
    private let missing: Unicode.Scalar
    private let left: Unicode.Scalar = "▌"
    private let right: Unicode.Scalar = "▐"

    /// The ink of a theme for grids with this glyph set; make it once per frame.
    package init(_ theme: Theme, _ set: GlyphSet) {
        self.theme = theme
        isSplit = theme.depth == .palette256 && !set.isASCII
        missing = set.isASCII ? "-" : theme.sheet.missingGlyph
        if set.isASCII {
            glyphs = theme.sheet.heatASCII
        } else {
            glyphs = theme.depth == .palette256 ? Array(repeating: " ", count: 6) : theme.sheet.heatGlyphs.map(\.scalar)
        }
    }

    /// Glyph and look of one value's cell; nil is a value that is missing.
    package func cell(_ level: Int?, isNow: Bool = false) -> (glyph: Unicode.Scalar, style: StyleID) {
        (glyph(level), theme.heatGround(level, isNow: isNow))
    }

    /// Glyph and look of a cell for two values; where `isSplit` is false, those of the hotter one.
    package func cell(left: Int?, right: Int?, isNow: Bool = false) -> (glyph: Unicode.Scalar, style: StyleID) {
        guard isSplit else {
            guard let left, let right else { return cell(left ?? right, isNow: isNow) }
            return cell(max(left, right), isNow: isNow)
        }
        guard left != right else { return cell(left, isNow: isNow) }
        return (left == nil ? self.right : self.left, theme.heatCell(left: left, right: right, isNow: isNow))
    }

    private func glyph(_ level: Int?) -> Unicode.Scalar { level.map { glyphs[min(max($0, 0), 5)] } ?? missing }
}
