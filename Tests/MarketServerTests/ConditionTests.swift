import MarketServer
import MarketTime
import NIOCore
import Simulator
import Testing

@Suite struct ConditionTests {
    private let service = MarketService(
        SimulatedMarket(seed: 7, tickerCount: 5, openingDay: opening),
        keys: ["good"],
        origin: "http://127.0.0.1"
    )

    private func get(_ target: String) throws -> (status: Int, body: JSONValue) {
        let request = try #require(MarketRequest(target: target, authorization: "Bearer good"))
        let response = service.respond(to: request, at: moment(opening, 10, 30))
        let text = response.body.getString(at: response.body.readerIndex, length: response.body.readableBytes)
        return (response.status, try #require(JSONValue.parsed(text ?? "")))
    }

    @Test func theTableComesWholeInOnePage() throws {
        let (status, body) = try get("/v3/reference/conditions?asset_class=stocks&data_type=trade&limit=1000")
        let rows = try #require(body["results"]?.array)
        #expect(status == 200 && body["status"]?.string == "OK" && body["next_url"] == nil)
        #expect(rows.count == ConditionsJSON.count && body["count"]?.number == Double(rows.count))
        let formT = try #require(rows.first { $0["id"]?.number == 12 })
        let rules = try #require(formT["update_rules"]?["consolidated"])
        #expect(rules["updates_volume"] == .bool(true) && rules["updates_high_low"] == .bool(false))
        #expect(rows.allSatisfy { $0["asset_class"]?.string == "stocks" && $0["name"]?.string?.isEmpty == false })
    }

    @Test func pagesFollowEachOtherWithoutGaps() throws {
        var target = "/v3/reference/conditions?asset_class=stocks&data_type=trade"
        var ids: [Double] = []
        var sizes: [Int] = []
        while sizes.count < 100 {
            let body = try get(target).body
            let rows = try #require(body["results"]?.array)
            ids += rows.compactMap { $0["id"]?.number }
            sizes.append(rows.count)
            guard let next = body["next_url"]?.string else { break }
            #expect(next.hasPrefix("http://127.0.0.1/v3/reference/conditions?cursor="))
            target = String(next.dropFirst("http://127.0.0.1".utf8.count))
        }
        #expect(ids.count == ConditionsJSON.count && ids == ids.sorted() && Set(ids).count == ids.count)
        #expect(sizes.dropLast().allSatisfy { $0 == 10 })
    }

    @Test(arguments: ["data_type=quote", "asset_class=crypto"])
    func othersAreEmpty(query: String) throws {
        let body = try get("/v3/reference/conditions?\(query)").body
        #expect(body["results"]?.array?.isEmpty == true && body["count"]?.number == 0)
    }

    @Test(arguments: ["limit=0", "limit=1001", "limit=x", "cursor=!!"])
    func badParametersAreRefused(query: String) throws {
        #expect(try get("/v3/reference/conditions?\(query)").status == 400)
    }
}
