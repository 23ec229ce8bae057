import Engine
import EngineAPI
import Feeds
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
        return [
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
    }

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
