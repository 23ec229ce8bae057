import Dashboard
import Engine
import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Simulator
import TerminalGrid

/// A dashboard on an engine that is stepped by hand, with the stream of what it looks at: every part of the screen has
/// something to show.
struct ScreenRig {
    /// The dashboard.
    var model: DashboardModel
    /// The newest picture.
    private(set) var view: EngineView
    /// The moment of the newest picture.
    private(set) var now: Instant
    private var core: EngineCore
    private let source: StreamSource
    private var stream = StreamStatus(state: .live)
    private var grid: Grid
    private var shown: Grid
    private var diff = GridDiff()

    /// A settled screen with its heatmap and, if asked for, its tape, after a minute of trading.
    init(_ pipeline: PipelineBench, size: Size, showsTape: Bool) throws {
        core = EngineCore(calendar: pipeline.market.calendar)
        source = StreamSource(pipeline.market)
        now = pipeline.now
        let snapshot = try PolygonDecoder().snapshot(pipeline.body)
        _ = core.step([], now: now)
        stream.epoch = 1
        stream.liveSince = now
        var first: EngineView?
        let inputs: [EngineInput] = [
            .history(pipeline.history(of: snapshot)), .snapshot(snapshot), .streamStatus(stream), .show,
        ]
        for case .publish(let view) in core.step(inputs, now: now) { first = view }
        guard let first else { throw BenchFailure("the engine shows nothing") }
        view = first
        var settings = DashboardSettings()
        settings.showsTape = showsTape
        model = DashboardModel(settings: settings, size: size, now: now, colorDepth: .palette256)
        grid = Grid(size: size, glyphs: .unicode)
        shown = grid
        carryOut(model.start())
        try advance(seconds: 60)
    }

    /// Presses keys, and lets what they ask for come.
    mutating func press(_ keys: [Key]) throws {
        for key in keys { carryOut(model.handle(.key(key))) }
        try advance(seconds: 2)
    }

    /// Lets the market go on.
    mutating func advance(seconds: Int) throws {
        let decoder = StreamDecoder()
        for _ in 0..<seconds {
            let next = now.adding(seconds: 1)
            let json = JSONBytes(capacity: 1 << 20)
            json.byte(0x5B)
            source.events(after: now, through: next) { _, event in
                if json.count > 1 { json.byte(0x2C) }
                json.event(event, of: source.market)
            }
            json.byte(0x5D)
            now = next
            var batch = StreamBatch()
            batch.receivedAt = next
            var notices: [StreamNotice] = []
            if json.count > 2 {
                let bytes = json.array + [UInt8](repeating: 0, count: ResponseBody.padding)
                bytes.withUnsafeBufferPointer { all in
                    decoder.decode(UnsafeBufferPointer(rebasing: all[..<json.count]), into: &batch, notices: &notices)
                }
            }
            stream.lastFrameAt = now
            step([.stream(batch), .streamStatus(stream), .show])
            carryOut(model.handle(.tick(now)))
        }
    }

    /// Paints the screen and finds what has changed; returns how many cells.
    mutating func frame() -> Int {
        _ = model.paint(into: &grid)
        diff.compare(shown, grid)
        return diff.cellCount
    }

    private mutating func carryOut(_ commands: [DashboardCommand]) {
        for case .send(let command) in commands { step([.command(command)]) }
    }

    private mutating func step(_ inputs: [EngineInput]) {
        var newest: EngineView?
        for output in core.step(inputs, now: now) {
            switch output {
            case .publish(let view): newest = view
            case .demand(let demand): follow(demand)
            default: break
            }
        }
        guard let newest else { return }
        view = newest
        carryOut(model.handle(.view(newest)))
    }

    private func follow(_ demand: StreamDemand) {
        var wanted: [Int: StreamInterest] = [:]
        for pair in demand.pairs {
            guard let symbol = pair.symbol, let index = source.market.index(of: symbol.text) else { continue }
            wanted[index, default: []].formUnion(pair.topic == .quotes ? .quotes : .trades)
        }
        for index in source.market.listings.indices { source.setInterest(wanted[index] ?? [], of: index) }
    }
}
