/// Remembers the last second bars of each streamed row, so that a bar sent again replaces and is not added.
///
/// Sparse: only seconds with trades take a place. A row takes 8 KB once it is full; at most ``rowsMax`` rows are
/// remembered, and a further one takes the place of the row whose newest bar is the oldest.
package struct SecondBarLedger: Sendable {
    /// What a bar is to the ledger.
    package enum Outcome: Hashable, Sendable {
        /// Not seen before.
        case new
        /// Seen with other numbers; shares it has more (negative: fewer) than before.
        case replaced(volumeDelta: Double)
        /// Seen with the same numbers.
        case unchanged
        /// Older than all of a full row: whether it was seen is not known.
        case tooOld
    }

    /// Bars remembered per row.
    package static let barsMax = 256
    /// Rows remembered.
    package let rowsMax: Int

    fileprivate struct Bar {
        var start: Int64
        var volume: Double
        var high: Double
        var low: Double
    }

    /// A row's bars, ascending by start from `first`, going round.
    fileprivate struct Bars {
        var row: Int32
        var bars: [Bar] = []
        var first = 0

        func position(_ index: Int) -> Int { (first + index) & (SecondBarLedger.barsMax - 1) }
        var newest: Int64 { bars.isEmpty ? .min : bars[position(bars.count - 1)].start }
    }

    /// Place of each row in `places`, −1 for none.
    private var placeOfRow: [Int32] = []
    private var places: [Bars] = []

    /// A ledger of no rows.
    package init(rowsMax: Int = 4096) { self.rowsMax = max(1, rowsMax) }

    /// Rows remembered now.
    package var rowCount: Int { places.count }

    /// Bars remembered of a row.
    package func barCount(row: Int) -> Int { place(of: row).map { places[$0].bars.count } ?? 0 }

    /// Enters a bar that starts at `start` (ns) with its volume (shares), high and low (USD).
    package mutating func put(row: Int, start: Int64, volume: Double, high: Double, low: Double) -> Outcome {
        let place = takePlace(for: row)
        return places[place].put(Bar(start: start, volume: volume, high: high, low: low))
    }

    /// Forgets a row that is no longer streamed.
    package mutating func forget(row: Int) {
        guard let place = place(of: row) else { return }
        placeOfRow[row] = -1
        let last = places.removeLast()
        guard place < places.count else { return }
        places[place] = last
        placeOfRow[Int(last.row)] = Int32(place)
    }

    /// Forgets everything, for a new day.
    package mutating func reset() {
        placeOfRow.removeAll()
        places.removeAll()
    }

    private func place(of row: Int) -> Int? {
        guard row < placeOfRow.count, placeOfRow[row] >= 0 else { return nil }
        return Int(placeOfRow[row])
    }

    private mutating func takePlace(for row: Int) -> Int {
        if let known = place(of: row) { return known }
        if row >= placeOfRow.count {
            placeOfRow.append(contentsOf: repeatElement(-1, count: row + 1 - placeOfRow.count))
        }
        if places.count >= rowsMax, let stalest = places.min(by: { $0.newest < $1.newest }) {
            forget(row: Int(stalest.row))
        }
        placeOfRow[row] = Int32(places.count)
        places.append(Bars(row: Int32(row)))
        return places.count - 1
    }
}

extension SecondBarLedger.Bars {
    fileprivate mutating func put(_ bar: SecondBarLedger.Bar) -> SecondBarLedger.Outcome {
        var index = bars.count
        while index > 0, bars[position(index - 1)].start > bar.start { index -= 1 }
        if index > 0, bars[position(index - 1)].start == bar.start {
            return replace(position(index - 1), with: bar)
        }
        guard bars.count == SecondBarLedger.barsMax else {
            // Not full, so nothing has gone round yet: `first` is 0.
            bars.insert(bar, at: index)
            return .new
        }
        guard index > 0 else { return .tooOld }
        if index == bars.count {
            // The usual case, the newest of all: it takes the oldest's place and the ring turns.
            bars[first] = bar
            first = position(1)
            return .new
        }
        // A late one: the oldest leaves, and those before it move down by one.
        for older in 0..<index - 1 { bars[position(older)] = bars[position(older + 1)] }
        bars[position(index - 1)] = bar
        return .new
    }

    private mutating func replace(_ position: Int, with bar: SecondBarLedger.Bar) -> SecondBarLedger.Outcome {
        let old = bars[position]
        if old.volume == bar.volume, old.high == bar.high, old.low == bar.low { return .unchanged }
        bars[position] = bar
        return .replaced(volumeDelta: bar.volume - old.volume)
    }
}
