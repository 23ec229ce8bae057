import EngineAPI
import MarketTime

/// When to try again: each request by itself, and all together when the vendor wants a pause or does not answer at all.
///
/// A request that fails while others are answered is at fault itself: its tries count. When several different ones fail
/// and none is answered, the vendor or the line is at fault: everything pauses and no tries count, or an outage of a
/// minute would use up the tries of thousands of symbols.
struct RetryPacer: Sendable {
    /// What becomes of a request that failed.
    struct Verdict: Equatable {
        /// When it may be made again.
        var retryAt: Instant
        /// Whether the try counts against the request.
        var counts: Bool
    }

    private let settings: BackfillSettings
    private var jitter: UInt64
    /// Different requests that failed since the last answer, at most `outageSize`.
    private var failing: Set<HistoryFetch> = []

    /// Nothing is sent before this; in the past or nil when there is no pause.
    private(set) var pausedUntil: Instant?
    /// Why, and for how long.
    private(set) var reason = ""
    /// Pauses begun since the last answer.
    private(set) var pausesInRow = 0

    init(settings: BackfillSettings, seed: UInt64) {
        self.settings = settings
        jitter = seed
    }

    /// Different requests that must fail in a row to be an outage.
    private var outageSize: Int { max(3, min(settings.connections, 8)) }

    /// Whether several different requests have failed and none has been answered since.
    var isOutage: Bool { failing.count >= outageSize }

    /// Whether pausing has not helped.
    var isExhausted: Bool { pausesInRow > settings.pausesMax }

    func isPaused(now: Instant) -> Bool {
        guard let pausedUntil else { return false }
        return now < pausedUntil
    }

    /// The vendor answered, whatever it said.
    mutating func succeeded() {
        failing.removeAll(keepingCapacity: true)
        pausesInRow = 0
    }

    /// Notes a failure of a request that has failed `tries` times before.
    mutating func failed(
        _ fetch: HistoryFetch,
        sentence: String,
        retryAfterMs: Int?,
        tries: Int,
        now: Instant
    ) -> Verdict {
        if failing.count < outageSize { failing.insert(fetch) }
        if let wanted = retryAfterMs, wanted > 0 {
            pause(ms: min(wanted, settings.retryAfterCapMs), sentence: sentence, now: now)
        } else if isOutage {
            if !isPaused(now: now) { pause(ms: delayMs(failures: pausesInRow + 1), sentence: sentence, now: now) }
        } else {
            return Verdict(retryAt: now.adding(milliseconds: Int64(delayMs(failures: tries + 1))), counts: true)
        }
        // A little after the pause, when all of them would go at once.
        let from = pausedUntil ?? now
        return Verdict(retryAt: from.adding(milliseconds: Int64(delayMs(failures: 1))), counts: false)
    }

    /// Begins to count pauses anew.
    mutating func forgive() { pausesInRow = 0 }

    private mutating func pause(ms: Int, sentence: String, now: Instant) {
        let end = now.adding(milliseconds: Int64(ms))
        if !isPaused(now: now) { pausesInRow += 1 }
        guard !isPaused(now: now) || end > pausedUntil ?? now else { return }
        pausedUntil = end
        reason = "\(sentence); trying again in \(Self.duration(ms: ms))"
    }

    /// Half of the envelope and a random part of the other half.
    private mutating func delayMs(failures: Int) -> Int {
        var envelope = max(2, settings.retryFirstMs)
        var doublings = failures - 1
        while doublings > 0, envelope < settings.retryCapMs {
            envelope = min(envelope * 2, settings.retryCapMs)
            doublings -= 1
        }
        return envelope / 2 + Int(nextRandom() % UInt64(envelope / 2 + 1))
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private mutating func nextRandom() -> UInt64 {
        jitter &+= 0x9E37_79B9_7F4A_7C15
        var mixed = jitter
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private static func duration(ms: Int) -> String {
        let seconds = (ms + 999) / 1000
        return seconds < 120 ? "\(seconds) s" : "\((seconds + 30) / 60) min"
    }
}
