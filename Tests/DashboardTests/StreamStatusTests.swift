import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import Testing

@testable import Dashboard

/// What header, messages and figures say about the stream.
@Suite struct StreamStatusTests {
    private func streaming(_ columns: Int = 120, _ rows: Int = 36) -> Script {
        var market = FakeMarket()
        market.startStream()
        return Script(columns, rows, market: market)
    }

    private func header(_ script: Script) -> String { script.lines().prefix(2).joined(separator: "\n") }

    @Test func aLiveStreamShowsItsRateAndItsLag() {
        #expect(header(streaming(200, 60)).contains("WS live 2.14K ev/s  lag 40 ms"))
        #expect(header(streaming(80, 24)).contains("WS 2.14K ev/s 40 ms"))
        #expect(header(streaming(60, 16)).contains("WS"))
    }

    @Test func aMarketWithoutAStreamShowsNothingOfOne() {
        #expect(!header(Script(200, 60)).contains("WS"))
        var market = FakeMarket()
        market.stream.state = .off(sentence: "stream.enabled is off")
        #expect(header(Script(200, 60, market: market)).contains("WS off"))
        #expect(Script(200, 60, market: market).state.allProblems.isEmpty, "what is switched off is no problem")
    }

    @Test(arguments: [
        (StreamState.connecting, "WS connecting"), (.authenticating, "WS login"),
        (.degraded(sentence: "no quotes"), "WS degraded"), (.refused(sentence: "no"), "WS REFUSED"),
        (.backingOff(sentence: "reset", retryAt: FakeMarket.openTime.adding(seconds: 9)), "WS down, retry in 9s"),
    ])
    func everyStateHasItsWord(state: StreamState, words: String) {
        var market = FakeMarket()
        market.startStream()
        market.stream.state = state
        #expect(header(Script(120, 36, market: market)).contains(words))
        #expect(header(Script(60, 16, market: market)).contains("WS"), "never dropped while something is wrong")
    }

    // MARK: Breaks

