import Engine
import EngineAPI
import Feeds
import MarketData
import MarketServer
import MarketTime
import Network
import Testing

/// The cable is pulled and put back; nobody presses a key.
@Suite
struct StreamCableTests {
    @Test func aPulledCableIsToldAtOnceAndHealsByItself() throws {
        var setup = StreamSetup()
        setup.stream.backoff = .init(firstMs: 100, capMs: 400)
        let rig = try StreamRig(setup)
        defer { rig.stop() }
        try rig.waitForSubscriptions()
        rig.clock.run(speed: 10)
        try rig.waitForEvents(500)
        try waitUntil("prices of the second") { Self.flags(rig).allSatisfy { $0.contains(.streamed) } }

        try rig.server.stop()
        let pulled = MonotonicTime.now()
        try waitUntil("the screen says so") {
            guard case .backingOff? = rig.status?.stream.state else { return false }
            return Self.flags(rig).allSatisfy { $0.contains(.ticksInterrupted) && !$0.contains(.streamed) }
        }
        #expect(MonotonicTime.now().seconds(since: pulled) < 2)
        let status = try #require(rig.status)
        guard case .backingOff(let words, let retryAt) = status.stream.state else { return }
        #expect(words.contains("127.0.0.1:") && words.contains("Connecting again"), "\(words)")
        #expect(retryAt.seconds(since: status.now) < 60 && status.flow.gapTickers == rig.watchlist.count)
        try waitUntil("the snapshots say so too") {
            guard case .degraded(let words, _)? = rig.status?.feed.state else { return false }
            return words.contains("127.0.0.1:")
        }
        let stale = Self.priceTimes(rig)

        _ = try rig.server.start()
        try waitUntil("the stream is back") { rig.status?.stream.state == .live }
        try waitUntil("the gap is filled") {
            rig.flow.gapTickers == 0 && Self.flags(rig).allSatisfy { !$0.contains(.ticksInterrupted) }
        }
        try rig.waitForSubscriptions()
        try rig.waitForEvents(500)
        try waitUntil("prices tick again") {
            let times = Self.priceTimes(rig)
            return rig.watchlist.allSatisfy { (times[$0] ?? 0) > (stale[$0] ?? .max) }
        }
        #expect(Self.flags(rig).contains { $0.contains(.streamed) })
        try rig.stopAndCompareVolumes()
    }

    /// While the gap lasts it is not taken for filled by a snapshot that speaks of the time before.
    @Test func onlyASnapshotOfTheNewConnectionFillsTheGap() throws {
        var setup = StreamSetup()
        setup.stream.backoff = .init(firstMs: 1, capMs: 5)
        let rig = try StreamRig(setup)
        defer { rig.stop() }
        try rig.waitForSubscriptions()
        rig.clock.run(speed: 10)
        try rig.waitForEvents(300)
        try waitUntil("prices of the second") { Self.flags(rig).allSatisfy { $0.contains(.streamed) } }
        rig.clock.stop()
        try rig.server.dropStreams()
        try waitUntil("a new login") { rig.status?.stream.epoch == 2 }
        // The market stands still: no snapshot knows of anything after the login.
        let polls = rig.status?.feed.succeededPolls ?? 0
        try waitUntil("snapshots of the moment before") { (rig.status?.feed.succeededPolls ?? 0) > polls + 5 }
        #expect(rig.flow.gapTickers == rig.watchlist.count)
        rig.clock.run(speed: 10)
        try waitUntil("the gap is filled") { rig.flow.gapTickers == 0 }
        try rig.stopAndCompareVolumes()
    }

    /// At night nothing happens, and a server need not ping: ours keep the connection, and a dead one is still found.
    @Test func aQuietMarketKeepsItsConnectionByOurPings() throws {
        var setup = StreamSetup()
        setup.start = MarketFixture.at(21, 0)
        setup.server.pingMs = 1_000_000
        setup.stream.livenessSeconds = 1
        let rig = try StreamRig(setup)
        defer { rig.stop() }
        try rig.waitForSubscriptions()
        let begin = MonotonicTime.now()
        try waitUntil("two and a half spans of liveness") {
            MonotonicTime.now().seconds(since: begin) > 2.5 || rig.tap.state != .live
        }
        #expect(rig.tap.state == .live && rig.tap.now.status.epoch == 1, "\(rig.tap.now.states)")
        try rig.server.setStreamFaults(StreamFaultPlan([StreamFaultRule(.stall, count: 1)]))
        try waitUntil("the silence is noticed") { rig.tap.now.sentences.contains { $0.contains("given up") } }
        try waitUntil("a new login") { rig.tap.now.status.epoch == 2 }
    }

    /// Flags of the watched tickers in the newest picture.
    private static func flags(_ rig: StreamRig) -> [RowFlags] {
        guard let result = rig.host.latest()?.result else { return [] }
        let rows = result.symbols.indices.filter { rig.watchlist.contains(result.symbols[$0]) }
        return rows.map { result.flags[$0] }
    }

    private static func priceTimes(_ rig: StreamRig) -> [Symbol: Int64] {
        guard let result = rig.host.latest()?.result else { return [:] }
        return Dictionary(zip(result.symbols, result.priceTimes)) { first, _ in first }
    }
}
