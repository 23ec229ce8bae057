import Dashboard
import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import Testing

@Suite struct ModelTests {
    @Test func aQuietMarketPaintsOncePerSecondAndChangesTheClockOnly() {
        var script = Script()
        var before = Grid(size: script.state.size)
        _ = script.model.paint(into: &before)
        #expect(!script.model.needsPaint)
        script.handle(.tick(script.market.now.adding(milliseconds: 300)))
        #expect(!script.model.needsPaint)
        #expect(script.model.nextTick == FakeMarket.openTime.adding(seconds: 1))
        script.handle(.tick(script.model.nextTick))
        #expect(script.model.needsPaint)
        var after = Grid(size: script.state.size)
        _ = script.model.paint(into: &after)
        var diff = GridDiff()
        diff.compare(before, after)
        #expect(diff.runs.allSatisfy { $0.row < 2 })
        #expect(diff.cellCount <= 12, "clock, time left, age of the data: \(diff.runs)")
    }

    @Test func theFirstCommandIsTheQueryOfTheScreen() {
        var model = DashboardModel(
            settings: DashboardSettings(),
            size: Size(columns: 80, rows: 24),
            now: FakeMarket.openTime,
            colorDepth: .mono
        )
        let commands = model.start()
        #expect(commands.last == .send(.look(LookedAt())))
        guard case .send(.query(let query))? = commands.first, commands.count == 2 else {
            Issue.record("\(commands)")
            return
        }
        #expect(query.version == 1)
        #expect(query.sort == [SortKey(.rvol, descending: true), SortKey(.dollarVolume, descending: true)])
        #expect(query.rows.lowerBound == 0)
        #expect(query.rows.upperBound >= 18)
        #expect(query.anchor == nil)
        #expect(query.find == nil)
        #expect((8...192).contains(query.stripSlots))
        #expect(Set(query.columns).count == query.columns.count)
        #expect(query.columns.contains(.rvol))
        #expect(model.handle(.repaint).isEmpty, "the same state asks once")
    }

    @Test func queriesGrowInVersionAndAskForTheRowsOnTheScreen() {
        var script = Script(80, 24)
        var version = script.market.query?.version ?? 0
        for key in ["G", "g", "g", "pgdn", "pgdn", "^d", "I", "f", "G", "home"] {
            script.press(key)
            guard let query = script.market.query else { return }
            #expect(query.version >= version)
            version = query.version
            #expect(query.rows.contains(script.state.top))
            #expect(query.rows.contains(script.state.selection.rank))
            #expect(query.rows.count <= 18 + 2 * 64 + 64)
        }
    }

    @Test func aClockSetBackDoesNotHoldForEver() {
        var script = Script()
        script.press("j")
        script.handle(.tick(FakeMarket.openTime.adding(seconds: -3_600)))
        script.handle(.tick(FakeMarket.openTime.adding(seconds: -3_594)))
        #expect(script.market.query?.holdsOrder == false)
    }

    @Test func noticesAreBoundedAndTheNewestAreKept() {
        var script = Script()
        for number in 0..<100 { script.handle(.notice(Notice(.warning, "setting \(number) is unknown"))) }
        #expect(script.state.notices.count == DashboardState.noticesMax)
        #expect(script.state.notices.last?.text == "setting 99 is unknown")
    }

    @Test func anUnsoundAnswerIsLeftOut() {
        var script = Script()
        let shown = script.state.rows
        var view = script.market.view()
        view.result?.flags.removeLast()
        script.handle(.view(view))
        view = script.market.view()
        view.result?.strips.removeLast()
        script.handle(.view(view))
        view = script.market.view()
        view.result?.values[2].removeAll()
        script.handle(.view(view))
        #expect(script.state.rows == shown)
    }

    @Test func theCursorFollowsTheSelectionWhenAsked() {
        var script = Script(80, 24, settings: DashboardSettings(cursorFollowsSelection: true))
        script.press("j", "j")
        var grid = Grid(size: script.state.size)
        let place = script.model.paint(into: &grid)
        #expect(place.map { grid[$0].scalar } == 0x3E)
    }

    @Test func theCursorStandsBehindWhatIsTyped() {
        var script = Script(80, 24)
        script.press("/")
        script.type("br")
        var grid = Grid(size: script.state.size)
        #expect(script.model.paint(into: &grid) == Position(column: 8, row: 23))
    }
}
