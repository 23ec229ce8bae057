import Engine
import EngineAPI
import Glibc
import MarketData
import MarketTime

/// A busy market over a real WebSocket for a minute, or for ten with `TRADEUL_BENCH_LONG=1`, and a burst on top of it.
///
/// To be run before everything else: memory that other measurements have freed would hide what this one takes.
struct StreamLoadBench {
    /// Seconds until rings and tables have their size.
    private static let warmUpSeconds = 15
    /// What may grow after that, MiB: marks of price and volume every 15 s for 30 min, and 256 bars a ticker.
    private static let growthMaxMiB = 16.0

    let pipeline: PipelineBench
    let program: ProcessBench

    /// The figures of both.
    func figures() throws -> [Figure] { try sustainedFigures() + burstFigures() }

    // MARK: the whole time

    private struct Sample {
        var events: Int
        var cpuMs: Double
        var wallMs: Double
        var mebibytes: Double

        init(_ rig: StreamRig) {
            events = rig.tee.events
            cpuMs = Stopwatch.milliseconds(CLOCK_PROCESS_CPUTIME_ID)
            wallMs = Stopwatch.milliseconds(CLOCK_MONOTONIC)
            mebibytes = ProcessBench.residentMiB(getpid())
        }
    }

    func sustainedFigures() throws -> [Figure] {
        let seconds = getenv("TRADEUL_BENCH_LONG").map { String(cString: $0) } == "1" ? 600 : 60
        // The program would take it for a setting that it does not know.
        unsetenv("TRADEUL_BENCH_LONG")
        let rig = try StreamRig(pipeline, program)
        defer { rig.stop() }
        try rig.subscribe(rig.everything)
        run(rig, seconds: Self.warmUpSeconds) {}
        let first = Sample(rig)
        var (p50, p99): (Int64, Int64) = (0, 0)
        // The engine knows its last minute: of several, the worst counts.
        for _ in 0..<seconds / 60 {
            run(rig, seconds: 60) {}
            let waited = try rig.view().status.flow.application
            p50 = max(p50, waited.quantile(0.5) ?? .max)
            p99 = max(p99, waited.quantile(0.99) ?? .max)
        }
        let last = Sample(rig)
        let kept = try settled(rig)
        return latency(p50, p99)
            + growth(from: first, to: last)
            + [
                Figure(
                    name: "stream_sustained_conflated_or_lost_events",
                    value: Double(kept.conflated + kept.lost),
                    unit: "events",
                    budget: 0,
                    better: .lower
                )
            ]
    }

    private func latency(_ p50: Int64, _ p99: Int64) -> [Figure] {
        [
            Figure(
                name: "stream_sustained_received_to_applied_p50_ms",
                value: Double(p50) / 1e6,
                unit: "ms",
                budget: nil,
                better: .lower
            ),
            Figure(
                name: "stream_sustained_received_to_applied_p99_ms",
                value: Double(p99) / 1e6,
                unit: "ms",
                budget: 5,
                better: .lower
            ),
        ]
    }

    private func growth(from first: Sample, to last: Sample) -> [Figure] {
        let wall = last.wallMs - first.wallMs
        return [
            Figure(name: "stream_sustained_s", value: wall / 1000, unit: "s", budget: nil, better: .higher),
            Figure(
                name: "stream_sustained_events_per_s",
                value: Double(last.events - first.events) / wall * 1000,
                unit: "events/s",
                budget: Double(StreamRig.eventsPerSecond),
                better: .higher
            ),
            Figure(
                name: "stream_sustained_memory_growth_mib",
                value: last.mebibytes - first.mebibytes,
                unit: "MiB",
                budget: Self.growthMaxMiB,
                better: .lower
            ),
            Figure(
                name: "stream_sustained_resident_mib",
                value: last.mebibytes,
                unit: "MiB",
                budget: nil,
                better: .lower
            ),
            Figure(
                name: "stream_sustained_client_cpu_percent",
                value: (last.cpuMs - first.cpuMs) / wall * 100,
                unit: "%",
                budget: nil,
                better: .lower
            ),
        ]
    }

    /// Lets time pass, with a snapshot every five seconds as a feed would bring them; `look` is called 50 times a second.
    func run(_ rig: StreamRig, seconds: Int, snapshots: Bool = true, _ look: () -> Void) {
        let start = Stopwatch.milliseconds(CLOCK_MONOTONIC)
        var nextSnapshot = start
        while true {
            let now = Stopwatch.milliseconds(CLOCK_MONOTONIC)
            guard now < start + Double(seconds) * 1000 else { return }
            if snapshots, now >= nextSnapshot {
                nextSnapshot += 5000
                rig.deliverSnapshot()
            }
            look()
            usleep(20_000)
        }
    }

    /// Ends the flow of events, waits for the engine to have taken all and tells what has become of them.
    func settled(_ rig: StreamRig) throws -> (conflated: Int, lost: Int) {
        rig.tee.shut()
        func taken(_ flow: StreamFlow) -> Int { flow.applied + flow.replaced }
        let received = rig.tee.received
        // What has not come by then is counted as lost below.
        let view = try? rig.wait("the last events") { taken($0.status.flow) >= received.events }
        let flow = try (view ?? rig.view()).status.flow
        return (flow.conflatedTrades + flow.replaced, received.rejected + abs(received.events - taken(flow)))
    }
}
