package import MarketData
import MarketTime

// Whoever conflates is behind already, so this costs little per event: symbols are hashed once a batch, everything per
// ticker lies in arrays by its index, and identities in one open-addressed table. 100,000 trades take a few milliseconds.

/// Puts events that wait too long together: what is left is bounded by the number of tickers, and no share is lost.
package enum StreamConflation {
    /// What became of the events.
    package struct Result: Sendable {
        /// The same market in fewer events: no single trades, but their sums.
        package var batch = StreamBatch()
        /// Single trades now summed; those that had been summed before do not count again.
        package var conflatedTrades = 0
        /// Single trades that occur more than once here; their sums count them once.
        package var duplicates = 0
        /// Quotes, bars and band messages left out in favour of newer ones.
        package var replaced = 0
        /// Single trades, quotes and bars of another time than may be.
        package var refused = 0
    }

    /// Band messages that are all kept; of more, only the newest of each ticker.
    package static let bandsMax = 4096

    /// Puts batches, given in the order of arrival, together into one.
    ///
    /// - Trades become sums per ticker, exact as far as `Double` is (whole shares up to 2^53); rows summed before are
    ///   merged. The newest by time sets the price, of equal times the one that arrived last. `isExtendedHours` tells of
    ///   a time (ns) whether it lies in an extended session.
    /// - Of quotes the newest of each ticker by time stays.
    /// - Of bars the newest by end of each ticker, kind and five minutes of its start stays, so that every slot keeps its
    ///   last cumulative volume; its high and low span those it stands for.
    /// - Band messages stay, up to ``bandsMax``.
    /// - Times of receipt are those of the oldest batch.
    /// - Trades, quotes and bars outside of `plausible` (ns) are left out: a sum with one of them in it would be of that
    ///   time as a whole.
    package static func conflate(
        _ batches: [StreamBatch],
        conditions: TradeConditions,
        plausible: ClosedRange<Int64> = .min ... .max,
        isExtendedHours: (Int64) -> Bool
    ) -> Result {
        var work = Conflater(plausible: plausible)
        for batch in batches {
            let map = work.intern(batch.symbols)
            work.sum(batch.trades, map, conditions, isExtendedHours)
            work.merge(batch.conflated, map)
            work.keepNewest(batch.quotes, map)
            work.keepNewest(batch.bars, map)
            work.keep(batch.bands, map)
            work.result.batch.rejections += batch.rejections
        }
        work.writeSums()
        work.boundBands()
        if let oldest = batches.min(by: { $0.receivedMonotonicNs < $1.receivedMonotonicNs }) {
            work.result.batch.receivedAt = oldest.receivedAt
            work.result.batch.receivedMonotonicNs = oldest.receivedMonotonicNs
        }
        return work.result
    }
}

/// The state of one conflation: where in the result each ticker's rows lie.
private struct Conflater {
    let plausible: ClosedRange<Int64>
    var result = StreamConflation.Result()
    private var indexBySymbol: [Symbol: Int32] = [:]
    /// Place of a ticker's sums in `sums`, −1 without any; by the result's symbol index.
    private var sumPlace: [Int32] = []
    /// Row by row, not column by column: a trade changes all of one row.
    private var sums: [Sums] = []
    /// Row of a ticker's quote, −1 without any.
    private var quoteRow: [Int32] = []
    private var barRow: [BarKey: Int32] = [:]
    private var seen = IdentitySet()

    init(plausible: ClosedRange<Int64>) { self.plausible = plausible }

    /// Whether an event may be of a time; counts it when not.
    @inline(__always)
    private mutating func admits(_ time: Int64) -> Bool {
        if plausible.contains(time) { return true }
        result.refused += 1
        return false
    }

    private struct BarKey: Hashable {
        var symbol: Int32
        var isMinute: Bool
        var slot: Int64
    }

    /// The result's index of each of a batch's symbols.
    mutating func intern(_ symbols: [Symbol]) -> [Int32] {
        symbols.map { symbol in
            if let known = indexBySymbol[symbol] { return known }
            let index = Int32(result.batch.symbols.count)
            indexBySymbol[symbol] = index
            result.batch.symbols.append(symbol)
            sumPlace.append(-1)
            quoteRow.append(-1)
            return index
        }
    }

