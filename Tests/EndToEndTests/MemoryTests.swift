import Engine
import EngineAPI
import Feeds
import Foundation
import MarketTime
import Network
import Testing

/// What is kept must not grow with time.
@Suite(.serialized)
struct MemoryTests {
    /// Resident memory of this process in bytes.
    private static func resident() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Five days and a weekend of full snapshots over HTTP through the engine, each day with another history.
    ///
    /// The first two days fill the arrays and the allocator; from then on 11,000 tickers' worth of anything kept per day
    /// (17 MB of sums, 17 MB of slots) would show at a tenth of the market, because three days would add up.
    @Test func memoryIsFlatOverFiveDays() throws {
        let fixture = try MarketFixture(tickers: 3000)
        let client = HTTPClient()
        defer { client.close() }
        let decoder = PolygonDecoder()
        var core = EngineCore(calendar: fixture.market.calendar)
        var day = MarketFixture.day
        var sizes: [Int] = []
        let url = fixture.restURL + "/v2/snapshot/locale/us/markets/stocks/tickers"
        for _ in 0..<5 {
            for minutes in stride(from: 4 * 60 + 1, through: 20 * 60, by: 53) {
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
            sizes.append(try Self.resident())
            day = fixture.market.calendar.tradingDay(after: day)
        }
        let growth = sizes[4] - sizes[1]
        #expect(growth < 12 << 20, "resident MiB at the days' ends: \(sizes.map { $0 >> 20 })")
    }
}
