import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

/// What a screen asks for beside the table depends on the inputs alone, and on asking not at all.
@Suite
struct ViewDeterminismTests {
    /// One picture, to the bit: missing numbers equal themselves, which a page's own comparison denies.
    private struct Seen: Equatable {
        var cells: [UInt32] = []
        var words: [String] = []

        init(_ view: EngineView) {
            for list in [view.slots?.volumes, view.slots?.averages, view.slots?.prices] {
                cells.append(contentsOf: list?.map(\.bitPattern) ?? [])
            }
            var slots = view.slots
            slots?.volumes = []
            slots?.averages = []
            slots?.prices = []
            words = ["\(String(describing: slots))", "\(String(describing: view.about))"]
            words += ["\(String(describing: view.tape))", "\(String(describing: view.secondTape))"]
        }
    }

    /// The parts in which two pictures differ, in words.
    private func difference(_ one: Seen?, _ two: Seen?) -> String {
        guard let one, let two else { return one == two ? "" : "a picture is missing" }
        let cells = zip(one.cells, two.cells).enumerated().first { $0.element.0 != $0.element.1 }
        let words = zip(one.words, two.words).filter { $0 != $1 }.map { "\($0)\nfor\n\($1)" }
        return (cells.map { ["cell \($0.offset)"] } ?? [] + words).joined(separator: "\n")
    }

    private static let columns = ColumnID.allCases.filter { $0 != .symbol && $0 != .strip }

    /// A question of each kind, or its end, now and then.
    private func questions(_ random: inout SeededRandom, _ market: TinyMarket) -> [EngineInput] {
        func someone() -> Symbol { market.symbols[Int(random.next() % UInt64(market.symbols.count))] }
        func tape() -> TapeQuery {
            let symbol = random.next() % 4 == 0 ? nil : someone()
            let levels = Int(random.next() % 9)
            return TapeQuery(symbol: symbol, aggregates: random.next() % 2 == 0, rows: 9, levels: levels)
        }
        var inputs: [EngineInput] = []
        if random.next() % 8 == 0 {
            let symbols = (0..<Int(random.next() % 6)).map { _ in someone() }
            inputs.append(.command(.slots(SlotQuery(symbols: symbols, priced: someone()))))
        }
        if random.next() % 8 == 0 {
            inputs.append(.command(.about(AboutQuery(symbol: someone(), columns: Self.columns))))
        }
        if random.next() % 8 == 0 {
            inputs.append(.command(.look(LookedAt(selected: someone(), tape: tape(), secondTape: tape()))))
        }
        if random.next() % 50 == 0 { inputs += [.command(.slots(nil)), .command(.about(nil))] }
        return inputs
    }

    /// Trades, quotes and halts of the seconds before a snapshot.
    private func events(_ random: inout SeededRandom, _ market: TinyMarket, _ now: Instant) throws -> EngineInput {
        var events = StreamEvents()
        for _ in 0..<Int(random.next() % 12) {
            let symbol = market.symbols[Int(random.next() % UInt64(market.symbols.count))].text
            let time = now.adding(milliseconds: -Int64(random.next() % 20_000))
            let price = 10 + Double(random.next() % 100) / 50
            let conditions: [[UInt8]] = [[], [37], [2], [33], [14]]
            switch random.next() % 8 {
            case 0: try events.quote(symbol, price, price + 0.02, at: time)
            case 1: try events.band(symbol, [UInt8(17 + random.next() % 2)], upper: 14, lower: 8, at: time)
            case 2: try events.bar(symbol, price, volume: 10, accumulated: Double(random.next() % 90_000), from: time)
            default:
                let kind = conditions[Int(random.next() % 5)]
                try events.trade(symbol, price, Double(1 + random.next() % 300), at: time, conditions: kind)
            }
        }
        return .stream(events.batch)
    }

    /// A morning that begins late and has a gap, so that slots are healed.
    private func recording(_ seed: UInt64) throws -> Walk {
        var random = SeededRandom(seed: seed)
        var walk = Walk(TinyMarket(seed: seed))
        walk.isRecording = true
        walk.pending = [.streamStatus(.live(1))]
        let day = try #require(DayID(iso: "2026-10-05"))
        var second: Int64 = 15_000
        while second < 36_000 {
            let now = NewYork.instant(day, secondOfDay: 4 * 3600).adding(seconds: second)
            if random.next() % 40 == 0 { second += 2000 }
            if random.next() % 40 == 0 { walk.pending.append(.streamStatus(.lost())) }
            if random.next() % 20 == 0 { walk.pending.append(.streamStatus(.live(Int(second)))) }
            walk.pending += questions(&random, walk.market)
            walk.pending.append(try events(&random, walk.market, now))
            _ = try walk.poll(at: now)
            second += 30 + Int64(random.next() % 100)
        }
        #expect(!walk.heals.isEmpty, "seed \(seed)")
        return walk
    }

    private func seen(_ outputs: [EngineOutput]) -> [Seen] {
        outputs.compactMap { if case .publish(let view) = $0 { Seen(view) } else { nil } }
    }

    private func fresh(_ walk: Walk) -> EngineCore {
        var settings = RVOLSettings()
        settings.lookbackDays = TinyMarket.lookback
        return EngineCore(calendar: walk.market.calendar, settings: settings)
    }

    @Test(arguments: [5, 77] as [UInt64])
    func theSameInputsGiveTheSameSlotsPagesTapesAndLevels(_ seed: UInt64) throws {
        let walk = try recording(seed)
        func run() -> [Seen] {
            var core = fresh(walk)
            return walk.recorded.flatMap { seen(core.step($0.inputs, now: $0.now)) }
        }
        let (one, two) = (run(), run())
        #expect(one.count > 100)
        let differing = zip(one, two).enumerated().first { $0.element.0 != $0.element.1 }
        #expect(one.count == two.count && differing == nil, "seed \(seed), picture \(differing?.offset ?? -1)")
        // All of it was there to be compared.
        #expect(one.contains { $0.cells.contains { !Float(bitPattern: $0).isNaN } })
        for word in ["isKnown: true", "HaltSpan(", "PriceLevel(", "TapePrint("] {
            #expect(one.contains { $0.words.contains { $0.contains(word) } }, "no \(word)")
        }
        #expect(one.contains { $0.words[2] != "nil" && $0.words[3] != "nil" && $0.words[2] != $0.words[3] })
    }

    @Test(arguments: [5, 77] as [UInt64])
    func lookingOnceMoreChangesNothing(_ seed: UInt64) throws {
        let walk = try recording(seed)
        var (once, twice) = (fresh(walk), fresh(walk))
        for (now, inputs) in walk.recorded {
            let first = seen(once.step(inputs, now: now))
            #expect(seen(twice.step(inputs, now: now)) == first, "seed \(seed), \(now)")
            // One of them is looked at again and again, and goes on as the other does. What a step subscribes to counts from
            // the next picture on, so the first of these may say so.
            let again = (0..<2).map { _ in seen(twice.step([.feed(FeedStatus())], now: now)).last }
            #expect(again[0] != nil && again[0] == again[1], "seed \(seed), \(now): \(difference(again[0], again[1]))")
        }
    }
}
