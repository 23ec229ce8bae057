import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

/// The vendor and the exchange calendar disagree on the session.
@Suite
struct SessionConflictTests {
    /// Reports the vendor's word every 30 s from one moment to another; the last status.
    private func hear(
        _ fixture: inout EngineFixture,
        _ session: MarketSession?,
        from: Instant,
        seconds: Int64,
        state: FeedState = .live,
        _ loaded: inout [DayID]
    ) throws -> EngineStatus {
        var last: EngineStatus?
        for offset in stride(from: 0, through: seconds, by: 30) {
            var feed = FeedStatus(state: state)
            feed.vendorSession = session
            for output in fixture.core.step([.feed(feed)], now: from.adding(seconds: offset)) {
                if case .publish(let view) = output { last = view.status }
                if case .loadHistory(let request) = output { loaded.append(request.tradingDay) }
            }
        }
        return try #require(last)
    }

    @Test func aDisagreementOfNinetySecondsIsShownAndTheVendorFollowed() throws {
        var fixture = try EngineFixture()
        var loaded: [DayID] = []
        let now = fixture.at(11, 0)
        var status = try hear(&fixture, .closed, from: now, seconds: 90, &loaded)
        #expect(status.conflict == nil && status.session.session == .open)
        status = try hear(&fixture, .closed, from: now.adding(seconds: 120), seconds: 0, &loaded)
        #expect(status.conflict == SessionConflict(calendar: .open, vendor: .closed))
        #expect(status.session.session == .closed && status.session.tradingDay == fixture.day)
        #expect(status.session.nextSession == .preMarket)
        #expect(status.session.nextChange == NewYork.instant(fixture.day.adding(days: 1), secondOfDay: 4 * 3600))
        // It ends when they agree again.
        status = try hear(&fixture, .open, from: now.adding(seconds: 180), seconds: 0, &loaded)
        #expect(status.conflict == nil && status.session.session == .open)
        #expect(loaded == [fixture.day])
    }

    @Test func theScreenStaysWhenTheVendorClosesEarly() throws {
        var fixture = try EngineFixture()
        var loaded: [DayID] = []
        let now = fixture.at(11, 0)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 11, volume: 500, at: now)]))], now)
        _ = try hear(&fixture, .closed, from: now, seconds: 300, &loaded)
        #expect(try fixture.number(.volume, "AAA", now.adding(seconds: 301)) == 500)
        #expect(loaded.isEmpty)
    }

    @Test func boundariesThatJitterAreNoConflict() throws {
        var fixture = try EngineFixture()
        var loaded: [DayID] = []
        // The vendor's word is a minute old at every change.
        for (hour, minute, before) in [
            (4, 0, MarketSession.closed), (9, 30, .preMarket), (16, 0, .open), (20, 0, .postMarket),
        ] {
            let status = try hear(&fixture, before, from: fixture.at(hour, minute), seconds: 60, &loaded)
            #expect(status.conflict == nil)
            _ = try hear(&fixture, status.session.session, from: fixture.at(hour, minute, 61), seconds: 0, &loaded)
        }
    }

    @Test func aHolidayOnlyTheCalendarKnowsBecomesATradingDay() throws {
        // Thanksgiving 2026.
        var fixture = try EngineFixture("2026-11-26")
        var loaded: [DayID] = []
        let early = fixture.at(9, 0)
        _ = fixture.step([], early.adding(seconds: -60))
        var status = try hear(&fixture, .preMarket, from: early, seconds: 90, &loaded)
        #expect(status.session.tradingDay == fixture.day.adding(days: -1))
        status = try hear(&fixture, .preMarket, from: early.adding(seconds: 120), seconds: 60, &loaded)
        #expect(status.session.tradingDay == fixture.day && status.session.session == .preMarket)
        #expect(status.conflict == SessionConflict(calendar: .closed, vendor: .preMarket))
        #expect(status.session.nextChange == fixture.at(9, 30) && status.session.nextSession == .open)
        #expect(loaded == [fixture.day])
        let now = fixture.at(9, 45)
        status = try hear(&fixture, .open, from: now.adding(seconds: -180), seconds: 180, &loaded)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 11, volume: 500, at: now)]))], now)
        #expect(try fixture.number(.volume, "AAA", now) == 500)
        // The evening comes, both say closed, and the day stays until the calendar's next one begins.
        status = try hear(&fixture, .closed, from: fixture.at(20, 5), seconds: 120, &loaded)
        #expect(status.conflict == nil && status.session.tradingDay == fixture.day)
        #expect(try fixture.number(.volume, "AAA", fixture.at(23, 0)) == 500)
        #expect(try fixture.status(fixture.at(27, 59)).session.tradingDay == fixture.day)
        #expect(try fixture.status(fixture.at(28, 0)).session.tradingDay == fixture.day.adding(days: 1))
        #expect(loaded == [fixture.day])
    }

    @Test func anEarlyCloseOnlyTheVendorKnowsEndsTheSession() throws {
        var fixture = try EngineFixture()
        var loaded: [DayID] = []
        let status = try hear(&fixture, .postMarket, from: fixture.at(13, 0), seconds: 120, &loaded)
        #expect(status.conflict == SessionConflict(calendar: .open, vendor: .postMarket))
        #expect(status.session.session == .postMarket && status.session.isEarlyClose)
        #expect(status.session.nextChange == fixture.at(17, 0) && status.session.nextSession == .closed)
    }

    @Test(arguments: [FeedState.connecting, .degraded(sentence: "down", retryAt: .epoch), .refused(sentence: "no")])
    func aFeedThatFailsIsNoWitness(_ state: FeedState) throws {
        var fixture = try EngineFixture()
        var loaded: [DayID] = []
        let status = try hear(&fixture, .closed, from: fixture.at(11, 0), seconds: 600, state: state, &loaded)
        #expect(status.conflict == nil && status.session.session == .open)
    }

    @Test func aWordThatHasGrownStaleEndsTheConflict() throws {
        var fixture = try EngineFixture()
        var loaded: [DayID] = []
        let now = fixture.at(11, 0)
        #expect(try hear(&fixture, .closed, from: now, seconds: 120, &loaded).conflict != nil)
        let later = now.adding(seconds: 120 + 151)
        let outputs = fixture.core.step([], now: later)
        let states = outputs.compactMap { if case .publish(let view) = $0 { view.status } else { nil } }
        #expect(states.map(\.session.session) == [.open] && states.allSatisfy { $0.conflict == nil })
    }

    @Test func aConflictEndsWithItsDate() throws {
        var fixture = try EngineFixture()
        var loaded: [DayID] = []
        let status = try hear(&fixture, .postMarket, from: fixture.at(23, 55), seconds: 240, &loaded)
        #expect(status.conflict == SessionConflict(calendar: .closed, vendor: .postMarket))
        let after = try hear(&fixture, .postMarket, from: fixture.at(24, 0), seconds: 60, &loaded)
        #expect(after.conflict == nil)
    }
}
