import Dashboard
import Engine
import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Simulator
import TerminalGrid

/// A frame at 200×60: state to cells, and cells to what changed.
struct ScreenBench {
    static let size = Size(columns: 200, rows: 60)

    let pipeline: PipelineBench

    /// The figures of a frame whose every number may have changed.
    func figures() throws -> [Figure] {
        var core = EngineCore(calendar: pipeline.market.calendar)
        let batch = try PolygonDecoder().snapshot(pipeline.body)
        _ = core.step([], now: pipeline.now)
        _ = core.step([.history(pipeline.history(of: batch)), .snapshot(batch)], now: pipeline.now)
        var model = DashboardModel(
            settings: DashboardSettings(),
            size: Self.size,
            now: pipeline.now,
            colorDepth: .palette256
        )
        // The first query, its answer, and the query that fits the answer: the screen is settled then.
        var commands = model.start()
        for _ in 0..<3 {
            for case .send(let command) in commands {
                for case .publish(let view) in core.step([.command(command)], now: pipeline.now) {
                    commands = model.handle(.view(view))
                }
            }
        }
        var grid = Grid(size: Self.size, glyphs: .unicode)
        var shown = Grid(size: Self.size, glyphs: .unicode)
        var diff = GridDiff()
        var changed = 0
        let frame = Stopwatch.medianMs(runs: 501) {
            _ = model.paint(into: &grid)
            diff.compare(shown, grid)
            changed &+= diff.cellCount
        }
        guard changed > 0 else { throw BenchFailure("the frame is empty") }
        shown = grid
        let unchanged = Stopwatch.medianMs(runs: 501) { diff.compare(shown, grid) }
        return [
            Figure(name: "frame_200x60_paint_and_diff_ms", value: frame, unit: "ms", budget: 0.2, better: .lower),
            Figure(name: "frame_200x60_diff_unchanged_ms", value: unchanged, unit: "ms", budget: 0.2, better: .lower),
        ]
    }
}
