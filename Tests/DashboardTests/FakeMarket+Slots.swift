import Dashboard
import EngineAPI
import MarketData
import MarketTime
import TestSupport

extension FakeMarket {
    /// The slots of tickers as the engine would tell them at a moment; invented, always the same.
    func slotPage(_ query: SlotQuery) -> SlotPage {
        let day = status.session.tradingDay
        var page = SlotPage(query: query, tradingDay: day, madeAt: now.adding(seconds: -dataAge))
        let progress = DayProgress(of: day, at: page.madeAt)
        for symbol in query.symbols {
            guard let row = rows.first(where: { $0.symbol == symbol }) else {
                page.volumes += repeatElement(.nan, count: Slot.count)
                page.averages += repeatElement(.nan, count: Slot.count)
                continue
            }
            let slots = Self.slots(row, seed: 0)
            page.averages += hasHistory(row) ? slots.averages : Array(repeating: .nan, count: Slot.count)
            for slot in 0..<Slot.count {
                let share: Float =
                    slot < progress.completedSlots
                    ? 1 : slot == progress.completedSlots ? Float(progress.fraction) : .nan
                let isLost = row.flags.contains(.unknownSlots) && (84..<89).contains(slot)
                page.volumes.append(isLost ? .nan : (slots.volumes[slot] * share).rounded())
            }
        }
        if query.priced != nil {
            page.prices = FakePage.prices(query.priced, rows, through: progress.completedSlots)
        }
        return page
    }

    /// The slots of past days as the history file would tell them.
    func pastSlots(_ query: PastSlotQuery) -> PastSlots {
        var past = PastSlots(query: query)
        let days = ExchangeCalendar()
            .tradingDays(before: status.session.tradingDay, count: query.daysBack + query.days - 1)
            .sorted(by: >).dropFirst(query.daysBack - 1)
        for symbol in query.symbols {
            guard let row = rows.first(where: { $0.symbol == symbol }), hasHistory(row) else { continue }
            for day in days {
                let slots = Self.slots(row, seed: UInt64(day.rawValue))
                past.symbols.append(symbol)
                past.days.append(day)
                past.volumes += slots.volumes
                past.averages += slots.averages
            }
        }
        return past
    }

    private func hasHistory(_ row: FakeRow) -> Bool { baseline != .empty && !row.rvol.isNaN }

    /// A day of a ticker: what is usual is high after the open and before the close; it wakes at an hour of its own.
    private static func slots(_ row: FakeRow, seed: UInt64) -> (volumes: [Float], averages: [Float]) {
        var random = SeededRandom(seed: row.volume.bitPattern &* 31 &+ seed)
        let heat = row.rvol.isNaN ? 1.2 : seed == 0 ? min(row.rvol, 30) * 0.5 : 0.5 + 3 * random.unit() * random.unit()
        let wakes = 6 + random.below(100)
        var rest = random.unit()
        var volumes: [Float] = []
        var averages: [Float] = []
        for slot in 0..<Slot.count {
            let usual = (row.average / 100 * shape(slot)).rounded()
            rest = rest * 0.7 + random.unit() * 0.3
            let level = slot < wakes ? 0.2 + 0.7 * rest : 0.5 + (heat - 0.3) * 2 * rest * rest
            let isQuiet = row.flags.contains(.thinBaseline) && random.below(3) == 0
            volumes.append(Float(isQuiet ? 0 : (usual * level).rounded()))
            averages.append(Float(usual))
        }
        return (volumes, averages)
    }

    private static func shape(_ slot: Int) -> Double {
        switch slot {
        case ..<Slot.regularOpen: 0.05 + 0.2 * Double(slot) / Double(Slot.regularOpen)
        case ..<Slot.regularClose:
            0.7 + 2.2 / (1 + Double(slot - Slot.regularOpen)) + 1.4 / (1 + Double(Slot.regularClose - slot))
        default: 0.3 / (1 + 0.1 * Double(slot - Slot.regularClose))
        }
    }
}
