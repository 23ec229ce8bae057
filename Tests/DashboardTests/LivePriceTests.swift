import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import Testing

@testable import Dashboard

/// Prices between two snapshots: what stands out, for how long, and what that costs.
@Suite struct LivePriceTests {
    private func streaming(_ columns: Int = 80, _ rows: Int = 24, flashes: Bool = true) -> Script {
        var market = FakeMarket()
        market.startStream()
        return Script(columns, rows, market: market, settings: DashboardSettings(flashes: flashes))
    }

    /// Changes the price of the stock at a place of the screen.
    private func tick(_ script: inout Script, place: Int, by step: Double) {
        guard let symbol = script.state.rows?.symbols[place] else { return }
        for index in script.market.rows.indices where script.market.rows[index].symbol == symbol {
            script.market.rows[index].last += step
        }
        script.deliver()
    }

    private func cells(_ script: Script, _ role: Role, look: RowLook = .normal) -> [Position] {
        let grid = script.grid()
        let style = script.model.theme.id(role, look)
        var found: [Position] = []
        for row in 0..<grid.size.rows {
            for column in 0..<grid.size.columns where grid[Position(column: column, row: row)].style == style {
                found.append(Position(column: column, row: row))
            }
        }
        return found
    }

    @Test func theChangedDigitsStandOutWithAnArrowAndOnlyFor400ms() {
        var script = streaming()
        #expect(script.state.priceFlashes.isEmpty, "the first picture is no change")
        tick(&script, place: 3, by: 0.01)
        let price = script.lines()[7]
        #expect(price.contains("▲62.36"), "\(price)")
        // One digit of five, and the arrow.
        #expect(cells(script, .flashUp).count == 2)
        #expect(script.model.nextTick == script.market.now.adding(milliseconds: 400))
        var grid = script.grid()
        _ = script.model.paint(into: &grid)
        script.handle(.tick(script.market.now.adding(milliseconds: 399)))
        #expect(!script.model.needsPaint)
        script.handle(.tick(script.market.now.adding(milliseconds: 400)))
        #expect(script.model.needsPaint, "its end is painted")
        #expect(cells(script, .flashUp).isEmpty)
        #expect(!script.lines()[7].contains("▲62"))
        tick(&script, place: 3, by: -0.50)
        #expect(script.lines()[7].contains("▼61.86"))
        #expect(cells(script, .flashDown).count == 5, "the digits from the first that changed on")
    }

    @Test func aTickRepaintsItsPriceAndNothingElse() {
        var script = streaming(120, 36)
        let before = script.grid()
        tick(&script, place: 3, by: 0.01)
        var diff = GridDiff()
        diff.compare(before, script.grid())
        #expect(Set(diff.runs.map(\.row)) == [7])
        #expect(diff.cellCount <= 8, "\(diff.runs)")
    }

    @Test func nothingStandsOutWhilePausedOrSwitchedOffOrAfterResuming() {
        var script = streaming()
        script.press("p")
        tick(&script, place: 2, by: 1)
        #expect(script.state.priceFlashes.isEmpty)
        script.press("p")
        #expect(script.state.priceFlashes.isEmpty, "what happened meanwhile is no news")
        var off = streaming(flashes: false)
        tick(&off, place: 2, by: 1)
        #expect(off.state.priceFlashes.isEmpty)
        #expect(off.lines() != streaming().lines(), "the price itself moves")
        script.press(":")
        script.type("set flash off")
        script.press("enter")
        tick(&script, place: 2, by: 1)
        #expect(script.state.priceFlashes.isEmpty)
    }

    @Test func inAFasterMarketWhatIsForTheEyeLastsAsLong() {
        var market = FakeMarket()
        market.startStream()
        let settings = DashboardSettings(source: .demo, pollSeconds: 300)
        var script = Script(80, 24, market: market, settings: settings)
        tick(&script, place: 2, by: 0.02)
        script.wait(23)
        #expect(script.state.priceFlashes.count == 1)
        script.wait(1)
        #expect(script.state.priceFlashes.isEmpty)
        let looks = script.market.looks.count
        script.press("j")
        script.wait(8)
        #expect(script.market.looks.count == looks)
        script.wait(1)
        #expect(script.market.looks.count == looks + 1)
        script.wait(130)
        #expect(!script.lines()[0].contains("silent"))
        script.wait(30)
        #expect(script.lines()[0].contains("silent"))
    }

    @Test func theOrderMayBeHeldWhilePricesMove() {
        var script = streaming()
        script.press("j")
        #expect(script.state.holdsOrder)
        tick(&script, place: 5, by: -0.03)
        #expect(script.state.priceFlashes.count == 1)
    }

    @Test func whatStandsOutIsBoundedByTheRowsOnTheScreen() {
        var script = streaming(80, 24)
        for index in script.market.rows.indices { script.market.rows[index].last += 0.5 }
        script.deliver()
        // The rows on the screen, and the selected ticker's bid and ask.
        let most = ScreenLayout(script.state).rowCount + 2
        #expect((most - 3...most).contains(script.state.priceFlashes.count))
        script.wait(1)
        #expect(script.state.priceFlashes.isEmpty)
    }

