import Engine
import EngineAPI
import Feeds
import Foundation
import MarketData
import MarketTime
import Network
import Simulator
import Store
import Testing

@testable import tradeul

/// `tradeul rvol` and the dashboard must be one: same market, same file, same digits.
@Suite
struct RVOLByHandTests {
    private func startup(_ fixture: MarketFixture, _ mode: String) -> Startup {
        Startup.read(
            overrides: [],
            environment: ProcessEnvironment([
                "HOME": fixture.folder.path, "XDG_DATA_HOME": fixture.folder.path, "POLYGON_API_KEY": "key",
                "TRADEUL_FEED_REST_URL": fixture.restURL, "TRADEUL_RVOL_MODE": mode,
            ])
        )
    }

    private func imported(_ fixture: MarketFixture, _ startup: Startup) throws -> HistoryAccess {
        let access = try HistoryAccess(startup, creates: true)
        try SimulatedHistory(market: fixture.market, store: access.store).run(
            now: fixture.clock.now(),
            mustStop: { false },
            onUseful: {}
        )
        return try HistoryAccess(startup, creates: false)
    }

    /// The engine's table by the same file, of the moment at which the fixture's clock stands.
    private func table(_ fixture: MarketFixture, _ access: HistoryAccess) throws -> ScanResult {
        let engine = RunningEngine(fixture, store: access.store, settings: access.rvol)
        defer { engine.stop() }
        let host = engine.host
        var result: ScanResult?
        host.send(
            .query(
                ScanQuery(
                    version: 1,
                    gate: ScanGate(includesTestTickers: true),
                    columns: [.volume, .rvol, .slotRVOL, .simpleRVOL],
                    rows: 0..<100_000
                )
            )
        )
        try waitUntil("a table with a baseline") {
            guard let view = host.latest(), case .ready = view.status.baseline, view.status.snapshotDataTime != nil,
                let found = view.result, found.version == 1, !found.symbols.isEmpty
            else { return false }
            result = found
            return true
        }
        return try #require(result)
    }

    @Test(arguments: ["interpolated", "slot", "regular"])
    func theCommandAgreesWithTheDashboardToTheLastDigit(mode: String) throws {
        let fixture = try MarketFixture(tickers: 250)
        let access = try imported(fixture, startup(fixture, mode))
        let table = try table(fixture, access)
        let clock = CorrectedClock(base: SystemClock())
        let source = try access.source(clock: clock)
        defer { source.stop() }
        let desk = RVOLDesk(access, source: source, clock: clock)
        var compared = 0
        for (row, symbol) in table.symbols.enumerated() where !table.values[0][row].isNaN {
            let answer = try desk.answer(symbol, .now)
            #expect(answer.volume == table.values[0][row], "\(symbol.text)")
            for (name, mine, theirs) in [
                ("RVOL", answer.rvol, table.values[1][row]), ("slot RVOL", answer.slotRVOL, table.values[2][row]),
                ("simple RVOL", answer.simpleRVOL, table.values[3][row]),
            ] {
                let isSame = theirs.isNaN ? mine == nil : mine?.bitPattern == theirs.bitPattern
                #expect(isSame, "\(name) of \(symbol.text): \(mine.map { "\($0)" } ?? "-") and \(theirs)")
            }
            compared += answer.rvol == nil ? 0 : 1
        }
        #expect(compared > 150)
    }

    @Test func theLookbackItPrintsIsWhatTheBaselineIsTheMeanOf() throws {
        for mode in ["interpolated", "slot"] {
            let fixture = try MarketFixture(tickers: 120)
            let access = try imported(fixture, startup(fixture, mode))
            let desk = RVOLDesk(access, source: nil, clock: CorrectedClock(base: fixture.clock))
            var compared = 0
            for listing in fixture.market.listings {
                guard let symbol = Symbol(listing.ticker),
                    let answer = try? desk.answer(symbol, .at(MarketFixture.day, second: 10 * 3600 + 1800)),
                    let baseline = answer.baseline, let rvol = answer.rvol, let volume = answer.volume, !answer.isThin
                else { continue }
                let parts = answer.lookback.map {
                    mode == "slot" ? $0.end : $0.before + answer.fraction * ($0.end - $0.before)
                }
                let mean = parts.reduce(0, +) / Double(parts.count)
                #expect(abs(mean - baseline) <= 1e-9 * max(baseline, 1), "\(listing.ticker)")
                #expect(rvol == volume / baseline, "\(listing.ticker)")
                compared += 1
            }
            #expect(compared > 50)
        }
    }

