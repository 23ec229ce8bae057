import MarketServer
import MarketTime
import NIOCore
import Simulator
import Testing

/// The fundamentals vendor's answers without sockets.
struct FMPDesk {
    let service: MarketService
    var market: SimulatedMarket { service.market }

    init(count: Int = 800, keys: [String] = ["good"]) {
        service = MarketService(SimulatedMarket(seed: 7, tickerCount: count, openingDay: opening), keys: keys)
    }

    func get(_ target: String, key: String? = "good", troubles: RowTroubles = []) throws -> (status: Int, text: String)
    {
        let request = try #require(MarketRequest(target: target, apiKeyHeader: key))
        let answer = service.respond(to: request, at: moment(opening, 10, 30), rowTroubles: troubles)
        return (answer.status, String(buffer: answer.body))
    }

    func rows(_ target: String, troubles: RowTroubles = []) throws -> [JSONValue] {
        let (status, text) = try get(target, troubles: troubles)
        #expect(status == 200, "\(text.prefix(200))")
        return try #require(JSONValue.parsed(text)?.array, "\(text.prefix(200))")
    }

    /// Every page until an empty one.
    func floats(limit: Int = 300) throws -> [JSONValue] {
        var found: [JSONValue] = []
        for page in 0..<100 {
            let rows = try rows("/stable/shares-float-all?page=\(page)&limit=\(limit)")
            if rows.isEmpty { return found }
            #expect(rows.count <= limit)
            found += rows
        }
        Issue.record("the pages have no end")
        return found
    }

    func symbol(_ oddity: FactOddity) throws -> String {
        let index = try #require(market.factOddities.first { $0.value == oddity }?.key)
        return market.listings[index].ticker.replacing(".", with: "-")
    }
}

@Suite struct FMPFloatTests {
    @Test func pagesHoldEveryCompanyAndTheRestOfTheWorld() throws {
        let desk = FMPDesk()
        let rows = try desk.floats()
        #expect(try desk.floats(limit: 5_000) == rows)
        let symbols = rows.compactMap { $0["symbol"]?.string }
        let companies = desk.market.listings.enumerated().filter {
            $0.element.kind == .common && $0.element.listDate <= opening
                && desk.market.factOddities[$0.offset] != .unknownToVendor
        }
        for (_, listing) in companies {
            #expect(symbols.contains(listing.ticker.replacing(".", with: "-")), "\(listing.ticker)")
        }
        #expect(symbols.count { $0.contains(".") } == 800, "a listing abroad for each of the market's")
        #expect(symbols.contains("BRK-B") && symbols.contains("BAC-PM"))
        #expect(!symbols.contains("BRK.B") && !symbols.contains("ZVZZT") && !symbols.contains("ACHR-WT"))
        #expect(rows.contains { $0["outstandingShares"]?.number == 0 })
        #expect(rows.allSatisfy { $0["date"]?.string?.utf8.count == 19 })
    }

    @Test func figuresAreTheMarkets() throws {
        let desk = FMPDesk()
        for row in try desk.floats() {
            guard let symbol = row["symbol"]?.string, let index = desk.market.index(of: symbol),
                desk.market.listings[index].kind == .common, desk.market.factOddities[index] != .toldTwice
            else { continue }
            let facts = desk.market.facts(of: index, on: opening)
            let shares = desk.market.sharesOutstanding(of: index, on: opening)
            #expect(row["floatShares"]?.number == facts.floatShares.map { Double($0) }, "\(symbol)")
            #expect(row["outstandingShares"]?.number == Double(shares))
            if let float = facts.floatShares {
                #expect(row["freeFloat"]?.number == Double(float) * 100 / Double(shares))
            }
        }
    }

