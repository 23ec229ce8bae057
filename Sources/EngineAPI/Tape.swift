package import MarketData

/// Where a trade stands against the quote in force at its time.
package enum TradeSide: UInt8, CaseIterable, Hashable, Sendable {
    /// Above the offer: `>`.
    case aboveAsk
    /// At the offer: `A`.
    case ask
    /// Between bid and offer: `M`.
    case between
    /// At the bid: `B`.
    case bid
    /// Below the bid: `<`.
    case belowBid
    /// No quote was known: blank.
    case unknown

    /// One letter or sign for a column and for pipes.
    package var mark: Character {
        switch self {
        case .aboveAsk: ">"
        case .ask: "A"
        case .between: "M"
        case .bid: "B"
        case .belowBid: "<"
        case .unknown: " "
        }
    }
}

/// What a tape's line says besides price and size.
package struct PrintFlags: OptionSet, Hashable, Sendable {
    /// One bit per fact.
    package var rawValue: UInt16

    /// Flags from their bits.
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Fewer than a round lot.
    package static let oddLot = Self(rawValue: 1)
    /// Reported off exchange, through a trade reporting facility.
    package static let dark = Self(rawValue: 2)
    /// An opening, re-opening or closing auction.
    package static let auction = Self(rawValue: 4)
    /// At least 10,000 shares or 200,000 USD.
    package static let block = Self(rawValue: 8)
    /// Its conditions keep it from setting the last price: late, out of sequence, average price, ….
    package static let notLast = Self(rawValue: 16)
    /// Traded before 09:30 or after the close.
    package static let extendedHours = Self(rawValue: 32)
    /// Set a new high of the day, extended hours included.
    package static let dayHigh = Self(rawValue: 64)
    /// Set a new low of the day, extended hours included.
    package static let dayLow = Self(rawValue: 128)
    /// An intermarket sweep.
    package static let sweep = Self(rawValue: 256)
    /// The ticker's halt ends or begins here: a line of its own without price and size.
    package static let halt = Self(rawValue: 512)
    /// Trading is resumed: as ``halt``.
    package static let resume = Self(rawValue: 1024)

    /// Whether it is worth a mark that the trade sets no last price: an odd lot never does, and has its own.
    package var isOutOfOrder: Bool { contains(.notLast) && !contains(.oddLot) }
}

/// One line of a tape: a trade, or several of the same price and side within 100 ms.
package struct TapePrint: Hashable, Sendable {
    /// Counts the lines of a tape from its start, so that a reader knows what is new; an aggregated line keeps its number.
    package var number: UInt64
    /// Whose trade.
    package var symbol: Symbol
    /// Time of the consolidated tape, ns since the epoch; of several the newest.
    package var time: Int64
    /// USD.
    package var price: Double
    /// Shares; of several their sum.
    package var size: Double
    /// Trades behind the line, from 1.
    package var count: Int32
    /// Against the quote in force at its time.
    package var side: TradeSide
    /// Vendor's exchange id of the (first) trade.
    package var exchange: UInt8
    /// Trade reporting facility of the (first) trade; 0 when none.
    package var trf: UInt16
    /// Conditions of the (first) trade.
    package var conditions: PackedCodes
    /// What else there is to say.
    package var flags: PrintFlags
    /// The bid the side was found with, USD; NaN when unknown.
    package var bid: Double
    /// The offer the side was found with, USD; NaN when unknown.
    package var ask: Double

    /// A line.
    package init(
        number: UInt64,
        symbol: Symbol,
        time: Int64,
        price: Double,
        size: Double,
        count: Int32 = 1,
        side: TradeSide = .unknown,
        exchange: UInt8 = 0,
        trf: UInt16 = 0,
        conditions: PackedCodes = 0,
        flags: PrintFlags = [],
        bid: Double = .nan,
        ask: Double = .nan
    ) {
        self.number = number
        self.symbol = symbol
        self.time = time
        self.price = price
        self.size = size
        self.count = count
        self.side = side
        self.exchange = exchange
        self.trf = trf
        self.conditions = conditions
        self.flags = flags
        self.bid = bid
        self.ask = ask
    }
}

/// Which lines of a tape are wanted.
package struct TapeFilter: Hashable, Sendable {
    /// Smallest size, shares.
    package var minSize = 0.0
    /// Smallest price · size, USD.
    package var minNotional = 0.0
    /// Sides wanted; nil for all.
    package var sides: Set<TradeSide>?
    /// Exchange ids wanted; nil for all.
    package var exchanges: Set<UInt8>?

    /// Everything.
    package init() {}
}

