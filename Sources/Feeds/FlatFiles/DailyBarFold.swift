import EngineAPI
import MarketData
import MarketTime

/// Daily bars of a file: one per ticker; of two the later one counts.
struct DailyBarFold: FlatFileFold, ~Copyable {
    /// Largest price that is believed, USD; the dearest share costs below 1e6.
    private static let priceMax = 1e8
    /// Largest volume that is believed, shares.
    private static let volumeMax = 1e12

    private let startNs: Int64
    private let endNs: Int64
    private(set) var bars: [DailyBar] = []
    private(set) var rejections = BarRejections()
    private var indexes: [Symbol: Int] = [:]

    /// A fold for bars that start on a day, midnight to midnight in New York.
    init(day: DayID) {
        startNs = NewYork.instant(day, secondOfDay: 0).nanoseconds
        endNs = NewYork.instant(day.adding(days: 1), secondOfDay: 0).nanoseconds
    }

    mutating func add(_ row: FlatFileRow) throws(FlatFileError.Problem) {
        guard row.isWellFormed, let symbol = Symbol(utf8: row.ticker), Self.arePrices(row) else {
            rejections.malformed += 1
            return
        }
        guard row.start >= startNs, row.start < endNs else {
            rejections.otherDay += 1
            return
        }
        // False for NaN too.
        guard row.volume >= 0, row.volume <= Self.volumeMax else {
            rejections.badVolume += 1
            return
        }
        let bar = DailyBar(
            symbol: symbol,
            open: row.open,
            high: row.high,
            low: row.low,
            close: row.close,
            volume: row.volume,
            vwap: .nan,
            trades: row.trades == SlotHistory.unknownTrades ? nil : Int(row.trades)
        )
        if let index = indexes[symbol] {
            rejections.duplicate += 1
            bars[index] = bar
            return
        }
        guard bars.count < FlatFileLimits.tickers else {
            throw .tooLarge("more than \(FlatFileLimits.tickers) tickers")
        }
        indexes[symbol] = bars.count
        bars.append(bar)
    }

    private static func arePrices(_ row: FlatFileRow) -> Bool {
        // False for NaN too.
        row.low > 0 && row.high <= priceMax && row.low <= row.high
            && row.low <= row.open && row.open <= row.high && row.low <= row.close && row.close <= row.high
    }
}
