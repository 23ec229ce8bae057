import EngineAPI
import MarketData
import MarketTime

/// Something the trader should know that is not a row of the table.
struct Problem: Hashable, Sendable {
    /// What it is about; a problem put away stays away while it is about the same thing.
    enum Kind: Hashable, Sendable {
        /// The vendor does not answer, or refuses.
        case feed
        /// The stream is broken, silent or refused.
        case stream
        /// Ticks went by unseen.
        case ticks
        /// Slots cannot be stored.
        case store
        /// This machine's clock is off.
        case clock
        /// The data is old on arrival.
        case delayedData
        /// The vendor disagrees about the session.
        case vendorSession
        /// More than one in a hundred tickers could not be used.
        case rejectedRows
        /// More than one in a hundred snapshots was replaced by a newer one before it was ranked.
        case conflation
        /// No stored day.
        case history
        /// History is not fetched any more.
        case backfill
        /// Fetching history pauses.
        case backfillWait
        /// A message from the composition.
        case notice
        /// What to press, on the very first run.
        case firstRun
    }

    /// What it is about.
    var kind: Kind
    /// How bad it is.
    var level: Notice.Level
    /// One sentence, untrusted.
    var text: String

    /// Whether `Esc` puts it away; a broken feed stays until it is mended.
    var isDismissible: Bool { kind != .feed }
}

extension DashboardState {
    /// The clock may be off by this many seconds before it is said.
    static let clockSkewMax = 3.0
    /// A backfill may wait this long, in seconds, before more than a word is said about it.
    static let backfillWaitMax: Int64 = 10
    /// Data older than this on arrival is called delayed, in seconds.
    static let dataDelayMax = 90.0

    /// What is wrong or worth knowing, worst first; those put away included.
    var allProblems: [Problem] {
        var found: [Problem] = []
        if let status {
            found += dataProblems(status)
            if case .degraded(let sentence) = status.store {
                found.append(Problem(kind: .store, level: .error, text: sentence))
            }
            if let text = clockSentence(status) { found.append(Problem(kind: .clock, level: .error, text: text)) }
            if let text = delaySentence(status) {
                found.append(Problem(kind: .delayedData, level: .warning, text: text))
            }
            if let text = sessionSentence(status) {
                found.append(Problem(kind: .vendorSession, level: .warning, text: text))
            }
            if let text = rejectionSentence(status) {
                found.append(Problem(kind: .rejectedRows, level: .warning, text: text))
            }
            if let text = conflationSentence(status) {
                found.append(Problem(kind: .conflation, level: .warning, text: text))
            }
            if let problem = backfillProblem(status.backfill) { found.append(problem) }
            if status.baseline == .empty {
                found.append(Problem(kind: .history, level: .info, text: historySentence(status)))
            }
        }
        if let text = firstRunHint { found.append(Problem(kind: .firstRun, level: .info, text: text)) }
        for notice in notices { found.append(Problem(kind: .notice, level: notice.level, text: notice.text)) }
        // A stable order: two problems of one level keep the order they were found in.
        return found.enumerated()
            .sorted { ($1.element.level, $0.offset) < ($0.element.level, $1.offset) }
            .map(\.element)
    }

    /// What keeps prices from moving: snapshots, ticks, or both at once.
    private func dataProblems(_ status: EngineStatus) -> [Problem] {
        if let both = outage(status) { return [both] }
        let stream = streamProblems(status)
        switch status.feed.state {
        case .refused(let sentence): return [Problem(kind: .feed, level: .error, text: sentence)] + stream
        case .degraded(let sentence, _): return [Problem(kind: .feed, level: .warning, text: sentence)] + stream
        case .connecting, .live: return stream
        }
    }

