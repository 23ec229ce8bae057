/// How much of a rectangle's side one part takes.
package enum Length: Hashable, Sendable {
    /// Exactly this many cells, as long as there is room.
    case fixed(Int)
    /// A share of the whole side, in percent 0…100, rounded down.
    case percent(Int)
    /// A share of what the others leave, by weight ≥ 1.
    case fill(Int)

    /// All that the others leave, weight 1.
    package static let rest = Length.fill(1)
}

/// The direction a rectangle is split in.
package enum Axis: Hashable, Sendable {
    /// Side by side, from left to right.
    case horizontal
    /// One below the other, from the top.
    case vertical
}

extension Rect {
    /// Cuts the rectangle into as many parts as there are lengths, without gaps, in order.
    ///
    /// When the room is short, earlier fixed and percent parts win and later ones shrink to 0; the cells left over by
    /// integer division go to the last `fill`. Without a `fill` the end of the side stays uncovered. Cost: O(parts).
    package func split(_ axis: Axis, _ lengths: [Length]) -> [Rect] {
        let whole = axis == .horizontal ? width : height
        var spans = [Int](repeating: 0, count: lengths.count)
        var free = whole
        var weights = 0
        for (index, length) in lengths.enumerated() {
            switch length {
            case .fixed(let cells): spans[index] = min(max(0, cells), free)
            case .percent(let share): spans[index] = min(whole * min(max(0, share), 100) / 100, free)
            case .fill(let weight): weights += max(1, weight)
            }
            free -= spans[index]
        }
        let shared = free
        var lastFill: Int?
        for (index, length) in lengths.enumerated() {
            guard case .fill(let weight) = length else { continue }
            spans[index] = shared * max(1, weight) / weights
            free -= spans[index]
            lastFill = index
        }
        if let lastFill { spans[lastFill] += free }

        var start = axis == .horizontal ? column : row
        return spans.map { span in
            defer { start += span }
            return axis == .horizontal
                ? Rect(column: start, row: row, width: span, height: height)
                : Rect(column: column, row: start, width: width, height: span)
        }
    }

    /// A rectangle of at most this size in the middle of this one, for messages and dialogs.
    package func centered(_ size: Size) -> Rect {
        let width = min(size.columns, self.width)
        let height = min(size.rows, self.height)
        return Rect(
            column: column + (self.width - width) / 2,
            row: row + (self.height - height) / 2,
            width: width,
            height: height
        )
    }
}
