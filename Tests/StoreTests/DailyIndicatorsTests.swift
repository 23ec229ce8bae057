import EngineAPI
import GRDB
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

@Suite
struct DailyIndicatorsTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let today: DayID
    private let days: [DayID]

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        today = try day("2026-11-20")
        days = ExchangeCalendar().tradingDays(before: today, count: DailyRequest.dayCount)
    }

    private func load() throws -> DailyIndicators {
        try store.loadDaily(DailyRequest(tradingDay: today, days: days, number: 7))
    }

    @Test func anEmptyStoreAnswersWithNothing() throws {
        let daily = try load()
        #expect(daily.symbols.isEmpty && daily.request.number == 7 && daily.closes[252] == [])
        #expect(try store.loadDaily(DailyRequest(tradingDay: today, days: [])).symbols.isEmpty)
    }

    /// One ticker rises by a dollar a day from 100, the other halves its price by a split and trades every other day.
    @Test func aYearOfBarsGivesEveryColumn() throws {
        for (index, date) in days.enumerated() {
            let price = Double(400 - index)
            var bars = [
                DailyBar(
                    symbol: try symbol("UP"),
                    open: price - 0.5,
                    high: price + 1,
                    low: price - 2,
                    close: price,
                    volume: 1000,
                    vwap: .nan,
                    trades: nil
                )
            ]
            // Before the split at twice the price and half the shares.
            let old = index >= 100
            if index % 2 == 0 { bars.append(try bar("HALF", volume: old ? 50 : 100, price: old ? 40 : 20)) }
            try store.writeDailyBars(date, bars, source: "test")
        }
        let split = try #require(StockSplit(symbol: try symbol("HALF"), executionDate: days[99], from: 1, to: 2))
        try store.write(.splits([split]))
        let daily = try load()
        #expect(daily.symbols.map(\.text) == ["HALF", "UP"])
        #expect(daily.previousOpen == [20, 399.5] && daily.previousClose == [20, 400])
        #expect(abs(daily.previousChangePercent[1] - 0.250626566416) < 1e-9 && daily.upDays == [0, 252])
        #expect(daily.averageVolume20 == [100, 1000] && daily.averageVolume3m == [100, 1000])
        #expect(daily.averageDollarVolume == [2000, 390_500])
        #expect(daily.closeSums[4] == [80, 1594] && daily.closeSums[199]?[1] == 59_899)
        #expect(daily.closeSums[199]?[0].isNaN == true && daily.closeSums[49]?[0] == 980)
        // Three days back is the third of the list; HALF trades on odd ones, and stands for the day after.
        #expect(daily.closes[3] == [20, 398] && daily.closes[252] == [20, 149] && daily.closes[5] == [20, 396])
        #expect(daily.highs[5] == [20, 401] && daily.lows[63] == [20, 336] && daily.highs[252]?[1] == 401)
        // 127 bars are no year.
        #expect(daily.lows[252]?[0].isNaN == true && daily.lows[252]?[1] == 147)
        #expect(abs(daily.meanGain[1] - 1) < 1e-12 && daily.meanLoss == [0, 0] && daily.meanGain[0] == 0)
        #expect(daily.closeSums.keys.sorted() == [4, 9, 19, 49, 199])
        #expect(daily.closes.keys.sorted() == [3, 5, 10, 20, 252])
        #expect(daily.highs.keys.sorted() == [5, 10, 20, 63, 252] && daily.lows.keys.sorted() == [5, 10, 20, 63, 252])
    }

    @Test func barsOfTheTradingDayItselfAndOfOtherDaysAreNotLookedAt() throws {
        for date in [today, today.adding(days: 1), days[0], days[1].adding(days: -700)] {
            try store.writeDailyBars(date, [try bar("A", volume: date == days[0] ? 7 : 9, price: 3)], source: "test")
        }
        var daily = try store.loadDaily(DailyRequest(tradingDay: today, days: [today] + days))
        #expect(daily.symbols.count == 1 && daily.upDays[0].isNaN && daily.previousClose[0].isNaN)
        daily = try load()
        #expect(daily.previousClose == [3])
        // A day twice counts once.
        daily = try store.loadDaily(DailyRequest(tradingDay: today, days: [days[0], days[0]]))
        #expect(daily.upDays[0].isNaN)
    }

    @Test func aMissingDayShiftsBarsAndNotTheDaysOfTheMarket() throws {
        for (index, date) in days.enumerated() where index != 2 && index < 8 {
            try store.writeDailyBars(date, [try bar("A", volume: 1, price: Double(100 - index))], source: "test")
        }
        let daily = try load()
        // The third day back is not stored: the close before it stands for it.
        #expect(daily.closes[3] == [97] && daily.closes[5] == [96])
        #expect(daily.closeSums[4] == [392])
    }

    @Test func aBarWithoutPricesOrWithADamagedNameSpoilsNothing() throws {
        for (index, date) in days.prefix(20).enumerated() {
            let price = index == 3 ? Double.nan : 5
            try store.writeDailyBars(date, [try bar("A", volume: 10, price: price)], source: "test")
        }
        let other = try otherConnection(folder.file)
        try other.write { db in
            try db.execute(
                sql: "INSERT INTO daily_bars (date, symbol, volume, source) VALUES (?, ' bad symbol ', 1, 'x')",
                arguments: [days[0].iso]
            )
            try db.execute(
                sql: "INSERT INTO daily_bars (date, symbol, volume, source) VALUES (?, 'B', 'much', 'x')",
                arguments: [days[0].iso]
            )
        }
        let daily = try load()
        #expect(daily.symbols.first?.text == "A" && daily.averageVolume20[0] == 10)
        #expect(daily.averageDollarVolume[0].isNaN && daily.highs[10]?[0] == 5 && daily.highs[20]?[0].isNaN == true)
        #expect(store.damagedRowCount == 1)
    }
}
