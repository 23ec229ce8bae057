import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Testing

@Suite struct HistoryPageTests {
    private static let base = HistoryHarness.base

    private func fetch(_ from: String = "2026-10-01", _ through: String = "2026-10-06") throws -> HistoryFetch {
        .bars(try .of("A"), from: try .of(from), through: try .of(through))
    }

    private func first(_ fetch: HistoryFetch) -> String { Self.base + HistoryInquiry.fetch(fetch).path() }

    /// The running volume at the end of each slot in which something was traded.
    private func steps(_ rows: SlotHistory, row: Int) -> [Int: Int64] {
        var steps: [Int: Int64] = [:]
        var before: Int64 = 0
        for slot in 0..<Slot.count {
            let volume = rows.cumulative[row * Slot.count + slot]
            if volume != before { steps[slot] = volume }
            before = volume
        }
        return steps
    }

    @Test func barsOfManyDaysBecomeOneRowADay() throws {
        let (thursday, tuesday) = (try DayID.of("2026-10-01"), try DayID.of("2026-10-06"))
        let bars = [
            BarJSON.bar(thursday.ms(4), volume: "100.0"),
            BarJSON.bar(thursday.ms(9, 30), volume: "2.5e3", trades: "11"),
            BarJSON.bar(thursday.ms(19, 55), volume: "7"), BarJSON.bar(tuesday.ms(10, 30), volume: "40.75"),
        ]
        let fetch = try fetch()
        let harness = HistoryHarness(pages: [first(fetch): BarJSON.page(bars)])
        let (rows, rejected) = try #require(try harness.answer(to: fetch)?.bars)
        #expect(rows.symbols.map(\.text) == ["A", "A"] && rows.days == [thursday, tuesday])
        #expect(steps(rows, row: 0) == [0: 100, 66: 2600, 191: 2607])
        #expect(steps(rows, row: 1) == [78: 40])
        #expect(rows.trades[66] == 11 && rows.vwap[66] == 10.5 && rejected == BarRejections())
    }

    @Test func pagesMayOverlapRepeatAndComeInAnyOrder() throws {
        let day = try DayID.of("2026-10-06")
        let fetch = try fetch()
        let links = ["\(Self.base):81/never", "\(Self.base)/v2/p2?cursor=YQ", "\(Self.base)/other/p3?cursor=Yg%3D%3D"]
        let harness = HistoryHarness(pages: [
            first(fetch): BarJSON.page(
                [BarJSON.bar(day.ms(10), volume: "10"), BarJSON.bar(day.ms(10, 5), volume: "20")],
                next: links[1]
            ),
            // Says the second bar again, differently, and goes back in time.
            links[1]: BarJSON.page(
                [BarJSON.bar(day.ms(10, 5), volume: "25"), BarJSON.bar(day.ms(9), volume: "1")],
                next: links[2]
            ),
            links[2]: BarJSON.page([BarJSON.bar(day.ms(9), volume: "3"), BarJSON.bar(day.ms(11), volume: "5")]),
        ])
        let (rows, rejected) = try #require(try harness.answer(to: fetch)?.bars)
        #expect(harness.urls == [first(fetch), links[1], links[2]])
        #expect(steps(rows, row: 0) == [60: 3, 72: 13, 73: 38, 84: 43])
        #expect(rejected.duplicate == 2 && rejected.total == 2)
    }

    @Test func barsOfNoUseAreCountedByReason() throws {
        let days = ["2026-10-02", "2026-10-03", "2026-10-05"].compactMap { DayID(iso: $0) }
        let bars = [
            BarJSON.bar(days[0].ms(3, 59)), BarJSON.bar(days[0].ms(20)),  // night
            BarJSON.bar(days[1].ms(10)),  // Saturday
            BarJSON.bar(days[2].ms(10)),  // not asked for
            BarJSON.bar(days[0].ms(9), volume: "-1"), BarJSON.bar(days[0].ms(9), volume: "1e13"), "7",
            BarJSON.bar(days[0].ms(10), volume: "5"),
        ]
        let fetch = try fetch("2026-09-28", "2026-10-02")
        let harness = HistoryHarness(pages: [first(fetch): BarJSON.page(bars)])
        let (rows, rejected) = try #require(try harness.answer(to: fetch)?.bars)
        #expect(rows.days == [days[0]] && steps(rows, row: 0) == [72: 5])
        #expect(rejected.outsideHours == 2 && rejected.otherDay == 2)
        #expect(rejected.badVolume == 2 && rejected.malformed == 1 && rejected.total == 7)
    }

