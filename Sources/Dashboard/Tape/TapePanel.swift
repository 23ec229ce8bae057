import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// A tape: of the selected ticker, of the one it is pinned to, or of the whole short list.
struct TapePanel {
    /// A tape without a print for so long says since when, seconds.
    static let quietSeconds: Int64 = 60
    /// Cells between two columns of lines.
    private static let gap = 2

    private let state: DashboardState
    private let pane: Pane
    /// Whether it is a part of the ticker's page: its ticker's prints whatever the tape's pane shows.
    private let isOnPage: Bool

    /// The tape of a state in a pane, `.tape` or `.tape2`.
    init(_ state: DashboardState, _ pane: Pane) {
        self.state = state
        self.pane = pane
        isOnPage = false
    }

    /// The prints on the ticker's page.
    init(page state: DashboardState) {
        self.state = state
        pane = .tape
        isOnPage = true
    }

    private var tape: TapePanelState { state.tapeState(pane) }

    /// Lines that stand in a panel with its border, the line of figures left out.
    static func lineCount(in area: Rect, hasProfile: Bool = false) -> Int {
        let inside = area.interior
        return max(0, inside.height - 1) * columnCount(linesWidth(inside, hasProfile: hasProfile))
    }

    /// Price levels that stand in a panel with its border; 0 where they have no room.
    static func levelCount(in area: Rect) -> Int {
        let inside = area.interior
        return TapeProfile.width(inside) > 0 ? min(max(0, inside.height - 1), TapeQuery.levelsMax) : 0
    }

    private static func linesWidth(_ inside: Rect, hasProfile: Bool) -> Int {
        let profile = hasProfile ? TapeProfile.width(inside) : 0
        return profile > 0 ? inside.width - profile - TapeProfile.gap : inside.width
    }

    private static func columnCount(_ width: Int) -> Int { max(1, (width + gap) / (TapeColumns.lineMin + gap)) }

