import EngineAPI
import Feeds
import MarketTime
import Network
import Testing

@Suite struct SnapshotPollStateTests {
    private let intervals = SnapshotPollState.Intervals(
        inSessionMs: 5000,
        closedMs: 60_000,
        statusMs: 60_000,
        upcomingMs: 3_600_000
    )
    private let wall = Instant(seconds: 1_791_297_015)

    /// A machine whose first round of requests has ended well at `now`.
    private func settled(at now: Instant) -> SnapshotPollState {
        var polls = SnapshotPollState(intervals: intervals, backoff: .init(firstMs: 1000, capMs: 60_000))
        for _ in PolygonEndpoint.allCases { _ = polls.next(now: now, isInSession: true) }
        polls.snapshotSucceeded(now: now)
        polls.ended(.marketStatus, isUsable: true, now: now)
        polls.ended(.upcomingDays, isUsable: true, now: now)
        // Due only now that there is a market.
        _ = polls.next(now: now, isInSession: true)
        polls.ended(.conditions, isUsable: true, now: now)
        return polls
    }

    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: 1_000_000 + milliseconds) }

    @Test func asksForTheSnapshotFirstAndForEachThingOnce() {
        var polls = SnapshotPollState(intervals: intervals)
        #expect(polls.state == .connecting)
        let actions = (0..<4).map { _ in polls.next(now: at(0), isInSession: true) }
        #expect(
            actions == [
                .fetch(.snapshot), .fetch(.marketStatus), .fetch(.upcomingDays),
                .wait(milliseconds: SnapshotPollState.waitMaxMs),
            ]
        )
    }

    @Test(arguments: [(true, 5000), (false, 60_000)] as [(Bool, Int64)])
    func thePaceFollowsTheSession(isInSession: Bool, intervalMs: Int64) {
        var polls = settled(at: at(0))
        #expect(polls.next(now: at(intervalMs - 1), isInSession: isInSession) == .wait(milliseconds: 1))
        #expect(polls.next(now: at(intervalMs), isInSession: isInSession) == .fetch(.snapshot))
    }

    @Test func theOpeningIsNoticedWithinTheLongestWait() {
        var polls = settled(at: at(0))
        #expect(polls.next(now: at(10_000), isInSession: false) == .wait(milliseconds: SnapshotPollState.waitMaxMs))
        #expect(polls.next(now: at(15_000), isInSession: true) == .fetch(.snapshot))
    }

    @Test func theRhythmCountsFromTheStartOfAPollWithAPauseAfterSlowOnes() {
        var polls = settled(at: at(0))
        #expect(polls.next(now: at(5000), isInSession: true) == .fetch(.snapshot))
        polls.snapshotSucceeded(now: at(6500))
        #expect(polls.next(now: at(6500), isInSession: true) == .wait(milliseconds: 3500))
        #expect(polls.next(now: at(10_000), isInSession: true) == .fetch(.snapshot))
        polls.snapshotSucceeded(now: at(16_000))
        let pause = SnapshotPollState.pauseMinMs
        #expect(polls.next(now: at(16_000), isInSession: true) == .wait(milliseconds: pause))
    }

    @Test func failuresBackOffAndNeverEnd() {
        var polls = settled(at: at(0))
        var generator = SeededGenerator(seed: 11)
        var now = at(5000)
        for failure in 1...50 {
            #expect(polls.next(now: now, isInSession: true) == .fetch(.snapshot), "failure \(failure)")
            polls.snapshotFailed(
                .retry(retryAfterMs: nil),
                sentence: "down",
                now: now,
                wallNow: wall,
                using: &generator
            )
            guard case .degraded("down", let retryAt) = polls.state else {
                Issue.record("failure \(failure): \(polls.state)")
                return
            }
            let delay = retryAt.nanoseconds(since: wall)
            #expect(delay > 0 && delay <= 60_000_000_000, "failure \(failure)")
            let early = polls.next(now: now.adding(nanoseconds: delay - 1_000_000), isInSession: true)
            #expect(early != .fetch(.snapshot), "failure \(failure)")
            polls.ended(.marketStatus, isUsable: true, now: now.adding(nanoseconds: delay))
            now = now.adding(nanoseconds: delay)
        }
        #expect(polls.failed == 50)
        #expect(polls.next(now: now, isInSession: true) == .fetch(.snapshot))
        polls.snapshotSucceeded(now: now)
        #expect(polls.state == .live && polls.succeeded == 2)
    }

    @Test(
        arguments: [
            (AnswerVerdict.retry(retryAfterMs: 90_000), 90_000), (.retrySlowly, 60_000),
        ] as [(AnswerVerdict, Int64)]
    )
    func waitsAtLeastAsLongAsAsked(verdict: AnswerVerdict, milliseconds: Int64) {
        var polls = settled(at: at(0))
        var generator = SeededGenerator(seed: 5)
        _ = polls.next(now: at(5000), isInSession: true)
        polls.snapshotFailed(verdict, sentence: "s", now: at(5000), wallNow: wall, using: &generator)
        #expect(polls.state == .degraded(sentence: "s", retryAt: wall.adding(milliseconds: milliseconds)))
        let before = polls.next(now: at(5000 + milliseconds - 1), isInSession: true)
        #expect(before != .fetch(.snapshot))
    }

    @Test func aRefusalEndsEverythingUntilToldToRetry() {
        var polls = settled(at: at(0))
        var generator = SeededGenerator(seed: 5)
        _ = polls.next(now: at(5000), isInSession: true)
        polls.snapshotFailed(.permanent, sentence: "no key", now: at(5000), wallNow: wall, using: &generator)
        #expect(polls.state == .refused(sentence: "no key"))
        for hours in 0..<48 {
            let action = polls.next(now: at(Int64(hours) * 3_600_000), isInSession: true)
            #expect(action == .wait(milliseconds: SnapshotPollState.waitMaxMs))
        }
        polls.retry()
        #expect(polls.state == .connecting)
        #expect(polls.next(now: at(6000), isInSession: true) == .fetch(.snapshot))
    }

    @Test func retryingDoesNotDoubleARequestUnderWay() {
        var polls = settled(at: at(0))
        #expect(polls.next(now: at(5000), isInSession: true) == .fetch(.snapshot))
        polls.retry()
        var actions: [SnapshotPollState.Action] = []
        for _ in 0..<3 { actions.append(polls.next(now: at(5001), isInSession: true)) }
        #expect(!actions.contains(.fetch(.snapshot)))
        #expect(polls.state == .live)
    }

    @Test func statusIsAskedEachMinuteAndHolidaysOnceInTheirInterval() {
        var polls = settled(at: at(0))
        var counts: [PolygonEndpoint: Int] = [:]
        for second in 1...3600 {
            let now = at(Int64(second) * 1000)
            while case .fetch(let endpoint) = polls.next(now: now, isInSession: true) {
                counts[endpoint, default: 0] += 1
                if endpoint == .snapshot {
                    polls.snapshotSucceeded(now: now)
                } else {
                    polls.ended(endpoint, isUsable: true, now: now)
                }
            }
        }
        #expect(counts == [.snapshot: 720, .marketStatus: 60, .upcomingDays: 1])
    }

    /// Lets five hours pass in strides of a minute; when conditions were asked for, in minutes.
    private func minutesOfConditions(
        _ polls: inout SnapshotPollState,
        until hours: Int = 5,
        answer: (inout SnapshotPollState, Instant) -> Void
    ) -> [Int] {
        var minutes: [Int] = []
        for minute in 0..<(hours * 60) {
            let now = at(Int64(minute) * 60_000)
            while case .fetch(let endpoint) = polls.next(now: now, isInSession: true) {
                switch endpoint {
                case .snapshot: polls.snapshotSucceeded(now: now)
                case .marketStatus, .upcomingDays: polls.ended(endpoint, isUsable: true, now: now)
                case .conditions:
                    minutes.append(minute)
                    answer(&polls, now)
                }
            }
        }
        return minutes
    }

    @Test func conditionsAreAskedForOnceADay() {
        var polls = SnapshotPollState(intervals: intervals)
        let minutes = minutesOfConditions(&polls, until: 49) { $0.ended(.conditions, isUsable: true, now: $1) }
        #expect(minutes == [0, 1440, 2880])
    }

    @Test func conditionsThatFailedAreAskedForAgainInTenMinutes() {
        var polls = SnapshotPollState(intervals: intervals)
        var answers = 0
        let minutes = minutesOfConditions(&polls) {
            answers += 1
            $0.ended(.conditions, isUsable: answers > 3, now: $1)
        }
        #expect(minutes == [0, 10, 20, 30])
    }

    @Test func aServerWithoutConditionsIsNotAskedAgain() {
        var polls = SnapshotPollState(intervals: intervals)
        let answer = { (polls: inout SnapshotPollState, now: Instant) in
            polls.ended(.conditions, isUsable: false, now: now)
            polls.noteAbsent(.conditions)
        }
        #expect(minutesOfConditions(&polls, answer: answer) == [0])
        polls.retry()
        #expect(minutesOfConditions(&polls, answer: answer).isEmpty)
    }

    @Test func conditionsWaitForTheFirstUsableSnapshot() {
        var polls = SnapshotPollState(intervals: intervals)
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<3 { _ = polls.next(now: at(0), isInSession: true) }
        polls.snapshotFailed(.retry(retryAfterMs: 1), sentence: "s", now: at(0), wallNow: wall, using: &generator)
        #expect(polls.next(now: at(0), isInSession: true) != .fetch(.conditions))
        #expect(polls.next(now: at(120_000), isInSession: true) == .fetch(.snapshot))
        polls.snapshotSucceeded(now: at(120_000))
        #expect(polls.next(now: at(120_000), isInSession: true) == .fetch(.conditions))
    }

    @Test func holidaysThatFailedAreAskedForAgainSoon() {
        var polls = settled(at: at(0))
        polls.ended(.upcomingDays, isUsable: false, now: at(0))
        var asked = false
        while case .fetch(let endpoint) = polls.next(now: at(60_000), isInSession: true) {
            asked = asked || endpoint == .upcomingDays
        }
        #expect(asked)
    }

    @Test func aStopIsNoFailure() {
        var polls = settled(at: at(0))
        var generator = SeededGenerator(seed: 5)
        _ = polls.next(now: at(5000), isInSession: true)
        polls.snapshotFailed(.stop, sentence: "closed", now: at(5000), wallNow: wall, using: &generator)
        #expect(polls.state == .live && polls.failed == 0)
    }
}
