import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Testing

@Suite struct FeedSessionTests {
    private func statusBody(_ market: String, serverTime: String = "2026-10-06T10:30:15-04:00") -> String {
        "{\"market\":\"\(market)\",\"earlyHours\":false,\"afterHours\":false,\"serverTime\":\"\(serverTime)\"}"
    }

    private func feed(at wall: Instant, status: @escaping () -> HTTPClient.Outcome) -> FeedHarness {
        FeedHarness(wall: wall) { endpoint, _ in
            switch endpoint {
            case .snapshot: FeedHarness.answer(200, FeedHarness.goodBody)
            case .marketStatus: status()
            case .upcomingDays: FeedHarness.answer(200, "[]")
            case .conditions: FeedHarness.answer(404, "")
            }
        }
    }

    private func snapshots(_ feed: FeedHarness) -> Int { feed.asked.filter { $0 == .snapshot }.count }

    /// 03:59 ET on Tuesday 2026-10-06.
    private let beforeOpening = Instant(seconds: 1_791_273_540)
    /// 12:00 ET on Saturday 2026-10-10.
    private let saturday = Instant(seconds: 1_791_648_000)

    @Test func pollsSlowlyOnASaturday() {
        let feed = feed(at: saturday) { FeedHarness.answer(200, self.statusBody("closed")) }
        feed.settle()
        feed.run(milliseconds: 600_000, stride: 1000)
        #expect(snapshots(feed) == 11)
        #expect(feed.sink.last?.vendorSession == .closed)
    }

    @Test func pollsFastWhenTheVendorIsOpenAgainstTheCalendar() {
        let feed = feed(at: saturday) { FeedHarness.answer(200, self.statusBody("open")) }
        feed.settle()
        feed.run(milliseconds: 60_000, stride: 1000)
        #expect(snapshots(feed) == 13)
    }

    @Test func aVendorsWordOnTheSessionAges() {
        var isUp = true
        let feed = feed(at: saturday) {
            isUp ? FeedHarness.answer(200, self.statusBody("open")) : FeedHarness.answer(500, "")
        }
        feed.settle()
        isUp = false
        feed.run(milliseconds: 300_000, stride: 1000)
        let before = snapshots(feed)
        feed.run(milliseconds: 300_000, stride: 1000)
        #expect(snapshots(feed) - before <= 6)
    }

    @Test func theDayBeginsAtFourWhateverTheVendorSaidBefore() {
        let feed = feed(at: beforeOpening) { FeedHarness.answer(200, self.statusBody("closed")) }
        feed.settle()
        feed.run(milliseconds: 30_000, stride: 1000)
        #expect(snapshots(feed) == 1)
        feed.run(milliseconds: 30_000, stride: 1000)
        #expect(snapshots(feed) == 2)
        feed.run(milliseconds: 10_000, stride: 1000)
        #expect(snapshots(feed) == 4)
    }

    @Test func aHolidayTheVendorAnnouncesSlowsTheFeedAndIsPassedOn() {
        let body = """
            [{"date":"2026-10-06","exchange":"NYSE","name":"Mourning","status":"closed"},
            {"date":"2026-10-06","exchange":"NASDAQ","name":"Mourning","status":"closed"}]
            """
        let feed = FeedHarness { endpoint, _ in
            switch endpoint {
            case .snapshot: FeedHarness.answer(200, FeedHarness.goodBody)
            case .marketStatus: FeedHarness.answer(500, "")
            case .upcomingDays: FeedHarness.answer(200, body)
            case .conditions: FeedHarness.answer(404, "")
            }
        }
        feed.settle()
        feed.run(milliseconds: 300_000, stride: 1000)
        #expect(snapshots(feed) == 6)
        #expect(feed.days.map { $0.map(\.date.iso) } == [["2026-10-06"]])
    }

    /// Snapshots in ten minutes of a Tuesday morning while the vendor only knows snapshots.
    private func snapshots(
        knowing days: @escaping () -> [MarketDay],
        upcoming: HTTPClient.Outcome = FeedHarness.answer(500, "")
    ) -> Int {
        let feed = FeedHarness(knownDays: days) { endpoint, _ in
            switch endpoint {
            case .snapshot: FeedHarness.answer(200, FeedHarness.goodBody)
            case .marketStatus: FeedHarness.answer(500, "")
            case .upcomingDays: upcoming
            case .conditions: FeedHarness.answer(404, "")
            }
        }
        feed.settle()
        feed.run(milliseconds: 600_000, stride: 1000)
        return snapshots(feed)
    }

    @Test func aHolidayThatIsKnownIsKeptWhileTheVendorIsDown() throws {
        let today = try #require(DayID(iso: "2026-10-06"))
        let holiday = MarketDay(date: today, kind: .closed, reason: "Mourning")
        #expect(snapshots(knowing: { [] }) == 121)
        #expect(snapshots(knowing: { [holiday] }) == 11)
        // Known from a minute later on, as from a file that was locked at the start; also when the vendor's list came.
        for upcoming in [FeedHarness.answer(500, ""), FeedHarness.answer(200, "[]")] {
            var asked = 0
            let later = snapshots(
                knowing: {
                    asked += 1
                    return asked > 3 ? [holiday] : []
                },
                upcoming: upcoming
            )
            #expect(later > 11 && later < 40, "\(later)")
        }
        // The vendor's list says nothing about the day, so what is known stands.
        #expect(snapshots(knowing: { [holiday] }, upcoming: FeedHarness.answer(200, "[]")) == 11)
    }

