import MarketTime

/// A trading pause of one ticker on one day: five minutes without any trade, in the regular session.
///
/// It starts at a whole minute that is not the first of a slot, so that no slot is without a minute to hold its trades: a
/// slot keeps the volume it was dealt.
struct HaltPlan: Hashable, Sendable {
    /// Second from 04:00 ET in which trading stops, a multiple of 60.
    var start: Int

    /// Length of a pause.
    static let seconds = 300
    /// How long before it the best bid or offer stands at a band.
    static let limitSeconds = 15
    /// Second after the pause in which the re-opening print comes, the first trade.
    static let reopeningSecond = 1
    /// No pause ends later than this many slots before the regular session does.
    private static let quietSlots = 5

    /// Second from 04:00 ET in which trading resumes, a multiple of 60.
    var end: Int { start + Self.seconds }
    /// Second of the re-opening print.
    var reopening: Int { end + Self.reopeningSecond }

    /// Whether nothing trades in a second.
    func covers(second: Int) -> Bool { second >= start && second < end }
    /// Whether nothing trades in a minute, counted from 04:00 ET.
    func covers(minute: Int) -> Bool { covers(second: minute * 60) }
    /// How many of a slot's minutes have no trade.
    func minutes(in slot: Int) -> Int {
        max(0, min(end, (slot + 1) * Slot.seconds) - max(start, slot * Slot.seconds)) / 60
    }

    /// The pause of a day, if there is one: some news moves a price too fast.
    static func of(_ plan: DayPlan, listing: Listing, context: DayContext) -> Self? {
        let open = context.shape.regular.lowerBound
        // The market never opens without a pause in its second quarter of an hour: see `OpeningPause`.
        if context.pausedKey == listing.key { return Self(start: OpeningPause.second(open: open)) }
        guard let burst = plan.burst, isPausable(listing), plan.trades >= 3_000, burst.multiple >= 3 else { return nil }
        let draw = Hash.child(plan.key, 0x4841)
        guard Hash.unit(draw) < 0.3 else { return nil }
        let shape = Hash.child(draw, 1)
        // Early news is fought over in the first hour, later news at once.
        let slot = burst.slot > open ? burst.slot : open + 1 + Int(shape % 11)
        guard slot + 1 < context.shape.regular.upperBound - quietSlots else { return nil }
        return Self(start: slot * Slot.seconds + 60 * (1 + Int(shape >> 32) % 4))
    }

    /// Whether a security is of a kind that news moves.
    static func isPausable(_ listing: Listing) -> Bool { listing.kind == .common || listing.kind == .depositary }
}

/// The pause with which a market opens: whoever starts watching at a usual hour of the opening day sees one soon.
enum OpeningPause {
    /// The second from 04:00 ET in which it starts: 09:47.
    static func second(open slot: Int) -> Int { (slot + 3) * Slot.seconds + 2 * 60 }

    /// Of the tickers whose news of the early morning multiplied their trading most, the one for whom it is worth most: its
    /// key, or nil where no such news is.
    static func key(in listings: [Listing], context: DayContext) -> UInt64? {
        var busiest: [(key: UInt64, trades: Int, burst: NewsBurst)] = []
        for listing in listings where HaltPlan.isPausable(listing) && listing.anchorPriceE4 >= 10_000 {
            let open = context.shape.regular.lowerBound
            guard let burst = NewsBurst.of(listing, step: context.step), burst.slot <= open else { continue }
            let trades = DayPlan.volumes(listing, context: context).trades
            if trades >= 3_000 { busiest.append((listing.key, trades, burst)) }
        }
        // A small market may have none with a tape that never rests.
        let lively = busiest.filter { $0.trades >= 25_000 }
        if !lively.isEmpty { busiest = lively }
        busiest.sort {
            $0.burst.multiple != $1.burst.multiple ? $0.burst.multiple > $1.burst.multiple : $0.key < $1.key
        }
        return busiest.prefix(8).max { abs($0.burst.jump) < abs($1.burst.jump) }?.key
    }
}
