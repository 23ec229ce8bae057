import Dashboard
import TerminalGrid
import Testing

@Suite struct HeatGoldenTests {
    private static let sizes: [(Int, Int)] = [(80, 24), (120, 36), (200, 60)]
    private static let scenes: [Scene] = [.heat, .heatDays, .heatEmpty]

    @Test(arguments: scenes)
    func looksAsRecordedIn16Colours(scene: Scene) {
        for (columns, rows) in Self.sizes {
            let script = scene.script(columns, rows, .sixteen)
            let name = "\(scene.rawValue)-\(columns)x\(rows)-16"
            Golden.expect(script.grid(), script.model.theme, named: name, attributes: columns < 200)
        }
    }

    @Test(arguments: scenes)
    func looksAsRecordedWithoutColoursOnLargeScreens(scene: Scene) {
        for (columns, rows) in Self.sizes where columns > 80 {
            let script = scene.script(columns, rows, .mono)
            let name = "\(scene.rawValue)-\(columns)x\(rows)-"
            Golden.expect(script.grid(), script.model.theme, named: name + "mono", attributes: columns < 200)
            Golden.expect(script.grid(.ascii), script.model.theme, named: name + "ascii", attributes: false)
        }
    }
}
