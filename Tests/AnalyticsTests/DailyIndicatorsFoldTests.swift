import Analytics
import TestSupport
import Testing

@Suite
struct DailyIndicatorsFoldTests {
    struct Bar: Sendable {
        var open = 1.0
        var high: Double
        var low: Double
        var close: Double
        var volume = 100.0
        var factor = 1.0
        /// Trading days before the trading day.
        var back: Int
    }

    /// Bars oldest first, as one reads them on a chart; the last one is of the day before unless it says otherwise.
    private func fold(_ bars: [Bar]) -> DailyIndicatorsFold.Columns {
        var fold = DailyIndicatorsFold()
        fold.addRow()
        for bar in bars.reversed() {
            fold.add(
                row: 0,
                open: bar.open,
                high: bar.high,
                low: bar.low,
                close: bar.close,
                volume: bar.volume,
                factor: bar.factor,
                daysBack: bar.back
            )
        }
        return fold.finish()
    }

    private func chart(_ closes: [Double]) -> [Bar] {
        closes.enumerated().map { index, close in
            Bar(open: close - 1, high: close + 2, low: close - 3, close: close, back: closes.count - index)
        }
    }

    @Test func aShortChartGivesWhatOneReadsOnIt() {
        // Newest at the end: closes 14, 13, 12 and 11 trading days 2, 3, 4 and 5 before; 15 the day before.
        let columns = fold(chart([10, 11, 12, 13, 14, 15]))
        #expect(columns.previousOpen == [14] && columns.previousClose == [15])
        #expect(abs(columns.previousChangePercent[0] - 7.142857142857143) < 1e-12)
        #expect(columns.closeSums[0] == [54] && columns.closeSums[1][0].isNaN)
        #expect(columns.closes[0] == [13] && columns.closes[1] == [11] && columns.closes[2][0].isNaN)
        #expect(columns.highs[0] == [17] && columns.lows[0] == [8] && columns.highs[1][0].isNaN)
        #expect(columns.upDays == [5])
        #expect(columns.averageVolume20[0].isNaN && columns.meanGain[0].isNaN)
    }

    /// Wilder's averages by hand: 14 changes of +1 and −0.5 in turn, then +3, then −2.
    @Test func gainsAndLossesAreAveragedAsWilderDoes() {
        var closes = [100.0]
        for index in 0..<14 { closes.append((closes.last ?? 0) + (index % 2 == 0 ? 1 : -0.5)) }
        let seed = (gain: 7.0 / 14, loss: 3.5 / 14)
        var columns = fold(chart(closes))
        #expect(abs(columns.meanGain[0] - seed.gain) < 1e-12 && abs(columns.meanLoss[0] - seed.loss) < 1e-12)
        closes.append((closes.last ?? 0) + 3)
        closes.append((closes.last ?? 0) - 2)
        columns = fold(chart(closes))
        let gain = (seed.gain * 13 + 3) / 14 * 13 / 14
        let loss = (seed.loss * 13 / 14 * 13 + 2) / 14
        #expect(abs(columns.meanGain[0] - gain) < 1e-12 && abs(columns.meanLoss[0] - loss) < 1e-12)
        // RSI is 100 − 100 / (1 + gain / loss).
        #expect(abs(100 - 100 / (1 + columns.meanGain[0] / columns.meanLoss[0]) - 63.741935483870975) < 1e-9)
        #expect(fold(chart(Array(closes.prefix(14)))).meanGain[0].isNaN)
    }

