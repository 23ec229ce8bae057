/// A quantity, fact or text of a ticker: what tables show, lists sort by and filters ask for.
///
/// The raw value is the name one types. Percentages have `%` in their name, multiples of ATR `.atr`; a prefix tells the
/// session (`pre.`, `rth.`, `post.`). What each one means stands in its ``ColumnDescriptor``.
package enum ColumnID: String, CaseIterable, Hashable, Sendable {
    // What it is.
    case symbol
    case name
    case type
    case exchange = "exch"
    case sector
    case industry
    case country

    // Price and quote.
    case last = "price"
    case bid
    case ask
    case bidSize = "bidsize"
    case askSize = "asksize"
    case quoteRatio = "bidask"
    case spread
    case spreadPercent = "spread%"
    case quoteDistance = "nbbo%"
    case decimal
    case printAge = "age"

    // Volume.
    case volume = "vol"
    case dollarVolume = "dvol"
    case minuteVolume = "minvol"
    case volume1m = "vol1m"
    case volume5m = "vol5m"
    case volume10m = "vol10m"
    case volume15m = "vol15m"
    case volume30m = "vol30m"
    case volume1mPercent = "vol1m%"
    case volume5mPercent = "vol5m%"
    case volume10mPercent = "vol10m%"
    case volume15mPercent = "vol15m%"
    case volume30mPercent = "vol30m%"
    case volumePercent = "vol%"
    case previousVolumePercent = "prevvol%"
    case averageVolume = "avgvol"
    case averageVolume5 = "avgvol5"
    case averageVolume10 = "avgvol10"
    case averageVolume20 = "avgvol20"
    case averageVolume3m = "avgvol3m"
    case averageDays = "avgdays"
    case averageDollarVolume = "avgdvol"
    case pace

    // Relative volume.
    case rvol
    case slotRVOL = "rvol.slot"
    case previousSlotRVOL = "rvol.slot1"
    case highestSlotRVOL = "rvol.max10"
    case simpleRVOL = "rvol.simple"
    case baselineDays = "days"
    case strip

    // Change.
    case changePercent = "chg%"
    case change = "chg"
    case changeATR = "chg.atr"
    case fromOpenPercent = "fromopen%"
    case fromOpen = "fromopen"
    case fromOpenATR = "fromopen.atr"
    case change1m = "chg1m"
    case change2m = "chg2m"
    case change5m = "chg5m"
    case change10m = "chg10m"
    case change15m = "chg15m"
    case change30m = "chg30m"

    // Gap.
    case gapPercent = "gap%"
    case gap
    case gapATR = "gap.atr"
    /// |gap %| + |change from the open %|: how far the day has turned.
    case swingPercent = "swing%"

    // The day's range.
    case open
    case high
    case low
    case range
    case rangePercent = "range%"
    case rangeATR = "range.atr%"
    case rangePosition = "pos%"
    case openPosition = "openpos%"
    case fromHighPercent = "hod%"
    case fromLowPercent = "lod%"
    case belowHigh = "hod"
    case aboveLow = "lod"
    case sessionHigh = "sess.high"
    case sessionLow = "sess.low"
    case newHigh = "new_high"
    case newLow = "new_low"
    case vwap
    case vwapPercent = "vwap%"

    // Pre-market.
    case preHigh = "pre.high"
    case preLow = "pre.low"
    case preVolume = "pre.vol"
    case preDollarVolume = "pre.dvol"
    case preRVOL = "pre.rvol"
    case preChangePercent = "pre.chg%"
    case preRangePosition = "pre.pos%"
    case belowPreHigh = "pre.below"
    case abovePreLow = "pre.above"

    // Regular session.
    case regularVolume = "rth.vol"
    case regularHigh = "rth.high"
    case regularLow = "rth.low"
    case regularClose = "rth.close"
    case fromRegularHighPercent = "rth.hod%"
    case fromRegularLowPercent = "rth.lod%"

    // Post-market.
    case postVolume = "post.vol"
    case postChangePercent = "post.chg%"
    case postChange = "post.chg"
    /// |change after the close %|.
    case postMovePercent = "post.move%"
    case postHigh = "post.high"
    case postLow = "post.low"

    // The day before.
    case previousClose = "prevclose"
    case previousOpen = "prevopen"
    case previousHigh = "prevhigh"
    case previousLow = "prevlow"
    case previousVolume = "prevvol"
    case previousChangePercent = "prevchg%"
    case previousRangePosition = "prevpos%"
    case pivotPercent = "pivot%"
    case resistance1Percent = "r1%"
    case support1Percent = "s1%"
    case resistance2Percent = "r2%"
    case support2Percent = "s2%"

    // Days before.
    case atr
    case atrPercent = "atr%"
    case atrUsed = "atrused%"
    case change3dPercent = "chg3d%"
    case change5dPercent = "chg5d%"
    case change10dPercent = "chg10d%"
    case change20dPercent = "chg20d%"
    case change1yPercent = "chg1y%"
    case range5d
    case range10d
    case range20d
    case position5d = "pos5d%"
    case position10d = "pos10d%"
    case position20d = "pos20d%"
    case position3m = "pos3m%"
    case position52w = "pos52w%"
    case high52w
    case low52w
    case fromHigh52wPercent = "high52w%"
    case fromLow52wPercent = "low52w%"
    case sma5
    case sma10
    case sma20
    case sma50
    case sma200
    case fromSMA5Percent = "sma5%"
    case fromSMA10Percent = "sma10%"
    case fromSMA20Percent = "sma20%"
    case fromSMA50Percent = "sma50%"
    case fromSMA200Percent = "sma200%"
    case rsi14
    case upDays = "updays"

    // The company.
    case marketCap = "mcap"
    case floatShares = "float"
    case sharesOutstanding = "shares"
    case floatPercent = "float%"
    case floatTurnover = "turnover"
    case etf

    // Trading.
    case tradesPerMinute = "tpm"
    case trades
    case tradesZScore = "tradesz"
    case bandUpper = "luld.up"
    case bandLower = "luld.down"
    case haltAge = "halt"
    case halted
    case limitState = "limit"
    case traded
    case thin
    case streamed

    // The market around it.
    case minutesSinceOpen = "openmin"
    case spyChangePercent = "spy.chg%"
    case spyChange5m = "spy.chg5m"
    case versusSPYPercent = "vs_spy%"
    case versusSPY5m = "vs_spy5m"
}
