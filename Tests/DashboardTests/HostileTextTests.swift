import Dashboard
import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import TestSupport
import Testing

@Suite struct HostileTextTests {
    private static let hostile =
        "503 \u{1B}[2J\u{1B}]0;owned\u{7}\u{9B}31m\u{202E}gpj.exe \r\n\t\u{0}\u{8}"
        + String(repeating: "A\u{301}\u{200B}漢", count: 500)

    @Test(arguments: [(20, 5), (60, 16), (80, 24), (120, 36), (200, 60)])
    func noSentenceOfAFeedPaintsAControlCharacter(columns: Int, rows: Int) {
        for hasData in [true, false] {
            var market = FakeMarket()
            market.feed = FeedStatus(
                state: .degraded(sentence: Self.hostile, retryAt: market.now.adding(seconds: 9)),
                host: Self.hostile
            )
            market.store = .degraded(sentence: Self.hostile)
            market.backfill.phase = hasData ? .failed(sentence: Self.hostile) : .waiting(sentence: Self.hostile)
            market.snapshotAge = hasData ? 3 : nil
            var script = Script(columns, rows, market: market)
            script.wait(12)
            script.handle(.notice(Notice(.error, Self.hostile)))
            for key in ["", "!", "esc"] {
                if !key.isEmpty { script.press(key) }
                for glyphs in [GlyphSet.unicode, .ascii] { expectHarmless(script.grid(glyphs)) }
            }
        }
    }

    private func expectHarmless(_ grid: Grid) {
        for cell in grid.cells where cell.width > 0 {
            #expect(cell.scalar >= 0x20 && !(0x7F..<0xA0).contains(cell.scalar) && cell.scalar != 0x202E)
        }
        #expect(grid.cells.count == grid.size.cellCount)
    }
}

@Suite struct RandomSessionTests {
    /// Keys that do something somewhere, and some that do nothing.
    private static let keys: [Key] =
        [
            "j", "k", "g", "G", "s", "<", ">", "I", "/", "n", "N", "p", "f", "r", "?", "!", "q", "a", "z", "0", ".",
            "é", ":", "=", "2", "t", "T", "$", "i",
        ].map(Key.character) + [
            .control("d"), .control("u"), .control("l"), .control("x"), .enter, .escape, .tab, .backspace, .up, .down,
            .left, .right, .delete, .backTab, .control("w"), .controlLeft, .controlRight,
            .home, .end, .pageUp, .pageDown, .function(1), .paste("ab\u{1B}c"), .alt("x"),
            .paste("set rvol.mode slot\nset rvol.floor 7"),
        ]
    private static let sizes = [
        (80, 24), (200, 60), (60, 16), (20, 5), (1, 1), (0, 0), (500, 3), (59, 70), (160, 24), (131, 41),
    ]

    @Test(arguments: 0..<16)
    func anyMixOfKeysSizesAndAnswersIsSurvived(round: Int) {
        let seed = UInt64(round) &* 7_919 &+ 20_261_012
        var random = SeededRandom(seed: seed)
        var script = Script(80, 24, market: FakeMarket(count: 1 + random.below(400)))
        var previous: [EngineView] = []
        for step in 0..<150 {
            play(&script, &random, &previous)
            let grid = script.grid(random.below(4) == 0 ? .ascii : .unicode)
            #expect(grid.size == script.state.size, "seed \(seed) step \(step)")
            let isHarmless = grid.cells.allSatisfy { cell in
                cell.width == 0 || (cell.scalar >= 0x20 && !(0x7F..<0xA0).contains(cell.scalar))
            }
            #expect(isHarmless, "seed \(seed) step \(step)")
            guard let rows = script.state.rows, rows.matchCount > 0 else { continue }
            #expect((0..<rows.matchCount).contains(script.state.selection.rank), "seed \(seed) step \(step)")
        }
    }

