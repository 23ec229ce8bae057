import MarketServer
import Simulator

/// Serves a simulated market on loopback until a signal ends it; prints one JSON line when it is ready.
///
/// - Throws: ``Failure`` with status 69 when the port cannot be had.
func serveSimulator(_ plan: SimulatorPlan, port: Int, key: String) throws {
    let server = MarketServer(
        plan.market(),
        clock: plan.clock(),
        options: MarketServerOptions(port: port, keys: [key])
    )
    do {
        let bound = try server.start()
        let host = "127.0.0.1:\(bound)"
        let fields = [("rest_url", "http://\(host)"), ("stream_url", "ws://\(host)/stocks"), ("key", key)]
        let line = fields.map { "\(JSONText.quoted($0.0)):\(JSONText.quoted($0.1))" }.joined(separator: ",")
        Console.data("{\(line)}")
    } catch {
        // The system's reason is in errno words inside a socket library's error; what a person can do is the same for all.
        throw Failure(
            status: .unreachable,
            sentence: "the simulator cannot serve on 127.0.0.1 port \(port), which is taken or not allowed: "
                + "name another with --port, or none for a free one"
        )
    }
    _ = Termination.wait()
    try? server.stop()  // the process ends anyway
}
