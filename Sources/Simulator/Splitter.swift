/// Working memory for splitting one window into smaller ones; reused, owned by one thread.
///
/// Unsafe pointers because the slot loop runs 192 × 11,000 times a day and debug builds must stay usable. They are
/// allocated once with `capacity` elements and freed with the object; every loop is bounded by `capacity`.
final class SplitScratch {
    /// The most windows one split makes: a second may hold this many trades.
    static let capacity = 4_096

    /// Trades of each child.
    let counts: UnsafeMutablePointer<Int>
    /// Volume of everything up to and with each child, in millionths of a share.
    let cumulative: UnsafeMutablePointer<Int64>
    /// Prices of each child; undefined where `counts` is 0.
    let bars: UnsafeMutablePointer<PriceBar>
    let weights: UnsafeMutablePointer<Double>
    let sizes: UnsafeMutablePointer<Double>
    let walk: UnsafeMutablePointer<Double>
    let path: UnsafeMutablePointer<Int64>
    let active: UnsafeMutablePointer<Int>

    /// Memory for splits into at most `capacity` windows.
    init(capacity: Int = SplitScratch.capacity) {
        counts = .allocate(capacity: capacity)
        cumulative = .allocate(capacity: capacity)
        bars = .allocate(capacity: capacity)
        weights = .allocate(capacity: capacity)
        sizes = .allocate(capacity: capacity)
        walk = .allocate(capacity: capacity)
        path = .allocate(capacity: capacity)
        active = .allocate(capacity: capacity)
        counts.initialize(repeating: 0, count: capacity)
        cumulative.initialize(repeating: 0, count: capacity)
        bars.initialize(repeating: .zero, count: capacity)
        weights.initialize(repeating: 0, count: capacity)
        sizes.initialize(repeating: 1, count: capacity)
        walk.initialize(repeating: 0, count: capacity)
        path.initialize(repeating: 0, count: capacity)
        active.initialize(repeating: 0, count: capacity)
    }

    deinit {
        counts.deallocate()
        cumulative.deallocate()
        bars.deallocate()
        weights.deallocate()
        sizes.deallocate()
        walk.deallocate()
        path.deallocate()
        active.deallocate()
    }
}

/// What a window holds in total, to be handed down to its parts without losing a share or a trade.
struct Window {
    /// Trades.
    var trades: Int
    /// Millionths of a share.
    var volumeMicro: Int64
    /// First, extreme and last prices; drawable with `trades` trades.
    var price: PriceBar
    /// Hash of the window: all its parts follow from it.
    var key: UInt64
}

extension SplitScratch {
    /// Deals `trades` to `childCount` children in proportion to `weights`, systematically: the counts sum exactly and each
    /// is within one of its share.
    @inline(__always)
    func dealTrades(_ trades: Int, childCount: Int, key: UInt64) {
        var total = 0.0
        for index in 0..<childCount { total += weights[index] }
        let offset = 0.000_001 + 0.999_998 * Hash.unit(Hash.child(key, -1))
        let scale = Double(trades) / total
        var sum = 0.0
        var dealt = 0
        for index in 0..<childCount {
            sum += weights[index]
            let upTo = index == childCount - 1 ? trades : min(trades, Int(sum * scale + offset))
            counts[index] = upTo - dealt
            dealt = upTo
        }
    }

    /// Makes sure that a child has a trade, taken from the first later one that has any.
    func force(_ child: Int, of childCount: Int) {
        guard counts[child] == 0 else { return }
        for later in child + 1..<childCount where counts[later] > 0 {
            counts[later] -= 1
            counts[child] = 1
            return
        }
    }

    /// Deals a window's volume to children that have their trades: each trade gets a share (or an equal part of less), the
    /// rest goes by trades × `sizes`.
    ///
    /// Without `fractional` every part is whole shares. The parts sum exactly: the last child with trades takes the rest.
    @inline(__always)
    func dealVolume(_ window: Window, childCount: Int, fractional: Bool) {
        var total = 0.0
        for index in 0..<childCount { total += Double(counts[index]) * sizes[index] }
        let floorPerTrade = min(1_000_000, window.volumeMicro / Int64(max(1, window.trades)))
        let rest = window.volumeMicro - floorPerTrade * Int64(window.trades)
        let scale = total > 0 ? Double(rest) / total : 0
        var sum = 0.0
        var trades = 0
        var last: Int64 = 0
        for index in 0..<childCount {
            if counts[index] > 0 {
                sum += Double(counts[index]) * sizes[index]
                trades += counts[index]
                if trades == window.trades {
                    last = window.volumeMicro
                } else {
                    var part = min(rest, Int64(sum * scale))
                    if !fractional { part -= part % 1_000_000 }
                    last = floorPerTrade * Int64(trades) + part
                }
            }
            cumulative[index] = last
        }
    }
}
