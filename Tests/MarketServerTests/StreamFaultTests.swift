import MarketServer
import MarketTime
import Simulator
import Testing

private let steady = StreamLoad(eventsPerSecond: 3_000, tickers: 20)

private func broken(_ fault: StreamFault, count: Int = 1) -> [StreamFaultRule] {
    [StreamFaultRule(fault, count: count)]
}

@Suite struct StreamUpgradeFaultTests {
    /// The connection after the broken one is good.
    private func expectHealth(_ simulated: StreamServer) {
        #expect(StreamClient.live(port: simulated.port, "T.AAPL") != nil)
    }

    @Test func aRefusedConnectionIsReset() throws {
        try StreamServer.run(faults: broken(.refuse)) { simulated in
            let client = try #require(StreamClient(port: simulated.port))
            #expect(client.upgrade() == nil)
            #expect(client.end == .reset)
            expectHealth(simulated)
        }
    }

    @Test(arguments: [(403, "application/json", "{\"status\":\"ERROR\""), (502, "text/html", "<html>")])
    func aRefusedUpgradeBringsItsStatus(status: Int, type: String, start: String) throws {
        try StreamServer.run(faults: broken(.refuseUpgrade(status: status))) { simulated in
            let client = try #require(StreamClient(port: simulated.port))
            let head = try #require(client.upgrade())
            #expect(head.hasPrefix("HTTP/1.1 \(status) "))
            #expect(head.contains("Content-Type: \(type)"))
            #expect(client.drain() == .orderly)
            expectHealth(simulated)
        }
    }

    @Test func anUpgradeCanBeLateOrNeverCome() throws {
        let rules = [
            StreamFaultRule(.slowUpgrade(milliseconds: 1_000), first: 0, count: 1),
            StreamFaultRule(.neverUpgrade, first: 1, count: 1),
        ]
        try StreamServer.run(faults: rules) { simulated in
            let slow = try #require(StreamClient(port: simulated.port))
            #expect(slow.upgrade(waitMs: 100) == nil)
            #expect(slow.head()?.hasPrefix("HTTP/1.1 101 ") == true)
            #expect(slow.message() == Transcript.connected)
            let silent = try #require(StreamClient(port: simulated.port))
            #expect(silent.upgrade(waitMs: 200) == nil)
            #expect(silent.end == .nothingYet && silent.unread.isEmpty)
            expectHealth(simulated)
        }
    }

    @Test func garbageComesBeforeTheAnswer() throws {
        try StreamServer.run(faults: broken(.garbage)) { simulated in
            let client = try #require(StreamClient(port: simulated.port))
            let first = try #require(client.upgrade())
            #expect(first.contains("not the protocol you expect") || first.hasPrefix("\u{0}"))
            expectHealth(simulated)
        }
    }

