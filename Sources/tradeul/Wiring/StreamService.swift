import EngineAPI
import Feeds
import Logging
import MarketData
import MarketTime
import Network
import Synchronization

/// The stream behind a running dashboard: made once there is an address, told what the engine wants, ended with the rest.
///
/// Thread-safe; `state` is guarded by its mutex.
final class StreamService: StreamSubscriber {
    private struct State {
        var stream: PolygonStream?
        /// What the engine wanted last; handed to a stream that is made later.
        var demand = StreamDemand()
        var isStopping = false
    }

    private let clock: any WallClock
    private let logger: Logger
    private let state = Mutex(State())

    /// A service without a stream.
    init(clock: any WallClock, logger: Logger) {
        self.clock = clock
        self.logger = logger
    }

    /// Connects; what it delivers goes to `sink`.
    func start(_ configuration: PolygonStream.Configuration, sink: any StreamSink) {
        let stream = PolygonStream(configuration, clock: clock, sink: LoggingStreamSink(sink: sink, logger: logger))
        let (demand, isStopping) = state.withLock { state in
            state.stream = stream
            return (state.demand, state.isStopping)
        }
        stream.want(demand)
        if isStopping { stream.stop() }
    }

    func want(_ demand: StreamDemand) {
        state.withLock { state in
            state.demand = demand
            return state.stream
        }?.want(demand)
    }

    /// Ends the stream; its sink hears nothing afterwards.
    func stop(deadlineMs: Int) {
        state.withLock { state in
            state.isStopping = true
            return state.stream
        }?.stop(deadlineMs: deadlineMs)
    }
}

/// Hands on what the stream delivers and notes its changes of state in the log.
private final class LoggingStreamSink: StreamSink {
    /// Real time between two lines about elements that were left out, seconds.
    private static let rejectionsEvery: Int64 = 60

    private let sink: any StreamSink
    private let logger: Logger
    private let lastState = Mutex<StreamState?>(nil)
    private let rejections = Mutex((logged: StreamRejections(), at: MonotonicTime.now().adding(seconds: -3600)))

    init(sink: any StreamSink, logger: Logger) {
        self.sink = sink
        self.logger = logger
    }

    func deliver(_ batch: StreamBatch) { sink.deliver(batch) }

    func report(_ status: StreamStatus) {
        let isNew = lastState.withLock { last in
            defer { last = status.state }
            return last != status.state
        }
        if isNew { log(status) }
        logRejections(status.rejections)
        sink.report(status)
    }

    private func log(_ status: StreamStatus) {
        switch status.state {
        case .off(let sentence): logger.info("no stream: \(sentence)")
        case .connecting: logger.info("connecting the stream to \(status.host)")
        case .authenticating: logger.debug("the stream is connected, the key is sent")
        case .live: logger.info("the stream is live from \(status.host)")
        case .degraded(let sentence), .backingOff(let sentence, _): logger.warning("\(sentence)")
        case .refused(let sentence): logger.error("\(sentence)")
        }
    }

    private func logRejections(_ found: StreamRejections) {
        let now = MonotonicTime.now()
        let isDue = rejections.withLock { last in
            guard found != last.logged, now.seconds - last.at.seconds >= Self.rejectionsEvery else { return false }
            last = (found, now)
            return true
        }
        guard isDue, found.total > 0 else { return }
        logger.warning(
            "elements of the stream were left out",
            metadata: [
                "unknown_event": "\(found.unknownEvent)", "malformed": "\(found.malformed)",
                "bad_symbol": "\(found.badSymbol)", "impossible_number": "\(found.impossibleNumber)",
                "bad_frames": "\(found.badFrames)",
            ]
        )
    }
}
