import TerminalGrid
import Testing

@testable import Dashboard

@Suite struct TourTests {
    private func touring(_ columns: Int = 80, _ rows: Int = 24) -> Script {
        var settings = DashboardSettings()
        settings.showsTour = true
        var script = Script(columns, rows, settings: settings)
        script.handle(.names(script.market.names))
        return script
    }

    @Test func everyStepEndsByBeingDone() {
        var script = touring()
        let keys: [[String]] = [
            ["j"], ["enter"], ["esc", "1"], ["f", "r", "v", "o", "l", ">", "3", "enter"], ["t"], ["?"],
        ]
        #expect(keys.count == Tour.steps.count)
        for (step, pressed) in keys.enumerated() {
            #expect(script.state.tour == step)
            for key in pressed { script.press(key) }
        }
        #expect(script.state.tour == nil)
    }

    @Test func theTourIsSkippedStepByStepOrWhole() {
        var script = touring()
        for step in 0..<Tour.steps.count {
            #expect(script.state.tour == step)
            script.press("^t")
        }
        #expect(script.state.tour == nil)
        script.press("^t")
        #expect(script.state.tour == 0)
        script.press("esc")
        #expect(script.state.tour == nil)
    }

    @Test(arguments: [(60, 16), (80, 24), (120, 36), (200, 60)])
    func everyStepIsReadWholeAndNamesKeysThatExist(columns: Int, rows: Int) {
        var script = touring(columns, rows)
        for step in 0..<Tour.steps.count {
            #expect(script.shows("TOUR \(step + 1) of \(Tour.steps.count)"))
            #expect(!script.shows("{"), "every key is named")
            script.press("^t")
        }
    }

    @Test func theHintOfTheFirstRunGoesAwayForEver() {
        var script = Script()
        #expect(!script.shows("New here?"), "nobody knows yet whether it is the first run")
        script.handle(.kept([:]))
        #expect(script.shows("New here?"))
        for _ in 0..<DashboardState.firstKeys { script.press("j") }
        #expect(!script.shows("New here?"))
        #expect(script.commands.contains(.keep("seen.hint", "1")))
        var second = Script()
        second.handle(.kept(["seen.hint": "1"]))
        #expect(!second.shows("New here?"))
    }
}
