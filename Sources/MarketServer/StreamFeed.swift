import MarketTime
import Simulator

/// Where the events of a server's WebSocket come from.
///
/// Used on one event loop.
protocol StreamFeed: AnyObject {
    /// Whether there is always more: the pump then goes on as fast as the clients read.
    var isFlatOut: Bool { get }
    /// Sets which events somebody wants.
    func follow(_ wishes: StreamWishes)
    /// Appends the events sent after one moment of the market, up to and with another.
    ///
    /// `realNs` counts real nanoseconds from any origin.
    func append(after: Instant, through: Instant, realNs: Int64, into page: StreamPage)
}

/// Events of a stretch of time, written once for all connections.
final class StreamPage {
    /// One event in the page's bytes.
    struct Entry {
        var ticker: Int32
        var topic: StreamInterest
        /// Where its bytes end; they begin where those of the one before end.
        var end: Int32
        /// Shares of a trade or bar, in millionths.
        var sizeMicro: Int64
    }

    let json = JSONBytes(capacity: 1 << 16)
    private(set) var entries = ContiguousArray<Entry>()

    /// Notes that what has been written since the last note is an event.
    @inline(__always)
    func note(ticker: Int, _ topic: StreamInterest, sizeMicro: Int64 = 0) {
        entries.append(
            Entry(ticker: Int32(truncatingIfNeeded: ticker), topic: topic, end: Int32(json.count), sizeMicro: sizeMicro)
        )
    }

    func removeAll() {
        json.removeAll()
        entries.removeAll(keepingCapacity: true)
    }
}

/// The market's own events.
final class MarketStreamFeed: StreamFeed {
    let isFlatOut = false
    private let source: StreamSource
    private var wishes: StreamWishes

    init(_ market: SimulatedMarket) {
        source = StreamSource(market)
        wishes = StreamWishes(tickerCount: market.listings.count)
    }

    func follow(_ wishes: StreamWishes) {
        if wishes.wildcards != self.wishes.wildcards { source.setInterestOfAll(wishes.wildcards) }
        for ticker in 0..<wishes.tickerCount where wishes[ticker] != self.wishes[ticker] {
            source.setInterest(wishes[ticker], of: ticker)
        }
        self.wishes = wishes
    }

    func append(after: Instant, through: Instant, realNs: Int64, into page: StreamPage) {
        let market = source.market
        source.events(after: after, through: through) { _, event in
            page.json.event(event, of: market)
            page.note(ticker: event.ticker, event.interest, sizeMicro: event.sizeMicro)
        }
    }
}

extension SimulatedEvent {
    /// Shares of a trade or bar in millionths; 0 for others.
    fileprivate var sizeMicro: Int64 {
        switch self {
        case .trade(_, let trade): trade.sizeMicro
        case .second(_, let bar), .minute(_, let bar): bar.bar.volumeMicro
        case .quote, .band: 0
        }
    }
}
