import EngineAPI
import History
import MarketData
import MarketTime
import TestSupport
import Testing

/// Runs a backfill's core against a fake vendor and a fake store on a simulated clock.
struct BackfillDriver {
    struct Event {
        var at: Instant
        var order: Int
        var input: BackfillInput
        /// What happens to the store at that moment.
        var write: BackfillWrite?
    }

    var core: BackfillCore
    var store: FakeStore
    var vendor: FakeVendor
    var now = Instant(seconds: 1000)
    var random: SeededRandom

    /// Instead of the vendor's truth, by how often the question has been asked (0, 1, …); nil for the truth.
    var script: (HistoryFetch, Int) -> HistoryAnswer? = { _, _ in nil }
    /// Instead of success, by write number and how often it has been tried; nil for success.
    var writeScript: (UInt64, Int) -> BackfillInput? = { _, _ in nil }
    var answerMs = 5...50
    var writeMs = 5...20
    /// Whether every bars request must be of days that the store does not cover yet; off where gaps are filled.
    var checksRepeats = true

    private(set) var log: [String] = []
    private(set) var fetches: [HistoryFetch] = []
    private(set) var fetchTimes: [Instant] = []
    private(set) var asked: [HistoryFetch: Int] = [:]
    private(set) var writeTries: [UInt64: Int] = [:]
    private(set) var writes: [BackfillWrite] = []
    private(set) var healed: [SlotRows] = []
    private(set) var reports: [(at: Instant, status: BackfillStatus)] = []
    private(set) var reloads: [Instant] = []
    private(set) var summaries: [BackfillSummary] = []
    private(set) var underWay = 0
    private(set) var underWayMax = 0
    private(set) var unwrittenMax = 0
    private(set) var steps = 0
    private var events: [Event] = []
    private var eventCount = 0

    init(_ vendor: FakeVendor, store: FakeStore = FakeStore(), settings: BackfillSettings, seed: UInt64 = 1) {
        core = BackfillCore(settings: settings, seed: seed)
        self.vendor = vendor
        self.store = store
        random = SeededRandom(seed: seed)
    }

    /// The last state shown.
    var phase: BackfillStatus.Phase? { reports.last?.status.phase }

    /// Takes inputs now.
    mutating func send(_ inputs: [BackfillInput]) {
        steps += 1
        let effects = core.step(inputs, now: now)
        for effect in effects { carryOut(effect) }
        unwrittenMax = max(unwrittenMax, core.unwrittenRows)
        if let due = core.nextDue { #expect(due > now, "a time that has passed would be a busy loop") }
    }

    /// Has something happen later.
    mutating func schedule(_ input: BackfillInput, afterMs: Int, write: BackfillWrite? = nil) {
        eventCount += 1
        events.append(
            Event(at: now.adding(milliseconds: Int64(afterMs)), order: eventCount, input: input, write: write)
        )
    }

    /// Moves on to the next event or due time; false when there is neither.
    mutating func advance() -> Bool {
        let next = events.min { ($0.at, $0.order) < ($1.at, $1.order) }
        guard let at = [next?.at, core.nextDue].compactMap({ $0 }).min() else { return false }
        now = max(now, at)
        guard let next, next.at <= now else {
            send([])
            return true
        }
        events.removeAll { $0.order == next.order }
        if let write = next.write { store.write(write) }
        if case .answer = next.input { underWay -= 1 }
        send([next.input])
        return true
    }

    /// Goes on until nothing happens any more, or `isDone` says so.
    mutating func run(stepsMax: Int = 100_000, until isDone: (Self) -> Bool = { _ in false }) {
        var left = stepsMax
        while left > 0, !isDone(self), advance() { left -= 1 }
        #expect(left > 0, "it must come to rest")
    }

    /// The process dies: what is under way is lost, of writes some are in the file.
    mutating func kill() -> FakeStore {
        for event in events.sorted(by: { ($0.at, $0.order) < ($1.at, $1.order) }) {
            if let write = event.write, Bool.random(using: &random) { store.write(write) }
        }
        return store
    }

    private mutating func carryOut(_ effect: BackfillEffect) {
        log.append(Self.label(effect, now))
        switch effect {
        case .takeInventory(let days, let symbols):
            schedule(.inventory(store.inventory(of: days, symbols: symbols)), afterMs: 3)
        case .fetch(let fetch):
            take(fetch)
        case .write(let write, let id):
            let tries = writeTries[id, default: 0]
            writeTries[id] = tries + 1
            if tries == 0 { writes.append(write) }
            let ms = Int.random(in: writeMs, using: &random)
            if let failure = writeScript(id, tries) {
                schedule(failure, afterMs: ms)
            } else {
                schedule(.written(id), afterMs: ms, write: write)
            }
        case .healed(let rows): healed.append(rows)
        case .report(let status): reports.append((now, status))
        case .historyChanged: reloads.append(now)
        case .ended(let summary): summaries.append(summary)
        }
    }

    private mutating func take(_ fetch: HistoryFetch) {
        underWay += 1
        underWayMax = max(underWayMax, underWay)
        fetches.append(fetch)
        fetchTimes.append(now)
        let times = asked[fetch, default: 0]
        asked[fetch] = times + 1
        if checksRepeats, case .bars(let symbol, let from, let through) = fetch {
            #expect(!(store.isCovered(symbol, from) && store.isCovered(symbol, through)), "\(symbol.text) was written")
        }
        let answer = script(fetch, times) ?? vendor.answer(fetch)
        schedule(.answer(fetch, answer), afterMs: Int.random(in: answerMs, using: &random))
    }

    static func label(_ effect: BackfillEffect, _ now: Instant) -> String {
        let words =
            switch effect {
            case .write(.bars(let history, let coverage, let source), let id):
                "write \(id) bars \(history.symbols) \(history.days) \(history.cumulative.hashValue) \(coverage) \(source)"
            default: "\(effect)"
            }
        return "\(now.nanoseconds) \(words)"
    }
}

extension Array where Element == HistoryFetch {
    /// Symbols whose bars were asked, in order.
    var barSymbols: [String] {
        compactMap { if case .bars(let symbol, _, _) = $0 { symbol.text } else { nil } }
    }

    var dailyDays: [DayID] { compactMap { if case .dailyBars(let day) = $0 { day } else { nil } } }
}

/// A window of days that many tests use.
func window(_ days: Int, daily: Int = 0) -> HistoryWindow {
    HistoryWindow(
        calendar: ExchangeCalendar(),
        tradingDay: date("2026-03-20"),
        days: days,
        includesEarlyCloses: true,
        dailyDaysMax: daily
    )
}

/// Small enough for a test to reach every bound.
func smallSettings(connections: Int = 4) -> BackfillSettings {
    var settings = BackfillSettings()
    settings.connections = connections
    settings.rowsPerWrite = 40
    settings.symbolsPerWrite = 8
    settings.firstWave = 10
    settings.symbolsPerHeal = 5
    return settings
}
