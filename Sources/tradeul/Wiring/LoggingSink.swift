import Engine
import EngineAPI
import Logging
import MarketData
import MarketTime
import Synchronization

/// Hands what the feed delivers to the engine and notes its changes of state in the log.
final class LoggingSink: FeedSink {
    private let host: EngineHost
    private let corrected: CorrectedClock?
    private let logger: Logger
    private let lastState = Mutex<FeedState?>(nil)
    private let lastRejections = Mutex(SnapshotRejections())

    init(host: EngineHost, corrected: CorrectedClock?, logger: Logger) {
        self.host = host
        self.corrected = corrected
        self.logger = logger
    }

    func deliver(_ batch: SnapshotBatch) -> Bool {
        let rejected = batch.rejections
        let isNew = lastRejections.withLock { last in
            defer { last = rejected }
            return last != rejected
        }
        if isNew, rejected.total > 0 {
            logger.warning(
                "tickers of the snapshot were left out",
                metadata: [
                    "wrong_type": "\(rejected.wrongType)", "impossible_number": "\(rejected.impossibleNumber)",
                    "bad_symbol": "\(rejected.badSymbol)", "duplicate": "\(rejected.duplicate)",
                    "used": "\(batch.count)",
                ]
            )
        }
        return host.deliver(batch)
    }

    func report(_ status: FeedStatus) {
        let isNew = lastState.withLock { last in
            defer { last = status.state }
            return last != status.state
        }
        if isNew {
            switch status.state {
            case .connecting: logger.info("connecting to \(status.host)")
            case .live: logger.info("live from \(status.host)")
            case .degraded(let sentence, _): logger.warning("\(sentence)")
            case .refused(let sentence): logger.error("\(sentence)")
            }
        }
        var status = status
        // The feed compares with the corrected clock; the trader should know how far the computer's own is off.
        if let skew = corrected?.skewSeconds { status.clockSkewSeconds = skew }
        host.report(status)
    }
}
