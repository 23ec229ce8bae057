import Analytics
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite
struct PriceWindowsTests {
    /// 14:00:00 UTC of some day.
    private let start = Instant(seconds: 1_800_021_600)

    private func market(_ rows: Int) -> Universe {
        var universe = Universe()
        for row in 0..<rows {
            guard let symbol = Symbol("T\(row)") else { continue }
            _ = universe.intern(symbol)
            universe.price[row] = 10
            universe.volume[row] = 1000
        }
        return universe
    }

    /// The windows; nil for a volume nobody wants.
    private func columns(_ universe: Universe) -> [(minutes: Int64, volume: [Double]?, change: [Double])] {
        [
            (1, universe.volume1m, universe.change1m), (2, nil, universe.change2m),
            (5, universe.volume5m, universe.change5m), (10, universe.volume10m, universe.change10m),
            (15, universe.volume15m, universe.change15m), (30, universe.volume30m, universe.change30m),
        ]
    }

    @Test func aWindowIsMissingUntilAMarkLiesBeforeIt() {
        var universe = market(1)
        var windows = PriceWindows()
        for second in 0...1800 {
            let now = start.adding(seconds: Int64(second))
            _ = windows.mark(now, universe)
            windows.update(&universe, at: now)
            for (minutes, volume, change) in columns(universe) {
                let isMissing = second < minutes * 60
                #expect(change[0].isNaN == isMissing, "\(minutes) min at second \(second)")
                if let volume { #expect(volume[0].isNaN == isMissing, "\(minutes) min at second \(second)") }
            }
        }
        #expect(windows.markCount == 121)
    }

    @Test func withoutTradesAWindowDecaysToNothingByTheClock() {
        var universe = market(1)
        var windows = PriceWindows()
        _ = windows.mark(start, universe)
        universe.volume[0] = 1500
        universe.price[0] = 11
        var volumes: [Double] = []
        for second in stride(from: Int64(60), through: 180, by: 15) {
            for step in [second - 14, second] { _ = windows.mark(start.adding(seconds: step), universe) }
            windows.update(&universe, at: start.adding(seconds: second))
            volumes.append(universe.volume1m[0])
        }
        #expect(volumes.first == 500)
        #expect(volumes.last == 0)
        #expect(universe.change1m[0] == 0)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func windowsAgreeWithALookThroughEverythingThatWasMarked(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var universe = market(3)
        var windows = PriceWindows()
        var naive: [(time: Int64, prices: [Double], volumes: [Double])] = []
        var now = start
        for step in 0..<3000 {
            // Mostly steps of up to two seconds, now and then a sleep or a clock that is put back.
            let pace = Int.random(in: 0..<1000, using: &random)
            let seconds = pace == 0 ? Int64.random(in: -400...2500, using: &random) : 0
            now = now.adding(milliseconds: seconds * 1000 + Int64.random(in: 1...2000, using: &random))
            naive.removeAll { $0.time > now.nanoseconds }
            let beat = now.seconds / 15
            let isDue = naive.last.map { $0.time / 15_000_000_000 != beat } ?? true
            #expect(windows.mark(now, universe) == isDue, "seed \(seed), step \(step)")
            if isDue { naive.append((now.nanoseconds, universe.price, universe.volume)) }
            for row in 0..<universe.count {
                universe.volume[row] += Double(Int.random(in: 0...500, using: &random))
                universe.price[row] = Double(Int.random(in: 100...9999, using: &random)) / 100
            }
            if step % 400 == 399, let symbol = Symbol("N\(step)") {
                let row = universe.intern(symbol).row
                universe.volume[row] = 5
                universe.price[row] = 1
            }
            windows.update(&universe, at: now)
            for (minutes, volume, change) in columns(universe) {
                let begin = now.nanoseconds - minutes * 60_000_000_000
                let base = naive.last { $0.time <= begin }.flatMap { $0.time < begin - 30_000_000_000 ? nil : $0 }
                for row in 0..<universe.count {
                    let known = base.flatMap { row < $0.volumes.count ? $0 : nil }
                    let wantedVolume = known.map { universe.volume[row] - $0.volumes[row] } ?? .nan
                    let wantedChange = known.map { (universe.price[row] / $0.prices[row] - 1) * 100 } ?? .nan
                    let isRight =
                        same(volume?[row] ?? wantedVolume, wantedVolume)
                        && (same(change[row], wantedChange, within: 1e-3))
                    #expect(isRight, "seed \(seed), step \(step), row \(row), \(minutes) min")
                    if !isRight { return }
                }
            }
        }
        #expect(windows.markCount <= PriceWindows.marksMax)
    }

    private func same(_ left: Double, _ right: Double, within: Double = 0) -> Bool {
        left.isNaN ? right.isNaN : abs(left - right) <= within
    }

    @Test func someRowsGetTheSameNumbersAsAll() {
        var universe = market(40)
        var windows = PriceWindows()
        for step in 0..<130 {
            let now = start.adding(seconds: Int64(step) * 15)
            _ = windows.mark(now, universe)
            for row in 0..<40 where (row + step) % 3 == 0 {
                universe.volume[row] += Double(row)
                universe.price[row] += 0.01
            }
            if step == 60, let symbol = Symbol("LATE") { _ = universe.intern(symbol) }
            var some = universe
            windows.update(&universe, at: now)
            windows.update(&some, rows: Array(0..<Int32(universe.count)), at: now)
            for (all, few) in zip(columns(universe), columns(some)) {
                #expect(zip(all.volume ?? [], few.volume ?? []).allSatisfy { same($0, $1) })
                #expect(zip(all.change, few.change).allSatisfy { same($0, $1) })
            }
        }
    }

    @Test func sharesThatBecomeKnownLateAreNoVolumeOfALaterWindow() {
        var universe = market(2)
        var windows = PriceWindows()
        for second in stride(from: Int64(0), through: 600, by: 15) {
            _ = windows.mark(start.adding(seconds: second), universe)
        }
        universe.volume[0] += 300
        windows.amend(row: 0, since: start.adding(seconds: 400).nanoseconds, delta: 300)
        windows.amend(row: 99, since: 0, delta: 300)
        windows.update(&universe, at: start.adding(seconds: 600))
        #expect(universe.volume1m[0] == 0)
        #expect(universe.volume5m[0] == 300)
        #expect(universe.volume1m[1] == 0)
        windows.amend(row: 0, since: start.adding(seconds: 400).nanoseconds, delta: -9000)
        windows.update(&universe, at: start.adding(seconds: 600))
        #expect(universe.volume1m[0] == universe.volume[0])
    }

    @Test func aVolumeThatShrinksIsNoNegativeWindow() {
        var universe = market(1)
        var windows = PriceWindows()
        for second in stride(from: Int64(0), through: 60, by: 15) {
            _ = windows.mark(start.adding(seconds: second), universe)
        }
        universe.volume[0] = 10
        windows.update(&universe, at: start.adding(seconds: 60))
        #expect(universe.volume1m[0] == 0)
    }

    @Test(arguments: [Double.nan, 4_294_967_295, .infinity, -1])
    func aVolumeThatCannotBeMarkedHasNoWindow(_ volume: Double) {
        var universe = market(2)
        universe.volume[0] = volume
        universe.price[0] = .nan
        var windows = PriceWindows()
        _ = windows.mark(start, universe)
        universe.volume[0] = 5000
        universe.volume[1] = .nan
        universe.price[0] = 3
        universe.price[1] = .nan
        windows.update(&universe, at: start.adding(seconds: 60))
        #expect(universe.volume1m[0].isNaN && universe.volume1m[1].isNaN)
        #expect(universe.change1m[0].isNaN && universe.change1m[1].isNaN)
    }

    @Test func fractionsOfSharesAndUnchangedPricesLeaveNothingBehind() {
        var universe = market(1)
        universe.volume[0] = 1000.4
        universe.price[0] = 0.1234567
        var windows = PriceWindows()
        _ = windows.mark(start, universe)
        windows.update(&universe, at: start.adding(seconds: 60))
        #expect(universe.volume1m[0] == 0)
        #expect(universe.change1m[0] == 0)
        universe.volume[0] = 4_000_000_000
        _ = windows.mark(start.adding(seconds: 60), universe)
        universe.volume[0] += 1
        windows.update(&universe, at: start.adding(seconds: 120))
        #expect(universe.volume1m[0] == 1)
    }

    @Test func aNewDayBeginsWithoutWindows() {
        var universe = market(1)
        var windows = PriceWindows()
        _ = windows.mark(start, universe)
        windows.reset()
        #expect(windows.markCount == 0)
        windows.update(&universe, at: start.adding(seconds: 60))
        #expect(universe.volume1m[0].isNaN)
        let isMarked = windows.mark(start, universe)
        #expect(isMarked)
    }
}
