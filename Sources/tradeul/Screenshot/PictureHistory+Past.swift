import Dashboard
import EngineAPI
import MarketData
import MarketTime
import Simulator

// What a ticker's page and a heatmap of past days ask of stored days.

extension PictureHistory {
    /// Days that stand on a ticker's page.
    private static let studyDays = 20

    /// A ticker's last days; who was on a list an hour ago is not remembered.
    func study(_ symbol: Symbol, now: Instant) -> TickerStudy {
        var study = TickerStudy(symbol: symbol)
        let today = market.calendar.state(at: now).tradingDay
        study.days = market.calendar.tradingDays(before: today, count: Self.studyDays).compactMap { day in
            dailyBar(of: symbol, on: day).map { bar in
                TickerStudy.Day(
                    day: day,
                    open: bar.open,
                    high: bar.high,
                    low: bar.low,
                    close: bar.close,
                    volume: bar.volume
                )
            }
        }
        return study
    }

    /// Slots of past days beside what was usual for them then.
    func pastSlots(_ query: PastSlotQuery, settings: RVOLSettings, now: Instant) -> PastSlots {
        var slots = PastSlots(query: query)
        let calendar = market.calendar
        let today = calendar.state(at: now).tradingDay
        let back = min(max(query.daysBack, 1), PastSlotQuery.daysMax)
        let count = min(max(query.days, 1), PastSlotQuery.daysMax)
        let days = calendar.tradingDays(before: today, count: back + count - 1).dropFirst(back - 1)
        for symbol in query.symbols.prefix(PastSlotQuery.symbolsMax) {
            for day in days {
                slots.symbols.append(symbol)
                slots.days.append(day)
                slots.volumes += ownVolumes(of: symbol, on: day).map { $0.map(Float.init) } ?? Self.nothing
                slots.averages += averages(of: symbol, on: day, settings)
            }
        }
        if !slots.volumes.contains(where: { !$0.isNaN }) { slots.problem = "nothing of that day is stored" }
        return slots
    }

    private static var nothing: [Float] { [Float](repeating: .nan, count: Slot.count) }

    /// Mean own volumes of the days that served as lookback then; NaN without one.
    private func averages(of symbol: Symbol, on day: DayID, _ settings: RVOLSettings) -> [Float] {
        let request = HistoryRequest(tradingDay: day, calendar: market.calendar, settings: settings)
        var sums = [Double](repeating: 0, count: Slot.count)
        var served = 0
        for earlier in request.lookbackCandidates.prefix(SimulatedHistory.dayCount)
        where served < request.daysPerSymbol {
            guard let volumes = ownVolumes(of: symbol, on: earlier) else { continue }
            served += 1
            for slot in 0..<Slot.count { sums[slot] += volumes[slot] }
        }
        return served == 0 ? Self.nothing : sums.map { Float($0 / Double(served)) }
    }
}