    @Test func anEagerServerSendsItsGreetingWithTheAnswer() throws {
        try StreamServer.run(faults: broken(.eager)) { simulated in
            let client = try #require(StreamClient(port: simulated.port))
            #expect(client.upgrade()?.hasPrefix("HTTP/1.1 101 ") == true)
            #expect(!client.unread.isEmpty, "the frame came in the same piece")
            #expect(client.message() == Transcript.connected)
            client.send(#"{"action":"auth","params":"good"}"#)
            #expect(client.message() == Transcript.authenticated)
        }
    }

    @Test(arguments: [
        (StreamFault.badLogin, Transcript.badKey), (.badPlan, Transcript.badPlan),
        (.loginTimeout, Transcript.authTimeout),
    ])
    func loginsFailOnDemand(fault: StreamFault, answer: String) throws {
        try StreamServer.run(faults: broken(fault)) { simulated in
            let client = try #require(StreamClient.greeted(port: simulated.port))
            client.send(#"{"action":"auth","params":"good"}"#)
            #expect(client.message() == answer)
            #expect(client.frame() == nil && client.end != .nothingYet)
            expectHealth(simulated)
        }
    }

    @Test func aLoginCanStayUnanswered() throws {
        try StreamServer.run(faults: broken(.silentLogin)) { simulated in
            let client = try #require(StreamClient.greeted(port: simulated.port))
            client.send(#"{"action":"auth","params":"good"}"#)
            #expect(client.frame(waitMs: 150) == nil && client.end == .nothingYet)
            expectHealth(simulated)
        }
    }

    @Test func aServerCanStopListeningAndKeepItsConnections() throws {
        try StreamServer.run { simulated in
            let client = try #require(StreamClient.live(port: simulated.port))
            try simulated.server.setListening(false)
            #expect(StreamClient(port: simulated.port) == nil)
            client.send(#"{"action":"subscribe","params":"T.AAPL"}"#)
            #expect(client.message() == Transcript.acks("T.AAPL"))
            try simulated.server.setListening(true)
            expectHealth(simulated)
        }
    }
}

@Suite struct StreamEndingFaultTests {
    @Test(arguments: [1_000, 1_001, 1_008, 1_011, 4_000])
    func closesWithACodeAndAReason(code: Int) throws {
        try StreamServer.run(faults: broken(.close(code: code, reason: "as asked"))) { simulated in
            let client = try #require(StreamClient.greeted(port: simulated.port))
            let closing = client.frame()?.closing
            #expect(closing?.code == code && closing?.reason == "as asked")
            client.send(StreamClient.close, [UInt8(code >> 8), UInt8(code & 0xFF)])
            #expect(client.drain() == .orderly)
        }
    }

    @Test(arguments: [
        (StreamFault.reset, StreamClient.End.reset), (.drop, .orderly), (.close(code: 1_006, reason: ""), .orderly),
    ])
    func endsWithoutACloseFrame(fault: StreamFault, end: StreamClient.End) throws {
        try StreamServer.run(faults: [StreamFaultRule(fault, afterEvents: 50)], load: steady) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*"))
            var opcodes: Set<UInt8> = []
            while let frame = client.frame() { opcodes.insert(frame.opcode) }
            #expect(client.end == end)
            #expect(opcodes == [StreamClient.text])
            let connections = try simulated.server.streamConnections()
            #expect(connections.first.map { $0.events >= 50 && !$0.isOpen } == true)
        }
    }

    @Test func tooManyConnectionsAreTellableAfterSuccess() throws {
        try StreamServer.run(faults: broken(.maxConnections)) { simulated in
            let client = try #require(StreamClient.greeted(port: simulated.port))
            #expect(client.frame(waitMs: 60) == nil, "not before the login")
            client.send(#"{"action":"auth","params":"good"}"#)
            #expect(client.message() == Transcript.authenticated)
            #expect(client.message() == Transcript.maxConnections)
            #expect(client.frame()?.closing?.code == 1_008)
        }
    }

    @Test func aCloseCanStayUnansweredForGood() throws {
        try StreamServer.run(faults: broken(.ignoreClose)) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port))
            _ = try simulated.eventually { $0.first?.isLive == true }
            client.send(StreamClient.close, [0x03, 0xE8])
            while let frame = client.frame(waitMs: 200) { #expect(frame.opcode != StreamClient.close) }
            #expect(client.end == .nothingYet)
        }
    }

    @Test func theCableCanBePulledAndPutBack() throws {
        try StreamServer.run { simulated in
            let first = try #require(StreamClient.live(port: simulated.port, "T.AAPL"))
            try simulated.server.dropStreams()
            #expect(first.drain() == .reset)
            let second = try #require(StreamClient.live(port: simulated.port, "T.AAPL"))
            try simulated.server.dropStreams(by: .close(code: 1_012, reason: "restart"))
            #expect(second.frame()?.closing?.code == 1_012)
            let third = try #require(StreamClient.live(port: simulated.port, "T.AAPL"))
            try simulated.server.stop()
            #expect(third.drain() != nil)
            #expect(StreamClient(port: simulated.port) == nil)
            #expect(try simulated.server.start() == simulated.port)
            #expect(StreamClient.live(port: simulated.port, "T.AAPL") != nil)
        }
    }

    @Test func hundredsOfDropsLeaveNothingBehind() throws {
        try StreamServer.run(load: steady) { simulated in
            for round in 0..<300 {
                let client = try #require(StreamClient.live(port: simulated.port, "T.AAPL,A.*"), "round \(round)")
                if round % 2 == 0 { try simulated.server.dropStreams(by: round % 4 == 0 ? .reset : .drop) }
                _ = client
            }
            let last = try #require(StreamClient.live(port: simulated.port, "T.AAPL,Q.MSFT"))
            #expect(try simulated.eventually { $0.filter(\.isOpen).map(\.pairs) == [["Q.MSFT", "T.AAPL"]] })
            #expect(try simulated.server.streamConnections().count < 20)
            last.send(#"{"action":"unsubscribe","params":"T.AAPL"}"#)
            while let text = last.message(), !text.contains("unsubscribed to: T.AAPL") {}
            #expect(last.end == .nothingYet)
        }
    }
}

@Suite struct StreamRunningFaultTests {
    @Test func aStallIsSilentAndLateWhenItEnds() throws {
        try StreamServer.run(load: steady) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*"))
            #expect(client.message() != nil)
            try simulated.server.setStreamFaults(StreamFaultPlan([StreamFaultRule(.stall)]))
            while client.frame(waitMs: 100) != nil {}
            client.send(StreamClient.ping, [1])
            #expect(client.frame(waitMs: 150) == nil && client.end == .nothingYet)
            try simulated.server.setStreamFaults(StreamFaultPlan())
            var pongs = 0
            var texts = 0
            while pongs == 0 || texts < 10, let frame = client.frame() {
                pongs += frame.opcode == StreamClient.pong ? 1 : 0
                texts += frame.opcode == StreamClient.text ? 1 : 0
            }
            #expect(pongs == 1 && texts >= 10)
        }
    }

    @Test func aStallWithPingsStillAnswers() throws {
        try StreamServer.run(
            load: steady,
            {
                $0.pingMs = 40
                $0.unansweredPingsMax = 1_000
            }
        ) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*"))
            try simulated.server.setStreamFaults(StreamFaultPlan([StreamFaultRule(.stallWithPings)]))
            client.send(StreamClient.ping, [7])
            while let frame = client.frame(), frame.opcode != StreamClient.pong {}
            var pings = 0
            while pings < 3, let frame = client.frame() {
                #expect(frame.opcode == StreamClient.ping, "events are held back")
                pings += 1
            }
            #expect(pings == 3)
            try simulated.server.setStreamFaults(StreamFaultPlan())
            #expect(client.events { $0.count > 300 }.count > 300)
        }
    }

    @Test func aHalfOpenConnectionReactsToNothing() throws {
        try StreamServer.run(load: steady) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*"))
            try simulated.server.setStreamFaults(StreamFaultPlan([StreamFaultRule(.halfOpen)]))
            while client.frame(waitMs: 100) != nil {}
            client.send(StreamClient.ping, [1])
            client.send(StreamClient.close, [0x03, 0xE8])
            #expect(client.frame(waitMs: 200) == nil && client.end == .nothingYet)
        }
    }

