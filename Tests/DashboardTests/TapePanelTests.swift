import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import TestSupport
import Testing

@testable import Dashboard

/// The tape at the keyboard: whose it is, which lines, and what stands there when there are none.
@Suite struct TapePanelTests {
    private func streaming(_ columns: Int = 120, _ rows: Int = 36, order: TapeOrder = .list) -> Script {
        var market = FakeMarket()
        market.startStream()
        return Script(columns, rows, market: market, settings: DashboardSettings(tapeOrder: order))
    }

    // MARK: What the engine is told

    @Test func theEngineIsToldOnceAtTheStartAndThenTheSelectedTicker() {
        let script = streaming()
        #expect(script.market.looks.first == LookedAt())
        #expect(script.market.looks.count == 2)
        #expect(script.market.looks.last?.selected?.text == script.selected)
        #expect(script.market.looks.last?.tape == nil)
    }

    @Test func aSelectionIsToldOnlyOnceItHasRested() {
        var script = streaming()
        let before = script.market.looks.count
        script.press("j", "j", "j")
        #expect(script.market.looks.count == before)
        #expect(script.model.nextTick == script.market.now.adding(milliseconds: 150))
        script.handle(.tick(script.market.now.adding(milliseconds: 100)))
        script.press("j")
        script.handle(.tick(script.market.now.adding(milliseconds: 249)))
        #expect(script.market.looks.count == before, "each movement begins the rest anew")
        script.handle(.tick(script.market.now.adding(milliseconds: 250)))
        #expect(script.market.looks.count == before + 1)
        #expect(script.market.looks.last?.selected?.text == script.selected)
        script.wait(5)
        #expect(script.market.looks.count == before + 1, "the same thing is told once")
    }

    @Test func goingBackBeforeTheRestTellsNothing() {
        var script = streaming()
        script.press("j")
        script.wait(1)
        let before = script.market.looks.count
        script.press("j", "k")
        script.wait(2)
        #expect(script.market.looks.count == before)
    }

    @Test func tShowsAndHidesTheTapeOfTheSelectedTicker() {
        var script = streaming()
        script.press("t")
        #expect(script.shows("TAPE \(script.selected ?? "?")"))
        #expect(script.market.looks.last?.tape?.symbol?.text == script.selected)
        #expect(script.market.looks.last?.tape?.aggregates == true)
        #expect((script.market.looks.last?.tape?.rows ?? 0) >= 30)
        script.press("t")
        #expect(!script.shows("TAPE"))
        #expect(script.market.looks.last?.tape == nil)
        #expect(script.market.looks.last?.selected?.text == script.selected)
    }

    @Test func theTapeFollowsTheSelectionAndNeverShowsAnothersLines() {
        var script = streaming()
        script.press("t", "j")
        let name = script.selected ?? "?"
        #expect(!script.shows("TAPE \(name)"))
        script.wait(1)
        #expect(script.shows("TAPE \(name)"))
        script.answersAtOnce = false
        script.press("j")
        script.wait(1)
        #expect(script.shows("waiting for the tape of \(script.selected ?? "?")"))
        script.deliver()
        #expect(!script.shows("waiting for the tape"))
    }

    @Test func capitalTShowsTheMergedTapeWithItsSymbols() {
        var script = streaming()
        script.press("T")
        #expect(script.market.looks.last?.tape == nil)
        #expect(script.market.looks.last?.secondTape != nil)
        #expect(script.market.looks.last?.secondTape?.symbol == nil)
        #expect(script.shows("TAPE short list"))
        #expect(script.shows("ACHR.WS"))
        script.press("t")
        #expect(script.shows("TAPE \(script.selected ?? "?")"))
        #expect(script.shows("TAPE short list"), "both stand there")
        script.press("T")
        #expect(!script.shows("TAPE short list"))
        #expect(script.market.looks.last?.secondTape == nil)
    }

