import MarketTime
import Simulator
import Testing

/// What is streamed is what the bars, the snapshots and the single trades of the market say.
@Suite struct StreamTests {
    private static let market = SimulatedMarket(seed: 7, tickerCount: 1_500, openingDay: openingDay())
    private static let tickers = assorted(market)
    private static var day: DayID { market.openingDay }

    /// The first seconds of a day, the opening, a pause and its end, the close, and the last seconds of a day.
    private static let spans: [(from: (Int, Int, Int), to: (Int, Int, Int))] = [
        ((3, 59, 30), (4, 3, 0)), ((9, 29, 30), (9, 31, 30)), ((9, 46, 30), (9, 52, 20)), ((15, 59, 20), (16, 0, 40)),
        ((19, 58, 30), (20, 0, 30)),
    ]

    private static func span(_ number: Int) -> (from: Instant, to: Instant) {
        let (from, to) = spans[number]
        return (moment(day, from.0, from.1, from.2), moment(day, to.0, to.1, to.2))
    }

    private static func elapsed(_ instant: Instant) -> Int { Int(instant.seconds - moment(day, 4, 0).seconds) }

    @Test(arguments: spans.indices)
    func tradesAndBarsAreThoseOfTheMarketToTheShare(number: Int) throws {
        let (from, to) = Self.span(number)
        let sent = collect(source(Self.market, Self.tickers), after: from, through: to)
        #expect(!sent.isEmpty)
        let reader = MarketReader(Self.market)
        for ticker in Self.tickers {
            let name = Self.market.listings[ticker].ticker
            let seconds = bars(reader, .second, Self.day, ticker)
            var trades: [SimulatedTrade] = []
            for bar in seconds where bar.startMs >= from.milliseconds && bar.startMs < to.milliseconds {
                let second = Self.elapsed(Instant(milliseconds: bar.startMs))
                trades += reader.trades(on: Self.day, of: ticker, second: second)
            }
            #expect(sent.trades(of: ticker) == trades, "\(name)")
            let shownSeconds = seconds.filter {
                (from.milliseconds - 2_000..<to.milliseconds - 2_000).contains($0.startMs)
            }
            #expect(sent.seconds(of: ticker).map(\.bar) == shownSeconds, "\(name)")
            let shownMinutes = bars(reader, .minute, Self.day, ticker).filter {
                $0.startMs + 61_000 >= from.milliseconds && $0.startMs + 61_000 < to.milliseconds
            }
            #expect(sent.minutes(of: ticker).map(\.bar) == shownMinutes, "\(name)")
        }
    }

    @Test func secondsMakeMinutesAndTradesMakeSeconds() throws {
        let (from, to) = (moment(Self.day, 9, 44), moment(Self.day, 9, 53, 10))
        let sent = collect(source(Self.market, Self.tickers), after: from, through: to)
        var compared = 0
        for ticker in Self.tickers {
            let name = Self.market.listings[ticker].ticker
            let trades = sent.trades(of: ticker)
            let seconds = sent.seconds(of: ticker)
            for minute in sent.minutes(of: ticker) where minute.bar.startMs >= from.milliseconds {
                let span = minute.bar.startMs..<minute.bar.startMs + 60_000
                let parts = seconds.filter { span.contains($0.bar.startMs) }
                #expect(parts.reduce(0) { $0 + $1.bar.volumeMicro } == minute.bar.volumeMicro, "\(name)")
                #expect(parts.last?.accumulatedMicro == minute.accumulatedMicro, "\(name)")
                let prints = trades.filter { span.contains($0.time.milliseconds) }
                #expect(prints.reduce(0) { $0 + $1.sizeMicro } == minute.bar.volumeMicro, "\(name)")
                #expect(prints.map(\.priceE4).max() == minute.bar.price.high, "\(name)")
                compared += 1
            }
        }
        #expect(compared > 40)
    }

    @Test(arguments: [(4, 1, 57), (9, 29, 58), (9, 34, 50), (15, 59, 57), (19, 59, 50)])
    func theDaysVolumeAveragePriceAndOpenAreASnapshots(hour: Int, minute: Int, second: Int) throws {
        let from = moment(Self.day, hour, minute, second)
        let sent = collect(source(Self.market, Self.tickers), after: from, through: from.adding(seconds: 20))
        let cursor = MarketCursor(Self.market)
        var compared = 0
        for end in 0..<20 {
            let now = from.adding(seconds: Int64(end))
            cursor.advance(to: now)
            for ticker in Self.tickers {
                let shown = sent.seconds(of: ticker) + sent.minutes(of: ticker)
                for bar in shown where bar.bar.startMs + Int64(bar.seconds) * 1_000 == now.milliseconds {
                    let state = cursor.states[ticker]
                    let name = "\(Self.market.listings[ticker].ticker) at \(now.seconds)"
                    #expect(bar.accumulatedMicro == state.volumeMicro, "\(name)")
                    #expect(bar.dayVWAPE4 == state.vwapE4, "\(name)")
                    #expect(bar.officialOpenE4 == state.regular.open, "\(name)")
                    #expect(bar.bar.price.close == state.lastPriceE4, "\(name)")
                    compared += 1
                }
            }
        }
        #expect(compared > 10)
    }

