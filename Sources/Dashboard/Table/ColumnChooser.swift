import EngineAPI
package import MarketData
import TerminalGrid

/// The list of columns to choose from: the table behind it shows every choice at once.
package struct ColumnChooser: Hashable, Sendable {
    /// Letters typed so far.
    package internal(set) var typed = ""
    /// The highlighted entry of those that match.
    package internal(set) var index = 0
    /// The columns asked for before, for Esc.
    let before: [ColumnID]
    /// The columns shown, in their order, symbol and strip left out.
    package internal(set) var chosen: [ColumnID]

    /// The columns that match what is typed: those shown first, in their order, then the registry's.
    var entries: [ColumnDescriptor] {
        let shown = chosen.compactMap { ColumnDescriptor.of($0) }
        let others = ColumnDescriptor.all.filter {
            $0.id != .symbol && $0.id != .strip && !chosen.contains($0.id)
        }
        guard !typed.isEmpty else { return shown + others }
        let wanted = typed.lowercased()
        return (shown + others).filter { entry in
            entry.id.rawValue.contains(wanted) || entry.title.lowercased().contains(wanted)
                || entry.aliases.contains { $0.contains(wanted) }
        }
    }
}

extension DashboardState {
    /// Opens the list of columns to choose from.
    mutating func openColumns() {
        let shown = tableColumns.map(\.id).filter { $0 != .symbol && $0 != .strip }
        layer = .columns(ColumnChooser(before: view.columns, chosen: shown))
    }

    /// Takes a key of the list of columns.
    mutating func perform(_ action: Action, on chooser: ColumnChooser) {
        var chooser = chooser
        let entries = chooser.entries
        let last = max(0, entries.count - 1)
        switch action {
        case .choose:
            layer = .table
            let count = view.columns.isEmpty ? "the usual" : "\(view.columns.count)"
            say("\(count) columns; :save NAME keeps them with a list")
            return
        case .close:
            view.columns = chooser.before
            layer = .table
            return
        case .down: chooser.index = min(chooser.index + 1, last)
        case .up: chooser.index = max(chooser.index - 1, 0)
        case .pageDown: chooser.index = min(chooser.index + 10, last)
        case .pageUp: chooser.index = max(chooser.index - 10, 0)
        case .erase:
            chooser.typed = String(chooser.typed.dropLast())
            chooser.index = 0
        case .eraseAll:
            chooser.typed = ""
            chooser.index = 0
        case .toggle where entries.indices.contains(chooser.index):
            let id = entries[chooser.index].id
            if let place = chooser.chosen.firstIndex(of: id) {
                chooser.chosen.remove(at: place)
            } else {
                chooser.chosen.append(id)
            }
            // The entry moved in the list: the highlight goes with it.
            chooser.index = chooser.entries.firstIndex { $0.id == id } ?? chooser.index
            view.columns = chooser.chosen
        case .moveUp: move(&chooser, entries, by: -1)
        case .moveDown: move(&chooser, entries, by: 1)
        default: return
        }
        layer = .columns(chooser)
    }

    private mutating func move(_ chooser: inout ColumnChooser, _ entries: [ColumnDescriptor], by step: Int) {
        guard entries.indices.contains(chooser.index),
            let place = chooser.chosen.firstIndex(of: entries[chooser.index].id),
            chooser.chosen.indices.contains(place + step)
        else { return }
        chooser.chosen.swapAt(place, place + step)
        chooser.index = chooser.entries.firstIndex { $0.id == entries[chooser.index].id } ?? chooser.index
        view.columns = chooser.chosen
    }

    /// Takes a letter typed into the list of columns.
    mutating func type(_ scalar: Unicode.Scalar, into chooser: ColumnChooser) -> [DashboardCommand] {
        guard scalar.value > 0x20, scalar.value < 0x7F, chooser.typed.utf8.count < 20 else { return [.bell] }
        var chooser = chooser
        chooser.typed.unicodeScalars.append(scalar)
        chooser.index = 0
        guard !chooser.entries.isEmpty else {
            say("no column has \(chooser.typed) in its name")
            return [.bell]
        }
        layer = .columns(chooser)
        return []
    }
}

/// The list of columns, at the right of the screen so that the table's first columns stay in sight.
struct ColumnChooserView {
    private static let widthMax = 64

    private let state: DashboardState
    private let chooser: ColumnChooser

    /// The list of a state.
    init(_ state: DashboardState, _ chooser: ColumnChooser) {
        self.state = state
        self.chooser = chooser
    }

    /// Paints it.
    func paint(into grid: inout Grid, _ theme: Theme) {
        let screen = grid.bounds.inset(top: 2, bottom: 1)
        let width = min(Self.widthMax, max(screen.width / 2, min(screen.width, 46)))
        let area = Rect(column: screen.endColumn - width, row: screen.row, width: width, height: screen.height)
        grid.fill(area, style: theme.id(.text))
        let whole = grid.box(
            area,
            title: chooser.typed.isEmpty ? "COLUMNS" : "COLUMNS: \(chooser.typed)",
            note: "\(chooser.chosen.count) shown",
            style: theme.id(.borderFocus),
            titleStyle: theme.id(.clock),
            noteStyle: theme.id(.dim)
        )
        let entries = chooser.entries
        let meaning = meaningLines(entries, width: whole.width - 2)
        let list = whole.inset(bottom: meaning.isEmpty ? 0 : meaning.count + 1)
        let first = max(0, min(chooser.index - list.height / 2, entries.count - list.height))
        let visible = Set(ScreenLayout(state).columns.map(\.descriptor.id))
        for (line, entry) in entries.dropFirst(first).prefix(list.height).enumerated() {
            paint(
                entry,
                in: list.line(line),
                isChosen: first + line == chooser.index,
                isVisible: visible.contains(entry.id),
                into: &grid,
                theme
            )
        }
        guard !meaning.isEmpty else { return }
        let rule = Position(column: whole.column, row: list.endRow)
        grid.horizontalLine(at: rule, length: whole.width, style: theme.id(.border))
        for (index, text) in meaning.enumerated() {
            let place = Position(column: whole.column + 1, row: list.endRow + 1 + index)
            grid.put(text, at: place, style: theme.id(.text), maxWidth: whole.width - 2)
        }
    }

    private func meaningLines(_ entries: [ColumnDescriptor], width: Int) -> [String] {
        guard entries.indices.contains(chooser.index), state.size.rows >= 20 else { return [] }
        return Array(TextWrap.lines(entries[chooser.index].formula, width: max(1, width)).prefix(3))
    }

    private func paint(
        _ entry: ColumnDescriptor,
        in line: Rect,
        isChosen: Bool,
        isVisible: Bool,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        let look: RowLook = isChosen ? .selected : .normal
        if isChosen { grid.fill(line, style: theme.id(.text, look)) }
        let isShown = chooser.chosen.contains(entry.id)
        let box = isShown ? "[x]" : "[ ]"
        let start = line.column + 1
        grid.put(isChosen ? ">" : " ", at: Position(column: line.column, row: line.row), style: theme.id(.marker, look))
        grid.put(box, at: Position(column: start, row: line.row), style: theme.id(isShown ? .good : .dim, look))
        let title = Position(column: start + 4, row: line.row)
        grid.put(entry.title, at: title, style: theme.id(.symbol, look), maxWidth: 9)
        let name = Position(column: start + 14, row: line.row)
        let note = isShown && !isVisible ? entry.id.rawValue + " (no room)" : entry.id.rawValue
        grid.put(note, at: name, style: theme.id(.hint, look), maxWidth: max(0, line.endColumn - name.column))
    }
}
