import EngineAPI
import History
import MarketData
import MarketTime

/// Runs a plan against scripted vendors and a store in memory, on a simulated clock.
struct ReferenceDriver {
    var plan: ReferencePlan
    var now = Instant(seconds: 1000)
    let calendar = ExchangeCalendar()

    /// What vendors answer; nil keeps the question under way.
    var vendor: (ReferenceFetch) -> ReferenceAnswer? = { _ in nil }
    /// Why a write fails; nil for success.
    var writeFault: (ReferenceWrite) -> String? = { _ in nil }
    var readFault: () -> String? = { nil }

    // The store.
    var progress: [ReferencePart: ReferenceProgress] = [:]
    var facts: [Symbol: ReferenceFact] = [:]
    var answered: [ReferencePart: [Symbol: DayID]] = [:]
    var unknown: [ReferencePart: [Symbol: DayID]] = [:]

    private(set) var fetches: [ReferenceFetch] = []
    private(set) var writes: [ReferenceWrite] = []
    private(set) var reads: [ReferenceReading] = []
    private(set) var notes: [String] = []
    private(set) var phases: [ReferenceStatus.Phase] = []
    private(set) var handOvers: [Instant] = []
    private(set) var underWay: [ReferenceFetch] = []
    private(set) var underWayMax = 0
    private(set) var stamp: DayID?

    init(_ settings: ReferenceSettings = ReferenceSettings()) { plan = ReferencePlan(settings: settings) }

    var phase: ReferenceStatus.Phase? { phases.last }

    /// The same store with a new plan, as after a restart.
    func restarted(_ settings: ReferenceSettings = ReferenceSettings()) -> Self {
        var driver = Self(settings)
        driver.vendor = vendor
        driver.progress = progress
        driver.facts = facts
        driver.answered = answered
        driver.unknown = unknown
        driver.now = now
        return driver
    }

    /// Takes inputs and everything that follows from them at this moment.
    mutating func take(_ inputs: [ReferenceInput] = []) {
        var inputs = inputs
        var rounds = 0
        repeat {
            let effects = plan.step(inputs, now: now)
            inputs = effects.compactMap { carryOut($0) }
            rounds += 1
            precondition(rounds < 100_000, "Invariant: a plan comes to rest")
        } while !inputs.isEmpty
    }

    mutating func begin(_ day: DayID) { take([.day(day, calendar)]) }

    /// Answers a question that was kept under way.
    mutating func answer(_ fetch: ReferenceFetch, _ answer: ReferenceAnswer) {
        underWay.removeAll { $0 == fetch }
        take([.answer(fetch, answer)])
    }

    /// Goes on to the plan's next moment; false when it has none.
    mutating func wait() -> Bool {
        guard let due = plan.nextDue else { return false }
        now = due
        take()
        return true
    }

    /// Runs until nothing is due, at most for so long.
    mutating func run(seconds: Int64) {
        let end = now.adding(seconds: seconds)
        while let due = plan.nextDue, due <= end {
            now = due
            take()
        }
        now = end
        take()
    }

    private mutating func carryOut(_ effect: ReferenceEffect) -> ReferenceInput? {
        switch effect {
        case .read(let reading):
            reads.append(reading)
            if let sentence = readFault() { return .storeFailed(sentence: sentence) }
            return .stored(stored(reading))
        case .fetch(let fetch):
            fetches.append(fetch)
            underWay.append(fetch)
            underWayMax = max(underWayMax, underWay.count)
            guard let answer = vendor(fetch) else { return nil }
            underWay.removeAll { $0 == fetch }
            return .answer(fetch, answer)
        case .write(let write, let id):
            if let sentence = writeFault(write) { return .writeFailed(id: id, sentence: sentence) }
            store(write)
            return .written(id: id)
        case .handOver: handOvers.append(now)
        case .report(let phase, let stamp):
            phases.append(phase)
            self.stamp = stamp
        case .note(let note): notes.append(note)
        }
        return nil
    }

    private mutating func store(_ write: ReferenceWrite) {
        writes.append(write)
        let part = write.progress.part
        progress[part] = write.progress
        for fact in write.facts {
            var stored = facts[fact.symbol] ?? ReferenceFact(symbol: fact.symbol)
            stored.name = fact.name ?? stored.name
            stored.type = fact.type ?? stored.type
            stored.sector = fact.sector ?? stored.sector
            stored.floatShares = fact.floatShares ?? stored.floatShares
            stored.marketCap = fact.marketCap ?? stored.marketCap
            facts[fact.symbol] = stored
            answered[part, default: [:]][fact.symbol] = write.progress.day
        }
        for symbol in write.unknown { unknown[part, default: [:]][symbol] = write.progress.day }
    }

    private func stored(_ reading: ReferenceReading) -> ReferenceStored {
        func since(_ table: [Symbol: DayID]?, _ day: DayID) -> Set<Symbol> {
            Set((table ?? [:]).filter { $0.value >= day }.keys)
        }
        return ReferenceStored(
            progress: progress.values.sorted { $0.part.rawValue < $1.part.rawValue },
            tickers: facts.values.map { ListedTicker(symbol: $0.symbol, type: $0.type, isNamed: $0.name != nil) },
            capped: since(answered[.marketCaps], reading.capsSince).union(
                since(unknown[.marketCaps], reading.capsSince)
            ),
            profiled: since(answered[.profiles], reading.profilesSince)
                .union(since(unknown[.profiles], reading.unknownSince))
        )
    }
}

/// A market of made-up tickers, and vendors that know all about it.
struct ReferenceMarket {
    var symbols: [Symbol]
    var pageSize = 100

    init(_ count: Int) {
        symbols = (0..<count).compactMap { Symbol("A" + String(10_000 + $0)) }
    }

    func fact(_ symbol: Symbol, _ fill: (inout ReferenceFact) -> Void) -> ReferenceFact {
        var fact = ReferenceFact(symbol: symbol)
        fill(&fact)
        return fact
    }

    /// The whole truth.
    func answer(_ fetch: ReferenceFetch) -> ReferenceAnswer {
        switch fetch {
        case .tickers(let after):
            let rest = symbols.drop { symbol in after.map { symbol.text <= $0 } ?? false }
            let page = rest.prefix(pageSize)
            let facts = page.map {
                fact($0) {
                    $0.name = "Company"; $0.type = "CS"
                }
            }
            return .facts(facts, next: rest.count > pageSize ? page.last?.text : nil, rejected: 0)
        case .floats(let page):
            let rows = symbols.dropFirst(page * pageSize).prefix(pageSize)
            return .facts(rows.map { fact($0) { $0.floatShares = 5 } }, next: rows.isEmpty ? nil : "x", rejected: 0)
        case .marketCaps(let asked):
            return .facts(asked.map { fact($0) { $0.marketCap = 7 } }, next: nil, rejected: 0)
        case .profile(let symbol):
            return .facts(
                [
                    fact(symbol) {
                        $0.sector = "Energy"; $0.name = "Other Name"
                    }
                ],
                next: nil,
                rejected: 0
            )
        }
    }
}

extension ReferenceFetch {
    /// `t`, `f`, `c` or `p`, with what tells it apart.
    var mark: String {
        switch self {
        case .tickers(let after): "t\(after ?? "")"
        case .floats(let page): "f\(page)"
        case .marketCaps(let symbols): "c\(symbols.count)"
        case .profile(let symbol): "p\(symbol.text)"
        }
    }
}
