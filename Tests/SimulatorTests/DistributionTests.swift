import MarketTime
import Simulator
import Testing

/// What makes the market look like the real one, counted over all 11,000 securities.
@Suite struct DistributionTests {
    private static let market = SimulatedMarket(seed: 1, openingDay: openingDay())

    private struct DayVolumes {
        /// Volume by ticker; -1 where it did not trade.
        var day: [Int64] = []
        /// Volume by 09:30 ET.
        var preMarket: [Int64] = []
    }

    private static func volumes(_ day: DayID) -> DayVolumes {
        let reader = MarketReader(market)
        var found = DayVolumes()
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: Slot.count) { slots in
            for ticker in market.listings.indices {
                let traded = reader.slotVolumes(on: day, of: ticker, into: slots)
                found.day.append(traded ? slots[Slot.count - 1] : -1)
                found.preMarket.append(traded ? slots[Slot.regularOpen - 1] : 0)
            }
        }
        return found
    }

    @Test func volumesHaveAHeavyTailAndThePreMarketIsThin() {
        let found = Self.volumes(openingDay())
        let total = found.day.reduce(0) { $0 + max(0, $1) }
        #expect(found.day.count { $0 > 50_000_000 } >= 5)
        #expect(found.day.count { $0 > 100_000_000 } >= 1)
        #expect(found.day.count { (0..<20_000).contains($0) } >= 2_000)
        #expect((5_000_000_000...40_000_000_000).contains(total), "\(total)")
        #expect(found.day.count { $0 < 0 } >= 100)
        #expect(found.preMarket.count { $0 == 0 } >= 3_000)
        let early = found.preMarket.reduce(0, +)
        #expect(early > total / 200 && early < total / 10, "\(early) of \(total)")
    }

    @Test func someNewsEveryDayMultipliesVolumesFiveToFiftyfold() {
        let days = Self.market.historyDays(7)
        let history = days.map { Self.volumes($0).day }
        let today = Self.volumes(Self.market.openingDay).day
        var bursts = 0
        for ticker in today.indices where today[ticker] > 20_000 {
            let past = history.map { max(0, $0[ticker]) }.sorted()
            let median = Double(past[past.count / 2])
            guard median > 5_000 else { continue }
            if (5.0...60).contains(Double(today[ticker]) / median) { bursts += 1 }
        }
        #expect((25...400).contains(bursts), "\(bursts)")
    }

    @Test func gapsAndLargeMovesOccur() {
        let cursor = MarketCursor(Self.market)
        cursor.advance(to: moment(Self.market.openingDay, 9, 35))
        var gaps = 0
        var small = 0
        for state in cursor.states {
            guard let before = state.previousDay?.price.close, before > 0, state.regular.open > 0 else { continue }
            let gap = Double(state.regular.open - before) / Double(before)
            if abs(gap) > 0.1 { gaps += 1 }
            if abs(gap) < 0.02 { small += 1 }
        }
        #expect((20...600).contains(gaps), "\(gaps)")
        #expect(small > 4_000, "\(small)")
    }

    @Test func newListingsHaveNoHistoryAndComingOnesAreUnknown() {
        let market = Self.market
        let cursor = MarketCursor(market)
        cursor.advance(to: moment(market.openingDay, 12, 0))
        let new = market.listings.indices.filter { market.listings[$0].listDate == market.openingDay }
        let coming = market.listings.indices.filter { market.listings[$0].listDate > market.openingDay }
        #expect(!new.isEmpty && !coming.isEmpty)
        #expect(coming.allSatisfy { !cursor.states[$0].isListed })
        #expect(new.allSatisfy { cursor.states[$0].isListed && cursor.states[$0].previousDay == nil })
        let reader = MarketReader(market)
        for ticker in new { #expect(market.historyDays(25).allSatisfy { slots(reader, $0, ticker) == nil }) }
    }

    @Test func everyKindOfSymbolIsThereOnce() {
        let market = Self.market
        let tickers = market.listings.map(\.ticker)
        #expect(Set(tickers).count == 11_000)
        for ticker in ["AAPL", "BRK.A", "BRK.B", "BACpM", "ACHR.WS", "AACT.U", "ZVZZT", "NTEST.Q", "SPY"] {
            #expect(market.index(of: ticker) != nil, "\(ticker)")
        }
        for kind in ListingKind.allCases { #expect(market.listings.contains { $0.kind == kind }, "\(kind)") }
        #expect(tickers.count { $0.hasSuffix(".WS") } > 20)
        #expect(market.listings.count { $0.kind == .right && $0.ticker.utf8.count == 5 } > 20)
        #expect(tickers.allSatisfy { $0.utf8.count <= 10 })
        #expect(
            market.indicesByTicker.map { tickers[$0] } == tickers.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        )
    }

    @Test func aSmallMarketHoldsEveryKindOfSymbolToo() {
        let market = smallMarket(count: 20)
        #expect(Set(market.listings.map(\.kind)).count >= 7)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func thereIsAlwaysAnEarlyCloseInTheHistory(seed: UInt64) {
        for start in stride(from: 0, to: 365, by: 61) {
            let day = openingDay().adding(days: start)
            let market = SimulatedMarket(seed: seed, tickerCount: 1, openingDay: day)
            let history = market.historyDays(25)
            #expect(history.contains { market.calendar.day($0).kind == .earlyClose })
            #expect(history == history.sorted() && history.count == 25)
        }
    }
}
