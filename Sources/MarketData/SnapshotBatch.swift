/// One full-market snapshot, decoded: parallel columns, one row per accepted ticker, in the vendor's order.
///
/// Source: `GET /v2/snapshot/locale/us/markets/stocks/tickers`; the JSON path of each column is named below. A `Double`
/// that is absent, null or zero where zero means "nothing yet" is NaN; a time that is absent or 0 is 0. Every column has
/// `count` rows unless it says otherwise. Symbols are unique: of duplicates the last one wins.
package struct SnapshotBatch: Sendable {
    /// `ticker`.
    package var symbols: [Symbol] = []
    /// `lastTrade.p`, USD.
    package var lastPrice: [Double] = []
    /// `lastTrade.t`, ns since the epoch.
    package var lastTime: [Int64] = []
    /// `lastTrade.c`; 0 where it is absent, and may have fewer rows than the batch.
    package var lastConditions: [PackedCodes] = []
    /// `min.c`, USD.
    package var minuteClose: [Double] = []
    /// `min.h`, USD.
    package var minuteHigh: [Double] = []
    /// `min.l`, USD.
    package var minuteLow: [Double] = []
    /// `min.v`, shares of the latest minute so far; may be fractional.
    package var minuteVolume: [Double] = []
    /// `min.n`, trades of the latest minute so far; may have fewer rows than the batch.
    package var minuteTrades: [Double] = []
    /// `min.av`, shares since 04:00 ET including the latest minute; 0 is kept as 0.
    package var accumulatedVolume: [Double] = []
    /// `min.t` (ms), converted to ns: start of the latest minute bar.
    package var minuteStart: [Int64] = []
    /// `day.o`, USD: first regular-session price.
    package var dayOpen: [Double] = []
    /// `day.h`, USD, regular session.
    package var dayHigh: [Double] = []
    /// `day.l`, USD, regular session.
    package var dayLow: [Double] = []
    /// `day.c`, USD, regular session.
    package var dayClose: [Double] = []
    /// `day.v`, shares; never used as cumulative volume (0 before the first regular trade).
    package var dayVolume: [Double] = []
    /// `day.vw`, USD.
    package var dayVWAP: [Double] = []
    /// `prevDay.c`, USD.
    package var previousClose: [Double] = []
    /// `prevDay.v`, shares.
    package var previousVolume: [Double] = []
    /// `lastQuote.p`, USD.
    package var bid: [Double] = []
    /// `lastQuote.P`, USD.
    package var ask: [Double] = []
    /// `lastQuote.s` as sent, in shares or round lots: the unit is not confirmed; may have fewer rows than the batch.
    package var bidSize: [Double] = []
    /// `lastQuote.S`; see ``bidSize``.
    package var askSize: [Double] = []
    /// `lastQuote.t`, ns since the epoch.
    package var quoteTime: [Int64] = []
    /// `updated`, ns since the epoch.
    package var updated: [Int64] = []
    /// What was left out of the batch and why.
    package var rejections = SnapshotRejections()
    /// Size of the decoded JSON body in bytes.
    package var bodyBytes = 0

    /// An empty batch.
    package init() {}

    /// Rows in every column.
    package var count: Int { symbols.count }
}

/// Elements of a snapshot that were not used, counted by reason.
package struct SnapshotRejections: Hashable, Sendable {
    /// No `ticker`, one that is no plausible symbol (too long, control characters), or one more than are kept.
    package var badSymbol = 0
    /// A field of a wrong JSON type, or an element that is not an object.
    package var wrongType = 0
    /// A price, volume or time that cannot be (negative, not finite, beyond 1e15).
    package var impossibleNumber = 0
    /// A symbol that occurred before; the later row was kept.
    package var duplicate = 0
    /// Tickers whose volume since 04:00 ET lay below one seen before (a correction by the vendor); the highest was kept.
    package var loweredVolume = 0
    /// Values for slots of today that contradict what is known, from the store or from aggregates, left out since 04:00 ET.
    package var contradictedSlots = 0

    /// Nothing rejected.
    package init() {}

    /// All rejected elements; the rest of a ticker with a lowered volume is used.
    package var total: Int { badSymbol + wrongType + impossibleNumber + duplicate }
}
