import Engine
import EngineAPI
import Feeds
import Foundation
import MarketData
import MarketServer
import Network
import Testing

/// What must not grow, in a process of its own: beside other tests nothing could be told.
@Suite
struct StreamStormTests {
    @Test func aThousandDropsEndWithExactlyWhatIsWantedAndLeaveNothingBehind() async {
        await #expect(processExitsWith: .success) { try Self.storm(drops: 1000) }
    }

    /// A frame of 50 MB, one that never ends and a message that never ends cost no more than a frame may have.
    @Test func endlessAndHugeFramesTakeNoMemory() async {
        await #expect(processExitsWith: .success) {
            var setup = StreamSetup()
            setup.stream.limits.maxMessageBytes = 256 << 10
            // The server's own copy of the frame is part of what is measured.
            let frame = 50 << 20
            setup.server.faults = StreamFaultPlan([
                try .parse("huge:\(frame)@500ev#0"), try .parse("endless-frame@500ev#1"),
                try .parse("endless-message@500ev#2"),
            ])
            let rig = try StreamRig(setup)
            try rig.waitForSubscriptions()
            let before = try Footprint()
            rig.clock.run(speed: 20)
            try waitUntil("three connections given up", within: 60) { rig.tap.now.status.epoch >= 4 }
            try rig.waitForEvents(500)
            let told = rig.tap.now.sentences.filter { $0.contains("larger") }
            try #require(told.count == 3, "\(rig.tap.now.sentences)")
            let grown = try Footprint().peakBytes - before.residentBytes
            try #require(grown < frame + (24 << 20), "\(grown >> 20) MiB at the most")
            try rig.stopAndCompareVolumes()
            try #require(rig.stop())
        }
    }

    /// Cuts the connection as soon as it is logged in, in turn by each way of cutting it.
    private static func storm(drops: Int) throws {
        var setup = StreamSetup()
        setup.watched = 40
        setup.tickers = 60
        setup.stream.framePauseMs = 0
        setup.stream.backoff = .init(firstMs: 1, capMs: 2)
        setup.stream.livenessSeconds = 75
        let rig = try StreamRig(setup)
        try rig.waitForSubscriptions()
        rig.clock.run(speed: 2)
        var warm: Footprint?
        for drop in 0..<drops {
            if drop == drops / 4 { warm = try Footprint.settled(rig) }
            // What is wanted changes meanwhile, also while there is no connection.
            if drop % 7 == 0 { rig.host.send(.watchlist(rig.watchlist.shuffled().dropLast(drop % 35))) }
            let epoch = rig.tap.now.status.epoch
            switch drop % 4 {
            case 0: try rig.server.dropStreams(by: .reset)
            case 1: try rig.server.dropStreams(by: .drop)
            case 2: try rig.server.dropStreams(by: .close(code: 1012, reason: "restart"))
            default: try rig.server.dropStreams(by: .close(code: 1006, reason: ""))
            }
            try waitUntil("a login after drop \(drop)", within: 20) { rig.tap.now.status.epoch > epoch }
        }
        rig.host.send(.watchlist(rig.watchlist))
        try waitUntil("the last wish") { rig.relay.demand.pairs.count == 121 }
        try rig.waitForSubscriptions()
        try #require(rig.tap.now.status.epoch > drops)
        let before = try #require(warm)
        let after = try Footprint.settled(rig)
        try #require(after.descriptors <= before.descriptors, "\(before) \(after)")
        try #require(after.threads <= before.threads, "\(before) \(after)")
        try #require(after.residentBytes < before.residentBytes + (12 << 20), "\(before) \(after)")
        try rig.stopAndCompareVolumes()
        try #require(rig.stop())
    }
}

/// What a process takes.
private struct Footprint {
    var descriptors: Int
    var threads: Int
    var residentBytes: Int
    /// The most it ever had.
    var peakBytes: Int

    init() throws {
        descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        func kilobytes(_ name: String) throws -> Int {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name) })
            return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) }) << 10
        }
        residentBytes = try kilobytes("VmRSS")
        peakBytes = try kilobytes("VmHWM")
    }

    /// With one open connection and nothing left of those before.
    static func settled(_ rig: StreamRig) throws -> Self {
        try rig.waitForSubscriptions()
        try waitUntil("one connection") { (try? rig.server.streamConnections().filter(\.isOpen).count) == 1 }
        var best = try Self()
        // Threads of the store and sockets of polls come and go.
        for _ in 0..<20 {
            usleep(10_000)
            let next = try Self()
            best.descriptors = min(best.descriptors, next.descriptors)
            best.threads = min(best.threads, next.threads)
            best.residentBytes = min(best.residentBytes, next.residentBytes)
        }
        return best
    }
}
