import Dashboard
import TerminalGrid
import Testing

@Suite struct GoldenScreenTests {
    private static let sizes: [(Int, Int)] = [(80, 24), (120, 36), (200, 60)]

    @Test(arguments: Scene.allCases)
    func looksAsRecordedIn256Colours(scene: Scene) {
        for (columns, rows) in Self.sizes {
            let script = scene.script(columns, rows, .palette256)
            let attributes = columns < 200 || scene == .live
            let name = "\(scene.rawValue)-\(columns)x\(rows)-256"
            Golden.expect(script.grid(), script.model.theme, named: name, attributes: attributes)
        }
    }

    @Test(arguments: Scene.allCases)
    func looksAsRecordedWithoutColours(scene: Scene) {
        for (columns, rows) in Self.sizes where columns == 80 || scene == .live {
            let script = scene.script(columns, rows, .mono)
            let name = "\(scene.rawValue)-\(columns)x\(rows)-mono"
            Golden.expect(script.grid(), script.model.theme, named: name, attributes: columns == 80)
        }
    }

    @Test(arguments: Scene.allCases)
    func looksAsRecordedInASCII(scene: Scene) {
        for (columns, rows) in Self.sizes where columns == 80 || scene == .live {
            let script = scene.script(columns, rows, .mono)
            let grid = script.grid(.ascii)
            #expect(grid.cells.allSatisfy { (0x20...0x7E).contains($0.scalar) })
            let name = "\(scene.rawValue)-\(columns)x\(rows)-ascii"
            Golden.expect(grid, script.model.theme, named: name, attributes: false)
        }
    }

    @Test(arguments: [(59, 16), (60, 15), (40, 10), (20, 5), (8, 2), (1, 1)])
    func smallScreensSayWhatTheyNeed(columns: Int, rows: Int) {
        let script = Script(columns, rows)
        let name = "tiny-\(columns)x\(rows)"
        Golden.expect(script.grid(), script.model.theme, named: name, attributes: false)
    }

    @Test func noScreenIsBlankBeforeTheEngineSpoke() {
        let model = DashboardModel(
            settings: DashboardSettings(),
            size: Size(columns: 80, rows: 24),
            now: FakeMarket.openTime,
            colorDepth: .palette256
        )
        var grid = Grid(size: model.state.size)
        paint(model.state, model.theme, into: &grid)
        let text = grid.lines().joined(separator: "\n")
        #expect(text.contains("TRADEUL"))
        #expect(text.contains("engine: starting"))
    }
}