    @Test func aClockSetBackEndsWhatStandsOut() {
        var script = streaming()
        tick(&script, place: 1, by: 0.2)
        script.handle(.tick(script.market.now.adding(seconds: -3_600)))
        #expect(script.state.priceFlashes.isEmpty)
    }

    @Test func bidAndAskOfThePanelStandOutToo() {
        var script = streaming(200, 60)
        tick(&script, place: 0, by: 0.01)
        let panel = script.lines().map { String($0.suffix(60)) }
        #expect(panel.contains { $0.contains("BID") && $0.contains("▲205.35") }, "\(panel[16...18])")
        #expect(panel.contains { $0.contains("ASK") && $0.contains("▲205.37") })
    }

    // MARK: Ticks that broke off

    @Test func aRowWhoseTicksBrokeOffIsDimmedMarkedAndExplained() {
        var script = streaming(120, 36)
        #expect(!script.shows("ticks interrupted"))
        script.market.loseStream()
        script.deliver()
        #expect(script.lines()[7].contains("?62.35"))
        #expect(script.shows("?=ticks interrupted"))
        let grid = script.grid()
        let line = Array(script.lines()[7])
        let place = Position(column: (line.firstIndex(of: "?") ?? 0) + 1, row: 7)
        #expect(grid[place].style == script.model.theme.id(.dim))
        script.market.startStream()
        for index in script.market.rows.indices { script.market.rows[index].flags.remove(.ticksInterrupted) }
        script.deliver()
        #expect(!script.shows("?62.35"))
        #expect(!script.shows("interrupted"))
    }

    // MARK: Ages and windows

    @Test func agesGrowByTheClockBetweenTwoPictures() {
        var script = streaming(200, 60)
        script.press("j")
        // The selection has rested: nothing is asked any more, so no picture comes by itself.
        script.wait(1)
        script.deliver()
        let index = script.state.selectedIndex ?? 0
        let age = Int(script.state.rows?.value(.printAge, index) ?? -1)
        #expect(script.shows("PRINT AGE         \(age)s"))
        script.wait(3)
        #expect(script.shows("PRINT AGE         \(age + 3)s") || script.shows("PRINT AGE        \(age + 3)s"))
    }

    @Test(arguments: [
        (0.0, "0s"), (59.9, "59s"), (60, "1m"), (3_599, "59m"), (7_200, "2h"), (200_000, "2d"), (-3, "0s"),
        (.nan, ""), (1e300, "999d"),
    ])
    func agesFitFourCells(seconds: Double, text: String) {
        #expect(ShortAge.text(seconds) == text)
    }

    @Test func wideTablesShowTheLastFiveMinutesAndTheAgeOfThePrint() {
        let wide = ColumnFit(start: 2, room: 137).columns.map(\.descriptor.id)
        #expect(wide.contains(.change5m) && wide.contains(.printAge))
        let narrow = ColumnFit(start: 2, room: 120).columns.map(\.descriptor.id)
        #expect(!narrow.contains(.change5m) && !narrow.contains(.printAge))
        for column: ColumnID in [.volume5m, .change5m, .tradesPerMinute] {
            #expect(SortMenu.columns.contains { $0.id == column })
        }
    }
}

/// Halts, limit states and resumes on the row and in the panel.
@Suite struct HaltTests {
    private func script(_ columns: Int, _ rows: Int) -> Script {
        var market = FakeMarket()
        market.startStream()
        market.haltSome()
        return Script(columns, rows, market: market)
    }

    @Test func aHaltedRowSaysSinceWhenAndTheTimeRuns() {
        var script = script(200, 60)
        #expect(script.shows("HOLQ  H!"))
        #expect(script.shows("HALTED since 11:44:49 (2:14)"))
        script.wait(2)
        #expect(script.shows("HALTED since 11:44:49 (2:16)"))
        let narrow = HaltTests().script(80, 24)
        #expect(narrow.shows("H 11:44:49"))
        let theme = narrow.model.theme
        let line = narrow.lines().firstIndex { $0.contains("HOLQ") } ?? 0
        #expect(narrow.grid()[Position(column: 30, row: line)].style == theme.id(.up, .halted))
    }

    @Test func limitStatesAndResumesWearTheirMarks() {
        let script = script(80, 24)
        #expect(script.lines().contains { $0.contains(" L! ") })
        #expect(script.lines().contains { $0.contains("  R ") })
    }

    /// The mark stands behind the symbol; the longest symbols leave it the gap before the price.
    @Test func theMarkNeverCoversASymbolOrAPrice() {
        let script = script(80, 24)
        #expect(script.shows(" ACHR.WS !1234.50 "))
        #expect(script.shows(" HOLQ  H!  129.03 "))
    }

    @Test func thePanelAndTheTapeSayItInWords() {
        var script = script(200, 60)
        script.press("j", "t")
        script.wait(1)
        script.market.tape.hasHalt = true
        script.deliver()
        let name = script.selected ?? ""
        #expect(script.lines().contains { $0.contains("│ HALTED since 11:4") }, "\(name)")
        #expect(script.shows("TRADING HALTED"))
        #expect(script.shows("TRADING RESUMED"))
    }
}
