package import EngineAPI
import MarketData

/// What the composition decides before the first frame: where the data comes from, and the trader's settings.
package struct DashboardSettings: Hashable, Sendable {
    /// What kind of market is shown.
    package enum Source: Hashable, Sendable {
        /// The vendor's live market.
        case live
        /// The built-in simulator behind `tradeul demo`.
        case demo
        /// A simulator somewhere else.
        case simulator
        /// A recorded session.
        case replay

        /// The word on the badge; nil for the live market, which wears none.
        var badge: String? {
            switch self {
            case .live: nil
            case .demo: "DEMO"
            case .simulator: "SIM"
            case .replay: "REPLAY"
            }
        }
    }

    /// How the strips of past slots are painted.
    package enum Strips: Hashable, Sendable {
        /// Bars whose height and colour both rise with the heat.
        case bars
        /// Heat cells: coloured grounds, or glyphs of rising density where colours are few.
        case heat
    }

    /// Where the numbers come from; anything but `.live` wears a badge.
    package var source: Source
    /// The gate of "in play"; `f` switches between it and the whole market.
    package var gate: ScanGate
    /// Whether the screen starts with `gate` or with the whole market.
    package var startsGated: Bool
    /// The order at the start; must name a sortable column.
    package var sort: SortKey
    /// RVOL settings at the start; `r` and `:set` change them until the end.
    package var rvol: RVOLSettings
    /// Seconds between polls while the market is in session, for telling fresh data from stale.
    package var pollSeconds: Double
    /// Seconds between polls while the market is closed.
    package var closedPollSeconds: Double
    /// Seconds of market time for which the order stands still after a movement key; 0 switches that off.
    package var holdSeconds: Int
    /// How the strips of past slots are painted.
    package var strips: Strips
    /// Whether the terminal's cursor follows the selected row, for screen readers and magnifiers.
    package var cursorFollowsSelection: Bool
    /// Whether the tape's panel is on the screen from the start.
    package var showsTape: Bool
    /// How new lines come onto the tape; a ring costs a slow link the least.
    package var tapeOrder: TapeOrder
    /// Whether a changed price stands out for a moment.
    package var flashes: Bool
    /// Whether the tour begins with the first frame.
    package var showsTour = false
    /// Market seconds in a second of the trader's; 1 but for a simulated market that runs faster.
    package var speed: Double
    /// Which keys do what.
    package var keymap = Keymap.standard
    /// The settings that take force at the start only, for `:set` to tell of.
    package var catalogue: [SettingWords] = []

    /// Market seconds in a second of the trader's, at least 1: what is for the eye or the hand lasts as long in any market.
    var pace: Double {
        guard source != .live else { return 1 }
        // A faster simulated market is polled at longer spans of its own time.
        let pace = max(1, speed, pollSeconds / 5)
        return pace.isFinite ? min(pace, 10_000) : 1
    }

    /// The defaults: live market, in play from 1 USD and 50,000 shares, highest RVOL first.
    package init(
        source: Source = .live,
        gate: ScanGate = ScanGate(minPrice: 1, minVolume: 50_000),
        startsGated: Bool = true,
        sort: SortKey = SortKey(.rvol, descending: true),
        rvol: RVOLSettings = RVOLSettings(),
        pollSeconds: Double = 5,
        closedPollSeconds: Double = 60,
        holdSeconds: Int = 5,
        strips: Strips = .bars,
        cursorFollowsSelection: Bool = false,
        showsTape: Bool = false,
        tapeOrder: TapeOrder = .list,
        flashes: Bool = true,
        speed: Double = 1
    ) {
        self.source = source
        self.gate = gate
        self.startsGated = startsGated
        self.sort = sort
        self.rvol = rvol
        self.pollSeconds = pollSeconds
        self.closedPollSeconds = closedPollSeconds
        self.holdSeconds = holdSeconds
        self.strips = strips
        self.cursorFollowsSelection = cursorFollowsSelection
        self.showsTape = showsTape
        self.tapeOrder = tapeOrder
        self.flashes = flashes
        self.speed = speed
    }
}
