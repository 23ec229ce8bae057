import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import Testing

@testable import Dashboard

@Suite struct TableFeatureTests {
    private func copied(_ script: Script) -> [String] {
        script.commands.compactMap { if case .copy(let text) = $0 { text } else { nil } }
    }

    // MARK: Columns

    @Test func theColumnCursorReachesEveryColumnAndShowsIt() {
        for size in [(60, 16), (80, 24), (120, 36), (200, 60)] {
            var script = Script(size.0, size.1)
            let all = script.state.tableColumns.map(\.id)
            script.press("l")
            #expect(script.state.table.column == .rvol, "the cursor begins where the order is")
            for _ in all { script.press("h") }
            for id in all {
                #expect(script.state.table.column == id)
                let shown = ScreenLayout(script.state).columns
                #expect(shown.contains { $0.descriptor.id == id }, "\(id) at \(size)")
                #expect(shown.first?.descriptor.id == .symbol)
                script.press("l")
            }
        }
    }

    @Test func furtherSortKeysGoBehindTheFirst() {
        var script = Script(200, 60)
        script.press("l", "S")
        #expect(script.state.table.moreSorts.isEmpty, "the first key is no second one")
        script.press("h", "S")
        guard let id = script.state.table.column else {
            Issue.record("no column")
            return
        }
        let first = SortKey(.rvol, descending: true)
        let usual = ColumnDescriptor.of(id)?.sortsDescending ?? true
        #expect(script.market.query?.sort.prefix(2) == [first, SortKey(id, descending: usual)])
        script.press("S")
        #expect(script.market.query?.sort.prefix(2) == [first, SortKey(id, descending: !usual)])
        script.press("S")
        #expect(script.state.table.moreSorts.isEmpty)
        script.press("S", "I")
        #expect(script.state.table.moreSorts.isEmpty, "another first key begins anew")
    }

    @Test func columnsAreChosenWhileTheTableShowsThem() {
        var script = Script(200, 60)
        script.press("C")
        script.type("atr")
        script.press(" ")
        #expect(script.state.view.columns.contains(.atr))
        #expect(script.shows("ATR"))
        script.press("esc")
        #expect(script.state.view.columns.isEmpty, "Esc brings the columns back")
        script.press("C")
        script.type("atr")
        script.press(" ", "enter")
        #expect(script.state.view.columns.last == .atr)
        script.press("C")
        script.type("atr")
        script.press("left", "enter")
        #expect(script.state.view.columns.dropLast().last == .atr)
        script.press("u")
        #expect(script.state.view.columns.last == .atr)
    }

    @Test func aNameThatNoColumnHasIsRefused() {
        var script = Script()
        script.press("C")
        script.type("zzzz")
        #expect(script.shows("no column has"))
        #expect(script.commands.contains(.bell))
    }

    // MARK: Rows

    @Test func aPinnedTickerStandsOnTopAndStaysSelected() {
        var script = Script()
        for _ in 0..<7 { script.press("j") }
        let symbol = script.selected
        script.press(" ")
        #expect(script.market.query?.pinned.map(\.text) == [symbol ?? ""])
        #expect(script.state.rows?.symbols.first?.text == symbol)
        #expect(script.state.rows?.pinnedCount == 1)
        #expect(script.selected == symbol)
        script.press(" ")
        #expect(script.market.query?.pinned.isEmpty == true)
        #expect(script.selected == symbol)
    }

    @Test func whoIsLeftOutIsGoneUntilTakenBackIn() {
        var script = Script()
        script.press("j", "v", "j", "j", "v")
        let marked = script.state.table.marked
        #expect(marked.count == 2)
        script.press("x")
        #expect(Set(script.market.query?.excluded ?? []) == marked)
        #expect(script.state.rows?.symbols.contains { marked.contains($0) } == false)
        #expect(script.state.table.marked.isEmpty)
        script.press("u")
        #expect(script.market.query?.excluded.isEmpty == true)
        script.press("x", "X")
        #expect(script.market.query?.excluded.isEmpty == true)
        script.press("X")
        #expect(script.shows("nobody is left out"))
    }