    @Test func oddRowsAreThere() throws {
        let desk = FMPDesk()
        let rows = try desk.floats()
        func row(_ oddity: FactOddity) throws -> [JSONValue] {
            let symbol = try desk.symbol(oddity)
            return rows.filter { $0["symbol"]?.string == symbol }
        }
        let above = try #require(try row(.floatAboveShares).first)
        #expect((above["floatShares"]?.number ?? 0) > (above["outstandingShares"]?.number ?? .infinity))
        #expect((above["freeFloat"]?.number ?? 0) > 100)
        #expect(try row(.noFloat).first?["floatShares"] == .null)
        #expect(try row(.zeroFloat).first?["floatShares"]?.number == 0)
        #expect(try row(.unknownToVendor).isEmpty)
        let twice = try row(.toldTwice)
        #expect(twice.count == 2)
        #expect((twice.first?["date"]?.string ?? "") < (twice.last?["date"]?.string ?? ""))
        #expect(rows.contains { $0["symbol"]?.string == "SPY" && $0["floatShares"] == .null })
    }

    @Test func oneSymbolHasTheSameRow() throws {
        let desk = FMPDesk()
        let rows = try desk.rows("/stable/shares-float?symbol=BRK-B")
        #expect(rows.count == 1)
        #expect(try desk.floats().contains(rows[0]))
        #expect(try desk.rows("/stable/shares-float?symbol=NOPE").isEmpty)
    }

    @Test func troublesBefallPages() throws {
        let desk = FMPDesk()
        let path = "/stable/shares-float-all?limit=100&page="
        let (first, second) = (try desk.rows(path + "0"), try desk.rows(path + "1"))
        #expect(first != second)
        #expect(try desk.rows(path + "1", troubles: .repeatedPages) == first)
        #expect(try desk.rows(path + "0", troubles: .emptyPages).isEmpty)
        #expect(try desk.rows(path + "900").isEmpty)
        #expect(try desk.rows(path + "900", troubles: .endlessPages).isEmpty == false)
        let texts = try desk.rows(path + "0", troubles: .textsForNumbers)
        for (row, right) in zip(texts, first) {
            #expect(row["symbol"] == right["symbol"])
            #expect(row["outstandingShares"]?.string.flatMap { Double($0) } == right["outstandingShares"]?.number)
        }
        #expect(try desk.rows(path + "0", troubles: .nulls).allSatisfy { $0["floatShares"] == .null })
        #expect(try desk.rows(path + "0", troubles: .duplicated).count == 200)
    }
}

@Suite struct FMPCapAndProfileTests {
    @Test func marketCapsLeaveUnknownSymbolsOut() throws {
        let desk = FMPDesk()
        let rows = try desk.rows("/stable/market-capitalization-batch?symbols=AAPL,NOPE,BRK-B,BRK.B,AAPL,ZVZZT,SPY")
        #expect(rows.compactMap { $0["symbol"]?.string } == ["AAPL", "BRK-B", "SPY"])
        #expect(rows.allSatisfy { $0["date"]?.string == "2026-11-17" })
        let index = try #require(desk.market.index(of: "AAPL"))
        let close = try #require(MarketReader(desk.market).dailyBar(on: opening.adding(days: -1), of: index)).price
            .close
        let cap = Double(desk.market.sharesOutstanding(of: index, on: opening)) * Double(close) / 10_000
        #expect(abs((rows[0]["marketCap"]?.number ?? 0) - cap) < 1)
        #expect(cap > 1e11)
        let odd = [try desk.symbol(.zeroCap), try desk.symbol(.noCap), try desk.symbol(.unknownToVendor)]
        let found = try desk.rows("/stable/market-capitalization-batch?symbols=" + odd.joined(separator: ","))
        #expect(found.map { $0["marketCap"] } == [.number(0), .null])
    }

