import Analytics
import TestSupport
import Testing

@Suite
struct SecondBarLedgerTests {
    private func put(
        _ ledger: inout SecondBarLedger,
        row: Int = 0,
        _ start: Int64,
        _ volume: Double,
        high: Double = 2,
        low: Double = 1
    ) -> SecondBarLedger.Outcome {
        ledger.put(row: row, start: start, volume: volume, high: high, low: low)
    }

    @Test func aBarSentAgainReplacesAndTellsTheDifference() {
        var ledger = SecondBarLedger()
        #expect(put(&ledger, 10, 500) == .new)
        #expect(put(&ledger, 11, 70) == .new)
        #expect(put(&ledger, 10, 500) == .unchanged)
        #expect(put(&ledger, 10, 650) == .replaced(volumeDelta: 150))
        #expect(put(&ledger, 10, 600) == .replaced(volumeDelta: -50))
        #expect(put(&ledger, 10, 600, high: 3) == .replaced(volumeDelta: 0))
        #expect(put(&ledger, 10, 600, high: 3) == .unchanged)
        #expect(ledger.barCount(row: 0) == 2)
    }

    @Test func aLateFirstBarIsNewUntilItIsOlderThanAFullRow() {
        var ledger = SecondBarLedger()
        for second in 0..<256 { #expect(put(&ledger, Int64(1000 + second * 2), 1) == .new) }
        #expect(put(&ledger, 1001, 1) == .new)
        #expect(put(&ledger, 1000, 1) == .tooOld)
        #expect(put(&ledger, 1001, 1) == .unchanged)
        #expect(put(&ledger, 999, 1) == .tooOld)
        #expect(ledger.barCount(row: 0) == SecondBarLedger.barsMax)
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func theLedgerAgreesWithASortedList(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var ledger = SecondBarLedger()
        var naive: [(start: Int64, volume: Double)] = []
        var clock: Int64 = 0
        for _ in 0..<4000 {
            clock += Int64.random(in: 0...2, using: &random)
            let start = clock - (Bool.random(using: &random) ? 0 : Int64.random(in: 0...400, using: &random))
            let volume = Double(Int.random(in: 1...3, using: &random))
            var expected = SecondBarLedger.Outcome.new
            if let known = naive.firstIndex(where: { $0.start == start }) {
                let delta = volume - naive[known].volume
                expected = delta == 0 ? .unchanged : .replaced(volumeDelta: delta)
                naive[known].volume = volume
            } else if naive.count == 256, start < naive.map(\.start).min() ?? .min {
                expected = .tooOld
            } else {
                naive.append((start, volume))
                naive.sort { $0.start < $1.start }
                if naive.count > 256 { naive.removeFirst() }
            }
            let found = put(&ledger, start, volume)
            #expect(found == expected, "seed \(seed), start \(start)")
            if found != expected { return }
        }
    }

    @Test func forgettingARowLeavesTheOthersAlone() {
        var ledger = SecondBarLedger()
        for row in [7, 3, 9] { _ = put(&ledger, row: row, 10, Double(row)) }
        ledger.forget(row: 7)
        ledger.forget(row: 7)
        ledger.forget(row: 1_000_000)
        #expect(ledger.rowCount == 2)
        #expect(put(&ledger, row: 3, 10, 3) == .unchanged)
        #expect(put(&ledger, row: 9, 10, 9) == .unchanged)
        #expect(put(&ledger, row: 7, 10, 7) == .new)
    }

    @Test func rowsAreBoundedAndTheStalestMakesRoom() {
        var ledger = SecondBarLedger(rowsMax: 3)
        for row in 0..<3 { _ = put(&ledger, row: row, Int64(100 + (row == 1 ? 0 : 10)), 5) }
        _ = put(&ledger, row: 8, 200, 5)
        #expect(ledger.rowCount == 3)
        #expect(ledger.barCount(row: 1) == 0)
        #expect(put(&ledger, row: 0, 110, 5) == .unchanged)
        for row in 10..<5000 { _ = put(&ledger, row: row, 300, 5) }
        #expect(ledger.rowCount == 3)
        ledger.reset()
        #expect(ledger.rowCount == 0)
        #expect(put(&ledger, row: 8, 200, 5) == .new)
    }
}
