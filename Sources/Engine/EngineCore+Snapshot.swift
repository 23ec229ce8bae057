import Analytics
import EngineAPI
import MarketData
import MarketTime

extension EngineCore {
    /// How far ahead of our clock an event may be stamped and still be believed, ns.
    static let dataTimeTolerance: Int64 = 15 * 1_000_000_000
    /// Age of the newest event beyond which data are taken for all there is once the market has closed, ns.
    ///
    /// Counts while the feed's own delay is not known; the plans with delayed data are 15 minutes late.
    static let longestLag: Int64 = 1200 * 1_000_000_000
    /// Length of a trading day from its 04:00 to the next date's, ns: whatever is stamped later is not of this day.
    static let dayLength: Int64 = 86_400 * 1_000_000_000
    /// The unit in which the stream stamps trades, ns.
    static let streamUnit: Int64 = 1_000_000
    /// Shares beyond which a volume is no volume; keeps a hostile number from overflowing whole shares.
    static let largestVolume = 1e15
    /// The vendor zeroes its snapshot at 03:30 ET of a trading day.
    static let vendorResetSecond = 3 * 3600 + 30 * 60

    /// Applies a full-market snapshot to the columns and recomputes what follows from them.
    mutating func apply(_ batch: SnapshotBatch, now: Instant) {
        snapshotNumber &+= 1
        let dataTime = self.dataTime(of: batch, now: now)
        if let tradingDay { progress = DayProgress(of: tradingDay, at: dataTime) }
        latestEvent = now.adding(nanoseconds: Self.dataTimeTolerance).nanoseconds
        let wall = NewYork.wall(at: now)
        let isReset =
            calendar.isTradingDay(wall.day)
            && (Self.vendorResetSecond..<Slot.dayStartSecond).contains(wall.secondOfDay)
        if rowHints.count < batch.count {
            rowHints.append(contentsOf: repeatElement(-1, count: batch.count - rowHints.count))
        }
        // All rows at once: growing row by row would leave as much memory again behind in the allocator.
        slots.reserve(rows: min(max(universe.count, batch.count), rowsMax))
        closes.reserve(rows: min(max(universe.count, batch.count), rowsMax))
        rejections = batch.rejections
        startSessionIfDue(dataTime: dataTime)
        watch.begin(dataTime: dataTime.nanoseconds, now: now)
        for index in 0..<batch.count {
            guard let row = self.row(of: batch.symbols[index], hintedAt: index) else {
                rejections.badSymbol += 1
                continue
            }
            lastSeen[row] = snapshotNumber
            update(row: row, from: batch, at: index, isReset: isReset)
        }
        watch.end(now: now)
        countRows()
        snapshotPace.note(now)
        snapshotAppliedAt = now
        snapshotDataTime = dataTime
        snapshotCount = batch.count
        // A clock that has been set back since the login must not keep the gaps open.
        stream.connectedSince = stream.connectedSince.map { min($0, now.nanoseconds) }
        closeGaps(dataTime: dataTime)
        updateGap()
        updateRelativeVolume()
        windows.update(&universe, at: now)
    }

    /// The moment the snapshot speaks of: its newest event, never later than our clock nor earlier than a snapshot before.
    ///
    /// While the market is open, data that lag (a delayed plan, a vendor that stands still) are compared with the
    /// baseline of their own time, and no slot ends before they cover it. When it has closed nothing happens any more,
    /// and the data are complete once the feed's usual delay has passed.
    private mutating func dataTime(of batch: SnapshotBatch, now: Instant) -> Instant {
        let latest = now.adding(nanoseconds: Self.dataTimeTolerance).nanoseconds
        var newest: Int64 = 0
        for index in 0..<batch.count {
            let event = max(batch.updated[index], batch.lastTime[index])
            // One bad stamp must not speak for the whole market.
            if event <= latest { newest = max(newest, event) }
        }
        guard newest > 0 else { return now }
        var time = min(Instant(nanoseconds: newest), now)
        if isClosed, isOver(newest, now: now) {
            let lag = smallestLag.map { $0 + Self.dataTimeTolerance } ?? Self.longestLag
            time = max(time, now.adding(nanoseconds: -lag))
        } else if newest >= dayStart {
            smallestLag = min(smallestLag ?? .max, now.nanoseconds(since: time))
        } else {
            time = min(Instant(nanoseconds: dayStart), now)
        }
        return max(time, min(snapshotDataTime ?? time, now))
    }

