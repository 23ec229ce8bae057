import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

@testable import Dashboard

/// The ticker's page, its strip, and the tapes, as a trader meets them.
enum DetailScene: String, CaseIterable, Sendable {
    case page
    case pageSession = "page-session"
    case pageSum = "page-sum"
    case pageLoading = "page-loading"
    case pageHalted = "page-halted"
    case pageStrip = "page-strip"
    case tape2
    case tapeProfile = "tape-profile"

    func script(_ columns: Int, _ rows: Int, _ depth: ColorDepth) -> Script {
        var market = FakeMarket()
        market.startStream()
        market.tape.total = 400
        if self == .pageHalted { market.haltSome() }
        var script = Script(columns, rows, market: market, depth: depth)
        script.press("j")
        script.wait(1)
        switch self {
        case .pageStrip:
            script.press("g", "d")
            script.wait(1)
            script.deliver()
            script.press("h", "h", "{")
        case .tape2:
            script.press("t", "T")
            script.wait(1)
            script.deliver()
        case .tapeProfile:
            script.press("g", "t", "z")
            script.wait(1)
            script.deliver()
        default:
            script.press("enter")
            script.wait(1)
            script.deliver()
            act(&script)
        }
        return script
    }

    private func act(_ script: inout Script) {
        switch self {
        case .pageSession: script.press("+", "h", "h")
        case .pageSum:
            script.press("c", "d")
            if let symbol = script.state.page.asked?.symbol {
                let query = PastSlotQuery(symbols: [symbol], daysBack: 1)
                script.handle(.pastSlots(script.market.pastSlots(query)))
            }
        case .pageLoading:
            script.answersAtOnce = false
            script.press("J")
        default: break
        }
    }
}