    mutating func sum(
        _ trades: TradeColumns,
        _ map: [Int32],
        _ conditions: TradeConditions,
        _ isExtendedHours: (Int64) -> Bool
    ) {
        seen.reserve(trades.count)
        for index in 0..<trades.count where admits(trades.time[index]) {
            let symbol = map[Int(trades.symbol[index])]
            let identity = trades.identity[index]
            if identity != 0, !seen.insert(identity, symbol: symbol) {
                result.duplicates += 1
                continue
            }
            let time = trades.time[index]
            let size = trades.size[index]
            let price = trades.price[index]
            let effect = conditions.effect(of: trades.conditions[index], isExtendedHours: isExtendedHours(time))
            var sums = Sums(symbol: symbol, trades: 1, shares: size, volume: 0, firstTime: time, lastTime: time)
            if effect.contains(.volume) { sums.volume = size }
            if effect.contains(.last) {
                sums.price = price
                sums.priceTime = time
            }
            if effect.contains(.highLow) {
                sums.high = price
                sums.low = price
            }
            add(sums, symbol)
            result.conflatedTrades += 1
        }
    }

    mutating func merge(_ rows: ConflatedTrades, _ map: [Int32]) {
        for index in 0..<rows.count {
            let symbol = map[Int(rows.symbol[index])]
            let sums = Sums(
                symbol: symbol,
                trades: rows.trades[index],
                shares: rows.shares[index],
                volume: rows.volume[index],
                price: rows.price[index],
                priceTime: rows.priceTime[index],
                high: rows.high[index],
                low: rows.low[index],
                firstTime: rows.firstTime[index],
                lastTime: rows.lastTime[index]
            )
            add(sums, symbol)
        }
    }

    private struct Sums {
        var symbol: Int32
        var trades: Int32
        var shares: Double
        var volume: Double
        var price = Double.nan
        var priceTime: Int64 = 0
        var high = Double.nan
        var low = Double.nan
        var firstTime: Int64
        var lastTime: Int64

        mutating func add(_ other: Self) {
            trades &+= other.trades
            shares += other.shares
            volume += other.volume
            if !other.price.isNaN, price.isNaN || other.priceTime >= priceTime {
                price = other.price
                priceTime = other.priceTime
            }
            high = .maximum(high, other.high)
            low = .minimum(low, other.low)
            firstTime = min(firstTime, other.firstTime)
            lastTime = max(lastTime, other.lastTime)
        }
    }

    private mutating func add(_ more: Sums, _ symbol: Int32) {
        let place = Int(sumPlace[Int(symbol)])
        if place >= 0 {
            sums[place].add(more)
        } else {
            sumPlace[Int(symbol)] = Int32(sums.count)
            sums.append(more)
        }
    }

    /// Writes the sums into the result's columns.
    mutating func writeSums() {
        var rows = ConflatedTrades()
        rows.trades = sums.map(\.trades)
        rows.shares = sums.map(\.shares)
        rows.volume = sums.map(\.volume)
        rows.price = sums.map(\.price)
        rows.priceTime = sums.map(\.priceTime)
        rows.high = sums.map(\.high)
        rows.low = sums.map(\.low)
        rows.firstTime = sums.map(\.firstTime)
        rows.lastTime = sums.map(\.lastTime)
        rows.symbol = sums.map(\.symbol)
        result.batch.conflated = rows
    }

    mutating func keepNewest(_ quotes: QuoteColumns, _ map: [Int32]) {
        for index in 0..<quotes.count where admits(quotes.time[index]) {
            let symbol = map[Int(quotes.symbol[index])]
            let known = Int(quoteRow[Int(symbol)])
            guard known >= 0 else {
                quoteRow[Int(symbol)] = Int32(result.batch.quotes.count)
                result.batch.quotes.symbol.append(symbol)
                result.batch.quotes.bid.append(quotes.bid[index])
                result.batch.quotes.ask.append(quotes.ask[index])
                result.batch.quotes.bidSize.append(quotes.bidSize[index])
                result.batch.quotes.askSize.append(quotes.askSize[index])
                result.batch.quotes.time.append(quotes.time[index])
                continue
            }
            result.replaced += 1
            guard quotes.time[index] >= result.batch.quotes.time[known] else { continue }
            result.batch.quotes.bid[known] = quotes.bid[index]
            result.batch.quotes.ask[known] = quotes.ask[index]
            result.batch.quotes.bidSize[known] = quotes.bidSize[index]
            result.batch.quotes.askSize[known] = quotes.askSize[index]
            result.batch.quotes.time[known] = quotes.time[index]
        }
    }

