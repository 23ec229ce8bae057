import Analytics
import MarketData
import MarketTime
import Testing

@Suite
struct OwnVolumesTests {
    /// Slots with these ends, -1 where unknown.
    private func slots(_ ends: [Int64]) -> DaySlots {
        var slots = DaySlots()
        slots.grow(to: 1)
        slots.restore(row: 0, ends, completedSlots: ends.count)
        return slots
    }

    private func own(_ ends: [Int64], volume: Double, completed: Int) -> [Float] {
        var cells: [Float] = []
        slots(ends).appendOwnVolumes(row: 0, volume: volume, completedSlots: completed, to: &cells)
        #expect(cells.count == Slot.count)
        return cells
    }

    private func text(_ cells: some Sequence<Float>) -> String {
        cells.map { $0.isNaN ? "-" : "\(Int($0))" }.joined(separator: " ")
    }

    @Test(arguments: [
        (ends: [100, 100, 250], volume: 300.0, completed: 3, shown: "100 0 150 50 - -"),
        (ends: [100, -1, 250], volume: 300, completed: 3, shown: "100 - - 50 - -"),
        (ends: [100, 200, -1], volume: 300, completed: 3, shown: "100 100 - - - -"),
        (ends: [-1, -1, -1], volume: 300, completed: 3, shown: "- - - - - -"),
        (ends: [], volume: 40, completed: 0, shown: "40 - - - - -"),
        (ends: [], volume: .nan, completed: 0, shown: "- - - - - -"),
        (ends: [100, 100, 250], volume: .nan, completed: 3, shown: "100 0 150 - - -"),
        (ends: [100, 100, 250], volume: 240, completed: 3, shown: "100 0 150 0 - -"),
        // The stream has told the end of a slot that no snapshot has seen end.
        (ends: [100, 100, 250], volume: 300, completed: 2, shown: "100 0 150 50 - -"),
    ])
    func ownVolumesAreDifferencesWhereBothEndsAreKnown(
        _ it: (ends: [Int64], volume: Double, completed: Int, shown: String)
    ) {
        let cells = own(it.ends, volume: it.volume, completed: it.completed)
        #expect(text(cells.prefix(6)) == it.shown)
        #expect(cells.dropFirst(6).allSatisfy { $0.isNaN })
    }

    @Test func whenTheDayIsOverNoSlotRuns() {
        let cells = own((1...192).map { Int64($0) * 10 }, volume: 5000, completed: Slot.count)
        #expect(cells == Array(repeating: 10, count: Slot.count))
    }

    @Test func averagesAreMeansOfOwnVolumesAndMissingWithoutABaseline() throws {
        var universe = Universe()
        _ = universe.intern(try #require(Symbol("A")))
        _ = universe.intern(try #require(Symbol("B")))
        let sums = (1...Slot.count).map { Double($0 * $0) }
        var baseline = Baseline(symbols: [try #require(Symbol("B"))], days: [4], sums: sums)
        baseline.resolve(universe)
        var cells: [Float] = []
        baseline.appendOwnVolumes(row: 0, to: &cells)
        #expect(cells.count == Slot.count && cells.allSatisfy { $0.isNaN })
        cells = []
        baseline.appendOwnVolumes(row: 1, to: &cells)
        #expect(cells == (1...Slot.count).map { Float(2 * $0 - 1) / 4 })
        cells = []
        baseline.appendOwnVolumes(row: .max, to: &cells)
        #expect(cells.count == Slot.count && cells.allSatisfy { $0.isNaN })
    }
}