/// Which tape a screen wants to see.
package struct TapeQuery: Hashable, Sendable {
    /// Whose; nil for the merged tape of the short list.
    package var symbol: Symbol?
    /// Which lines.
    package var filter: TapeFilter
    /// Whether trades of one price and side within 100 ms are one line; filters judge the line.
    package var aggregates: Bool
    /// Lines wanted, at most ``rowsMax``.
    package var rows: Int
    /// Price levels wanted around the last price, at most ``levelsMax``; 0 for none, and of a merged tape.
    package var levels: Int

    /// Most lines of an answer.
    package static let rowsMax = 1000
    /// Most price levels of an answer.
    package static let levelsMax = 100

    /// A query.
    package init(
        symbol: Symbol?,
        filter: TapeFilter = TapeFilter(),
        aggregates: Bool = true,
        rows: Int,
        levels: Int = 0
    ) {
        self.symbol = symbol
        self.filter = filter
        self.aggregates = aggregates
        self.rows = rows
        self.levels = levels
    }
}

/// What a trader looks at: what decides about trades and quotes being subscribed, and which tape is shown.
package struct LookedAt: Hashable, Sendable {
    /// The selected ticker.
    package var selected: Symbol?
    /// The tape on the screen; nil without one.
    package var tape: TapeQuery?
    /// A second tape beside it, subscribed like the first; nil without one.
    package var secondTape: TapeQuery?

    /// A view of things.
    package init(selected: Symbol? = nil, tape: TapeQuery? = nil, secondTape: TapeQuery? = nil) {
        self.selected = selected
        self.tape = tape
        self.secondTape = secondTape
    }
}

/// A tape as asked for: the newest lines and what goes with them.
package struct TapePage: Hashable, Sendable {
    /// What was asked.
    package var query: TapeQuery
    /// Lines, newest first.
    package var prints: [TapePrint] = []
    /// Lines that passed the filter since the tape began.
    package var total: UInt64 = 0
    /// The ticker's quote now; NaN when unknown, and on a merged tape.
    package var bid = Double.nan
    /// See ``bid``.
    package var ask = Double.nan
    /// As the vendor sends it.
    package var bidSize = Double.nan
    /// As the vendor sends it.
    package var askSize = Double.nan
    /// Trades of the last 5 s, a second.
    package var printsPerSecond = 0.0
    /// Dollars of the last 5 s, a second.
    package var dollarsPerSecond = 0.0
    /// Share of the last minute's volume with a known side that traded at or above the offer, 0…1; NaN without any.
    package var askShare = Double.nan
    /// Trades that came while the engine was behind and were only summed: they have no line.
    package var conflated = 0
    /// What traded at each price, highest price first, all sizes whatever the filter; as many as were asked for around the
    /// last price, half of them above it.
    ///
    /// Counts from when the ticker came into view, and the 256 trades kept before. Not in it: trades that repeat others, and
    /// those of ``conflated``. Of more than 512 prices the farthest from the last are forgotten. Shares of late, average and
    /// derived prices are nobody's side.
    package var levels: [PriceLevel] = []
    /// Whether the stream delivers this tape's trades now; else the lines end where they end.
    package var isLive = false

    /// An empty tape.
    package init(query: TapeQuery) { self.query = query }
}

/// Trades to be stored; parallel columns.
package struct TickRows: Sendable {
    /// Whose.
    package var symbol: [Symbol] = []
    /// Time of the consolidated tape, ns since the epoch.
    package var time: [Int64] = []
    /// USD.
    package var price: [Double] = []
    /// Shares.
    package var size: [Double] = []
    /// Vendor's exchange id.
    package var exchange: [UInt8] = []
    /// Trade reporting facility; 0 when none.
    package var trf: [UInt16] = []
    /// Conditions.
    package var conditions: [PackedCodes] = []
    /// Against the quote in force.
    package var side: [TradeSide] = []
    /// See ``TradeColumns/identity``: with symbol and time the key, so that the same trade is stored once.
    package var identity: [UInt64] = []

    /// None.
    package init() {}

    /// Rows in every column.
    package var count: Int { symbol.count }
}

extension TapeFilter {
    /// Whether a line passes; halts and resumes always do.
    package func admits(_ line: TapePrint) -> Bool {
        if !line.flags.isDisjoint(with: [.halt, .resume]) { return true }
        return line.size >= minSize && (minNotional <= 0 || line.price * line.size >= minNotional)
            && (sides?.contains(line.side) ?? true) && (exchanges?.contains(line.exchange) ?? true)
    }
}
