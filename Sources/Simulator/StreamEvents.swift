package import MarketTime

/// What of one ticker a stream is to carry: one bit per topic of the vendor's WebSocket.
package struct StreamInterest: OptionSet, Hashable, Sendable {
    /// One bit per topic.
    package var rawValue: UInt8

    /// Interests from their bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Single trades (`T`).
    package static let trades = Self(rawValue: 1)
    /// Best bids and offers (`Q`).
    package static let quotes = Self(rawValue: 2)
    /// Bars of a second (`A`).
    package static let seconds = Self(rawValue: 4)
    /// Bars of a minute (`AM`).
    package static let minutes = Self(rawValue: 8)
    /// Price bands, limit states, halts and resumes (`LULD`).
    package static let bands = Self(rawValue: 16)
    /// Everything.
    package static let all: Self = [.trades, .quotes, .seconds, .minutes, .bands]
}

/// Something a vendor's stream would send; tickers are indices of the market's listings.
package enum SimulatedEvent: Hashable, Sendable {
    /// A trade, at its time.
    case trade(ticker: Int, SimulatedTrade)
    /// A new best bid and offer, at its time.
    case quote(ticker: Int, SimulatedQuote)
    /// The bar of a second with trades, one to two seconds after its end.
    case second(ticker: Int, StreamedBar)
    /// The bar of a minute with trades, one to two seconds after its end.
    case minute(ticker: Int, StreamedBar)
    /// Price bands or a change of a limit state or halt, at its time.
    case band(ticker: Int, SimulatedBand)

    /// Index of the listing.
    package var ticker: Int {
        switch self {
        case .trade(let ticker, _), .quote(let ticker, _), .second(let ticker, _), .minute(let ticker, _),
            .band(let ticker, _):
            ticker
        }
    }

    /// The topic it belongs to.
    package var interest: StreamInterest {
        switch self {
        case .trade: .trades
        case .quote: .quotes
        case .second: .seconds
        case .minute: .minutes
        case .band: .bands
        }
    }
}

/// The best bid and offer of all venues from some moment on.
package struct SimulatedQuote: Hashable, Sendable {
    /// When it came into force; vendors send it cut to the millisecond.
    package var time: Instant
    /// Best bid in 1/10,000 USD.
    package var bidE4: Int64
    /// Best offer in 1/10,000 USD, above the bid.
    package var askE4: Int64
    /// Size bid, in round lots.
    package var bidSize: Int64
    /// Size offered, in round lots.
    package var askSize: Int64
    /// Vendor's id of the venue that bids.
    package var bidExchange: Int
    /// Vendor's id of the venue that offers.
    package var askExchange: Int
    /// Number within the ticker's day, increasing with gaps.
    package var sequence: Int64
}

/// A window's bar with what a stream says beside it about the day.
package struct StreamedBar: Hashable, Sendable {
    /// The window; its `volumeBeforeMicro + volumeMicro` is the day's volume at its end.
    package var bar: SimulatedBar
    /// Length of the window in seconds: 1 or 60.
    package var seconds: Int
    /// Volume-weighted price of the day up to the window's end, 1/10,000 USD; that of a snapshot taken then.
    package var dayVWAPE4: Double
    /// Official open of the day in 1/10,000 USD; 0 before the first regular trade.
    package var officialOpenE4: Int64

    /// Shares of the day up to the window's end, in millionths.
    package var accumulatedMicro: Int64 { bar.volumeBeforeMicro + bar.volumeMicro }
}

/// A limit-up/limit-down message.
package struct SimulatedBand: Hashable, Sendable {
    /// When the tape sent it; the vendor keeps its nanoseconds.
    package var time: Instant
    /// Upper band in 1/10,000 USD.
    package var upperE4: Int64
    /// Lower band in 1/10,000 USD.
    package var lowerE4: Int64
    /// What the message says first.
    package var indicator: BandIndicator
    /// Another indicator beside it.
    package var second: BandIndicator?
    /// Number within the ticker's day, increasing with gaps.
    package var sequence: Int64
}

/// Vendor's indicators of limit-up/limit-down messages.
///
/// Meanings as other programs use them; the vendor publishes no table.
package enum BandIndicator: Int, Hashable, Sendable {
    /// Bands of the opening, or of a re-opening.
    case opening = 14
    /// Bands moved with the price.
    case update = 15
    /// Trading is halted or paused.
    case halted = 17
    /// Trading resumes.
    case resumed = 18
    /// The best bid stands at the upper band.
    case bidLimit = 23
    /// The best offer stands at the lower band.
    case offerLimit = 25
}
