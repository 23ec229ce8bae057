import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

/// A market of a few symbols with seeded volumes for each minute of each trading day: what a vendor would show at any
/// moment, and what really traded.
final class TinyMarket {
    static let lookback = 3

    let calendar: ExchangeCalendar
    let symbols: [Symbol]
    private let seed: UInt64
    private var days: [DayID: Day] = [:]

    private struct Day {
        var minutes: [[Int64]]
        /// [symbol][minute]: shares up to and with that minute.
        var running: [[Int64]]
        /// [symbol][minute]: the last minute with trades up to that one, or -1.
        var last: [[Int]]
    }

    init(seed: UInt64, symbolCount: Int = 5, calendar: ExchangeCalendar = ExchangeCalendar()) {
        self.seed = seed
        self.calendar = calendar
        symbols = (0..<symbolCount).compactMap { Symbol("T\($0)") }
    }

    /// [symbol][minute since 04:00], shares: the first symbol trades every minute, the last hardly ever.
    func minutes(_ day: DayID) -> [[Int64]] { whole(day).minutes }

    private func whole(_ day: DayID) -> Day {
        if let known = days[day] { return known }
        var random = SeededRandom(seed: seed &* 1_000_003 &+ UInt64(day.rawValue))
        let last = (calendar.day(day).postCloseSecond - Slot.dayStartSecond) / 60
        let made = symbols.indices.map { symbol in
            (0..<Slot.count * 5).map { minute -> Int64 in
                let shares = Int64(random.next() % 900) + 1
                let trades = symbol == 0 || random.next() % UInt64(1 + symbol * symbol * 3) == 0
                return trades && minute < last ? shares : 0
            }
        }
        var whole = Day(minutes: made, running: made, last: [])
        for symbol in made.indices {
            var latest = -1
            var sum: Int64 = 0
            var last: [Int] = []
            for (minute, shares) in made[symbol].enumerated() {
                sum += shares
                if shares > 0 { latest = minute }
                whole.running[symbol][minute] = sum
                last.append(latest)
            }
            whole.last.append(last)
        }
        days[day] = whole
        return whole
    }

    /// C(d, 0…191) of a symbol.
    func cumulative(_ day: DayID, _ symbol: Int) -> [Int64] {
        let running = whole(day).running[symbol]
        return (0..<Slot.count).map { running[$0 * 5 + 4] }
    }

    /// The vendor's snapshot at a moment; trades happen at the start of their minute.
    func snapshot(at now: Instant) throws -> SnapshotBatch {
        let (date, second) = NewYork.wall(at: now)
        let isReset = calendar.isTradingDay(date) && (12_600..<Slot.dayStartSecond).contains(second)
        let day = calendar.state(at: now).tradingDay
        let start = NewYork.instant(day, secondOfDay: Slot.dayStartSecond)
        let elapsed = Int(now.nanoseconds(since: start) / 60_000_000_000)
        let previous = calendar.tradingDay(before: day)
        let today = whole(day)
        let rows = symbols.indices.map { symbol -> Row in
            let last = elapsed < 0 ? -1 : today.last[symbol][min(elapsed, 959)]
            guard !isReset, last >= 0 else {
                let close = price(isReset ? day : previous, symbol, 959)
                return Row(
                    symbol: symbols[symbol].text,
                    price: close,
                    tradedAt: start.adding(seconds: -90_000),
                    previousClose: close
                )
            }
            let at = start.adding(seconds: Int64(last) * 60)
            return Row(
                symbol: symbols[symbol].text,
                price: price(day, symbol, last),
                tradedAt: at,
                volume: Double(today.running[symbol][last]),
                minuteAt: at,
                minuteVolume: Double(today.minutes[symbol][last]),
                high: price(day, symbol, min(last, 16)),
                low: price(day, symbol, 0),
                previousClose: price(previous, symbol, 959)
            )
        }
        return try EngineTests.snapshot(rows)
    }

    private func price(_ day: DayID, _ symbol: Int, _ minute: Int) -> Double {
        10 + Double(symbol) + Double(day.rawValue % 7) + Double(minute % 17) / 10
    }

