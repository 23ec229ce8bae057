import TerminalGrid
import Testing

@testable import Dashboard

/// The ticker's page and the tapes on every kind of terminal.
@Suite struct DetailGoldenTests {
    private static let sizes: [(Int, Int)] = [(80, 24), (120, 36), (200, 60)]

    @Test(arguments: DetailScene.allCases)
    func looksAsRecorded(scene: DetailScene) {
        for (columns, rows) in Self.sizes {
            for (depth, name) in [(ColorDepth.palette256, "256"), (.sixteen, "16"), (.mono, "mono")] {
                let script = scene.script(columns, rows, depth)
                let file = "\(scene.rawValue)-\(columns)x\(rows)-\(name)"
                let hasLooks = columns < 200 || depth == .palette256
                Golden.expect(script.grid(), script.model.theme, named: file, attributes: hasLooks)
            }
            let script = scene.script(columns, rows, .mono)
            let grid = script.grid(.ascii)
            #expect(grid.cells.allSatisfy { (0x20...0x7E).contains($0.scalar) })
            let file = "\(scene.rawValue)-\(columns)x\(rows)-ascii"
            Golden.expect(grid, script.model.theme, named: file, attributes: false)
        }
    }
}
