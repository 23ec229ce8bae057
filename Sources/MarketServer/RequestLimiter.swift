import MarketTime

/// Counts the requests of each key within the last minute.
///
/// Used on one event loop. Holds at most `limit` moments for each of the keys it knows, of which there are at most 64.
struct RequestLimiter {
    private static let minuteNs: Int64 = 60_000_000_000
    private static let keyLimit = 64

    private let limit: Int
    /// When the answered requests of the last minute came, oldest first.
    private var answered: [String: [Instant]] = [:]

    /// A counter that lets `limit` requests a minute pass; 0 lets all pass.
    init(limit: Int) { self.limit = limit }

    /// Whether a request may be answered; if not, the whole seconds until one may.
    mutating func secondsToWait(key: String, at now: Instant) -> Int? {
        guard limit > 0 else { return nil }
        if answered.count >= Self.keyLimit, answered[key] == nil { answered.removeAll() }
        var moments = answered[key, default: []]
        moments.removeAll { now.nanoseconds(since: $0) >= Self.minuteNs || $0 > now }
        if moments.count < limit {
            moments.append(now)
            answered[key] = moments
            return nil
        }
        let wait = Self.minuteNs - now.nanoseconds(since: moments[0])
        return Int((wait + 999_999_999) / 1_000_000_000)
    }
}
