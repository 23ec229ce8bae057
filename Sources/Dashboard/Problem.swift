import EngineAPI
import MarketData
import MarketTime

/// Something the trader should know that is not a row of the table.
struct Problem: Hashable, Sendable {
    /// What it is about; a problem put away stays away while it is about the same thing.
    enum Kind: Hashable, Sendable {
        /// The vendor does not answer, or refuses.
        case feed
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
        /// A message from the composition.
        case notice
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
    /// Data older than this on arrival is called delayed, in seconds.
    static let dataDelayMax = 90.0

    /// What is wrong or worth knowing, worst first; those put away included.
    var allProblems: [Problem] {
        var found: [Problem] = []
        if let status {
            switch status.feed.state {
            case .refused(let sentence): found.append(Problem(kind: .feed, level: .error, text: sentence))
            case .degraded(let sentence, _): found.append(Problem(kind: .feed, level: .warning, text: sentence))
            case .connecting, .live: break
            }
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
            if status.baseline == .empty {
                let text =
                    settings.source == .demo
                    ? "no history yet: the simulator's past days are being written; RVOL follows"
                    : "no history yet: RVOL needs stored days, and each day this program runs through is stored;"
                        + " until then the most traded stocks stand on top"
                found.append(Problem(kind: .history, level: .info, text: text))
            }
        }
        for notice in notices { found.append(Problem(kind: .notice, level: notice.level, text: notice.text)) }
        // A stable order: two problems of one level keep the order they were found in.
        return found.enumerated()
            .sorted { ($1.element.level, $0.offset) < ($0.element.level, $1.offset) }
            .map(\.element)
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

    private func sessionSentence(_ status: EngineStatus) -> String? {
        guard let vendor = status.feed.vendorSession, vendor != status.session.session else { return nil }
        // Around a change of session the two may differ for a poll or two.
        let sinceChange = min(abs(status.session.nextChange.seconds(since: now)), status.sessionAge(at: now))
        guard sinceChange > 120 else { return nil }
        return "the vendor says \(vendor.rawValue), the calendar \(status.session.session.rawValue):"
            + " an unscheduled halt or closure, or a clock that is off"
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

extension EngineStatus {
    /// Seconds since the session in force began, as far as the day's fixed boundaries tell; large when closed.
    fileprivate func sessionAge(at now: Instant) -> Double {
        let second = NewYork.wall(at: now).secondOfDay
        let start =
            switch session.session {
            case .preMarket: Slot.dayStartSecond
            case .open: Slot.regularOpenSecond
            case .postMarket: session.isEarlyClose ? 13 * 3600 : 16 * 3600
            case .closed: session.isEarlyClose ? 17 * 3600 : Slot.dayEndSecond
            }
        return abs(Double(second - start))
    }
}
