import MarketTime
import Simulator

extension MarketService {
    func writeHead(ticker: String?, queryCount: Int, resultsCount: Int, _ adjusted: Bool) {
        json.removeAll()
        json.byte(0x7B)
        if let ticker {
            json.raw("\"ticker\":")
            json.string(ticker)
            json.byte(0x2C)
        }
        json.raw("\"queryCount\":")
        json.integer(Int64(queryCount))
        json.raw(",\"resultsCount\":")
        json.integer(Int64(resultsCount))
        json.raw(adjusted ? ",\"adjusted\":true" : ",\"adjusted\":false")
    }

    func writeTail(count: Int) {
        json.raw(",\"status\":\"OK\",\"request_id\":")
        json.string(requestID())
        guard count > 0 else { return }
        json.raw(",\"count\":")
        json.integer(Int64(count))
    }

    /// A bar's members.
    ///
    /// Volumes are exact, in one of the vendor's forms: whoever adds up the bars of a day gets the day.
    func writeBar(_ bar: SimulatedBar, timeMs: Int64) {
        let form = UInt64(bitPattern: bar.price.close &* 31 &+ bar.startMs / 60_000 &* 7 &+ bar.volumeMicro / 1_000_000)
        json.raw("\"v\":")
        if bar.volumeMicro % 1_000_000 == 0 {
            json.count(bar.volumeMicro / 1_000_000, form: form)
        } else {
            json.decimal(bar.volumeMicro, decimals: 6)
        }
        if bar.trades > 1 {
            json.raw(",\"vw\":")
            json.average(bar.vwapE4)
        }
        json.raw(",\"o\":")
        json.price(bar.price.open, form: form &+ 1)
        json.raw(",\"c\":")
        json.price(bar.price.close, form: form &+ 2)
        json.raw(",\"h\":")
        json.price(bar.price.high, form: form &+ 3)
        json.raw(",\"l\":")
        json.price(bar.price.low, form: form &+ 4)
        json.raw(",\"t\":")
        json.integer(timeMs)
        if bar.trades > 1 {
            json.raw(",\"n\":")
            json.integer(Int64(bar.trades))
        }
    }
}
