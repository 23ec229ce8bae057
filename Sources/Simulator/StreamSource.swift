package import MarketTime

/// The events of chosen tickers as a vendor's stream would send them, in order of their time.
///
/// The same events come in the same order however a span of time is cut into calls, and whatever else is asked for: each
/// follows from the market alone. Holds working memory; one per thread.
package final class StreamSource {
    /// The market streamed.
    package let market: SimulatedMarket

    /// A source without interests.
    package init(_ market: SimulatedMarket) { self.market = market }

    /// Sets what is asked for of one ticker, beside what is asked for of all; empty ends it.
    package func setInterest(_ interest: StreamInterest, of ticker: Int) {}

    /// Sets what is asked for of every ticker (`A.*`); empty ends it.
    package func setInterestOfAll(_ interest: StreamInterest) {}

    /// What is asked for of a ticker, the share of all included.
    package func interest(of ticker: Int) -> StreamInterest { [] }

    /// Calls `body` with each event sent after `after`, up to and with `through`, in the order of time.
    package func events(
        after: Instant,
        through: Instant,
        _ body: (_ sent: Instant, _ event: SimulatedEvent) -> Void
    ) {}
}

extension JSONBytes {
    /// Appends an event as an element of a frame of the vendor's stream.
    package func event(_ event: SimulatedEvent, of market: SimulatedMarket) {}
}
