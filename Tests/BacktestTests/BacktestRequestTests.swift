import MarketTime
import Testing

@testable import Backtest

@Suite
struct BacktestRequestTests {
    @Test func theFirstHitOfADayCountsUnlessAskedOtherwise() {
        #expect(BacktestRequest(text: "", days: [], horizons: [.close]).entry == .first)
    }
}
