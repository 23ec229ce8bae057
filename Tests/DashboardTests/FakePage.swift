import EngineAPI
import MarketData
import MarketTime
import TestSupport

@testable import Dashboard

/// Invented figures, slots and days of a ticker: always the same for the same ticker.
enum FakePage {
    static func about(_ query: AboutQuery, of rows: [FakeRow], now: Instant) -> TickerAbout {
        guard let index = rows.firstIndex(where: { $0.symbol == query.symbol }) else {
            return TickerAbout(query: query)
        }
        let row = rows[index]
        var about = TickerAbout(query: query, isKnown: true)
        about.values = query.columns.map { value($0, row) }
        about.texts = query.columns.map { text($0, row.symbol) }
        about.flags = row.flags
        about.priceTime = now.adding(seconds: -row.ageSeconds).nanoseconds
        about.memberships = [
            .init(list: "winners", rank: 2 + index % 7, bestRank: 1, since: now.adding(seconds: -8_000)),
            .init(list: "gap-up", rank: 12, bestRank: 4, since: now.adding(seconds: -20_000)),
            .init(list: "premarket-runners", rank: 31, bestRank: 3, since: .epoch),
        ]
        if row.halt.state == .halted { about.halts.append(.init(from: Instant(nanoseconds: row.halt.since))) }
        if index.isMultiple(of: 2) {
            let from = now.adding(seconds: -7_000)
            about.halts.append(.init(from: from, until: from.adding(seconds: 302)))
        }
        return about
    }

    private static func value(_ id: ColumnID, _ row: FakeRow) -> Double {
        let previous = row.last / (1 + row.change / 100)
        switch id {
        case .change: return row.last - previous
        case .previousClose: return previous
        case .open: return previous * (1 + row.gap / 100)
        case .high: return row.last * 1.031
        case .low: return row.last * 0.94
        case .floatShares: return (row.average * 3.1).rounded()
        case .marketCap: return row.last * row.average * 4
        case .bidSize: return row.flags.contains(.streamed) ? 1_200 : .nan
        case .askSize: return row.flags.contains(.streamed) ? 700 : .nan
        case .preHigh: return row.last * 1.01
        case .preLow: return row.last * 0.96
        case .low52w: return row.last * 0.4
        case .high52w: return row.last * 1.9
        default: return row.value(id)
        }
    }

    private static func text(_ id: ColumnID, _ symbol: Symbol) -> String {
        switch id {
        case .name: String(symbol.text.prefix(1)) + symbol.text.dropFirst().lowercased() + " Therapeutics Holdings Inc."
        case .sector: "Healthcare"
        case .industry: "Biotechnology"
        case .country: "US"
        case .exchange: "XNAS"
        default: ""
        }
    }

    /// The day's slots of a ticker: a U over the session, a burst at `burst`, nothing after `now`.
    static func slots(_ symbol: Symbol, last: Double, now: Instant, burst: Int = 88) -> SlotPage {
        let day = ExchangeCalendar().state(at: now).tradingDay
        let query = SlotQuery(symbols: [symbol], priced: symbol)
        var page = SlotPage(query: query, tradingDay: day, madeAt: now)
        let progress = DayProgress(of: day, at: now)
        var price = last * 0.83
        for slot in 0..<Slot.count {
            var random = SeededRandom(seed: UInt64(slot) &* 7_919 &+ 3)
            let isOpen = (Slot.regularOpen..<Slot.regularClose).contains(slot)
            let edge = Double(min(slot - Slot.regularOpen, Slot.regularClose - 1 - slot))
            let usual = isOpen ? 20_000 + 90_000 / (1 + edge / 4) : slot > 170 ? .nan : 2_500 + Double(slot) * 20
            let heat = slot >= burst ? 4 + 5 * random.unit() : 0.3 + 1.6 * random.unit()
            let hasBegun = slot <= progress.completedSlots
            let share = slot == progress.completedSlots ? progress.fraction : 1
            let base = usual.isNaN ? 3_000 : usual
            page.averages.append(Float(usual))
            page.volumes.append(hasBegun && slot != 40 ? Float((base * heat * share).rounded()) : .nan)
            price *= 1 + (random.unit() - (slot >= burst ? 0.32 : 0.47)) * 0.02
            page.prices.append(hasBegun && random.below(isOpen ? 99 : 3) > 0 ? Float(price) : .nan)
        }
        return page
    }

    static func study(_ symbol: Symbol, now: Instant) -> TickerStudy {
        var study = TickerStudy(symbol: symbol)
        var close = 3.48
        for (index, day) in ExchangeCalendar().tradingDays(before: NewYork.wall(at: now).day, count: 20).reversed()
            .enumerated()
        {
            var random = SeededRandom(seed: UInt64(index) &+ 99)
            study.days.append(
                .init(
                    day: day,
                    open: close * 0.98,
                    high: close * 1.04,
                    low: close * 0.95,
                    close: close,
                    volume: 860_000 * (0.5 + random.unit())
                )
            )
            close *= 0.96 + 0.1 * random.unit()
        }
        study.ranksHourAgo = [.init(list: "winners", rank: 19)]
        return study
    }

    /// The day before of a ticker.
    static func past(_ query: PastSlotQuery, now: Instant) -> PastSlots {
        var past = PastSlots(query: query)
        for symbol in query.symbols {
            past.symbols.append(symbol)
            past.days.append(ExchangeCalendar().tradingDay(before: NewYork.wall(at: now).day))
            for slot in 0..<Slot.count {
                var random = SeededRandom(seed: UInt64(slot) &* 31 &+ 17)
                let isOpen = (Slot.regularOpen..<Slot.regularClose).contains(slot)
                past.volumes.append(Float((isOpen ? 60_000 : 4_000) * (0.4 + random.unit())))
                past.averages.append(Float(isOpen ? 50_000 : 4_000))
            }
        }
        return past
    }
}

extension Script {
    /// The engine publishes a picture with the slots of the ticker that is looked at.
    mutating func deliverSlots(burst: Int = 88) {
        var view = market.view()
        guard let symbol = state.look.sent?.selected, let row = market.rows.first(where: { $0.symbol == symbol }) else {
            return
        }
        view.slots = FakePage.slots(symbol, last: row.last, now: market.now, burst: burst)
        carryOut(model.handle(.view(view)))
    }
}
