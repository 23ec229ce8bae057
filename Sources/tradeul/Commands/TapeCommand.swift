import ArgumentParser
import EngineAPI
import Glibc
import MarketData
import MarketTime
import Network

/// `tradeul tape`: trades as they happen, line by line.
struct TapeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tape",
        abstract: "Prints the trades of symbols as they happen, each with its side against the quote of its time.",
        discussion: """
            Sides: > above the offer, A at it, M between, B at the bid, < below it, blank without a quote.
            Marks: o odd lot, d off exchange, a auction, s sweep, x sets no last price, e extended hours, * block,
            H and L a new high or low since the start. Runs until INT or TERM, or as long as --count or --for say.
            The vendor allows one stream per account: a running dashboard and this command evict each other.

            EXAMPLES:
              tradeul tape AAPL TSLA
              tradeul tape GME --min-size 5000 --side ask,above-ask
              tradeul tape NVDA --json --for 60 > nvda.ndjson

            \(ExitStatus.helpText)
            """
    )

    @Argument(help: ArgumentHelp("Symbols as the vendor writes them, case-sensitive: AAPL BRK.B", valueName: "symbol"))
    var symbols: [String]

    @Option(help: ArgumentHelp("Smallest size of a line, shares.", valueName: "shares"))
    var minSize = 0.0

    @Option(help: ArgumentHelp("Smallest price × size of a line, USD.", valueName: "dollars"))
    var minNotional = 0.0

    @Option(
        help: ArgumentHelp("Sides, with commas: above-ask, ask, between, bid, below-bid, unknown.", valueName: "sides")
    )
    var side: String?

    @Option(
        help: ArgumentHelp(
            "Venues by letter, with commas: N NYSE, T Nasdaq, P Arca, D off exchange.",
            valueName: "letters"
        )
    )
    var venue: String?

    @Flag(help: "Put trades of one price and side within 100 ms into one line.")
    var aggregate = false

    @Option(help: ArgumentHelp("End after so many lines.", valueName: "lines"))
    var count: Int?

    @Option(name: .customLong("for"), help: ArgumentHelp("End after so many seconds.", valueName: "seconds"))
    var seconds: Int?

    @Flag(help: "Print one JSON object per line.")
    var json = false

    @OptionGroup(title: "Feed") var feed: FeedOptions

    func validate() throws {
        let wanted = try SymbolArguments.read(symbols)
        guard wanted.count <= TapeDesk.symbolsMax else {
            throw ValidationError("more than \(TapeDesk.symbolsMax) symbols")
        }
        guard minSize.isFinite, minSize >= 0, minNotional.isFinite, minNotional >= 0 else {
            throw ValidationError("--min-size and --min-notional: allowed 0 and more")
        }
        guard (count ?? 1) > 0, (seconds ?? 1) > 0 else {
            throw ValidationError("--count and --for: allowed 1 and more")
        }
        _ = try filter()
        _ = try feed.overrides()
    }

    func run() throws {
        Termination.hold()
        let startup = Startup.read(overrides: try feed.overrides())
        let key = try startup.requireVendorKey()
        try startup.requireSafeStreamAddress()
        var desk = TapeDesk(
            symbols: try SymbolArguments.read(symbols),
            filter: try filter(),
            aggregates: aggregate,
            isJSON: json
        )
        let url = startup.streamURL
        try desk.run(
            startup.streamConfiguration(url: url, key: key.secret, keyHint: key.origin),
            hasQuotes: startup.streamSettings.hasQuotes,
            isSimulated: HTTPRequest(url: "http" + url.dropFirst(2)).isForThisMachine,
            linesMax: count,
            secondsMax: seconds
        )
    }

    /// What the options let through.
    func filter() throws -> TapeFilter {
        var filter = TapeFilter()
        filter.minSize = minSize
        filter.minNotional = minNotional
        if let side {
            filter.sides = try Self.words(side, "--side") { word in TradeSide.allCases.first { $0.word == word } }
        }
        if let venue {
            filter.exchanges = try Self.words(venue, "--venue") { word in
                word.count == 1 ? word.first.flatMap { Venue.of(letter: $0)?.id } : nil
            }
        }
        return filter
    }

    private static func words<Value: Hashable>(
        _ text: String,
        _ option: String,
        _ read: (String) -> Value?
    ) throws -> Set<Value> {
        var found: Set<Value> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: true) {
            guard let value = read(String(word)) else {
                throw ValidationError(
                    "\(option) \(Console.printable(String(word.prefix(20)))): see tradeul tape --help"
                )
            }
            found.insert(value)
        }
        guard !found.isEmpty else { throw ValidationError("\(option): nothing is named") }
        return found
    }
}
