package import EngineAPI
import GRDB
package import MarketData
import MarketTime

extension TradeulStore {
    /// Slots of some symbols on a stored day beside what was usual before it: the same lookback as RVOL had on that day.
    ///
    /// At most ``SlotQuery/symbolsMax`` symbols. Volumes and averages are in shares of that day. `request` names the day and
    /// how its lookback is chosen: `HistoryRequest(tradingDay:calendar:settings:)`.
    ///
    /// - Throws: ``StoreError``.
    package func slots(_ symbols: [Symbol], _ request: HistoryRequest) throws -> SlotPage {
        try slotPages(SlotQuery(symbols: symbols), [request]).first
            ?? SlotPage(query: SlotQuery(symbols: []), tradingDay: request.tradingDay, madeAt: .epoch)
    }

    /// A symbol's slots on several stored days, in the order of the requests, each beside what was usual before it.
    ///
    /// Prices are the slots' average prices as traded; NaN where no source told any.
    ///
    /// - Throws: ``StoreError``.
    package func slotDays(_ symbol: Symbol, _ requests: [HistoryRequest]) throws -> [SlotPage] {
        try slotPages(SlotQuery(symbols: [symbol], priced: symbol), requests)
    }

    /// A page for each request; a row that serves several of them is read once.
    ///
    /// - Throws: ``StoreError``.
    package func slotPages(_ query: SlotQuery, _ requests: [HistoryRequest]) throws -> [SlotPage] {
        let cut = SlotQuery(symbols: Array(query.symbols.prefix(SlotQuery.symbolsMax)), priced: query.priced)
        var pages = requests.map { request in
            let end = NewYork.instant(request.tradingDay, secondOfDay: Slot.dayEndSecond)
            var page = SlotPage(query: cut, tradingDay: request.tradingDay, madeAt: end)
            page.volumes.reserveCapacity(cut.symbols.count * Slot.count)
            page.averages.reserveCapacity(cut.symbols.count * Slot.count)
            return page
        }
        let damagedRows = try reading { db in
            var damagedRows = 0
            for symbol in cut.symbols {
                var reader = try SymbolSlots(symbol, db)
                for index in requests.indices { try reader.append(requests[index], to: &pages[index]) }
                damagedRows += reader.damagedRows
            }
            if let priced = cut.priced {
                for index in pages.indices {
                    pages[index].prices = try SymbolSlots.prices(priced, pages[index].tradingDay, db)
                }
            }
            return damagedRows
        }
        noteDamaged(damagedRows)
        return pages
    }
}

/// One symbol's stored days, each read once.
private struct SymbolSlots {
    private let symbol: Symbol
    private let splits: [StockSplit]
    private let select: RawStatement
    /// 192 cumulative volumes of each day looked at; nil for one without a row.
    private var days: [DayID: [Int64]?] = [:]
    /// Rows met that this program did not write.
    private(set) var damagedRows = 0

    init(_ symbol: Symbol, _ db: Database) throws {
        self.symbol = symbol
        splits = try SplitTable.read(symbol, db)
        select = try RawStatement(
            db,
            "SELECT packed FROM volume_slots NOT INDEXED WHERE date = ?1 AND symbol = ?2"
        )
        try select.bind(2, symbol.text)
    }

    /// Appends the own volumes of a request's day to a page, and the mean own volumes of its lookback.
    mutating func append(_ request: HistoryRequest, to page: inout SlotPage) throws {
        var before: Int64 = 0
        if let volumes = try day(request.tradingDay) {
            for end in volumes {
                let isKnown = end != SlotRows.unknown && before != SlotRows.unknown
                page.volumes.append(isKnown ? Float(end - before) : .nan)
                before = end
            }
        } else {
            page.volumes.append(contentsOf: repeatElement(.nan, count: Slot.count))
        }
        // As `HistoryReader` sums: the same days in the same order, so that both give the same bits.
        let factors = SplitFactors(splits, tradingDay: request.tradingDay)
        var sums = [Double](repeating: 0, count: Slot.count)
        var served = 0
        for candidate in request.lookbackCandidates where served < request.daysPerSymbol {
            guard let volumes = try day(candidate), volumes[Slot.count - 1] > 0,
                !volumes.contains(SlotRows.unknown)
            else { continue }
            let factor = factors.factor(symbol, on: candidate)
            for slot in 0..<Slot.count {
                sums[slot] += factor == 1 ? Double(volumes[slot]) : Double(volumes[slot]) * factor
            }
            served += 1
        }
        var start = 0.0
        for sum in sums {
            page.averages.append(served == 0 ? .nan : Float((sum - start) / Double(served)))
            start = sum
        }
    }

    private mutating func day(_ day: DayID) throws -> [Int64]? {
        if let known = days[day] { return known }
        try select.bind(1, day.iso)
        defer { select.reset() }
        var volumes: [Int64]?
        if try select.step() {
            var slots = [Int64](repeating: SlotRows.unknown, count: Slot.count)
            let known = slots.withUnsafeMutableBufferPointer {
                SlotCodec.unpack(select.bytes(0), into: $0, unknown: SlotRows.unknown)
            }
            if known == nil { damagedRows += 1 } else { volumes = slots }
        }
        days[day] = .some(volumes)
        return volumes
    }

    /// 192 average prices of a day's slots, USD as traded; NaN where none is stored.
    static func prices(_ symbol: Symbol, _ day: DayID, _ db: Database) throws -> [Float] {
        let select = try RawStatement(db, "SELECT trades, vwap FROM slot_details WHERE date = ?1 AND symbol = ?2")
        defer { select.reset() }
        try select.bind(1, day.iso)
        try select.bind(2, symbol.text)
        var prices = [Float](repeating: .nan, count: Slot.count)
        guard try select.step() else { return prices }
        var counts = [Int32](repeating: 0, count: Slot.count)
        let isValid = counts.withUnsafeMutableBufferPointer { counts in
            prices.withUnsafeMutableBufferPointer { prices in
                SlotDetailCodec.unpack(
                    trades: select.bytes(0),
                    vwap: select.bytes(1),
                    intoTrades: counts,
                    vwap: prices
                )
            }
        }
        return isValid ? prices : [Float](repeating: .nan, count: Slot.count)
    }
}