    @Test func filtersAreMovedByTheirKeysAndToldAtOnce() {
        var script = streaming()
        script.press("g", "t", ">", ">", ">")
        #expect(script.market.looks.last?.tape?.filter.minSize == 1_000)
        script.press(">", "<", "<")
        #expect(script.market.looks.last?.tape?.filter.minSize == 500)
        for wanted in [10_000.0, 50_000, 200_000, 1_000_000, 0, 10_000] {
            script.press("$")
            #expect(script.market.looks.last?.tape?.filter.minNotional == wanted)
        }
        script.press("a")
        #expect(script.market.looks.last?.tape?.aggregates == false)
        #expect(script.shows("every trade"))
        #expect(script.shows("≥ 500 sh ≥ $10K"))
        script.press("esc", ">")
        #expect(script.market.query?.sort.first?.column == .slotRVOL, "back at the table the key sorts")
        #expect(script.market.looks.last?.tape?.filter.minSize == 500)
    }

    @Test func keysOfTheTapeSayWhenThereIsNone() {
        var script = streaming()
        script.press("$")
        #expect(script.shows("no tape on the screen"))
        #expect(script.commands == [.bell])
    }

    @Test(arguments: [
        ("set tape.min_size 250", 250.0, 0.0, true), ("set tape.min_notional 7500", 0, 7_500, true),
        ("set tape.aggregate off", 0, 0, false), ("tape", 0, 0, true),
    ])
    func settingsOfTheTapeAreInForceAtOnce(command: String, size: Double, notional: Double, aggregates: Bool) {
        var script = streaming()
        if command != "tape" { script.press("t") }
        script.press(":")
        script.type(command)
        script.press("enter")
        let query = script.market.looks.last?.tape
        #expect(query?.filter.minSize == size)
        #expect(query?.filter.minNotional == notional)
        #expect(query?.aggregates == aggregates)
    }

    /// The panel's words without its border, whatever lines they are broken into.
    private func panelText(_ script: Script) -> String {
        guard let inside = ScreenLayout(script.state).tape?.interior else { return "" }
        let grid = script.grid()
        let lines = (inside.row..<inside.endRow).map { row in
            let cells = (inside.column..<inside.endColumn).map { grid[Position(column: $0, row: row)].scalar }
            return String(String.UnicodeScalarView(cells.compactMap(Unicode.Scalar.init)))
        }
        return lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    }

    @Test(
        arguments: [
            ("tape.side ask", [TradeSide.ask, .aboveAsk], nil, "at the ask"),
            ("tape.side bid", [.bid, .belowBid], nil, "at the bid"), ("tape.side between", [.between], nil, "between"),
            ("tape.venue dark", nil, [UInt8(4)], "dark"), ("tape.venue D", nil, [4], "dark"),
            ("tape.venue n", nil, [10], "only N"), ("tape.venue T", nil, [12], "only T"),
        ] as [(String, Set<TradeSide>?, Set<UInt8>?, String)]
    )
    func sidesAndVenuesCanBeChosen(setting: String, sides: Set<TradeSide>?, exchanges: Set<UInt8>?, words: String) {
        var script = streaming()
        script.press("t", ":")
        script.type("set \(setting)")
        script.press("enter")
        #expect(script.market.looks.last?.tape?.filter.sides == sides)
        #expect(script.market.looks.last?.tape?.filter.exchanges == exchanges)
        #expect(script.lines().contains { $0.contains("─ \(words) ─┘") })
    }

