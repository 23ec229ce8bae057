import EngineAPI
import MarketTime
import TerminalGrid

/// What stands beside a ticker's chart: the lists it is on, its halts, its last days.
struct PageLists {
    /// Columns of the lists' table, and of the days'.
    static let width = 36

    private let state: DashboardState
    private let about: TickerAbout
    private let study: TickerStudy?

    /// The lists of a ticker.
    init(_ state: DashboardState, _ about: TickerAbout) {
        self.state = state
        self.about = about
        study = state.page.study?.symbol == about.query.symbol ? state.page.study : nil
    }

    /// A line: words with a look.
    struct Line {
        var text: String
        var role: Role
    }

    /// Lists and halts in so many lines.
    func listsAndHalts(_ rows: Int) -> [Line] {
        let wanted = about.halts.isEmpty ? 1 : about.halts.count + 1
        let halts = halts(min(wanted, max(2, rows / 2)))
        return memberships(rows - halts.count) + halts
    }

    /// Lists, halts and days in so many lines; the lists come first, the last day always has one.
    func everything(_ rows: Int) -> [Line] {
        let isLow = rows < 8
        var lower = isLow ? Array(halts(2).dropFirst(about.halts.isEmpty ? 0 : 1).prefix(1)) : halts(rows / 3)
        if isLow, about.halts.isEmpty { lower = [] }
        lower += isLow ? days(2).suffix(1) : days(rows / 3)
        return memberships(rows - lower.count) + lower
    }

    /// The lists it is on, a heading above them.
    func memberships(_ limit: Int) -> [Line] {
        guard limit > 0 else { return [] }
        var lines = [Line(text: FieldText.left("LIST", 13) + "RANK BEST SINCE 1H AGO", role: .heading)]
        guard !about.memberships.isEmpty else {
            return lines + [Line(text: "on no list now", role: .dim)].prefix(limit - 1)
        }
        let shown = about.memberships.count <= limit - 1 ? about.memberships.count : max(0, limit - 2)
        for place in about.memberships.prefix(shown) {
            let since = place.since > .epoch ? TimeText.hourMinute(NewYork.wall(at: place.since).secondOfDay) : "–"
            let before = rankHourAgo(place.list).map { "#\($0)" } ?? "–"
            let text =
                FieldText.left(Self.cut(place.list, 12), 13) + FieldText.right("#\(place.rank)", 4)
                + FieldText.right("#\(place.bestRank)", 5) + FieldText.right(since, 6) + FieldText.right(before, 7)
            lines.append(Line(text: text, role: .text))
        }
        if shown < about.memberships.count {
            lines.append(Line(text: "and \(about.memberships.count - shown) more", role: .dim))
        }
        return Array(lines.prefix(limit))
    }

    /// The lists in a row: `on winners #2 (best #1, since 09:34, 1 h ago #19)  quiet #4 …`.
    func membershipRow() -> SegmentLine {
        var line = SegmentLine()
        guard !about.memberships.isEmpty else {
            line.left.append(Segment("on no list now", .dim, worth: 10))
            return line
        }
        line.left.append(Segment("on", .dim, worth: 99))
        for (index, place) in about.memberships.prefix(8).enumerated() {
            var notes = ["best #\(place.bestRank)"]
            if place.since > .epoch {
                notes.append("since " + TimeText.hourMinute(NewYork.wall(at: place.since).secondOfDay))
            }
            if let rank = rankHourAgo(place.list) { notes.append("1 h ago #\(rank)") }
            let short = "\(place.list) #\(place.rank)"
            let long = short + " (" + notes.joined(separator: ", ") + ")"
            line.left.append(Segment(long, .text, worth: 60 - 5 * index, short: short))
        }
        return line
    }

    private func rankHourAgo(_ list: String) -> Int? { study?.ranksHourAgo.first { $0.list == list }?.rank }

    /// The halts of the day, newest first, a heading above them; none while there were none.
    func halts(_ limit: Int) -> [Line] {
        guard limit > 1 else { return [] }
        guard !about.halts.isEmpty else { return [Line(text: "no halt seen today", role: .dim)] }
        let now = state.pause?.since ?? state.now
        var lines = [Line(text: "HALTS", role: .heading)]
        for halt in about.halts.prefix(limit - 1) {
            let from = TapeLine.clock(halt.from, milliseconds: false)
            let until = halt.until.map { TapeLine.clock($0, milliseconds: false) } ?? "still halted"
            let length = TimeText.span((halt.until ?? now).seconds(since: halt.from))
            lines.append(Line(text: "\(from)–\(until)  \(length)", role: halt.until == nil ? .bad : .text))
        }
        return lines
    }

    /// Its last days, newest first, a heading above them.
    func days(_ limit: Int) -> [Line] {
        guard limit > 1 else { return [] }
        let heading = FieldText.left("DAY", 11) + FieldText.right("CLOSE", 8) + FieldText.right("CHG%", 9)
        var lines = [Line(text: heading + FieldText.right("VOLUME", 9), role: .heading)]
        guard let study else { return lines + [Line(text: "looking the last days up", role: .dim)] }
        guard !study.days.isEmpty else { return lines + [Line(text: "no days are stored", role: .dim)] }
        for (index, day) in study.days.prefix(limit - 1).enumerated() {
            let before = index + 1 < study.days.count ? study.days[index + 1].close : .nan
            let change = before > 0 ? (day.close / before - 1) * 100 : .nan
            let percent = FieldText.number(change, NumberFormat(.fixed(2), sign: .plusMinus, suffix: "%"))
            let text =
                FieldText.left(TimeText.weekday(day.day) + " " + day.day.iso.dropFirst(5), 11)
                + FieldText.right(FieldText.price(day.close), 8) + FieldText.right(percent, 9)
                + FieldText.right(FieldText.number(day.volume, .compact), 9)
            lines.append(Line(text: text, role: change > 0 ? .up : change < 0 ? .down : .text))
        }
        return lines
    }

    /// Paints lines below each other.
    static func paint(_ lines: [Line], in area: Rect, into grid: inout Grid, _ theme: Theme) {
        for (index, line) in lines.prefix(area.height).enumerated() {
            grid.put(line.text, at: area.line(index).origin, style: theme.id(line.role), maxWidth: area.width)
        }
    }

    private static func cut(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : text.prefix(width - 1) + "…"
    }
}
