import MarketTime
import Simulator
import Testing

/// The life of a snapshot over the day, read from its own JSON text.
@Suite struct DayLifeTests {
    private let market = smallMarket(seed: 21, count: 120)

    private func item(_ ticker: String, at now: Instant) throws -> String {
        let cursor = MarketCursor(market)
        cursor.advance(to: now)
        let json = JSONBytes()
        cursor.writeItem(try #require(market.index(of: ticker)), into: json)
        return String(decoding: json.array, as: UTF8.self)
    }

    private static let zeroDay = "\"day\":{\"c\":0,\"h\":0,\"l\":0,\"o\":0,\"v\":0,\"vw\":0}"

    @Test func beforeTheResetYesterdayStays() throws {
        let day = market.openingDay
        let evening = try item("AAPL", at: moment(market.calendar.tradingDay(before: day), 21, 0))
        #expect(try item("AAPL", at: moment(day, 3, 29, 59)) == evening)
        #expect(evening.contains("\"updated\":1"))
        #expect(!evening.contains(Self.zeroDay))
    }

    @Test(arguments: [(3, 30, 0), (3, 31, 0), (3, 59, 59)])
    func theResetClearsEverythingButThePreviousDay(hour: Int, minute: Int, second: Int) throws {
        let text = try item("AAPL", at: moment(market.openingDay, hour, minute, second))
        #expect(text.contains(Self.zeroDay))
        #expect(text.contains("\"updated\":0"))
        #expect(text.contains("\"todaysChange\":0"))
        #expect(!text.contains("\"prevDay\":{\"c\":0"))
        #expect(!text.contains("\"av\":1") && !text.contains("\"dav\""))
    }

    @Test func preMarketShowsMinuteAndTradeButNoDay() throws {
        let text = try item("AAPL", at: moment(market.openingDay, 8, 0, 30))
        #expect(text.contains(Self.zeroDay))
        #expect(text.contains("\"dv\":") || text.contains("\"dav\":"))
        #expect(text.contains("\"lastTrade\":{\"c\":[12"))
        #expect(!text.contains("\"todaysChange\":0,"))
    }

    @Test func theDayCountsPreMarketSharesButNotItsPrices() throws {
        let cursor = MarketCursor(market)
        let ticker = try #require(market.index(of: "AAPL"))
        cursor.advance(to: moment(market.openingDay, 9, 30))
        let before = cursor.states[ticker]
        #expect(before.regular == .zero)
        #expect(before.volume > 1_000)
        cursor.advance(to: moment(market.openingDay, 9, 31))
        let after = cursor.states[ticker]
        #expect(after.regular.open > 0)
        #expect(after.volume > before.volume)
        #expect(try #require(after.dayBar(startMs: 0)).volumeMicro == after.volumeMicro)
    }

    @Test func afterTheCloseOfficialPricesFreezeAndVolumeGrows() throws {
        let cursor = MarketCursor(market)
        let ticker = try #require(market.index(of: "AAPL"))
        cursor.advance(to: moment(market.openingDay, 16, 0))
        let close = cursor.states[ticker]
        cursor.advance(to: moment(market.openingDay, 16, 30))
        let later = cursor.states[ticker]
        #expect(later.regular == close.regular)
        #expect(later.volumeMicro > close.volumeMicro)
        #expect(later.lastPriceE4 > 0)
    }

    @Test func nightAndWeekendKeepTheLastValues() throws {
        // 2026-11-20 is a Friday.
        let friday = market.openingDay.adding(days: 2)
        let evening = try item("TSLA", at: moment(friday, 20, 0))
        for (days, hour) in [(0, 23), (1, 12), (2, 3), (2, 15), (3, 3)] {
            #expect(try item("TSLA", at: moment(friday.adding(days: days), hour, 10)) == evening)
        }
        #expect(try item("TSLA", at: moment(friday.adding(days: 3), 3, 30)) != evening)
    }

    @Test func thePreviousDayIsTheBarOfTheDayBefore() throws {
        let cursor = MarketCursor(market)
        let reader = MarketReader(market)
        let day = market.openingDay
        cursor.advance(to: moment(day, 10, 0))
        for ticker in market.listings.indices {
            let before = reader.dailyBar(on: market.calendar.tradingDay(before: day), of: ticker)
            #expect(cursor.states[ticker].previousDay == before)
        }
        cursor.advance(to: moment(day, 21, 0))
        let evening = cursor.states
        cursor.advance(to: moment(market.calendar.tradingDay(after: day), 10, 0))
        for ticker in market.listings.indices {
            let name = market.listings[ticker].ticker
            #expect(cursor.states[ticker].previousDay?.price ?? .zero == evening[ticker].regular, "\(name)")
            #expect(cursor.states[ticker].previousDay?.volumeMicro ?? 0 == evening[ticker].volumeMicro, "\(name)")
        }
    }

    @Test func anEarlyCloseEndsAtOneAndFive() throws {
        let early = try #require(market.historyDays(25).first { market.calendar.day($0).kind == .earlyClose })
        #expect(market.calendarOverrides.contains { $0.date == early && $0.kind == .earlyClose })
        let reader = MarketReader(market)
        let ticker = try #require(market.index(of: "AAPL"))
        let minutes = bars(reader, .minute, early, ticker)
        let last = try #require(minutes.last)
        #expect(last.startMs < moment(early, 17, 0).milliseconds)
        #expect(last.startMs > moment(early, 13, 5).milliseconds)
        let volume = try #require(slots(reader, early, ticker))
        #expect(volume[155] == volume[191])
        // The closing auction prints at 13:00, the largest minute near the close.
        let auction = try #require(minutes.first { $0.startMs == moment(early, 13, 0).milliseconds })
        let quiet = try #require(minutes.first { $0.startMs == moment(early, 12, 30).milliseconds })
        #expect(auction.volumeMicro > quiet.volumeMicro * 4)
    }
}
