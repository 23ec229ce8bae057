package import MarketData
package import MarketTime

/// What goes into the engine's core.
///
/// Boundaries are crossed in batches: a snapshot, a day's history, a command.
package enum EngineInput: Sendable {
    /// A full-market snapshot; the step's time is its time of arrival.
    case snapshot(SnapshotBatch)
    /// Events of the WebSocket; the step's time is their time of being applied.
    case stream(StreamBatch)
    /// The WebSocket's state changed.
    case streamStatus(StreamStatus)
    /// What the shell knows of its own queue: events waiting, the most that ever waited, what was put together or replaced.
    case streamQueue(StreamQueueState)
    /// The vendor's own table of trade conditions.
    case conditions(TradeConditions)
    /// Show a picture now if one is due: events of the stream alone do not, they would do so a thousand times a second.
    case show
    /// The feed's state changed.
    case feed(FeedStatus)
    /// The store's state changed.
    case store(StoreState)
    /// The answer to ``EngineOutput/loadHistory(_:)``.
    case history(HistoryLoad)
    /// Reading history failed; the core asks again after a pause.
    case historyUnavailable(tradingDay: DayID)
    /// Slots of the current day from the vendor's aggregates: they fill what snapshots have left unknown.
    case healed(SlotRows)
    /// How the backfill is going, for the status bar.
    case backfill(BackfillStatus)
    /// The store holds more history than before (a backfill, an import): read it again.
    case historyChanged
    /// The exchange calendar with what the vendor says about single dates.
    case calendar(ExchangeCalendar)
    /// A screen's command.
    case command(EngineCommand)
    /// What is known of tickers beside their trading: replaces all that was known before.
    case reference(ReferenceFacts)
    /// How loading reference data is going, for the status bar.
    case referenceStatus(ReferenceStatus)
    /// The answer to ``EngineOutput/loadDaily(_:)``.
    case daily(DailyIndicators)
    /// The answer to ``EngineOutput/loadTradeCounts(_:)``.
    case tradeCounts(TradeCountLoad)
    /// One question; the answer comes as ``EngineOutput/answer(_:_:)`` of the same number, in the same step.
    case ask(UInt64, ScanQuery)
}

/// What the core wants done.
///
/// The shell around it carries these out.
package enum EngineOutput: Sendable {
    /// Read baselines, averages and today's slots from the store; answer with ``EngineInput/history(_:)``.
    case loadHistory(HistoryRequest)
    /// Write these slots of the current trading day.
    case persist(SlotRows)
    /// Write these too, into which slots from aggregates have been filled.
    case persistHealed(SlotRows)
    /// Fetch these from aggregates; answer with ``EngineInput/healed(_:)``. Replaces the request before.
    case heal(HealRequest)
    /// The symbols to serve first in everything that takes time: those in play, most active first.
    case shortList([Symbol])
    /// Subscribe to this; replaces the demand before.
    case demand(StreamDemand)
    /// Store these trades.
    case persistTicks(TickRows)
    /// Show this picture.
    case publish(EngineView)
    /// Read daily bars and work out indicators; answer with ``EngineInput/daily(_:)``.
    case loadDaily(DailyRequest)
    /// Read how many trades slots had on the days before; answer with ``EngineInput/tradeCounts(_:)``.
    case loadTradeCounts(TradeCountRequest)
    /// Remember who is on the lists.
    case persistScans(ScanRecords)
    /// Store these entries of the why-log.
    case persistWhy([ScanEvent], day: DayID)
    /// The answer to a question.
    case answer(UInt64, ScanAnswer)
}

/// Slots of the current trading day that have ended unseen: a gap in collection (sleep, crash, outage, a late start).
package struct HealRequest: Hashable, Sendable {
    /// The day.
    package var day: DayID
    /// Slots 0…`slotCount`−1 have ended; aggregates are wanted up to there.
    package var slotCount: Int
    /// Symbols with at least one of them unknown, most active first.
    package var symbols: [Symbol]

    /// A request.
    package init(day: DayID, slotCount: Int, symbols: [Symbol]) {
        self.day = day
        self.slotCount = slotCount
        self.symbols = symbols
    }
}

/// Which history the core needs for a trading day.
package struct HistoryRequest: Hashable, Sendable {
    /// The day whose RVOL is to be computed; its own stored slots are wanted too.
    package var tradingDay: DayID
    /// Days that may serve as lookback, newest first; early closes already left out where the setting says so.
    package var lookbackCandidates: [DayID]
    /// Days to take per symbol, at most.
    package var daysPerSymbol: Int
    /// Days whose daily bars count for averages and ATR, newest first.
    package var dailyDays: [DayID]
    /// Only this symbol's history; nil for all.
    package var symbol: Symbol?
    /// Grows with every request of an engine: reads run beside each other, and the answers may come in any order.
    package var number: UInt64

    /// A request.
    package init(
        tradingDay: DayID,
        lookbackCandidates: [DayID],
        daysPerSymbol: Int,
        dailyDays: [DayID],
        symbol: Symbol? = nil,
        number: UInt64 = 0
    ) {
        self.tradingDay = tradingDay
        self.lookbackCandidates = lookbackCandidates
        self.daysPerSymbol = daysPerSymbol
        self.dailyDays = dailyDays
        self.symbol = symbol
        self.number = number
    }
}

