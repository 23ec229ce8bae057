import Engine
import EngineAPI
import MarketData
import Synchronization

/// Counts what a stream delivers on its way to the engine.
final class StreamTee: StreamSink, Sendable {
    /// What has been received of one ticker.
    struct Ticker {
        /// Shares of trades by second since the count began.
        var shares: [Double] = []
        /// Start of the newest bar, ns; 0 before the first.
        var barStart: Int64 = 0
        /// The vendor's sum at its end, shares.
        var accumulated = 0.0
        /// Shares of whole seconds by which trades and bars differ.
        var difference = 0.0
    }

    /// What has been received of all.
    struct Received {
        var events = 0
        var rejected = 0
        var tickers: [Symbol: Ticker] = [:]
    }

    private struct State {
        var received = Received()
        /// Where seconds are counted from, ns of market time; nil when shares are not counted.
        var start: Int64?
        var isShut = false
    }

    private static let second: Int64 = 1_000_000_000
    private let host: EngineHost
    private let state = Mutex(State())

    init(_ host: EngineHost) { self.host = host }

    /// Counts shares too, by seconds from a moment of the market, ns, whose second is not the first of any bar compared.
    func countShares(from start: Int64) { state.withLock { $0.start = start } }

    /// Lets nothing more through.
    func shut() { state.withLock { $0.isShut = true } }

    /// Events received so far.
    var events: Int { state.withLock { $0.received.events } }

    /// Everything received so far.
    var received: Received { state.withLock { $0.received } }

    func deliver(_ batch: StreamBatch) {
        state.withLock { state in
            guard !state.isShut else { return }
            state.received.events += batch.eventCount
            state.received.rejected += batch.rejections.total
            if let start = state.start { Self.count(batch, from: start, into: &state.received.tickers) }
            host.deliver(batch)
        }
    }

    func report(_ status: StreamStatus) { host.report(status) }

    private static func count(_ batch: StreamBatch, from start: Int64, into tickers: inout [Symbol: Ticker]) {
        var found = batch.symbols.map { tickers.removeValue(forKey: $0) ?? Ticker() }
        for index in 0..<batch.trades.count {
            let second = Int((batch.trades.time[index] - start) / Self.second)
            let ticker = Int(batch.trades.symbol[index])
            guard second >= 0 else { continue }
            while found[ticker].shares.count <= second { found[ticker].shares.append(0) }
            found[ticker].shares[second] += batch.trades.size[index]
        }
        for index in 0..<batch.bars.count where !batch.bars.isMinute[index] {
            let ticker = Int(batch.bars.symbol[index])
            // A burst says the last bars over again.
            guard batch.bars.start[index] > found[ticker].barStart else { continue }
            let second = Int((batch.bars.start[index] - start) / Self.second)
            // The first second may have begun before the subscription.
            if found[ticker].barStart > 0, second >= 0, second < found[ticker].shares.count {
                found[ticker].difference += abs(found[ticker].shares[second] - batch.bars.volume[index])
            }
            found[ticker].barStart = batch.bars.start[index]
            found[ticker].accumulated = batch.bars.accumulated[index]
        }
        for (index, symbol) in batch.symbols.enumerated() { tickers[symbol] = found[index] }
    }
}

extension StreamTee.Ticker {
    /// The volume that this much of the stream makes certain: the vendor's newest sum and the trades since.
    func volume(from start: Int64) -> Double {
        let first = barStart > 0 ? Int((barStart - start) / 1_000_000_000) + 1 : 0
        return accumulated + shares.dropFirst(first).reduce(0, +)
    }
}
