import Synchronization

/// When to look again at what is too old or too much: now and then as rows come, and with the first.
///
/// Thread-safe.
final class RetentionPace: Sendable {
    private let rows: Int
    private let since: Mutex<Int>

    /// A pace of so many rows between two looks.
    init(rows: Int) {
        self.rows = rows
        since = Mutex(rows)
    }

    /// Counts rows, and says whether it is time.
    func isDue(adding count: Int) -> Bool {
        since.withLock { sum in
            sum += count
            defer { if sum >= rows { sum = 0 } }
            return sum >= rows
        }
    }
}
