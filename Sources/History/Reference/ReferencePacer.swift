import MarketTime

/// When a vendor may be asked again after failures.
///
/// All questions to a vendor pause together: what keeps one from being answered mostly keeps all. It never gives up, as
/// the pauses grow to ten minutes, or to what the vendor wants.
struct ReferencePacer: Hashable, Sendable {
    static let firstMs = 2000
    static let longestMs = 600_000
    /// The longest pause a vendor is granted, ms.
    static let grantedMsMax = 6 * 3_600_000

    /// Pauses begun since the last answer.
    private(set) var failuresInRow = 0
    /// Nothing is asked before this; nil or in the past without a pause.
    private(set) var pausedUntil: Instant?
    /// Why.
    private(set) var reason = ""

    func isPaused(now: Instant) -> Bool {
        guard let pausedUntil else { return false }
        return now < pausedUntil
    }

    mutating func succeeded() { failuresInRow = 0 }

    /// Notes a failure; those of questions that were under way together are one.
    mutating func failed(_ sentence: String, retryAfterMs: Int?, now: Instant) {
        let wasPaused = isPaused(now: now)
        if !wasPaused { failuresInRow = min(failuresInRow + 1, 1000) }
        let grown = min(Self.firstMs << min(failuresInRow - 1, 10), Self.longestMs)
        let pause = min(max(grown, retryAfterMs ?? 0), Self.grantedMsMax)
        let end = now.adding(milliseconds: Int64(pause))
        guard !wasPaused || end > pausedUntil ?? now else { return }
        pausedUntil = end
        reason = "\(sentence) Next try in \(Self.duration(ms: pause))."
    }

    private static func duration(ms: Int) -> String {
        let seconds = (ms + 999) / 1000
        if seconds < 120 { return "\(seconds) s" }
        return seconds < 7200 ? "\((seconds + 30) / 60) min" : "\((seconds + 1800) / 3600) h"
    }
}
