import EngineAPI
import MarketTime
import TerminalGrid

/// The hours above the cells: lines where they begin, brackets around the regular session, and an arrow at the slot that
/// runs.
struct HeatAxis {
    private let state: DashboardState
    private let frame: HeatFrame
    private let hasFocus: Bool

    /// The axis of a frame.
    init(_ state: DashboardState, _ frame: HeatFrame, hasFocus: Bool) {
        self.state = state
        self.frame = frame
        self.hasFocus = hasFocus
    }

    /// Paints the line.
    func paint(into grid: inout Grid, _ theme: Theme) {
        guard !frame.axis.isEmpty else { return }
        for column in frame.layout.rules {
            let line = Rect(column: place(column).column, row: frame.body.row, width: 1, height: frame.body.height)
            grid.fill(line, with: grid.glyphs.vertical, style: theme.id(.border))
        }
        let running = runningSlot.flatMap { frame.layout.cell(of: $0) }
        let cursor = hasFocus ? frame.layout.cell(of: frame.slot) : nil
        paintHours(around: [running, cursor].compactMap { $0?.column }, into: &grid, theme)
        for placed in frame.layout.figures {
            let start = place(placed.column)
            let field = Rect(column: start.column, row: start.row, width: placed.figure.width, height: 1)
            grid.put(placed.figure.heading, in: field, alignment: .trailing, style: theme.id(.heading))
        }
        if let running {
            // It points down at the column, in both sets of glyphs.
            grid.put(grid.glyphs.down, at: place(running.column), style: theme.id(.marker))
        }
        if let cursor {
            let start = place(cursor.column)
            let mark = Rect(column: start.column, row: start.row, width: cursor.width, height: 1)
            grid.restyle(mark, style: theme.id(.heatCursor))
        }
    }

    private func place(_ column: Int) -> Position {
        Position(column: frame.inside.column + column, row: frame.axis.row)
    }

    /// The slot that runs today, when today is shown.
    private var runningSlot: Int? {
        let heat = state.heat
        guard heat.slots != nil, heat.daysBack == 0 || heat.showsDays else { return nil }
        return heat.clock.running
    }

    // MARK: Hours

    /// A line on the axis.
    private struct Mark {
        var column: Int
        var slot: Int

        var isSession: Bool { slot == Slot.regularOpen || slot == Slot.regularClose }
        var isHour: Bool { slot.isMultiple(of: 12) }
    }

    /// Paints lines and labels; a label keeps clear of some columns.
    private func paintHours(around taken: [Int], into grid: inout Grid, _ theme: Theme) {
        let (marks, isFull) = marks
        let end = frame.layout.cells.last.map { $0.column + $0.width } ?? 0
        var free = 0
        for (index, mark) in marks.enumerated() where mark.column >= free || mark.isSession {
            let (glyph, role): (Unicode.Scalar, Role) =
                switch mark.slot {
                case Slot.regularOpen: ("[", .sessionOpen)
                case Slot.regularClose: ("]", .sessionOpen)
                default: (grid.glyphs.vertical, .border)
                }
            grid.put(glyph, at: place(mark.column), style: theme.id(role))
            // An hour that would leave the one before no room gives way; brackets give way to hours.
            let needed = mark.isHour ? 4 : 1
            let next = marks[(index + 1)...].first { $0.isSession || $0.column >= mark.column + needed }
            let room = min(next?.column ?? end, end) - mark.column - 1
            free = next?.column ?? end
            let label = HeatText.clock(mark.slot)
            let hour = mark.isHour ? String(label.prefix(2)) : ""
            let forms = isFull ? [(label, 5), (hour, 2)] : [(hour, 2)]
            let text = forms.first { form in
                let columns = (mark.column + 1)..<(mark.column + 1 + form.0.utf8.count)
                return room >= form.1 && !taken.contains(where: columns.contains)
            }
            guard let text else { continue }
            let labelRole: Role = mark.isSession ? .sessionOpen : .heading
            grid.put(text.0, at: place(mark.column + 1), style: theme.id(labelRole))
        }
    }

    /// Where lines stand: at steps that leave room for what stands behind them, and at the session's open and close.
    ///
    /// `isFull` says whether minutes have room too.
    private var marks: (marks: [Mark], isFull: Bool) {
        let layout = frame.layout
        let widths = layout.cells.map { Double($0.width) / Double($0.slots.count) }
        guard let perSlot = widths.max() else { return ([], false) }
        let steps = [1, 2, 3, 6, 12, 24, 48]
        let step = steps.first { Double($0) * perSlot >= ($0 < 12 ? 8 : 4) } ?? 48
        var marks: [Mark] = []
        for cell in layout.cells {
            for slot in cell.slots {
                var mark = Mark(column: cell.column, slot: slot)
                guard slot.isMultiple(of: step) || mark.isSession else { continue }
                // Between sessions of different scale the bracket stands on the line.
                if mark.isSession, layout.rules.contains(cell.column - 1) { mark.column -= 1 }
                // Where several would share a column, the session's stays, else the first.
                if let last = marks.last, last.column == mark.column {
                    if mark.isSession { marks[marks.count - 1] = mark }
                    continue
                }
                marks.append(mark)
            }
        }
        return (marks, Double(step) * perSlot >= 8)
    }
}
