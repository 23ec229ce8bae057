/// A ticker's closes over the days: a moving sum of daily steps, so that any day's close costs the same and none depends
/// on which day was asked first.
enum PriceChain {
    /// Days over which a step fades: the level stays near its anchor over years without any state.
    private static let memory = 24

    /// The close of a step (weekday) in 1/10,000 USD, times `scale`: what splits make of a share.
    static func closeE4(_ listing: Listing, step: Int, scale: Double) -> Int64 {
        var level = 0.0
        for back in 0..<memory {
            level += (1 - Double(back) / Double(memory)) * stepReturn(listing, step: step - back)
        }
        return roundedToTick(max(1, listing.anchorPriceE4 * deterministicExp(level) * scale))
    }

    /// The log return of a step: noise with a fat tail, plus news.
    static func stepReturn(_ listing: Listing, step: Int) -> Double {
        let draw = Hash.child(Hash.child(listing.key, 0x5052), step)
        let tail = Hash.unit(Hash.child(draw, 1)) < 0.05 ? 2.2 : 0.85
        return listing.volatility * tail * Hash.bell(draw) + (NewsBurst.of(listing, step: step)?.jump ?? 0)
    }
}
