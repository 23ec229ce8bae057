import EngineAPI
import GRDB
import MarketData
import MarketTime
import Testing

@testable import Store

@Suite
struct FactsTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let date: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        date = try day("2026-11-20")
    }

    @Test func aKnownFactIsNeverErasedAndKeepsItsOrigin() throws {
        let aapl = try symbol("AAPL")
        var company = TickerFacts(TickerMetadata(symbol: aapl, name: "Apple Inc.", exchange: "XNAS", type: "CS"))
        company.floatShares = 1.5e10
        try store.writeTickers([company], source: "fmp", date: date)
        var later = TickerFacts(symbol: aapl)
        later.marketCap = 4e12
        later.exchange = "XNYS"
        try store.writeTickers([later], source: "polygon", date: date.adding(days: 1))

        var expected = company
        expected.marketCap = 4e12
        expected.exchange = "XNYS"
        #expect(try store.tickers() == [expected])
        let origins = try store.factOrigins(aapl)
        #expect(origins["name"] == FactOrigin(source: "fmp", date: date))
        #expect(origins["float_shares"] == FactOrigin(source: "fmp", date: date))
        #expect(origins["exchange"] == FactOrigin(source: "polygon", date: date.adding(days: 1)))
        #expect(origins["sector"] == nil && origins.count == 5)
    }

    @Test func aListingWithoutNameKeepsTheStoredOne() throws {
        let aapl = try symbol("AAPL")
        for name in ["Apple Inc.", ""] {
            let listing = TickerMetadata(symbol: aapl, name: name, exchange: nil, type: name.isEmpty ? "ETF" : "CS")
            try store.writeTickers([listing], source: "polygon", date: date)
        }
        #expect(try store.tickers().map(\.name) == ["Apple Inc."])
        #expect(try store.tickers().map(\.type) == ["ETF"])
        #expect(try store.factOrigins(symbol("NONE")).isEmpty)
    }

    @Test func hostileNamesAreStoredAsText() throws {
        let name = "'); DROP TABLE settings; --\u{1B}[2J\u{0}🦊"
        let listing = TickerMetadata(symbol: try symbol("X"), name: name, exchange: nil, type: nil)
        try store.writeTickers([listing], source: "polygon", date: date)
        #expect(try store.tickers().first?.name == name)
        #expect(try store.setting("any") == nil)
    }

    @Test func barsComeBackAndKeepWhatALaterOneLeavesOut() throws {
        let aapl = try symbol("AAPL")
        let full = DailyBar(
            symbol: aapl,
            open: 1,
            high: 4,
            low: 0.5,
            close: 2,
            volume: 1000.25,
            vwap: 1.75,
            trades: 9
        )
        var corrected = full
        corrected.volume = 1100
        corrected.vwap = .nan
        corrected.trades = nil
        corrected.open = .nan
        #expect(try store.writeDailyBars(date, [full], source: "grouped") == 1)
        #expect(try store.writeDailyBars(date, [corrected], source: "snapshot") == 1)
        var expected = full
        expected.volume = 1100
        #expect(try store.dailyBars(date) == [expected])
        #expect(try store.dailyBars(date.adding(days: 1)).isEmpty)
    }

    @Test func barsWithoutAVolumeAreNotWritten() throws {
        let bars = try [("A", Double.nan), ("B", -1), ("C", .infinity), ("D", 0)].map { name, volume in
            DailyBar(
                symbol: try symbol(name),
                open: 1,
                high: 1,
                low: 1,
                close: .infinity,
                volume: volume,
                vwap: .nan,
                trades: nil
            )
        }
        #expect(try store.writeDailyBars(date, bars, source: "grouped") == 1)
        let bar = try #require(try store.dailyBars(date).first)
        #expect(bar.symbol == (try symbol("D")) && bar.close.isNaN && bar.vwap.isNaN && bar.trades == nil)
    }

    @Test func daysOfTheCalendarComeBackAndAreReplaced() throws {
        let thanksgiving = MarketDay(date: try day("2026-11-26"), kind: .closed, reason: "Thanksgiving")
        let friday = MarketDay(date: try day("2026-11-27"), kind: .earlyClose, reason: "Early close")
        try store.writeMarketDays([friday, thanksgiving], source: "vendor")
        #expect(try store.marketDays() == [thanksgiving, friday])
        let corrected = MarketDay(date: friday.date, kind: .full, reason: "")
        try store.writeMarketDays([corrected], source: "vendor")
        #expect(try store.marketDays() == [thanksgiving, corrected])
        let hours = try store.reading { db in
            try Row.fetchAll(db, sql: "SELECT open, close FROM market_days ORDER BY date").map {
                [$0["open"] as String?, $0["close"] as String?]
            }
        }
        #expect(hours == [[nil, nil], ["09:30", "16:00"]])
    }

    @Test func exactHoursAndTheirSourceComeBack() throws {
        let days = [
            MarketDay(date: try day("2026-11-27"), kind: .earlyClose, reason: "Early close", closeSecond: 48_600),
            MarketDay(date: try day("2026-12-01"), kind: .full, reason: "Opened late", openSecond: 39_605),
            MarketDay(
                date: try day("2026-12-24"),
                kind: .earlyClose,
                reason: "",
                closeSecond: 46_800,
                postCloseSecond: 57_600
            ),
        ]
        try store.writeMarketDays(days, source: "vendor")
        #expect(try store.marketDays() == days)
        #expect(try store.storedMarketDays().map(\.source) == ["vendor", "vendor", "vendor"])
        let hours = try store.reading { db in
            try Row.fetchAll(db, sql: "SELECT open, close, post_close FROM market_days ORDER BY date").map {
                [$0["open"] as String?, $0["close"] as String?, $0["post_close"] as String?]
            }
        }
        #expect(hours[0] == ["09:30", "13:30", "17:30"] && hours[1][0] == "11:00:05" && hours[2][2] == "16:00")
    }

    @Test func datesThatHavePassedKeepWhatWasStored() throws {
        let past = MarketDay(date: try day("2026-11-26"), kind: .closed, reason: "Thanksgiving")
        let unknown = MarketDay(date: try day("2026-11-25"), kind: .closed, reason: "Mourning")
        let today = MarketDay(date: try day("2026-11-27"), kind: .earlyClose, reason: "Early close")
        try store.writeMarketDays([past, today], source: "vendor")
        let changed = [past, today, unknown].map { MarketDay(date: $0.date, kind: .full, reason: "changed") }
        try store.writeMarketDays(changed, source: "later", today: today.date)
        #expect(try store.marketDays() == [changed[2], past, changed[1]])
        #expect(try store.storedMarketDays().map(\.source) == ["later", "vendor", "later"])
    }

    @Test(arguments: ["25:00", "nonsense", "", "9", "12:61", "-1:30", "12:00:99", "::"])
    func hoursThatAreNoneAreThoseOfTheKind(_ text: String) throws {
        let friday = MarketDay(date: try day("2026-11-27"), kind: .earlyClose, reason: "Early close")
        try store.writeMarketDays([friday], source: "vendor")
        try store.writing { db in
            try db.execute(sql: "UPDATE market_days SET open = ?1, close = ?1, post_close = ?1", arguments: [text])
        }
        #expect(try store.marketDays() == [friday])
    }

    @Test func aCorrectedCalendarCorrectsTheExpectedMinutes() throws {
        try store.writeDailyBars(date, [try bar("A", volume: 1)], source: "grouped")
        #expect(try store.expectedMinutes(of: date) == 960)
        let early = MarketDay(date: date, kind: .earlyClose, reason: "Early close")
        try store.writeMarketDays([early], source: "vendor")
        #expect(try store.expectedMinutes(of: date) == 780)
        #expect(try store.expectedMinutes(of: date.adding(days: 1)) == nil)
    }

    @Test func settingsAreReplaced() throws {
        try store.setSetting("layout", to: "a", at: Instant(milliseconds: 5))
        try store.setSetting("layout", to: "b", at: Instant(milliseconds: 6))
        #expect(try store.setting("layout") == "b" && store.setting("Layout") == nil)
        #expect(try store.reading { try Int.fetchOne($0, sql: "SELECT updated_at FROM settings") } == 6)
    }
}