/// Stored history, summed: per symbol the exact sums of its lookback days' cumulative volumes.
package struct HistoryLoad: Sendable {
    /// What was asked.
    package var request: HistoryRequest
    /// Symbols with at least one lookback day; parallel to `days` and to the rows of `sums`.
    package var symbols: [Symbol] = []
    /// Lookback days found per symbol, 1…`daysPerSymbol`.
    package var days: [UInt8] = []
    /// `symbols.count` × 192: the sum over the lookback of C(d, s), in shares of the trading day (after its splits).
    ///
    /// Whole numbers, exact below 2^53, for every symbol without a split in its lookback.
    package var sums: [Double] = []
    /// Distinct stored days that served any symbol.
    package var distinctDays = 0
    /// What daily bars say, per symbol.
    package var daily = DailyFacts()
    /// Symbols whose shares a split changes on the trading day itself, with its factor: the vendor's previous close may
    /// still be of old shares.
    package var splitToday: [Symbol: Double] = [:]
    /// The trading day's own slots as stored, with the prices of those that a source has told with prices.
    package var today = SlotRows(day: DayID(rawValue: 0), slotCount: Slot.count)

    /// An empty answer to a request.
    package init(request: HistoryRequest) {
        self.request = request
        today.day = request.tradingDay
    }
}

/// Cumulative volumes C(d, 0…slotCount−1) of many symbols on one day, and what their slots traded at where that is told.
package struct SlotRows: Hashable, Sendable {
    /// The value of a slot nobody has seen: never a guess, never zero.
    package static let unknown: Int64 = -1

    /// The day.
    package var day: DayID
    /// Slots per row, 1…192; later slots are unknown.
    package var slotCount: Int
    /// One symbol per row.
    package var symbols: [Symbol] = []
    /// `symbols.count` × `slotCount` cumulative volumes in shares at the end of each slot, or ``unknown``.
    package var cumulative: [Int64] = []
    /// Empty, or parallel to `cumulative`: the volume-weighted average price of each slot alone, USD; NaN without trades or
    /// when nobody has told it, so that rows with prices do not equal themselves.
    package var vwap: [Float] = []

    /// No rows.
    package init(day: DayID, slotCount: Int) {
        self.day = day
        self.slotCount = slotCount
    }

    /// Whether the lists have the lengths that symbols and slots ask for.
    package var isSound: Bool {
        (0...Slot.count).contains(slotCount) && cumulative.count == symbols.count * slotCount
            && (vwap.isEmpty || vwap.count == cumulative.count)
    }

    /// Appends a row; `volumes` must have `slotCount` elements, and `prices` as many or none.
    package mutating func append(
        _ symbol: Symbol,
        _ volumes: some Collection<Int64>,
        vwap prices: some Collection<Float> = EmptyCollection()
    ) {
        precondition(volumes.count == slotCount, "Invariant: a row has slotCount volumes")
        precondition(prices.isEmpty || prices.count == slotCount, "Invariant: a row has slotCount prices, or none")
        symbols.append(symbol)
        cumulative.append(contentsOf: volumes)
        guard !prices.isEmpty || !vwap.isEmpty else { return }
        // Rows before this one, or this one, may have none.
        let missing = cumulative.count - vwap.count - prices.count
        vwap.append(contentsOf: repeatElement(.nan, count: missing))
        vwap.append(contentsOf: prices)
    }
}

/// Where a stored day's slots came from.
package enum SlotSource: String, Hashable, Sendable {
    /// Collected live from snapshots.
    case live
    /// The vendor's aggregates over REST.
    case aggregates
    /// The vendor's flat files.
    case flatFile = "flat-file"
    /// The market simulator.
    case simulator
    /// Several of these: live collection with its gaps filled from aggregates.
    case mixed
}

/// What the stored daily bars of many symbols say; parallel columns.
///
/// A day without stored daily bars is taken from that day's complete slots (volume only). All in shares and dollars of the
/// trading day: volumes before a split are multiplied by its factor, prices divided.
package struct DailyFacts: Hashable, Sendable {
    /// Symbols with at least one day.
    package var symbols: [Symbol] = []
    /// Mean volume over the symbol's last 5, 10 and 30 days with a bar (fewer when there are fewer), shares.
    package var averageVolume5: [Double] = []
    /// See ``averageVolume5``.
    package var averageVolume10: [Double] = []
    /// See ``averageVolume5``.
    package var averageVolume30: [Double] = []
    /// Days behind the averages, 1…30.
    package var averageDays: [UInt8] = []
    /// Wilder's average true range over 14 days, USD; NaN with fewer than 15 bars.
    package var atr14: [Double] = []
    /// High of the last trading day before the request's, USD; NaN when the symbol has no bar of it.
    package var previousHigh: [Double] = []
    /// Low of that day, USD.
    package var previousLow: [Double] = []
    /// Close of that day, USD.
    package var previousClose: [Double] = []
    /// Volume of that day, shares.
    package var previousVolume: [Double] = []

    /// None.
    package init() {}
}

