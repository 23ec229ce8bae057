import Analytics
import EngineAPI
import MarketData
import MarketTime

// A thousand events a second change a hundred rows; a picture is wanted ten times a second. What follows from the columns
// is worked up just before one.

extension EngineCore {
    /// Age of a subscription to trades below which trades a minute are not told, ns.
    private static let minuteNs: Int64 = 60_000_000_000

    /// Begins a trading day without anything the stream has told of the day before.
    mutating func resetStream(day: DayID, now: Instant) {
        stream.day = StreamDay(calendar.day(day), start: dayStart)
        stream.watermark = 0
        stream.watermarkAt = 0
        stream.barsUpTo = 0
        stream.session = 0
        stream.gapRows = []
        stream.flow.gapTickers = 0
        stream.memory.reset()
        streamRows = StreamRows()
        windows.reset()
        ledger.reset()
        halts.resetDay()
        tape.resetDay()
        markShortList()
        noteTrades(now: now)
        stream.isDirty = true
    }

    /// Works up what events of the stream have changed since the last picture.
    mutating func settle(now: Instant) {
        guard stream.isDirty else { return }
        stream.isDirty = false
        for track in streamRows.touched {
            let row = Int(streamRows.tracks[Int(track)].row)
            derive(row: row, tradedToday: universe.flags[row].contains(.tradedToday))
            deriveRange(row)
            universe.atrPercent[row] = universe.atr[row] / universe.price[row] * 100
        }
        streamRows.settle()
        updateStreamedRelativeVolume()
        updateTradesPerMinute(now: now)
        windows.update(&universe, at: now)
        dataVersion += 1
    }

    /// Progress of the day at a moment the stream's data have reached: at the snapshot's, or later.
    private func progress(reaching time: Int64) -> DayProgress {
        guard let tradingDay, time > snapshotDataTime?.nanoseconds ?? 0 else { return progress }
        return DayProgress(of: tradingDay, at: Instant(nanoseconds: time))
    }

    /// Divides the volume of streamed rows by the baseline of the moment their events have reached.
    ///
    /// Bars come seconds after their end, so that of a row followed by bars alone trades of others tell too late a moment.
    private mutating func updateStreamedRelativeVolume() {
        for (hasTrades, time) in [(true, stream.watermark), (false, stream.barsUpTo)] {
            streamedRows.removeAll(keepingCapacity: true)
            for track in streamRows.tracks where (track.ring >= 0) == hasTrades {
                if universe.flags[Int(track.row)].contains(.streamed) { streamedRows.append(track.row) }
            }
            guard !streamedRows.isEmpty else { continue }
            let reached = progress(reaching: time)
            relativeVolume.update(
                &universe,
                rows: streamedRows,
                slots: slots,
                at: reached,
                settings.definition,
                lookbackDays: settings.lookbackDays,
                keepsUnknown: reached.completedSlots > progress.completedSlots
            )
        }
    }

    /// Counts back from the exchange's time as it must be now: nobody may have traded since the newest event.
    private mutating func updateTradesPerMinute(now: Instant) {
        guard stream.watermark > 0 else { return }
        let reached = stream.watermark + max(0, now.nanoseconds - stream.watermarkAt)
        let second = stream.day.second(of: reached)
        for track in streamRows.tracks where track.tradesSince > 0 {
            let isKnown = reached - track.tradesSince >= Self.minuteNs
            let count = track.ring < 0 ? 0 : streamRows.seconds.countOfMinute(ring: track.ring, endingWith: second)
            universe.tradesPerMinute[Int(track.row)] = isKnown ? Double(count) : .nan
        }
    }

    /// Where the price stands in the day's range, and what bid and offer are apart.
    mutating func deriveRange(_ row: Int) {
        let (high, low) = (universe.high[row], universe.low[row])
        universe.rangePosition[row] = high > low ? (universe.price[row] - low) / (high - low) * 100 : .nan
        let spread = universe.ask[row] - universe.bid[row]
        universe.spread[row] = spread >= 0 ? spread : .nan
    }
}
