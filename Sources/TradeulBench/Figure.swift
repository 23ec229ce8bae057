import Glibc

/// One measured quantity with what it must reach.
struct Figure {
    /// What is measured, with the unit at the end.
    var name: String
    var value: Double
    var unit: String
    /// What `docs/architecture.md`'s budgets ask for; nil for a yardstick.
    var budget: Double?
    /// Which direction is better.
    var better: Better

    enum Better: String {
        case lower
        case higher
    }

    /// Whether the value is within its budget; nil for a yardstick.
    var isWithinBudget: Bool? {
        budget.map { better == .lower ? value <= $0 : value >= $0 }
    }

    /// The figure as a JSON object.
    var json: String {
        let shown = value.isFinite ? Self.rounded(value) : "null"
        let allowed = budget.map(Self.rounded) ?? "null"
        let passes = isWithinBudget.map { "\($0)" } ?? "null"
        let measured = #""name":"\#(name)","value":\#(shown),"unit":"\#(unit)""#
        return #"{\#(measured),"budget":\#(allowed),"better":"\#(better.rawValue)","pass":\#(passes)}"#
    }

    private static func rounded(_ value: Double) -> String {
        let scaled = (value * 1000).rounded() / 1000
        return scaled == scaled.rounded() && abs(scaled) < 1e15 ? "\(Int(scaled))" : "\(scaled)"
    }
}

/// Time the process has used on a processor, and time on the wall.
enum Stopwatch {
    /// Milliseconds of this thread's processor time that `work` takes: the median of `runs` after one run to warm up.
    static func medianMs(runs: Int, _ work: () throws -> Void) rethrows -> Double {
        try work()
        var times: [Double] = []
        for _ in 0..<runs {
            let start = milliseconds(CLOCK_THREAD_CPUTIME_ID)
            try work()
            times.append(milliseconds(CLOCK_THREAD_CPUTIME_ID) - start)
        }
        return times.sorted()[runs / 2]
    }

    /// Milliseconds of a clock.
    static func milliseconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
    }
}
