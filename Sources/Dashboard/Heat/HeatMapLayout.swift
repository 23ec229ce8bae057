import MarketTime

/// How 192 slots, or a part of them, fit into a width: a pure function.
///
/// | inside the border | the day |
/// |---|---|
/// | from 198 on | 192 cells of one slot |
/// | 104 to 197 | 96 cells, each half a slot |
/// | 78 to 103 | 69 cells: 22 of three slots before the open, 39 of two, 8 of six after the close |
/// | 72 to 77 | 64 cells of three slots |
/// | 56 to 71 | 48 cells, each half two slots |
/// | 40 to 55 | 32 cells, each half three slots |
/// | below | as many of the last slots as there are columns |
///
/// A shorter span takes the same columns with fewer slots in a cell, and from there on several columns a slot.
struct HeatMapLayout: Hashable, Sendable {
    /// One column of the map, or several that show the same.
    struct Cell: Hashable, Sendable {
        /// All slots it shows.
        let slots: Range<Int>
        /// First slot of the right half; the slots' end where the cell is not halved.
        let middle: Int
        /// First column, counted from the inside's left edge.
        let column: Int
        /// Columns taken.
        let width: Int

        /// Whether its halves show slots of their own.
        var isHalved: Bool { middle < slots.upperBound }
        /// The slots of the left half, or of the whole cell.
        var left: Range<Int> { slots.lowerBound..<middle }
        /// The slots of the right half; empty where the cell is not halved.
        var right: Range<Int> { middle..<slots.upperBound }
    }

    /// Cells of the marker and the symbol.
    static let labelMax = 7
    /// Most columns for one slot.
    static let slotColumnsMax = 10

    /// Columns of the marker and the symbol.
    let label: Int
    /// What is shown.
    let slots: Range<Int>
    /// Its cells, from left to right.
    let cells: [Cell]
    /// Columns of the lines between sessions.
    let rules: [Int]
    /// Numbers behind the cells.
    let figures: [PlacedFigure]
    /// What a cell stands for: `5 min a half cell`.
    let resolution: String

    /// Fits a span into a width.
    ///
    /// - Parameters:
    ///   - width: Columns inside the border.
    ///   - slot: What the span lies around: the cursor's slot.
    ///   - newest: The newest slot that has begun; a width that has no room for a day ends with it.
    ///   - figures: Numbers wanted behind the cells, most wanted first.
    init(width: Int, zoom: HeatZoom, around slot: Int, newest: Int? = nil, figures wanted: [HeatFigure] = []) {
        let label = min(Self.labelMax, max(0, width == 198 ? 6 : width - 1))
        let room = max(0, width - label)
        let span = zoom.slots(around: slot)
        var fit = Fit(start: label)
        switch (zoom, width) {
        case (.day, ..<40):
            fit.lay(Self.strip(room, around: slot, newest: newest ?? slot), perPart: 1, isHalved: false)
        case (.day, ..<56): fit.lay(span, perPart: 3, isHalved: true)
        case (.day, ..<72): fit.lay(span, perPart: 2, isHalved: true)
        case (.day, ..<78): fit.lay(span, perPart: 3, isHalved: false)
        case (.day, ..<104): fit.layWarped()
        case (.day, ..<198): fit.lay(span, perPart: 1, isHalved: true)
        case (.day, _): fit.lay(span, perPart: 1, isHalved: false)
        default: fit.lay(span, in: room)
        }
        self.label = label
        slots = (fit.cells.first?.slots.lowerBound ?? 0)..<(fit.cells.last?.slots.upperBound ?? 0)
        cells = fit.cells
        rules = fit.rules
        resolution = fit.resolution
        figures = PlacedFigure.place(wanted, from: fit.column, to: width)
    }

    /// What the cursor steps over: cells, and the halves of halved ones.
    var parts: [Range<Int>] { cells.flatMap { $0.isHalved ? [$0.left, $0.right] : [$0.slots] } }

    /// The cell that shows a slot; nil for a slot outside the span.
    func cell(of slot: Int) -> Cell? { cells.first { $0.slots.contains(slot) } }

    /// What the cursor stands on at a slot.
    func part(of slot: Int) -> Range<Int>? {
        guard let cell = cell(of: slot) else { return nil }
        guard cell.isHalved else { return cell.slots }
        return cell.left.contains(slot) ? cell.left : cell.right
    }

