import EngineAPI
import Glibc
import History
import MarketData
import MarketTime

/// A fold that ends in the day's slots of all tickers.
protocol MinuteFold: FlatFileFold, ~Copyable {
    init(day: DayID)
    /// What has come of the rows.
    consuming func finish() -> (history: SlotHistory, rejections: BarRejections)
}

/// Minute bars of a file whose rows stand together by ticker, as the vendor's do: one ticker's minutes at a time.
struct GroupedMinuteFold: MinuteFold, ~Copyable {
    private var fold: DayBarFold
    private var history = SlotHistory()
    private var malformed = 0
    /// The ticker whose rows are coming; nil before the first, and while rows without a usable ticker come.
    private var symbol: Symbol?
    private var done: Set<Symbol> = []
    /// The bytes of the last row's ticker: most rows have that of the row before.
    private let lastBytes: UnsafeMutablePointer<UInt8>
    private var lastCount = -1

    init(day: DayID) {
        fold = DayBarFold(day: day)
        lastBytes = .allocate(capacity: Symbol.maxLength)
    }

    deinit { lastBytes.deallocate() }

    mutating func add(_ row: FlatFileRow) throws(FlatFileError.Problem) {
        if !isLast(row.ticker) { try begin(row.ticker) }
        guard symbol != nil, row.isWellFormed else {
            malformed += 1
            return
        }
        fold.add(startNanoseconds: row.start, volume: row.volume, trades: row.trades)
    }

    consuming func finish() -> (history: SlotHistory, rejections: BarRejections) {
        endGroup()
        var rejections = fold.takeRejections()
        rejections.malformed += malformed
        return (history, rejections)
    }

    @inline(__always)
    private func isLast(_ ticker: UnsafeBufferPointer<UInt8>) -> Bool {
        guard ticker.count == lastCount, let bytes = ticker.baseAddress else { return false }
        return memcmp(bytes, lastBytes, lastCount) == 0
    }

    @inline(never)
    private mutating func begin(_ ticker: UnsafeBufferPointer<UInt8>) throws(FlatFileError.Problem) {
        endGroup()
        symbol = Symbol(utf8: ticker)
        guard let symbol, let bytes = ticker.baseAddress else {
            lastCount = -1
            return
        }
        guard done.insert(symbol).inserted else { throw .notGrouped }
        guard done.count <= FlatFileLimits.tickers else {
            throw .tooLarge("more than \(FlatFileLimits.tickers) tickers")
        }
        lastBytes.update(from: bytes, count: ticker.count)
        lastCount = ticker.count
    }

    private mutating func endGroup() {
        guard let symbol else { return }
        fold.append(symbol, to: &history)
        fold.reset(day: fold.day)
        self.symbol = nil
    }
}

/// Minute bars of a file in any order, as after sorting by time: all rows are held until the last has come.
struct ScatteredMinuteFold: MinuteFold, ~Copyable {
    private struct Bar {
        var start: Int64
        var volume: Double
        var trades: Int32
        var ticker: Int32
    }

    private let day: DayID
    private var bars: [Bar] = []
    private var symbols: [Symbol] = []
    private var rowsOf: [Int32] = []
    private var indexes: [Symbol: Int32] = [:]
    private var malformed = 0

    init(day: DayID) { self.day = day }

    mutating func add(_ row: FlatFileRow) throws(FlatFileError.Problem) {
        guard row.isWellFormed, let symbol = Symbol(utf8: row.ticker) else {
            malformed += 1
            return
        }
        guard bars.count < FlatFileLimits.rowsInAnyOrder else {
            throw .tooLarge(
                "more than \(FlatFileLimits.rowsInAnyOrder) rows that are not in the order of their tickers"
            )
        }
        let ticker = try index(of: symbol)
        rowsOf[Int(ticker)] += 1
        bars.append(Bar(start: row.start, volume: row.volume, trades: row.trades, ticker: ticker))
    }

    consuming func finish() -> (history: SlotHistory, rejections: BarRejections) {
        // Rows by ticker, in the file's order within each: where a ticker's rows begin, then where the next one goes.
        var next: [Int] = []
        var sum = 0
        for rows in rowsOf {
            next.append(sum)
            sum += Int(rows)
        }
        let starts = next
        var order = [Int32](repeating: 0, count: bars.count)
        for (row, bar) in bars.enumerated() {
            order[next[Int(bar.ticker)]] = Int32(row)
            next[Int(bar.ticker)] += 1
        }
        var fold = DayBarFold(day: day)
        var history = SlotHistory()
        for (ticker, symbol) in symbols.enumerated() {
            fold.reset(day: day)
            for row in order[starts[ticker]..<next[ticker]] {
                let bar = bars[Int(row)]
                fold.add(startNanoseconds: bar.start, volume: bar.volume, trades: bar.trades)
            }
            fold.append(symbol, to: &history)
        }
        var rejections = fold.takeRejections()
        rejections.malformed += malformed
        return (history, rejections)
    }

    private mutating func index(of symbol: Symbol) throws(FlatFileError.Problem) -> Int32 {
        if let index = indexes[symbol] { return index }
        guard symbols.count < FlatFileLimits.tickers else {
            throw .tooLarge("more than \(FlatFileLimits.tickers) tickers")
        }
        let index = Int32(symbols.count)
        indexes[symbol] = index
        symbols.append(symbol)
        rowsOf.append(0)
        return index
    }
}
