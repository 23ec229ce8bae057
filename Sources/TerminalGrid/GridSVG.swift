// A picture of a screen is drawn from the same cells as the screen, not from a terminal's bytes: what it shows is what the
// program paints. Text stays text (it can be searched and scales), with the length it has in cells, so that any font lines
// up; box drawing, blocks, shades and braille are shapes, because fonts leave gaps between them and browsers take them from
// whatever font has them. All numbers are integers in fifths of a pixel, so that the same grid is the same bytes on every
// machine. Shapes of one colour are one path for the whole screen: a picture of 160×48 cells stays below 150 KB.

/// Draws a grid as an SVG document.
package struct GridSVG: Hashable, Sendable {
    /// What stands for a terminal's own colours, each as 0xRRGGBB.
    package struct Page: Hashable, Sendable {
        /// Behind everything.
        package var ground: UInt32
        /// Text in the terminal's own colour.
        package var ink: UInt32

        /// A page of two colours, 0xRRGGBB.
        package init(ground: UInt32, ink: UInt32) {
            self.ground = ground & 0xFF_FFFF
            self.ink = ink & 0xFF_FFFF
        }

        /// A dark terminal.
        package static let dark = Page(ground: 0x12_1418, ink: 0xD0_D0D0)
        /// A light terminal.
        package static let light = Page(ground: 0xFC_FBF8, ink: 0x2A_2A2A)
    }

    /// Units of the document in a pixel.
    static let unitsPerPixel = 5
    /// Width of a cell, in units: 8.4 px, the advance of common fonts at 14 px.
    static let cellWidth = 42
    /// Height of a cell, in units: 17 px.
    static let cellHeight = 85
    /// From a row's top to the baseline of its text, in units.
    static let baseline = 65
    /// Space around the cells, in units.
    static let margin = 40
    /// Height of the frame's bar, in units.
    static let barHeight = 130

    /// The terminal's own colours.
    package var page: Page
    /// Colours of the terminal that is drawn.
    package var depth: ColorDepth
    /// What the picture shows, for people who do not see it; empty: "A terminal".
    package var title: String
    /// Whether a window's frame with the title stands around it.
    package var hasFrame: Bool

    /// How to draw.
    package init(page: Page = .dark, depth: ColorDepth = .palette256, title: String = "", hasFrame: Bool = false) {
        self.page = page
        self.depth = depth
        self.title = title
        self.hasFrame = hasFrame
    }

    /// The document: the same text for the same arguments, ending in a line break.
    ///
    /// - Parameters:
    ///   - grid: What to draw.
    ///   - styles: The table it was painted with.
    ///   - cursor: Where the terminal's cursor stands; nil for none.
    package func document(_ grid: Grid, styles: StyleTable, cursor: Position? = nil) -> String {
        // A theme with a ground of its own fills the page, the margin included.
        let paper = SVGLook(styles[.plain].degraded(to: depth), page: page).ground ?? page.ground
        let page = Page(ground: paper, ink: page.ink)
        var sheet = SVGSheet(
            looks: styles.styles.map { style in
                var look = SVGLook(style.degraded(to: depth), page: page)
                if look.ground == paper { look.ground = nil }
                return look
            }
        )
        for row in 0..<grid.size.rows { sheet.draw(row: row, of: grid) }
        let cells = (width: grid.size.columns * Self.cellWidth, height: grid.size.rows * Self.cellHeight)
        let top = Self.margin + (hasFrame ? Self.barHeight : 0)
        let width = cells.width + 2 * Self.margin
        let height = cells.height + top + Self.margin
        let name = title.isEmpty ? "A terminal" : title

        var text = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Self.pixels(width))\""
        text += " height=\"\(Self.pixels(height))\" viewBox=\"0 0 \(width) \(height)\" role=\"img\""
        text += " aria-labelledby=\"title\">\n"
        text += "<title id=\"title\">\(Self.escaped(name))</title>\n"
        text += "<style>\n\(sheet.classes)</style>\n"
        text += "<rect width=\"\(width)\" height=\"\(height)\" rx=\"40\" fill=\"\(Self.hex(page.ground))\"/>\n"
        if hasFrame { text += Self.frame(width: width, name, ink: page.ink) }
        text += "<g transform=\"translate(\(Self.margin) \(top))\">\n"
        text += "<g shape-rendering=\"crispEdges\">\n\(sheet.grounds.elements)\(sheet.edges.elements)</g>\n"
        text += sheet.curves.elements
        text += "<g font-family=\"DejaVu Sans Mono,Menlo,Consolas,Liberation Mono,monospace\" font-size=\"70\""
        text += " xml:space=\"preserve\">\n\(sheet.texts)</g>\n"
        if let cursor, grid.bounds.contains(cursor) {
            let (x, y) = (cursor.column * Self.cellWidth, cursor.row * Self.cellHeight)
            text += "<path fill=\"\(Self.hex(page.ink))\" fill-opacity=\".6\" d=\"M\(x) \(y)h14v85h-14z\"/>\n"
        }
        return text + "</g>\n</svg>\n"
    }

    /// A bar with the three buttons of a window and the title.
    private static func frame(width: Int, _ name: String, ink: UInt32) -> String {
        let line = "<path fill=\"\(hex(ink))\" fill-opacity=\".12\" d=\"M0 \(barHeight)h\(width)v5h-\(width)z\"/>\n"
        let buttons: [(UInt32, Int)] = [(0xE0_6C60, 75), (0xD9_A441, 175), (0x6C_B36C, 275)]
        let dots = buttons.map { "<circle cx=\"\($0.1)\" cy=\"66\" r=\"28\" fill=\"\(hex($0.0))\"/>\n" }
        let words =
            "<text x=\"\(width / 2)\" y=\"88\" text-anchor=\"middle\" font-family=\"sans-serif\" font-size=\"62\""
        return line + dots.joined() + words
            + " fill=\"\(hex(ink))\" fill-opacity=\".7\">\(escaped(name))</text>\n"
    }

    /// Units as pixels, with one decimal where they are not whole.
    static func pixels(_ units: Int) -> String {
        let rest = units % unitsPerPixel
        return rest == 0 ? "\(units / unitsPerPixel)" : "\(units / unitsPerPixel).\(rest * 10 / unitsPerPixel)"
    }

    /// A colour 0xRRGGBB as XML wants it, short where three digits suffice.
    static func hex(_ color: UInt32) -> String {
        let digits = Array("0123456789abcdef")
        let all = (0..<6).map { digits[Int(color >> UInt32(20 - 4 * $0)) & 15] }
        let isShort = all[0] == all[1] && all[2] == all[3] && all[4] == all[5]
        return "#" + String(isShort ? [all[0], all[2], all[4]] : all)
    }

    /// A text as XML wants it; what XML cannot hold is left out.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            default: if isShowable(scalar.value) { result.append(scalar) }
            }
        }
        return String(result)
    }

    /// Whether a scalar may stand in XML and is no control character.
    static func isShowable(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0..<0x20, 0x7F..<0xA0, 0xD800..<0xE000: false
        default: scalar & 0xFFFE != 0xFFFE && scalar <= 0x10_FFFF
        }
    }
}

/// How cells of a style are drawn: colours resolved, reverse carried out.
struct SVGLook: Hashable {
    /// Colour of glyphs, 0xRRGGBB.
    var ink: UInt32
    /// Colour behind them; nil where the page shows.
    var ground: UInt32?
    /// Bold, italic, underline and dim, as they are drawn.
    var attributes: Attributes

    init(_ style: Style, page: GridSVG.Page) {
        let (front, back) = (Self.color(style.foreground), Self.color(style.background))
        ink = front ?? page.ink
        ground = back
        attributes = style.attributes
        if attributes.contains(.reverse) {
            (ink, ground) = (back ?? page.ground, front ?? page.ink)
            attributes.remove(.reverse)
        }
    }

    /// Opacity of glyphs in percent.
    var opacity: Int { attributes.contains(.dim) ? 60 : 100 }

    private static func color(_ color: Color) -> UInt32? {
        guard case .indexed(let index) = color else { return nil }
        let (red, green, blue) = XtermPalette.rgb(index)
        return UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
    }
}
