import MarketTime
import Simulator
import Testing

@Suite struct ConsistencyTests {
    private static let seeds: [UInt64] = [1, 2, 99, 0xDEAD_BEEF]

    @Test(arguments: seeds)
    func everyLevelSumsToTheOneAboveToTheMillionthOfAShare(seed: UInt64) throws {
        let market = smallMarket(seed: seed, count: 60)
        let reader = MarketReader(market)
        for day in market.historyDays(2) + [market.openingDay] {
            for ticker in market.listings.indices {
                let daily = reader.dailyBar(on: day, of: ticker)
                let minutes = bars(reader, .minute, day, ticker)
                let name = "seed \(seed) \(market.listings[ticker].ticker) \(day.iso)"
                #expect((daily == nil) == minutes.isEmpty, "\(name)")
                guard let daily else { continue }
                #expect(minutes.reduce(0) { $0 + $1.volumeMicro } == daily.volumeMicro, "\(name)")
                #expect(minutes.reduce(0) { $0 + $1.trades } == daily.trades, "\(name)")
                #expect(minutes.allSatisfy { $0.volumeMicro > 0 && $0.trades > 0 }, "\(name)")
                expectSlots(reader, market, day, ticker, minutes, name)
                expectOfficialPrices(market, day, daily, minutes, name)
            }
        }
    }

    /// Raw, and adjusted for splits whose ratios do not divide a share evenly.
    @Test(arguments: seeds)
    func fiveMinutesAreTheirMinutesAndMakeUpTheDayAfterSplitsToo(seed: UInt64) throws {
        let market = smallMarket(seed: seed, count: 150)
        let reader = MarketReader(market)
        let splitters = Set(market.splits.map(\.ticker))
        #expect(splitters.count == 6)
        let tickers = splitters.union(market.listings.indices.prefix(25)).sorted()
        for day in market.historyDays(20).filter({ $0.rawValue % 3 == 0 }) {
            for ticker in tickers {
                let ratio = market.shareRatio(of: ticker, since: day, through: market.openingDay)
                for ratio in Set([ShareRatio(), ratio]) {
                    let name = "seed \(seed) \(market.listings[ticker].ticker) \(day.iso) \(ratio)"
                    expectSlotBars(reader, day, ticker, ratio, name)
                }
            }
        }
    }

    private func expectSlotBars(
        _ reader: MarketReader,
        _ day: DayID,
        _ ticker: Int,
        _ ratio: ShareRatio,
        _ name: String
    ) {
        var minutes = bars(reader, .minute, day, ticker)
        for index in minutes.indices { minutes[index].adjust(ratio) }
        var slotBars: [(bar: SimulatedBar, minutes: Int)] = []
        reader.forEachSlotBar(on: day, of: ticker, asOf: moment(day, 23, 0)) { bar, count in
            var bar = bar
            bar.adjust(ratio)
            slotBars.append((bar, count))
        }
        var rest = minutes[...]
        for (bar, count) in slotBars {
            let own = rest.prefix { $0.startMs < bar.startMs + 300_000 }
            rest = rest.dropFirst(own.count)
            guard var sum = own.first else {
                Issue.record("a bar without minutes: \(name)")
                return
            }
            for minute in own.dropFirst() { sum.append(minute) }
            let isEqual =
                sum.price == bar.price && sum.volumeMicro == bar.volumeMicro && sum.trades == bar.trades
                && sum.volumeBeforeMicro == bar.volumeBeforeMicro && own.count == count
                && own[own.startIndex].startMs >= bar.startMs
            guard isEqual else {
                Issue.record("\(sum) against \(bar), \(own.count) and \(count) minutes, \(name)")
                return
            }
        }
        #expect(rest.isEmpty, "\(name)")
        var daily = reader.dailyBar(on: day, of: ticker)
        daily?.adjust(ratio)
        #expect(daily?.volumeMicro ?? 0 == slotBars.reduce(0) { $0 + $1.bar.volumeMicro }, "\(name)")
        #expect(daily?.trades ?? 0 == slotBars.reduce(0) { $0 + $1.bar.trades }, "\(name)")
    }

