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
        #expect(text.contains("prices are the snapshots', every 5 s, until it is back; next try at 11:47:14"))
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

    /// The cable is pulled: nothing arrives any more, and the engine has not noticed yet.
    @Test func aBusyStreamThatFallsSilentIsToldWithinSeconds() {
        var script = streaming()
        script.wait(2)
        #expect(header(script).contains("WS live"))
        script.wait(1)
        #expect(header(script).contains("WS silent for 3s"))
        script.deliver()
        #expect(script.shows("silent since 11:47:03"))
        // The rate sinks with the silence, and the words stay.
        script.market.stream.eventsPerSecond = 0
        script.wait(4)
        script.deliver()
        #expect(header(script).contains("WS silent for 7s"))
        script.market.stream.lastFrameAt = script.market.now
        script.market.stream.eventsPerSecond = 0.5
        script.deliver()
        #expect(!header(script).contains("silent"))
        script.wait(30)
        #expect(!header(script).contains("silent"), "a quiet one has only its pings")
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
        var script = streaming(120, 200)
        for words in ["t tape", "i stream"] {
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
