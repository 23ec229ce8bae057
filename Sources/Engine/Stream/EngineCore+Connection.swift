import EngineAPI
import MarketData
import MarketTime

extension EngineCore {
    /// Takes the stream's state: when a connection ends, what it was telling of is no longer of the second.
    mutating func apply(_ status: StreamStatus, now: Instant) {
        let old = stream.status
        stream.status = status
        if status != old { stream.isDirty = true }
        if old.state.isConnected, !status.state.isConnected || status.epoch != old.epoch {
            interrupt()
        } else if status.epoch != old.epoch {
            breakSeries()
        }
        if !status.state.isConnected {
            stream.connectedSince = nil
        } else if stream.connectedSince == nil || status.epoch != old.epoch {
            // A clock that has been set back since must not keep a snapshot from filling the gap.
            stream.connectedSince = min(status.liveSince ?? now, now).nanoseconds
            noteTrades(now: now)
        }
        let isDenied = status.deniedTopics.contains(.trades)
        guard isDenied != old.deniedTopics.contains(.trades) else { return }
        for track in streamRows.tracks.indices where isDenied {
            streamRows.tracks[track].tradesSince = 0
            universe.tradesPerMinute[Int(streamRows.tracks[track].row)] = .nan
        }
        noteTrades(now: now)
    }

    /// Takes what the shell says of its queue.
    mutating func apply(_ queue: StreamQueueState) {
        let flow = stream.flow
        stream.flow.duplicates += queue.duplicates - stream.queue.duplicates
        stream.flow.refused += queue.dropped - stream.queue.dropped
        stream.queue = queue
        stream.flow.queued = queue.queued
        stream.flow.queuedMax = queue.queuedMax
        stream.flow.conflatedTrades = queue.conflatedTrades
        stream.flow.replaced = queue.replaced
        stream.flow.application = queue.application
        if stream.flow != flow { stream.isDirty = true }
    }

    /// Marks every streamed row as one of which something may have been missed.
    private mutating func interrupt() {
        for track in streamRows.tracks {
            let row = Int(track.row)
            guard universe.flags[row].contains(.streamed) else { continue }
            universe.flags[row].remove(.streamed)
            universe.tradesPerMinute[row] = .nan
            if universe.flags[row].insert(.ticksInterrupted).inserted { stream.gapRows.append(track.row) }
        }
        stream.flow.gapTickers = stream.gapRows.count
        stream.isDirty = true
        tape.dropQuotes()
        breakSeries()
    }

    /// What comes next does not follow on what came last.
    private mutating func breakSeries() {
        for track in streamRows.tracks.indices {
            streamRows.tracks[track].breakBars()
            streamRows.tracks[track].tradesSince = 0
        }
    }

    /// Ends what is said of rows that are not subscribed any more: their next event, if any, follows on nothing.
    mutating func unsubscribe(_ symbol: Symbol, _ topic: StreamTopic) {
        guard let row = universe.id(of: symbol)?.row, let track = streamRows.track(ofRow: row) else { return }
        if topic == .seconds || topic == .minutes { streamRows.tracks[track].breakBars() }
        if topic == .trades {
            streamRows.tracks[track].tradesSince = 0
            universe.tradesPerMinute[row] = .nan
            tape.forget(row: row)
        }
        if topic == .quotes { tape.dropQuotes(row: row) }
        if !planner.isFollowed(symbol) {
            streamRows.tracks[track].isDropped = true
            universe.flags[row].remove(.streamed)
            stream.isDirty = true
        }
    }

    /// A snapshot of this connection's time has filled the gaps of the rows it contains, and of those no longer followed.
    mutating func closeGaps(dataTime: Instant) {
        guard !stream.gapRows.isEmpty else { return }
        let since = stream.connectedSince
        stream.gapRows.removeAll { wide in
            let row = Int(wide)
            let isCurrent = lastSeen[row] == snapshotNumber && (since.map { dataTime.nanoseconds > $0 } ?? false)
            let isFollowed = planner.isFollowed(universe.symbols[row])
            guard isCurrent || !isFollowed else { return false }
            universe.flags[row].remove(.ticksInterrupted)
            return true
        }
        stream.flow.gapTickers = stream.gapRows.count
    }

    /// Begins to count the minute without which trades a minute mean nothing.
    mutating func noteTrades(now: Instant) {
        guard stream.connectedSince != nil, !stream.status.deniedTopics.contains(.trades) else { return }
        for symbol in planner.symbols(of: .trades) {
            guard let row = intern(symbol) else { continue }
            let track = streamRows.track(ofRow: row, base: universe.volume[row])
            if streamRows.tracks[track].tradesSince == 0 { streamRows.tracks[track].tradesSince = now.nanoseconds }
        }
    }
}
