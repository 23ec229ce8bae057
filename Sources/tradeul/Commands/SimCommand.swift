import ArgumentParser
import MarketServer
import Simulator

/// `tradeul sim`: the simulated market as a server.
struct SimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim",
        abstract: "Serves the simulated market on loopback, in the vendor's protocol.",
        discussion: """
            Prints one JSON line with rest_url, stream_url and key when it is ready, and runs until INT or TERM.
            The simulator's key is no secret: it opens nothing but this simulator, so it may stand on a command line.

            EXAMPLES:
              tradeul sim --port 8080 --speed 10
              POLYGON_API_KEY=simulator tradeul --rest-url http://127.0.0.1:8080

            \(ExitStatus.helpText)
            """
    )

    @OptionGroup(title: "Market") var market: SimulatorOptions

    @Option(help: ArgumentHelp("TCP port on 127.0.0.1; 0 takes a free one.", valueName: "number"))
    var port = 0

    @Option(help: ArgumentHelp("The key that clients must send; no secret.", valueName: "text"))
    var key = "simulator"

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port \(port): allowed 0 to 65535") }
        guard !key.isEmpty, key.utf8.count <= 200, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ValidationError("--key: allowed 1 to 200 printable ASCII characters without spaces")
        }
    }

    func run() throws {
        Termination.hold()
        try serveSimulator(try market.plan(), port: port, key: key)
    }
}
