package import EngineAPI
package import MarketTime
package import Network

/// The vendor's WebSocket: logs in, keeps subscribed what is wanted, hands events and its own state to a sink.
///
/// One thread of its own, which also decodes. Nothing queues here: what has been read is delivered at once, and the newest
/// wish replaces an older one. Bad frames change nothing but counters.
package final class PolygonStream: StreamSubscriber, Sendable {
    /// Everything that can be set about the stream.
    package struct Configuration: Sendable {
        /// Scheme (`wss` or `ws`), host, port, and a path unless it is the vendor's `/stocks`; empty for no stream.
        package var streamURL: String
        /// Sent in the login; nil or empty for servers that want none.
        package var key: Secret?
        /// Where a trader sets the key, for the sentence after a refusal.
        package var keyHint: String
        /// Longest wait for the vendor's first word, and again for its answer to the login, ms.
        package var loginTimeoutMs: Int
        /// A connection without any frame for so long is given up, in seconds, at least 1.
        package var livenessSeconds: Int
        /// Pairs in a frame, at least 1.
        package var pairsPerFrame: Int
        /// Bytes of a frame, at least 128.
        package var frameBytesMax: Int
        /// Pause between two frames, ms.
        package var framePauseMs: Int
        /// The shape of the delays after failures.
        package var backoff: Backoff.Limits
        /// Shortest pause after the vendor's limit of connections, ms, at least 1.
        package var connectionLimitPauseMs: Int
        /// Authorities instead of the system's, for tests and private ones.
        package var caFile: String?
        /// Times and sizes of the connection.
        package var limits: WebSocketRequest.Limits
        /// Seed of the jitter of delays.
        package var jitterSeed: UInt64

        /// The vendor's own address and paces.
        package init(
            streamURL: String = "wss://socket.polygon.io",
            key: Secret? = nil,
            keyHint: String = "POLYGON_API_KEY or MASSIVE_API_KEY",
            loginTimeoutMs: Int = 15_000,
            livenessSeconds: Int = 75,
            pairsPerFrame: Int = 50,
            frameBytesMax: Int = 16_384,
            framePauseMs: Int = 100,
            backoff: Backoff.Limits = .init(),
            connectionLimitPauseMs: Int = 60_000,
            caFile: String? = nil,
            limits: WebSocketRequest.Limits = .init(),
            jitterSeed: UInt64 = 0
        ) {
            self.streamURL = streamURL
            self.key = key
            self.keyHint = keyHint
            self.loginTimeoutMs = loginTimeoutMs
            self.livenessSeconds = livenessSeconds
            self.pairsPerFrame = pairsPerFrame
            self.frameBytesMax = frameBytesMax
            self.framePauseMs = framePauseMs
            self.backoff = backoff
            self.connectionLimitPauseMs = connectionLimitPauseMs
            self.caFile = caFile
            self.limits = limits
            self.jitterSeed = jitterSeed
        }

        /// Host and port of the address, without scheme, path or anything secret.
        package var host: String { RedactedURL.host(streamURL) }

        /// What is connected to: the vendor's path is added to an address without one, any other address is used as it is.
        package var url: String {
            let slashes = streamURL.split(separator: "/", omittingEmptySubsequences: false)
            let hasPath = slashes.count > 4 || slashes.count == 4 && !slashes[3].isEmpty
            guard slashes.count >= 3, !hasPath, !streamURL.contains("?"), !streamURL.contains("#") else {
                return streamURL
            }
            return slashes[..<3].joined(separator: "/") + "/stocks"
        }
    }

    private let inbox: StreamInbox
    private let thread: PlainThread?

    /// Connects at once.
    ///
    /// `clock` is the market's.
    package init(_ configuration: Configuration, clock: any WallClock, sink: any StreamSink) {
        let wake = try? WakeDescriptor()  // None is said below, as for a thread that is refused.
        let inbox = StreamInbox(wake: wake)
        self.inbox = inbox
        let host = configuration.host
        guard !configuration.streamURL.isEmpty else {
            thread = nil
            let sentence = "There is no stream: feed.stream_url is empty."
            sink.report(StreamStatus(state: .off(sentence: sentence), host: host))
            return
        }
        thread = wake.flatMap { wake in
            PlainThread { Self.run(configuration, clock: clock, sink: sink, inbox: inbox, wake: wake) }
        }
        if thread == nil {
            let sentence =
                "The system refuses a new thread or descriptor, so there is no stream. "
                + "End other programs and start again."
            sink.report(StreamStatus(state: .refused(sentence: sentence), host: host))
        }
    }

    deinit { inbox.stop(graceMs: 500) }

    /// Replaces what is to be subscribed.
    package func want(_ demand: StreamDemand) { inbox.want(demand) }

    /// Connects at once, also after a refusal or during a pause, and asks again for topics that were denied; with `key` from
    /// now on, if given.
    package func retry(key: Secret? = nil) { inbox.retry(key: key) }

    /// Ends the stream, at any moment; false when the thread has not ended within `deadlineMs` of real time.
    ///
    /// An open connection is closed in an orderly way while half of the deadline lasts, at most a second: the vendor counts
    /// a connection that was cut for a while longer. The sink hears nothing after a stop that returned true.
    @discardableResult
    package func stop(deadlineMs: Int = 3000) -> Bool {
        inbox.stop(graceMs: min(1000, deadlineMs / 2))
        return thread?.join(milliseconds: deadlineMs) ?? true
    }

    private static func run(
        _ configuration: Configuration,
        clock: any WallClock,
        sink: any StreamSink,
        inbox: StreamInbox,
        wake: WakeDescriptor
    ) {
        let request = WebSocketRequest(
            url: configuration.url,
            userAgent: "tradeul",
            caFile: configuration.caFile,
            limits: configuration.limits
        )
        let decoder = StreamDecoder()
        var notices: [StreamNotice] = []
        let loop = PolygonStreamLoop(
            configuration.settings,
            jitterSeed: configuration.jitterSeed,
            clock: clock,
            monotonic: MonotonicTime.now,
            sink: sink,
            inbox: inbox,
            connect: { WebSocketTransport(request, wake: wake, host: configuration.host) },
            decode: { frame, batch, words in
                notices.removeAll(keepingCapacity: true)
                decoder.decode(frame, into: &batch, notices: &notices)
                for notice in notices { words.append(.notice(status: notice.status, message: notice.message)) }
            },
            idle: { inbox.wait(milliseconds: $0) }
        )
        while loop.step() {}
    }
}

extension PolygonStream.Configuration {
    /// What the life of the stream depends on.
    var settings: StreamCore.Settings {
        var settings = StreamCore.Settings()
        settings.host = host
        settings.key = key
        settings.keyHint = keyHint
        // The connection's own deadlines end it first; these are for a connection that does not keep them.
        settings.connectTimeoutMs = limits.connectTimeoutMs + limits.upgradeTimeoutMs + 5000
        settings.loginTimeoutMs = max(1, loginTimeoutMs)
        settings.closeTimeoutMs = limits.closeTimeoutMs + 1000
        settings.livenessMs = max(1, livenessSeconds) * 1000
        settings.backoff = backoff
        settings.connectionLimitPauseMs = connectionLimitPauseMs
        settings.subscriptions = StreamSubscriptions.Limits(
            pairsPerFrame: pairsPerFrame,
            frameBytesMax: frameBytesMax,
            framePauseMs: framePauseMs
        )
        return settings
    }
}
