import MarketTime
import Network
import Testing

@Suite struct BackoffTests {
    /// Fresh seeds in every run, printed with each failure, beside fixed ones.
    static let seeds: [UInt64] = [1, 2, 0xDEAD_BEEF] + (0..<20).map { _ in UInt64.random(in: .min ... .max) }

    private func limits(_ generator: inout SeededGenerator, _ jitter: Backoff.Jitter) -> Backoff.Limits {
        let first = Int.random(in: 1...5000, using: &generator)
        let cap = Int.random(in: first...(first * 200), using: &generator)
        let granted = Int.random(in: 0...1_000_000, using: &generator)
        return Backoff.Limits(firstMs: first, capMs: cap, retryAfterCapMs: granted, jitter: jitter)
    }

    @Test(arguments: seeds, [Backoff.Jitter.full, .equal])
    func delaysStayWithinTheirEnvelope(seed: UInt64, jitter: Backoff.Jitter) {
        var generator = SeededGenerator(seed: seed)
        var backoff = Backoff(limits: limits(&generator, jitter))
        let now = Instant(seconds: 1_800_000_000)
        var earlierEnvelope = 0
        for failure in 1...200 {
            let delay = backoff.failed(now: now, using: &generator)
            let envelope = backoff.envelopeMs(failure: failure)
            #expect(envelope >= earlierEnvelope && envelope <= backoff.limits.capMs, "seed \(seed)")
            #expect(delay <= envelope, "seed \(seed)")
            #expect(delay >= (jitter == .equal ? envelope / 2 : 0), "seed \(seed)")
            #expect(backoff.nextTry == now.adding(milliseconds: Int64(delay)), "seed \(seed)")
            earlierEnvelope = envelope
        }
        #expect(earlierEnvelope == backoff.limits.capMs, "seed \(seed): the cap is reached")
    }

    @Test(arguments: seeds)
    func retryAfterIsNeverUndercutUpToItsCap(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var backoff = Backoff(limits: limits(&generator, .full))
        for _ in 1...100 {
            let asked = Int.random(in: -10...2_000_000, using: &generator)
            let delay = backoff.failed(now: .epoch, retryAfterMs: asked, using: &generator)
            let granted = min(asked, backoff.limits.retryAfterCapMs)
            #expect(delay >= granted, "seed \(seed)")
            #expect(delay <= max(granted, backoff.limits.capMs), "seed \(seed)")
        }
    }

    @Test(arguments: seeds)
    func sameSeedGivesTheSameDelays(seed: UInt64) {
        func delays() -> [Int] {
            var generator = SeededGenerator(seed: seed)
            var backoff = Backoff()
            return (0..<20).map { _ in backoff.failed(now: .epoch, using: &generator) }
        }
        #expect(delays() == delays(), "seed \(seed)")
    }

    @Test func jitterSpreadsTheDelays() {
        var generator = SeededGenerator(seed: 7)
        let delays = (0..<50).map { _ in
            var backoff = Backoff()
            return backoff.failed(now: .epoch, using: &generator)
        }
        #expect(Set(delays).count > 25)
    }

    @Test func successStartsFromTheShortestDelayAgain() {
        var generator = SeededGenerator(seed: 3)
        var backoff = Backoff(limits: .init(firstMs: 100, capMs: 10_000))
        for _ in 0..<10 { backoff.failed(now: .epoch, using: &generator) }
        #expect(backoff.failures == 10)
        backoff.succeeded()
        #expect(backoff.nextTry == nil)
        #expect(backoff.failed(now: .epoch, using: &generator) <= 100)
    }

    @Test func neverGivesUp() {
        var generator = SeededGenerator(seed: 4)
        var backoff = Backoff()
        for _ in 0..<10_000 { backoff.failed(now: .epoch, using: &generator) }
        #expect(backoff.nextTry != nil)
        #expect(backoff.envelopeMs(failure: .max) == backoff.limits.capMs)
    }
}
