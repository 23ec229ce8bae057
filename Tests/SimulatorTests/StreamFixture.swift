import MarketTime
import Simulator

/// An event with the time it is sent at.
struct Sent: Hashable {
    var time: Instant
    var event: SimulatedEvent
}

/// What a source sends between two moments, asked for at once or in steps.
func collect(_ source: StreamSource, after: Instant, through: Instant, stepMs: Int64? = nil) -> [Sent] {
    var found: [Sent] = []
    var from = after
    while from < through {
        let next = stepMs.map { min(through, from.adding(milliseconds: $0)) } ?? through
        source.events(after: from, through: next) { found.append(Sent(time: $0, event: $1)) }
        from = next
    }
    return found
}

/// A source with the same interest in some tickers.
func source(_ market: SimulatedMarket, _ tickers: [Int], _ interest: StreamInterest = .all) -> StreamSource {
    let source = StreamSource(market)
    for ticker in tickers { source.setInterest(interest, of: ticker) }
    return source
}

extension [Sent] {
    /// The trades of a ticker.
    func trades(of ticker: Int) -> [SimulatedTrade] {
        compactMap { if case .trade(ticker, let trade) = $0.event { trade } else { nil } }
    }

    /// The quotes of a ticker.
    func quotes(of ticker: Int) -> [SimulatedQuote] {
        compactMap { if case .quote(ticker, let quote) = $0.event { quote } else { nil } }
    }

    /// The second bars of a ticker.
    func seconds(of ticker: Int) -> [StreamedBar] {
        compactMap { if case .second(ticker, let bar) = $0.event { bar } else { nil } }
    }

    /// The minute bars of a ticker.
    func minutes(of ticker: Int) -> [StreamedBar] {
        compactMap { if case .minute(ticker, let bar) = $0.event { bar } else { nil } }
    }

    /// The limit-up/limit-down messages of a ticker.
    func bands(of ticker: Int) -> [SimulatedBand] {
        compactMap { if case .band(ticker, let band) = $0.event { band } else { nil } }
    }
}

/// Tickers of a market's day that show everything: busy ones, thin ones, one with fractions, one that pauses.
func assorted(_ market: SimulatedMarket) -> [Int] {
    let reader = MarketReader(market)
    let day = market.openingDay
    let known = ["AAPL", "SPY", "BRK.A", "ZVZZT"].compactMap { market.index(of: $0) }
    let halted = market.listings.indices.filter { reader.halt(on: day, of: $0) != nil }
    return Array(Set(known + halted.prefix(3) + market.listings.indices.prefix(8))).sorted()
}
