package import MarketData
package import MarketTime

// 122 marks of 11,000 rows at 8 bytes are 10.7 MB. A price is kept as Float (right to 6e-8 of it) and a volume as a whole
// number, exact up to 4.29 billion shares: as Float it would be off by 16 shares at 300 million. Each mark has columns of
// its own, so that a universe may grow between marks without anything being moved.

/// What price and volume were in the last 30 minutes: marks of all rows every 15 s, and the windows up to now they give.
///
/// The window of N minutes at a time t begins at the newest mark at or before t − N min, so it spans N minutes and up to
/// 15 s more. It is missing (NaN) where there is no such mark or it is more than ``slackSeconds`` older than that (late
/// start, sleep, a gap in being called), and where the row had no volume or price then. Volumes are whole shares and never
/// negative; a change whose price is the one marked is exactly 0.
package struct PriceWindows: Sendable {
    /// Seconds between marks.
    package static let markSeconds: Int64 = 15
    /// Marks kept: 30 minutes, and the one before them.
    package static let marksMax = 122
    /// How much older than the window's beginning its mark may be, seconds.
    package static let slackSeconds: Int64 = 30

    /// A volume nobody knew.
    fileprivate static let unknown = UInt32.max

    fileprivate struct Mark {
        var time = Int64.min
        var prices: [Float] = []
        var volumes: [UInt32] = []
    }

    /// A ring of up to ``marksMax``: the oldest at `first`, ascending by time.
    private var marks: [Mark] = []
    private var first = 0
    private var count = 0

    /// No marks yet: all windows are missing.
    package init() {}

    /// Marks held now.
    package var markCount: Int { count }

    /// Forgets all marks, for a new day or after an outage: what is marked then is no beginning of a window.
    package mutating func reset() {
        marks.removeAll()
        first = 0
        count = 0
    }

    /// Marks all rows as they are now if 15 s have begun since the last mark; call it as time passes, before applying
    /// what came at that time.
    ///
    /// Returns whether a mark was made.
    ///
    /// When time has gone back, marks that lie in the future now are forgotten.
    package mutating func mark(_ now: Instant, _ universe: Universe) -> Bool {
        let time = now.nanoseconds
        while count > 0, marks[position(count - 1)].time > time { count -= 1 }
        if count > 0, Self.beat(marks[position(count - 1)].time) == Self.beat(time) { return false }
        if count == Self.marksMax {
            first = (first + 1) % Self.marksMax
            count -= 1
        }
        let place = position(count)
        if place >= marks.count { marks.append(Mark()) }
        marks[place].fill(time: time, universe)
        count += 1
        return true
    }

    /// Sets the windows of all rows; 11,000 take about 0.1 ms.
    package func update(_ universe: inout Universe, at now: Instant) {
        for window in Window.allCases {
            let base = base(of: window, at: now)
            if let column = window.volume {
                let volume = universe.volume
                universe[keyPath: column].withUnsafeMutableBufferPointer { result in
                    Self.volumes(since: base?.volumes ?? [], now: volume, into: result)
                }
            }
            let price = universe.price
            universe[keyPath: window.change].withUnsafeMutableBufferPointer { result in
                Self.changes(since: base?.prices ?? [], now: price, into: result)
            }
        }
    }

    /// Sets the windows of these rows.
    package func update(_ universe: inout Universe, rows: [Int32], at now: Instant) {
        for window in Window.allCases {
            let base = base(of: window, at: now)
            if let column = window.volume {
                let volume = universe.volume
                universe[keyPath: column].withUnsafeMutableBufferPointer { result in
                    let marked = base?.volumes ?? []
                    for row in rows.lazy.map(Int.init) {
                        let since = row < marked.count ? marked[row] : Self.unknown
                        result[row] = Self.volume(since: since, now: volume[row])
                    }
                }
            }
            let price = universe.price
            universe[keyPath: window.change].withUnsafeMutableBufferPointer { result in
                let marked = base?.prices ?? []
                for row in rows.lazy.map(Int.init) {
                    result[row] = Self.change(since: row < marked.count ? marked[row] : .nan, now: price[row])
                }
            }
        }
    }

    /// Enters shares that were traded before `since` (ns) and are known only now.
    ///
    /// Windows that begin at `since` or later do not count them. A negative number takes shares back.
    package mutating func amend(row: Int, since: Int64, delta: Double) {
        var index = count - 1
        while index >= 0, marks[position(index)].time >= since {
            marks[position(index)].add(delta, row: row)
            index -= 1
        }
    }

    private func position(_ index: Int) -> Int { (first + index) % Self.marksMax }

    private static func beat(_ time: Int64) -> Int64 {
        let length = markSeconds * 1_000_000_000
        return time >= 0 ? time / length : -1 - (-1 - time) / length
    }

    /// The newest mark at or before a window's beginning; nil without one, and when it is too old.
    private func base(of window: Window, at now: Instant) -> Mark? {
        let start = now.adding(seconds: -60 * window.minutes)
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if marks[position(middle)].time <= start.nanoseconds { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let mark = marks[position(low - 1)]
        return mark.time >= start.adding(seconds: -Self.slackSeconds).nanoseconds ? mark : nil
    }

    private static func volumes(since base: [UInt32], now: [Double], into result: UnsafeMutableBufferPointer<Double>) {
        let marked = min(base.count, result.count)
        base.withUnsafeBufferPointer { base in
            now.withUnsafeBufferPointer { now in
                for row in 0..<marked { result[row] = volume(since: base[row], now: now[row]) }
            }
        }
        for row in marked..<result.count { result[row] = .nan }
    }

    private static func changes(since base: [Float], now: [Double], into result: UnsafeMutableBufferPointer<Double>) {
        let marked = min(base.count, result.count)
        base.withUnsafeBufferPointer { base in
            now.withUnsafeBufferPointer { now in
                for row in 0..<marked { result[row] = change(since: base[row], now: now[row]) }
            }
        }
        for row in marked..<result.count { result[row] = .nan }
    }

    private static func volume(since base: UInt32, now: Double) -> Double {
        let now = whole(now)
        if base == unknown || now == unknown { return .nan }
        return now > base ? Double(now - base) : 0
    }

    /// Both prices as marked, so that an unchanged one gives 0 and not a rounding error.
    private static func change(since base: Float, now: Double) -> Double {
        guard base > 0 else { return .nan }
        return (Double(Float(now)) - Double(base)) / Double(base) * 100
    }

    /// The nearest whole number; ``unknown`` for NaN and what does not fit.
    fileprivate static func whole(_ volume: Double) -> UInt32 {
        guard volume >= 0, volume < 4_294_967_294 else { return unknown }
        return UInt32(volume + 0.5)
    }

    private enum Window: CaseIterable {
        case one
        case two
        case five
        case ten
        case fifteen
        case thirty

        var minutes: Int64 {
            switch self {
            case .one: 1
            case .two: 2
            case .five: 5
            case .ten: 10
            case .fifteen: 15
            case .thirty: 30
            }
        }

        /// Nil where only the change is wanted.
        var volume: WritableKeyPath<Universe, [Double]>? {
            switch self {
            case .one: \.volume1m
            case .two: nil
            case .five: \.volume5m
            case .ten: \.volume10m
            case .fifteen: \.volume15m
            case .thirty: \.volume30m
            }
        }

        var change: WritableKeyPath<Universe, [Double]> {
            switch self {
            case .one: \.change1m
            case .two: \.change2m
            case .five: \.change5m
            case .ten: \.change10m
            case .fifteen: \.change15m
            case .thirty: \.change30m
            }
        }
    }
}

extension PriceWindows.Mark {
    fileprivate mutating func fill(time: Int64, _ universe: Universe) {
        self.time = time
        prices.removeAll(keepingCapacity: true)
        volumes.removeAll(keepingCapacity: true)
        prices.reserveCapacity(universe.count)
        volumes.reserveCapacity(universe.count)
        for row in 0..<universe.count {
            prices.append(Float(universe.price[row]))
            volumes.append(PriceWindows.whole(universe.volume[row]))
        }
    }

    fileprivate mutating func add(_ delta: Double, row: Int) {
        guard row < volumes.count, volumes[row] != PriceWindows.unknown else { return }
        volumes[row] = PriceWindows.whole(max(0, Double(volumes[row]) + delta))
    }
}