    /// RVOL in the default mode by plain addition of raw minutes, for data that end at the start of a minute.
    func naiveRVOL(_ day: DayID, _ symbol: Int, minute: Int, since firstDay: DayID) -> Double {
        var lookback: [DayID] = []
        var candidate = calendar.tradingDay(before: day)
        while candidate >= firstDay, lookback.count < Self.lookback {
            let isWanted = calendar.day(candidate).kind == .full || calendar.day(day).kind == .earlyClose
            if isWanted, whole(candidate).last[symbol][959] >= 0 { lookback.append(candidate) }
            candidate = calendar.tradingDay(before: candidate)
        }
        guard !lookback.isEmpty else { return .nan }
        let slot = minute / 5
        let starts = slot == 0 ? 0 : lookback.map { whole($0).running[symbol][slot * 5 - 1] }.reduce(0, +)
        let ends = lookback.map { whole($0).running[symbol][slot * 5 + 4] }.reduce(0, +)
        let fraction = Double(minute % 5 * 60) / 300
        let mean = (Double(starts) + fraction * (Double(ends) - Double(starts))) / Double(lookback.count)
        return Double(whole(day).running[symbol][minute]) / max(mean, 100)
    }
}

/// What a store would keep and answer, as plainly as can be.
struct TinyStore {
    private(set) var days: [DayID: [Symbol: [Int64]]] = [:]

    mutating func write(_ rows: SlotRows) {
        for (index, symbol) in rows.symbols.enumerated() {
            var row = days[rows.day]?[symbol] ?? Array(repeating: SlotRows.unknown, count: Slot.count)
            for slot in 0..<rows.slotCount {
                let value = rows.cumulative[index * rows.slotCount + slot]
                if value != SlotRows.unknown { row[slot] = value }
            }
            days[rows.day, default: [:]][symbol] = row
        }
    }

    func answer(_ request: HistoryRequest) -> HistoryLoad {
        var load = HistoryLoad(request: request)
        let symbols = Set(days.values.flatMap(\.keys)).sorted()
        for symbol in symbols {
            let rows = request.lookbackCandidates.compactMap { days[$0]?[symbol] }
                .filter { !$0.contains(SlotRows.unknown) && ($0.last ?? 0) > 0 }.prefix(request.daysPerSymbol)
            guard !rows.isEmpty else { continue }
            load.symbols.append(symbol)
            load.days.append(UInt8(rows.count))
            for slot in 0..<Slot.count { load.sums.append(Double(rows.map { $0[slot] }.reduce(0, +))) }
            load.daily.symbols.append(symbol)
            load.daily.averageVolume30.append(Double(rows.map { $0[Slot.count - 1] }.reduce(0, +)) / Double(rows.count))
        }
        load.distinctDays = days.keys.filter { $0 < request.tradingDay }.count
        for (symbol, row) in (days[request.tradingDay] ?? [:]).sorted(by: { $0.key < $1.key }) {
            load.today.append(symbol, row)
        }
        return load
    }
}

/// An engine on a tiny market: polled, its history kept and read, its gaps healed from what really traded.
struct Walk {
    let market: TinyMarket
    var core: EngineCore
    var store = TinyStore()
    /// What the next step takes besides its snapshot.
    var pending: [EngineInput] = []
    /// Trading days in the order in which they became current.
    var rolls: [DayID] = []
    var heals: [HealRequest] = []
    var shortLists: [[Symbol]] = []
    var demands: [StreamDemand] = []
    var ticks: [TickRows] = []
    var settings = RVOLSettings()
    var status: EngineStatus?
    /// Every step's time and inputs.
    var recorded: [(now: Instant, inputs: [EngineInput])] = []
    var isRecording = false

    init(_ market: TinyMarket) {
        self.market = market
        settings.lookbackDays = TinyMarket.lookback
        core = EngineCore(calendar: market.calendar, settings: settings)
    }

    /// All there is to see: every column, flag and time by symbol, and the last hour by slot.
    static let everything = ScanQuery(
        sort: [SortKey(.symbol, descending: false)],
        columns: ColumnID.allCases.filter { $0 != .symbol && $0 != .strip },
        rows: 0..<1000,
        stripSlots: 12
    )

