import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import Testing

@testable import Dashboard

@Suite struct LayoutTests {
    @Test(arguments: [(60, 16), (79, 20), (80, 24), (99, 30), (120, 36), (160, 24), (200, 60), (320, 90)])
    func partsCoverTheScreenAndColumnsStayInsideTheFrame(columns: Int, rows: Int) {
        let state = DashboardState(
            settings: DashboardSettings(),
            size: Size(columns: columns, rows: rows),
            now: .epoch
        )
        let layout = ScreenLayout(state)
        #expect(!layout.isTiny)
        let parts = [layout.header, layout.tabs, layout.message, layout.hints] + layout.panes.values
        #expect(parts.reduce(0) { $0 + $1.width * $1.height } == rows * columns, "no cell is left over")
        #expect(layout.rowCount >= 8)
        var end = layout.table.column + 1
        for placed in layout.columns {
            #expect(placed.column > end, "a cell stands between columns")
            end = placed.column + placed.width - 1
        }
        #expect(end <= layout.table.endColumn - 2)
        let isWide = layout.columns.contains { $0.descriptor.id == .printAge }
        let all = isWide ? ColumnDescriptor.inWideTable : ColumnDescriptor.inTable
        #expect(layout.columns.count + layout.hiddenCount == all.count)
    }

    @Test(arguments: [(60, 16), (80, 24), (99, 30), (100, 24), (120, 36), (159, 20), (160, 24), (200, 60), (320, 90)])
    func theTapeHasAPlaceOfItsOwnAndLeavesTheTableItsRows(columns: Int, rows: Int) {
        let size = Size(columns: columns, rows: rows)
        let settings = DashboardSettings(showsTape: true)
        let layout = ScreenLayout(DashboardState(settings: settings, size: size, now: .epoch))
        guard let tape = layout.tape else {
            Issue.record("no tape at \(size)")
            return
        }
        let parts = [layout.header, layout.tabs, layout.message, layout.hints] + layout.panes.values
        var covered = [Int](repeating: 0, count: size.cellCount)
        for part in parts {
            for row in part.row..<part.endRow {
                for column in part.column..<part.endColumn { covered[row * columns + column] += 1 }
            }
        }
        #expect(covered.allSatisfy { $0 == 1 }, "every cell belongs to one part")
        #expect(layout.rowCount >= 4)
        #expect(tape.interior.width >= TapeColumns.lineMin)
        #expect(TapePanel.lineCount(in: tape) >= 3)
        #expect(layout.columns.count >= 4)
    }

    @Test func columnsLeaveByTheirPriority() {
        var gone: [ColumnID] = []
        for room in stride(from: 150, through: 30, by: -1) {
            let shown = Set(ColumnFit(start: 0, room: room).columns.map(\.descriptor.id))
            for column in ColumnDescriptor.inTable where !shown.contains(column.id) && !gone.contains(column.id) {
                gone.append(column.id)
            }
        }
        let priorities = gone.compactMap { ColumnDescriptor.of($0)?.dropPriority }
        #expect(priorities == priorities.sorted(by: >))
        #expect(!priorities.contains(0))
        #expect(ColumnFit(start: 0, room: 10).columns.map(\.descriptor.id).contains(.rvol))
    }

    @Test func eightyColumnsHoldAllThatMatters() {
        let shown = ColumnFit(start: 2, room: 77).columns.map(\.descriptor.id)
        let wanted: [ColumnID] = [
            .symbol, .last, .changePercent, .gapPercent, .rvol, .slotRVOL, .volume, .dollarVolume, .strip,
        ]
        #expect(shown == wanted)
    }

    @Test(arguments: [
        ("", 10, [""]), ("one two three", 7, ["one two", "three"]), ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("a  b", 3, ["a", "b"]), ("漢字漢字", 5, ["漢字", "漢字"]), ("tab\tline\nend", 8, ["tab line", "end"]),
        ("x", 0, [""]),
    ])
    func textIsBrokenByColumnsAtSpaces(text: String, width: Int, lines: [String]) {
        #expect(TextWrap.lines(text, width: width).map { $0.trimmed } == lines)
    }

    @Test func aHugeSentenceIsCutNotWrappedForEver() {
        let lines = TextWrap.lines(String(repeating: "x", count: 1_000_000), width: 1)
        #expect(lines.count <= TextWrap.scalarsMax)
    }

    @Test(arguments: [
        (0.0, 0), (0.49, 0), (0.5, 1), (0.99, 1), (1, 2), (1.99, 2), (2, 3), (3, 4), (4.99, 4), (5, 5), (.infinity, 5),
    ])
    func heatHasSixSteps(value: Double, level: Int) {
        #expect(Heat.level(value) == level)
    }

