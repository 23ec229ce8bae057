import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

@Suite
struct PriceLevelTests {
    private let symbols = ["AAA", "BBB"].compactMap { Symbol($0) }

    /// A trade at so many ms, against a quote of 10 to 11.
    private func add(
        _ book: inout TapeBook,
        _ price: Double,
        _ size: Double = 100,
        at ms: Int64 = 0,
        row: Int = 0,
        conditions: [Int] = []
    ) {
        if book.quote(row: row) == nil { book.add(TapeQuote(bid: 10, ask: 11, time: -1), row: row) }
        let codes = PackedCodes(packing: conditions)
        _ = book.add(
            TapeTrade(price: price, size: size, time: ms * 1_000_000, conditions: codes),
            row: row,
            effect: TradeConditions.builtIn.effect(of: codes, isExtendedHours: false),
            isMerged: true
        )
    }

    private func levels(
        _ book: inout TapeBook,
        _ count: Int = 100,
        row: Int? = 0,
        filter: (inout TapeFilter) -> Void = { _ in }
    ) -> [PriceLevel] {
        var query = TapeQuery(symbol: row.map { symbols[$0] }, rows: 1, levels: count)
        filter(&query.filter)
        return book.page(query, row: row, symbols: symbols, now: Instant(nanoseconds: 0)).levels
    }

    private func prices(_ book: inout TapeBook, _ count: Int) -> [Double] { levels(&book, count).map(\.price) }

    @Test func sharesAreBoughtAtTheOfferSoldAtTheBidAndNobodysBetween() {
        var book = TapeBook()
        book.lookAt(rows: [0])
        let trades: [(Double, Double)] = [
            (11, 100), (11.5, 10), (10, 200), (9.5, 20), (10.5, 300), (11, 1), (10, 2), (10.5, 3),
        ]
        for (price, size) in trades { add(&book, price, size) }
        let expected = [
            PriceLevel(price: 11.5, bought: 10), PriceLevel(price: 11, bought: 101),
            PriceLevel(price: 10.5, other: 303),
            PriceLevel(price: 10, sold: 202), PriceLevel(price: 9.5, sold: 20),
        ]
        let shown = levels(&book)
        #expect(shown == expected)
        let filtered = levels(&book) { $0.minSize = 1000 }
        #expect(filtered == expected, "a filter changes nothing")
        let none = [levels(&book, 0), levels(&book, row: nil), levels(&book, row: 1)]
        #expect(none == [[], [], []])
    }

