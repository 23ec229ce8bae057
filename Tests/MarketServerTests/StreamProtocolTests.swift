import MarketServer
import MarketTime
import Simulator
import Testing

@Suite struct StreamProtocolTests {
    @Test(arguments: ["/stocks", "/", "/stocks?x=1"])
    func upgradesOnThePortOfREST(path: String) throws {
        try StreamServer.run { simulated in
            let client = try #require(StreamClient(port: simulated.port))
            let head = try #require(client.upgrade(path: path))
            #expect(head.hasPrefix("HTTP/1.1 101 "))
            // The answer that RFC 6455, section 1.3, gives to this key.
            #expect(head.lowercased().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="))
            #expect(client.message() == Transcript.connected)
            let rest = try #require(LoopbackClient(port: simulated.port))
            #expect(rest.get("/v1/marketstatus/now")?.status == 200)
        }
    }

    @Test func theWholeHandshakeIsAsDocumented() throws {
        try StreamServer.run { simulated in
            let client = try #require(StreamClient.greeted(port: simulated.port))
            client.send(#"{"action":"auth","params":"good"}"#)
            #expect(client.message() == Transcript.authenticated)
            client.send(#"{"action":"subscribe","params":"T.AAPL,A.AAPL"}"#)
            #expect(client.message() == Transcript.acks("T.AAPL", "A.AAPL"))
            client.send(#"{"action":"unsubscribe","params":"T.AAPL"}"#)
            #expect(client.message() == Transcript.acks("T.AAPL", verb: "unsubscribed"))
            #expect(try simulated.server.streamConnections().first?.pairs == ["A.AAPL"])
        }
    }

    @Test func backToBackLoginAndSubscriptionIsAnsweredInOrder() throws {
        try StreamServer.run { simulated in
            let client = try #require(StreamClient.greeted(port: simulated.port))
            client.send(#"{"action":"auth","params":"second"}"#)
            client.send(#" { "params" : "AM.*" , "extra":[1,{"a":null}], "action":"subscribe" } "#)
            #expect(client.message() == Transcript.authenticated)
            #expect(client.message() == Transcript.acks("AM.*"))
        }
    }

    @Test(arguments: [("bad", VendorPlan.advanced), ("", .advanced), ("good", .free), ("bad", .free)])
    func refusedLoginsEndWithoutACloseFrame(key: String, plan: VendorPlan) throws {
        try StreamServer.run(plan: plan) { simulated in
            let client = try #require(StreamClient.greeted(port: simulated.port))
            client.send("{\"action\":\"auth\",\"params\":\"\(key)\"}")
            #expect(client.message() == (key == "good" ? Transcript.badPlan : Transcript.badKey))
            #expect(client.frame() == nil)
            #expect(client.end == .orderly)
        }
    }

    @Test func whoeverDoesNotLogInIsTimedOut() throws {
        try StreamServer.run({ $0.loginMs = 30 }) { simulated in
            let client = try #require(StreamClient.greeted(port: simulated.port))
            #expect(client.message() == Transcript.authTimeout)
            #expect(client.frame() == nil)
            #expect(client.end == .orderly)
        }
    }

    @Test func nothingIsSubscribedBeforeTheLogin() throws {
        try StreamServer.run { simulated in
            let client = try #require(StreamClient.greeted(port: simulated.port))
            client.send(#"{"action":"subscribe","params":"T.AAPL"}"#)
            #expect(client.message() == Transcript.notAuthorized)
            #expect(try simulated.server.streamConnections().first?.pairs == [])
        }
    }

    @Test func acknowledgesEachNewPairOnceAndNothingElse() throws {
        try StreamServer.run { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.AAPL"))
            client.send(#"{"action":"subscribe","params":"T.AAPL"}"#)
            client.send(#"{"action":"subscribe","params":"ZZ.AAPL,T.,.AAPL,T,,  "}"#)
            client.send(#"{"action":"unsubscribe","params":"Q.AAPL"}"#)
            client.send(#"{"action":"subscribe","params":"T.NOSUCHTICKER, ZZ.AAPL , T.BRK.B,T.AAPL,A.AAPL"}"#)
            #expect(client.message() == Transcript.acks("T.NOSUCHTICKER", "T.BRK.B", "A.AAPL"))
            let pairs = try simulated.server.streamConnections().first?.pairs
            #expect(pairs == ["A.AAPL", "T.AAPL", "T.BRK.B", "T.NOSUCHTICKER"])
        }
    }

    @Test func aDeniedTopicNamesNoPairAndComesBeforeTheSuccesses() throws {
        try StreamServer.run(plan: .delayed) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port))
            client.send(#"{"action":"subscribe","params":"A.AAPL,Q.AAPL,AM.AAPL,LULD.*"}"#)
            #expect(client.message() == Transcript.notAuthorized)
            #expect(client.message() == Transcript.acks("A.AAPL", "AM.AAPL"))
            client.send(#"{"action":"subscribe","params":"T.*"}"#)
            #expect(client.message() == Transcript.acks("T.*"), "the connection stays")
        }
        try StreamServer.run { simulated in
            let client = try #require(StreamClient.live(port: simulated.port))
            client.send(#"{"action":"subscribe","params":"NOI.AAPL,LULD.*,Q.*"}"#)
            #expect(client.message() == Transcript.notAuthorized)
            #expect(client.message() == Transcript.acks("LULD.*", "Q.*"))
        }
    }

    @Test func aWildcardLeavesSingleSubscriptionsAlone() throws {
        let load = StreamLoad(eventsPerSecond: 2_000, tickers: 10)
        try StreamServer.run(load: load) { simulated in
            let symbol = simulated.market.listings[0].ticker
            let client = try #require(StreamClient.live(port: simulated.port, "T.\(symbol),T.*"))
            let all = client.events { Set($0.compactMap { $0["sym"]?.string }).count == 10 }
            #expect(Set(all.compactMap { $0["sym"]?.string }).count == 10)
            client.send(#"{"action":"unsubscribe","params":"T.*"}"#)
            while let text = client.message(), !text.contains("unsubscribed to: T.*") {}
            let single = client.events { $0.count >= 100 }
            #expect(single.count >= 100 && single.allSatisfy { $0["sym"]?.string == symbol })
        }
    }

    @Test(arguments: [
        "", "{", "[]", "null", "{}", "{\"action\":5}", "{\"action\":\"dance\"}", "{\"action\":\"auth\"",
        "[{\"action\":\"subscribe\",\"params\":\"T.AAPL\"}]", "{\"action\":\"subscribe\",\"params\":7}",
        "{\"action\":\"subscribe\"}", "{\"action\":\"subs\\ud800cribe\",\"params\":\"\"}",
        String(repeating: "[", count: 30_000), String(repeating: "{\"a\":", count: 9_000), "{\"a\":\"\\u00",
        "{\"action\":\"subscribe\",\"params\":\"" + String(repeating: "T.", count: 20_000) + "\"}",
    ])
    func unreadableMessagesHarmNothing(text: String) throws {
        try StreamServer.run { simulated in
            let client = try #require(StreamClient.live(port: simulated.port))
            client.send(text)
            client.send(StreamClient.binary, [0, 1, 2, 0xFF])
            client.send(0, Array("stray".utf8))
            client.send(#"{"action":"subscribe","params":"T.AAPL"}"#)
            var answers: [String] = []
            while answers.last != Transcript.acks("T.AAPL"), let answer = client.message() { answers.append(answer) }
            #expect(answers.last == Transcript.acks("T.AAPL"))
            #expect(answers.dropLast().allSatisfy { $0.contains("\"status\":\"error\"") })
        }
    }

    @Test func symbolsAreEscapedInAcknowledgements() throws {
        try StreamServer.run { simulated in
            let client = try #require(StreamClient.live(port: simulated.port))
            client.send(#"{"action":"subscribe","params":"T.A\"\\B\u0007,T.\ud83d\ude00"}"#)
            let answer = try #require(client.message())
            let messages = JSONValue.parsed(answer)?.array?.compactMap { $0["message"]?.string }
            #expect(messages?.count == 2)
            #expect(messages?.first == #"subscribed to: T.A\"\\B\u0007"#)
        }
    }

    @Test(
        arguments: [
            (Array(repeating: UInt8(0x20), count: 70_000), true, UInt8(0), 1_009),
            ([0x22, 0xC0, 0xAF], true, 0, 1_007), ([0x7B, 0x7D], false, 0, 1_002), ([0x7B, 0x7D], true, 0x40, 1_002),
        ] as [([UInt8], Bool, UInt8, Int)]
    )
    func framesAgainstTheProtocolCloseTheConnection(
        payload: [UInt8],
        isMasked: Bool,
        reserved: UInt8,
        code: Int
    ) throws {
        try StreamServer.run { simulated in
            let client = try #require(StreamClient.live(port: simulated.port))
            client.send(StreamClient.text, payload, isMasked: isMasked, reserved: reserved)
            let frame = try #require(client.frame())
            #expect(frame.closing?.code == code)
            #expect(StreamClient.greeted(port: simulated.port) != nil)
        }
    }

    @Test func fragmentedMessagesAreReadAsOneUpToTheLimit() throws {
        try StreamServer.run { simulated in
            let client = try #require(StreamClient.live(port: simulated.port))
            client.send(StreamClient.text, Array(#"{"action":"subscr"#.utf8), isFinal: false)
            client.send(StreamClient.ping, Array("hello".utf8))
            client.send(0, Array(#"ibe","params":"T.AAPL"}"#.utf8))
            let pong = try #require(client.frame())
            #expect(pong.opcode == StreamClient.pong && pong.text == "hello")
            #expect(client.message() == Transcript.acks("T.AAPL"))
            client.send(StreamClient.text, Array(repeating: 0x20, count: 40_000), isFinal: false)
            client.send(0, Array(repeating: 0x20, count: 40_000), isFinal: false)
            #expect(client.frame()?.closing?.code == 1_009)
        }
    }

    @Test func aCloseIsAnsweredWithItsCode() throws {
        try StreamServer.run { simulated in
            let client = try #require(StreamClient.live(port: simulated.port))
            client.send(StreamClient.close, [0x03, 0xE8] + Array("bye".utf8))
            let answer = try #require(client.frame())
            #expect(answer.closing?.code == 1_000 && answer.closing?.reason == "")
            #expect(client.frame() == nil && client.end == .orderly)
            #expect(try simulated.eventually { $0.allSatisfy { !$0.isOpen } })
        }
    }

    @Test func aPlainRequestIsToldToUpgradeAndABrokenUpgradeIsAnsweredToo() throws {
        try StreamServer.run { simulated in
            let plain = try #require(LoopbackClient(port: simulated.port))
            #expect(plain.get("/stocks")?.status == 426)
            #expect(plain.get("/v1/marketstatus/now")?.status == 200)
            let other = try #require(StreamClient(port: simulated.port))
            #expect(other.upgrade(path: "/crypto")?.hasPrefix("HTTP/1.1 404") == true)
            let broken = try #require(LoopbackClient(port: simulated.port))
            let headers = ["Upgrade: websocket", "Connection: Upgrade"]
            #expect(broken.get("/stocks", headers: headers)?.status == 426)
        }
    }
}

@Suite struct StreamConnectionLimitTests {
    @Test func theOlderConnectionOfAnAccountHasToGo() throws {
        try StreamServer.run { simulated in
            let older = try #require(StreamClient.live(port: simulated.port, "T.AAPL"))
            let newer = try #require(StreamClient.live(port: simulated.port, key: "second", "A.AAPL"))
            #expect(older.message() == Transcript.maxConnections)
            #expect(older.frame()?.closing?.code == 1_008)
            older.send(StreamClient.close, [0x03, 0xF0])
            #expect(older.frame() == nil && older.end == .orderly)
            newer.send(#"{"action":"subscribe","params":"T.AAPL"}"#)
            #expect(newer.message() == Transcript.acks("T.AAPL"))
        }
    }

    @Test func orTheNewerOneWhereThatIsSet() throws {
        try StreamServer.run({ $0.eviction = .newer }) { simulated in
            let older = try #require(StreamClient.live(port: simulated.port, "T.AAPL"))
            let newer = try #require(StreamClient.greeted(port: simulated.port))
            newer.send(#"{"action":"auth","params":"good"}"#)
            #expect(newer.message() == Transcript.authenticated)
            #expect(newer.message() == Transcript.maxConnections)
            #expect(newer.frame()?.closing?.code == 1_008)
            older.send(#"{"action":"subscribe","params":"A.AAPL"}"#)
            #expect(older.message() == Transcript.acks("A.AAPL"))
        }
    }

    @Test func morePlansAllowMore() throws {
        try StreamServer.run({ $0.connectionsMax = 3 }) { simulated in
            let clients = (0..<3).compactMap { _ in StreamClient.live(port: simulated.port, "T.AAPL") }
            #expect(clients.count == 3)
            let haveAll = try simulated.eventually { $0.filter(\.isLive).count == 3 }
            #expect(haveAll)
            let fourth = StreamClient.live(port: simulated.port)
            #expect(fourth != nil)
            #expect(clients[0].message() == Transcript.maxConnections)
            clients[1].send(#"{"action":"subscribe","params":"A.AAPL"}"#)
            #expect(clients[1].message() == Transcript.acks("A.AAPL"))
        }
    }
}

@Suite struct StreamKeepAliveTests {
    @Test func theServerPingsAndBelievesAnyFrame() throws {
        try StreamServer.run({ $0.pingMs = 200 }) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port))
            for _ in 0..<6 {
                #expect(client.frame()?.opcode == StreamClient.ping)
                client.send(StreamClient.binary, [1])
            }
            client.send(#"{"action":"subscribe","params":"T.AAPL"}"#)
            #expect(client.message() == Transcript.acks("T.AAPL"))
        }
    }

    @Test func whoeverAnswersNoPingIsCut() throws {
        try StreamServer.run({ $0.pingMs = 20 }) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port))
            client.answersPings = false
            while client.frame(waitMs: 3_000) != nil {}
            #expect(client.end == .reset)
            #expect(try simulated.eventually { $0.allSatisfy { !$0.isOpen } })
        }
    }
}
