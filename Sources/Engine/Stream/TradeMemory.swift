// One table for all tickers: a trade that comes twice comes twice within moments (a frame sent again, a topic subscribed
// twice), so what counts is how many trades of any ticker lie between, not how many of its own.

/// Remembers which trades have been seen: all of the last ``remembered``, at most twice as many.
///
/// Two tables of fixed size that take turns: when the younger is half full, the older is emptied and takes its place.
struct TradeMemory: Sendable {
    /// Trades that are remembered for certain.
    static let remembered = 32_768
    private static let capacity = 2 * remembered

    private var young: [UInt64] = []
    private var old: [UInt64] = []
    private var youngCount = 0

    /// Notes a trade and says whether it was known; takes no memory before the first.
    ///
    /// - Parameters:
    ///   - identity: See `TradeColumns.identity`, not 0.
    ///   - row: Whose trade: an identity is its ticker's own.
    mutating func remember(_ identity: UInt64, row: Int) -> Bool {
        if young.isEmpty {
            young = Array(repeating: 0, count: Self.capacity)
            old = young
        }
        var key = identity &+ UInt64(truncatingIfNeeded: row) &* 0x9E37_79B9_7F4A_7C15
        key ^= key >> 32
        key = key &* 0xD6E8_FEB8_6659_FD93
        key ^= key >> 32
        if key == 0 { key = 1 }
        let free = Self.find(key, in: young)
        if young[free] == key { return true }
        if old[Self.find(key, in: old)] == key { return true }
        young[free] = key
        youngCount += 1
        if youngCount == Self.remembered {
            swap(&young, &old)
            for index in young.indices { young[index] = 0 }
            youngCount = 0
        }
        return false
    }

    /// Forgets everything.
    mutating func reset() {
        young = []
        old = []
        youngCount = 0
    }

    /// Where a key stands, or the free place where it would.
    private static func find(_ key: UInt64, in table: [UInt64]) -> Int {
        var index = Int(truncatingIfNeeded: key) & (capacity - 1)
        while table[index] != 0, table[index] != key { index = (index + 1) & (capacity - 1) }
        return index
    }
}
