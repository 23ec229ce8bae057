package import EngineAPI
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
    /// How long after a halt's beginning a trade tells nothing about its end, seconds: off-exchange trades may be reported
    /// 10 s late, and no pause is shorter than minutes.
    package static let inferAfterSeconds: Int64 = 15
    /// Trades or bars it takes to infer that trading has been resumed.
    package static let tradesToInfer = 3

    private struct Row {
        var mark = HaltMark.none
        /// Time of the newest message about the state.
        var stateTime = Int64.min
        /// Time of the newest message about the bands.
        var bandTime = Int64.min
        var upper = Double.nan
        var lower = Double.nan
        /// The newest minute noted.
        var minute = Int64.min
        /// Trades seen in spite of a halt, and the first of them.
        var trades = 0
        var firstTrade: Int64 = 0
    }

    /// What a message says about the state.
    private enum Word {
        case nothing
        case halted
        case resumed
        case limitState
        case limitEnded
    }

    private var rows: [Row] = []
    /// Rows whose state ends by the time alone.
    private var timed: Set<Int32> = []
    /// The day's halts, those that have ended too.
    private var log = HaltLog()

    /// A book in which everything trades.
    package init() {}

    /// The state of a row.
    package func mark(row: Int) -> HaltMark { rows.indices.contains(row) ? rows[row].mark : .none }

    /// A row's limit bands, USD; NaN when unknown.
    package func bands(row: Int) -> (upper: Double, lower: Double) {
        rows.indices.contains(row) ? (rows[row].upper, rows[row].lower) : (.nan, .nan)
    }

    /// A row's halts of the day, newest first, at most `max`; one that was not seen to begin is not among them.
    ///
    /// Of all rows together the latest 3,584 to 4,096 are kept.
    package func spans(row: Int, max: Int) -> [TickerAbout.HaltSpan] { log.spans(row: row, max: max) }

    /// Takes a limit-up/limit-down message; the caller has left out those of another day and those ahead of the clock.
    ///
    /// `upper` and `lower` in USD, NaN when the message has none: without either the bands stay.
    package mutating func take(
        row: Int,
        upper: Double,
        lower: Double,
        indicators: PackedCodes,
        time: Int64
    ) -> HaltChange {
        if row >= rows.count { rows.append(contentsOf: repeatElement(Row(), count: row + 1 - rows.count)) }
        let haveChanged = takeBands(row, upper, lower, indicators, time)
        let change = takeState(row, Self.word(indicators), time)
        return change == .none && haveChanged ? .bands : change
    }

    /// Takes note of a trade that may set the last price, or of a bar of such: evidence when a resume was missed.
    ///
    /// A trade counts once: leave duplicates out.
    package mutating func noteTrade(row: Int, time: Int64) -> HaltChange {
        guard rows.indices.contains(row), rows[row].mark.state == .halted else { return .none }
        guard time &- rows[row].mark.since > Self.inferAfterSeconds * 1_000_000_000 else { return .none }
        rows[row].firstTrade = rows[row].trades == 0 ? time : min(rows[row].firstTrade, time)
        rows[row].trades += 1
        guard rows[row].trades >= Self.tradesToInfer else { return .none }
        return takeState(row, .resumed, rows[row].firstTrade)
    }

    /// Takes note of the start of a minute with trades, as a snapshot tells it again and again: evidence once a minute.
    ///
    /// Of most tickers nothing is subscribed but these messages.
    package mutating func noteMinute(row: Int, start: Int64) -> HaltChange {
        guard rows.indices.contains(row), start > rows[row].minute else { return .none }
        rows[row].minute = start
        return noteTrade(row: row, time: start)
    }

    /// Ends what is over by the time alone (resumed, limit states) and returns the rows that changed, ascending.
    package mutating func expire(now: Instant) -> [Int32] {
        guard !timed.isEmpty else { return [] }
        var changed: [Int32] = []
        for row in timed.sorted() {
            let place = Int(row)
            let end: Instant
            switch rows[place].mark.state {
            case .resumed: end = Instant(nanoseconds: rows[place].mark.since).adding(seconds: Self.resumedSeconds)
            case .limitState: end = Instant(nanoseconds: rows[place].stateTime).adding(seconds: Self.limitStateSeconds)
            case .trading, .halted:
                timed.remove(row)
                continue
            }
            guard now >= end else { continue }
            rows[place].mark = .none
            timed.remove(row)
            changed.append(row)
        }
        return changed
    }

    /// Everything trades and no band is known, for a new day.
    package mutating func resetDay() {
        rows.removeAll()
        timed.removeAll()
        log.removeAll()
    }

    private mutating func takeBands(
        _ row: Int,
        _ upper: Double,
        _ lower: Double,
        _ indicators: PackedCodes,
        _ time: Int64
    ) -> Bool {
        let isOutsideHours = indicators.codes.contains(19)
        guard time >= rows[row].bandTime, isOutsideHours || !upper.isNaN || !lower.isNaN else { return false }
        rows[row].bandTime = time
        let old = (rows[row].upper.bitPattern, rows[row].lower.bitPattern)
        rows[row].upper = isOutsideHours ? .nan : upper
        rows[row].lower = isOutsideHours ? .nan : lower
        return old != (rows[row].upper.bitPattern, rows[row].lower.bitPattern)
    }

    private mutating func takeState(_ row: Int, _ word: Word, _ time: Int64) -> HaltChange {
        guard word != .nothing, time >= rows[row].stateTime else { return .none }
        let state = rows[row].mark.state
        // A halt ends with a resume only: what limit messages say meanwhile is no news of it.
        if state == .halted, word != .resumed { return .none }
        rows[row].stateTime = time
        switch word {
        case .nothing: return .none
        case .halted:
            rows[row].mark = HaltMark(.halted, since: time)
            rows[row].trades = 0
            log.begin(row: row, at: time)
            return .halted
        case .resumed:
            guard state != .resumed else { return .none }
            if state == .halted { log.end(row: row, at: time) }
            rows[row].mark = HaltMark(.resumed, since: time)
            timed.insert(Int32(row))
            return .resumed
        case .limitState:
            guard state != .limitState else { return .none }
            rows[row].mark = HaltMark(.limitState, since: time)
            timed.insert(Int32(row))
            return .state
        case .limitEnded:
            guard state == .limitState else { return .none }
            rows[row].mark = .none
            return .state
        }
    }

    private static func word(_ indicators: PackedCodes) -> Word {
        var word = Word.nothing
        var rest = indicators
        while rest != 0 {
            switch rest & 255 {
            case 17: return .halted
            case 18: word = .resumed
            case 2, 3, 4, 23, 25, 27: if word != .resumed { word = .limitState }
            case 1, 24, 26, 28: if word == .nothing { word = .limitEnded }
            default: break
            }
            rest >>= 8
        }
        return word
    }
}