    /// Paints the panel with its border.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        guard area.width >= 12, area.height >= 3 else { return }
        let hasFocus = state.keyContext == .tape && state.panes.focus == pane && !isOnPage
        grid.fill(area, style: theme.id(.text))
        let note = page.map { quote($0) } ?? ""
        let room = area.width - 9 - grid.shownWidth(of: note)
        let inside = grid.box(
            area,
            title: titles.first { grid.shownWidth(of: $0) <= room } ?? titles.last ?? "",
            note: note,
            style: theme.id(hasFocus ? .borderFocus : .border),
            titleStyle: theme.id(.clock),
            noteStyle: theme.id(isStale ? .dim : .text)
        )
        if !isOnPage { DetailPane.paintKey(pane == .tape2 ? "T" : "t", in: area, into: &grid, theme) }
        let footer = footer(room: area.width - 6, ascii: grid.glyphs.isASCII)
        grid.boxFooter(area, leading: footer.legend, trailing: footer.filter, style: theme.id(.dim))
        let lines = paintProfile(in: inside, into: &grid, theme)
        paintFigures(in: lines.line(0), into: &grid, theme)
        let body = lines.inset(top: 1)
        if body.width < TapeColumns.lineMin {
            paintWords(("needs \(TapeColumns.lineMin + 2) columns", .dim), in: body, into: &grid, theme)
        } else if let page, !page.prints.isEmpty {
            paintLines(page, in: body, into: &grid, theme)
        } else {
            paintWords(emptyWords, in: body, into: &grid, theme)
        }
    }

    // MARK: What is shown

    /// Whose tape is wanted; nil for the merged one.
    private var symbol: Symbol? {
        switch isOnPage ? .linked : tape.source {
        case .linked: state.look.sent?.selected ?? state.lookedSymbol
        case .pinned(let symbol): symbol
        case .merged: nil
        }
    }

    /// The lines at hand, when they are of the tape that is wanted.
    private var page: TapePage? {
        guard let page = tape.page else { return nil }
        if state.pause != nil { return page }
        guard page.query.symbol == symbol, symbol != nil || tape.isMerged else { return nil }
        return page
    }

    /// Whether what stands here is of the past only, and is painted so.
    private var isStale: Bool {
        guard let stream = state.status?.stream, stream.state.isConnected else { return true }
        return StreamSegments.silentSeconds(state) != nil || page?.isLive == false
    }

    /// What the border says, from the longest to the shortest: whose tape it is and why.
    private var titles: [String] {
        let name = (page?.query.symbol ?? symbol)?.text ?? ""
        guard !isOnPage else { return ["PRINTS " + name] }
        let key = pane == .tape2 ? "T TAPE " : "t TAPE "
        switch tape.source {
        case .linked: return [key + name + " (linked)", key + name]
        case .pinned: return [key + name + " (pinned)"]
        case .merged: return [key + "short list"]
        }
    }

    private func quote(_ page: TapePage) -> String {
        guard page.query.symbol != nil, !page.bid.isNaN || !page.ask.isNaN else { return "" }
        func side(_ price: Double, _ size: Double) -> String {
            let shown = NumberFormat.fixed(price.magnitude < 1 ? 4 : 2).string(price)
            return size.isNaN ? shown : shown + " x " + NumberFormat.grouped.string(size)
        }
        return side(page.bid, page.bidSize) + "  " + side(page.ask, page.askSize)
    }

    private func footer(room: Int, ascii: Bool) -> (legend: String, filter: String) {
        let filter = tape.filterWords(reaches: ascii ? ">=" : "≥").joined(separator: " ")
        let legends = [
            "A ask  B bid  M between  > above  < below  d dark  a auction  o odd lot  s sweep  x not last  * block",
            "A ask B bid M mid > above < below", "A ask B bid M mid", "",
        ]
        let left = room - (filter.isEmpty ? 0 : filter.unicodeScalars.count + 3)
        return (legends.first { $0.utf8.count <= left } ?? "", filter)
    }

    // MARK: Figures

    private func paintFigures(in line: Rect, into grid: inout Grid, _ theme: Theme) {
        var pieces = SegmentLine()
        if state.pause != nil {
            let missed = TimeText.count(Int(min(tape.missed, 999_999)))
            pieces.right.append(Segment("paused +\(missed)", .warning, worth: 90))
        }
        if let trouble = troubleWords {
            pieces.left.append(trouble)
        } else if let page {
            pieces.left += rates(page)
        }
        if !tape.aggregates { pieces.right.append(Segment("every trade", .dim, worth: 10)) }
        pieces.paint(in: line, into: &grid, theme)
    }

    private func rates(_ page: TapePage) -> [Segment] {
        if let quiet = quietWords(page) { return [quiet] }
        guard !page.prints.isEmpty else { return [] }
        var pieces = [
            Segment(Self.rate(page.printsPerSecond) + "/s", .text, worth: 60),
            Segment("$" + NumberFormat.compact.string(page.dollarsPerSecond) + "/s", .text, worth: 50),
        ]
        if !page.askShare.isNaN {
            let share = min(max(page.askShare, 0), 1)
            let role: Role = share > 0.55 ? .up : share < 0.45 ? .down : .flat
            let percent = NumberFormat.fixed(0).string(share * 100)
            pieces.append(Segment("\(percent)% at ask", role, worth: 55))
        }
        if page.conflated > 0 {
            let count = NumberFormat.compact.string(Double(page.conflated))
            pieces.append(Segment("\(count) only summed", .warning, worth: 40))
        }
        return pieces
    }

    private static func rate(_ value: Double) -> String {
        value < 10 ? NumberFormat.fixed(1).string(value) : NumberFormat.compact.string(value)
    }

    /// A quiet tape says since when; nil for one that is not.
    private func quietWords(_ page: TapePage) -> Segment? {
        if let mark = haltMark, mark.state == .halted, mark.since > 0 {
            return Segment(HaltWords.since(mark, now: now), .bad, worth: 70)
        }
        guard let newest = page.prints.first.map({ Instant(nanoseconds: $0.time) }) else { return nil }
        guard now.seconds(since: newest) >= Double(Self.quietSeconds) else { return nil }
        return Segment("no prints since " + TapeLine.clock(newest, milliseconds: false), .warning, worth: 70)
    }

    private var now: Instant { state.pause?.since ?? state.now }

    private var haltMark: HaltMark? {
        guard let rows = state.rows, let symbol = page?.query.symbol else { return nil }
        return rows.symbols.firstIndex(of: symbol).map { rows.halt($0) }
    }

    /// Why no prints come, in a few words for the line of figures; nil when they may.
    private var troubleWords: Segment? {
        guard let stream = state.status?.stream else { return Segment("starting", .warning, worth: 70) }
        let isOver = page.map { !$0.prints.isEmpty } ?? false
        switch stream.state {
        case .off: return Segment("no stream: \(isOver ? "an old tape" : "no tape")", .warning, worth: 70)
        case .connecting, .authenticating: return Segment("not connected yet", .warning, worth: 70)
        case .backingOff:
            let since = state.streamWatch.lostAt.map { " since " + TapeLine.clock($0, milliseconds: false) } ?? ""
            return Segment("NOT CONNECTED\(since)", .bad, worth: 70)
        case .refused: return Segment("stream refused", .bad, worth: 70)
        case .live, .degraded:
            guard !stream.deniedTopics.contains(.trades) else {
                return Segment("the plan has no trades", .bad, worth: 70)
            }
            if let silent = StreamSegments.silentSeconds(state) {
                return Segment("STREAM SILENT for \(TimeText.age(silent))", .bad, worth: 70)
            }
            if let page, !page.isLive, isOver { return Segment("trades not followed yet", .warning, worth: 70) }
            return nil
        }
    }

    // MARK: By price

    /// Paints what traded at each price where there is room, and returns what is left for the lines.
    private func paintProfile(in inside: Rect, into grid: inout Grid, _ theme: Theme) -> Rect {
        let width = TapeProfile.width(inside)
        guard tape.showsProfile, width > 0, let page, page.query.levels > 0 else { return inside }
        let parts = inside.split(.horizontal, [.rest, .fixed(TapeProfile.gap), .fixed(width)])
        grid.verticalLine(at: parts[1].origin, length: inside.height, style: theme.id(.border))
        TapeProfile(page).paint(in: parts[2], into: &grid, theme, isStale: isStale)
        return parts[0]
    }

    // MARK: Lines

    private func paintLines(_ page: TapePage, in body: Rect, into grid: inout Grid, _ theme: Theme) {
        let count = Self.columnCount(body.width)
        let width = (body.width - (count - 1) * Self.gap) / count
        let columns = TapeColumns(width: width, isMerged: page.query.symbol == nil)
        let capacity = body.height * count
        let isRing = tape.order == .ring && capacity > 1
        let isStale = isStale
        for (index, print) in page.prints.prefix(capacity).enumerated() {
            // Every line has its own place for life in a ring: the newest takes that of the oldest.
            let ordinal = Int(truncatingIfNeeded: (page.total &- 1 &- UInt64(index)) % UInt64(capacity))
            let slot = isRing ? ordinal : index
            let place = Position(
                column: body.column + slot / body.height * (width + Self.gap),
                row: body.row + slot % body.height
            )
            TapeLine(print, columns, isStale: isStale)
                .paint(at: place, isMarked: isRing && index == 0, into: &grid, theme)
        }
    }

    // MARK: Words instead of lines

    private func paintWords(_ words: (text: String, role: Role), in body: Rect, into grid: inout Grid, _ theme: Theme) {
        let area = body.inset(left: 1, right: 1)
        let lines = TextWrap.lines(words.text, width: max(1, area.width))
        for (index, line) in lines.prefix(max(0, area.height)).enumerated() {
            let isCut = index == area.height - 1 && lines.count > area.height
            let text = isCut ? line + " " + lines[index + 1] : line
            grid.put(text, at: area.line(index).origin, style: theme.id(words.role), maxWidth: area.width)
        }
    }

    /// What stands in the place of lines, in plain words.
    private var emptyWords: (text: String, role: Role) {
        guard let stream = state.status?.stream else { return ("the engine is starting", .dim) }
        let host = stream.host.isEmpty ? "the vendor's stream" : stream.host
        switch stream.state {
        case .off(let sentence):
            return ("no tape: " + (sentence.isEmpty ? "the stream is switched off" : sentence), .warning)
        case .connecting: return ("connecting to \(host)", .warning)
        case .authenticating: return ("connected to \(host), waiting for its login to be accepted", .warning)
        case .backingOff(let sentence, let retryAt):
            let wait = state.retryWait(retryAt) ?? 0
            return (sentence + (wait > 0 ? " Next try in \(TimeText.age(wait))." : " Trying again."), .bad)
        case .refused(let sentence): return (sentence, .bad)
        case .live, .degraded:
            if stream.deniedTopics.contains(.trades) {
                return ("the plan of this key does not include trades: there is no tape, prices follow the bars", .bad)
            }
            return quietWords
        }
    }

    private var quietWords: (text: String, role: Role) {
        let name = symbol?.text ?? "the short list"
        guard (tape.isMerged && !isOnPage) || symbol != nil else { return ("no ticker is selected", .dim) }
        guard page != nil else { return ("waiting for the tape of \(name)", .dim) }
        let words = tape.filterWords(reaches: "from").joined(separator: " and ")
        if !words.isEmpty { return ("no print of \(name) \(words) yet", .dim) }
        if let last = lastPrint { return ("no prints since \(last)", .dim) }
        return ("no prints of \(name) yet: lines appear as they are reported", .dim)
    }

    /// When the selected ticker last traded, where the table knows it.
    private var lastPrint: String? {
        guard let rows = state.rows, let symbol, let index = rows.symbols.firstIndex(of: symbol) else { return nil }
        guard rows.flags[index].contains(.tradedToday), rows.priceTimes[index] > 0 else { return nil }
        return TapeLine.clock(Instant(nanoseconds: rows.priceTimes[index]), milliseconds: false)
    }
}

/// A halt in words.
enum HaltWords {
    /// `HALTED since 10:42:31 (2:14)`.
    static func since(_ mark: HaltMark, now: Instant) -> String {
        let time = Instant(nanoseconds: mark.since)
        let clock = TapeLine.clock(time, milliseconds: false)
        return "HALTED since \(clock) (\(TimeText.span(now.seconds(since: time))))"
    }
}
