import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Testing

@Suite struct PolygonStreamLoopTests {
    private func live(_ pairs: [String] = ["T.AAA"]) -> StreamHarness {
        let stream = StreamHarness()
        stream.inbox.want(StreamDemand(pairs: pairs.compactMap { StreamPair(text: $0) }))
        stream.logIn()
        return stream
    }

    private func trades(_ count: Int, agoMs: Int64 = 0, _ stream: StreamHarness) -> String {
        "\(count) \(stream.wall.now().adding(milliseconds: -agoMs).nanoseconds)"
    }

    // MARK: Life

    @Test func connectsLogsInSubscribesAndReportsEachState() {
        let stream = live()
        #expect(stream.sink.statuses.map(\.state) == [.connecting, .authenticating, .live])
        let subscribe = "{\"action\":\"subscribe\",\"params\":\"T.AAA\"}"
        #expect(stream.transport?.sent == [StreamCoreScript.login, subscribe])
        let last = stream.sink.last
        #expect(last?.epoch == 1 && last?.liveSince == StreamHarness.openMarket && last?.host == "socket.test")
        #expect(last?.wantedPairs == 1 && last?.heldPairs == 1 && last?.lastFrameAt == StreamHarness.openMarket)
    }

    @Test func aServersLastWordBeforeItHangsUpIsHeard() {
        let stream = StreamHarness()
        stream.look()
        stream.transport?.say("connected|")
        stream.look()
        stream.transport?.say("auth_failed|authentication failed")
        stream.transport?.end = StreamEnd(sentence: "reset")
        stream.look()
        #expect(stream.state?.words.contains("refuses the API key") == true)
        #expect(stream.run(milliseconds: 3_600_000) && stream.census.made == 1 && stream.census.alive == 0)
        stream.inbox.retry(key: Secret("other"))
        stream.logIn()
        #expect(stream.state == .live)
        #expect(stream.transport?.sent.first == "{\"action\":\"auth\",\"params\":\"other\"}")
    }

    @Test func aWholeLifeBetweenTwoLooksIsUnderstood() {
        let stream = StreamHarness()
        stream.look()
        stream.transport?.say("max_connections|Maximum number of websocket connections exceeded.")
        stream.transport?.end = StreamEnd(sentence: "closed", verdict: .policy)
        stream.look()
        #expect(stream.state?.words.contains("Another program uses the account") == true)
    }

    @Test func aConnectionThatTakesNothingMoreIsReplaced() {
        let stream = live()
        stream.transport?.takesMessages = false
        let first = stream.transport
        stream.inbox.want(StreamDemand())
        stream.run(milliseconds: 200)
        #expect(first?.drops == 1)
        #expect(stream.sink.statuses.contains { $0.state.words.contains("socket.test takes nothing more") })
        stream.run(milliseconds: 1000)
        #expect(stream.census.made == 2)
    }

    @Test func aThousandDropsLeaveOneConnectionAndTheNewestWish() {
        let stream = live()
        for index in 0..<1000 {
            stream.inbox.want(StreamDemand(pairs: [StreamPair(.quotes, Symbol("S\(index)"))]))
            stream.transport?.end = StreamEnd(sentence: "reset")
            stream.look()
            while stream.census.alive == 0 { stream.run(milliseconds: 1000) }
            #expect(stream.census.alive == 1)
            stream.logIn()
        }
        #expect(stream.census.made == 1001 && stream.sink.last?.epoch == 1001)
        #expect(stream.transport?.sent.last == "{\"action\":\"subscribe\",\"params\":\"Q.S999\"}")
        #expect(stream.sink.last?.heldPairs == 1)
    }

    @Test func pingsWhenNothingComesAndFramesWithoutTextProveLife() {
        let stream = live()
        for _ in 0..<10 {
            stream.run(milliseconds: 25_000)
            stream.transport?.incoming = [("", true)]
            stream.look()
        }
        #expect(stream.transport?.pings == 10 && stream.census.made == 1 && stream.state == .live)
    }

    // MARK: Data

    @Test func whatIsReadInOneLookIsOneBatchStampedOnBothClocks() {
        let stream = live()
        stream.run(milliseconds: 1234)
        let wall = stream.wall.now()
        let monotonic = stream.monotonic.now()
        stream.transport?.say(trades(2, stream), trades(3, stream))
        stream.look()
        #expect(stream.sink.batches.map(\.trades.count) == [5])
        #expect(stream.sink.batches[0].receivedAt == wall)
        #expect(stream.sink.batches[0].receivedMonotonicNs == monotonic.nanoseconds)
    }

