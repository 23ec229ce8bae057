import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// A column with its place in the table.
struct PlacedColumn: Hashable, Sendable {
    /// What it shows.
    var descriptor: ColumnDescriptor
    /// First cell, counted from the left edge of the screen.
    var column: Int
    /// Cells.
    var width: Int
}

/// Where everything stands on a screen of a size: a pure function of the state.
struct ScreenLayout: Hashable, Sendable {
    /// Smallest screen that gets a table.
    static let sizeMin = Size(columns: 60, rows: 16)
    /// Narrowest panel: every note of its figures fits whole.
    static let detailColumnsMin = 48
    /// From this height on the lists have a row.
    static let tabsFromRows = 24

    /// The whole screen.
    let screen: Rect
    /// Too small for a table: a message and the top row are all there is.
    let isTiny: Bool
    /// One or two lines at the top.
    private(set) var header = Rect(.zero)
    /// The lists that have keys; height 0 where there is no room.
    private(set) var tabs = Rect(.zero)
    /// The filter editor, above the table; height 0 while none is open.
    private(set) var editor = Rect(.zero)
    /// The panes with their borders; what is missing is not shown.
    private(set) var panes: [Pane: Rect] = [:]
    /// What is wrong, above the hints; height 0 when nothing is.
    private(set) var message = Rect(.zero)
    /// The last line: hints, a short answer, or the find line.
    private(set) var hints = Rect(.zero)
    /// Columns on the screen.
    private(set) var columns: [PlacedColumn] = []
    /// Columns that had no room.
    private(set) var hiddenCount = 0

    /// Lays a state's screen out.
    init(_ state: DashboardState) {
        screen = Rect(state.size)
        isTiny = state.size.columns < Self.sizeMin.columns || state.size.rows < Self.sizeMin.rows
        guard !isTiny else { return }
        let messageRows = MessageBlock(state).height
        let hasTabs = state.size.rows >= Self.tabsFromRows && !state.names.book.lists.isEmpty
        let parts = screen.split(
            .vertical,
            [
                .fixed(state.size.rows < 20 ? 1 : 2), .fixed(hasTabs ? 1 : 0), .rest, .fixed(messageRows), .fixed(1),
            ]
        )
        (header, tabs, message, hints) = (parts[0], parts[1], parts[3], parts[4])
        let detailWidth = min(max(screen.width - ColumnFit.comfortableWidth - 3, Self.detailColumnsMin), 60)
        if case .filter(let filter) = state.layer {
            // Under the line being typed the table alone shows what it would change.
            let height = FilterEditorPlan.height(in: parts[2], filter.mode)
            let halves = parts[2].split(.vertical, [.fixed(height), .rest])
            (editor, panes) = (halves[0], [.table: halves[1]])
        } else {
            panes = PanePlan(parts[2], state.panes, detailWidth: detailWidth).places
        }
        guard !table.isEmpty else { return }
        // Inside the border, behind the marker's cell.
        let fit = ColumnFit(
            start: table.column + 2,
            room: table.width - 3,
            wanted: state.wantedColumns,
            keeping: state.table.column
        )
        (columns, hiddenCount) = (fit.columns, fit.hiddenCount)
    }

    /// The table with its border; empty where another pane has its place.
    var table: Rect { panes[.table] ?? Rect(.zero) }
    /// The selected ticker's pane with its border.
    var detail: Rect? { panes[.detail] }
    /// The tape with its border.
    var tape: Rect? { panes[.tape] }

    /// The pane under a cell of the screen; nil for the lines above and below them.
    func pane(at position: Position) -> Pane? {
        Pane.allCases.first { panes[$0]?.contains(position) ?? false }
    }

    /// Rows of the table's body, without border and heading.
    var rowCount: Int { isTiny ? 1 : max(0, table.height - 3) }

    /// Slots asked for per row: what the strip and the panel show, in steps so that a small resize asks for nothing new.
    var stripSlots: Int {
        let strip = columns.first { $0.descriptor.id == .strip }?.width ?? 0
        let list = detail.map { max(0, $0.height - DetailPanel.rowsAboveSlots) } ?? 0
        let wanted = min(Slot.count, max(strip, list))
        return min(Slot.count, (wanted + 11) / 12 * 12)
    }
}

/// Chooses which columns fit and how wide the strip gets.
struct ColumnFit {
    /// Narrowest strip.
    static let stripMin = 6
    /// A strip that lets an afternoon be read: four hours.
    static let stripComfortable = 48
    /// Room for every column and a comfortable strip.
    static let comfortableWidth: Int = {
        let widths = ColumnDescriptor.inTable.map { $0.id == .strip ? stripComfortable : $0.width }
        return widths.reduce(0, +) + widths.count - 1
    }()

    /// Columns that join the table where they leave the strip this much.
    static let stripBesideExtras = 24

    /// All columns of a table that has room for them: those asked for, else the usual ones.
    static func all(wanted: [ColumnID]) -> [ColumnDescriptor] {
        guard !wanted.isEmpty else { return ColumnDescriptor.inWideTable }
        let others = wanted.filter { $0 != .symbol && $0 != .strip }
        return ([.symbol] + others + [.strip]).compactMap { ColumnDescriptor.of($0) }
    }

    /// The columns that fit, placed.
    private(set) var columns: [PlacedColumn] = []
    /// Columns left out.
    private(set) var hiddenCount = 0

    /// Fits the table's columns into `room` cells from `start` on, with a cell between them.
    ///
    /// What has no room goes by its drop priority, highest first. The strip takes what is left over.
    /// Columns that were asked for go from the right, the first ones stay.
    ///
    /// - Parameters:
    ///   - keeping: A column that stays whatever goes: the one under the cursor.
    init(start: Int, room: Int, wanted: [ColumnID] = [], keeping: ColumnID? = nil) {
        var chosen = Self.all(wanted: wanted)
        func width(_ descriptor: ColumnDescriptor) -> Int {
            descriptor.id == .strip ? Self.stripMin : descriptor.width
        }
        func total() -> Int { chosen.reduce(0) { $0 + width($1) } + max(0, chosen.count - 1) }
        if !wanted.isEmpty {
            while total() > room, chosen.count > 2 {
                // The column under the cursor stays, and moves to the left as those before it go.
                let isLastKept = chosen.last?.id == keeping
                chosen.remove(at: isLastKept ? chosen.count - 2 : chosen.count - 1)
                hiddenCount += 1
            }
        } else if total() - Self.stripMin + Self.stripBesideExtras > room {
            chosen.removeAll { !ColumnID.inTable.contains($0.id) && $0.id != keeping }
        }
        func worth(_ column: ColumnDescriptor) -> Int { column.id == keeping ? 0 : column.dropPriority }
        while total() > room {
            guard let worst = chosen.indices.max(by: { worth(chosen[$0]) < worth(chosen[$1]) }),
                worth(chosen[worst]) > 0
            else { break }
            chosen.remove(at: worst)
            hiddenCount += 1
        }
        let free = max(0, room - total())
        var column = start
        for descriptor in chosen {
            let extra = descriptor.id == .strip ? min(free, Slot.count - Self.stripMin) : 0
            columns.append(PlacedColumn(descriptor: descriptor, column: column, width: width(descriptor) + extra))
            column += width(descriptor) + extra + 1
        }
    }
}
