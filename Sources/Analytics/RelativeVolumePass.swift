package import MarketData
package import MarketTime

// 0.3 ms is the budget for 11,000 tickers. What a row needs of the baseline and of today's slots lies 1.5 KB apart from row
// to row; it changes with the slot, not with the snapshot. It is gathered into columns once per slot, and a snapshot then
// costs plain arithmetic over them. Divisions stay divisions, in the order of the definitions, so that both give the same
// bits: a reciprocal kept beside would save 0.03 ms and cost the last digit.

/// Relative volume of every ticker: the same numbers as ``RelativeVolume`` gives one by one, over columns.
///
/// Belongs to one universe and one `DaySlots`; holds the baseline, because it must know when that changes.
package struct RelativeVolumePass: Sendable {
    /// What gathered columns were gathered for.
    private struct Gathered: Hashable {
        var slot: Int
        var rows: Int
        var version: Int
    }

    /// The baseline in use.
    package private(set) var baseline = Baseline()

    /// Grows with every baseline put to use.
    package private(set) var baselineVersion = 0
    private var sums = Baseline.Columns()
    private var gatheredSums: Gathered?
    /// C(today, s−1) and C(today, s−2), shares; NaN where unknown.
    private var startVolume: [Double] = []
    private var beforeVolume: [Double] = []
    private var gatheredSlots: Gathered?
    /// Whether the floor was used, per row.
    private var isThin: [Bool] = []

    /// A pass without a baseline.
    package init() {}

    /// Replaces the baseline.
    package mutating func use(_ baseline: Baseline) {
        self.baseline = baseline
        baselineVersion += 1
    }

    /// Finds the baseline of rows that were added since the last pass.
    package mutating func resolve(_ universe: borrowing Universe) { baseline.resolve(universe) }

    /// Computes `rvol`, `slotRVOL`, `simpleRVOL`, `baselineDays` and their flags for every row.
    ///
    /// A row that the feed no longer sends keeps its numbers: its volume is of then, and would be divided by a later mean.
    package mutating func update(
        _ universe: inout Universe,
        slots: borrowing DaySlots,
        at progress: DayProgress,
        _ definition: RelativeVolume.Definition,
        lookbackDays: Int
    ) {
        gather(universe, slots, slot: progress.completedSlots)
        let showsProgress = RelativeVolume.showsSlotInProgress(progress)
        if showsProgress {
            divideSlotInProgress(&universe, fraction: progress.fraction)
        } else {
            divideSlotJustEnded(&universe)
        }
        switch definition {
        case .cumulative(.interpolated(let floor)):
            divideInterpolated(&universe, fraction: progress.fraction, floor: floor)
        case .cumulative(.slotEnd):
            divideAtSlotEnd(&universe)
        case .ownSlot:
            Self.each(universe.slotRVOL, universe.flags, &universe.rvol) { _, slotRVOL in slotRVOL }
        }
        if definition.floor == nil { clearThin() }
        divideByAverage(&universe)
        mark(&universe, isSlotJustStarted: !showsProgress, lookbackDays: lookbackDays)
    }

    /// Computes the same for some rows at another time: those whose volume is newer than that of all others.
    ///
    /// Right after a slot's end its volume may not be known yet although that time has been reached: with `keepsUnknown` a
    /// row's slot then stays as it was instead of being missing for a moment.
    package mutating func update(
        _ universe: inout Universe,
        rows: [Int32],
        slots: borrowing DaySlots,
        at progress: DayProgress,
        _ definition: RelativeVolume.Definition,
        lookbackDays: Int,
        keepsUnknown: Bool
    ) {
        baseline.resolve(universe)
        for row in rows.lazy.map(Int.init) {
            let volume = universe.volume[row]
            let slot = RelativeVolume.currentSlot(
                volume: volume,
                row: row,
                slots: slots,
                baseline: baseline,
                at: progress
            )
            var flags = universe.flags[row].subtracting([.thinBaseline, .shortBaseline])
            let isUnknown = slots.volume(row: row, slot: progress.completedSlots - 1) == DaySlots.unknown
            if !(keepsUnknown && isUnknown) {
                universe.slotRVOL[row] = slot.rvol
                flags.remove(.slotJustStarted)
                if slot.isPrevious { flags.insert(.slotJustStarted) }
            }
            if case .cumulative(let denominator) = definition {
                let found = RelativeVolume.cumulative(
                    volume: volume,
                    row: row,
                    baseline: baseline,
                    at: progress,
                    denominator
                )
                universe.rvol[row] = found.rvol
                if found.isThin { flags.insert(.thinBaseline) }
            } else {
                universe.rvol[row] = universe.slotRVOL[row]
            }
            let average = universe.averageVolume[row]
            universe.simpleRVOL[row] = average > 0 ? volume / average : .nan
            let days = baseline.dayCount(row: row)
            if days > 0, Int(days) < lookbackDays { flags.insert(.shortBaseline) }
            universe.baselineDays[row] = days
            universe.flags[row] = flags
        }
    }

    // MARK: Columns

    private mutating func gather(_ universe: borrowing Universe, _ slots: borrowing DaySlots, slot: Int) {
        let rows = universe.count
        let wantedSums = Gathered(slot: slot, rows: rows, version: baselineVersion)
        if gatheredSums != wantedSums {
            baseline.resolve(universe)
            baseline.gather(slot: slot, count: rows, version: baselineVersion, into: &sums)
            gatheredSums = wantedSums
        }
        let wantedSlots = Gathered(slot: slot, rows: rows, version: slots.version)
        if gatheredSlots != wantedSlots {
            slots.gather(slot: slot - 1, count: rows, into: &startVolume, before: &beforeVolume)
            gatheredSlots = wantedSlots
        }
        if isThin.count != rows { isThin = Array(repeating: false, count: rows) }
    }

    // MARK: Arithmetic

    /// Sets `result[row]` from the row's number and input for every row that the feed still sends.
    @inline(__always)
    private static func each(
        _ input: [Double],
        _ flags: [RowFlags],
        _ result: inout [Double],
        _ compute: (_ row: Int, _ value: Double) -> Double
    ) {
        let frozen = RowFlags.missingFromFeed.rawValue
        result.withUnsafeMutableBufferPointer { result in
            input.withUnsafeBufferPointer { input in
                flags.withUnsafeBufferPointer { flags in
                    for row in 0..<result.count where flags[row].rawValue & frozen == 0 {
                        result[row] = compute(row, input[row])
                    }
                }
            }
        }
    }

    private mutating func divideInterpolated(_ universe: inout Universe, fraction: Double, floor: Double) {
        let (start, end, days) = (sums.start, sums.end, sums.days)
        isThin.withUnsafeMutableBufferPointer { isThin in
            start.withUnsafeBufferPointer { start in
                end.withUnsafeBufferPointer { end in
                    days.withUnsafeBufferPointer { days in
                        Self.each(universe.volume, universe.flags, &universe.rvol) { row, volume in
                            let mean = (start[row] + fraction * (end[row] - start[row])) / days[row]
                            let divisor = mean < floor ? floor : mean
                            let isUsable = divisor > 0
                            isThin[row] = mean < floor && isUsable
                            return isUsable ? volume / divisor : .nan
                        }
                    }
                }
            }
        }
    }

    private func divideAtSlotEnd(_ universe: inout Universe) {
        let (end, days) = (sums.end, sums.days)
        end.withUnsafeBufferPointer { end in
            days.withUnsafeBufferPointer { days in
                Self.each(universe.volume, universe.flags, &universe.rvol) { row, volume in
                    let mean = end[row] / days[row]
                    return mean > 0 ? volume / mean : .nan
                }
            }
        }
    }

    private func divideSlotInProgress(_ universe: inout Universe, fraction: Double) {
        let (start, end, days, startVolume) = (sums.start, sums.end, sums.days, startVolume)
        start.withUnsafeBufferPointer { start in
            end.withUnsafeBufferPointer { end in
                days.withUnsafeBufferPointer { days in
                    startVolume.withUnsafeBufferPointer { startVolume in
                        Self.each(universe.volume, universe.flags, &universe.slotRVOL) { row, volume in
                            let mean = (end[row] - start[row]) / days[row]
                            let own = volume - startVolume[row]
                            return mean > 0 ? (own < 0 ? 0 : own) / (mean * fraction) : .nan
                        }
                    }
                }
            }
        }
    }

    private func divideSlotJustEnded(_ universe: inout Universe) {
        let (before, start, days, beforeVolume) = (sums.before, sums.start, sums.days, beforeVolume)
        before.withUnsafeBufferPointer { before in
            start.withUnsafeBufferPointer { start in
                days.withUnsafeBufferPointer { days in
                    beforeVolume.withUnsafeBufferPointer { beforeVolume in
                        Self.each(startVolume, universe.flags, &universe.slotRVOL) { row, endVolume in
                            let mean = (start[row] - before[row]) / days[row]
                            return mean > 0 ? (endVolume - beforeVolume[row]) / mean : .nan
                        }
                    }
                }
            }
        }
    }

    private func divideByAverage(_ universe: inout Universe) {
        let averages = universe.averageVolume
        averages.withUnsafeBufferPointer { average in
            Self.each(universe.volume, universe.flags, &universe.simpleRVOL) { row, volume in
                average[row] > 0 ? volume / average[row] : .nan
            }
        }
    }

    private mutating func clearThin() {
        for row in isThin.indices { isThin[row] = false }
    }

    private func mark(_ universe: inout Universe, isSlotJustStarted: Bool, lookbackDays: Int) {
        let own: RowFlags = [.thinBaseline, .shortBaseline, .slotJustStarted]
        let every = isSlotJustStarted ? RowFlags.slotJustStarted.rawValue : 0
        let counts = sums.dayCounts
        for row in 0..<universe.count where !universe.flags[row].contains(.missingFromFeed) {
            var bits = universe.flags[row].rawValue & ~own.rawValue | every
            if isThin[row] { bits |= RowFlags.thinBaseline.rawValue }
            if counts[row] > 0, Int(counts[row]) < lookbackDays { bits |= RowFlags.shortBaseline.rawValue }
            universe.flags[row] = RowFlags(rawValue: bits)
            universe.baselineDays[row] = counts[row]
        }
    }
}

extension RelativeVolume.Definition {
    /// The floor of the interpolated mean, shares; nil where none applies.
    fileprivate var floor: Double? {
        if case .cumulative(.interpolated(let floor)) = self { floor } else { nil }
    }
}
