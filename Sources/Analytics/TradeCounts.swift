import MarketTime

// What a snapshot says of trades is the number in the ticker's latest minute (`min.n` with `min.t`), and the volume since
// 04:00 ET with that of the minute (`min.av`, `min.v`). A poll every five seconds sees each minute about twelve times, but
// of a ticker that trades all the time not quite its end. What went by unseen is known in shares, exactly:
//
//   (av − v) of the new minute − av seen last
//
// and belongs to the minute before where the new one follows it directly. That minute's trades are scaled up by it. In any
// other case nobody knows how many trades those shares were: the slots between count as unknown.

/// Today's trades of every ticker, counted from snapshots, over one run of slots that is the same for all.
///
/// The run begins where counting begins and again after an outage; a ticker of which a slot in the run is unknown has no
/// count until the run begins anew. 32 bytes a row.
package struct TradeCounts: Sendable {
    /// Largest share, as a multiple of what was seen, to which a minute is scaled up; beyond it the minute is unknown.
    package static let scaleMax = 4.0
    /// Days a comparison takes.
    package static let daysMin = 3
    /// A run begins anew when more than one of so many tickers with trades has an unknown slot in it.
    package static let brokenShare = 4

    /// One ticker's part of a snapshot.
    package struct Observation: Hashable, Sendable {
        /// Minutes from 04:00 ET to the latest minute with trades, 0…959.
        package var minute: Int
        /// Trades of that minute so far; NaN when the vendor tells none.
        package var trades: Double
        /// Shares of that minute so far; NaN when the vendor tells none.
        package var minuteVolume: Double
        /// Shares since 04:00 ET including the minute's.
        package var volume: Double

        /// An observation.
        package init(minute: Int, trades: Double, minuteVolume: Double, volume: Double) {
            self.minute = minute
            self.trades = trades
            self.minuteVolume = minuteVolume
            self.volume = volume
        }
    }

    fileprivate struct Row: Sendable {
        /// The latest minute seen; ``none`` before the first.
        var minute: UInt16 = .max
        /// Whether every trade since 04:00 is counted.
        var isWhole = false
        /// Whether a slot of the run is unknown.
        var isBroken = false
        /// Whether `base` is of this run.
        var hasBase = false
        /// Whole shares since 04:00 as seen last, and at the beginning of the latest minute.
        var volume: UInt32 = 0
        var before: UInt32 = 0
        /// Trades of the latest minute.
        var trades: Float = 0
        /// Trades of the minutes before it that are known.
        var total: Float = 0
        /// `total` at the beginning of the latest minute's slot.
        var atSlot: Float = 0
        /// `total` at the beginning of the run.
        var base: Float = 0

        static let none = UInt16.max
        var slot: Int { Int(minute) / TradeCounts.slotMinutes }
    }

    private static let slotMinutes = Slot.seconds / 60
    private static let minutesMax = Slot.count * slotMinutes

    private var rows: [Row] = []
    /// The first slot of the run; nil before counting begins.
    package private(set) var since: Int?
    /// Slots of the day that have ended at the last ``advance(to:)``.
    package private(set) var completed = 0

    /// No rows, and no run.
    package init() {}

    /// Rows held.
    package var rowCount: Int { rows.count }

    /// Forgets everything, for a new day.
    package mutating func reset() { self = Self() }

    /// Adds rows up to a count, without trades.
    package mutating func grow(to count: Int) {
        if count > rows.count { rows.append(contentsOf: repeatElement(Row(), count: count - rows.count)) }
    }

    /// Begins counting, unless it has begun: with the slot in progress at the start of the day, later with the next one.
    package mutating func begin(completed newCompleted: Int) {
        guard since == nil else { return }
        completed = newCompleted
        since = newCompleted == 0 ? 0 : newCompleted + 1
    }

    /// Takes one ticker's part of a snapshot; what is older than the minute seen last, or of no minute of the day, is
    /// passed over.
    package mutating func observe(row: Int, _ observation: Observation) {
        guard let since, (0..<Self.minutesMax).contains(observation.minute), observation.volume >= 0,
            observation.volume < Double(UInt32.max)
        else { return }
        let minute = UInt16(observation.minute)
        let volume = UInt32(observation.volume + 0.5)
        let known = observation.minuteVolume > 0 && observation.trades >= 0
        // Unknown volume or trades of the minute: everything since what was seen last is taken for unseen.
        let before = known ? UInt32(max(observation.volume - observation.minuteVolume, 0) + 0.5) : volume
        let trades = known ? Float(observation.trades) : .nan
        if rows[row].minute == minute {
            rows[row].see(volume: volume, before: before, trades: trades)
        } else if rows[row].minute == Row.none {
            rows[row].begin(minute, volume: volume, before: before, trades: trades, since: since)
        } else if rows[row].minute < minute {
            rows[row].goOn(minute, volume: volume, before: before, trades: trades, since: since)
        }
    }

    /// Notes how many slots have ended, after all rows of the snapshot have been observed.
    ///
    /// Begins the run anew, with the slot after the one in progress, when too many tickers have a hole in it.
    ///
    /// - Returns: Whether slots of the run have ended since the last call, so that there is something new to compare.
    package mutating func advance(to newCompleted: Int) -> Bool {
        guard let since, newCompleted > completed else { return false }
        completed = newCompleted
        var traded = 0
        var broken = 0
        for row in rows.indices where rows[row].minute != Row.none {
            traded += 1
            if rows[row].isBroken { broken += 1 }
        }
        if broken * Self.brokenShare > traded {
            self.since = newCompleted + 1
            for row in rows.indices {
                rows[row].isBroken = false
                rows[row].hasBase = false
            }
            return false
        }
        return newCompleted > since && traded > 0
    }

    /// The slots that can be compared: those of the run that have ended; nil without any.
    package var comparable: Range<Int>? {
        guard let since, completed > since else { return nil }
        return since..<completed
    }

    /// Trades of a row in the slots of ``comparable``; NaN when one of them is unknown.
    package func count(row: Int) -> Double {
        guard let since, completed > since, row < rows.count else { return .nan }
        let state = rows[row]
        guard !state.isBroken else { return .nan }
        guard state.minute != Row.none, state.slot >= since else { return 0 }
        // Ahead of the clock: what it had at the end of the slots is not told any more.
        guard state.slot <= completed else { return .nan }
        let end = state.slot == completed ? state.atSlot : state.total + state.trades
        return Double(end - state.base)
    }

    /// Trades of a row since 04:00 ET up to now; NaN unless all of them were counted.
    package func total(row: Int) -> Double {
        guard row < rows.count, rows[row].minute != Row.none, rows[row].isWhole else { return .nan }
        return Double(rows[row].total + rows[row].trades)
    }

    /// How many deviations a number of trades lies above its mean.
    ///
    /// The deviation counts for at least 5 % of the mean and at least one trade: of a stock that always has three trades
    /// before nine o'clock, five are nothing to talk about. NaN below ``daysMin`` days.
    package static func zScore(count: Double, mean: Double, deviation: Double, days: Int) -> Double {
        guard days >= daysMin, deviation >= 0, mean >= 0 else { return .nan }
        return (count - mean) / max(deviation, 0.05 * mean, 1)
    }
}

