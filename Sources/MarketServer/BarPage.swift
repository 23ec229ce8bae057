import Simulator

/// One page of bars under construction.
struct BarPage {
    /// The windows so far, in the order of the query.
    var bars: [SimulatedBar] = []
    /// Base bars taken in.
    var baseCount = 0
    /// Start of the first window left for the next page.
    var nextWindowMs: Int64?

    /// Takes in a base bar, or several put together already; false once the page is full, which only happens between
    /// windows.
    mutating func take(_ base: BaseBar, windowMs: Int64, limit: Int, ascending: Bool) -> Bool {
        if let last = bars.last, last.startMs == windowMs {
            if ascending {
                bars[bars.count - 1].append(base.bar)
            } else {
                var earlier = base.bar
                earlier.startMs = windowMs
                earlier.append(last)
                bars[bars.count - 1] = earlier
            }
        } else {
            guard baseCount < limit else {
                nextWindowMs = windowMs
                return false
            }
            var first = base.bar
            first.startMs = windowMs
            bars.append(first)
        }
        baseCount += base.count
        return true
    }
}

/// A bar with the number of base bars in it.
struct BaseBar {
    /// The bar, adjusted if the query wants it.
    var bar: SimulatedBar
    /// Base bars with trades: what a page's limit counts.
    var count = 1
}
