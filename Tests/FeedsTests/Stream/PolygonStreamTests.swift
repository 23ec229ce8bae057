import EngineAPI
import Feeds
import LoopbackSupport
import MarketData
import MarketTime
import Network
import Testing

@Suite struct PolygonStreamTests {
    private static func status(_ status: String, _ message: String) -> String {
        "[{\"ev\":\"status\",\"status\":\"\(status)\",\"message\":\"\(message)\"}]"
    }

    private static let trade = """
        [{"ev":"T","sym":"AAPL","i":"1","x":4,"p":150.5,"s":100,"t":1791297014960,"q":1,"z":3}]
        """

    /// Greets and answers the login; nil when the client does anything but log in.
    private static func logIn(_ peer: WebSocketPeer) -> String? {
        peer.send(text: status("connected", "Connected Successfully"))
        guard let login = peer.readFrame(), login.text.contains("\"auth\"") else { return nil }
        peer.send(text: status("auth_success", "authenticated"))
        return login.text
    }

    private func server(_ script: @escaping @Sendable (WebSocketPeer) -> Void) throws -> LoopbackServer {
        try LoopbackServer(webSocket: script)
    }

    private func stream(
        _ url: String,
        _ sink: RecordingStreamSink,
        limits: WebSocketRequest.Limits = .init()
    ) -> PolygonStream {
        let configuration = PolygonStream.Configuration(
            streamURL: url,
            key: Secret("k-1234"),
            backoff: .init(firstMs: 1, capMs: 20),
            limits: limits
        )
        return PolygonStream(configuration, clock: ManualClock(StreamHarness.openMarket), sink: sink)
    }

    @Test(arguments: [
        ("wss://socket.polygon.io", "wss://socket.polygon.io/stocks"),
        ("wss://delayed.massive.com/", "wss://delayed.massive.com/stocks"), ("ws://[::1]:80", "ws://[::1]:80/stocks"),
        ("ws://127.0.0.1:8080/stocks", "ws://127.0.0.1:8080/stocks"), ("wss://a.test/feed/v2", "wss://a.test/feed/v2"),
        ("wss://a.test/feed/", "wss://a.test/feed/"), ("wss://a.test?x=1", "wss://a.test?x=1"),
        ("a.test", "a.test"), ("wss:", "wss:"),
    ])
    func theVendorsPathIsAddedToAnAddressWithoutOne(base: String, url: String) {
        #expect(PolygonStream.Configuration(streamURL: base).url == url)
    }

    @Test func logsInSubscribesDeliversComesBackAndClosesInOrder() throws {
        let server = try server { peer in
            guard Self.logIn(peer) != nil, let frame = peer.readFrame(), frame.isMasked else { return }
            // What was asked for comes back as a ticker's name would, so that the test sees it.
            guard frame.text == "{\"action\":\"subscribe\",\"params\":\"T.AAPL,LULD.*\"}" else { return }
            peer.send(text: Self.trade)
            // The first connection breaks off; the second waits for the close and answers it.
            guard peer.connection.number > 1 else { return peer.connection.resetAtEnd() }
            guard let close = peer.readFrame(), close.opcode == 8 else { return }
            peer.sendClose(UInt16(close.closeCode ?? 0))
        }
        defer { server.stop() }
        let sink = RecordingStreamSink()
        let stream = stream(server.webSocketURL, sink)
        stream.want(StreamDemand(pairs: [StreamPair(.trades, Symbol("AAPL")), StreamPair(.bands, nil)]))
        #expect(sink.waits { $0.batches.count >= 2 && $0.last?.epoch == 2 })
        #expect(sink.batches.allSatisfy { $0.trades.count == 1 && $0.receivedAt == StreamHarness.openMarket })
        #expect(sink.last?.state == .live && sink.last?.host == "127.0.0.1:\(server.port)")
        let words = sink.statuses.map(\.state.words)
        #expect(words.contains { $0.hasPrefix("backing off: The connection to 127.0.0.1:\(server.port) was lost") })
        #expect(server.requests.allSatisfy { $0.hasPrefix("GET /stocks ") && !$0.contains("k-1234") })
        #expect(stream.stop(deadlineMs: 10_000))
        let reports = sink.statuses.count
        stream.retry()
        stream.want(StreamDemand())
        #expect(stream.stop(deadlineMs: 10_000) && sink.statuses.count == reports)
    }

    @Test func aRefusedLoginIsToldThoughTheConnectionBreaksOff() throws {
        let server = try server { peer in
            peer.send(text: Self.status("connected", "Connected Successfully"))
            guard peer.readFrame() != nil else { return }
            peer.send(text: Self.status("auth_failed", "authentication failed"))
            peer.connection.resetAtEnd()
        }
        defer { server.stop() }
        let sink = RecordingStreamSink()
        let stream = stream(server.webSocketURL, sink)
        #expect(sink.waits { $0.last?.state.words.hasPrefix("refused: ") == true })
        #expect(sink.last?.state.words.contains("auth_failed: authentication failed") == true)
        #expect(stream.stop(deadlineMs: 10_000) && server.accepted == 1)
    }

    @Test func stopsInTimeWhateverTheServerDoes() throws {
        // Never answers the upgrade; never greets; never answers the login, a ping or a close.
        let isAsked = Signal()
        let mute = try LoopbackServer { connection, _ in
            isAsked.raise()
            _ = connection.clientLeaves()
            return false
        }
        defer { mute.stop() }
        let open = try server { peer in _ = peer.connection.clientLeaves() }
        defer { open.stop() }
        let greeting = try server { peer in
            _ = Self.logIn(peer)
            _ = peer.connection.clientLeaves()
        }
        defer { greeting.stop() }
        let cases: [(LoopbackServer, StreamState)] = [
            (mute, .connecting), (open, .authenticating), (greeting, .live),
        ]
        for (server, state) in cases {
            let sink = RecordingStreamSink()
            let stream = stream(server.webSocketURL, sink)
            #expect(sink.waits { $0.last?.state == state }, "\(state)")
            #expect(isAsked.wait(milliseconds: 20_000))
            let start = MonotonicTime.now()
            #expect(stream.stop(deadlineMs: 2000), "\(state)")
            #expect(MonotonicTime.now().seconds(since: start) < 2, "\(state)")
        }
    }

    @Test func anAddressThatIsNoneIsRefusedAndAnEmptyOneIsOff() {
        let sink = RecordingStreamSink()
        let stream = stream("vendor", sink)
        #expect(sink.waits { $0.last?.state.words.hasPrefix("refused: ") == true })
        #expect(sink.last?.state.words.contains("vendor") == true && stream.stop(deadlineMs: 10_000))
        let silent = RecordingStreamSink()
        let none = self.stream("", silent)
        #expect(silent.statuses.map(\.state.words) == ["off: There is no stream: feed.stream_url is empty."])
        #expect(none.stop(deadlineMs: 10_000))
    }

    @Test func aStreamThatIsForgottenClosesItsConnection() throws {
        let isClosed = Signal()
        let server = try server { peer in
            guard Self.logIn(peer) != nil, peer.readFrame()?.closeCode == 1000 else { return }
            isClosed.raise()
        }
        defer { server.stop() }
        let sink = RecordingStreamSink()
        var stream: PolygonStream? = stream(server.webSocketURL, sink)
        #expect(sink.waits { $0.last?.state == .live } && stream != nil)
        stream = nil
        #expect(isClosed.wait(milliseconds: 20_000))
    }
}
