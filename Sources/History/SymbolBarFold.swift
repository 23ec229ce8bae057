package import EngineAPI
package import MarketData
package import MarketTime

/// Folds the bars of one symbol over many days, as REST pages bring them, into one row per wanted trading day.
///
/// Bars may come in any order and more than once (pages overlap); of two that start in the same minute the later one
/// added counts. Memory is bounded by the wanted days: what comes again is thrown together now and then.
package struct SymbolBarFold: Sendable {
    private struct Bar {
        /// The minute it starts in, ns since the epoch: bars of one minute replace each other in their order of arrival.
        var start: Int64
        var volume: Double
        var vwap: Double
        var trades: Int32
        /// Index of the wanted day.
        var day: Int32
    }

    /// Wanted trading days, oldest first.
    package let days: [DayID]
    /// Bars left out so far, and how many replaced an earlier one.
    package private(set) var rejections = BarRejections()

    private static let minuteNs: Int64 = 60_000_000_000

    private var bars: [Bar] = []
    private var areSorted = true
    /// Bars held at which repeated ones are thrown together.
    private var compactAt: Int

    /// The day that the last bar was in, as [00:00, 24:00) ET in ns; most bars are of the same one as the one before.
    private var dayStartNs: Int64 = 0
    private var dayEndNs: Int64 = 0
    private var dayIndex: Int32 = -1

    /// A fold without bars for these trading days, in any order.
    package init(days wanted: some Sequence<DayID>) {
        days = Array(Set(wanted)).sorted()
        compactAt = 2 * DayBarFold.minutes * max(1, days.count)
    }

    /// A fold without bars for the trading days of a span, both ends included.
    package init(from: DayID, through: DayID, calendar: ExchangeCalendar) {
        var wanted: [DayID] = []
        var day = from
        while day <= through {
            if calendar.isTradingDay(day) { wanted.append(day) }
            day = day.adding(days: 1)
        }
        self.init(days: wanted)
    }

    /// Adds a bar by its start, ms since the epoch (`t`); see ``DayBarFold/add(startNanoseconds:volume:trades:vwap:)``.
    ///
    /// A bar of a day that is not wanted is counted as one of another day.
    package mutating func add(startMilliseconds: Int64, volume: Double, trades: Int32?, vwap: Double = .nan) {
        let start = Instant(milliseconds: startMilliseconds).nanoseconds
        if start < dayStartNs || start >= dayEndNs { find(dayOf: start) }
        guard dayIndex >= 0 else {
            rejections.otherDay += 1
            return
        }
        let minute = start - (start % Self.minuteNs + Self.minuteNs) % Self.minuteNs
        if let last = bars.last, minute < last.start { areSorted = false }
        bars.append(
            Bar(
                start: minute,
                volume: volume,
                vwap: vwap,
                trades: trades ?? SlotHistory.unknownTrades,
                day: dayIndex
            )
        )
        if bars.count >= compactAt { compact() }
    }

    /// Bars held: fewer than two for every minute of the wanted days.
    package var heldBars: Int { bars.count }

    /// Counts something that was no bar: no time, a wrong type.
    package mutating func noteMalformed() { rejections.malformed += 1 }

    /// Appends one row per wanted day with trades, oldest first, and forgets the bars.
    package mutating func finish(_ symbol: Symbol, into history: inout SlotHistory) {
        sort()
        guard let first = bars.first else { return }
        var day = first.day
        var fold = DayBarFold(day: days[Int(day)])
        for bar in bars {
            if bar.day != day {
                fold.append(symbol, to: &history)
                day = bar.day
                fold.reset(day: days[Int(day)])
            }
            fold.add(startNanoseconds: bar.start, volume: bar.volume, trades: bar.trades, vwap: bar.vwap)
        }
        fold.append(symbol, to: &history)
        rejections += fold.takeRejections()
        bars.removeAll()
        areSorted = true
    }

    private mutating func find(dayOf start: Int64) {
        let day = NewYork.wall(at: Instant(nanoseconds: start)).day
        dayStartNs = NewYork.instant(day, secondOfDay: 0).nanoseconds
        dayEndNs = NewYork.instant(day.adding(days: 1), secondOfDay: 0).nanoseconds
        var low = 0
        var high = days.count
        while low < high {
            let middle = (low + high) / 2
            if days[middle] < day { low = middle + 1 } else { high = middle }
        }
        dayIndex = low < days.count && days[low] == day ? Int32(low) : -1
    }

    /// By start; the order of arrival stays among equals, because the sort is stable.
    private mutating func sort() {
        guard !areSorted else { return }
        bars.sort { $0.start < $1.start }
        areSorted = true
    }

    /// Keeps the last of the usable bars of each minute; what is left out is counted here and not again.
    private mutating func compact() {
        sort()
        var compacted: [Bar] = []
        var check = DayBarFold(day: days[0])
        var day: Int32 = 0
        var before = BarRejections()
        for bar in bars {
            if bar.day != day {
                day = bar.day
                check.reset(day: days[Int(day)])
            }
            check.add(startNanoseconds: bar.start, volume: bar.volume, trades: bar.trades, vwap: bar.vwap)
            let now = check.rejections
            if now.duplicate > before.duplicate {
                compacted[compacted.count - 1] = bar
            } else if now == before {
                compacted.append(bar)
            }
            before = now
        }
        rejections += check.takeRejections()
        bars = compacted
    }
}
