import Engine
import EngineAPI
import Feeds
import MarketData
import MarketTime
import Simulator

/// Frames of the thousand busiest tickers of the simulated market, as the vendor would send them, and an engine that
/// follows just those.
struct RecordedStream {
    /// Tickers with trades, quotes and bars of a second.
    static let tickers = 1000
    /// Elements of a frame.
    static let eventsPerFrame = 100
    /// Events to record, at least.
    static let eventsMin = 400_000
    /// Bytes behind each frame that the decoder may read.
    private static let padding = 64

    /// A frame's place among the bytes and the moment its last event was sent.
    struct Frame {
        var bytes: Range<Int>
        var sent: Instant
    }

    /// All frames, each followed by zero bytes.
    let bytes: [UInt8]
    let frames: [Frame]
    /// Elements of all frames.
    let events: Int
    /// Trades among them.
    let trades: Int
    /// What an engine has taken before the first frame.
    private let start: Start

    /// A baseline, a snapshot, a connection, a screen and the merged tape.
    private struct Start {
        var calendar: ExchangeCalendar
        var now: Instant
        var inputs: [EngineInput]
    }

    init(_ pipeline: PipelineBench) throws {
        let snapshot = try PolygonDecoder().snapshot(pipeline.body)
        var status = StreamStatus(state: .live)
        status.epoch = 1
        status.liveSince = pipeline.now
        let begin = Start(
            calendar: pipeline.market.calendar,
            now: pipeline.now,
            inputs: [
                .history(pipeline.history(of: snapshot)), .snapshot(snapshot), .streamStatus(status),
                .command(.query(Self.screen)), .command(.look(LookedAt(tape: Self.mergedTape))),
            ]
        )
        start = begin
        let (_, followed) = Self.engine(begin)
        guard followed.count == Self.tickers else { throw BenchFailure("\(followed.count) tickers are followed") }
        let market = pipeline.market
        let source = StreamSource(market)
        for symbol in followed {
            guard let index = market.index(of: symbol.text) else { throw BenchFailure("\(symbol.text) is unknown") }
            source.setInterest([.trades, .quotes, .seconds], of: index)
        }
        let json = JSONBytes(capacity: 64 << 20)
        var frames: [Frame] = []
        var (events, trades, first, inFrame) = (0, 0, 0, 0)
        func close(at sent: Instant) {
            json.byte(0x5D)
            frames.append(Frame(bytes: first..<json.count, sent: sent))
            for _ in 0..<Self.padding { json.byte(0) }
            inFrame = 0
        }
        var from = pipeline.now
        while events < Self.eventsMin {
            let through = from.adding(nanoseconds: 1_000_000_000)
            guard through.nanoseconds(since: pipeline.now) < 600_000_000_000 else {
                throw BenchFailure("the market is too quiet to measure: \(events) events in ten minutes")
            }
            source.events(after: from, through: through) { sent, event in
                if inFrame == 0 { first = json.count }
                json.byte(inFrame == 0 ? 0x5B : 0x2C)
                json.event(event, of: market)
                inFrame += 1
                events += 1
                if case .trade = event { trades += 1 }
                if inFrame == Self.eventsPerFrame { close(at: sent) }
            }
            from = through
        }
        if inFrame > 0 { close(at: from) }
        bytes = json.array
        self.frames = frames
        self.events = events
        self.trades = trades
    }

    /// Calls `body` with each frame, which is followed by readable zero bytes.
    func forEachFrame(_ body: (UnsafeBufferPointer<UInt8>, Instant) throws -> Void) rethrows {
        try bytes.withUnsafeBufferPointer { all in
            for frame in frames { try body(UnsafeBufferPointer(rebasing: all[frame.bytes]), frame.sent) }
        }
    }

    /// An engine of its own before the first frame.
    func engine() -> EngineCore { Self.engine(start).core }

    /// An engine that looks at the merged tape of the busiest tickers, and who they are.
    private static func engine(_ start: Start) -> (core: EngineCore, followed: [Symbol]) {
        var core = EngineCore(calendar: start.calendar, stream: settings)
        _ = core.step([], now: start.now.adding(seconds: -6))
        var followed: [Symbol] = []
        for case .demand(let demand) in core.step(start.inputs, now: start.now) {
            followed = demand.pairs.compactMap { $0.topic == .trades ? $0.symbol : nil }
        }
        return (core, followed)
    }

    /// As many subscriptions as the tickers need.
    static var settings: StreamSettings {
        var settings = StreamSettings()
        settings.shortListMax = tickers
        settings.pairsMax = 3 * tickers + 1
        settings.storedTicks = .off
        return settings
    }

    /// A 200×60 screen of the most dollars.
    static let screen = ScanQuery(
        sort: [SortKey(.dollarVolume, descending: true)],
        columns: [.last, .changePercent, .gapPercent, .rvol, .slotRVOL, .volume, .dollarVolume, .simpleRVOL],
        rows: 0..<60,
        stripSlots: 48
    )

    /// The tape of all, as high as that screen.
    static let mergedTape = TapeQuery(symbol: nil, rows: 56)
}
