package import MarketTime

/// Relative volume at this time of day (`design.md` §2): the definitions, one ticker at a time.
///
/// What is shown for one ticker is computed here, and ``RelativeVolumePass`` gives the same numbers, to the bit, for all.
package enum RelativeVolume {
    /// What RVOL compares.
    package enum Definition: Hashable, Sendable {
        /// The volume since 04:00 ET with its mean.
        case cumulative(Denominator)
        /// The own volume of the slot in progress, or of the one just ended, with the mean own volume of that slot.
        case ownSlot
    }

    /// What the volume since 04:00 ET is divided by.
    package enum Denominator: Hashable, Sendable {
        /// H(t), interpolated within the slot; below `floor` shares the floor counts and the row is marked thin.
        case interpolated(floor: Double)
        /// H(s) at the end of the current slot, the original formula; no floor, missing when it is 0.
        case slotEnd
    }

    /// Youngest slot whose own pace is shown; before, the slot just ended stands in.
    package static let youngestSlotSeconds = 30.0

    /// RVOL of one ticker by any definition, × (NaN when missing), and whether the floor was used.
    package static func rvol(
        volume: Double,
        row: Int,
        slots: borrowing DaySlots,
        baseline: borrowing Baseline,
        at progress: DayProgress,
        _ definition: Definition
    ) -> (rvol: Double, isThin: Bool) {
        switch definition {
        case .cumulative(let denominator):
            cumulative(volume: volume, row: row, baseline: baseline, at: progress, denominator)
        case .ownSlot:
            (currentSlot(volume: volume, row: row, slots: slots, baseline: baseline, at: progress).rvol, false)
        }
    }

    /// RVOL of the volume since 04:00 ET of one ticker, × (NaN when missing), and whether the floor was used.
    package static func cumulative(
        volume: Double,
        row: Int,
        baseline: borrowing Baseline,
        at progress: DayProgress,
        _ denominator: Denominator
    ) -> (rvol: Double, isThin: Bool) {
        switch denominator {
        case .interpolated(let floor):
            guard let mean = baseline.interpolated(row: row, at: progress) else { return (.nan, false) }
            let divisor = max(mean, floor)
            return divisor > 0 ? (volume / divisor, mean < floor) : (.nan, false)
        case .slotEnd:
            guard let mean = baseline.atEnd(ofSlot: progress.completedSlots, row: row), mean > 0 else {
                return (.nan, false)
            }
            return (volume / mean, false)
        }
    }

    /// Own volume of a completed slot over the mean own volume of that slot, × (NaN when either is missing or 0).
    package static func slot(_ slot: Int, row: Int, slots: borrowing DaySlots, baseline: borrowing Baseline) -> Double {
        let end = slots.volume(row: row, slot: slot)
        let start = slots.volume(row: row, slot: slot - 1)
        guard end != DaySlots.unknown, start != DaySlots.unknown else { return .nan }
        guard let mean = baseline.own(slot: slot, row: row), mean > 0 else { return .nan }
        return Double(end - start) / mean
    }

    /// The slot in progress so far over the same share of its mean, × (NaN when missing).
    package static func slotInProgress(
        volume: Double,
        row: Int,
        slots: borrowing DaySlots,
        baseline: borrowing Baseline,
        at progress: DayProgress
    ) -> Double {
        let start = slots.volume(row: row, slot: progress.completedSlots - 1)
        guard progress.completedSlots < Slot.count, progress.fraction > 0, start != DaySlots.unknown else {
            return .nan
        }
        guard let mean = baseline.own(slot: progress.completedSlots, row: row), mean > 0 else { return .nan }
        let own = volume - Double(start)
        return (own < 0 ? 0 : own) / (mean * progress.fraction)
    }

    /// The slot RVOL a table shows: the slot in progress, or the one just ended while the former is too young to tell.
    package static func currentSlot(
        volume: Double,
        row: Int,
        slots: borrowing DaySlots,
        baseline: borrowing Baseline,
        at progress: DayProgress
    ) -> (rvol: Double, isPrevious: Bool) {
        if showsSlotInProgress(progress) {
            return (slotInProgress(volume: volume, row: row, slots: slots, baseline: baseline, at: progress), false)
        }
        guard progress.completedSlots > 0 else { return (.nan, true) }
        return (slot(progress.completedSlots - 1, row: row, slots: slots, baseline: baseline), true)
    }

    /// Whether a table shows the slot in progress; else the one just ended stands in.
    static func showsSlotInProgress(_ progress: DayProgress) -> Bool {
        progress.completedSlots < Slot.count && progress.fraction * Double(Slot.seconds) >= youngestSlotSeconds
    }
}
