import Dashboard
import EngineAPI
import MarketTime
import TerminalGrid

/// A frame at 200×60: state to cells, and cells to what changed; and what an event costs before it.
struct ScreenBench {
    static let size = Size(columns: 200, rows: 60)
    private static let runs = 501

    let pipeline: PipelineBench

    /// A state of the screen that is measured.
    private struct Scene {
        var name: String
        var keys: [Key] = []
        var showsTape = true
    }

    private static let scenes = [
        // The heatmap and the ticker's pane are open at the start.
        Scene(name: "table", keys: typed("md"), showsTape: false),
        Scene(name: "table_heat_detail", showsTape: false),
        Scene(name: "all_panes", keys: typed("T")),
        Scene(name: "heat_zoomed", keys: typed("gmz")),
        Scene(name: "page", keys: [.enter]),
        Scene(name: "filter", keys: typed("frvol > 2 and price < 50")),
        Scene(name: "palette", keys: [.control("p")] + typed("so")),
        Scene(name: "help", keys: typed("?")),
    ]

    /// The figures of frames whose every number may have changed; of one scene alone, if it is named.
    func figures(only name: String? = nil) throws -> [Figure] {
        try Self.scenes.filter { name == nil || name == $0.name }.flatMap { try figures(of: $0) } + [unchanged()]
    }

    private func figures(of scene: Scene) throws -> [Figure] {
        var rig = try ScreenRig(pipeline, size: Self.size, showsTape: scene.showsTape)
        try rig.press(scene.keys)
        var changed = 0
        let frame = Stopwatch.medianMs(runs: Self.runs) { changed &+= rig.frame() }
        guard changed > 0 else { throw BenchFailure("the frame of \(scene.name) is empty") }
        let view = rig.view
        let picture = Stopwatch.medianMs(runs: Self.runs) { _ = rig.model.handle(.view(view)) }
        var now = rig.now
        let tick = Stopwatch.medianMs(runs: Self.runs) {
            now = now.adding(nanoseconds: 1_000_000)
            _ = rig.model.handle(.tick(now))
        }
        func figure(_ what: String, _ value: Double) -> Figure {
            Figure(name: "\(what)_200x60_\(scene.name)_ms", value: value, unit: "ms", budget: 0.2, better: .lower)
        }
        return [
            figure("frame", frame), figure("reduce_picture", picture), figure("reduce_tick", tick),
        ]
    }

    private func unchanged() -> Figure {
        let shown = Grid(size: Self.size, glyphs: .unicode)
        var diff = GridDiff()
        let time = Stopwatch.medianMs(runs: Self.runs) { diff.compare(shown, shown) }
        return Figure(name: "frame_200x60_diff_unchanged_ms", value: time, unit: "ms", budget: 0.2, better: .lower)
    }

    private static func typed(_ text: String) -> [Key] { text.unicodeScalars.map(Key.character) }
}
