import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import TestSupport
import Testing

@testable import Dashboard

/// The ticker's page at the keyboard: what is asked, what is shown meanwhile, and how one gets there and back.
@Suite struct DetailPageTests {
    private func streaming(_ columns: Int = 120, _ rows: Int = 36) -> Script {
        var market = FakeMarket()
        market.startStream()
        return Script(columns, rows, market: market)
    }

    private func opened(_ columns: Int = 120, _ rows: Int = 36) -> Script {
        var script = streaming(columns, rows)
        script.press("j", "enter")
        script.wait(1)
        script.deliver()
        return script
    }

    // MARK: Forms

    @Test func itsFormFollowsItsArea() {
        var side = streaming(200, 60)
        side.press("g", "d")
        #expect(side.state.pageForm == .panel)
        var below = streaming(120, 36)
        below.press("g", "d")
        #expect(below.state.pageForm == .strip)
        #expect(ScreenLayout(below.state).detail?.height == 11)
        for (columns, rows) in [(80, 24), (120, 36), (200, 60), (60, 16)] {
            var script = streaming(columns, rows)
            script.press("enter")
            #expect(script.state.pageForm == .page, "\(columns)x\(rows)")
            #expect(ScreenLayout(script.state).table.isEmpty)
        }
    }

    // MARK: What is asked

    @Test func thePageIsAskedForWhileItIsShownAndNobodysAfterwards() {
        var script = streaming(80, 24)
        #expect(script.market.about == nil)
        script.press("enter")
        #expect(script.market.about?.symbol.text == script.selected)
        #expect(script.market.about?.columns == PageFigures.columns)
        script.press("esc")
        #expect(script.market.about == nil)
        #expect(script.market.aboutCount == 2)
    }

    @Test func walkingAlongTheListAsksForNobodyBeforeTheSelectionRests() {
        var script = opened()
        let before = script.market.aboutCount
        script.press("J", "J", "J")
        #expect(script.market.aboutCount == before)
        script.wait(1)
        #expect(script.market.aboutCount == before + 1)
        #expect(script.market.about?.symbol.text == script.selected)
    }

    @Test func thePastIsLookedUpOnceATickerAndAgainAfterFiveMinutes() {
        var script = opened()
        #expect(script.studies.last?.text == script.selected)
        let before = script.studies.count
        script.wait(200)
        #expect(script.studies.count == before)
        script.wait(101)
        #expect(script.studies.count == before + 1)
        script.press("J")
        script.wait(1)
        #expect(script.studies.count == before + 2)
    }

    @Test func aFrozenScreenAsksForNothing() {
        var script = opened()
        script.press("p")
        let (abouts, studies) = (script.market.aboutCount, script.studies.count)
        script.press("J")
        script.wait(400)
        #expect(script.market.aboutCount == abouts && script.studies.count == studies)
    }

    // MARK: What is shown

    @Test func aYoungSlotsFigureSaysThatItIsOfTheSlotBefore() {
        var script = Scene.earlyClose.script(120, 36, .palette256)
        script.press("enter")
        script.wait(1)
        #expect(script.lines()[script.quoteRow].contains("slot-1 "))
    }

    @Test func anothersFiguresAreNeverShownAsTheNewTickersOnes() throws {
        var script = opened()
        let first = try #require(script.selected)
        script.answersAtOnce = false
        script.press("J")
        script.wait(1)
        let next = try #require(script.selected)
        #expect(first != next)
        #expect(script.shows("loading \(next)"))
        #expect(script.lines()[script.quoteRow].contains(first), "the old page stays, under its own name")
        let body = ScreenLayout(script.state).detail ?? Rect(.zero)
        let dim = script.model.theme.id(.dim)
        let grid = script.grid()
        let quote = (body.column..<body.endColumn).map { grid[Position(column: $0, row: body.row)] }
        #expect(quote.allSatisfy { $0.scalar == 0x20 || $0.style == dim })
        script.deliver()
        #expect(!script.shows("loading"))
        #expect(script.lines()[script.quoteRow].contains(next))
    }

    @Test func figuresWaitForTheirSlotsButNotForLong() throws {
        let script = opened()
        var page = script.state.page
        let first = try #require(page.about?.query.symbol)
        let next = try #require(script.state.rows?.symbols.first { $0 != first })
        let now = script.state.now
        let query = AboutQuery(symbol: next, columns: PageFigures.columns)
        let isAsked = page.asks(query)
        #expect(isAsked)
        let about = FakePage.about(query, of: script.market.rows, now: now)
        let view = EngineView(sequence: 1, status: script.market.status, result: nil, about: about)
        page.take(view, now: now)
        #expect(page.about?.query.symbol == first && page.slots?.symbol == first, "the old page stays whole")
        page.advance(to: now.adding(milliseconds: 999))
        #expect(page.about?.query.symbol == first)
        var late = page
        late.advance(to: now.adding(milliseconds: 1_000))
        #expect(late.about?.query.symbol == next && late.slots == nil)
        var whole = view
        whole.slots = script.market.slotPage(SlotQuery(symbols: [first, next], priced: next))
        page.take(whole, now: now)
        #expect(page.about?.query.symbol == next && page.slots?.symbol == next)
        #expect(page.slots?.prices.count == Slot.count)
    }

