// How bars become a day's row. Bars are kept by the minute they start in, and summed only when the day is complete, so
// that their order does not matter and a bar that comes again can replace the one before.
//
// Volumes may be fractions of a share. They are kept in millionths and summed exactly; each C(d, s) is the exact sum
// rounded down once, as the engine does with the vendor's own running sum: one-minute and five-minute bars of a day give
// the same row, and a slot's fraction is not lost with the slot.
//
// This is the inner loop of an import of flat files (1.3 M bars a day): no allocation and no search per bar. One list of
// minutes and fifteen words of flags are enough; clearing a day clears the words only.

package import EngineAPI
package import MarketData
package import MarketTime

/// Folds the bars of one symbol on one trading day into 192 slots, whatever their order and length (at most five minutes).
///
/// Used again and again: ``reset(day:)``, any number of bars, ``append(_:to:)``.
package struct DayBarFold: Sendable {
    /// Largest volume of a single bar that is believed, shares.
    package static let maxBarVolume = 1e12
    /// Minutes from 04:00 to 20:00 ET.
    package static let minutes = Slot.count * minutesPerSlot

    private static let minutesPerSlot = Slot.seconds / 60
    private static let minuteNs: Int64 = 60_000_000_000
    private static let sharesPerMicro = 1e-6
    private static let wordBits = 64

    /// What has been kept of a minute's bar.
    private struct Minute {
        /// Millionths of a share.
        var volume: Int64 = 0
        /// USD; NaN when unknown.
        var vwap = Double.nan
        /// Own trades, or ``SlotHistory/unknownTrades``.
        var trades: Int32 = 0
    }

    /// The day being folded.
    package private(set) var day: DayID
    /// Bars left out since the start or the last ``takeRejections()``.
    package private(set) var rejections = BarRejections()

    /// 04:00 ET of the day, and 00:00 ET of it and of the next, ns since the epoch.
    private var openNs: Int64 = 0
    private var midnightNs: Int64 = 0
    private var nextMidnightNs: Int64 = 0

    /// By minute after 04:00 ET; only those with their flag in `seen` mean anything.
    private var kept = [Minute](repeating: Minute(), count: DayBarFold.minutes)
    private var seen = [UInt64](repeating: 0, count: DayBarFold.minutes / DayBarFold.wordBits)

    private var cumulative = [Int64](repeating: 0, count: Slot.count)
    private var trades = [Int32](repeating: 0, count: Slot.count)
    private var vwap = [Float](repeating: .nan, count: Slot.count)

    /// A fold without bars.
    package init(day: DayID) {
        self.day = day
        findBounds()
    }

    /// Forgets the bars and turns to another symbol's day.
    ///
    /// Counts of what was left out go on.
    package mutating func reset(day newDay: DayID) {
        for word in seen.indices { seen[word] = 0 }
        guard newDay != day else { return }
        day = newDay
        findBounds()
    }

    /// The clocks change at 02:00, so between 04:00 and 20:00 a minute is found by subtraction alone.
    private mutating func findBounds() {
        openNs = NewYork.instant(day, secondOfDay: Slot.dayStartSecond).nanoseconds
        midnightNs = NewYork.instant(day, secondOfDay: 0).nanoseconds
        nextMidnightNs = NewYork.instant(day.adding(days: 1), secondOfDay: 0).nanoseconds
    }

    /// Adds a bar that starts at a moment: ns since the epoch, as in flat files.
    ///
    /// A bar of another day, outside 04:00–20:00 ET or with a volume that cannot be (negative, not a number, above
    /// ``maxBarVolume``) is counted and left out; of two bars that start in the same minute the later one added counts.
    /// - Parameters:
    ///   - volume: shares, fractions allowed.
    ///   - trades: own trades of the bar; nil or negative when unknown.
    ///   - vwap: USD; NaN, or not above 0, when unknown.
    package mutating func add(startNanoseconds start: Int64, volume: Double, trades: Int32?, vwap: Double = .nan) {
        guard start >= openNs, start < openNs + Int64(Self.minutes) * Self.minuteNs else {
            if start >= midnightNs, start < nextMidnightNs {
                rejections.outsideHours += 1
            } else {
                rejections.otherDay += 1
            }
            return
        }
        add(minute: Int((start - openNs) / Self.minuteNs), volume: volume, trades: trades, vwap: vwap)
    }

    /// Adds a bar that starts at a moment: ms since the epoch, as in REST answers (`t`).
    ///
    /// See ``add(startNanoseconds:volume:trades:vwap:)``.
    package mutating func add(startMilliseconds start: Int64, volume: Double, trades: Int32?, vwap: Double = .nan) {
        add(startNanoseconds: Instant(milliseconds: start).nanoseconds, volume: volume, trades: trades, vwap: vwap)
    }

    /// Adds a bar by its minute after 04:00 ET, 0…959.
    package mutating func add(minute: Int, volume: Double, trades: Int32?, vwap: Double = .nan) {
        guard minute >= 0, minute < Self.minutes else {
            rejections.outsideHours += 1
            return
        }
        // False for NaN too.
        guard volume >= 0, volume <= Self.maxBarVolume else {
            rejections.badVolume += 1
            return
        }
        let word = minute / Self.wordBits
        let flag: UInt64 = 1 << UInt64(minute % Self.wordBits)
        if seen[word] & flag != 0 { rejections.duplicate += 1 }
        seen[word] |= flag
        kept[minute] = Minute(
            // In range: the volume is at most 1e12 shares, a tenth of what fits.
            volume: Int64(volume * 1e6 + 0.5),
            vwap: vwap > 0 && vwap.isFinite ? vwap : .nan,
            trades: max(trades ?? SlotHistory.unknownTrades, SlotHistory.unknownTrades)
        )
    }

    /// Appends the day's row; none when nothing was traded.
    ///
    /// Returns whether there was one.
    @discardableResult
    package mutating func append(_ symbol: Symbol, to history: inout SlotHistory) -> Bool {
        guard sumUp() else { return false }
        history.append(symbol, day, cumulative: cumulative, trades: trades, vwap: vwap)
        return true
    }

    /// What was left out since the last call; starts again from none.
    package mutating func takeRejections() -> BarRejections {
        defer { rejections = BarRejections() }
        return rejections
    }

    /// Fills the day's three lists; returns whether anything was traded.
    private mutating func sumUp() -> Bool {
        var total: Int64 = 0
        var filled = 0
        var slot = -1
        var slotVolume: Int64 = 0
        var slotValue = 0.0
        var slotTrades: Int32 = 0
        func close(_ fold: inout Self) {
            guard slot >= 0 else { return }
            while filled < slot {
                fold.setSlot(filled, cumulative: filled > 0 ? fold.cumulative[filled - 1] : 0)
                filled += 1
            }
            total = Self.sum(total, slotVolume)
            fold.setSlot(
                slot,
                cumulative: Self.wholeShares(total),
                trades: slotTrades,
                vwap: slotVolume > 0 ? slotValue / (Double(slotVolume) * Self.sharesPerMicro) : .nan
            )
            filled = slot + 1
        }
        for word in seen.indices {
            var flags = seen[word]
            while flags != 0 {
                let minute = word * Self.wordBits + flags.trailingZeroBitCount
                flags &= flags - 1
                if minute / Self.minutesPerSlot != slot {
                    close(&self)
                    slot = minute / Self.minutesPerSlot
                    slotVolume = 0
                    slotValue = 0
                    slotTrades = 0
                }
                let bar = kept[minute]
                slotVolume = Self.sum(slotVolume, bar.volume)
                if bar.volume > 0 { slotValue += Double(bar.volume) * Self.sharesPerMicro * bar.vwap }
                slotTrades = Self.trades(slotTrades, bar)
            }
        }
        close(&self)
        let last = filled > 0 ? cumulative[filled - 1] : 0
        while filled < Slot.count {
            setSlot(filled, cumulative: last)
            filled += 1
        }
        return total > 0
    }

    private mutating func setSlot(
        _ slot: Int,
        cumulative volume: Int64,
        trades count: Int32 = 0,
        vwap price: Double = .nan
    ) {
        cumulative[slot] = volume
        trades[slot] = count
        vwap[slot] = Float(price)
    }

    /// A slot's trades with another bar's: unknown as soon as a bar with volume does not tell its own.
    private static func trades(_ sum: Int32, _ bar: Minute) -> Int32 {
        if sum == SlotHistory.unknownTrades { return sum }
        if bar.trades == SlotHistory.unknownTrades { return bar.volume > 0 ? bar.trades : sum }
        let (value, overflow) = sum.addingReportingOverflow(bar.trades)
        return overflow ? .max : value
    }

    /// Saturates: absurd bars of a hostile source must not stop the program.
    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (value, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : value
    }

    /// Millionths of a share as whole shares, rounded down; a millionth short of a share is a share, because thirds of a
    /// share have been rounded on the way.
    private static func wholeShares(_ micro: Int64) -> Int64 { sum(micro, 1) / 1_000_000 }
}