    @Test func elementsComeInAnotherOrderAndNoneIsMissing() throws {
        let load = StreamLoad(eventsPerSecond: 4_000, tickers: 1, eventsMax: 1_000)
        try StreamServer.run(faults: [StreamFaultRule(.reorder)], load: load) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*"))
            let numbers = client.events { $0.count >= 1_000 }.compactMap { $0["q"]?.number }
            #expect(numbers.sorted() == (1...1_000).map { Double($0) })
            #expect(numbers != numbers.sorted())
        }
    }

    @Test func elementsComeTwice() throws {
        let load = StreamLoad(eventsPerSecond: 4_000, tickers: 1, eventsMax: 1_000)
        try StreamServer.run(faults: [StreamFaultRule(.duplicate)], load: load) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*"))
            let events = client.events { found in
                found.count > 2_000 && Set(found.compactMap { $0["q"]?.number }).count == 1_000
            }
            let numbers = events.compactMap { $0["q"]?.number }
            #expect(Set(numbers).count == 1_000)
            #expect(numbers.count > 2_000, "frames come twice too")
            let totals = try simulated.server.streamTotals(of: 0)
            #expect(totals?.values.reduce(0) { $0 + $1.trades } == 1_000, "sent once as far as the sums go")
        }
    }

    @Test(arguments: [
        (StreamFault.malformed, "9.3e+18"), (.hostileSymbols, #"\u001b[31mEVIL"#), (.unknownEvents, "NEWTYPE"),
    ])
    func badElementsComeAmongGoodOnes(fault: StreamFault, mark: String) throws {
        try StreamServer.run(faults: [StreamFaultRule(fault)], load: steady) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*"))
            let frame = try #require(client.message())
            #expect(frame.contains(mark))
            #expect(frame.hasSuffix("}]") && frame.contains("\"z\":3,\"p\":"))
        }
    }

    @Test func framesComeInFragmentsWithPingsBetweenThem() throws {
        try StreamServer.run(faults: [StreamFaultRule(.fragment(bytes: 40))], load: steady) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*"))
            let events = client.events { $0.count >= 200 }
            #expect(events.count >= 200 && client.pings > 0)
            var opcodes: Set<UInt8> = []
            var isPieceShort = true
            for _ in 0..<50 {
                guard let frame = client.frame() else { break }
                opcodes.insert(frame.opcode)
                isPieceShort = isPieceShort && frame.payload.count <= 40
            }
            #expect(isPieceShort && opcodes == [0, StreamClient.text, StreamClient.ping])
        }
    }

    @Test func binaryAndInvalidFramesComeBetweenGoodOnes() throws {
        let rules = [StreamFaultRule(.binary), StreamFaultRule(.invalidUTF8)]
        try StreamServer.run(faults: rules, load: steady) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*"))
            let frames = (0..<9).compactMap { _ in client.frame() }
            #expect(frames.filter { $0.opcode == StreamClient.binary }.count == 3)
            let texts = frames.filter { $0.opcode == StreamClient.text }
            #expect(texts.filter { String(validating: $0.payload, as: UTF8.self) == nil }.count == 3)
            #expect(texts.filter { JSONValue.parsed($0.text)?.array?.isEmpty == false }.count >= 3)
        }
    }

    @Test func pingsFlood() throws {
        try StreamServer.run(faults: [StreamFaultRule(.pingFlood(perSecond: 20_000))]) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port))
            var pings = 0
            while pings < 1_000, let frame = client.frame() { pings += frame.opcode == StreamClient.ping ? 1 : 0 }
            #expect(pings == 1_000)
        }
    }

    @Test func aHugeFrameIsWholeAndTheRestFollows() throws {
        let bytes = 5_000_000
        try StreamServer.run(faults: [StreamFaultRule(.huge(bytes: bytes), afterMs: 50)], load: steady) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*"))
            var sizes: [Int] = []
            while sizes.max() != bytes, let frame = client.frame() { sizes.append(frame.payload.count) }
            #expect(sizes.last == bytes)
            #expect(client.events { $0.count > 50 }.count > 50)
        }
    }

    @Test func aHugeFrameNobodyReadsHarmsNobody() throws {
        try StreamServer.run(faults: [StreamFaultRule(.huge(bytes: 50_000_000), count: 1)], { $0.connectionsMax = 2 }) {
            simulated in
            let idle = try #require(StreamClient.greeted(port: simulated.port))
            let other = try #require(StreamClient.live(port: simulated.port))
            other.send(#"{"action":"subscribe","params":"T.AAPL"}"#)
            #expect(other.message() == Transcript.acks("T.AAPL"))
            _ = idle
        }
    }

    @Test(arguments: [StreamFault.endlessFrame, .endlessMessage])
    func aFrameNeverEnds(fault: StreamFault) throws {
        try StreamServer.run(faults: [StreamFaultRule(fault, afterMs: 100)], load: steady) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*"))
            guard fault == .endlessFrame else {
                var fragments = 0
                while fragments < 20, let frame = client.frame(waitMs: 1_000) {
                    fragments += frame.opcode == 0 && !frame.isFinal ? 1 : 0
                }
                #expect(fragments == 20)
                return
            }
            // 0x81 and 127 announce a text frame with a length of eight bytes.
            let head: [UInt8] = [0x81, 127, 0, 0, 1, 0, 0, 0, 0, 0]
            while !client.unread.starts(with: head), client.parse() != nil || client.fill(waitMs: 1_000) {}
            #expect(client.unread.starts(with: head))
            while client.unread.count < 4_000, client.fill(waitMs: 1_000) {}
            #expect(client.unread.count >= 4_000, "bytes go on coming")
        }
    }

    @Test func topicsCanBeTakenOutOfThePlan() throws {
        try StreamServer.run(faults: [StreamFaultRule(.notAuthorized(topics: ["Q", "LULD"]))]) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port))
            client.send(#"{"action":"subscribe","params":"T.AAPL,Q.AAPL,LULD.*,A.AAPL"}"#)
            #expect(client.message() == Transcript.notAuthorized)
            #expect(client.message() == Transcript.acks("T.AAPL", "A.AAPL"))
        }
    }

    @Test func aBurstRepeatsQuotesAndBarsAndNoTrades() throws {
        let load = StreamLoad(eventsPerSecond: 1_000, tickers: 5)
        let rule = StreamFaultRule(.burst(perSecond: 100_000), afterMs: 100)
        try StreamServer.run(faults: [rule], load: load) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*,Q.*"))
            var quotes = 0
            var trades: [String] = []
            while quotes < 10_000, let text = client.message() {
                for event in JSONValue.parsed(text)?.array ?? [] {
                    if event["ev"]?.string == "Q" { quotes += 1 }
                    if event["ev"]?.string == "T" {
                        trades.append("\(event["sym"]?.string ?? "") \(event["i"]?.string ?? "")")
                    }
                }
            }
            #expect(quotes >= 10_000)
            #expect(Set(trades).count == trades.count)
        }
    }

    @Test func rulesStrikeTheConnectionsTheyName() throws {
        let rules = [
            StreamFaultRule(.refuseUpgrade(status: 502), first: 1, count: 1),
            StreamFaultRule(.close(code: 1_001, reason: ""), first: 2, count: 1),
        ]
        try StreamServer.run(faults: rules, { $0.connectionsMax = 5 }) { simulated in
            let good = try #require(StreamClient.live(port: simulated.port))
            #expect(StreamClient.greeted(port: simulated.port) == nil)
            #expect(StreamClient.greeted(port: simulated.port)?.frame()?.closing?.code == 1_001)
            #expect(StreamClient.live(port: simulated.port) != nil)
            // With a new plan the open connections are the first ones.
            let plan = StreamFaultPlan([StreamFaultRule(.close(code: 4_000, reason: "named"), first: 0, count: 1)])
            try simulated.server.setStreamFaults(plan)
            #expect(good.frame()?.closing?.code == 4_000)
            #expect(StreamClient.live(port: simulated.port) != nil)
        }
    }
}

