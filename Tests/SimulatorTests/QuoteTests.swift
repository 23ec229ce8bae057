import MarketTime
import Simulator
import Testing

/// Quotes make sense of the trades.
@Suite struct QuoteTests {
    private static let market = SimulatedMarket(seed: 7, tickerCount: 1_500, openingDay: openingDay())
    private static let tickers = assorted(market)
    private static var day: DayID { market.openingDay }

    private static func sent(_ minutes: Int64 = 4) -> [Sent] {
        let from = moment(day, 9, 40)
        return collect(
            source(market, tickers, [.trades, .quotes]),
            after: from,
            through: from.adding(seconds: minutes * 60)
        )
    }

    @Test func tradesHappenAtTheBidAtTheAskAndRarelyBetween() {
        var (asks, bids, between, outside) = (0, 0, 0, 0)
        var inForce: [Int: SimulatedQuote] = [:]
        for item in Self.sent() {
            switch item.event {
            case .quote(let ticker, let quote): inForce[ticker] = quote
            case .trade(let ticker, let trade):
                guard let quote = inForce[ticker] else { continue }
                if trade.priceE4 == quote.askE4 {
                    asks += 1
                } else if trade.priceE4 == quote.bidE4 {
                    bids += 1
                } else if trade.priceE4 > quote.bidE4, trade.priceE4 < quote.askE4 {
                    between += 1
                } else {
                    outside += 1
                }
            default: break
            }
        }
        let all = Double(asks + bids + between + outside)
        #expect(all > 2_000)
        #expect((0.35...0.6).contains(Double(asks) / all), "asks \(Double(asks) / all)")
        #expect((0.35...0.6).contains(Double(bids) / all), "bids \(Double(bids) / all)")
        #expect((0.01...0.2).contains(Double(between) / all), "between \(Double(between) / all)")
        #expect(outside == 0)
    }

    @Test func quotesAreWholeTicksApartInBothDirectionsAndNeverCross() {
        let sent = Self.sent(2)
        for ticker in Self.tickers {
            for quote in sent.quotes(of: ticker) {
                let isRight =
                    quote.bidE4 > 0 && quote.askE4 > quote.bidE4 && quote.bidSize > 0 && quote.askSize > 0
                    && (quote.bidE4 < 10_000 || quote.bidE4 % 100 == 0)
                    && (quote.bidE4 < 10_000 || quote.askE4 % 100 == 0) && quote.bidExchange != 4
                guard isRight else {
                    Issue.record("\(Self.market.listings[ticker].ticker): \(quote)")
                    return
                }
            }
        }
    }

    @Test func quotesAreBoundedPerSecondAndPerTrade() throws {
        let sent = Self.sent()
        for ticker in Self.tickers {
            let name = Self.market.listings[ticker].ticker
            let quotes = Dictionary(grouping: sent.quotes(of: ticker)) { $0.time.seconds }
            let trades = Dictionary(grouping: sent.trades(of: ticker)) { $0.time.seconds }
            for (second, found) in quotes {
                let count = trades[second]?.count ?? 0
                #expect(found.count <= min(20, max(1, 5 * count)), "\(name) at \(second)")
            }
        }
        // A looked-at ticker is quoted in seconds without a trade too.
        let idle = Self.tickers.contains { ticker in
            let traded = Set(sent.trades(of: ticker).map(\.time.seconds))
            return sent.quotes(of: ticker).count { !traded.contains($0.time.seconds) } > 5
        }
        #expect(idle)
    }

    @Test func aLiquidTickersSpreadIsATickAndAThinOnesIsWider() throws {
        let apple = try #require(Self.market.index(of: "AAPL"))
        let from = moment(Self.day, 11, 0)
        let reader = MarketReader(Self.market)
        let thin = try #require(
            Self.market.listings.indices.first {
                guard let bar = reader.dailyBar(on: Self.day, of: $0) else { return false }
                return (50...400).contains(bar.trades) && bar.price.close > 50_000
            }
        )
        let sent = collect(source(Self.market, [apple, thin]), after: from, through: from.adding(seconds: 3_600))
        func spread(_ ticker: Int) throws -> Double {
            let quotes = sent.quotes(of: ticker).sorted { $0.askE4 - $0.bidE4 < $1.askE4 - $1.bidE4 }
            let middle = try #require(quotes.isEmpty ? nil : quotes[quotes.count / 2])
            return Double(middle.askE4 - middle.bidE4) / Double(middle.bidE4)
        }
        #expect(try spread(apple) < 0.000_3)
        #expect(try spread(thin) > 0.001)
    }

    @Test(arguments: [(4, 30, 0), (9, 31, 7), (9, 49, 0), (12, 0, 0), (16, 0, 9), (19, 59, 59), (21, 0, 0)])
    func theSnapshotsQuoteIsTheNewestOfTheStream(hour: Int, minute: Int, second: Int) throws {
        let now = moment(Self.day, hour, minute, second)
        let cursor = MarketCursor(Self.market)
        cursor.advance(to: now)
        let back = hour >= 20 ? moment(Self.day, 19, 55) : now.adding(seconds: -300)
        let sent = collect(
            source(Self.market, Self.tickers, .quotes),
            after: back,
            through: now.adding(nanoseconds: -1)
        )
        var compared = 0
        for ticker in Self.tickers {
            guard let newest = sent.quotes(of: ticker).last else { continue }
            var shown = try #require(cursor.lastQuote(of: ticker))
            shown.sequence = newest.sequence
            #expect(shown == newest, "\(Self.market.listings[ticker].ticker)")
            compared += 1
        }
        #expect(compared > 4)
    }
}
