package import MarketTime
import NIOCore
import NIOHTTP1
import NIOPosix
package import Simulator
import Synchronization

/// A simulated market behind a loopback socket that speaks the vendor's REST interface and its stocks WebSocket.
///
/// One event-loop thread; every answer and every frame is made on it, so requests wait for each other and the stream lags
/// by as much as a snapshot takes. Only flat files are made on another one. Listens on 127.0.0.1 only.
package final class MarketServer: Sendable {
    /// The market served.
    package let market: SimulatedMarket

    private let clock: any WallClock
    private let options: MarketServerOptions
    /// The running server: guarded by its lock, set by `start`, cleared by `stop`.
    private let running = Mutex<Running?>(nil)
    /// What goes wrong with the WebSocket, and the port of the last start: guarded by its lock, kept between runs.
    private let kept: Mutex<Kept>

    private struct Running {
        var group: MultiThreadedEventLoopGroup
        var maker: FlatFileMaker
        var shared: NIOLoopBound<ServerState>
        /// Nil while the server does not listen.
        var channel: (any Channel)?
        var port: Int
    }

    private struct Kept {
        var faults: StreamFaultPlan
        var port: Int
    }

    /// A server that is not listening yet; `clock` is the market's clock.
    package init(_ market: SimulatedMarket, clock: any WallClock, options: MarketServerOptions = MarketServerOptions())
    {
        self.market = market
        self.clock = clock
        self.options = options
        kept = Mutex(Kept(faults: options.stream.faults, port: options.port))
    }

    /// Binds the port and starts to serve; returns the port, the same as before when it was started before.
    ///
    /// Blocks for the time of a bind. Throws the system's error if the port is taken, `MarketServerError.isRunning` if it serves already.
    package func start() throws -> Int {
        try running.withLock { running in
            guard running == nil else { throw MarketServerError.isRunning }
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let maker = FlatFileMaker()
            do {
                let shared = try makeState(on: group, maker)
                let (channel, port) = try bind(on: group, shared, port: kept.withLock { $0.port })
                running = Running(group: group, maker: maker, shared: shared, channel: channel, port: port)
                kept.withLock { $0.port = port }
                return port
            } catch {
                try? maker.stop()  // Nothing is being made.
                try? group.syncShutdownGracefully()  // The bind's error is the one that tells something.
                throw error
            }
        }
    }

    /// Stops listening and closes every connection at once; does nothing if not running.
    ///
    /// Bounded: connections are cut, not drained, so it takes no longer than the answer being made.
    package func stop() throws {
        let stopped = running.withLock { running in
            let old = running
            running = nil
            return old
        }
        try stopped?.maker.stop()
        try stopped?.group.syncShutdownGracefully()
    }

    /// `http://127.0.0.1:PORT`; nil while not running.
    package var restURL: String? { running.withLock { $0.map { "http://127.0.0.1:\($0.port)" } } }

    /// `ws://127.0.0.1:PORT/stocks`; nil while not running.
    package var streamURL: String? { running.withLock { $0.map { "ws://127.0.0.1:\($0.port)/stocks" } } }

    /// Stops or resumes listening; connections that stand stay.
    ///
    /// While it does not listen, whoever connects is refused by the system. Does nothing if not running. Throws the
    /// system's error if the port cannot be had again.
    package func setListening(_ isListening: Bool) throws {
        try running.withLock { running in
            guard let current = running, isListening != (current.channel != nil) else { return }
            if isListening {
                running?.channel = try bind(on: current.group, current.shared, port: current.port).0
            } else {
                try current.channel?.close().wait()
                running?.channel = nil
            }
        }
    }

    /// Does something with the WebSockets on their event loop and waits for it; nil while not running.
    func withStreams<Result: Sendable>(_ body: @escaping @Sendable (StreamHub) -> Result) throws -> Result? {
        guard let (group, shared) = running.withLock({ $0.map { ($0.group, $0.shared) } }) else { return nil }
        return try group.next().submit { body(shared.value.streams) }.wait()
    }

    /// Remembers what goes wrong with the WebSocket for the next start.
    func keep(_ plan: StreamFaultPlan) { kept.withLock { $0.faults = plan } }

    private func makeState(
        on group: MultiThreadedEventLoopGroup,
        _ maker: FlatFileMaker
    ) throws -> NIOLoopBound<ServerState> {
        let loop = group.next()
        let market = market
        let clock = clock
        let options = options
        let faults = kept.withLock { $0.faults }
        return try loop.submit {
            let service = MarketService(market, keys: options.keys, plan: options.plan)
            let files = FlatFileDesk(market, options: options, maker: maker, loop: loop)
            let hub = StreamHub(market, clock: clock, options: options, faults: faults, loop: loop)
            let state = ServerState(service, flatFiles: files, streams: hub, options: options)
            return NIOLoopBound(state, eventLoop: loop)
        }.wait()
    }

    private func bind(
        on group: MultiThreadedEventLoopGroup,
        _ shared: NIOLoopBound<ServerState>,
        port: Int
    ) throws -> (any Channel, Int) {
        let clock = clock
        let options = options
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.configure(channel, shared.value, clock: clock, options: options)
                }
            }
        let channel = try bootstrap.bind(host: "127.0.0.1", port: port).wait()
        guard let port = channel.localAddress?.port else { throw MarketServerError.noPort }
        try group.next().submit { shared.value.service.origin = "http://127.0.0.1:\(port)" }.wait()
        return (channel, port)
    }

    /// Puts together the handlers of a connection: HTTP, upgrade, idle limit, answers.
    private static func configure(
        _ channel: any Channel,
        _ state: ServerState,
        clock: any WallClock,
        options: MarketServerOptions
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        let gate = WireGate()
        let idle = IdleStateHandler(allTimeout: .seconds(90))
        let answers = ConnectionHandler(state: state, clock: clock, options: options)
        let upgrader = StreamDoor.upgrader(hub: state.streams, gate: gate, on: channel.eventLoop)
        let http = NIOLoopBound((idle, answers), eventLoop: channel.eventLoop)
        try pipeline.addHandler(gate)
        try pipeline.configureHTTPServerPipeline(
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    let pipeline = context.pipeline.syncOperations
                    pipeline.removeHandler(http.value.0, promise: nil)
                    pipeline.removeHandler(http.value.1, promise: nil)
                }
            )
        )
        try pipeline.addHandler(idle)
        try pipeline.addHandler(answers)
    }
}