    @Test func olderDaysThatStandInForUnstoredOnesAreTold() throws {
        let fixture = try MarketFixture(tickers: 40)
        let access = try imported(fixture, startup(fixture, "interpolated"))
        let desk = RVOLDesk(access, source: nil, clock: CorrectedClock(base: fixture.clock))
        let symbol = try #require(Symbol("AAPL"))
        let moment = RVOLDesk.Moment.at(MarketFixture.day, second: 10 * 3600 + 1800)
        let whole = try desk.answer(symbol, moment)
        #expect(whole.unstoredDays == 0 && RVOLText.staleDays(whole) == nil)
        // Three weeks later nothing newer has been stored.
        let later = try #require(DayID(year: 2026, month: 10, day: 27))
        fixture.clock.set(NewYork.instant(later, secondOfDay: 12 * 3600))
        let stale = try desk.answer(symbol, .at(later, second: 10 * 3600 + 1800))
        let passed = fixture.market.calendar.tradingDays(from: MarketFixture.day, through: later).count - 1
        #expect(stale.lookback.count == 5 && stale.unstoredDays >= passed - 1, "\(stale.unstoredDays)")
        #expect(
            RVOLText.staleDays(stale)?.contains("AAPL: nothing is stored of \(stale.unstoredDays) trading days") == true
        )
    }

    @Test func aMinuteWithinASlotIsAskedOfTheVendorAndKnownWithoutHimOnlyAtSlotEnds() throws {
        let fixture = try MarketFixture(tickers: 60)
        let access = try imported(fixture, startup(fixture, "interpolated"))
        let clock = CorrectedClock(base: fixture.clock)
        let source = try access.source(clock: clock)
        defer { source.stop() }
        let online = RVOLDesk(access, source: source, clock: clock)
        let offline = RVOLDesk(access, source: nil, clock: clock)
        let day = fixture.market.calendar.tradingDay(before: MarketFixture.day)
        let symbol = try #require(Symbol("AAPL"))
        let reader = MarketReader(fixture.market)
        let index = try #require(fixture.market.index(of: "AAPL"))
        var micro: Int64 = 0
        reader.forEachBar(.minute, on: day, of: index, in: 0..<(6 * 3600 + 1920), asOf: fixture.clock.now()) {
            micro += $0.volumeMicro
        }
        let second = 10 * 3600 + 32 * 60
        let answer = try online.answer(symbol, .at(day, second: second))
        #expect(abs((answer.volume ?? 0) - Double(micro) / 1e6) < 0.001)
        #expect(answer.slot == 78 && answer.fraction == 0.4)
        let failure = #expect(throws: Failure.self) { try offline.answer(symbol, .at(day, second: second)) }
        #expect(failure?.sentence.contains("10:30") == true && failure?.sentence.contains("10:35") == true)
        let atSlotEnd = try offline.answer(symbol, .at(day, second: 10 * 3600 + 1800))
        #expect(
            atSlotEnd.slot == 78 && atSlotEnd.fraction == 0
                && atSlotEnd.volume == atSlotEnd.slotStart.map { Double($0) }
        )
        let holiday = try #require(DayID(year: 2026, month: 9, day: 7))
        #expect(throws: Failure.self) { try offline.answer(symbol, .at(holiday, second: second)) }
        #expect(throws: Failure.self) { try offline.answer(symbol, .at(MarketFixture.day, second: 15 * 3600)) }
    }

    /// This machine's clock is no witness of what has been traded at the vendor's.
    private struct ClockAhead: WallClock {
        let base: any WallClock
        func now() -> Instant { base.now().adding(seconds: 3 * 86_400) }
    }

    @Test func aTimeThatIsToComeByTheVendorsClockAndANameNobodyKnowsHaveNoNumbers() throws {
        let fixture = try MarketFixture(tickers: 60)
        let access = try imported(fixture, startup(fixture, "interpolated"))
        let clock = CorrectedClock(base: ClockAhead(base: fixture.clock))
        let source = try access.source(clock: clock)
        defer { source.stop() }
        let desk = RVOLDesk(access, source: source, clock: clock)
        let known = try #require(Symbol("AAPL"))
        let tomorrow = fixture.market.calendar.tradingDay(after: MarketFixture.day)
        let early = #expect(throws: Failure.self) { try desk.answer(known, .at(tomorrow, second: 36_000)) }
        #expect(early?.sentence.contains("still to come") == true)
        let unknown = try #require(Symbol("NOSUCH"))
        let yesterday = fixture.market.calendar.tradingDay(before: MarketFixture.day)
        let nobody = #expect(throws: Failure.self) { try desk.answer(unknown, .at(yesterday, second: 36_000)) }
        #expect(nobody?.status == .no && nobody?.sentence.contains("NOSUCH") == true)
        #expect(try desk.answer(known, .at(yesterday, second: 36_000)).rvol != nil)
    }
}
