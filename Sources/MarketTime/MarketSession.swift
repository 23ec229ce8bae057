/// A part of the trading day.
package enum MarketSession: String, Hashable, Sendable {
    /// 04:00–09:30 ET on a trading day; longer on the rare days that open late.
    case preMarket = "PRE_MARKET"
    /// 09:30–16:00 ET, until 13:00 as a rule on early-close days.
    case open = "MARKET_OPEN"
    /// 16:00–20:00 ET, 13:00–17:00 as a rule on early-close days.
    case postMarket = "POST_MARKET"
    /// Every other time.
    case closed = "CLOSED"
}

/// What the calendar says about one moment.
package struct SessionState: Hashable, Sendable {
    /// The session in force.
    package var session: MarketSession
    /// The trading day whose data is current: the latest one whose 04:00 ET has passed.
    ///
    /// On a weekend, a holiday and before 04:00 that is an earlier date: its screen stays until the next day rolls.
    package var tradingDay: DayID
    /// What the current date is by the calendar: whether there is trading, from when to when, and why not.
    package var today: MarketDay
    /// The current date is an early-close trading day.
    package var isEarlyClose: Bool
    /// When `session` changes next, and into what.
    package var nextChange: Instant
    /// The session that `nextChange` brings.
    package var nextSession: MarketSession
}
