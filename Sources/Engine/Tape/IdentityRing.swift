/// The identities of a ticker's last 1,024 trades, to know one that is delivered again.
///
/// A ring and an open-addressed index into it, twice its size; both grow with the trades, to 12 KB.
struct IdentityRing: Sendable {
    static let countMax = 1024

    private var ring: [UInt64] = []
    /// Where the oldest lies, and the next will, once the ring is full.
    private var oldest = 0
    /// Places in `ring` plus one; 0 is empty.
    ///
    /// Its size is a power of two.
    private var index: [UInt16] = []

    /// Identities remembered.
    var count: Int { ring.count }

    /// Remembers an identity; false when it is remembered already.
    ///
    /// 0 says nothing and is always new.
    mutating func insert(_ identity: UInt64) -> Bool {
        guard identity != 0 else { return true }
        if find(identity) { return false }
        if ring.count < Self.countMax {
            ring.append(identity)
            if ring.count * 2 > index.count { grow() } else { link(identity, ring.count - 1) }
        } else {
            unlink(ring[oldest])
            ring[oldest] = identity
            link(identity, oldest)
            oldest = (oldest + 1) & (Self.countMax - 1)
        }
        return true
    }

    private func home(_ identity: UInt64) -> Int {
        Int(truncatingIfNeeded: (identity &* 0x9E37_79B9_7F4A_7C15) >> 40) & (index.count - 1)
    }

    private func find(_ identity: UInt64) -> Bool {
        guard !index.isEmpty else { return false }
        var place = home(identity)
        while index[place] != 0 {
            if ring[Int(index[place]) - 1] == identity { return true }
            place = (place + 1) & (index.count - 1)
        }
        return false
    }

    private mutating func link(_ identity: UInt64, _ position: Int) {
        var place = home(identity)
        while index[place] != 0 { place = (place + 1) & (index.count - 1) }
        index[place] = UInt16(position + 1)
    }

    /// Takes an identity out and moves those up that only lie further on because of it.
    private mutating func unlink(_ identity: UInt64) {
        let mask = index.count - 1
        var hole = home(identity)
        while index[hole] != 0, ring[Int(index[hole]) - 1] != identity { hole = (hole + 1) & mask }
        guard index[hole] != 0 else { return }
        var place = (hole + 1) & mask
        while index[place] != 0 {
            let wanted = home(ring[Int(index[place]) - 1])
            if (place - wanted) & mask >= (place - hole) & mask {
                index[hole] = index[place]
                hole = place
            }
            place = (place + 1) & mask
        }
        index[hole] = 0
    }

    private mutating func grow() {
        index = Array(repeating: 0, count: max(32, index.count * 2))
        for position in ring.indices { link(ring[position], position) }
    }
}
