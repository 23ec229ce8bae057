import EngineAPI
import MarketData

/// A line as a tape keeps it: 72 bytes, its ticker by the universe's row.
struct TapeLine: Sendable {
    var number: UInt64 = 0
    var time: Int64
    var price: Double
    var size: Double
    var bid: Double
    var ask: Double
    var conditions: PackedCodes
    var row: Int32
    var count: Int32
    /// ``PrintFlags`` by their bits, with ``Bits/repetition`` and ``Bits/offMarket``.
    var flags: UInt16
    var trf: UInt16
    var side: TradeSide
    var exchange: UInt8

    /// The bits of ``PrintFlags`` as literals: sets of them, made a million times a second, cost more than the tape does.
    enum Bits {
        static let oddLot: UInt16 = 1
        static let dark: UInt16 = 2
        static let auction: UInt16 = 4
        static let block: UInt16 = 8
        static let notLast: UInt16 = 16
        static let extendedHours: UInt16 = 32
        static let dayHigh: UInt16 = 64
        static let dayLow: UInt16 = 128
        static let sweep: UInt16 = 256
        static let halt: UInt16 = 512
        static let resume: UInt16 = 1024
        /// Not shown: the trade repeats an auction, it adds no volume.
        static let repetition: UInt16 = 1 << 15
        /// Not shown: the price was made elsewhere or earlier (late, average, derived), and meets no quote.
        static let offMarket: UInt16 = 1 << 14

        /// What the caller may say of a trade.
        static let ofCaller = dayHigh | dayLow | extendedHours
        /// A line with one of these takes no other trade.
        static let alone = halt | resume | repetition
        /// What is said of a line when it is true of any of its trades.
        static let ofAny = auction | block | dayHigh | dayLow | sweep
    }

    /// How long after its newest trade a line takes another, ns.
    static let joinNs: Int64 = 100_000_000

    /// Whether a trade of the same ticker is part of this line: same price and side, within 100 ms of its newest trade.
    ///
    /// A halt, and a trade that repeats another (it adds no volume), are lines of their own.
    func takes(_ next: Self) -> Bool {
        price == next.price && side == next.side && (flags | next.flags) & Bits.alone == 0
            && next.time <= time &+ Self.joinNs
            && next.time >= time &- Self.joinNs
    }

    /// Adds a trade to the line.
    ///
    /// What is true of any of its trades stays said (a new high, a sweep, an auction, a block); what makes a line lesser
    /// (odd lot, dark, not the last price, extended hours) only while it is true of all.
    mutating func add(_ next: Self) {
        time = max(time, next.time)
        size += next.size
        count &+= next.count
        flags = (flags | next.flags) & Bits.ofAny | flags & next.flags
        bid = next.bid
        ask = next.ask
    }

    /// As screens and pipes see it.
    func shown(_ symbol: Symbol) -> TapePrint {
        TapePrint(
            number: number,
            symbol: symbol,
            time: time,
            price: price,
            size: size,
            count: count,
            side: side,
            exchange: exchange,
            trf: trf,
            conditions: conditions,
            flags: PrintFlags(rawValue: flags & ~(Bits.repetition | Bits.offMarket)),
            bid: bid,
            ask: ask
        )
    }
}

/// A bounded ring of lines, growing with them.
struct LineRing: Sendable {
    private var lines: [TapeLine] = []
    private var first = 0
    private(set) var limit: Int
    /// Lines ever appended: the last has this sequence number, from 1.
    private(set) var appended = 0

    init(limit: Int) { self.limit = max(1, limit) }

    var count: Int { lines.count }

    /// The line of an index, 0 the oldest.
    subscript(_ index: Int) -> TapeLine { lines[position(index)] }

    /// Appends a line, in place of the oldest when the ring is full.
    mutating func append(_ line: TapeLine) {
        appended += 1
        if lines.count < limit {
            lines.append(line)
        } else {
            lines[first] = line
            first = first + 1 == limit ? 0 : first + 1
        }
    }

    /// The index of a line by its sequence number; nil when it is not here any more.
    func index(ofSequence sequence: Int) -> Int? {
        let index = sequence - 1 - (appended - lines.count)
        return index >= 0 && index < lines.count ? index : nil
    }

    /// Adds a trade to the line of an index.
    mutating func add(_ next: TapeLine, to index: Int) { lines[position(index)].add(next) }

    /// Changes how many lines are kept; when they become fewer, the newest stay and memory is given back.
    mutating func keep(_ limit: Int) {
        let limit = max(1, limit)
        guard limit != self.limit else { return }
        let kept = min(count, limit)
        var straight: [TapeLine] = []
        straight.reserveCapacity(kept)
        for index in count - kept..<count { straight.append(self[index]) }
        lines = straight
        first = 0
        self.limit = limit
    }

    private func position(_ index: Int) -> Int {
        let position = first + index
        return position >= lines.count ? position - lines.count : position
    }
}
