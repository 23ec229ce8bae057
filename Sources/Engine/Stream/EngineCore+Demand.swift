import EngineAPI
import MarketData
import MarketTime

extension EngineCore {
    /// Takes what the trader looks at.
    mutating func look(_ looked: LookedAt, now: Instant) {
        planner.look(looked, now: now.nanoseconds)
        tape.lookAt(rows: planner.lookedAtSymbols.compactMap { universe.id(of: $0)?.row })
    }

    /// Takes the trader's own list.
    mutating func watch(_ symbols: [Symbol]) {
        planner.watch(symbols)
        for symbol in planner.watchlist { _ = intern(symbol) }
        markShortList()
        tape.lookAt(rows: planner.lookedAtSymbols.compactMap { universe.id(of: $0)?.row })
    }

    /// Reads the short list anew from the scan's order when that is due, and says what is to be subscribed when that has
    /// changed.
    mutating func planSubscriptions(now: Instant, session: MarketSession, into outputs: inout [EngineOutput]) {
        if planner.wantsShortList(now: now.nanoseconds) {
            planner.take(shortList: inPlay(now: now, session: session), now: now.nanoseconds)
            markShortList()
        }
        guard let plan = planner.plan(now: now.nanoseconds) else { return }
        for pair in plan.dropped {
            guard let symbol = pair.symbol else { continue }
            unsubscribe(symbol, pair.topic)
        }
        for symbol in plan.demand.pairs.lazy.compactMap(\.symbol) {
            guard let row = universe.id(of: symbol)?.row, let track = streamRows.track(ofRow: row) else { continue }
            streamRows.tracks[track].isDropped = false
        }
        noteTrades(now: now)
        outputs.append(.demand(plan.demand))
    }

    /// Tickers in play that have traded today: the rows on the screen, then those on the lists that are followed, by rank.
    ///
    /// Without any lists the first of the scan; without a scan those with the most dollars.
    private mutating func inPlay(now: Instant, session: MarketSession) -> [Symbol] {
        let count = stream.settings.shortListMax
        guard count > 0 else { return [] }
        guard board.lists.isEmpty else { return union(max: count, now: now, session: session) }
        guard let query else { return gapState.shortList.prefix(count).filter { !$0.isTestTicker } }
        return ranked(query, now: now, session: session) { ranking, subject, data, core in
            ranking.first(
                count,
                of: query,
                subject,
                data,
                core.universe,
                dataVersion: core.dataVersion,
                where: Self.isInPlay
            )
        }.map { universe.symbols[$0] }
    }

    /// The rows of the query in force, and then of all lists the first, the second, and so on: each ticker once.
    private mutating func union(max count: Int, now: Instant, session: MarketSession) -> [Symbol] {
        var rows: [Int] = []
        var seen: Set<Int> = []
        func take(_ row: Int) {
            guard rows.count < count, Self.isInPlay(universe, row), seen.insert(row).inserted else { return }
            rows.append(row)
        }
        if let query {
            let shown = ranked(query, now: now, session: session) { ranking, subject, data, core in
                ranking.shown(query, subject, data, core.universe, dataVersion: core.dataVersion)
            }
            for row in shown { take(row) }
        }
        let lists = board.followed.map(\.members)
        for rank in 0..<(lists.map(\.count).max() ?? 0) where rows.count < count {
            for members in lists where rank < members.count { take(Int(members[rank].row)) }
        }
        return rows.map { universe.symbols[$0] }
    }

    private static func isInPlay(_ universe: borrowing Universe, _ row: Int) -> Bool {
        universe.dollarVolume[row] > 0 && !universe.flags[row].contains(.testTicker)
    }

    /// Rows of the query in force, in the order of its last answer when nothing has changed since.
    private mutating func ranked(
        _ query: ScanQuery,
        now: Instant,
        session: MarketSession,
        _ rows: (inout ScanRanking, ScanSubject, ScanData, borrowing Self) -> [Int]
    ) -> [Int] {
        let subject = subject(of: query)
        let data = scanData(subject.needs, now: now, session: session)
        var ranking = ScanRanking()
        swap(&ranking, &self.ranking)
        defer { swap(&ranking, &self.ranking) }
        return rows(&ranking, subject, data, self)
    }

    /// Notes on the rows whether their trades belong to the merged tape and are stored.
    mutating func markShortList() {
        for track in streamRows.tracks.indices {
            streamRows.tracks[track].isShortListed = false
            streamRows.tracks[track].isStored = false
        }
        let stored = stream.settings.storedTicks
        for symbol in planner.shortList { mark(symbol, isShortListed: true, isStored: stored == .shortList) }
        for symbol in planner.watchlist where stored != .off { mark(symbol, isShortListed: false, isStored: true) }
    }

    private mutating func mark(_ symbol: Symbol, isShortListed: Bool, isStored: Bool) {
        guard let row = universe.id(of: symbol)?.row else { return }
        let track = streamRows.track(ofRow: row, base: universe.volume[row])
        if isShortListed { streamRows.tracks[track].isShortListed = true }
        if isStored { streamRows.tracks[track].isStored = true }
    }
}
