import Feeds
import MarketData

/// What one or more frames decode to.
struct DecodedFrames {
    var batch = StreamBatch()
    var notices: [StreamNotice] = []

    /// Elements that ended up somewhere; a bad frame is no element.
    var elements: Int { batch.eventCount + notices.count + batch.rejections.total - batch.rejections.badFrames }

    var symbols: [String] { batch.symbols.map(\.text) }

    /// The ticker of each trade, in order.
    var tradeSymbols: [String] { batch.trades.symbol.map { batch.symbols[Int($0)].text } }
}

extension StreamDecoder {
    /// Decodes bytes with `behind` after them.
    func decode(_ bytes: [UInt8], behind: UInt8 = 0, into frames: inout DecodedFrames) {
        (bytes + Array(repeating: behind, count: 64)).withUnsafeBufferPointer {
            decode(UnsafeBufferPointer(rebasing: $0[..<bytes.count]), into: &frames.batch, notices: &frames.notices)
        }
    }

    /// Decodes one frame of text into a batch of its own.
    func decode(_ text: String, behind: UInt8 = 0) -> DecodedFrames {
        var frames = DecodedFrames()
        decode(Array(text.utf8), behind: behind, into: &frames)
        return frames
    }
}

extension StreamBatch {
    /// Every column of a kind of event has as many rows as the others, and every index has a symbol.
    var isRectangular: Bool {
        let counts: [Set<Int>] = [tradeCounts, quoteCounts, barCounts, bandCounts]
        let indices = trades.symbol + quotes.symbol + bars.symbol + bands.symbol
        guard counts.allSatisfy({ $0.count == 1 }), Set(symbols).count == symbols.count else { return false }
        return indices.allSatisfy { symbols.indices.contains(Int($0)) }
    }

    private var tradeCounts: Set<Int> {
        let columns = trades
        return [
            columns.symbol.count, columns.price.count, columns.size.count, columns.time.count, columns.exchange.count,
            columns.trf.count, columns.conditions.count, columns.identity.count,
        ]
    }

    private var quoteCounts: Set<Int> {
        let columns = quotes
        return [
            columns.symbol.count, columns.bid.count, columns.ask.count, columns.bidSize.count, columns.askSize.count,
            columns.time.count,
        ]
    }

    private var barCounts: Set<Int> {
        let columns = bars
        return [
            columns.symbol.count, columns.isMinute.count, columns.start.count, columns.end.count, columns.volume.count,
            columns.accumulated.count, columns.open.count, columns.high.count, columns.low.count, columns.close.count,
            columns.dayVWAP.count, columns.officialOpen.count,
        ]
    }

    private var bandCounts: Set<Int> {
        let columns = bands
        return [
            columns.symbol.count, columns.upper.count, columns.lower.count, columns.indicators.count,
            columns.time.count,
        ]
    }
}

/// Elements as the vendor writes them; each function's defaults are a complete event.
enum StreamJSON {
    static func trade(
        _ symbol: String = "AAPL",
        _ fields: String = "\"p\":258.38,\"s\":15,\"t\":1791297014912"
    ) -> String {
        "{\"ev\":\"T\",\"sym\":\"\(symbol)\",\(fields)}"
    }

    static func quote(_ fields: String) -> String { "{\"ev\":\"Q\",\"sym\":\"AAPL\",\(fields)}" }

    static func bar(_ fields: String, kind: String = "A") -> String {
        "{\"ev\":\"\(kind)\",\"sym\":\"AAPL\",\(fields)}"
    }

    static func band(_ fields: String) -> String { "{\"ev\":\"LULD\",\"T\":\"AAPL\",\(fields)}" }

    static func frame(_ elements: [String]) -> String { "[\(elements.joined(separator: ","))]" }
}
