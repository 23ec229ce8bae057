import EngineAPI
import Feeds
import MarketTime
import Network
import Testing

@Suite struct StreamCoreLoginTests {
    @Test func connectsGreetsLogsInAndSubscribesInThisOrder() {
        let script = StreamCoreScript()
        #expect(script.step(.want(["T.AAPL", "A.BRK.B"])) == [.connect, .report(.connecting)])
        #expect(script.step(.opened) == [.report(.authenticating)])
        #expect(script.step(.frame, .connected) == [.send(StreamCoreScript.login)])
        let subscribe = "{\"action\":\"subscribe\",\"params\":\"T.AAPL,A.BRK.B\"}"
        #expect(script.step(.frame, .authSuccess) == [.send(subscribe), .report(.live)])
        #expect(script.core.epoch == 1 && script.core.liveSince == script.wallNow)
        #expect(script.step(.frame, .ack("T.AAPL"), .ack("A.BRK.B")) == [])
        #expect(script.pass(milliseconds: 10_000) == [])
    }

    @Test func noFirstFrameIsTakenForALogin() {
        let script = StreamCoreScript()
        script.step()
        let early: [StreamEvent] = [
            .authSuccess, .notice(status: "auth_timeout_soon", message: ""), .ack("T.A"), .notAuthorized, .frame,
        ]
        #expect(script.step(.opened, .want(["T.A"])) == [.report(.authenticating)])
        for event in early { #expect(script.step(event) == []) }
        #expect(script.core.state == .authenticating && script.core.epoch == 0)
        // The login is sent once, and only its own answer ends the waiting.
        #expect(script.step(.connected) == [.send(StreamCoreScript.login)])
        #expect(script.step(.connected, .frame, .notice(status: "success", message: "authenticated")) == [])
        #expect(script.step(.notice(status: "auth_pending", message: "wait")) == [])
        #expect(script.step(.authSuccess).last == .report(.live))
        #expect(script.step(.authSuccess, .connected) == [] && script.core.epoch == 1)
    }

    @Test func wordsOfOneFrameMayComeTogether() {
        let script = StreamCoreScript()
        script.step()
        let actions = script.step(.opened, .frame, .connected, .authSuccess)
        #expect(actions == [.send(StreamCoreScript.login), .report(.live)])
    }

    @Test(arguments: ["status", "", "warning", "info", "AUTH_FAILED", "auth", "closed", "market_closed"])
    func unknownWordsAreIgnored(status: String) {
        let script = StreamCoreScript()
        script.step(.want(["T.A"]))
        script.logIn()
        #expect(script.step(.notice(status: status, message: "not authorized")) == [])
        #expect(script.core.state == .live)
    }

    @Test(arguments: [
        ("authentication failed", "socket.test refuses the API key (auth_failed: authentication failed)"),
        ("", "socket.test refuses the API key (auth_failed)"),
        (
            "Your plan doesn't include websocket access. Visit https://massive.com/pricing to upgrade.",
            "The plan of this API key does not include the WebSocket (socket.test, auth_failed: Your plan doesn't"
        ),
        ("no such key: key-12345678", "(auth_failed: no such key: ***)"),
        ("bad\u{1B}[2J key\nkey-1234\u{7}5678", "(auth_failed: bad[2J key ***)"),
    ])
    func aRefusedLoginIsFinalAndSaysWhatToDo(message: String, words: String) {
        let script = StreamCoreScript()
        script.step(.want(["T.A"]))
        script.step(.opened, .frame, .connected)
        let actions = script.step(.frame, .notice(status: "auth_failed", message: message))
        #expect(actions.first == .close(code: 1000) && actions.count == 2)
        let text = script.core.state.words
        #expect(text.hasPrefix("refused: ") && text.contains(words) && text.contains("set THE_KEY to"), "\(text)")
        #expect(!text.contains("key-1234"))
        // The raw drop that follows is no news, and nothing is tried however long it lasts.
        #expect(script.step(.reset) == [])
        #expect(script.pass(milliseconds: 86_400_000 * 3) == [])
        #expect(script.core.nextDeadline == nil)
    }

    @Test func aRefusalAndTheDropInOneLookAreARefusal() {
        let script = StreamCoreScript()
        script.step()
        script.step(.opened, .connected)
        script.step(.notice(status: "auth_failed", message: "authentication failed"), .reset)
        #expect(script.core.state.words.hasPrefix("refused: "))
    }

    @Test func withoutAKeyARefusalAsksForOne() {
        let script = StreamCoreScript { $0.key = nil }
        script.step()
        #expect(script.step(.opened, .connected).contains(.send("{\"action\":\"auth\",\"params\":\"\"}")))
        script.step(.notice(status: "auth_failed", message: "authentication failed"))
        #expect(script.core.state.words.contains("socket.test wants an API key"))
    }

    @Test func aKeyIsSentAsOneJSONString() {
        let script = StreamCoreScript { $0.key = Secret("a\"b\\c\u{1}é") }
        script.step()
        let login = "{\"action\":\"auth\",\"params\":\"a\\\"b\\\\c\\u0001é\"}"
        #expect(script.step(.opened, .connected).contains(.send(login)))
    }

    @Test func anotherKeyEndsARefusal() {
        let script = StreamCoreScript()
        script.step()
        script.step(.opened, .connected)
        script.step(.notice(status: "auth_failed", message: "authentication failed"))
        // Not before the old connection is gone: the vendor counts them.
        #expect(script.step(.retry(key: Secret("other"))) == [.report(.connecting)])
        #expect(script.step(.reset) == [.connect])
        #expect(script.step(.opened, .connected).contains(.send("{\"action\":\"auth\",\"params\":\"other\"}")))
    }

    @Test func anotherKeyReplacesALoginInUseAndTheSameDoesNot() {
        let script = StreamCoreScript()
        script.logIn()
        #expect(script.step(.retry(key: nil)) == [])
        #expect(script.step(.retry(key: StreamCoreScript.key)) == [])
        #expect(script.step(.retry(key: Secret("other"))) == [.close(code: 1000), .report(.connecting)])
        // A server that never answers the close holds nothing up for long.
        #expect(script.pass(milliseconds: 5999) == [])
        #expect(script.pass(milliseconds: 1) == [.drop, .connect])
    }

    @Test func theVendorsWordThatTheLoginCameTooLateIsTriedAgain() {
        let script = StreamCoreScript()
        script.step()
        script.step(.opened, .connected)
        let words = "No authentication request received."
        let actions = script.step(.notice(status: "auth_timeout", message: words))
        #expect(actions.first == .close(code: 1000))
        let text = script.core.state.words
        #expect(text.hasPrefix("backing off: ") && text.contains("auth_timeout: \(words)"), "\(text)")
        script.step(.reset)
        #expect(script.reconnect() && script.core.state == .live)
    }

    @Test(
        arguments: [
            ([], 25_000, "took too long to connect"), ([.opened], 15_000, "has not said so for 15 s"),
            ([.opened, .connected], 15_000, "has not answered the login for 15 s"),
            (
                [.opened, .connected, .notice(status: "busy", message: "later")], 15_000,
                "login for 15 s (last word: busy later)"
            ),
        ] as [([StreamEvent], Int64, String)]
    )
    func everyStepOfALoginHasADeadline(events: [StreamEvent], milliseconds: Int64, words: String) {
        let script = StreamCoreScript()
        script.step()
        for event in events { script.step(event) }
        // Frames prove life but no login.
        script.now = script.now.adding(milliseconds: milliseconds - 1)
        #expect(script.step(.frame) == [])
        let actions = script.pass(milliseconds: 1)
        #expect(actions.first == .drop && actions.count == 2)
        let text = script.core.state.words
        #expect(text.hasPrefix("backing off: ") && text.contains(words), "\(text)")
        #expect(script.reconnect() && script.core.state == .live)
    }

    @Test func nothingIsSubscribedBeforeTheLogin() {
        let script = StreamCoreScript()
        script.step(.want(["T.A"]))
        script.step(.opened)
        script.step(.connected, .want(["T.A", "Q.A"]))
        #expect(StreamCoreScript.frames(script.log) == [] && script.core.subscriptions.wantedCount == 2)
        script.step(.authSuccess)
        #expect(StreamCoreScript.frames(script.log) == [["+T.A", "+Q.A"]])
    }

    @Test func aConnectionThatEndsEarlyIsTriedAgainAndOneThatCannotBeIsNot() {
        for verdict in [StreamEnd.Verdict.retry, .retrySlowly, .permanent] {
            let script = StreamCoreScript()
            script.step()
            script.step(.ended(StreamEnd(sentence: "No way to socket.test.", verdict: verdict)))
            let text = script.core.state.words
            #expect(text.contains("No way to socket.test."))
            #expect(text.hasPrefix("refused: ") == (verdict == .permanent), "\(text)")
            let pause = script.core.state.retryAt?.seconds(since: script.wallNow)
            switch verdict {
            case .permanent: #expect(pause == nil && script.core.nextDeadline == nil)
            case .retrySlowly: #expect(pause == 60)
            case .retry, .policy: #expect(pause.map { $0 <= 0.5 } == true)
            }
        }
    }
}