    /// Whether data that end there may be all there is of the day, now that the market is closed by our clock.
    ///
    /// The vendor's word counts first. Without it: the whole market trades until the last minute, so data that end long
    /// before mean that our clock is ahead, and no slot may end by it.
    private func isOver(_ newest: Int64, now: Instant) -> Bool {
        if let vendor = judge.vendorSession(at: now) { return vendor == .closed }
        guard let tradingDay else { return true }
        let close = NewYork.instant(tradingDay, secondOfDay: calendar.day(tradingDay).postCloseSecond)
        return newest >= close.nanoseconds - Self.longestLag
    }

    private mutating func row(of symbol: Symbol, hintedAt index: Int) -> Int? {
        let hint = Int(rowHints[index])
        if hint >= 0, universe.symbols[hint] == symbol { return hint }
        guard let row = intern(symbol) else { return nil }
        rowHints[index] = Int32(row)
        return row
    }

    private mutating func update(row: Int, from batch: SnapshotBatch, at index: Int, isReset: Bool) {
        // Of a later day than the columns: our clock is behind, or the stamp is wrong. Neither belongs into this day.
        guard max(batch.lastTime[index], batch.minuteStart[index]) < dayStart + Self.dayLength else { return }
        let tradedByTrade = batch.lastTime[index] >= dayStart
        let minuteIsToday = batch.minuteStart[index] >= dayStart
        let tradedToday = tradedByTrade || minuteIsToday
        if !tradedToday, universe.flags[row].contains(.tradedToday) || isReset {
            // The vendor's reset before 04:00: what the last trading day left stays on the screen.
            if isReset, !universe.flags[row].contains(.tradedToday) {
                universe.volume[row] = .nan
                universe.previousClose[row] = batch.previousClose[index]
                updatePrice(row: row, from: batch, at: index, minuteIsToday: false)
            } else if !isReset, let track = streamRows.track(ofRow: row), streamRows.tracks[track].base.isNaN {
                // The stream is ahead: nothing had traded before what it tells of.
                universe.previousClose[row] = splitCloses[row] ?? batch.previousClose[index]
                takeSum(0, upTo: 0, row, track)
            }
            return
        }
        universe.previousClose[row] =
            splitCloses.isEmpty ? batch.previousClose[index] : splitCloses[row] ?? batch.previousClose[index]
        updateQuote(row: row, from: batch, at: index)
        updatePrice(row: row, from: batch, at: index, minuteIsToday: minuteIsToday)
        if minuteIsToday { noteResume(row, minute: min(batch.minuteStart[index], latestEvent)) }
        watchSession(row: row, from: batch, at: index, tradedToday: tradedToday)
        updateVolume(row: row, from: batch, at: index, tradedToday: tradedToday, minuteIsToday: minuteIsToday)
        if tradedToday {
            universe.flags[row].insert(.tradedToday)
            updateRange(row: row, from: batch, at: index, minuteIsToday: minuteIsToday)
        }
        derive(row: row, tradedToday: tradedToday)
        deriveRange(row)
    }

    /// Bid and offer, unless newer ones have come by the stream; one without a time counts as the oldest.
    private mutating func updateQuote(row: Int, from batch: SnapshotBatch, at index: Int) {
        let time = index < batch.quoteTime.count ? min(batch.quoteTime[index], latestEvent) : 0
        guard time >= universe.quoteTime[row] else { return }
        universe.bid[row] = batch.bid[index]
        universe.ask[row] = batch.ask[index]
        universe.bidSize[row] = index < batch.bidSize.count ? batch.bidSize[index] : .nan
        universe.askSize[row] = index < batch.askSize.count ? batch.askSize[index] : .nan
        universe.quoteTime[row] = time
    }