    @Test func aMissingValueHasNoHeatAndItsOwnGlyph() {
        #expect(Heat.level(.nan) == nil)
        for depth in ColorDepth.allCases {
            for strips in [DashboardSettings.Strips.bars, .heat] {
                for glyphs in [GlyphSet.unicode, .ascii] {
                    let cells = HeatCells(Theme(depth: depth, strips: strips), glyphs)
                    #expect(!cells.glyphs.contains(cells.missing))
                    #expect(cells.glyphs.count == 6)
                    guard depth == .mono else { continue }
                    #expect(Set(cells.glyphs).count == 6, "without colours every step has a glyph of its own")
                }
            }
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}

@Suite struct ThemeTests {
    /// On a dark screen heat is brightness, without an exception: the failure of ramps that turn red at their top.
    @Test(arguments: [DashboardSettings.Strips.bars, .heat])
    func heatOnlyEverGetsBrighter(strips: DashboardSettings.Strips) {
        let theme = Theme(depth: .palette256, strips: strips)
        let isGround = strips == .heat
        let ramps = [
            (0...5).map { theme.styles[theme.id(Role.heat($0))].foreground },
            (0...5).map { level in
                let style = theme.styles[theme.id(Role.strip(level))]
                return isGround ? style.background : style.foreground
            },
        ]
        for ramp in ramps {
            let bright = ramp.map(Self.luminance)
            for (colder, hotter) in zip(bright, bright.dropFirst()) { #expect(hotter > colder * 1.05, "\(bright)") }
        }
    }

    @Test func aSelectedRowIsToldWithoutColours() {
        let theme = Theme(depth: .mono)
        let plain = theme.styles[theme.id(.text)].degraded(to: .mono)
        let selected = theme.styles[theme.id(.text, .selected)].degraded(to: .mono)
        #expect(!plain.attributes.contains(.reverse))
        #expect(selected.attributes.contains(.reverse))
    }

    /// WCAG's contrast with xterm's own colours; users may have others, but none as dark on dark as blue on blue.
    @Test(arguments: [RowLook.selected, .selectedDim])
    func theSelectedRowCanBeReadWithSixteenColours(look: RowLook) {
        let theme = Theme(depth: .sixteen)
        // Badges and cursors have a ground of their own.
        for role in Role.allCases where ![.badge, .badgeBad, .badgePause, .columnCursor].contains(role) {
            let style = theme.styles[theme.id(role, look)].degraded(to: .sixteen)
            let (front, back) = (Self.luminance(style.foreground), Self.luminance(style.background))
            #expect((front + 0.05) / (back + 0.05) >= 4.5, "\(role): \(style)")
        }
    }

    /// Relative luminance of an indexed colour (sRGB), 0…1.
    private static func luminance(_ color: Color) -> Double {
        guard case .indexed(let index) = color else { return 0 }
        let (red, green, blue) = XtermPalette.rgb(index)
        func linear(_ part: UInt8) -> Double {
            let share = Double(part) / 255
            // The square is near enough to the sRGB curve to order colours, and needs no power function.
            return share * share
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }
}

@Suite struct ActionTableTests {
    @Test func everyActionHasAnEntryWithKeysAndWords() {
        for action in Action.allCases {
            let entries = ActionEntry.all.filter { $0.action == action }
            #expect(!entries.isEmpty, "\(action)")
            #expect(entries.allSatisfy { !$0.keys.isEmpty && !$0.help.isEmpty && !$0.contexts.isEmpty })
        }
    }

    @Test(arguments: [KeyContext.table, .tape, .scroller, .menu, .line, .command])
    func noKeyMeansTwoThingsInOnePlace(context: KeyContext) {
        var seen: [[Key]: Action] = [:]
        for entry in ActionEntry.all where entry.contexts.contains(context) {
            for keys in entry.keys {
                #expect(seen[keys] == nil, "\(keys) in \(context)")
                seen[keys] = entry.action
                #expect(KeyMatch(keys, in: context) == .action(entry.action))
            }
        }
        for keys in seen.keys where keys.count > 1 {
            #expect(seen[[keys[0]]] == nil, "a prefix must not act by itself")
            #expect(KeyMatch([keys[0]], in: context) == .prefix)
        }
    }

    @Test func everySortableColumnIsInTheMenuAndNoOther() {
        #expect(SortMenu.columns.map(\.id) == ColumnDescriptor.all.filter(\.isSortable).map(\.id))
        #expect(!SortMenu.columns.contains { $0.id == .strip })
    }

    @Test func goldenLettersTellStylesApart() {
        let letters = Theme(depth: .palette256).goldenNames
        #expect(Set(letters.values).count == letters.count)
    }
}

@Suite struct TimeTextTests {
    @Test(arguments: [
        (0, "00:00:00"), (42_423, "11:47:03"), (86_399, "23:59:59"), (86_400, "00:00:00"), (-1, "23:59:59"),
    ])
    func clocksHaveSixDigits(second: Int, text: String) {
        #expect(TimeText.clock(second) == text)
    }

    @Test(arguments: [
        (7.0, "0:07", "7s", "7 s"), (177, "2:57", "2m57s", "2 min 57 s"), (15_177, "4:12:57", "4h12m", "4 h 12 min"),
        (273_600, "3d 04h", "3d04h", "76 h 0 min"), (-5, "0:00", "0s", "0 s"), (.nan, "0:00", "0s", "0 s"),
        (120, "2:00", "2m00s", "2 min"),
    ])
    func spansAreShort(seconds: Double, span: String, age: String, words: String) {
        #expect(TimeText.span(seconds) == span)
        #expect(TimeText.age(seconds) == age)
        #expect(TimeText.words(seconds) == words)
    }

    @Test(arguments: [
        (0.0, "0"), (0.5, "0.5"), (1, "1"), (2.25, "2.25"), (50_000, "50K"), (2_500_000, "2.5M"), (1e9, "1B"),
        (1.05, "1.05"),
    ])
    func settingsReadAsTheyWereWritten(value: Double, text: String) {
        #expect(TimeText.setting(value) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (11_034, "11,034"), (-1_234_567, "-1,234,567")])
    func countsHaveCommas(value: Int, text: String) {
        #expect(TimeText.count(value) == text)
    }
}
