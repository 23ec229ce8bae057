import MarketTime

/// Limit-up/limit-down messages of a whole market's day: who gets new bands in which second, and who pauses.
///
/// Bands are made from the trades they have to contain. Tickers with news get new ones every half minute, those with
/// yesterday's news every two minutes, all others about once an hour: five to ten messages a second for 11,000 tickers.
struct BandPlan {
    /// Seconds between the bands of a ticker with news, with old news, and without.
    private static let periods = [30, 120, 3_600]

    /// Tickers by period and by second within it.
    private var schedules: [[[Int32]]]
    /// Tickers that pause.
    private var halts: [(ticker: Int, halt: HaltPlan)] = []

    init(_ market: SimulatedMarket, context: DayContext) {
        schedules = Self.periods.map { [[Int32]](repeating: [], count: $0) }
        for (ticker, listing) in market.listings.enumerated() {
            guard listing.kind != .test, context.effect(on: listing).isListed else { continue }
            let kind = Self.kind(of: listing, context: context)
            let phase = Int(Hash.child(listing.key, 0x4C55) % UInt64(Self.periods[kind]))
            schedules[kind][phase].append(Int32(ticker))
            // Only news and the opening pause anything.
            guard kind == 0, let halt = DayPlan.volumes(listing, context: context).halt else { continue }
            halts.append((ticker, halt))
        }
    }

    private static func kind(of listing: Listing, context: DayContext) -> Int {
        if context.pausedKey == listing.key || NewsBurst.of(listing, step: context.step) != nil { return 0 }
        for back in 1...2 where NewsBurst.of(listing, step: context.step - back) != nil { return 1 }
        return 2
    }

    /// Calls `body` for each message due in a second of the regular session: which ticker, what, and how long the bands
    /// hold.
    func forEachMessage(in second: Int, regular: Range<Int>, _ body: (BandMessage) -> Void) {
        let session = regular.lowerBound * Slot.seconds..<regular.upperBound * Slot.seconds
        guard session.contains(second) else { return }
        for (ticker, halt) in halts {
            switch second {
            case halt.start - HaltPlan.limitSeconds:
                body(BandMessage(ticker: ticker, kind: .limit, second: second, end: halt.start - 1))
            case halt.start:
                body(BandMessage(ticker: ticker, kind: .halt, second: second, end: halt.end))
            case halt.end:
                let next = halt.end + Self.periods[0]
                body(BandMessage(ticker: ticker, kind: .resume, second: second, end: next))
            default: break
            }
        }
        for (kind, period) in Self.periods.enumerated() {
            for ticker in schedules[kind][second % period] {
                let isFirst = second - period < session.lowerBound
                let end = min(second + period, session.upperBound - 1)
                let message: BandMessage.Kind = isFirst ? .opening : .update
                if kind > 0 {
                    body(BandMessage(ticker: Int(ticker), kind: message, second: second, end: end))
                    continue
                }
                let halt = halts.first { $0.ticker == Int(ticker) }?.halt
                guard let until = Self.updateEnd(second, end, halt) else { continue }
                body(BandMessage(ticker: Int(ticker), kind: message, second: second, end: until))
            }
        }
    }

    /// The last second for which bands sent now must hold; nil while a pause keeps them from being sent.
    private static func updateEnd(_ second: Int, _ end: Int, _ halt: HaltPlan?) -> Int? {
        guard let halt else { return end }
        let limit = halt.start - HaltPlan.limitSeconds
        if second >= limit, second <= halt.end { return nil }
        return second < limit ? min(end, limit) : end
    }
}

/// A limit-up/limit-down message due.
struct BandMessage {
    enum Kind {
        case opening
        case update
        case limit
        case halt
        case resume
    }

    var ticker: Int
    var kind: Kind
    /// Second from 04:00 ET in which it is sent.
    var second: Int
    /// Last second whose trades the bands hold.
    var end: Int
}

/// Makes the bands of single messages.
struct BandMaker {
    let market: SimulatedMarket
    let context: DayContext
    let memory: StreamMemory

