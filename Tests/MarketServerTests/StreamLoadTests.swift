import MarketServer
import MarketTime
import Simulator
import Testing

/// What a client has been told of a ticker.
private struct Told: Equatable {
    var trades = 0
    var shares = 0.0
    var quotes = 0
    var bars = 0.0
    var minutes = 0.0
    var accumulated = 0.0
    var barsGrow = true

    static func counted(_ events: [JSONValue]) -> [String: Self] {
        var told: [String: Self] = [:]
        for event in events {
            guard let symbol = event["sym"]?.string else { continue }
            var one = told[symbol, default: Self()]
            switch event["ev"]?.string {
            case "T":
                one.trades += 1
                one.shares += event["s"]?.number ?? .nan
            case "Q": one.quotes += 1
            case "A":
                one.bars += event["v"]?.number ?? .nan
                one.accumulated = event["av"]?.number ?? .nan
                one.barsGrow = one.barsGrow && one.accumulated == one.bars
            case "AM": one.minutes += event["v"]?.number ?? .nan
            default: break
            }
            told[symbol] = one
        }
        return told
    }
}

@Suite struct StreamLoadTests {
    @Test func tradesBarsAndKnownTotalsAgreeToTheShare() throws {
        let load = StreamLoad(eventsPerSecond: 20_000, tickers: 12, eventsMax: 6_000)
        try StreamServer.run(load: load, at: moment(opening, 10, 30, 58)) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*,Q.*,A.*,AM.*"))
            func ticks(_ events: [JSONValue]) -> Int {
                events.count { $0["ev"]?.string == "T" || $0["ev"]?.string == "Q" }
            }
            var events = client.events { $0.count >= 2_000 }
            simulated.clock.set(moment(opening, 10, 30, 59))
            let soFar = ticks(events)
            events += client.events { ticks($0) >= 6_000 - soFar }
            simulated.clock.set(moment(opening, 10, 31, 0))
            events += client.events { found in found.count { $0["ev"]?.string == "AM" } >= 12 }
            let told = Told.counted(events)
            #expect(told.count == 12)
            let totals = try #require(try simulated.server.streamTotals(of: 0))
            #expect(totals.values.reduce(0) { $0 + $1.trades + $1.quotes } == 6_000)
            for (symbol, one) in told {
                let total = try #require(totals[symbol])
                #expect(one.shares == one.bars && one.bars == one.minutes && one.barsGrow)
                #expect(total.trades == one.trades && total.quotes == one.quotes)
                #expect(Double(total.tradesMicro) == one.shares * 1e6)
                #expect(total.secondsMicro == total.tradesMicro && total.minutesMicro == total.tradesMicro)
            }
        }
    }

    @Test func flatOutIsAsFastAsTheClientReads() throws {
        let load = StreamLoad(eventsPerSecond: 0, tickers: 100, eventsMax: 60_000)
        try StreamServer.run(load: load, tickers: 120) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*,Q.*"))
            var elements = 0
            while elements < 60_000, let frame = client.frame() {
                elements += frame.payload.count { $0 == UInt8(ascii: "{") }
            }
            #expect(elements == 60_000)
            let rest = try #require(LoopbackClient(port: simulated.port))
            #expect(rest.get("/v1/marketstatus/now")?.status == 200)
        }
    }

    @Test func restIsAnsweredDuringAFlatOutLoad() throws {
        try StreamServer.run(load: StreamLoad(eventsPerSecond: 0, tickers: 50)) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*"))
            let rest = try #require(LoopbackClient(port: simulated.port))
            for _ in 0..<20 {
                for _ in 0..<10 { _ = client.frame() }
                #expect(rest.get("/v1/marketstatus/now")?.status == 200)
            }
        }
    }

    @Test func twoClientsGetWhatEachHasSubscribed() throws {
        let load = StreamLoad(eventsPerSecond: 4_000, tickers: 10)
        try StreamServer.run(load: load, { $0.connectionsMax = 2 }) { simulated in
            let symbols = simulated.market.listings.map(\.ticker)
            let one = try #require(StreamClient.live(port: simulated.port, "T.\(symbols[0])"))
            let two = try #require(StreamClient.live(port: simulated.port, "T.\(symbols[1]),Q.\(symbols[0])"))
            let first = one.events { $0.count >= 200 }
            let second = two.events { $0.count >= 200 }
            #expect(first.allSatisfy { $0["ev"]?.string == "T" && $0["sym"]?.string == symbols[0] })
            let kinds = Set(second.compactMap { "\($0["ev"]?.string ?? "").\($0["sym"]?.string ?? "")" })
            #expect(kinds == ["T.\(symbols[1])", "Q.\(symbols[0])"])
        }
    }

    @Test func aSlowReaderIsCutAndTheOtherIsNot() throws {
        let load = StreamLoad(eventsPerSecond: 40_000, tickers: 20)
        try StreamServer.run(
            load: load,
            {
                $0.connectionsMax = 2
                $0.backlogBytesMax = 1 << 20
            }
        ) { simulated in
            let slow = try #require(StreamClient(port: simulated.port, receiveBytes: 4_096))
            #expect(slow.upgrade() != nil && slow.message() == Transcript.connected)
            slow.send(#"{"action":"auth","params":"good"}"#)
            slow.send(#"{"action":"subscribe","params":"T.*,Q.*"}"#)
            let good = try #require(StreamClient.live(port: simulated.port, "T.*,Q.*"))
            var backlog = 0
            var isCut = false
            while !isCut, good.frame() != nil {
                let connections = try simulated.server.streamConnections()
                backlog = max(backlog, connections.map(\.backlogBytes).max() ?? 0)
                isCut = connections.first.map { !$0.isOpen } ?? false
            }
            #expect(isCut)
            // Never more than the limit and what one tick makes.
            #expect(backlog > 1 << 19 && backlog < 6 << 20)
            #expect(slow.drain() == .reset)
            #expect(good.events { $0.count > 100 }.count > 100)
        }
    }

    @Test func aPacedLoadKeepsItsRateAndItsBursts() throws {
        let burst = StreamLoad.Burst(eventsPerSecond: 50_000, everyMs: 300, forMs: 100)
        try StreamServer.run(load: StreamLoad(eventsPerSecond: 2_000, tickers: 10, burst: burst)) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*,Q.*"))
            // 0.3 s at 2,000 a second and 0.1 s at 50,000: whoever has had 4,000 has seen the burst.
            var sizes: [Int] = []
            while sizes.reduce(0, +) < 4_000, let frame = client.frame() {
                sizes.append(frame.payload.count { $0 == UInt8(ascii: "{") })
            }
            #expect(sizes.reduce(0, +) >= 4_000)
            #expect((sizes.max() ?? 0) >= 100, "a tick of 5 ms has 10 events before the burst and 250 in it")
        }
    }
}
