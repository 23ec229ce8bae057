import EngineAPI
import TerminalGrid

extension TableView {
    /// Marks what a filter being typed would bring, bold with `+`, and take away, dim with `-`.
    func paintMoves(_ rows: ScanResult, _ body: RowWindow, at firstRow: Int, into grid: inout Grid, _ theme: Theme) {
        guard rows.moves.count == rows.symbols.count, !state.isAwaitingRows else { return }
        let inside = layout.table.interior
        for line in body.looks.indices {
            let row = firstRow + line
            let marker = Position(column: inside.column, row: row)
            switch rows.moves[body.first + line] {
            case .stays: break
            case .enters:
                let name = Rect(column: layout.columns[0].column, row: row, width: layout.columns[0].width, height: 1)
                grid.restyle(name, style: theme.id(.entering))
                grid.put("+", at: marker, style: theme.id(.entering))
            case .leaves:
                let whole = Rect(column: inside.column, row: row, width: inside.width, height: 1)
                grid.restyle(whole, style: theme.id(.leaving))
                grid.put("-", at: marker, style: theme.id(.leaving))
            }
        }
    }

    /// What the table shows while a filter is being typed; nil when none is, or it is the one in force.
    var previewWords: String? {
        guard state.questionInForce != nil else { return nil }
        return state.isAwaitingRows ? "PREVIEW, asking the engine" : "PREVIEW: + would enter, - would leave"
    }
}
