import EngineAPI
import FilterLanguage
import Gateway
import MarketData
import MarketTime
import Network

/// Asks whoever can answer a scan: a running engine, or the vendor for one snapshot.
final class ScanAsker {
    private let startup: Startup
    private let wish: ScanWish
    private let query: ScanQuery
    private let sockets: EngineSockets
    private let shelf: ScanShelf
    private var desk: ScanDesk?

    /// Checks the wish.
    ///
    /// - Throws: ``Failure`` with status 64 for a filter that cannot be meant or a list that is not there.
    init(_ startup: Startup, _ wish: ScanWish) throws {
        self.startup = startup
        self.wish = wish
        shelf = ScanShelf.read(startup.paths.scansFile)
        sockets = EngineSockets(folder: startup.paths.runtimeFolder)
        let shelf = shelf
        let definition = try wish.list.map { try shelf.list(named: $0) }
        let watchlists = WatchlistFolder(path: startup.paths.watchlistsFolder).read().lists
        let scope = FilterScope(
            presets: shelf.book.presets,
            lists: Set(shelf.book.lists.map(\.name)).union(watchlists.map(\.name))
        )
        var program: FilterProgram?
        if let text = wish.filter {
            let compilation = FilterCompiler.compile(text, in: scope)
            for line in FilterReport.lines(compilation, text: text) { Console.error(line) }
            guard compilation.problem == nil else {
                throw Failure(status: .usage, sentence: "the filter cannot be worked out")
            }
            program = compilation.program
            if let note = Self.note(compilation.program) { Console.error(note) }
        }
        query = wish.query(program, definition: definition)
    }

    /// The rows now.
    ///
    /// - Throws: ``Failure``.
    func answer() throws -> ScanTable {
        if desk == nil {
            let engines = startup.engines
            if let found = try sockets.ask(GatewayScanRequest(query), engines) {
                return try ScanTable(found.answer, source: found.engine.words)
            }
            guard startup.keys.vendor != nil || startup.keys.isRefused else {
                throw Failure(
                    status: .unreachable,
                    sentence: "no engine runs on this machine and there is no key for the live market: "
                        + "run tradeul demo in another terminal, or set "
                        + KeyLoader.vendorVariables.joined(separator: " or ")
                )
            }
            desk = try makeDesk()
        }
        guard let desk else { throw Failure(status: .unreachable, sentence: "there is nobody to ask") }
        return try desk.answer(query)
    }

    /// What must be said of a filter that looks back: an answer is of one moment.
    static func note(_ program: FilterProgram?) -> String? {
        guard let program, program.isStateful else { return nil }
        return "note: for, crosses and exit begin anew with each question, so that for and crosses never match here; "
            + "make the filter a list in scans.toml and ask for that with --list"
    }

    private func makeDesk() throws -> ScanDesk {
        let clock = CorrectedClock(base: SystemClock())
        let access = try HistoryAccess(startup, creates: true)
        return ScanDesk(
            access,
            source: try access.source(clock: clock),
            clock: clock,
            book: shelf.book,
            symbolLists: WatchlistFolder(path: startup.paths.watchlistsFolder).read().lists.map(\.symbolList)
        )
    }
}

extension Startup {
    /// The engines that may answer: with an address of its own named, none but the vendor behind it is meant.
    var engines: [EngineSockets.Engine] {
        loaded.origin("feed.rest_url") == .commandLine ? [] : EngineSockets.Engine.allCases
    }
}
