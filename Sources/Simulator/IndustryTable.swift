/// The sectors and industries of the simulated companies, in the words of the fundamentals vendor.
enum IndustryTable {
    /// One industry.
    struct Industry {
        var name: String
        var sector: String
    }

    /// One line each: industry, sector, words of names, known tickers.
    private static let table = """
        Biotechnology|Healthcare|Therapeutics,Pharmaceuticals|
        Drug Manufacturers - General|Healthcare|Pharmaceuticals|PFE LLY JNJ
        Drug Manufacturers - Specialty & Generic|Healthcare|Pharmaceuticals|TLRY
        Medical - Devices|Healthcare|Medical|
        Medical - Diagnostics & Research|Healthcare|Medical|
        Medical - Healthcare Plans|Healthcare|Medical|UNH
        Medical - Equipment & Services|Healthcare|Medical,Holdings|HIMS
        Software - Application|Technology|Software,Technologies|CRM ADBE SHOP UBER U RBLX SOUN
        Software - Infrastructure|Technology|Software,Systems|MSFT ORCL PLTR CRWV AFRM
        Semiconductors|Technology|Semiconductor,Technologies|NVDA AMD INTC AVGO MU QCOM TXN ARM TSM NVTS
        Consumer Electronics|Technology|Technologies|AAPL
        Computer Hardware|Technology|Systems,Technologies|SMCI IONQ RGTI QBTS
        Communication Equipment|Technology|Systems|CSCO NOK ASTS
        Information Technology Services|Technology|Systems,Holdings|BBAI
        Internet Content & Information|Communication Services|Holdings|META GOOGL GOOG SNAP
        Telecommunications Services|Communication Services|Holdings|T VZ CMCSA TEF
        Entertainment|Communication Services|Brands,Holdings|NFLX DIS AMC ROKU
        Banks - Regional|Financial Services|Bancorp,Financial|
        Banks - Diversified|Financial Services|Bancorp|BAC JPM WFC C NU
        Asset Management|Financial Services|Capital,Financial|BRK.A BRK.B
        Financial - Capital Markets|Financial Services|Capital|COIN HOOD MARA RIOT BMNR MSTR
        Financial - Credit Services|Financial Services|Financial|V MA PYPL SOFI UPST
        Insurance - Property & Casualty|Financial Services|Financial,Holdings|
        Shell Companies|Financial Services|Acquisition Corp|
        Oil & Gas Exploration & Production|Energy|Energy,Resources|
        Oil & Gas Integrated|Energy|Energy|XOM CVX PBR
        Oil & Gas Equipment & Services|Energy|Energy|
        Uranium|Energy|Energy,Resources|DNN
        Gold|Basic Materials|Mining,Resources|KGC B BTG
        Copper|Basic Materials|Mining,Resources|FCX
        Other Precious Metals|Basic Materials|Mining|
        Steel|Basic Materials|Resources,Industries|CLF VALE
        Chemicals - Specialty|Basic Materials|Industries,Resources|
        Aerospace & Defense|Industrials|Industries,Systems|BA GE ACHR JOBY RKLB LUNR HEI.A MOG.A
        Industrial - Machinery|Industrials|Robotics,Industries|
        Electrical Equipment & Parts|Industrials|Industries,Energy|PLUG
        Integrated Freight & Logistics|Industrials|Logistics|
        Marine Shipping|Industrials|Logistics|
        Airlines, Airports & Air Services|Industrials|Logistics|AAL
        Auto - Manufacturers|Consumer Cyclical|Holdings|TSLA F GM RIVN LCID NIO
        Specialty Retail|Consumer Cyclical|Brands,Holdings|AMZN BABA GME CVNA
        Home Improvement|Consumer Cyclical|Brands|HD
        Residential Construction|Consumer Cyclical|Industries|LEN.B
        Gambling, Resorts & Casinos|Consumer Cyclical|Holdings|DKNG
        Travel Services|Consumer Cyclical|Holdings|CCL GRAB
        Apparel - Retail|Consumer Cyclical|Brands|
        Packaged Foods|Consumer Defensive|Brands|
        Beverages - Non-Alcoholic|Consumer Defensive|Brands|KO
        Beverages - Alcoholic|Consumer Defensive|Brands|BF.A BF.B ABEV
        Discount Stores|Consumer Defensive|Brands|WMT COST
        Household & Personal Products|Consumer Defensive|Brands|PG
        REIT - Retail|Real Estate|Realty Trust|
        REIT - Industrial|Real Estate|Realty Trust|
        REIT - Mortgage|Real Estate|Realty Trust|
        Real Estate - Services|Real Estate|Realty Trust,Capital|OPEN
        Regulated Electric|Utilities|Energy,Holdings|OKLO
        Regulated Gas|Utilities|Energy|
        Renewable Utilities|Utilities|Energy,Resources|
        Solar|Energy|Energy,Technologies|
        """

    private struct Parsed {
        var industries: [Industry] = []
        /// Known tickers and the words of names (as bytes), each with the industries they point to, in the order of the table.
        var known: [Substring: Int] = [:]
        var words: [(bytes: [UInt8], industries: [Int])] = []
    }

    private static let parsed: Parsed = {
        var parsed = Parsed()
        var places: [Substring: Int] = [:]
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            guard fields.count == 4 else { continue }
            let number = parsed.industries.count
            parsed.industries.append(Industry(name: String(fields[0]), sector: String(fields[1])))
            for ticker in fields[3].split(separator: " ") { parsed.known[ticker] = number }
            for word in fields[2].split(separator: ",") {
                if let place = places[word] {
                    parsed.words[place].industries.append(number)
                } else {
                    places[word] = parsed.words.count
                    parsed.words.append((Array(word.utf8), [number]))
                }
            }
        }
        return parsed
    }()

    /// The industry of a company: a known one's own, else one its name points to, else any.
    static func industry(of listing: Listing, draw: UInt64) -> Industry {
        let table = parsed
        if let index = table.known[Substring(listing.ticker)] { return table.industries[index] }
        let name = Array(listing.name.utf8)
        guard let word = table.words.first(where: { contains(name, $0.bytes) }) else {
            return table.industries[Int(draw % UInt64(table.industries.count))]
        }
        return table.industries[word.industries[Int(draw % UInt64(word.industries.count))]]
    }

    /// Whether bytes occur among bytes: a text's own `contains` compares characters and takes a hundred times as long.
    private static func contains(_ text: [UInt8], _ word: [UInt8]) -> Bool {
        guard text.count >= word.count else { return false }
        for start in 0...(text.count - word.count) where text[start] == word[0] {
            if text[start..<start + word.count].elementsEqual(word) { return true }
        }
        return false
    }
}
