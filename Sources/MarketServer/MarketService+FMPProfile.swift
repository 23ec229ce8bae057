import MarketTime
import Simulator

extension MarketService {
    /// `/stable/profile`: an array of the company, or of nothing.
    func writeProfile(_ request: MarketRequest) throws(FMPError) {
        guard let symbol = request.value("symbol") else { throw .badParameter("symbol") }
        let found = fmpListing(symbol[...])
        if let found, [.preferred, .warrant, .unit, .right].contains(market.listings[found].kind) {
            throw .premiumSymbol
        }
        writeRows(rowTroubles.contains(.emptyPages) ? [] : [found].compactMap { $0 }) { writeProfile(of: $0) }
    }

    private func writeProfile(of index: Int) {
        let listing = market.listings[index]
        let facts = market.facts(of: index, on: NewYork.wall(at: now).day)
        let price = lastClose(of: index)
        let cap = marketCap(of: index)
        let (short, full) = Self.exchangeNames(listing.exchange)
        let isFund = listing.kind == .fund || listing.kind == .note
        writeSymbol(FMPSymbol.text(of: listing.ticker))
        number(",\"price\":", known: price != nil) { json.price(price ?? 0, form: UInt64(index)) }
        number(",\"marketCap\":", known: cap != nil) { json.count(cap ?? 0, form: UInt64(index / 3)) }
        number(",\"beta\":", known: index % 7 != 0) { json.decimal(Int64(400 + index % 1_900), decimals: 3) }
        number(",\"lastDividend\":") { json.decimal(index % 3 == 0 ? 104 : 0, decimals: 2) }
        text(",\"range\":", price.map { "\($0 / 15_000).5-\($0 / 8_000).25" })
        number(",\"change\":") { json.decimal(Int64(index % 400) - 200, decimals: 2) }
        number(",\"changePercentage\":") { json.decimal(Int64(index % 70_000) - 35_000, decimals: 5) }
        number(",\"volume\":") { json.count(facts.averageVolume, form: UInt64(index / 5)) }
        number(",\"averageVolume\":") { json.count(facts.averageVolume, form: UInt64(index / 7)) }
        text(",\"companyName\":", listing.name)
        text(",\"currency\":", "USD")
        text(",\"cik\":", listing.cik)
        text(",\"isin\":", nil)
        text(",\"cusip\":", nil)
        text(",\"exchangeFullName\":", full)
        text(",\"exchange\":", short)
        text(",\"industry\":", facts.industry)
        text(",\"website\":", isFund ? "" : "https://example.invalid")
        text(",\"description\":", index % 4 == 0 ? nil : "\(listing.name) — a company of the simulated market.")
        text(",\"ceo\":", index % 3 == 0 ? "" : "José Núñez-Ødegård")
        text(",\"sector\":", facts.sector)
        text(",\"country\":", facts.country)
        text(",\"fullTimeEmployees\":", facts.employees.map { String($0) })
        text(",\"phone\":", nil)
        text(",\"address\":", "1 Example Street")
        text(",\"city\":", facts.country == "US" ? "Springfield" : "Zürich")
        text(",\"state\":", facts.country == "US" ? "NY" : nil)
        text(",\"zip\":", "10001")
        text(",\"image\":", nil)
        text(",\"ipoDate\":", listing.listDate.iso)
        json.raw(",\"defaultImage\":true")
        json.text(",\"isEtf\":\(listing.kind == .fund),\"isActivelyTrading\":true")
        json.text(",\"isAdr\":\(listing.kind == .depositary),\"isFund\":false}")
    }

    private static func exchangeNames(_ code: String) -> (short: String, full: String) {
        switch code {
        case "XNAS": ("NASDAQ", "NASDAQ Global Select")
        case "XNYS": ("NYSE", "New York Stock Exchange")
        case "ARCX": ("AMEX", "New York Stock Exchange Arca")
        case "XASE": ("AMEX", "American Stock Exchange")
        default: ("CBOE", "CBOE BZX")
        }
    }
}
