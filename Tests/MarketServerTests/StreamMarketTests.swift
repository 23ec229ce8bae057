import MarketServer
import MarketTime
import Simulator
import Testing

/// Shares in millionths: the decimal text where there is one, else the number.
private func micro(_ event: JSONValue, _ number: String, _ decimal: String) -> Int64 {
    if let text = event[decimal]?.string {
        let parts = text.split(separator: ".")
        let fraction = (parts.count > 1 ? String(parts[1]) : "").padded(to: 6)
        return (Int64(parts[0]) ?? 0) * 1_000_000 + (Int64(fraction) ?? 0)
    }
    return Int64(((event[number]?.number ?? .nan) * 1_000_000).rounded())
}

extension String {
    fileprivate func padded(to length: Int) -> String {
        self + String(repeating: "0", count: max(0, length - utf8.count))
    }
}

@Suite struct StreamMarketTests {
    /// Events of subscribed pairs while the market goes from one moment to another in steps of some seconds.
    private func events(
        _ simulated: StreamServer,
        _ pairs: String,
        to end: Instant,
        stepSeconds: Int64 = 7,
        delaySeconds: Int64 = 0
    ) throws -> [JSONValue] {
        let client = try #require(StreamClient.live(port: simulated.port, pairs))
        var found: [JSONValue] = []
        var now = simulated.clock.now()
        while now < end {
            now = min(end, now.adding(seconds: stepSeconds))
            simulated.clock.set(now)
            let isThere = try simulated.eventually { $0.last?.through == now.adding(seconds: -delaySeconds) }
            let sent = try simulated.server.streamConnections().last?.events ?? 0
            guard isThere else { break }
            let had = found.count
            found += client.events { had + $0.count >= sent }
        }
        return found
    }

    @Test func tradesBarsAndRESTAgreeToTheShare() throws {
        try StreamServer.run(at: moment(opening, 10, 29, 55)) { simulated in
            let symbols = simulated.market.listings.prefix(4).map(\.ticker)
            let pairs = symbols.flatMap { ["T.\($0)", "A.\($0)", "AM.\($0)"] }.joined(separator: ",")
            let events = try events(simulated, pairs, to: moment(opening, 10, 31, 10))
            let from = Double(moment(opening, 10, 30, 0).milliseconds)
            let rest = try #require(LoopbackClient(port: simulated.port))
            var compared = 0
            for symbol in symbols {
                let mine = events.filter { $0["sym"]?.string == symbol }
                func inMinute(_ kind: String, _ time: String) -> [JSONValue] {
                    mine.filter { event in
                        guard event["ev"]?.string == kind, let ms = event[time]?.number else { return false }
                        return ms >= from && ms < from + 60_000
                    }
                }
                let trades = inMinute("T", "t")
                let seconds = inMinute("A", "s")
                let minutes = inMinute("AM", "s")
                let traded = trades.reduce(0) { $0 + micro($1, "s", "ds") }
                guard traded > 0 else { continue }
                compared += 1
                #expect(trades.count >= seconds.count)
                #expect(seconds.reduce(0) { $0 + micro($1, "v", "dv") } == traded)
                #expect(minutes.count == 1 && minutes.first.map { micro($0, "v", "dv") } == traded)
                #expect(seconds.last.map { micro($0, "av", "dav") } == minutes.first.map { micro($0, "av", "dav") })
                let start = Int64(from)
                let range = "/v2/aggs/ticker/\(symbol)/range/1/minute/\(start)/\(start)?adjusted=false"
                let answer = try #require(JSONValue.parsed(rest.get(range)?.text ?? ""))
                let bar = try #require(answer["results"]?.array?.first)
                #expect(micro(bar, "v", "") == traded)
                #expect(bar["c"]?.number == trades.last?["p"]?.number)
                #expect(bar["h"]?.number == seconds.compactMap { $0["h"]?.number }.max())
            }
            #expect(compared >= 3)
        }
    }

