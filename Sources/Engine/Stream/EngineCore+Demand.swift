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
    mutating func planSubscriptions(now: Instant, into outputs: inout [EngineOutput]) {
        if planner.wantsShortList(now: now.nanoseconds) {
            planner.take(shortList: inPlay(), now: now.nanoseconds)
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

    /// The first tickers of the scan that have traded today; without a scan those with the most dollars.
    private mutating func inPlay() -> [Symbol] {
        let count = stream.settings.shortListMax
        guard count > 0 else { return [] }
        guard let query else { return gapState.shortList.prefix(count).filter { !$0.isTestTicker } }
        let rows = ranking.first(count, of: query, universe: universe, dataVersion: dataVersion) { universe, row in
            universe.dollarVolume[row] > 0 && !universe.flags[row].contains(.testTicker)
        }
        return rows.map { universe.symbols[$0] }
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