    @Test func exchangesOnlyLeaveOutWhatIsReportedOffExchange() {
        #expect(TapeVenues.lit.exchanges?.contains(4) == false)
        #expect(TapeVenues.lit.exchanges?.count == Venue.all.count - 1)
        #expect(TapeVenues(word: "q") == nil)
        for (word, _) in TapeVenues.words { #expect(TapeVenues(word: word)?.word == word) }
    }

    @Test func aTapeThatHasEndedIsDimAndOneThatRunsIsNot() {
        var script = streaming()
        script.press("t")
        let place = Position(column: 97, row: 4)
        #expect(script.grid()[place].style != script.model.theme.id(.dim))
        script.market.loseStream()
        script.deliver()
        let line = (81..<118).map { script.grid()[Position(column: $0, row: 4)] }.filter { $0.scalar != 0x20 }
        #expect(line.count > 20)
        #expect(line.allSatisfy { $0.style == script.model.theme.id(.dim) })
    }

    // MARK: Freezing

    @Test func aFrozenTapeStandsStillCountsAndCatchesUp() {
        var script = streaming()
        script.press("t", "p")
        let frozen = script.lines().map { $0.suffix(39) }[4..<17]
        script.market.tape.total += 214
        script.wait(3)
        script.deliver()
        #expect(Array(script.lines().map { $0.suffix(39) }[4..<17]) == Array(frozen))
        #expect(script.shows("paused +214"))
        let looks = script.market.looks.count
        script.press("j")
        script.wait(1)
        #expect(script.market.looks.count == looks, "a frozen screen asks for nothing")
        script.press("p")
        #expect(!script.shows("paused +"))
        #expect(Array(script.lines().map { $0.suffix(39) }[4..<17]) != Array(frozen))
    }

    // MARK: Words

    @Test(arguments: [(80, 24), (120, 36), (200, 60)])
    func aTapeWithoutLinesSaysWhy(columns: Int, rows: Int) {
        let now = FakeMarket.openTime
        let cases: [(StreamState, [StreamTopic], String, String)] = [
            (.off(sentence: "stream.enabled is off"), [], "no stream", "stream.enabled is off"),
            (.connecting, [], "not connected yet", "connecting to socket.example.com"),
            (.authenticating, [], "not connected yet", "waiting for its login"),
            (
                .backingOff(sentence: "reset by peer.", retryAt: now.adding(seconds: 9)), [], "NOT CONNECTED",
                "Next try in"
            ),
            (.refused(sentence: "the key is not valid"), [], "stream refused", "the key is not valid"),
            (.degraded(sentence: "no T"), [.trades], "the plan has no trades", "does not include trades"),
            (.live, [], "", "no prints since 11:4"),
        ]
        for (state, denied, figure, words) in cases {
            var market = FakeMarket()
            market.startStream()
            market.stream.state = state
            market.stream.deniedTopics = denied
            market.tape.total = 0
            var script = Script(columns, rows, market: market)
            script.press("t")
            #expect(panelText(script).contains(figure) || figure.isEmpty, "\(state)")
            let text = panelText(script)
            #expect(text.contains(words), "\(state): \(text)")
        }
    }

    @Test func aQuietTapeSaysSinceWhen() {
        var script = streaming()
        script.market.tape.ageSeconds = 55
        script.wait(2)
        (script.market.stream.eventsPerSecond, script.market.stream.lastFrameAt) = (1, script.market.now)
        script.deliver()
        script.press("t")
        #expect(!script.shows("no prints since"))
        script.wait(6)
        #expect(script.shows("no prints since 11:46:"), "the clock alone makes it quiet")
    }

    @Test func aPlanThatSummedTradesSaysSo() {
        var script = streaming(200, 60)
        script.market.tape.conflated = 1_234
        script.press("t")
        #expect(script.shows("1.23K only summed"))
    }

    // MARK: Lines

    @Test func everySideHasItsLetterAndEveryFlagItsMark() {
        let theme = Theme(depth: .mono)
        let columns = TapeColumns(width: 60, isMerged: false)
        let time = FakeMarket.openTime.adding(milliseconds: 412).nanoseconds
        let symbol = Symbol("QXAI") ?? Symbol(packedBytes: [UInt8](repeating: 0x58, count: 24))
        func text(_ change: (inout TapePrint) -> Void) -> String {
            var print = TapePrint(number: 1, symbol: symbol, time: time, price: 4.82, size: 12_500, exchange: 12)
            change(&print)
            var grid = Grid(size: Size(columns: 60, rows: 1))
            TapeLine(print, columns).paint(at: Position(column: 0, row: 0), isMarked: false, into: &grid, theme)
            return grid.lines()[0]
        }
        for side in TradeSide.allCases {
            #expect(text { $0.side = side }.first ?? " " == side.mark, "\(side)")
        }
        #expect(text { $0.side = .ask } == "A 11:47:03.412    4.82      12,500   60.3K T")
        #expect(text { $0.price = 4.8225 }.contains(" 4.8225 "))
        #expect(text { $0.price = 0.5123 }.contains(" 0.5123 "))
        #expect(text { $0.size = 0.25 }.contains(" 0.25"))
        #expect(text { $0.count = 7 }.hasSuffix("T     x7"))
        #expect(text { $0.flags = .block }.contains("12,500*"))
        #expect(text { $0.flags = [.oddLot, .dark, .dayHigh] }.hasSuffix("T Hdo"))
        #expect(text { $0.flags = [.auction, .sweep, .notLast, .dayLow] }.hasSuffix("T Laxs"))
        #expect(
            text {
                $0.flags = [.dark]; $0.trf = 202
            }.hasSuffix("D d")
        )
        #expect(text { $0.flags = .halt }.hasSuffix("TRADING HALTED"))
        #expect(text { $0.flags = .resume }.hasSuffix("TRADING RESUMED"))
    }

