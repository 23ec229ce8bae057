import Analytics
import MarketTime
import TestSupport
import Testing

@Suite
struct SlotClosesTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func everyPriceWithinTheRangeIsKeptToTheStatedError(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var closes = SlotCloses()
        closes.grow(to: 40)
        for row in 0..<40 {
            var price = Double.random(in: 0.0001...900_000, using: &random)
            let first = price
            for slot in 0..<Slot.count {
                price *= Double.random(in: 0.9...1.12, using: &random)
                if slot == 0 { price = first }
                guard price / first < 250, price / first > 1 / 250.0 else { continue }
                closes.set(row: row, slot: slot, price)
                let error = abs(closes.price(row: row, slot: slot) - price) / price
                #expect(error <= SlotCloses.relativeErrorMax, "seed \(seed), \(first), \(price)")
            }
        }
    }

    @Test func theNewestPriceOfASlotCountsAndOthersStayUnknown() {
        var closes = SlotCloses()
        closes.grow(to: 2)
        closes.set(row: 1, slot: 70, 16)
        closes.set(row: 1, slot: 70, 32)
        #expect(closes.price(row: 1, slot: 70) == 32)
        #expect(closes.price(row: 0, slot: 70).isNaN && closes.price(row: 1, slot: 71).isNaN)
        #expect(closes.price(row: 2, slot: 70).isNaN && closes.price(row: -1, slot: 70).isNaN)
        closes.grow(to: 3)
        closes.set(row: 2, slot: 70, 5)
        #expect(closes.price(row: 2, slot: 70) == 5 && closes.price(row: 1, slot: 70) == 32)
    }

    @Test(arguments: [
        (price: 255.0, isKept: true), (price: 257, isKept: false), (price: 1 / 255.0, isKept: true),
        (price: 1 / 257.0, isKept: false), (price: .nan, isKept: false), (price: 0, isKept: false),
        (price: -1, isKept: false), (price: .infinity, isKept: false), (price: 1e300, isKept: false),
    ])
    func whatIsOutOfRangeIsMissingRatherThanWrong(_ it: (price: Double, isKept: Bool)) {
        var closes = SlotCloses()
        closes.grow(to: 1)
        closes.set(row: 0, slot: 0, 1)
        closes.set(row: 0, slot: 1, it.price)
        let kept = closes.price(row: 0, slot: 1)
        #expect(it.isKept ? abs(kept / it.price - 1) < 0.001 : kept.isNaN)
        #expect(closes.price(row: 0, slot: 0) == 1)
    }

    @Test func aPriceThatLeavesTheRangeWithinItsSlotIsMissingNotTheOneBefore() {
        var closes = SlotCloses()
        closes.grow(to: 1)
        closes.set(row: 0, slot: 0, 1)
        closes.set(row: 0, slot: 1, 2)
        closes.set(row: 0, slot: 1, 300)
        #expect(closes.price(row: 0, slot: 1).isNaN)
    }

    @Test func aNewDayBeginsWithoutPricesAndWithBasesOfItsOwn() {
        var closes = SlotCloses()
        closes.grow(to: 1)
        closes.set(row: 0, slot: 0, 1)
        closes.reset()
        #expect(closes.price(row: 0, slot: 0).isNaN && closes.byteCount == 4)
        closes.set(row: 0, slot: 0, 1000)
        #expect(closes.price(row: 0, slot: 0) == 1000)
    }

    @Test func whatOthersTellFillsASlotThatNobodySawAndNoOther() {
        var closes = SlotCloses()
        closes.grow(to: 2)
        closes.set(row: 0, slot: 70, 16)
        closes.fill(row: 0, slot: 70, 20)
        closes.fill(row: 0, slot: 3, 8)
        closes.fill(row: 1, slot: 3, 100)
        #expect(closes.price(row: 0, slot: 70) == 16 && closes.price(row: 0, slot: 3) == 8)
        #expect(closes.price(row: 1, slot: 3) == 100, "it may be the first of its row")
        // What is seen counts more than what was told.
        closes.set(row: 0, slot: 3, 4)
        #expect(closes.price(row: 0, slot: 3) == 4)
        for price in [Double.nan, 0, -1, .infinity, 16 * 257] { closes.fill(row: 0, slot: 4, price) }
        for (row, slot) in [(2, 4), (-1, 4), (0, -1), (0, Slot.count)] { closes.fill(row: row, slot: slot, 16) }
        #expect(closes.price(row: 0, slot: 4).isNaN && closes.price(row: 1, slot: 4).isNaN)
    }

    @Test func slotsOutsideOfTheDayAreLeftOut() {
        var closes = SlotCloses()
        closes.grow(to: 1)
        closes.set(row: 0, slot: Slot.count, 1)
        closes.set(row: 0, slot: -1, 1)
        closes.set(row: 1, slot: 0, 1)
        #expect(closes.byteCount == 4)
    }

    @Test func aWholeDayOfTheMarketTakesWhatIsSaid() {
        var closes = SlotCloses()
        closes.grow(to: 11_000)
        for slot in 0..<Slot.count { for row in 0..<11_000 { closes.set(row: row, slot: slot, 10) } }
        #expect(closes.byteCount == 11_000 * (Slot.count * 2 + 4))
    }
}
