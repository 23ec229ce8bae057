import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// The top of the screen: what market this is, what time it has, and whether the numbers can be trusted.
struct HeaderView {
    private let state: DashboardState

    /// The header of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints one or two lines.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        let glyphs = grid.glyphs
        var first = SegmentLine()
        first.left = [Segment("TRADEUL", .brand, worth: area.height > 1 ? 50 : 30)]
        if let badge = state.settings.source.badge { first.left.append(Segment(" \(badge) ", .badge, worth: 100)) }
        first.left += sessionSegments + timeSegments
        first.right = pauseSegments + StreamSegments(state).connection + feedSegments(glyphs)
        if area.height == 1 {
            first.left += slotSegments(glyphs)
            first.right = StreamSegments(state).flowWarnings + HistorySegments(state).mending(glyphs) + first.right
        }
        first.paint(in: area.line(0), into: &grid, theme)
        guard area.height > 1 else { return }
        var second = SegmentLine()
        second.left = slotSegments(glyphs) + changeSegments
        second.right =
            warningSegments + StreamSegments(state).flowWarnings + HistorySegments(state).mending(glyphs)
            + countSegments
        second.paint(in: area.line(1), into: &grid, theme)
    }

    // MARK: First line

    private var session: SessionState? { state.status?.session }

    private var sessionSegments: [Segment] {
        guard let session else { return [] }
        let role: Role =
            switch session.session {
            case .preMarket, .postMarket: .sessionEdge
            case .open: .sessionOpen
            case .closed: .sessionClosed
            }
        var segments = [Segment(session.session.word, role, worth: 95)]
        if session.isEarlyClose, session.session != .closed {
            let time = TimeText.hourMinute(session.today.closeSecond)
            segments.append(Segment("EARLY CLOSE " + time, .warning, worth: 70, short: "EARLY " + time))
        }
        if let conflict = state.status?.conflict {
            segments.append(Segment("calendar: \(conflict.calendar.word)", .warning, worth: 72))
        }
        return segments
    }

    private var timeSegments: [Segment] {
        let (day, second) = NewYork.wall(at: state.now)
        var segments = [
            Segment(TimeText.clock(second) + " ET", .clock, worth: 90),
            Segment(TimeText.date(day), .dim, worth: 40, short: TimeText.weekday(day)),
        ]
        if let session, session.tradingDay != day {
            let reason = closureReason(session.today, on: day).map { "\($0): " } ?? ""
            let forms = [
                Segment.Form(text: reason + TimeText.date(session.tradingDay) + "'s screen", worth: 82),
                Segment.Form(text: reason + TimeText.weekday(session.tradingDay) + "'s screen", worth: 87),
            ]
            segments.append(Segment(forms, .warning))
        }
        return segments
    }

    /// Why there is no trading on a date; nil when there is, and before its 04:00.
    private func closureReason(_ today: MarketDay, on date: DayID) -> String? {
        today.date != date || today.isTradingDay || today.reason.isEmpty ? nil : today.reason
    }

    private var pauseSegments: [Segment] {
        guard let pause = state.pause else { return [] }
        let age = TimeText.span(state.now.seconds(since: pause.since))
        return [Segment(" PAUSED +\(pause.missed) \(age) ", .badgePause, worth: 98)]
    }

    private func feedSegments(_ glyphs: GlyphSet) -> [Segment] {
        guard let status = state.status else { return [Segment("starting", .warning, worth: 80)] }
        let dot = String(glyphs.bullet) + " "
        var segments: [Segment] = []
        switch status.feed.state {
        case .connecting: segments.append(Segment(dot + "CONNECTING", .warning, worth: 92))
        case .live:
            let age = Freshness(state)
            if age.isStale {
                segments.append(Segment(dot + "STALE", age.role, worth: 92))
            } else if status.session.session == .closed {
                segments.append(Segment(dot + "FEED OK", .good, worth: 92))
            } else {
                let word = state.settings.source == .live ? "LIVE" : "SIMULATED"
                segments.append(Segment(dot + word, .good, worth: 92))
            }
        case .degraded(_, let retryAt):
            let wait = retryAt.seconds(since: state.now).rounded(.up)
            let words = wait > 0 ? "retry in \(TimeText.age(wait))" : "retrying"
            segments.append(Segment(dot + "DEGRADED", .bad, worth: 92))
            segments.append(Segment(words, .warning, worth: 75))
        case .refused: segments.append(Segment(" REFUSED ", .badgeBad, worth: 92))
        }
        if let seconds = Freshness(state).seconds {
            let age = TimeText.age(seconds)
            segments.append(Segment("data \(age) old", Freshness(state).role, worth: 88, short: age))
        }
        return segments
    }

    // MARK: Second line

    private func slotSegments(_ glyphs: GlyphSet) -> [Segment] {
        guard let status = state.status else { return [] }
        // The day's progress by this clock, so that the countdown runs between two pictures.
        let progress = DayProgress(of: status.session.tradingDay, at: state.now)
        guard let slot = progress.slot, status.session.session != .closed else { return [] }
        let bar = glyphs.progressBar(progress.fraction, cells: 8)
        let left = TimeText.span((Double(Slot.seconds) * (1 - progress.fraction)).rounded(.up))
        return [
            Segment("slot \(slot.rawValue)/\(Slot.count)", .text, worth: 65),
            Segment(bar, .dim, worth: 45),
            Segment("\(left) left", .text, worth: 60, short: left),
        ]
    }

    private var changeSegments: [Segment] {
        guard let session else { return [] }
        let left = TimeText.span(session.nextChange.seconds(since: state.now).rounded(.up))
        let (day, second) = NewYork.wall(at: session.nextChange)
        let at = TimeText.hourMinute(second)
        let isToday = day == NewYork.wall(at: state.now).day
        let when = isToday ? at : TimeText.weekday(day) + " " + at
        let words: String =
            switch (session.session, session.nextSession) {
            case (_, .preMarket): "pre-market opens \(when)"
            case (_, .open): "opens \(when)"
            case (_, .postMarket): "closes \(when)"
            case (_, .closed): "post-market ends \(when)"
            }
        let forms = [Segment.Form(text: words + ", in \(left)", worth: 35), Segment.Form(text: words, worth: 49)]
        return [Segment(forms, .dim)]
    }

    private var warningSegments: [Segment] {
        guard let status = state.status else { return [] }
        var segments: [Segment] = []
        if state.settings.source == .live, let skew = status.feed.clockSkewSeconds,
            skew.magnitude > DashboardState.clockSkewMax
        {
            // The vendor's clock minus ours: a positive skew means that this clock is behind.
            let sign = skew > 0 ? "-" : "+"
            segments.append(Segment(" CLOCK \(sign)\(TimeText.age(skew.magnitude)) ", .badgeBad, worth: 86))
        } else if let delay = state.dataDelaySeconds, delay > DashboardState.dataDelayMax {
            segments.append(Segment("delayed \(TimeText.age(delay))", .warning, worth: 84))
        }
        if case .degraded = status.store {
            segments.append(Segment("store not writing", .bad, worth: 83, short: "store!"))
        }
        return segments
    }

    private var countSegments: [Segment] {
        guard let status = state.status, status.snapshotAppliedAt != nil else { return HistorySegments(state).baseline }
        let total = TimeText.count(status.universeCount)
        var segments: [Segment] = []
        if let rows = state.rows {
            let match = TimeText.count(rows.matchCount - rows.leavingCount)
            segments.append(Segment("\(match) of \(total) match", .text, worth: 68, short: "\(match)/\(total)"))
        } else {
            segments.append(Segment("\(total) tickers", .text, worth: 68))
        }
        let traded = TimeText.count(status.tradedCount)
        segments.append(Segment("\(traded) traded", .dim, worth: 30))
        return segments + HistorySegments(state).baseline
    }
}

/// How old the numbers on the screen are, and whether that is too old.
struct Freshness {
    /// Seconds since the last snapshot was applied; nil before the first.
    let seconds: Double?
    /// How the age looks.
    let role: Role
    /// Whether more than three polls are missing.
    let isStale: Bool

    /// The freshness of a state by its clock.
    init(_ state: DashboardState) {
        guard let status = state.status, let applied = status.snapshotAppliedAt else {
            (seconds, role, isStale) = (nil, .dim, false)
            return
        }
        let age = max(0, state.now.seconds(since: applied))
        let isClosed = status.session.session == .closed
        let interval = max(1, isClosed ? state.settings.closedPollSeconds : state.settings.pollSeconds)
        seconds = age
        isStale = age > 3 * interval
        role = age > 6 * interval ? .bad : age > 3 * interval ? .warning : .dim
    }
}

extension MarketSession {
    /// The word on the screen.
    var word: String {
        switch self {
        case .preMarket: "PRE"
        case .open: "OPEN"
        case .postMarket: "POST"
        case .closed: "CLOSED"
        }
    }
}