    @Test(arguments: [(9, 32, 30), (9, 35, 0), (15, 59, 59), (20, 0, 0)])
    func onlySlotsThatAreOverHaveAFiveMinuteBar(hour: Int, minute: Int, second: Int) throws {
        let market = smallMarket(seed: 1, count: 20)
        let reader = MarketReader(market)
        let now = moment(market.openingDay, hour, minute, second)
        var last: Int64 = 0
        let ticker = try #require(market.index(of: "AAPL"))
        reader.forEachSlotBar(on: market.openingDay, of: ticker, asOf: now) { bar, _ in last = bar.startMs }
        #expect(last + 300_000 <= now.milliseconds && last + 600_000 > now.milliseconds)
    }

    private func expectSlots(
        _ reader: MarketReader,
        _ market: SimulatedMarket,
        _ day: DayID,
        _ ticker: Int,
        _ minutes: [SimulatedBar],
        _ name: String
    ) {
        guard let cumulative = slots(reader, day, ticker) else {
            Issue.record("no slots: \(name)")
            return
        }
        let start = moment(day, 4, 0).milliseconds
        var sum: Int64 = 0
        var next = 0
        var exact = 0.0
        for slot in 0..<Slot.count {
            while next < minutes.count, minutes[next].startMs < start + Int64(slot + 1) * 300_000 {
                sum += minutes[next].volumeMicro
                exact += Double(minutes[next].volumeMicro) / 1e6
                next += 1
            }
            // A client that sums doubles must not care whether it truncates or rounds.
            guard cumulative[slot] == sum / 1_000_000, Int64(exact.rounded()) == sum / 1_000_000 else {
                Issue.record("slot \(slot): \(cumulative[slot]) against \(sum) and \(exact), \(name)")
                return
            }
        }
    }

    private func expectOfficialPrices(
        _ market: SimulatedMarket,
        _ day: DayID,
        _ daily: SimulatedBar,
        _ minutes: [SimulatedBar],
        _ name: String
    ) {
        let close = NewYork.instant(day, secondOfDay: market.calendar.day(day).closeSecond).milliseconds
        let open = moment(day, 9, 30).milliseconds
        var official = minutes.filter { $0.startMs >= open && $0.startMs < close }[...]
        guard var sum = official.popFirst() else {
            #expect(daily.price.open == 0, "\(name)")
            return
        }
        for bar in official { sum.append(bar) }
        #expect(sum.price == daily.price, "\(name)")
    }

    @Test(arguments: seeds.prefix(2))
    func secondsMakeMinutesAndTradesMakeSeconds(seed: UInt64) throws {
        let market = smallMarket(seed: seed, count: 12)
        let reader = MarketReader(market)
        let day = market.openingDay
        let start = moment(day, 4, 0).milliseconds
        for ticker in market.listings.indices {
            let name = "seed \(seed) \(market.listings[ticker].ticker)"
            var seconds = bars(reader, .second, day, ticker)[...]
            for (number, minute) in bars(reader, .minute, day, ticker).enumerated() {
                var parts: [SimulatedBar] = []
                while let next = seconds.first, next.startMs < minute.startMs + 60_000 {
                    parts.append(next)
                    seconds.removeFirst()
                }
                var sum = try #require(parts.first, "\(name)")
                for part in parts.dropFirst() { sum.append(part) }
                guard sum.price == minute.price, sum.volumeMicro == minute.volumeMicro, sum.trades == minute.trades
                else {
                    Issue.record("minute at \(minute.startMs): \(minute) against \(sum), \(name)")
                    break
                }
                guard number % 40 == 0, let second = parts.last else { continue }
                let trades = reader.trades(on: day, of: ticker, second: Int(second.startMs - start) / 1_000)
                #expect(trades.count == second.trades, "\(name)")
                #expect(trades.reduce(0) { $0 + $1.sizeMicro } == second.volumeMicro, "\(name)")
                #expect(trades.allSatisfy { $0.sizeMicro > 0 }, "\(name)")
                #expect(trades.first?.priceE4 == second.price.open, "\(name)")
                #expect(trades.last?.priceE4 == second.price.close, "\(name)")
                #expect(trades.map(\.priceE4).max() == second.price.high, "\(name)")
                #expect(trades.map(\.priceE4).min() == second.price.low, "\(name)")
                #expect(trades.map(\.time) == trades.map(\.time).sorted(), "\(name)")
            }
            #expect(seconds.isEmpty, "\(name)")
        }
    }

