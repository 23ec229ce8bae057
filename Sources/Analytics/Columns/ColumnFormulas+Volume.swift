import MarketData
import MarketTime

extension ColumnFormulas {
    private typealias Math = ColumnArithmetic

    /// Minutes of a regular session: what an average day's volume is spread over.
    private static let regularMinutes = 390.0
    /// Slots over which the largest slot RVOL is sought.
    private static let highestOfSlots = 10

    /// Volumes and their relatives.
    static func volume(_ id: ColumnID, _ inputs: ColumnInputs) -> [Double]? {
        switch id {
        case .volume1mPercent: return share(of: inputs.universe.volume1m, minutes: 1, inputs.universe)
        case .volume5mPercent: return share(of: inputs.universe.volume5m, minutes: 5, inputs.universe)
        case .volume10mPercent: return share(of: inputs.universe.volume10m, minutes: 10, inputs.universe)
        case .volume15mPercent: return share(of: inputs.universe.volume15m, minutes: 15, inputs.universe)
        case .volume30mPercent: return share(of: inputs.universe.volume30m, minutes: 30, inputs.universe)
        case .volumePercent: return share(of: inputs.universe.volume, minutes: regularMinutes, inputs.universe)
        case .previousVolumePercent:
            return share(of: inputs.universe.previousVolume, minutes: regularMinutes, inputs.universe)
        case .averageVolume20: return known(inputs.universe.daily[.averageVolume20], inputs)
        case .averageVolume3m: return known(inputs.universe.daily[.averageVolume3m], inputs)
        case .averageDollarVolume: return known(inputs.universe.daily[.averageDollarVolume], inputs)
        case .pace: return pace(inputs)
        case .previousSlotRVOL:
            let slot = inputs.progress.completedSlots - 1
            guard slot >= 0 else { return Math.missing(inputs.count) }
            return Math.fill(inputs.count) { row in
                RelativeVolume.slot(slot, row: row, slots: inputs.slots, baseline: inputs.baseline)
            }
        case .highestSlotRVOL: return Math.fill(inputs.count) { highestSlotRVOL(row: $0, inputs) }
        default: return nil
        }
    }

    /// A column of daily bars, missing throughout before the first are known.
    static func known(_ column: [Double], _ inputs: ColumnInputs) -> [Double] {
        column.isEmpty ? Math.missing(inputs.count) : column
    }

    /// Shares of so many minutes against an average day's in as many, in percent.
    private static func share(of shares: [Double], minutes: Double, _ universe: Universe) -> [Double] {
        let scale = regularMinutes / minutes * 100
        return Math.map(shares, universe.averageVolume10) { Math.ratio($0, $1) * scale }
    }

    /// The day's volume if it goes on as it does on other days: V · H(191) / H(t).
    private static func pace(_ inputs: ColumnInputs) -> [Double] {
        let volume = inputs.universe.volume
        return Math.fill(inputs.count) { row in
            guard let now = inputs.baseline.interpolated(row: row, at: inputs.progress), now > 0,
                let whole = inputs.baseline.atEnd(ofSlot: Slot.count - 1, row: row)
            else { return .nan }
            return volume[row] * whole / now
        }
    }

    /// The largest slot RVOL of the last slots; missing when the volume of any of them is.
    ///
    /// A slot in which the stock never trades has no slot RVOL, and leaves the others theirs.
    private static func highestSlotRVOL(row: Int, _ inputs: ColumnInputs) -> Double {
        let completed = inputs.progress.completedSlots
        let first = max(0, completed - highestOfSlots)
        guard var before = inputs.baseline.sum(row: row, slot: first - 1)?.shares else { return .nan }
        var start = inputs.slots.volume(row: row, slot: first - 1)
        var highest = Double.nan
        for slot in first..<completed {
            let end = inputs.slots.volume(row: row, slot: slot)
            guard end != DaySlots.unknown, start != DaySlots.unknown,
                let sum = inputs.baseline.sum(row: row, slot: slot)
            else { return .nan }
            let mean = (sum.shares - before) / sum.days
            if mean > 0, !(Double(end - start) / mean <= highest) { highest = Double(end - start) / mean }
            (start, before) = (end, sum.shares)
        }
        return highest
    }

    // MARK: Volumes of sessions

    /// Volumes of the pre-market, the regular session and the post-market: by the day's cumulative volumes at their ends,
    /// of the running one by the volume so far.
    static func sessionVolume(_ id: ColumnID, _ inputs: ColumnInputs) -> [Double]? {
        let opening = slot(at: inputs.day.openSecond)
        let closing = slot(at: inputs.day.closeSecond)
        let completed = inputs.progress.completedSlots
        switch id {
        case .preVolume: return volume(by: opening, inputs)
        case .preDollarVolume:
            let shares = sessionVolume(.preVolume, inputs) ?? []
            return Math.map(shares, completed < opening ? inputs.universe.price : inputs.universe.open, *)
        case .preRVOL:
            let shares = inputs.slots.ends(of: opening - 1, count: inputs.count)
            let isOver = isOver(slot: opening, inputs)
            return Math.fill(inputs.count) { row in
                guard isOver(row) else { return inputs.universe.rvol[row] }
                guard let mean = inputs.baseline.atEnd(ofSlot: opening - 1, row: row) else { return .nan }
                return Math.ratio(shares[row], max(mean, inputs.rvolFloor))
            }
        case .regularVolume:
            guard completed >= opening else { return Math.missing(inputs.count) }
            let end = volume(by: closing, inputs)
            return Math.map(end, inputs.slots.ends(of: opening - 1, count: inputs.count), difference)
        case .postVolume:
            guard completed >= closing else { return Math.missing(inputs.count) }
            return Math.map(inputs.universe.volume, inputs.slots.ends(of: closing - 1, count: inputs.count), difference)
        default: return nil
        }
    }

    /// The volume so far, or once a session is over that by its end; `slot` is the first one after it.
    private static func volume(by slot: Int, _ inputs: ColumnInputs) -> [Double] {
        let ends = inputs.slots.ends(of: slot - 1, count: inputs.count)
        let isOver = isOver(slot: slot, inputs)
        return Math.fill(inputs.count) { row in isOver(row) ? ends[row] : inputs.universe.volume[row] }
    }

    /// Whether the data of a row have reached a slot.
    ///
    /// The stream tells of it seconds before the next snapshot: the opening auction is no volume of the pre-market.
    private static func isOver(slot: Int, _ inputs: ColumnInputs) -> (Int) -> Bool {
        if inputs.progress.completedSlots >= slot { return { _ in true } }
        guard inputs.streamedSlots >= slot else { return { _ in false } }
        let flags = inputs.universe.flags
        return { flags[$0].contains(.streamed) }
    }

    /// The slot that begins at a second of the day, or in which it lies.
    private static func slot(at second: Int) -> Int { (second - Slot.dayStartSecond) / Slot.seconds }

    /// What came after an earlier volume; a correction by the vendor makes it none, never negative.
    private static func difference(_ later: Double, _ earlier: Double) -> Double {
        later < earlier ? 0 : later - earlier
    }
}

extension DaySlots {
    /// C(today, slot) of each row, shares; NaN where unknown.
    fileprivate func ends(of slot: Int, count: Int) -> [Double] {
        ColumnArithmetic.fill(count) { row in
            let volume = volume(row: row, slot: slot)
            return volume == Self.unknown ? .nan : Double(volume)
        }
    }
}
