import MarketTime

/// Bounds the number of log lines in a second; what is left out is counted.
struct LogSampler {
    /// Lines written in one second, at most.
    let linesPerSecondMax: Int
    private var second: Int64 = .min
    private var written = 0
    private var dropped = 0

    /// A sampler.
    init(linesPerSecondMax: Int) { self.linesPerSecondMax = linesPerSecondMax }

    /// What to do with a line.
    enum Decision: Equatable {
        /// Write it; before it, say how many were left out since the last line.
        case write(droppedBefore: Int)
        /// Leave it out.
        case drop
    }

    /// Decides about a line at `now`; a clock that jumps back begins a new second.
    mutating func decide(now: Instant) -> Decision {
        if now.seconds != second {
            second = now.seconds
            written = 0
        }
        guard written < linesPerSecondMax else {
            dropped += 1
            return .drop
        }
        written += 1
        defer { dropped = 0 }
        return .write(droppedBefore: dropped)
    }
}