    @Test func noPartOfALineLeavesItsPanel() {
        var random = SeededRandom(seed: 20_261_122)
        for round in 0..<300 {
            var market = FakeMarket(count: 5)
            market.startStream()
            market.tape.total = random.below(90)
            market.tape.hasHalt = random.below(2) == 0
            let settings = DashboardSettings(showsTape: true, tapeOrder: random.below(2) == 0 ? .ring : .list)
            var script = Script(80, 24, market: market, settings: settings)
            let pane: Pane = random.below(2) == 0 ? .tape : .tape2
            if pane == .tape2 { script.press("T") }
            script.wait(1)
            script.deliver()
            let screen = Size(columns: 90, rows: 30)
            var grid = Grid(size: screen, glyphs: random.below(2) == 0 ? .ascii : .unicode)
            let style = script.model.theme.id(.badge)
            grid.fill(Rect(screen), with: "~", style: style)
            let area = Rect(
                column: random.below(20),
                row: random.below(10),
                width: random.below(81),
                height: random.below(20)
            )
            let panel = round % 3 == 0 ? TapePanel(page: script.state) : TapePanel(script.state, pane)
            panel.paint(in: area, into: &grid, script.model.theme)
            for row in 0..<screen.rows {
                for column in 0..<screen.columns {
                    let place = Position(column: column, row: row)
                    guard !area.contains(place) else { continue }
                    #expect(grid[place].scalar == 0x7E, "round \(round): \(area) wrote at \(place)")
                }
            }
        }
    }

    // MARK: Cost

    /// A list moves every line with each print; a ring changes the newest, its marker and the figures.
    @Test(arguments: [(80, 24), (120, 36), (200, 60)])
    func aPrintInARingCostsATenthOfWhatItCostsInAList(columns: Int, rows: Int) {
        var cells: [TapeOrder: Int] = [:]
        for order in TapeOrder.allCases {
            var script = streaming(columns, rows, order: order)
            script.press("t")
            if columns == 200 { script.press("g", "t", "b") }
            script.market.tape.total = 500
            script.deliver()
            let before = script.grid()
            // One more print at this moment: the lines before it keep their times.
            script.market.tape.total = 501
            script.market.now = script.market.now.adding(milliseconds: 317)
            script.deliver()
            var diff = GridDiff()
            diff.compare(before, script.grid())
            cells[order] = diff.cellCount
        }
        #expect((cells[.ring] ?? 0) > 10)
        #expect((cells[.ring] ?? 999) <= 60, "\(cells)")
        #expect((cells[.list] ?? 0) >= (rows < 30 ? 3 : 8) * (cells[.ring] ?? 0), "\(cells)")
    }

    @Test func theNewestLineOfARingWearsTheMarkerAndOverwritesTheOldest() {
        var script = streaming(120, 36, order: .ring)
        script.press("t")
        func marked() -> [Int] {
            script.lines().indices.filter { script.lines()[$0].dropFirst(81).dropFirst().first == ">" }
        }
        let first = marked()
        #expect(first.count == 1)
        script.market.tape.total += 1
        script.deliver()
        let capacity = 30
        #expect(marked().count == 1)
        #expect(marked().first == first.first.map { ($0 - 4 + 1) % capacity + 4 })
    }
}

/// Two tapes beside each other: what each shows, and where its lines come from.
@Suite struct SecondTapeTests {
    private func streaming(_ columns: Int = 200, _ rows: Int = 60) -> Script {
        var market = FakeMarket()
        market.startStream()
        market.tape.total = 400
        return Script(columns, rows, market: market)
    }