    mutating func keepNewest(_ bars: BarColumns, _ map: [Int32]) {
        for index in 0..<bars.count where admits(bars.start[index]) {
            let symbol = map[Int(bars.symbol[index])]
            let slot = bars.start[index] / 300_000_000_000
            let key = BarKey(symbol: symbol, isMinute: bars.isMinute[index], slot: slot)
            guard let known = barRow[key].map(Int.init) else {
                barRow[key] = Int32(result.batch.bars.count)
                result.batch.bars.append(bars, index, symbol: symbol)
                continue
            }
            result.replaced += 1
            let high = Double.maximum(result.batch.bars.high[known], bars.high[index])
            let low = Double.minimum(result.batch.bars.low[known], bars.low[index])
            if bars.end[index] >= result.batch.bars.end[known] { result.batch.bars.replace(known, with: bars, index) }
            result.batch.bars.high[known] = high
            result.batch.bars.low[known] = low
        }
    }

    mutating func keep(_ bands: BandColumns, _ map: [Int32]) {
        for index in 0..<bands.count {
            result.batch.bands.append(bands, index, symbol: map[Int(bands.symbol[index])])
        }
    }

    /// Leaves only each ticker's newest message when there are too many.
    mutating func boundBands() {
        let bands = result.batch.bands
        guard bands.count > StreamConflation.bandsMax else { return }
        var newest = [Int](repeating: -1, count: result.batch.symbols.count)
        for index in 0..<bands.count {
            let symbol = Int(bands.symbol[index])
            if newest[symbol] < 0 || bands.time[index] >= bands.time[newest[symbol]] { newest[symbol] = index }
        }
        result.batch.bands = BandColumns()
        for index in 0..<bands.count where newest[Int(bands.symbol[index])] == index {
            result.batch.bands.append(bands, index, symbol: bands.symbol[index])
        }
        result.replaced += bands.count - result.batch.bands.count
    }
}

/// Identities of trades seen, open-addressed; only grows, and lives as long as one conflation.
private struct IdentitySet {
    private var keys: [UInt64] = []
    private var count = 0

    /// Makes room for so many more at less than half full.
    mutating func reserve(_ more: Int) {
        guard (count + more) * 2 > keys.count else { return }
        var size = 64
        while size < (count + more) * 2 { size *= 2 }
        let old = keys
        keys = Array(repeating: 0, count: size)
        for key in old where key != 0 { place(key) }
    }

    /// Adds a trade's identity; false when it was there.
    ///
    /// Room must have been made.
    mutating func insert(_ identity: UInt64, symbol: Int32) -> Bool {
        // Identities of different tickers may be equal (sequence numbers are); 0 marks an empty place.
        let mixed = identity ^ (UInt64(bitPattern: Int64(symbol)) &+ 1) &* 0x9E37_79B9_7F4A_7C15
        let key = mixed == 0 ? 1 : mixed
        var place = home(key)
        while keys[place] != 0 {
            if keys[place] == key { return false }
            place = (place + 1) & (keys.count - 1)
        }
        keys[place] = key
        count += 1
        return true
    }

    private mutating func place(_ key: UInt64) {
        var place = home(key)
        while keys[place] != 0 { place = (place + 1) & (keys.count - 1) }
        keys[place] = key
    }

    private func home(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0xD6E8_FEB8_6659_FD93) >> 32) & (keys.count - 1)
    }
}

extension BarColumns {
    fileprivate mutating func append(_ other: Self, _ index: Int, symbol: Int32) {
        self.symbol.append(symbol)
        isMinute.append(other.isMinute[index])
        start.append(other.start[index])
        end.append(other.end[index])
        volume.append(other.volume[index])
        accumulated.append(other.accumulated[index])
        open.append(other.open[index])
        high.append(other.high[index])
        low.append(other.low[index])
        close.append(other.close[index])
        dayVWAP.append(other.dayVWAP[index])
        officialOpen.append(other.officialOpen[index])
    }

    fileprivate mutating func replace(_ row: Int, with other: Self, _ index: Int) {
        start[row] = other.start[index]
        end[row] = other.end[index]
        volume[row] = other.volume[index]
        accumulated[row] = other.accumulated[index]
        open[row] = other.open[index]
        high[row] = other.high[index]
        low[row] = other.low[index]
        close[row] = other.close[index]
        dayVWAP[row] = other.dayVWAP[index]
        officialOpen[row] = other.officialOpen[index]
    }
}

extension BandColumns {
    fileprivate mutating func append(_ other: Self, _ index: Int, symbol: Int32) {
        self.symbol.append(symbol)
        upper.append(other.upper[index])
        lower.append(other.lower[index])
        indicators.append(other.indicators[index])
        time.append(other.time[index])
    }
}
