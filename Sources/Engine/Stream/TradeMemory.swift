// One table for all tickers: a trade that comes twice comes twice within moments (a frame sent again, a topic subscribed
// twice), so what counts is how many trades of any ticker lie between, not how many of its own.

/// Remembers which trades have been seen: all of the last ``remembered``, at most twice as many.
///
/// Two tables of fixed size that take turns: when the younger is half full, the older is emptied and takes its place. They
/// lie in one array, place by place, so that a look into both costs one wait for memory.
struct TradeMemory: Sendable {
    /// Trades that are remembered for certain.
    static let remembered = 32_768
    private static let capacity = 2 * remembered

    private var keys: [UInt64] = []
    /// Which of the two at each place is the younger table's, 0 or 1.
    private var young = 0
    private var youngCount = 0

    /// Notes a trade and says whether it was known; takes no memory before the first.
    ///
    /// - Parameters:
    ///   - identity: See `TradeColumns.identity`, not 0.
    ///   - row: Whose trade: an identity is its ticker's own.
    mutating func remember(_ identity: UInt64, row: Int) -> Bool {
        if keys.isEmpty { keys = Array(repeating: 0, count: 2 * Self.capacity) }
        var key = identity &+ UInt64(truncatingIfNeeded: row) &* 0x9E37_79B9_7F4A_7C15
        key ^= key >> 32
        key = key &* 0xD6E8_FEB8_6659_FD93
        key ^= key >> 32
        if key == 0 { key = 1 }
        let free = find(key, in: young)
        if keys[free] == key { return true }
        if keys[find(key, in: 1 - young)] == key { return true }
        keys[free] = key
        youngCount += 1
        if youngCount == Self.remembered {
            young = 1 - young
            for index in stride(from: young, to: keys.count, by: 2) { keys[index] = 0 }
            youngCount = 0
        }
        return false
    }

    /// Forgets everything.
    mutating func reset() {
        keys = []
        youngCount = 0
    }

    /// Where a key stands in a table, or the free place where it would.
    private func find(_ key: UInt64, in table: Int) -> Int {
        var place = Int(truncatingIfNeeded: key) & (Self.capacity - 1)
        while keys[2 * place + table] != 0, keys[2 * place + table] != key { place = (place + 1) & (Self.capacity - 1) }
        return 2 * place + table
    }
}
