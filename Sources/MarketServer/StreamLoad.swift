import Simulator

/// Made-up events of a given rate, in place of the market's: for measuring, not for looking at.
///
/// Trades, quotes and bars agree with each other to the share, not with the market's REST answers: each ticker's day
/// begins with the server. Only what somebody has subscribed is made.
package struct StreamLoad: Hashable, Sendable {
    /// More events for a while, again and again.
    package struct Burst: Hashable, Sendable {
        /// Trades and quotes a second during it, above 0.
        package var eventsPerSecond: Int
        /// Real milliseconds from the beginning of one to that of the next.
        package var everyMs: Int
        /// Real milliseconds it lasts; the first begins after `everyMs`.
        package var forMs: Int

        /// A burst.
        package init(eventsPerSecond: Int, everyMs: Int, forMs: Int) {
            self.eventsPerSecond = max(1, eventsPerSecond)
            self.everyMs = max(1, everyMs)
            self.forMs = max(0, forMs)
        }
    }

    /// Trades and quotes a real second; 0 for as many as the clients read.
    ///
    /// Bars come on top.
    package var eventsPerSecond: Int
    /// How many of the market's listings have events, from the first on.
    package var tickers: Int
    /// More for a while.
    package var burst: Burst?
    /// Trades and quotes after which there is silence; nil for no end.
    package var eventsMax: Int?

    /// A load.
    package init(eventsPerSecond: Int, tickers: Int = 1_000, burst: Burst? = nil, eventsMax: Int? = nil) {
        self.eventsPerSecond = max(0, eventsPerSecond)
        self.tickers = max(1, tickers)
        self.burst = burst
        self.eventsMax = eventsMax
    }
}

/// What a connection has been sent of one ticker: events by kind and their shares.
///
/// What was sent may still be on its way, and is lost with a reset.
package struct StreamTotal: Hashable, Sendable {
    /// Trades.
    package var trades = 0
    /// Their shares, in millionths.
    package var tradesMicro: Int64 = 0
    /// Quotes.
    package var quotes = 0
    /// Bars of a second.
    package var seconds = 0
    /// Their shares, in millionths.
    package var secondsMicro: Int64 = 0
    /// Bars of a minute.
    package var minutes = 0
    /// Their shares, in millionths.
    package var minutesMicro: Int64 = 0
    /// Limit-up/limit-down messages.
    package var bands = 0

    /// Nothing.
    package init() {}

    /// Counts an event.
    @inline(__always)
    mutating func add(_ topic: StreamInterest, sizeMicro: Int64) {
        switch topic {
        case .trades:
            trades += 1
            tradesMicro += sizeMicro
        case .quotes: quotes += 1
        case .seconds:
            seconds += 1
            secondsMicro += sizeMicro
        case .minutes:
            minutes += 1
            minutesMicro += sizeMicro
        default: bands += 1
        }
    }
}