    @Test func aProfileIsAnArrayOfOne() throws {
        let desk = FMPDesk()
        let rows = try desk.rows("/stable/profile?symbol=AAPL")
        #expect(rows.count == 1)
        let row = rows[0]
        #expect(row["sector"]?.string == "Technology" && row["industry"]?.string == "Consumer Electronics")
        #expect(row["companyName"]?.string == "Apple Inc." && row["country"]?.string == "US")
        #expect(row["exchange"]?.string == "NASDAQ" && row["isEtf"] == .bool(false))
        guard case .object(let members) = row else { return }
        #expect(members.count == 36, "as many members as the vendor's")
        let everyone = try desk.market.listings.filter { $0.kind == .common && $0.listDate <= opening }.prefix(60)
            .flatMap {
                try desk.rows("/stable/profile?symbol=" + $0.ticker.replacing(".", with: "-"))
            }
        let employees = everyone.compactMap { $0["fullTimeEmployees"]?.string }
        #expect(employees.count > 30 && employees.allSatisfy { Int($0) != nil }, "a number as a text")
        #expect(try desk.rows("/stable/profile?symbol=NOPE").isEmpty)
        let fund = try desk.rows("/stable/profile?symbol=SPY")[0]
        #expect(fund["sector"] == .null && fund["isEtf"] == .bool(true))
        #expect(try desk.rows("/stable/profile?symbol=TEF")[0]["isAdr"] == .bool(true))
    }

    @Test func aHostileNameIsEscaped() throws {
        let desk = FMPDesk()
        let symbol = try desk.symbol(.hostileName)
        let (status, text) = try desk.get("/stable/profile?symbol=" + symbol)
        #expect(status == 200)
        #expect(text.utf8.allSatisfy { $0 >= 0x20 })
        #expect(text.contains("\\u001b[31m") && text.contains("\u{202E}"))
        #expect(try desk.rows("/stable/profile?symbol=" + (try desk.symbol(.noSector)))[0]["sector"] == .null)
    }

    @Test(arguments: ["BAC-PM", "ACHR-WT", "AACT-UN"])
    func preferredsAndWarrantsNeedABetterPlan(symbol: String) throws {
        let (status, text) = try FMPDesk().get("/stable/profile?symbol=" + symbol)
        #expect(status == 402)
        #expect(text.hasPrefix("Premium Query Parameter: 'Special Endpoint : This value set for 'symbol' is not"))
    }
}

@Suite struct FMPErrorTests {
    @Test(arguments: [nil, "", "bad"] as [String?])
    func aMissingOrBadKeyIsRefusedInTheVendorsWords(key: String?) throws {
        let (status, text) = try FMPDesk(count: 30).get("/stable/profile?symbol=AAPL", key: key)
        #expect(status == 401)
        let words = try #require(JSONValue.parsed(text)?["Error Message"]?.string)
        #expect(words.hasPrefix("Invalid API KEY. Feel free to create a Free API Key"))
        #expect(!text.contains("good"))
    }

    @Test func theKeyComesAsHeaderOrParameterInLowerCase() throws {
        let desk = FMPDesk(count: 30)
        #expect(try desk.get("/stable/profile?symbol=AAPL&apikey=good", key: nil).status == 200)
        #expect(try desk.get("/stable/profile?symbol=AAPL&apiKey=good", key: nil).status == 401)
        #expect(try FMPDesk(count: 30, keys: []).get("/stable/profile?symbol=AAPL&apikey=x", key: nil).status == 200)
        let request = try #require(MarketRequest(target: "/stable/profile?symbol=AAPL", authorization: "Bearer good"))
        #expect(desk.service.respond(to: request, at: moment(opening, 10, 30)).status == 401)
    }

    @Test(arguments: [
        ("/api/v3/profile/AAPL", 403, "Legacy Endpoint : Due to"),
        ("/api/v4/shares_float?symbol=A", 403, "Legacy Endpoint"),
        ("/stable/nothing", 404, "[]"), ("/stable", 404, "[]"), ("/api/v9/x", 404, "[]"),
        ("/stable/shares-float-all?page=-1", 400, "Error Message"), ("/stable/shares-float-all?page=x", 400, "page"),
        ("/stable/shares-float-all?limit=0", 400, "limit"), ("/stable/profile", 400, "symbol"),
        ("/stable/market-capitalization-batch", 400, "symbols"),
    ])
    func otherPathsAreRefused(target: String, status: Int, words: String) throws {
        let answer = try FMPDesk(count: 30).get(target)
        #expect(answer.status == status)
        #expect(answer.text.contains(words), "\(answer.text)")
    }
}
