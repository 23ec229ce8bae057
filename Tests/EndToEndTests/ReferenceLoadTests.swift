import EngineAPI
import Foundation
import MarketData
import MarketServer
import MarketTime
import Simulator
import Store
import Testing

@testable import tradeul

/// Facts about companies, from the vendors' sockets to the history file.
@Suite(.serialized)
struct ReferenceLoadTests {
    /// What the market itself knows of its listings today.
    private struct Truth {
        let market: SimulatedMarket
        let today: DayID
        private let reader: MarketReader

        init(_ fixture: MarketFixture) {
            market = fixture.market
            today = MarketFixture.day
            reader = MarketReader(fixture.market)
        }

        /// Listings of today that the list of tickers tells, test symbols too.
        var listed: [Int] { market.listings.indices.filter { market.listings[$0].listDate <= today } }

        func isCompany(_ index: Int) -> Bool {
            [.common, .depositary].contains(market.listings[index].kind)
                && market.factOddities[index] != .unknownToVendor
        }

        /// Shares; nil where what the vendor tells cannot be meant.
        func float(_ index: Int) -> Int64? {
            guard isCompany(index), market.factOddities[index] != .floatAboveShares,
                let float = market.facts(of: index, on: today).floatShares, float > 0
            else { return nil }
            return float
        }

        func sector(_ index: Int) -> String? {
            guard isCompany(index), let sector = market.facts(of: index, on: today).sector, !sector.isEmpty else {
                return nil
            }
            return sector
        }

        /// Whether a market capitalisation must come: the company traded yesterday and nothing is odd about it.
        func mustHaveMarketCap(_ index: Int) -> Bool {
            guard isCompany(index), ![.zeroCap, .noCap].contains(market.factOddities[index]) else { return false }
            return (reader.dailyBar(on: market.calendar.tradingDay(before: today), of: index)?.price.close ?? 0) > 0
        }
    }

    /// The row of a listing in facts.
    private static func row(_ facts: ReferenceFacts, _ fixture: MarketFixture, _ index: Int) throws -> Int {
        let symbol = try #require(Symbol(fixture.market.listings[index].ticker))
        return try #require(facts.symbols.firstIndex(of: symbol), "\(symbol.text) is missing")
    }

    /// Every listing has exactly what the market knows of it, and nobody is missing.
    private static func compare(_ facts: ReferenceFacts, _ fixture: MarketFixture) throws {
        let truth = Truth(fixture)
        let rows = Dictionary(uniqueKeysWithValues: zip(facts.symbols, facts.symbols.indices))
        #expect(rows.count == truth.listed.count)
        var compared = 0
        for index in truth.listed {
            let listing = fixture.market.listings[index]
            let symbol = try #require(Symbol(listing.ticker))
            let row = try #require(rows[symbol], "\(listing.ticker)")
            #expect(facts.names[row]?.isEmpty == false, "\(listing.ticker)")
            #expect(facts.exchanges[row] == listing.exchange, "\(listing.ticker)")
            if listing.kind != .test { #expect(facts.types[row] == listing.kind.rawValue, "\(listing.ticker)") }
            let float = facts.floatShares[row]
            #expect(
                float.isNaN ? truth.float(index) == nil : float == truth.float(index).map(Double.init),
                "\(listing)"
            )
            #expect(facts.sectors[row] == truth.sector(index), "\(listing.ticker)")
            #expect((facts.industries[row] == nil) == (truth.sector(index) == nil), "\(listing.ticker)")
            if truth.mustHaveMarketCap(index) {
                #expect(facts.marketCaps[row] > 0, "\(listing.ticker)")
                #expect(facts.countries[row]?.count == 2, "\(listing.ticker)")
                #expect(facts.sharesOutstanding[row] > 0, "\(listing.ticker)")
                compared += 1
            }
        }
        #expect(compared > 100)
    }

