import Analytics
import EngineAPI
import MarketData
import MarketTime

extension EngineCore {
    /// The last moment of a bar's window at which the vendor can stamp a trade, which it does in ms.
    private static let lastOfWindow: Int64 = 1_000_000
    /// Length of a slot, ns.
    static let slotNs = Int64(Slot.seconds) * 1_000_000_000

    /// Applies bars of seconds and minutes, late ones too: each number by its own time.
    mutating func applyBars(_ bars: BarColumns, _ plausible: ClosedRange<Int64>, now: Instant) {
        for index in 0..<bars.count {
            let (start, end) = (bars.start[index], bars.end[index])
            guard let row = row(bars.symbol[index], at: max(start, end - Self.lastOfWindow), plausible),
                start >= plausible.lowerBound
            else { continue }
            stream.flow.applied += 1
            stream.barsUpTo = max(stream.barsUpTo, min(end, now.nanoseconds))
            stream.watermark = max(stream.watermark, stream.barsUpTo)
            let track = touch(row)
            universe.flags[row].rawValue |= RowFlags.tradedToday.rawValue
            applyPrices(bars, index, row, track)
            if !bars.isMinute[index] { enter(bars, index, row) }
            applyVolume(bars, index, row, track)
            learnSlot(bars, index, row, track)
        }
    }

    private mutating func applyPrices(_ bars: BarColumns, _ index: Int, _ row: Int, _ track: Int) {
        let (start, end) = (bars.start[index], bars.end[index])
        // The close is the window's last trade: newer than any other trade in it, older than any after it.
        let time = max(start, end - Self.lastOfWindow)
        if bars.close[index] > 0, time >= universe.priceTime[row] {
            universe.price[row] = bars.close[index]
            universe.priceTime[row] = time
            notePrice(row)
            noteResume(row, start)
        }
        widen(row, high: bars.high[index], low: bars.low[index], stream.day.session(at: start))
        // There was a trade in the window, at its start or later.
        universe.printTime[row] = max(universe.printTime[row], start)
        if bars.dayVWAP[index] > 0, end >= streamRows.tracks[track].vwapTime {
            universe.vwap[row] = bars.dayVWAP[index]
            streamRows.tracks[track].vwapTime = end
        }
        if bars.officialOpen[index] > 0 { universe.open[row] = bars.officialOpen[index] }
    }

    /// Enters a bar of a second; shares that one sent again has more than before were no volume of windows begun since.
    private mutating func enter(_ bars: BarColumns, _ index: Int, _ row: Int) {
        let outcome = ledger.put(
            row: row,
            start: bars.start[index],
            volume: bars.volume[index],
            high: bars.high[index],
            low: bars.low[index]
        )
        // Fewer shares take nothing back: the volume never decreases.
        if case .replaced(let delta) = outcome, delta > 0 {
            windows.amend(row: row, since: bars.end[index], delta: delta)
        }
    }

    private mutating func applyVolume(_ bars: BarColumns, _ index: Int, _ row: Int, _ track: Int) {
        let sum = bars.accumulated[index]
        let end = bars.end[index]
        if sum >= 0 {
            takeSum(min(sum, Self.largestVolume), upTo: end, row, track)
        } else if bars.start[index] >= universe.volumeTime[row], bars.volume[index] > 0 {
            // A vendor that leaves the sum out: the window's own shares carry it on.
            takeSum(streamRows.tracks[track].base + bars.volume[index], upTo: end, row, track)
        }
    }

    /// Takes the vendor's sum since 04:00 ET up to a time: the newest counts, with the trades since.
    ///
    /// An older one still is a lower bound: a sum cannot fall.
    mutating func takeSum(_ sum: Double, upTo time: Int64, _ row: Int, _ track: Int) {
        guard !sum.isNaN else { return }
        if time >= universe.volumeTime[row] {
            universe.volumeTime[row] = time
            streamRows.rebase(track: track, to: sum, from: stream.day.second(of: time, roundedUp: true))
        }
        if !(sum <= universe.volume[row]) { universe.volume[row] = sum }
        raiseVolume(track, row)
    }

    /// The first bar of a slot tells the volume at the end of the slot before: its sum without its own shares.
    ///
    /// First it is for certain when it starts with the slot, or when its sum without its own shares is that of the bar
    /// before: no share is missing in between, however many bars may have been lost, refused or not subscribed. One that
    /// comes later but starts earlier corrects what another has told.
    private mutating func learnSlot(_ bars: BarColumns, _ index: Int, _ row: Int, _ track: Int) {
        let (start, sum, own) = (bars.start[index], bars.accumulated[index], bars.volume[index])
        guard sum >= 0, own >= 0, sum <= Self.largestVolume, start >= dayStart else { return }
        let slot = Int((start - dayStart) / Self.slotNs)
        guard slot < Slot.count else { return }
        let boundary = dayStart + Int64(slot) * Self.slotNs
        let volume = Self.wholeShares(sum)
        let before = Self.wholeShares(max(sum - own, 0))
        let known = streamRows.tracks[track]
        if start >= known.barStart {
            streamRows.tracks[track].barStart = start
            streamRows.tracks[track].barVolume = max(volume, known.barVolume)
        }
        slots.note(row: row, volume: volume, slot: slot)
        if known.slotStart < boundary {
            // What an older slot than the newest bar's could tell has been told.
            guard start > known.barStart else { return }
            streamRows.tracks[track].slotStart = start
            let isCertain = start == boundary || (known.barStart != .min && before == known.barVolume)
            streamRows.tracks[track].toldVolume = DaySlots.unknown
            if slot > 0, isCertain { tell(before, volume, slot, row, track) }
        } else if start < known.slotStart, start >= boundary, known.slotStart < boundary + Self.slotNs {
            streamRows.tracks[track].slotStart = start
            guard slot > 0 else { return }
            if known.toldVolume == DaySlots.unknown {
                if start == boundary { tell(before, volume, slot, row, track) }
            } else if before < known.toldVolume,
                slots.lower(row: row, slot: slot - 1, from: known.toldVolume, to: before)
            {
                streamRows.tracks[track].toldVolume = before
            }
        }
    }

    private mutating func tell(_ before: Int64, _ volume: Int64, _ slot: Int, _ row: Int, _ track: Int) {
        let bar = DaySlots.Observation(
            volume: volume,
            minuteVolume: volume - before,
            minuteSlot: slot,
            minuteStartsSlot: true
        )
        if slots.observe(first: bar, row: row, mends: true) {
            streamRows.tracks[track].toldVolume = before
        }
    }
}
