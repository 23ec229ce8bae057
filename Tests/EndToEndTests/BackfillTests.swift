import EngineAPI
import Feeds
import History
import MarketData
import MarketTime
import Network
import Simulator
import Store
import Synchronization
import Testing

@testable import tradeul

/// A backfill over real HTTP into a real file.
@Suite
struct BackfillTests {
    /// A source that counts what it is asked, and can end a backfill after so many answers.
    private final class CountingSource: HistorySource {
        private let source: PolygonHistorySource
        private let asked = Mutex<[HistoryFetch]>([])
        private let onAnswer: @Sendable (Int) -> Void
        private let answers = Mutex(0)

        init(_ fixture: MarketFixture, onAnswer: @escaping @Sendable (Int) -> Void = { _ in }) {
            let calendar = fixture.market.calendar
            source = PolygonHistorySource(
                .init(restURL: fixture.restURL, key: Secret("key"), connections: 4) { calendar },
                clock: fixture.clock
            )
            self.onAnswer = onAnswer
        }

        var fetches: [HistoryFetch] { asked.withLock { $0 } }

        func fetch(_ fetch: HistoryFetch, completion: @escaping @Sendable (HistoryAnswer) -> Void) {
            asked.withLock { $0.append(fetch) }
            source.fetch(fetch) { answer in
                let count = self.answers.withLock { count in
                    count += 1
                    return count
                }
                completion(answer)
                self.onAnswer(count)
            }
        }

        func stop() { source.stop() }
    }

    private static func job(_ fixture: MarketFixture, days: Int, dailyDays: Int = 12) -> BackfillJob {
        let calendar = fixture.market.calendar
        return HistoryWindow(
            calendar: calendar,
            tradingDay: MarketFixture.day,
            days: days,
            includesEarlyCloses: true,
            dailyDaysMax: dailyDays
        ).job()
    }

    /// Runs a job to its end, or until the source ends the runner.
    private static func run(
        _ job: BackfillJob,
        _ source: CountingSource,
        into store: TradeulStore,
        settings: BackfillSettings = BackfillSettings(),
        register: (BackfillRunner) -> Void = { _ in }
    ) -> BackfillSummary {
        let summary = Guarded(BackfillSummary())
        let runner = BackfillRunner(
            source: source,
            store: store,
            settings: settings,
            hooks: BackfillRunner.Hooks(ended: { summary.value = $0 })
        )
        register(runner)
        runner.post(.start(job))
        runner.run(untilEnded: true)
        return summary.value
    }

    /// Each listing's stored days of a window against the market itself; returns how many rows were compared.
    private static func compare(_ store: TradeulStore, _ fixture: MarketFixture, days: [DayID]) throws -> Int {
        let reader = MarketReader(fixture.market)
        var compared = 0
        for day in days {
            let stored = try store.slotRows(day: day)
            for (index, listing) in fixture.market.listings.enumerated() {
                guard let symbol = Symbol(listing.ticker), listing.listDate <= MarketFixture.day else { continue }
                let volumes = UnsafeMutableBufferPointer<Int64>.allocate(capacity: Slot.count)
                defer { volumes.deallocate() }
                let traded = reader.slotVolumes(on: day, of: index, into: volumes) && day >= listing.listDate
                let row = stored.symbols.firstIndex(of: symbol)
                guard traded, volumes[Slot.count - 1] > 0 else {
                    #expect(row == nil, "\(listing.ticker) did not trade on \(day.iso)")
                    continue
                }
                let found = try #require(row, "\(listing.ticker) on \(day.iso)")
                let width = stored.slotCount
                let values = Array(stored.cumulative[found * width..<(found + 1) * width])
                #expect(values == Array(volumes), "\(listing.ticker) on \(day.iso)")
                compared += 1
            }
        }
        return compared
    }

