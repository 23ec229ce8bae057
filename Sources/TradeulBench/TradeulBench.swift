import Glibc
import MarketTime

/// Measures the paths that have a budget and prints one JSON object.
@main
struct TradeulBench {
    static func main() {
        do {
            guard let day = DayID(year: 2026, month: 10, day: 6) else { throw BenchFailure("no such day") }
            let figures = try PipelineBench(day: day).figures()
            write("{\"figures\":[\n" + figures.map { "  " + $0.json }.joined(separator: ",\n") + "\n]}\n", to: 1)
        } catch {
            write("bench: \(error)\n", to: 2)
            exit(1)
        }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
