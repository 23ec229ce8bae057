import EngineAPI
import MarketData
import TerminalGrid

/// Where the parts of a ticker's page stand: a pure function of its area.
struct PageLayout: Hashable, Sendable {
    /// Narrowest frame for prints.
    static let tapeWidth = TapeColumns.lineMin + 2
    /// Frame for the lists, and for the days.
    static let listWidth = PageLists.width + 4
    /// Fewest rows that are worth a row of frames below the chart.
    static let lowerRowsMin = 6

    /// The lines of figures above the chart.
    private(set) var head: Rect
    /// The chart with its border.
    private(set) var chart: Rect
    /// The prints, the lists and the days with their borders; height 0 where there is no room.
    private(set) var tape = Rect(.zero)
    private(set) var lists = Rect(.zero)
    private(set) var days = Rect(.zero)

    /// Lays a page out.
    init(_ area: Rect) {
        let headRows = area.height < 26 ? 2 : 3
        head = Rect(column: area.column, row: area.row, width: area.width, height: min(headRows, area.height))
        let rest = area.inset(top: headRows)
        let lower = rest.height < 17 ? 0 : min(max(Self.lowerRowsMin, rest.height * 3 / 8), 22)
        chart = rest.inset(bottom: lower)
        guard lower > 0 else { return }
        let row = Rect(column: rest.column, row: chart.endRow, width: rest.width, height: lower)
        let hasDays = row.width >= Self.tapeWidth + 2 * Self.listWidth - 4
        let wide = hasDays ? min(Self.listWidth, (row.width - Self.tapeWidth) / 2) : row.width - Self.tapeWidth
        guard wide >= 24 else {
            lists = row
            return
        }
        let parts = row.split(.horizontal, [.rest, .fixed(wide), .fixed(hasDays ? wide : 0)])
        (tape, lists, days) = (parts[0], parts[1], parts[2])
    }
}

/// One ticker's page: quote and session, its slots against what is usual, its price, prints, lists, halts and days.
struct PageView {
    private let state: DashboardState

    /// The page of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints the page.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        let layout = PageLayout(area)
        guard let about = state.page.about, about.isKnown else {
            paintEmpty(in: area, into: &grid, theme)
            return
        }
        let figures = PageFigures(state, about, theme)
        figures.quoteLine(grid.glyphs).paint(in: layout.head.line(0), into: &grid, theme)
        figures.sessionLine().paint(in: layout.head.line(1), into: &grid, theme)
        if layout.head.height > 2 { paintTexts(figures, in: layout.head.line(2), into: &grid, theme) }
        paintChart(figures, in: layout.chart, into: &grid, theme)
        paintBelow(about, layout, into: &grid, theme)
        guard let loading = DetailPane.loading(state) else { return }
        grid.restyle(area, style: theme.id(.dim))
        let words = " loading \(loading.text) "
        let place = Position(column: area.endColumn - words.utf8.count - 3, row: layout.chart.row)
        grid.put(words, at: place, style: theme.id(.warning))
    }

    private func paintEmpty(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        let hasFocus = state.keyContext == .detail
        let border = theme.id(hasFocus ? .borderFocus : .border)
        let inside = grid.box(area, title: "d TICKER", style: border, titleStyle: theme.id(.title))
        DetailPane.paintKey("d", in: area, into: &grid, theme)
        let isUnknown = state.page.about?.isKnown == false && DetailPane.loading(state) == nil
        let name = state.page.about?.query.symbol.text ?? ""
        let words =
            isUnknown ? "\(name) is not among the market's tickers: Esc goes back" : DetailPane.emptyWords(state)
        let role: Role = isUnknown ? .warning : .dim
        grid.put(words, at: inside.inset(left: 1).origin, style: theme.id(role), maxWidth: max(0, inside.width - 2))
    }

    private func paintTexts(_ figures: PageFigures, in line: Rect, into grid: inout Grid, _ theme: Theme) {
        var pieces = SegmentLine()
        for (index, text) in figures.texts.dropFirst().enumerated() {
            pieces.left.append(Segment(text, .dim, worth: 50 - index))
        }
        pieces.paint(in: line, into: &grid, theme)
    }

    private func paintChart(_ figures: PageFigures, in area: Rect, into grid: inout Grid, _ theme: Theme) {
        let hasFocus = state.keyContext == .detail
        var title = "d VOLUME" + (state.page.isCumulative ? " UP TO EACH SLOT" : " BY SLOT")
        if let name = figures.texts.first, area.width >= title.utf8.count + name.count + 32 { title += "  " + name }
        let inside = grid.box(
            area,
            title: title,
            note: state.page.zoom.words + "  + - zoom",
            style: theme.id(hasFocus ? .borderFocus : .border),
            titleStyle: theme.id(.title),
            noteStyle: theme.id(.dim)
        )
        DetailPane.paintKey("d", in: area, into: &grid, theme)
        let body = inside
        guard let chart = PageChart(state, hasFocus: hasFocus) else {
            let words = "loading the slots"
            grid.put(words, at: body.inset(left: 1).origin, style: theme.id(.dim), maxWidth: max(0, body.width - 2))
            return
        }
        chart.paint(in: body, into: &grid, theme)
        let trailing = footerWords
        let room = area.width - 9 - grid.shownWidth(of: trailing)
        let legend = chart.legends(grid.glyphs).first { grid.shownWidth(of: $0) <= room } ?? ""
        grid.boxFooter(area, leading: legend, trailing: trailing, style: theme.id(.dim))
    }

    /// What lies over the chart, or why it does not.
    private var footerWords: String {
        guard state.page.showsYesterday else { return "d day before  c sum" }
        guard let past = state.page.past else { return "loading the day before" }
        if let problem = past.problem { return problem }
        guard let symbol = state.page.about?.query.symbol, let row = past.symbols.firstIndex(of: symbol),
            past.days.indices.contains(row)
        else { return "no day before is stored" }
        return "o " + TimeText.date(past.days[row])
    }

    private func paintBelow(_ about: TickerAbout, _ layout: PageLayout, into grid: inout Grid, _ theme: Theme) {
        if !layout.tape.isEmpty { TapePanel(page: state).paint(in: layout.tape, into: &grid, theme) }
        guard !layout.lists.isEmpty else { return }
        let lists = PageLists(state, about)
        let border = theme.id(.border)
        func box(_ area: Rect, _ title: String) -> Rect {
            grid.box(area, title: title, style: border, titleStyle: theme.id(.title)).inset(left: 1)
        }
        let hasDays = !layout.days.isEmpty
        let inside = box(layout.lists, hasDays ? "LISTS AND HALTS" : "LISTS, HALTS, DAYS")
        let lines = hasDays ? lists.listsAndHalts(inside.height) : lists.everything(inside.height)
        PageLists.paint(lines, in: inside, into: &grid, theme)
        if hasDays {
            let body = box(layout.days, "LAST DAYS")
            PageLists.paint(lists.days(body.height), in: body, into: &grid, theme)
        }
    }
}