    /// The price by the order of the definition, and the newest event of those that carry a time.
    ///
    /// `lastTrade.p`, else `min.c`, else `day.c`, else `prevDay.c`. An older event never replaces a newer one, and a trade
    /// whose conditions let it set no price (an odd lot, an average price) replaces none that is of today.
    private mutating func updatePrice(row: Int, from batch: SnapshotBatch, at index: Int, minuteIsToday: Bool) {
        var price = batch.lastPrice[index]
        var time = batch.lastTime[index]
        let hasOther = universe.priceTime[row] >= dayStart || (minuteIsToday && batch.minuteClose[index] > 0)
        if hasOther, !setsPrice(batch, at: index) {
            price = .nan
            time = 0
        }
        if batch.minuteClose[index] > 0, price.isNaN || (minuteIsToday && batch.minuteStart[index] > time) {
            price = batch.minuteClose[index]
            time = batch.minuteStart[index]
        }
        if price.isNaN {
            price = batch.dayClose[index].isNaN ? universe.previousClose[row] : batch.dayClose[index]
            time = 0
        }
        time = min(time, latestEvent)
        guard !price.isNaN, time >= universe.priceTime[row] else { return }
        let isSame = universe.price[row] == price && universe.priceTime[row] == time
        universe.price[row] = price
        universe.priceTime[row] = time
        // Of most rows every snapshot tells the same trade.
        if !isSame { notePrice(row) }
    }

    private func setsPrice(_ batch: SnapshotBatch, at index: Int) -> Bool {
        guard index < batch.lastConditions.count, batch.lastConditions[index] != 0 else { return true }
        let isExtended = stream.day.session(at: batch.lastTime[index]) != 1
        return conditions.effect(of: batch.lastConditions[index], isExtendedHours: isExtended).contains(.last)
    }

    /// Cumulative volume and the slots that have ended.
    ///
    /// A ticker that has not traded today stands at 0.
    private mutating func updateVolume(
        row: Int,
        from batch: SnapshotBatch,
        at index: Int,
        tradedToday: Bool,
        minuteIsToday: Bool
    ) {
        let accumulated = minuteIsToday ? batch.accumulatedVolume[index] : (tradedToday ? .nan : 0)
        guard accumulated >= 0 else {
            // A trade of today without a minute bar (an odd lot, a plan without bars): the volume is not known.
            if !(universe.volume[row] > 0) { universe.volume[row] = .nan }
            return
        }
        takeSnapshotSum(accumulated, row, from: batch, at: index)
        let secondsIntoDay = minuteIsToday ? (batch.minuteStart[index] - dayStart) / 1_000_000_000 : -1
        // Without the minute's own volume the cumulative at its start is not known either.
        let minuteVolume = batch.minuteVolume[index]
        if minuteIsToday { universe.minuteVolume[row] = minuteVolume }
        let minuteIsKnown = minuteIsToday && minuteVolume >= 0
        let observation = DaySlots.Observation(
            volume: Self.wholeShares(accumulated),
            minuteVolume: minuteIsKnown
                ? Self.wholeShares(accumulated) - Self.wholeShares(max(accumulated - minuteVolume, 0)) : 0,
            minuteSlot: minuteIsToday ? Int(secondsIntoDay) / Slot.seconds : -1,
            minuteStartsSlot: minuteIsKnown && Int(secondsIntoDay) % Slot.seconds < 60
        )
        slots.observe(row: row, observation, completedSlots: progress.completedSlots)
    }

    /// Takes the vendor's sum, which is complete up to the ticker's newest event, besides what the stream tells.
    private mutating func takeSnapshotSum(_ sum: Double, _ row: Int, from batch: SnapshotBatch, at index: Int) {
        let newest = min(max(batch.updated[index], batch.lastTime[index], batch.minuteStart[index]), latestEvent)
        // Its newest event included, and all of the same ms, in which the stream counts.
        let time = newest > 0 ? (newest / Self.streamUnit + 1) * Self.streamUnit : 0
        let known = universe.volume[row].isNaN ? 0 : universe.volume[row]
        guard let track = streamRows.track(ofRow: row) else {
            if sum < known { rejections.loweredVolume += 1 }
            universe.volume[row] = max(known, sum)
            if time >= dayStart { universe.volumeTime[row] = max(universe.volumeTime[row], time) }
            return
        }
        // Below what has been seen: a correction only if it speaks of a later time.
        if sum < streamRows.tracks[track].base, time > universe.volumeTime[row] { rejections.loweredVolume += 1 }
        takeSum(sum, upTo: time, row, track)
    }

