import Analytics
import TestSupport
import Testing

@Suite
struct DailyFoldTests {
    private struct Bar {
        var high: Double
        var low: Double
        var close: Double
        var volume: Double
        var factor = 1.0
    }

    private func fold(_ bars: [Bar]) -> DailyFold.Facts {
        var fold = DailyFold()
        fold.addRow()
        for (index, bar) in bars.enumerated() {
            fold.add(
                row: 0,
                high: bar.high,
                low: bar.low,
                close: bar.close,
                volume: bar.volume,
                factor: bar.factor,
                isPrevious: index == bars.count - 1
            )
        }
        return fold.facts(row: 0)
    }

    /// Bars whose range is 2 around a close that stands still, then one that gaps up by 10.
    @Test(
        arguments: [
            (14, nil), (15, 2), (16, (2.0 * 13 + 11) / 14), (17, ((2.0 * 13 + 11) / 14 * 13 + 2) / 14),
        ] as [(Int, Double?)]
    )
    func theTrueRangeIsWilders(_ bars: Int, _ expected: Double?) {
        let flat = Bar(high: 11, low: 9, close: 10, volume: 1)
        let gap = Bar(high: 21, low: 19, close: 20, volume: 1)
        let all = [Bar](repeating: flat, count: 15) + [gap, gap]
        let atr = fold(Array(all.prefix(bars))).atr14
        if let expected { #expect(atr == expected) } else { #expect(atr.isNaN) }
    }

    @Test(arguments: [
        (1, 1.0, 1.0, 1.0, 1), (4, 2.5, 2.5, 2.5, 4), (7, 5.0, 4.0, 4.0, 7), (12, 10.0, 7.5, 6.5, 12),
        (40, 38.0, 35.5, 25.5, 30),
    ])
    func averagesTakeTheLastBarsOrAsManyAsThereAre(
        _ count: Int,
        _ five: Double,
        _ ten: Double,
        _ thirty: Double,
        _ days: Int
    ) {
        let facts = fold((1...count).map { Bar(high: 1, low: 1, close: 1, volume: Double($0)) })
        #expect(facts.averageVolume5 == five && facts.averageVolume10 == ten && facts.averageVolume30 == thirty)
        #expect(facts.averageDays == days)
    }

    @Test func aSplitChangesNothingButTheUnit() {
        let bars = (0..<40).map { index in
            let close = 100 + Double(index % 7)
            return Bar(high: close + 4, low: close - 4, close: close, volume: 1000 + Double(index % 5) * 100)
        }
        var split = bars
        for index in 20..<40 {
            split[index] = Bar(
                high: bars[index].high / 4,
                low: bars[index].low / 4,
                close: bars[index].close / 4,
                volume: bars[index].volume * 4
            )
        }
        for index in 0..<20 { split[index].factor = 4 }
        let facts = fold(bars)
        let after = fold(split)
        #expect(after.atr14 == facts.atr14 / 4)
        #expect(after.averageVolume30 == facts.averageVolume30 * 4 && after.averageVolume5 == facts.averageVolume5 * 4)
        #expect(after.previousClose == facts.previousClose / 4 && after.previousVolume == facts.previousVolume * 4)
    }

    @Test func aBarWithoutPricesCountsForVolumesOnly() {
        let bar = Bar(high: 11, low: 9, close: 10, volume: 6)
        let blind = Bar(high: .nan, low: 9, close: 30, volume: 0)
        let facts = fold([Bar](repeating: bar, count: 15) + [blind, bar, blind])
        #expect(facts.atr14 == 2)
        #expect(facts.averageVolume5 == 18.0 / 5)
        #expect(facts.previousHigh.isNaN && facts.previousVolume == 0)
    }

    @Test func withoutABarNothingIsKnown() {
        var fold = DailyFold()
        fold.addRow()
        fold.addRow()
        fold.add(row: 1, volume: 5, factor: 2, isPrevious: false)
        let none = fold.facts(row: 0)
        #expect(none.averageDays == 0 && none.averageVolume30 == 0 && none.atr14.isNaN && none.previousVolume.isNaN)
        #expect(fold.facts(row: 1).averageVolume5 == 10 && fold.facts(row: 1).previousVolume.isNaN)
    }

    @Test(arguments: [71, 72, 73] as [UInt64])
    func factsEqualANaiveComputation(_ seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        for round in 0..<40 {
            let bars = (0..<Int.random(in: 1...70, using: &generator)).map { _ in
                let low = Double.random(in: 1...50, using: &generator)
                let high = low + Double.random(in: 0...5, using: &generator)
                return Bar(
                    high: high,
                    low: low,
                    close: Double.random(in: low...high, using: &generator),
                    volume: Double(Int.random(in: 0...100_000, using: &generator)),
                    factor: [1, 1, 0.1, 4][Int.random(in: 0..<4, using: &generator)]
                )
            }
            let facts = fold(bars)
            var ranges: [Double] = []
            for (before, bar) in zip(bars, bars.dropFirst()) {
                let close = before.close / before.factor
                let (high, low) = (bar.high / bar.factor, bar.low / bar.factor)
                ranges.append([high - low, abs(high - close), abs(low - close)].reduce(0, max))
            }
            if ranges.count < 14 {
                #expect(facts.atr14.isNaN, "seed \(seed), round \(round)")
            } else {
                let first = ranges.prefix(14).reduce(0, +) / 14
                let atr = ranges.dropFirst(14).reduce(first) { ($0 * 13 + $1) / 14 }
                #expect(abs(facts.atr14 - atr) <= 1e-9 * atr, "seed \(seed), round \(round)")
            }
            for (count, mean) in [(5, facts.averageVolume5), (10, facts.averageVolume10), (30, facts.averageVolume30)] {
                let used = bars.suffix(count).map { $0.volume * $0.factor }
                let naive = used.reduce(0, +) / Double(used.count)
                #expect(abs(mean - naive) <= 1e-9 * naive, "seed \(seed), round \(round)")
            }
        }
    }
}
