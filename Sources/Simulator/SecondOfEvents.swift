import MarketTime

/// The events of one second, collected ticker by ticker and put in order of time.
struct SecondOfEvents {
    /// An event's place: what it is sorted by, and where its content lies.
    private struct Entry {
        var time: Int64
        /// Ticker, kind and number: what decides among events of one instant.
        var rank: Int64
        var index: Int32
        var kind: Kind
    }

    /// In the order in which they come at one instant.
    private enum Kind: UInt8 {
        case band
        case quote
        case trade
        case second
        case minute
    }

    private var entries: [Entry] = []
    private var trades: [SimulatedTrade] = []
    private var quotes: [SimulatedQuote] = []
    private var bars: [StreamedBar] = []
    private var bands: [SimulatedBand] = []

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        trades.removeAll(keepingCapacity: true)
        quotes.removeAll(keepingCapacity: true)
        bars.removeAll(keepingCapacity: true)
        bands.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    private mutating func add(_ kind: Kind, at time: Instant, ticker: Int, number: Int64, index: Int) {
        let rank = Int64(ticker) << 40 | Int64(kind.rawValue) << 36 | number & 0xF_FFFF_FFFF
        entries.append(Entry(time: time.nanoseconds, rank: rank, index: Int32(index), kind: kind))
    }

    mutating func add(_ trade: SimulatedTrade, ticker: Int) {
        add(.trade, at: trade.time, ticker: ticker, number: trade.sequence, index: trades.count)
        trades.append(trade)
    }

    mutating func add(_ quote: SimulatedQuote, ticker: Int) {
        add(.quote, at: quote.time, ticker: ticker, number: quote.sequence, index: quotes.count)
        quotes.append(quote)
    }

    mutating func add(_ bar: StreamedBar, at time: Instant, ticker: Int) {
        add(bar.seconds == 1 ? .second : .minute, at: time, ticker: ticker, number: 0, index: bars.count)
        bars.append(bar)
    }

    mutating func add(_ band: SimulatedBand, ticker: Int) {
        add(.band, at: band.time, ticker: ticker, number: band.sequence, index: bands.count)
        bands.append(band)
    }

    mutating func sort() {
        entries.sort { $0.time != $1.time ? $0.time < $1.time : $0.rank < $1.rank }
    }

    /// Calls `body` with the events after one moment and up to another, after `sort`.
    func forEach(after: Int64, through: Int64, _ body: (Instant, SimulatedEvent) -> Void) {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].time <= after { low = middle + 1 } else { high = middle }
        }
        for entry in entries[low...] {
            guard entry.time <= through else { return }
            let index = Int(entry.index)
            let ticker = Int(entry.rank >> 40)
            let event: SimulatedEvent =
                switch entry.kind {
                case .trade: .trade(ticker: ticker, trades[index])
                case .quote: .quote(ticker: ticker, quotes[index])
                case .second: .second(ticker: ticker, bars[index])
                case .minute: .minute(ticker: ticker, bars[index])
                case .band: .band(ticker: ticker, bands[index])
                }
            body(Instant(nanoseconds: entry.time), event)
        }
    }
}
