import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

/// What must hold of tapes whatever comes.
@Suite
struct TapePropertyTests {
    static let seeds = 1...5 as ClosedRange<UInt64>
    private static let symbols = (0..<4000).compactMap { Symbol("T\($0)") }

    private struct Row {
        var line: TapePrint
        var row: Int
    }

    /// Everything that was added, without any bound.
    private struct Naive {
        var prints: [Row] = []
        /// Lines of the merged tape; the open one of each ticker.
        var lines: [Row] = []
        var open: [Int: Int] = [:]

        mutating func add(_ print: TapePrint, row: Int) {
            prints.append(Row(line: print, row: row))
            if let index = open[row] {
                var line = lines[index].line
                let isNear = abs(line.time - print.time) <= 100_000_000
                if line.price == print.price, line.side == print.side, isNear {
                    line.size += print.size
                    line.count += 1
                    line.time = max(line.time, print.time)
                    lines[index].line = line
                    return
                }
            }
            open[row] = lines.count
            lines.append(Row(line: print, row: row))
        }

        func shown(row: Int?, _ query: TapeQuery) -> [TapePrint] {
            let filter = query.filter
            return (query.aggregates ? lines : prints).filter { row == nil || $0.row == row }.map(\.line).filter {
                $0.size >= filter.minSize && $0.size * $0.price >= filter.minNotional
                    && filter.sides?.contains($0.side) ?? true && filter.exchanges?.contains($0.exchange) ?? true
            }
        }
    }

    private func queries(_ random: inout SeededRandom) -> [(TapeQuery, Int?)] {
        [nil, 0, 1].flatMap { row in
            [true, false].map { aggregates in
                var query = TapeQuery(symbol: row.map { Self.symbols[$0] }, aggregates: aggregates, rows: 30)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: query.filter.minSize = 250
                case 1: query.filter.minNotional = 3000
                case 2: query.filter.sides = [.ask, .aboveAsk]
                default: query.filter.exchanges = [4, 12, 200]
                }
                return (query, row)
            }
        }
    }

    @Test(arguments: seeds)
    func pagesAgreeWithALookThroughEverything(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var book = TapeBook()
        book.lookAt(rows: [0, 1])
        var naive = Naive()
        // No more than are counted on, so that no total begins anew.
        let queries = Array(queries(&random).shuffled(using: &random).prefix(4))
        var clock: Int64 = 1_000_000_000
        for step in 0..<1500 {
            let row = Int.random(in: 0..<3, using: &random)
            clock += Int64.random(in: 0...70_000_000, using: &random)
            if Int.random(in: 0..<6, using: &random) == 0 {
                let bid = Double(Int.random(in: 9...12, using: &random))
                book.add(TapeQuote(bid: bid, ask: bid + 1, time: clock), row: row)
            }
            let quote = book.quote(row: row)
            let trade = TapeTrade(
                price: Double(Int.random(in: 10...12, using: &random)),
                size: Double(Int.random(in: 1...400, using: &random)),
                time: clock,
                exchange: [4, 12, 19, 200].randomElement(using: &random) ?? 4
            )
            _ = book.add(trade, row: row, effect: .all, isMerged: true)
            let side = TradeSide(price: trade.price, bid: quote?.bid ?? Double.nan, ask: quote?.ask ?? Double.nan)
            naive.add(
                TapePrint(
                    number: 0,
                    symbol: Self.symbols[row],
                    time: trade.time,
                    price: trade.price,
                    size: trade.size,
                    side: side,
                    exchange: trade.exchange
                ),
                row: row
            )
            guard step < 20 || step % 50 == 0 else { continue }
            for (query, row) in queries {
                let page = book.page(query, row: row, symbols: Self.symbols, now: .epoch)
                let wanted = naive.shown(row: row, query)
                let newest = wanted.suffix(30).reversed()
                let isRight =
                    page.total == wanted.count && page.prints.map(\.size) == newest.map(\.size)
                    && page.prints.map(\.time) == newest.map(\.time) && page.prints.map(\.count) == newest.map(\.count)
                    && page.prints.map(\.symbol) == newest.map(\.symbol)
                #expect(isRight, "seed \(seed), step \(step), \(query)")
                if !isRight { return }
            }
        }
    }

    @Test(arguments: seeds)
    func whateverTickersComeWhatIsHeldIsBounded(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var limits = TapeBook.Limits()
        limits.printsLookedAt = 32
        limits.printsOther = 8
        limits.printsMerged = 64
        limits.tickers = 20
        limits.lookedAt = 4
        var book = TapeBook(limits: limits)
        var numbers: [Int: UInt64] = [:]
        for step in 0..<5000 {
            let isHot = Bool.random(using: &random)
            let row = isHot ? Int.random(in: 0..<6, using: &random) : Int.random(in: 0..<4000, using: &random)
            let trade = TapeTrade(
                price: 1,
                size: Double(Int.random(in: 1...400, using: &random)),
                time: Int64(step) * Int64.random(in: 0...1_000_000_000, using: &random),
                identity: random.next()
            )
            _ = book.add(trade, row: row, effect: .all, isMerged: Bool.random(using: &random))
            let newest = book.prints(after: 0, row: row, symbols: Self.symbols, max: .max).last?.number ?? 0
            #expect(newest > numbers[row] ?? 0, "numbers ascend, seed \(seed)")
            numbers[row] = newest
            if step % 37 == 0 { book.lookAt(rows: (0..<9).map { _ in Int.random(in: 0..<10, using: &random) }) }
            if step % 41 == 0 { book.forget(row: Int.random(in: 0..<10, using: &random)) }
            if step % 53 == 0 {
                let query = TapeQuery(symbol: Self.symbols[row], rows: 50)
                _ = book.page(query, row: row, symbols: Self.symbols, now: .epoch)
            }
        }
        #expect(book.tickerCount <= 20)
        #expect(book.lineCount <= 2 * 64 + 4 * 2 * 32 + 16 * 2 * 8)
    }

    @Test func aTickerThatIsBusyIsNotPushedOutByManyQuietOnes() {
        var limits = TapeBook.Limits()
        limits.tickers = 4
        var book = TapeBook(limits: limits)
        for step in 0..<300 {
            let time = Int64(step)
            for row in [0, step + 1] {
                _ = book.add(TapeTrade(price: 1, size: 1, time: time), row: row, effect: .all, isMerged: false)
            }
        }
        #expect(book.prints(after: 0, row: 0, symbols: Self.symbols, max: 1000).count == 256)
    }

    @Test func theOldestTimesAndTheNewestDoNotTrap() {
        var book = TapeBook()
        for time in [Int64.min, .max, 0, .min + 1, .max - 1] {
            book.add(TapeQuote(bid: 1, ask: 2, time: time), row: 0)
            _ = book.add(TapeTrade(price: 1, size: 1, time: time), row: 0, effect: .all, isMerged: true)
        }
        let query = TapeQuery(symbol: Self.symbols[0], rows: 10)
        let page = book.page(query, row: 0, symbols: Self.symbols, now: Instant(nanoseconds: .max))
        #expect(page.prints.reduce(0) { $0 + $1.count } == 5)
    }
}
