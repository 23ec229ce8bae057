import TerminalGrid

/// Where the filter editor's parts stand above the table.
struct FilterEditorPlan: Hashable {
    /// From this width on clauses and completion have boxes of their own.
    static let wideColumns = 100
    /// From this height on, of all that lies between header and hints.
    static let wideRows = 24
    /// The line, what is said about it, and the border around both.
    static let frameRows = 4

    /// The line in its frame.
    let frame: Rect
    /// What each clause costs: a box, or a line where there is no room for one.
    let clauses: Rect
    /// What can be put in; the same.
    let offers: Rect
    /// Whether both have boxes.
    let isWide: Bool

    /// The parts of the editor's area.
    init(_ area: Rect, isWide: Bool) {
        self.isWide = isWide
        let parts = area.split(.vertical, [.fixed(Self.frameRows), .rest])
        frame = parts[0]
        let below = parts[1]
        if isWide {
            let halves = below.split(.horizontal, [.fixed(min(70, below.width / 2)), .rest])
            (clauses, offers) = (halves[0], halves[1])
        } else {
            let lines = below.split(.vertical, [.fixed(min(1, below.height)), .rest])
            (clauses, offers) = (lines[0], lines[1])
        }
    }

    /// Whether the boxes fit into what lies between header and hints.
    static func isWide(_ body: Rect) -> Bool { body.width >= wideColumns && body.height >= wideRows }

    /// Rows of the editor: the same while one types, so that the table below stands still.
    static func height(in body: Rect, _ mode: FilterLine.Mode) -> Int {
        if isWide(body) { return frameRows + (body.height >= 45 ? 16 : 12) }
        guard body.height >= 14 else { return min(frameRows, body.height) }
        switch mode {
        case .typing, .naming: return frameRows + 2
        case .fields, .searching: return frameRows + 1 + min(8, body.height - frameRows - 7)
        }
    }
}
