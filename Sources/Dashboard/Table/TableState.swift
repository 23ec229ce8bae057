package import EngineAPI
package import MarketData

/// The table's own choices.
package struct TableState: Hashable, Sendable {
    /// The column under the cursor; nil for none.
    package internal(set) var column: ColumnID?
    /// Sort keys behind the first one.
    package internal(set) var moreSorts: [SortKey] = []
    /// Tickers kept on top, in the order in which they were pinned.
    package internal(set) var pinned: [Symbol] = []
    /// Tickers marked.
    package internal(set) var marked: Set<Symbol> = []
    /// Tickers left out, in the order in which they were.
    package internal(set) var excluded: [Symbol] = []
    /// The ticker that stays selected even while it is not among the rows; nil for none.
    package internal(set) var followed: Symbol?

    /// Most sort keys in all.
    static let sortsMax = 4

    /// A table as it is at the start.
    init() {}
}

extension DashboardState {
    /// All columns that the table would show on a screen wide enough, from left to right.
    var tableColumns: [ColumnDescriptor] { ColumnFit.all(wanted: wantedColumns) }

    /// Takes a key of the table about its columns and rows; nil when it is another's.
    mutating func performOnColumns(_ action: Action) -> [DashboardCommand]? {
        switch action {
        case .columnLeft: stepColumn(by: -1)
        case .columnRight: stepColumn(by: 1)
        case .addSort: addSort()
        case .pin: return togglePin()
        case .mark: return toggleMark()
        case .exclude: return exclude()
        case .includeAll: return includeAll()
        case .follow: return toggleFollow()
        case .explain: return explain()
        case .copyRow: return copyRows()
        default: return nil
        }
        return []
    }

    // MARK: Columns

    /// Moves the column cursor; the first step puts it on the column sorted by.
    private mutating func stepColumn(by step: Int) {
        let all = tableColumns.map(\.id)
        guard let current = table.column, let index = all.firstIndex(of: current) else {
            table.column = all.contains(sort.column) ? sort.column : all.first
            return
        }
        guard all.indices.contains(index + step) else {
            say(step > 0 ? "this is the last column" : "this is the first column")
            return
        }
        table.column = all[index + step]
    }

    /// Adds the column under the cursor to the sort keys, inverts it there, and takes it out again.
    private mutating func addSort() {
        guard let id = table.column, let column = ColumnDescriptor.of(id) else {
            say("first choose a column to sort by too, with h and l")
            return
        }
        guard column.isSortable else {
            say("\(column.title) cannot be sorted by")
            return
        }
        guard id != sort.column else {
            say("\(column.title) is the first key already")
            return
        }
        isOwnSort = false
        if let index = table.moreSorts.firstIndex(where: { $0.column == id }) {
            if table.moreSorts[index].descending == column.sortsDescending {
                table.moreSorts[index].descending.toggle()
            } else {
                table.moreSorts.remove(at: index)
            }
        } else if table.moreSorts.count + 1 < TableState.sortsMax {
            table.moreSorts.append(SortKey(id, descending: column.sortsDescending))
        } else {
            say("\(TableState.sortsMax) keys at most")
            return
        }
        say("sorted by " + sortWords)
    }

    /// The sort keys in words: `RVOL, then CHG%`.
    var sortWords: String {
        ([sort] + table.moreSorts)
            .map { key in
                let title = ColumnDescriptor.of(key.column)?.title ?? key.column.rawValue
                return title + (key.descending ? "" : " upwards")
            }
            .joined(separator: ", then ")
    }

    // MARK: Rows

    private mutating func togglePin() -> [DashboardCommand] {
        guard let symbol = selectedSymbol else { return [.bell] }
        if let index = table.pinned.firstIndex(of: symbol) {
            table.pinned.remove(at: index)
            say("\(symbol.text) is no longer kept on top")
        } else {
            guard table.pinned.count < ScanQuery.pinnedMax else {
                say("\(ScanQuery.pinnedMax) tickers are kept on top already")
                return [.bell]
            }
            table.pinned.append(symbol)
            say("\(symbol.text) is kept on top")
        }
        // The ticker stays selected where it goes.
        selection = Selection(rank: selection.rank, symbol: symbol, followsTop: false)
        return []
    }

