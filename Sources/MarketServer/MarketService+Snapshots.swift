import NIOCore
import Simulator

extension MarketService {
    /// Answers `/v2/snapshot/locale/us/markets/stocks/tickers`.
    func snapshot(_ request: MarketRequest) -> MarketResponse {
        guard let list = request.value("tickers") else { return MarketResponse(body: fullSnapshot()) }
        cursor.advance(to: now)
        // Unknown tickers are left out without a word; a repeated one is answered once.
        var seen: Set<Int> = []
        let tickers = list.split(separator: ",").compactMap { name in
            market.index(of: String(name)).flatMap { seen.insert($0).inserted ? $0 : nil }
        }
        json.removeAll()
        cursor.writeSnapshot(of: tickers, into: json)
        return done()
    }

    /// Answers `/v2/snapshot/locale/us/markets/stocks/tickers/{T}`.
    func singleSnapshot(_ ticker: String) throws(VendorError) -> MarketResponse {
        cursor.advance(to: now)
        guard let index = market.index(of: ticker), cursor.states[index].isListed else {
            throw .tickerNotFound
        }
        json.removeAll()
        json.raw("{\"request_id\":")
        json.string(requestID())
        json.raw(",\"status\":\"OK\",\"ticker\":")
        cursor.writeItem(index, into: json)
        json.byte(0x7D)
        return done()
    }

    /// `/v2/snapshot/locale/us/markets/stocks/{gainers|losers}`: twenty by percent, of those with 10,000 shares or more.
    func movers(gainers: Bool) -> MarketResponse {
        cursor.advance(to: now)
        var moved: [(index: Int, change: Double)] = []
        for (index, state) in cursor.states.enumerated() where state.isListed && state.volume >= 10_000 {
            let before = state.previousDay?.price.close ?? 0
            guard before > 0, state.lastPriceE4 > 0 else { continue }
            let change = Double(state.lastPriceE4 - before) / Double(before)
            if gainers ? change > 0 : change < 0 { moved.append((index, change)) }
        }
        moved.sort {
            ($0.change, $1.index) == ($1.change, $0.index)
                ? false : $0.change != $1.change ? ($0.change > $1.change) == gainers : $0.index < $1.index
        }
        json.removeAll()
        json.raw("{\"status\":\"OK\",\"tickers\":[")
        for (position, mover) in moved.prefix(20).enumerated() {
            if position > 0 { json.byte(0x2C) }
            cursor.writeItem(mover.index, into: json)
        }
        json.raw("]}")
        return done()
    }
}
