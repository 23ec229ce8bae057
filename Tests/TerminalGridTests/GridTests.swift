import Testing

@testable import TerminalGrid

@Suite struct GridTests {
    @Test func paintsABoxWithTextAndNumbers() {
        var grid = Grid(size: Size(columns: 30, rows: 4))
        let inside = grid.box(grid.bounds, title: "RVOL", note: "2/37", style: .plain, titleStyle: .plain)
        grid.put("QXAI", at: inside.origin, style: .plain)
        grid.put(4.82, .fixed(2), at: Position(column: 8, row: 1), width: 8, style: .plain)
        grid.put(52.1, .arrowPercent, at: Position(column: 17, row: 1), width: 7, style: .plain)
        grid.put("A very long headline that is cut", in: inside.line(1), style: .plain)
        #expect(
            grid.lines() == [
                "┌─ RVOL ────────────── 2/37 ─┐",
                "│QXAI       4.82 ▲  52.1     │",
                "│A very long headline that i…│",
                "└────────────────────────────┘",
            ]
        )
    }
}
