import EngineAPI

/// One tape: its single prints, the lines they make, and what is counted about them.
struct Tape: Sendable {
    private(set) var prints: LineRing
    /// Prints joined to lines; nil while nobody wants to see them.
    ///
    /// A line has the number of its first print.
    private(set) var lines: LineRing?
    /// Prints so far.
    private(set) var printsBegun: UInt64 = 0
    /// Lines so far.
    private(set) var linesBegun: UInt64 = 0
    /// Trades that were only summed and have no line.
    var conflated = 0
    var rates = RateRing()
    /// Numbers of the prints are above this.
    private let base: UInt64

    /// A tape; numbers go on above `base`, so that a tape begun anew never repeats one.
    init(limit: Int, base: UInt64, hasLines: Bool) {
        prints = LineRing(limit: limit)
        lines = hasLines ? LineRing(limit: limit) : nil
        self.base = base
    }

    /// The highest number given.
    var lastNumber: UInt64 { base + printsBegun }

    /// What a print has done to the lines.
    struct Change: Sendable {
        /// The print with its number.
        var print: TapeLine
        /// The line it joined, as it was before; nil when it began one.
        var before: TapeLine?
        /// The line it is in now.
        var after: TapeLine
        /// The line's sequence number, when lines are kept.
        var sequence: Int?
    }

    /// Appends a print, to the line with a sequence number if that is still here.
    ///
    /// Without lines `joins` alone says whether a line begins.
    mutating func append(_ line: TapeLine, joins: Bool, sequence: Int?) -> Change {
        printsBegun += 1
        var print = line
        print.number = lastNumber
        prints.append(print)
        if joins, let sequence, let index = lines?.index(ofSequence: sequence), let before = lines?[index] {
            lines?.add(print, to: index)
            return Change(print: print, before: before, after: lines?[index] ?? print, sequence: sequence)
        }
        if joins, lines == nil { return Change(print: print, before: nil, after: print, sequence: nil) }
        linesBegun += 1
        lines?.append(print)
        return Change(print: print, before: nil, after: print, sequence: lines?.appended)
    }

    /// Keeps so many prints and, if wanted, their lines; lines wanted anew are made of the prints that are kept.
    ///
    /// For a tape of one ticker: a print joins the line of the one before it.
    mutating func keep(_ limit: Int, hasLines: Bool) {
        prints.keep(limit)
        guard hasLines else {
            lines = nil
            return
        }
        guard lines == nil else {
            lines?.keep(limit)
            return
        }
        var made = LineRing(limit: limit)
        for index in 0..<prints.count {
            let print = prints[index]
            if made.count > 0, made[made.count - 1].takes(print) {
                made.add(print, to: made.count - 1)
            } else {
                made.append(print)
            }
        }
        lines = made
    }

    /// The newest lines that pass, newest first, at most `max`.
    func newest(_ max: Int, _ sieve: TapeSieve, aggregates: Bool) -> [TapeLine] {
        let ring = aggregates ? lines ?? prints : prints
        var found: [TapeLine] = []
        found.reserveCapacity(min(max, ring.count))
        var index = ring.count - 1
        while index >= 0, found.count < max {
            let line = ring[index]
            if sieve.passes(line) { found.append(line) }
            index -= 1
        }
        return found
    }

    /// How many of the lines that are kept pass.
    func count(_ sieve: TapeSieve, aggregates: Bool) -> UInt64 {
        let ring = aggregates ? lines ?? prints : prints
        var count: UInt64 = 0
        for index in 0..<ring.count where sieve.passes(ring[index]) { count += 1 }
        return count
    }

    /// Prints with numbers above `number`, oldest first, at most `max`.
    func prints(after number: UInt64, max: Int) -> [TapeLine] {
        let oldest = lastNumber - UInt64(prints.count) + 1
        let start = number < oldest ? 0 : Int(clamping: number - oldest + 1)
        guard start < prints.count, max > 0 else { return [] }
        return (start..<min(prints.count, start + max)).map { prints[$0] }
    }
}
