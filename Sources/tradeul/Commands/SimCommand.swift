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

    @Option(help: ArgumentHelp("advanced, or free: no snapshots, nothing of today, two years back.", valueName: "name"))
    var plan = "advanced"

    func validate() throws {
        guard (0...1_000_000).contains(requestsPerMinute) else {
            throw ValidationError("--requests-per-minute \(requestsPerMinute): allowed 0 to 1000000")
        }
        guard ["advanced", "free"].contains(plan) else {
            throw ValidationError("--plan \(Console.printable(String(plan.prefix(40)))): allowed advanced, free")
        }
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
            isFreePlan: plan == "free"
        )
    }
}