    @Test func theVendorsWordOnADayStandsAboveWhatIsKnown() throws {
        let today = try #require(DayID(iso: "2026-10-06"))
        let body = """
            [{"date":"2026-10-06","exchange":"NYSE","name":"Mourning","status":"early-close",\
            "open":"2026-10-06T13:30:00.000Z","close":"2026-10-06T17:00:00.000Z"}]
            """
        let known = MarketDay(date: today, kind: .closed, reason: "Mourning")
        #expect(snapshots(knowing: { [known] }, upcoming: FeedHarness.answer(200, body)) == 121)
    }

    @Test(arguments: [
        ("2026-10-06T10:30:15-04:00", 0.5), ("2026-10-06T11:30:15-04:00", 3600.5), ("2026-10-06T13:30:15Z", -3599.5),
        ("2026-10-06T14:30:15.250Z", 0.25),
    ])
    func clockSkewIsTheVendorsClockMinusOurs(serverTime: String, seconds: Double) {
        let feed = feed(at: FeedHarness.openMarket) {
            FeedHarness.answer(200, self.statusBody("open", serverTime: serverTime))
        }
        feed.settle()
        #expect(feed.sink.last?.clockSkewSeconds == seconds)
        #expect(feed.sink.last?.vendorSession == .open)
    }

    @Test(arguments: [
        (200, "<html>Sign in to this network</html>"), (200, "{\"tickers\":7}"), (502, "Bad gateway"), (200, ""),
    ])
    func theTimeOfAnAnswerThatIsNotTheVendorsDataIsNotBelieved(status: Int, body: String) {
        let feed = FeedHarness { endpoint, _ in
            guard endpoint == .snapshot else { return FeedHarness.answer(404, "") }
            let date = FeedHarness.openMarket.adding(seconds: 86_400)
            return .success(HTTPResponse(status: status, serverDate: date, body: ResponseBody(body)))
        }
        feed.settle()
        #expect(feed.times.isEmpty)
    }

    @Test func theTimeOfTheVendorsDataIsPassedOnBeforeTheData() {
        let date = FeedHarness.openMarket.adding(seconds: 3600)
        let feed = FeedHarness { endpoint, _ in
            guard endpoint == .snapshot else { return FeedHarness.answer(404, "") }
            return .success(HTTPResponse(status: 200, serverDate: date, body: ResponseBody(FeedHarness.goodBody)))
        }
        feed.settle()
        #expect(feed.times.map(\.time) == [date.adding(milliseconds: 500)])
        #expect(feed.times.map(\.delivered) == [0] && feed.sink.batches.count == 1)
    }

    @Test func aClockAnHourOffNeitherStopsNorFloodsTheFeed() {
        let feed = feed(at: FeedHarness.openMarket) { FeedHarness.answer(200, self.statusBody("open")) }
        feed.settle()
        feed.run(milliseconds: 20_000)
        let before = snapshots(feed)
        feed.wall.advance(milliseconds: -3_600_000)
        feed.run(milliseconds: 20_000)
        #expect(snapshots(feed) - before == 4)
        feed.wall.advance(milliseconds: 7_200_000)
        feed.run(milliseconds: 20_000)
        #expect(snapshots(feed) - before == 8)
    }

    @Test func troubleWithTheSmallEndpointsDoesNotTouchTheSnapshots() {
        for outcome in [FeedHarness.answer(500, ""), FeedHarness.answer(200, "<html>"), .failure(.refused(host: "h"))] {
            let feed = FeedHarness { endpoint, _ in
                endpoint == .snapshot ? FeedHarness.answer(200, FeedHarness.goodBody) : outcome
            }
            feed.settle()
            feed.run(milliseconds: 20_000)
            #expect(feed.state == .live && snapshots(feed) == 5)
            #expect(feed.sink.last?.vendorSession == nil && feed.sink.last?.clockSkewSeconds == nil)
        }
    }
}

@Suite struct PolygonRESTFeedTests {
    @Test func runsOnItsOwnThreadAndStopsInTime() {
        let sink = RecordingSink()
        // Port 1 of loopback: nobody serves there, so the connection is refused at once.
        let feed = PolygonRESTFeed(
            .init(restURL: "http://127.0.0.1:1", backoff: .init(firstMs: 1, capMs: 20)),
            clock: ManualClock(FeedHarness.openMarket),
            sink: sink
        )
        #expect(sink.waits { $0.failedPolls >= 3 })
        guard case .degraded(let sentence, _) = sink.last?.state else {
            Issue.record("\(String(describing: sink.last))")
            return
        }
        #expect(sentence == NetworkError.refused(host: "http://127.0.0.1:1").sentence)
        #expect(feed.stop(deadlineMs: 10_000))
        let reports = sink.statuses.count
        feed.retry()
        #expect(feed.stop(deadlineMs: 10_000))
        #expect(sink.statuses.count == reports)
    }

    @Test func anAddressThatIsNoneIsRefusedWithAWordOnIt() {
        let sink = RecordingSink()
        let feed = PolygonRESTFeed(
            .init(restURL: "vendor"),
            clock: ManualClock(FeedHarness.openMarket),
            sink: sink
        )
        #expect(sink.waits { if case .refused(let words) = $0.state { words.contains("vendor") } else { false } })
        #expect(feed.stop(deadlineMs: 10_000))
    }
}
