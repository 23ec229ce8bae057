import TerminalGrid
import Testing

@Suite struct LevelStripTests {
    private func drawn(_ levels: [UInt8], look: LevelStrip.Look, width: Int, glyphs: GlyphSet = .unicode) -> String {
        var grid = Grid(size: Size(columns: width + 2, rows: 1), glyphs: glyphs)
        grid.fill(grid.bounds, with: "x", style: .plain)
        let strip = LevelStrip(look: look, styles: [.plain])
        strip.draw(levels, in: Rect(column: 1, row: 0, width: width, height: 1), of: &grid)
        return grid.lines()[0]
    }

    @Test func newestStandsAtTheRightEdge() {
        #expect(drawn([0, 1, 2, 3, 4, 5], look: .density, width: 6, glyphs: .ascii) == "x .:+#@x")
        #expect(drawn([0, 1, 2, 3, 4, 5], look: .density, width: 3, glyphs: .ascii) == "x+#@x")
        #expect(drawn([4], look: .density, width: 3) == "x  █x")
        #expect(drawn([], look: .density, width: 3) == "x   x")
        #expect(drawn([0, 1, 8, 99, 255], look: .bars, width: 5) == "x ▁██·x")
    }

    @Test func heatPaintsTheBackground() {
        var styles = StyleTable()
        let cold = styles.intern(Style(background: .indexed(235)))
        let hot = styles.intern(Style(background: .indexed(229)))
        var grid = Grid(size: Size(columns: 4, rows: 1))
        let strip = LevelStrip(look: .heat, styles: [cold, hot])
        strip.draw([0, 1, 200, LevelStrip.missing], in: grid.bounds, of: &grid)
        #expect(grid.golden(names: [cold: "c", hot: "h"]) == "   ·|\n--\nchh.|\n")
    }

    @Test(
        arguments: [
            (0.0, 0), (0.49, 0), (0.5, 1), (0.99, 1), (1, 2), (2.5, 3), (3, 4), (5, 5), (.infinity, 5), (.nan, 255),
            (-1, 0),
        ] as [(Double, UInt8)]
    )
    func levelCountsTheThresholdsReached(value: Double, expected: UInt8) {
        #expect(LevelStrip.level(of: value, thresholds: [0.5, 1, 2, 3, 5]) == expected)
    }
}
