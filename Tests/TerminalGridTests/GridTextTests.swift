import TestSupport
import Testing

@testable import TerminalGrid

@Suite struct GridTextTests {
    static func painted(_ text: String, column: Int, maxWidth: Int = .max, columns: Int = 8) -> String {
        var grid = Grid(size: Size(columns: columns, rows: 1))
        grid.put(text, at: Position(column: column, row: 0), style: .plain, maxWidth: maxWidth)
        return grid.lines(trimmed: false)[0]
    }

    @Test(arguments: [
        ("NVDA", 0, 8, "NVDA    "),
        ("NVDA", 5, 8, "     NV…"),
        ("NVDA", 0, 4, "NVDA    "),
        ("NVDA", 0, 3, "NV…     "),
        ("NVDA", 0, 1, "…       "),
        ("NVDA", 0, 0, "        "),
        ("NVDA", -2, 99, "DA      "),
        ("NVDA", -9, 99, "        "),
        ("NVDA", 8, 99, "        "),
        ("日本", 0, 4, "日本    "),
        ("日本", 0, 3, "日…     "),
        ("日本x", 0, 4, "日…     "),
        ("日本", -1, 99, " 本     "),
        ("日本", 5, 99, "     日…"),
        ("日本", 6, 99, "      … "),
        ("", 0, 8, "        "),
        ("e\u{301}", 0, 8, "e       "),
    ])
    func textIsCutAtItsEdges(text: String, column: Int, maxWidth: Int, expected: String) {
        #expect(Self.painted(text, column: column, maxWidth: maxWidth) == expected)
    }

    @Test func returnsTheColumnsTaken() {
        var grid = Grid(size: Size(columns: 10, rows: 1))
        #expect(grid.put("日本", at: Position(column: 0, row: 0), style: .plain) == 4)
        #expect(grid.put("abcdef", at: Position(column: 0, row: 0), style: .plain, maxWidth: 4) == 4)
        #expect(grid.put("abc", at: Position(column: 0, row: 1), style: .plain) == 0)
    }

    @Test func clipLeavesOtherCellsAlone() {
        var grid = Grid(size: Size(columns: 8, rows: 2))
        grid.fill(grid.bounds, with: "x", style: .plain)
        let clip = Rect(column: 2, row: 0, width: 3, height: 1)
        grid.put("abcdefgh", at: Position(column: 0, row: 0), style: .plain, clip: clip)
        grid.put("abcdefgh", at: Position(column: 0, row: 1), style: .plain, clip: clip)
        #expect(grid.lines() == ["xxcd…xxx", "xxxxxxxx"])
    }

    @Test(arguments: [
        (Alignment.leading, "ab    "), (.center, "  ab  "), (.trailing, "    ab"),
    ])
    func fieldPadsWithSpaces(alignment: Alignment, expected: String) {
        var grid = Grid(size: Size(columns: 8, rows: 1))
        grid.fill(grid.bounds, with: "x", style: .plain)
        grid.put("ab", in: Rect(column: 1, row: 0, width: 6, height: 3), alignment: alignment, style: .plain)
        #expect(grid.lines() == ["x" + expected + "x"])
    }

    @Test(arguments: [(0, "x 日x"), (1, " x日x"), (2, "日x x"), (3, "日 xx")])
    func halfOfAnOverwrittenWideCharacterBecomesASpace(column: Int, expected: String) {
        var grid = Grid(size: Size(columns: 5, rows: 1))
        grid.put("日日x", at: Position(column: 0, row: 0), style: .plain)
        grid.put("x", at: Position(column: column, row: 0), style: .plain)
        #expect(grid.lines() == [expected])
        #expect(WideCells.defects(grid).isEmpty)
    }

    @Test func escapeSequencesInANameStayVisibleAndHarmless() {
        #expect(Self.painted("A\u{1B}[2J\u{9B}1\u{202E}B\nC", column: 0, columns: 12) == "A\u{FFFD}[2J\u{FFFD}1B C  ")
    }

    @Test(arguments: [
        ("Zürich–日本 ▲…", "Z?rich-?? ^~"), ("┌─┐│█░▒▓", "+-+|#.:+"), ("“a” ‘b’ ×2", "\"a\" 'b' x2"),
    ])
    func asciiGridHoldsOnlyASCII(text: String, expected: String) {
        var grid = Grid(size: Size(columns: 20, rows: 1), glyphs: .ascii)
        grid.put(text, at: Position(column: 0, row: 0), style: .plain)
        #expect(grid.lines() == [expected])
    }

    @Test(arguments: [UInt64](1...40))
    func randomPaintingNeverLeavesAControlOrABrokenWideCharacter(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let glyphs: GlyphSet = seed.isMultiple(of: 2) ? .ascii : .unicode
        var grid = Grid(size: Size(columns: 17, rows: 5), glyphs: glyphs)
        for _ in 0..<200 {
            let position = Position(
                column: .random(in: -20...20, using: &random),
                row: .random(in: -2...6, using: &random)
            )
            let rect = Rect(
                column: position.column,
                row: position.row,
                width: .random(in: 0...20, using: &random),
                height: .random(in: 0...4, using: &random)
            )
            let text = Self.hostileText(&random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: grid.fill(rect, with: text.unicodeScalars.first ?? "x", style: .plain)
            case 1: grid.box(rect, title: text, note: text, style: .plain, titleStyle: .plain)
            case 2: grid.put(Double(rect.width) * 1e5, .compact, at: position, width: rect.height, style: .plain)
            case 3: grid.put(text, in: rect, alignment: .trailing, style: .plain)
            case 4: grid.put(text, in: rect, alignment: .center, style: .plain)
            case 5: grid.boxFooter(rect, leading: text, trailing: text, style: .plain)
            default: grid.put(text, at: position, style: .plain, maxWidth: rect.width, clip: rect)
            }
            #expect(WideCells.defects(grid).isEmpty, "seed \(seed)")
        }
    }

    static func hostileText(_ random: inout SeededRandom) -> String {
        let pool: [ClosedRange<UInt32>] = [
            0...0xFF, 0x20...0x7E, 0x300...0x36F, 0x2000...0x206F, 0x2500...0x259F, 0x3000...0x30FF, 0x1F600...0x1F64F,
            0xE000...0xE010, 0xFE00...0xFEFF, 0xE0000...0xE007F, 0x4E00...0x4EFF,
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let range = pool[Int.random(in: 0..<pool.count, using: &random)]
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }
}

/// Finds cells that a terminal could not show as they are.
enum WideCells {
    static func defects(_ grid: Grid) -> [String] {
        var found: [String] = []
        for row in 0..<grid.size.rows {
            var expectsContinuation = false
            for column in 0..<grid.size.columns {
                let cell = grid[Position(column: column, row: row)]
                if (cell.width == 0) != expectsContinuation { found.append("half a character at \(column),\(row)") }
                expectsContinuation = cell.width == 2
                if cell.width > 0 {
                    let shown = DisplayScalar(cell.scalar)
                    if shown.scalar != cell.scalar || shown.width != cell.width {
                        found.append("scalar \(String(cell.scalar, radix: 16)) at \(column),\(row)")
                    }
                    if grid.glyphs.isASCII, cell.scalar > 0x7E { found.append("not ASCII at \(column),\(row)") }
                }
            }
            if expectsContinuation { found.append("cut at the end of row \(row)") }
        }
        return found
    }
}
