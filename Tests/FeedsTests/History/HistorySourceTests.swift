import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Synchronization
import Testing

/// The source with its threads against a server on loopback.
@Suite struct HistorySourceTests {
    private static let day = "2026-10-06"

    private func source(
        _ url: String,
        key: String = "k1",
        connections: Int = 4,
        waitingMax: Int = 1024
    ) -> PolygonHistorySource {
        PolygonHistorySource(
            .init(restURL: url, key: Secret(key), connections: connections, waitingMax: waitingMax),
            clock: ManualClock(HistoryHarness.now)
        )
    }

    private func bars(_ symbol: String) throws -> HistoryFetch {
        .bars(try .of(symbol), from: try .of("2026-10-05"), through: try .of(Self.day))
    }

    @Test func answersEveryKindOfQuestionOverTheWire() throws {
        let day = try DayID.of(Self.day)
        let server = try LoopbackVendor { path in
            if path.hasPrefix("/v2/aggs/grouped/") {
                return .init(body: BarJSON.page([BarJSON.daily("A", endMs: day.ms(16))]))
            }
            if path.hasPrefix("/v3/reference/splits") {
                return .init(body: "{\"results\":[\(BarJSON.split("A", Self.day, from: "1", to: "4"))]}")
            }
            if path.hasPrefix("/v3/reference/tickers/") {
                return .init(body: "{\"results\":{\"list_date\":\"1980-12-12\"}}")
            }
            if path.contains("/range/5/minute/") { return .init(body: BarJSON.page([BarJSON.bar(day.ms(10))])) }
            if path.contains("/range/1/minute/") { return .init(body: BarJSON.page([BarJSON.bar(day.ms(10, 1))])) }
            if path.hasPrefix("/v2/snapshot/") {
                return .init(body: FeedHarness.goodBody, headers: ["Date: Tue, 06 Oct 2026 14:30:15 GMT"])
            }
            return .init(status: 500)
        }
        defer { server.stop() }
        let source = source(server.url)
        defer { source.stop() }
        #expect(source.perform(.dailyBars(day)).dailyBars?.map(\.symbol.text) == ["A"])
        #expect(source.perform(.splits(from: day, through: day)).splits?.map(\.factor) == [4])
        guard case .listing(let date) = source.perform(.listing(try .of("A"))) else {
            Issue.record("no listing")
            return
        }
        #expect(date?.iso == "1980-12-12")
        #expect(source.perform(try bars("A")).bars?.rows.days == [day])
        #expect(try source.minuteBars(.of("A"), on: day).get().map(\.start.milliseconds) == [day.ms(10, 1)])
        let snapshot = try source.snapshot().get()
        #expect(snapshot.batch.count == 2 && snapshot.serverDate == HistoryHarness.now)
        #expect(server.requests.count == 6)
        #expect(server.requests.allSatisfy { $0.contains("\r\nAuthorization: Bearer k1\r\n") })
        #expect(server.requests.allSatisfy { !($0.split(separator: "\r\n").first ?? "").contains("k1") })
    }

    @Test func pagesCarryTheKeyInTheHeaderToo() throws {
        let day = try DayID.of(Self.day)
        let port = Mutex<UInt16>(0)
        let server = try LoopbackVendor { path in
            guard !path.contains("cursor") else { return .init(body: BarJSON.page([BarJSON.bar(day.ms(11))])) }
            let next = "http://127.0.0.1:\(port.withLock { $0 })/v2/next?cursor=bGltaXQ%3D"
            return .init(body: BarJSON.page([BarJSON.bar(day.ms(10))], next: next))
        }
        defer { server.stop() }
        port.withLock { $0 = server.port }
        let source = source(server.url)
        defer { source.stop() }
        let rows = try #require(source.perform(try bars("A")).bars?.rows)
        #expect(rows.cumulative.last == 200)
        #expect(server.requests.count == 2 && server.requests[1].hasPrefix("GET /v2/next?cursor=bGltaXQ%3D "))
        #expect(server.requests.allSatisfy { $0.contains("\r\nAuthorization: Bearer k1\r\n") })
    }

    @Test(arguments: [
        (LoopbackVendor.Reply(body: "{\"results\":[", cutBytes: 100), "ended in the middle"),
        (.init(body: "<html>Sign in</html>"), "web page"),
        (.init(status: 302, headers: ["Location: http://127.0.0.1:1/"]), "does not accept"),
        (.init(body: "not gzip", headers: ["Content-Encoding: gzip"]), ""),
        (.init(body: "x", headers: ["Content-Length: 99999999999"]), ""),
    ])
    func aHostileServerCostsOnlyTheAnswer(reply: LoopbackVendor.Reply, words: String) throws {
        let isMended = Mutex(false)
        let server = try LoopbackVendor { _ in isMended.withLock { $0 } ? .init(body: BarJSON.page([])) : reply }
        defer { server.stop() }
        let source = source(server.url)
        defer { source.stop() }
        let sentence = source.perform(try bars("A")).sentence
        #expect(sentence.hasPrefix("failed: ") && sentence.contains(words), "\(sentence)")
        isMended.withLock { $0 = true }
        #expect(source.perform(try bars("A")).bars?.rows.count == 0)
    }

