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

    /// Prices by slot: a walk to the last one, with holes before the open and nothing after the newest slot.
    static func prices(_ symbol: Symbol?, _ rows: [FakeRow], through newest: Int) -> [Float] {
        let last = rows.first { $0.symbol == symbol }?.last ?? 10
        var price = last
        var prices = [Float](repeating: .nan, count: Slot.count)
        for slot in stride(from: min(newest, Slot.count - 1), through: 0, by: -1) {
            var random = SeededRandom(seed: UInt64(slot) &* 7_919 &+ 3)
            let isOpen = (Slot.regularOpen..<Slot.regularClose).contains(slot)
            if slot == newest || random.below(isOpen ? 99 : 3) > 0 { prices[slot] = Float(price) }
            price /= 1 + (random.unit() - 0.45) * (isOpen ? 0.012 : 0.006)
        }
        return prices
    }

    static func study(_ symbol: Symbol, now: Instant) -> TickerStudy {
        var study = TickerStudy(symbol: symbol)
        var close = 3.48
        let days = ExchangeCalendar().tradingDays(before: NewYork.wall(at: now).day, count: 20).sorted(by: >)
        for (index, day) in days.enumerated() {
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
}