    @Test func aHolidayOfTheCalendarInForceHasNoRow() throws {
        let tuesday = try DayID.of("2026-10-06")
        let fetch = try fetch()
        let page = BarJSON.page([BarJSON.bar(tuesday.ms(10))])
        var configuration = PolygonHistorySource.Configuration(restURL: Self.base)
        let open = HistoryHarness(configuration, pages: [first(fetch): page])
        #expect(try open.answer(to: fetch)?.bars?.rows.count == 1)
        configuration.calendar = {
            ExchangeCalendar(overrides: [MarketDay(date: tuesday, kind: .closed, reason: "Mourning")])
        }
        let closed = HistoryHarness(configuration, pages: [first(fetch): page])
        let bars = try #require(try closed.answer(to: fetch)?.bars)
        #expect(bars.rows.count == 0 && bars.rejected.otherDay == 1)
    }

    @Test func aSymbolWithoutTradesIsAnsweredWithoutRows() throws {
        let fetch = try fetch()
        let harness = HistoryHarness(pages: [first(fetch): BarJSON.page([])])
        let bars = try #require(try harness.answer(to: fetch)?.bars)
        #expect(bars.rows.count == 0 && bars.rejected.total == 0)
    }

    @Test(arguments: ["[7,null]", "[{\"t\":5}]", "[{\"t\":1791297000000,\"v\":-5}]"])
    func barsThatAreAllDamagedAreNoAnswer(results: String) throws {
        let fetch = try fetch()
        let harness = HistoryHarness(pages: [first(fetch): "{\"status\":\"OK\",\"results\":\(results)}"])
        let sentence = try harness.answer(to: fetch)?.sentence ?? ""
        #expect(sentence.hasPrefix("failed: ") && sentence.contains("nothing usable"), "\(sentence)")
    }

    // MARK: Where pages lead

    @Test(arguments: [
        ("", "empty address"), ("/v2/next", "is none"), ("vendor", "is none"), ("ftp://vendor.test:81/x", "is none"),
        ("http://vendor.test:81/a b", "is none"), ("http://vendor.test:81/\\u0000", "not what"),
        ("http://k@vendor.test:81/x", "is none"), ("http://vendor.test:81\\\\@evil.test/x", "is none"),
        ("http://vendor.test:81/#x", "is none"), ("http:///x", "is none"), ("http://vendor.test:x/p", "is none"),
        ("http://vendor.test:0/p", "is none"), ("http://vendor.test:99999/p", "is none"), ("http://:81/p", "is none"),
        ("http://evil.test:81/x", "another server"), ("https://vendor.test:81/x", "another server"),
        ("http://vendor.test/x", "another server"), ("http://vendor.test:82/x", "another server"),
        ("http://vendor.test.evil.test:81/x", "another server"), ("http://vendor.test%2e:81/x", "another server"),
    ])
    func theKeyIsNotCarriedToWhereAnAnswerPointsTo(link: String, words: String) throws {
        let fetch = try fetch()
        let harness = HistoryHarness(pages: [first(fetch): BarJSON.page([], next: link)])
        let sentence = try harness.answer(to: fetch)?.sentence ?? ""
        #expect(sentence.hasPrefix("failed: ") && sentence.contains(words), "\(sentence)")
        #expect(harness.requests.count == 1)
    }

