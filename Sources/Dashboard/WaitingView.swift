import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// What the table's place shows while there are no rows: what is being waited for, or why there is nothing.
struct WaitingView {
    private struct Line {
        var role: Role
        var text: String
    }

    private let state: DashboardState

    /// The waiting screen of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints the lines as a block in the middle.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        let width = max(1, min(area.width - 6, 72))
        let lines = self.lines.flatMap { line in
            TextWrap.lines(line.text, width: width).enumerated().map { index, text in
                (line.role, index == 0, text)
            }
        }
        let block = area.centered(Size(columns: width + 4, rows: lines.count))
        for (index, line) in lines.enumerated() where index < block.height {
            let row = block.row + index
            if line.1, line.0 != .dim, !line.2.isEmpty {
                grid.put(grid.glyphs.bullet, at: Position(column: block.column, row: row), style: theme.id(line.0))
            }
            let role: Role = line.0 == .good ? .text : line.0
            let place = Position(column: block.column + 2, row: row)
            grid.put(line.2, at: place, style: theme.id(role), maxWidth: max(0, block.endColumn - place.column))
        }
    }

    private var lines: [Line] {
        guard let status = state.status else {
            return [Line(role: .warning, text: "engine: starting, \(waited)"), hint]
        }
        if status.snapshotAppliedAt != nil, let rows = state.rows, rows.matchCount == 0 { return emptyLines(status) }
        let market = state.settings.source == .live ? "the market" : "the simulated market"
        return [feedLine(status, market), historyLine(status), storeLine(status), Line(role: .dim, text: ""), hint]
            .compactMap(\.self)
    }

    private func feedLine(_ status: EngineStatus, _ market: String) -> Line {
        let host = status.feed.host.isEmpty ? "the vendor" : status.feed.host
        if status.snapshotAppliedAt != nil {
            return Line(role: .good, text: "feed: \(TimeText.count(status.universeCount)) tickers, ranking them")
        }
        switch status.feed.state {
        case .connecting:
            let words = "feed: waiting for the first snapshot of \(market) from \(host), \(waited)"
            return Line(role: .warning, text: words)
        case .live: return Line(role: .good, text: "feed: first snapshot from \(host) is being read")
        case .degraded(let sentence, let retryAt):
            let wait = retryAt.seconds(since: state.now).rounded(.up)
            let next = wait > 0 ? " Next try in \(TimeText.age(wait))." : ""
            return Line(role: .bad, text: "feed: \(sentence)\(next)")
        case .refused(let sentence): return Line(role: .bad, text: "feed: \(sentence)")
        }
    }

    private func historyLine(_ status: EngineStatus) -> Line {
        switch status.baseline {
        case .loading: Line(role: .warning, text: "history: being read from the store")
        case .ready(let days, let tickers):
            Line(role: .good, text: "history: \(days) days, \(TimeText.count(tickers)) tickers with a baseline")
        case .empty where status.backfill.isRunning:
            Line(role: .warning, text: "history: being fetched" + fetched(status.backfill))
        case .empty: Line(role: .warning, text: "history: none yet; RVOL needs stored days")
        }
    }

    private func fetched(_ backfill: BackfillStatus) -> String {
        let words = backfill.progressWords
        return words.isEmpty ? "" : " (\(backfill.phaseWords) " + words.joined(separator: ", ") + ")"
    }

    private func storeLine(_ status: EngineStatus) -> Line? {
        switch status.store {
        case .ready: nil
        case .opening: Line(role: .warning, text: "store: opening")
        case .degraded(let sentence): Line(role: .bad, text: "store: \(sentence)")
        }
    }

    /// Why nobody is on the list, or matches the filter.
    private func nobodyLines(_ status: EngineStatus) -> [Line] {
        if let problem = state.rows?.problem { return [Line(role: .bad, text: problem)] }
        var lines: [Line] = []
        if let definition = state.names.definition(state.view.list) {
            lines.append(Line(role: .warning, text: "nobody is on \(definition.name) now: \(definition.filter)"))
            let standing = status.lists.first { $0.name == definition.name }
            if standing?.isActive == false {
                lines.append(Line(role: .dim, text: "it is not worked out in this session"))
            }
        }
        if let filter = state.shownFilter {
            lines.append(Line(role: .warning, text: "nobody passes the filter: \(filter)"))
        }
        if let unknown = state.rows?.unknownCount, unknown > 0 {
            let words = "of \(TimeText.count(unknown)) tickers something it asks for is not known: they never match"
            lines.append(Line(role: .dim, text: words))
        }
        let (filter, lists, market) = (state.keyWords(.filter), state.keyWords(.lists), state.keyWords(.market))
        let words = "\(filter) changes the filter, \(lists) chooses a list, \(market) is the whole market"
        lines.append(Line(role: .dim, text: words))
        return lines
    }

    private func emptyLines(_ status: EngineStatus) -> [Line] {
        if state.view.list != nil || state.shownFilter != nil { return nobodyLines(status) }
        var lines: [Line] = []
        if status.tradedCount == 0, status.session.session != .closed {
            let total = TimeText.count(status.universeCount)
            lines.append(Line(role: .warning, text: "none of \(total) tickers has traded yet today"))
        } else {
            lines.append(
                Line(
                    role: .warning,
                    text: "no ticker passes the gate above: \(TimeText.count(status.tradedCount)) of"
                        + " \(TimeText.count(status.universeCount)) have traded today"
                )
            )
        }
        if state.isGated { lines.append(Line(role: .dim, text: "* shows the whole market")) }
        return lines
    }

    private var hint: Line { Line(role: .dim, text: "? keys   q quit") }

    private var waited: String { TimeText.age(state.now.seconds(since: state.startedAt)) }
}
