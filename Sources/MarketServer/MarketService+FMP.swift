import MarketTime
import NIOCore
import Simulator

extension MarketService {
    /// Answers a request to the fundamentals vendor.
    ///
    /// Its arrays are data, its objects and plain texts errors.
    func fundamentals(_ route: FMPRoute, _ request: MarketRequest) -> MarketResponse {
        guard let key = request.fmpKey, accepts(key) else { return failure(FMPError.badKey) }
        do throws(FMPError) {
            switch route {
            case .floats: try writeFloats(request)
            case .float: try writeFloat(request)
            case .marketCaps: try writeMarketCaps(request)
            case .profile: try writeProfile(request)
            case .legacy: throw FMPError.legacy
            case .unknown: throw FMPError.unknownPath
            }
            return done()
        } catch {
            return failure(error)
        }
    }

    /// The fundamentals vendor's body for an error.
    func failure(_ error: FMPError) -> MarketResponse {
        json.removeAll()
        if error == .unknownPath {
            json.raw("[]")
        } else if error.isPlainText {
            return MarketResponse(
                status: error.status,
                contentType: "text/plain",
                body: ByteBuffer(string: error.text)
            )
        } else {
            json.raw("{\"Error Message\":")
            json.string(error.text)
            json.byte(0x7D)
        }
        return MarketResponse(status: error.status, body: takeBody())
    }

    /// The listing the fundamentals vendor means; nil for one it does not have.
    func fmpListing(_ symbol: Substring) -> Int? {
        if fmpIndex.isEmpty {
            for (index, listing) in market.listings.enumerated() where listing.kind != .test {
                fmpIndex[FMPSymbol.text(of: listing.ticker)] = index
            }
        }
        guard let index = fmpIndex[String(symbol)], market.listings[index].listDate <= today else { return nil }
        return market.factOddities[index] == .unknownToVendor ? nil : index
    }

    /// Today's date in New York.
    private var today: DayID { NewYork.wall(at: now).day }

    // MARK: Floats

    /// A row of the list of all floats.
    enum FloatRow {
        case listing(Int, isOld: Bool)
        /// A listing abroad.
        case abroad(Int)
    }

    /// The rows of all floats: the world's listings among those of the market, in no order.
    private func floatRows() -> [FloatRow] {
        if let floatRowsOfDay, floatRowsOfDay.day == today { return floatRowsOfDay.rows }
        var rows: [FloatRow] = []
        for (index, listing) in market.listings.enumerated() {
            rows.append(.abroad(index))
            guard listing.listDate <= today, [.common, .depositary, .fund, .preferred].contains(listing.kind) else {
                continue
            }
            switch market.factOddities[index] {
            case .unknownToVendor: continue
            case .toldTwice: rows.append(.listing(index, isOld: true))
            default: break
            }
            rows.append(.listing(index, isOld: false))
        }
        floatRowsOfDay = (today, rows)
        return rows
    }

    private func writeFloats(_ request: MarketRequest) throws(FMPError) {
        guard var page = Int(request.value("page") ?? "0"), (0...1_000_000).contains(page) else {
            throw .badParameter("page")
        }
        guard let limit = Int(request.value("limit") ?? "1000"), limit > 0 else { throw .badParameter("limit") }
        let rows = floatRows()
        let size = min(limit, 5_000)
        if rowTroubles.contains(.repeatedPages) { page = max(0, page - 1) }
        if rowTroubles.contains(.endlessPages) { page = min(page, (rows.count - 1) / size) }
        let shown = rowTroubles.contains(.emptyPages) ? [] : rows.dropFirst(page * size).prefix(size)
        writeRows(shown) { row in
            switch row {
            case .listing(let index, let isOld): writeFloat(of: index, isOld: isOld)
            case .abroad(let number): writeFloatAbroad(number)
            }
        }
    }

    private func writeFloat(_ request: MarketRequest) throws(FMPError) {
        guard let symbol = request.value("symbol") else { throw .badParameter("symbol") }
        writeRows([fmpListing(symbol[...])].compactMap { $0 }) { writeFloat(of: $0, isOld: false) }
    }

    private func writeFloat(of index: Int, isOld: Bool) {
        let listing = market.listings[index]
        let shares = market.sharesOutstanding(of: index, on: today)
        var float = market.facts(of: index, on: today).floatShares
        // The vendor's own figures do not agree with each other for preferred shares.
        if listing.kind == .preferred { float = shares + shares * 32 / 1000 }
        if isOld { float = float.map { $0 / 2 } }
        writeSymbol(FMPSymbol.text(of: listing.ticker))
        let date = market.calendar.tradingDay(before: isOld ? today.adding(days: -40) : today)
        let second = (10 + index % 50)
        json.text(",\"date\":\"\(date.iso) 02:11:\(second)\"")
        number(",\"freeFloat\":", known: float != nil) {
            json.text("\(Double(float ?? 0) * 100 / Double(max(1, shares)))")
        }
        number(",\"floatShares\":", known: float != nil) { json.count(float ?? 0, form: UInt64(index)) }
        number(",\"outstandingShares\":") { json.count(shares, form: UInt64(index / 16)) }
        json.byte(0x7D)
    }

