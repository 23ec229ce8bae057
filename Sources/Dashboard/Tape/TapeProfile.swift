import EngineAPI
import TerminalGrid

/// What traded at each price, beside a tape's lines: shares bought at the ask, sold at the bid, and both as a bar.
struct TapeProfile {
    /// Narrowest frame of a tape that has room for it.
    static let paneWidthMin = 66
    /// Fewest rows of a frame's inside that are worth one: a low strip shows more lines instead.
    static let rowsMin = 10
    /// Cells of a profile, and most of them.
    private static let widthMax = 40
    /// Cells of price, of shares bought and of shares sold with the blank before each.
    private static let (priceWidth, numberWidth) = (8, 7)
    /// Cells between the lines and the profile: a rule and a blank.
    static let gap = 2

    private let levels: [PriceLevel]
    private let last: Double?

    /// The profile of a page.
    init(_ page: TapePage) {
        levels = page.levels
        last = page.prints.first { !$0.flags.contains(.notLast) && $0.price.isFinite }?.price
    }

    /// Cells of the profile in a frame's inside; 0 where it has no room.
    static func width(_ inside: Rect) -> Int {
        guard inside.width + 2 >= paneWidthMin, inside.height >= rowsMin else { return 0 }
        return min(inside.width - TapeColumns.lineMin - gap, widthMax)
    }

    /// Paints heading and levels, the highest price on top; of more than there is room for, those around the last price.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme, isStale: Bool) {
        guard area.height > 1, area.width >= 2 * Self.numberWidth + Self.priceWidth else { return }
        let head = area.line(0)
        put("PRICE", endingAt: head.column + Self.priceWidth, head.row, .heading, into: &grid, theme)
        put("BUY", endingAt: head.column + Self.priceWidth + Self.numberWidth, head.row, .bought, into: &grid, theme)
        let soldEnd = head.column + Self.priceWidth + 2 * Self.numberWidth
        put("SELL", endingAt: soldEnd, head.row, .sold, into: &grid, theme)
        let body = area.inset(top: 1)
        guard !levels.isEmpty else {
            grid.put("no prices yet", at: body.inset(left: 1).origin, style: theme.id(.dim), maxWidth: body.width - 1)
            return
        }
        let top = levels.map(\.total).max() ?? 0
        for (index, level) in Self.shown(levels, around: last, rows: body.height).enumerated() {
            paint(level, top: top, in: body.line(index), into: &grid, theme, isStale: isStale)
        }
    }

    /// As many levels as there are rows, with the last price among them.
    static func shown(_ levels: [PriceLevel], around last: Double?, rows: Int) -> ArraySlice<PriceLevel> {
        guard levels.count > rows else { return levels[...] }
        let middle = last.flatMap { last in levels.firstIndex { $0.price <= last + 1e-9 } } ?? 0
        // In steps: what is read does not move with every print.
        let step = max(1, rows / 4)
        let start = min(max(0, (middle - rows / 2) / step * step), levels.count - rows)
        return levels[start..<start + rows]
    }

    private func paint(
        _ level: PriceLevel,
        top: Double,
        in line: Rect,
        into grid: inout Grid,
        _ theme: Theme,
        isStale: Bool
    ) {
        func look(_ role: Role) -> StyleID { theme.id(isStale ? .dim : role) }
        let isLast = last.map { ($0 - level.price).magnitude < 1e-9 } ?? false
        if isLast { grid.put(">", at: line.origin, style: theme.id(.marker)) }
        let decimals =
            level.price.magnitude < 1
            ? 4 : (level.price * 100 - (level.price * 100).rounded()).magnitude > 0.001 ? 4 : 2
        let price = Position(column: line.column + 1, row: line.row)
        grid.put(
            level.price,
            .fixed(decimals),
            at: price,
            width: Self.priceWidth - 1,
            style: look(isLast ? .clock : .text)
        )
        var column = line.column + Self.priceWidth + 1
        for (shares, role) in [(level.bought, Role.bought), (level.sold, .sold)] {
            let place = Position(column: column, row: line.row)
            grid.put(shares, .compact, at: place, width: Self.numberWidth - 1, style: look(shares > 0 ? role : .dim))
            column += Self.numberWidth
        }
        let bar = Self.bar(level, top: top, cells: line.endColumn - column)
        let parts: [(Int, Unicode.Scalar, Role)] = [
            (bar.bought, grid.glyphs.barFull, .bought), (bar.sold, grid.glyphs.heat[2], .sold),
            (bar.other, grid.glyphs.dot, .dim),
        ]
        for (cells, glyph, role) in parts where cells > 0 {
            grid.fill(Rect(column: column, row: line.row, width: cells, height: 1), with: glyph, style: look(role))
            column += cells
        }
    }

    /// Cells of shares bought, sold and neither: together as long as the level's share of the largest.
    static func bar(_ level: PriceLevel, top: Double, cells: Int) -> (bought: Int, sold: Int, other: Int) {
        guard top > 0, cells > 0 else { return (0, 0, 0) }
        func end(_ shares: Double) -> Int { Int((min(max(shares / top, 0), 1) * Double(cells)).rounded()) }
        let (first, second, third) = (end(level.bought), end(level.bought + level.sold), end(level.total))
        return (first, second - first, third - second)
    }

    private func put(
        _ text: String,
        endingAt column: Int,
        _ row: Int,
        _ role: Role,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        let place = Position(column: column - text.utf8.count, row: row)
        grid.put(text, at: place, style: theme.id(role))
    }
}

extension PriceLevel {
    /// Shares of every side.
    fileprivate var total: Double { bought + sold + other }
}
