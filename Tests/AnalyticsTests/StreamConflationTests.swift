import Analytics
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite
struct StreamConflationTests {
    private let conditions = TradeConditions.builtIn
    private let names = ["AAPL", "BRK.B", "BACpM", "ZZZ"]

    private func conflate(_ batches: [StreamBatch]) -> StreamConflation.Result {
        StreamConflation.conflate(batches, conditions: conditions) { $0 < 1000 }
    }

    private func batch(_ symbols: [String], received: Int64 = 1) -> StreamBatch {
        var batch = StreamBatch()
        batch.symbols = symbols.compactMap { Symbol($0) }
        batch.receivedMonotonicNs = received
        batch.receivedAt = Instant(nanoseconds: received * 10)
        return batch
    }

    /// Batches with symbols in different orders, all kinds of conditions, duplicates and rows summed before.
    private func randomBatches(_ seed: UInt64, count: Int = 12) -> [StreamBatch] {
        var random = SeededRandom(seed: seed)
        var identity: UInt64 = 0
        return (0..<count).map { number in
            var batch = batch(names.shuffled(using: &random), received: Int64(number + 5))
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                identity += 1
                let isRepeated = Int.random(in: 0..<10, using: &random) == 0
                batch.trades.add(
                    symbol: Int32.random(in: 0..<4, using: &random),
                    price: Double(Int.random(in: 1...5000, using: &random)) / 100,
                    size: Double(Int.random(in: 1...9000, using: &random)),
                    time: Int64.random(in: 0...2000, using: &random),
                    conditions: [[], [14], [37], [12], [15], [12, 37], [33], [99]].randomElement(using: &random) ?? [],
                    identity: isRepeated ? UInt64.random(in: 1...identity, using: &random) : identity
                )
            }
            if Bool.random(using: &random) {
                batch.conflated.add(symbol: 2, trades: 7, volume: 650, price: 3, time: 1500, high: 9, low: 0.5)
            }
            return batch
        }
    }

    private struct Sums: Equatable {
        var trades = 0
        var shares = 0.0
        var volume = 0.0
        var high = -Double.infinity
        var low = Double.infinity
        var price = 0.0
        var priceTime = Int64.min
        var first = Int64.max
        var last = Int64.min
    }

    private func naive(_ batches: [StreamBatch]) -> (sums: [Symbol: Sums], duplicates: Int) {
        var sums: [Symbol: Sums] = [:]
        var seen: Set<String> = []
        var duplicates = 0
        for batch in batches {
            let trades = batch.trades
            for index in 0..<trades.count {
                let symbol = batch.symbols[Int(trades.symbol[index])]
                if trades.identity[index] != 0, !seen.insert("\(symbol.text) \(trades.identity[index])").inserted {
                    duplicates += 1
                    continue
                }
                let time = trades.time[index]
                let effect = conditions.effect(of: trades.conditions[index], isExtendedHours: time < 1000)
                var sum = sums[symbol] ?? Sums()
                sum.trades += 1
                sum.shares += trades.size[index]
                if effect.contains(.volume) { sum.volume += trades.size[index] }
                if effect.contains(.last), time >= sum.priceTime {
                    sum.price = trades.price[index]
                    sum.priceTime = time
                }
                if effect.contains(.highLow) {
                    sum.high = max(sum.high, trades.price[index])
                    sum.low = min(sum.low, trades.price[index])
                }
                sum.first = min(sum.first, time)
                sum.last = max(sum.last, time)
                sums[symbol] = sum
            }
            let rows = batch.conflated
            for index in 0..<rows.count {
                let symbol = batch.symbols[Int(rows.symbol[index])]
                var sum = sums[symbol] ?? Sums()
                sum.trades += Int(rows.trades[index])
                sum.shares += rows.shares[index]
                sum.volume += rows.volume[index]
                if rows.priceTime[index] >= sum.priceTime, !rows.price[index].isNaN {
                    sum.price = rows.price[index]
                    sum.priceTime = rows.priceTime[index]
                }
                if !rows.high[index].isNaN { sum.high = max(sum.high, rows.high[index]) }
                if !rows.low[index].isNaN { sum.low = min(sum.low, rows.low[index]) }
                sum.first = min(sum.first, rows.firstTime[index])
                sum.last = max(sum.last, rows.lastTime[index])
                sums[symbol] = sum
            }
        }
        return (sums, duplicates)
    }

    private func sums(_ batch: StreamBatch) -> [Symbol: Sums] {
        var sums: [Symbol: Sums] = [:]
        let rows = batch.conflated
        for index in 0..<rows.count {
            var sum = Sums()
            sum.trades = Int(rows.trades[index])
            sum.shares = rows.shares[index]
            sum.volume = rows.volume[index]
            if !rows.high[index].isNaN { sum.high = rows.high[index] }
            if !rows.low[index].isNaN { sum.low = rows.low[index] }
            if !rows.price[index].isNaN {
                sum.price = rows.price[index]
                sum.priceTime = rows.priceTime[index]
            }
            sum.first = rows.firstTime[index]
            sum.last = rows.lastTime[index]
            #expect(sums[batch.symbols[Int(rows.symbol[index])]] == nil, "one row a ticker")
            sums[batch.symbols[Int(rows.symbol[index])]] = sum
        }
        return sums
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func noShareAndNoTradeIsLost(_ seed: UInt64) {
        let batches = randomBatches(seed)
        let result = conflate(batches)
        let expected = naive(batches)
        #expect(sums(result.batch) == expected.sums, "seed \(seed)")
        #expect(result.duplicates == expected.duplicates, "seed \(seed)")
        let received = batches.reduce(0) { $0 + $1.trades.count }
        #expect(received == result.conflatedTrades + result.duplicates, "seed \(seed)")
        #expect(result.batch.trades.count == 0)
        #expect(result.batch.receivedMonotonicNs == 5)
        #expect(result.batch.receivedAt == Instant(nanoseconds: 50))
    }

    @Test(arguments: 20...24 as ClosedRange<UInt64>)
    func conflatingStepByStepGivesTheSameSums(_ seed: UInt64) {
        // Identities of trades summed before are not known any more, so there are none here.
        let batches = randomBatches(seed).map { batch in
            var batch = batch
            batch.trades.identity = batch.trades.identity.map { _ in 0 }
            return batch
        }
        var stepwise = StreamBatch()
        for batch in batches { stepwise = conflate([stepwise, batch]).batch }
        #expect(sums(stepwise) == sums(conflate(batches).batch), "seed \(seed)")
        #expect(stepwise.conflated.tradeCount == conflate(batches).batch.conflated.tradeCount)
    }

    @Test func equalIdentitiesOfDifferentTickersAreDifferentTrades() {
        var batch = batch(["AAPL", "ZZZ"])
        for symbol in [0, 1, 0] as [Int32] {
            batch.trades.add(symbol: symbol, price: 1, size: 10, time: 1, conditions: [], identity: 77)
        }
        let result = conflate([batch])
        #expect(result.conflatedTrades == 2)
        #expect(result.duplicates == 1)
        #expect(result.batch.conflated.shares == [10, 10])
    }

    @Test func ofQuotesTheNewestByTimeStays() {
        var first = batch(["AAPL", "ZZZ"])
        first.quotes.add(symbol: 0, bid: 1, time: 50)
        first.quotes.add(symbol: 1, bid: 7, time: 10)
        first.quotes.add(symbol: 0, bid: 2, time: 40)
        var second = batch(["ZZZ", "AAPL"])
        second.quotes.add(symbol: 1, bid: 3, time: 50)
        let result = conflate([first, second])
        #expect(result.batch.quotes.bid == [3, 7])
        #expect(result.batch.quotes.time == [50, 10])
        #expect(result.batch.quotes.symbol.map { result.batch.symbols[Int($0)].text } == ["AAPL", "ZZZ"])
        #expect(result.replaced == 2)
    }

    @Test func everyFiveMinutesKeepTheirLastBarOfEachKind() {
        let slot: Int64 = 300_000_000_000
        var batch = batch(["AAPL", "ZZZ"])
        batch.bars.add(symbol: 0, isMinute: false, start: slot + 1, accumulated: 100, high: 12, low: 8)
        batch.bars.add(symbol: 0, isMinute: false, start: slot + 9, accumulated: 300, high: 10, low: 9)
        batch.bars.add(symbol: 0, isMinute: false, start: slot + 5, accumulated: 200, high: 11, low: 7)
        batch.bars.add(symbol: 0, isMinute: true, start: slot + 5, accumulated: 250, high: 13, low: 6)
        batch.bars.add(symbol: 0, isMinute: false, start: 2 * slot, accumulated: 400, high: 10, low: 9)
        batch.bars.add(symbol: 1, isMinute: false, start: slot + 3, accumulated: 900, high: 2, low: 1)
        let bars = conflate([batch]).batch.bars
        #expect(bars.accumulated == [300, 250, 400, 900])
        #expect(bars.high == [12, 13, 10, 2])
        #expect(bars.low == [7, 6, 9, 1])
        #expect(bars.start[0] == slot + 9)
        #expect(conflate([batch]).replaced == 2)
    }

    @Test func bandMessagesStayUpToABoundAndThenTheNewestOfEachTicker() {
        var few = batch(["AAPL", "ZZZ"])
        for time in 0..<2000 { few.bands.add(symbol: Int32(time % 2), time: Int64(time)) }
        #expect(conflate([few, few]).batch.bands.count == 4000)
        let many = conflate([few, few, few])
        #expect(many.batch.bands.time.sorted() == [1998, 1999])
        #expect(many.replaced == 5998)
    }

    @Test func rejectionsAreAddedAndNothingGivesNothing() {
        var batch = batch(["AAPL"])
        batch.rejections.malformed = 3
        #expect(conflate([batch, batch]).batch.rejections.malformed == 6)
        #expect(conflate([]).batch.eventCount == 0)
    }
}

