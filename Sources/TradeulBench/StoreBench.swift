import Engine
import EngineAPI
import Feeds
import Glibc
import MarketData
import MarketTime
import Network
import Simulator
import Store

/// Sixty days of the whole market in a file: written as a backfill writes them, measured, and read back on the way to
/// live RVOL.
struct StoreBench {
    static let days = 60

    let pipeline: PipelineBench
    /// The history file; `fill()` makes one.
    let path: String

    private var market: SimulatedMarket { pipeline.market }

    /// Writes the days with everything a store keeps of them; returns the figures of that.
    func fill() throws -> [Figure] {
        let store = try TradeulStore(path: path)
        let reader = MarketReader(market)
        let symbols = market.listings.map { Symbol($0.ticker) }
        var writeMs = 0.0
        for day in market.historyDays(Self.days) {
            let history = slots(on: day, symbols, reader)
            let bars = dailyBars(on: day, symbols, reader)
            guard history.count > symbols.count * 9 / 10, bars.count > symbols.count * 9 / 10 else {
                throw BenchFailure("the market hardly traded on \(day.iso)")
            }
            let start = Stopwatch.milliseconds(CLOCK_MONOTONIC)
            try store.write(.wholeDay(day, history, source: .simulator))
            try store.write(.dailyBars(day, bars))
            writeMs += Stopwatch.milliseconds(CLOCK_MONOTONIC) - start
        }
        try store.close()
        return [
            Figure(
                name: "store_write_day_ms",
                value: writeMs / Double(Self.days),
                unit: "ms",
                budget: 300,
                better: .lower
            ),
            Figure(name: "store_size_60_days_mb", value: try megabytes(), unit: "MB", budget: 400, better: .lower),
        ]
    }

    /// What a backfill asks before it plans: when every day has to be counted first, and afterwards.
    func inventoryFigures() throws -> [Figure] {
        let store = try TradeulStore(path: path)
        let days = market.calendar.tradingDays(before: market.openingDay, count: Self.days)
        let wanted = days.map { market.calendar.day($0) }
        let times = try (0..<6).map { _ in
            let start = Stopwatch.milliseconds(CLOCK_MONOTONIC)
            let inventory = try store.inventory(of: wanted, symbols: nil)
            guard inventory.days.allSatisfy(\.isComplete), inventory.missing.isEmpty else {
                throw BenchFailure("the stored days are not complete")
            }
            return Stopwatch.milliseconds(CLOCK_MONOTONIC) - start
        }
        try store.close()
        let again = times.dropFirst().sorted()[2]
        return [
            Figure(name: "inventory_60_days_counted_ms", value: times[0], unit: "ms", budget: 1000, better: .lower),
            Figure(name: "inventory_60_days_ms", value: again, unit: "ms", budget: 1000, better: .lower),
        ]
    }

    /// Baselines, averages and ATR of the whole market from a file that is not in memory, by length of lookback.
    func loadFigures() throws -> [Figure] {
        try [(5, 1000), (20, 1000), (60, 3000)].map { lookbackDays, budget in
            Figure(
                name: "baselines_from_60_days_lookback_\(lookbackDays)_ms",
                value: try loadMs(lookbackDays: lookbackDays),
                unit: "ms",
                budget: budget,
                better: .lower
            )
        }
    }

    /// From nothing to RVOL on the screen's side, over HTTP from a running market server: the median of a few starts.
    func startToLiveRVOL(_ program: ProcessBench) throws -> Figure {
        let server = try program.market(speed: 1)
        defer { server.stop() }
        let times = try (0..<5).map { _ in try oneStart(restURL: server.restURL) }.sorted()
        return Figure(
            name: "start_to_live_rvol_20_days_ms",
            value: times[2],
            unit: "ms",
            budget: 1000,
            better: .lower
        )
    }

    private func settings(lookbackDays: Int) -> RVOLSettings {
        var settings = RVOLSettings()
        settings.lookbackDays = lookbackDays
        return settings
    }

