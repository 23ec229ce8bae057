import Analytics
import MarketData
import MarketTime

extension EngineCore {
    /// Decides, before a snapshot's volume is taken, whether the row has traded unseen in the running session.
    ///
    /// Seen is what the snapshot's minute covers: a minute that began before the last snapshot ended, or one before which
    /// no share was traded that the last snapshot did not have. Where the stream raises the volume, the latter says nothing.
    mutating func watchSession(row: Int, from batch: SnapshotBatch, at index: Int, tradedToday: Bool) {
        let session = stream.session
        guard watch.mustAsk(row, session) else { return }
        let minute = batch.minuteStart[index]
        let sum = batch.accumulatedVolume[index]
        guard tradedToday, minute >= dayStart else {
            // No bar today: no trade of today has set a high or low. Without a sum nobody can tell.
            if !tradedToday || sum == 0 { watch.noteSeen(row, session) } else { watch.noteMissed(row, session) }
            return
        }
        let own = batch.minuteVolume[index]
        let before = Self.wholeShares(max(sum - (own >= 0 ? own : 0), 0))
        var isSeen = false
        if watch.isKnown(row) {
            isSeen = minute <= watch.seenUpTo
            let known = universe.volume[row]
            if !isRaisedByStream(row), known >= 0, sum >= 0 {
                isSeen = isSeen || before <= Self.wholeShares(known)
            }
        } else if sum >= 0, own >= 0 {
            isSeen = before == 0
        }
        let last = stream.day.session(at: minute)
        if !isSeen {
            let first = watch.isKnown(row) ? stream.day.session(at: watch.seenUpTo) : last
            for missed in min(first, last)...last { miss(row, missed) }
        }
        // Older than the session: nothing of it has traded yet.
        if isSeen || last < session { watch.noteSeen(row, session) }
    }

    /// Whether the row's volume may be newer than the last snapshot.
    private func isRaisedByStream(_ row: Int) -> Bool {
        guard let track = streamRows.track(ofRow: row) else { return false }
        let told = streamRows.tracks[track]
        return told.ring >= 0 || told.barVolume > 0 || universe.flags[row].contains(.streamed)
    }

    private mutating func miss(_ row: Int, _ session: UInt8) {
        watch.noteMissed(row, session)
        switch session {
        case 0:
            universe.preHigh[row] = .nan
            universe.preLow[row] = .nan
        case 1:
            universe.regularHigh[row] = .nan
            universe.regularLow[row] = .nan
        default:
            universe.postHigh[row] = .nan
            universe.postLow[row] = .nan
        }
    }

    /// Takes what the vendor says of the regular session: its range, and its last price once it is over.
    mutating func updateRegularSession(row: Int, from batch: SnapshotBatch, at index: Int) {
        guard stream.session >= 1 else { return }
        if batch.dayHigh[index] > 0, batch.dayLow[index] > 0 {
            watch.noteTold(row, 1)
            widenRange(row, high: batch.dayHigh[index], low: batch.dayLow[index], 1)
        }
        // With the closing auction, which comes seconds or minutes after the bell: at the bell itself its step would count
        // as a move after hours. Not later either: what trades then may move the vendor's number.
        let settled = stream.day.close + SessionWatch.auctionTime
        if watch.reaches >= settled, universe.regularClose[row].isNaN, batch.dayClose[index] > 0 {
            universe.regularClose[row] = batch.dayClose[index]
        }
    }

    /// Widens the range of an event's own session, if all of it has been watched.
    @inline(__always)
    mutating func widenRange(_ row: Int, high: Double, low: Double, _ session: UInt8) {
        guard watch.isWatched(row, session) else { return }
        switch session {
        case 0:
            if !(high <= universe.preHigh[row]), !high.isNaN { universe.preHigh[row] = high }
            if !(low >= universe.preLow[row]), !low.isNaN { universe.preLow[row] = low }
        case 1:
            if !(high <= universe.regularHigh[row]), !high.isNaN { universe.regularHigh[row] = high }
            if !(low >= universe.regularLow[row]), !low.isNaN { universe.regularLow[row] = low }
        default:
            if !(high <= universe.postHigh[row]), !high.isNaN { universe.postHigh[row] = high }
            if !(low >= universe.postLow[row]), !low.isNaN { universe.postLow[row] = low }
        }
    }
}
