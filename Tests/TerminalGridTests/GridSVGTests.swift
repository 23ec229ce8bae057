import TestSupport
import Testing

@testable import TerminalGrid

@Suite struct GridSVGTests {
    @Test func aSmallGridIsThisDocument() {
        var styles = StyleTable()
        let hot = styles.intern(Style(foreground: .indexed(214), background: .indexed(52), attributes: .bold))
        var grid = Grid(size: Size(columns: 6, rows: 1))
        grid.put("1 <&>", at: Position(column: 0, row: 0), style: hot)
        grid.put("█", at: Position(column: 5, row: 0), style: .plain)
        let text = GridSVG(page: .light, title: "A & B").document(grid, styles: styles)
        #expect(
            text == """
                <svg xmlns="http://www.w3.org/2000/svg" width="66.4" height="33" viewBox="0 0 332 165" role="img" \
                aria-labelledby="title">
                <title id="title">A &amp; B</title>
                <style>
                .m{text-anchor:middle}
                .c0{fill:#ffaf00;font-weight:bold}
                </style>
                <rect width="332" height="165" rx="40" fill="#fcfbf8"/>
                <g transform="translate(40 40)">
                <g shape-rendering="crispEdges">
                <path fill="#5f0000" d="M0 0h210v85h-210z"/>
                <path fill="#2a2a2a" d="M210 0h42v85h-42z"/>
                </g>
                <g font-family="DejaVu Sans Mono,Menlo,Consolas,Liberation Mono,monospace" font-size="70" \
                xml:space="preserve">
                <g transform="translate(0 65)"><text class="c0" x="0" textLength="210">1 &lt;&amp;&gt;</text></g>
                </g>
                </g>
                </svg>

                """
        )
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func everyCharacterStandsInItsCell(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var styles = StyleTable()
        let ids = (0..<6).map { styles.intern(Style(foreground: .indexed(UInt8(40 + $0 * 30)))) }
        var grid = Grid(size: Size(columns: 60, rows: 8))
        let signs = Array("  abcXYZ019.,%+-<>&\"'–…×▲▼●▁▄█░│─┌┤⣿≥→漢é".unicodeScalars)
        for row in 0..<8 {
            for column in stride(from: 0, to: 58, by: Int.random(in: 1...3, using: &random)) {
                let scalar = signs[Int.random(in: 0..<signs.count, using: &random)]
                let style = ids[Int.random(in: 0..<ids.count, using: &random)]
                grid.put(String(scalar), at: Position(column: column, row: row), style: style)
            }
        }
        let document = Document(GridSVG().document(grid, styles: styles))
        for row in 0..<8 {
            for column in 0..<60 {
                let cell = grid[Position(column: column, row: row)]
                guard cell.width > 0 else { continue }
                let isWritten = cell.scalar != 0x20 && SVGShape(cell.scalar) == nil
                let found = document.text[Position(column: column, row: row)]
                #expect(found == (isWritten ? cell.scalar : nil), "seed \(seed), \(row):\(column)")
            }
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func groundsCoverExactlyTheirCells(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var styles = StyleTable()
        let colors = [nil, UInt8(22), 52, 17]
        let ids = colors.map { styles.intern(Style(background: $0.map(Color.indexed) ?? .standard)) }
        var grid = Grid(size: Size(columns: 30, rows: 6))
        var wanted: [String: Int] = [:]
        for row in 0..<6 {
            for column in 0..<30 {
                let pick = Int.random(in: 0..<4, using: &random)
                grid.fill(Rect(column: column, row: row, width: 1, height: 1), style: ids[pick])
                if let color = colors[pick] {
                    let (red, green, blue) = XtermPalette.rgb(color)
                    let hex = GridSVG.hex(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue))
                    wanted["\(hex) \(column) \(row)", default: 0] += 42 * 85
                }
            }
        }
        let found = Document(GridSVG().document(grid, styles: styles)).area
        #expect(found == wanted, "seed \(seed)")
    }

    @Test(
        arguments: [
            ("█", 85 * 42), ("▀", 43 * 42), ("▄", 42 * 42), ("▌", 21 * 85), ("▐", 21 * 85), ("▁", 11 * 42),
            ("▂", 21 * 42), ("▃", 32 * 42), ("▅", 53 * 42), ("▆", 64 * 42), ("▇", 74 * 42), ("░", 85 * 42),
            ("▘", 21 * 43), ("▟", 21 * 85 + 21 * 42), ("⣿", 8 * 121), ("⡀", 121), ("─", 5 * 42), ("┃", 10 * 85),
        ]
    )
    func shapesHaveTheirSize(character: String, area: Int) throws {
        let scalar = try #require(character.unicodeScalars.first)
        let shape = try #require(SVGShape(scalar.value))
        #expect(shape.boxes.reduce(0) { $0 + $1.width * $1.height } == area)
        for box in shape.boxes {
            #expect(box.x >= 0 && box.y >= 0 && box.width > 0 && box.height > 0)
            #expect(box.x + box.width <= GridSVG.cellWidth && box.y + box.height <= GridSVG.cellHeight)
        }
    }

    @Test func upperAndLowerHalfFillACell() throws {
        let upper = try #require(SVGShape(0x2580)?.boxes.first)
        let lower = try #require(SVGShape(0x2584)?.boxes.first)
        #expect(upper.y == 0 && upper.height == lower.y && lower.y + lower.height == GridSVG.cellHeight)
    }

    /// What reaches an edge of a cell must go on in the next one.
    @Test func linesMeetAtTheEdgesOfCells() throws {
        let boxes = try #require(SVGShape(0x253C)).boxes
        let across = try #require(boxes.first { $0.width == GridSVG.cellWidth })
        let down = try #require(boxes.first { $0.height == GridSVG.cellHeight })
        let arms: [(String, left: Bool, up: Bool, right: Bool, down: Bool)] = [
            ("─", true, false, true, false), ("│", false, true, false, true), ("┌", false, false, true, true),
            ("┐", true, false, false, true), ("└", false, true, true, false), ("┘", true, true, false, false),
            ("├", false, true, true, true), ("┤", true, true, false, true), ("┬", true, false, true, true),
            ("┴", true, true, true, false), ("┼", true, true, true, true), ("╮", true, false, false, true),
        ]
        for (character, left, up, right, below) in arms {
            let shape = try #require(character.unicodeScalars.first.flatMap { SVGShape($0.value) })
            let strokes = shape.boxes
            let middle = strokes.filter { $0.y == across.y && $0.height == across.height }
            let upright = strokes.filter { $0.x == down.x && $0.width == down.width }
            #expect(middle.contains { $0.x == 0 } == left, "\(character)")
            #expect(middle.contains { $0.x + $0.width == GridSVG.cellWidth } == right, "\(character)")
            #expect(upright.contains { $0.y == 0 } == up, "\(character)")
            #expect(upright.contains { $0.y + $0.height == GridSVG.cellHeight } == below, "\(character)")
        }
    }

    @Test func everyGlyphOfBarsAndStripsIsAShape() {
        let glyphs = GlyphSet.unicode
        let drawn =
            glyphs.spark.dropFirst() + glyphs.heat.dropFirst() + [
                glyphs.up, glyphs.down, glyphs.bullet, glyphs.horizontal, glyphs.vertical, glyphs.topLeft,
                glyphs.topRight, glyphs.bottomLeft, glyphs.bottomRight, glyphs.barFull, glyphs.barEmpty,
            ]
        for scalar in drawn { #expect(SVGShape(scalar.value) != nil, "\(scalar)") }
        for scalar in 0x2801...0x28FF as ClosedRange<UInt32> {
            #expect(SVGShape(scalar)?.boxes.count == (scalar - 0x2800).nonzeroBitCount)
        }
    }

    @Test func neighboursOfOneColourAreOneBox() {
        var grid = Grid(size: Size(columns: 100, rows: 2))
        grid.fill(Rect(column: 0, row: 0, width: 100, height: 1), with: "─", style: .plain)
        grid.put("┬", at: Position(column: 50, row: 0), style: .plain)
        let text = GridSVG().document(grid, styles: StyleTable())
        #expect(text.contains("M0 40h4200v5h-4200z"))
        #expect(text.count { $0 == "M" } < 6)
    }

    @Test(
        arguments: [
            (Style(foreground: .indexed(196), attributes: .reverse), ColorDepth.palette256, "#f00", "#121418"),
            (Style(foreground: .indexed(196)), .mono, "", "#d0d0d0"),
            (Style(foreground: .indexed(196), monoAttributes: .reverse), .mono, "#d0d0d0", "#121418"),
            (Style(foreground: .indexed(214), foreground16: 11), .sixteen, "", "#ff0"),
        ]
    )
    func depthAndReverseDecideColours(style: Style, depth: ColorDepth, ground: String, ink: String) {
        var styles = StyleTable()
        let id = styles.intern(style)
        var grid = Grid(size: Size(columns: 2, rows: 1))
        grid.put("ab", at: Position(column: 0, row: 0), style: id)
        let text = GridSVG(depth: depth).document(grid, styles: styles)
        #expect(text.contains(".c0{fill:\(ink)}"))
        #expect(text.contains("<path fill=\"\(ground)\"") == !ground.isEmpty)
    }

    @Test func aThemesOwnGroundFillsThePage() {
        var styles = StyleTable(ground: Style(foreground: .indexed(16), background: .indexed(230)))
        let mark = styles.intern(Style(background: .indexed(52)))
        var grid = Grid(size: Size(columns: 3, rows: 1))
        grid.put("ab", at: Position(column: 0, row: 0), style: mark)
        let text = GridSVG(page: .dark).document(grid, styles: styles)
        #expect(text.contains("rx=\"40\" fill=\"#ffffd7\"/>"))
        #expect(text.contains("<path fill=\"#5f0000\" d=\"M0 0h84v85h-84z\"/>"))
        #expect(text.count { $0 == "M" } == 4, "three of them in names of fonts")
        let mono = GridSVG(page: .dark, depth: .mono).document(grid, styles: styles)
        #expect(mono.contains("rx=\"40\" fill=\"#121418\"/>"))
    }

    @Test func dimShadeAndUnderlineAreSeen() {
        var styles = StyleTable()
        let dim = styles.intern(Style(attributes: [.dim, .underline]))
        var grid = Grid(size: Size(columns: 3, rows: 1))
        grid.put("a▒ ", at: Position(column: 0, row: 0), style: dim)
        let text = GridSVG().document(grid, styles: styles)
        #expect(text.contains(".c0{fill:#d0d0d0;fill-opacity:.60}"))
        #expect(text.contains("fill-opacity=\".60\" d=\"M0 76h126v5h-126z"))
        #expect(text.contains("fill-opacity=\".30\" d=\"M42 0h42v85h-42z"))
    }

    @Test func frameAndCursorAreDrawnWhenAskedFor() {
        let grid = Grid(size: Size(columns: 4, rows: 2))
        let plain = GridSVG(title: "t").document(grid, styles: StyleTable())
        let framed = GridSVG(title: "t", hasFrame: true)
            .document(grid, styles: StyleTable(), cursor: Position(column: 3, row: 1))
        #expect(!plain.contains("circle") && framed.contains("circle"))
        #expect(framed.contains("M126 85h14v85h-14z"))
        #expect(
            GridSVG().document(grid, styles: StyleTable(), cursor: Position(column: 4, row: 0))
                == GridSVG().document(grid, styles: StyleTable())
        )
    }

    @Test func whatXMLCannotHoldIsLeftOut() {
        var grid = Grid(size: Size(columns: 8, rows: 1))
        grid.put("a\u{1B}[31m\u{FFFF}b", at: Position(column: 0, row: 0), style: .plain)
        let text = GridSVG(title: "x\u{1}\u{7F}\u{9B}\u{FFFE}]]>y").document(grid, styles: StyleTable())
        #expect(text.contains(">x]]&gt;y<"))
        for scalar in text.unicodeScalars { #expect(scalar == "\n" || GridSVG.isShowable(scalar.value)) }
    }

    @Test(arguments: [Size.zero, Size(columns: 1, rows: 1), Size(columns: 500, rows: 200)])
    func anySizeIsAWholeDocument(size: Size) {
        let text = GridSVG().document(Grid(size: size), styles: StyleTable())
        #expect(text.hasPrefix("<svg ") && text.hasSuffix("</svg>\n"))
        #expect(Document.isBalanced(text))
    }
}

/// The parts of a picture that tests look at, found again in its text.
private struct Document {
    /// The first scalar of each written character by cell.
    var text: [Position: UInt32] = [:]
    /// Covered area by colour, column and row of the cell.
    var area: [String: Int] = [:]

    init(_ svg: String) {
        #expect(Self.isBalanced(svg))
        for line in svg.split(separator: "\n") {
            if line.hasPrefix("<g transform=\"translate(0 "), let y = Self.number(after: "translate(0 ", in: line) {
                readTexts(line, row: (y - GridSVG.baseline) / GridSVG.cellHeight)
            }
            if line.hasPrefix("<path") { readBoxes(line) }
        }
    }

    private mutating func readTexts(_ line: Substring, row: Int) {
        for element in line.split(separator: "<text ").dropFirst() {
            guard let x = Self.number(after: "x=\"", in: element), let from = element.firstIndex(of: ">"),
                let end = element.firstIndex(of: "<")
            else {
                Issue.record("no element: \(element)")
                continue
            }
            let content = Array(Self.plain(element[element.index(after: from)..<end]).unicodeScalars)
            if let length = Self.number(after: "textLength=\"", in: element) {
                #expect(length == content.count * GridSVG.cellWidth)
            } else {
                #expect(content.count == 1)
            }
            for (offset, scalar) in content.enumerated() where scalar != " " {
                let place = Position(column: x / GridSVG.cellWidth + offset, row: row)
                // In the middle of a wide character is the beginning of its second cell.
                let isWide = element.contains(" m\"") && x % GridSVG.cellWidth == 0
                text[isWide ? Position(column: place.column - 1, row: row) : place] = scalar.value
            }
        }
    }

    private mutating func readBoxes(_ line: Substring) {
        guard let color = line.split(separator: "\"").dropFirst().first, let data = line.split(separator: "d=\"").last
        else { return }
        for box in data.split(separator: "M") {
            let numbers = box.split { !$0.isNumber }.compactMap { Int($0) }
            guard numbers.count >= 4 else { continue }
            for column in numbers[0] / 42..<(numbers[0] + numbers[2]) / 42 {
                area["\(color) \(column) \(numbers[1] / 85)", default: 0] += 42 * numbers[3]
            }
        }
    }

    private static func number(after mark: String, in text: Substring) -> Int? {
        let parts = text.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? Int(parts[1].prefix { $0.isNumber }) : nil
    }

    private static func plain(_ text: Substring) -> String {
        String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }

    /// Whether every element that is opened is closed, in order.
    static func isBalanced(_ svg: String) -> Bool {
        var open: [Substring] = []
        for tag in svg.split(separator: "<") {
            let name = tag.prefix { !" >/\n".contains($0) }
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst().prefix(while: { $0 != ">" }) else { return false }
            } else if !tag.contains("/>") {
                open.append(name)
            }
        }
        return open.isEmpty
    }
}