    private mutating func toggleMark() -> [DashboardCommand] {
        guard let symbol = selectedSymbol else { return [.bell] }
        if table.marked.remove(symbol) == nil { table.marked.insert(symbol) }
        let count = table.marked.count
        say(count == 0 ? "nothing is marked" : count == 1 ? "1 ticker is marked" : "\(count) tickers are marked")
        return []
    }

    private mutating func exclude() -> [DashboardCommand] {
        let symbols = pickedSymbols
        let new = symbols.filter { !table.excluded.contains($0) }
        guard !new.isEmpty else { return [.bell] }
        guard table.excluded.count + new.count <= ScanQuery.excludedMax else {
            say("\(ScanQuery.excludedMax) tickers at most can be left out")
            return [.bell]
        }
        table.excluded += new
        table.pinned.removeAll { new.contains($0) }
        table.marked = []
        if let followed = table.followed, new.contains(followed) { table.followed = nil }
        // Who stands at this rank next is selected.
        selection = Selection(rank: selection.rank, symbol: nil, followsTop: selection.rank == 0)
        let names = new.count == 1 ? new[0].text : "\(new.count) tickers"
        say("\(names) left out until you quit; u takes it back")
        return []
    }

    private mutating func includeAll() -> [DashboardCommand] {
        guard !table.excluded.isEmpty else {
            say("nobody is left out")
            return [.bell]
        }
        say("\(table.excluded.count) back in")
        table.excluded = []
        return []
    }

    private mutating func toggleFollow() -> [DashboardCommand] {
        if let followed = table.followed {
            table.followed = nil
            say("\(followed.text) is no longer followed")
            return []
        }
        guard let symbol = selectedSymbol else { return [.bell] }
        table.followed = symbol
        selection = Selection(rank: selection.rank, symbol: symbol, followsTop: false)
        say("\(symbol.text) is followed: it stays selected wherever it goes")
        return []
    }

    /// The tickers that are marked, by name, or the selected one.
    private var pickedSymbols: [Symbol] {
        guard table.marked.isEmpty else { return table.marked.sorted { $0.text < $1.text } }
        return selectedSymbol.map { [$0] } ?? []
    }

    // MARK: Copying

    /// Copies the symbols that are marked, or the selected one.
    mutating func copySymbols() -> [DashboardCommand] {
        let symbols = pickedSymbols
        guard !symbols.isEmpty else { return [.bell] }
        let text = symbols.map(\.text).joined(separator: " ")
        say(symbols.count == 1 ? "\(text) copied" : "\(symbols.count) symbols copied")
        return [.copy(text)]
    }

    /// Copies the rows that are marked and at hand, or the selected one: a heading and a line each, between tabs.
    private mutating func copyRows() -> [DashboardCommand] {
        guard let rows else { return [.bell] }
        let indices = rows.symbols.indices.filter { index in
            table.marked.isEmpty ? index == selectedIndex : table.marked.contains(rows.symbols[index])
        }
        guard !indices.isEmpty else { return [.bell] }
        let columns = ScreenLayout(self).columns.map(\.descriptor).filter { $0.kind != .strip }
        var lines = [columns.map(\.id.rawValue).joined(separator: "\t")]
        for index in indices {
            lines.append(columns.map { RowText.field($0, rows, index) }.joined(separator: "\t"))
        }
        say(indices.count == 1 ? "row copied" : "\(indices.count) rows copied")
        return [.copy(lines.joined(separator: "\n") + "\n")]
    }
}

/// A row's values as text for other programs.
enum RowText {
    /// A value in full; nothing where it is missing.
    static func field(_ column: ColumnDescriptor, _ rows: ScanResult, _ index: Int) -> String {
        if column.id == .symbol { return rows.symbols[index].text }
        guard let place = rows.columns.firstIndex(of: column.id) else { return "" }
        if column.kind == .text {
            guard rows.texts.indices.contains(place), rows.texts[place].indices.contains(index) else { return "" }
            // A tab or a line's end in a text from outside would tear the table.
            return String(rows.texts[place][index].map { $0.isNewline || $0 == "\t" ? " " : $0 })
        }
        let value = rows.values[place][index]
        return value.isFinite ? "\(value)" : ""
    }
}
