import MarketTime
import Simulator
import Testing

@Suite struct FactTests {
    private static let market = smallMarket(seed: 3, count: 4_000)
    private static let day = openingDay()

    private func facts(_ kinds: Set<ListingKind>) -> [(listing: Listing, shares: Int64, facts: ListingFacts)] {
        Self.market.listings.indices.filter { kinds.contains(Self.market.listings[$0].kind) }.map {
            let shares = Self.market.sharesOutstanding(of: $0, on: Self.day)
            return (Self.market.listings[$0], shares, Self.market.facts(of: $0, on: Self.day))
        }
    }

    @Test func companiesHaveASectorAnIndustryOfItAndACountry() {
        let companies = facts([.common, .depositary]).filter { $0.facts.oddity == nil }
        var sectorOf: [String: String] = [:]
        var counts: [String: Int] = [:]
        for (listing, _, facts) in companies {
            let sector = facts.sector ?? ""
            let industry = facts.industry ?? ""
            #expect(!sector.isEmpty && !industry.isEmpty, "\(listing.ticker)")
            #expect(sectorOf[industry] ?? sector == sector, "\(industry) in two sectors")
            #expect(facts.country.utf8.count == 2 && facts.country == facts.country.uppercased())
            sectorOf[industry] = sector
            counts[sector, default: 0] += 1
        }
        #expect(Set(sectorOf.values).count == 11)
        #expect(sectorOf["Biotechnology"] == "Healthcare")
        #expect(counts.allSatisfy { $0.value * 100 > companies.count }, "\(counts)")
        let biotech = companies.count { $0.facts.industry == "Biotechnology" }
        #expect(biotech * 50 > companies.count && biotech * 5 < companies.count, "\(biotech) of \(companies.count)")
    }

    @Test func namesAndIndustriesGoTogether() {
        let words = [
            ("Bancorp", "Financial Services"), ("Therapeutics", "Healthcare"), ("Realty Trust", "Real Estate"),
            ("Semiconductor", "Technology"), ("Mining", "Basic Materials"),
        ]
        let companies = facts([.common]).filter { $0.facts.oddity == nil }
        for (word, sector) in words {
            let named = companies.filter { $0.listing.name.contains(word) }
            #expect(named.count > 5)
            #expect(named.allSatisfy { $0.facts.sector == sector }, "\(word)")
        }
        let known = [
            "AAPL": "Consumer Electronics", "XOM": "Oil & Gas Integrated", "PFE": "Drug Manufacturers - General",
        ]
        for (listing, _, facts) in companies {
            if let industry = known[listing.ticker] { #expect(facts.industry == industry) }
        }
    }

    @Test func floatsLieBelowTheSharesAndSomeAreSmall() {
        let companies = facts([.common, .depositary]).filter { $0.facts.oddity == nil }
        for (listing, shares, facts) in companies {
            let float = facts.floatShares ?? 0
            #expect(float >= 1 && float <= shares, "\(listing.ticker): \(float) of \(shares)")
        }
        let small = companies.count { (1_000_000...20_000_000).contains($0.facts.floatShares ?? 0) }
        #expect(small * 10 > companies.count && small * 10 < companies.count * 7, "\(small) of \(companies.count)")
    }

    @Test func fundsAndDerivativesHaveNeitherSectorNorFloat() {
        let others = facts([.fund, .note, .preferred, .warrant, .unit, .right, .test])
        #expect(others.count > 1_000)
        #expect(others.allSatisfy { $0.facts.sector == nil && $0.facts.industry == nil && $0.facts.floatShares == nil })
    }

    @Test func everyOddityBefallsExactlyOneListing() throws {
        let market = Self.market
        #expect(Set(market.factOddities.values) == Set(FactOddity.allCases))
        #expect(market.factOddities.count == FactOddity.allCases.count)
        func odd(_ oddity: FactOddity) throws -> (index: Int, facts: ListingFacts) {
            let index = try #require(market.factOddities.first { $0.value == oddity }?.key)
            return (index, market.facts(of: index, on: Self.day))
        }
        let above = try odd(.floatAboveShares)
        #expect((above.facts.floatShares ?? 0) > market.sharesOutstanding(of: above.index, on: Self.day))
        #expect(try odd(.noFloat).facts.floatShares == nil)
        #expect(try odd(.zeroFloat).facts.floatShares == 0)
        #expect(try odd(.noSector).facts.sector == nil)
        #expect(try odd(.emptySector).facts.sector == "")
        #expect(try !odd(.noCap).facts.hasMarketCap)
        let hostile = market.listings[try odd(.hostileName).index].name
        #expect(hostile.unicodeScalars.contains("\u{1B}") && hostile.unicodeScalars.contains("\u{202E}"))
        #expect(market.listings[try odd(.accentedName).index].name.contains("é"))
        #expect(market.listings[try odd(.endlessName).index].name.utf8.count > 300)
    }

    @Test func oneSeedHasTheSameFactsInEveryMarketOfIt() {
        let again = smallMarket(seed: 3, count: 4_000)
        let without = smallMarket(seed: 3, count: 4_000, withEvents: false)
        for index in stride(from: 0, to: 4_000, by: 37) {
            let facts = Self.market.facts(of: index, on: Self.day)
            #expect(again.facts(of: index, on: Self.day) == facts)
            #expect(without.facts(of: index, on: Self.day) == facts)
        }
    }

    @Test func aSplitChangesFloatAndSharesAlike() throws {
        let market = Self.market
        let split = try #require(market.splits.last { $0.executionDate <= market.openingDay })
        let before = split.executionDate.adding(days: -1)
        func share(_ day: DayID) -> Double {
            Double(market.facts(of: split.ticker, on: day).floatShares ?? 0)
                / Double(market.sharesOutstanding(of: split.ticker, on: day))
        }
        #expect(abs(share(before) - share(split.executionDate)) < 1e-3)
        #expect(
            market.sharesOutstanding(of: split.ticker, on: before)
                != market.sharesOutstanding(of: split.ticker, on: split.executionDate)
        )
    }
}
