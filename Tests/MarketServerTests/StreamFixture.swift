import Glibc
import MarketServer
import MarketTime
import Simulator
import Synchronization
import Testing

/// A clock under the test's control.
final class StreamClock: WallClock {
    private let time: Mutex<Instant>
    init(_ instant: Instant) { time = Mutex(instant) }
    func now() -> Instant { time.withLock { $0 } }
    func set(_ instant: Instant) { time.withLock { $0 = instant } }
}

/// A server with a WebSocket on a free port.
struct StreamServer {
    let server: MarketServer
    let port: Int
    let clock: StreamClock

    var market: SimulatedMarket { server.market }

    /// Runs a body against a server and stops it afterwards.
    static func run(
        plan: VendorPlan = .advanced,
        faults: [StreamFaultRule] = [],
        load: StreamLoad? = nil,
        tickers: Int = 60,
        at now: Instant = moment(opening, 10, 30, 15),
        _ change: (inout StreamOptions) -> Void = { _ in },
        _ body: (StreamServer) throws -> Void
    ) throws {
        var options = MarketServerOptions(keys: ["good", "second"], plan: plan)
        options.stream.tickMs = 5
        options.stream.faults = StreamFaultPlan(faults)
        options.stream.load = load
        change(&options.stream)
        let clock = StreamClock(now)
        let market = SimulatedMarket(seed: 7, tickerCount: tickers, openingDay: opening)
        let server = MarketServer(market, clock: clock, options: options)
        let port = try server.start()
        defer { #expect(throws: Never.self) { try server.stop() } }
        try body(StreamServer(server: server, port: port, clock: clock))
    }

    /// Waits until the server's view of its connections is as wanted.
    func eventually(_ condition: ([StreamConnection]) -> Bool) throws -> Bool {
        for _ in 0..<2_000 {
            if condition(try server.streamConnections()) { return true }
            pause(milliseconds: 2)
        }
        return false
    }
}

/// Lets the server's thread go on; never the reason why a test passes.
func pause(milliseconds: Int) {
    var nothing = pollfd()
    poll(&nothing, 0, Int32(milliseconds))
}
