import CFastJSON
package import EngineAPI
import MarketData
package import MarketTime
package import Network

extension PolygonDecoder {
    /// A page of `GET /v2/aggs/ticker/{T}/range/…`; no bars where the vendor has none.
    package func barPage(_ body: ResponseBody) throws(DecodeError) -> BarPage {
        var bars = fastjson_bars()
        try read(body, rowsMax: Int(FASTJSON_BARS_MAX)) { fastjson_decode_range($0, $1, $2, &bars) }
        let count = bars.count
        return BarPage(
            startMs: Array(UnsafeBufferPointer(start: bars.time, count: count)),
            volume: Array(UnsafeBufferPointer(start: bars.volume, count: count)),
            vwap: Array(UnsafeBufferPointer(start: bars.vwap, count: count)),
            trades: Array(UnsafeBufferPointer(start: bars.trades, count: count)),
            malformed: bars.malformed,
            nextURL: bars.next_url.map { String(cString: $0) }
        )
    }

    /// `GET /v2/aggs/grouped/locale/us/market/stocks/{date}`: the bars of `day`; none on a day without trading.
    ///
    /// Left out and counted: bars of another day, or with a volume that cannot be. The end of a bar's window may be
    /// midnight, so a bar is of the day before its time or of the day of it. The vendor's order; symbols may repeat.
    package func dailyBars(
        _ body: ResponseBody,
        of day: DayID
    ) throws(DecodeError) -> VendorPage<DailyBar> {
        var bars = fastjson_bars()
        try read(body, rowsMax: Int(FASTJSON_BARS_MAX)) { fastjson_decode_grouped($0, $1, $2, &bars) }
        var page = VendorPage<DailyBar>(rejected: bars.malformed, nextURL: bars.next_url.map { String(cString: $0) })
        guard let packed = UnsafeRawPointer(bars.symbols) else { return page }
        page.rows.reserveCapacity(bars.count)
        let bounds = DayBounds(day)
        for row in 0..<bars.count {
            guard bounds.contains(endMs: bars.time[row]), (0...Self.dailyVolumeMax).contains(bars.volume[row]) else {
                page.rejected += 1
                continue
            }
            let trades = bars.trades[row]
            page.rows.append(
                DailyBar(
                    symbol: Symbol(packedBytes: packed + row * Int(FASTJSON_SYMBOL_BYTES)),
                    open: bars.open[row],
                    high: bars.high[row],
                    low: bars.low[row],
                    close: bars.close[row],
                    volume: bars.volume[row],
                    vwap: bars.vwap[row],
                    trades: trades < 0 ? nil : Int(trades)
                )
            )
        }
        return page
    }

    /// `GET /v3/reference/splits` or `GET /stocks/v1/splits`, in the vendor's order.
    package func splits(_ body: ResponseBody) throws(DecodeError) -> VendorPage<StockSplit> {
        var splits = fastjson_splits()
        try read(body, rowsMax: Int(FASTJSON_SPLITS_MAX)) { fastjson_decode_splits($0, $1, $2, &splits) }
        var page = VendorPage<StockSplit>(
            rejected: splits.malformed,
            nextURL: splits.next_url.map { String(cString: $0) }
        )
        for row in UnsafeBufferPointer(start: splits.rows, count: splits.count) {
            let symbol = withUnsafeBytes(of: row.symbol) { $0.baseAddress.map { Symbol(packedBytes: $0) } }
            guard let symbol, let date = DayID(iso: text(of: row.execution_date)),
                let split = StockSplit(symbol: symbol, executionDate: date, from: row.from, to: row.to)
            else {
                page.rejected += 1
                continue
            }
            page.rows.append(split)
        }
        return page
    }

    /// `GET /v3/reference/tickers/{T}`: `list_date`; nil when absent or no date.
    package func listing(_ body: ResponseBody) throws(DecodeError) -> DayID? {
        var listing = fastjson_listing()
        try read(body) { fastjson_decode_listing($0, $1, $2, &listing) }
        return DayID(iso: text(of: listing.list_date))
    }

    /// Shares of one symbol in one day beyond which a bar is not believed.
    private static let dailyVolumeMax = 1e13
}

/// One page of a symbol's bars; parallel columns in the vendor's order.
package struct BarPage: Sendable {
    /// Start of each bar's window, ms since the epoch.
    package var startMs: [Int64]
    /// Shares, fractions possible; unchecked, NaN when beyond every number.
    package var volume: [Double]
    /// USD; NaN when absent.
    package var vwap: [Double]
    /// Trades; -1 when absent.
    package var trades: [Int32]
    /// Elements that were no bar.
    package var malformed: Int
    /// Where the next page is, unchecked; nil on the last one.
    package var nextURL: String?
}

/// One page of rows.
package struct VendorPage<Row: Sendable>: Sendable {
    /// Usable rows, in the vendor's order.
    package var rows: [Row] = []
    /// Elements that could not be used.
    package var rejected = 0
    /// Where the next page is, unchecked; nil on the last one.
    package var nextURL: String?
}

/// Which moments can be the end of a daily bar's window.
private struct DayBounds {
    private let startMs: Int64
    private let endMs: Int64

    init(_ day: DayID) {
        startMs = NewYork.instant(day, secondOfDay: 0).milliseconds
        endMs = NewYork.instant(day.adding(days: 1), secondOfDay: 0).milliseconds
    }

    /// 0 is an absent time: the question named the day.
    func contains(endMs time: Int64) -> Bool { time == 0 || (time >= startMs && time <= endMs) }
}
