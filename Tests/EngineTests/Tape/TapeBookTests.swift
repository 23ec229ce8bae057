import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

@Suite
struct TapeBookTests {
    static let millisecond: Int64 = 1_000_000
    static let second: Int64 = 1_000_000_000
    private let symbols = ["AAPL", "BRK.B", "ZZZ"].compactMap { Symbol($0) }

    /// A trade at so many ms, against a quote of 10 to 11.
    private func add(
        _ book: inout TapeBook,
        _ price: Double,
        _ size: Double = 100,
        at ms: Int64 = 0,
        row: Int = 0,
        conditions: [Int] = [],
        exchange: UInt8 = 12,
        trf: UInt16 = 0,
        identity: UInt64 = 0,
        marks: PrintFlags = [],
        isMerged: Bool = true
    ) -> TapeBook.Outcome {
        if book.quote(row: row) == nil { book.add(TapeQuote(bid: 10, ask: 11, time: -1), row: row) }
        let codes = PackedCodes(packing: conditions)
        return book.add(
            TapeTrade(
                price: price,
                size: size,
                time: ms * Self.millisecond,
                exchange: exchange,
                trf: trf,
                conditions: codes,
                identity: identity
            ),
            row: row,
            effect: TradeConditions.builtIn.effect(of: codes, isExtendedHours: false),
            marks: marks,
            isMerged: isMerged
        )
    }

    private func page(
        _ book: inout TapeBook,
        row: Int? = 0,
        aggregates: Bool = true,
        rows: Int = 60,
        now: Int64 = 0,
        filter: (inout TapeFilter) -> Void = { _ in }
    ) -> TapePage {
        var query = TapeQuery(symbol: row.map { symbols[$0] }, aggregates: aggregates, rows: rows)
        filter(&query.filter)
        return book.page(query, row: row, symbols: symbols, now: Instant(nanoseconds: now))
    }

    @Test func aTradeDeliveredAgainIsADuplicateOfItsTickerOnly() {
        var book = TapeBook()
        #expect(add(&book, 11, identity: 7) == .new(.ask))
        #expect(add(&book, 11, identity: 7) == .duplicate)
        #expect(add(&book, 11, row: 1, identity: 7) == .new(.ask))
        #expect(add(&book, 11, identity: 0) == .new(.ask))
        #expect(add(&book, 11, identity: 0) == .new(.ask))
        #expect(page(&book, aggregates: false).prints.count == 3)
        #expect(page(&book, aggregates: false).total == 3)
    }

    @Test func theLast1024IdentitiesAreRememberedAndNoMore() {
        var book = TapeBook()
        for identity in 1...3000 as ClosedRange<UInt64> {
            #expect(add(&book, 11, identity: identity &* 0x1_0000_0000) == .new(.ask))
        }
        for identity in 1977...3000 as ClosedRange<UInt64> {
            #expect(add(&book, 11, identity: identity &* 0x1_0000_0000) == .duplicate, "\(identity)")
        }
        #expect(add(&book, 11, identity: 1976 &* 0x1_0000_0000) == .new(.ask))
        #expect(add(&book, 11, identity: 1977 &* 0x1_0000_0000) == .new(.ask))
        #expect(add(&book, 11, identity: 1979 &* 0x1_0000_0000) == .duplicate)
    }

    @Test func printsOfOnePriceAndSideWithin100MsAreOneLine() {
        var book = TapeBook()
        _ = add(&book, 11, 100, at: 0)
        _ = add(&book, 11, 200, at: 100)
        _ = add(&book, 11, 300, at: 200)
        _ = add(&book, 11, 400, at: 301)
        _ = add(&book, 10, 500, at: 302)
        _ = add(&book, 11, 600, at: 303)
        let lines = page(&book).prints
        #expect(lines.map(\.size) == [600, 500, 400, 600])
        #expect(lines.map(\.count) == [1, 1, 1, 3])
        #expect(lines.map(\.number) == [6, 5, 4, 1])
        #expect(lines.map(\.time) == [303, 302, 301, 200].map { $0 * Self.millisecond })
        #expect(page(&book).total == 4)
        #expect(page(&book, aggregates: false).prints.map(\.number) == [6, 5, 4, 3, 2, 1])
        #expect(page(&book, aggregates: false).total == 6)
    }

    @Test func aLineThatGrowsKeepsItsNumber() {
        var book = TapeBook()
        _ = add(&book, 11, 100, at: 0)
        let before = page(&book).prints[0]
        _ = add(&book, 11, 100, at: 50)
        _ = add(&book, 11, 50, at: 20)
        let after = page(&book).prints[0]
        #expect(before.number == after.number)
        #expect(after.size == 250 && after.count == 3 && after.time == 50 * Self.millisecond)
    }

    @Test func theSamePriceOnAnotherSideIsAnotherLine() {
        var book = TapeBook()
        _ = add(&book, 11, at: 0)
        book.add(TapeQuote(bid: 11, ask: 12, time: 10 * Self.millisecond), row: 0)
        _ = add(&book, 11, at: 20)
        #expect(page(&book).prints.map(\.side) == [.bid, .ask])
        #expect(page(&book).prints.map(\.bid) == [11, 10])
    }

