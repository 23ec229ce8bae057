import Dashboard
import EngineAPI
import MarketData
import MarketTime

extension Script {
    /// Lists, the filter line and the why-log.
    mutating func showScans(_ scene: Scene) {
        handle(.names(FakeMarket.lists))
        market.listStates = [
            ListState(name: "winners", title: "WINNERS"), ListState(name: "quiet", title: "QUIET"),
        ]
        market.listStates[0].matchCount = 41
        market.listStates[0].newCount = 3
        market.listStates[1].problem = "filter 1:1  no field \"rvoll\"; did you mean rvol?"
        deliver()
        switch scene {
        case .listMenu: press("L", "j")
        case .filter, .filterError:
            press("f")
            type("price 1..50 and chg% > 2 and rvol > 3 ")
            wait(1)
            type(scene == .filter ? "and fl" : "and rvoll > 2")
            wait(1)
        case .why:
            market.events = Self.events
            press("e")
        default: press("1")
        }
    }

    private static var events: [ScanEvent] {
        let clauses = ["chg% >= 5", "rvol >= 1.5", "cut", "sort chg%-", "unknown"]
        return clauses.enumerated().compactMap { index, clause in
            guard let symbol = Symbol("ABC\(index)") else { return nil }
            let kind: ScanEvent.Kind = index < 2 ? .entered : index == 3 ? .moved : .left
            return ScanEvent(
                time: FakeMarket.openTime.adding(seconds: -Int64(index * 7)),
                list: "winners",
                symbol: symbol,
                kind: kind,
                rank: index + 1,
                previousRank: kind == .entered ? 0 : index + 12,
                clause: clause,
                price: 12.5,
                volume: 1e6,
                rvol: index == 4 ? .nan : 4.25,
                changePercent: 5.1,
                value: index == 0 ? 5.1 : .nan
            )
        }
    }
}
