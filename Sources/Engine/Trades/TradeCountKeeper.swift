import Analytics
import EngineAPI
import MarketData
import MarketTime

/// Today's trades and how unusual they are at this time of day: counts snapshots, asks for the past, compares.
///
/// The past is asked for once per slot that has ended; an answer to an earlier question is not taken any more. What was
/// compared last stands until the next answer, so that the column does not blink while the store is read.
struct TradeCountKeeper: Sendable {
    private var counts = TradeCounts()
    /// What is waited for.
    private var asked: TradeCountRequest?
    private var isDue = false
    private var number: UInt64 = 0

    /// Forgets the day; numbers of requests go on, so that a late answer is known for what it is.
    mutating func reset() {
        counts.reset()
        asked = nil
        isDue = false
    }

    /// The times by which the minutes of a snapshot are judged, ns since the epoch.
    struct Day: Sendable {
        /// 04:00 ET.
        var start: Int64
        /// Minutes that begin later are ahead of the clock.
        var latestEvent: Int64
        /// Slots that have ended by the snapshot's own time.
        var completedSlots: Int
    }

    /// Takes a snapshot that has been applied to the universe; sets `trades` of its rows.
    ///
    /// - Parameters:
    ///   - rows: The row of each of the batch's tickers; one that is another ticker's is passed over.
    mutating func count(_ batch: SnapshotBatch, rows: [Int32], day: Day, universe: inout Universe) {
        counts.grow(to: universe.count)
        counts.begin(completed: day.completedSlots)
        let hasTrades = batch.minuteTrades.count == batch.count
        for index in 0..<min(batch.count, rows.count) {
            let row = Int(rows[index])
            guard row >= 0, row < universe.count, universe.symbols[row] == batch.symbols[index] else { continue }
            let start = batch.minuteStart[index]
            guard start >= day.start, start <= day.latestEvent else {
                if universe.volume[row] == 0 { universe.trades[row] = 0 }
                continue
            }
            counts.observe(
                row: row,
                TradeCounts.Observation(
                    minute: Int((start - day.start) / 60_000_000_000),
                    trades: hasTrades ? batch.minuteTrades[index] : .nan,
                    minuteVolume: batch.minuteVolume[index],
                    volume: batch.accumulatedVolume[index]
                )
            )
            universe.trades[row] = counts.total(row: row)
        }
        if counts.advance(to: day.completedSlots) { isDue = true }
    }

    /// The past to ask for, when a slot has ended since the last time.
    mutating func request(tradingDay: DayID, candidates: [DayID]) -> TradeCountRequest? {
        guard isDue, let slots = counts.comparable else { return nil }
        isDue = false
        number += 1
        let request = TradeCountRequest(
            tradingDay: tradingDay,
            slots: slots,
            candidates: candidates,
            number: number
        )
        asked = request
        return request
    }

    /// Compares with the past, and sets `tradesZScore` of all rows.
    ///
    /// Returns whether the answer was the one waited for. An answer without symbols says that no past is known: then there is nothing to compare with.
    mutating func apply(_ load: TradeCountLoad, universe: inout Universe) -> Bool {
        // Slots may have ended meanwhile, and then the counts are of another stretch than the answer.
        guard let asked, load.request == asked, counts.comparable == asked.slots else { return false }
        self.asked = nil
        var scores = [Double](repeating: .nan, count: universe.count)
        for (index, symbol) in load.symbols.enumerated() {
            guard let row = universe.id(of: symbol)?.row, universe.volume[row] >= 0,
                !universe.flags[row].contains(.missingFromFeed)
            else { continue }
            scores[row] = TradeCounts.zScore(
                count: counts.count(row: row),
                mean: load.mean[index],
                deviation: load.deviation[index],
                days: Int(load.days[index])
            )
        }
        universe.tradesZScore = scores
        return true
    }
}
