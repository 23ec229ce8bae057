import MarketTime

/// Makes the list of securities of one market: the known ones first, the rest invented with the same statistics.
struct ListingBuilder {
    /// Seed of the market.
    let seed: UInt64
    /// Number of securities.
    let count: Int
    /// First live day: new listings gather around it.
    let openingDay: DayID
    /// Trading days around the opening day, oldest first: list dates of recent and coming listings.
    let listingDays: [DayID]

    private var taken: Set<String> = []
    private var roots: [String] = []
    private var names = NameGenerator()

    init(seed: UInt64, count: Int, openingDay: DayID, listingDays: [DayID]) {
        self.seed = seed
        self.count = count
        self.openingDay = openingDay
        self.listingDays = listingDays
    }

    /// The securities in the order the market numbers them, which is no order a client could rely on.
    mutating func build() -> [Listing] {
        var listings: [Listing] = []
        listings.reserveCapacity(count)
        // Reserved up front: an invented ticker must not take the name of a known one that comes later.
        let known = KnownListings.table.split(separator: "\n").compactMap { knownListing($0) }
        for listing in known {
            taken.insert(listing.ticker)
            if listings.count < count { listings.append(listing) }
        }
        let invented = count - listings.count
        for index in 0..<max(0, invented) {
            listings.append(inventedListing(index: index, of: invented))
        }
        shuffle(&listings)
        return listings
    }

    private func shuffle(_ listings: inout [Listing]) {
        guard listings.count > 1 else { return }
        let key = Hash.child(seed, 77)
        for index in stride(from: listings.count - 1, to: 0, by: -1) {
            listings.swapAt(index, Int(Hash.child(key, index) % UInt64(index + 1)))
        }
    }

    private func knownListing(_ line: Substring) -> Listing? {
        let fields = line.split(separator: "|", omittingEmptySubsequences: false)
        guard fields.count == 6, let kind = ListingKind(rawValue: String(fields[2])),
            let price = Double(fields[4]), let thousands = Double(fields[5])
        else { return nil }
        let key = tickerKey(String(fields[0]))
        let years = 3 + Int32(Hash.child(key, 1) % 30)
        return listing(
            Identity(
                ticker: String(fields[0]),
                name: String(fields[1]),
                kind: kind,
                exchange: String(fields[3]),
                listDate: openingDay.adding(days: Int(-365 * years))
            ),
            price: price,
            volume: thousands * 1_000
        )
    }

    private mutating func inventedListing(index: Int, of total: Int) -> Listing {
        let draw = Hash.child(Hash.child(seed, 1_000_003), index)
        let kind = Self.kind(at: Hash.unit(draw))
        let exchange = Self.exchange(kind, draw: Hash.quarter(Hash.child(draw, 1), 0))
        let ticker = newTicker(kind, exchange: exchange, draw: Hash.child(draw, 2))
        if kind == .common, ticker.utf8.count <= 4, !ticker.contains(".") { roots.append(ticker) }
        // Ranks are dealt evenly, so every market has the same spread of volumes; derivatives sit in the thin half.
        let rank = Self.fraction((Double(index) + 0.5) * 0.618_033_988_749_895)
        let quantile = Self.quantile(rank, kind: kind)
        let identity = Identity(
            ticker: ticker,
            name: names.name(kind, ticker: ticker, draw: Hash.child(draw, 4)),
            kind: kind,
            exchange: exchange,
            listDate: listDate(kind, draw: Hash.child(draw, 5))
        )
        return listing(
            identity,
            price: Self.price(kind, draw: Hash.child(draw, 6)),
            volume: Self.volume(at: quantile)
        )
    }

    private func tickerKey(_ ticker: String) -> UInt64 {
        var key = Hash.child(seed, 9)
        for byte in ticker.utf8 { key = Hash.child(key, Int(byte)) }
        return key
    }
}

/// What identifies a security.
private struct Identity {
    var ticker: String
    var name: String
    var kind: ListingKind
    var exchange: String
    var listDate: DayID
}

