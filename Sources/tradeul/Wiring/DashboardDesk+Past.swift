import Dashboard
import Dispatch
import EngineAPI
import MarketData
import MarketTime
import Store
import Synchronization

// What the dashboard asks of stored days.

extension DashboardDesk {
    /// Days that stand on a ticker's page.
    private static let barsMax = 20

    /// Looks up a ticker's past days, and where it stood on the lists an hour ago.
    func study(_ symbol: Symbol) {
        queue.async { [self] in
            var study = TickerStudy(symbol: symbol)
            do {
                let opened = try store.open()
                let now = clock.now()
                let today = NewYork.wall(at: now).day
                study.days = try opened.dailyBars(of: symbol, through: today.adding(days: -1), count: Self.barsMax)
                    .map { bar in
                        TickerStudy.Day(
                            day: bar.day,
                            open: bar.open,
                            high: bar.high,
                            low: bar.low,
                            close: bar.close,
                            volume: bar.volume
                        )
                    }
                let lists = book.withLock { $0.lists.map(\.name) }
                study.ranksHourAgo =
                    try opened.ranks(of: symbol, lists: lists, at: now.adding(seconds: -3600))
                    .compactMap { stored in
                        guard let rank = stored.rank, rank > 0 else { return nil }
                        return TickerStudy.Rank(list: stored.list, rank: rank)
                    }
            } catch {
                say(.warning, "\(symbol.text)'s past days: \(Self.sentence(error))")
            }
            tell(.studied(study))
        }
    }

    /// Reads slots of past days.
    func pastSlots(_ query: PastSlotQuery) {
        queue.async { [self] in
            var slots = PastSlots(query: query)
            do {
                try read(query, into: &slots)
                if !slots.volumes.contains(where: { !$0.isNaN }) {
                    slots.problem = "nothing of that day is stored: tradeul backfill --days 20 loads past days"
                }
            } catch {
                slots.problem = Self.sentence(error)
            }
            tell(.pastSlots(slots))
        }
    }

    private func read(_ query: PastSlotQuery, into slots: inout PastSlots) throws {
        let opened = try store.open()
        let calendar = ExchangeCalendar(overrides: try opened.marketDays())
        var day = calendar.state(at: clock.now()).tradingDay
        let symbols = Array(query.symbols.prefix(PastSlotQuery.symbolsMax))
        let back = min(max(query.daysBack, 1), PastSlotQuery.daysMax)
        let days = min(max(query.days, 1), PastSlotQuery.daysMax)
        for _ in 0..<back { day = calendar.tradingDay(before: day) }
        var requests: [HistoryRequest] = []
        for _ in 0..<days {
            requests.append(HistoryRequest(tradingDay: day, calendar: calendar, settings: rvol))
            day = calendar.tradingDay(before: day)
        }
        let pages = try opened.slotPages(SlotQuery(symbols: symbols), requests)
        // Ticker after ticker, the newest day first.
        for (row, symbol) in symbols.enumerated() {
            for page in pages where page.volumes.count >= (row + 1) * Slot.count {
                let cells = (row * Slot.count)..<((row + 1) * Slot.count)
                slots.symbols.append(symbol)
                slots.days.append(page.tradingDay)
                slots.volumes += page.volumes[cells]
                slots.averages += page.averages[cells]
            }
        }
    }
}
