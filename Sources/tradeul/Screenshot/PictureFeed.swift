import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Simulator

/// A simulated market as a vendor's two connections would bring it, without either: its bodies and frames as bytes, read by
/// the decoders of the live feeds.
///
/// What it gives follows from the market and the times asked for alone.
final class PictureFeed {
    /// The market.
    let market: SimulatedMarket
    private let cursor: MarketCursor
    private let json = JSONBytes(capacity: 1 << 16)
    private let snapshots = PolygonDecoder()
    private let frames = StreamDecoder()
    private let source: StreamSource
    /// What is asked for of single tickers now, by index.
    private var wanted: [Int: StreamInterest] = [:]

    /// A feed of a market.
    init(_ market: SimulatedMarket) {
        self.market = market
        cursor = MarketCursor(market)
        source = StreamSource(market)
    }

    /// The full snapshot at a moment.
    ///
    /// - Throws: `DecodeError` when the market's own bytes cannot be read: a defect.
    func snapshot(at now: Instant) throws -> SnapshotBatch {
        cursor.advance(to: now)
        json.removeAll()
        cursor.writeFullSnapshot(into: json)
        return try snapshots.snapshot(ResponseBody(copying: json.array))
    }

    /// The events that are sent after one moment and up to another, of what a demand asks for; and their bytes.
    func events(after: Instant, through: Instant, _ demand: StreamDemand) -> (batch: StreamBatch, bytes: Int) {
        follow(demand)
        json.removeAll()
        json.byte(0x5B)
        source.events(after: after, through: through) { _, event in
            if json.count > 1 { json.byte(0x2C) }
            json.event(event, of: market)
        }
        json.byte(0x5D)
        var batch = StreamBatch()
        batch.receivedAt = through
        guard json.count > 2 else { return (batch, 0) }
        // The decoder may read so many bytes behind a frame.
        let bytes = json.array + [UInt8](repeating: 0, count: ResponseBody.padding)
        var notices: [StreamNotice] = []
        bytes.withUnsafeBufferPointer { all in
            frames.decode(UnsafeBufferPointer(rebasing: all[..<json.count]), into: &batch, notices: &notices)
        }
        return (batch, json.count)
    }

    /// Brings what the source makes in line with a demand.
    private func follow(_ demand: StreamDemand) {
        var ofAll: StreamInterest = []
        var own: [Int: StreamInterest] = [:]
        for pair in demand.pairs {
            let interest = StreamInterest(pair.topic)
            guard let symbol = pair.symbol else {
                ofAll.formUnion(interest)
                continue
            }
            if let index = market.index(of: symbol.text) { own[index, default: []].formUnion(interest) }
        }
        source.setInterestOfAll(ofAll)
        guard own != wanted else { return }
        // By index, so that the order of a dictionary decides nothing.
        for index in market.listings.indices where own[index] != wanted[index] {
            source.setInterest(own[index] ?? [], of: index)
        }
        wanted = own
    }
}

extension StreamInterest {
    /// The market's word for what a subscription asks for.
    fileprivate init(_ topic: StreamTopic) {
        self =
            switch topic {
            case .trades: .trades
            case .quotes: .quotes
            case .seconds: .seconds
            case .minutes: .minutes
            case .bands: .bands
            }
    }
}
