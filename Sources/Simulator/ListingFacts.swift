// What a vendor of fundamentals tells about a security follows from its key like everything else, by draws of its own:
// whoever adds a fact changes no price and no volume.

package import MarketTime

/// What a fundamentals vendor tells about a listing beside its trading.
package struct ListingFacts: Hashable, Sendable {
    /// Sector, one of eleven; nil for funds and for a few companies.
    package var sector: String?
    /// Industry; nil where the sector is.
    package var industry: String?
    /// Country, ISO 3166 two letters.
    package var country: String
    /// Shares that trade freely; nil where the vendor has none.
    package var floatShares: Int64?
    /// Whether the vendor knows a market capitalisation; ``FactOddity/zeroCap`` has 0.
    package var hasMarketCap: Bool
    /// Employees; nil where the vendor has none.
    package var employees: Int?
    /// Shares traded on a typical full day.
    package var averageVolume: Int64
    /// What is odd about it on purpose; nil for nearly all.
    package var oddity: FactOddity?
}

/// What is wrong on purpose with the facts of a few listings, as it is with real ones.
package enum FactOddity: Int, CaseIterable, Hashable, Sendable {
    /// More shares trade freely than there are.
    case floatAboveShares
    /// Float and percentage are null.
    case noFloat
    /// Float and percentage are 0.
    case zeroFloat
    /// Sector and industry are null.
    case noSector
    /// Sector and industry are empty texts.
    case emptySector
    /// The market capitalisation is 0.
    case zeroCap
    /// The market capitalisation is null.
    case noCap
    /// The name has accents and letters of other scripts.
    case accentedName
    /// The name has terminal escape sequences, a line break and right-to-left marks.
    case hostileName
    /// The name has more than 300 characters.
    case endlessName
    /// Two rows of floats, the older one first, with other figures.
    case toldTwice
    /// Absent from everything the fundamentals vendor has.
    case unknownToVendor

    /// The name a listing has because of it; nil if the name is not what is odd.
    var name: String? {
        switch self {
        case .accentedName: "Żółć & Crème Brûlée Ñandú Straße Ωmega 株式会社 S.p.A."
        case .hostileName:
            "\u{1B}[31mRed\u{1B}[0m\u{1B}]0;owned\u{07} Al\u{202E}dessever\u{202C}\u{200F}\r\n Inc.\u{7F}\u{9B}2J"
        case .endlessName: String(repeating: "Very Long Names Of Companies ", count: 12) + "Inc."
        default: nil
        }
    }

    /// Who is odd: of the invented companies those with the smallest hashes, one for each oddity as far as they go.
    ///
    /// - Returns: Oddities by index of the listing.
    static func dealt(to listings: [Listing]) -> [Int: Self] {
        let known = Set(KnownListings.tickers)
        let candidates = listings.indices.filter {
            listings[$0].kind == .common && !known.contains(Substring(listings[$0].ticker))
        }
        let order = candidates.map { (hash: Hash.child(listings[$0].key, 70), index: $0) }.sorted {
            ($0.hash, $0.index) < ($1.hash, $1.index)
        }
        return Dictionary(uniqueKeysWithValues: zip(order.map(\.index), allCases))
    }
}

extension SimulatedMarket {
    /// What is told about a listing on a day: the same on every day but for splits, which change shares and float alike.
    ///
    /// About 10 µs.
    package func facts(of index: Int, on day: DayID) -> ListingFacts {
        let listing = listings[index]
        let key = listing.key
        let oddity = factOddities[index]
        let isCompany = listing.kind == .common || listing.kind == .depositary
        let industry = IndustryTable.industry(of: listing, draw: Hash.child(key, 60))
        var facts = ListingFacts(
            sector: isCompany ? industry.sector : nil,
            industry: isCompany ? industry.name : nil,
            country: Self.country(listing),
            floatShares: isCompany ? Self.floatShares(listing) : nil,
            hasMarketCap: isCompany || listing.kind == .fund,
            employees: isCompany && Hash.child(key, 64) % 9 != 0 ? Self.employees(listing) : nil,
            averageVolume: Int64(listing.averageVolume)
        )
        facts.oddity = oddity
        switch oddity {
        case .floatAboveShares: facts.floatShares = listing.sharesOutstanding + listing.sharesOutstanding / 31
        case .noFloat: facts.floatShares = nil
        case .zeroFloat: facts.floatShares = 0
        case .noSector: (facts.sector, facts.industry) = (nil, nil)
        case .emptySector: (facts.sector, facts.industry) = ("", "")
        case .noCap: facts.hasMarketCap = false
        default: break
        }
        facts.floatShares = facts.floatShares.map { shares($0, of: index, on: day) }
        return facts
    }

    /// Most shares of the large float freely; of one small company in six only one to twenty million do.
    private static func floatShares(_ listing: Listing) -> Int64 {
        let draw = Hash.unit(Hash.child(listing.key, 61))
        let shares = Double(listing.sharesOutstanding)
        let isLarge = listing.anchorPriceE4 / 10_000 * shares > 10_000_000_000
        let share = isLarge ? 0.85 + 0.149 * draw : 0.25 + 0.73 * draw
        let isTight = !isLarge && listing.anchorPriceE4 < 250_000 && Hash.child(listing.key, 62) % 6 == 0
        let tight = deterministicExp(13.82 + 2.99 * draw)
        return max(1, Int64(isTight ? min(tight, shares * share) : shares * share))
    }

    private static func country(_ listing: Listing) -> String {
        let home = ["US", "CA", "IL", "GB", "CN", "HK", "SG", "IE", "BM", "KY"]
        let abroad = ["CN", "GB", "BR", "JP", "DE", "FR", "TW", "IN", "NL", "CH", "KR", "MX", "ZA", "AU"]
        let draw = Hash.child(listing.key, 63)
        let known = ["TSM": "TW", "BABA": "CN", "NIO": "CN", "TEF": "ES", "ARM": "GB", "NOK": "FI", "VALE": "BR"]
        if let country = known[listing.ticker] { return country }
        switch listing.kind {
        case .depositary: return abroad[Int(draw % UInt64(abroad.count))]
        case .common where draw % 6 == 0: return home[Int(draw / 6 % UInt64(home.count))]
        default: return "US"
        }
    }

    private static func employees(_ listing: Listing) -> Int {
        let size = (listing.anchorPriceE4 / 10_000 * Double(listing.sharesOutstanding)).squareRoot()
        return max(1, Int(size / 25 * (0.3 + Hash.unit(Hash.child(listing.key, 65)))))
    }
}
