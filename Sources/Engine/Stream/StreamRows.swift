import Analytics
import MarketTime

/// What the stream has told of one ticker besides what the columns hold.
struct StreamTrack: Sendable {
    /// The ticker's row in the universe.
    let row: Int32
    /// Its ring of ``TradeSeconds``; -1 before its first trade.
    var ring: Int32 = -1
    /// Shares since 04:00 ET up to the column `volumeTime`: the newest sum by the vendor; NaN before the first.
    var base: Double
    /// Shares of trades newer than that.
    var pending = 0.0
    /// Up to when the vendor's VWAP counts, ns; 0 before the first.
    var vwapTime: Int64 = 0
    /// When the subscription to trades began to be answered, ns of market time; 0 while there is none.
    var tradesSince: Int64 = 0
    /// Start of the newest bar of the unbroken series of bars, ns; `.min` before its first.
    var barStart = Int64.min
    /// Volume since 04:00 ET at that bar's end, whole shares.
    var barVolume: Int64 = 0
    /// Start of the earliest bar seen of the newest slot, ns.
    var slotStart = Int64.min
    /// The volume that bar told for the end of the slot before; ``DaySlots/unknown`` when it told none.
    var toldVolume = DaySlots.unknown
    /// Whether its trades belong to the merged tape.
    var isShortListed = false
    /// Whether its trades are stored.
    var isStored = false
    /// Whether it is followed no longer: what still comes is what was on its way.
    var isDropped = false
    /// Whether it stands in the list of what has changed since the last picture.
    var isTouched = false

    init(row: Int, base: Double) {
        self.row = Int32(row)
        self.base = base
    }

    /// Forgets that the series of bars was unbroken.
    mutating func breakBars() {
        barStart = .min
        slotStart = .min
        toldVolume = DaySlots.unknown
    }
}

/// The rows that the stream has spoken of today; a row without events costs four bytes.
struct StreamRows: Sendable {
    /// Number of a row's track; -1 without one, and may be short.
    private var trackOf: [Int32] = []
    /// In the order of their first events.
    var tracks: [StreamTrack] = []
    var seconds = TradeSeconds()
    /// Tracks with events since the last picture.
    private(set) var touched: [Int32] = []

    /// The track of a row; nil when the stream has not spoken of it.
    func track(ofRow row: Int) -> Int? {
        guard row < trackOf.count, trackOf[row] >= 0 else { return nil }
        return Int(trackOf[row])
    }

    /// The track of a row, made when it is new.
    mutating func track(ofRow row: Int, base: @autoclosure () -> Double) -> Int {
        if row < trackOf.count, trackOf[row] >= 0 { return Int(trackOf[row]) }
        while trackOf.count <= row { trackOf.append(-1) }
        trackOf[row] = Int32(tracks.count)
        tracks.append(StreamTrack(row: row, base: base()))
        return tracks.count - 1
    }

    /// Notes that a track has changed.
    @inline(__always)
    mutating func touch(_ track: Int) {
        if tracks[track].isTouched { return }
        tracks[track].isTouched = true
        touched.append(Int32(track))
    }

    /// Forgets what has changed, once it has been worked up.
    mutating func settle() {
        for track in touched { tracks[Int(track)].isTouched = false }
        touched.removeAll(keepingCapacity: true)
    }

    /// Takes the shares of a trade that no aggregate covers yet; `second` since 04:00 ET.
    @inline(__always)
    mutating func addTrades(track: Int, second: Int32, shares: Double, count: Int32, isNew: Bool, covered: Int32) {
        if tracks[track].ring < 0 { tracks[track].ring = seconds.addRing() }
        seconds.add(
            ring: tracks[track].ring,
            second: second,
            shares: isNew ? shares : 0,
            count: count,
            covered: covered
        )
        if isNew { tracks[track].pending += shares }
    }

    /// Takes a newer sum by the vendor: only trades from a second on (since 04:00 ET) count besides it.
    mutating func rebase(track: Int, to base: Double, from second: Int32) {
        tracks[track].base = base
        let ring = tracks[track].ring
        tracks[track].pending = ring < 0 ? 0 : seconds.rest(ring: ring, from: second)
    }
}