/// Why a market server did not start.
package enum MarketServerError: Error, Hashable, CustomStringConvertible {
    /// `start` was called twice.
    case isRunning
    /// The system named no port for the socket.
    case noPort

    /// A sentence for the person who started it.
    package var description: String {
        switch self {
        case .isRunning: "The market server is already running; stop it before starting it again."
        case .noPort: "The market server's socket has no port; try another one with --port."
        }
    }
}

/// What the connections of a server share; used on its event loop only.
final class ServerState {
    let service: MarketService
    let options: MarketServerOptions
    let flatFiles: FlatFileDesk
    let streams: StreamHub
    let gzip = Gzip()
    /// Open connections.
    var connections = 0
    private var limiter: RequestLimiter
    private var fmpLimiter: RequestLimiter
    /// Requests each fault rule has counted.
    private var counted: [Int]

    init(_ service: MarketService, flatFiles: FlatFileDesk, streams: StreamHub, options: MarketServerOptions) {
        self.service = service
        self.flatFiles = flatFiles
        self.streams = streams
        self.options = options
        limiter = RequestLimiter(limit: options.requestsPerMinute)
        fmpLimiter = RequestLimiter(limit: options.fmpRequestsPerMinute)
        counted = [Int](repeating: 0, count: options.faults.rules.count)
    }

    /// Seconds until a request's key may ask again; nil if it may now.
    func secondsToWait(_ request: MarketRequest) -> Int? {
        let isForFMP = request.isForFMP
        guard options.requestsPerMinute > 0 || options.fmpRequestsPerMinute > 0,
            let key = isForFMP ? request.fmpKey : request.key
        else { return nil }
        // The event loop's clock is monotonic: whoever sets no real time is not bothered by a clock that is set.
        let monotonic = Instant(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
        let now = options.realTime?.now() ?? monotonic
        return isForFMP ? fmpLimiter.secondsToWait(key: key, at: now) : limiter.secondsToWait(key: key, at: now)
    }

    /// The trouble that befalls the next request to a path; every rule that knows the path counts it.
    func fault(for path: String) -> FaultKind? {
        var found: FaultKind?
        for (index, rule) in options.faults.rules.enumerated() where rule.path.isEmpty || path.contains(rule.path) {
            if found == nil, rule.strikes(request: counted[index]) { found = rule.kind }
            counted[index] += 1
        }
        return found
    }
}
