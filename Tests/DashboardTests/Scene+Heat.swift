import Dashboard
import EngineAPI
import MarketData
import MarketTime

extension FakeMarket {
    /// Gives some of the most traded tickers an outage, a halt and no history.
    mutating func markHeatRows() {
        let order = rows.indices.filter { rows[$0].last >= 1 }.sorted { rows[$0].volume > rows[$1].volume }
        for place in [1, 5, 6] { rows[order[place]].flags.insert(.unknownSlots) }
        rows[order[3]].flags.insert(.halted)
        for place in [7, 15] { (rows[order[place]].rvol, rows[order[place]].slot) = (.nan, .nan) }
        rows[order[9]].flags.insert(.thinBaseline)
    }
}

extension Script {
    /// The heatmap alone on the screen, as it is when a trader zooms its pane.
    mutating func showHeat(_ scene: Scene) {
        press("g", "m", "z")
        if scene == .heatDays {
            press("j", "D")
            answerPastSlots()
            press("[", "[")
        }
        if scene == .heat { press("j", "j", "h", "h") }
        // The answers to the keys go, the keys of the pane stand there again.
        wait(7)
    }

    /// Answers the last question about past days.
    mutating func answerPastSlots() {
        for command in commands.reversed() {
            guard case .pastSlots(let query) = command else { continue }
            handle(.pastSlots(market.pastSlots(query)))
            return
        }
    }
}
