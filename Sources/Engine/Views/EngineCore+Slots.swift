import Analytics
import EngineAPI
import MarketData
import MarketTime

// A page of 60 rows is 23,000 numbers: it is made anew only when the columns have changed, and of it the averages only when
// the tickers or the baseline have.

/// A page of slots with what it was made of.
struct KeptSlotPage: Sendable {
    /// Nil before the first, and when nobody asks.
    var page: SlotPage?
    var dataVersion: UInt64 = 0
    var baselineVersion = 0
    /// Rows of the universe when `rows` were looked up.
    var universeCount = 0
    /// The row of each symbol; nil for one that is not known.
    var rows: [Int?] = []
}

extension EngineCore {
    /// The slots asked for; the same page as before when nothing has changed.
    mutating func shownSlots(now: Instant) -> SlotPage? {
        guard let query = slotQuery else {
            slotPage = KeptSlotPage()
            return nil
        }
        let day = tradingDay ?? NewYork.wall(at: now).day
        if let page = slotPage.page, page.query == query, page.tradingDay == day,
            slotPage.dataVersion == dataVersion, slotPage.universeCount == universe.count
        {
            return page
        }
        var averages: [Float]?
        if let page = slotPage.page, page.query.symbols == query.symbols, slotPage.universeCount == universe.count {
            if slotPage.baselineVersion == relativeVolume.baselineVersion { averages = page.averages }
        } else {
            slotPage.rows = query.symbols.map { universe.id(of: $0)?.row }
        }
        var page = SlotPage(
            query: query,
            tradingDay: day,
            madeAt: snapshotDataTime ?? now,
            volumes: ownVolumes(slotPage.rows),
            averages: averages ?? averageVolumes(slotPage.rows),
            prices: query.priced.map { prices(universe.id(of: $0)?.row) } ?? []
        )
        page.reachedAt = reaches(slotPage.rows, from: page.madeAt)
        slotPage.page = page
        slotPage.dataVersion = dataVersion
        slotPage.baselineVersion = relativeVolume.baselineVersion
        slotPage.universeCount = universe.count
        return page
    }

    /// Notes a row's new price as the last of the slot it is of.
    @inline(__always)
    mutating func notePrice(_ row: Int) {
        let since = universe.priceTime[row] - dayStart
        guard since >= 0, since < Int64(Slot.count) * Self.slotNs else { return }
        closes.set(row: row, slot: Int(since / Self.slotNs), universe.price[row])
    }

    /// Gives slots that ended before anyone saw their prices the average prices that others tell.
    mutating func fillPrices(_ row: Int, of told: SlotRows, at index: Int) {
        guard !told.vwap.isEmpty else { return }
        let start = index * told.slotCount
        for slot in 0..<min(told.slotCount, progress.completedSlots) {
            closes.fill(row: row, slot: slot, Double(told.vwap[start + slot]))
        }
    }

    /// Up to when the volumes of rows reach: of streamed ones as far as their relative volume does; empty where the snapshot
    /// is the newest of all.
    private func reaches(_ rows: [Int?], from madeAt: Instant) -> [Instant] {
        guard max(stream.watermark, stream.barsUpTo) > madeAt.nanoseconds else { return [] }
        return rows.map { row in
            guard let row, universe.flags[row].contains(.streamed), let track = streamRows.track(ofRow: row) else {
                return madeAt
            }
            let reached = streamRows.tracks[track].ring >= 0 ? stream.watermark : stream.barsUpTo
            return max(madeAt, Instant(nanoseconds: reached))
        }
    }

    private func ownVolumes(_ rows: [Int?]) -> [Float] {
        var cells: [Float] = []
        cells.reserveCapacity(rows.count * Slot.count)
        for row in rows {
            guard let row else {
                cells.append(contentsOf: repeatElement(.nan, count: Slot.count))
                continue
            }
            slots.appendOwnVolumes(
                row: row,
                volume: universe.volume[row],
                completedSlots: progress.completedSlots,
                to: &cells
            )
        }
        return cells
    }

    private mutating func averageVolumes(_ rows: [Int?]) -> [Float] {
        relativeVolume.resolve(universe)
        var cells: [Float] = []
        cells.reserveCapacity(rows.count * Slot.count)
        for row in rows { relativeVolume.baseline.appendOwnVolumes(row: row ?? .max, to: &cells) }
        return cells
    }

    private func prices(_ row: Int?) -> [Float] {
        (0..<Slot.count).map { slot in row.map { Float(closes.price(row: $0, slot: slot)) } ?? .nan }
    }
}

extension SlotQuery {
    /// The query without what is beyond the most that is answered.
    var cut: Self {
        guard symbols.count > Self.symbolsMax else { return self }
        return Self(symbols: Array(symbols.prefix(Self.symbolsMax)), priced: priced)
    }
}
