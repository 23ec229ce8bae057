import MarketServer
import MarketTime
import Simulator
import Testing

@Suite struct SplitTests {
    private static let evening = moment(opening, 21, 0)

    private func pages(_ desk: Desk, _ target: String) throws -> [[JSONValue]] {
        var found: [[JSONValue]] = []
        var next: String? = target
        while let target = next {
            let body = try desk.json(target)
            found.append(try #require(body["results"]?.array))
            try #require(found.count < 50)
            let url = body["next_url"]?.string
            #expect(url?.contains("good") != true)
            next = url.map { String($0.dropFirst("http://127.0.0.1".count)) }
        }
        return found
    }

    private func dates(_ rows: [JSONValue]) -> [String] { rows.compactMap { $0["execution_date"]?.string } }

    @Test func everySplitIsToldOnceNewestFirst() throws {
        let desk = Desk()
        let rows = try pages(desk, "/v3/reference/splits?limit=1000").flatMap { $0 }
        let splits = desk.service.market.splits
        #expect(rows.count == splits.count && rows.count >= 6)
        #expect(dates(rows) == splits.map(\.executionDate.iso).reversed())
        for (row, split) in zip(rows, splits.reversed()) {
            #expect(row["ticker"]?.string == desk.service.market.listings[split.ticker].ticker)
            #expect(row["split_from"]?.number == Double(split.fromHundredths) / 100)
            #expect(row["split_to"]?.number == Double(split.toHundredths) / 100)
            #expect(row["id"]?.string?.utf8.count == 33)
            #expect(row["adjustment_type"] == nil)
        }
        #expect(Set(rows.compactMap { $0["id"]?.string }).count == rows.count)
        #expect(rows.contains { $0["split_to"]?.number == 1.05 })
    }

    @Test(arguments: ["/v3/reference/splits", "/stocks/v1/splits"])
    func pagesLoseNothing(path: String) throws {
        let desk = Desk()
        let whole = try pages(desk, path + "?limit=1000")
        let paged = try pages(desk, path + "?limit=2&order=desc")
        #expect(whole.count == 1 && paged.count == (whole[0].count + 1) / 2)
        #expect(paged.flatMap { $0 } == whole[0])
        #expect(try pages(desk, path + "?limit=2&order=asc").flatMap { $0 } == whole[0].reversed())
    }

    @Test func filtersNarrowTheList() throws {
        let desk = Desk()
        let market = desk.service.market
        let all = try pages(desk, "/v3/reference/splits?limit=1000").flatMap { $0 }
        func rows(_ query: String) throws -> [JSONValue] {
            try pages(desk, "/v3/reference/splits?limit=1000&" + query).flatMap { $0 }
        }
        let today = opening.iso
        #expect(dates(try rows("execution_date=\(today)")) == [today])
        #expect(try rows("execution_date.gte=\(today)") == all.filter { ($0["execution_date"]?.string ?? "") >= today })
        #expect(try rows("execution_date.gt=\(today)") == all.filter { ($0["execution_date"]?.string ?? "") > today })
        #expect(try rows("execution_date.lte=\(today)") == all.filter { ($0["execution_date"]?.string ?? "") <= today })
        #expect(try rows("execution_date.lt=\(today)") == all.filter { ($0["execution_date"]?.string ?? "") < today })
        let twice = try #require(market.splits.first).ticker
        #expect(try rows("ticker=\(market.listings[twice].ticker)").count == 2)
        #expect(try rows("ticker=NOPE").isEmpty)
        #expect(try rows("reverse_split=true").count == 1)
        let byTicker = try rows("sort=ticker").compactMap { $0["ticker"]?.string }
        #expect(byTicker == byTicker.sorted() && byTicker.count == all.count)
    }

    @Test func theSecondFormTellsKindAndCumulativeFactor() throws {
        let desk = Desk()
        let market = desk.service.market
        let rows = try pages(desk, "/stocks/v1/splits?limit=5000&sort=execution_date.desc").flatMap { $0 }
        let kinds = Set(rows.compactMap { $0["adjustment_type"]?.string })
        #expect(kinds == ["forward_split", "reverse_split", "stock_dividend"])
        func factor(_ ticker: Int, _ date: DayID) -> Double? {
            rows.first {
                $0["ticker"]?.string == market.listings[ticker].ticker && $0["execution_date"]?.string == date.iso
            }?["historical_adjustment_factor"]?.number
        }
        let twice = try #require(market.splits.first).ticker
        let own = market.splits.filter { $0.ticker == twice }.map(\.executionDate)
        // 2:1 and then 4:1.
        #expect(factor(twice, own[0]) == 0.125 && factor(twice, own[1]) == 0.25)
        let reverse = try #require(market.splits.first { $0.kind == .reverse })
        #expect(factor(reverse.ticker, reverse.executionDate) == 10)
        let dividend = try #require(market.splits.first { $0.kind == .dividend })
        #expect(factor(dividend.ticker, dividend.executionDate) == 0.952381)
    }

    @Test(arguments: [
        "/v3/reference/splits?limit=1001", "/v3/reference/splits?limit=0", "/stocks/v1/splits?limit=5001",
        "/v3/reference/splits?execution_date.gte=soon", "/v3/reference/splits?sort=name",
        "/v3/reference/splits?order=up", "/v3/reference/splits?cursor=%21",
    ])
    func badParametersAreExplained(target: String) throws { #expect(try Desk().get(target).status == 400) }

    /// Each split of the past, and of today.
    @Test func adjustedBarsAreSmoothAndRawOnesJump() throws {
        let desk = Desk(now: Self.evening)
        let market = desk.service.market
        let from = market.historyDays(60)[0].iso
        for split in market.splits where split.executionDate <= opening {
            let ticker = market.listings[split.ticker].ticker
            let path = "/v2/aggs/ticker/\(ticker)/range/1/day/\(from)/\(opening.iso)"
            let raw = try #require(try desk.json(path + "?adjusted=false")["results"]?.array)
            let adjusted = try #require(try desk.json(path)["results"]?.array)
            #expect(raw.count == 61 && adjusted.count == 61)
            for (index, (before, after)) in zip(raw, adjusted).enumerated() {
                let day = index < 60 ? market.historyDays(60)[index] : opening
                let ratio = market.shareRatio(of: split.ticker, since: day, through: opening)
                let factor = Double(ratio.to) / Double(ratio.from)
                let (volume, plain) = (try #require(after["v"]?.number), try #require(before["v"]?.number))
                #expect(abs(volume - plain * factor) < 0.001, "\(ticker) \(day.iso)")
                let (price, paid) = (try #require(after["c"]?.number), try #require(before["c"]?.number))
                #expect(abs(price * factor - paid) <= 0.0001 * max(1, factor), "\(ticker) \(day.iso)")
                #expect(after["n"] == before["n"])
            }
            let eve = try #require(raw.dropLast().last?["c"]?.number)
            let last = try #require(raw.last?["c"]?.number)
            if split.executionDate == opening { #expect((3.0...8).contains(eve / last), "5:1 today") }
        }
    }

    @Test func groupedAndPreviousBarsFollowAdjusted() throws {
        let desk = Desk(now: moment(opening, 11, 0))
        let market = desk.service.market
        let split = try #require(market.splits.first { $0.executionDate == opening })
        let ticker = market.listings[split.ticker].ticker
        let eve = market.calendar.tradingDay(before: opening)
        for (path, query) in [
            ("/v2/aggs/grouped/locale/us/market/stocks/\(eve.iso)", ticker), ("/v2/aggs/ticker/\(ticker)/prev", ticker),
        ] {
            let raw = try #require(try desk.json(path + "?adjusted=false")["results"]?.array)
            let adjusted = try #require(try desk.json(path)["results"]?.array)
            let before = try #require(raw.first { $0["T"]?.string == query })
            let after = try #require(adjusted.first { $0["T"]?.string == query })
            #expect(try #require(after["v"]?.number) == 5 * (try #require(before["v"]?.number)))
            #expect(abs(try #require(after["c"]?.number) * 5 - (try #require(before["c"]?.number))) < 0.001)
            #expect(raw.filter { $0["T"]?.string == "AAPL" } == adjusted.filter { $0["T"]?.string == "AAPL" })
        }
        // The day before nothing was known to be different: the split is not executed yet.
        let early = Desk(now: moment(eve, 21, 0))
        let path = "/v2/aggs/grouped/locale/us/market/stocks/\(eve.iso)"
        #expect(
            try early.json(path + "?adjusted=false")["results"] == (try early.json(path)["results"]),
            "no split is ahead of its time"
        )
    }

    @Test func aRecycledTickersDetailsTellTheNewListing() throws {
        let desk = Desk()
        let market = desk.service.market
        let former = try #require(market.formerCompanies.first)
        let listing = market.listings[former.ticker]
        let path = "/v3/reference/tickers/\(listing.ticker)"
        let details = try #require(try desk.json(path)["results"])
        #expect(details["list_date"]?.string == listing.listDate.iso)
        #expect(details["name"]?.string == listing.name)
        let old = try #require(try desk.json(path + "?date=\(former.lastDay.iso)")["results"])
        #expect(old["name"]?.string == former.name && old["list_date"]?.string == former.listDate.iso)
        #expect(try desk.get(path + "?date=\(former.lastDay.adding(days: 2).iso)").status == 404)
        #expect(try desk.get(path + "?date=then").status == 400)
        let from = market.historyDays(25)[0].iso
        let bars = try #require(
            try desk.json("/v2/aggs/ticker/\(listing.ticker)/range/1/day/\(from)/\(opening.iso)?adjusted=false")[
                "results"
            ]?
            .array
        )
        #expect(bars.count == 13, "four days of the old company, eight and today of the new one")
    }
}
