import Feeds
import MarketData
import Network

/// Writes snapshot bodies for tests, the way the vendor shapes them.
enum SnapshotJSON {
    /// A complete element; `members` are added in front, so a test can say a thing of its own first.
    static func ticker(_ symbol: String, extra: String = "", price: String = "10.5") -> String {
        """
        {\(extra)"ticker":"\(symbol)","todaysChangePerc":1.5,"todaysChange":-0.2,"updated":1791297014912345678,\
        "day":{"o":10.1,"h":10.9,"l":10.0,"c":10.4,"v":1.3e+07,"vw":10.44,"dv":"13000000.5"},\
        "lastQuote":{"P":10.52,"S":4,"p":10.48,"s":2,"t":1791297014911002345},\
        "lastTrade":{"c":[14,37],"i":"71","p":\(price),"s":15,"ds":"15.0","t":1791297014912345679,"x":11},\
        "min":{"av":13019492.25,"t":1791297000000,"n":412,"o":10.3,"h":10.6,"l":10.2,"c":10.45,"v":28114,"vw":10.4},\
        "prevDay":{"o":9.1,"h":9.8,"l":9.0,"c":9.9,"v":44664118.0,"vw":9.5}}
        """
    }

    /// A body with these elements.
    static func body(_ elements: [String], status: String = "OK") -> String {
        "{\"status\":\"\(status)\",\"count\":\(elements.count),\"tickers\":[\(elements.joined(separator: ","))]}"
    }
}

extension ResponseBody {
    /// A body from text.
    convenience init(_ text: String) { self.init(copying: Array(text.utf8)) }
}

extension PolygonDecoder {
    /// Decodes text; the error as a value.
    func decode(_ text: String) -> Result<SnapshotBatch, DecodeError> {
        Result { () throws(DecodeError) in try snapshot(ResponseBody(text)) }
    }
}

extension SnapshotBatch {
    /// The price and volume columns with the names of their JSON paths.
    var doubles: [(String, [Double])] {
        [
            ("lastTrade.p", lastPrice), ("min.c", minuteClose), ("min.h", minuteHigh), ("min.l", minuteLow),
            ("min.v", minuteVolume), ("min.av", accumulatedVolume), ("day.o", dayOpen), ("day.h", dayHigh),
            ("day.l", dayLow), ("day.c", dayClose), ("day.v", dayVolume), ("day.vw", dayVWAP),
            ("prevDay.c", previousClose), ("prevDay.v", previousVolume), ("lastQuote.p", bid), ("lastQuote.P", ask),
            ("lastQuote.s", bidSize), ("lastQuote.S", askSize), ("min.n", minuteTrades),
        ]
    }

    /// The time columns with the names of their JSON paths.
    var times: [(String, [Int64])] {
        [("lastTrade.t", lastTime), ("min.t", minuteStart), ("lastQuote.t", quoteTime), ("updated", updated)]
    }

    /// Every column has as many rows as there are symbols.
    var isRectangular: Bool {
        doubles.allSatisfy { $0.1.count == count } && times.allSatisfy { $0.1.count == count }
    }
}
