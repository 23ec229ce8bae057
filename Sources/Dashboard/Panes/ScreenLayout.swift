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
    /// From this width on the selected ticker has a panel of its own.
    static let detailFromColumns = 160
    /// Narrowest panel: every note of its figures fits whole.
    static let detailColumnsMin = 48
    /// From this height on too.
    static let detailFromRows = 24

    /// The whole screen.
    let screen: Rect
    /// Too small for a table: a message and the top row are all there is.
    let isTiny: Bool
    /// One or two lines at the top.
    private(set) var header = Rect(.zero)
    /// The table with its border.
    private(set) var table = Rect(.zero)
    /// The panel of the selected ticker with its border; nil on narrow screens.
    private(set) var detail: Rect?
    /// The tape with its border; nil while it is not shown.
    private(set) var tape: Rect?
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
        let parts = screen.split(
            .vertical,
            [.fixed(state.size.rows < 20 ? 1 : 2), .rest, .fixed(messageRows), .fixed(1)]
        )
        (header, message, hints) = (parts[0], parts[2], parts[3])
        let body = parts[1]
        if screen.width >= Self.detailFromColumns, screen.height >= Self.detailFromRows {
            let wanted = ColumnFit.comfortableWidth + 3
            let width = min(max(screen.width - wanted, Self.detailColumnsMin), 60)
            let halves = body.split(.horizontal, [.rest, .fixed(width)])
            (table, detail) = (halves[0], halves[1])
            if state.tape.isOpen { (detail, tape) = Self.splitPanel(halves[1]) }
        } else {
            (table, tape) = state.tape.isOpen ? Self.splitBody(body) : (body, nil)
        }
        // Inside the border, behind the marker's cell.
        let fit = ColumnFit(start: table.column + 2, room: table.width - 3, wanted: state.wantedColumns)
        (columns, hiddenCount) = (fit.columns, fit.hiddenCount)
    }

    /// From this width on the tape stands at the right of the table, below it on narrower screens.
    static let tapeBesideFromColumns = 100
    /// The tape's width at the right of the table: a line with its time, price, size, venue and marks.
    static let tapeColumns = 40

    /// The table and the tape, side by side or one below the other.
    private static func splitBody(_ body: Rect) -> (Rect, Rect?) {
        if body.width >= tapeBesideFromColumns {
            let halves = body.split(.horizontal, [.rest, .fixed(tapeColumns)])
            return (halves[0], halves[1])
        }
        let halves = body.split(.vertical, [.rest, .fixed(body.height < 18 ? 6 : 8)])
        return (halves[0], halves[1])
    }

    /// The panel of the selected ticker and its tape below it, which takes the room of the list of slots first.
    private static func splitPanel(_ panel: Rect) -> (Rect, Rect?) {
        let wanted = max(panel.height - DetailPanel.rowsAboveSlots - 4, panel.height / 2 - 6)
        let halves = panel.split(.vertical, [.rest, .fixed(max(9, min(wanted, panel.height * 2 / 3)))])
        return (halves[0], halves[1])
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

    /// The columns that fit, placed.
    private(set) var columns: [PlacedColumn] = []
    /// Columns left out.
    private(set) var hiddenCount = 0

    /// Fits the table's columns into `room` cells from `start` on, with a cell between them.
    ///
    /// What has no room goes by its drop priority, highest first. The strip takes what is left over.
    /// Columns that were asked for go from the right, the first ones stay.
    init(start: Int, room: Int, wanted: [ColumnID] = []) {
        var chosen = ColumnDescriptor.inWideTable
        func width(_ descriptor: ColumnDescriptor) -> Int {
            descriptor.id == .strip ? Self.stripMin : descriptor.width
        }
        func total() -> Int { chosen.reduce(0) { $0 + width($1) } + max(0, chosen.count - 1) }
        if !wanted.isEmpty {
            let others = wanted.filter { $0 != .symbol && $0 != .strip }
            chosen = ([.symbol] + others + [.strip]).compactMap { ColumnDescriptor.of($0) }
            while total() > room, chosen.count > 2 {
                chosen.removeLast()
                hiddenCount += 1
            }
        } else if total() - Self.stripMin + Self.stripBesideExtras > room {
            chosen = ColumnDescriptor.inTable
        }
        while total() > room {
            guard let worst = chosen.indices.max(by: { chosen[$0].dropPriority < chosen[$1].dropPriority }),
                chosen[worst].dropPriority > 0
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
