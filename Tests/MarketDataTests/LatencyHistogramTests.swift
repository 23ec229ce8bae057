import MarketData
import Testing

@Suite
struct LatencyHistogramTests {
    /// A few thousand durations over nine orders of magnitude, without a generator.
    private func durations(_ seed: UInt64) -> [Int64] {
        var state = seed
        return (0..<4000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let exponent = Int64(state >> 59)
            return Int64(state >> 20 & 0xFFFF) << max(0, exponent - 12)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64], [0.0, 0.1, 0.5, 0.9, 0.99, 0.999, 1])
    func aQuantileIsAtLeastTheExactOneAndAtMostAnEighthMore(_ seed: UInt64, _ share: Double) throws {
        let durations = durations(seed).sorted()
        var histogram = LatencyHistogram()
        for duration in durations { histogram.add(duration) }
        let index = max(0, Int((Double(durations.count) * share).rounded(.up)) - 1)
        let exact = durations[index]
        let found = try #require(histogram.quantile(share))
        #expect(found >= exact, "seed \(seed)")
        #expect(Double(found) <= Double(exact) * 1.125 + 16, "seed \(seed): \(found) for \(exact)")
    }

    @Test func addingAHistogramIsAddingItsDurations() {
        var all = LatencyHistogram()
        var first = LatencyHistogram()
        var second = LatencyHistogram()
        for duration in durations(4) {
            all.add(duration)
            first.add(duration)
        }
        for duration in durations(5) {
            all.add(duration)
            second.add(duration)
        }
        first.add(second)
        #expect(first == all)
    }

    @Test func aDurationAddedManyTimesCountsThatOften() {
        var histogram = LatencyHistogram()
        histogram.add(1_000, times: 99)
        histogram.add(1_000_000, times: 1)
        #expect(histogram.count == 100)
        #expect((histogram.quantile(0.99) ?? 0) < 1_200)
        #expect(histogram.quantile(1) == 1_000_000)
    }

    @Test(arguments: [-1, .min] as [Int64])
    func clocksThatDisagreeCountAsNothing(_ duration: Int64) {
        var histogram = LatencyHistogram()
        histogram.add(duration)
        #expect(histogram.count == 1)
        #expect(histogram.longest == 0)
        #expect((histogram.quantile(0.5) ?? .max) <= 1)
    }

    @Test(arguments: [300_000_000_000, .max] as [Int64])
    func whatIsLongerThanAllBucketsIsNotMadeShorter(_ duration: Int64) {
        var histogram = LatencyHistogram()
        histogram.add(duration)
        #expect(histogram.quantile(0.5) == duration)
        #expect(histogram.counts(upTo: [290_000_000_000]) == [0, 1])
    }

    @Test func countsUpToEndsAddUpToAll() {
        var histogram = LatencyHistogram()
        for duration in durations(6) { histogram.add(duration) }
        let counts = histogram.counts(upTo: [100_000, 1_000_000, 5_000_000, 1_000_000_000])
        #expect(counts.count == 5)
        #expect(counts.reduce(0, +) == histogram.count)
        let short = UInt64(durations(6).filter { $0 < 80_000 }.count)
        #expect(counts[0] >= short)
    }

    @Test func nothingAddedHasNoQuantile() {
        #expect(LatencyHistogram().quantile(0.5) == nil)
    }
}
