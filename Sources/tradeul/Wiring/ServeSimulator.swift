import MarketServer
import Simulator

/// Serves a simulated market on loopback until a signal ends it; prints one JSON line when it is ready.
///
/// - Throws: ``Failure`` with status 69 when the port cannot be had.
func serveSimulator(
    _ plan: SimulatorPlan,
    port: Int,
    key: String,
    requestsPerMinute: Int,
    vendorPlan: VendorPlan,
    stream: StreamOptions
) throws {
    var options = MarketServerOptions(port: port, keys: [key], requestsPerMinute: requestsPerMinute)
    options.plan = vendorPlan
    options.stream = stream
    options.realTime = SystemClock()
    // As with the vendor, the secret of the flat files is the key itself.
    options.flatFileAccess = FlatFileAccess(accessKey: flatFileID, secretKey: key)
    let server = MarketServer(plan.market(), clock: plan.clock(), options: options)
    do {
        let bound = try server.start()
        let host = "127.0.0.1:\(bound)"
        let fields = [
            ("rest_url", "http://\(host)"), ("stream_url", "ws://\(host)/stocks"), ("key", key),
            ("flat_files_url", "http://\(host)"),
            ("flat_files_id", flatFileID),
        ]
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

/// The access key id of the simulator's flat files; no secret.
private let flatFileID = "simulator"
