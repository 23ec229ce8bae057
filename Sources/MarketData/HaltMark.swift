/// Whether a ticker may trade, as limit-up/limit-down messages tell.
package enum HaltState: UInt8, Hashable, Sendable {
    /// Nothing is known to keep it from trading.
    case trading
    /// The best bid or offer stands at a limit band; a pause follows after 15 s unless that ends.
    case limitState
    /// Halted or paused.
    case halted
    /// Resumed within the last minutes.
    case resumed
}

/// A ticker's halt state and since when.
package struct HaltMark: Hashable, Sendable {
    /// The state.
    package var state: HaltState
    /// When it began, ns since the epoch by the exchange's clock; 0 for ``none``.
    package var since: Int64

    /// A mark.
    package init(_ state: HaltState, since: Int64) {
        self.state = state
        self.since = since
    }

    /// Trading, as far as is known.
    package static let none = Self(.trading, since: 0)
}
