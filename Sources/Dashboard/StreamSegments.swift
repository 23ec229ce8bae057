import EngineAPI
import MarketTime
import TerminalGrid

/// What the header says about the stream: whether ticks arrive, how many, how late, and what became of them.
struct StreamSegments {
    /// Events waiting from which on the queue is mentioned: fewer are a frame or two.
    static let queueMin = 1_000

    private let state: DashboardState
    private let stream: StreamStatus?
    private let flow: StreamFlow

    /// The pieces for a state.
    init(_ state: DashboardState) {
        self.state = state
        stream = state.status?.stream
        flow = state.status?.flow ?? StreamFlow()
    }

    /// The connection: `WS live 2.1k ev/s  lag 40 ms`; nothing where no stream is configured.
    var connection: [Segment] {
        guard let stream else { return [] }
        switch stream.state {
        case .off(let sentence): return sentence.isEmpty ? [] : [Segment("WS off", .dim, worth: 31)]
        case .connecting: return [Segment("WS connecting", .warning, worth: 78, short: "WS…")]
        case .authenticating: return [Segment("WS login", .warning, worth: 78, short: "WS…")]
        case .live: return live(stream, word: "live", role: .good)
        case .degraded: return live(stream, word: "degraded", role: .warning)
        case .backingOff(_, let retryAt):
            let known = state.retryWait(retryAt)
            let wait = known ?? 0
            let next = wait > 0 ? ", retry in \(TimeText.age(wait))" : known == nil ? "" : ", retrying"
            let short = wait > 0 ? "WS! \(TimeText.age(wait))" : "WS!"
            return [
                Segment(
                    [
                        .init(text: "WS down\(next)", worth: 60), .init(text: "WS down", worth: 79),
                        .init(text: short, worth: 85), .init(text: "WS!", worth: 91),
                    ],
                    .bad
                )
            ]
        case .refused: return [Segment("WS REFUSED", .bad, worth: 79, short: "WS!")]
        }
    }

    private func live(_ stream: StreamStatus, word: String, role: Role) -> [Segment] {
        if let silent = Self.silentSeconds(state) {
            let age = TimeText.age(silent)
            let forms: [Segment.Form] = [
                .init(text: "WS silent for \(age)", worth: 62), .init(text: "WS silent \(age)", worth: 79),
                .init(text: "WS!", worth: 91),
            ]
            return [Segment(forms, .bad)]
        }
        if let eventless = Self.eventlessSeconds(state) {
            let age = TimeText.age(eventless)
            let forms: [Segment.Form] = [
                .init(text: "WS no events for \(age)", worth: 62), .init(text: "WS no events \(age)", worth: 79),
                .init(text: "WS!", worth: 91),
            ]
            return [Segment(forms, .bad)]
        }
        let rate = Self.count(stream.eventsPerSecond) + " ev/s"
        let isLate = (flow.lagNs ?? 0) > 2_000_000_000
        let lag = flow.lagNs.map(Self.duration)
        var forms = [Segment.Form(text: "WS \(word) \(rate)" + (lag.map { "  lag \($0)" } ?? ""), worth: 36)]
        forms.append(.init(text: "WS \(rate)" + (lag.map { " \($0)" } ?? ""), worth: 47))
        if let lag { forms.append(.init(text: "WS lag \(lag)", worth: 53)) }
        if word != "live" { forms.append(.init(text: "WS \(word)", worth: 61)) }
        forms.append(.init(text: "WS", worth: 77))
        return [Segment(forms, isLate ? .warning : role)]
    }

    /// What is late or put together; nothing while the engine keeps up.
    var flowWarnings: [Segment] {
        var pieces: [Segment] = []
        if flow.queued >= Self.queueMin {
            pieces.append(Segment("queue \(Self.count(Double(flow.queued)))", .warning, worth: 73))
        }
        if state.streamWatch.isBehind(at: state.now), flow.conflatedTrades > 0 {
            pieces.append(Segment("conflated \(Self.count(Double(flow.conflatedTrades)))", .warning, worth: 71))
        }
        if flow.gapTickers > 0, stream?.state.isConnected == true {
            let count = TimeText.count(flow.gapTickers)
            let forms: [Segment.Form] = [
                .init(text: "ticks missing: \(count) tickers", worth: 50), .init(text: "ticks!", worth: 74),
            ]
            pieces.append(Segment(forms, .warning))
        }
        return pieces
    }

    /// Seconds without any frame where frames should come; nil while all is well.
    ///
    /// A stream that was busy and stops is told within seconds; a quiet one has its own pulse of pings.
    static func silentSeconds(_ state: DashboardState) -> Double? {
        guard let status = state.status, status.stream.state.isConnected, let last = status.stream.lastFrameAt else {
            return nil
        }
        let age = state.now.seconds(since: last)
        let wasBusy = state.streamWatch.busyFrameAt.map { last <= $0.adding(seconds: 1) } ?? false
        let isBusy = wasBusy && status.session.session != .closed
        return age >= (isBusy ? 3 : 45) * state.settings.pace ? age : nil
    }

    /// Seconds without any event where many came before, though frames still do: pings, or words that say nothing.
    static func eventlessSeconds(_ state: DashboardState) -> Double? {
        guard let status = state.status, status.stream.state.isConnected, status.session.session != .closed else {
            return nil
        }
        guard let since = state.streamWatch.eventlessSince else { return nil }
        let age = state.now.seconds(since: since)
        return age >= 5 * state.settings.pace ? age : nil
    }

    /// `2.1k`, `14M`: a count in few characters.
    static func count(_ value: Double) -> String {
        guard value.isFinite, value >= 0 else { return "-" }
        return NumberFormat.compact.string(value)
    }

    /// `40 ms`, `1.2 s`, `850 us`: a duration of ns in few characters.
    static func duration(_ nanoseconds: Int64) -> String {
        let value = Double(max(0, nanoseconds))
        switch value {
        case ..<1e6: return "\(Int((value / 1e3).rounded())) us"
        case ..<10e6: return tenths(value / 1e6) + " ms"
        case ..<1e9: return "\(Int((value / 1e6).rounded())) ms"
        case ..<100e9: return tenths(value / 1e9) + " s"
        default: return TimeText.age(value / 1e9)
        }
    }

    /// A number with a decimal where it has one.
    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