    @Test func theSameEventsComeHoweverTheClockRuns() throws {
        func prints(stepSeconds: Int64) throws -> [JSONValue] {
            var found: [JSONValue] = []
            try StreamServer.run(at: moment(opening, 11, 0, 0)) { simulated in
                let symbol = simulated.market.listings[0].ticker
                found = try events(
                    simulated,
                    "T.\(symbol),Q.\(symbol),A.*",
                    to: moment(opening, 11, 0, 20),
                    stepSeconds: stepSeconds
                )
            }
            return found
        }
        let slow = try prints(stepSeconds: 3)
        #expect(slow.count > 20)
        #expect(try prints(stepSeconds: 20) == slow)
    }

    @Test func aDelayedPlanIsFifteenMinutesLate() throws {
        try StreamServer.run(plan: .delayed, at: moment(opening, 10, 45, 0)) { simulated in
            let times = try events(simulated, "T.*", to: moment(opening, 10, 45, 10), delaySeconds: 900)
                .compactMap { $0["t"]?.number }
            let from = Double(moment(opening, 10, 30, 0).milliseconds)
            #expect(times.count > 10)
            #expect(times.allSatisfy { $0 >= from && $0 <= from + 10_000 })
            let rest = try #require(LoopbackClient(port: simulated.port))
            let status = rest.get("/v1/marketstatus/now")?.text
            #expect(status?.contains("10:45:10") == true)
            let snapshot = rest.get("/v2/snapshot/locale/us/markets/stocks/tickers")?.text
            let tickers = JSONValue.parsed(snapshot ?? "")?["tickers"]?.array ?? []
            let updates = tickers.compactMap { $0["updated"]?.number }
            #expect(!updates.isEmpty && updates.allSatisfy { $0 <= (from + 11_000) * 1e6 })
        }
    }

    @Test func bandsComeWithTheOpening() throws {
        try StreamServer.run(at: moment(opening, 9, 29, 58)) { simulated in
            let bands = try events(simulated, "LULD.*", to: moment(opening, 9, 31, 0))
            #expect(!bands.isEmpty)
            #expect(bands.allSatisfy { $0["ev"]?.string == "LULD" && $0["T"]?.string != nil })
            #expect(bands.contains { $0["i"]?.array?.contains { $0.number == 14 } == true })
        }
    }

    @Test func aFarJumpOfTheClockIsNotPlayedBack() throws {
        try StreamServer.run(at: moment(opening, 10, 0, 0)) { simulated in
            let client = try #require(StreamClient.live(port: simulated.port, "T.*"))
            simulated.clock.set(moment(opening, 14, 0, 0))
            #expect(client.message(waitMs: 150) == nil)
            simulated.clock.set(moment(opening, 14, 0, 5))
            let times = client.events { $0.count > 5 }.compactMap { $0["t"]?.number }
            #expect(times.count > 5)
            #expect(times.allSatisfy { $0 >= Double(moment(opening, 14, 0, 0).milliseconds) })
            // And a clock that is set back begins anew from there.
            simulated.clock.set(moment(opening, 10, 0, 0))
            let isBack = try simulated.eventually { $0.last?.through == moment(opening, 10, 0, 0) }
            #expect(isBack)
            while client.message(waitMs: 200) != nil {}
            simulated.clock.set(moment(opening, 10, 0, 5))
            let early = client.events { $0.count > 5 }.compactMap { $0["t"]?.number }
            #expect(early.allSatisfy { $0 <= Double(moment(opening, 10, 0, 5).milliseconds) } && early.count > 5)
        }
    }

    /// The vendor does not keep what a client was not there for.
    @Test func whatHappensWhileNobodyListensIsNotSentLater() throws {
        try StreamServer.run(at: moment(opening, 10, 30, 0)) { simulated in
            let pairs = simulated.market.listings.prefix(4).map { "T.\($0.ticker)" }.joined(separator: ",")
            do {
                let first = try #require(StreamClient.live(port: simulated.port, pairs))
                simulated.clock.set(moment(opening, 10, 30, 10))
                #expect(!first.events { !$0.isEmpty }.isEmpty)
            }
            #expect(try simulated.eventually { $0.last?.isOpen == false })
            simulated.clock.set(moment(opening, 10, 35, 0))
            let second = try #require(StreamClient.live(port: simulated.port, pairs))
            simulated.clock.set(moment(opening, 10, 35, 20))
            let oldest = second.events { $0.count >= 5 }.compactMap { $0["t"]?.number }.min()
            #expect(try #require(oldest) >= Double(moment(opening, 10, 35, 0).milliseconds))
        }
    }
}
