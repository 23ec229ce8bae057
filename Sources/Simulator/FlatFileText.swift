package import MarketTime

/// The text of the vendor's whole-market day files.
package enum FlatFileText {
    /// Which file.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// One row for each ticker and minute with trades.
        case minuteBars = "minute_aggs_v1"
        /// One row for each ticker with an official price.
        case dayBars = "day_aggs_v1"
    }

    /// The first line.
    package static let header = "ticker,volume,open,close,high,low,window_start,transactions\n"
    private static let chunkBytes = 1 << 17

    /// Writes a day's file as CSV, tickers in the order of their bytes, the rows of each in order of time; returns the rows
    /// below the header.
    ///
    /// The numbers are those of the aggregates as traded (`adjusted=false`); `window_start` is in nanoseconds. `chunk` gets
    /// some 128 KB at a time, valid during the call; nothing is held beyond that. `mustStop` is asked between tickers: the
    /// text ends there. About 0.2 µs a row.
    package static func write(
        _ kind: Kind,
        on day: DayID,
        of reader: MarketReader,
        mustStop: () -> Bool = { false },
        chunk: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows -> Int {
        let bytes = JSONBytes(capacity: 2 * chunkBytes)
        let end = NewYork.instant(day, secondOfDay: Slot.dayEndSecond)
        var rows = 0
        bytes.text(header)
        for ticker in reader.market.indicesByTicker {
            if mustStop() { break }
            let name = reader.market.listings[ticker].ticker
            switch kind {
            case .minuteBars:
                reader.forEachBar(.minute, on: day, of: ticker, asOf: end) { bar in
                    writeRow(bar, name: name, into: bytes)
                    rows += 1
                }
            case .dayBars:
                if let bar = reader.dailyBar(on: day, of: ticker), bar.price.open > 0 {
                    writeRow(bar, name: name, into: bytes)
                    rows += 1
                }
            }
            if bytes.count >= chunkBytes {
                try bytes.withBytes(chunk)
                bytes.removeAll()
            }
        }
        if bytes.count > 0 { try bytes.withBytes(chunk) }
        return rows
    }

    @inline(__always)
    private static func writeRow(_ bar: SimulatedBar, name: String, into bytes: JSONBytes) {
        bytes.text(name)
        bytes.byte(0x2C)
        bytes.decimal(bar.volumeMicro, decimals: 6)
        bytes.byte(0x2C)
        bytes.decimal(bar.price.open, decimals: 4)
        bytes.byte(0x2C)
        bytes.decimal(bar.price.close, decimals: 4)
        bytes.byte(0x2C)
        bytes.decimal(bar.price.high, decimals: 4)
        bytes.byte(0x2C)
        bytes.decimal(bar.price.low, decimals: 4)
        bytes.byte(0x2C)
        bytes.integer(bar.startMs * 1_000_000)
        bytes.byte(0x2C)
        bytes.integer(Int64(bar.trades))
        bytes.byte(0x0A)
    }
}