extension TradeColumns {
    fileprivate mutating func add(
        symbol: Int32,
        price: Double,
        size: Double,
        time: Int64,
        conditions: [Int],
        identity: UInt64
    ) {
        self.symbol.append(symbol)
        self.price.append(price)
        self.size.append(size)
        self.time.append(time)
        exchange.append(12)
        trf.append(0)
        self.conditions.append(PackedCodes(packing: conditions))
        self.identity.append(identity)
    }
}

extension QuoteColumns {
    fileprivate mutating func add(symbol: Int32, bid: Double, time: Int64) {
        self.symbol.append(symbol)
        self.bid.append(bid)
        ask.append(bid + 1)
        bidSize.append(1)
        askSize.append(1)
        self.time.append(time)
    }
}

extension BarColumns {
    fileprivate mutating func add(
        symbol: Int32,
        isMinute: Bool,
        start: Int64,
        accumulated: Double,
        high: Double,
        low: Double
    ) {
        self.symbol.append(symbol)
        self.isMinute.append(isMinute)
        self.start.append(start)
        end.append(start + 1)
        volume.append(10)
        self.accumulated.append(accumulated)
        open.append(low)
        self.high.append(high)
        self.low.append(low)
        close.append(high)
        dayVWAP.append(1)
        officialOpen.append(.nan)
    }
}

extension BandColumns {
    fileprivate mutating func add(symbol: Int32, time: Int64) {
        self.symbol.append(symbol)
        upper.append(2)
        lower.append(1)
        indicators.append(15)
        self.time.append(time)
    }
}

extension ConflatedTrades {
    fileprivate mutating func add(
        symbol: Int32,
        trades: Int32,
        volume: Double,
        price: Double,
        time: Int64,
        high: Double,
        low: Double
    ) {
        self.symbol.append(symbol)
        self.trades.append(trades)
        shares.append(volume + 50)
        self.volume.append(volume)
        self.price.append(price)
        priceTime.append(time)
        self.high.append(high)
        self.low.append(low)
        firstTime.append(time - 10)
        lastTime.append(time)
    }
}
