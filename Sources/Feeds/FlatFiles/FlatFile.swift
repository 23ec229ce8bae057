package import EngineAPI
package import MarketTime

/// The vendor's whole-market files: one a day, gzip, CSV with one line per ticker and bar.
package enum FlatFileKind: String, Hashable, Sendable, CaseIterable {
    /// One-minute bars.
    case minuteBars = "minute_aggs_v1"
    /// One bar per ticker.
    case dailyBars = "day_aggs_v1"

    /// Where the vendor keeps a day's file: `us_stocks_sip/minute_aggs_v1/2024/03/2024-03-08.csv.gz`.
    package func key(of day: DayID) -> String { "\(Self.market)/\(rawValue)/\(Self.dated(day))" }

    /// The folder of US stocks.
    static let market = "us_stocks_sip"

    /// `2024/03/2024-03-08.csv.gz`.
    static func dated(_ day: DayID) -> String {
        let name = fileName(day)
        return "\(name.prefix(4))/\(name.dropFirst(5).prefix(2))/\(name)"
    }

    /// `2024-03-08.csv.gz`.
    static func fileName(_ day: DayID) -> String { day.iso + ".csv.gz" }
}

/// How far the reading of a flat file has come.
package struct FlatFileProgress: Hashable, Sendable {
    /// Bytes read, packed.
    package var bytes = 0
    /// Bytes the file has, packed; nil when the server does not tell.
    package var expectedBytes: Int?
    /// Rows read.
    package var rows = 0

    /// Nothing read.
    package init() {}
}

/// A day of the whole market from its one-minute bars.
package struct FlatFileMinutes: Sendable {
    /// The day.
    package let day: DayID
    /// One row per ticker with trades, as traded; average prices are unknown, because the file has none.
    package let history: SlotHistory
    /// Rows left out.
    package let rejections: BarRejections
    /// Rows of the file.
    package let rows: Int

    /// What makes a store keep it: the day, with nothing missing.
    package var write: BackfillWrite { .wholeDay(day, history, source: .flatFile) }
}

/// A day's bars of the whole market.
package struct FlatFileDailyBars: Sendable {
    /// The day.
    package let day: DayID
    /// One bar per ticker, in the file's order; average prices are NaN, because the file has none.
    package let bars: [DailyBar]
    /// Rows left out.
    package let rejections: BarRejections
    /// Rows of the file.
    package let rows: Int

    /// What makes a store keep them.
    package var write: BackfillWrite { .dailyBars(day, bars) }
}

/// Bounds of what is read from one file; a real day has 1 to 3 million rows of about 60 bytes.
enum FlatFileLimits {
    /// Unpacked bytes.
    static let unpackedBytes = 8 << 30
    /// Unpacked bytes for a packed one, beyond the first ``unpackedBytesFree``; real files have 4 to 6.
    static let unpackedRatio = 100
    /// Unpacked bytes that any file may have.
    static let unpackedBytesFree = 4 << 20
    /// Rows.
    static let rows = 20_000_000
    /// Rows of a file whose tickers are not together, which are all held in memory: 24 bytes each.
    static let rowsInAnyOrder = 4_000_000
    /// Bytes of a line.
    static let lineBytes = 4096
    /// Columns of the header.
    static let columns = 64
    /// Tickers; each takes 3 KiB of result.
    static let tickers = 50_000
}
