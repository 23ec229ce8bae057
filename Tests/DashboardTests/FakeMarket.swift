import Dashboard
import EngineAPI
import FilterLanguage
import MarketData
import MarketTime
import TestSupport

/// One row of the fake market.
struct FakeRow {
    var symbol: Symbol
    var last: Double
    var change: Double
    var gap: Double
    var rvol: Double
    var slot: Double
    var volume: Double
    var average: Double
    var range: Double
    var flags: RowFlags
    var ageSeconds: Int64
    var halt = HaltMark.none

    private var isQuoted: Bool { flags.contains(.streamed) }

    func value(_ id: ColumnID) -> Double {
        switch id {
        case .last: last
        case .changePercent: change
        case .gapPercent: gap
        case .rvol: rvol
        case .slotRVOL: slot
        case .volume: volume
        case .dollarVolume: last * volume
        case .simpleRVOL: volume / average
        case .rangePosition: range
        case .averageVolume: average
        case .averageVolume5: average * 1.1
        case .averageVolume10: average * 0.95
        case .averageDays: flags.contains(.shortAverage) ? 12 : 30
        case .baselineDays: rvol.isNaN ? .nan : flags.contains(.shortBaseline) ? 3 : 5
        case .atr: last * 0.043
        case .atrPercent: 4.3
        case .previousVolume: average * 0.8
        case .previousHigh: last * 1.02
        case .previousLow: last * 0.97
        case .bid: isQuoted ? last - 0.01 : .nan
        case .ask: isQuoted ? last + 0.01 : .nan
        case .spread: isQuoted ? 0.02 : .nan
        case .vwap: last * 0.985
        case .sessionHigh: last * 1.031
        case .sessionLow: last * 0.94
        case .bandUpper: isQuoted ? last * 1.1 : .nan
        case .bandLower: isQuoted ? last * 0.9 : .nan
        case .volume1m: volume * 0.002
        case .volume5m: volume * 0.011
        case .volume15m: volume * 0.034
        case .volume30m: volume * 0.07
        case .change1m: change * 0.01
        case .change5m: change * -0.04
        case .change15m: change * 0.1
        case .change30m: change * 0.2
        case .tradesPerMinute: isQuoted ? 251 : .nan
        case .printAge: Double(ageSeconds)
        default: .nan
        }
    }
}

/// An engine for tests: a few hundred invented tickers, ranked and answered as a query asks, always the same.
struct FakeMarket {
    var rows: [FakeRow]
    var now: Instant
    var feed = FeedStatus(state: .live, host: "api.example.com")
    var store = StoreState.ready
    var baseline = BaselineState.ready(days: 20, tickers: 10_873)
    var rvol = RVOLSettings()
    var backfill = BackfillStatus()
    var gap = CollectionGap()
    var conflict: SessionConflict?
    var universeCount = 11_034
    var tradedCount = 9_120
    var snapshotAge: Int64? = 2
    var dataAge: Int64 = 3
    var stream = StreamStatus(state: .off(sentence: ""))
    var flow = StreamFlow()
    var tape = FakeTape()
    /// The lists by name, and what each has been asked for.
    var names = FakeMarket.lists
    var listStates: [ListState] = []
    var events: [ScanEvent] = []
    private(set) var why: WhyQuery?
    /// The ticker's page last asked for.
    private(set) var about: AboutQuery?
    /// How often a page was asked for, nobody's included.
    private(set) var aboutCount = 0
    private(set) var slots: SlotQuery?
    private(set) var query: ScanQuery?
    /// What the trader was said to look at, oldest first.
    private(set) var looks: [LookedAt] = []
    private var sequence: UInt64 = 0
    private var heldOrder: [Int] = []
    private var held:
        (gate: ScanGate, sort: [SortKey], count: Int, filter: String?, list: String?, against: ScanQuestion?)?

    /// Monday, 12 October 2026, 11:47:03 ET.
    static let openTime = NewYork.instant(DayID(rawValue: 20_738), secondOfDay: 11 * 3600 + 47 * 60 + 3)

