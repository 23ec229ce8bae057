import Analytics
import EngineAPI
import MarketData
import MarketTime

// Filter first, then sort the survivors; the order is kept and reused until the data, the gate or the keys change, so that
// scrolling and a held order cost a gather of the visible rows only (60 rows × 20 columns: microseconds).

/// Ranks the universe for a query and gathers the rows asked for.
struct ScanRanking: Sendable {
    private struct OrderKey: Hashable {
        var dataVersion: UInt64
        var gate: ScanGate
        var sort: [SortKey]
    }

    private var order: [Int32] = []
    private var rankOf: [Int32] = []
    private var key: OrderKey?

    /// The answer to a query over the current columns.
    mutating func answer(
        _ query: ScanQuery,
        universe: borrowing Universe,
        slots: borrowing DaySlots,
        baseline: borrowing Baseline,
        progress: DayProgress,
        dataVersion: UInt64,
        now: Instant
    ) -> ScanResult {
        rank(query, universe, dataVersion: dataVersion)
        let lower = min(max(query.rows.lowerBound, 0), order.count)
        let upper = min(max(query.rows.upperBound, lower), order.count)
        let rows = order[lower..<upper].map(Int.init)
        var result = ScanResult(version: query.version, rows: lower..<upper, matchCount: order.count)
        result.symbols = rows.map { universe.symbols[$0] }
        result.flags = rows.map { universe.flags[$0] }
        result.priceTimes = rows.map { universe.priceTime[$0] }
        result.halts = rows.map { universe.halts[$0] }
        result.columns = query.columns
        for id in query.columns {
            if id == .printAge || id == .haltAge {
                result.values.append(rows.map { Self.age(id, $0, universe, now) })
                continue
            }
            guard let column = Self.column(id, of: universe) else {
                result.values.append(Array(repeating: .nan, count: rows.count))
                continue
            }
            result.values.append(rows.map { column[$0] })
        }
        result.stripSlots = min(max(query.stripSlots, 0), Slot.count)
        result.strips = strips(rows, count: result.stripSlots, universe, slots, baseline, progress)
        result.anchorRank = query.anchor.flatMap { universe.id(of: $0) }.flatMap { rank(ofRow: $0.row) }
        result.found = query.find.flatMap { find($0, universe) }
        return result
    }

    /// The first rows in a query's order that fit; the order is that of the last answer when nothing has changed since.
    mutating func first(
        _ count: Int,
        of query: ScanQuery,
        universe: borrowing Universe,
        dataVersion: UInt64,
        where fits: (_ universe: borrowing Universe, _ row: Int) -> Bool
    ) -> [Int] {
        rank(query, universe, dataVersion: dataVersion)
        var rows: [Int] = []
        for row in order where rows.count < count && fits(universe, Int(row)) { rows.append(Int(row)) }
        return rows
    }

    /// Seconds since a row's last print, or since it was halted; NaN without.
    private static func age(_ id: ColumnID, _ row: Int, _ universe: borrowing Universe, _ now: Instant) -> Double {
        let halt = universe.halts[row]
        let since = id == .printAge ? universe.printTime[row] : halt.state == .halted ? halt.since : 0
        return since > 0 ? max(0, now.seconds(since: Instant(nanoseconds: since))) : .nan
    }

    /// The numbers of a column, one per row; nil for columns that are not numbers.
    static func column(_ id: ColumnID, of universe: borrowing Universe) -> [Double]? {
        switch id {
        case .last: universe.price
        case .changePercent: universe.changePercent
        case .gapPercent: universe.gapPercent
        case .rvol: universe.rvol
        case .slotRVOL: universe.slotRVOL
        case .volume: universe.volume
        case .dollarVolume: universe.dollarVolume
        case .simpleRVOL: universe.simpleRVOL
        case .rangePosition: universe.rangePosition
        case .averageVolume: universe.averageVolume
        case .averageVolume5: universe.averageVolume5
        case .averageVolume10: universe.averageVolume10
        case .averageDays: universe.averageDays.map(Double.init)
        case .atr: universe.atr
        case .atrPercent: universe.atrPercent
        case .baselineDays: universe.baselineDays.map(Double.init)
        case .open: universe.open
        case .high: universe.high
        case .low: universe.low
        case .previousClose: universe.previousClose
        case .previousHigh: universe.previousHigh
        case .previousLow: universe.previousLow
        case .previousVolume: universe.previousVolume
        case .vwap: universe.vwap
        case .bid: universe.bid
        case .ask: universe.ask
        case .spread: universe.spread
        case .sessionHigh: universe.sessionHigh
        case .sessionLow: universe.sessionLow
        case .volume1m: universe.volume1m
        case .volume5m: universe.volume5m
        case .volume15m: universe.volume15m
        case .volume30m: universe.volume30m
        case .change1m: universe.change1m
        case .change5m: universe.change5m
        case .change15m: universe.change15m
        case .change30m: universe.change30m
        case .tradesPerMinute: universe.tradesPerMinute
        case .bandUpper: universe.bandUpper
        case .bandLower: universe.bandLower
        default: nil
        }
    }

    private func rank(ofRow row: Int) -> Int? {
        guard row < rankOf.count, rankOf[row] >= 0 else { return nil }
        return Int(rankOf[row])
    }

