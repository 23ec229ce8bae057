import Engine
import EngineAPI
import Foundation
import MarketData
import MarketServer
import MarketTime
import Simulator
import Store
import Testing

/// What a tape shows and what is kept of it, against the market itself.
@Suite
struct StreamTapeTests {
    private struct Print: Hashable {
        var time: Int64
        var price: Double
        var size: Double
    }

    /// Milliseconds are what the vendor sends, so nothing finer can be compared.
    private static func milliseconds(_ time: Instant) -> Int64 { time.milliseconds * 1_000_000 }

    /// The market's own trades and quotes of a ticker between two moments, as the vendor stamps them.
    private static func events(
        _ rig: StreamRig,
        of symbol: Symbol,
        from: Instant,
        through: Instant
    ) throws -> (
        trades: [Print], quotes: [(time: Int64, bid: Double, ask: Double)]
    ) {
        let source = StreamSource(rig.market)
        source.setInterest([.trades, .quotes], of: try rig.index(of: symbol))
        var trades: [Print] = []
        var quotes: [(time: Int64, bid: Double, ask: Double)] = []
        source.events(after: from, through: through) { _, event in
            switch event {
            case .trade(_, let trade):
                let (price, size) = (Double(trade.priceE4) / 1e4, Double(trade.sizeMicro) / 1e6)
                trades.append(Print(time: milliseconds(trade.time), price: price, size: size))
            case .quote(_, let quote):
                quotes.append((milliseconds(quote.time), Double(quote.bidE4) / 1e4, Double(quote.askE4) / 1e4))
            case .second, .minute, .band: break
            }
        }
        return (trades, quotes)
    }

    private static func side(_ price: Double, bid: Double, ask: Double) -> TradeSide {
        if price > ask { return .aboveAsk }
        if price < bid { return .belowBid }
        return price == ask ? .ask : price == bid ? .bid : .between
    }

    @Test func sidesAreThoseOfTheQuotesInForce() throws {
        var setup = StreamSetup()
        setup.watched = 1
        let rig = try StreamRig(setup)
        defer { rig.stop() }
        let symbol = rig.watchlist[0]
        let query = TapeQuery(symbol: symbol, aggregates: false, rows: 1000)
        rig.host.send(.look(LookedAt(selected: symbol, tape: query)))
        try rig.waitForSubscriptions()
        rig.clock.run(speed: 10)
        try waitUntil("a page of trades") { (rig.host.latest()?.tape?.prints.count ?? 0) >= 400 }
        let end = rig.clock.stop()
        let market = try Self.events(rig, of: symbol, from: setup.start, through: end)
        try waitUntil("all trades") { rig.host.latest()?.tape?.total == UInt64(market.trades.count) }
        let page = try #require(rig.host.latest()?.tape)
        #expect(page.isLive && page.conflated == 0)
        let lines = Array(page.prints.reversed())
        let shown = lines.map { Print(time: $0.time, price: $0.price, size: $0.size) }
        #expect(shown == market.trades.suffix(shown.count).map { $0 })
        var counts: [TradeSide: Int] = [:]
        var wrong: [String] = []
        for line in lines {
            // In force is the newest quote before; of the trade's own millisecond any may be.
            let before = market.quotes.last { $0.time < line.time }
            let same = market.quotes.filter { $0.time == line.time }
            let candidates = ([before].compactMap { $0 } + same).map { Self.side(line.price, bid: $0.bid, ask: $0.ask) }
            let expected = same.isEmpty ? Set(candidates.suffix(1)) : Set(candidates)
            if !(expected.isEmpty ? [.unknown] : expected).contains(line.side) { wrong.append("\(line), \(expected)") }
            counts[line.side, default: 0] += 1
        }
        #expect(wrong.isEmpty, "\(wrong.count) of \(lines.count) lines, first \(wrong.first ?? "")")
        // Sides that make sense: both are taken, and most trades meet a quote.
        let met = counts[.ask, default: 0] + counts[.bid, default: 0]
        #expect(counts[.ask, default: 0] > 20 && counts[.bid, default: 0] > 20 && met * 2 > lines.count, "\(counts)")
        let newest = try #require(market.quotes.last)
        #expect(page.bid == newest.bid && page.ask == newest.ask)
    }

