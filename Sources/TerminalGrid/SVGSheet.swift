/// A grid taken apart for a picture: grounds and shapes by colour, runs of text by row.
struct SVGSheet {
    /// Grounds of cells.
    private(set) var grounds = SVGPaths()
    /// Shapes with straight edges that meet those of the next cell: boxes, blocks, underlines.
    private(set) var edges = SVGPaths()
    /// Triangles, circles and diamonds.
    private(set) var curves = SVGPaths()
    /// Text, one group a row.
    private(set) var texts = ""
    /// The classes of the text, as a style sheet.
    private(set) var classes = ""

    /// Spaces within a run, at most: beyond, two short runs are shorter than one long one.
    private static let gapMax = 3

    private let looks: [SVGLook]
    private var classNames: [SVGLook: String] = [:]
    private var line = ""
    private var run = Run()

    private struct Run {
        var look: SVGLook?
        var column = 0
        var text = String.UnicodeScalarView()
        /// Spaces that belong to the run only if more text follows.
        var spaces = 0
    }

    /// An empty sheet; `looks` are those of the style table, by id.
    init(looks: [SVGLook]) { self.looks = looks }

    /// Draws a row.
    mutating func draw(row: Int, of grid: Grid) {
        line = ""
        let y = row * GridSVG.cellHeight
        for column in 0..<grid.size.columns {
            let cell = grid[Position(column: column, row: row)]
            let index = Int(cell.style.rawValue)
            let look = index < looks.count ? looks[index] : looks[0]
            let x = column * GridSVG.cellWidth
            if let ground = look.ground {
                let box = SVGBox(x: x, y: y, width: GridSVG.cellWidth, height: GridSVG.cellHeight)
                grounds.add(box, color: ground)
            }
            if look.attributes.contains(.underline) {
                let stroke = SVGBox(x: x, y: y + 76, width: GridSVG.cellWidth, height: 5)
                edges.add(stroke, color: look.ink, opacity: look.opacity)
            }
            draw(cell, look, column: column, x: x, y: y)
        }
        endRun()
        if !line.isEmpty { texts += "<g transform=\"translate(0 \(y + GridSVG.baseline))\">\(line)</g>\n" }
    }

    private mutating func draw(_ cell: Cell, _ look: SVGLook, column: Int, x: Int, y: Int) {
        guard cell.width > 0 else { return }
        guard cell.scalar != 0x20, let scalar = Unicode.Scalar(cell.scalar), GridSVG.isShowable(cell.scalar) else {
            run.spaces += 1
            return
        }
        if let shape = SVGShape(cell.scalar) {
            endRun()
            let opacity = look.opacity * shape.opacity / 100
            for box in shape.boxes {
                edges.add(box.moved(x: x, y: y), color: look.ink, opacity: opacity)
            }
            if let outline = shape.outline {
                curves.add("M\(x + outline.x) \(y + outline.y)\(outline.path)", color: look.ink, opacity: opacity)
            }
            return
        }
        var textLook = look
        textLook.ground = nil
        textLook.attributes.remove(.underline)
        guard Self.isPlain(cell.scalar) else {
            // Comes from whatever font has it, as wide as that font likes: in the middle of its cells it does no harm.
            endRun()
            let middle = x + GridSVG.cellWidth * Int(cell.width) / 2
            line += "<text class=\"\(className(textLook)) m\" x=\"\(middle)\">\(GridSVG.escaped(String(scalar)))</text>"
            return
        }
        if run.look != textLook || run.spaces > Self.gapMax { endRun() }
        if run.look == nil {
            run = Run(look: textLook, column: column)
        }
        run.text.append(contentsOf: repeatElement(" ", count: run.spaces))
        run.spaces = 0
        run.text.append(scalar)
    }

    /// Whether nearly every fixed-width font has a character, as wide as the others.
    private static func isPlain(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x20..<0x250, 0x2010...0x2015, 0x2018...0x201E, 0x2020...0x2022, 0x2026, 0x2030, 0x2039, 0x203A, 0x20AC,
            0x2212:
            true
        default: false
        }
    }

    /// Writes the run out; a single character needs no length.
    private mutating func endRun() {
        defer { run = Run() }
        guard let look = run.look, !run.text.isEmpty else { return }
        let name = className(look)
        line += "<text class=\"\(name)\" x=\"\(run.column * GridSVG.cellWidth)\""
        if run.text.count > 1 { line += " textLength=\"\(run.text.count * GridSVG.cellWidth)\"" }
        line += ">\(GridSVG.escaped(String(run.text)))</text>"
    }

    private mutating func className(_ look: SVGLook) -> String {
        if classNames.isEmpty { classes += ".m{text-anchor:middle}\n" }
        if let known = classNames[look] { return known }
        let name = "c\(classNames.count)"
        classNames[look] = name
        var rule = ".\(name){fill:\(GridSVG.hex(look.ink))"
        if look.opacity < 100 { rule += ";fill-opacity:.\(look.opacity)" }
        if look.attributes.contains(.bold) { rule += ";font-weight:bold" }
        if look.attributes.contains(.italic) { rule += ";font-style:italic" }
        classes += rule + "}\n"
        return name
    }
}

/// Paths of a picture, one per colour and opacity, in the order in which these first occurred.
struct SVGPaths {
    private struct Paint: Hashable {
        var color: UInt32
        var opacity: Int
    }

    private var paints: [Paint] = []
    private var boxes: [[SVGBox]] = []
    private var outlines: [String] = []
    private var places: [Paint: Int] = [:]

    /// Adds a box; one that goes on where the last or the one before it ends becomes part of it.
    mutating func add(_ box: SVGBox, color: UInt32, opacity: Int = 100) {
        let place = place(of: color, opacity)
        for index in boxes[place].indices.suffix(2) where boxes[place][index].isContinued(by: box) {
            boxes[place][index].width += box.width
            return
        }
        boxes[place].append(box)
    }

    /// Adds a closed outline in the form of a path's data.
    mutating func add(_ outline: String, color: UInt32, opacity: Int = 100) {
        outlines[place(of: color, opacity)] += outline
    }

    /// The paths as elements, a line each.
    var elements: String {
        var text = ""
        for (place, paint) in paints.enumerated() {
            text += "<path fill=\"\(GridSVG.hex(paint.color))\""
            if paint.opacity < 100 { text += " fill-opacity=\".\(paint.opacity < 10 ? "0" : "")\(paint.opacity)\"" }
            text += " d=\""
            for box in boxes[place] { text += "M\(box.x) \(box.y)h\(box.width)v\(box.height)h-\(box.width)z" }
            text += outlines[place] + "\"/>\n"
        }
        return text
    }

    private mutating func place(of color: UInt32, _ opacity: Int) -> Int {
        let paint = Paint(color: color, opacity: opacity)
        if let known = places[paint] { return known }
        places[paint] = paints.count
        paints.append(paint)
        boxes.append([])
        outlines.append("")
        return paints.count - 1
    }
}
