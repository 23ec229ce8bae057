import TerminalGrid

/// Where the panes stand in the room between header and last line: a pure function of size and choice.
///
/// | columns | table | side | bottom |
/// |---|---|---|---|
/// | below 100 | the table, or in its place the pane with the keys | none | a strip of tape |
/// | 100 to 159 | the table | tapes | one of heatmap, ticker and why-log: the one with the keys, else the newest |
/// | from 160 on | the table | the ticker, tapes | heatmap and why-log |
struct PanePlan: Hashable, Sendable {
    /// From this width on a side stands beside the table.
    static let sideFromColumns = 100
    /// From this width on the ticker stands at the side, and two panes at the bottom.
    static let wideFromColumns = 160
    /// Lowest body with a pane below the table that was not asked for just now.
    static let bottomFromRows = 28
    /// Fewest rows a table keeps, its frame and heading included.
    static let tableRowsMin = 8

    /// Places by pane; what is missing has no room, or is not wanted.
    private(set) var places: [Pane: Rect] = [:]

    /// Lays the panes out.
    ///
    /// - Parameters:
    ///   - detailWidth: Columns that the ticker's panel likes at the side.
    init(_ body: Rect, _ choice: PaneChoice, detailWidth: Int) {
        guard !body.isEmpty else { return }
        if choice.isZoomed {
            places[choice.focus] = body
        } else if body.width >= Self.sideFromColumns {
            layOutWide(body, choice, detailWidth)
        } else {
            layOutNarrow(body, choice)
        }
    }

    private mutating func layOutNarrow(_ body: Rect, _ choice: PaneChoice) {
        let strip = [Pane.tape, .tape2].filter(choice.isOpen)
        let main: Pane = [.heat, .detail, .why].contains(choice.focus) ? choice.focus : .table
        // The strip shows the tape with the keys, else the first.
        guard let tape = strip.first(where: { $0 == choice.focus }) ?? strip.first, main != .detail else {
            places[main] = body
            return
        }
        let usual = body.height < 18 ? 6 : 8
        let height = min(max(usual + choice.bottomSteps, 4), max(4, body.height - Self.tableRowsMin))
        let parts = body.split(.vertical, [.rest, .fixed(height)])
        (places[main], places[tape]) = (parts[0], parts[1])
    }

    private mutating func layOutWide(_ body: Rect, _ choice: PaneChoice, _ detailWidth: Int) {
        let isWide = body.width >= Self.wideFromColumns
        let side = (isWide ? [Pane.detail, .tape, .tape2] : [.tape, .tape2]).filter(choice.isOpen)
        let bottom = Self.bottom(body, choice, isWide: isWide)
        var upper = body
        if !bottom.isEmpty {
            let height = Self.bottomHeight(body, choice, bottom)
            let parts = body.split(.vertical, [.rest, .fixed(height)])
            upper = parts[0]
            placeBottom(bottom, in: parts[1])
        }
        guard !side.isEmpty else {
            places[.table] = upper
            return
        }
        let usual = side.contains(.detail) ? detailWidth : body.width >= 190 ? 70 : 40
        let width = min(max(usual + 2 * choice.sideSteps, 30), upper.width - 60)
        let halves = upper.split(.horizontal, [.rest, .fixed(width)])
        places[.table] = halves[0]
        placeSide(side, in: halves[1])
    }

    /// The panes below the table.
    private static func bottom(_ body: Rect, _ choice: PaneChoice, isWide: Bool) -> [Pane] {
        let wanted = isWide ? [Pane.heat, .why] : [.heat, .detail, .why]
        if wanted.contains(choice.focus), !isWide || body.height < bottomFromRows { return [choice.focus] }
        guard body.height >= bottomFromRows else { return [] }
        if isWide { return wanted.filter(choice.isOpen) }
        return choice.open.last(where: wanted.contains).map { [$0] } ?? []
    }

    private static func bottomHeight(_ body: Rect, _ choice: PaneChoice, _ bottom: [Pane]) -> Int {
        let usual: Int =
            bottom == [.detail] ? 11 : bottom == [.why] ? max(8, body.height / 4) : max(10, body.height * 2 / 5)
        return min(max(usual + choice.bottomSteps, 5), max(5, body.height - tableRowsMin))
    }

    private mutating func placeBottom(_ panes: [Pane], in area: Rect) {
        guard panes.count > 1 else {
            places[panes[0]] = area
            return
        }
        let halves = area.split(.horizontal, [.rest, .fixed(min(70, area.width / 3))])
        (places[panes[0]], places[panes[1]]) = (halves[0], halves[1])
    }

    private mutating func placeSide(_ panes: [Pane], in area: Rect) {
        let tapes = panes.filter { $0 != .detail }
        var rest = area
        if panes.contains(.detail) {
            guard !tapes.isEmpty else {
                places[.detail] = area
                return
            }
            // Two tapes leave the ticker its figures, one leaves it some of its slots too.
            let wanted = max(area.height - DetailPanel.rowsAboveSlots - 4, area.height / 2 - 6)
            let height = tapes.count > 1 ? area.height * 3 / 5 : max(9, min(wanted, area.height * 2 / 3))
            let halves = area.split(.vertical, [.rest, .fixed(height)])
            (places[.detail], rest) = (halves[0], halves[1])
        }
        guard tapes.count > 1 else {
            places[tapes[0]] = rest
            return
        }
        let halves = rest.split(.vertical, [.rest, .fixed(rest.height * 2 / 5)])
        (places[tapes[0]], places[tapes[1]]) = (halves[0], halves[1])
    }
}