    @Test func aLostStreamSaysSinceWhenTicksAreMissingAndWhatPricesAreMeanwhile() {
        var script = streaming()
        script.wait(2)
        script.market.stream.lastFrameAt = script.market.now
        script.deliver()
        script.market.loseStream()
        script.deliver()
        #expect(script.shows("ticks interrupted since 11:47:05"))
        let text = script.state.openProblems.first?.text ?? ""
        #expect(text.contains("pauses. Prices are the snapshots', every 5 s, until it is back; next try at 11:47:14"))
        script.wait(4)
        #expect(header(script).contains("retry in 5s"))
        script.deliver()
        #expect(script.shows("ticks interrupted since 11:47:05"), "the time of the break stays")
        // Back, with a gap that the next snapshot fills; then all is as before, without a key.
        script.market.startStream()
        script.market.flow.gapTickers = 312
        script.deliver()
        #expect(
            script.state.openProblems.first?.text.contains("ticks of 312 tickers are missing since 11:47:05") == true
        )
        script.market.flow.gapTickers = 0
        script.deliver()
        #expect(script.state.openProblems.isEmpty)
        #expect(header(script).contains("WS live"))
    }

    @Test func feedAndStreamBothDownAreSaidInOneMessage() {
        var script = streaming(120, 36)
        script.market.loseStream()
        script.market.feed.state = .degraded(sentence: "connection refused", retryAt: script.market.now)
        script.deliver()
        #expect(script.state.openProblems.count == 1)
        let text = script.state.openProblems.first?.text ?? ""
        #expect(text.hasPrefix("neither snapshots nor ticks arrive: prices stand still, the last are of 11:47:01"))
        #expect(text.contains("Feed: connection refused") && text.contains("Stream: socket.example.com closed"))
        script.press("esc")
        #expect(script.shows("neither snapshots nor ticks"), "it stays until it is mended")
        script.market.feed.state = .live
        script.deliver()
        #expect(script.state.openProblems.first?.text.hasPrefix("ticks interrupted") == true)
    }

    /// Between two pauses a connection is tried; what is wrong is said all the time, and once all is well no more.
    @Test func theReasonStaysWhileTheNextAttemptIsMade() {
        var script = streaming()
        script.market.loseStream()
        script.market.stream.state = .backingOff(sentence: "it was reset.", retryAt: script.market.now)
        script.deliver()
        for state in [StreamState.connecting, .authenticating] {
            script.market.stream.state = state
            script.deliver()
            let text = script.state.openProblems.first?.text ?? ""
            #expect(text.contains("it was reset. Prices are") && text.hasSuffix("trying again"), "\(text)")
        }
        script.market.feed.state = .degraded(sentence: "refused.", retryAt: script.market.now)
        script.deliver()
        let both = script.state.openProblems.first?.text ?? ""
        #expect(both.hasSuffix("Feed: refused. Stream: it was reset."), "\(both)")
        script.market.feed.state = .live
        script.market.startStream()
        script.deliver()
        #expect(script.state.openProblems.isEmpty)
        script.market.stream.state = .connecting
        script.deliver()
        #expect(script.state.openProblems.isEmpty, "what has ended is not said again")
    }

    @Test(arguments: [
        (StreamState.connecting, "no ticks: socket.example.com:443 does not answer since"),
        (.authenticating, "no ticks: socket.example.com:443 has not answered the login since"),
    ])
    func aFirstAttemptThatTakesLongIsSaid(state: StreamState, words: String) {
        var market = FakeMarket()
        market.startStream()
        market.stream.state = state
        var script = Script(120, 36, market: market)
        script.wait(1)
        #expect(script.state.openProblems.isEmpty)
        script.wait(2)
        #expect(script.state.openProblems.first?.text.hasPrefix(words) == true)
    }

    /// The first attempt fails before the market's own clock is known: its time is of another year.
    @Test func aNextAttemptDaysAwayIsNotBelieved() {
        var script = streaming(200, 60)
        script.press("j", "j", "t")
        script.market.loseStream()
        script.market.stream.state = .backingOff(
            sentence: "it answered 403.",
            retryAt: script.market.now.adding(seconds: 47 * 86_400)
        )
        script.deliver()
        #expect(header(script).contains("WS down "))
        let text = script.state.openProblems.first?.text ?? ""
        #expect(text.hasSuffix("until it is back; it is tried again by itself"))
        script.press("i")
        #expect(!script.shows("next try at"))
        #expect(!script.shows("47d"))
    }

    /// The cable is pulled: nothing arrives any more, and the engine has not noticed yet.
    @Test func aBusyStreamThatFallsSilentIsToldWithinSeconds() {
        var script = streaming()
        script.wait(2)
        #expect(header(script).contains("WS live"))
        script.wait(1)
        #expect(header(script).contains("WS silent for 3s"))
        script.deliver()
        #expect(script.shows("silent since 11:47:03"))
        #expect(script.state.openProblems.first?.text.contains("11:47:03: prices are the snapshots' until") == true)
        var cut = script
        cut.market.feed.state = .degraded(sentence: "no answer", retryAt: cut.market.now)
        cut.deliver()
        let words = cut.state.openProblems.map(\.text).joined()
        #expect(words.contains("11:47:03, and snapshots do not come either: prices stand still until it speaks"))
        // The rate sinks with the silence, and the words stay.
        script.market.stream.eventsPerSecond = 0
        script.wait(4)
        script.deliver()
        #expect(header(script).contains("WS silent for 7s"))
        script.market.stream.lastFrameAt = script.market.now
        script.market.stream.eventsPerSecond = 0.5
        script.market.stream.events += 1
        script.deliver()
        #expect(!header(script).contains("silent"))
        script.wait(30)
        #expect(!header(script).contains("silent"), "a quiet one has only its pings")
    }

    /// Pings keep a connection alive that brings nothing any more.
    @Test func aBusyStreamThatOnlyPingsIsTold() {
        var script = streaming()
        func ping(_ script: inout Script, events: Int = 0, rate: Double = 0) {
            script.wait(1)
            script.market.stream.lastFrameAt = script.market.now
            script.market.stream.eventsPerSecond = rate
            script.market.stream.events += events
            script.deliver()
        }
        ping(&script, events: 400, rate: 400)
        for _ in 0..<4 { ping(&script) }
        #expect(script.state.openProblems.isEmpty)
        #expect(header(script).contains("WS live"))
        ping(&script)
        #expect(header(script).contains("WS no events for 5s"))
        let text = script.state.openProblems.first?.text ?? ""
        #expect(text.contains("has sent no trade, quote or bar since 11:47:04: prices are the snapshots'"), "\(text)")
        // A few are enough: from then on a pause is the market's.
        ping(&script, events: 3, rate: 0.5)
        for _ in 0..<20 { ping(&script) }
        #expect(header(script).contains("WS live"))
        #expect(script.state.openProblems.isEmpty)
    }

    @Test func aRefusedStreamCanBePutAwayAndTheHeaderStillSaysIt() {
        var script = streaming()
        script.market.stream.state = .refused(sentence: "the plan of this key has no WebSocket")
        script.deliver()
        #expect(script.shows("stream: the plan of this key has no WebSocket"))
        script.press("esc")
        #expect(!script.shows("the plan of this key"))
        #expect(header(script).contains("WS REFUSED"))
    }

    // MARK: Flow

    @Test func whatWasPutTogetherIsSaidWhileItHappens() {
        var script = streaming()
        #expect(!header(script).contains("conflated"))
        script.market.flow.conflatedTrades = 1_234
        script.deliver()
        #expect(header(script).contains("conflated 1.23K"))
        script.wait(9)
        script.deliver()
        #expect(header(script).contains("conflated 1.23K"))
        script.wait(1)
        #expect(!header(script).contains("conflated"))
    }

    @Test func aLongQueueIsSaidAndAFrameOfEventsIsNot() {
        var script = streaming()
        script.market.flow.queued = 999
        script.deliver()
        #expect(!header(script).contains("queue"))
        script.market.flow.queued = 12_000
        script.deliver()
        #expect(header(script).contains("queue 12.0K"))
    }

    @Test(arguments: [
        (Int64(0), "0 us"), (850_000, "850 us"), (1_000_000, "1 ms"), (1_250_000, "1.3 ms"), (40_000_000, "40 ms"),
        (1_200_000_000, "1.2 s"), (200_000_000_000, "3m20s"), (-5, "0 us"), (.max, "106751d23h"),
    ])
    func durationsAreShort(nanoseconds: Int64, text: String) {
        let found = StreamSegments.duration(nanoseconds)
        #expect(found == text || nanoseconds == .max && found.hasSuffix("h"))
    }

    // MARK: Figures

    @Test(arguments: [["i"], [":", "s", "t", "a", "t", "s", "enter"]])
    func theFiguresOfTheStreamOpenAndClose(keys: [String]) {
        var script = streaming(120, 70)
        for key in keys { script.press(key) }
        for words in [
            "socket.example.com:443", "number 2 since 09:28:02", "14,201,332 events, 1.2 GB",
            "1,204 wanted, 1,204 held",
            "4,102 at most", "318", "12  unknown kind", "3  malformed", "FROM THE EXCHANGE", "p99", "up to 5 ms", "■■■",
        ] {
            #expect(script.shows(words), "\(words)")
        }
        script.press("q")
        #expect(script.state.layer == .table)
    }

    @Test func theFiguresScrollOnASmallScreenAndLive() {
        var script = streaming(80, 24)
        script.press("i")
        #expect(!script.shows("polls"))
        script.press("G")
        #expect(script.shows("polls"))
        script.press("g", "g")
        script.market.stream.eventsPerSecond = 77
        script.market.stream.deniedTopics = [.quotes, .bands]
        script.deliver()
        #expect(script.shows("77/s now"))
        script.press("^d")
        #expect(script.shows("quotes, limit bands and halts"))
        script.press("esc")
        #expect(script.state.layer == .table)
    }

    @Test func aBarIsSeenAsSoonAsThereIsOneAndNeverLongerThanItsRoom() {
        var script = streaming(120, 90)
        script.market.stream.arrival = LatencyHistogram()
        script.market.stream.arrival.add(3_000_000, times: 1_000_000)
        script.market.stream.arrival.add(300_000_000)
        script.deliver()
        script.press("i")
        let bars = script.lines().filter { $0.contains("up to") }.map { $0.filter { $0 == "■" }.count }
        #expect(bars.max() == 30)
        #expect(bars.contains(1))
    }

    @Test func helpAndHintsComeFromTheOneTable() {
        var script = streaming(120, 700)
        for words in ["t tape", "? help"] {
            #expect(Script(200, 60).lines().last?.contains(words) == true, "\(words)")
        }
        script.press("?")
        for words in [
            "show or hide the tape of the selected ticker", "larger sizes only", ":tape [all]", ":stats",
            ":set tape.aggregate on|off", ":set flash on|off", "H! after SYM", "? before LAST", "tape: A B M > <",
        ] {
            #expect(script.shows(words), "\(words)")
        }
    }
}
