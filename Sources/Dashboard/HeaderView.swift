import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// A piece of a line that can give way: shortened first, then left out, lowest worth first.
struct Segment {
    /// What is shown.
    var text: String
    /// What is shown where room is short; nil leaves the piece out instead.
    var short: String?
    /// How it looks.
    var role: Role
    /// The higher, the longer it stays.
    var worth: Int

    /// A piece.
    init(_ text: String, _ role: Role, worth: Int, short: String? = nil) {
        (self.text, self.role, self.worth, self.short) = (text, role, worth, short)
    }
}

/// A line of pieces at its left and its right end.
struct SegmentLine {
    var left: [Segment] = []
    var right: [Segment] = []

    /// Paints the line into a row, two spaces between pieces and one at each end.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        var (left, right) = (left.filter { !$0.text.isEmpty }, right.filter { !$0.text.isEmpty })
        func width(_ pieces: [Segment]) -> Int {
            pieces.reduce(0) { $0 + grid.shownWidth(of: $1.text) + 2 } - (pieces.isEmpty ? 0 : 2)
        }
        while width(left) + width(right) + (right.isEmpty || left.isEmpty ? 2 : 4) > area.width {
            let leastLeft = left.indices.min { left[$0].worth < left[$1].worth }
            let leastRight = right.indices.min { right[$0].worth < right[$1].worth }
            switch (leastLeft, leastRight) {
            case (nil, nil): return
            case (let index?, nil): Self.yield(index, of: &left)
            case (nil, let index?): Self.yield(index, of: &right)
            case (let one?, let other?):
                if left[one].worth <= right[other].worth {
                    Self.yield(one, of: &left)
                } else {
                    Self.yield(other, of: &right)
                }
            }
            if left.count + right.count == 1 { break }
        }
        var column = area.column + 1
        for piece in left {
            column += put(piece, at: column, area, into: &grid, theme) + 2
        }
        column = max(column, area.endColumn - 1 - width(right))
        for piece in right {
            column += put(piece, at: column, area, into: &grid, theme) + 2
        }
    }

    private func put(_ piece: Segment, at column: Int, _ area: Rect, into grid: inout Grid, _ theme: Theme) -> Int {
        let place = Position(column: column, row: area.row)
        return grid.put(piece.text, at: place, style: theme.id(piece.role), maxWidth: max(0, area.endColumn - column))
    }

    private static func yield(_ index: Int, of pieces: inout [Segment]) {
        guard let short = pieces[index].short else {
            pieces.remove(at: index)
            return
        }
        pieces[index].text = short
        pieces[index].short = nil
        // A shortened piece is worth a little more: others give way before it goes altogether.
        pieces[index].worth += 5
    }
}

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
        first.right = pauseSegments + feedSegments(glyphs)
        if area.height == 1 { first.left += slotSegments(glyphs) }
        first.paint(in: area.line(0), into: &grid, theme)
        guard area.height > 1 else { return }
        var second = SegmentLine()
        second.left = slotSegments(glyphs) + changeSegments
        second.right = warningSegments + countSegments
        second.paint(in: area.line(1), into: &grid, theme)
    }

    // MARK: First line

    private var session: SessionState? { state.status?.session }

    private var sessionSegments: [Segment] {
        guard let session else { return [] }
        let (word, role): (String, Role) =
            switch session.session {
            case .preMarket: ("PRE", .sessionEdge)
            case .open: ("OPEN", .sessionOpen)
            case .postMarket: ("POST", .sessionEdge)
            case .closed: ("CLOSED", .sessionClosed)
            }
        var segments = [Segment(word, role, worth: 95)]
        if session.isEarlyClose, session.session != .closed {
            segments.append(Segment("EARLY CLOSE 13:00", .warning, worth: 70, short: "EARLY 13:00"))
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
            let date = TimeText.date(session.tradingDay)
            segments.append(Segment("data of " + date, .warning, worth: 85, short: date))
        }
        return segments
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
        let cells = 8
        let full = min(cells, Int((progress.fraction * Double(cells)).rounded(.down)))
        let bar =
            String(repeating: Character(glyphs.barFull), count: full)
            + String(repeating: Character(glyphs.barEmpty), count: cells - full)
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
        return [Segment(words + ", in \(left)", .dim, worth: 35, short: words)]
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
        guard let status = state.status, status.snapshotAppliedAt != nil else { return baselineSegments }
        let total = TimeText.count(status.universeCount)
        var segments: [Segment] = []
        if let rows = state.rows {
            let match = TimeText.count(rows.matchCount)
            segments.append(Segment("\(match) of \(total) match", .text, worth: 68, short: "\(match)/\(total)"))
        } else {
            segments.append(Segment("\(total) tickers", .text, worth: 68))
        }
        let traded = TimeText.count(status.tradedCount)
        segments.append(Segment("\(traded) traded", .dim, worth: 30))
        return segments + baselineSegments
    }

    private var baselineSegments: [Segment] {
        guard let status = state.status else { return [] }
        switch status.baseline {
        case .loading: return [Segment("history loading", .warning, worth: 58, short: "history…")]
        case .empty where state.settings.source == .demo && !status.store.isDegraded:
            return [Segment("history being written", .warning, worth: 58, short: "no history")]
        case .empty: return [Segment("no history: no RVOL", .warning, worth: 58, short: "no history")]
        case .ready(let days, let tickers):
            let used = min(days, status.rvol.lookbackDays)
            let words = used == 1 ? "1-day baseline" : "\(used)-day baseline"
            return [Segment("\(words), \(TimeText.count(tickers)) tickers", .dim, worth: 32, short: words)]
        }
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