/// One daily bar.
package struct DailyBar: Hashable, Sendable {
    /// Whose bar.
    package var symbol: Symbol
    /// USD, regular session.
    package var open: Double
    /// USD.
    package var high: Double
    /// USD.
    package var low: Double
    /// USD.
    package var close: Double
    /// Shares, extended hours included.
    package var volume: Double
    /// USD; NaN when the vendor left it out.
    package var vwap: Double
    /// Trades; nil when the vendor left it out.
    package var trades: Int?

    /// A bar.
    package init(
        symbol: Symbol,
        open: Double,
        high: Double,
        low: Double,
        close: Double,
        volume: Double,
        vwap: Double,
        trades: Int?
    ) {
        self.symbol = symbol
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
        self.vwap = vwap
        self.trades = trades
    }
}

/// What is known about a ticker besides its prices.
package struct TickerMetadata: Hashable, Sendable {
    /// Whose facts.
    package var symbol: Symbol
    /// Company or fund name, as the vendor writes it: untrusted text.
    package var name: String
    /// MIC of the listing exchange (`primary_exchange`).
    package var exchange: String?
    /// Vendor type (`CS`, `ETF`, `PFD`, `WARRANT`, …).
    package var type: String?

    /// A ticker's facts.
    package init(symbol: Symbol, name: String, exchange: String?, type: String?) {
        self.symbol = symbol
        self.name = name
        self.exchange = exchange
        self.type = type
    }
}

/// What the engine's shell needs of a store.
///
/// Every call may block and is made off the core's thread.
package protocol EngineStore: Sendable {
    /// Reads and sums what a request names.
    ///
    /// - Throws: ``StoreError``.
    func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad
    /// Writes rows of a day in one transaction, replacing stored rows of the same symbols; a slot that is unknown in
    /// `rows` but stored keeps its stored value, of its volume and of its price. Nothing else of the day is touched.
    ///
    /// - Throws: ``StoreError``.
    func write(_ rows: SlotRows, source: SlotSource) throws
}

/// What keeping trades needs of a store.
///
/// May block; called off the core's thread.
package protocol TickStore: Sendable {
    /// Adds trades in one transaction; one that is stored already is left as it is.
    ///
    /// - Throws: ``StoreError``.
    func write(_ ticks: TickRows) throws
}

/// Why the store could not do what it was asked.
package enum StoreError: Error, Hashable, Sendable {
    /// The file cannot be opened or created.
    case cannotOpen(path: String, reason: String)
    /// Another process holds the write lock for longer than the time-out.
    case locked(path: String)
    /// The file or its file system is read-only.
    case readOnly(path: String)
    /// No space left on the device.
    case full(path: String)
    /// The file is not a database or is damaged.
    case corrupt(path: String, reason: String)
    /// The file was written by a newer version of the program.
    case newerVersion(path: String, unknown: String)
    /// Anything else, with SQLite's words.
    case failed(path: String, reason: String)

    /// What happened, where, and what to do, in one sentence for the trader.
    package var sentence: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "history file \(path) cannot be opened (\(reason)); slots are kept in memory only: check the folder and its permissions"
        case .locked(let path):
            "history file \(path) is locked by another program; slots wait in memory: close the other program"
        case .readOnly(let path):
            "history file \(path) is read-only; slots are kept in memory only: make it writable or choose another with --store"
        case .full(let path):
            "no space left for history file \(path); slots wait in memory: free some disk space"
        case .corrupt(let path, let reason):
            "history file \(path) is damaged (\(reason)) and was left untouched: move it away or restore a copy"
        case .newerVersion(let path, let unknown):
            "history file \(path) was written by a newer tradeul (\(unknown)): update this one, or choose another file with --store"
        case .failed(let path, let reason):
            "history file \(path): \(reason)"
        }
    }

    /// The same for work that ends with the error: nothing is kept in memory, nothing is tried again.
    package var plainSentence: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "history file \(path) cannot be opened (\(reason)): check the folder and its permissions"
        case .locked(let path):
            "history file \(path) is locked by another program: close it, or try again later"
        case .readOnly(let path):
            "history file \(path) is read-only: make it writable or choose another with --store"
        case .full(let path):
            "no space left for history file \(path): free some disk space; what is stored is untouched"
        case .corrupt, .newerVersion, .failed: sentence
        }
    }
}

/// Takes what a feed delivers.
///
/// Thread-safe; never blocks the feed's thread.
package protocol FeedSink: Sendable {
    /// Hands over a decoded snapshot; one not yet taken is replaced. Returns whether one was replaced.
    func deliver(_ batch: SnapshotBatch) -> Bool
    /// Reports the feed's state.
    func report(_ status: FeedStatus)
}
