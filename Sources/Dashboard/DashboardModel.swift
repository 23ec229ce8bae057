import EngineAPI
package import MarketTime
package import TerminalGrid

/// The dashboard as a loop drives it: events in, commands out, and whether and when to paint.
///
/// A value without threads, clock or terminal; a test drives it as the loop does. The loop:
///
/// 1. carries out `start()`'s commands, paints and presents;
/// 2. waits for the terminal, the engine, or `nextTick`, whichever comes first;
/// 3. hands over what came, a `.tick` with the market's time first, and carries the commands out;
/// 4. paints and presents when `needsPaint`, at most so many times a second as it likes.
package struct DashboardModel: Sendable {
    /// The state; read it, change it through `handle`.
    package private(set) var state: DashboardState
    /// Whether the screen would look different from the frame painted last.
    package private(set) var needsPaint = true
    /// What cells are painted with; hand its `styles` to the backend.
    package private(set) var theme: Theme

    /// A dashboard before its first frame.
    ///
    /// - Parameters:
    ///   - size: The terminal's size.
    ///   - now: The market's time.
    ///   - colorDepth: Colours the terminal shows.
    package init(settings: DashboardSettings, size: Size, now: Instant, colorDepth: ColorDepth) {
        state = DashboardState(settings: settings, size: size, now: now)
        theme = Theme(depth: colorDepth, strips: settings.strips)
    }

    /// What to do before the first event: send the first query.
    package mutating func start() -> [DashboardCommand] { reduce(&state, .repaint) }

    /// Takes an event and says what to do.
    package mutating func handle(_ event: DashboardEvent) -> [DashboardCommand] {
        let (before, flashes) = (state.now, state.priceFlashes.count)
        let (showedKeys, filterWasDue) = (state.showsContinuations, filterDue)
        let commands = reduce(&state, event)
        switch event {
        case .tick:
            // Nothing on the screen changes within a second but what an event brings, which has its own
            // turn, and a changed price that no longer stands out.
            if state.now.seconds != before.seconds || state.priceFlashes.count != flashes { needsPaint = true }
            if !commands.isEmpty || state.showsContinuations != showedKeys { needsPaint = true }
            // A filter has rested, and what is missing of it is wrong now.
            if filterDue != filterWasDue { needsPaint = true }
        case .key, .resize, .view, .notice, .names, .recalled, .studied, .pastSlots, .kept, .keymap, .repaint:
            needsPaint = true
        case .theme(let sheet):
            theme = theme.with(sheet)
            needsPaint = true
        case .terminal: break
        }
        return commands
    }

    /// Paints the screen into a grid, which is brought to its size, and returns the cursor's place; nil hides it.
    package mutating func paint(into grid: inout Grid) -> Position? {
        needsPaint = false
        return Dashboard.paint(state, theme, into: &grid)
    }

    /// When time alone changes something about a filter being typed.
    private var filterDue: Instant? {
        guard case .filter(let line) = state.layer else { return nil }
        return line.dueAt
    }

    /// When the next `.tick` is due, in market time: at the next whole second, when the clock moves.
    ///
    /// Before it when a changed price stops standing out or the selection has rested.
    package var nextTick: Instant {
        let second = Instant(seconds: state.now.seconds).adding(seconds: 1)
        let due = [second, state.priceFlashes.endsAt, state.look.pending?.dueAt, filterDue, state.sequenceDue]
        return due.compactMap(\.self).min() ?? second
    }
}
