import Dashboard
import TerminalGrid
import Testing

/// The filter editor's screens.
@Suite struct FilterGoldenTests {
    enum Moment: String, CaseIterable, Sendable {
        case preview = "filter-preview"
        case history = "filter-history"
        case fields = "filter-fields"
        case incomplete = "filter-incomplete"

        func script(_ columns: Int, _ rows: Int, _ depth: ColorDepth) -> Script {
            var script = Script(columns, rows, depth: depth)
            script.handle(.names(FakeMarket.lists))
            for text in ["halted or chg% > 20", "price 1..20 and float < 50M", "price > 20 and rvol > 1 and chg% > 0"] {
                script.press("f", "^u")
                script.type(text)
                script.press("enter")
            }
            script.press("f")
            switch self {
            case .preview:
                script.press("^u")
                script.type("price 5..60 and rvol > 2 and chg% > 0.5 and vol > 1M")
                script.handle(.key(.alt("3")))
            case .history:
                script.press("^r")
                script.type("price")
                script.press("^r")
            case .fields:
                script.type(" and spr")
                script.handle(.key(.function(1)))
                script.press("down")
            case .incomplete: script.type(" and float <")
            }
            script.wait(1)
            return script
        }
    }

    private static let sizes: [(Int, Int)] = [(80, 24), (120, 36), (200, 60)]

    @Test(arguments: Moment.allCases)
    func looksAsRecorded(_ moment: Moment) {
        for (columns, rows) in Self.sizes {
            for (depth, name) in [(ColorDepth.palette256, "256"), (.sixteen, "16"), (.mono, "mono")] {
                let script = moment.script(columns, rows, depth)
                Golden.expect(
                    script.grid(),
                    script.model.theme,
                    named: "\(moment.rawValue)-\(columns)x\(rows)-\(name)",
                    attributes: columns < 200
                )
            }
        }
    }

    @Test(arguments: Moment.allCases)
    func looksAsRecordedInASCII(_ moment: Moment) {
        for (columns, rows) in Self.sizes {
            let script = moment.script(columns, rows, .mono)
            let grid = script.grid(.ascii)
            #expect(grid.cells.allSatisfy { (0x20...0x7E).contains($0.scalar) })
            let name = "\(moment.rawValue)-\(columns)x\(rows)-ascii"
            Golden.expect(grid, script.model.theme, named: name, attributes: false)
        }
    }

    /// Nothing of the editor is painted outside its area, whatever the terminal's size.
    @Test func everySizeHasItsLineAndItsTable() {
        for (columns, rows) in [(60, 16), (60, 24), (80, 20), (99, 36), (100, 24), (100, 27), (160, 40), (200, 60)] {
            for moment in Moment.allCases {
                let lines = moment.script(columns, rows, .palette256).lines()
                #expect(lines.contains { $0.contains("> ") && $0.contains("price") }, "\(columns)x\(rows) \(moment)")
                #expect(lines.contains { $0.contains("RVOL") }, "\(columns)x\(rows) \(moment)")
            }
        }
    }
}
