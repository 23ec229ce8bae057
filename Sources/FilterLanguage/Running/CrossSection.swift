/// What a value is worth among all rows: worked out in place over a whole column, rows without a value staying without.
enum CrossSection {
    /// Replaces each value by its rank, percentile or z-score.
    ///
    /// Rank: 1 + how many are strictly larger. Percentile: percent of the values strictly below. Z-score: distance from the mean in
    /// standard deviations (of the population); missing where all are equal.
    static func replace(_ values: UnsafeMutableBufferPointer<Double>, by function: FilterFunction) {
        switch function {
        case .rank: replaceByPlace(values) { _, last, count in Double(count - last + 1) }
        case .pctile: replaceByPlace(values) { first, _, count in 100 * Double(first) / Double(count) }
        case .zscore: replaceByScore(values)
        case .abs, .min, .max: preconditionFailure("Invariant: only functions over all rows are derived columns")
        }
    }

    private static func replaceByScore(_ values: UnsafeMutableBufferPointer<Double>) {
        var (count, sum) = (0, 0.0)
        for value in values where !value.isNaN {
            count += 1
            sum += value
        }
        let mean = sum / Double(count)
        var squares = 0.0
        for value in values where !value.isNaN { squares += (value - mean) * (value - mean) }
        let deviation = (squares / Double(count)).squareRoot()
        for row in values.indices { values[row] = Sweep.finite((values[row] - mean) / deviation) }
    }

    /// Sorts the known values and gives each what `result` makes of the places its equals take: the first, the one after the
    /// last (places count from 0), and how many values there are.
    private static func replaceByPlace(
        _ values: UnsafeMutableBufferPointer<Double>,
        _ result: (_ first: Int, _ last: Int, _ count: Int) -> Double
    ) {
        var entries: [Entry] = []
        entries.reserveCapacity(values.count)
        for row in values.indices where !values[row].isNaN {
            entries.append(Entry(key: sortKey(values[row]), row: UInt32(row)))
        }
        sort(&entries)
        var first = 0
        while first < entries.count {
            var last = first + 1
            while last < entries.count, entries[last].key == entries[first].key { last += 1 }
            let value = result(first, last, entries.count)
            for entry in entries[first..<last] { values[Int(entry.row)] = value }
            first = last
        }
    }

    private struct Entry {
        var key: UInt64
        var row: UInt32
    }

    /// Grows with the value; both zeros have the same.
    private static func sortKey(_ value: Double) -> UInt64 {
        let bits = (value + 0).bitPattern
        return bits >> 63 == 0 ? bits | (1 << 63) : ~bits
    }

    /// By digits of a byte, the least first: eight passes, fewer where a digit is the same everywhere.
    private static func sort(_ entries: inout [Entry]) {
        var other = entries
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            var places = [Int](repeating: 0, count: 257)
            for entry in entries { places[Int(truncatingIfNeeded: (entry.key >> shift) & 255) + 1] += 1 }
            if places.contains(entries.count) { continue }
            for digit in 1...256 { places[digit] += places[digit - 1] }
            for entry in entries {
                let digit = Int(truncatingIfNeeded: (entry.key >> shift) & 255)
                other[places[digit]] = entry
                places[digit] += 1
            }
            swap(&entries, &other)
        }
    }
}
