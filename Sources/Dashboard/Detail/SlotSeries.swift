import MarketTime

/// What a cell of a chart of slots says.
struct SlotCell: Hashable, Sendable {
    /// Shares traded; NaN before its first slot has begun, and where nothing is known.
    var volume = Double.nan
    /// Shares that are usual for all of its slots; NaN without a baseline.
    var average = Double.nan
    /// Volume over what is usual for as much of it as has passed; NaN where either is missing.
    var rvol = Double.nan
    /// Shares of the day that is laid over it; NaN without one.
    var other = Double.nan
}

/// One ticker's day, slot by slot or all up to a slot, as sums of any cells.
///
/// Of several slots the relative volume is the sum of their volumes over the sum of their averages; the running slot
/// counts with the share of it that has passed. A slot without volume or average is left out of both sums.
struct SlotSeries {
    /// The least share of a running slot that is compared: 30 s.
    static let shareMin = 0.1

    /// How far the day has come.
    let progress: DayProgress
    /// Whether a cell stands for all slots up to its last.
    let isCumulative: Bool

    /// Sums up to a slot, 193 each: index n is the sum of slots 0..<n.
    private var volumes = [0.0]
    private var averages = [0.0]
    private var compared = [0.0]
    private var expected = [0.0]
    private var others = [0.0]
    /// Slots up to one that have a volume, an average, both, or another day's volume.
    private var volumeCounts = [0]
    private var averageCounts = [0]
    private var comparedCounts = [0]
    private var otherCounts = [0]

    /// The series of a ticker's slots; `other` is the day laid over them, empty for none.
    init(_ slots: PageSlots, isCumulative: Bool, other: ArraySlice<Float> = []) {
        self.isCumulative = isCumulative
        progress = slots.progress
        for keyPath in [\Self.volumes, \.averages, \.compared, \.expected, \.others] {
            self[keyPath: keyPath].reserveCapacity(Slot.count + 1)
        }
        for slot in 0..<Slot.count {
            let volume = progress.begins(slot) ? Double(slots.volumes[slot]) : .nan
            let average = Double(slots.averages[slot])
            let share = progress.share(of: slot)
            let isCompared = !volume.isNaN && !average.isNaN && (share == 1 || share >= Self.shareMin)
            let past = other.isEmpty ? .nan : Double(other[other.startIndex + slot])
            Self.add(volume, &volumes, &volumeCounts)
            Self.add(average, &averages, &averageCounts)
            Self.add(isCompared ? volume : .nan, &compared, &comparedCounts)
            expected.append(expected[slot] + (isCompared ? average * share : 0))
            Self.add(past, &others, &otherCounts)
        }
    }

    private static func add(_ value: Double, _ sums: inout [Double], _ counts: inout [Int]) {
        sums.append((sums.last ?? 0) + (value.isNaN ? 0 : value))
        counts.append((counts.last ?? 0) + (value.isNaN ? 0 : 1))
    }

    /// What a cell of these slots says.
    func cell(_ slots: Range<Int>) -> SlotCell { cell(slots, isCumulative: isCumulative) }

    /// What one slot says by itself.
    func alone(_ slot: Int) -> SlotCell { cell(slot..<slot + 1, isCumulative: false) }

    private func cell(_ slots: Range<Int>, isCumulative: Bool) -> SlotCell {
        let slots = slots.clamped(to: 0..<Slot.count)
        guard !slots.isEmpty else { return SlotCell() }
        let all = isCumulative ? 0..<slots.upperBound : slots
        func sum(_ sums: [Double], _ counts: [Int]) -> Double {
            counts[all.upperBound] > counts[all.lowerBound] ? sums[all.upperBound] - sums[all.lowerBound] : .nan
        }
        var cell = SlotCell()
        cell.average = sum(averages, averageCounts)
        cell.other = sum(others, otherCounts)
        guard progress.begins(slots.lowerBound) else { return cell }
        cell.volume = sum(volumes, volumeCounts)
        let usual = expected[all.upperBound] - expected[all.lowerBound]
        if comparedCounts[all.upperBound] > comparedCounts[all.lowerBound], usual > 0 {
            cell.rvol = (compared[all.upperBound] - compared[all.lowerBound]) / usual
        }
        return cell
    }

    /// Shares of all slots up to one, what is usual for them, their relative volume, and the day's volume at that pace.
    func upTo(_ slot: Int) -> (volume: Double, average: Double, rvol: Double, pace: Double) {
        let end = min(max(slot, 0), Slot.count - 1) + 1
        let volume = volumeCounts[end] > 0 ? volumes[end] : .nan
        let average = averageCounts[end] > 0 ? averages[end] : .nan
        let rvol = comparedCounts[end] > 0 && expected[end] > 0 ? compared[end] / expected[end] : .nan
        return (volume, average, rvol, rvol * averages[Slot.count])
    }
}

extension DayProgress {
    /// Whether a slot has begun.
    func begins(_ slot: Int) -> Bool { slot < completedSlots || slot == completedSlots && fraction > 0 }

    /// The share of a slot that has passed, 0…1.
    func share(of slot: Int) -> Double { slot < completedSlots ? 1 : slot == completedSlots ? fraction : 0 }
}

/// How the slots of a span are spread over the cells of a line: several slots to a cell, or several cells to a slot.
struct SlotCells: Hashable, Sendable {
    /// The slots of the span.
    let span: Range<Int>
    /// Slots in a cell; the last one may hold fewer.
    let slotsPerCell: Int
    /// Cells of a slot; 1 where a cell holds several.
    let cellsPerSlot: Int
    /// Cells used.
    let count: Int

    /// Spreads a span over at most so many cells.
    init(_ span: Range<Int>, width: Int) {
        self.span = span
        let room = max(1, width)
        slotsPerCell = span.count <= room ? 1 : (span.count + room - 1) / room
        cellsPerSlot = max(1, span.isEmpty ? 1 : room / span.count)
        count = slotsPerCell > 1 ? (span.count + slotsPerCell - 1) / slotsPerCell : span.count * cellsPerSlot
    }

    /// Cells between two bars, so that wide ones can be told apart.
    var gap: Int { cellsPerSlot > 2 ? 1 : 0 }

    /// The slots of a cell.
    func slots(_ cell: Int) -> Range<Int> {
        let first = span.lowerBound + (slotsPerCell > 1 ? cell * slotsPerCell : cell / cellsPerSlot)
        return first..<min(first + slotsPerCell, span.upperBound)
    }

    /// The first cell of a slot, counted from the line's first; nil outside the span.
    func cell(of slot: Int) -> Int? {
        guard span.contains(slot) else { return nil }
        return (slot - span.lowerBound) / slotsPerCell * cellsPerSlot
    }
}
