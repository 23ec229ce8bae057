import Glibc
import MarketTime

/// Measures the paths that have a budget and prints one JSON object.
@main
struct TradeulBench {
    static func main() {
        do {
            guard let day = DayID(year: 2026, month: 10, day: 6) else { throw BenchFailure("no such day") }
            let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
            var template = Array("\(parent)/tradeul-bench-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw BenchFailure("no folder for temporary files") }
            let folder = String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)
            defer { remove(folder) }
            for name in ["CONFIG", "DATA", "STATE"] { setenv("XDG_\(name)_HOME", folder, 1) }

            let pipeline = PipelineBench(day: day)
            // Others at work on the machine show in every figure on the wall.
            var load = 0.0
            getloadavg(&load, 1)
            var figures = [
                Figure(name: "load_average_before", value: load, unit: "processes", budget: nil, better: .lower)
            ]
            // `TradeulBench stream` measures that part alone; the load comes first, as long as memory is untouched.
            let wanted = Set(CommandLine.arguments.dropFirst())
            func isWanted(_ part: String) -> Bool { wanted.isEmpty || wanted.contains(part) }
            if isWanted("load") {
                let program = ProcessBench(folder: Self.folder, store: "")
                figures += try StreamLoadBench(pipeline: pipeline, program: program).figures()
            }
            if isWanted("stream") { figures += try StreamBench(recorded: RecordedStream(pipeline)).figures() }
            if isWanted("scan") { figures += try ScanBench(pipeline: pipeline).figures() }
            if wanted.contains("screen") { figures += try ScreenBench(pipeline: pipeline).figures() }
            if isWanted("rest") { figures += try otherFigures(pipeline, folder: folder) }
            write("{\"figures\":[\n" + figures.map { "  " + $0.json }.joined(separator: ",\n") + "\n]}\n", to: 1)
        } catch {
            write("bench: \(error)\n", to: 2)
            exit(1)
        }
    }

    /// Snapshots, screen, store, program and history.
    private static func otherFigures(_ pipeline: PipelineBench, folder: String) throws -> [Figure] {
        var figures = try pipeline.figures()
        figures += try ScreenBench(pipeline: pipeline).figures()
        let store = StoreBench(pipeline: pipeline, path: folder + "/history.db")
        figures += try store.fill()
        figures += try store.inventoryFigures()
        figures += try store.loadFigures()
        let program = ProcessBench(folder: Self.folder, store: store.path)
        figures.append(try store.startToLiveRVOL(program))
        figures += try program.figures()
        figures += try HistoryBench(pipeline: pipeline, program: program, folder: folder).figures()
        return figures
    }

    /// The folder this program lies in.
    private static var folder: String {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        let text = String(decoding: path.prefix(max(count, 0)).map(UInt8.init), as: UTF8.self)
        return String(text.prefix(upTo: text.lastIndex(of: "/") ?? text.startIndex))
    }

    /// Deletes a folder with all that is in it.
    private static func remove(_ folder: String) {
        guard let entries = opendir(folder) else { return }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            let path = "\(folder)/\(name)"
            // What cannot be unlinked is a folder.
            if unlink(path) != 0 { remove(path) }
        }
        closedir(entries)
        rmdir(folder)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