    /// What the message line talks about: all problems but those put away.
    ///
    /// While there is no table, its place tells how feed, store and history are; saying it twice would help nobody.
    var openProblems: [Problem] {
        let isTold = status.map { $0.snapshotAppliedAt == nil } ?? false
        return allProblems.filter { problem in
            if isTold, [.feed, .store, .history].contains(problem.kind) { return false }
            return !dismissed.contains(problem.kind)
        }
    }

    /// Seconds of data delay: the vendor's newest time against the moment it was applied; nil when unknown.
    var dataDelaySeconds: Double? {
        guard let status, status.session.session != .closed else { return nil }
        guard let applied = status.snapshotAppliedAt, let data = status.snapshotDataTime else { return nil }
        return applied.seconds(since: data)
    }

    private func clockSentence(_ status: EngineStatus) -> String? {
        // A simulated market has a time of its own, which nobody's clock is expected to show.
        guard settings.source == .live, let skew = status.feed.clockSkewSeconds else { return nil }
        guard skew.magnitude > Self.clockSkewMax else { return nil }
        let amount = TimeText.words(skew.magnitude)
        let direction = skew > 0 ? "behind" : "ahead of"
        return "this machine's clock is \(amount) \(direction) the vendor's, whose time is used instead: set it (NTP)"
    }

    private func delaySentence(_ status: EngineStatus) -> String? {
        guard let delay = dataDelaySeconds, delay > Self.dataDelayMax else { return nil }
        // A clock that is off makes every delay look wrong; one message is enough.
        if let skew = status.feed.clockSkewSeconds, skew.magnitude > Self.clockSkewMax { return nil }
        return "the vendor's data is \(TimeText.words(delay)) old on arrival: a plan with delayed data,"
            + " or a vendor that lags; slots and RVOL go by the time of the data"
    }

    private func historySentence(_ status: EngineStatus) -> String {
        if settings.source == .demo {
            return "no history yet: the simulator's past days are being written; RVOL follows"
        }
        let meanwhile = "until then the most traded stocks stand on top"
        return status.backfill.isRunning
            ? "no history yet: past days are being fetched, active stocks first, and RVOL appears as they arrive; "
                + meanwhile
            : "no history yet: RVOL needs stored days, and each day this program runs through is stored; " + meanwhile
    }

    private func backfillProblem(_ backfill: BackfillStatus) -> Problem? {
        switch backfill.phase {
        case .failed(let sentence):
            return Problem(kind: .backfill, level: .warning, text: "history: " + sentence)
        case .waiting(let sentence):
            // Short pauses are the vendor's pace, not news.
            guard let since = backfillWaitingSince, since.adding(seconds: Self.backfillWaitMax) <= now else {
                return nil
            }
            return Problem(kind: .backfillWait, level: .info, text: "history: " + sentence)
        case .idle, .planning, .days, .bars, .gap, .finished: return nil
        }
    }

    private func sessionSentence(_ status: EngineStatus) -> String? {
        guard let conflict = status.conflict else { return nil }
        return "the vendor says \(conflict.vendor.word), the calendar says \(conflict.calendar.word): the vendor is"
            + " followed; an unscheduled halt or closure, or a clock that is off"
    }

    private func conflationSentence(_ status: EngineStatus) -> String? {
        let count = status.feed.conflated
        guard count > 0, count * 100 > status.feed.succeededPolls else { return nil }
        return
            "\(count) of \(status.feed.succeededPolls) snapshots were replaced by newer ones before they were ranked:"
            + " this machine is too slow or too busy for the pace of feed.snapshot_seconds"
    }

    private func rejectionSentence(_ status: EngineStatus) -> String? {
        let total = status.rejections.total
        guard total > 0, total * 100 > status.universeCount else { return nil }
        let rejected = status.rejections
        return "\(total) tickers of the last snapshot could not be used (\(rejected.wrongType) of a wrong type,"
            + " \(rejected.impossibleNumber) with impossible numbers, \(rejected.badSymbol) without"
            + " a plausible symbol, \(rejected.duplicate) twice): the rest is shown, the log has the counts"
    }
}
