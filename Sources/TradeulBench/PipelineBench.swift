import Analytics
import Engine
import EngineAPI
import Feeds
import Glibc
import MarketData
import MarketTime
import Network
import Simulator

/// Snapshot bytes to ranked rows: what happens every five seconds.
struct PipelineBench {
    static let tickers = 11_000
    static let runs = 21

    let market: SimulatedMarket
    let now: Instant
    let body: ResponseBody

    /// The simulated market at 10:05 on a plain Tuesday, its snapshot as the vendor would send it.
    init(day: DayID) {
        market = SimulatedMarket(seed: 1, tickerCount: Self.tickers, openingDay: day)
        now = NewYork.instant(day, secondOfDay: 10 * 3600 + 5 * 60)
        let cursor = MarketCursor(market)
        cursor.advance(to: now)
        let json = JSONBytes(capacity: 8 << 20)
        cursor.writeFullSnapshot(into: json)
        body = ResponseBody(copying: json.array)
    }

    /// The figures, in the order of the path.
    func figures() throws -> [Figure] {
        let decoder = PolygonDecoder()
        var checksum = 0.0
        let bare = Stopwatch.medianMs(runs: Self.runs) { checksum += decoder.barePass(body) }
        var batch = SnapshotBatch()
        let decode = try Stopwatch.medianMs(runs: Self.runs) { batch = try decoder.snapshot(body) }
        guard checksum.isFinite, batch.count > Self.tickers * 9 / 10 else {
            throw BenchFailure("the snapshot is unreadable")
        }

        var core = EngineCore(calendar: market.calendar)
        _ = core.step([], now: now)
        _ = core.step([.history(history(of: batch))], now: now)
        let apply = Stopwatch.medianMs(runs: Self.runs) { _ = core.step([.snapshot(batch)], now: now) }

        let scans = Self.tenScans()
        // Each step with new data ranks anew; the step's own cost is taken off.
        let scansSorted =
            Stopwatch.medianMs(runs: Self.runs) {
                _ = core.step([.snapshot(batch)], now: now)
                for scan in scans { _ = core.step([.command(.query(scan))], now: now) }
            } - apply
        let screen = Self.screenQuery()
        _ = core.step([.command(.query(screen))], now: now)
        let query = Stopwatch.medianMs(runs: Self.runs) { _ = core.step([.command(.query(screen))], now: now) }
        let total = decode + apply + scansSorted
        var figures = [
            Figure(name: "snapshot_body_mb", value: Double(body.count) / 1e6, unit: "MB", budget: nil, better: .lower),
            Figure(name: "snapshot_bare_simdjson_ms", value: bare, unit: "ms", budget: nil, better: .lower),
            Figure(name: "snapshot_bytes_to_columns_ms", value: decode, unit: "ms", budget: 15, better: .lower),
            Figure(name: "columns_to_rvol_ms", value: apply, unit: "ms", budget: 15, better: .lower),
            Figure(name: "ten_scans_sorted_ms", value: scansSorted, unit: "ms", budget: 15, better: .lower),
            Figure(name: "snapshot_to_ten_scans_ms", value: total, unit: "ms", budget: 15, better: .lower),
            Figure(
                name: "snapshot_to_ten_scans_over_bare_simdjson",
                value: total / bare,
                unit: "ratio",
                budget: 2.7,
                better: .lower
            ),
            Figure(name: "screen_query_ms", value: query, unit: "ms", budget: 0.2, better: .lower),
        ]
        figures += relativeVolumeFigures(of: batch)
        figures.append(try dayRollFigure(of: batch))
        return figures
    }

    /// The RVOL pass alone, over all tickers: within a slot, and at the first snapshot of a slot.
    func relativeVolumeFigures(of batch: SnapshotBatch) -> [Figure] {
        let history = history(of: batch)
        var universe = Universe()
        var slots = DaySlots()
        slots.grow(to: batch.count)
        for (index, symbol) in batch.symbols.enumerated() {
            let row = universe.intern(symbol).row
            universe.volume[row] = batch.accumulatedVolume[index]
            universe.averageVolume[row] = history.daily.averageVolume30[index]
            slots.restore(row: row, (0..<72).map { Int64($0 * 100) }, completedSlots: 72)
        }
        var pass = RelativeVolumePass()
        pass.use(Baseline(symbols: history.symbols, days: history.days, sums: history.sums))
        func time(_ progress: (_ run: Int) -> DayProgress) -> Double {
            var run = 0
            return Stopwatch.medianMs(runs: Self.runs * 5) {
                run += 1
                pass.update(
                    &universe,
                    slots: slots,
                    at: progress(run),
                    .cumulative(.interpolated(floor: 100)),
                    lookbackDays: 5
                )
            }
        }
        let within = time { DayProgress(completedSlots: 72, fraction: 0.2 + Double($0 % 70) / 100) }
        let atStart = time { DayProgress(completedSlots: 70 + $0 % 2, fraction: 0.2) }
        return [
            Figure(name: "rvol_pass_ms", value: within, unit: "ms", budget: 0.3, better: .lower),
            Figure(name: "rvol_pass_new_slot_ms", value: atStart, unit: "ms", budget: 0.3, better: .lower),
        ]
    }