    @Test func everyColumnIsFilledForOrdinaryStocksAndOdditiesAreTamed() throws {
        let fixture = try MarketFixture()
        let store = LazyStore(path: fixture.folder.appendingPathComponent("reference.db").path)
        defer { store.close() }
        let load = ReferenceLoad(try ReferenceVendors(fixture), into: store)
        defer { load.stop() }
        try load.waitForAll()
        let facts = try store.referenceFacts()
        try Self.compare(facts, fixture)
        // What the engine is given at last is what is stored.
        try waitUntil("the last hand-over") {
            load.facts.symbols == facts.symbols && load.facts.sectors == facts.sectors
        }
        try load.wait("the last counts") { status in
            status.listed == facts.count && status.withFloat == facts.floatShares.count { !$0.isNaN }
        }

        let oddities = Set(fixture.market.factOddities.values)
        #expect(oddities == Set(FactOddity.allCases), "the market has not every oddity: \(oddities)")
        for (index, oddity) in fixture.market.factOddities
        where fixture.market.listings[index].listDate <= MarketFixture.day {
            let row = try Self.row(facts, fixture, index)
            let name = try #require(facts.names[row])
            switch oddity {
            case .floatAboveShares, .noFloat, .zeroFloat, .unknownToVendor: #expect(facts.floatShares[row].isNaN)
            case .noSector, .emptySector: #expect(facts.sectors[row] == nil && facts.industries[row] == nil)
            case .zeroCap, .noCap: #expect(facts.marketCaps[row].isNaN)
            case .accentedName: #expect(name.contains("Crème Brûlée") && name.contains("株式会社"))
            case .hostileName:
                #expect(name.contains("Red") && name.contains("Inc."))
                let isPlain = name.unicodeScalars.allSatisfy { scalar in
                    scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
                        && !(0x200E...0x200F).contains(scalar.value) && !(0x202A...0x202E).contains(scalar.value)
                }
                #expect(isPlain, "\(name.unicodeScalars.map(\.value))")
            case .endlessName: #expect(name.count <= 120)
            case .toldTwice:
                // Of two rows the newer one counts.
                let float = fixture.market.facts(of: index, on: MarketFixture.day).floatShares
                #expect(facts.floatShares[row] == float.map(Double.init))
            }
        }
    }

    @Test func nothingIsAskedAgainOnTheSameDay() throws {
        let fixture = try MarketFixture(tickers: 120)
        let vendors = try ReferenceVendors(fixture)
        let store = try fixture.openStore()
        let first = ReferenceLoad(vendors, into: store)
        try first.waitForAll()
        first.stop()
        let again = ReferenceLoad(vendors, into: store)
        defer { again.stop() }
        try again.wait("nothing to do") { $0.phase == .idle && $0.stamp == MarketFixture.day }
        #expect(again.tickers.asked.isEmpty && again.fmp.asked.isEmpty, "\(again.tickers.asked) \(again.fmp.asked)")
        #expect(again.facts.count == first.facts.count)
    }

    @Test func aLoadStoppedInTheMiddleGoesOnWhereItWas() throws {
        // Three pages of tickers, and everything else in proportion.
        let fixture = try MarketFixture(tickers: 2200)
        let vendors = try ReferenceVendors(fixture)
        let path = fixture.folder.appendingPathComponent("resumed.db").path
        var stops = 0
        for passing in [1, 2, 5, 9, 60] {
            let store = try TradeulStore(path: path)
            let known = try Known(store)
            let load = ReferenceLoad(vendors, into: store, passing: passing)
            try load.wait("\(passing) answers, then silence") { _ in load.tickers.isHolding || load.fmp.isHolding }
            load.stop()
            known.expectNothingTwice(load)
            stops += 1
            try store.close()
        }
        let store = try TradeulStore(path: path)
        let known = try Known(store)
        #expect(known.progress.contains { $0.part == .tickers && $0.isComplete })
        #expect(known.progress.contains { $0.part == .floats && $0.isComplete })
        #expect(!known.profiled.isEmpty && !known.capped.isEmpty)
        let load = ReferenceLoad(vendors, into: store)
        defer { load.stop() }
        try load.waitForAll()
        known.expectNothingTwice(load)
        try Self.compare(try store.referenceFacts(), fixture)
    }

    /// What a store knew before a load.
    private struct Known {
        let progress: [ReferenceProgress]
        let capped: Set<Symbol>
        let profiled: Set<Symbol>

        init(_ store: TradeulStore) throws {
            progress = try store.referenceProgress()
            let day = MarketFixture.day
            capped = try store.answeredSymbols(of: .marketCaps, since: day)
                .union(try store.unknownSymbols(of: .marketCaps, since: day))
            profiled = try store.answeredSymbols(of: .profiles, since: day)
                .union(try store.unknownSymbols(of: .profiles, since: day))
        }