    private func writeFloatAbroad(_ index: Int) {
        let suffixes = ["L", "PA", "DE", "SW", "TO", "HK", "T", "SS", "NS", "AX", "BO", "KS"]
        let name =
            index % 5 == 0
            ? FMPSymbol.text(of: market.listings[index].ticker) + ".NE"
            : "\(String(index + 100, radix: 30).uppercased())Y.\(suffixes[index % suffixes.count])"
        writeSymbol(index % 5 == 0 ? name : "0" + name)
        json.text(",\"date\":\"\(market.calendar.tradingDay(before: today).iso) 02:11:04\"")
        let shares = index % 6 == 1 ? 0 : Int64(1_000_000 + index * 7_919)
        let known = index % 17 != 2
        number(",\"freeFloat\":", known: known) { json.text(shares == 0 ? "0" : "45.31") }
        number(",\"floatShares\":", known: known) { json.count(shares * 4_531 / 10_000, form: UInt64(index)) }
        number(",\"outstandingShares\":") { json.integer(shares) }
        json.byte(0x7D)
    }

    // MARK: Market capitalisations

    private func writeMarketCaps(_ request: MarketRequest) throws(FMPError) {
        guard let symbols = request.value("symbols") else { throw .badParameter("symbols") }
        var told: Set<Int> = []
        let found = symbols.split(separator: ",").compactMap { fmpListing($0) }.filter { told.insert($0).inserted }
        let date = market.calendar.tradingDay(before: today)
        writeRows(rowTroubles.contains(.emptyPages) ? [] : found) { index in
            let cap = marketCap(of: index)
            writeSymbol(FMPSymbol.text(of: market.listings[index].ticker))
            json.text(",\"date\":\"\(date.iso)\"")
            number(",\"marketCap\":", known: cap != nil) { json.count(cap ?? 0, form: UInt64(index / 3)) }
            json.byte(0x7D)
        }
    }

    /// USD by the last close there is within a week; nil where the vendor has none.
    func marketCap(of index: Int) -> Int64? {
        guard market.facts(of: index, on: today).hasMarketCap else { return nil }
        if market.factOddities[index] == .zeroCap { return 0 }
        guard let price = lastClose(of: index) else { return nil }
        let shares = market.sharesOutstanding(of: index, on: today)
        return Int64(Double(shares) * Double(price) / 10_000)
    }

    /// The close of the last session over, of those of a week, in 1/10,000 USD and the shares of today.
    func lastClose(of index: Int) -> Int64? {
        var day = market.calendar.tradingDay(before: today)
        for _ in 0..<5 {
            if let bar = reader.dailyBar(on: day, of: index), bar.price.close > 0 {
                return market.shareRatio(of: index, since: day, through: today).price(bar.price.close)
            }
            day = market.calendar.tradingDay(before: day)
        }
        return nil
    }

    // MARK: Rows

    /// Writes an array; each row begins with ``writeSymbol(_:)`` and ends with its brace.
    func writeRows<Rows: Collection>(_ rows: Rows, _ write: (Rows.Element) -> Void) {
        json.removeAll()
        json.byte(0x5B)
        for (place, row) in rows.enumerated() {
            for copy in 0..<(rowTroubles.contains(.duplicated) ? 2 : 1) {
                if place + copy > 0 { json.byte(0x2C) }
                write(row)
            }
        }
        json.byte(0x5D)
    }

    func writeSymbol(_ symbol: String) {
        json.raw("{\"symbol\":")
        json.string(symbol)
    }

    /// Writes a member that is a number, or null where it is not known.
    func number(_ name: StaticString, known: Bool = true, _ write: () -> Void) {
        json.raw(name)
        guard known, !rowTroubles.contains(.nulls) else {
            json.raw("null")
            return
        }
        let isText = rowTroubles.contains(.textsForNumbers)
        if isText { json.byte(0x22) }
        write()
        if isText { json.byte(0x22) }
    }

    /// Writes a member that is a text, or null where it is not known.
    func text(_ name: StaticString, _ value: String?) {
        json.raw(name)
        if let value, !rowTroubles.contains(.nulls) { json.string(value) } else { json.raw("null") }
    }
}
