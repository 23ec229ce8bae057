import Feeds
import MarketData
import MarketTime
import Network
import Testing

@Suite struct StreamMeterTests {
    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: 7_000_300 + milliseconds) }

    @Test func aRateIsThatOfTheLastSeconds() {
        var rate = RecentRate()
        #expect(rate.perSecond(now: at(0)) == 0)
        for step in 0..<100 { rate.add(50, now: at(Int64(step) * 100)) }
        #expect((480...520).contains(rate.perSecond(now: at(9900))))
        // It falls as time passes and ends at nothing.
        let later = [10_900, 11_900, 12_900, 13_900, 14_900].map { rate.perSecond(now: at($0)) }
        #expect(zip(later, later.dropFirst()).allSatisfy { $0 > $1 || $1 == 0 } && later.last == 0)
        rate.add(10, now: at(1_000_000))
        #expect((2...3).contains(rate.perSecond(now: at(1_000_000))))
    }

    @Test func aFirstSecondIsNotBlownUp() {
        var rate = RecentRate()
        rate.add(100, now: at(0))
        #expect(rate.perSecond(now: at(1)) == 100)
        #expect(rate.perSecond(now: at(2000)) == 50)
    }

    @Test func durationsAreForgottenBetweenHalfAMinuteAndAMinute() {
        var durations = RecentDurations()
        let received = Instant(seconds: 1_791_297_015)
        let sent = [received.adding(milliseconds: -20).nanoseconds, received.adding(milliseconds: 5).nanoseconds]
        durations.add(from: sent, to: received, now: at(0))
        #expect(durations.recent(now: at(0)).count == 2)
        #expect(durations.recent(now: at(0)).longest == 20_000_000)
        durations.add(from: [received.nanoseconds], to: received, now: at(29_999))
        #expect(durations.recent(now: at(30_000)).count == 3)
        durations.add(from: [received.nanoseconds], to: received, now: at(31_000))
        #expect(durations.recent(now: at(59_999)).count == 4)
        #expect(durations.recent(now: at(60_000)).count == 1)
        #expect(durations.recent(now: at(500_000)).count == 0)
    }
}

@Suite struct StreamEndTests {
    @Test(
        arguments: [
            (.failed(.refused(host: "h")), .retry), (.failed(.tls(host: "h", detail: "expired")), .retry),
            (.failed(.invalidRequest(url: "x", reason: "no host")), .permanent),
            (.upgradeRefused(status: 404, text: "Not Found"), .retrySlowly),
            (.upgradeRefused(status: 401, text: ""), .retrySlowly),
            (.upgradeRefused(status: 429, text: ""), .retrySlowly),
            (.upgradeRefused(status: 503, text: ""), .retry), (.closed(code: 1008, reason: "policy"), .policy),
            (.closed(code: 1000, reason: ""), .retry), (.closed(code: nil, reason: ""), .retry),
            (.protocolError("masked"), .retry), (.messageTooLarge(limitBytes: 1), .retry), (.lost("reset"), .retry),
            (.closeTimedOut, .retry),
        ] as [(WebSocketEnd, StreamEnd.Verdict)]
    )
    func everyEndHasAVerdictAndTheNetworksSentence(end: WebSocketEnd, verdict: StreamEnd.Verdict) {
        #expect(StreamEnd(end, host: "h") == StreamEnd(sentence: end.sentence(host: "h"), verdict: verdict))
    }
}
