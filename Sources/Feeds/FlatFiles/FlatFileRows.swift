// The inner loop of an import. Swift over raw pointers: the text of every region ends with a line break, which ends every
// field too, so no byte is compared with an end. A number of up to 18 figures is an integer over a power of ten, which is
// exact; anything else (an exponent, more figures, a sign) goes through the standard library's conversion, which knows no
// locale.

import EngineAPI

/// One line of a flat file.
struct FlatFileRow {
    /// The bytes of the ticker; valid until the next row.
    var ticker = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    /// ns since the epoch.
    var start: Int64 = 0
    /// Shares; NaN when it is no number.
    var volume = Double.nan
    /// Own trades, or ``SlotHistory/unknownTrades``.
    var trades = SlotHistory.unknownTrades
    /// USD; NaN when it is no number or not wanted.
    var open = Double.nan
    /// USD; see `open`.
    var high = Double.nan
    /// USD; see `open`.
    var low = Double.nan
    /// USD; see `open`.
    var close = Double.nan
    /// Whether it has a time, a count of trades that can be read, and as many fields as the header.
    var isWellFormed = true
}

/// Who takes rows.
protocol FlatFileFold: ~Copyable {
    /// Takes a row, or counts it as left out.
    mutating func add(_ row: FlatFileRow) throws(FlatFileError.Problem)
}

/// Reads lines into rows.
struct FlatFileRows {
    static let lineTooLong = FlatFileError.Problem.notTable("a line has more than \(FlatFileLimits.lineBytes) bytes")

    private let columns: FlatFileColumns

    init(_ columns: FlatFileColumns) { self.columns = columns }

    /// Hands every row of some text, which ends with a line break, to a fold; returns how many there were.
    ///
    /// Empty lines are no rows.
    func parse<Fold: FlatFileFold & ~Copyable>(
        _ text: UnsafeRawBufferPointer,
        into fold: inout Fold
    ) throws(FlatFileError.Problem) -> Int {
        guard text.last == FieldCursor.lineFeed, let base = text.bindMemory(to: UInt8.self).baseAddress else {
            preconditionFailure("Invariant: a region of lines ends with a line break")
        }
        let end = base + text.count
        var cursor = FieldCursor(at: base)
        var rows = 0
        while cursor.place < end {
            let start = cursor.place
            if cursor.skipEmptyLine() { continue }
            try fold.add(row(&cursor))
            rows += 1
            guard cursor.place - start <= FlatFileLimits.lineBytes else { throw Self.lineTooLong }
        }
        return rows
    }

    @inline(__always)
    private func row(_ cursor: inout FieldCursor) -> FlatFileRow {
        var row = FlatFileRow()
        var left = columns.roles.count
        for role in columns.roles {
            switch role {
            case .other: cursor.skip()
            case .ticker: row.ticker = cursor.text()
            case .volume: row.volume = cursor.decimal()
            case .start:
                if let start = cursor.integer() { row.start = start } else { row.isWellFormed = false }
            case .trades:
                if let trades = cursor.trades() { row.trades = trades } else { row.isWellFormed = false }
            case .open: row.open = cursor.decimal()
            case .high: row.high = cursor.decimal()
            case .low: row.low = cursor.decimal()
            case .close: row.close = cursor.decimal()
            }
            left -= 1
            if left == 0 || cursor.isAtLineEnd { break }
            cursor.step()
        }
        if left > 0 || !cursor.isAtLineEnd {
            row.isWellFormed = false
            cursor.skipLine()
        }
        cursor.step()
        return row
    }
}