    @Test(
        arguments: [
            ([5, 5], 0), ([5, 6], 1), ([6, 5], -1), ([5, 6, 6, 7, 8], 2), ([9, 8, 7, 8, 7, 6, 5], -3),
            ([11, 12, 11, 11], 0),
            ([5], nil),
        ] as [([Double], Double?)]
    )
    func daysInARowAreThoseOfOneDirection(_ closes: [Double], _ expected: Double?) {
        let upDays = fold(chart(closes)).upDays[0]
        if let expected { #expect(upDays == expected) } else { #expect(upDays.isNaN) }
    }

    @Test(arguments: [(19, false, false), (20, true, false), (62, true, false), (63, true, true), (253, true, true)])
    func meansBeginWithEnoughBars(_ count: Int, _ hasTwenty: Bool, _ hasQuarter: Bool) {
        let bars = (1...count).map {
            Bar(high: 1, low: 1, close: 2, volume: Double($0), back: count + 1 - $0)
        }
        let columns = fold(bars)
        let newest = Double(count)
        #expect(hasTwenty ? columns.averageVolume20 == [newest - 9.5] : columns.averageVolume20[0].isNaN)
        #expect(hasTwenty ? columns.averageDollarVolume == [2 * newest - 19] : columns.averageDollarVolume[0].isNaN)
        #expect(hasQuarter ? columns.averageVolume3m == [newest - 31] : columns.averageVolume3m[0].isNaN)
    }

    /// The highest stands in the oldest bar, so that one bar more or less shows.
    @Test(
        arguments: [
            (4, [.nan, .nan, .nan, .nan, .nan]), (5, [5, .nan, .nan, .nan, .nan]), (199, [5, 10, 20, 63, .nan]),
            (200, [5, 10, 20, 63, 200]), (252, [5, 10, 20, 63, 252]), (253, [5, 10, 20, 63, 252]),
        ] as [(Int, [Double])]
    )
    func rangesCountBarsAndAYearTakesNearlyAYear(_ count: Int, _ expected: [Double]) {
        let columns = fold(
            (1...count).reversed().map { Bar(high: Double($0), low: 1000 - Double($0), close: 1, back: $0) }
        )
        for (index, value) in expected.enumerated() {
            #expect(value.isNaN ? columns.highs[index][0].isNaN : columns.highs[index] == [value])
            #expect(value.isNaN ? columns.lows[index][0].isNaN : columns.lows[index] == [1000 - value])
        }
    }

    @Test func closesCountTradingDaysOfTheMarketAndTheOthersBars() {
        // Traded 1, 2, 6, 7 and 12 trading days before; five days back is 6's close, ten days back 12's.
        let bars = [(12, 50.0), (7, 40), (6, 30), (2, 20), (1, 10)].map { back, close in
            Bar(high: close + 1, low: close - 1, close: close, back: back)
        }
        let columns = fold(bars)
        #expect(columns.closes[0] == [30] && columns.closes[1] == [30] && columns.closes[2] == [50])
        // Nothing within five trading days before the twentieth.
        #expect(columns.closes[3][0].isNaN)
        #expect(columns.highs[0] == [51] && columns.closeSums[0] == [100])
        #expect(columns.previousChangePercent == [-50])
    }

    @Test func withoutABarOfTheDayBeforeThatDayIsUnknownButWindowsAreNot() {
        let columns = fold(
            chart([11, 12, 13, 14, 15]).map { bar in
                var bar = bar
                bar.back += 1
                return bar
            }
        )
        #expect(columns.previousOpen[0].isNaN && columns.previousClose[0].isNaN)
        #expect(columns.previousChangePercent[0].isNaN)
        #expect(columns.closeSums[0] == [54] && columns.upDays == [4] && columns.highs[0] == [17])
    }

    @Test func aSplitChangesNothingButTheUnit() {
        let closes = (0..<253).map { 100 + Double($0 % 7) * 3 }
        let plain = chart(closes)
        var split = plain
        for index in 153..<253 {
            split[index].open /= 4
            split[index].high /= 4
            split[index].low /= 4
            split[index].close /= 4
            split[index].volume *= 4
        }
        for index in 0..<153 { split[index].factor = 4 }
        let before = fold(plain)
        let after = fold(split)
        for (left, right) in zip(numbers(before), numbers(after)) {
            #expect(abs(left.value / left.unit - right.value) < 1e-9, "\(left.name)")
        }
        // The split itself lies between two days and moves nothing.
        #expect(after.previousChangePercent == before.previousChangePercent && after.upDays == before.upDays)
    }

    @Test(arguments: [Double.nan, 0, -1, .infinity])
    func aBarWithABadPriceCountsForVolumesOnly(_ bad: Double) {
        var bars = chart((0..<20).map { 10 + Double($0) })
        bars[19].low = bad
        bars[18].high = bad
        let columns = fold(bars)
        #expect(columns.averageVolume20 == [100] && columns.averageDollarVolume[0].isNaN)
        #expect(columns.previousClose[0].isNaN && columns.previousOpen == [28])
        #expect(columns.previousChangePercent[0].isNaN && columns.highs[0] == [29] && columns.upDays == [17])
        bars = chart([11, 12, 13, 14, 15])
        bars[4].open = bad
        #expect(fold(bars).previousOpen[0].isNaN && fold(bars).highs[0] == [17])
    }

    @Test func rowsDoNotMix() {
        var fold = DailyIndicatorsFold()
        for _ in 0..<3 { fold.addRow() }
        for back in 1...20 {
            for row in [0, 2] {
                let price = Double(row * 100 + back)
                fold.add(
                    row: row,
                    open: price,
                    high: price,
                    low: price,
                    close: price,
                    volume: price,
                    factor: 1,
                    daysBack: back
                )
            }
        }
        let columns = fold.finish()
        #expect(columns.averageVolume20[0] == 10.5 && columns.averageVolume20[2] == 210.5)
        #expect(columns.highs[1][0] == 10 && columns.highs[1][2] == 210 && columns.upDays[2] == -19)
        #expect(numbers(columns, row: 1).allSatisfy { $0.value.isNaN })
    }

    @Test(arguments: [81, 82, 83, 84] as [UInt64])
    func indicatorsEqualANaiveComputation(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for round in 0..<30 {
            let count = Int.random(in: 1...253, using: &random)
            var factor = 1.0
            var bars: [Bar] = []
            for back in 1...count where Int.random(in: 0..<12, using: &random) > 0 {
                let low = Double.random(in: 1...50, using: &random)
                let high = low + Double.random(in: 0...5, using: &random)
                if Int.random(in: 0..<80, using: &random) == 0 { factor *= 2 }
                bars.append(
                    Bar(
                        open: low,
                        high: high,
                        low: Int.random(in: 0..<30, using: &random) == 0 ? .nan : low,
                        close: Double(Int(low * 4)) / 4,
                        volume: Double(Int.random(in: 0...100_000, using: &random)),
                        factor: factor,
                        back: back
                    )
                )
            }
            bars.reverse()
            let found = numbers(fold(bars))
            for (left, right) in zip(found, naive(bars)) {
                let isRight = right.isNaN ? left.value.isNaN : abs(left.value - right) <= 1e-9 * max(1, abs(right))
                #expect(isRight, "seed \(seed), round \(round): \(left.name) \(left.value) instead of \(right)")
            }
        }
    }

    /// Every indicator of a row with its name, and by what a split of 4 for 1 after all bars would divide it.
    private func numbers(
        _ columns: DailyIndicatorsFold.Columns,
        row: Int = 0
    ) -> [(name: String, value: Double, unit: Double)] {
        var all: [(String, Double, Double)] = [
            ("previousOpen", columns.previousOpen[row], 4), ("previousClose", columns.previousClose[row], 4),
            ("previousChangePercent", columns.previousChangePercent[row], 1),
            ("averageVolume20", columns.averageVolume20[row], 0.25),
            ("averageVolume3m", columns.averageVolume3m[row], 0.25),
            ("averageDollarVolume", columns.averageDollarVolume[row], 1), ("meanGain", columns.meanGain[row], 4),
            ("meanLoss", columns.meanLoss[row], 4), ("upDays", columns.upDays[row], 1),
        ]
        let families: [(String, [[Double]])] = [
            ("closeSums", columns.closeSums), ("closes", columns.closes), ("highs", columns.highs),
            ("lows", columns.lows),
        ]
        for (name, lists) in families {
            for (index, list) in lists.enumerated() { all.append(("\(name) \(index)", list[row], 4)) }
        }
        return all.map { (name: $0.0, value: $0.1, unit: $0.2) }
    }

    /// The same in the same order, written the other way round: oldest first, each window by itself.
    private func naive(_ bars: [Bar]) -> [Double] {
        let priced = bars.filter { $0.low.isFinite }
        let closes = priced.map { $0.close / $0.factor }
        let volumes = bars.map { $0.volume * $0.factor }
        func mean(_ values: [Double], _ count: Int) -> Double {
            values.count < count ? .nan : values.suffix(count).reduce(0, +) / Double(count)
        }
        let previous = bars.last.flatMap { $0.back == 1 ? $0 : nil }
        let previousPriced = priced.last.flatMap { $0.back == 1 ? $0 : nil }
        let changes = zip(closes.dropFirst(), closes).map { $0 - $1 }
        func wilder(_ parts: [Double]) -> Double {
            guard parts.count >= 14 else { return .nan }
            return parts.dropFirst(14).reduce(parts.prefix(14).reduce(0, +) / 14) { ($0 * 13 + $1) / 14 }
        }
        var streak = 0.0
        let direction = changes.last ?? 0
        for change in changes.reversed() {
            guard change != 0, change.sign == direction.sign else { break }
            streak += change > 0 ? 1 : -1
        }
        var change = Double.nan
        if let last = previousPriced, closes.count > 1 {
            change = (last.close / last.factor / closes[closes.count - 2] - 1) * 100
        }
        var values: [Double] = [.nan, .nan, change]
        if let previous { values[0] = previous.open / previous.factor }
        if let last = previousPriced { values[1] = last.close / last.factor }
        values += [mean(volumes, 20), mean(volumes, 63), mean(priced.map { $0.close * $0.volume }, 20)]
        values += [wilder(changes.map { max($0, 0) }), wilder(changes.map { max(-$0, 0) })]
        values.append(changes.isEmpty ? .nan : streak)
        for length in [4, 9, 19, 49, 199] {
            values.append(closes.count < length ? .nan : closes.suffix(length).reduce(0, +))
        }
        for days in [3, 5, 10, 20, 252] {
            let bar = priced.last { $0.back >= days && $0.back <= days + 5 }
            values.append(bar.map { $0.close / $0.factor } ?? .nan)
        }
        let ranges = [(5, 5), (10, 10), (20, 20), (63, 63), (252, 200)]
        for (length, least) in ranges {
            let highs = priced.suffix(length).map { $0.high / $0.factor }
            values.append(priced.count < least ? .nan : highs.reduce(0, max))
        }
        for (length, least) in ranges {
            let lows = priced.suffix(length).map { $0.low / $0.factor }
            values.append(priced.count < least ? .nan : lows.reduce(.infinity, min))
        }
        return values
    }
}