    @Test func titlesCarryTheirKeyAndWhoseTapeItIs() {
        var script = streaming()
        script.press("t", "T")
        script.wait(1)
        let name = script.selected ?? "?"
        #expect(script.shows("─ t TAPE \(name) (linked) ─"))
        #expect(script.shows("─ T TAPE short list ─"))
        script.press("g", "T", "P")
        script.wait(1)
        #expect(script.shows("─ T TAPE \(name) (pinned) ─"))
        #expect(script.market.looks.last?.secondTape?.symbol?.text == name)
        script.press("P")
        #expect(script.shows("─ T TAPE short list ─"))
    }

    @Test func aPinnedTapeStaysWhereItIsAndALinkedOneFollows() {
        var script = streaming()
        script.press("g", "t", "P")
        let name = script.selected ?? "?"
        script.press("j", "j")
        script.wait(1)
        #expect(script.selected != name)
        #expect(script.market.looks.last?.selected?.text == script.selected)
        #expect(script.market.looks.last?.tape?.symbol?.text == name)
        #expect(script.shows("t TAPE \(name) (pinned)"))
        script.press("P")
        script.wait(1)
        #expect(script.market.looks.last?.tape?.symbol?.text == script.selected)
    }

    @Test func aNarrowTitleLeavesOutTheLinkBeforeTheQuote() {
        var script = streaming(120, 36)
        script.press("t")
        script.wait(1)
        #expect(script.shows("─ t TAPE \(script.selected ?? "?") ─"))
        #expect(script.shows("4.80 x 12  4.82 x 7"))
    }

    @Test func eachTapeHasItsOwnFilters() {
        var script = streaming()
        script.press("t", "T", "g", "T", ">", ">", "g", "t", "$")
        let look = script.market.looks.last
        #expect(look?.secondTape?.filter.minSize == 500)
        #expect(look?.secondTape?.filter.minNotional == 0)
        #expect(look?.tape?.filter.minSize == 0)
        #expect(look?.tape?.filter.minNotional == 10_000)
    }

    @Test func oGoesFromListToRingAndBack() {
        var script = streaming()
        script.press("g", "t")
        #expect(script.state.tape.order == .list)
        script.press("o")
        #expect(script.state.tape.order == .ring)
        #expect(script.state.tape2.order == .list)
        script.press("o")
        #expect(script.state.tape.order == .list)
    }

    // MARK: By price

    @Test func sharesByPriceAreAskedForWhereTheyHaveRoom() {
        for (columns, rows, isShown) in [(200, 60, true), (120, 36, false), (80, 24, false)] {
            var script = streaming(columns, rows)
            // Without the ticker's panel the side is as wide as the two of them need.
            if columns == 200 { script.press("d") }
            script.press("t")
            script.wait(1)
            #expect(((script.market.looks.last?.tape?.levels ?? 0) > 0) == isShown, "\(columns)x\(rows)")
            #expect(script.shows("PRICE    BUY   SELL") == isShown, "\(columns)x\(rows)")
        }
        var script = streaming(80, 24)
        script.press("g", "t", "z")
        #expect(script.shows("PRICE    BUY   SELL"), "alone it has the room")
        script.press("b")
        #expect(!script.shows("PRICE    BUY   SELL"))
        #expect(script.market.looks.last?.tape?.levels == 0)
        script.press("b")
        #expect(script.shows("PRICE    BUY   SELL"))
        var merged = streaming()
        merged.press("T", "g", "T", "b", "b")
        #expect(merged.market.looks.last?.secondTape?.levels == 0)
        #expect(merged.shows("of one ticker's tape"))
    }

    @Test func theBarsOfALevelAreTheirShareOfTheLargest() {
        var random = SeededRandom(seed: 31)
        for _ in 0..<500 {
            let cells = random.below(20)
            let level = PriceLevel(
                price: 4.8,
                bought: Double(random.below(1_000)),
                sold: Double(random.below(1_000)),
                other: Double(random.below(500))
            )
            let top = max(1, level.bought + level.sold + level.other) * (1 + random.unit())
            let bar = TapeProfile.bar(level, top: top, cells: cells)
            for (found, shares) in [(bar.bought, level.bought), (bar.sold, level.sold), (bar.other, level.other)] {
                #expect((Double(found) - shares / top * Double(cells)).magnitude <= 1, "\(level) of \(top) in \(cells)")
            }
            #expect(bar.bought + bar.sold + bar.other <= cells)
        }
        #expect(TapeProfile.bar(PriceLevel(price: 1), top: 0, cells: 9) == (0, 0, 0))
    }