    @Test func theDaysVolumeNeverFalls() {
        let (from, to) = (moment(Self.day, 9, 28), moment(Self.day, 9, 54))
        let sent = collect(source(Self.market, Self.tickers, [.seconds]), after: from, through: to)
        for ticker in Self.tickers {
            let volumes = sent.seconds(of: ticker).map(\.accumulatedMicro)
            #expect(volumes == volumes.sorted(), "\(Self.market.listings[ticker].ticker)")
        }
    }

    @Test(arguments: [137, 1_000, 2_750, 61_003] as [Int64])
    func howTimeIsCutChangesNothing(stepMs: Int64) {
        for number in [0, 2, 4] {
            let (from, to) = Self.span(number)
            let whole = collect(source(Self.market, Self.tickers), after: from, through: to)
            let cut = collect(source(Self.market, Self.tickers), after: from, through: to, stepMs: stepMs)
            #expect(whole == cut, "step \(stepMs) ms")
        }
    }

    @Test func whereOneStartsAndWhatElseIsAskedForChangesNothing() throws {
        let (from, to) = Self.span(2)
        let start = moment(Self.day, 9, 51, 58)
        let whole = collect(source(Self.market, Self.tickers), after: from, through: to)
        let late = collect(source(Self.market, Self.tickers), after: start, through: to)
        #expect(late == whole.filter { $0.time > start })
        // One ticker among all, whose wishes change on the way.
        let ticker = try #require(Self.market.index(of: "AAPL"))
        let changing = StreamSource(Self.market)
        changing.setInterestOfAll([.seconds, .bands])
        changing.setInterest([.trades], of: ticker)
        let middle = moment(Self.day, 9, 49, 30).adding(milliseconds: 250)
        let first = collect(changing, after: from, through: middle)
        changing.setInterestOfAll([])
        changing.setInterest(.all, of: ticker)
        let second = collect(changing, after: middle, through: to)
        #expect(first.trades(of: ticker) + second.trades(of: ticker) == whole.trades(of: ticker))
        #expect(first.seconds(of: ticker) + second.seconds(of: ticker) == whole.seconds(of: ticker))
        #expect(second.quotes(of: ticker) == whole.filter { $0.time > middle }.quotes(of: ticker))
        #expect(second == whole.filter { $0.time > middle && $0.event.ticker == ticker })
        #expect(Set(first.map(\.event.ticker)).count > 100)
    }

    @Test func eventsComeInOrderOfTimeAndWithinTheirSpan() {
        let (from, to) = Self.span(1)
        let sent = collect(source(Self.market, Self.tickers), after: from, through: to)
        #expect(sent.map(\.time) == sent.map(\.time).sorted())
        #expect(sent.allSatisfy { $0.time > from && $0.time <= to })
        for item in sent {
            switch item.event {
            case .trade(_, let trade): #expect(trade.time == item.time)
            case .quote(_, let quote): #expect(quote.time == item.time)
            case .band(_, let band): #expect(band.time == item.time)
            case .second(_, let bar), .minute(_, let bar):
                let end = Instant(milliseconds: bar.bar.startMs).adding(seconds: Int64(bar.seconds))
                let delay = item.time.seconds(since: end)
                #expect((1.0..<2.0).contains(delay))
            }
        }
        for ticker in Self.tickers {
            let numbers = sent.trades(of: ticker).map(\.sequence)
            #expect(numbers == Set(numbers).sorted())
            let quoteNumbers = sent.quotes(of: ticker).map(\.sequence)
            #expect(quoteNumbers == Set(quoteNumbers).sorted())
        }
    }

    @Test func onlyWhatIsAskedForIsSent() throws {
        let (from, to) = Self.span(1)
        let ticker = try #require(Self.market.index(of: "AAPL"))
        let everything = collect(source(Self.market, [ticker]), after: from, through: to)
        for interest in [StreamInterest.trades, .quotes, .seconds, .minutes, .bands, [.trades, .seconds]] {
            let some = collect(source(Self.market, [ticker], interest), after: from, through: to)
            #expect(some == everything.filter { interest.contains($0.event.interest) }, "\(interest)")
        }
        let ended = source(Self.market, [ticker])
        ended.setInterest([], of: ticker)
        #expect(collect(ended, after: from, through: to).isEmpty)
    }

    /// From Friday's evening over a weekend into Monday, and into and out of a holiday.
    @Test func nightsAndHolidaysAreSilent() throws {
        let ticker = try #require(Self.market.index(of: "AAPL"))
        let friday = try #require(DayID(year: 2026, month: 11, day: 20))
        let from = moment(friday, 20, 0, 3)
        let monday = moment(friday.adding(days: 3), 4, 0)
        let quiet = collect(source(Self.market, [ticker]), after: from, through: monday)
        #expect(quiet.isEmpty)
        let early = collect(source(Self.market, [ticker]), after: from, through: monday.adding(seconds: 600))
        let direct = collect(source(Self.market, [ticker]), after: monday, through: monday.adding(seconds: 600))
        #expect(early == direct && !early.isEmpty)
        // Thanksgiving.
        let holiday = try #require(DayID(year: 2026, month: 11, day: 26))
        let rest = collect(
            source(Self.market, [ticker]),
            after: moment(holiday, 0, 0),
            through: moment(holiday, 23, 59)
        )
        #expect(rest.isEmpty)
    }
}
