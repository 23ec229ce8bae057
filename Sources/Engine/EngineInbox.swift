import EngineAPI
import MarketData
import MarketTime

/// What waits for the engine's thread; guarded by the host's mutex.
struct EngineInbox: Sendable {
    /// History answers that may wait; the oldest is dropped beyond, because only the newest request counts.
    static let historyAnswersMax = 4
    /// Rows from aggregates that may wait; the oldest go beyond, and are asked for again because their slots stay unknown.
    static let healedRowsMax = 65_536

    /// Questions that may wait; one more is answered with nothing.
    static let questionsMax = 64

    /// What a look into it has found.
    struct Taken: Sendable {
        var inputs: [EngineInput] = []
        /// How the stream's events stand; goes to the core with the next picture.
        var queue = StreamQueueState()
        /// Something has come by the stream that a picture shows.
        var isShown = false
    }

    var snapshot: SnapshotBatch?
    var feed: FeedStatus?
    var store: StoreState?
    var history: [EngineInput] = []
    var historyChanged = false
    var healed: [SlotRows] = []
    var backfill: BackfillStatus?
    var calendar: ExchangeCalendar?
    var settings: RVOLSettings?
    var query: ScanQuery?
    var looked: LookedAt?
    var watchlist: [Symbol]?
    var scans: ScanBook?
    var symbolLists: [SymbolList]?
    /// The query of the why-log, which may be none.
    var why: WhyQuery??
    /// Whose slots are shown; may be nobody's.
    var slots: SlotQuery??
    /// Whose page is shown; may be nobody's.
    var about: AboutQuery??
    var reference: ReferenceFacts?
    var referenceStatus: ReferenceStatus?
    var daily: DailyIndicators?
    var tradeCounts: TradeCountLoad?
    var questions: [(number: UInt64, query: ScanQuery)] = []
    var conditions: TradeConditions?
    var streamStatus: StreamStatus?
    var stream = StreamInbox()
    /// The table that trades are put together by; stays.
    var table = TradeConditions.builtIn
    /// The calendar last reported, for the same; stays.
    var correctedCalendar: ExchangeCalendar?
    /// The engine's thread has been woken for what is here.
    var isAwaited = false
    var mustStop = false
    /// The store's state as last reported by those who write; stays.
    var reported: StoreState?
    /// The last read of the history failed, and its reason stands in place of `reported`; stays.
    var hasReadFailed = false
    /// A read of the history is under way; stays.
    var isReading = false
    /// The newest request that came meanwhile; stays.
    var nextRead: HistoryRequest?
    /// Daily bars are being read; stays.
    var isReadingDaily = false
    /// The newest request for them that came meanwhile; stays.
    var nextDaily: DailyRequest?
    /// A request for them that failed, and when it is tried again, ns of the clock that never jumps; stays.
    var dailyRetry: DailyRetry?

    /// A read to be tried again.
    struct DailyRetry: Sendable {
        var request: DailyRequest
        var at: Int64
    }

    /// Takes everything: statuses first so that a picture already shows them, then events, then the snapshot.
    mutating func drain() -> Taken {
        var taken = Taken()
        let events = stream.drain()
        if let feed { taken.inputs.append(.feed(feed)) }
        if let store { taken.inputs.append(.store(store)) }
        if let streamStatus { taken.inputs.append(.streamStatus(streamStatus)) }
        if events.hasConflated { taken.inputs.append(.streamQueue(events.state)) }
        if let calendar { taken.inputs.append(.calendar(calendar)) }
        if let conditions { taken.inputs.append(.conditions(conditions)) }
        if let referenceStatus { taken.inputs.append(.referenceStatus(referenceStatus)) }
        taken.inputs.append(contentsOf: history)
        if historyChanged { taken.inputs.append(.historyChanged) }
        if let backfill { taken.inputs.append(.backfill(backfill)) }
        for rows in healed { taken.inputs.append(.healed(rows)) }
        if let reference { taken.inputs.append(.reference(reference)) }
        if let daily { taken.inputs.append(.daily(daily)) }
        if let tradeCounts { taken.inputs.append(.tradeCounts(tradeCounts)) }
        if let settings { taken.inputs.append(.command(.setRVOL(settings))) }
        // What is to be stored and shown of the events is decided before they come.
        if let watchlist { taken.inputs.append(.command(.watchlist(watchlist))) }
        if let looked { taken.inputs.append(.command(.look(looked))) }
        for batch in events.batches { taken.inputs.append(.stream(batch)) }
        if let snapshot { taken.inputs.append(.snapshot(snapshot)) }
        // Lists of symbols first: filters refer to them.
        if let symbolLists { taken.inputs.append(.command(.symbolLists(symbolLists))) }
        if let scans { taken.inputs.append(.command(.scans(scans))) }
        if let why { taken.inputs.append(.command(.why(why))) }
        if let slots { taken.inputs.append(.command(.slots(slots))) }
        if let about { taken.inputs.append(.command(.about(about))) }
        if let query { taken.inputs.append(.command(.query(query))) }
        for question in questions { taken.inputs.append(.ask(question.number, question.query)) }
        taken.queue = events.state
        taken.isShown = !events.batches.isEmpty || streamStatus != nil || events.hasConflated
        self = Self(
            stream: stream,
            table: table,
            correctedCalendar: correctedCalendar,
            mustStop: mustStop,
            reported: reported,
            hasReadFailed: hasReadFailed,
            isReading: isReading,
            nextRead: nextRead,
            isReadingDaily: isReadingDaily,
            nextDaily: nextDaily,
            dailyRetry: dailyRetry
        )
        return taken
    }

    mutating func add(healed rows: SlotRows) {
        guard !rows.symbols.isEmpty else { return }
        healed.append(rows)
        var waiting = healed.map(\.symbols.count).reduce(0, +)
        while waiting > Self.healedRowsMax, healed.count > 1 { waiting -= healed.removeFirst().symbols.count }
    }
}
