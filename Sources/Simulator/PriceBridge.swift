extension SplitScratch {
    /// Draws the prices of a window's children so that together they make exactly the window's own bar.
    ///
    /// The closes walk from the window's open to its close inside its range; the highest and the lowest child carry the
    /// window's extremes. A child with one trade has one price, and so on: `PriceBar.drawable` holds at every level, which
    /// is what lets single trades rebuild every bar above them. `jump` is a child before which nothing moves and after
    /// which most of the way is done: the moment of news.
    func drawPrices(_ window: Window, children: Range<Int>, jump: Int? = nil) {
        var activeCount = 0
        for index in children where counts[index] > 0 {
            active[activeCount] = index
            activeCount += 1
        }
        guard activeCount > 1, window.price.high > window.price.low else {
            for position in 0..<activeCount { bars[active[position]] = window.price }
            return
        }
        drawPath(window, count: activeCount, jump: jump)
        let (highest, lowest) = carriers(window.price, count: activeCount)
        let spread = Double(window.price.high - window.price.low) * 0.5 / Double(activeCount).squareRoot()
        for position in 0..<activeCount {
            var child = ChildBar(
                trades: counts[active[position]],
                open: position == 0 ? window.price.open : path[position - 1],
                close: path[position],
                openFixed: position == 0,
                closeFixed: position == activeCount - 1
            )
            if position == highest { child.include(window.price.high) }
            if position == lowest { child.include(window.price.low) }
            let noise = Hash.child(window.key, 0x10_0000 + position)
            bars[active[position]] = child.bar(within: window.price, spread: spread, noise: noise)
        }
    }

    /// The closes of the children with trades: a random walk tied down at both ends, cut off at the range.
    private func drawPath(_ window: Window, count: Int, jump: Int?) {
        let price = window.price
        var sum = 0.0
        for position in 0..<count {
            let draw = Hash.child(window.key, 0x20_0000 + position)
            sum += Hash.quarter(draw, 0) + Hash.quarter(draw, 1) + Hash.quarter(draw, 2) - 1.5
            walk[position] = sum
        }
        let drift = sum / Double(count)
        let amplitude = Double(price.high - price.low) * 1.1 / Double(count).squareRoot()
        let way = Double(price.close - price.open)
        for position in 0..<(count - 1) {
            var done = Double(position + 1) / Double(count)
            if let jump { done = active[position] < jump ? done * 0.1 : 0.75 + done * 0.25 }
            let free = Double(price.open) + way * done + amplitude * (walk[position] - drift * Double(position + 1))
            path[position] = min(max(roundedToTick(max(free, 1)), price.low), price.high)
        }
        path[count - 1] = price.close
    }

    /// The children that carry the window's high and low; nil where its open or close already does.
    private func carriers(_ price: PriceBar, count: Int) -> (highest: Int?, lowest: Int?) {
        var highest: Int?
        var lowest: Int?
        let needsHigh = price.high > max(price.open, price.close)
        let needsLow = price.low < min(price.open, price.close)
        func free(_ position: Int) -> Int {
            counts[active[position]] - (position == 0 ? 1 : 0) - (position == count - 1 ? 1 : 0)
        }
        if needsHigh {
            for position in 0..<count where free(position) > 0 {
                if let best = highest, path[best] >= path[position] { continue }
                highest = position
            }
        }
        if needsLow {
            for position in 0..<count where free(position) > (position == highest ? 1 : 0) {
                if let best = lowest, path[best] <= path[position] { continue }
                lowest = position
            }
        }
        return (highest, lowest)
    }
}

/// A child's bar under construction: which prices it must show with the trades it has.
private struct ChildBar {
    let trades: Int
    var open: Int64
    var close: Int64
    let openFixed: Bool
    let closeFixed: Bool
    /// Prices to be shown besides open and close, at most the window's high and low.
    private var first: Int64?
    private var second: Int64?

    init(trades: Int, open: Int64, close: Int64, openFixed: Bool, closeFixed: Bool) {
        self.trades = trades
        self.open = open
        self.close = close
        self.openFixed = openFixed
        self.closeFixed = closeFixed
    }

    mutating func include(_ price: Int64) {
        if first == nil { first = price } else { second = price }
    }

    /// The bar; `within` bounds what is not fixed, `spread` is the usual reach beyond open and close.
    mutating func bar(within window: PriceBar, spread: Double, noise: UInt64) -> PriceBar {
        if trades == 1 {
            return PriceBar(flat: openFixed ? open : closeFixed ? close : first ?? close)
        }
        var inner = trades - 2
        // With too few inner trades an extreme takes the place of a close or open that nothing else fixes.
        let wanted = (first == nil ? 0 : 1) + (second == nil ? 0 : 1)
        if wanted > inner, !closeFixed, let extreme = first {
            close = extreme
            first = second
            second = nil
        }
        if (first == nil ? 0 : 1) + (second == nil ? 0 : 1) > inner, !openFixed, let extreme = first {
            open = extreme
            first = second
            second = nil
        }
        var high = max(open, close)
        var low = min(open, close)
        if let first {
            high = max(high, first)
            low = min(low, first)
            inner -= 1
        }
        if let second {
            high = max(high, second)
            low = min(low, second)
            inner -= 1
        }
        if inner > 0 {
            let reach = Double(high) + spread * Hash.quarter(noise, 0)
            high = max(high, min(window.high, roundedToTick(reach)))
        }
        if inner > 1 {
            let reach = Double(low) - spread * Hash.quarter(noise, 1)
            low = min(low, max(window.low, roundedToTick(max(reach, 1))))
        }
        return PriceBar(open: open, high: high, low: low, close: close)
    }
}
