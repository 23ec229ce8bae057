import EngineAPI
import MarketData
import MarketTime

/// Where the sessions of a trading day lie, for events by their own time.
struct StreamDay: Hashable, Sendable {
    /// 04:00 ET, ns.
    var start: Int64 = 0
    /// Begin of the regular session, ns.
    var open = Int64.max
    /// Its end, ns.
    var close = Int64.max

    init() {}

    init(_ day: MarketDay, start: Int64) {
        self.start = start
        open = start + Int64(day.openSecond - Slot.dayStartSecond) * 1_000_000_000
        close = start + Int64(day.closeSecond - Slot.dayStartSecond) * 1_000_000_000
    }

    /// The trading day that is current at a moment.
    init(at now: Instant, _ calendar: ExchangeCalendar) {
        let day = calendar.state(at: now).tradingDay
        self.init(
            calendar.day(day),
            start: NewYork.instant(day, secondOfDay: Slot.dayStartSecond).nanoseconds
        )
    }

    /// Times of events that may be of this day, as seen at a moment.
    func plausible(at now: Instant) -> ClosedRange<Int64> {
        let latest = min(
            now.adding(nanoseconds: EngineCore.dataTimeTolerance).nanoseconds,
            start + EngineCore.dayLength - 1
        )
        return start...max(latest, start)
    }

    /// 0 before the regular session, 1 in it, 2 after it.
    @inline(__always)
    func session(at time: Int64) -> UInt8 { time < open ? 0 : time < close ? 1 : 2 }

    /// Seconds since 04:00 ET, rounded down, and up to the next whole one with `roundedUp`.
    @inline(__always)
    func second(of time: Int64, roundedUp: Bool = false) -> Int32 {
        let elapsed = max(time - start, 0)
        return Int32(clamping: (elapsed + (roundedUp ? 999_999_999 : 0)) / 1_000_000_000)
    }
}

/// What the stream has brought about so far, besides columns and rows.
struct StreamLife: Sendable {
    var settings: StreamSettings
    var status = StreamStatus(state: .off(sentence: ""))
    var flow = StreamFlow()
    var day = StreamDay()
    /// The newest end of a trade or bar by the exchange's clock, not beyond ours, ns; 0 before the first of the day.
    var watermark: Int64 = 0
    /// When that was, by our clock, ns.
    var watermarkAt: Int64 = 0
    /// The newest end of a bar, as ``watermark``.
    var barsUpTo: Int64 = 0
    /// Which session the columns `sessionHigh` and `sessionLow` are of, see ``StreamDay/session(at:)``.
    var session: UInt8 = 0
    /// Something that a picture shows has changed since the last one.
    var isDirty = false
    /// Since when the present connection lasts, ns of market time; nil while there is none.
    var connectedSince: Int64?
    /// Rows whose ticks have a gap that no snapshot has filled yet.
    var gapRows: [Int32] = []
    var memory = TradeMemory()
    /// Of the queue's counts, those that stand in `flow` already.
    var queue = StreamQueueState()
    /// Stands in ``rowOf`` for a symbol that has no row yet.
    static let newRow: Int32 = -2
    /// Symbols of the batch being applied.
    var symbols: [Symbol] = []
    /// Their rows; -1 where there is no room for one.
    ///
    /// Kept for its memory.
    var rowOf: [Int32] = []

    init(settings: StreamSettings) { self.settings = settings }
}
