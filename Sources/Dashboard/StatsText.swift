import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// The figures of the stream as the lines of a list: connection, events, subscriptions, what was left out, latency.
struct StatsText {
    /// Columns of the labels.
    private static let headWidth = 16
    /// Cells of a full bar.
    private static let barCells = 30
    /// Ends of a histogram's buckets, ns: 1, 2, 5 ms and so on up to 5 s.
    private static let ends: [Int64] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000].map { $0 * 1_000_000 }
    private static let fineEnds: [Int64] = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000].map { $0 * 1_000 }

    private let state: DashboardState
    private let ascii: Bool

    /// The figures of a state.
    init(_ state: DashboardState, ascii: Bool) {
        self.state = state
        self.ascii = ascii
    }

    /// All lines.
    var lines: [OverlayLine] {
        guard let status = state.status else { return [OverlayLine(text: "the engine is starting", role: .dim)] }
        var lines = connection(status.stream)
        lines += events(status.stream, status.flow)
        lines += latency("FROM THE EXCHANGE TO THIS MACHINE, LAST MINUTE", status.stream.arrival, Self.ends)
        lines += latency("FROM ARRIVAL TO THE TABLE, LAST MINUTE", status.flow.application, Self.fineEnds)
        lines += feed(status.feed)
        if let terminal = state.terminal { lines += self.terminal(terminal) }
        return lines
    }

    /// How the terminal takes frames.
    private func terminal(_ figures: TerminalFigures) -> [OverlayLine] {
        func bytes(_ count: Double) -> String { NumberFormat.compact.string(count) + "B" }
        let isSlowed = figures.framesPerSecond < figures.framesPerSecondWanted
        let rate = isSlowed ? ", slowed from \(figures.framesPerSecondWanted): the line is slow" : ""
        return heading("TERMINAL") + [
            line("frames", "\(figures.framesPerSecond) a second at most\(rate)", isSlowed ? .warning : .text),
            line("last frame", bytes(Double(figures.frameBytes))),
            line(
                "bytes",
                "\(bytes(Double(figures.bytesPerSecond))) a second, \(bytes(Double(figures.bytesTotal))) in all"
            ),
            line(
                "blocked",
                "\(TimeText.count(figures.blockedMs)) ms in all, "
                    + "\(TimeText.count(figures.blockedMsLongest)) ms at most"
            ),
            line(
                "frames sent",
                "\(TimeText.count(figures.framesSent)), held back \(TimeText.count(figures.framesHeldBack))"
            ),
        ]
    }

    private func line(_ head: String, _ text: String, _ role: Role = .text) -> OverlayLine {
        OverlayLine(head: "  " + head, headWidth: Self.headWidth, text: text, role: role)
    }

    private func heading(_ text: String) -> [OverlayLine] {
        [OverlayLine(), OverlayLine(text: text, role: .headingSorted)]
    }

    // MARK: Connection

    private func connection(_ stream: StreamStatus) -> [OverlayLine] {
        let (word, role, sentence) = words(stream.state)
        var lines = [OverlayLine(text: "CONNECTION", role: .headingSorted)]
        lines.append(line("host", stream.host.isEmpty ? "none" : stream.host))
        lines.append(line("state", word, role))
        if let sentence, !sentence.isEmpty { lines.append(line("", sentence, role)) }
        let since = stream.liveSince.map { " since \(clock($0)), \(age($0))" } ?? ""
        lines.append(line("login", stream.epoch == 0 ? "none yet" : "number \(TimeText.count(stream.epoch))\(since)"))
        lines.append(line("last frame", stream.lastFrameAt.map { "\(clock($0)), \(age($0)) ago" } ?? "none yet"))
        if let lost = state.streamWatch.lostAt {
            lines.append(line("ticks missing", "since \(clock(lost)), \(age(lost))", .warning))
        }
        return lines
    }

    private func words(_ state: StreamState) -> (String, Role, String?) {
        switch state {
        case .off(let sentence): ("off", .dim, sentence)
        case .connecting: ("connecting", .warning, nil)
        case .authenticating: ("connected, waiting for the login", .warning, nil)
        case .live: ("live", .good, nil)
        case .degraded(let sentence): ("degraded", .warning, sentence)
        case .backingOff(let sentence, let retryAt):
            (self.state.retryWait(retryAt) == nil ? "down" : "down, next try at \(clock(retryAt))", .bad, sentence)
        case .refused(let sentence): ("refused", .bad, sentence)
        }
    }

    // MARK: Events

    private func events(_ stream: StreamStatus, _ flow: StreamFlow) -> [OverlayLine] {
        let rejected = stream.rejections
        let rate = StreamSegments.count(stream.eventsPerSecond)
        var lines = heading("EVENTS")
        lines.append(line("received", "\(rate)/s now; \(count(stream.events)) events, \(bytes(stream.bytes)) in all"))
        lines.append(line("applied", count(flow.applied)))
        let omitted = stream.omittedPairs == 0 ? "" : ", \(count(stream.omittedPairs)) left out by the plan's cap"
        lines.append(
            line(
                "subscriptions",
                "\(count(stream.wantedPairs)) wanted, \(count(stream.heldPairs)) held\(omitted)",
                stream.heldPairs < stream.wantedPairs || stream.omittedPairs > 0 ? .warning : .text
            )
        )
        let denied = stream.deniedTopics.map(\.words).joined(separator: ", ")
        lines.append(line("denied topics", denied.isEmpty ? "none" : denied, denied.isEmpty ? .text : .warning))
        lines.append(line("queue", "\(count(flow.queued)) now, \(count(flow.queuedMax)) at most"))
        lines.append(
            line(
                "put together",
                "\(count(flow.conflatedTrades)) trades while behind, none of their volume lost",
                flow.conflatedTrades > 0 ? .warning : .text
            )
        )
        lines.append(line("replaced", "\(count(flow.replaced)) quotes and bars by newer ones"))
        lines.append(line("duplicates", count(flow.duplicates)))
        lines.append(line("refused", "\(count(flow.refused)) of another day, or ahead of the clock"))
        lines.append(line("ticks missing", "\(count(flow.gapTickers)) tickers wait for a snapshot"))
        lines.append(line("rejected", "\(count(rejected.total)) elements in all"))
        let reasons = [
            ("unknown kind", rejected.unknownEvent), ("malformed", rejected.malformed),
            ("bad symbol", rejected.badSymbol), ("impossible number", rejected.impossibleNumber),
            ("bad frame", rejected.badFrames),
        ]
        for (reason, number) in reasons { lines.append(line("", "\(padded(count(number), 11))  \(reason)", .dim)) }
        return lines
    }

    // MARK: Latency

    private func latency(_ title: String, _ histogram: LatencyHistogram, _ ends: [Int64]) -> [OverlayLine] {
        var lines = heading(title)
        guard let median = histogram.quantile(0.5), let late = histogram.quantile(0.99) else {
            return lines + [line("", "no events yet", .dim)]
        }
        let longest = StreamSegments.duration(histogram.longest)
        let words = "\(StreamSegments.duration(median)), p99 \(StreamSegments.duration(late)), longest \(longest)"
        lines.append(line("p50", "\(words); \(StreamSegments.count(Double(histogram.count))) events"))
        let counts = histogram.counts(upTo: ends)
        let largest = counts.max() ?? 0
        for (index, number) in counts.enumerated() {
            let label =
                index < ends.count
                ? "up to \(StreamSegments.duration(ends[index]))" : "beyond"
            lines.append(line(label, bar(number, of: largest) + " " + StreamSegments.count(Double(number)), .dim))
        }
        return lines
    }

    /// A bar that is seen as soon as there is one.
    private func bar(_ number: UInt64, of largest: UInt64) -> String {
        guard number > 0, largest > 0 else { return String(repeating: " ", count: Self.barCells) }
        let cells = max(1, Int((Double(number) / Double(largest) * Double(Self.barCells)).rounded()))
        return String(repeating: ascii ? "#" : "■", count: cells)
            + String(repeating: " ", count: max(0, Self.barCells - cells))
    }

    // MARK: Feed

    private func feed(_ feed: FeedStatus) -> [OverlayLine] {
        var lines = heading("SNAPSHOTS")
        lines.append(line("host", feed.host.isEmpty ? "none" : feed.host))
        lines.append(line("polls", "\(count(feed.succeededPolls)) succeeded, \(count(feed.failedPolls)) failed"))
        let last = feed.lastPollMs.map { StreamSegments.duration(Int64(min(max($0, 0), 1e9) * 1e6)) } ?? "none yet"
        lines.append(line("last poll", last))
        lines.append(line("replaced", "\(count(feed.conflated)) by newer ones before they were ranked"))
        return lines
    }

    // MARK: Words

    private func clock(_ time: Instant) -> String { TimeText.clock(NewYork.wall(at: time).secondOfDay) }
    private func age(_ time: Instant) -> String { TimeText.age(state.now.seconds(since: time)) }
    private func count(_ value: Int) -> String { TimeText.count(value) }

    private func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }

    private func bytes(_ value: Int) -> String {
        let units: [(Double, String)] = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB")]
        guard let (scale, unit) = units.first(where: { Double(value) >= $0.0 }) else { return "\(value) bytes" }
        return NumberFormat.fixed(1).string(Double(value) / scale) + " " + unit
    }
}

extension StreamTopic {
    /// What the topic brings, in a word.
    var words: String {
        switch self {
        case .trades: "trades"
        case .quotes: "quotes"
        case .seconds: "bars of a second"
        case .minutes: "bars of a minute"
        case .bands: "limit bands and halts"
        }
    }
}