    @Test(arguments: [
        ("https://api.polygon.io", "https://api.polygon.io:443/v2/x?cursor=a"),
        ("https://api.polygon.io:443", "https://API.polygon.io/v2/x"),
        ("http://h.test:80/sim", "http://h.test/elsewhere"),
        ("http://[::1]:8080", "http://[::1]:8080/v2?cursor=%20"), ("http://h.test", "HTTP://h.test:/v2"),
        ("http://h.test", "http://h.test?cursor=a"),
    ])
    func theSameServerIsFollowedVerbatimWithTheKeyInTheHeader(base: String, link: String) throws {
        let fetch = try fetch()
        let pages = [
            base + HistoryInquiry.fetch(fetch).path(): BarJSON.page([], next: link), link: BarJSON.page([]),
        ]
        let harness = HistoryHarness(.init(restURL: base, key: Secret("k1")), pages: pages)
        #expect(try harness.answer(to: fetch)?.bars?.rows.count == 0)
        #expect(harness.urls.last == link && harness.requests.count == 2)
        #expect(harness.requests.allSatisfy { $0.bearer == Secret("k1") && !$0.url.contains("k1") })
    }

    @Test func aPageThatCameAlreadyEndsTheAnswer() throws {
        let fetch = try fetch()
        let links = ["\(Self.base)/a", "\(Self.base)/b"]
        for loop in [links[0], links[1], first(fetch)] {
            let harness = HistoryHarness(pages: [
                first(fetch): BarJSON.page([], next: links[0]), links[0]: BarJSON.page([], next: links[1]),
                links[1]: BarJSON.page([], next: loop),
            ])
            let sentence = try harness.answer(to: fetch)?.sentence ?? ""
            #expect(sentence.contains("came already"), "\(sentence)")
            #expect(harness.requests.count == 3)
        }
    }

    @Test func anAnswerHasAtMostSoManyPages() throws {
        let fetch = try fetch()
        var number = 0
        let harness = HistoryHarness(.init(restURL: Self.base, pagesMax: 5)) { _ in
            number += 1
            return HistoryHarness.answer(200, BarJSON.page([], next: "\(Self.base)/p\(number)"))
        }
        let sentence = try harness.answer(to: fetch)?.sentence ?? ""
        #expect(sentence.contains("more than 5 pages") && harness.requests.count == 5, "\(sentence)")
        number = -1_000_000
        let whole = HistoryHarness(.init(restURL: Self.base, pagesMax: 5)) { _ in
            number += 1
            let next = number == -999_995 ? nil : "\(Self.base)/p\(number)"
            return HistoryHarness.answer(200, BarJSON.page([], next: next))
        }
        #expect(try whole.answer(to: fetch)?.bars != nil && whole.requests.count == 5)
    }

    @Test func aPageThatFailsFailsTheWholeAnswer() throws {
        let fetch = try fetch()
        let day = try DayID.of("2026-10-06")
        let link = "\(Self.base)/p2"
        for body in ["", "<html>", "{\"results\":[", "{\"status\":\"ERROR\",\"error\":\"x\"}"] {
            let harness = HistoryHarness(pages: [
                first(fetch): BarJSON.page([BarJSON.bar(day.ms(10))], next: link), link: body,
            ])
            #expect(try harness.answer(to: fetch)?.sentence.hasPrefix("failed: ") == true, "\(body)")
        }
        let harness = HistoryHarness(pages: [first(fetch): BarJSON.page([BarJSON.bar(day.ms(10))], next: link)])
        #expect(try harness.answer(to: fetch)?.sentence.hasPrefix("failed: ") == true)
        #expect(harness.replies.count == 1)
    }

    @Test func nextPagesGoBeforeNewInquiries() throws {
        let harness = HistoryHarness(.init(restURL: Self.base, connections: 1)) { request in
            let isPage = request.url.contains("cursor")
            let symbol = request.url.split(separator: "/").first { $0.hasPrefix("S") && $0.count == 2 } ?? ""
            let next = isPage ? nil : "\(Self.base)/\(symbol)/x?cursor=1"
            return HistoryHarness.answer(200, BarJSON.page([], next: next))
        }
        for name in ["S1", "S2", "S3"] {
            try harness.ask(.fetch(.bars(.of(name), from: .of("2026-10-05"), through: .of("2026-10-05"))))
        }
        harness.settle()
        let order = harness.urls.map { url in ["S1", "S2", "S3"].firstIndex { url.contains("/\($0)/") } ?? -1 }
        #expect(order == [0, 0, 1, 1, 2, 2] && harness.replies.count == 3)
    }

    // MARK: Other answers