    @Test func aHaltedStockSaysSoInWordsWithSinceWhen() {
        var market = FakeMarket()
        market.startStream()
        market.haltSome()
        for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
            var script = Script(columns, rows, market: market)
            while script.state.rows?.halt(script.state.selection.rank).state != .halted { script.press("j") }
            script.press("enter")
            script.wait(1)
            script.deliver()
            #expect(script.shows("HALTED since 11:4") || script.shows("HALTED 11:4"), "\(columns)x\(rows)")
        }
    }

    @Test func whatIsMissingIsADashAndNeverZero() {
        var market = FakeMarket()
        market.rows[0].rvol = .nan
        market.rows[0].slot = .nan
        (market.rows[0].last, market.rows[0].volume) = (4.82, 900_000)
        var script = Script(120, 36, market: market)
        script.press("/")
        script.type("QXAI")
        script.press("enter", "enter")
        script.wait(1)
        script.deliver()
        #expect(script.shows("RVOL –  slot –"))
        #expect(script.shows("bid –  ask –"))
    }

    @Test(arguments: [(80, 24), (120, 36), (200, 60)])
    func thePageHasEverythingThatIsToldOfATicker(columns: Int, rows: Int) throws {
        let script = opened(columns, rows)
        let name = try #require(script.selected)
        for text in [
            "RVOL", "VWAP", "prev", "bid", "float", "│09", "winners", "#19", "LIST", "DAY", "PRINTS \(name)", "usual",
        ] {
            let isFound = script.shows(text) || text == "│09" && script.shows("▲")
            #expect(isFound, "\(text) at \(columns)x\(rows)")
        }
        let hasBraille = script.grid().cells.contains { (0x2801...0x28FF).contains($0.scalar) }
        #expect(hasBraille)
    }

    @Test func anUnknownTickerSaysSo() throws {
        var script = streaming()
        var state = script.state
        state.openPage(of: try #require(Symbol("NOSUCH")))
        script.model = DashboardModel(
            settings: state.settings,
            size: state.size,
            now: state.now,
            colorDepth: .palette256
        )
        #expect(state.page.symbol?.text == "NOSUCH")
        #expect(state.lookedSymbol?.text == "NOSUCH")
        #expect(state.pageForm == .page)
        var page = state.page
        let symbol = try #require(Symbol("NOSUCH"))
        let isAsked = page.asks(AboutQuery(symbol: symbol, columns: PageFigures.columns))
        #expect(isAsked)
        page.take(
            EngineView(
                sequence: 1,
                status: script.market.status,
                result: nil,
                about: TickerAbout(query: AboutQuery(symbol: symbol, columns: PageFigures.columns))
            ),
            now: state.now
        )
        state.page = page
        state.page.advance(to: state.now.adding(seconds: 2))
        var grid = Grid(size: state.size)
        paint(state, Theme(depth: .mono), into: &grid)
        #expect(grid.lines().contains { $0.contains("NOSUCH is not among the market's tickers") })
        script.answersAtOnce = true
    }

    // MARK: Keys

    @Test func theCursorWalksSlotsHoursAndSessions() {
        var script = opened()
        let now = script.state.pageCursor
        #expect(now == 93)
        for (key, wanted) in [
            ("h", 92), ("{", 80), ("(", 66), (")", 93), ("}", 105), ("l", 106), ("(", 66), ("h", 65), (")", 65),
            ("(", 0), ("h", 0),
        ] {
            script.press(key)
            #expect(script.state.pageCursor == wanted, "\(key)")
        }
        script.press("left", "right", "right")
        #expect(script.state.pageCursor == 2)
    }

    @Test func theCursorsSlotIsToldInExactNumbers() throws {
        var script = opened(200, 60)
        script.press("h", "h", "h")
        let slots = try #require(script.state.page.slots)
        #expect(script.shows("11:30–11:35"))
        let volume = NumberFormat.grouped.string(Double(slots.volumes[90]))
        let average = NumberFormat.grouped.string(Double(slots.averages[90]).rounded())
        let rvol = NumberFormat.fixed(2).string(Double(slots.volumes[90]) / Double(slots.averages[90]))
        #expect(script.shows("vol \(volume)  avg \(average)  \(rvol)×"))
        #expect(script.shows("pace "))
        script.press("}", "}")
        #expect(script.shows("not begun"))
    }

    @Test func thePanelSaysWhereTheSlotsAre() {
        var script = streaming(200, 60)
        script.press("g", "d", "h")
        #expect(script.shows("the slots are on the ticker's page: z shows it"))
        #expect(script.commands == [.bell])
        #expect(script.state.page.cursor == nil)
        script.press("z", "h")
        #expect(script.state.page.cursor == script.state.pageCursor)
    }

    @Test func zoomGoesFromTheDayToAnHourAndBack() {
        var script = opened()
        for (key, words) in [
            ("+", "the session"), ("+", "2 hours"), ("=", "1 hour"), ("-", "2 hours"), ("-", "the session"),
            ("-", "the day"),
        ] {
            script.press(key)
            #expect(script.shows("─ \(words)  + - zoom ─"), "\(key)")
        }
        script.press("-")
        #expect(script.shows("this is the whole day"))
    }

    @Test func cSumsUpAndDLaysTheDayBeforeOverIt() throws {
        var script = opened()
        script.press("c")
        #expect(script.shows("VOLUME UP TO EACH SLOT"))
        script.press("d")
        let symbol = try #require(script.state.page.asked?.symbol)
        let query = PastSlotQuery(symbols: [symbol], daysBack: 1)
        #expect(script.commands.contains(.pastSlots(query)))
        #expect(script.shows("loading the day before"))
        var foreign = script.market.pastSlots(query)
        foreign.query.daysBack = 3
        script.handle(.pastSlots(foreign))
        #expect(script.state.page.past == nil, "answers to the heatmap's questions are not the page's")
        script.handle(.pastSlots(script.market.pastSlots(query)))
        #expect(script.shows("o Fri 2026-10-09"))
        #expect(script.commands.filter { $0 == .pastSlots(query) }.count == 1)
        script.press("d")
        #expect(!script.shows("2026-10-09"))
    }

    // MARK: There and back

    @Test(arguments: [(80, 24), (120, 36), (200, 60)])
    func escapeGoesBackToWhereOneWas(columns: Int, rows: Int) {
        for opening in [[], ["g", "t"], ["g", "m"], ["z"], ["E"]] {
            var script = streaming(columns, rows)
            for key in opening { script.press(key) }
            let before = script.state.panes
            script.press("enter", "J", "J")
            #expect(script.state.panes.focus == .detail && script.state.panes.isZoomed)
            let selected = script.selected
            script.press("esc")
            #expect(script.state.panes == before, "\(opening) at \(columns)x\(rows)")
            #expect(script.selected == selected)
        }
    }

    @Test func jAndKWalkTheListAndThePageFollows() {
        var script = opened()
        let first = script.selected
        script.press("J", "J", "K")
        script.wait(1)
        script.deliver()
        #expect(script.selected != first)
        #expect(script.lines()[script.quoteRow].contains(script.selected ?? "?"))
        script.press("K")
        #expect(script.selected == first)
    }

    @Test func aTickerThatIsNotSelectedIsShownUntilOneWalksOnOrLeaves() throws {
        let script = streaming()
        let other = try #require(script.state.rows?.symbols.last)
        for (key, isDetail) in [("J", true), ("j", true), ("esc", false)] {
            var state = script.state
            let selected = state.selectedSymbol
            state.openPage(of: other)
            _ = reduce(&state, .tick(state.now))
            // Not before it has rested.
            var commands = reduce(&state, .tick(state.now.adding(milliseconds: 150)))
            #expect(state.lookedSymbol == other)
            let slots = commands.contains {
                if case .send(.slots(let query)) = $0 { query?.priced == other } else { false }
            }
            #expect(slots || state.heat.sent?.priced == other)
            #expect(commands.contains(.send(.about(AboutQuery(symbol: other, columns: PageFigures.columns)))))
            #expect(commands.contains { if case .send(.look(let look)) = $0 { look.selected == other } else { false } })
            commands = reduce(&state, .key(Script.key(key)))
            #expect(state.page.symbol == nil, "\(key)")
            #expect((state.panes.focus == .detail) == isDetail)
            #expect(isDetail || state.selectedSymbol == selected)
        }
    }

    @Test func openingAndLeavingIsNothingToUndo() {
        var script = streaming()
        script.press("enter", "esc", "u")
        #expect(script.shows("nothing to undo"))
    }

    // MARK: Areas

    @Test func noPartOfAPageLeavesItsArea() {
        var random = SeededRandom(seed: 20_261_124)
        var scripts = [opened(80, 24), opened(120, 36), opened(200, 60)]
        for index in scripts.indices {
            for key in ["+", "h", "c"] where random.below(2) == 0 { scripts[index].press(key) }
        }
        for round in 0..<300 {
            let script = scripts[round % scripts.count]
            let screen = Size(columns: 90, rows: 40)
            var grid = Grid(size: screen, glyphs: random.below(2) == 0 ? .ascii : .unicode)
            grid.fill(Rect(screen), with: "~", style: script.model.theme.id(.badge))
            let area = Rect(
                column: random.below(20),
                row: random.below(10),
                width: random.below(75),
                height: random.below(35)
            )
            switch round % 2 {
            case 0: PageView(script.state).paint(in: area, into: &grid, script.model.theme)
            default: PageStrip(script.state).paint(in: area, into: &grid, script.model.theme)
            }
            var outside = 0
            for row in 0..<screen.rows {
                for column in 0..<screen.columns where !area.contains(Position(column: column, row: row)) {
                    if grid[Position(column: column, row: row)].style != script.model.theme.id(.badge) { outside += 1 }
                }
            }
            #expect(outside == 0, "round \(round): \(area)")
        }
    }
}

extension Script {
    /// The row of the page's first line.
    fileprivate var quoteRow: Int { ScreenLayout(state).detail?.row ?? 0 }
}