    /// A message with its bands; nil for a ticker that does not trade around that time.
    func band(_ message: BandMessage) -> SimulatedBand? {
        let listing = market.listings[message.ticker]
        let plan = DayPlan.full(listing, context: context)
        guard plan.volume > 0 else { return nil }
        let draw = Hash.child(Hash.child(plan.key, 0x4C55), message.second)
        // Limit states, halts and resumes are timed by the tape, bands by whenever the price has moved.
        let isTimed = message.kind == .limit || message.kind == .halt || message.kind == .resume
        let offset = Int64(draw % (isTimed ? 40_000_000 : 1_000_000_000))
        var band = SimulatedBand(
            time: context.start.adding(seconds: Int64(message.second)).adding(nanoseconds: offset),
            upperE4: 0,
            lowerE4: 0,
            indicator: message.kind == .opening ? .opening : .update,
            second: nil,
            sequence: Int64(message.second) * 8
        )
        let reader = RangeReader(plan: plan, listing: listing, shape: context.shape, memory: memory)
        switch message.kind {
        case .opening, .update:
            let byMinutes = message.end - message.second <= 120
            guard let range = reader.range(message.second...message.end, byMinutes: byMinutes) else { return nil }
            (band.lowerE4, band.upperE4) = bands(around: range, listing: listing, second: message.second)
        case .resume:
            guard let range = reader.range(message.second...message.end, byMinutes: true) else { return nil }
            (band.lowerE4, band.upperE4) = bands(around: range, listing: listing, second: message.second)
            (band.indicator, band.second) = (.resumed, .opening)
        case .limit, .halt:
            guard let halt = plan.halt, let limit = reader.limit(halt) else { return nil }
            let share = share(of: listing, priceE4: limit.range.open, second: message.second)
            (band.lowerE4, band.upperE4) =
                limit.isUp
                ? (tickDown(min(limit.range.low, limit.range.high * (1 - share) / (1 + share))), limit.range.highE4)
                : (limit.range.lowE4, tickUp(max(limit.range.high, limit.range.low * (1 + share) / (1 - share))))
            band.indicator = message.kind == .halt ? .halted : limit.isUp ? .bidLimit : .offerLimit
        }
        return band
    }

    /// How far from the reference price the bands lie.
    private func share(of listing: Listing, priceE4: Double, second: Int) -> Double {
        let isLarge = listing.averageVolume * listing.anchorPriceE4 > 1e12
        let usual =
            switch priceE4 {
            case 30_000...: isLarge ? 0.05 : 0.1
            case 7_500...: 0.2
            default: min(0.75, 1_500 / priceE4)
            }
        let slot = second / Slot.seconds
        let isEdge = slot < context.shape.regular.lowerBound + 3 || slot >= context.shape.regular.upperBound - 5
        return isEdge ? min(usual * 2, 0.9) : usual
    }

    /// Bands around a reference price, moved or widened so far that they hold the trades.
    private func bands(around range: PriceRange, listing: Listing, second: Int) -> (lower: Int64, upper: Int64) {
        let share = share(of: listing, priceE4: range.open, second: second)
        let reference = min(
            max(range.open, range.high / (1 + share)),
            max(range.low / (1 - share), range.high / (1 + share))
        )
        let lower = tickDown(min(reference * (1 - share), range.low))
        let upper = tickUp(max(reference * (1 + share), range.high))
        return (lower, upper)
    }

    private func tickUp(_ priceE4: Double) -> Int64 {
        let tick: Int64 = priceE4 >= 10_000 ? 100 : 1
        return (Int64(priceE4.rounded(.up)) + tick - 1) / tick * tick
    }

    private func tickDown(_ priceE4: Double) -> Int64 {
        let tick: Int64 = priceE4 >= 10_000 ? 100 : 1
        return max(1, Int64(priceE4) / tick * tick)
    }
}

/// First, highest and lowest price of some span, in 1/10,000 USD.
struct PriceRange {
    var open: Double
    var highE4: Int64
    var lowE4: Int64
    var high: Double { Double(highE4) }
    var low: Double { Double(lowE4) }
}
