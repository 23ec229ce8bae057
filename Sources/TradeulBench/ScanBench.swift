import Engine
import EngineAPI
import Feeds
import FilterLanguage
import MarketData
import MarketTime
import Simulator

/// Lists over the whole market, what clauses do, and how fast a text becomes a program.
struct ScanBench {
    static let runs = 15

    let pipeline: PipelineBench

    /// The figures.
    func figures() throws -> [Figure] {
        let text = "price 1..20 and rvol > 0.5 and chg% > -5 and vol > 10K and gap% > -9"
        guard FilterCompiler.compile(text).program != nil else { throw BenchFailure("the filter does not compile") }
        let compile = Stopwatch.medianMs(runs: 201) { _ = FilterCompiler.compile(text) }
        let one = try lists(over: 1)
        let ten = try lists(over: 10)
        return [
            Figure(name: "filter_compile_ms", value: compile, unit: "ms", budget: 0.2, better: .lower),
            Figure(name: "thirty_lists_ms", value: one.pass, unit: "ms", budget: 3, better: .lower),
            Figure(name: "ledger_ms", value: one.ledger, unit: "ms", budget: 1, better: .lower),
            Figure(name: "filtered_query_ms", value: one.query, unit: "ms", budget: nil, better: .lower),
            Figure(name: "thirty_lists_ten_times_rows_ms", value: ten.pass, unit: "ms", budget: nil, better: .lower),
            Figure(
                name: "thirty_lists_ten_times_rows_over_once",
                value: ten.pass / one.pass,
                unit: "ratio",
                budget: 11,
                better: .lower
            ),
        ]
    }

    /// What a pass over 30 lists, a ledger and a filtered ranking cost beyond the snapshot itself, over copies of the market.
    private func lists(over copies: Int) throws -> (pass: Double, ledger: Double, query: Double) {
        let batch = try market(copies)
        func core(_ lists: [ScanDefinition]) throws -> EngineCore {
            var core = EngineCore(calendar: pipeline.market.calendar, rowsMax: 200_000)
            _ = core.step([.command(.scans(ScanBook(lists: lists)))], now: pipeline.now)
            var history = pipeline.history(of: batch)
            history.request.tradingDay = pipeline.market.openingDay
            _ = core.step([.history(history), .snapshot(batch)], now: pipeline.now)
            return core
        }
        var bare = try core([])
        var busy = try core(Self.thirtyLists)
        var second: Int64 = 0
        func time(_ core: inout EngineCore) -> Double {
            Stopwatch.medianMs(runs: Self.runs) {
                second += 5
                _ = core.step([.snapshot(batch)], now: pipeline.now.adding(seconds: second % 50))
            }
        }
        let pass = time(&busy) - time(&bare)
        let states = busy.step([.feed(FeedStatus())], now: pipeline.now).compactMap { output -> [ListState]? in
            if case .publish(let view) = output { view.status.lists } else { nil }
        }
        guard states.first?.allSatisfy({ $0.problem == nil }) == true else { throw BenchFailure("a list is wrong") }
        var query = ScanQuery(filter: Self.thirtyLists[0].filter, columns: [.last, .rvol], rows: 0..<60)
        let plain = Stopwatch.medianMs(runs: Self.runs) { _ = bare.step([.ask(1, query)], now: pipeline.now) }
        query.wantsLedger = true
        let counted = Stopwatch.medianMs(runs: Self.runs) { _ = bare.step([.ask(1, query)], now: pipeline.now) }
        return (pass, counted - plain, plain)
    }

    /// The market's snapshot so many times over, each copy under other symbols.
    private func market(_ copies: Int) throws -> SnapshotBatch {
        let one = try PolygonDecoder().snapshot(pipeline.body)
        var all = one
        let numbers: [WritableKeyPath<SnapshotBatch, [Double]>] = [
            \.lastPrice, \.minuteClose, \.minuteHigh, \.minuteLow, \.minuteVolume, \.minuteTrades, \.accumulatedVolume,
            \.dayOpen, \.dayHigh, \.dayLow, \.dayClose, \.dayVolume, \.dayVWAP, \.previousClose, \.previousVolume,
            \.bid, \.ask, \.bidSize, \.askSize,
        ]
        let times: [WritableKeyPath<SnapshotBatch, [Int64]>] = [\.lastTime, \.minuteStart, \.quoteTime, \.updated]
        for copy in 1..<max(copies, 2) where copy < copies {
            all.symbols += one.symbols.map { Symbol("\($0.text)_\(copy)") ?? $0 }
            all.lastConditions += one.lastConditions
            for column in numbers { all[keyPath: column] += one[keyPath: column] }
            for column in times { all[keyPath: column] += one[keyPath: column] }
        }
        return all
    }

    /// 30 lists of five clauses, sorted by different columns, cut at 100.
    private static let thirtyLists: [ScanDefinition] = {
        let keys: [ColumnID] = [.rvol, .changePercent, .gapPercent, .volume, .dollarVolume, .rangePosition]
        return (0..<30).map { index in
            ScanDefinition(
                name: "list\(index)",
                title: "list \(index)",
                filter: """
                    price \(1 + index % 3)..\(20 + index) and rvol > \(0.2 + Double(index) / 20) and chg% > \(index % 7 - 4) \
                    and vol > \(10 + index)K and gap% > \(index % 5 - 6)
                    """,
                sort: [SortKey(keys[index % keys.count], descending: true)]
            )
        }
    }()
}