    /// The same without what moves by the clock alone or needs all of a session or the last half hour to have been watched.
    static let lasting: ScanQuery = {
        let moving: Set<ColumnID> = [
            .volume1m, .volume5m, .volume10m, .volume15m, .volume30m, .volume1mPercent, .volume5mPercent,
            .volume10mPercent, .volume15mPercent, .volume30mPercent, .change1m, .change2m, .change5m, .change10m,
            .change15m, .change30m, .spyChange5m, .versusSPY5m, .printAge, .haltAge, .minutesSinceOpen, .sessionHigh,
            .sessionLow, .preHigh, .preLow, .preRangePosition, .belowPreHigh, .abovePreLow, .postHigh, .postLow,
        ]
        var query = everything
        query.columns.removeAll { moving.contains($0) }
        return query
    }()

    /// What is asked with every poll.
    var question = Walk.lasting

    /// One poll; the clock may be off by so many seconds.
    @discardableResult
    mutating func poll(at time: Instant, clockAhead seconds: Int64 = 0) throws -> ScanResult? {
        step(
            [.snapshot(try market.snapshot(at: time)), .command(.query(question))],
            now: time.adding(seconds: seconds)
        )
    }

    @discardableResult
    mutating func step(_ inputs: [EngineInput], now: Instant) -> ScanResult? {
        let all = pending + inputs
        pending = []
        if isRecording { recorded.append((now, all)) }
        return carryOut(core.step(all, now: now))
    }

    private mutating func carryOut(_ outputs: [EngineOutput]) -> ScanResult? {
        var result: ScanResult?
        for output in outputs {
            switch output {
            case .loadHistory(let request):
                if rolls.last != request.tradingDay { rolls.append(request.tradingDay) }
                pending.append(.history(store.answer(request)))
            case .persist(let rows), .persistHealed(let rows): store.write(rows)
            case .heal(let request):
                heals.append(request)
                pending.append(.healed(aggregates(request)))
            case .shortList(let symbols): shortLists.append(symbols)
            case .demand(let demand): demands.append(demand)
            case .persistTicks(let rows): ticks.append(rows)
            case .loadDaily, .loadTradeCounts, .persistScans, .persistWhy, .answer: break
            case .publish(let view):
                status = view.status
                result = view.result
            }
        }
        return result
    }

    /// What the vendor's aggregates say to a request.
    func aggregates(_ request: HealRequest) -> SlotRows {
        var rows = SlotRows(day: request.day, slotCount: request.slotCount)
        for symbol in request.symbols {
            guard let index = market.symbols.firstIndex(of: symbol) else { continue }
            let prices = (0..<request.slotCount).map { 10 + Float($0) / 100 }
            rows.append(symbol, market.cumulative(request.day, index).prefix(request.slotCount), vwap: prices)
        }
        return rows
    }

    /// A new process on the same store; a killed one writes nothing on its way out.
    mutating func restart(killed: Bool) {
        if !killed { _ = carryOut(core.finish()) }
        pending = []
        core = EngineCore(calendar: market.calendar, settings: settings)
    }
}

extension ScanResult {
    /// The first difference in words, to the bit; nil when everything but the version is equal, missing numbers included.
    func difference(from other: Self) -> String? {
        func isSame(_ left: Double, _ right: Double) -> Bool {
            left.bitPattern == right.bitPattern || (left.isNaN && right.isNaN)
        }
        if symbols != other.symbols { return "symbols \(symbols.map(\.text)) for \(other.symbols.map(\.text))" }
        for (index, id) in columns.enumerated() where !values[index].elementsEqual(other.values[index], by: isSame) {
            return "\(id): \(values[index]) for \(other.values[index])"
        }
        if !strips.isSame(as: other.strips) { return "strips \(strips) for \(other.strips)" }
        if flags != other.flags { return "flags \(flags.map(\.rawValue)) for \(other.flags.map(\.rawValue))" }
        return priceTimes == other.priceTimes ? nil : "price times \(priceTimes) for \(other.priceTimes)"
    }
}

extension [Float] {
    /// Equal to the bit, missing numbers included.
    fileprivate func isSame(as other: Self) -> Bool {
        elementsEqual(other) { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
    }
}

/// Records the first difference between two answers.
func expectSame(_ result: ScanResult, _ expected: ScanResult, _ place: String) {
    if let difference = result.difference(from: expected) { Issue.record("\(place): \(difference)") }
}
