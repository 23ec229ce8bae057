import MarketTime
import Simulator
import Testing

/// Limit-up/limit-down messages fit the trades and the pauses.
@Suite struct BandTests {
    private static let market = SimulatedMarket(seed: 1, tickerCount: 11_000, openingDay: openingDay())
    private static var day: DayID { market.openingDay }

    private static let halts: [(ticker: Int, halt: Range<Instant>)] = {
        let reader = MarketReader(market)
        return market.listings.indices.compactMap { ticker in
            reader.halt(on: day, of: ticker).map { (ticker, $0) }
        }
    }()

    @Test func aPauseIsAnnouncedByALimitStateAndEndsWithAReopening() throws {
        #expect(Self.halts.count >= 3)
        for (ticker, halt) in Self.halts {
            let name = Self.market.listings[ticker].ticker
            let from = halt.lowerBound.adding(seconds: -90)
            let sent = collect(source(Self.market, [ticker]), after: from, through: halt.upperBound.adding(seconds: 70))
            let bands = sent.bands(of: ticker)
            let marks = bands.map(\.indicator).filter { $0 != .update }
            #expect(marks == [.bidLimit, .halted, .resumed] || marks == [.offerLimit, .halted, .resumed], "\(name)")
            let limit = try #require(bands.first { $0.indicator == .bidLimit || $0.indicator == .offerLimit })
            let halted = try #require(bands.first { $0.indicator == .halted })
            let resumed = try #require(bands.first { $0.indicator == .resumed })
            #expect(limit.time.seconds == halt.lowerBound.seconds - 15, "\(name)")
            #expect(halted.time.seconds == halt.lowerBound.seconds, "\(name)")
            #expect(resumed.time.seconds == halt.upperBound.seconds, "\(name)")
            #expect(resumed.second == .opening && bands.contains { $0.time > resumed.time }, "\(name)")
            // Nothing between the halt and the resume: no trade, no quote, no bands.
            let silent = sent.filter { $0.time > halted.time && $0.time < resumed.time }
            #expect(silent.trades(of: ticker).isEmpty && silent.quotes(of: ticker).isEmpty, "\(name)")
            #expect(silent.bands(of: ticker).isEmpty, "\(name)")
            let first = try #require(sent.trades(of: ticker).first { $0.time >= halt.upperBound })
            #expect(first.traits.conditions == (28, 0) && first.time > resumed.time, "\(name)")
            expectLimit(limit, sent.trades(of: ticker), halt, name)
        }
    }

    /// In a limit state a side of the book stands at a band; the last prints reach it.
    private func expectLimit(_ band: SimulatedBand, _ trades: [SimulatedTrade], _ halt: Range<Instant>, _ name: String)
    {
        let last = trades.filter { $0.time >= halt.lowerBound.adding(seconds: -15) && $0.time < halt.lowerBound }
        guard let high = last.map(\.priceE4).max(), let low = last.map(\.priceE4).min() else { return }
        #expect(band.indicator == .bidLimit ? band.upperE4 == high : band.lowerE4 == low, "\(name)")
    }

    @Test func bandsHoldAllTradesOfTheirTime() throws {
        let halted = Self.halts.map(\.ticker)
        let known = ["AAPL", "SPY", "TSLA"].compactMap { Self.market.index(of: $0) }
        let tickers = halted + known + Array(Self.market.listings.indices.prefix(15))
        let (from, to) = (moment(Self.day, 9, 40), moment(Self.day, 10, 5))
        let sent = collect(source(Self.market, tickers, [.trades, .bands]), after: from, through: to)
        var inForce: [Int: SimulatedBand] = [:]
        var held = 0
        for item in sent {
            switch item.event {
            case .band(let ticker, let band):
                #expect(band.lowerE4 > 0 && band.lowerE4 < band.upperE4)
                inForce[ticker] = band
            case .trade(let ticker, let trade):
                guard let band = inForce[ticker] else { continue }
                held += 1
                guard trade.priceE4 >= band.lowerE4, trade.priceE4 <= band.upperE4 else {
                    Issue.record("\(Self.market.listings[ticker].ticker): \(trade) outside \(band)")
                    return
                }
            default: break
            }
        }
        #expect(held > 10_000)
        #expect(inForce.count > tickers.count / 4)
    }

    @Test(arguments: [(10, 15), (14, 40)])
    func theWholeMarketSendsThreeToTenASecond(hour: Int, minute: Int) {
        let source = StreamSource(Self.market)
        source.setInterestOfAll(.bands)
        let from = moment(Self.day, hour, minute)
        let sent = collect(source, after: from, through: from.adding(seconds: 300))
        #expect((3.0...10.0).contains(Double(sent.count) / 300), "\(sent.count)")
        #expect(sent.allSatisfy { $0.event.interest == .bands })
    }

    @Test(arguments: [((4, 0), (9, 29)), ((16, 0), (20, 0))])
    func thereAreNoBandsOutsideTheRegularSession(from: (Int, Int), to: (Int, Int)) {
        let source = StreamSource(Self.market)
        source.setInterestOfAll(.bands)
        let sent = collect(
            source,
            after: moment(Self.day, from.0, from.1),
            through: moment(Self.day, to.0, to.1)
        )
        #expect(sent.isEmpty)
    }

    @Test func aTickerWithNewsHasBandsEveryHalfMinute() throws {
        let ticker = try #require(Self.halts.first { $0.halt.lowerBound == moment(Self.day, 9, 47) }).ticker
        let from = moment(Self.day, 10, 0)
        let sent = collect(source(Self.market, [ticker], .bands), after: from, through: from.adding(seconds: 300))
        #expect(sent.count == 10)
        #expect(sent.bands(of: ticker).allSatisfy { $0.indicator == .update })
    }
}
