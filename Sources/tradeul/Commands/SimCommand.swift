import ArgumentParser
import MarketServer
import Simulator

/// `tradeul sim`: the simulated market as a server.
struct SimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim",
        abstract: "Serves the simulated market on loopback, in the vendor's protocol.",
        discussion: """
            Prints one JSON line with its addresses and its key when it is ready, and runs until INT or TERM.
            Flat files are served too, as from the vendor's S3 endpoint: their id is printed, their secret is the key.
            The simulator's key is no secret: it opens nothing but this simulator, so it may stand on a command line.

            EXAMPLES:
              tradeul sim --port 8080 --speed 10
              POLYGON_API_KEY=simulator tradeul --rest-url http://127.0.0.1:8080
              tradeul sim --port 8080 --plan free --requests-per-minute 5
              tradeul sim --port 8080 --stream-fault stall@30s+20s --stream-fault 'close:1011@90s'

            \(ExitStatus.helpText)
            """
    )

    @OptionGroup(title: "Market") var market: SimulatorOptions

    @Option(help: ArgumentHelp("TCP port on 127.0.0.1; 0 takes a free one.", valueName: "number"))
    var port = 0

    @Option(help: ArgumentHelp("The key that clients must send; no secret.", valueName: "text"))
    var key = "simulator"

    @Option(help: ArgumentHelp("Requests a minute before 429, as a plan would; 0 for no limit.", valueName: "number"))
    var requestsPerMinute = 0

    @Option(
        help: ArgumentHelp(
            "advanced; delayed: 15 minutes late, no quotes; free: no stream, no snapshots, nothing of today.",
            valueName: "name"
        )
    )
    var plan = "advanced"

    @Option(help: ArgumentHelp("Streams an account may have at once, 1 to 64.", valueName: "number"))
    var streams = 1

    @Option(help: ArgumentHelp("Which stream ends when there are more: older or newer.", valueName: "which"))
    var evict = "older"

    @Option(
        name: .customLong("stream-fault"),
        help: ArgumentHelp(
            "Trouble with the stream, may be given again. \(StreamFaultRule.spelling)",
            valueName: "rule"
        )
    )
    var streamFaults: [String] = []

    @Option(
        help: ArgumentHelp(
            "Made-up events in place of the market's, so many a second (0: flat out) over so many tickers: 30000:1000.",
            valueName: "events:tickers"
        )
    )
    var streamLoad: String?

    func validate() throws {
        guard (0...1_000_000).contains(requestsPerMinute) else {
            throw ValidationError("--requests-per-minute \(requestsPerMinute): allowed 0 to 1000000")
        }
        guard Self.plans[plan] != nil else {
            throw ValidationError(
                "--plan \(Console.printable(String(plan.prefix(40)))): allowed advanced, delayed, free"
            )
        }
        _ = try streamOptions()
        guard (0...65_535).contains(port) else { throw ValidationError("--port \(port): allowed 0 to 65535") }
        guard !key.isEmpty, key.utf8.count <= 200, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ValidationError("--key: allowed 1 to 200 printable ASCII characters without spaces")
        }
    }

    func run() throws {
        Termination.hold()
        try serveSimulator(
            try market.plan(),
            port: port,
            key: key,
            requestsPerMinute: requestsPerMinute,
            vendorPlan: Self.plans[plan] ?? .advanced,
            stream: try streamOptions()
        )
    }

    private static let plans: [String: VendorPlan] = ["advanced": .advanced, "delayed": .delayed, "free": .free]

    /// What the options say of the stream.
    func streamOptions() throws -> StreamOptions {
        var options = StreamOptions()
        guard (1...64).contains(streams) else { throw ValidationError("--streams \(streams): allowed 1 to 64") }
        options.connectionsMax = streams
        guard let eviction = StreamOptions.Eviction(rawValue: evict) else {
            throw ValidationError("--evict \(Console.printable(String(evict.prefix(40)))): allowed older, newer")
        }
        options.eviction = eviction
        do {
            options.faults = StreamFaultPlan(try streamFaults.map { try StreamFaultRule.parse($0) })
        } catch let error as StreamFaultError {
            throw ValidationError("--stream-fault: \(Console.printable(error.description))")
        }
        if let streamLoad {
            let numbers = streamLoad.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
            guard (1...2).contains(numbers.count), (0...10_000_000).contains(numbers[0]),
                (1...50_000).contains(numbers.count == 2 ? numbers[1] : 1000)
            else {
                let shown = Console.printable(String(streamLoad.prefix(40)))
                throw ValidationError("--stream-load \(shown): not events a second and tickers such as 30000:1000")
            }
            options.load = StreamLoad(eventsPerSecond: numbers[0], tickers: numbers.count == 2 ? numbers[1] : 1000)
        }
        return options
    }
}