    /// The size of the file, with all that is in it.
    func megabytes() throws -> Double {
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw BenchFailure("no file at the store's path") }
        return Double(facts.st_size) / 1e6
    }

    /// From an unopened file that is not in memory to all sums, on the wall: the median of five.
    func loadMs(lookbackDays: Int) throws -> Double {
        let request = HistoryRequest(
            tradingDay: market.openingDay,
            calendar: market.calendar,
            settings: settings(lookbackDays: lookbackDays)
        )
        let times = try (0..<5).map { _ in
            try dropFromMemory()
            let start = Stopwatch.milliseconds(CLOCK_MONOTONIC)
            let store = try TradeulStore(path: path)
            let load = try store.loadHistory(request)
            let elapsed = Stopwatch.milliseconds(CLOCK_MONOTONIC) - start
            try store.close()
            // Early closes may be among the days, which do not count.
            guard load.symbols.count > PipelineBench.tickers * 9 / 10,
                load.daily.symbols.count > PipelineBench.tickers * 9 / 10,
                Int(load.days.max() ?? 0) >= lookbackDays - 2
            else { throw BenchFailure("the baselines lack days or symbols") }
            return elapsed
        }
        return times.sorted()[2]
    }

    /// Makes the next reader fetch the file from the disk.
    private func dropFromMemory() throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BenchFailure("no file at the store's path") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0, posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) == 0 else {
            throw BenchFailure("the store's file cannot be dropped from memory")
        }
    }

    private func oneStart(restURL: String) throws -> Double {
        let start = Stopwatch.milliseconds(CLOCK_MONOTONIC)
        let store = try TradeulStore(path: path)
        let host = EngineHost(
            core: EngineCore(calendar: market.calendar, settings: settings(lookbackDays: 20)),
            clock: MarketStandsStill(time: pipeline.now),
            store: store,
            persist: { _ in },
            runInBackground: { work in _ = PlainThread(work) }
        )
        let thread = PlainThread { host.run() }
        let feed = PolygonRESTFeed(
            .init(restURL: restURL, key: Secret(ProcessBench.Market.key)),
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

extension StoreBench {
    /// A day's slots with trades and average prices, as aggregates tell them.
    private func slots(on day: DayID, _ symbols: [Symbol?], _ reader: MarketReader) -> SlotHistory {
        var history = SlotHistory()
        let begin = NewYork.instant(day, secondOfDay: Slot.dayStartSecond)
        let end = NewYork.instant(day, secondOfDay: Slot.dayEndSecond)
        var volumes = [Int64](repeating: 0, count: Slot.count)
        var trades = [Int32](repeating: 0, count: Slot.count)
        var prices = [Float](repeating: .nan, count: Slot.count)
        for (index, symbol) in symbols.enumerated() {
            // Days of a company that had the ticker before are not this one's.
            guard let symbol, market.listings[index].listDate <= day else { continue }
            for slot in 0..<Slot.count { (volumes[slot], trades[slot], prices[slot]) = (0, 0, .nan) }
            reader.forEachSlotBar(on: day, of: index, asOf: end) { bar, _ in
                let slot = Int(bar.startMs - begin.milliseconds) / (Slot.seconds * 1000)
                volumes[slot] = (bar.volumeBeforeMicro + bar.volumeMicro) / 1_000_000
                trades[slot] = Int32(clamping: bar.trades)
                prices[slot] = Float(bar.vwapE4 / 10_000)
            }
            for slot in 1..<Slot.count { volumes[slot] = max(volumes[slot], volumes[slot - 1]) }
            guard volumes[Slot.count - 1] > 0 else { continue }
            history.append(symbol, day, cumulative: volumes, trades: trades, vwap: prices)
        }
        return history
    }

    private func dailyBars(on day: DayID, _ symbols: [Symbol?], _ reader: MarketReader) -> [DailyBar] {
        symbols.enumerated().compactMap { index, symbol in
            guard let symbol, market.listings[index].listDate <= day,
                let bar = reader.dailyBar(on: day, of: index)
            else { return nil }
            return DailyBar(
                symbol: symbol,
                open: Double(bar.price.open) / 10_000,
                high: Double(bar.price.high) / 10_000,
                low: Double(bar.price.low) / 10_000,
                close: Double(bar.price.close) / 10_000,
                volume: Double(bar.volumeMicro) / 1_000_000,
                vwap: bar.vwapE4 / 10_000,
                trades: bar.trades
            )
        }
    }
}
