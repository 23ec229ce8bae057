import TerminalGrid
import Testing

@Suite struct GridDrawingTests {
    @Test func boxWithWordsInItsBorders() {
        var grid = Grid(size: Size(columns: 30, rows: 4))
        let inside = grid.box(grid.bounds, title: "RVOL", note: "2/37", style: .plain, titleStyle: .plain)
        grid.boxFooter(grid.bounds, leading: "+2 new", trailing: "live", style: .plain)
        grid.put("QXAI", at: inside.origin, style: .plain)
        grid.put(4.82, .fixed(2), at: Position(column: 8, row: 1), width: 8, style: .plain)
        grid.put(52.1, .arrowPercent, at: Position(column: 17, row: 1), width: 6, style: .plain)
        grid.put("A very long headline that is cut", in: inside.line(1), style: .plain)
        #expect(
            grid.lines() == [
                "┌─ RVOL ────────────── 2/37 ─┐",
                "│QXAI       4.82 ▲ 52.1      │",
                "│A very long headline that i…│",
                "└─ +2 new ──────────── live ─┘",
            ]
        )
    }

    @Test(arguments: [
        (16, "┌─ leaders ────┐"), (19, "┌─ leaders ───────┐"), (20, "┌─ leaders ─ note ─┐"),
        (21, "┌─ leaders ── note ─┐"), (11, "┌─ lead… ─┐"),
        (7, "┌─ … ─┐"), (6, "┌────┐"), (2, "┌┐"),
    ])
    func noteGoesBeforeTheTitleIsCut(width: Int, expected: String) {
        var grid = Grid(size: Size(columns: width, rows: 2))
        grid.box(grid.bounds, title: "leaders", note: "note", style: .plain, titleStyle: .plain)
        #expect(grid.lines()[0] == expected)
    }

    @Test func asciiBoxUsesPlusMinusAndBar() {
        var grid = Grid(size: Size(columns: 6, rows: 3), glyphs: .ascii)
        grid.box(grid.bounds, style: .plain)
        #expect(grid.lines() == ["+----+", "|    |", "+----+"])
    }

    @Test func drawingOutsideIsDropped() {
        var grid = Grid(size: Size(columns: 4, rows: 2))
        grid.box(Rect(column: -3, row: -3, width: 20, height: 20), style: .plain)
        grid.horizontalLine(at: Position(column: -5, row: 9), length: 50, style: .plain)
        grid.verticalLine(at: Position(column: 9, row: -2), length: 50, style: .plain)
        #expect(grid == Grid(size: Size(columns: 4, rows: 2)))
    }

    @Test func resizeClearsAndBoundsHostileSizes() {
        var grid = Grid(size: Size(columns: 4, rows: 1))
        grid.put("abcd", at: Position(column: 0, row: 0), style: .plain)
        grid.resize(to: Size(columns: 4, rows: 1))
        #expect(grid.lines() == ["abcd"])
        grid.resize(to: Size(columns: 65_535, rows: 65_535))
        #expect(grid.size == Size(columns: Grid.sideMax, rows: Grid.sideMax))
        grid.resize(to: .zero)
        #expect(grid.cells.isEmpty)
        grid.put("x", at: Position(column: 0, row: 0), style: .plain)
        grid.clear()
    }

    @Test func overlayKeepsForegroundAndAddsBackground() {
        var styles = StyleTable()
        let up = styles.intern(Style(foreground: .indexed(43)))
        let selected = styles.intern(Style(background: .indexed(237), attributes: .bold, monoAttributes: .reverse))
        var grid = Grid(size: Size(columns: 6, rows: 2))
        grid.put("ab", at: Position(column: 0, row: 0), style: up)
        grid.overlay(Rect(column: 0, row: 0, width: 99, height: 1), with: selected, in: &styles)
        #expect(
            grid.golden(styles: styles, names: [up: "u"])
                == """
                ab    |
                      |
                --
                aabbbb|
                ......|
                --
                a = fg 43 bg 237 bold mono reverse
                b = bg 237 bold mono reverse

                """
        )
    }

    @Test func restyleLeavesCharacters() {
        var styles = StyleTable()
        let dim = styles.intern(Style(attributes: .dim))
        var grid = Grid(size: Size(columns: 3, rows: 1))
        grid.put("日x", at: Position(column: 0, row: 0), style: .plain)
        grid.restyle(Rect(column: 0, row: 0, width: 2, height: 1), style: dim)
        #expect(grid.golden(styles: styles) == "日x|\n--\naa.|\n--\na = dim\n")
    }
}