    @Test func anAddressThatIsNoneIsRefused() throws {
        let source = source("vendor")
        defer { source.stop() }
        let sentence = source.perform(try bars("A")).sentence
        #expect(sentence.hasPrefix("refused: ") && sentence.contains("vendor"), "\(sentence)")
    }

    @Test func aServerThatIsDownIsAFailure() throws {
        // Port 1 of loopback: nobody serves there, so the connection is refused at once.
        let source = source("http://127.0.0.1:1")
        defer { source.stop() }
        #expect(source.perform(try bars("A")).sentence.contains("refused the connection"))
    }

    /// How often each question was answered, and a flag for when all were.
    private final class Tally: Sendable {
        private let counts: Mutex<[Int]>
        let all = Signal()

        init(_ count: Int) { counts = Mutex(Array(repeating: 0, count: count)) }

        var values: [Int] { counts.withLock { $0 } }

        func note(_ index: Int) {
            let isComplete = counts.withLock { counts in
                counts[index] += 1
                return !counts.contains(0)
            }
            if isComplete { all.raise() }
        }
    }

    @Test(arguments: [0, 1, 5, 20])
    func aStopAtAnyMomentAnswersEveryQuestionOnce(answered: Int) throws {
        let served = Mutex(0)
        let server = try LoopbackVendor { _ in
            // The first ones are answered, all others never.
            let number = served.withLock { count in
                count += 1
                return count
            }
            return number <= answered ? .init(body: BarJSON.page([])) : nil
        }
        defer { server.stop() }
        let source = source(server.url)
        let tally = Tally(40)
        for index in 0..<40 { source.fetch(try bars("S\(index)")) { _ in tally.note(index) } }
        #expect(source.stop(deadlineMs: 20_000))
        #expect(tally.values == Array(repeating: 1, count: 40))
        source.fetch(try bars("LATE")) { answer in
            #expect(answer.sentence.contains("stopped"))
            tally.note(0)
        }
        #expect(tally.values[0] == 2)
        #expect(source.perform(try bars("LATE")).sentence.contains("stopped"))
        #expect(source.stop(deadlineMs: 20_000))
    }

    @Test func aSourceThatIsLetGoAnswersWhatIsUnderWay() throws {
        let server = try LoopbackVendor { _ in nil }
        defer { server.stop() }
        let tally = Tally(10)
        do {
            let source = source(server.url)
            for index in 0..<10 { source.fetch(try bars("S\(index)")) { _ in tally.note(index) } }
        }
        #expect(tally.all.wait(milliseconds: 20_000))
        #expect(tally.values == Array(repeating: 1, count: 10))
    }

    @Test func questionsFromManyThreadsAreAllAnsweredOnce() throws {
        let server = try LoopbackVendor { path in
            path.contains("/S7/")
                ? .init(status: 404, body: "{\"status\":\"NOT_FOUND\"}") : .init(body: BarJSON.page([]))
        }
        defer { server.stop() }
        let source = source(server.url, connections: 8)
        defer { source.stop() }
        let tally = Tally(400)
        let unknown = Mutex(0)
        let threads = (0..<4).map { thread in
            PlainThread {
                for index in 0..<100 {
                    guard let symbol = Symbol("S\(index)"), let day = DayID(iso: Self.day) else { return }
                    source.fetch(.bars(symbol, from: day, through: day)) { answer in
                        if answer.isNotFound { unknown.withLock { $0 += 1 } }
                        tally.note(thread * 100 + index)
                    }
                }
            }
        }
        #expect(tally.all.wait(milliseconds: 60_000))
        for thread in threads { #expect(thread?.join(milliseconds: 20_000) == true) }
        #expect(tally.values == Array(repeating: 1, count: 400))
        #expect(unknown.withLock { $0 } == 4)
    }

    @Test func oneQuestionTooManyFailsAtOnce() throws {
        let server = try LoopbackVendor { _ in nil }
        defer { server.stop() }
        let source = source(server.url, waitingMax: 2)
        for index in 0..<2 { source.fetch(try bars("S\(index)")) { _ in } }
        #expect(source.perform(try bars("S2")).sentence.contains("More than 2 questions"))
        #expect(source.stop(deadlineMs: 20_000))
    }

    @Test func aCompletionMayAskAgain() throws {
        let server = try LoopbackVendor { _ in .init(body: BarJSON.page([])) }
        defer { server.stop() }
        let source = source(server.url)
        defer { source.stop() }
        let tally = Tally(2)
        let fetch = try bars("A")
        source.fetch(fetch) { [source] _ in
            tally.note(0)
            source.fetch(fetch) { _ in tally.note(1) }
        }
        #expect(tally.all.wait(milliseconds: 20_000) && tally.values == [1, 1])
    }
}
