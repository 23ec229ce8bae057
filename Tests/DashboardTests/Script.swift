import Dashboard
import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import Testing

/// A dashboard and a fake engine, driven by a script of key presses as a trader's session would be.
struct Script {
    var model: DashboardModel
    var market: FakeMarket
    /// Commands other than those for the engine, in order.
    var commands: [DashboardCommand] = []
    /// Tickers whose past was looked up, in order.
    var studies: [Symbol] = []
    /// Whether the engine answers each command at once.
    var answersAtOnce = true

    init(
        _ columns: Int = 120,
        _ rows: Int = 36,
        market: FakeMarket = FakeMarket(),
        settings: DashboardSettings = DashboardSettings(),
        depth: ColorDepth = .palette256
    ) {
        self.market = market
        let size = Size(columns: columns, rows: rows)
        model = DashboardModel(settings: settings, size: size, now: market.now, colorDepth: depth)
        carryOut(model.start())
    }

    var state: DashboardState { model.state }
    var selected: String? {
        guard let rows = state.rows, rows.rows.contains(state.selection.rank) else { return nil }
        return rows.symbols[state.selection.rank - rows.rows.lowerBound].text
    }

    mutating func carryOut(_ new: [DashboardCommand]) {
        var isAsked = false
        for command in new {
            if case .send(let order) = command {
                market.take([order])
                // Being told what is looked at, the engine answers only with a tape.
                if case .look(let look) = order, look.tape == nil, look.secondTape == nil { continue }
                isAsked = true
            } else if case .study(let symbol) = command {
                studies.append(symbol)
                if answersAtOnce { handle(.studied(FakePage.study(symbol, now: market.now))) }
            } else {
                commands.append(command)
            }
        }
        if isAsked, answersAtOnce { deliver() }
    }

    /// The engine publishes a picture.
    mutating func deliver() { carryOut(model.handle(.view(market.view()))) }

    /// Presses keys: single characters, `^d`, or names such as `esc`.
    mutating func press(_ keys: String...) {
        for key in keys { carryOut(model.handle(.key(Self.key(key)))) }
    }

    /// Types a word, key by key.
    mutating func type(_ text: String) {
        for scalar in text.unicodeScalars { carryOut(model.handle(.key(.character(scalar)))) }
    }

    /// Lets market time pass, second by second.
    mutating func wait(_ seconds: Int64) {
        for _ in 0..<seconds {
            market.now = market.now.adding(seconds: 1)
            carryOut(model.handle(.tick(market.now)))
        }
    }

    mutating func handle(_ event: DashboardEvent) { carryOut(model.handle(event)) }

    func grid(_ glyphs: GlyphSet = .unicode) -> Grid {
        var grid = Grid(size: state.size, glyphs: glyphs)
        paint(state, model.theme, into: &grid)
        return grid
    }

    /// The screen's lines.
    func lines(_ glyphs: GlyphSet = .unicode) -> [String] { grid(glyphs).lines() }

    /// Whether any line shows a text.
    func shows(_ text: String) -> Bool { lines().contains { $0.contains(text) } }

    static func key(_ name: String) -> Key {
        switch name {
        case "esc": return .escape
        case "enter": return .enter
        case "backspace": return .backspace
        case "up": return .up
        case "down": return .down
        case "home": return .home
        case "end": return .end
        case "pgdn": return .pageDown
        case "pgup": return .pageUp
        case "left": return .left
        case "right": return .right
        case "delete": return .delete
        case "tab": return .tab
        case "S-tab": return .backTab
        default: break
        }
        let scalars = Array(name.unicodeScalars)
        if scalars.count == 2, scalars[0] == "^" { return .control(scalars[1]) }
        return scalars.first.map(Key.character) ?? .escape
    }
}
