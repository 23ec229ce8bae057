import Engine
import EngineAPI
import MarketData
import TestSupport
import Testing

@Suite
struct TapeSideTests {
    private static let none = Double.nan

    static let cases: [(Double, Double, Double, TradeSide)] = [
        (10.02, 10.00, 10.02, .ask), (10.03, 10.00, 10.02, .aboveAsk), (10.00, 10.00, 10.02, .bid),
        (9.99, 10.00, 10.02, .belowBid), (10.01, 10.00, 10.02, .between),
        // Locked, crossed.
        (10.00, 10.00, 10.00, .between), (10.01, 10.00, 10.00, .aboveAsk), (9.99, 10.00, 10.00, .belowBid),
        (10.01, 10.02, 10.00, .between), (10.00, 10.02, 10.00, .between), (10.02, 10.02, 10.00, .between),
        (10.03, 10.02, 10.00, .aboveAsk), (9.99, 10.02, 10.00, .belowBid),
        // One side, none.
        (10.02, none, 10.02, .ask), (10.03, none, 10.02, .aboveAsk), (10.01, none, 10.02, .unknown),
        (10.00, 10.00, none, .bid), (9.99, 10.00, none, .belowBid), (10.01, 10.00, none, .unknown),
        (10.00, none, none, .unknown),
    ]

    @Test(arguments: cases)
    func aPriceStandsWhereTheQuoteSays(_ price: Double, _ bid: Double, _ ask: Double, _ side: TradeSide) {
        #expect(TradeSide(price: price, bid: bid, ask: ask) == side)
    }

    private func side(_ book: inout TapeBook, _ price: Double, at time: Int64) -> TapeBook.Outcome {
        book.add(TapeTrade(price: price, size: 100, time: time), row: 0, effect: .all, isMerged: false)
    }

    @Test func theQuoteInForceAtThePrintsTimeDecides() {
        var book = TapeBook()
        #expect(side(&book, 10, at: 5) == .new(.unknown))
        book.add(TapeQuote(bid: 10, ask: 11, time: 10), row: 0)
        book.add(TapeQuote(bid: 11, ask: 12, time: 20), row: 0)
        #expect(side(&book, 11, at: 9) == .new(.unknown))
        #expect(side(&book, 11, at: 10) == .new(.ask))
        #expect(side(&book, 11, at: 19) == .new(.ask))
        #expect(side(&book, 11, at: 20) == .new(.bid))
        #expect(side(&book, 11, at: 9_000) == .new(.bid))
    }

    @Test func ofQuotesOfOneTimeTheOneThatArrivedLastCounts() {
        var book = TapeBook()
        book.add(TapeQuote(bid: 10, ask: 11, time: 10), row: 0)
        book.add(TapeQuote(bid: 9, ask: 10, bidSize: 4, askSize: 5, time: 10), row: 0)
        #expect(side(&book, 10, at: 10) == .new(.ask))
        #expect(book.quote(row: 0)?.askSize == 5)
    }

    @Test func aLateQuoteTakesItsPlaceAndIsNotTheNewest() {
        var book = TapeBook()
        book.add(TapeQuote(bid: 10, ask: 11, time: 10), row: 0)
        book.add(TapeQuote(bid: 20, ask: 21, time: 30), row: 0)
        book.add(TapeQuote(bid: 14, ask: 15, time: 20), row: 0)
        #expect(side(&book, 15, at: 25) == .new(.ask))
        #expect(side(&book, 11, at: 19) == .new(.ask))
        #expect(book.quote(row: 0)?.bid == 20)
    }

    @Test func afterAGapTheOldQuotesAreNotInForce() {
        var book = TapeBook()
        for row in 0..<2 { book.add(TapeQuote(bid: 10, ask: 11, time: 10), row: row) }
        book.dropQuotes(row: 0)
        #expect(side(&book, 11, at: 50) == .new(.unknown))
        #expect(book.quote(row: 0) == nil)
        #expect(book.quote(row: 1)?.bid == 10)
        book.dropQuotes()
        #expect(book.quote(row: 1) == nil)
        #expect(book.quote(row: 99) == nil)
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func sidesAgreeWithALookThroughTheLast64Quotes(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var book = TapeBook()
        var quotes: [TapeQuote] = []
        var clock: Int64 = 1000
        for step in 0..<3000 {
            clock += Int64.random(in: 0...3, using: &random)
            let late = Int.random(in: 0..<5, using: &random) == 0 ? Int64.random(in: 0...150, using: &random) : 0
            let bid = Double(Int.random(in: 1...9, using: &random))
            if step % 2 == 0 {
                let isOneSided = Int.random(in: 0..<8, using: &random) == 0
                let ask = isOneSided ? Double.nan : bid + Double(Int.random(in: -1...2, using: &random))
                let quote = TapeQuote(bid: bid, ask: ask, time: clock - late)
                book.add(quote, row: 0)
                let place = quotes.lastIndex { $0.time <= quote.time }.map { $0 + 1 } ?? 0
                quotes.insert(quote, at: place)
                if quotes.count > 64 { quotes.removeFirst() }
            } else {
                let time = clock - late
                let quote = quotes.last { $0.time <= time }
                let expected = TradeSide(price: bid, bid: quote?.bid ?? Double.nan, ask: quote?.ask ?? Double.nan)
                #expect(side(&book, bid, at: time) == .new(expected), "seed \(seed), step \(step)")
            }
        }
    }
}
