import EngineAPI
import MarketTime
import TerminalGrid
import Testing

@testable import Dashboard

@Suite struct PaneTests {
    // MARK: Where panes stand

    /// The letters of panes in a drawn plan.
    private static let letters: [(Pane, Character)] = [
        (.table, "t"), (.heat, "h"), (.detail, "d"), (.tape, "1"), (.tape2, "2"), (.why, "w"),
    ]

    /// Draws a plan at a tenth of its size.
    private static func drawing(_ columns: Int, _ rows: Int, _ choice: PaneChoice) -> [String] {
        let plan = PanePlan(Rect(Size(columns: columns, rows: rows)), choice, detailWidth: 50)
        return stride(from: 2, to: rows, by: 5).map { row in
            String(
                stride(from: 5, to: columns, by: 10).map { column -> Character in
                    let place = Position(column: column, row: row)
                    return letters.first { plan.places[$0.0]?.contains(place) ?? false }?.1 ?? "."
                }
            )
        }
    }

    private static func choice(_ open: [Pane], focus: Pane = .table, isZoomed: Bool = false) -> PaneChoice {
        var choice = PaneChoice(open: open)
        choice.focus = focus
        choice.isZoomed = isZoomed
        return choice
    }

    @Test func aWideScreenHasTheTickerAtTheSideAndTheMapBelow() {
        let drawn = Self.drawing(200, 55, Self.choice([.heat, .detail, .tape, .tape2]))
        #expect(
            drawn == [
                "tttttttttttttttddddd", "tttttttttttttttddddd", "tttttttttttttttddddd", "ttttttttttttttt11111",
                "ttttttttttttttt11111", "ttttttttttttttt22222", "ttttttttttttttt22222", "hhhhhhhhhhhhhhhhhhhh",
                "hhhhhhhhhhhhhhhhhhhh", "hhhhhhhhhhhhhhhhhhhh", "hhhhhhhhhhhhhhhhhhhh",
            ],
            "\(drawn.joined(separator: "\n"))"
        )
    }

    @Test func aMediumScreenHasTapesAtTheSideAndTheNewestPaneBelow() {
        let drawn = Self.drawing(120, 32, Self.choice([.heat, .tape, .detail]))
        #expect(
            drawn == ["tttttttt1111", "tttttttt1111", "tttttttt1111", "tttttttt1111", "dddddddddddd", "dddddddddddd"],
            "\(drawn.joined(separator: "\n"))"
        )
        let heat = Self.drawing(120, 32, Self.choice([.heat, .tape, .detail], focus: .heat))
        #expect(heat.last == "hhhhhhhhhhhh")
    }

    @Test func theHintOfTheHeatmapSaysWhatItsKeyDoesNow() {
        // Open from the start, and there is no room for it beside the table.
        for size in [Size(columns: 80, rows: 24), Size(columns: 120, rows: 36), Size(columns: 200, rows: 60)] {
            var script = Script(size.columns, size.rows)
            for _ in 0..<3 {
                let isShown = ScreenLayout(script.state).panes[.heat] != nil
                let hint = KeyHint.hints(of: script.state).first { $0.actions == [.heat] }
                if script.state.panes.focus == .table {
                    #expect(hint?.words == (isShown ? "no heatmap" : "heatmap"), "\(size)")
                }
                script.press("m")
                #expect((ScreenLayout(script.state).panes[.heat] != nil) != isShown, "\(size)")
            }
        }
    }

    @Test func aNarrowScreenHasOnePaneAndAStripOfTape() {
        #expect(
            Self.drawing(80, 20, Self.choice([.heat, .detail, .tape])) == [
                "tttttttt", "tttttttt", "11111111", "11111111",
            ]
        )
        #expect(Self.drawing(80, 20, Self.choice([.heat, .tape], focus: .heat))[0] == "hhhhhhhh")
        #expect(Self.drawing(80, 20, Self.choice([.detail, .tape], focus: .detail)).allSatisfy { $0 == "dddddddd" })
    }

    @Test(arguments: Pane.allCases)
    func aZoomedPaneHasTheWholeBody(pane: Pane) {
        for size in [(60, 12), (120, 32), (200, 55)] {
            let choice = Self.choice(Pane.allCases, focus: pane, isZoomed: true)
            let body = Rect(Size(columns: size.0, rows: size.1))
            #expect(PanePlan(body, choice, detailWidth: 50).places == [pane: body])
        }
    }

    @Test func panesNeverOverlapAndCoverTheBodyAtAnySize() {
        for columns in stride(from: 60, through: 320, by: 7) {
            for rows in stride(from: 13, through: 90, by: 5) {
                for open in 0..<32 {
                    let panes = Pane.allCases.dropFirst().enumerated().filter { open >> $0.offset & 1 == 1 }.map(
                        \.element
                    )
                    for focus in [Pane.table] + panes {
                        var choice = Self.choice(panes, focus: focus)
                        (choice.sideSteps, choice.bottomSteps) = (open % 3 * 6 - 6, open % 5 * 5 - 10)
                        let body = Rect(column: 0, row: 3, width: columns, height: rows)
                        let places = PanePlan(body, choice, detailWidth: 50).places
                        let cells = places.values.reduce(0) { $0 + $1.width * $1.height }
                        guard cells == body.width * body.height, places[focus] != nil,
                            places.values.allSatisfy({ $0.intersection(body) == $0 }),
                            places[.table].map({ $0.height >= 4 && $0.width >= 30 }) ?? true
                        else {
                            Issue.record("\(columns)x\(rows) \(choice.text): \(places)")
                            return
                        }
                    }
                }
            }
        }
    }

    // MARK: The choice

    @Test func aChoiceReadsBackWhatItWrites() {
        var choice = Self.choice([.tape2, .why, .heat], focus: .why, isZoomed: true)
        (choice.sideSteps, choice.bottomSteps) = (3, -2)
        #expect(PaneChoice(text: choice.text) == choice)
    }

    @Test(arguments: [
        ("", "open= focus=table zoom=off side=0 bottom=0"),
        (
            "open=heat,nonsense,heat,table focus=tape side=999 bottom=x more",
            "open=heat focus=table zoom=off side=12 bottom=0"
        ),
        ("===\u{1B}[31m open", "open= focus=table zoom=off side=0 bottom=0"),
    ])
    func whatMeansNothingIsLeftOut(text: String, read: String) {
        #expect(PaneChoice(text: text).text == read)
    }

    // MARK: Keys

    @Test func tabGoesRoundThePanesAndEscapeBackToTheTable() {
        var script = Script(200, 60)
        #expect(script.state.panes.focus == .table)
        script.press("tab")
        #expect(script.state.panes.focus == .heat)
        script.press("tab")
        #expect(script.state.panes.focus == .detail)
        script.press("tab")
        #expect(script.state.panes.focus == .table)
        script.press("S-tab", "esc")
        #expect(script.state.panes.focus == .table)
    }

    @Test func aPaneIsShownZoomedAndClosed() {
        var script = Script(120, 36)
        script.press("m")
        #expect(ScreenLayout(script.state).panes[.heat] != nil)
        script.press("g", "m", "z")
        #expect(ScreenLayout(script.state).panes.count == 1)
        script.press("z", "q")
        #expect(!script.state.panes.isOpen(.heat))
        #expect(script.state.panes.focus == .table)
        #expect(!script.commands.contains(.quit), "q closes the pane that has the keys")
    }

    @Test func enterOpensTheTickerAndEscapeComesBackToTheSameRow() {
        var script = Script(80, 24)
        script.press("j", "j", "j", "enter")
        #expect(Set(ScreenLayout(script.state).panes.keys) == [.detail])
        let selected = script.state.selection.symbol
        script.press("esc")
        #expect(script.state.panes.focus == .table)
        #expect(script.state.selection.symbol == selected)
        #expect(ScreenLayout(script.state).panes[.table] != nil)
    }

    @Test func sizesChangeInStepsAndGoBack() {
        var script = Script(120, 36)
        script.press("t")
        let before = ScreenLayout(script.state).tape?.width ?? 0
        script.press("^w", ">")
        #expect(ScreenLayout(script.state).tape?.width == before + 2)
        for _ in 0..<100 { script.press("^w", "<") }
        #expect(script.state.panes.sideSteps == -PaneChoice.stepsMax)
        script.press("^w", "=")
        #expect(ScreenLayout(script.state).tape?.width == before)
    }

    // MARK: Undo

    @Test func everyChangeOfTheViewCanBeUndoneAndDoneAgain() {
        var script = Script(120, 36)
        script.handle(.names(script.market.names))
        let steps: [[String]] = [["2"], [">"], ["*"], ["t"], ["space"], ["0"], ["I"]]
        var seen = [script.state.viewChoice]
        for keys in steps {
            for key in keys { script.press(key == "space" ? " " : key) }
            if script.state.viewChoice != seen.last { seen.append(script.state.viewChoice) }
        }
        #expect(seen.count >= 5)
        for choice in seen.dropLast().reversed() {
            script.press("u")
            #expect(script.state.viewChoice == choice)
        }
        script.press("u")
        #expect(script.shows("nothing to undo"))
        for choice in seen.dropFirst() {
            script.press("^r")
            #expect(script.state.viewChoice == choice)
        }
        script.press("^r")
        #expect(script.shows("nothing to do again"))
    }

    @Test func movingIsNothingToUndo() {
        var script = Script()
        script.press("j", "j", "G", "tab", "esc", "?", "esc", "u")
        #expect(script.shows("nothing to undo"))
    }

    // MARK: Layouts

    private func kept(_ script: Script) -> [(key: String, text: String?)] {
        script.commands.compactMap { if case .keep(let key, let text) = $0 { (key, text) } else { nil } }
    }

    @Test func nothingIsKeptBeforeWhatWasKeptHasBeenRead() {
        var script = Script(120, 36)
        script.press("t", "3", "E")
        #expect(kept(script).isEmpty)
        script.handle(.kept([:]))
        #expect(kept(script).isEmpty, "the view is as it was when reading ended")
        script.press("T")
        #expect(kept(script).last?.key == "layout.last")
    }

    @Test func theLastLayoutComesBackUnlessTheTraderWasFaster() {
        var first = Script(120, 36)
        first.handle(.names(first.market.names))
        first.handle(.kept([:]))
        first.press("t", "1", ">")
        guard let text = kept(first).last?.text else {
            Issue.record("nothing was kept")
            return
        }
        var second = Script(120, 36)
        second.handle(.names(second.market.names))
        second.handle(.kept(["layout.last": text]))
        #expect(second.state.viewChoice == first.state.viewChoice)
        #expect(kept(second).isEmpty, "what was read is not written again")

        var third = Script(120, 36)
        third.handle(.names(third.market.names))
        third.press("2")
        third.handle(.kept(["layout.last": text]))
        #expect(third.state.view.list == third.market.names.book.lists[1].name)
    }

    @Test(arguments: [
        "", "panes", "list x\nfilter y", "\u{0}\u{1}", String(repeating: "panes open=heat\n", count: 5000),
    ])
    func aSpoiledLayoutChangesNothing(text: String) {
        var script = Script(120, 36)
        let before = script.state.viewChoice
        script.handle(.kept(["layout.last": text]))
        #expect(script.state.viewChoice == before)
    }
}
