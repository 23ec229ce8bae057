import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Testing

@Suite struct StreamSubscriptionsTests {
    private func live(_ pairs: [String], _ change: (inout StreamCore.Settings) -> Void = { _ in }) -> StreamCoreScript {
        let script = StreamCoreScript(change)
        script.step(.want(pairs))
        script.logIn()
        return script
    }

    private func frames(_ actions: [StreamAction]) -> [[String]] { StreamCoreScript.frames(actions) }

    // MARK: Diffs

    @Test func onlyTheDifferenceIsSentAndFirstWhatIsNoLongerWanted() {
        let script = live(["T.A", "Q.A", "A.B"])
        #expect(frames(script.log) == [["+T.A", "+Q.A", "+A.B"]])
        script.pass(milliseconds: 1000)
        // The same ticker's other topic stays, whatever happens to this one.
        #expect(frames(script.step(.want(["T.C", "Q.A", "A.B", "LULD.*"]))) == [["-T.A"]])
        #expect(frames(script.pass(milliseconds: 1000)) == [["+T.C", "+LULD.*"]])
        #expect(script.held == ["T.C", "Q.A", "A.B", "LULD.*"])
        #expect(script.step(.want(["LULD.*", "A.B", "Q.A", "T.C"])) == [])
        #expect(frames(script.step(.want([]))) == [["-A.B", "-LULD.*", "-Q.A", "-T.C"]])
        #expect(script.held.isEmpty)
    }

    @Test func aPairIsHeldOnceItIsAskedForAndNoAcknowledgementIsWaitedFor() {
        let script = live(["T.A", "T.NOSUCH"])
        #expect(script.core.subscriptions.heldCount == 2 && script.core.state == .live)
        #expect(script.pass(milliseconds: 20_000) == [])
        #expect(frames(script.step(.want(["T.A", "T.NOSUCH", "Q.A"]))) == [["+Q.A"]])
    }

    @Test(arguments: [
        "subscribed to: T.A", "subscribed to: Q.ZZ", "subscribed to: ZZ.A", "subscribed to: ", "subscribed to: T",
        "subscribed to: .", "subscribed to: T.", "unsubscribed to: T.A", "authenticated", "",
        "subscribed to: T.\u{1B}[2J",
    ])
    func noAcknowledgementChangesWhatIsHeld(message: String) {
        let script = live(["T.A", "Q.A"])
        #expect(script.step(.notice(status: "success", message: message)) == [])
        #expect(script.held == ["T.A", "Q.A"] && script.pass(milliseconds: 5000) == [])
    }