    @Test func barsHoldTheirPricesInOrder() {
        let market = smallMarket(seed: 5, count: 120)
        let reader = MarketReader(market)
        for ticker in market.listings.indices {
            for bar in bars(reader, .minute, market.openingDay, ticker) {
                let price = bar.price
                let inOrder =
                    price.low > 0 && price.low <= min(price.open, price.close)
                    && price.high >= max(price.open, price.close) && bar.vwapE4 >= Double(price.low)
                    && bar.vwapE4 <= Double(price.high)
                guard inOrder else {
                    Issue.record("\(market.listings[ticker].ticker): \(bar)")
                    return
                }
            }
        }
    }

    @Test(arguments: [(4, 0, 30), (8, 14, 7), (9, 30, 2), (10, 31, 59), (15, 59, 59), (16, 0, 4), (19, 59, 59)])
    func aSnapshotAgreesWithTheBarsOfItsMoment(hour: Int, minute: Int, second: Int) throws {
        let market = smallMarket(seed: 11, count: 80)
        let reader = MarketReader(market)
        let cursor = MarketCursor(market)
        let day = market.openingDay
        let now = moment(day, hour, minute, second)
        cursor.advance(to: now)
        var traded = 0
        for ticker in market.listings.indices {
            let state = cursor.states[ticker]
            let minutes = bars(reader, .minute, day, ticker, asOf: now)
            let name = "\(market.listings[ticker].ticker)"
            #expect(minutes.reduce(0) { $0 + $1.volumeMicro } == state.volumeMicro, "\(name)")
            #expect(minutes.reduce(0) { $0 + $1.trades } == state.trades, "\(name)")
            #expect(minutes.last?.price == state.minute?.price, "\(name)")
            guard let last = minutes.last, let shown = state.minute else { continue }
            traded += 1
            #expect(moment(day, 4, 0).milliseconds + Int64(shown.index) * 60_000 == last.startMs, "\(name)")
            #expect(shown.volumeMicro == last.volumeMicro, "\(name)")
            #expect(shown.volumeBeforeMicro == state.volumeMicro - last.volumeMicro, "\(name)")
            let trade = try #require(cursor.lastTrade(of: ticker))
            let trades = reader.trades(on: day, of: ticker, second: try #require(state.lastTradeSecond))
            #expect(trades.last == trade, "\(name)")
            #expect(trade.time < now, "\(name)")
        }
        #expect(traded > 5)
    }

    @Test func cumulativeVolumeNeverFalls() {
        let market = smallMarket(seed: 3, count: 150)
        let cursor = MarketCursor(market)
        var before = [Int64](repeating: 0, count: market.listings.count)
        for second in stride(from: 4 * 3600, through: 20 * 3600 + 60, by: 613) {
            cursor.advance(to: NewYork.instant(market.openingDay, secondOfDay: second))
            for ticker in before.indices {
                let now = cursor.states[ticker].volumeMicro
                if now < before[ticker] { Issue.record("\(market.listings[ticker].ticker) fell at \(second)") }
                before[ticker] = now
            }
        }
        #expect(before.contains { $0 > 1_000_000 })
    }
}
