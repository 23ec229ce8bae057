import EngineAPI
import MarketData
import MarketTime
import Simulator
import Store

extension SimulatedHistory {
    /// Brings in trades and average prices of the slots of past days, newest day first: what z-scores of trades compare
    /// with, and what a backtest buys at.
    ///
    /// The days' volumes are there before; with its details a day is written once more.
    func importDetails(
        now: Instant,
        _ symbols: [Symbol?],
        _ reader: MarketReader,
        _ mustStop: () -> Bool,
        _ rest: () -> Void
    ) throws {
        let today = market.calendar.state(at: now).tradingDay
        for day in market.calendar.tradingDays(before: today, count: Self.dayCount) where market.hasData(on: day) {
            let mark = "simulated-history.details.\(day.iso)"
            guard try store.setting(mark) == nil else { continue }
            try importDetails(of: day, now: now, symbols, reader, mustStop)
            if mustStop() { return }
            try store.setSetting(mark, to: "complete", at: now)
            rest()
        }
    }

    private func importDetails(
        of day: DayID,
        now: Instant,
        _ symbols: [Symbol?],
        _ reader: MarketReader,
        _ mustStop: () -> Bool
    ) throws {
        var rows = SlotHistory()
        let volumes = UnsafeMutableBufferPointer<Int64>.allocate(capacity: Slot.count)
        defer { volumes.deallocate() }
        let start = NewYork.instant(day, secondOfDay: Slot.dayStartSecond).milliseconds
        for index in symbols.indices {
            guard let symbol = symbols[index], market.listings[index].listDate <= day,
                reader.slotVolumes(on: day, of: index, into: volumes), volumes[Slot.count - 1] > 0
            else { continue }
            var trades = [Int32](repeating: 0, count: Slot.count)
            var vwap = [Float](repeating: .nan, count: Slot.count)
            reader.forEachSlotBar(on: day, of: index, asOf: now) { bar, _ in
                let slot = Int((bar.startMs - start) / 1000) / Slot.seconds
                guard (0..<Slot.count).contains(slot) else { return }
                trades[slot] = Int32(clamping: bar.trades)
                vwap[slot] = Float(bar.vwapE4 / 10_000)
            }
            rows.append(symbol, day, cumulative: volumes, trades: trades, vwap: vwap)
            if rows.count == Self.rowsPerBatch {
                try store.write(.bars(rows, coverage: [], source: .simulator))
                rows.removeAll()
                if mustStop() { return }
            }
        }
        try store.write(.bars(rows, coverage: [], source: .simulator))
    }
}

extension MarketReader {
    /// The average price of each of a day's first slots that are over, USD; NaN without trades.
    func slotPrices(on day: DayID, of ticker: Int, slotCount: Int, asOf: Instant) -> [Float] {
        var prices = [Float](repeating: .nan, count: slotCount)
        let start = NewYork.instant(day, secondOfDay: Slot.dayStartSecond).milliseconds
        forEachSlotBar(on: day, of: ticker, slots: 0..<slotCount, asOf: asOf) { bar, _ in
            let slot = Int((bar.startMs - start) / 1000) / Slot.seconds
            if prices.indices.contains(slot) { prices[slot] = Float(bar.vwapE4 / 10_000) }
        }
        return prices
    }
}