    @Test func onTheMergedTapeATickersLineGrowsAcrossOthers() {
        var book = TapeBook()
        _ = add(&book, 11, 100, at: 0, row: 0)
        _ = add(&book, 11, 200, at: 10, row: 1)
        _ = add(&book, 11, 300, at: 20, row: 0)
        _ = add(&book, 11, 900, at: 25, row: 2, isMerged: false)
        _ = add(&book, 11, 400, at: 30, row: 1)
        let merged = page(&book, row: nil)
        #expect(merged.prints.map(\.symbol.text) == ["BRK.B", "AAPL"])
        #expect(merged.prints.map(\.size) == [600, 400])
        #expect(merged.bid.isNaN)
        #expect(page(&book, row: nil, aggregates: false).prints.map(\.size) == [400, 300, 200, 100])
        #expect(page(&book, row: 2).prints.map(\.size) == [900])
    }

    @Test func whatATradeIsStandsInItsFlags() {
        var book = TapeBook()
        let cases: [(Double, Double, [Int], UInt8, UInt16, PrintFlags)] = [
            (10.5, 99, [], 12, 0, .oddLot), (10.5, 99, [37], 4, 202, [.oddLot, .dark, .notLast]),
            (10.5, 10_000, [14], 12, 0, [.block, .sweep]), (1500, 150, [25], 10, 0, [.auction, .block]),
            (10.5, 100, [33], 12, 201, [.notLast, .dark]), (10.5, 100, [12], 12, 0, [.notLast, .extendedHours]),
            (10.5, 900_000, [15], 12, 0, .notLast), (10.5, 100, [], 12, 0, []),
        ]
        for (price, size, conditions, exchange, trf, flags) in cases {
            _ = add(&book, price, size, conditions: conditions, exchange: exchange, trf: trf)
            #expect(page(&book, aggregates: false, rows: 1).prints.first?.flags == flags, "\(conditions)")
        }
        _ = add(&book, 12, marks: [.dayHigh, .extendedHours, .halt])
        #expect(page(&book).prints.first?.flags == [.dayHigh, .extendedHours])
    }

    @Test func aLineSaysWhatIsTrueOfAnyOrOfAllItsTrades() {
        var book = TapeBook()
        _ = add(&book, 11, 50, at: 0, exchange: 4, trf: 201)
        _ = add(&book, 11, 300, at: 1, conditions: [14], marks: .dayHigh)
        _ = add(&book, 11, 300, at: 2)
        #expect(page(&book).prints.map(\.flags) == [[.sweep, .dayHigh]])
        #expect(page(&book).prints[0].exchange == 4)
    }

    @Test func whatRepeatsAnAuctionIsALineOfItsOwn() {
        var book = TapeBook()
        _ = add(&book, 11, 5000, at: 0, conditions: [17])
        _ = add(&book, 11, 5000, at: 1, conditions: [16])
        _ = add(&book, 11, 100, at: 2)
        #expect(page(&book).prints.map(\.size) == [100, 5000, 5000])
    }

    @Test func haltsAreLinesThatEveryFilterLetsThrough() {
        var book = TapeBook()
        _ = add(&book, 11, at: 0)
        book.addHalt(isResume: false, time: 1, row: 0, isMerged: true)
        _ = add(&book, 11, at: 2)
        book.addHalt(isResume: true, time: 3, row: 0, isMerged: false)
        book.addHalt(isResume: false, time: 4, row: 2, isMerged: true)
        let lines = page(&book).prints
        #expect(lines.map(\.flags) == [.resume, [], .halt, []])
        #expect(lines[0].price.isNaN && lines[0].size == 0 && lines[0].count == 0)
        let large = page(&book) { $0.minSize = 1e9 }
        #expect(large.prints.map(\.flags) == [.resume, .halt])
        #expect(large.total == 2)
        #expect(page(&book, row: nil).prints.map(\.symbol.text) == ["ZZZ", "AAPL", "AAPL", "AAPL"])
        #expect(page(&book, row: 2).prints.isEmpty)
        #expect(book.tickerCount == 1)
    }

    @Test func ratesAreOfTheWholeSecondsBeforeNow() {
        var book = TapeBook()
        for ms in [0, 4999, 5000, 9999] as [Int64] { _ = add(&book, 11, 100, at: ms) }
        _ = add(&book, 10, 300, at: 9999)
        _ = add(&book, 10.5, 300, at: 9999, conditions: [15])
        book.addConflated(trades: 9, shares: 10, price: 2, time: 6 * Self.second, row: 0, isMerged: true)
        for row in [0, nil] {
            let page = page(&book, row: row, now: 10 * Self.second)
            #expect(page.printsPerSecond == Double(2 + 1 + 1 + 9) / 5)
            #expect(page.dollarsPerSecond == (2200 + 3000 + 20) / 5)
            #expect(page.askShare == 400.0 / 700)
            #expect(page.conflated == 9)
        }
        #expect(book.tradesOfLastMinute(row: 0, now: Instant(seconds: 10)) == 15)
        #expect(book.tradesOfLastMinute(row: 0, now: Instant(seconds: 60)) == 14)
        #expect(book.tradesOfLastMinute(row: 0, now: Instant(seconds: 500)) == 0)
        #expect(page(&book, now: 500 * Self.second).askShare.isNaN)
        #expect(page(&book, now: 500 * Self.second).printsPerSecond == 0)
    }

