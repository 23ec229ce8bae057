import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Synchronization
import Testing

/// The source with its threads against a server on loopback.
@Suite struct FMPSourceTests {
    /// `answers` is guarded by its mutex.
    private final class Answers: Sendable {
        private let answers = Mutex<[ReferenceAnswer]>([])
        private let wanted: Int
        let all = Signal()

        init(_ wanted: Int) { self.wanted = wanted }

        var values: [ReferenceAnswer] { answers.withLock { $0 } }

        func note(_ answer: ReferenceAnswer) {
            let count = answers.withLock { answers in
                answers.append(answer)
                return answers.count
            }
            if count == wanted { all.raise() }
        }
    }

    private func source(_ url: String, waitingMax: Int = 64) -> FMPSource {
        FMPSource(
            .init(baseURL: url, key: Secret("k1"), callsPerMinute: nil, waitingMax: waitingMax),
            clock: ManualClock(HistoryHarness.now)
        )
    }

    @Test func everyKindOfQuestionIsAnsweredOverTheWire() throws {
        let server = try LoopbackVendor { path in
            if path.hasPrefix("/stable/shares-float-all?page=0") {
                return .init(body: "[{\"symbol\":\"BRK-B\",\"floatShares\":5,\"outstandingShares\":6}]")
            }
            if path.hasPrefix("/stable/market-capitalization-batch?symbols=BRK-B") {
                return .init(body: "[{\"symbol\":\"BRK-B\",\"marketCap\":7}]")
            }
            if path == "/stable/profile?symbol=BRK-B" {
                return .init(body: "[{\"symbol\":\"BRK-B\",\"sector\":\"F\"}]")
            }
            return .init(status: 500)
        }
        defer { server.stop() }
        let source = source(server.url)
        defer { source.stop() }
        let symbol = try Symbol.of("BRK.B")
        let answers = Answers(3)
        for fetch in [.floats(page: 0), .marketCaps([symbol]), .profile(symbol)] as [ReferenceFetch] {
            source.fetch(fetch) { answers.note($0) }
        }
        #expect(answers.all.wait(milliseconds: 20_000))
        let facts = answers.values.flatMap(\.facts)
        #expect(facts.count == 3 && facts.allSatisfy { $0.symbol == symbol })
        #expect(facts.compactMap(\.floatShares) == [5] && facts.compactMap(\.marketCap) == [7])
        #expect(facts.compactMap(\.sector) == ["F"])
        #expect(server.requests.allSatisfy { $0.contains("\r\napikey: k1\r\n") && !$0.contains("=k1") })
    }

    @Test(arguments: [
        LoopbackVendor.Reply(body: "[{\"symbol\":", cutBytes: 100), .init(body: "<html>Sign in</html>"),
        .init(status: 302, headers: ["Location: http://127.0.0.1:1/"]),
        .init(body: "not gzip", headers: ["Content-Encoding: gzip"]),
        .init(body: "x", headers: ["Content-Length: 99999999999"]),
    ])
    func aHostileServerCostsOnlyTheAnswer(reply: LoopbackVendor.Reply) throws {
        let server = try LoopbackVendor { $0.contains("BAD") ? reply : .init(body: "[{\"symbol\":\"A\"}]") }
        defer { server.stop() }
        let source = source(server.url)
        defer { source.stop() }
        let bad = Answers(1)
        source.fetch(.profile(try .of("BAD"))) { bad.note($0) }
        #expect(bad.all.wait(milliseconds: 20_000))
        #expect(bad.values.first?.words.hasPrefix("failed: ") == true, "\(bad.values.map(\.words))")
        guard bad.values.first?.retryAfterMs == nil else { return }
        let good = Answers(1)
        source.fetch(.profile(try .of("A"))) { good.note($0) }
        #expect(good.all.wait(milliseconds: 20_000) && good.values.first?.facts.count == 1)
    }

    @Test(arguments: [0, 3, 12])
    func aStopAtAnyMomentAnswersEveryQuestionOnce(answered: Int) throws {
        let served = Mutex(0)
        let server = try LoopbackVendor { _ in
            let number = served.withLock { count in
                count += 1
                return count
            }
            return number <= answered ? .init(body: "[]") : nil
        }
        defer { server.stop() }
        let source = source(server.url)
        let answers = Answers(30)
        for index in 0..<30 { source.fetch(.profile(try .of("S\(index)"))) { answers.note($0) } }
        #expect(source.stop(deadlineMs: 20_000))
        #expect(answers.values.count == 30)
        source.fetch(.floats(page: 0)) { answers.note($0) }
        #expect(answers.values.count == 31 && answers.values.last?.words.contains("stopped") == true)
        #expect(source.stop(deadlineMs: 20_000))
    }

    @Test func oneQuestionTooManyFailsAtOnce() throws {
        let server = try LoopbackVendor { _ in nil }
        defer { server.stop() }
        let source = source(server.url, waitingMax: 2)
        let answers = Answers(3)
        for index in 0..<3 { source.fetch(.profile(try .of("S\(index)"))) { answers.note($0) } }
        #expect(answers.values.map(\.words).first?.contains("More than 2 questions") == true)
        #expect(source.stop(deadlineMs: 20_000) && answers.values.count == 3)
    }

    @Test func aSourceThatIsNeverAskedStopsAtOnce() { #expect(source("http://127.0.0.1:1").stop(deadlineMs: 0)) }
}