    @Test func aFollowedTickerStaysSelectedWhileItIsAwayAndAfterwards() {
        var script = Script()
        for _ in 0..<5 { script.press("j") }
        guard let symbol = script.state.selection.symbol,
            let index = script.market.rows.firstIndex(where: { $0.symbol == symbol })
        else {
            Issue.record("nobody is selected")
            return
        }
        script.press("F")
        let row = script.market.rows.remove(at: index)
        script.wait(8)
        script.deliver()
        #expect(script.state.selection.symbol == symbol)
        #expect(script.state.selectedIndex == nil, "nobody else is highlighted in its place")
        #expect(script.market.looks.last?.selected == symbol)
        script.market.rows.append(row)
        script.deliver()
        #expect(script.selected == symbol.text)
    }

    @Test func newcomersAndThoseWhoLeftAreCounted() {
        var leaders = Leaders()
        let basis = Leaders.Basis(
            sort: SortKey(.rvol, descending: true),
            gate: .wholeMarket,
            rvol: RVOLSettings(),
            baseline: .loading,
            tradingDay: DayID(rawValue: 20_738)
        )
        func answer(_ names: [String]) -> ScanResult {
            var result = ScanResult(version: 1, rows: 0..<names.count, matchCount: names.count)
            result.symbols = names.compactMap { Symbol($0) }
            return result
        }
        let now = FakeMarket.openTime
        leaders.update(answer(["A", "B", "C"]), basis: basis, now: now)
        #expect(leaders.changes(at: now) == (0, 0))
        leaders.update(answer(["A", "D", "E"]), basis: basis, now: now.adding(seconds: 5))
        #expect(leaders.changes(at: now.adding(seconds: 5)) == (2, 2))
        leaders.update(answer(["A", "D"]), basis: basis, now: now.adding(seconds: 64))
        #expect(leaders.changes(at: now.adding(seconds: 64)) == (1, 3))
        #expect(leaders.changes(at: now.adding(seconds: 200)) == (0, 0))
    }

    // MARK: Words

    @Test func everyNumberUnderTheCursorIsExplained() {
        var script = Script(200, 60)
        script.press("j", "l")
        for _ in script.state.tableColumns { script.press("h") }
        for column in script.state.tableColumns {
            script.press("K")
            guard case .explain(let explained) = script.state.layer else {
                Issue.record("\(column.id) is not explained")
                return
            }
            #expect(explained.column == column.id)
            let text = script.lines().joined(separator: " ")
            #expect(text.contains(column.formula.prefix(20)), "\(column.id)")
            #expect(text.contains("source") || column.source.isEmpty)
            script.press("esc", "l")
        }
    }

    @Test func aMissingNumberIsSaidToBeMissing() {
        var script = Script(120, 36)
        for index in script.market.rows.indices { script.market.rows[index].rvol = .nan }
        script.deliver()
        script.press("j", "l", "K")
        #expect(script.shows("missing: nobody knows it"))
    }

    // MARK: Copies

    @Test func symbolsAndRowsAreCopied() {
        var script = Script(200, 60)
        script.press("j", "y")
        #expect(copied(script) == [script.selected])
        script.press("Y")
        let lines = copied(script).last?.split(separator: "\n") ?? []
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("symbol\tprice\tchg%\t") == true, "\(lines)")
        let fields = lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false).count }
        #expect(fields.first == fields.last)
        script.press("v", "j", "v", "y")
        #expect(copied(script).last?.split(separator: " ").count == 2)
    }

    @Test func aTextFromOutsideCannotTearACopiedRow() {
        var rows = ScanResult(version: 1, rows: 0..<1, matchCount: 1)
        rows.symbols = [Symbol("A")].compactMap(\.self)
        rows.columns = [.name]
        rows.values = [[.nan]]
        rows.texts = [["Evil\tCorp\nInc\u{1B}"]]
        guard let column = ColumnDescriptor.of(.name) else {
            Issue.record("no such column")
            return
        }
        #expect(RowText.field(column, rows, 0) == "Evil Corp Inc\u{1B}")
    }
}
