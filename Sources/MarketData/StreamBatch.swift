package import MarketTime

// Columns again: a second of a busy market is 100,000 events, and what crosses a boundary is a batch of them. Every event
// names its ticker by an index into the batch's own `symbols`, so that a symbol is hashed once a batch and not once an
// event.

/// Decoded events of one or a few WebSocket frames: parallel columns per kind of event, in the order of arrival.
///
/// Source: the vendor's stocks WebSocket; the JSON field of each column is named below. Times are ns since the epoch,
/// whatever unit the field has. Numbers that are absent, null or zero where zero means "nothing" are NaN.
package struct StreamBatch: Sendable {
    /// The tickers that occur, each once; events refer to them by index.
    package var symbols: [Symbol] = []
    /// Event `T`.
    package var trades = TradeColumns()
    /// Event `Q`.
    package var quotes = QuoteColumns()
    /// Events `A` and `AM`.
    package var bars = BarColumns()
    /// Event `LULD`.
    package var bands = BandColumns()
    /// Trades of a time when the engine was behind, summed per ticker.
    package var conflated = ConflatedTrades()
    /// Elements left out, by reason.
    package var rejections = StreamRejections()
    /// The market's time when the first of these frames had been read.
    package var receivedAt = Instant.epoch
    /// The same moment on a clock that never jumps, ns from any origin.
    package var receivedMonotonicNs: Int64 = 0

    /// No events.
    package init() {}

    /// Events of all kinds, conflated trades counted one by one.
    package var eventCount: Int {
        trades.count + quotes.count + bars.count + bands.count + conflated.tradeCount
    }
}

/// Up to eight small numbers of an event in one word, the first in the lowest byte; 0 is none.
///
/// Condition 0 (a regular sale) changes nothing and is left out; a number above 254 becomes 255, "unknown".
package typealias PackedCodes = UInt64

/// Trades, column by column.
package struct TradeColumns: Sendable {
    /// Index into the batch's symbols (`sym`).
    package var symbol: [Int32] = []
    /// `p`, USD, above 0.
    package var price: [Double] = []
    /// `ds` where it is there, else `s`: shares, may be fractional, above 0.
    package var size: [Double] = []
    /// `t` (ms): time of the consolidated tape.
    package var time: [Int64] = []
    /// `x`: vendor's exchange id; 4 is off exchange; 0 when absent.
    package var exchange: [UInt8] = []
    /// `trfi`: 201 NYSE, 202 and 203 Nasdaq; 0 when absent.
    package var trf: [UInt16] = []
    /// `c`: condition ids.
    package var conditions: [PackedCodes] = []
    /// What makes a trade the same as one seen before: a hash of `i`, `x` and `trfi`, else `q`; 0 when it has neither.
    package var identity: [UInt64] = []

    /// None.
    package init() {}

    /// Rows in every column.
    package var count: Int { symbol.count }
}

/// Best bids and offers, column by column.
package struct QuoteColumns: Sendable {
    /// Index into the batch's symbols (`sym`).
    package var symbol: [Int32] = []
    /// `bp`, USD; NaN when absent or zero: nobody bids.
    package var bid: [Double] = []
    /// `ap`, USD; NaN when absent or zero: nobody offers.
    package var ask: [Double] = []
    /// `bs` as sent: the vendor's unit, shares or round lots, is not confirmed.
    package var bidSize: [Double] = []
    /// `as`, as ``bidSize``.
    package var askSize: [Double] = []
    /// `t` (ms).
    package var time: [Int64] = []

    /// None.
    package init() {}

    /// Rows in every column.
    package var count: Int { symbol.count }
}

/// Bars of a second or a minute, column by column.
package struct BarColumns: Sendable {
    /// Index into the batch's symbols (`sym`).
    package var symbol: [Int32] = []
    /// Whether it is a minute (`AM`), not a second (`A`).
    package var isMinute: [Bool] = []
    /// `s` (ms): start of the window.
    package var start: [Int64] = []
    /// `e` (ms): its end, exclusive.
    package var end: [Int64] = []
    /// `dv` where it is there, else `v`: shares of the window.
    package var volume: [Double] = []
    /// `dav` where it is there, else `av`: shares since 04:00 ET up to `end`; NaN when absent.
    package var accumulated: [Double] = []
    /// `o`, USD.
    package var open: [Double] = []
    /// `h`, USD.
    package var high: [Double] = []
    /// `l`, USD.
    package var low: [Double] = []
    /// `c`, USD.
    package var close: [Double] = []
    /// `a`, USD: VWAP of the day; NaN when absent.
    package var dayVWAP: [Double] = []
    /// `op`, USD: official open of the day; NaN when absent or zero.
    package var officialOpen: [Double] = []

    /// None.
    package init() {}

    /// Rows in every column.
    package var count: Int { symbol.count }
}

/// Limit-up/limit-down messages, column by column.
package struct BandColumns: Sendable {
    /// Index into the batch's symbols (`T`).
    package var symbol: [Int32] = []
    /// `h`, USD: upper band; NaN when absent or zero.
    package var upper: [Double] = []
    /// `l`, USD: lower band; NaN when absent or zero.
    package var lower: [Double] = []
    /// `i`: indicators.
    package var indicators: [PackedCodes] = []
    /// `t`: documented as ms, measured in ns; told apart by magnitude.
    package var time: [Int64] = []

    /// None.
    package init() {}

    /// Rows in every column.
    package var count: Int { symbol.count }
}

/// Trades that were put together because the engine was behind: exact sums, one row per ticker.
package struct ConflatedTrades: Sendable {
    /// Index into the batch's symbols.
    package var symbol: [Int32] = []
    /// Trades put together.
    package var trades: [Int32] = []
    /// Shares of all of them.
    package var shares: [Double] = []
    /// Shares of those whose conditions let them count as volume.
    package var volume: [Double] = []
    /// Price and time of the newest that may set the last price; NaN and 0 when none may.
    package var price: [Double] = []
    /// See ``price``.
    package var priceTime: [Int64] = []
    /// Highest price of those that may set a high; NaN when none may.
    package var high: [Double] = []
    /// Lowest price of those that may set a low; NaN when none may.
    package var low: [Double] = []
    /// Time of the oldest.
    package var firstTime: [Int64] = []
    /// Time of the newest.
    package var lastTime: [Int64] = []

    /// None.
    package init() {}

    /// Rows in every column.
    package var count: Int { symbol.count }
    /// Trades of all rows.
    package var tradeCount: Int { trades.reduce(0) { $0 + Int($1) } }
}

/// Elements of a stream that were not used, by reason.
package struct StreamRejections: Hashable, Sendable {
    /// An `ev` this program does not know or does not use.
    package var unknownEvent = 0
    /// A wrong type, a field that must be there and is not, an element that is no object.
    package var malformed = 0
    /// A ticker that is no plausible symbol.
    package var badSymbol = 0
    /// A price, size or time that cannot be.
    package var impossibleNumber = 0
    /// Frames that are no JSON array of events, or not text.
    package var badFrames = 0

    /// None.
    package init() {}

    /// All together.
    package var total: Int { unknownEvent + malformed + badSymbol + impossibleNumber + badFrames }

    /// Adds the counts of another batch.
    package static func += (left: inout Self, right: Self) {
        left.unknownEvent += right.unknownEvent
        left.malformed += right.malformed
        left.badSymbol += right.badSymbol
        left.impossibleNumber += right.impossibleNumber
        left.badFrames += right.badFrames
    }
}
