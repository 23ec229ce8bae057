import EngineAPI
import MarketData
import TerminalGrid

/// The ticker in a strip below the table: quote, session, slots, lists, halts.
struct PageStrip {
    private let state: DashboardState

    /// The strip of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints the strip with its border.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        let hasFocus = state.keyContext == .detail
        let border = theme.id(hasFocus ? .borderFocus : .border)
        let loading = DetailPane.loading(state)
        guard let about = state.page.about else {
            let inside = grid.box(area, title: "d TICKER", style: border, titleStyle: theme.id(.title))
            DetailPane.paintKey("d", in: area, into: &grid, theme)
            let words = DetailPane.emptyWords(state)
            grid.put(words, at: inside.inset(left: 1).origin, style: theme.id(.dim), maxWidth: inside.width - 1)
            return
        }
        let figures = PageFigures(state, about, theme)
        let inside = grid.box(
            area,
            title: "d " + about.query.symbol.text + (figures.texts.first.map { "  " + $0 } ?? ""),
            note: loading.map { "loading " + $0.text } ?? (hasFocus ? "z whole page" : "Enter page"),
            style: border,
            titleStyle: theme.id(.clock),
            noteStyle: theme.id(loading == nil ? .dim : .warning)
        )
        DetailPane.paintKey("d", in: area, into: &grid, theme)
        let chart = PageChart(state, hasFocus: hasFocus)
        paint(figures, about, chart, in: inside, into: &grid, theme)
        let footer = figures.texts.dropFirst().joined(separator: " · ")
        let room = area.width - 9 - grid.shownWidth(of: footer)
        let legend = chart?.legends(grid.glyphs, hasPrice: false).first { grid.shownWidth(of: $0) <= room } ?? ""
        grid.boxFooter(area, leading: legend, trailing: footer, style: theme.id(.dim))
        if loading != nil { grid.restyle(inside, style: theme.id(.dim)) }
    }

    private func paint(
        _ figures: PageFigures,
        _ about: TickerAbout,
        _ chart: PageChart?,
        in body: Rect,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        guard about.isKnown else {
            let words = "\(about.query.symbol.text) is not among the market's tickers"
            grid.put(words, at: body.inset(left: 1).origin, style: theme.id(.warning), maxWidth: body.width - 2)
            return
        }
        figures.quoteLine(grid.glyphs, hasSymbol: false).paint(in: body.line(0), into: &grid, theme)
        if body.height > 1 { figures.sessionLine().paint(in: body.line(1), into: &grid, theme) }
        let lists = PageLists(state, about)
        let hasLists = body.height >= 6
        if hasLists { lists.membershipRow().paint(in: body.line(body.height - 1), into: &grid, theme) }
        let middle = body.inset(left: 1, top: 2, right: 1, bottom: hasLists ? 1 : 0)
        guard let chart else {
            grid.put("loading the slots", at: middle.origin, style: theme.id(.dim), maxWidth: middle.width)
            return
        }
        var rows = PageChart.Rows(middle.height)
        // Low as it is, the bars get what there is.
        (rows.price, rows.hasCursorLine) = (0, middle.height >= 4)
        rows.bars = middle.height - 1 - (rows.hasHeat ? 1 : 0) - (rows.hasCursorLine ? 1 : 0)
        chart.paint(rows, in: middle, into: &grid, theme)
    }
}
