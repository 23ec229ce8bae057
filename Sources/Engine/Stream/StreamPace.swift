import EngineAPI
import MarketData

/// When the shell asks for a picture of what the stream has told, and how long events waited for the engine.
///
/// Times are ns of the clock that never jumps.
struct StreamPace: Sendable {
    /// Shortest time between two pictures that the stream alone gives rise to, ns.
    static let showPauseNs: Int64 = 100_000_000

    private var shownAt = Int64.min / 2
    private var isWaiting = false
    private var latencies = RecentLatency()

    /// Notes that a step has taken something that a picture shows.
    mutating func note() { isWaiting = true }

    /// Notes that a picture has been shown for whatever reason.
    mutating func shown(at now: Int64) {
        shownAt = now
        isWaiting = false
    }

    /// Whether to ask for a picture now.
    func isDue(at now: Int64) -> Bool { isWaiting && now - shownAt >= Self.showPauseNs }

    /// How long to sleep at most, ns, so that the next picture is not late; nil when none is due.
    func wait(at now: Int64) -> Int64? { isWaiting ? max(0, shownAt + Self.showPauseNs - now) : nil }

    /// Notes a batch that has been applied.
    mutating func applied(_ batch: StreamBatch, at now: Int64) {
        // Hand-made events carry no time of arrival.
        guard batch.receivedMonotonicNs > 0, batch.eventCount > 0 else { return }
        latencies.add(now - batch.receivedMonotonicNs, times: UInt64(batch.eventCount), at: now)
    }

    /// What a status says of the time events waited.
    func application(at now: Int64) -> LatencyHistogram { latencies.histogram(at: now) }
}

/// Durations of the last minute: six parts of ten seconds that take turns.
struct RecentLatency: Sendable {
    private static let partNs: Int64 = 10_000_000_000
    private static let partsMax = 6

    private var parts: [(part: Int64, histogram: LatencyHistogram)] = []

    /// Adds a duration as often as it occurred.
    mutating func add(_ nanoseconds: Int64, times: UInt64, at now: Int64) {
        let part = now / Self.partNs
        if parts.last?.part != part {
            parts.append((part, LatencyHistogram()))
            if parts.count > Self.partsMax { parts.removeFirst() }
        }
        parts[parts.count - 1].histogram.add(nanoseconds, times: times)
    }

    /// The parts that are not older than a minute, together.
    func histogram(at now: Int64) -> LatencyHistogram {
        var sum = LatencyHistogram()
        for (part, histogram) in parts where now / Self.partNs - part < Int64(Self.partsMax) { sum.add(histogram) }
        return sum
    }
}