    @Test func onlyPrintsThatMeetTheMarketCountAtTheOffer() {
        var book = TapeBook()
        _ = add(&book, 11, 100)
        _ = add(&book, 11, 50, conditions: [37])
        _ = add(&book, 11, 5000, conditions: [2])
        _ = add(&book, 10, 50)
        #expect(page(&book, now: Self.second).askShare == 0.75)
    }

    @Test func pipesTakeWhatIsNewByNumber() {
        var book = TapeBook()
        for ms in 0..<10 { _ = add(&book, Double(ms) + 20, at: Int64(ms)) }
        let all = book.prints(after: 0, row: 0, symbols: symbols, max: 100)
        #expect(all.map(\.number) == Array(1...10))
        let some = book.prints(after: 7, row: 0, symbols: symbols, max: 2)
        #expect(some.map(\.number) == [8, 9])
        #expect(some.map(\.price) == [27, 28])
        #expect(book.prints(after: 10, row: 0, symbols: symbols, max: 100).isEmpty)
        #expect(book.prints(after: .max, row: 0, symbols: symbols, max: 100).isEmpty)
        #expect(book.prints(after: 0, row: 2, symbols: symbols, max: 100).isEmpty)
        #expect(book.prints(after: 9, row: nil, symbols: symbols, max: 100).map(\.price) == [29])
    }

    @Test func numbersGoOnAfterATapeWasForgottenAndAfterTheDay() {
        var book = TapeBook()
        for _ in 0..<5 { _ = add(&book, 11) }
        book.forget(row: 0)
        #expect(book.tickerCount == 0)
        _ = add(&book, 11)
        #expect(page(&book, aggregates: false).prints.map(\.number) == [6])
        book.resetDay()
        #expect(page(&book).prints.isEmpty)
        _ = add(&book, 11)
        #expect(page(&book).prints.map(\.number) == [7])
        #expect(page(&book, row: nil).prints.map(\.number) == [7])
        #expect(page(&book, row: nil).total == 1)
    }

    @Test func lookingAtATickerKeepsMoreAndShowsTheSameLines() {
        var limits = TapeBook.Limits()
        limits.printsLookedAt = 40
        limits.printsOther = 8
        var book = TapeBook(limits: limits)
        for step in 0..<20 { _ = add(&book, step % 4 < 2 ? 10 : 11, at: Int64(step)) }
        #expect(page(&book).prints.map(\.count) == [2, 2, 2, 2])
        book.lookAt(rows: [0])
        for step in 20..<80 { _ = add(&book, step % 4 < 2 ? 10 : 11, at: Int64(step)) }
        #expect(page(&book, aggregates: false, rows: 100).prints.count == 40)
        #expect(page(&book, rows: 100).prints.allSatisfy { $0.count == 2 })
        #expect(page(&book, rows: 100).prints.first?.number == 79)
        book.lookAt(rows: [])
        #expect(page(&book, aggregates: false, rows: 100).prints.map(\.number) == (73...80).reversed())
        _ = add(&book, 11, at: 80)
        #expect(page(&book).prints.first?.count == 3)
    }

    @Test func whatIsLookedAtIsNotPushedOutHoweverQuietItIs() {
        var limits = TapeBook.Limits()
        limits.tickers = 3
        var book = TapeBook(limits: limits)
        book.lookAt(rows: [0])
        for row in 0..<20 {
            let trade = TapeTrade(price: 10, size: 100, time: Int64(row) * 1_000_000_000)
            _ = book.add(trade, row: row, effect: .all, isMerged: false)
        }
        #expect(book.tickerCount == 3)
        #expect(book.prints(after: 0, row: 0, symbols: [Symbol("AAA")].compactMap { $0 }, max: 5).count == 1)
    }

    @Test func aTickerNobodyKnowsHasAnEmptyPage() {
        var book = TapeBook()
        let query = TapeQuery(symbol: symbols[1], rows: 10)
        let page = book.page(query, row: nil, symbols: symbols, now: .epoch)
        #expect(page.prints.isEmpty && page.total == 0 && page.query == query)
    }

    @Test(arguments: [-5, 0, 3, 5000])
    func rowsAskedForAreBounded(_ rows: Int) {
        var book = TapeBook()
        book.lookAt(rows: [0])
        for step in 0..<1500 { _ = add(&book, Double(step) + 20) }
        #expect(page(&book, rows: rows).prints.count == min(max(rows, 0), TapeQuery.rowsMax))
    }
}
