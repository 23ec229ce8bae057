import Engine
import EngineAPI
import Glibc
import MarketData
import MarketTime
import Simulator

extension StreamLoadBench {
    /// What a look at the engine found.
    private struct Look {
        var ms: Double
        var events: Int
        var queued: Int
        /// From the exchange's time of the newest event to its application, ms.
        var lagMs: Double
    }

    private static let burstPerSecond = 100_000
    private static let burstSeconds = 5
    /// From the upgrade of the connection to the burst, s: subscribing takes six.
    private static let burstAfterSeconds = 15
    private static let queuedMax = 1000.0
    /// What a lag may be longer than before the burst and still be the same, ms.
    private static let lagSlackMs = 2.0
    /// Half a second of looks, by whose middle lag and queue are judged.
    private static let looksJudged = 25

    /// Trades and quotes as ever, and for some seconds many more on top: how long it takes until nothing is seen of them.
    ///
    /// Half of the tickers have no bars, so that nothing but their trades tells their volume.
    func burstFigures() throws -> [Figure] {
        let fault = "burst:\(Self.burstPerSecond)@\(Self.burstAfterSeconds)s+\(Self.burstSeconds)s"
        let rig = try StreamRig(pipeline, program, faults: [fault])
        defer { rig.stop() }
        let start = rig.clock.now().seconds * 1_000_000_000
        rig.tee.countShares(from: start)
        let bars = rig.symbols.prefix(rig.symbols.count / 2).map { StreamPair(.seconds, $0) }
        try rig.subscribe(rig.everything.filter { $0.topic != .seconds } + bars)
        var looks: [Look] = []
        run(rig, seconds: Self.burstAfterSeconds + Self.burstSeconds, snapshots: false) {
            guard let flow = rig.host.latest()?.status.flow else { return }
            looks.append(
                Look(
                    ms: Stopwatch.milliseconds(CLOCK_MONOTONIC),
                    events: rig.tee.events,
                    queued: flow.queued,
                    lagMs: Double(flow.lagNs ?? .max) / 1e6
                )
            )
        }
        let (rate, recovery) = try judge(looks)
        let kept = try settled(rig)
        let missing = try missingShares(rig, from: start)
        return [
            Figure(name: "stream_burst_events_per_s", value: rate, unit: "events/s", budget: 100_000, better: .higher),
            Figure(name: "stream_burst_recovery_ms", value: recovery, unit: "ms", budget: 1000, better: .lower),
            Figure(
                name: "stream_burst_queued_max",
                value: Double(try rig.view().status.flow.queuedMax),
                unit: "events",
                budget: nil,
                better: .lower
            ),
            Figure(
                name: "stream_burst_conflated_events",
                value: Double(kept.conflated),
                unit: "events",
                budget: nil,
                better: .lower
            ),
            Figure(
                name: "stream_burst_lost_events",
                value: Double(kept.lost),
                unit: "events",
                budget: 0,
                better: .lower
            ),
            Figure(name: "stream_burst_lost_shares", value: missing, unit: "shares", budget: 0, better: .lower),
        ]
    }

    /// The burst's events a second, and the time after its end until lag and queue are as before, ms.
    private func judge(_ looks: [Look]) throws -> (rate: Double, recovery: Double) {
        func rate(_ from: Look, _ to: Look) -> Double { Double(to.events - from.events) / (to.ms - from.ms) * 1000 }
        let threshold = Double(StreamRig.eventsPerSecond + Self.burstPerSecond / 2)
        guard let begin = looks.indices.dropFirst(5).first(where: { rate(looks[$0 - 5], looks[$0]) > threshold }),
            begin > Self.looksJudged
        else { throw BenchFailure("the burst has not come") }
        // It may have begun that much earlier; then recovery is measured too long, not too short.
        let endMs = looks[begin - 5].ms + Double(Self.burstSeconds) * 1000
        guard let end = looks.firstIndex(where: { $0.ms >= endMs }) else { throw BenchFailure("the burst has no end") }
        func middle(_ range: Range<Int>, _ value: (Look) -> Double) -> Double {
            looks[range].map(value).sorted()[range.count / 2]
        }
        let before = middle(0..<begin - 5) { $0.lagMs }
        let recovered = (end..<max(end, looks.count - Self.looksJudged)).first { index in
            let window = index..<index + Self.looksJudged
            return middle(window) { Double($0.queued) } < Self.queuedMax
                && middle(window) { $0.lagMs } <= before + Self.lagSlackMs
        }
        return (rate(looks[begin], looks[end]), recovered.map { looks[$0].ms - endMs } ?? .infinity)
    }

    /// Shares by which the engine's volumes differ from those received, and those received from the vendor's bars.
    private func missingShares(_ rig: StreamRig, from start: Int64) throws -> Double {
        var query = RecordedStream.screen
        query.version = 1
        query.columns = [.volume]
        query.rows = 0..<PipelineBench.tickers
        query.stripSlots = 0
        rig.host.send(.query(query))
        let view = try rig.wait("the volumes") { $0.result?.version == 1 }
        guard let result = view.result, let volumes = result.values.first else { throw BenchFailure("no volumes") }
        let shown = Dictionary(zip(result.symbols, volumes)) { first, _ in first }
        let received = rig.tee.received.tickers
        guard received.count > rig.symbols.count * 9 / 10 else { throw BenchFailure("\(received.count) have traded") }
        var missing = 0.0
        for (index, symbol) in rig.symbols.enumerated() {
            guard let ticker = received[symbol] else { continue }
            // Without bars the snapshot's single share stays beneath the trades.
            let hasBars = index < rig.symbols.count / 2
            guard hasBars == (ticker.barStart > 0) else { throw BenchFailure("\(symbol.text) has no bars, or has") }
            let expected = hasBars ? ticker.volume(from: start) : 1 + ticker.volume(from: start)
            missing += abs((shown[symbol] ?? 0) - expected) + ticker.difference
        }
        return missing
    }
}
