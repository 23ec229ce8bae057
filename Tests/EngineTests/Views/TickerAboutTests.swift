import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

@Suite
struct TickerAboutTests {
    private func about(_ fixture: inout ScanFixture, _ query: AboutQuery, _ now: Instant) throws -> TickerAbout {
        fixture.step([.command(.about(query))], now)
        let view = fixture.view
        return try #require(view?.about)
    }

    private func query(_ symbol: String, _ columns: [ColumnID] = []) throws -> AboutQuery {
        AboutQuery(symbol: try #require(Symbol(symbol)), columns: columns)
    }

    @Test func everyColumnSaysWhatTheTableSays() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        try fixture.show([Stock("AAA", 12, 5000), Stock("BBB", 7, 100, previousClose: 8)], now)
        let columns = ColumnID.allCases.filter { $0 != .strip }
        let result = try fixture.ask(ScanQuery(columns: columns, rows: 0..<10), now)
        let asked = try query("BBB", columns)
        let row = try #require(result.symbols.firstIndex(of: asked.symbol))
        let about = try about(&fixture, asked, now)
        #expect(about.isKnown && about.values.count == columns.count && about.texts.count == columns.count)
        for (index, column) in columns.enumerated() {
            let shown = result.values[index][row]
            #expect(about.values[index] == shown || (about.values[index].isNaN && shown.isNaN), "\(column)")
            #expect(about.texts[index] == (result.texts[index].isEmpty ? "" : result.texts[index][row]), "\(column)")
        }
        #expect(about.value(.last) == 7 && about.value(.changePercent) == -12.5 && about.text(.symbol) == "BBB")
        #expect(about.flags == result.flags[row] && about.priceTime == result.priceTimes[row])
    }

    @Test func aTickerThatNoRowShowsIsToldOfAndAnUnknownOneIsNot() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        try fixture.show([Stock("AAA", 12, 5000), Stock("BBB", 7, 100)], now)
        fixture.step([.command(.query(ScanQuery(filter: "price > 10", columns: [.last], rows: 0..<1)))], now)
        #expect(fixture.view?.result?.symbols.map(\.text) == ["AAA"])
        let known = try about(&fixture, try query("BBB", [.last, .name]), now)
        #expect(known.values.first == 7)
        let unknown = try about(&fixture, try query("NONE", [.last]), now)
        #expect(!unknown.isKnown && unknown.values.isEmpty && unknown.value(.last).isNaN && unknown.text(.name).isEmpty)
        fixture.step([.command(.about(nil))], now)
        #expect(fixture.view?.about == nil)
    }

    @Test func derivedColumnsFollowTheData() throws {
        var fixture = try ScanFixture()
        let asked = try query("AAA", [.dollarVolume, .printAge])
        try fixture.show([Stock("AAA", 12, 100)], fixture.at(11, 0), [.command(.about(asked))])
        #expect(fixture.view?.about?.value(.dollarVolume) == 1200)
        try fixture.show([Stock("AAA", 13, 200)], fixture.at(11, 1))
        #expect(fixture.view?.about?.value(.dollarVolume) == 2600)
        let later = try about(&fixture, asked, fixture.at(11, 1, 30))
        #expect(later.value(.printAge) == 30)
    }

    @Test func placesOnAllListsAreToldWithTheBestSinceItCame() throws {
        var fixture = try ScanFixture()
        let came = fixture.at(11, 0)
        fixture.use([list("busy", "vol > 50"), list("none", "vol > 1e9"), list("dear", "price > 5")], came)
        func show(_ minute: Int, _ price: Double, _ volumes: (Double, Double, Double)) throws {
            let stocks = [Stock("AAA", price, volumes.0), Stock("BBB", 7, volumes.1), Stock("CCC", 8, volumes.2)]
            try fixture.show(stocks, fixture.at(11, minute))
        }
        try show(0, 12, (100, 200, 300))
        try show(1, 12, (250, 200, 300))
        try show(2, 12, (400, 200, 300))
        try show(3, 12, (400, 200, 500))
        typealias Membership = TickerAbout.Membership
        let asked = try query("AAA")
        var memberships = try about(&fixture, asked, fixture.at(11, 3)).memberships
        let busy = Membership(list: "busy", rank: 2, bestRank: 1, since: came)
        #expect(memberships == [busy, Membership(list: "dear", rank: 2, bestRank: 1, since: came)])
        // One that leaves and comes back begins anew.
        try show(4, 4, (400, 200, 500))
        memberships = try about(&fixture, asked, fixture.at(11, 4)).memberships
        #expect(memberships == [busy])
        try show(5, 12, (400, 450, 500))
        memberships = try about(&fixture, asked, fixture.at(11, 5)).memberships
        #expect(memberships.last == Membership(list: "dear", rank: 3, bestRank: 3, since: fixture.at(11, 5)))
    }

    @Test func haltsAreToldNewestFirstAndTheOneThatLastsHasNoEnd() throws {
        var fixture = try ScanFixture()
        let times = fixture
        try fixture.show([Stock("AAA", 12, 100)], times.at(10, 0), [.streamStatus(.live(1))])
        let batch = try StreamEvents.make { events in
            try events.band("AAA", [17], upper: .nan, lower: .nan, at: times.at(10, 1))
            try events.band("AAA", [18], upper: .nan, lower: .nan, at: times.at(10, 6))
            try events.band("BBB", [17], upper: .nan, lower: .nan, at: times.at(10, 7))
            try events.band("AAA", [17], upper: .nan, lower: .nan, at: times.at(10, 8))
        }
        fixture.step([.stream(batch), .command(.about(try query("AAA", [])))], times.at(10, 9))
        typealias HaltSpan = TickerAbout.HaltSpan
        let expected = [HaltSpan(from: times.at(10, 8)), HaltSpan(from: times.at(10, 1), until: times.at(10, 6))]
        #expect(fixture.view?.about?.halts == expected)
    }
}