        /// No page and no symbol that was stored is asked for again.
        func expectNothingTwice(_ load: ReferenceLoad) {
            let tickers = progress.first { $0.part == .tickers }
            if tickers?.isComplete == true {
                #expect(load.tickers.asked.isEmpty)
            } else if let cursor = tickers?.cursor, !cursor.isEmpty {
                #expect(load.tickers.asked.first == .tickers(after: cursor))
            }
            #expect(Set(load.tickers.asked).count == load.tickers.asked.count, "\(load.tickers.asked)")
            let isListKnown = tickers?.isComplete == true
            for fetch in load.fmp.asked {
                switch fetch {
                case .tickers: Issue.record("\(fetch)")
                case .floats:
                    // Floats that came before the list did are asked for once more: they were of fewer tickers.
                    let isDone = progress.contains { $0.part == .floats && $0.isComplete }
                    #expect(!(isListKnown && isDone), "\(fetch)")
                case .marketCaps(let symbols): #expect(capped.isDisjoint(with: symbols), "\(fetch)")
                case .profile(let symbol): #expect(!profiled.contains(symbol), "\(fetch)")
                }
            }
        }
    }

    @Test func withoutAKeyForFloatsTheNamesAreThereAndTheStatusSaysWhy() throws {
        let fixture = try MarketFixture(tickers: 120)
        let vendors = try ReferenceVendors(fixture)
        let store = try fixture.openStore()
        let load = ReferenceLoad(vendors, into: store, hasFMP: false)
        try load.wait("the end") { $0.phase.isDegraded && $0.listed > 0 }
        let sentence = try #require(load.status.phase.sentence)
        #expect(sentence.contains("float") && sentence.contains("unknown") && sentence.contains("FMP_API_KEY"))
        #expect(load.status.listed == Truth(fixture).listed.count)
        #expect(load.status.withFloat == 0 && load.status.withSector == 0)
        let facts = try store.referenceFacts()
        #expect(facts.names.allSatisfy { $0 != nil } && facts.count == load.status.listed)
        #expect(facts.floatShares.allSatisfy { $0.isNaN })
        load.stop()
        // With a key the rest comes, and the names are not asked for once more.
        let later = ReferenceLoad(vendors, into: store)
        defer { later.stop() }
        try later.waitForAll()
        #expect(later.tickers.asked.isEmpty)
        #expect(try store.referenceFacts().floatShares.count { !$0.isNaN } > 50)
    }

    /// Faults after which the same run goes on by itself.
    @Test(arguments: [
        "/stable/shares-float-all=cut:2000x1", "/stable/shares-float-all=truncated:3000x1",
        "/stable/market-capitalization-batch=emptyx1", "/stable/profile=status:500@5x1", "/stable/profile=html@7x1",
        "/v3/reference/tickers=cut:5000x1", "/v3/reference/tickers=status:503x1",
    ])
    func anAnswerThatIsNoneIsSaidAndAskedForAgain(_ fault: String) throws {
        let fixture = try MarketFixture(tickers: 150)
        let store = try fixture.openStore()
        let load = ReferenceLoad(try ReferenceVendors(fixture, faults: [fault]), into: store)
        defer { load.stop() }
        try load.waitForAll()
        #expect(load.sentences.contains { $0.contains("Next try in ") }, "\(load.sentences)")
        #expect(load.sentences.allSatisfy { !$0.contains("key") || !$0.contains("Bearer") })
        let cleanStore = try fixture.openStore("clean.db")
        let clean = ReferenceLoad(try ReferenceVendors(fixture), into: cleanStore)
        defer { clean.stop() }
        try clean.waitForAll()
        let facts = try store.referenceFacts()
        let expected = try cleanStore.referenceFacts()
        #expect(facts.symbols == expected.symbols)
        #expect(facts.sectors == expected.sectors)
        #expect(facts.floatShares.map(\.bitPattern) == expected.floatShares.map(\.bitPattern))
        #expect(facts.marketCaps.map(\.bitPattern) == expected.marketCaps.map(\.bitPattern))
    }

