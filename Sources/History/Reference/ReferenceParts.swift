import EngineAPI
import MarketData
import MarketTime

/// Where a part stands on a trading day.
enum ReferencePartState: Hashable, Sendable {
    /// Not known yet what is due.
    case pending
    /// Being loaded.
    case active
    /// Everything is there.
    case complete
    /// Nobody to ask, for want of a key.
    case off
    /// The vendor does not give it.
    case refused(String)

    /// Whether nothing more will come today.
    var isSettled: Bool {
        switch self {
        case .complete, .off, .refused: true
        case .pending, .active: false
        }
    }

    /// Whether the vendor does not give it.
    var isRefused: Bool {
        if case .refused = self { true } else { false }
    }
}

/// A part that comes in pages, one after another.
struct ReferencePages: Sendable {
    /// Symbols by which a page is known again.
    private static let signatureSize = 8

    var state = ReferencePartState.pending
    /// Where to go on: a ticker or a page's number; empty at the beginning.
    var cursor = ""
    /// Pages taken by this process.
    private(set) var pages = 0
    private var seen: Set<[Symbol]> = []

    var isActive: Bool { state == .active }

    /// Begins, or goes on where the store says.
    mutating func begin(_ progress: ReferenceProgress?) {
        state = progress?.isComplete == true ? .complete : .active
        cursor = progress?.cursor ?? ""
    }

    /// Notes a page; false when one that began the same has come already.
    mutating func note(_ facts: [ReferenceFact]) -> Bool {
        pages += 1
        let signature = facts.prefix(Self.signatureSize).map(\.symbol)
        // A page without a symbol of this market says nothing.
        return signature.isEmpty || seen.insert(signature).inserted
    }
}

/// Market capitalisations that are to be asked for, in batches.
struct CapQueue: Sendable {
    struct Batch: Sendable {
        var symbols: [Symbol]
        var tries = 0
    }

    var state = ReferencePartState.pending
    /// What is to be asked next is last.
    private var batches: [Batch] = []
    /// Tries of what is under way, by its first symbol.
    private var tries: [Symbol: Int] = [:]
    /// Batches done by this process.
    private(set) var done = 0
    /// Batches in a row that were not known.
    private(set) var fruitless = 0

    var isActive: Bool { state == .active }
    /// Batches that have not been answered.
    var left: Int { batches.count + tries.count }
    var hasNext: Bool { isActive && !batches.isEmpty }

    mutating func fill(_ symbols: [Symbol]) {
        batches = stride(from: 0, to: symbols.count, by: ReferencePlan.batchSize).map { start in
            Batch(symbols: Array(symbols[start..<min(start + ReferencePlan.batchSize, symbols.count)]))
        }
        batches.reverse()
    }

    mutating func next() -> [Symbol]? {
        guard let batch = batches.popLast(), let first = batch.symbols.first else { return nil }
        tries[first] = batch.tries
        return batch.symbols
    }

    /// What is under way is done.
    mutating func finish(_ symbols: [Symbol], isFruitful: Bool) {
        if let first = symbols.first { tries[first] = nil }
        done += 1
        fruitless = isFruitful ? 0 : fruitless + 1
    }

    /// The plan does not include one of the symbols, and does not say which: each half by itself.
    mutating func split(_ symbols: [Symbol]) {
        if let first = symbols.first { tries[first] = nil }
        fruitless += 1
        let middle = symbols.count / 2
        batches.append(Batch(symbols: Array(symbols[middle...])))
        batches.append(Batch(symbols: Array(symbols[..<middle])))
    }

    /// Puts a batch that failed behind the others; false when it has failed so often that it is left.
    mutating func retry(_ symbols: [Symbol], counts: Bool) -> Bool {
        guard let first = symbols.first else { return false }
        let failed = (tries.removeValue(forKey: first) ?? 0) + (counts ? 1 : 0)
        guard failed < ReferencePlan.triesMax else {
            done += 1
            return false
        }
        batches.insert(Batch(symbols: symbols, tries: failed), at: 0)
        return true
    }

    mutating func end(_ state: ReferencePartState) {
        self.state = state
        batches = []
        tries = [:]
    }
}

/// Profiles that are to be asked for, one by one.
struct ProfileQueue: Sendable {
    var state = ReferencePartState.pending
    /// What is to be asked next is last.
    private var symbols: [Symbol] = []
    private var tries: [Symbol: Int] = [:]
    /// Asked and not answered.
    private var underWay: Set<Symbol> = []
    /// Profiles done by this process.
    private(set) var done = 0
    /// Answers that wait for company to be written.
    private(set) var held: [ReferenceFact] = []
    private(set) var heldUnknown: [Symbol] = []
    private(set) var heldSince: Instant?

    var isActive: Bool { state == .active }
    /// Symbols that have not been answered.
    var left: Int { symbols.count + underWay.count }
    var hasNext: Bool { isActive && !symbols.isEmpty }
    var heldCount: Int { held.count + heldUnknown.count }

    mutating func fill(_ symbols: [Symbol], wanted: [Symbol]) {
        self.symbols = symbols.reversed()
        reorder(by: wanted)
    }

    /// Puts the symbols of a list first, in its order; the others keep theirs.
    mutating func reorder(by wanted: [Symbol]) {
        guard !symbols.isEmpty, !wanted.isEmpty else { return }
        var ranks: [Symbol: Int] = [:]
        for symbol in wanted where ranks[symbol] == nil { ranks[symbol] = ranks.count }
        // What failed stays behind; the list is short, so only its members are moved.
        let isMoved = { (symbol: Symbol) in ranks[symbol] != nil }
        let moved = symbols.filter { isMoved($0) && tries[$0] == nil }
        guard !moved.isEmpty else { return }
        symbols.removeAll { isMoved($0) && tries[$0] == nil }
        symbols += moved.sorted { ranks[$0] ?? 0 > ranks[$1] ?? 0 }
    }

    mutating func next() -> Symbol? {
        guard let symbol = symbols.popLast() else { return nil }
        underWay.insert(symbol)
        return symbol
    }

    mutating func finish(_ symbol: Symbol, _ fact: ReferenceFact?, now: Instant) {
        underWay.remove(symbol)
        tries[symbol] = nil
        done += 1
        if let fact { held.append(fact) } else { heldUnknown.append(symbol) }
        heldSince = heldSince ?? now
    }

    /// Puts a symbol that failed behind the others; false when it has failed so often that it is left.
    mutating func retry(_ symbol: Symbol, counts: Bool) -> Bool {
        underWay.remove(symbol)
        let failed = tries[symbol, default: 0] + (counts ? 1 : 0)
        tries[symbol] = failed
        guard failed < ReferencePlan.triesMax else {
            tries[symbol] = nil
            done += 1
            return false
        }
        symbols.insert(symbol, at: 0)
        return true
    }

    mutating func takeHeld() -> (facts: [ReferenceFact], unknown: [Symbol]) {
        defer {
            held = []
            heldUnknown = []
            heldSince = nil
        }
        return (held, heldUnknown)
    }

    mutating func end(_ state: ReferencePartState) {
        self.state = state
        symbols = []
        tries = [:]
        underWay = []
    }
}
