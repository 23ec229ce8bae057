import EngineAPI
import MarketData
import TerminalGrid

/// The last line: the find line, the command line, the answer to the last key, or the keys that can be pressed.
struct HintsView {
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
            FilterLineView(state, filter, ascii: grid.glyphs.isASCII).paintLastLine(in: area, into: &grid, theme)
            return nil
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
            let key = state.keymap.name(of: .gate, in: .table).map { "; \($0) shows the whole market" } ?? ""
            return (state.isGated ? "not in play" + key : "no such symbol here", .bad)
        }
        if state.search != nil { return ("…", .dim) }
        let name = state.selection.symbol?.text ?? ""
        return ("\(name) at \(TimeText.count(state.selection.rank + 1))/\(TimeText.count(state.matchCount))", .good)
    }

    private func paintHints(in area: Rect, from start: Int, into grid: inout Grid, _ theme: Theme) {
        for piece in pieces(from: start, to: area.endColumn - 1, ascii: grid.glyphs.isASCII) {
            let place = Position(column: piece.column, row: area.row)
            let width = grid.put(piece.keys, at: place, style: theme.id(.key))
            grid.put(
                piece.words,
                at: Position(column: piece.column + width + 1, row: area.row),
                style: theme.id(.hint)
            )
        }
    }

    /// What a click on the line does.
    func action(at position: Position, in area: Rect) -> Action? {
        guard state.layer == .table, state.flash == nil else { return nil }
        let pieces = pieces(from: area.column + 1, to: area.endColumn - 1, ascii: false)
        return pieces.first { ($0.column..<($0.column + $0.width)).contains(position.column) }?.action
    }

    private struct Piece {
        var action: Action
        var keys: String
        var words: String
        var column = 0
        var width: Int
        var place: Int
        var worth: Int
    }

    /// The hints that have room, the worthiest first in choice, in the table's order in place.
    private func pieces(from start: Int, to end: Int, ascii: Bool) -> [Piece] {
        let context = state.keyContext
        var pieces: [Piece] = []
        for (place, hint) in KeyHint.hints(of: state).enumerated() {
            let keys = hint.actions.compactMap { state.keymap.name(of: $0, in: context, ascii: ascii) }
                .joined(separator: "/")
            guard let action = hint.actions.first, !keys.isEmpty else { continue }
            let width = DisplayScalar.width(of: keys) + 1 + DisplayScalar.width(of: hint.words)
            pieces.append(
                Piece(action: action, keys: keys, words: hint.words, width: width, place: place, worth: hint.worth)
            )
        }
        var used = 0
        var kept: [Piece] = []
        for piece in pieces.sorted(by: { $0.worth > $1.worth }) {
            let width = piece.width + (kept.isEmpty ? 0 : 2)
            guard used + width <= end - start else { break }
            used += width
            kept.append(piece)
        }
        kept.sort { $0.place < $1.place }
        var column = start
        for index in kept.indices {
            kept[index].column = column
            column += kept[index].width + 2
        }
        return kept
    }
}