@Suite struct StreamFaultSpellingTests {
    @Test(arguments: [
        ("stall@30s", StreamFaultRule(.stall, afterMs: 30_000)),
        ("stall@30s+10s", StreamFaultRule(.stall, afterMs: 30_000, forMs: 10_000)),
        ("stall-with-pings+500ms", StreamFaultRule(.stallWithPings, forMs: 500)),
        (
            "close:1011:going away@1000ev",
            StreamFaultRule(.close(code: 1_011, reason: "going away"), afterEvents: 1_000)
        ),
        ("close", StreamFaultRule(.close(code: 1_000, reason: ""))),
        ("refuse:403#0-2", StreamFaultRule(.refuseUpgrade(status: 403), first: 0, count: 3)),
        ("refuse#1", StreamFaultRule(.refuse, first: 1, count: 1)),
        ("burst:100000@60s+5s", StreamFaultRule(.burst(perSecond: 100_000), afterMs: 60_000, forMs: 5_000)),
        ("not-authorized:Q,LULD", StreamFaultRule(.notAuthorized(topics: ["Q", "LULD"]))),
        ("huge", StreamFaultRule(.huge(bytes: 50_000_000))), ("fragment:7", StreamFaultRule(.fragment(bytes: 7))),
        ("max-connections@5s", StreamFaultRule(.maxConnections, afterMs: 5_000)),
    ])
    func peopleWriteThemShort(text: String, rule: StreamFaultRule) throws {
        #expect(try StreamFaultRule.parse(text) == rule)
    }

    @Test(arguments: [
        ("", "is no fault"), ("stal", "there are: refuse"), ("stall:3", "takes no value"), ("stall@", "is no time"),
        ("stall@soon", "is no time"), ("stall@-3s", "whole number"), ("stall@99999999999999999999s", "whole number"),
        ("close:99", "1000 to 4999"), ("refuse:200", "400 to 599"), ("stall#3-1", "ends before it begins"),
        ("stall#1-2-3", "no range"), ("stall#x", "whole number"), ("huge:99999999999", "whole number"),
        ("not-authorized", "needs topics"), ("burst:1:2", "takes one value"), ("fragment:0", "1 to 65536"),
    ])
    func whatIsWrongIsNamed(text: String, reason: String) {
        let error = #expect(throws: StreamFaultError.self) { try StreamFaultRule.parse(text) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test func theSpellingNamesEveryFault() {
        let names = [
            "stall", "burst[:PER-SECOND]", "close[:CODE[:REASON]]", "not-authorized:TOPICS", "hostile-symbols",
        ]
        #expect(names.allSatisfy { StreamFaultRule.spelling.contains($0) })
    }
}
