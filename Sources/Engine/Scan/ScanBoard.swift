import EngineAPI
import FilterLanguage
import MarketData
import MarketTime

// All lists are worked out in one pass over columns taken once: after every snapshot, and at most once a second otherwise.
// `@name` in a filter means who was on that list before the pass, so that the order of lists in the book decides nothing.

/// The trader's lists at work, the lists of symbols, what filters have been compiled to, and the why-log.
struct ScanBoard: Sendable {
    /// Least time between two passes without a snapshot, ns of market time.
    static let pauseNs: Int64 = 1_000_000_000
    /// Columns that every entry and record carries.
    private static let told: Set<ColumnID> = [.last, .volume, .rvol, .changePercent, .marketCap]

    private(set) var book = ScanBook()
    private(set) var lists: [ScanList] = []
    private var symbolLists: [String: SymbolList] = [:]
    /// Rows of lists of symbols, as long as no ticker has come.
    private var symbolMasks: [String: [Bool]] = [:]
    var shelf = FilterShelf()
    private(set) var log = WhyLog()
    private var scratch = ScanScratch()
    /// Grows with every pass and with every change of the book.
    private(set) var version: UInt64 = 0
    private var passedAt: Instant?
    private var passedVersion: UInt64?
    /// Minute of market time in which all lists were last recorded in full.
    private var fullMinute: Int64?
    /// The book or the lists of symbols have changed since the last pass.
    private var isChanged = false

    /// Whether a pass is due.
    func isDue(now: Instant, hasSnapshot: Bool, dataVersion: UInt64, isDirty: Bool) -> Bool {
        guard !lists.isEmpty else { return false }
        if hasSnapshot || isChanged { return true }
        guard dataVersion != passedVersion || isDirty else { return false }
        // A clock that was set back does not prolong the pause.
        return passedAt.map { abs(now.nanoseconds(since: $0)) >= Self.pauseNs } ?? true
    }

    /// The list of a name.
    func list(_ name: String) -> ScanList? { lists.first { $0.definition.name == name } }

    /// The lists that are followed by the second.
    var followed: [ScanList] { lists.filter(\.definition.isFollowed) }

    /// The lists a row is on, in the lists' order.
    func memberships(row: Int) -> [TickerAbout.Membership] {
        lists.compactMap { list in
            guard let place = list.members.firstIndex(where: { Int($0.row) == row }) else { return nil }
            return TickerAbout.Membership(
                list: list.definition.name,
                rank: place + 1,
                bestRank: Int(list.members[place].bestRank),
                since: Instant(nanoseconds: list.members[place].since)
            )
        }
    }

    /// Takes the lists from now on.
    mutating func use(_ newBook: ScanBook) {
        let presetsChanged = newBook.presets != book.presets
        book = newBook
        isChanged = true
        version += 1
        updateScope()
        let old = Dictionary(lists.map { ($0.definition.name, $0) }) { first, _ in first }
        var names: Set<String> = []
        lists = newBook.lists.prefix(2 * ScanBook.listsMax).map { definition in
            let problem = Self.problem(of: definition, names.insert(definition.name).inserted, count: names.count)
            guard let known = old[definition.name], problem == nil else {
                return ScanList(definition, problem: problem, &shelf)
            }
            let mayMeanOther = presetsChanged && definition.mentions("$")
            guard !mayMeanOther, known.isRunnable, known.isSameRule(definition) else {
                var list = ScanList(definition, problem: nil, &shelf)
                if known.isRunnable, list.isRunnable { list.inherit(known) }
                return list
            }
            var list = known
            list.rename(definition)
            return list
        }
        recheckNames()
    }

    /// Takes the lists of symbols from now on.
    mutating func use(_ newLists: [SymbolList]) {
        symbolLists = Dictionary(newLists.map { ($0.name, $0) }) { first, _ in first }
        symbolMasks = [:]
        isChanged = true
        version += 1
        updateScope()
        recheckNames()
    }

    /// Forgets who is on the lists; the why-log stays.
    mutating func resetDay() {
        for index in lists.indices { lists[index].resetDay() }
        fullMinute = nil
        version += 1
    }

