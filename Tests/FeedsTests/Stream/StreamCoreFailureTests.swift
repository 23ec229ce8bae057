import EngineAPI
import Feeds
import MarketTime
import Network
import Testing

@Suite struct StreamCoreFailureTests {
    private let demand = StreamEvent.want(["LULD.*", "T.AAPL"])

    /// Logged in and confirmed.
    private func live(seed: UInt64 = 1, _ change: (inout StreamCore.Settings) -> Void = { _ in }) -> StreamCoreScript {
        let script = StreamCoreScript(seed: seed, change)
        script.step(demand)
        script.logIn()
        script.step(.ack("LULD.*"), .ack("T.AAPL"))
        return script
    }

    /// The pause the trader is told, in ms.
    private func pauseMs(_ script: StreamCoreScript) -> Int64? {
        script.core.state.retryAt.map { $0.nanoseconds(since: script.wallNow) / 1_000_000 }
    }

    // MARK: The limit of connections

    @Test func theLimitOfConnectionsSaysWhoAndWhenAndWaits() throws {
        let script = live()
        let actions = script.step(.maxConnections)
        #expect(actions.first == .close(code: 1000))
        let pause = try #require(pauseMs(script))
        #expect((60_000...120_000).contains(pause))
        let text = script.core.state.words
        #expect(
            text.contains("Another program uses the account") && text.contains("\((pause + 999) / 1000) s"),
            "\(text)"
        )
        #expect(script.step(.ended(StreamEnd(sentence: "closed", verdict: .policy))) == [])
        #expect(script.pass(milliseconds: pause - 1) == [])
        #expect(script.pass(milliseconds: 1) == [.connect, .report(.connecting)])
    }

    @Test(
        arguments: [
            [.opened, .maxConnections], [.opened, .connected, .maxConnections],
            [.opened, .connected, .authSuccess, .maxConnections],
            [
                .opened,
                .notice(status: "max_connections", message: "Maximum number of websocket connections exceeded."),
            ],
            [.opened, .connected, .maxConnections, .reset],
            [
                .opened,
                .ended(StreamEnd(sentence: "Closed. Perhaps another program uses the account.", verdict: .policy)),
            ],
        ] as [[StreamEvent]]
    )
    func theLimitIsUnderstoodAtAnyTime(events: [StreamEvent]) throws {
        let script = StreamCoreScript()
        script.step()
        for event in events { script.step(event) }
        #expect(script.core.state.words.contains("nother program uses the account"), "\(script.core.state.words)")
        #expect(try #require(pauseMs(script)) >= 60_000)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func aSuccessfulLoginDoesNotShortenTheNextPause(seed: UInt64) throws {
        let script = live(seed: seed)
        // The vendor lets the login pass and complains ten seconds later, again and again.
        for envelope in [60_000, 120_000, 240_000, 300_000, 300_000] as [Int64] {
            script.step(.maxConnections)
            script.step(.reset)
            let pause = try #require(pauseMs(script))
            #expect((envelope...envelope * 2).contains(pause), "seed \(seed)")
            #expect(script.reconnect() && script.core.state == .live, "seed \(seed)")
            script.now = script.now.adding(seconds: 10)
            script.step(.frame)
        }
        // A minute of health, and the vendor's patience is as new.
        for _ in 0..<6 {
            script.now = script.now.adding(seconds: 10)
            script.step(.frame)
        }
        script.step(.maxConnections)
        #expect(try #require(pauseMs(script)) <= 120_000, "seed \(seed)")
    }

    @Test func theTraderNeedNotWait() {
        let script = live()
        script.step(.maxConnections)
        script.step(.reset)
        #expect(script.step(.retry(key: nil)) == [.connect, .report(.connecting)])
    }

    @Test func thePauseIsASetting() throws {
        let script = live { $0.connectionLimitPauseMs = 5000 }
        script.step(.maxConnections)
        #expect((5000...10_000).contains(try #require(pauseMs(script))))
    }

    // MARK: Drops

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func dropsBackOffWithinTheEnvelopeAndAreForgottenAfterAMinute(seed: UInt64) throws {
        let script = live(seed: seed) { $0.backoff = .init(firstMs: 500, capMs: 8000) }
        for envelope in [500, 1000, 2000, 4000, 8000, 8000, 8000] as [Int64] {
            script.step(.reset)
            #expect(script.core.state.words.contains("reset the connection. Connecting again."))
            #expect((envelope / 2...envelope).contains(try #require(pauseMs(script))), "seed \(seed)")
            #expect(script.reconnect(), "seed \(seed)")
        }
        for _ in 0..<6 {
            script.now = script.now.adding(seconds: 10)
            script.step(.frame)
        }
        script.step(.reset)
        #expect(try #require(pauseMs(script)) <= 500, "seed \(seed)")
    }

    @Test func twoStreamsDoNotComeBackTogether() throws {
        let pauses = try (1...20 as ClosedRange<UInt64>).map { seed in
            let script = live(seed: seed)
            script.step(.reset)
            return try #require(pauseMs(script))
        }
        #expect(Set(pauses).count > 10)
    }

    @Test func aReconnectSubscribesEverythingAnewAndInAnotherEpoch() {
        let script = live()
        script.step(.reset)
        #expect(script.core.liveSince == nil && script.held.isEmpty)
        let before = script.log.count
        #expect(script.reconnect())
        #expect(StreamCoreScript.frames(Array(script.log[before...])) == [["+LULD.*", "+T.AAPL"]])
        #expect(script.core.epoch == 2 && script.core.liveSince == script.wallNow)
    }

    @Test func whatIsWantedDuringAPauseIsSubscribedAfterIt() {
        let script = live()
        script.step(.reset)
        script.step(.want(["Q.MSFT"]))
        let before = script.log.count
        #expect(script.reconnect())
        #expect(StreamCoreScript.frames(Array(script.log[before...])) == [["+Q.MSFT"]])
    }

    @Test func aRetryDuringAPauseConnectsOnce() {
        let script = live()
        script.step(.reset)
        #expect(script.step(.retry(key: nil), .retry(key: nil)) == [.connect, .report(.connecting)])
        #expect(script.step(.retry(key: nil)) == [])
        script.step(.opened)
        #expect(script.step(.retry(key: Secret("other"))) == [])
        #expect(script.step(.connected) == [.send("{\"action\":\"auth\",\"params\":\"other\"}")])
    }

    @Test func eventsOfAConnectionThatIsGoneChangeNothing() {
        let script = live()
        script.step(.reset)
        let state = script.core.state
        for event in [.reset, .opened, .connected, .authSuccess, .maxConnections, .notAuthorized] as [StreamEvent] {
            #expect(script.step(event) == [])
        }
        #expect(script.core.state == state)
    }

    // MARK: Liveness

    @Test func aSilentConnectionIsPingedShownAndGivenUp() throws {
        let script = live()
        let start = script.now
        var seen: [(ms: Int64, action: StreamAction)] = []
        while script.now.nanoseconds(since: start) < 75_000_000_000 {
            let deadline = try #require(script.core.nextDeadline)
            #expect(deadline > script.now, "a deadline that has passed would be a busy loop")
            script.now = deadline
            let ms = script.now.nanoseconds(since: start) / 1_000_000
            seen += script.step().map { (ms, $0) }
        }
        #expect(seen.map(\.ms) == [25_000, 35_000, 50_000, 75_000, 75_000])
        #expect(seen.map(\.action).filter { $0 == .ping }.count == 2)
        #expect(seen[3].action == .drop)
        guard case .report(let quiet) = seen[1].action, case .report(let pause) = seen[4].action else {
            Issue.record("\(seen)")
            return
        }
        #expect(quiet.words == "degraded: Nothing has come from socket.test for 35 s; connecting again after 75 s.")
        #expect(pause.words.hasPrefix("backing off: Nothing came from socket.test for 75 s"))
        #expect(script.reconnect() && script.core.state == .live)
    }

    @Test func anyFrameProvesLife() {
        let script = live()
        for _ in 0..<100 {
            let actions = script.pass(milliseconds: 26_000)
            #expect(actions == [.ping])
            // The pong.
            #expect(script.step(.frame) == [])
        }
        #expect(script.core.state == .live)
    }

    @Test func aFrameEndsTheQuiet() {
        let script = live()
        script.pass(milliseconds: 40_000)
        #expect(script.core.state.words.hasPrefix("degraded: Nothing has come"))
        #expect(script.step(.frame) == [.report(.live)])
    }

    @Test(arguments: [5000, 20_000, 600_000])
    func livenessIsASetting(milliseconds: Int64) {
        let script = live { $0.livenessMs = Int(milliseconds) }
        let actions = script.pass(milliseconds: milliseconds - 1)
        #expect(!actions.contains(.drop) && actions.contains(.ping))
        #expect(script.pass(milliseconds: 1).contains(.drop))
    }
}
