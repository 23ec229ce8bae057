import TestSupport
import Testing

@testable import TerminalGrid

@Suite struct GridDiffTests {
    static func grid(_ lines: [String], columns: Int = 20) -> Grid {
        var grid = Grid(size: Size(columns: columns, rows: lines.count))
        for (row, line) in lines.enumerated() { grid.put(line, at: Position(column: 0, row: row), style: .plain) }
        return grid
    }

    static func runs(_ old: Grid, _ new: Grid) -> [GridDiff.Run] {
        var diff = GridDiff()
        diff.compare(old, new)
        return diff.runs
    }

    @Test func aCellIsEightBytesWithoutPadding() {
        #expect(MemoryLayout<Cell>.size == 8)
        #expect(MemoryLayout<Cell>.stride == 8)
    }

    @Test func equalGridsHaveNoRuns() {
        #expect(Self.runs(Self.grid(["abc", "日本"]), Self.grid(["abc", "日本"])).isEmpty)
    }

    @Test(
        arguments: [
            ("0123456789", "0123x56789", [4..<5]),
            ("0123456789", "x123456789", [0..<1]),
            ("0123456789", "x12y456789", [0..<4]),
            ("0123456789", "x1234y6789", [0..<1, 5..<6]),
            ("日本", "日人", [2..<4]),
            ("日本", "ab本", [0..<2]),
            ("a日", "日a", [0..<3]),
        ] as [(String, String, [Range<Int>])]
    )
    func runsCoverWhatChangedAndWholeCharacters(old: String, new: String, expected: [Range<Int>]) {
        #expect(Self.runs(Self.grid([old]), Self.grid([new])) == expected.map { GridDiff.Run(row: 0, columns: $0) })
    }

    @Test func aChangedStyleIsAChange() {
        var new = Self.grid(["abc"])
        new.restyle(Rect(column: 1, row: 0, width: 1, height: 1), style: StyleID(rawValue: 3))
        #expect(Self.runs(Self.grid(["abc"]), new) == [GridDiff.Run(row: 0, columns: 1..<2)])
    }

    @Test func anotherSizeGivesEveryRowWhole() {
        let new = Self.grid(["abc", "def"], columns: 5)
        #expect(Self.runs(Self.grid(["abc"]), new) == (0..<2).map { GridDiff.Run(row: $0, columns: 0..<5) })
        #expect(Self.runs(new, Grid(size: .zero)).isEmpty)
    }

    @Test func aReusedValueForgetsTheRunsBefore() {
        var diff = GridDiff()
        diff.compare(Self.grid(["abc"]), Self.grid(["xbc"]))
        diff.compare(Self.grid(["abc"]), Self.grid(["abc"]))
        #expect(diff.runs.isEmpty && diff.cellCount == 0)
    }

    @Test(arguments: [UInt64](1...60))
    func copyingTheRunsTurnsTheOldGridIntoTheNew(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let size = Size(columns: .random(in: 1...40, using: &random), rows: .random(in: 1...8, using: &random))
        var old = Grid(size: size)
        Self.scribble(&old, &random)
        var new = old
        Self.scribble(&new, &random)
        let runs = Self.runs(old, new)
        var patched = old
        var last = (row: -1, end: 0)
        for run in runs {
            patched.copy(run, from: new)
            #expect(run.row > last.row || run.columns.lowerBound > last.end, "seed \(seed): runs overlap or touch")
            last = (run.row, run.columns.upperBound)
            for grid in [old, new] {
                let start = grid[Position(column: run.columns.lowerBound, row: run.row)]
                #expect(start.width != 0, "seed \(seed): a run begins inside a character")
                let next = Position(column: run.columns.upperBound, row: run.row)
                #expect(!grid.bounds.contains(next) || grid[next].width != 0, "seed \(seed): a run ends inside one")
            }
        }
        #expect(patched == new, "seed \(seed)")
    }

    private static func scribble(_ grid: inout Grid, _ random: inout SeededRandom) {
        let words = ["NVDA", "日本", "▲ 3.1", "x", "12.50", "한", "🚀up"]
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let position = Position(
                column: .random(in: -2..<grid.size.columns, using: &random),
                row: .random(in: 0..<grid.size.rows, using: &random)
            )
            let style = StyleID(rawValue: .random(in: 0...2, using: &random))
            grid.put(words[.random(in: 0..<words.count, using: &random)], at: position, style: style)
        }
    }
}