    /// The columns that a pass in a session needs; nil when no list is worked out.
    func needs(in session: MarketSession) -> ColumnNeeds? {
        var needs = ColumnNeeds(numbers: Self.told)
        var isNone = true
        for list in lists where isWorkedOut(list, in: session) {
            list.add(to: &needs)
            isNone = false
        }
        return isNone ? nil : needs
    }

    /// Who is on a list by name, per row; nil when there is none of that name.
    mutating func mask(_ name: String, _ universe: borrowing Universe) -> [Bool]? {
        if let list = symbolLists[name] {
            if let known = symbolMasks[name], known.count == universe.count { return known }
            var mask = Array(repeating: false, count: universe.count)
            for symbol in list.symbols.prefix(SymbolList.symbolsMax) {
                if let row = universe.id(of: symbol)?.row { mask[row] = true }
            }
            symbolMasks[name] = mask
            return mask
        }
        guard let list = list(name) else { return nil }
        var mask = Array(repeating: false, count: universe.count)
        for member in list.members where Int(member.row) < mask.count { mask[Int(member.row)] = true }
        return mask
    }

    /// Works out all lists of a session, and says what has changed.
    mutating func pass(_ data: ScanData, session: MarketSession, day: DayID, dataVersion: UInt64) -> ScanFindings {
        var findings = ScanFindings(time: data.now, day: day)
        let minute = data.now.seconds / 60
        let isOfToday = NewYork.wall(at: data.now).day == day
        let isFull = minute != fullMinute
        scratch.begin(data)
        for index in lists.indices where isWorkedOut(lists[index], in: session) {
            let isTold = lists[index].isActive(in: session) && isOfToday
            lists[index].run(data, &scratch, isTold: isTold, isFull: isFull, into: &findings)
            if isTold, isFull { fullMinute = minute }
        }
        version += 1
        skip(now: data.now, dataVersion: dataVersion)
        log.add(findings.events)
        return findings
    }

    /// Notes that all there is to work out has been.
    mutating func skip(now: Instant, dataVersion: UInt64) {
        passedAt = now
        passedVersion = dataVersion
        isChanged = false
    }

    /// How the lists stand.
    func states(in session: MarketSession, now: Instant) -> [ListState] {
        lists.map { list in
            var state = ListState(name: list.definition.name, title: list.definition.title)
            state.matchCount = list.matchCount
            state.unknownCount = list.unknownCount
            state.newCount = list.members.count { abs(now.nanoseconds - $0.since) < ScanList.minuteNs && $0.since > 0 }
            state.isActive = list.isActive(in: session)
            state.problem = list.problem
            return state
        }
    }

    /// While the market is closed a list that has not been worked out today shows what the last data make of it.
    private func isWorkedOut(_ list: ScanList, in session: MarketSession) -> Bool {
        list.isRunnable && (list.isActive(in: session) || (session == .closed && !list.hasRun))
    }

    private mutating func updateScope() {
        let names = Set(book.lists.map(\.name)).union(symbolLists.keys)
        shelf.use(presets: book.presets, lists: names)
    }

    /// Compiles those lists anew that names have come or gone for; one that still compiles goes on as it was.
    private mutating func recheckNames() {
        for index in lists.indices {
            let list = lists[index]
            guard list.definition.mentions("@") || list.definition.mentions("$") else { continue }
            let fresh = ScanList(list.definition, problem: nil, &shelf)
            guard fresh.isRunnable != list.isRunnable, !list.isRefused else { continue }
            lists[index] = fresh
        }
    }

    private static func problem(of definition: ScanDefinition, _ isFirst: Bool, count: Int) -> String? {
        if !isFirst { return "another list of this name comes before it: give it another name" }
        if count > ScanBook.listsMax { return "more than \(ScanBook.listsMax) lists: this one is left out" }
        if !ScanDefinition.isName(definition.name) {
            return "a list's name has lower-case letters, digits, - and _ only, at most \(ScanDefinition.nameMax)"
        }
        return nil
    }
}

extension ScanDefinition {
    /// Whether its texts refer to a name of a kind: `$` presets, `@` lists.
    fileprivate func mentions(_ sign: Character) -> Bool { filter.contains(sign) || exit?.contains(sign) ?? false }
}