    /// A limit, in each form in which the vendor has said it: a minute's pause and more, so the next start shows the rest.
    @Test(arguments: [
        "/stable/shares-float-all=error-objectx1", "/stable/shares-float-all=status:429x1",
        "/stable/market-capitalization-batch=error-objectx1", "/stable/profile=status:429@20x1",
    ])
    func aLimitIsWaitedForAndLeavesEverythingElseAlone(_ fault: String) throws {
        let fixture = try MarketFixture(tickers: 150)
        let vendors = try ReferenceVendors(fixture, faults: [fault])
        let store = try fixture.openStore()
        let load = ReferenceLoad(vendors, into: store)
        try load.wait("the pause") { $0.phase.isWaiting && $0.listed > 0 }
        let sentence = try #require(load.status.phase.sentence)
        #expect(sentence.contains("limit"), "\(sentence)")
        #expect(sentence.contains("Next try in 60 s"), "\(sentence)")
        #expect(load.status.listed == Truth(fixture).listed.count)
        load.stop()
        let known = try Known(store)
        let later = ReferenceLoad(vendors, into: store)
        defer { later.stop() }
        try later.waitForAll()
        known.expectNothingTwice(later)
        try Self.compareFloats(try store.referenceFacts(), fixture)
    }

    /// What the plan leaves out costs its own columns only.
    @Test(arguments: [
        ("/stable/shares-float-all=status:402x1", "float unknown"),
        ("/stable/shares-float-all=plain-textx1", "float unknown"),
        ("/stable/market-capitalization-batch=status:402x1", "market cap unknown"),
        ("/stable/profile=status:403x1", "sector, industry unknown"),
        ("/stable=status:401", "float, market cap, sector, industry unknown"),
    ])
    func aRefusalCostsItsOwnColumnsAndSaysWhichAndWhatToDo(_ fault: String, _ words: String) throws {
        let fixture = try MarketFixture(tickers: 150)
        let vendors = try ReferenceVendors(fixture, faults: [fault])
        let store = try fixture.openStore()
        let load = ReferenceLoad(vendors, into: store)
        try load.wait("what cannot be had") { $0.phase.isDegraded && $0.listed > 0 }
        let sentence = try #require(load.status.phase.sentence)
        #expect(sentence.hasPrefix(words), "\(sentence)")
        #expect(sentence.contains("FMP_API_KEY"), "\(sentence)")
        let facts = try store.referenceFacts()
        #expect(facts.floatShares.contains { !$0.isNaN } == !words.contains("float"))
        // A profile tells a market capitalisation too.
        #expect(facts.marketCaps.contains { !$0.isNaN } == !words.hasPrefix("float, market cap"))
        #expect(facts.sectors.contains { $0 != nil } == !words.contains("sector"))
        #expect(load.status.listed == Truth(fixture).listed.count)
        load.stop()
        guard fault.hasSuffix("x1") else { return }
        // The next start asks for what was refused, and gets it.
        let later = ReferenceLoad(vendors, into: store)
        defer { later.stop() }
        try later.waitForAll()
        try Self.compareFloats(try store.referenceFacts(), fixture)
    }

    /// Rows and pages as no vendor should send them: nobody is lost, and the load ends.
    @Test(arguments: [
        "=duplicated", "=texts-for-numbers", "/stable=nulls", "/stable/shares-float-all=repeated-pages",
        "/stable/shares-float-all=endless-pages", "/v3/reference/tickers=endless-pages",
        "/v3/reference/tickers=malformed", "/stable/market-capitalization-batch=empty-pages", "/stable=malformed",
    ])
    func spoiledRowsDropNoTicker(_ fault: String) throws {
        let fixture = try MarketFixture(tickers: 150)
        let store = try fixture.openStore()
        let load = ReferenceLoad(try ReferenceVendors(fixture, faults: [fault]), into: store)
        defer { load.stop() }
        try load.wait("an end") { $0.phase == .idle && $0.stamp != nil && $0.listed > 0 }
        // An element that is broken but has a symbol may be one more.
        #expect(load.status.listed >= Truth(fixture).listed.count)
        let symbols = Set(try store.referenceFacts().symbols.map(\.text))
        #expect(symbols.isSuperset(of: Truth(fixture).listed.map { fixture.market.listings[$0].ticker }))
        if !fault.contains("nulls") { try Self.compareFloats(try store.referenceFacts(), fixture) }
    }

    private static func compareFloats(_ facts: ReferenceFacts, _ fixture: MarketFixture) throws {
        let truth = Truth(fixture)
        for index in truth.listed {
            let float = facts.floatShares[try row(facts, fixture, index)]
            let listing = fixture.market.listings[index].ticker
            #expect(
                float.isNaN ? truth.float(index) == nil : float == truth.float(index).map(Double.init),
                "\(listing)"
            )
        }
    }
}
