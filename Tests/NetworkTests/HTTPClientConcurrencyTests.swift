import LoopbackSupport
import Network
import Synchronization
import Testing

@Suite struct HTTPClientConcurrencyTests {
    private func text(_ outcome: HTTPClient.Outcome) -> String {
        switch outcome {
        case .success(let response): String(decoding: response.body.prefix(100), as: UTF8.self)
        case .failure(let error): "\(error)"
        }
    }

    @Test func manyRequestsEndInTheirOrderEachWithItsOwnAnswer() throws {
        let server = try LoopbackServer { connection, request in
            let path = request.split(separator: " ")[1]
            return connection.answer(String(path))
        }
        defer { server.stop() }
        let client = HTTPClient(.init(runningMax: 3, waitingMax: 5))
        defer { client.close() }
        let outcomes = client.performAll((0..<40).map { HTTPRequest(url: "\(server.url)/\($0)") })
        #expect(outcomes.map(text) == (0..<40).map { "/\($0)" })
        #expect(server.accepted <= 3)
    }

    @Test func requestsRunSideBySide() throws {
        // The first answer is held back until the second request has come: one at a time would never end.
        let second = Signal()
        let server = try LoopbackServer { connection, request in
            if request.hasPrefix("GET /second") { second.raise() } else { second.wait() }
            return connection.answer("done")
        }
        defer { server.stop() }
        let client = HTTPClient()
        defer { client.close() }
        let requests = ["first", "second"].map { HTTPRequest(url: "\(server.url)/\($0)") }
        #expect(client.performAll(requests).map(text) == ["done", "done"])
    }

    @Test func oneMoreThanTheQueueHoldsIsTurnedAwayAtOnce() throws {
        let server = try LoopbackServer { connection, _ in !connection.clientLeaves() }
        defer { server.stop() }
        let client = HTTPClient(.init(runningMax: 1, waitingMax: 2))
        let outcomes = Mutex<[HTTPClient.Outcome]>([])
        let full = Signal()
        // At most one runs and two wait, so the fourth or an earlier one is turned away, whatever the threads' order.
        for _ in 0..<4 {
            client.submit(HTTPRequest(url: server.url)) { outcome in
                outcomes.withLock { $0.append(outcome) }
                full.raise()
            }
        }
        full.wait()
        let first = outcomes.withLock { $0.first }
        #expect(first.map(text) == "\(NetworkError.queueFull(limit: 2))")
        #expect(client.close(deadlineMs: 5000))
        #expect(outcomes.withLock { $0.count } == 4)
    }

    @Test func cancellingEndsARunningRequest() throws {
        let arrived = Signal()
        let server = try LoopbackServer { connection, _ in
            arrived.raise()
            return !connection.clientLeaves()
        }
        defer { server.stop() }
        let client = HTTPClient()
        defer { client.close() }
        let ended = Signal()
        let outcome = Mutex<HTTPClient.Outcome?>(nil)
        let call = client.submit(HTTPRequest(url: server.url)) { value in
            outcome.withLock { $0 = value }
            ended.raise()
        }
        arrived.wait()
        call.cancel()
        ended.wait()
        call.cancel()
        #expect(outcome.withLock { $0.map(text) } == "\(NetworkError.cancelled)")
    }

    @Test func closingEndsRunningAndWaitingRequests() throws {
        let arrived = Signal()
        let server = try LoopbackServer { connection, _ in
            arrived.raise()
            return !connection.clientLeaves()
        }
        defer { server.stop() }
        let client = HTTPClient(.init(runningMax: 1, waitingMax: 4))
        let outcomes = Mutex<[String]>([])
        for _ in 0..<3 {
            client.submit(HTTPRequest(url: server.url)) { value in outcomes.withLock { $0.append(text(value)) } }
        }
        arrived.wait()
        #expect(client.close(deadlineMs: 5000))
        #expect(client.close(deadlineMs: 5000))
        #expect(outcomes.withLock { $0 } == Array(repeating: "\(NetworkError.closed)", count: 3))
        #expect(throws: NetworkError.closed) { try client.perform(HTTPRequest(url: server.url)) }
    }

    @Test func aBodyOutlivesItsClient() throws {
        let server = try LoopbackServer(body: "kept")
        defer { server.stop() }
        let client = HTTPClient()
        let body = try client.perform(HTTPRequest(url: server.url)).body
        client.close()
        #expect(body.prefix(9) == Array("kept".utf8))
    }
}

extension HTTPClient {
    /// Sends requests, `window` of them unended at most, and waits for all; outcomes in the order of the requests.
    fileprivate func performAll(_ requests: [HTTPRequest], window: Int = 5) -> [Outcome] {
        let outcomes = Mutex<[Int: Outcome]>([:])
        let ended = requests.map { _ in Signal() }
        for (number, request) in requests.enumerated() {
            if number >= window { ended[number - window].wait() }
            submit(request) { outcome in
                outcomes.withLock { $0[number] = outcome }
                ended[number].raise()
            }
        }
        for signal in ended { signal.wait() }
        return requests.indices.compactMap { number in outcomes.withLock { $0[number] } }
    }
}
