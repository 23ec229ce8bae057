import Analytics
import EngineAPI
import MarketData
import MarketTime

/// What live collection has missed of the current day, and what has been asked for it.
struct GapState: Sendable {
    /// For the status.
    var gap = CollectionGap()
    /// Rows with at least one unknown slot among those that ended.
    var rows: [Int32] = []
    /// Bits of the slots that the last request was for, ``DaySlots/wordsPerRow`` words a row; may be short.
    var asked: [UInt64] = []
    var askedAt: Instant?
    /// The store has said what it holds of today, or that it cannot: before, everything would look missing.
    var isStoreHeard = false
    /// Values from store and aggregates that were left out today.
    var contradicted = 0
    /// Slots that had ended when the short list was last made; nil before the first of the day.
    var shortListSlots: Int?
    var shortList: [Symbol] = []
}

extension EngineCore {
    /// How long ago a slot must have ended, by the data's time, before aggregates are asked for it, ns.
    static let healAgeNs: Int64 = 60_000_000_000
    /// Pause before the same is asked again, ns.
    static let healRepeatNs: Int64 = 300_000_000_000
    /// Pause before more is asked for, ns: a request replaces the one before, and must get somewhere first.
    static let healGrowthNs: Int64 = 30_000_000_000
    /// Symbols in a request, at most.
    static let healSymbolsMax = 20_000
    /// Symbols in the short list, at most.
    static let shortListMax = 1000

    /// Counts and marks the tickers that traded and have unknown slots.
    mutating func updateGap() {
        let found = slots.gap(volumes: universe.volume, completedSlots: progress.completedSlots)
        for row in 0..<universe.count { universe.flags[row].remove(.unknownSlots) }
        for row in found.rows { universe.flags[Int(row)].insert(.unknownSlots) }
        gapState.rows = found.rows
        gapState.gap = CollectionGap(tickers: found.rows.count, slots: found.slots)
    }

    /// Asks for what is missing and old enough, unless just that has been asked a moment ago.
    mutating func requestHealing(now: Instant, into outputs: inout [EngineOutput]) {
        guard let tradingDay, let dataTime = snapshotDataTime, gapState.isStoreHeard, !gapState.rows.isEmpty else {
            return
        }
        let old = DayProgress(of: tradingDay, at: dataTime.adding(nanoseconds: -Self.healAgeNs)).completedSlots
        var wanted = Array(repeating: UInt64(0), count: universe.count * DaySlots.wordsPerRow)
        var rows: [Int32] = []
        var hasGrown = false
        for row in gapState.rows {
            var isWanted = false
            for word in 0..<DaySlots.wordsPerRow {
                let index = Int(row) * DaySlots.wordsPerRow + word
                let bits = slots.unknownBits(row: Int(row), word: word, completedSlots: old)
                wanted[index] = bits
                isWanted = isWanted || bits != 0
                if bits & ~(index < gapState.asked.count ? gapState.asked[index] : 0) != 0 { hasGrown = true }
            }
            if isWanted { rows.append(row) }
        }
        guard !rows.isEmpty else { return }
        if let askedAt = gapState.askedAt {
            let pause = hasGrown ? Self.healGrowthNs : Self.healRepeatNs
            // A clock that was set back does not prolong the pause.
            guard abs(now.nanoseconds(since: askedAt)) >= pause else { return }
        }
        gapState.asked = wanted
        gapState.askedAt = now
        let symbols = byDollarVolume(rows).prefix(Self.healSymbolsMax).map { universe.symbols[Int($0)] }
        outputs.append(.heal(HealRequest(day: tradingDay, slotCount: old, symbols: symbols)))
    }

    /// Fills what is unknown from aggregates, and hands the volumes of the rows that gained by it to the store.
    mutating func apply(healed: SlotRows, into outputs: inout [EngineOutput]) {
        let count = healed.slotCount
        guard healed.day == tradingDay, count > 0, healed.isSound else { return }
        let completed = progress.completedSlots
        var rows = SlotRows(day: healed.day, slotCount: max(completed, 1))
        for (index, symbol) in healed.symbols.enumerated() {
            guard let row = universe.id(of: symbol)?.row else { continue }
            let values = healed.cumulative[index * count..<(index + 1) * count]
            let filling = slots.heal(row: row, values, completedSlots: completed)
            gapState.contradicted += filling.contradicted
            fillPrices(row, of: healed, at: index)
            guard filling.filled > 0 else { continue }
            // These are handed over here; what else is undecided is counted as before.
            persistedDecisions += filling.filled
            rows.append(symbol, slots.row(row, slotCount: completed))
        }
        if !rows.symbols.isEmpty { outputs.append(.persistHealed(rows)) }
        updateGap()
        updateRelativeVolume()
    }

    /// Names the symbols to serve first: at the first snapshot of a day, and whenever slots complete.
    mutating func updateShortList(into outputs: inout [EngineOutput]) {
        guard gapState.shortListSlots.map({ progress.completedSlots > $0 }) ?? true else { return }
        gapState.shortListSlots = progress.completedSlots
        let gate = query?.gate ?? .wholeMarket
        let rows = (0..<universe.count).filter { row in
            universe.dollarVolume[row] > 0 && ScanRanking.admits(gate, row, universe)
        }
        let symbols = byDollarVolume(rows.map(Int32.init)).prefix(Self.shortListMax).map { universe.symbols[Int($0)] }
        guard symbols != gapState.shortList else { return }
        gapState.shortList = symbols
        outputs.append(.shortList(symbols))
    }

    /// Rows with the most active first; without a dollar volume last, ties by symbol.
    private func byDollarVolume(_ rows: [Int32]) -> [Int32] {
        let keyed = rows.map { row -> (dollars: Double, row: Int32) in
            let dollars = universe.dollarVolume[Int(row)]
            return (dollars.isNaN ? -1 : dollars, row)
        }
        return keyed.sorted { left, right in
            left.dollars != right.dollars
                ? left.dollars > right.dollars
                : universe.symbols[Int(left.row)] < universe.symbols[Int(right.row)]
        }.map(\.row)
    }
}