extension TradeCounts.Row {
    /// The same minute again: it only grows.
    fileprivate mutating func see(volume newVolume: UInt32, before newBefore: UInt32, trades newTrades: Float) {
        guard newVolume >= volume else { return }
        volume = newVolume
        before = newBefore
        if newTrades.isNaN || !(newTrades < trades) { trades = newTrades }
    }

    /// The first minute that is seen: all before it is unknown, unless nothing was traded before.
    fileprivate mutating func begin(
        _ newMinute: UInt16,
        volume newVolume: UInt32,
        before newBefore: UInt32,
        trades newTrades: Float,
        since: Int
    ) {
        isWhole = true
        if newBefore > 0 { lose(through: Int(newMinute) - 1, since: since) }
        enter(newMinute, since: since)
        volume = newVolume
        before = newBefore
        trades = newTrades
    }

    /// A later minute: the one seen last is over.
    fileprivate mutating func goOn(
        _ newMinute: UInt16,
        volume newVolume: UInt32,
        before newBefore: UInt32,
        trades newTrades: Float,
        since: Int
    ) {
        let seen = volume > before ? volume - before : 0
        let unseen = newBefore > volume ? newBefore - volume : 0
        var closing = trades
        if closing.isNaN {
            lose(through: Int(minute), since: since)
            closing = 0
        }
        // A share may come of rounding fractions.
        if unseen > 1 {
            let scale = Double(seen + unseen) / Double(seen)
            if newMinute == minute + 1, seen > 0, scale <= TradeCounts.scaleMax {
                closing = (closing * Float(scale)).rounded()
            } else {
                lose(through: Int(newMinute) - 1, since: since)
            }
        }
        total += closing
        enter(newMinute, since: since)
        volume = max(volume, newVolume)
        before = newBefore
        trades = newTrades
    }

    /// Makes a minute the latest one, after `total` is complete up to it.
    private mutating func enter(_ newMinute: UInt16, since: Int) {
        let isNewSlot = minute == Self.none || Int(newMinute) / TradeCounts.slotMinutes > slot
        minute = newMinute
        if isNewSlot { atSlot = total }
        if !hasBase, slot >= since {
            base = atSlot
            hasBase = true
        }
    }

    /// Trades up to a minute are not known.
    private mutating func lose(through lastMinute: Int, since: Int) {
        isWhole = false
        if lastMinute >= 0, lastMinute / TradeCounts.slotMinutes >= since { isBroken = true }
    }
}
