package import MarketData
package import MarketTime

/// What a limit-up/limit-down message or a trade has changed about a ticker's halt.
package enum HaltChange: Hashable, Sendable {
    /// Nothing: seen before, older than what is known, or of no consequence.
    case none
    /// The bands alone.
    case bands
    /// The state changed, without a line on the tape: a limit state began or ended.
    case state
    /// The ticker is halted from now on: a line on the tape.
    case halted
    /// Trading is resumed from now on: a line on the tape.
    case resumed
}

/// Halts, limit states and limit bands of all rows, from limit-up/limit-down messages.
///
/// No official meaning of the indicators has been published; those used here are what public consumers of the feed take
/// them for, and are unconfirmed:
///
/// | indicator | taken for |
/// |---|---|
/// | 17 | halted or paused |
/// | 18 | re-opening: resumed |
/// | 23, 25, 27 | limit state entered (bid, offer, both) |
/// | 24, 26, 28 | limit state ended |
/// | 2, 3, 4 | bid below the lower band, offer above the upper, both: shown as a limit state |
/// | 1 | executable: ends a limit state |
/// | 19 | outside band hours: no bands |
/// | others | bands alone |
///
/// A message that names both 17 and 18 is taken for a halt. State and bands each keep the time of their own newest
/// message; an older one changes nothing, one sent again changes nothing, and `since` stays while a state lasts. A resume
/// without a known halt is a resume all the same: the halt may have come before this program listened.
///
/// A halt ends with 18, with ``resetDay()``, or — because messages are lost with a connection and are never sent again —
/// when ``tradesToInfer`` regular trades or bars have been seen more than ``inferAfterSeconds`` after it began: then it
/// counts as resumed at the first of them. One or two stray prints do not end it.
package struct HaltBook: Sendable {
    /// How long a ticker is shown as resumed, seconds.
    package static let resumedSeconds: Int64 = 300
    /// After so long without a message about it a limit state is over, seconds: it lasts 15 before a pause follows.
    package static let limitStateSeconds: Int64 = 60
    /// How long after a halt's beginning a trade tells nothing about its end, seconds: reports may be late.
    package static let inferAfterSeconds: Int64 = 5
    /// Trades or bars it takes to infer that trading has been resumed.
    package static let tradesToInfer = 3

    /// A book in which everything trades.
    package init() {}

    /// The state of a row.
    package func mark(row: Int) -> HaltMark { .none }

    /// A row's limit bands, USD; NaN when unknown.
    package func bands(row: Int) -> (upper: Double, lower: Double) { (.nan, .nan) }

    /// Takes a limit-up/limit-down message; the caller has left out those of another day and those ahead of the clock.
    package mutating func take(
        row: Int,
        upper: Double,
        lower: Double,
        indicators: PackedCodes,
        time: Int64
    ) -> HaltChange { .none }

    /// Takes note of a trade that may set the last price, or of a bar of such: evidence when a resume was missed.
    package mutating func noteTrade(row: Int, time: Int64) -> HaltChange { .none }

    /// Ends what is over by the time alone (resumed, limit states) and returns the rows that changed, ascending.
    package mutating func expire(now: Instant) -> [Int32] { [] }

    /// Everything trades and no band is known, for a new day.
    package mutating func resetDay() {}
}