extension ListingBuilder {
    private func listing(_ identity: Identity, price: Double, volume: Double) -> Listing {
        let key = tickerKey(identity.ticker)
        let thin = volume < 50_000
        let size = price < 1 ? 700.0 : price < 5 ? 230 : price < 20 ? 120 : price < 100 ? 85 : 55
        let neverTrades = volume < 5_000 && identity.kind != .test && Hash.child(key, 12) % 14 == 0
        let idle = volume < 300 ? 0.4 : volume < 1_000 ? 0.18 : volume < 5_000 ? 0.03 : 0
        let known = Hash.child(key, 13) % 100
        return Listing(
            ticker: identity.ticker,
            name: identity.name,
            kind: identity.kind,
            exchange: identity.exchange,
            listDate: identity.listDate,
            cik: identity.kind == .test || known < 4 ? nil : Self.cik(Hash.child(key, 14)),
            sharesOutstanding: Int64(volume * (20 + 300 * Hash.unit(Hash.child(key, 15)))) + 100_000,
            anchorPriceE4: price * 10_000,
            averageVolume: volume,
            volatility: Self.volatility(identity.kind, price: price, volume: volume),
            averageTradeSize: min(size * (thin ? 0.8 : 1), max(1, volume / 3)),
            burstChance: Self.burstChance(identity.kind),
            idleChance: neverTrades ? 1 : idle,
            isFractional: !thin && price > 5 && Hash.child(key, 16) % 10 < 7,
            key: key
        )
    }

    private func listDate(_ kind: ListingKind, draw: UInt64) -> DayID {
        let recent = kind == .fund ? 6 : kind == .unit ? 60 : 9
        if draw % 1_000 < UInt64(recent), !listingDays.isEmpty {
            return listingDays[Int(Hash.child(draw, 1) % UInt64(listingDays.count))]
        }
        return openingDay.adding(days: -200 - Int(Hash.child(draw, 2) % 11_000))
    }

    /// A ticker of the kind's form that nothing else has.
    private mutating func newTicker(_ kind: ListingKind, exchange: String, draw: UInt64) -> String {
        var attempt = 0
        while true {
            let ticker = candidate(kind, exchange: exchange, draw: Hash.child(draw, attempt))
            attempt += 1
            if taken.insert(ticker).inserted { return ticker }
        }
    }

    private func candidate(_ kind: ListingKind, exchange: String, draw: UInt64) -> String {
        let series = String(UnicodeScalar(UInt8(65 + Hash.child(draw, 1) % 20)))
        switch kind {
        case .preferred: return root(draw) + "p" + series
        case .warrant where exchange != "XNAS":
            return root(draw) + (draw % 12 == 0 ? ".WS." + series : ".WS")
        case .unit where exchange != "XNAS": return root(draw) + ".U"
        case .warrant: return root(draw, length: 4) + "W"
        case .unit: return root(draw, length: 4) + "U"
        case .right: return root(draw, length: 4) + "R"
        case .common where draw % 90 == 0: return root(draw) + "." + (draw % 180 == 0 ? "A" : "B")
        case .common:
            let lengths = [2, 3, 3, 3, 4, 4, 4, 4, 4, 5]
            return Self.letters(Hash.child(draw, 2), count: lengths[Int(Hash.child(draw, 3) % 10)])
        case .fund, .note, .depositary, .test:
            return Self.letters(Hash.child(draw, 2), count: Hash.child(draw, 3) % 6 == 0 ? 3 : 4)
        }
    }

    /// A company's ticker to derive from, or invented letters while there are too few companies.
    private func root(_ draw: UInt64, length: Int? = nil) -> String {
        for attempt in 0..<4 where roots.count > 40 {
            let found = roots[Int(Hash.child(draw, 20 + attempt) % UInt64(roots.count))]
            if length == nil || found.utf8.count == length { return found }
        }
        return Self.letters(Hash.child(draw, 30), count: length ?? 3)
    }

