import MarketTime
import TerminalGrid
import Testing

@testable import Dashboard

/// Palette, help, keymap, what follows a prefix, and the search through earlier lines, as a trader meets them.
@Suite struct PaletteGoldenTests {
    enum View: String, CaseIterable, Sendable {
        case palette
        case paletteTyped = "palette-typed"
        case paletteDisabled = "palette-disabled"
        case whichKey = "which-key"
        case helpHeat = "help-heat"
        case helpSearch = "help-search"
        case keymap
        case settingWords = "setting-words"
        case historySearch = "history-search"

        func script(_ columns: Int, _ rows: Int, _ depth: ColorDepth) -> Script {
            var settings = DashboardSettings()
            settings.catalogue = [
                SettingWords(
                    name: "screen.fps",
                    value: "10",
                    allowed: "1 to 60",
                    meaning: "Most frames drawn in a second."
                )
            ]
            var script = Script(columns, rows, settings: settings, depth: depth)
            script.press("j", "j")
            switch self {
            case .palette: script.press("^p", "down")
            case .paletteTyped:
                script.press("^p")
                script.type("rv so")
                script.press("down")
            case .paletteDisabled:
                script.press("p", "^p")
                script.type("sort")
            case .whichKey:
                script.press("g")
                script.handle(.tick(script.state.now.adding(milliseconds: 400)))
            case .helpHeat: script.press("g", "m", "?", "j", "j")
            case .helpSearch:
                script.press("?", "/")
                script.type("tape")
                script.press("down")
            case .keymap:
                script.press(":")
                script.type("keys")
                script.press("enter")
            case .settingWords:
                script.press(":")
                script.type("set screen.fps 20")
                script.press("enter")
            case .historySearch:
                for text in ["set flash off", "sort rvol-", "set flash on", "list gap-up"] {
                    script.press(":")
                    script.type(text)
                    script.press("enter", "esc")
                }
                script.press(":", "^r")
                script.type("set")
                script.press("^r")
            }
            return script
        }
    }

    @Test(arguments: View.allCases)
    func looksAsRecorded(view: View) {
        for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
            for (depth, word) in [(ColorDepth.palette256, "256"), (.sixteen, "16"), (.mono, "mono")]
            where columns == 80 || depth == .palette256 {
                let script = view.script(columns, rows, depth)
                let name = "\(view.rawValue)-\(columns)x\(rows)-\(word)"
                Golden.expect(script.grid(), script.model.theme, named: name, attributes: columns < 200)
            }
        }
        let script = view.script(80, 24, .mono)
        let grid = script.grid(.ascii)
        #expect(grid.cells.allSatisfy { (0x20...0x7E).contains($0.scalar) })
        Golden.expect(grid, script.model.theme, named: "\(view.rawValue)-80x24-ascii", attributes: false)
    }
}
