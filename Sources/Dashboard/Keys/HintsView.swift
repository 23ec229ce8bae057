import EngineAPI
import MarketData
import TerminalGrid

/// The last line: the find line, the command line, the answer to the last key, or the keys that can be pressed.
struct HintsView {
    /// A hint: actions whose first keys are shown, and a word or two.
    private struct Hint {
        var actions: [Action]
        var words: String
    }

    private let state: DashboardState

    /// The last line of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints the line and returns where typed text goes on, if any is being typed.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) -> Position? {
        if case .find(let line) = state.layer { return paintFind(line, in: area, into: &grid, theme) }
        if case .command(let line) = state.layer {
            let view = CommandLineView(state, line)
            let cursor = view.paint(in: area, into: &grid, theme)
            paintHints(in: area, from: view.hintColumn(in: area), into: &grid, theme)
            return cursor
        }
        if case .filter(let filter) = state.layer {
            return FilterLineView(state, filter).paint(in: area, into: &grid, theme)
        }
        if let flash = state.flash {
            let place = Position(column: area.column + 1, row: area.row)
            grid.put(flash.text, at: place, style: theme.id(.warning), maxWidth: area.width - 2)
            return nil
        }
        paintHints(in: area, from: area.column + 1, into: &grid, theme)
        return nil
    }

    private func paintFind(_ line: FindLine, in area: Rect, into grid: inout Grid, _ theme: Theme) -> Position {
        var column = area.column + 1
        column += grid.put("find ", at: Position(column: column, row: area.row), style: theme.id(.key))
        column += grid.put(line.text, at: Position(column: column, row: area.row), style: theme.id(.clock))
        let cursor = Position(column: min(column, area.endColumn - 1), row: area.row)
        column = max(column + 2, area.column + 16)
        let (words, role): (String, Role) = outcome(line)
        column += grid.put(words, at: Position(column: column, row: area.row), style: theme.id(role)) + 3
        paintHints(in: area, from: column, into: &grid, theme)
        return cursor
    }

    private func outcome(_ line: FindLine) -> (String, Role) {
        if line.text.isEmpty { return ("type a symbol or a part of one", .dim) }
        if line.isMissing {
            return (state.isGated ? "not in play; * shows the whole market" : "no such symbol here", .bad)
        }
        if state.search != nil { return ("…", .dim) }
        let name = state.selection.symbol?.text ?? ""
        return ("\(name) at \(TimeText.count(state.selection.rank + 1))/\(TimeText.count(state.matchCount))", .good)
    }

    private func paintHints(in area: Rect, from start: Int, into grid: inout Grid, _ theme: Theme) {
        let context = state.keyContext
        let ascii = grid.glyphs.isASCII
        var pieces: [(keys: String, words: String, width: Int)] = []
        for hint in hints {
            let keys = hint.actions.compactMap { ActionEntry.of($0, in: context)?.keys.first }
                .map { KeyName.text($0, ascii: ascii) }.joined(separator: "/")
            pieces.append((keys, hint.words, grid.shownWidth(of: keys) + 1 + grid.shownWidth(of: hint.words)))
        }
        // The help and the way out come first in worth, last in place.
        let room = area.endColumn - 1 - start
        var used = 0
        var kept: [Int] = []
        let lasting = min(2, pieces.count)
        let order = Array((pieces.count - lasting)..<pieces.count) + Array(0..<(pieces.count - lasting))
        for index in order {
            let width = pieces[index].width + (kept.isEmpty ? 0 : 2)
            guard used + width <= room else { break }
            used += width
            kept.append(index)
        }
        var column = start
        for index in kept.sorted() {
            let piece = pieces[index]
            column += grid.put(piece.keys, at: Position(column: column, row: area.row), style: theme.id(.key)) + 1
            column += grid.put(piece.words, at: Position(column: column, row: area.row), style: theme.id(.hint)) + 2
        }
    }

    private var hints: [Hint] {
        switch state.layer {
        case .table where state.keyContext == .tape:
            return [
                Hint(actions: [.tapeLarger, .tapeSmaller], words: "size"),
                Hint(actions: [.tapeNotional], words: "notional"),
                Hint(actions: [.tapeAggregate], words: state.tape.aggregates ? "every trade" : "aggregate"),
                Hint(actions: [.focusTable], words: "to the table"),
                Hint(actions: [.down, .up], words: "next ticker"),
                Hint(actions: [.tapePin], words: "pin"),
                Hint(actions: [.pause], words: state.pause == nil ? "pause" : "resume"),
                Hint(actions: [.help], words: "help"),
                Hint(actions: [.quit], words: "quit"),
            ]
        case .table:
            return [
                Hint(actions: [.down, .up], words: "move"),
                Hint(actions: [.filter], words: "filter"),
                Hint(actions: [.lists], words: "lists"),
                Hint(actions: [.find], words: "find"),
                Hint(actions: [.sortMenu], words: "sort"),
                Hint(actions: [.tape], words: state.panes.isOpen(.tape) ? "no tape" : "tape"),
                Hint(actions: [.pause], words: state.pause == nil ? "pause" : "resume"),
                Hint(actions: [.command], words: "command"),
                Hint(actions: [.gate], words: state.isGated ? "all" : "in play"),
                Hint(actions: [.sortLeft, .sortRight], words: "sort column"),
                Hint(actions: [.invert], words: "invert"),
                Hint(actions: [.top, .bottom], words: "top, end"),
                Hint(actions: [.rvolMode], words: "RVOL mode"),
                Hint(actions: [.messages], words: "messages"),
                Hint(actions: [.tape2], words: "second tape"),
                Hint(actions: [.heat], words: "heatmap"),
                Hint(actions: [.open], words: "ticker"),
                Hint(actions: [.stats], words: "stream"),
                Hint(actions: [.help], words: "help"),
                Hint(actions: [.quit], words: "quit"),
            ]
        case .filter: return []
        case .recall:
            return [
                Hint(actions: [.up, .down], words: "a minute earlier, later"),
                Hint(actions: [.close], words: "to the present"),
            ]
        case .lists:
            return [
                Hint(actions: [.down, .up], words: "choose"),
                Hint(actions: [.choose], words: "show"),
                Hint(actions: [.close], words: "back"),
            ]
        case .palette:
            return [
                Hint(actions: [.down, .up], words: "choose"),
                Hint(actions: [.runEntry], words: "do it"),
                Hint(actions: [.close], words: "close"),
            ]
        case .columns:
            return [
                Hint(actions: [.down, .up], words: "move"),
                Hint(actions: [.toggle], words: "show or hide"),
                Hint(actions: [.choose], words: "keep"),
                Hint(actions: [.close], words: "back"),
            ]
        case .help, .messages, .stats, .why, .explain:
            return [
                Hint(actions: [.down, .up], words: "scroll"),
                Hint(actions: [.halfDown, .halfUp], words: "half a page"),
                Hint(actions: [.close], words: "close"),
            ]
        case .sortMenu:
            return [
                Hint(actions: [.down, .up], words: "choose"),
                Hint(actions: [.choose], words: "sort"),
                Hint(actions: [.close], words: "back"),
            ]
        case .find:
            return [
                Hint(actions: [.findNext, .findPrevious], words: "next, previous"),
                Hint(actions: [.accept], words: "stay"),
                Hint(actions: [.close], words: "back"),
            ]
        case .command:
            return [
                Hint(actions: [.complete], words: "complete"),
                Hint(actions: [.older, .newer], words: "earlier lines"),
                Hint(actions: [.accept], words: "do it"),
                Hint(actions: [.close], words: "leave"),
            ]
        }
    }
}
