import EngineAPI
import MarketData
import MarketTime

/// One step of a job.
struct Work: Sendable {
    enum Kind: Sendable {
        case dailyBars(DayID)
        case splits(from: DayID, through: DayID)
        /// Days, newest first, whose bars are wanted afterwards; empty when none are.
        case listing(Symbol, days: [DayID])
        /// Days, newest first, not empty.
        case bars(Symbol, days: [DayID])
    }

    var kind: Kind
    /// Failed tries in this round.
    var tries = 0
    /// Rounds that have used up all their tries.
    var rounds = 0
    /// Place in the queue among those of equal priority.
    var order = 0

    init(_ kind: Kind) { self.kind = kind }

    /// The question to the vendor.
    var fetch: HistoryFetch {
        switch kind {
        case .dailyBars(let day): .dailyBars(day)
        case .splits(let from, let through): .splits(from: from, through: through)
        case .listing(let symbol, _): .listing(symbol)
        case .bars(let symbol, let days):
            // Not empty, by the type's promise; a fallback instead of a trap.
            .bars(symbol, from: days.last ?? DayID(rawValue: 0), through: days.first ?? DayID(rawValue: 0))
        }
    }

    var symbol: Symbol? {
        switch kind {
        case .dailyBars, .splits: nil
        case .listing(let symbol, _), .bars(let symbol, _): symbol
        }
    }

    /// What it is about, for a sentence.
    var name: String {
        switch kind {
        case .dailyBars(let day): "daily bars of \(day.iso)"
        case .splits: "splits"
        case .listing(let symbol, _): "listing date of \(symbol.text)"
        case .bars(let symbol, _): symbol.text
        }
    }
}

/// Work in the order in which it is to be done.
struct WorkQueue: Sendable {
    private var items: [Work] = []
    private var head = 0
    private var nextOrder = 0

    var isEmpty: Bool { head == items.count }
    var count: Int { items.count - head }
    var first: Work? { head < items.count ? items[head] : nil }

    mutating func append(_ work: Work) {
        var work = work
        work.order = nextOrder
        nextOrder += 1
        items.append(work)
    }

    mutating func pushFront(_ work: Work) {
        if head > 0 {
            head -= 1
            items[head] = work
        } else {
            items.insert(work, at: 0)
        }
    }

    mutating func popFirst() -> Work? {
        guard let work = first else { return nil }
        head += 1
        if head == items.count { removeAll() }
        return work
    }

    mutating func removeAll() {
        items.removeAll(keepingCapacity: true)
        head = 0
    }

    /// Removes what `isUnwanted` says; returns how many.
    mutating func removeAll(where isUnwanted: (Work) -> Bool) -> Int {
        let before = count
        items.removeFirst(head)
        head = 0
        items.removeAll(where: isUnwanted)
        return before - count
    }

    /// Turns listing dates that bars wait for into their bars, and removes the others; returns how many there were.
    mutating func dropListings() -> Int {
        items.removeFirst(head)
        head = 0
        var dropped = 0
        items = items.compactMap { work in
            guard case .listing(let symbol, let days) = work.kind else { return work }
            dropped += 1
            guard !days.isEmpty else { return nil }
            var bars = Work(.bars(symbol, days: days))
            bars.order = work.order
            return bars
        }
        return dropped
    }

    /// Puts the symbols of a list first, in its order; the others keep theirs, and so does what has had all its tries once.
    mutating func reorder(by ranks: [Symbol: Int]) {
        items.removeFirst(head)
        head = 0
        // Ranks are looked up once each, not in every comparison.
        let ranked = items.map { work in
            (rank: work.rounds > 0 ? .max : work.symbol.flatMap { ranks[$0] } ?? .max, work: work)
        }
        items = ranked.sorted {
            ($0.work.rounds, $0.rank, $0.work.order) < ($1.work.rounds, $1.rank, $1.work.order)
        }
        .map(\.work)
    }
}

/// Things to be done at certain times, earliest first.
struct DueList<Item: Sendable>: Sendable {
    /// Latest first, so that taking the earliest moves nothing.
    private var items: [(due: Instant, item: Item)] = []

    var isEmpty: Bool { items.isEmpty }
    var count: Int { items.count }
    /// When the first one is due.
    var nextDue: Instant? { items.last?.due }

    mutating func add(_ item: Item, due: Instant) {
        // Before its equals: what was added earlier is taken earlier.
        var low = 0
        var high = items.count
        while low < high {
            let middle = (low + high) / 2
            if items[middle].due > due { low = middle + 1 } else { high = middle }
        }
        items.insert((due, item), at: low)
    }

    mutating func popDue(now: Instant) -> Item? {
        guard let last = items.last, last.due <= now else { return nil }
        items.removeLast()
        return last.item
    }

    mutating func removeAll() { items.removeAll() }

    /// Removes what `isUnwanted` says; returns how many.
    mutating func removeAll(where isUnwanted: (Item) -> Bool) -> Int {
        let before = count
        items.removeAll { isUnwanted($0.item) }
        return before - count
    }
}