    @Test func aBurstIsHandedOverInBoundedBatchesInOrder() {
        let stream = live()
        let size = PolygonStreamLoop.batchEventsMax / 2
        for index in 0..<5 { stream.transport?.say("\(size) \(index)") }
        stream.look()
        #expect(stream.sink.batches.map(\.trades.count) == [size * 2, size * 2, size])
        #expect(stream.sink.batches.compactMap(\.trades.time.first) == [0, 2, 4])
    }

    @Test func badFramesAreCountedAndNotDelivered() {
        let stream = live()
        stream.transport?.say("<html>")
        stream.transport?.sayBinary(trades(9, stream))
        stream.run(milliseconds: 300)
        #expect(stream.sink.batches.isEmpty)
        #expect(stream.sink.last?.rejections.badFrames == 2 && stream.sink.last?.events == 0)
        #expect(stream.state == .live)
    }

    @Test func eventsAreDeliveredBeforeAStateThatComesWithThem() {
        let stream = live()
        stream.transport?.say(trades(1, stream))
        stream.transport?.end = StreamEnd(sentence: "reset")
        stream.look()
        #expect(stream.sink.last?.state.isConnected == false && stream.sink.delivered.last == 1)
        #expect(stream.sink.last?.events == 1)
    }

    // MARK: Status

    @Test func countsRatesAndLatenciesAreReported() {
        let stream = live()
        for _ in 0..<50 {
            stream.run(milliseconds: 100)
            stream.transport?.say(trades(30, agoMs: 40, stream))
            stream.look()
        }
        stream.run(milliseconds: 250)
        let last = stream.sink.last
        #expect(last?.events == 1500)
        #expect(last.map { (250...310).contains($0.eventsPerSecond) } == true, "\(last?.eventsPerSecond ?? -1)")
        #expect(last?.arrival.count == 1500)
        let median = last?.arrival.quantile(0.5) ?? 0
        #expect(median >= 40_000_000 && median < 46_000_000)
        #expect(last.map { $0.bytes > 50 * 20 } == true)
        // The rate falls to nothing, and what was slow is forgotten after a minute.
        stream.run(milliseconds: 10_000)
        #expect(stream.sink.last?.eventsPerSecond == 0)
        stream.run(milliseconds: 51_000)
        stream.transport?.say(trades(1, agoMs: 1, stream))
        stream.run(milliseconds: 300)
        #expect(stream.sink.last?.arrival.count == 1)
    }

    @Test func reportsComeFourTimesASecondHoweverMuchComes() {
        let stream = live()
        let before = stream.sink.statuses.count
        for _ in 0..<1000 {
            stream.transport?.say(trades(1, stream))
            stream.run(milliseconds: 10)
        }
        #expect((36...41).contains(stream.sink.statuses.count - before))
        // A change of state is not held back.
        stream.transport?.say(trades(1, stream))
        stream.look()
        stream.transport?.end = StreamEnd(sentence: "reset")
        stream.look()
        #expect(stream.sink.last?.state.isConnected == false)
    }

    @Test func nothingIsReportedAndLittleIsDoneWhileNothingHappens() {
        let stream = live([])
        stream.run(milliseconds: 10_000)
        let reports = stream.sink.statuses.count
        let steps = stream.steps
        stream.run(milliseconds: 14_000)
        #expect(stream.sink.statuses.count == reports)
        #expect(stream.steps - steps <= 32, "\(stream.steps - steps) rounds")
    }

    // MARK: Stop

    @Test func stopBeforeTheConnectionIsOpenIsImmediate() {
        let stream = StreamHarness()
        stream.look()
        let transport = stream.transport
        stream.inbox.stop(graceMs: 500)
        #expect(!stream.look() && transport?.drops == 1)
    }

    @Test func stopClosesAnOpenConnectionAndWaitsForTheAnswer() {
        let stream = live()
        let transport = stream.transport
        let reports = stream.sink.statuses.count
        stream.inbox.stop(graceMs: 500)
        #expect(stream.look() && transport?.closeCodes == [1000])
        transport?.say(trades(5, stream))
        transport?.end = StreamEnd(sentence: "closed")
        #expect(!stream.look())
        #expect(stream.sink.batches.isEmpty && stream.sink.statuses.count == reports)
    }

    @Test func stopDoesNotWaitForAServerThatNeverAnswers() {
        let stream = live()
        let transport = stream.transport
        let start = stream.monotonic.now()
        stream.inbox.stop(graceMs: 500)
        #expect(stream.look() && transport?.closeCodes == [1000])
        #expect(!stream.run(milliseconds: 5000) && transport?.drops == 1)
        #expect(stream.monotonic.now().nanoseconds(since: start) <= 550_000_000)
    }

    @Test func stopDuringAPauseIsImmediate() {
        let stream = live()
        stream.transport?.end = StreamEnd(sentence: "reset")
        stream.look()
        stream.inbox.stop(graceMs: 500)
        #expect(!stream.look())
    }
}