    @Test func demandsThatChangeFasterThanThePaceAreFoldedIntoTheNewest() {
        let script = live(["T.A"])
        for index in 0..<50 { #expect(script.step(.want(["T.S\(index)", "Q.A"])) == []) }
        #expect(frames(script.pass(milliseconds: 100)) == [["-T.A"]])
        #expect(frames(script.pass(milliseconds: 1000)) == [["+T.S49", "+Q.A"]])
        // A wish that is taken back before its turn leaves no trace.
        script.step(.want(["T.S49", "Q.A", "A.X"]))
        script.step(.want(["T.S49", "Q.A", "A.Y"]), .want(["T.S49", "Q.A", "A.X"]), .want(["T.S49", "Q.A"]))
        #expect(frames(script.pass(milliseconds: 1000)) == [["-A.X"]])
    }

    @Test func aWildcardCoversSinglePairs() {
        let script = live(["T.A", "T.*", "Q.A", "T.B"])
        #expect(frames(script.log) == [["+T.*", "+Q.A"]])
        script.pass(milliseconds: 1000)
        #expect(script.step(.want(["T.*", "Q.A", "T.C"])) == [])
        #expect(frames(script.step(.want(["T.A", "T.B", "Q.*"]))) == [["-Q.A", "-T.*"]])
        #expect(frames(script.pass(milliseconds: 1000)) == [["+T.A", "+T.B", "+Q.*"]])
        // `A` and `AM` are two topics.
        #expect(frames(script.step(.want(["T.A", "T.B", "Q.*", "A.*", "AM.A"]))) == [["+A.*", "+AM.A"]])
    }

    @Test func aPairWantedTwiceIsAskedForOnce() {
        let script = live(["T.A", "Q.A", "T.A"])
        #expect(frames(script.log) == [["+T.A", "+Q.A"]] && script.core.subscriptions.wantedCount == 2)
        script.step(.want(["T.A", "Q.A"], omitted: 7))
        #expect(script.core.subscriptions.omitted == 7)
    }

    @Test(arguments: ["A\",\"x", "A,B", "A\n", "\\", "A B"])
    func aSymbolThatWouldBreakTheSyntaxIsNeverSent(text: String) {
        let packed = Array(text.utf8) + [UInt8](repeating: 0, count: Symbol.maxLength)
        let symbol = packed.withUnsafeBytes { bytes in
            bytes.baseAddress.map { Symbol(packedBytes: $0) }
        }
        let script = StreamCoreScript()
        let pairs = [StreamPair(.trades, symbol), StreamPair(.quotes, Symbol("BRK.B"))]
        script.step(.want(StreamDemand(pairs: pairs)))
        script.logIn()
        #expect(symbol?.text == text && frames(script.log) == [["+Q.BRK.B"]])
    }

    // MARK: Frames

    @Test func framesHoldFiftyPairsByPriorityAHundredMillisecondsApart() throws {
        let pairs = (0..<230).map { "A.S\($0)" }
        let script = StreamCoreScript()
        script.step(.want(pairs))
        script.logIn()
        let start = script.now
        var sent: [(ms: Int64, pairs: [String])] = [(0, try #require(frames(script.log).first))]
        while let deadline = script.core.nextDeadline, deadline.seconds(since: start) < 5 {
            #expect(deadline > script.now, "a deadline that has passed would be a busy loop")
            script.now = deadline
            let ms = deadline.nanoseconds(since: start) / 1_000_000
            sent += frames(script.step()).map { (ms, $0) }
        }
        #expect(sent.map(\.ms) == [0, 100, 200, 300, 400])
        #expect(sent.map(\.pairs.count) == [50, 50, 50, 50, 30])
        #expect(sent.flatMap(\.pairs) == pairs.map { "+" + $0 })
    }

    @Test func unsubscribingIsPacedAndCutToo() {
        let script = live((0..<120).map { "A.S\($0)" })
        script.pass(milliseconds: 1000)
        let all = frames(script.step(.want(["T.X"]))) + frames(script.pass(milliseconds: 1000))
        #expect(all.map(\.count) == [50, 50, 20, 1] && all.last == ["+T.X"])
    }

    @Test(arguments: [128, 129, 300, 16_384])
    func framesKeepTheirBytesWithTheLongestSymbols(bytesMax: Int) {
        let symbols = (100..<190).map { "\($0)" + String(repeating: "Z", count: Symbol.maxLength - 3) }
        let script = StreamCoreScript {
            $0.subscriptions = .init(pairsPerFrame: 1000, frameBytesMax: bytesMax, framePauseMs: 0)
        }
        script.step(.want(symbols.map { "LULD.\($0)" }))
        script.logIn()
        let texts = script.log.compactMap { action -> String? in
            if case .send(let text) = action, text != StreamCoreScript.login { text } else { nil }
        }
        #expect(texts.allSatisfy { $0.utf8.count <= bytesMax })
        // None could have taken one more.
        #expect(texts.dropLast().allSatisfy { $0.utf8.count + 30 > bytesMax })
        #expect(frames(script.log).flatMap(\.self) == symbols.map { "+LULD.\($0)" })
    }

    // MARK: Denials

    @Test(
        arguments: [
            // Before, between and after the confirmations of the same request; one for all or one each.
            [.notAuthorized, .ack("T.A"), .ack("A.B"), .ack("T.B")], [.ack("T.A"), .notAuthorized, .ack("A.B")],
            [.ack("A.B"), .ack("T.B"), .notAuthorized, .notAuthorized],
        ] as [[StreamEvent]]
    )
    func theDeniedTopicIsFoundAndTheRestStays(events: [StreamEvent]) {
        let script = live(["Q.A", "T.A", "Q.B", "T.B", "A.B"])
        for event in events { #expect(script.step(event) == []) }
        let actions = script.pass(milliseconds: 1000)
        #expect(frames(actions) == [] && script.held == ["T.A", "T.B", "A.B"])
        #expect(script.core.subscriptions.deniedTopics == [.quotes])
        let words = "The plan of this API key does not include quotes (Q) on socket.test; the rest goes on."
        #expect(actions == [.report(.degraded(sentence: words))])
        // It is asked for neither by a new wish nor after a reconnect.
        #expect(frames(script.step(.want(["Q.A", "T.A", "Q.C", "T.B", "A.B"]))) == [])
        script.step(.reset)
        let before = script.log.count
        #expect(script.reconnect())
        #expect(frames(Array(script.log[before...])) == [["+T.A", "+T.B", "+A.B"]])
        #expect(script.core.state == .degraded(sentence: words))
        // Nothing is missing when it is not wanted.
        #expect(script.step(.want(["T.A", "T.B", "A.B"])) == [.report(.live)])
    }

    @Test func withoutConfirmationsEachTopicIsAskedForByOnePair() {
        let script = live(["Q.A", "T.A", "LULD.*", "Q.B"])
        script.step(.notAuthorized)
        // Held up meanwhile, and not for ever.
        #expect(script.step(.want(["Q.A", "T.A", "LULD.*", "Q.B", "A.A"])) == [])
        #expect(frames(script.pass(milliseconds: 1000)) == [["+T.A"]])
        // Held already, so it is not answered; the next one is denied, the last one confirmed.
        #expect(frames(script.pass(milliseconds: 2000)) == [["+Q.A"]])
        script.step(.notAuthorized)
        #expect(frames(script.pass(milliseconds: 100)) == [["+LULD.*"]])
        script.step(.ack("LULD.*"))
        #expect(frames(script.pass(milliseconds: 100)) == [["+A.A"]])
        #expect(script.held == ["T.A", "LULD.*", "A.A"] && script.core.subscriptions.deniedTopics == [.quotes])
    }

    @Test func aConfirmationThatComesLateTakesADenialBack() {
        let script = live(["Q.A", "T.A", "T.B"])
        script.step(.notAuthorized, .ack("Q.A"))
        script.pass(milliseconds: 1000)
        #expect(script.core.subscriptions.deniedTopics == [.trades])
        #expect(frames(script.step(.ack("T.A"))) == [["+T.B"]])
        #expect(script.core.state == .live && script.held == ["Q.A", "T.A", "T.B"])
    }

    @Test func severalTopicsMayBeDenied() {
        let script = live(["Q.A", "T.A", "LULD.*"])
        script.step(.ack("T.A"), .notAuthorized, .notAuthorized)
        #expect(frames(script.pass(milliseconds: 1000)) == [["+Q.A"]])
        script.step(.notAuthorized)
        #expect(frames(script.pass(milliseconds: 100)) == [["+LULD.*"]])
        script.step(.notAuthorized)
        #expect(script.core.subscriptions.deniedTopics == [.quotes, .bands] && script.held == ["T.A"])
        #expect(script.core.state.words.contains("quotes (Q), limit-up/limit-down (LULD)"))
    }

    @Test func aFloodOfDenialsHoldsNothingUpForLong() {
        let script = live(["T.A"])
        script.step(.ack("T.A"))
        for _ in 0..<60 {
            script.step(.notAuthorized)
            script.step(.want(["T.A", "Q.A"]))
            script.pass(milliseconds: 100)
        }
        #expect(script.log.contains(.send("{\"action\":\"subscribe\",\"params\":\"Q.A\"}")))
    }

    @Test func aDenialThatNoTopicExplainsIsShown() {
        let script = live(["T.A"])
        script.step(.ack("T.A"), .notAuthorized)
        script.pass(milliseconds: 1000)
        #expect(script.core.state.words.hasPrefix("degraded: socket.test denied a subscription without saying which"))
        #expect(script.held == ["T.A"])
    }

    @Test func aDeniedTopicIsAskedForAgainByTheTraderOrADayLater() {
        for isByTrader in [true, false] {
            let script = live(["Q.A", "T.A"]) { $0.livenessMs = 1_000_000_000 }
            script.step(.ack("T.A"), .notAuthorized)
            script.pass(milliseconds: 1000)
            #expect(script.held == ["T.A"])
            #expect(frames(script.pass(milliseconds: 86_400_000 - 2000)) == [])
            script.step(.frame)
            let actions = isByTrader ? script.step(.retry(key: nil)) : script.pass(milliseconds: 2000)
            #expect(frames(actions) == [["+Q.A"]] && actions.contains(.report(.live)), "\(actions)")
            #expect(script.held == ["T.A", "Q.A"])
        }
    }
}
