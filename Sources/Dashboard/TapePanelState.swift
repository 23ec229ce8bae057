package import EngineAPI
import MarketTime

/// How new lines come onto the tape.
package enum TapeOrder: String, CaseIterable, Hashable, Sendable {
    /// The newest on top; every line moves with each print.
    case list
    /// The newest overwrites the oldest in place, a marker tells which it is: a tenth of the bytes, for slow links.
    case ring
}

/// The tape's panel: whether it is there, whose tape it shows, and which lines.
package struct TapePanelState: Hashable, Sendable {
    /// Steps of the smallest size, shares.
    static let sizeSteps: [Double] = [0, 100, 500, 1_000, 5_000, 10_000]
    /// Steps of the smallest notional, USD.
    static let notionalSteps: [Double] = [0, 10_000, 50_000, 200_000, 1_000_000]

    /// Whether the panel is on the screen.
    package internal(set) var isOpen = false
    /// Whether it shows the merged tape of the short list instead of the selected ticker's.
    package internal(set) var isMerged = false
    /// Whether keys of its own go to it.
    package internal(set) var hasFocus = false
    /// Which lines are wanted.
    package internal(set) var filter = TapeFilter()
    /// Whether trades of one price and side within 100 ms are one line.
    package internal(set) var aggregates = true
    /// How new lines come in.
    package internal(set) var order: TapeOrder
    /// The lines on the screen; nil before the first.
    package internal(set) var page: TapePage?
    /// The newest lines that arrived while the screen is frozen.
    var latest: TapePage?

    /// A panel as it is at the start.
    init(isOpen: Bool, order: TapeOrder) {
        self.isOpen = isOpen
        self.order = order
    }

    /// Takes new lines, or keeps them for the moment the screen is no longer frozen.
    mutating func take(_ new: TapePage?, isFrozen: Bool) {
        guard isOpen else {
            (page, latest) = (nil, nil)
            return
        }
        guard isFrozen else {
            (page, latest) = (new, nil)
            return
        }
        latest = new
    }

    /// Shows what arrived while the screen was frozen.
    mutating func thaw() {
        if let latest { page = latest }
        latest = nil
    }

    /// Lines that came while the screen is frozen.
    var missed: UInt64 {
        guard let page, let latest, latest.query.symbol == page.query.symbol, latest.total > page.total else {
            return 0
        }
        return latest.total - page.total
    }

    /// The next step above or below a value; nil at the end.
    static func step(_ value: Double, up: Bool, among steps: [Double]) -> Double? {
        up ? steps.first { $0 > value } : steps.last { $0 < value }
    }
}

/// What the engine was told that the trader looks at, and what it will be told once the selection rests.
struct LookState: Hashable, Sendable {
    /// How long a selection rests before its tape is asked for, ms: scrolling by subscribes nothing.
    static let restMilliseconds: Int64 = 150

    /// What was sent last; nil before the first.
    var sent: LookedAt?
    /// What is to be sent, and since when it has not changed.
    var pending: Pending?

    /// A view of things that has not rested long enough.
    struct Pending: Hashable, Sendable {
        var look: LookedAt
        var since: Instant

        /// When it has rested.
        var dueAt: Instant { since.adding(milliseconds: LookState.restMilliseconds) }
    }

    /// What to send now: at once when only the tape's filter or panel changed, after a rest when the ticker did.
    mutating func update(_ desired: LookedAt, now: Instant) -> LookedAt? {
        guard let sent else { return send(desired) }
        guard desired != sent else {
            pending = nil
            return nil
        }
        guard desired.selected != sent.selected, sent.selected != nil else { return send(desired) }
        guard let waiting = pending, waiting.look.selected == desired.selected, waiting.since <= now else {
            pending = Pending(look: desired, since: now)
            return nil
        }
        pending?.look = desired
        return waiting.dueAt <= now ? send(desired) : nil
    }

    private mutating func send(_ look: LookedAt) -> LookedAt {
        (sent, pending) = (look, nil)
        return look
    }
}
