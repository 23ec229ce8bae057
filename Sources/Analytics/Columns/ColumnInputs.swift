package import MarketData
package import MarketTime

/// What columns are worked out from: the universe as it stands, today's slots, the baseline, and the time.
///
/// Copies share their columns' memory: let go of it before the universe changes, or every column is copied.
package struct ColumnInputs: Sendable {
    /// Every ticker's primary numbers.
    package var universe: Universe
    /// Today's cumulative volumes at the ends of slots.
    package var slots: DaySlots
    /// The lookback days' volumes.
    package var baseline: Baseline
    /// How far the day had come when the newest data were taken.
    package var progress: DayProgress
    /// Slots that have ended by the newest event of the stream: what it tells of streamed rows is of that time.
    package var streamedSlots: Int
    /// The trading day the columns are of, with the hours of its sessions.
    package var day: MarketDay
    /// The session in force.
    package var session: MarketSession
    /// Market time: what ages go by.
    package var now: Instant
    /// Shares below which a mean volume counts as this, as in RVOL.
    package var rvolFloor: Double

    /// Inputs.
    package init(
        universe: Universe,
        slots: DaySlots,
        baseline: Baseline,
        progress: DayProgress,
        streamedSlots: Int = 0,
        day: MarketDay,
        session: MarketSession,
        now: Instant,
        rvolFloor: Double = 100
    ) {
        self.universe = universe
        self.slots = slots
        self.baseline = baseline
        self.progress = progress
        self.streamedSlots = streamedSlots
        self.day = day
        self.session = session
        self.now = now
        self.rvolFloor = rvolFloor
    }

    /// Rows of every column.
    package var count: Int { universe.count }
}
