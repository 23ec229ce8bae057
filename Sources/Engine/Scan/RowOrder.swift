import EngineAPI
import MarketData

// Only the rows of a window are wanted in order, and of a list its first hundred: a heap over the survivors finds them in one
// pass (11,000 rows: tens of µs) where a sort takes a millisecond. The rest stays behind it, to be put in order when asked for.

/// A row with its value of the first sort key, so that a compare rarely touches other memory.
struct RankEntry {
    /// The smaller, the higher the rank; missing is infinite.
    var key: Double
    var row: Int32
    /// Which questions it matches: in bytes that would lie idle otherwise.
    var matches = Matches.query

    /// Which questions a row matches; none for a pinned ticker that matches neither.
    struct Matches {
        private var bits: UInt8

        static let none = Self(bits: 0)
        static let query = Self(bits: 1)
        static let before = Self(bits: 2)
        static let both = Self(bits: 3)

        /// Whether it matches any.
        var isAny: Bool { bits != 0 }
        /// What becomes of the row.
        var move: RowMove { bits == 1 ? .enters : bits == 2 ? .leaves : .stays }
    }
}

/// The order of rows by sort keys over columns of one moment; ties go by symbol.
struct RowOrder {
    /// A key after the first; without values the symbol itself.
    private struct Key {
        var values: [Double]?
        var descending: Bool
    }

    private let first: [Double]?
    private let firstDescending: Bool
    private let later: [Key]
    private let symbols: [Symbol]

    /// The order by these keys; none is the order by symbol.
    init(_ keys: [SortKey], _ data: ScanData) {
        let sortable = keys.filter { ColumnDescriptor.of($0.column)?.isSortable ?? false || $0.column == .symbol }
        let byNumber = sortable.first.flatMap { key in data.sortValues(key.column) }
        first = byNumber
        firstDescending = sortable.first?.descending ?? false
        // The symbol as the first key is compared after an equal key of all.
        let rest = byNumber == nil ? sortable[...] : sortable.dropFirst()
        later = rest.map { Key(values: data.sortValues($0.column), descending: $0.descending) }
        symbols = data.symbols
    }

    /// A row as it is ranked.
    @inline(__always)
    func entry(_ row: Int) -> RankEntry {
        guard let first else { return RankEntry(key: 0, row: Int32(truncatingIfNeeded: row)) }
        let value = first[row]
        let key = value.isNaN ? .infinity : (firstDescending ? -value : value)
        return RankEntry(key: key, row: Int32(truncatingIfNeeded: row))
    }

    /// Whether a row ranks higher than another.
    @inline(__always)
    func precedes(_ left: RankEntry, _ right: RankEntry) -> Bool {
        if left.key != right.key { return left.key < right.key }
        return breaksTie(left, right)
    }

    private func breaksTie(_ left: RankEntry, _ right: RankEntry) -> Bool {
        let (a, b) = (Int(left.row), Int(right.row))
        for key in later {
            guard let values = key.values else {
                if symbols[a] != symbols[b] { return (symbols[a] < symbols[b]) != key.descending }
                continue
            }
            let (x, y) = (values[a], values[b])
            if x.isNaN || y.isNaN {
                if x.isNaN != y.isNaN { return y.isNaN }
            } else if x != y {
                return key.descending ? x > y : x < y
            }
        }
        return symbols[a] < symbols[b]
    }

    /// Brings those of the first `end` ranks into order at the front, when the first `start` are so already.
    func arrange(_ entries: inout [RankEntry], from start: Int, to end: Int) {
        let end = min(end, entries.count)
        guard start < end else { return }
        // A heap of a large part of all is dearer than sorting all.
        guard (end - start) * 4 <= entries.count - start else {
            entries[start...].sort(by: precedes)
            return
        }
        entries.withUnsafeMutableBufferPointer { all in
            let count = end - start
            let heap = UnsafeMutableBufferPointer(rebasing: all[start..<end])
            for root in stride(from: count / 2 - 1, through: 0, by: -1) { sink(heap, root) }
            for index in end..<all.count where precedes(all[index], heap[0]) {
                swap(&heap[0], &all[index])
                sink(heap, 0)
            }
        }
        entries[start..<end].sort(by: precedes)
    }

    /// Puts an entry of a heap with the lowest rank on top where it belongs.
    @inline(__always)
    private func sink(_ heap: UnsafeMutableBufferPointer<RankEntry>, _ start: Int) {
        let entry = heap[start]
        var place = start
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, precedes(heap[child], heap[child + 1]) { child += 1 }
            guard precedes(entry, heap[child]) else { break }
            heap[place] = heap[child]
            place = child
        }
        heap[place] = entry
    }
}