    private func play(_ script: inout Script, _ random: inout SeededRandom, _ previous: inout [EngineView]) {
        switch random.below(20) {
        case 0:
            let (columns, rows) = Self.sizes[random.below(Self.sizes.count)]
            script.handle(.resize(Size(columns: columns, rows: rows)))
        case 1: script.wait(Int64(random.below(8)))
        case 2: script.handle(.tick(script.market.now.adding(seconds: Int64(random.below(200_000)) - 100_000)))
        case 3:
            // A smaller or a larger market, and nonsense among its numbers.
            let count = random.below(300)
            script.market.rows = FakeMarket(count: count, seed: random.next()).rows
            if count > 3 {
                script.market.rows[0].last = .nan
                script.market.rows[1].rvol = .infinity
                script.market.rows[2].volume = -1e300
                script.market.rows[3].change = 1e18
            }
            script.deliver()
        case 4:
            if let old = previous.randomElement(using: &random) { script.handle(.view(old)) }
        case 5:
            script.answersAtOnce.toggle()
            script.deliver()
        case 6:
            let states: [FeedState] = [
                .live, .connecting, .refused(sentence: "no"), .degraded(sentence: "slow", retryAt: script.market.now),
            ]
            script.market.feed.state = states[random.below(states.count)]
            let phases: [BackfillStatus.Phase] = [
                .idle, .planning, .days, .bars, .gap, .waiting(sentence: "a pause"), .failed(sentence: "no"), .finished,
            ]
            script.market.backfill.phase = phases[random.below(phases.count)]
            script.market.backfill.done = [0, 7, .max, .min][random.below(4)]
            script.market.backfill.total = [0, 9, .max, .min][random.below(4)]
            script.market.backfill.perSecond = [nil, 0, 1e300, .nan][random.below(4)]
            script.market.backfill.secondsLeft = [nil, -1, 1e300, .infinity][random.below(4)]
            script.market.gap = CollectionGap(
                tickers: [0, 5, .max][random.below(3)],
                slots: [0, 1, .min][random.below(3)]
            )
            script.market.conflict = random.below(3) == 0 ? SessionConflict(calendar: .open, vendor: .closed) : nil
            script.market.snapshotAge = random.below(4) == 0 ? nil : Int64(random.below(100))
            playStream(&script, &random)
            let view = script.market.view()
            previous.append(view)
            script.handle(.view(view))
        case 7, 8: script.deliver()
        default: script.handle(.key(Self.keys[random.below(Self.keys.count)]))
        }
    }

    private func playStream(_ script: inout Script, _ random: inout SeededRandom) {
        let hostile = "no\u{1B}[2J\u{202E}漢字漢字漢字"
        let states: [StreamState] = [
            .off(sentence: ""), .off(sentence: hostile), .connecting, .authenticating, .live,
            .degraded(sentence: hostile), .refused(sentence: hostile),
            .backingOff(sentence: hostile, retryAt: script.market.now.adding(seconds: Int64(random.below(90)) - 9)),
        ]
        script.market.stream.state = states[random.below(states.count)]
        script.market.stream.host = hostile
        script.market.stream.eventsPerSecond = [0, 2_000, .nan, -1, 1e300][random.below(5)]
        script.market.stream.lastFrameAt = [nil, script.market.now, .epoch][random.below(3)]
        script.market.stream.events = [0, .max, .min][random.below(3)]
        script.market.stream.epoch = [0, 3, .max, .min][random.below(4)]
        script.market.stream.deniedTopics = [[], [.trades], StreamTopic.allCases][random.below(3)]
        script.market.stream.arrival.add(Int64(random.below(1_000_000_000)))
        script.market.flow.lagNs = [nil, 0, .max, .min, 4_000_000][random.below(5)]
        script.market.flow.queued = [0, 5_000, .max, .min][random.below(4)]
        script.market.flow.conflatedTrades = [0, 7, .max][random.below(3)]
        script.market.flow.gapTickers = [0, 1, 900, .min][random.below(4)]
        script.market.tape.total = [0, 1, 40, 5_000][random.below(4)]
        script.market.tape.rate = [0, 3, .nan, .infinity][random.below(4)]
        script.market.tape.isLive = random.below(2) == 0
        script.market.tape.hasHalt = random.below(2) == 0
        script.market.tape.ageSeconds = Int64(random.below(300))
        guard !script.market.rows.isEmpty else { return }
        let halts: [HaltState] = [.trading, .halted, .limitState, .resumed]
        let index = random.below(script.market.rows.count)
        let since = [0, script.market.now.nanoseconds, .max, .min][random.below(4)]
        script.market.rows[index].halt = HaltMark(halts[random.below(4)], since: since)
        script.market.rows[index].flags.formSymmetricDifference([.halted, .ticksInterrupted, .streamed, .limitState])
        script.market.rows[index].last += 0.01
    }
}
