import MarketTime

/// What one trading day has in common for all tickers.
struct DayContext: Sendable {
    /// The trading day.
    let day: DayID
    /// Trading day before.
    let previousDay: DayID
    /// Spread of the day's trading.
    let shape: VolumeShape
    /// 04:00 ET.
    let start: Instant
    /// Numbers of weekdays since the epoch: the chain of prices takes one step per weekday, so that no holiday table is
    /// needed to find the price of any date at once.
    let step: Int
    let previousStep: Int
    /// Volume of the whole market relative to a typical day.
    let volumeFactor: Double
    /// Key of the ticker whose pause the opening day is sure to have; nil on other days.
    var pausedKey: UInt64?
    /// What corporate events do to the day of the few listings that have any, by `eventNumber`.
    private let effects: [EventEffect]

    init(day: MarketDay, previousDay: DayID, seed: UInt64, effects: [EventEffect] = []) {
        self.effects = effects
        self.day = day.date
        self.previousDay = previousDay
        shape = VolumeShape(of: day)
        start = NewYork.instant(day.date, secondOfDay: Slot.dayStartSecond)
        step = Self.step(of: day.date)
        previousStep = Self.step(of: previousDay)
        let busy = deterministicExp(0.13 * Hash.bell(Hash.child(Hash.child(seed, 31), step)))
        volumeFactor = busy * (day.kind == .earlyClose ? 0.5 : 1)
    }

    /// Whether and at which scale a listing trades on this day.
    @inline(__always)
    func effect(on listing: Listing) -> EventEffect {
        listing.eventNumber < 0 ? EventEffect(isListed: listing.listDate <= day) : effects[listing.eventNumber]
    }

    /// Weekdays from the epoch to a date; a weekend counts as its Friday.
    static func step(of day: DayID) -> Int {
        // 1970-01-01 was a Thursday: shifted so that weeks start on Monday.
        let shifted = Int(day.rawValue) + 3
        let week = shifted >= 0 ? shifted / 7 : (shifted - 6) / 7
        return week * 5 + min(shifted - week * 7, 4)
    }
}

/// News about one company on one day: more trading from some moment on, and a jump in the price.
struct NewsBurst {
    /// Slot in which the news breaks.
    var slot: Int
    /// The day's volume as a multiple of one without news, 2…24; up to about twice that while the news is young.
    var multiple: Double
    /// Slots until interest falls to a third.
    var decay: Double
    /// Log return the news is worth.
    var jump: Double

    /// The news of a day, if there is any.
    static func of(_ listing: Listing, step: Int) -> NewsBurst? {
        let draw = Hash.child(Hash.child(listing.key, 0x4E45), step)
        guard Hash.unit(draw) < listing.burstChance else { return nil }
        let shape = Hash.child(draw, 1)
        let slot: Int
        switch Hash.quarter(shape, 0) {
        case ..<0.42: slot = [12, 24, 30, 36, 36, 42, 48, 48, 51, 54, 54, 60][Int(Hash.child(draw, 2) % 12)]
        case ..<0.6: slot = Slot.regularOpen
        default: slot = Slot.regularOpen + 1 + Int(Hash.child(draw, 2) % 64)
        }
        // The larger a stock, the less a piece of news can multiply its trading.
        let damping = min(1, (4_000_000 / listing.averageVolume).squareRoot())
        let strength = Hash.quarter(shape, 1)
        let size = Hash.quarter(shape, 2)
        let isFund = listing.kind == .fund || listing.kind == .note
        let magnitude = (0.04 + 0.55 * size * size * size + 0.12 * strength) * (isFund ? 0.15 : 1) * damping
        return NewsBurst(
            slot: slot,
            multiple: 1 + (5.2 * deterministicExp(1.5 * strength * strength) - 1) * damping,
            decay: 26 + 40 * Hash.quarter(shape, 3),
            jump: Hash.child(draw, 3) % 10 < 7 ? magnitude : -magnitude * 0.8
        )
    }
}
