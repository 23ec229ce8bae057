import Engine
import EngineAPI
import Feeds
import Glibc
import MarketData
import MarketTime
import Network
import Simulator
import Store

/// Twenty days of the whole market in a file: written, measured, and read back on the way to live RVOL.
struct StoreBench {
    static let days = 20

    let pipeline: PipelineBench
    /// The history file; made by `fill()`.
    let path: String

    /// Writes the days; returns the figures of that.
    func fill() throws -> [Figure] {
        let store = try TradeulStore(path: path)
        let reader = MarketReader(pipeline.market)
        let symbols = pipeline.market.listings.map { Symbol($0.ticker) }
        let volumes = UnsafeMutableBufferPointer<Int64>.allocate(capacity: Slot.count)
        defer { volumes.deallocate() }
        var writeMs = 0.0
        for day in pipeline.market.historyDays(Self.days) {
            var rows = SlotRows(day: day, slotCount: Slot.count)
            for (index, symbol) in symbols.enumerated() {
                guard let symbol, reader.slotVolumes(on: day, of: index, into: volumes) else { continue }
                rows.symbols.append(symbol)
                rows.cumulative.append(contentsOf: volumes)
            }
            let start = Stopwatch.milliseconds(CLOCK_MONOTONIC)
            try store.write(rows, source: .simulator)
            writeMs += Stopwatch.milliseconds(CLOCK_MONOTONIC) - start
        }
        try store.close()
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw BenchFailure("no file at the store's path") }
        let perDay = Double(facts.st_size) / Double(Self.days) / 1e6
        return [
            Figure(
                name: "store_write_day_ms",
                value: writeMs / Double(Self.days),
                unit: "ms",
                budget: 150,
                better: .lower
            ),
            // 60 days below 400 MB.
            Figure(name: "store_size_per_day_mb", value: perDay, unit: "MB", budget: 400.0 / 60, better: .lower),
        ]
    }

    /// From nothing to RVOL on the screen's side, over HTTP from a running market server: the median of a few starts.
    func startToLiveRVOL(restURL: String, key: String) throws -> Figure {
        let times = try (0..<5).map { _ in try oneStart(restURL: restURL, key: key) }.sorted()
        return Figure(
            name: "start_to_live_rvol_20_days_ms",
            value: times[2],
            unit: "ms",
            budget: 1000,
            better: .lower
        )
    }

    private func oneStart(restURL: String, key: String) throws -> Double {
        let start = Stopwatch.milliseconds(CLOCK_MONOTONIC)
        let store = try TradeulStore(path: path)
        let host = EngineHost(
            core: EngineCore(calendar: pipeline.market.calendar),
            clock: MarketStandsStill(time: pipeline.now),
            store: store,
            persist: { _ in },
            runInBackground: { work in _ = PlainThread(work) }
        )
        let thread = PlainThread { host.run() }
        let feed = PolygonRESTFeed(
            .init(restURL: restURL, key: Secret(key)),
            clock: MarketStandsStill(time: pipeline.now),
            sink: host
        )
        defer {
            feed.stop()
            host.stop()
            _ = thread?.join(milliseconds: 5000)
        }
        host.send(.query(ScanQuery(columns: [.rvol], rows: 0..<60)))
        while true {
            if let result = host.latest()?.result, let first = result.values.first?.first, first > 0 { break }
            guard Stopwatch.milliseconds(CLOCK_MONOTONIC) - start < 30_000 else {
                throw BenchFailure("no RVOL in 30 s")
            }
            usleep(1000)
        }
        let elapsed = Stopwatch.milliseconds(CLOCK_MONOTONIC) - start
        return elapsed
    }

    private struct MarketStandsStill: WallClock {
        let time: Instant

        func now() -> Instant { time }
    }
}
