import MarketTime

/// How far apart snapshots come, so that filters that look back do not take a slow pace for a break.
///
/// A trader may set the pause to minutes. An outage is longer than the pauses before it; the first one after it is measured by
/// the shorter of the last two.
struct SnapshotPace: Sendable {
    /// Longest pause that is believed, ns.
    private static let pauseMax: Int64 = 3_600_000_000_000

    private var last: Instant?
    private var pauses: (newest: Int64, before: Int64) = (0, 0)

    /// Notes a snapshot.
    mutating func note(_ now: Instant) {
        defer { last = now }
        guard let last, now > last else { return }
        pauses = (min(now.nanoseconds(since: last), Self.pauseMax), pauses.newest)
    }

    /// Seconds two snapshots may lie apart and still follow each other; 0 while nothing is known.
    var pauseSeconds: Int { Int(min(pauses.newest, pauses.before) / 1_000_000_000 * 2) }
}
