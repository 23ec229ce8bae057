import MarketTime

extension DaySlots {
    /// Appends a row's own volumes of all 192 slots, shares: NaN where unknown and in slots that have not begun.
    ///
    /// The slot in progress is what `volume` (since 04:00 ET, NaN when unknown) has beyond the end of the slot before. The
    /// stream may have told the end of slots after `completedSlots`: of such a row these have ended too.
    package func appendOwnVolumes(row: Int, volume: Double, completedSlots: Int, to cells: inout [Float]) {
        var start: Int64 = 0
        var isRunning = false
        for slot in 0..<Slot.count {
            let end = self.volume(row: row, slot: slot)
            if end != Self.unknown {
                cells.append(start == Self.unknown ? .nan : Float(end - start))
            } else if slot >= completedSlots, !isRunning {
                isRunning = true
                let own = start == Self.unknown ? .nan : volume - Double(start)
                cells.append(own < 0 ? 0 : Float(own))
            } else {
                cells.append(.nan)
            }
            start = end
        }
    }
}

extension Baseline {
    /// Appends a row's mean own volumes of all 192 slots, shares: NaN throughout without a baseline.
    package func appendOwnVolumes(row: Int, to cells: inout [Float]) {
        guard dayCount(row: row) > 0 else {
            cells.append(contentsOf: repeatElement(.nan, count: Slot.count))
            return
        }
        for slot in 0..<Slot.count { cells.append(Float(own(slot: slot, row: row) ?? .nan)) }
    }
}
