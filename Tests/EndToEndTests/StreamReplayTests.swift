import Engine
import EngineAPI
import MarketData
import MarketServer
import MarketTime
import Simulator
import Testing

/// The same inputs give the same pictures, whatever the machine was doing when they were recorded.
@Suite
struct StreamReplayTests {
    @Test func whatWasRecordedOverTheSocketReplaysTheSame() throws {
        var setup = StreamSetup()
        setup.isRecording = true
        setup.server.faults = StreamFaultPlan([
            try .parse("duplicate@300ev"), try .parse("reorder@600ev"), try .parse("drop@1200ev#0"),
        ])
        let rig = try StreamRig(setup)
        defer { rig.stop() }
        try rig.waitForSubscriptions()
        rig.clock.run(speed: 30)
        try waitUntil("a second login") { rig.tap.now.status.epoch == 2 }
        try waitUntil("enough of a recording") { rig.tap.now.inputs.count >= 100 }
        try rig.stopAndCompareVolumes()
        let live = rig.volumes
        rig.stop()
        let inputs = rig.tap.now.inputs
        let first = Self.replay(inputs, rig)
        #expect(Self.replay(inputs, rig) == first && first.count > 20)
        // And what they end with is what the machine showed.
        let last = try #require(first.last)
        for symbol in rig.watchlist {
            #expect(last.volumes[symbol.text] == live[symbol].map { "\($0)" }, "\(symbol.text)")
        }
    }

    /// A picture with its numbers as text: a missing number is equal to a missing one.
    private struct Picture: Hashable {
        var status: EngineStatus
        var columns: [String]
        var volumes: [String: String]
        var tape: String
    }

    private static func replay(_ inputs: [(now: Instant, input: EngineInput)], _ rig: StreamRig) -> [Picture] {
        var settings = StreamSettings()
        settings.shortListMax = 0
        var core = EngineCore(calendar: rig.market.calendar, stream: settings)
        let columns: [ColumnID] = [
            .volume, .last, .bid, .ask, .vwap, .high, .low, .volume1m, .change1m, .tradesPerMinute,
        ]
        let symbol = rig.watchlist[0]
        let look = LookedAt(selected: symbol, tape: TapeQuery(symbol: symbol, rows: 20))
        let commands: [EngineCommand] = [
            .watchlist(rig.watchlist), .look(look), .query(ScanQuery(version: 1, columns: columns, rows: 0..<100)),
        ]
        var pictures: [Picture] = []
        func take(_ outputs: [EngineOutput]) {
            for case .publish(let view) in outputs {
                let values = view.result?.values.map { "\($0)" } ?? []
                let volumes = view.result.map { result in
                    Dictionary(zip(result.symbols.map(\.text), result.values[0].map { "\($0)" })) { first, _ in first }
                }
                let lines = view.tape?.prints.map { "\($0)" } ?? []
                pictures.append(
                    Picture(status: view.status, columns: values, volumes: volumes ?? [:], tape: "\(lines)")
                )
            }
        }
        take(core.step(commands.map { .command($0) }, now: inputs[0].now))
        for (number, recorded) in inputs.enumerated() {
            take(core.step(number % 2 == 0 ? [recorded.input, .show] : [recorded.input], now: recorded.now))
        }
        // The last event may have come without a picture.
        if let last = inputs.last { take(core.step([.show], now: last.now)) }
        return pictures
    }
}
