package import EngineAPI

/// The values of everything that `:set` can change.
package struct LiveSettings: Hashable, Sendable {
    /// How RVOL is computed.
    package var rvol = RVOLSettings()
    /// Whether trades of one price and side within 100 ms are one line of the tape.
    package var tapeAggregates = true
    /// Smallest size on the tape, shares.
    package var tapeMinSize = 0.0
    /// Smallest price · size on the tape, USD.
    package var tapeMinNotional = 0.0
    /// Which sides are on the tape.
    package var tapeSide = TapeSideChoice.all
    /// Which venues are on the tape.
    package var tapeVenues = TapeVenues.all
    /// How new lines come onto the tape.
    package var tapeOrder = TapeOrder.list
    /// Whether a changed price stands out for a moment.
    package var flashes = true

    /// The defaults.
    package init() {}
}

extension DashboardState {
    /// The settings in force, as `:set` sees them.
    var live: LiveSettings {
        get {
            var live = LiveSettings()
            live.rvol = rvol
            live.tapeAggregates = tape.aggregates
            live.tapeMinSize = tape.minSize
            live.tapeMinNotional = tape.minNotional
            live.tapeSide = tape.side
            live.tapeVenues = tape.venues
            live.tapeOrder = tape.order
            live.flashes = flashesPrices
            return live
        }
        set {
            rvol = newValue.rvol
            tape.aggregates = newValue.tapeAggregates
            tape.minSize = newValue.tapeMinSize
            tape.minNotional = newValue.tapeMinNotional
            tape.side = newValue.tapeSide
            tape.venues = newValue.tapeVenues
            tape.order = newValue.tapeOrder
            flashesPrices = newValue.flashes
            if !flashesPrices { priceFlashes.clear() }
        }
    }
}
