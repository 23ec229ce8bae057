import EngineAPI
import MarketTime

/// The halts of a day, in the order in which they began; of more than ``countMax`` the latest.
struct HaltLog: Sendable {
    static let countMax = 4096
    /// Left out at once when there are too many, so that one more does not move all others.
    private static let leftOut = 512

    private struct Span {
        var row: Int32
        var from: Int64
        /// `.max` while it lasts.
        var until: Int64
    }

    private var spans: [Span] = []

    /// Spans kept.
    var count: Int { spans.count }

    mutating func begin(row: Int, at time: Int64) {
        if spans.count >= Self.countMax { spans.removeFirst(Self.leftOut) }
        spans.append(Span(row: Int32(row), from: time, until: .max))
    }

    mutating func end(row: Int, at time: Int64) {
        guard let place = spans.lastIndex(where: { Int($0.row) == row && $0.until == .max }) else { return }
        spans[place].until = time
    }

    mutating func removeAll() { spans.removeAll() }

    /// A row's, newest first.
    func spans(row: Int, max: Int) -> [TickerAbout.HaltSpan] {
        var found: [TickerAbout.HaltSpan] = []
        for span in spans.reversed() where Int(span.row) == row {
            guard found.count < max else { break }
            found.append(
                TickerAbout.HaltSpan(
                    from: Instant(nanoseconds: span.from),
                    until: span.until == .max ? nil : Instant(nanoseconds: span.until)
                )
            )
        }
        return found
    }
}