    @Test func whatIsLateAverageOrRepeatedIsNobodysOrNotThereAndSetsNoMiddle() {
        var book = TapeBook()
        book.lookAt(rows: [0])
        add(&book, 11, 100, at: 1)
        // Average price: off the market. Odd lot: met it. Official close: repeats shares.
        add(&book, 9, 150, at: 2, conditions: [2])
        add(&book, 10, 5, at: 3, conditions: [37])
        add(&book, 10.7, 5000, at: 4, conditions: [15])
        book.addHalt(isResume: false, time: 5, row: 0, isMerged: false)
        let all = levels(&book)
        #expect(
            all == [
                PriceLevel(price: 11, bought: 100), PriceLevel(price: 10, sold: 5), PriceLevel(price: 9, other: 150),
            ]
        )
        let one = levels(&book, 1)
        #expect(one == [all[0]], "the last price is that of the trade that set it")
    }

    @Test(arguments: [
        (conditions: [], isJudged: true), (conditions: [37], isJudged: true), (conditions: [14, 37], isJudged: true),
        (conditions: [2], isJudged: false), (conditions: [2, 37], isJudged: false), (conditions: [10], isJudged: false),
        (conditions: [33], isJudged: false), (conditions: [32, 37], isJudged: false),
        (conditions: [99], isJudged: false),
    ])
    func fewSharesDoNotMakeAnAverageOrLatePriceMeetTheMarket(_ it: (conditions: [Int], isJudged: Bool)) {
        var book = TapeBook()
        book.lookAt(rows: [0])
        // What is kept is judged anew when it comes into view again.
        for isKept in [false, true] {
            if !isKept { add(&book, 11, 40, at: 1, conditions: it.conditions) }
            if isKept {
                book.lookAt(rows: [])
                book.lookAt(rows: [0])
            }
            let shown = levels(&book)
            let expected = PriceLevel(price: 11, bought: it.isJudged ? 40 : 0, other: it.isJudged ? 0 : 40)
            #expect(shown == [expected], "\(it.conditions)")
        }
        let query = TapeQuery(symbol: symbols[0], rows: 1)
        let share = book.page(query, row: 0, symbols: symbols, now: Instant(nanoseconds: 0)).askShare
        #expect(it.isJudged ? share == 1 : share.isNaN)
    }

    @Test(arguments: [
        (count: 1, shown: "50"), (count: 2, shown: "50 49"), (count: 5, shown: "52 51 50 49 48"),
        (count: 200, shown: (1...100).reversed().map { "\($0)" }.joined(separator: " ")),
    ])
    func asManyAsAskedForStandAroundTheLastPrice(_ it: (count: Int, shown: String)) {
        var book = TapeBook()
        book.lookAt(rows: [0])
        for price in 1...110 { add(&book, Double(price), at: Int64(price)) }
        for price in 101...110 { add(&book, Double(price), at: 200) }
        add(&book, 50, at: 300)
        // An older trade that comes late is not the last.
        add(&book, 90, at: 250)
        let shown = prices(&book, it.count).map { "\(Int($0))" }.joined(separator: " ")
        #expect(shown == it.shown)
    }

    @Test func atTheEdgeTheOtherSideFillsUp() {
        var book = TapeBook()
        book.lookAt(rows: [0])
        for price in (1...9).reversed() { add(&book, Double(price), at: Int64(10 - price)) }
        var shown = prices(&book, 4)
        #expect(shown == [4, 3, 2, 1])
        add(&book, 9, at: 20)
        shown = prices(&book, 4)
        #expect(shown == [9, 8, 7, 6])
    }

    @Test func ofTooManyPricesTheFarthestFromTheLastAreForgotten() {
        var book = TapeBook()
        book.lookAt(rows: [0])
        for price in 1...600 { add(&book, Double(price), at: Int64(price)) }
        var shown = prices(&book, 100)
        #expect(shown == (501...600).reversed().map(Double.init))
        for price in stride(from: 599, through: 89, by: -1) { add(&book, Double(price), at: 2000 - Int64(price)) }
        shown = prices(&book, 4)
        #expect(shown == [92, 91, 90, 89])
        add(&book, 80, at: 3000)
        shown = prices(&book, 4)
        #expect(shown == [91, 90, 89, 80])
        // 600 went for it, and 599 goes for the next.
        add(&book, 79, at: 3001)
        add(&book, 599, 7, at: 3002)
        shown = prices(&book, 2)
        #expect(shown == [599, 598])
        let top = levels(&book, 2).first
        #expect(top == PriceLevel(price: 599, bought: 7))
    }

    @Test func oneThatComesIntoViewBeginsWithTheTradesThatWereKept() {
        var book = TapeBook()
        for ms in 0..<300 as Range<Int64> { add(&book, 11, 1, at: ms) }
        book.lookAt(rows: [0])
        var shown = levels(&book)
        #expect(shown == [PriceLevel(price: 11, bought: 256)])
        add(&book, 11, 4, at: 301)
        shown = levels(&book)
        #expect(shown == [PriceLevel(price: 11, bought: 260)])
        book.lookAt(rows: [])
        add(&book, 10, 7, at: 302)
        shown = levels(&book)
        #expect(shown == [PriceLevel(price: 11, bought: 258), PriceLevel(price: 10, sold: 7)], "the 256 that are kept")
    }
}