    init(count: Int = 312, now: Instant = openTime, seed: UInt64 = 7) {
        self.now = now
        var random = SeededRandom(seed: seed)
        rows = (0..<count).map { Self.row($0, &random) }
    }

    private static func row(_ index: Int, _ random: inout SeededRandom) -> FakeRow {
        let special = ["QXAI", "GLTQ", "BRK.B", "BACpM", "ACHR.WS", "VLTZ", "NVQE", "HOLQ", "TKRX", "MRQA"]
        var name = index < special.count ? special[index] : ""
        if name.isEmpty {
            for _ in 0..<(3 + random.below(2)) {
                name.unicodeScalars.append(Unicode.Scalar(UInt8(65 + random.below(26))))
            }
            name += index.isMultiple(of: 17) ? ".U" : ""
        }
        let symbol = Symbol(name) ?? Symbol(packedBytes: [UInt8](repeating: 0x58, count: 24))
        let heat = random.unit() * random.unit() * random.unit()
        let volume = (50_000 + 40_000_000 * random.unit() * random.unit() * random.unit()).rounded()
        let price = index.isMultiple(of: 9) ? 0.2 + random.unit() * 0.7 : 1 + 400 * random.unit() * random.unit()
        var flags: RowFlags = .tradedToday
        if index % 23 == 3 { flags.insert(.thinBaseline) }
        if index % 19 == 5 { flags.insert(.shortBaseline) }
        if index % 13 == 2 { flags.insert(.shortAverage) }
        let noBaseline = index % 31 == 11
        return FakeRow(
            symbol: symbol,
            last: price,
            change: (random.unit() - 0.45) * 60 * heat + (random.unit() - 0.5) * 2,
            gap: (random.unit() - 0.45) * 30 * heat,
            rvol: noBaseline ? .nan : index == 1 ? 1_250 : 40 * heat + 0.2,
            slot: noBaseline ? .nan : 20 * heat * random.unit() + 0.1,
            volume: volume,
            average: volume / (0.3 + heat * 5),
            range: (random.unit() * 100).rounded(),
            flags: flags,
            ageSeconds: index % 29 == 13 ? 1_500 : Int64(random.below(60))
        )
    }

    mutating func take(_ commands: [EngineCommand]) {
        for command in commands {
            switch command {
            case .query(let query): self.query = query
            case .setRVOL(let settings): rvol = settings
            case .slots(let query): slots = query
            case .about(let query):
                about = query
                aboutCount += 1
            case .look(let look): looks.append(look)
            case .why(let query): why = query
            case .watchlist, .scans, .symbolLists: break
            }
        }
    }

    mutating func view() -> EngineView {
        sequence += 1
        let page = looks.last?.tape.map { tape.page($0, now: now) }
        let entries = why.map { query in
            events.filter { query.list == nil || $0.list == query.list }
                .filter { query.symbol == nil || $0.symbol == query.symbol }
        }
        return EngineView(
            sequence: sequence,
            status: status,
            result: query.map { answer($0) },
            tape: page,
            secondTape: looks.last?.secondTape.map { tape.page($0, now: now) },
            why: entries,
            slots: slots.map { slotPage($0) },
            about: about.map { FakePage.about($0, of: rows, now: now) }
        )
    }

    var status: EngineStatus {
        var session = ExchangeCalendar().state(at: now)
        if let conflict, conflict.vendor == .closed {
            // As the engine follows a vendor that says closed: until the next trading day.
            session.session = .closed
            let next = ExchangeCalendar().tradingDay(after: session.tradingDay)
            session.nextChange = NewYork.instant(next, secondOfDay: Slot.dayStartSecond)
            session.nextSession = .preMarket
        }
        let applied = snapshotAge.map { now.adding(seconds: -$0) }
        return EngineStatus(
            now: now,
            session: session,
            progress: DayProgress(of: session.tradingDay, at: now),
            feed: feed,
            store: store,
            baseline: baseline,
            snapshotAppliedAt: applied,
            snapshotDataTime: applied?.adding(seconds: -dataAge),
            universeCount: snapshotAge == nil ? 0 : universeCount,
            tradedCount: snapshotAge == nil ? 0 : tradedCount,
            rvol: rvol,
            backfill: backfill,
            gap: gap,
            conflict: conflict,
            stream: stream,
            flow: flow,
            lists: listStates
        )
    }