    @Test func theLastPriceIsAmongTheLevelsShown() {
        let levels = (0..<60).map { PriceLevel(price: 5 - Double($0) / 100, bought: 1) }
        for rows in [1, 5, 12, 59, 60, 80] {
            for index in 0..<60 {
                let shown = TapeProfile.shown(levels, around: levels[index].price, rows: rows)
                #expect(shown.count == min(rows, 60))
                #expect(shown.contains(levels[index]), "\(index) in \(rows)")
            }
        }
    }

    @Test func aPageShowsItsOwnTickersPrintsWhateverTheTapeIsPinnedTo() {
        var script = streaming(120, 36)
        script.press("g", "t", "P", "esc", "j", "j", "enter")
        script.wait(1)
        script.deliver()
        let name = script.selected ?? "?"
        #expect(script.market.looks.last?.tape?.symbol?.text == name)
        #expect(script.shows("PRINTS \(name)"))
        #expect(!script.shows("waiting for the tape"))
    }
}

/// How often the lines of a tape change places.
@Suite struct TapePaceTests {
    private func page(_ total: UInt64, of symbol: Symbol? = nil) -> TapePage {
        var page = TapePage(query: TapeQuery(symbol: symbol, rows: 20))
        page.total = total
        return page
    }

    @Test(arguments: [1.0, 60.0])
    func aMergedTapeStandsLongEnoughToBeRead(pace: Double) {
        func later(_ milliseconds: Double) -> Instant {
            FakeMarket.openTime.adding(milliseconds: Int64(milliseconds * pace))
        }
        var panel = TapePanelState(.linked, order: .list)
        func take(_ total: UInt64, at milliseconds: Double) -> UInt64? {
            panel.take(page(total), isFrozen: false, now: later(milliseconds), pace: pace)
            return panel.page?.total
        }
        #expect(take(1, at: 0) == 1)
        #expect(take(2, at: 100) == 1)
        #expect(take(3, at: 299) == 1)
        #expect(take(4, at: 300) == 4)
        #expect(take(5, at: 400) == 4)
        panel.advance(to: later(599), pace: pace, isFrozen: false)
        #expect(panel.page?.total == 4)
        panel.advance(to: later(600), pace: pace, isFrozen: false)
        #expect(panel.page?.total == 5, "the last lines come although no more follow")
        #expect(take(6, at: -1_000) == 6, "a clock that was set back stops nothing")
    }

    @Test func aTickersTapeAndAnotherQuestionAreAnsweredAtOnce() throws {
        let symbol = try #require(Symbol("AAPL"))
        let now = FakeMarket.openTime
        var panel = TapePanelState(.linked, order: .list)
        for total in 1...3 {
            panel.take(page(UInt64(total), of: symbol), isFrozen: false, now: now, pace: 1)
            #expect(panel.page?.total == UInt64(total))
        }
        panel.take(page(7), isFrozen: false, now: now, pace: 1)
        #expect(panel.page?.total == 7)
        panel.take(page(8), isFrozen: false, now: now, pace: 1)
        panel.page = nil
        panel.advance(to: now.adding(seconds: 1), pace: 1, isFrozen: false)
        #expect(panel.page == nil, "what was waiting belongs to the question before")
    }

    @Test func whatWaitsWhenTheScreenIsFrozenIsShownAfterwards() {
        let now = FakeMarket.openTime
        var panel = TapePanelState(.linked, order: .list)
        for total in [UInt64(1), 2] { panel.take(page(total), isFrozen: false, now: now, pace: 1) }
        panel.advance(to: now.adding(seconds: 1), pace: 1, isFrozen: true)
        #expect(panel.page?.total == 1)
        #expect(panel.missed == 1)
        panel.thaw()
        #expect(panel.page?.total == 2)
    }
}