    /// The step at 04:00 that hands 192 slots of every ticker to the store and forgets the day.
    func dayRollFigure(of batch: SnapshotBatch) throws -> Figure {
        let day = market.openingDay
        let evening = NewYork.instant(day, secondOfDay: Slot.dayEndSecond - 10)
        var late = batch
        for index in 0..<batch.count {
            late.lastTime[index] = evening.nanoseconds
            late.minuteStart[index] = evening.nanoseconds - evening.nanoseconds % 60_000_000_000
            late.updated[index] = evening.nanoseconds
        }
        var first = SnapshotBatch()
        first.symbols = [late.symbols[0]]
        for column in Self.numbers { first[keyPath: column] = [late[keyPath: column][0]] }
        for column in Self.times { first[keyPath: column] = [late[keyPath: column][0]] }
        var times: [Double] = []
        for _ in 0..<7 {
            var core = EngineCore(calendar: market.calendar)
            _ = core.step([], now: evening)
            // Seen without delay while the market was open, so a little after the close the last slot counts as over.
            _ = core.step([.history(history(of: batch)), .snapshot(first)], now: evening)
            _ = core.step([.snapshot(first)], now: evening.adding(seconds: 50))
            // Decided after the slots were written: written again when the day ends.
            _ = core.step([.snapshot(late)], now: evening.adding(seconds: 60))
            let four = NewYork.instant(market.calendar.tradingDay(after: day), secondOfDay: Slot.dayStartSecond)
            let start = Stopwatch.milliseconds(CLOCK_THREAD_CPUTIME_ID)
            let outputs = core.step([], now: four)
            times.append(Stopwatch.milliseconds(CLOCK_THREAD_CPUTIME_ID) - start)
            let rows = outputs.map { if case .persist(let rows) = $0 { rows.cumulative.count } else { 0 } }
            guard rows.reduce(0, +) > batch.count * Slot.count / 4 else {
                throw BenchFailure("the day's slots are not written")
            }
        }
        return Figure(name: "day_roll_ms", value: times.sorted()[3], unit: "ms", budget: 100, better: .lower)
    }

    private static var numbers: [WritableKeyPath<SnapshotBatch, [Double]>] {
        [
            \.lastPrice, \.minuteClose, \.minuteHigh, \.minuteLow, \.minuteVolume, \.accumulatedVolume, \.dayOpen,
            \.dayHigh,
            \.dayLow, \.dayClose, \.dayVolume, \.dayVWAP, \.previousClose, \.previousVolume, \.bid, \.ask,
        ]
    }

    private static var times: [WritableKeyPath<SnapshotBatch, [Int64]>] { [\.lastTime, \.minuteStart, \.updated] }

    /// A baseline for every ticker, with the shape of a real one.
    func history(of batch: SnapshotBatch) -> HistoryLoad {
        let day = market.openingDay
        var load = HistoryLoad(
            request: HistoryRequest(tradingDay: day, lookbackCandidates: [], daysPerSymbol: 5, dailyDays: [])
        )
        for (index, symbol) in batch.symbols.enumerated() {
            load.symbols.append(symbol)
            load.days.append(5)
            let perSlot = Double(100 + index * 37 % 100_000)
            load.sums.append(contentsOf: (1...Slot.count).map { Double($0) * perSlot })
        }
        load.daily.symbols = load.symbols
        load.daily.averageVolume30 = load.symbols.map { _ in 1e6 }
        return load
    }

    /// What a trader's lists ask for: each in play by another order.
    private static func tenScans() -> [ScanQuery] {
        let gate = ScanGate(minPrice: 1, minVolume: 50_000)
        let columns: [ColumnID] = [
            .rvol, .changePercent, .gapPercent, .volume, .dollarVolume, .slotRVOL, .simpleRVOL, .rangePosition, .last,
        ]
        let keys = columns.map { SortKey($0, descending: true) } + [SortKey(.changePercent, descending: false)]
        return keys.map { ScanQuery(gate: gate, sort: [$0], columns: columns, rows: 0..<60) }
    }

    /// A 200×60 screen over the whole market, scrolled: the order is known, the rows are gathered.
    private static func screenQuery() -> ScanQuery {
        ScanQuery(
            columns: [.last, .changePercent, .gapPercent, .rvol, .slotRVOL, .volume, .dollarVolume, .simpleRVOL],
            rows: 100..<160,
            stripSlots: 48
        )
    }
}

/// Why the benchmark could not be run.
struct BenchFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
