import MarketTime

// A snapshot tells high and low of the latest minute, not of the session. What is seen poll by poll is the session's range
// only where nothing traded unseen: the row was there from the session's beginning, or all it had traded before it was
// first seen lies in the minute that the snapshot shows. Everything else is missing: a pre-market high that began to be
// tracked at 08:00 looks like one, and is not.

/// Which rows have been watched without a break since each session's beginning.
///
/// Sessions are numbered as by ``StreamDay/session(at:)``. A byte a row.
struct SessionWatch: Sendable {
    /// Pause between two snapshots after which it must be asked what has traded in between, ns.
    static let pauseMax: Int64 = 30_000_000_000
    /// Step between the times of their data after which the same is asked: the vendor has stood still, ns.
    static let silenceMax: Int64 = 120_000_000_000
    /// Time after the close within which its auction has been told, ns.
    static let auctionTime: Int64 = 180_000_000_000

    /// Bit s: watched since session s began.
    ///
    /// Bit s + 4: that has been decided.
    private var bits: [UInt8] = []
    /// When the last snapshot was applied; nil before the first.
    private var appliedAt: Instant?
    /// What the last snapshot's data reached, ns; 04:00 ET at a day's beginning.
    private(set) var seenUpTo = Int64.min
    /// What the snapshot being applied reaches, ns.
    private(set) var reaches = Int64.min
    /// Whether trades may have gone by unseen before the snapshot being applied.
    private(set) var isBroken = true

    init() {}

    /// Forgets the day.
    mutating func resetDay(start: Int64) {
        bits.removeAll(keepingCapacity: true)
        seenUpTo = start
        reaches = start
    }

    /// Begins a snapshot of data up to a time.
    mutating func begin(dataTime: Int64, now: Instant) {
        reaches = dataTime
        isBroken = true
        guard let appliedAt, now >= appliedAt else { return }
        isBroken = now.nanoseconds(since: appliedAt) > Self.pauseMax || dataTime - seenUpTo > Self.silenceMax
    }

    /// Ends it.
    mutating func end(now: Instant) {
        appliedAt = now
        seenUpTo = max(seenUpTo, reaches)
    }

    /// Begins a session: rows there are are watched from its beginning on when the last snapshot was just before it.
    mutating func start(session: UInt8, at start: Int64, rowCount: Int) {
        guard appliedAt != nil, seenUpTo >= start - Self.pauseMax else { return }
        grow(to: rowCount)
        let watched: UInt8 = 0x11 << session
        for row in bits.indices { bits[row] |= watched }
    }

    /// Whether all of a row's session so far has been watched.
    @inline(__always)
    func isWatched(_ row: Int, _ session: UInt8) -> Bool { row < bits.count && bits[row] & (1 << session) != 0 }

    /// Whether it must be asked what a row has traded unseen: after a break, and of a session not decided yet.
    func mustAsk(_ row: Int, _ session: UInt8) -> Bool {
        guard row < bits.count, bits[row] & (0x10 << session) != 0 else { return true }
        return isBroken && bits[row] & 0x0F != 0
    }

    /// Whether a snapshot has told of a row before today.
    func isKnown(_ row: Int) -> Bool { row < bits.count && bits[row] & 0xF0 != 0 }

    /// Notes that nothing of a session has gone by unseen so far; what was missed before stays missed.
    mutating func noteSeen(_ row: Int, _ session: UInt8) {
        grow(to: row + 1)
        if bits[row] & (0x10 << session) == 0 { bits[row] |= 0x11 << session }
    }

    /// Notes that a part of a session has gone by unseen.
    mutating func noteMissed(_ row: Int, _ session: UInt8) {
        grow(to: row + 1)
        bits[row] = bits[row] & ~(1 << session) | 0x10 << session
    }

    /// Notes that a session's range is told from its beginning on.
    mutating func noteTold(_ row: Int, _ session: UInt8) {
        grow(to: row + 1)
        bits[row] |= 0x11 << session
    }

    private mutating func grow(to count: Int) {
        if count > bits.count { bits.append(contentsOf: repeatElement(0, count: count - bits.count)) }
    }
}