    private mutating func answer(_ query: ScanQuery) -> ScanResult {
        let isSame =
            held?.against == query.against && held?.gate == query.gate && held?.sort == query.sort
            && held?.count == rows.count
            && held?.filter == query.filter && held?.list == query.list
        let asked = order(query)
        if !query.holdsOrder || !isSame { heldOrder = query.against.map { union(asked, $0, query) } ?? asked }
        held = (query.gate, query.sort, rows.count, query.filter, query.list, query.against)
        var order = snapshotAge == nil ? [] : heldOrder
        let pinned = query.pinned.compactMap { symbol in rows.firstIndex { $0.symbol == symbol } }
        let excluded = Set(query.excluded)
        order = pinned + order.filter { !pinned.contains($0) && !excluded.contains(rows[$0].symbol) }
        let lower = min(query.rows.lowerBound, order.count)
        let upper = min(max(lower, query.rows.upperBound), order.count)
        let window = order[lower..<upper].map { rows[$0] }
        var result = ScanResult(version: query.version, rows: lower..<upper, matchCount: order.count)
        result.pinnedCount = snapshotAge == nil ? 0 : pinned.count
        if let against = query.against {
            let (new, old) = (Set(asked), Set(self.order(query.asking(against))))
            let moves = order.map {
                new.contains($0) == old.contains($0) ? RowMove.stays : new.contains($0) ? .enters : .leaves
            }
            result.moves = Array(moves[lower..<upper])
            result.enteringCount = moves.count { $0 == .enters }
            result.leavingCount = moves.count { $0 == .leaves }
        }
        result.symbols = window.map(\.symbol)
        result.flags = window.map(\.flags)
        result.halts = window.map(\.halt)
        result.priceTimes = window.map { now.adding(seconds: -$0.ageSeconds).nanoseconds }
        result.columns = query.columns
        result.values = query.columns.map { id in window.map { $0.value(id) } }
        result.stripSlots = query.stripSlots
        let newest = min(status.progress.completedSlots, Slot.count - 1)
        for row in window {
            for slot in (newest - query.stripSlots + 1)..<(newest + 1) {
                result.strips.append(strip(row, slot: slot))
            }
        }
        result.anchorRank = query.anchor.flatMap { symbol in order.firstIndex { rows[$0].symbol == symbol } }
        result.found = query.find.flatMap { find($0, order) }
        result.texts = query.columns.map { id in
            ColumnDescriptor.of(id)?.kind == .text
                ? window.indices.map { $0 % 3 == 0 ? "" : "Biotech\u{1B}[31m \(id.rawValue)" } : []
        }
        if let text = query.filter, let pass = pass(text) {
            result.unknownCount = pass.verdicts.filter { $0 == FilterVerdict.isUnknown.rawValue }.count
            if query.wantsLedger { result.ledger = pass.ledger }
        }
        return result
    }

    /// What matches either of two questions, in the order of the one that is asked.
    private func union(_ asked: [Int], _ against: ScanQuestion, _ query: ScanQuery) -> [Int] {
        var all = query
        (all.filter, all.list, all.gate) = (nil, nil, .wholeMarket)
        let either = Set(asked).union(order(query.asking(against)))
        return order(all).filter(either.contains)
    }

