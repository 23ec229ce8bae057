import EngineAPI
import MarketTime
import TerminalGrid
import TestSupport
import Testing

@testable import Dashboard

/// Keys in any order, on screens of any size: nothing traps, and what must always hold does.
@Suite struct RandomKeysTests {
    /// Keys in all rounds together; a build without optimization takes a millisecond for each.
    #if DEBUG
    private static let events = 16_000
    #else
    private static let events = 100_000
    #endif
    private static let rounds = 20

    private static let keys: [Key] =
        (0x20...0x7E).compactMap { Unicode.Scalar(UInt32($0)) }.map(Key.character)
        + "abcdefghklnopqrstuvwxyz_\\]".unicodeScalars.map(Key.control)
        + "bfx123456789<>wé".unicodeScalars.map(Key.alt) + (1...12).map(Key.function)
        + [
            .enter, .escape, .tab, .backTab, .backspace, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown,
            .insert, .delete, .controlLeft, .controlRight, .character("é"), .character("漢"), .character("\u{202E}"),
            .paste("price > 5 and rvol > 2\n"), .paste("set flash off"), .paste(String(repeating: "x", count: 3_000)),
        ]

    private static let sizes: [(Int, Int)] = [
        (1, 1), (2, 1), (20, 5), (59, 16), (60, 16), (80, 24), (99, 30), (100, 36), (120, 36), (160, 48), (200, 60),
        (500, 200),
    ]

    /// Keys, with what else happens in between.
    private func event(_ random: inout SeededRandom, _ script: inout Script) {
        switch random.below(1000) {
        case 0..<3:
            let (columns, rows) = Self.sizes[random.below(Self.sizes.count)]
            script.handle(.resize(Size(columns: columns, rows: rows)))
        case 3..<13:
            script.handle(.tick(script.state.now.adding(milliseconds: Int64(random.below(2_000)))))
        case 13..<15: script.deliver()
        case 15..<45:
            let kinds: [MouseEvent.Kind] = [.press, .wheelUp, .wheelDown]
            let place = Position(
                column: random.below(max(1, script.state.size.columns)),
                row: random.below(max(1, script.state.size.rows))
            )
            script.handle(.key(.mouse(MouseEvent(kinds[random.below(3)], at: place))))
        case 45..<60: script.handle(.key(.escape))
        default: script.handle(.key(Self.keys[random.below(Self.keys.count)]))
        }
    }

    /// What must hold after every event; nil when it does.
    private func fault(_ state: DashboardState) -> String? {
        if state.selection.rank < 0 { return "selection \(state.selection.rank)" }
        if let rows = state.rows, rows.matchCount > 0, state.selection.rank > rows.matchCount {
            return "selection \(state.selection.rank) of \(rows.matchCount)"
        }
        if state.top < 0 { return "top \(state.top)" }
        if !state.panes.isOpen(state.panes.focus) { return "focus on \(state.panes.focus), which is closed" }
        if Set(state.panes.open).count != state.panes.open.count { return "a pane is open twice" }
        if state.prefix.count >= KeySpelling.keysMax { return "prefix \(state.prefix)" }
        if state.prefix.isEmpty != (state.prefixSince == nil) { return "a prefix without a time" }
        if state.commandHistory.count > CommandLineState.historyMax { return "history" }
        if state.paletteRecent.count > PaletteState.recentMax { return "recent" }
        switch state.layer {
        case .palette(let palette):
            if !(0...max(0, palette.matches.count - 1)).contains(palette.index) { return "palette \(palette.index)" }
        case .help(let help): if help.index < 0 || help.top < 0 { return "help \(help)" }
        case .sortMenu(let menu): if !SortMenu.columns.indices.contains(menu.index) { return "menu \(menu.index)" }
        case .command(let line):
            if !(0...line.text.utf8.count).contains(line.cursor) { return "cursor \(line.cursor)" }
        case .lists(let index): if !(0...state.names.book.lists.count).contains(index) { return "list \(index)" }
        default: break
        }
        return nil
    }

    @Test(arguments: 0..<rounds)
    func anyKeysInAnyOrderLeaveWhatMustHold(round: Int) {
        let seed = UInt64(round) &* 7_919 &+ 20_261_123
        var random = SeededRandom(seed: seed)
        var market = FakeMarket(count: 40)
        if round.isMultiple(of: 2) { market.startStream() }
        var script = Script(100, 36, market: market)
        script.answersAtOnce = false
        var grids = [Grid(size: script.state.size, glyphs: .unicode), Grid(size: script.state.size, glyphs: .ascii)]
        for step in 0..<(Self.events / Self.rounds) {
            event(&random, &script)
            script.commands = []
            if let fault = fault(script.state) {
                Issue.record("seed \(seed) step \(step): \(fault)")
                return
            }
            if step.isMultiple(of: 250) {
                let which = step.isMultiple(of: 500) ? 0 : 1
                let cursor = script.model.paint(into: &grids[which])
                let grid = grids[which]
                if grid.size != script.state.size || cursor.map({ !grid.bounds.contains($0) }) ?? false {
                    Issue.record(
                        "seed \(seed) step \(step): picture \(grid.size), cursor \(String(describing: cursor))"
                    )
                    return
                }
            }
        }
        script.deliver()
    }
}