    @Test func aMarketsDayIsOneRowASymbol() throws {
        let day = try DayID.of("2026-10-05")
        let fetch = HistoryFetch.dailyBars(day)
        let rows = [
            BarJSON.daily("A", endMs: day.ms(16), volume: "1"), BarJSON.daily("B", endMs: day.ms(16)), "null",
            BarJSON.daily("A", endMs: day.ms(16), volume: "2.5e3"),
        ]
        let harness = HistoryHarness(pages: [first(fetch): BarJSON.page(rows)])
        let bars = try #require(try harness.answer(to: fetch)?.dailyBars)
        #expect(bars.map(\.symbol.text) == ["A", "B"] && bars.map(\.volume) == [2500, 5000])
        let holiday = HistoryHarness(pages: [first(fetch): BarJSON.page([])])
        #expect(try holiday.answer(to: fetch)?.dailyBars == [])
        let other = BarJSON.daily("A", endMs: day.adding(days: 1).ms(16))
        let wrong = HistoryHarness(pages: [first(fetch): BarJSON.page([other])])
        #expect(try wrong.answer(to: fetch)?.sentence.contains("nothing usable (1 rejected)") == true)
    }

    @Test func splitsOfAllPagesInTheSpanComeByDay() throws {
        let fetch = HistoryFetch.splits(from: try .of("2026-09-01"), through: try .of("2026-10-06"))
        let link = "\(Self.base)/v3/reference/splits?cursor=a"
        let pages = [
            first(fetch): [
                BarJSON.split("B", "2026-10-06", from: "15", to: "1"),
                BarJSON.split("A", "2026-10-06", from: "1", to: "2"),
                BarJSON.split("OLD", "2026-08-31", from: "1", to: "2"),
            ],
            link: [
                BarJSON.split("A", "2026-10-06", from: "1", to: "3"),
                BarJSON.split("C", "2026-09-01", from: "1", to: "1.05"),
                BarJSON.split("NEW", "2026-10-07", from: "1", to: "2"), "7",
            ],
        ].mapValues { "{\"status\":\"OK\",\"results\":[\($0.joined(separator: ","))]" }
        let harness = HistoryHarness(pages: [
            first(fetch): (pages[first(fetch)] ?? "") + ",\"next_url\":\"\(link)\"}", link: (pages[link] ?? "") + "}",
        ])
        let splits = try #require(try harness.answer(to: fetch)?.splits)
        #expect(splits.map(\.symbol.text) == ["C", "A", "B"])
        #expect(splits.map(\.factor) == [1.05, 3, 1.0 / 15])
    }

    @Test func minuteBarsAreOfTheDaysTradingHoursByTime() throws {
        let (day, symbol) = (try DayID.of("2026-10-06"), try Symbol.of("A"))
        let bars = [
            BarJSON.bar(day.ms(10, 31), volume: "3"), BarJSON.bar(day.ms(4), volume: "1", trades: "null"),
            BarJSON.bar(day.ms(3, 59)), BarJSON.bar(day.ms(20)), BarJSON.bar(day.ms(10, 31), volume: "4.5"),
            BarJSON.bar(day.ms(19, 59), volume: "2"), BarJSON.bar(day.ms(12), volume: "-2"),
        ]
        let inquiry = HistoryInquiry.minutes(symbol, day)
        let harness = HistoryHarness(pages: [Self.base + inquiry.path(): BarJSON.page(bars)])
        guard case .success(.minutes(let read)) = try harness.end(of: inquiry) else {
            Issue.record("no minutes")
            return
        }
        #expect(read.map(\.start.milliseconds) == [day.ms(4), day.ms(10, 31), day.ms(19, 59)])
        #expect(read.map(\.volume) == [1, 4.5, 2] && read.map(\.trades) == [nil, 7, 7])
    }

    @Test func aSnapshotComesWithTheServersDate() throws {
        let date = HistoryHarness.now.adding(seconds: -900)
        let harness = HistoryHarness { _ in HistoryHarness.answer(200, FeedHarness.goodBody, date: date) }
        guard case .success(.snapshot(let snapshot)) = try harness.end(of: .snapshot([])) else {
            Issue.record("no snapshot")
            return
        }
        #expect(snapshot.batch.symbols.map(\.text) == ["AAA", "BBB"] && snapshot.serverDate == date)
    }
}
