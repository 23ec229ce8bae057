import MarketTime
import Simulator
import Testing

@Suite struct CorporateEventTests {
    private static let seeds: [UInt64] = [1, 2, 7, 0xFEED]

    private func ratio(_ split: SimulatedSplit) -> Double {
        Double(split.toHundredths) / Double(split.fromHundredths)
    }

    @Test(arguments: seeds, [120, 300, 11_000])
    func everyMarketHasItsEvents(seed: UInt64, count: Int) {
        let market = smallMarket(seed: seed, count: count)
        let opening = market.openingDay
        let recent = market.historyDays(20)
        let lately = market.splits.filter { recent.contains($0.executionDate) }.map(ratio)
        for wanted in [4, 0.1, 1.5, 1.05] { #expect(lately.contains(wanted), "seed \(seed): \(wanted) in \(lately)") }
        #expect(market.splits.contains { $0.executionDate == opening })
        #expect(market.splits.contains { $0.executionDate > opening && $0.executionDate < opening.adding(days: 10) })
        #expect(market.splits.allSatisfy { market.calendar.isTradingDay($0.executionDate) })
        #expect(market.splits.map(\.executionDate) == market.splits.map(\.executionDate).sorted())
        #expect(Set(market.splits.map(\.ticker)).count < market.splits.count, "one ticker splits twice")
        #expect(market.formerCompanies.count == 1)
    }

    @Test func aHandfulOfSecuritiesHasNone() {
        let market = smallMarket(count: 40)
        #expect(market.splits.isEmpty && market.formerCompanies.isEmpty)
    }

    @Test func tickersWithoutEventsAreTheSameAsWithoutAnyEvents() throws {
        let market = smallMarket(seed: 3, count: 250)
        let plain = smallMarket(seed: 3, count: 250, withEvents: false)
        let touched = Set(market.splits.map(\.ticker) + market.formerCompanies.map(\.ticker))
        #expect(touched.count == 7)
        let (reader, plainReader) = (MarketReader(market), MarketReader(plain))
        let coming = market.calendar.tradingDay(after: market.calendar.tradingDay(after: market.openingDay))
        for day in market.historyDays(24) + [market.openingDay, coming] {
            for ticker in market.listings.indices where !touched.contains(ticker) {
                #expect(slots(reader, day, ticker) == slots(plainReader, day, ticker))
                #expect(reader.dailyBar(on: day, of: ticker) == plainReader.dailyBar(on: day, of: ticker))
            }
        }
    }

    /// The market without events trades in shares of the opening day all along: adjusted history must be its history.
    @Test(arguments: seeds)
    func historyTimesFactorsIsTheHistoryThatNeverSplit(seed: UInt64) throws {
        let market = smallMarket(seed: seed, count: 300)
        let plain = smallMarket(seed: seed, count: 300, withEvents: false)
        let (reader, plainReader) = (MarketReader(market), MarketReader(plain))
        var jumps = 0
        for ticker in Set(market.splits.map(\.ticker)).sorted() {
            for day in market.historyDays(60) {
                let ratio = market.shareRatio(of: ticker, since: day, through: market.openingDay)
                let raw = try #require(reader.dailyBar(on: day, of: ticker))
                let never = try #require(plainReader.dailyBar(on: day, of: ticker))
                var adjusted = raw
                adjusted.adjust(ratio)
                let name = "seed \(seed) \(market.listings[ticker].ticker) \(day.iso)"
                let slack = 2_000_000 * ratio.to / ratio.from + 2_000_000
                #expect(abs(adjusted.volumeMicro - never.volumeMicro) <= slack, "\(name)")
                #expect(adjusted.trades == never.trades, "\(name)")
                let off = Double(adjusted.price.close) / Double(never.price.close) - 1
                #expect(abs(off) < 0.02, "\(name): \(adjusted.price) \(never.price)")
                if ratio.isOne { #expect(raw == never, "\(name)") } else { jumps += 1 }
                let curve = try #require(slots(reader, day, ticker))
                let plainCurve = try #require(slots(plainReader, day, ticker))
                for slot in stride(from: 0, to: Slot.count, by: 13) {
                    let off = ratio.volume(curve[slot]) - plainCurve[slot]
                    #expect(abs(off) <= plainCurve[slot] / 20 + 400, "\(name) slot \(slot)")
                }
            }
        }
        #expect(jumps > 40)
    }

    @Test func afterItsExecutionAComingSplitScalesTheDay() throws {
        let market = smallMarket(seed: 5, count: 300)
        let plain = smallMarket(seed: 5, count: 300, withEvents: false)
        let coming = try #require(market.splits.last)
        let (reader, plainReader) = (MarketReader(market), MarketReader(plain))
        let before = market.calendar.tradingDay(before: coming.executionDate)
        #expect(reader.dailyBar(on: before, of: coming.ticker) == plainReader.dailyBar(on: before, of: coming.ticker))
        let bar = try #require(reader.dailyBar(on: coming.executionDate, of: coming.ticker))
        let never = try #require(plainReader.dailyBar(on: coming.executionDate, of: coming.ticker))
        #expect(abs(bar.volumeMicro - 2 * never.volumeMicro) <= 4_000_000)
        #expect(abs(bar.price.close * 2 - never.price.close) <= never.price.close / 50)
    }

    @Test func onTheExecutionDayThePreviousDayIsNotAdjusted() throws {
        let market = smallMarket(seed: 5, count: 300)
        let split = try #require(market.splits.first { $0.executionDate == market.openingDay })
        let cursor = MarketCursor(market)
        cursor.advance(to: moment(market.openingDay, 12, 0))
        let state = cursor.states[split.ticker]
        let before = try #require(state.previousDay)
        #expect(
            before
                == MarketReader(market).dailyBar(
                    on: market.calendar.tradingDay(before: market.openingDay),
                    of: split.ticker
                )
        )
        let fall = Double(before.price.close) / Double(state.lastPriceE4)
        #expect((3.5...7).contains(fall), "\(fall)")
    }

    @Test(arguments: seeds)
    func aRecycledTickerIsSilentBetweenItsOwners(seed: UInt64) throws {
        let market = smallMarket(seed: seed, count: 300)
        let former = try #require(market.formerCompanies.first)
        let reader = MarketReader(market)
        let history = market.historyDays(25)
        let traded = history.map { slots(reader, $0, former.ticker) != nil }
        #expect(traded.prefix(4).allSatisfy { $0 } && traded.suffix(8).allSatisfy { $0 })
        #expect(traded.dropFirst(4).dropLast(8).allSatisfy { !$0 })
        #expect(traded.count - 12 >= 10)
        let listDate = market.listings[former.ticker].listDate
        #expect(listDate == history[history.count - 8])
        #expect(history.map { market.isListed(former.ticker, on: $0) } == traded)
        let cursor = MarketCursor(market)
        for (day, isListed) in [(former.lastDay, true), (former.lastDay.adding(days: 3), false), (listDate, true)] {
            cursor.advance(to: moment(day, 12, 0))
            #expect(cursor.states[former.ticker].isListed == isListed)
        }
        #expect(cursor.states[former.ticker].previousDay == nil, "nothing of the company before")
    }

    @Test func sharesOutstandingFollowTheSplits() throws {
        let market = smallMarket(seed: 5, count: 300)
        let split = try #require(market.splits.first { $0.executionDate == market.openingDay })
        let eve = market.openingDay.adding(days: -1)
        let after = market.sharesOutstanding(of: split.ticker, on: market.openingDay)
        #expect(after == market.listings[split.ticker].sharesOutstanding)
        #expect(market.sharesOutstanding(of: split.ticker, on: eve) == after / 5)
        #expect(market.shareRatio(of: split.ticker, since: eve, through: market.openingDay).to == 5)
        #expect(market.shareRatio(of: split.ticker, since: market.openingDay, through: eve.adding(days: 99)).isOne)
    }
}