    private mutating func rank(_ query: ScanQuery, _ universe: borrowing Universe, dataVersion: UInt64) {
        let wanted = OrderKey(dataVersion: dataVersion, gate: query.gate, sort: query.sort)
        if wanted == key { return }
        let holds = query.holdsOrder && key?.gate == query.gate && key?.sort == query.sort
        if holds, !order.isEmpty { return }
        order.removeAll(keepingCapacity: true)
        let gate = query.gate
        for row in 0..<universe.count where Self.admits(gate, row, universe) { order.append(Int32(row)) }
        sort(by: query.sort, universe)
        rankOf = Array(repeating: -1, count: universe.count)
        for (rank, row) in order.enumerated() { rankOf[Int(row)] = Int32(rank) }
        key = wanted
    }

    /// A number that is missing passes only a gate that asks nothing of it.
    static func admits(_ gate: ScanGate, _ row: Int, _ universe: borrowing Universe) -> Bool {
        if universe.flags[row].contains(.testTicker), !gate.includesTestTickers { return false }
        return (gate.minPrice <= 0 || universe.price[row] >= gate.minPrice)
            && (gate.minVolume <= 0 || universe.volume[row] >= gate.minVolume)
            && (gate.minDollarVolume <= 0 || universe.dollarVolume[row] >= gate.minDollarVolume)
    }

    private mutating func sort(by keys: [SortKey], _ universe: borrowing Universe) {
        let symbols = universe.symbols
        guard let first = keys.first, let column = Self.column(first.column, of: universe) else {
            let descending = keys.first?.descending ?? false
            order.sort { left, right in
                let (low, high) = descending ? (right, left) : (left, right)
                return symbols[Int(low)] < symbols[Int(high)]
            }
            return
        }
        let later: [(values: [Double], descending: Bool)] = keys.dropFirst().compactMap { key in
            Self.column(key.column, of: universe).map { ($0, key.descending) }
        }
        // The first key decides nearly always: it travels beside the row so that a compare touches no other memory.
        // Missing becomes the smallest number, and descending order is ascending order of the negated number.
        var entries = order.map { row -> (key: Double, row: Int32) in
            let value = column[Int(row)]
            return (value.isNaN ? .infinity : (first.descending ? -value : value), row)
        }
        entries.sort { left, right in
            if left.key != right.key { return left.key < right.key }
            for (values, descending) in later {
                let (a, b) = (values[Int(left.row)], values[Int(right.row)])
                if a.isNaN || b.isNaN {
                    if a.isNaN != b.isNaN { return b.isNaN }
                } else if a != b {
                    return descending ? a > b : a < b
                }
            }
            return symbols[Int(left.row)] < symbols[Int(right.row)]
        }
        for (rank, entry) in entries.enumerated() { order[rank] = entry.row }
    }

    private func strips(
        _ rows: [Int],
        count: Int,
        _ universe: borrowing Universe,
        _ slots: borrowing DaySlots,
        _ baseline: borrowing Baseline,
        _ progress: DayProgress
    ) -> [Float] {
        guard count > 0 else { return [] }
        var cells: [Float] = []
        cells.reserveCapacity(rows.count * count)
        let newest = min(progress.completedSlots, Slot.count - 1)
        for row in rows {
            for slot in (newest - count + 1)...newest {
                if slot < 0 {
                    cells.append(.nan)
                } else if slot < progress.completedSlots {
                    cells.append(Float(RelativeVolume.slot(slot, row: row, slots: slots, baseline: baseline)))
                } else if progress.fraction * Double(Slot.seconds) < RelativeVolume.youngestSlotSeconds {
                    cells.append(.nan)
                } else {
                    let value = RelativeVolume.slotInProgress(
                        volume: universe.volume[row],
                        row: row,
                        slots: slots,
                        baseline: baseline,
                        at: progress
                    )
                    cells.append(Float(value))
                }
            }
        }
        return cells
    }

    private func find(_ request: FindRequest, _ universe: borrowing Universe) -> FoundSymbol? {
        let wanted = request.text.uppercased()
        guard !wanted.isEmpty, !order.isEmpty else { return nil }
        if let exact = exactMatch(wanted, request, universe) { return exact }
        let count = order.count
        var containing: FoundSymbol?
        // -1 stands before the top: backwards from there is the end.
        let start = request.backwards ? max(request.fromRank, 0) : request.fromRank
        for step in 1...count {
            let offset = request.backwards ? -step : step
            let rank = ((start % count + offset) % count + count) % count
            let symbol = universe.symbols[Int(order[rank])]
            let text = symbol.text.uppercased()
            if text.hasPrefix(wanted) { return FoundSymbol(symbol: symbol, rank: rank) }
            if containing == nil, text.contains(wanted) { containing = FoundSymbol(symbol: symbol, rank: rank) }
        }
        return containing
    }

    /// The symbol that is the text itself, unless the search is already among those that begin with it.
    ///
    /// One-letter symbols would drown otherwise: nearly every other symbol of their letter ranks before them.
    private func exactMatch(_ wanted: String, _ request: FindRequest, _ universe: borrowing Universe) -> FoundSymbol? {
        guard let symbol = Symbol(wanted), let row = universe.id(of: symbol)?.row, let rank = rank(ofRow: row) else {
            return nil
        }
        if order.indices.contains(request.fromRank) {
            let current = universe.symbols[Int(order[request.fromRank])].text.uppercased()
            if current.hasPrefix(wanted) { return nil }
        }
        return FoundSymbol(symbol: symbol, rank: rank)
    }
}
