import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

/// Seeded streams against a model that keeps every event and looks through all of them.
@Suite
struct StreamNaiveTests {
    private struct Trade {
        var time: Int64
        var price: Double
        var size: Double
        var effect: TradeEffect
    }

    private struct Bar {
        var start: Int64
        var end: Int64
        var close: Double
        var high: Double
        var low: Double
        var accumulated: Double
    }

    /// All that was told of one ticker, in the order of telling.
    private struct Ticker {
        var trades: [Trade] = []
        var bars: [Bar] = []
        var quotes: [(time: Int64, bid: Double, ask: Double)] = []

        var last: Double {
            var best = (time: Int64.min, price: Double.nan)
            for event in told where event.time >= best.time { best = event }
            return best.price
        }

        /// Prices in the order in which they were told.
        var told: [(time: Int64, price: Double)] = []

        var high: Double {
            (trades.filter { $0.effect.contains(.highLow) }.map(\.price) + bars.map(\.high)).max() ?? .nan
        }

        var low: Double {
            (trades.filter { $0.effect.contains(.highLow) }.map(\.price) + bars.map(\.low)).min() ?? .nan
        }

        var bid: Double {
            var best = (time: Int64.min, bid: Double.nan)
            for quote in quotes where quote.time >= best.time { best = (quote.time, quote.bid) }
            return best.bid
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func randomEventsInAnyOrderGiveWhatAModelThatKeepsAllOfThemGives(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var fixture = try EngineFixture()
        let symbols = ["AAA", "BBB", "CCC", "DDD"]
        var model = Array(repeating: Ticker(), count: symbols.count)
        let conditions: [[UInt8]] = [[], [], [], [37], [10], [15], [2]]
        let start = fixture.at(10, 0).nanoseconds
        for step in 0..<300 {
            let now = Instant(nanoseconds: start + Int64(step) * 700_000_000)
            var events = StreamEvents()
            for _ in 0..<Int(random.next() % 12) {
                let index = Int(random.next() % 4)
                let time = now.nanoseconds - Int64(random.next() % 20_000) * 1_000_000
                let price = 10 + Double(random.next() % 500) / 100
                switch random.next() % 3 {
                case 0:
                    let codes = conditions[Int(random.next() % UInt64(conditions.count))]
                    let size = Double(random.next() % 300 + 1)
                    try events.trade(symbols[index], price, size, at: Instant(nanoseconds: time), conditions: codes)
                    let packed = codes.first.map { UInt64($0) } ?? 0
                    let effect = TradeConditions.builtIn.effect(of: packed, isExtendedHours: false)
                    model[index].trades.append(Trade(time: time, price: price, size: size, effect: effect))
                case 1:
                    try events.quote(symbols[index], price, price + 0.01, at: Instant(nanoseconds: time))
                    model[index].quotes.append((time, price, price + 0.01))
                default:
                    let from = time / 1_000_000_000 * 1_000_000_000
                    let sum = Double((from - start) / 1_000_000) + 50_000
                    try events.bar(
                        symbols[index],
                        price,
                        volume: 10,
                        accumulated: sum,
                        from: Instant(nanoseconds: from),
                        high: price + 0.5,
                        low: price - 0.5
                    )
                    let bar = Bar(
                        start: from,
                        end: from + 1_000_000_000,
                        close: price,
                        high: price + 0.5,
                        low: price - 0.5,
                        accumulated: sum
                    )
                    model[index].bars.append(bar)
                }
            }
            Self.tellPrices(events.batch, &model, symbols)
            _ = fixture.step([.stream(events.batch)], now)
            guard step % 10 == 9 else { continue }
            for (index, symbol) in symbols.enumerated() {
                let row = try fixture.row(symbol, [.last, .high, .low, .bid], now).numbers
                let expected = [model[index].last, model[index].high, model[index].low, model[index].bid]
                for (found, wanted) in zip(row, expected) {
                    #expect(found == wanted || (found.isNaN && wanted.isNaN), "seed \(seed), step \(step), \(symbol)")
                }
            }
        }
    }

    /// Within a batch trades come before bars; bars tell at the last ms of their second.
    private static func tellPrices(_ batch: StreamBatch, _ model: inout [Ticker], _ symbols: [String]) {
        for index in 0..<batch.trades.count {
            let symbol = batch.symbols[Int(batch.trades.symbol[index])].text
            guard let ticker = symbols.firstIndex(of: symbol) else { continue }
            let codes = batch.trades.conditions[index]
            guard TradeConditions.builtIn.effect(of: codes, isExtendedHours: false).contains(.last) else { continue }
            model[ticker].told.append((batch.trades.time[index], batch.trades.price[index]))
        }
        for index in 0..<batch.bars.count {
            let symbol = batch.symbols[Int(batch.bars.symbol[index])].text
            guard let ticker = symbols.firstIndex(of: symbol) else { continue }
            model[ticker].told.append((batch.bars.end[index] - 1_000_000, batch.bars.close[index]))
        }
    }

    /// A market of trades, told by ticks and bars as a vendor does; returns shares by minute.
    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func volumeFollowsEveryTradeAndSlotsAgreeWithPlainSums(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var fixture = try EngineFixture()
        let symbol = try #require(Symbol("AAA"))
        let start = fixture.at(10, 0)
        _ = fixture.step([.streamStatus(.live()), .command(.watchlist([symbol]))], start)
        var total = 0.0
        var slotEnds = [Int: Int64]()
        var waiting: (start: Instant, volume: Double, close: Double)?
        let seconds = 1900
        for second in 0..<seconds {
            let from = start.adding(seconds: Int64(second))
            if second % 300 == 0 { slotEnds[72 + second / 300 - 1] = Int64(total) }
            var events = StreamEvents()
            // The bar of the second before comes now: its sum ends where these trades begin.
            if let bar = waiting {
                try events.bar("AAA", bar.close, volume: bar.volume, accumulated: total, from: bar.start)
            }
            waiting = nil
            var volume = 0.0
            for index in 0..<Int(random.next() % 6 < 2 ? random.next() % 4 : 0) {
                let size = Double(random.next() % 500 + 1)
                let time = from.adding(milliseconds: Int64(index) * 100)
                try events.trade("AAA", 10, size, at: time, identity: UInt64(second * 10 + index + 1))
                volume += size
            }
            _ = fixture.step([.stream(events.batch)], from.adding(milliseconds: 900))
            total += volume
            if volume > 0 { waiting = (from, volume, 10) }
            if slotEnds.count > 1, second % 7 == 0 {
                let found = try fixture.number(.volume, "AAA", from.adding(milliseconds: 900))
                #expect(found == total, "seed \(seed), second \(second)")
            }
        }
        // A snapshot that comes in the middle of a slot finds the slots before it told.
        let end = start.adding(seconds: Int64(seconds))
        _ = fixture.step([.historyUnavailable(tradingDay: fixture.day)], end)
        let row = traded("AAA", 10, volume: total, minuteVolume: 0, at: end)
        let outputs = fixture.step([.snapshot(try snapshot([row]))], end)
        var stored: SlotRows?
        for case .persist(let rows) in outputs { stored = rows }
        let rows = try #require(stored)
        for (slot, expected) in slotEnds where slot >= 72 {
            #expect(rows.cumulative[slot] == expected, "seed \(seed), slot \(slot)")
        }
        #expect(slotEnds.count == 7)
    }
}