    @Test func whatIsFetchedOverRESTIsTheMarketsOwnHistory() throws {
        let fixture = try MarketFixture(tickers: 80)
        let store = try fixture.openStore()
        let source = CountingSource(fixture)
        defer { source.stop() }
        let job = Self.job(fixture, days: 8)
        let summary = Self.run(job, source, into: store)
        #expect(summary.outcome == .finished)
        #expect(try Self.compare(store, fixture, days: job.slotDays.map(\.date)) > 300)
        let days = try store.storedDays(job.slotDays)
        #expect(days.allSatisfy { $0.isComplete }, "\(days.filter { !$0.isComplete })")
        #expect(days.allSatisfy { $0.sources == [.aggregates] })
        let again = CountingSource(fixture)
        defer { again.stop() }
        _ = Self.run(job, again, into: store)
        #expect(
            again.fetches.allSatisfy { if case .bars = $0 { false } else { true } },
            "what is stored is asked again"
        )
    }

    @Test(arguments: [7, 23, 41])
    func aBackfillEndedHalfWayGoesOnWithoutAskingTwice(after answers: Int) throws {
        let fixture = try MarketFixture(tickers: 60)
        let path = "resumed.db"
        let job = Self.job(fixture, days: 5, dailyDays: 5)
        var settings = BackfillSettings()
        settings.symbolsPerWrite = 5
        var first: [HistoryFetch] = []
        do {
            let store = try fixture.openStore(path)
            let runner = Guarded<BackfillRunner?>(nil)
            let source = CountingSource(fixture) { if $0 == answers { runner.value?.end() } }
            defer { source.stop() }
            _ = Self.run(job, source, into: store, settings: settings) { runner.value = $0 }
            first = source.fetches
            try store.close()
        }
        let store = try fixture.openStore(path)
        let source = CountingSource(fixture)
        defer { source.stop() }
        #expect(Self.run(job, source, into: store, settings: settings).outcome == .finished)
        _ = try Self.compare(store, fixture, days: job.slotDays.map(\.date))
        func symbols(_ fetches: [HistoryFetch]) -> [Symbol] {
            fetches.compactMap { if case .bars(let symbol, _, _) = $0 { symbol } else { nil } }
        }
        // Whatever was answered before the end was written by it; only what was under way may be asked again.
        let repeated = Set(symbols(first)).intersection(symbols(source.fetches))
        #expect(repeated.count <= settings.connections, "\(repeated.map(\.text))")
    }

    @Test func flatFilesFromTheBucketHoldTheSameAsREST() throws {
        let fixture = try MarketFixture(tickers: 80)
        let days = fixture.market.calendar.tradingDays(before: MarketFixture.day, count: 3)
        let store = try fixture.openStore()
        let client = HTTPClient()
        defer { client.close() }
        let bucket = FlatFileBucket(
            endpoint: fixture.restURL,
            accessKeyID: MarketFixture.flatFileID,
            secret: Secret(MarketFixture.flatFileSecret),
            client: client
        )
        for day in days {
            try store.write(try bucket.minuteBars(of: day).write)
            try store.write(try bucket.dailyBars(of: day).write)
        }
        #expect(try Self.compare(store, fixture, days: days) > 100)
        let stored = try store.storedDays(days.map { fixture.market.calendar.day($0) })
        #expect(stored.allSatisfy { $0.isSealed && $0.sources == [.flatFile] })
        let wrong = FlatFileBucket(
            endpoint: fixture.restURL,
            accessKeyID: MarketFixture.flatFileID,
            secret: Secret("another secret"),
            client: client
        )
        #expect(throws: FlatFileError.self) { try wrong.minuteBars(of: days[0]) }
    }

    @Test func volumesBeforeASplitCountInTheSharesAfterIt() throws {
        let fixture = try MarketFixture(tickers: 80)
        let store = try fixture.openStore()
        let source = CountingSource(fixture)
        defer { source.stop() }
        let job = Self.job(fixture, days: 20)
        #expect(Self.run(job, source, into: store).outcome == .finished)
        let splits = try store.splits()
        let today = MarketFixture.day
        var compared = 0
        for split in Set(splits.map(\.symbol)) {
            let request = HistoryRequest(tradingDay: today, calendar: fixture.market.calendar, settings: RVOLSettings())
            var wide = request
            wide.symbol = split
            wide.daysPerSymbol = 60
            let load = try store.loadHistory(wide)
            let factors = SplitFactors(splits, tradingDay: today)
            var sums = [Double](repeating: 0, count: Slot.count)
            for day in wide.lookbackCandidates {
                let row = try store.slotRows(day: day, symbol: split)
                guard row.symbols.count == 1, row.slotCount == Slot.count else { continue }
                let factor = factors.factor(split, on: day)
                if factor != 1 { compared += 1 }
                for slot in 0..<Slot.count { sums[slot] += Double(row.cumulative[slot]) * factor }
            }
            guard let index = load.symbols.firstIndex(of: split) else { continue }
            let found = Array(load.sums[index * Slot.count..<(index + 1) * Slot.count])
            #expect(found == sums, "\(split.text)")
        }
        #expect(compared > 0, "the market has no split in its history: nothing was tested")
    }
}