    private static func letters(_ draw: UInt64, count: Int) -> String {
        // Frequent letters are repeated; a fifth letter with a meaning of its own (W, U, R, Y, F, Q, Z, X) is left out.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZAACCEEIILLMMNNOOPPRRSSTTVX".utf8)
        let fifth = Array("ABCDEGHIJKLMNOPSTV".utf8)
        var text = ""
        for index in 0..<count {
            let pool = index == 4 ? fifth : alphabet
            text.unicodeScalars.append(UnicodeScalar(pool[Int(Hash.child(draw, index) % UInt64(pool.count))]))
        }
        return text
    }

    private static func cik(_ draw: UInt64) -> String {
        let digits = String(20_000 + draw % 2_040_000)
        return String(repeating: "0", count: 10 - digits.utf8.count) + digits
    }
}

extension ListingBuilder {
    private static func kind(at draw: Double) -> ListingKind {
        switch draw {
        case ..<0.455: .common
        case ..<0.490: .depositary
        case ..<0.855: .fund
        case ..<0.862: .note
        case ..<0.912: .preferred
        case ..<0.962: .warrant
        case ..<0.986: .unit
        default: .right
        }
    }

    private static func exchange(_ kind: ListingKind, draw: Double) -> String {
        switch kind {
        case .fund, .note: draw < 0.55 ? "ARCX" : draw < 0.8 ? "XNAS" : "BATS"
        case .preferred: draw < 0.8 ? "XNYS" : "XNAS"
        case .warrant, .unit: draw < 0.3 ? "XNYS" : draw < 0.38 ? "XASE" : "XNAS"
        case .right: "XNAS"
        default: draw < 0.6 ? "XNAS" : draw < 0.95 ? "XNYS" : "XASE"
        }
    }

    private static func fraction(_ value: Double) -> Double { value - Double(Int(value)) }

    /// Place in the order of volumes, 0 the most traded, after the kind's tendency.
    private static func quantile(_ rank: Double, kind: ListingKind) -> Double {
        switch kind {
        case .preferred, .unit, .right: 0.55 + rank * 0.45
        case .warrant: 0.4 + rank * 0.6
        case .fund, .note: rank.squareRoot()
        default: rank
        }
    }

    /// Shares a day at a place in the order of volumes, interpolated between powers of ten.
    private static func volume(at quantile: Double) -> Double {
        let points: [(quantile: Double, power: Double)] = [
            (0, 7.75), (0.01, 7.1), (0.1, 6.3), (0.27, 5.6), (0.55, 4.72), (0.75, 4.1), (0.9, 3.3), (1, 2.1),
        ]
        for index in 1..<points.count where quantile <= points[index].quantile {
            let left = points[index - 1]
            let right = points[index]
            let share = (quantile - left.quantile) / (right.quantile - left.quantile)
            return deterministicExp((left.power + share * (right.power - left.power)) * 2.302_585_092_994_046)
        }
        return 120
    }

    /// Price level in USD.
    private static func price(_ kind: ListingKind, draw: UInt64) -> Double {
        let bell = Hash.bell(draw)
        switch kind {
        case .fund, .note: return 34 * deterministicExp(0.6 * bell)
        case .preferred: return 22 * deterministicExp(0.12 * bell)
        case .warrant: return max(0.01, 0.35 * deterministicExp(1.3 * bell))
        case .unit: return 10.3 * deterministicExp(0.04 * bell)
        case .right: return max(0.02, 0.2 * deterministicExp(0.5 * bell))
        default: return max(0.08, 13 * deterministicExp(1.5 * bell))
        }
    }

    private static func volatility(_ kind: ListingKind, price: Double, volume: Double) -> Double {
        switch kind {
        case .fund, .note: 0.011
        case .preferred, .unit: 0.004
        case .warrant, .right: 0.09
        case .test: 0.3
        case .common, .depositary: price < 3 ? 0.06 : price < 15 ? 0.035 : volume > 5_000_000 ? 0.018 : 0.022
        }
    }

    private static func burstChance(_ kind: ListingKind) -> Double {
        switch kind {
        case .common: 0.017
        case .depositary: 0.012
        case .warrant, .right: 0.012
        case .fund, .note: 0.002
        case .preferred, .unit: 0.002
        case .test: 0
        }
    }
}
