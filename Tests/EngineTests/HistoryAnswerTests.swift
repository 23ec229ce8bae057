import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

private func requests(_ outputs: [EngineOutput]) -> [HistoryRequest] {
    outputs.compactMap { if case .loadHistory(let request) = $0 { request } else { nil } }
}

/// Reads run beside each other and may end in any order.
@Suite
struct HistoryAnswerTests {
    /// What the store would say to a request: every slot of every lookback day has `perSlot` shares.
    private func answer(
        _ request: HistoryRequest,
        _ fixture: EngineFixture,
        _ symbols: [String],
        perSlot: Double
    ) throws -> EngineInput {
        var load = try fixture.history(symbols, perSlot: perSlot)
        load.request = request
        return .history(load)
    }

    private func started() throws -> (EngineFixture, Instant, HistoryRequest) {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 30)
        let first = try #require(requests(fixture.step([], now)).first)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 11, volume: 78_000, at: now)]))], now)
        return (fixture, now, first)
    }

    @Test func anOlderReadThatEndsLastDoesNotReplaceANewerOne() throws {
        var (fixture, now, first) = try started()
        let second = try #require(requests(fixture.step([.historyChanged], now)).first)
        _ = fixture.step([try answer(second, fixture, ["AAA"], perSlot: 500)], now)
        _ = fixture.step([try answer(first, fixture, ["AAA"], perSlot: 1000)], now)
        #expect(try fixture.number(.rvol, "AAA", now) == 2)
    }

    @Test func anAnswerToSettingsThatHaveChangedIsDropped() throws {
        var (fixture, now, first) = try started()
        var settings = RVOLSettings()
        settings.includesEarlyCloses = true
        let second = try #require(requests(fixture.step([.command(.setRVOL(settings))], now)).first)
        _ = fixture.step([try answer(first, fixture, ["AAA"], perSlot: 1000)], now)
        #expect(try fixture.number(.rvol, "AAA", now).isNaN)
        _ = fixture.step([try answer(second, fixture, ["AAA"], perSlot: 500)], now)
        #expect(try fixture.number(.rvol, "AAA", now) == 2)
    }

    @Test func settingsChangedThereAndBackTakeTheLastAnswerOnly() throws {
        var (fixture, now, first) = try started()
        var settings = RVOLSettings()
        settings.lookbackDays = 10
        let second = try #require(requests(fixture.step([.command(.setRVOL(settings))], now)).first)
        settings.lookbackDays = 5
        let third = try #require(requests(fixture.step([.command(.setRVOL(settings))], now)).first)
        _ = fixture.step([try answer(third, fixture, ["AAA"], perSlot: 500)], now)
        for late in [second, first] { _ = fixture.step([try answer(late, fixture, ["AAA"], perSlot: 1)], now) }
        #expect(try fixture.number(.rvol, "AAA", now) == 2)
    }

    @Test func aCalendarThatMovesTheLookbackIsReadAgain() throws {
        var (fixture, now, first) = try started()
        let closed = MarketDay(date: fixture.day.adding(days: -1), kind: .closed, reason: "Mourning")
        let again = requests(fixture.step([.calendar(ExchangeCalendar(overrides: [closed]))], now))
        #expect(again.count == 1)
        #expect(again.first.map { !$0.lookbackCandidates.contains(closed.date) } == true)
        _ = fixture.step([try answer(first, fixture, ["AAA"], perSlot: 1000)], now)
        #expect(try fixture.number(.rvol, "AAA", now).isNaN)
        #expect(requests(fixture.step([.calendar(ExchangeCalendar(overrides: [closed]))], now)).isEmpty)
    }

    @Test func anAverageThatIsNoLongerKnownGoes() throws {
        var (fixture, now, first) = try started()
        _ = fixture.step([try answer(first, fixture, ["AAA"], perSlot: 1000)], now)
        #expect(try fixture.number(.averageVolume, "AAA", now) == 192_000)
        let second = try #require(requests(fixture.step([.historyChanged], now)).first)
        _ = fixture.step([try answer(second, fixture, ["BBB"], perSlot: 1000)], now)
        #expect(try fixture.number(.averageVolume, "AAA", now).isNaN)
        #expect(try fixture.number(.simpleRVOL, "AAA", now).isNaN)
    }

    @Test func aReadThatFailedIsTriedAgainAndTheBaselineInUseStays() throws {
        var (fixture, now, first) = try started()
        _ = fixture.step([try answer(first, fixture, ["AAA"], perSlot: 500)], now)
        _ = fixture.step([.historyChanged], now)
        _ = fixture.step([.historyUnavailable(tradingDay: fixture.day)], now)
        #expect(try fixture.status(now).baseline == .ready(days: 5, tickers: 1))
        #expect(requests(fixture.step([], now.adding(seconds: 1))).isEmpty)
        let later = now.adding(seconds: 31)
        #expect(requests(fixture.step([], later)).count == 1)
        #expect(requests(fixture.step([], later.adding(seconds: 60))).isEmpty)
        // A clock set back must not postpone the next try by what it was wrong.
        _ = fixture.step([.historyUnavailable(tradingDay: fixture.day)], later)
        #expect(requests(fixture.step([], fixture.at(6, 0))).count == 1)
    }

    @Test func aTickerKnownFromTheStoreAloneHasNoVolumeInsteadOfZero() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 30)
        let first = try #require(requests(fixture.step([], now)).first)
        _ = fixture.step([try answer(first, fixture, ["AAA", "GONE"], perSlot: 500)], now)
        for symbol in ["AAA", "GONE"] {
            #expect(try fixture.number(.volume, symbol, now).isNaN)
            #expect(try fixture.number(.rvol, symbol, now).isNaN)
        }
        _ = fixture.step([.snapshot(try snapshot([Row(symbol: "AAA")]))], now)
        #expect(try fixture.number(.volume, "AAA", now) == 0)
        #expect(try fixture.number(.rvol, "GONE", now).isNaN)
    }
}