    /// As many slots as there are columns, the cursor's among them and the newest at the right where both fit.
    private static func strip(_ room: Int, around slot: Int, newest: Int) -> Range<Int> {
        let count = min(room, Slot.count)
        guard count > 0 else { return 0..<0 }
        let (slot, newest) = (min(max(slot, 0), Slot.count - 1), min(max(newest, 0), Slot.count - 1))
        let end = max(min(newest + 1, slot + count), slot + 1, count)
        return (end - count)..<end
    }

    /// Cells as they are laid, from left to right.
    private struct Fit {
        var cells: [Cell] = []
        var rules: [Int] = []
        var resolution = ""
        /// The next free column.
        var column: Int

        init(start: Int) { column = start }

        mutating func lay(_ span: Range<Int>, perPart: Int, isHalved: Bool, columns: Int = 1) {
            resolution = "\(perPart * Slot.seconds / 60) min a \(isHalved ? "half cell" : "cell")"
            append(span, perCell: isHalved ? perPart * 2 : perPart, isHalved: isHalved, columns: columns)
        }

        /// A day with most of the room where most is traded.
        mutating func layWarped() {
            resolution = "pre 15 min, RTH 10, post 30"
            append(0..<Slot.regularOpen, perCell: 3)
            rule()
            append(Slot.regularOpen..<Slot.regularClose, perCell: 2)
            rule()
            append(Slot.regularClose..<Slot.count, perCell: 6)
        }

        /// A span in as many columns as there are, with room left for numbers where that costs no slot its cell.
        mutating func lay(_ span: Range<Int>, in room: Int) {
            guard room > 0 else { return }
            guard span.count > room else {
                let spare = room - PlacedFigure.usualWidth
                let columns = min((spare >= span.count ? spare : room) / span.count, HeatMapLayout.slotColumnsMax)
                return lay(span, perPart: 1, isHalved: false, columns: columns)
            }
            lay(span, perPart: (span.count + 2 * room - 1) / (2 * room), isHalved: true)
        }

        private mutating func rule() {
            rules.append(column)
            column += 1
        }

        private mutating func append(_ span: Range<Int>, perCell: Int, isHalved: Bool = false, columns: Int = 1) {
            for start in stride(from: span.lowerBound, to: span.upperBound, by: perCell) {
                let end = min(start + perCell, span.upperBound)
                let middle = isHalved ? min(start + perCell / 2, end) : end
                cells.append(Cell(slots: start..<end, middle: middle, column: column, width: columns))
                column += columns
            }
        }
    }
}

/// A number behind the cells of a row.
enum HeatFigure: Hashable, Sendable {
    case last
    case change
    case rvol
    case volume

    /// What stands above it.
    var heading: String {
        switch self {
        case .last: "LAST"
        case .change: "CHG%"
        case .rvol: "RVOL"
        case .volume: "VOL"
        }
    }

    /// Columns of the number.
    var width: Int {
        switch self {
        case .last, .change: 7
        case .rvol: 5
        case .volume: 6
        }
    }

    /// Place among the others, from the left.
    fileprivate var order: Int {
        switch self {
        case .last: 0
        case .change: 1
        case .rvol: 2
        case .volume: 3
        }
    }
}

/// A number behind the cells, with its place.
struct PlacedFigure: Hashable, Sendable {
    /// What is shown.
    let figure: HeatFigure
    /// First column of the number, counted from the inside's left edge.
    let column: Int

    /// Columns that the price and RVOL take.
    static let usualWidth = HeatFigure.last.width + HeatFigure.rvol.width + 3

    /// As many of the wanted numbers as fit between two columns, each behind a gap, and one column free at the end.
    static func place(_ wanted: [HeatFigure], from start: Int, to end: Int) -> [Self] {
        var used = 1
        var chosen: [HeatFigure] = []
        for figure in wanted {
            guard start + used + figure.width + 1 <= end else { break }
            used += figure.width + 1
            chosen.append(figure)
        }
        var column = start
        return chosen.sorted { $0.order < $1.order }.map { figure in
            defer { column += figure.width + 1 }
            return Self(figure: figure, column: column + 1)
        }
    }
}
