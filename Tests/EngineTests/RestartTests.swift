import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

/// Days on a market whose every minute is known: what the engine collects, stores, reads and divides.
@Suite
struct RestartTests {
    private static let firstDay = DayID(rawValue: 20_731)  // Monday, 5 October 2026

    private func days(_ market: TinyMarket, _ count: Int) -> [DayID] {
        var days = [Self.firstDay]
        while days.count < count, let last = days.last { days.append(market.calendar.tradingDay(after: last)) }
        return days
    }

    @Test(arguments: [4, 77] as [UInt64])
    func collectedLiveRVOLEqualsPlainAdditionOfRawMinutesForEverySymbolAndSlot(_ seed: UInt64) throws {
        let market = TinyMarket(seed: seed)
        var walk = Walk(market)
        var compared = 0
        for day in days(market, 6) {
            let start = NewYork.instant(day, secondOfDay: Slot.dayStartSecond)
            for minute in 0..<Slot.count * 5 {
                let result = try walk.poll(at: start.adding(seconds: Int64(minute) * 60 + 20))
                guard minute > 0, let result else { continue }
                let column = try #require(result.columns.firstIndex(of: .rvol))
                for (rank, symbol) in result.symbols.enumerated() {
                    let index = try #require(market.symbols.firstIndex(of: symbol))
                    let expected = market.naiveRVOL(day, index, minute: minute, since: Self.firstDay)
                    let value = result.values[column][rank]
                    compared += value.isNaN ? 0 : 1
                    guard value != expected, !(value.isNaN && expected.isNaN) else { continue }
                    Issue.record("seed \(seed), \(day.iso), minute \(minute), \(symbol.text): \(value) for \(expected)")
                }
            }
            try walk.poll(at: NewYork.instant(day, secondOfDay: Slot.dayEndSecond + 60))
        }
        #expect(compared > 20_000)
        for day in days(market, 6) {
            for (index, symbol) in market.symbols.enumerated() {
                #expect(walk.store.days[day]?[symbol] == market.cumulative(day, index))
            }
        }
    }

    @Test(arguments: [1, 3] as [UInt64])
    func fiveDaysWithRestartsAtRandomMomentsShowAndStoreTheSameAsWithout(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let market = TinyMarket(seed: seed)
        var calm = Walk(market)
        var restarted = Walk(market)
        var compared = 0
        var restarts = 0
        for day in days(market, 5) {
            let start = NewYork.instant(day, secondOfDay: Slot.dayStartSecond)
            // Seconds into the day until which the second engine is away.
            var awayUntil: Int64 = 0
            var second: Int64 = 5
            while second < 57_600 + 120 {
                let now = start.adding(seconds: second)
                let expected = try calm.poll(at: now)
                if second >= awayUntil {
                    let result = try restarted.poll(at: now)
                    let isWhole = restarted.status?.gap.tickers == 0 && restarted.status?.baseline != .loading
                    if isWhole, restarted.pending.isEmpty, calm.pending.isEmpty, let result, let expected {
                        expectSame(result, expected, "seed \(seed), \(day.iso), second \(second)")
                        compared += 1
                    }
                    if random.next() % 150 == 0, second < 53_000 {
                        restarted.restart(killed: random.next() % 2 == 0)
                        restarts += 1
                        awayUntil = second + 30 + Int64(random.next() % 4000)
                    }
                }
                second += 30 + Int64(random.next() % 25)
            }
        }
        #expect(compared > 3000 && restarts > 10, "seed \(seed): \(compared) compared, \(restarts) restarts")
        #expect(calm.store.days == restarted.store.days, "seed \(seed)")
        #expect(calm.heals.isEmpty && !restarted.heals.isEmpty, "seed \(seed)")
    }

    /// Elements of all collections within a value, however deep.
    private func elements(_ value: Any) -> Int {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .collection, .set, .dictionary:
            let count = mirror.children.count
            // Numbers need not be looked into; a batch of rows does.
            return count > 64 ? count : count + mirror.children.map { elements($0.value) }.reduce(0, +)
        default: return mirror.children.map { elements($0.value) }.reduce(0, +)
        }
    }

    @Test func whatTheCoreHoldsDoesNotGrowFromDayToDay() throws {
        let market = TinyMarket(seed: 6)
        var walk = Walk(market)
        var sizes: [Int] = []
        for day in days(market, 7) {
            let start = NewYork.instant(day, secondOfDay: Slot.dayStartSecond)
            for minute in stride(from: 0, to: 965, by: 4) {
                // An hour of sleep every day, so that something is asked for and filled.
                if (300..<360).contains(minute) { continue }
                try walk.poll(at: start.adding(seconds: Int64(minute) * 60 + 20))
            }
            sizes.append(elements(walk.core))
        }
        // The lookback is full from the fourth day on.
        #expect(sizes[4] > 1000 && sizes[5] == sizes[4] && sizes[6] == sizes[4], "\(sizes)")
    }
}
