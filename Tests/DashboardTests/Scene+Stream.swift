import Dashboard
import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

extension FakeMarket {
    /// A stream that follows the first rows by the second.
    mutating func startStream() {
        stream = StreamStatus(state: .live, host: "socket.example.com:443")
        stream.epoch = 2
        stream.liveSince = now.adding(seconds: -8_341)
        stream.lastFrameAt = now
        stream.eventsPerSecond = 2_143
        (stream.events, stream.bytes) = (14_201_332, 1_240_000_000)
        (stream.wantedPairs, stream.heldPairs) = (1_204, 1_204)
        stream.rejections.unknownEvent = 12
        stream.rejections.malformed = 3
        flow.applied = 14_198_007
        flow.lagNs = 40_000_000
        (flow.queued, flow.queuedMax, flow.duplicates, flow.replaced) = (41, 4_102, 318, 2_207)
        for step in 1...1_000 {
            stream.arrival.add(Int64(step * step) * 60, times: UInt64(1 + 2_000 / step))
            flow.application.add(Int64(step * step) * 3, times: UInt64(1 + 900 / step))
        }
        for index in rows.indices {
            rows[index].flags.insert(.streamed)
            rows[index].ageSeconds %= 9
        }
    }

    /// Halts, a limit state and a resume among the leaders.
    mutating func haltSome() {
        let leaders = rows.indices.filter { rows[$0].rvol.isFinite && rows[$0].last >= 1 && rows[$0].volume >= 50_000 }
            .sorted { rows[$0].rvol > rows[$1].rvol }
        func set(_ place: Int, _ state: HaltState, _ flags: RowFlags, secondsAgo: Int64) {
            guard place < leaders.count else { return }
            let since = now.adding(seconds: -secondsAgo).nanoseconds
            rows[leaders[place]].halt = HaltMark(state, since: since)
            rows[leaders[place]].flags.formUnion(flags)
        }
        set(1, .halted, .halted, secondsAgo: 134)
        set(2, .halted, .halted, secondsAgo: 1_805)
        set(4, .limitState, .limitState, secondsAgo: 7)
        set(5, .resumed, [], secondsAgo: 40)
        if let long = rows.firstIndex(where: { $0.symbol.text == "ACHR.WS" }) {
            rows[long].rvol = 500
            rows[long].last = 1_234.5
            rows[long].halt = HaltMark(.halted, since: now.adding(seconds: -61).nanoseconds)
            rows[long].flags.insert(.halted)
        }
    }

    /// The stream is lost.
    mutating func loseStream() {
        let sentence = "socket.example.com closed the connection (reset); it is connected anew with growing pauses"
        stream.state = .backingOff(sentence: sentence, retryAt: now.adding(seconds: 9))
        stream.eventsPerSecond = 0
        stream.heldPairs = 0
        stream.liveSince = nil
        tape.isLive = false
        for index in rows.indices where rows[index].flags.contains(.streamed) {
            rows[index].flags.insert(.ticksInterrupted)
        }
    }
}

extension Scene {
    /// What a trader does with tape, halts and a broken stream.
    func actOnStream(_ script: inout Script) {
        switch self {
        case .tapeMerged:
            script.press("j", "j", "T")
            script.wait(1)
        case .tapeFocus:
            script.press("j", "j", "t", "tab", ">", ">", "$")
            script.wait(7)
            script.market.stream.lastFrameAt = script.market.now
            script.market.stream.events += 15_000
            script.deliver()
        case .halted:
            script.market.haltSome()
            script.market.tape.hasHalt = true
            script.press("j", "j", "t")
            script.wait(1)
        case .streamDown:
            script.press("j", "j", "t")
            script.wait(1)
            script.market.loseStream()
            script.deliver()
            script.wait(3)
        case .outage:
            script.press("t")
            script.wait(1)
            script.market.loseStream()
            script.market.snapshotAge = 8
            script.market.feed.state = .degraded(
                sentence: "api.example.com does not answer (connection refused)",
                retryAt: script.market.now.adding(seconds: 5)
            )
            script.deliver()
            script.wait(2)
        case .stats: script.press("i")
        default:
            script.press("j", "j", "t")
            script.wait(1)
        }
    }
}
