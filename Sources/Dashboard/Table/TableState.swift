package import EngineAPI
package import MarketData
import TerminalGrid

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

    /// A table as it is at the start.
    init() {}
}

/// The columns to choose from.
package struct ColumnChooser: Hashable, Sendable {
    /// Letters typed so far.
    package var typed = ""
    /// The highlighted entry.
    package var index = 0
    /// The columns before, for Esc.
    package var before: [ColumnID]
}

/// What the number under the cursor is.
package struct ExplainState: Hashable, Sendable {
    /// Whose.
    package var symbol: Symbol
    /// Which column.
    package var column: ColumnID
}

extension DashboardState {
    /// Takes a key of the table about its columns and rows; nil when it is another's.
    mutating func performOnColumns(_ action: Action) -> [DashboardCommand]? { nil }

    /// Opens the list of columns to choose from.
    mutating func openColumns() { layer = .columns(ColumnChooser(before: view.columns)) }

    /// Takes a key of the list of columns.
    mutating func perform(_ action: Action, on chooser: ColumnChooser) {
        if action == .close || action == .choose { layer = .table }
    }

    /// Takes a letter typed into the list of columns.
    mutating func type(_ scalar: Unicode.Scalar, into chooser: ColumnChooser) -> [DashboardCommand] { [] }

    /// Takes a key while a number is explained.
    mutating func perform(_ action: Action, on explained: ExplainState) {
        if action == .close { layer = .table }
    }
}

/// The list of columns, over the table.
struct ColumnChooserView {
    private let state: DashboardState
    private let chooser: ColumnChooser

    /// The list of a state.
    init(_ state: DashboardState, _ chooser: ColumnChooser) {
        self.state = state
        self.chooser = chooser
    }

    /// Paints it.
    func paint(into grid: inout Grid, _ theme: Theme) {}
}

/// What a number is, over the table.
struct ExplainView {
    private let state: DashboardState
    private let explained: ExplainState

    /// The words of a state.
    init(_ state: DashboardState, _ explained: ExplainState) {
        self.state = state
        self.explained = explained
    }

    /// Paints them.
    func paint(into grid: inout Grid, _ theme: Theme) {}
}
