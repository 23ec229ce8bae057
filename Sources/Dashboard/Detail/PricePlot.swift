/// A line of prices drawn into cells: dots of braille, 2 × 4 to a cell, or one of five heights a cell in ASCII.
struct PricePlot: Hashable, Sendable {
    /// Lowest price of the picture, USD.
    let low: Double
    /// Highest price of the picture, USD.
    let high: Double
    /// Cells across and down.
    let columns: Int
    let rows: Int
    /// Glyphs by row from the top and column; 0 where there is none.
    private(set) var glyphs: [UInt32]

    /// The heights of a cell in ASCII, lowest first.
    static let heights: [Unicode.Scalar] = ["_", ".", "-", "'", "^"]
    /// Bits of a braille cell by column and row of its dots.
    private static let dots: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
    /// How much the lines may stretch the picture.
    private static let stretchMax = 2.0

    /// Draws the prices of 192 slots up to the newest.
    ///
    /// A slot without a trade keeps the price before it.
    ///
    /// - Parameters:
    ///   - newest: The last slot that has begun; nothing is drawn behind it.
    ///   - lines: Prices of level lines, taken into the picture as long as they do not squeeze it flat.
    init?(_ prices: [Float], _ cells: SlotCells, newest: Int, lines: [Double], rows: Int, isASCII: Bool) {
        let steps = Self.steps(prices, cells, newest: newest)
        let known = steps.lazy.filter { !$0.isNaN }
        guard rows > 0, let lowest = known.min(), let highest = known.max() else { return nil }
        var (low, high) = (lowest, highest)
        let spread = max(high - low, high * 0.002)
        for line in lines where line.isFinite {
            let (lower, upper) = (min(low, line), max(high, line))
            if upper - lower <= spread * Self.stretchMax { (low, high) = (lower, upper) }
        }
        (self.low, self.high) = (low, high)
        (columns, self.rows) = (cells.count, rows)
        glyphs = [UInt32](repeating: 0, count: columns * rows)
        isASCII ? drawHeights(steps) : drawDots(steps)
    }

    /// The price at every half cell; NaN before the first trade and behind the newest slot.
    private static func steps(_ prices: [Float], _ cells: SlotCells, newest: Int) -> [Double] {
        guard prices.count > newest, newest >= 0 else { return [] }
        var last = Double.nan
        for slot in 0..<min(cells.span.lowerBound, newest + 1) where !prices[slot].isNaN { last = Double(prices[slot]) }
        var steps: [Double] = []
        var next = cells.span.lowerBound
        for half in 0..<cells.count * 2 {
            let end: Int
            if cells.slotsPerCell > 1 {
                end = cells.span.lowerBound + (half + 1) * cells.slotsPerCell / 2
            } else {
                end = cells.span.lowerBound + half / (2 * cells.cellsPerSlot) + 1
            }
            let first = cells.slotsPerCell > 1 ? cells.span.lowerBound + half * cells.slotsPerCell / 2 : end - 1
            while next < min(end, newest + 1) {
                if !prices[next].isNaN { last = Double(prices[next]) }
                next += 1
            }
            steps.append(first <= newest ? last : .nan)
        }
        return steps
    }

    /// How far below the top a price lies, 0…1.
    private func depth(_ price: Double) -> Double {
        high > low ? min(max((high - price) / (high - low), 0), 1) : 0.5
    }

    /// The row of a level line; nil outside the picture.
    func row(of price: Double) -> Int? {
        guard price >= low, price <= high else { return nil }
        return min(Int(depth(price) * Double(rows)), rows - 1)
    }

    private mutating func drawDots(_ steps: [Double]) {
        let last = rows * 4 - 1
        var before: Int?
        for (half, price) in steps.enumerated() {
            guard !price.isNaN else {
                before = nil
                continue
            }
            let dot = Int((depth(price) * Double(last)).rounded())
            // Up or down from the step before, but for the dot that stands there.
            let from = before.map { $0 < dot ? $0 + 1 : $0 > dot ? $0 - 1 : dot } ?? dot
            for row in min(from, dot)...max(from, dot) {
                let index = row / 4 * columns + half / 2
                glyphs[index] = (glyphs[index] == 0 ? 0x2800 : glyphs[index]) | Self.dots[half % 2][row % 4]
            }
            before = dot
        }
    }

    private mutating func drawHeights(_ steps: [Double]) {
        let levels = rows * Self.heights.count
        for column in 0..<columns {
            let price = steps[column * 2 + 1].isNaN ? steps[column * 2] : steps[column * 2 + 1]
            guard !price.isNaN else { continue }
            let level = min(Int((1 - depth(price)) * Double(levels)), levels - 1)
            let row = rows - 1 - level / Self.heights.count
            glyphs[row * columns + column] = Self.heights[level % Self.heights.count].value
        }
    }

    /// The glyph of a cell; nil where the line does not pass.
    func glyph(row: Int, column: Int) -> Unicode.Scalar? {
        guard (0..<rows).contains(row), (0..<columns).contains(column) else { return nil }
        let value = glyphs[row * columns + column]
        return value == 0 ? nil : Unicode.Scalar(value)
    }
}
