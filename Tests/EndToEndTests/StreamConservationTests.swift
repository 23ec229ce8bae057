import Engine
import EngineAPI
import Foundation
import MarketData
import MarketServer
import MarketTime
import Simulator
import Store
import Synchronization
import Testing

/// No share is lost or counted twice between the server's socket and the engine's columns.
@Suite
struct StreamConservationTests {
    private static let spoilt: [[String]] = [
        [], ["duplicate"], ["reorder"], ["malformed"], ["fragment:200"],
        ["duplicate", "reorder", "malformed", "fragment:100"],
    ]

    /// No snapshots, and no bar for the second in which most trades come: the trades alone make up the volume.
    @Test(arguments: spoilt)
    func everyTradeSentIsAppliedOnce(_ faults: [String]) throws {
        var setup = StreamSetup()
        setup.pollMs = nil
        setup.server.load = StreamLoad(eventsPerSecond: 8000, tickers: 8, eventsMax: 6000)
        setup.server.faults = StreamFaultPlan(try faults.map { try .parse($0) })
        let rig = try StreamRig(setup)
        defer { rig.stop() }
        try rig.waitForEvents(1500)
        rig.clock.set(setup.start.adding(seconds: 1))
        try waitForLoad(rig, 6000)
        let sent = try rig.sent()
        #expect(sent.count == 8)
        try waitForVolumes(rig, sent)
        // Copies may still come when every share has.
        try waitUntil("an account of every event") { rig.flow.accounted == rig.tap.events }
        let (flow, seen) = (rig.flow, rig.tap.now)
        for (symbol, total) in sent { #expect(seen.distinctShares[symbol] == total.shares) }
        #expect(seen.trades.count == sent.values.reduce(0) { $0 + $1.trades })
        let copies = seen.shares.values.reduce(0, +) - seen.distinctShares.values.reduce(0, +)
        #expect((copies > 0) == faults.contains("duplicate") && (flow.duplicates > 0) == (copies > 0))
    }

    /// The engine's thread stands still while far more comes than may wait.
    @Test func anEngineThatIsBehindLosesNoShare() throws {
        var setup = StreamSetup()
        setup.pollMs = nil
        setup.server.load = StreamLoad(eventsPerSecond: 0, tickers: 8, eventsMax: 130_000)
        let rig = try StreamRig(setup)
        defer { rig.stop() }
        let (host, tap) = (rig.host, rig.tap)
        let isHeldUp = Mutex(true)
        host.onUpdate {
            guard let volumes = host.latest()?.result?.values.first, volumes.count == 8,
                volumes.allSatisfy({ $0 > 0 }), isHeldUp.withLock({ $0 })
            else { return }
            isHeldUp.withLock { $0 = false }
            try? waitUntil("far more than may wait") { tap.events > 120_000 }  // What follows shows whether it came.
        }
        try waitUntil("the first second's trades") { tap.events > 2000 }
        rig.clock.set(setup.start.adding(seconds: 1))
        try waitForLoad(rig, 130_000)
        let sent = try rig.sent()
        try waitForVolumes(rig, sent)
        try waitUntil("an account of every event") { rig.flow.accounted == tap.events }
        let (flow, seen) = (rig.flow, tap.now)
        #expect(flow.conflatedTrades > 30_000 && flow.replaced > 0 && flow.queuedMax > 65_536)
        #expect(flow.queuedMax < 65_536 + 30_000, "one batch of the stream beyond what may wait")
        for (symbol, total) in sent { #expect(seen.shares[symbol] == total.shares) }
    }

    /// Eleven minutes of the real market over the opening, with a trouble each moment; snapshots and stream together.
    @Test func volumesAndSlotsAreTheMarketsOwnThroughAllTroubles() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tradeul-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // Nothing depends on it.
        let store = try TradeulStore(path: folder.appendingPathComponent("test.db").path)
        var setup = StreamSetup()
        setup.start = MarketFixture.at(9, 29, 58)
        setup.watched = 12
        let rig = try StreamRig(
            setup,
            store: store,
            persist: { rows in do { try store.write(rows, source: .live) } catch { Issue.record(error) } }
        )
        defer { rig.stop() }
        try rig.waitForSubscriptions()
        rig.clock.run(speed: 60)
        let end = MarketFixture.at(9, 41)
        let troubles = [
            "duplicate", "reorder", "malformed", "fragment:100", "drop", "stall+200ms", "reset", "half-open+100ms",
        ]
        var round = 0
        while rig.clock.now() < end {
            let text = troubles[round % troubles.count]
            try rig.server.setStreamFaults(StreamFaultPlan([try .parse(text + "#0")]))
            try rig.waitForEvents(300)
            try waitUntil("the connection", within: 20) { rig.tap.state?.isConnected == true }
            round += 1
        }
        #expect(round >= troubles.count, "every trouble has had its turn")
        try rig.stopAndCompareVolumes()
        #expect(rig.tap.now.status.epoch > 1)
        rig.stop()
        try compareSlots(rig, store)
    }

    /// Shares of the slots from the opening on, against the market's own.
    private func compareSlots(_ rig: StreamRig, _ store: TradeulStore) throws {
        let reader = MarketReader(rig.market)
        let expected = UnsafeMutableBufferPointer<Int64>.allocate(capacity: Slot.count)
        defer { expected.deallocate() }
        let stored = try store.slotRows(day: MarketFixture.day)
        var (compared, watched) = (0, 0)
        for (row, symbol) in stored.symbols.enumerated() {
            _ = reader.slotVolumes(on: MarketFixture.day, of: try rig.index(of: symbol), into: expected)
            for slot in [66, 67] {
                let live = stored.cumulative[row * stored.slotCount + slot]
                guard live != SlotRows.unknown else { continue }
                #expect(abs(live - expected[slot]) <= 1, "\(symbol.text), slot \(slot): \(live), \(expected[slot])")
                compared += 1
                if rig.watchlist.contains(symbol) { watched += 1 }
            }
        }
        #expect(compared > 30 && watched > 15, "\(compared) slots, \(watched) of streamed tickers")
    }

    /// Waits until the engine's volumes are exactly the shares that were sent.
    private func waitForVolumes(_ rig: StreamRig, _ sent: [Symbol: (trades: Int, shares: Double)]) throws {
        do {
            try waitUntil("the volumes", within: 20) { sent.allSatisfy { rig.volumes[$0.key] == $0.value.shares } }
        } catch {
            let (volumes, seen) = (rig.volumes, rig.tap.now)
            for (symbol, total) in sent {
                let taken = seen.distinctShares[symbol] ?? .nan
                #expect(
                    volumes[symbol] == total.shares,
                    "\(symbol.text): \(taken) of \(total) were received; \(rig.flow)"
                )
            }
            throw error
        }
    }

    /// Waits until all trades and quotes of a load, bars come on top, have been sent and handed on.
    private func waitForLoad(_ rig: StreamRig, _ events: Int) throws {
        try waitUntil("the end of the load") {
            guard let connection = try? rig.server.streamConnections().first,
                let totals = try? rig.server.streamTotals(of: connection.id)
            else { return false }
            let made = totals.values.reduce(0) { $0 + $1.trades + $1.quotes }
            return made == events && connection.backlogBytes == 0 && connection.events <= rig.tap.events
        }
    }
}

extension StreamFlow {
    /// Events of which is known what has become of them.
    fileprivate var accounted: Int { applied + duplicates + refused + replaced }
}
