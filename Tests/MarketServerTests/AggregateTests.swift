import MarketServer
import MarketTime
import Simulator
import Testing

@Suite struct AggregateTests {
    /// All bars of a query, page by page; the pages are counted.
    private func bars(_ desk: Desk, _ target: String) throws -> (bars: [JSONValue], pages: Int) {
        var found: [JSONValue] = []
        var pages = 0
        var next: String? = target
        while let target = next {
            let body = try desk.json(target)
            found += body["results"]?.array ?? []
            pages += 1
            try #require(pages < 200)
            let url = body["next_url"]?.string
            #expect(url?.contains("apiKey") != true)
            next = url.map { String($0.dropFirst("http://127.0.0.1".count)) }
        }
        return (found, pages)
    }

    @Test func fiveMinuteBarsSumToTheSlotVolumes() throws {
        let desk = Desk(now: moment(opening, 21, 0))
        let market = desk.service.market
        let reader = MarketReader(market)
        let day = market.calendar.tradingDay(before: opening)
        let start = moment(day, 4, 0).milliseconds
        for ticker in ["AAPL", "BRK.B", "ACHR.WS", "TSLA"] {
            let path = "/v2/aggs/ticker/\(ticker)/range/5/minute/\(day.iso)/\(day.iso)?limit=50000"
            let (bars, _) = try bars(desk, path)
            var slots = [Int64](repeating: 0, count: Slot.count)
            let index = try #require(market.index(of: ticker))
            let traded = slots.withUnsafeMutableBufferPointer { reader.slotVolumes(on: day, of: index, into: $0) }
            #expect(traded)
            var byStart: [Int64: Double] = [:]
            for bar in bars { byStart[Int64(try #require(bar["t"]?.number))] = bar["v"]?.number }
            var sum = 0.0
            for slot in 0..<Slot.count {
                sum += byStart[start + Int64(slot) * 300_000] ?? 0
                #expect(Int64(sum.rounded()) == slots[slot], "\(ticker) slot \(slot)")
            }
            #expect(byStart.count == bars.count)
        }
    }

    @Test func theLimitCountsBaseBarsAndPagesLoseNothing() throws {
        let desk = Desk(now: moment(opening, 21, 0))
        let path = "/v2/aggs/ticker/AAPL/range/5/minute/\(opening.iso)/\(opening.iso)"
        let whole = try bars(desk, path + "?limit=50000")
        let paged = try bars(desk, path + "?limit=100")
        #expect(whole.pages == 1)
        #expect(whole.bars.count > 150)
        #expect(paged.pages >= 8)
        #expect(paged.bars == whole.bars)
        let first = try desk.json(path + "?limit=100")
        #expect(try #require(first["resultsCount"]?.number) <= 21)
        #expect(try #require(first["queryCount"]?.number) >= 100)
        #expect(first["next_url"]?.string?.contains("/range/5/minute/17") == true, "the bound moves in the path")
    }

    /// Five-minute bars do not come from minutes: whatever is asked for must look as if they did.
    @Test(arguments: ["5/minute", "15/minute", "1/hour"], [(21, 0, 0), (10, 32, 30)])
    func longBarsAreTheirMinutesPutTogether(window: String, clock: (Int, Int, Int)) throws {
        let desk = Desk(now: moment(opening, clock.0, clock.1, clock.2))
        let length: Double = window == "5/minute" ? 300_000 : window == "15/minute" ? 900_000 : 3_600_000
        let market = desk.service.market
        let reverse = try #require(market.splits.first { $0.kind == .reverse })
        let split = market.listings[reverse.ticker].ticker
        let executed = reverse.executionDate
        for (ticker, day, adjusted) in [("BRK.B", opening, false), (split, executed, false), (split, executed, true)] {
            // The range begins on the day before, and begins and ends within a slot.
            let from = moment(market.calendar.tradingDay(before: day), 9, 47).milliseconds
            let range = "\(from)/\(moment(day, 10, 33).milliseconds)?adjusted=\(adjusted)&limit=50000"
            let minutes = try desk.json("/v2/aggs/ticker/\(ticker)/range/1/minute/\(range)")
            let long = try desk.json("/v2/aggs/ticker/\(ticker)/range/\(window)/\(range)")
            #expect(minutes["queryCount"] == long["queryCount"], "the limit counts minutes")
            var rest = try #require(minutes["results"]?.array)[...]
            for bar in try #require(long["results"]?.array) {
                let end = try #require(bar["t"]?.number) + length
                let own = rest.prefix { ($0["t"]?.number ?? 0) < end }
                rest = rest.dropFirst(own.count)
                let micro = own.reduce(0) { $0 + (($1["v"]?.number ?? 0) * 1e6).rounded() }
                #expect(micro == ((bar["v"]?.number ?? 0) * 1e6).rounded(), "\(ticker) \(bar)")
                #expect(own.first?["o"] == bar["o"] && own.last?["c"] == bar["c"])
                #expect(own.compactMap { $0["h"]?.number }.max() == bar["h"]?.number)
                #expect(own.compactMap { $0["l"]?.number }.min() == bar["l"]?.number)
                #expect(own.reduce(0) { $0 + ($1["n"]?.number ?? 1) } == bar["n"]?.number ?? 1)
            }
            #expect(rest.isEmpty)
        }
    }

    @Test func thirtyDaysOfFiveMinutesComeInOnePage() throws {
        let desk = Desk(now: moment(opening, 21, 0))
        let from = desk.service.market.historyDays(30)[0].iso
        let found = try bars(desk, "/v2/aggs/ticker/AAPL/range/5/minute/\(from)/\(opening.iso)?limit=50000")
        #expect(found.pages == 1)
        #expect(found.bars.count > 31 * 150)
    }

    @Test(arguments: ["5/minute", "1/minute", "1/hour"])
    func descendingIsAscendingBackwards(window: String) throws {
        let desk = Desk(now: moment(opening, 21, 0))
        let path = "/v2/aggs/ticker/TSLA/range/\(window)/2026-11-16/2026-11-18"
        let up = try bars(desk, path + "?sort=asc&limit=50000").bars
        let down = try bars(desk, path + "?sort=desc&limit=300").bars
        #expect(!up.isEmpty)
        #expect(Array(down.reversed()) == up)
    }

    @Test func dayBarsStartAtMidnightAndPageOnTheWindow() throws {
        let desk = Desk(now: moment(opening, 21, 0))
        let path = "/v2/aggs/ticker/AAPL/range/1/day/2026-10-26/2026-11-18"
        let whole = try bars(desk, path).bars
        #expect(whole.count == 18)
        let october = try #require(DayID(iso: "2026-10-26"))
        #expect(whole.first?["t"]?.number == Double(NewYork.instant(october, secondOfDay: 0).milliseconds))
        let paged = try bars(desk, path + "?limit=4")
        #expect(paged.pages == 5)
        #expect(paged.bars == whole)
        #expect(Array(try bars(desk, path + "?limit=4&sort=desc").bars.reversed()) == whole)
    }

    @Test(arguments: ["week", "month", "quarter", "year"])
    func longWindowsAddUpTheirDays(timespan: String) throws {
        let desk = Desk(now: moment(opening, 21, 0))
        let range = "2026-10-01/2026-11-18"
        let days = try bars(desk, "/v2/aggs/ticker/SPY/range/1/day/\(range)").bars
        let long = try bars(desk, "/v2/aggs/ticker/SPY/range/1/\(timespan)/\(range)").bars
        #expect(long.count < days.count && !long.isEmpty)
        let total = { (bars: [JSONValue]) in bars.reduce(0) { $0 + ($1["v"]?.number ?? 0) }.rounded() }
        #expect(total(long) == total(days))
    }

    @Test func nothingOfTheFutureIsTold() throws {
        let desk = Desk(now: moment(opening, 10, 30, 15))
        let minutes = try bars(desk, "/v2/aggs/ticker/AAPL/range/1/minute/\(opening.iso)/2026-11-30?limit=50000").bars
        let last = try #require(minutes.last?["t"]?.number)
        #expect(last == Double(moment(opening, 10, 30).milliseconds))
        let snapshot = try desk.json("/v2/snapshot/locale/us/markets/stocks/tickers/AAPL")["ticker"]
        let total = minutes.reduce(0) { $0 + ($1["v"]?.number ?? 0) }
        #expect(total.rounded(.down) == snapshot?["min"]?["av"]?.number)
        let day = try bars(desk, "/v2/aggs/ticker/AAPL/range/1/day/\(opening.iso)/2026-11-30").bars
        #expect(day.count == 1)
        #expect(day.first?["c"]?.number == snapshot?["day"]?["c"]?.number)
        let later = try desk.json("/v2/aggs/ticker/AAPL/range/1/day/2026-11-19/2026-11-30")
        #expect(later["results"] == nil && later["resultsCount"]?.number == 0)
    }

    @Test(arguments: [
        "/v2/aggs/ticker/NOPE/range/1/day/2026-11-01/2026-11-18",
        "/v2/aggs/ticker/AAPL/range/1/minute/2026-11-14/2026-11-15",
        "/v2/aggs/grouped/locale/us/market/stocks/2026-11-15",
    ])
    func emptyMeansNoResultsKey(target: String) throws {
        let body = try Desk().json(target)
        #expect(body["results"] == nil)
        #expect(body["resultsCount"]?.number == 0)
        #expect(body["queryCount"]?.number == 0)
        #expect(body["status"]?.string == "OK")
    }

    @Test func groupedBarsAreTheDaysBarsStampedWithTheClose() throws {
        let desk = Desk()
        let body = try desk.json("/v2/aggs/grouped/locale/us/market/stocks/2026-11-17")
        let rows = try #require(body["results"]?.array)
        #expect(rows.count > 80)
        let close = Double(moment(opening.adding(days: -1), 16, 0).milliseconds)
        #expect(rows.allSatisfy { $0["t"]?.number == close })
        #expect(rows.contains { $0["vw"] == nil } || rows.allSatisfy { ($0["n"]?.number ?? 0) > 1 })
        let apple = try #require(rows.first { $0["T"]?.string == "AAPL" })
        let day = try #require(try bars(desk, "/v2/aggs/ticker/AAPL/range/1/day/2026-11-17/2026-11-17").bars.first)
        let previous = try #require(try desk.json("/v2/aggs/ticker/AAPL/prev")["results"]?.array?.first)
        for key in ["o", "h", "l", "c", "v"] {
            #expect(apple[key] == day[key])
            #expect(apple[key] == previous[key])
        }
        let snapshot = try desk.json("/v2/snapshot/locale/us/markets/stocks/tickers/AAPL")["ticker"]?["prevDay"]
        #expect(snapshot?["c"] == apple["c"])
    }

    @Test func openAndCloseOfADay() throws {
        let desk = Desk()
        let body = try desk.json("/v1/open-close/AAPL/2026-11-17")
        let bar = try #require(try bars(desk, "/v2/aggs/ticker/AAPL/range/1/day/2026-11-17/2026-11-17").bars.first)
        #expect(body["open"] == bar["o"] && body["close"] == bar["c"])
        #expect(body["symbol"]?.string == "AAPL" && body["from"]?.string == "2026-11-17")
        #expect(body["preMarket"]?.number != nil && body["afterHours"]?.number != nil)
        for missing in ["/v1/open-close/AAPL/2026-11-15", "/v1/open-close/NOPE/2026-11-17"] {
            let (status, text) = try desk.get(missing)
            #expect(status == 404)
            #expect(text.contains("Data not found."))
        }
    }
}

@Suite struct ReferenceTests {
    @Test func pagesListEveryTickerOnceInOrder() throws {
        let desk = Desk(count: 250)
        var found: [String] = []
        var next: String? = "/v3/reference/tickers?market=stocks&active=true&limit=60"
        var pages = 0
        while let target = next {
            let body = try desk.json(target)
            let results = try #require(body["results"]?.array)
            #expect(body["count"]?.number == Double(results.count))
            found += results.compactMap { $0["ticker"]?.string }
            let url = body["next_url"]?.string
            #expect(url?.contains("good") != true)
            next = url.map { String($0.dropFirst("http://127.0.0.1".count)) }
            pages += 1
            try #require(pages < 20)
        }
        let listed = desk.service.market.listings.filter { $0.listDate <= opening }.map(\.ticker)
        #expect(found == listed.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(pages == (listed.count + 59) / 60)
    }

    @Test func filtersNarrowTheList() throws {
        let desk = Desk(count: 250)
        func names(_ query: String) throws -> [String] {
            try desk.json("/v3/reference/tickers?limit=1000&\(query)")["results"]?.array?.compactMap {
                $0["ticker"]?.string
            }
                ?? []
        }
        #expect(try names("ticker=BRK.B") == ["BRK.B"])
        #expect(try names("ticker=brk.b").isEmpty)
        #expect(try names("type=PFD").contains("BACpM"))
        #expect(try names("search=apple").contains("AAPL"))
        #expect(try names("ticker.gte=T&ticker.lt=U").allSatisfy { $0.hasPrefix("T") })
        #expect(try names("active=false").isEmpty)
        #expect(try names("order=desc") == names("order=asc").reversed())
    }

    @Test func detailsAreSparseForDerivatives() throws {
        let desk = Desk()
        let apple = try #require(try desk.json("/v3/reference/tickers/AAPL")["results"])
        #expect(apple["type"]?.string == "CS" && apple["primary_exchange"]?.string == "XNAS")
        #expect(try #require(apple["market_cap"]?.number) > 0)
        #expect(apple["list_date"]?.string?.utf8.count == 10)
        let warrant = try #require(try desk.json("/v3/reference/tickers/ACHR.WS")["results"])
        #expect(warrant["ticker_root"]?.string == "ACHR" && warrant["ticker_suffix"]?.string == "WS")
        #expect(warrant["market_cap"] == nil && warrant["list_date"] == nil)
        let (status, text) = try desk.get("/v3/reference/tickers/NOPE")
        #expect(status == 404 && text.contains("Ticker not found."))
        let test = try #require(try desk.json("/v3/reference/tickers/ZVZZT")["results"])
        #expect(test["type"] == nil)
    }
}