    private func order(_ query: ScanQuery) -> [Int] {
        let gate = query.gate
        let texts = [query.filter, query.list.flatMap { name in names.book.lists.first { $0.name == name }?.filter }]
        let passes = texts.compactMap(\.self).compactMap { pass($0)?.verdicts }
        let admitted = rows.indices.filter { row in
            rows[row].last >= gate.minPrice && rows[row].volume >= gate.minVolume
                && passes.allSatisfy { $0[row] == FilterVerdict.isTrue.rawValue }
        }
        guard let key = query.sort.first else { return admitted }
        return admitted.sorted { left, right in
            if key.column == .symbol { return (rows[left].symbol < rows[right].symbol) != key.descending }
            let (a, b) = (rows[left].value(key.column), rows[right].value(key.column))
            if a.isNaN != b.isNaN { return b.isNaN }
            if !a.isNaN, a != b { return (a > b) == key.descending }
            let money = (rows[left].value(.dollarVolume), rows[right].value(.dollarVolume))
            return money.0 == money.1 ? left < right : money.0 > money.1
        }
    }

    /// A row's slots: quiet until its hour, then up to its heat, with noise; thin stocks have slots nobody knows.
    private func strip(_ row: FakeRow, slot: Int) -> Float {
        guard slot >= 0, !row.rvol.isNaN else { return .nan }
        // What an outage from 11:00 to 11:25 leaves.
        if row.flags.contains(.unknownSlots), (84..<89).contains(slot) { return .nan }
        var random = SeededRandom(seed: UInt64(row.volume) &+ UInt64(slot / 2) &* 977)
        if row.flags.contains(.thinBaseline), random.below(3) == 0 { return .nan }
        let wakes = 30 + Int(row.volume) % 60
        let heat = slot < wakes ? 0.7 : min(row.rvol, 12) * 0.5
        return Float(heat * (0.3 + 1.6 * random.unit() * random.unit()))
    }

    private func find(_ request: FindRequest, _ order: [Int]) -> FoundSymbol? {
        let wanted = request.text.uppercased()
        guard !order.isEmpty else { return nil }
        for step in 1...order.count {
            let rank = request.fromRank + (request.backwards ? -step : step)
            let wrapped = (rank % order.count + order.count) % order.count
            let symbol = rows[order[wrapped]].symbol
            if symbol.text.uppercased().hasPrefix(wanted) { return FoundSymbol(symbol: symbol, rank: wrapped) }
        }
        return nil
    }
}

extension SeededRandom {
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }
    mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
}

extension ScanQuery {
    /// The same with another question.
    fileprivate func asking(_ question: ScanQuestion) -> Self {
        var query = self
        (query.filter, query.list, query.gate) = (question.filter, question.list, question.gate)
        return query
    }
}

// MARK: - Lists and filters

extension FakeMarket {
    static let lists = ScanNames(
        book: ScanBook(
            lists: [
                ScanDefinition(
                    name: "winners",
                    title: "WINNERS",
                    summary: "Up 5 % and more",
                    filter: "chg% >= 5 and rvol >= 1.5",
                    sort: [SortKey(.changePercent, descending: true)],
                    columns: [.last, .changePercent, .change5m, .rvol, .volume, .sector]
                ),
                ScanDefinition(name: "quiet", title: "QUIET", summary: "Little volume", filter: "rvol < 1"),
            ],
            presets: ["cheap": "price < 5"]
        ),
        symbolLists: ["watch"]
    )

    /// What a filter says of all rows; nil when it cannot be understood.
    private func pass(_ text: String) -> (verdicts: [UInt8], ledger: [ClauseCount])? {
        let scope = FilterScope(presets: names.book.presets, lists: Set(names.symbolLists))
        guard let program = FilterCompiler.compile(text, in: scope).program else { return nil }
        let columns = FilterColumns(
            rowCount: rows.count,
            numbers: program.numberColumns.map { id in rows.map { $0.value(id) } },
            texts: program.textColumns.map { _ in TextColumn(rows.map { $0.symbol.text }) },
            lists: program.lists.map { _ in rows.indices.map { $0 < 5 } }
        )
        var memory = FilterMemory()
        var verdicts: [UInt8] = []
        _ = program.run(columns, memory: &memory, into: &verdicts)
        let ledger = program.ledger(columns, memory: memory).map { count in
            ClauseCount(
                text: program.clauses[count.clause],
                passAlone: count.passAlone,
                matchWithout: count.matchWithout,
                unknown: count.unknown,
                isTightest: count.isTightest
            )
        }
        return (verdicts, ledger)
    }
}
