import Dashboard
import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// A dashboard before an engine that is stepped by hand, as the loop of a terminal would drive it.
///
/// What would ask files is left out, except what can be kept in memory: lists and marked tickers.
struct PictureStage {
    /// Answers to answers at one moment; more would be a circle.
    private static let roundsMax = 200

    private(set) var model: DashboardModel
    private var engine: PictureEngine
    private var watched: Set<Symbol> = []
    private var lastSequence: UInt64 = 0
    private var clock: Instant

    /// A dashboard that has just been opened.
    init(_ model: DashboardModel, theme: ThemeSheet, engine: PictureEngine) {
        self.model = model
        self.engine = engine
        clock = engine.now
        carryOut(self.model.handle(.theme(theme)))
        carryOut(self.model.handle(.kept([:])))
        carryOut(self.model.handle(.names(names)))
        carryOut(self.model.start())
    }

    /// Presses a key.
    mutating func press(_ key: Key) {
        carryOut(model.handle(.tick(clock)))
        carryOut(model.handle(.key(key)))
    }

    /// Lets the market go on to a moment.
    ///
    /// - Throws: `DecodeError`.
    mutating func pass(to target: Instant) throws {
        while clock < target {
            let second = Instant(seconds: clock.seconds).adding(seconds: 1)
            let due = max(min(model.nextTick, second), clock.adding(milliseconds: 1))
            clock = min(due, target)
            try engine.advance(to: clock)
            carryOut(model.handle(.tick(clock)))
            carryOut(hear())
        }
    }

    /// Paints the screen; returns the cursor's place.
    mutating func paint(into grid: inout Grid) -> Position? { model.paint(into: &grid) }

    /// Does what the dashboard wants, and what follows from that.
    private mutating func carryOut(_ commands: [Dashboard.DashboardCommand]) {
        var commands = commands
        for _ in 0..<Self.roundsMax {
            var more: [Dashboard.DashboardCommand] = []
            for command in commands {
                switch command {
                case .send(let order): engine.send(order)
                case .save(let list): more += keep(list)
                case .watch(let symbol, let isAdded): more += mark(symbol, isAdded)
                case .study(let symbol): more += model.handle(.studied(engine.history.study(symbol, now: clock)))
                case .pastSlots(let query):
                    let settings = model.state.rvol
                    let slots = engine.history.pastSlots(query, settings: settings, now: clock)
                    more += model.handle(.pastSlots(slots))
                case .theme(let name):
                    if let theme = PictureTheme(named: name) { more += model.handle(.theme(theme.sheet)) }
                default: break
                }
            }
            more += hear()
            guard !more.isEmpty else { return }
            commands = more
        }
    }

    /// Hands over the engine's newest picture.
    private mutating func hear() -> [Dashboard.DashboardCommand] {
        guard let view = engine.view, view.sequence != lastSequence else { return [] }
        lastSequence = view.sequence
        return model.handle(.view(view))
    }

    private mutating func keep(_ list: ScanDefinition) -> [Dashboard.DashboardCommand] {
        var book = engine.book
        book.lists.removeAll { $0.name == list.name }
        book.lists.insert(list, at: 0)
        engine.send(.scans(book))
        return model.handle(.names(names))
    }

    private mutating func mark(_ symbol: Symbol, _ isAdded: Bool) -> [Dashboard.DashboardCommand] {
        if isAdded { watched.insert(symbol) } else { watched.remove(symbol) }
        let symbols = watched.sorted()
        engine.send(.symbolLists([SymbolList(name: Watchlist.usualName, symbols: symbols)]))
        engine.send(.watchlist(symbols))
        return model.handle(.names(names))
    }

    private var names: ScanNames {
        ScanNames(
            book: engine.book,
            symbolLists: watched.isEmpty ? [] : [Watchlist.usualName],
            watched: watched
        )
    }
}
