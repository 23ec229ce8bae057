import EngineAPI
import History
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite struct DayBarFoldTests {
    private static let day = date("2026-03-10")
    private static let name = symbol("AAPL")

    private static func row(_ bars: [TestBar], day: DayID = day) -> (row: TestRow?, rejections: BarRejections) {
        var fold = DayBarFold(day: day)
        for bar in bars {
            fold.add(
                startNanoseconds: bar.start.nanoseconds,
                volume: bar.volume,
                trades: bar.trades,
                vwap: bar.vwap
            )
        }
        var history = SlotHistory()
        let isThere = fold.append(name, to: &history)
        #expect(isThere == (history.count == 1))
        return (history.rows.first, fold.rejections)
    }

    private static func bar(_ minute: Int, _ volume: Double, trades: Int32? = 1, vwap: Double = .nan) -> TestBar {
        TestBar(day: day, minute: minute, volume: volume, trades: trades, vwap: vwap)
    }

    @Test(arguments: 0..<40)
    func aDayOfBarsInAnyOrderIsTheSumOfItsBars(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let day = ["2026-03-06", "2026-03-09", "2026-10-30", "2026-11-02", "2026-11-27"].map { date($0) }[seed % 5]
        let bars = randomBars(day, grain: seed % 2 == 0 ? 1 : 5, using: &random).shuffled(using: &random)
        let (row, rejections) = Self.row(bars, day: day)
        expectSame(row, naiveRow(Self.name, day, bars), "seed \(seed)")
        #expect(rejections.total == 0, "seed \(seed)")
    }

    @Test(arguments: 0..<20)
    func oneMinuteAndFiveMinuteBarsGiveTheSameVolumesAndTrades(seed: Int) {
        var random = SeededRandom(seed: 1000 + UInt64(seed))
        let minutes = randomBars(Self.day, grain: 1, using: &random).map { bar in
            TestBar(day: bar.day, minute: bar.minute, volume: bar.volume, trades: bar.trades ?? 7)
        }
        let fives = Dictionary(grouping: minutes) { $0.minute / 5 }.map { slot, bars in
            Self.bar(
                5 * slot,
                bars.reduce(0) { $0 + $1.volume },
                trades: bars.reduce(0) { $0 + ($1.trades ?? 0) }
            )
        }
        #expect(Self.row(minutes).row == Self.row(fives).row, "seed \(seed)")
    }

    @Test(arguments: 0..<20)
    func aBarThatComesAgainReplacesTheOneBefore(seed: Int) {
        var random = SeededRandom(seed: 2000 + UInt64(seed))
        let first = randomBars(Self.day, grain: 1, using: &random)
        let again = first.filter { _ in Bool.random(using: &random) }.map { bar in
            TestBar(day: bar.day, minute: bar.minute, volume: bar.volume + 1, trades: 3, vwap: 9)
        }
        let all = first.shuffled(using: &random) + again.shuffled(using: &random)
        let (row, rejections) = Self.row(all)
        expectSame(row, naiveRow(Self.name, Self.day, all), "seed \(seed)")
        #expect(rejections.duplicate == again.count && rejections.total == again.count, "seed \(seed)")
    }

    @Test(arguments: 0..<20)
    func volumesNeverDecreaseAndAnEmptyBarChangesNothing(seed: Int) {
        var random = SeededRandom(seed: 3000 + UInt64(seed))
        let bars = randomBars(Self.day, grain: 1, using: &random) + [Self.bar(3, 5)]
        let taken = Set(bars.map(\.minute))
        let empty = (0..<960).filter { !taken.contains($0) }.prefix(50).map { Self.bar($0, 0, trades: nil) }
        let row = Self.row(bars).row
        let volumes = row?.cumulative ?? []
        #expect(volumes.count == Slot.count)
        #expect(zip(volumes, volumes.dropFirst()).allSatisfy { $0 <= $1 }, "seed \(seed)")
        #expect(Self.row(bars + empty).row == row, "seed \(seed)")
    }

    @Test func fractionsAreRoundedDownOnceAndNotBySlot() {
        let row = Self.row([Self.bar(0, 0.4), Self.bar(5, 0.4), Self.bar(10, 0.4), Self.bar(15, 0.8)]).row
        #expect(row?.cumulative.prefix(5) == [0, 0, 1, 2, 2])
    }

    @Test func thirdsOfAShareMakeAShare() {
        let row = Self.row([Self.bar(0, 0.333333), Self.bar(1, 0.333333), Self.bar(2, 0.333333)]).row
        #expect(row?.cumulative.first == 1)
    }

    @Test(
        arguments: [
            (-1, 1.0, \BarRejections.outsideHours), (960, 1, \.outsideHours), (1199, 1, \.outsideHours),
            (-240, 1, \.outsideHours), (-241, 1, \.otherDay), (1200, 1, \.otherDay), (0, -1, \.badVolume),
            (0, .nan, \.badVolume), (0, .infinity, \.badVolume), (0, 1.1e12, \.badVolume), (0, -0.1, \.badVolume),
        ] as [(Int, Double, any KeyPath<BarRejections, Int> & Sendable)]
    )
    func whatCannotBeIsCountedAndLeftOut(
        minute: Int,
        volume: Double,
        reason: any KeyPath<BarRejections, Int> & Sendable
    ) {
        let good = [Self.bar(0, 10), Self.bar(959, 20)]
        let (row, rejections) = Self.row(good + [Self.bar(minute, volume)])
        #expect(row == Self.row(good).row)
        #expect(rejections[keyPath: reason] == 1 && rejections.total == 1)
    }

    @Test func theFirstAndTheLastMinuteCount() {
        let row = Self.row([Self.bar(0, 10), Self.bar(959, 20)]).row
        #expect(row?.cumulative.first == 10)
        #expect(row?.cumulative.suffix(2) == [10, 30])
    }

    @Test(arguments: [Int64.min, -1, 0, .max])
    func absurdTimesAreOfAnotherDay(start: Int64) {
        var fold = DayBarFold(day: Self.day)
        fold.add(startNanoseconds: start, volume: 1, trades: 1)
        fold.add(startMilliseconds: start, volume: 1, trades: 1)
        #expect(fold.rejections.otherDay == 2)
    }

    @Test func absurdVolumesSaturateInsteadOfTrapping() {
        let row = Self.row((0..<960).map { Self.bar($0, 1e12, trades: .max) }).row
        #expect(row?.cumulative.last == Int64.max / 1_000_000)
        #expect(row?.trades.first == .max)
    }

    @Test func aDayWithoutVolumeHasNoRow() {
        #expect(Self.row([]).row == nil)
        #expect(Self.row([Self.bar(7, 0)]).row == nil)
    }

    @Test func tradesAreSummedOverTheSlotAndUnknownWhenOneBarDoesNotTell() {
        let row = Self.row([
            Self.bar(0, 1, trades: 2), Self.bar(4, 1, trades: 3), Self.bar(5, 1, trades: 4),
            Self.bar(6, 1, trades: nil),
            Self.bar(10, 1, trades: 5), Self.bar(11, 0, trades: nil), Self.bar(15, 1, trades: -4),
        ]).row
        #expect(row?.trades.prefix(5) == [5, -1, 5, -1, 0])
    }

    @Test func theAveragePriceIsWeightedByVolumeAndUnknownWhenOneBarDoesNotTell() {
        let row = Self.row([
            Self.bar(0, 100, vwap: 10), Self.bar(4, 300, vwap: 20), Self.bar(5, 1, vwap: 5), Self.bar(6, 1),
            Self.bar(10, 1, vwap: 5), Self.bar(11, 0), Self.bar(15, 1, vwap: 0), Self.bar(20, 1, vwap: .infinity),
        ]).row
        #expect(row?.vwap.prefix(6) == [17.5, -1, 5, -1, -1, -1])
    }

    @Test func nothingOfADayLeaksIntoTheNext() {
        var fold = DayBarFold(day: Self.day)
        for minute in 0..<960 { fold.add(minute: minute, volume: 9, trades: 9, vwap: 9) }
        let next = date("2026-03-11")
        fold.reset(day: next)
        fold.add(minute: 100, volume: 4, trades: 2, vwap: 3)
        var history = SlotHistory()
        fold.append(Self.name, to: &history)
        let expected = naiveRow(Self.name, next, [TestBar(day: next, minute: 100, volume: 4, trades: 2, vwap: 3)])
        #expect(history.rows.first == expected)
    }

    @Test func rejectionsGoOnOverDaysUntilTaken() {
        var fold = DayBarFold(day: Self.day)
        fold.add(minute: 960, volume: 1, trades: 1)
        fold.reset(day: date("2026-03-11"))
        fold.add(minute: 1, volume: -1, trades: 1)
        let taken = fold.takeRejections()
        #expect(taken.outsideHours == 1 && taken.badVolume == 1)
        #expect(fold.rejections.total == 0)
    }
}