    @Test func keptTradesAreTheMarketsOfTheTimeConnected() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tradeul-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // Nothing depends on it.
        let store = try TradeulStore(path: folder.appendingPathComponent("test.db").path)
        let writer = TickWriter(store: store) { Issue.record("\($0)") }
        var setup = StreamSetup()
        setup.watched = 4
        // A trade that comes twice is kept once.
        setup.server.faults = StreamFaultPlan([StreamFaultRule(.duplicate)])
        let rig = try StreamRig(setup, store: store, persistTicks: { writer.write($0) })
        defer { rig.stop() }
        try rig.waitForSubscriptions()
        rig.clock.run(speed: 20)
        try rig.waitForEvents(3000)
        let end = rig.clock.stop()
        let expected = try rig.watchlist.map {
            try Self.events(rig, of: $0, from: setup.start, through: end).trades
        }
        let total = expected.reduce(0) { $0 + $1.count }
        try waitUntil("all trades") { rig.tap.now.trades.count == total }
        rig.stop()
        #expect(writer.flush(milliseconds: 5000) && writer.dropped == 0)
        #expect(total > 300)
        for (symbol, trades) in zip(rig.watchlist, expected) {
            let kept = try store.ticks(of: symbol, on: MarketFixture.day, limit: 100_000)
            let prints = kept.map { Print(time: $0.time, price: $0.price, size: $0.size) }
            // Trades of one millisecond have no order of their own.
            #expect(Self.counted(prints) == Self.counted(trades), "\(symbol.text)")
            #expect(kept.contains { $0.side == .ask } && kept.contains { $0.side == .bid })
        }
        #expect(try store.tickDays().map(\.ticks) == [total])
    }

    private static func counted(_ prints: [Print]) -> [Print: Int] {
        prints.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// At the start of the demo the market itself pauses a ticker at 09:47.
    @Test func aHaltAndItsResumeAreSeen() throws {
        var setup = StreamSetup()
        setup.seed = 1
        setup.tickers = 11_000
        setup.watched = 0
        setup.pollMs = nil
        setup.start = MarketFixture.at(9, 46, 20)
        let rig = try StreamRig(setup)
        defer { rig.stop() }
        let symbol = try #require(Symbol("LTGT"))
        let pause = try #require(rig.halt(of: try rig.index(of: symbol)))
        #expect(pause == MarketFixture.at(9, 47)..<MarketFixture.at(9, 52))
        rig.host.send(.watchlist([symbol]))
        let query = TapeQuery(symbol: symbol, aggregates: false, rows: 1000)
        rig.host.send(.look(LookedAt(selected: symbol, tape: query)))
        try rig.waitForSubscriptions()
        rig.clock.run(speed: 20)
        func mark() -> (HaltMark, RowFlags)? {
            guard let result = rig.host.latest()?.result, let row = result.symbols.firstIndex(of: symbol) else {
                return nil
            }
            return (result.halts[row], result.flags[row])
        }
        try waitUntil("the limit state or the halt") { mark().map { $0.0.state != .trading } ?? false }
        try waitUntil("the halt") { mark()?.0.state == .halted }
        let halted = try #require(mark())
        #expect(abs(halted.0.since - pause.lowerBound.nanoseconds) < 1_000_000_000 && halted.1.contains(.halted))
        // Nobody wants to wait five minutes.
        rig.clock.set(MarketFixture.at(9, 51, 50))
        rig.clock.run(speed: 20)
        try waitUntil("the resume") { mark()?.0.state == .resumed }
        let resumed = try #require(mark())
        #expect(abs(resumed.0.since - pause.upperBound.nanoseconds) < 1_000_000_000 && !resumed.1.contains(.halted))
        try waitUntil("trades after it") {
            rig.host.latest()?.tape?.prints.first.map { $0.time > pause.upperBound.nanoseconds + 5_000_000_000 }
                ?? false
        }
        let lines = Array((rig.host.latest()?.tape?.prints ?? []).reversed())
        let begin = try #require(lines.firstIndex { $0.flags.contains(.halt) })
        let end = try #require(lines.firstIndex { $0.flags.contains(.resume) })
        #expect(begin > 0 && end == begin + 1, "nothing trades in between")
        #expect(lines.count { $0.flags.contains(.halt) || $0.flags.contains(.resume) } == 2)
        let inside = pause.lowerBound.nanoseconds + 1..<pause.upperBound.nanoseconds
        #expect(
            lines.allSatisfy {
                !$0.size.isFinite || $0.size == 0 || !inside.contains($0.time) || $0.flags.contains(.halt)
            }
        )
        #expect(lines[(end + 1)...].first?.flags.contains(.auction) == true, "it opens again with an auction")
    }
}