    private mutating func updateRange(row: Int, from batch: SnapshotBatch, at index: Int, minuteIsToday: Bool) {
        updateDayFacts(row: row, from: batch, at: index)
        let price = universe.price[row]
        let high = Self.largest(
            universe.high[row],
            batch.dayHigh[index],
            minuteIsToday ? batch.minuteHigh[index] : .nan,
            price
        )
        let low = Self.smallest(
            universe.low[row],
            batch.dayLow[index],
            minuteIsToday ? batch.minuteLow[index] : .nan,
            price
        )
        universe.high[row] = high
        universe.low[row] = low
        updateRegularSession(row: row, from: batch, at: index)
        updateSessionRange(row: row, from: batch, at: index, minuteIsToday: minuteIsToday)
    }

    /// Open and VWAP of the day; what the stream has told of them stands until the snapshot knows better.
    private mutating func updateDayFacts(row: Int, from batch: SnapshotBatch, at index: Int) {
        let last = min(batch.lastTime[index], latestEvent)
        if last >= dayStart { universe.printTime[row] = max(universe.printTime[row], last) }
        guard let track = streamRows.track(ofRow: row) else {
            universe.open[row] = batch.dayOpen[index]
            universe.vwap[row] = batch.dayVWAP[index]
            return
        }
        if batch.dayOpen[index] > 0 { universe.open[row] = batch.dayOpen[index] }
        let time = min(max(batch.updated[index], batch.lastTime[index]), latestEvent)
        if batch.dayVWAP[index] > 0, time >= streamRows.tracks[track].vwapTime {
            universe.vwap[row] = batch.dayVWAP[index]
            streamRows.tracks[track].vwapTime = max(time, 0)
        }
    }

    /// High and low of the sessions: of what the snapshot has, what is known to be of them.
    private mutating func updateSessionRange(
        row: Int,
        from batch: SnapshotBatch,
        at index: Int,
        minuteIsToday: Bool
    ) {
        let session = stream.session
        let priceTime = universe.priceTime[row]
        // What still comes of an earlier session belongs to that one's range.
        let ofPrice = stream.day.session(at: priceTime)
        if priceTime >= dayStart, ofPrice <= session {
            widen(row, high: universe.price[row], low: universe.price[row], ofPrice)
        }
        let ofMinute = stream.day.session(at: batch.minuteStart[index])
        if minuteIsToday, ofMinute <= session {
            widen(row, high: batch.minuteHigh[index], low: batch.minuteLow[index], ofMinute)
        }
        // Of the regular session, and only of that.
        if session == 1 { widen(row, high: batch.dayHigh[index], low: batch.dayLow[index], session) }
    }

    /// Percentages are recomputed: the vendor's own can be absurd after a split and are 0 in the reset window.
    mutating func derive(row: Int, tradedToday: Bool) {
        let previous = universe.previousClose[row]
        let price = universe.price[row]
        let volume = universe.volume[row]
        guard tradedToday, previous > 0, price > 0 else {
            universe.changePercent[row] = .nan
            universe.gapPercent[row] = .nan
            universe.dollarVolume[row] = price > 0 ? price * volume : .nan
            return
        }
        universe.changePercent[row] = (price - previous) / previous * 100
        let beforeOpen = progress.completedSlots < Slot.regularOpen
        let open = universe.open[row] > 0 ? universe.open[row] : (beforeOpen ? price : .nan)
        universe.gapPercent[row] = (open - previous) / previous * 100
        universe.dollarVolume[row] = price * volume
    }

    private mutating func countRows() {
        tradedCount = 0
        for row in 0..<universe.count {
            if universe.flags[row].contains(.tradedToday) { tradedCount += 1 }
            if lastSeen[row] == snapshotNumber {
                universe.flags[row].remove(.missingFromFeed)
            } else {
                universe.flags[row].insert(.missingFromFeed)
            }
        }
    }

    /// Shares rounded down; the difference of two sums of fractions may miss the share by a rounding error.
    static func wholeShares(_ shares: Double) -> Int64 {
        Int64((min(shares, largestVolume) + 1e-6).rounded(.down))
    }

    /// The largest of the numbers that are there; NaN when none is.
    private static func largest(_ numbers: Double...) -> Double {
        numbers.reduce(.nan) { $1.isNaN ? $0 : ($0.isNaN ? $1 : max($0, $1)) }
    }

    /// The smallest of the numbers that are there; NaN when none is.
    private static func smallest(_ numbers: Double...) -> Double {
        numbers.reduce(.nan) { $1.isNaN ? $0 : ($0.isNaN ? $1 : min($0, $1)) }
    }
}
