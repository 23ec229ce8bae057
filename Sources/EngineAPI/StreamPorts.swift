package import MarketData
package import MarketTime

/// What the vendor's WebSocket can be asked for.
package enum StreamTopic: String, CaseIterable, Hashable, Sendable {
    /// Every trade.
    case trades = "T"
    /// Every best bid and offer.
    case quotes = "Q"
    /// A bar each second with trades.
    case seconds = "A"
    /// A bar each minute with trades.
    case minutes = "AM"
    /// Limit-up/limit-down bands, limit states, halts.
    case bands = "LULD"
}

/// One subscription: a topic of one ticker, or of all.
package struct StreamPair: Hashable, Sendable {
    /// What.
    package var topic: StreamTopic
    /// Of whom; nil for the wildcard `*`.
    package var symbol: Symbol?

    /// A subscription.
    package init(_ topic: StreamTopic, _ symbol: Symbol?) {
        self.topic = topic
        self.symbol = symbol
    }

    /// As the protocol writes it: `T.BRK.B`, `LULD.*`.
    package var text: String { "\(topic.rawValue).\(symbol?.text ?? "*")" }
}

/// Everything that is to be subscribed, the most important first; each pair once.
///
/// The whole desired state, never a change to it: whoever reconciles compares it with what is held.
package struct StreamDemand: Hashable, Sendable {
    /// What is wanted.
    package var pairs: [StreamPair]
    /// How many more were wanted and left out by the cap.
    package var omitted: Int

    /// A desired state.
    package init(pairs: [StreamPair] = [], omitted: Int = 0) {
        self.pairs = pairs
        self.omitted = omitted
    }
}

/// How the WebSocket is.
package enum StreamState: Hashable, Sendable {
    /// Switched off by a setting, or nothing to connect to; the sentence says which.
    case off(sentence: String)
    /// Name, TCP, TLS, upgrade.
    case connecting
    /// Connected; waiting for the vendor's `connected` and `auth_success`.
    case authenticating
    /// Receiving what was subscribed.
    case live
    /// Connected, but something is missing (a topic the plan does not include, no frame for a while); the sentence says what.
    case degraded(sentence: String)
    /// Not connected; tried again at `retryAt` (market's clock). The sentence says what happened and what is done about it.
    case backingOff(sentence: String, retryAt: Instant)
    /// The vendor refuses for good (key, plan); nothing is tried until the trader acts. The sentence says how.
    case refused(sentence: String)

    /// Whether events can arrive.
    package var isConnected: Bool {
        switch self {
        case .live, .degraded: true
        case .off, .connecting, .authenticating, .backingOff, .refused: false
        }
    }
}

/// What the stream's feed reports about itself.
package struct StreamStatus: Hashable, Sendable {
    /// Its state.
    package var state: StreamState
    /// Host (and port) of the address, for the status line; never with a key.
    package var host: String
    /// Grows with every successful login; events of different epochs have a gap between them.
    package var epoch = 0
    /// Since when the present login lasts (market's clock); nil while there is none.
    package var liveSince: Instant?
    /// When the last frame of any kind arrived (market's clock); nil before the first.
    package var lastFrameAt: Instant?
    /// Events a second, over the last seconds.
    package var eventsPerSecond = 0.0
    /// Events since the start.
    package var events = 0
    /// Bytes of payload since the start.
    package var bytes = 0
    /// Subscriptions the engine wants.
    package var wantedPairs = 0
    /// Of those, asked for on this connection.
    package var heldPairs = 0
    /// Left out by the cap.
    package var omittedPairs = 0
    /// Topics the plan does not include.
    package var deniedTopics: [StreamTopic] = []
    /// Elements left out since the start.
    package var rejections = StreamRejections()
    /// From the exchange's time of an event to its arrival here, of the last minute.
    package var arrival = LatencyHistogram()

    /// A stream that has not connected yet.
    package init(state: StreamState = .connecting, host: String = "") {
        self.state = state
        self.host = host
    }
}

/// What has become of the stream's events in the engine.
package struct StreamFlow: Hashable, Sendable {
    /// Events applied since the start.
    package var applied = 0
    /// Trades put together because the engine was behind, since the start.
    package var conflatedTrades = 0
    /// Quotes and bars replaced by newer ones before they were applied, since the start.
    package var replaced = 0
    /// Trades seen before, since the start.
    package var duplicates = 0
    /// Events of another day or ahead of the clock, and of more tickers than are kept, since the start.
    package var refused = 0
    /// Events waiting when the engine last looked.
    package var queued = 0
    /// The most that ever waited.
    package var queuedMax = 0
    /// Tickers whose ticks have a gap that no snapshot has filled yet.
    package var gapTickers = 0
    /// From arrival here to being applied, of the last minute.
    package var application = LatencyHistogram()
    /// From the exchange's time of the newest trade or quote to its application, ns; nil before the first.
    package var lagNs: Int64?

    /// Nothing yet.
    package init() {}
}

/// How the engine's inbox stands with events of the stream.
package struct StreamQueueState: Hashable, Sendable {
    /// Events waiting.
    package var queued = 0
    /// The most that ever waited.
    package var queuedMax = 0
    /// Trades put together since the start.
    package var conflatedTrades = 0
    /// Quotes and bars replaced by newer ones since the start.
    package var replaced = 0
    /// Trades seen before, left out on arrival, since the start.
    package var duplicates = 0
    /// Events left out, since the start: of another time when others were put together, or of more tickers than may wait.
    package var dropped = 0
    /// From arrival to application, of the last minute.
    package var application = LatencyHistogram()

    /// An empty queue.
    package init() {}
}

/// What a stream needs of the vendor's plan and the trader's wishes.
package struct StreamSettings: Hashable, Sendable {
    /// Which tickers' trades are stored.
    package enum TickStorage: String, CaseIterable, Hashable, Sendable {
        /// None.
        case off
        /// Those of the watchlist.
        case watchlist
        /// Those of the short list and of the watchlist.
        case shortList = "short-list"
    }

    /// Tickers of the short list followed by the second, 0…1000.
    package var shortListMax = 500
    /// Real or simulated seconds a ticker that left the short list stays subscribed.
    package var lingerSeconds = 60
    /// Subscriptions at once, wildcards included; a wildcard counts once.
    package var pairsMax = 3000
    /// Whether the plan has quotes and bands (real-time plans; the delayed host has neither).
    package var hasQuotes = true
    /// Which trades are stored.
    package var storedTicks = TickStorage.watchlist

    /// The defaults.
    package init() {}
}

/// Takes what a stream delivers.
///
/// Thread-safe; never blocks the stream's thread.
package protocol StreamSink: Sendable {
    /// Hands over decoded events, in the order of arrival.
    func deliver(_ batch: StreamBatch)
    /// Reports the stream's state.
    func report(_ status: StreamStatus)
}

/// Follows a desired set of subscriptions.
///
/// Thread-safe; never blocks.
package protocol StreamSubscriber: Sendable {
    /// Replaces what is wanted.
    func want(_ demand: StreamDemand)
}
