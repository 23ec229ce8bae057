import Engine
import EngineAPI
import Feeds
import Foundation
import MarketData
import MarketTime
import Network
import Simulator
import Testing

/// What is kept must not grow with time.
@Suite
struct MemoryTests {
    /// Set in the process of its own in which memory is measured: beside other tests nothing could be told.
    private static let variable = "TRADEUL_MEMORY_TEST"

    /// Five days and a weekend of full snapshots over HTTP through the engine, each day with another history.
    ///
    /// The first two days fill the arrays and the allocator. What were kept of each further day would show: the sums or
    /// the slots of 1,000 tickers are 1.5 MB a day.
    @Test func memoryIsFlatOverFiveDays() throws {
        guard ProcessInfo.processInfo.environment[Self.variable] == nil else { return try Self.measure() }
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        child.arguments = ["--testing-library", "swift-testing", "--filter", "memoryIsFlatOverFiveDays"]
        child.environment = ProcessInfo.processInfo.environment.merging([Self.variable: "1"]) { $1 }
        let pipe = Pipe()
        child.standardOutput = pipe
        child.standardError = pipe
        try child.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        child.waitUntilExit()
        #expect(child.terminationStatus == 0, "\(output.suffix(2000))")
        #expect(output.contains("1 test") && output.contains("passed"), "nothing was measured: \(output.suffix(2000))")
    }

    private static func measure() throws {
        let fixture = try MarketFixture(tickers: 1000)
        let client = HTTPClient()
        defer { client.close() }
        let decoder = PolygonDecoder()
        var core = EngineCore(calendar: fixture.market.calendar)
        var day = MarketFixture.day
        var sizes: [Int] = []
        let url = fixture.restURL + "/v2/snapshot/locale/us/markets/stocks/tickers"
        for _ in 0..<5 {
            for minutes in stride(from: 4 * 60 + 1, through: 20 * 60, by: 119) {
                let now = NewYork.instant(day, secondOfDay: minutes * 60 + 7)
                fixture.clock.set(now)
                let response = try client.perform(HTTPRequest(url: url, bearer: Secret("key"), limits: .snapshot))
                let batch = try decoder.snapshot(response.body)
                for output in core.step([.snapshot(batch)], now: now) {
                    guard case .loadHistory(let request) = output else { continue }
                    var load = HistoryLoad(request: request)
                    load.symbols = batch.symbols
                    load.days = batch.symbols.map { _ in 5 }
                    load.sums = Array(repeating: 5000, count: batch.count * Slot.count)
                    _ = core.step([.history(load)], now: now)
                }
            }
            sizes.append(try resident())
            day = fixture.market.calendar.tradingDay(after: day)
        }
        #expect(sizes[4] - sizes[1] < 3 << 20, "resident KiB at the days' ends: \(sizes.map { $0 >> 10 })")
    }

    /// Resident memory of this process in bytes.
    private static func resident() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
