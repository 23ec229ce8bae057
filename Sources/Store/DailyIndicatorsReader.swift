import Analytics
import EngineAPI
import GRDB
import MarketData
import MarketTime

/// One run of ``TradeulStore/loadDaily(_:)``: a walk over daily bars, newest day first.
///
/// 450 bytes a symbol are held, whatever the number of days.
struct DailyIndicatorsReader {
    private let request: DailyRequest
    private let splits: SplitFactors
    private var fold = DailyIndicatorsFold()
    private var index = SymbolIndex()
    /// Rows whose symbol is none.
    private(set) var damagedRows = 0

    init(request: DailyRequest, _ db: Database) throws {
        self.request = request
        splits = try SplitTable.factors(through: request.tradingDay, symbol: nil, db)
    }

    /// Folds the bars of a request's days; one that is not before the trading day, or not older than the day before it in
    /// the list, is passed over.
    mutating func readBars(_ db: Database) throws {
        var last = request.tradingDay
        for (position, day) in request.days.prefix(DailyRequest.dayCount).enumerated() where day < last {
            last = day
            try readDay(day, daysBack: position + 1, db)
        }
    }

    private mutating func readDay(_ day: DayID, daysBack: Int, _ db: Database) throws {
        let select = try RawStatement(
            db,
            "SELECT symbol, open, high, low, close, volume FROM daily_bars WHERE date = ?1 ORDER BY symbol"
        )
        defer { select.reset() }
        try select.bind(1, day.iso)
        index.beginPass()
        while try select.step() {
            guard let symbol = Symbol(utf8: select.bytes(0)) else {
                damagedRows += 1
                continue
            }
            let volume = select.number(5)
            guard volume.isFinite, volume >= 0 else { continue }
            let row = index.row(of: symbol)
            if row == fold.rowCount { fold.addRow() }
            fold.add(
                row: row,
                open: select.number(1),
                high: select.number(2),
                low: select.number(3),
                close: select.number(4),
                volume: volume,
                factor: splits.factor(symbol, on: day),
                daysBack: daysBack
            )
        }
    }

    /// The indicators of all symbols met.
    consuming func finish() -> DailyIndicators {
        let symbols = index.symbols
        let columns = fold.finish()
        var result = DailyIndicators(request: request)
        result.symbols = symbols
        result.previousOpen = columns.previousOpen
        result.previousClose = columns.previousClose
        result.previousChangePercent = columns.previousChangePercent
        result.averageVolume20 = columns.averageVolume20
        result.averageVolume3m = columns.averageVolume3m
        result.averageDollarVolume = columns.averageDollarVolume
        result.meanGain = columns.meanGain
        result.meanLoss = columns.meanLoss
        result.upDays = columns.upDays
        func byNumber(_ numbers: [Int], _ columns: [[Double]]) -> [Int: [Double]] {
            Dictionary(uniqueKeysWithValues: zip(numbers, columns))
        }
        result.closeSums = byNumber(DailyIndicatorsFold.sumLengths, columns.closeSums)
        result.closes = byNumber(DailyIndicatorsFold.closeDays, columns.closes)
        result.highs = byNumber(DailyIndicatorsFold.rangeLengths, columns.highs)
        result.lows = byNumber(DailyIndicatorsFold.rangeLengths, columns.lows)
        return result
    }
}
