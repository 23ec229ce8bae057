import CCurl
import Synchronization

// libcurl rather than URLSession: its bodies arrive as bytes in our own buffer, without Foundation, and its proxy and TLS
// options are the ones the system's other programs have. A 6 MB snapshot over TLS with gzip costs about 21 ms, 15 of them
// inflate. Revisit when the vendor offers an encoding that is cheaper to read than gzip.

/// HTTP requests over libcurl: one thread, one multi handle, many requests.
///
/// Connections are kept and reused, HTTP/2 is used over TLS, redirects are answers like any other (so a key never
/// follows one to another host), certificates are always checked, a proxy comes from the environment as libcurl reads
/// it. Callers may be any thread; completions run on the client's own thread and must be short and never block.
///
/// At most `Configuration.runningMax` requests run at a time and `waitingMax` wait; one more completes at once with
/// `NetworkError.queueFull`.
package final class HTTPClient: Sendable {
    /// Limits of a client.
    package struct Configuration: Sendable {
        /// Sent as `User-Agent`.
        package var userAgent: String
        /// Requests on the wire at a time; at least 1.
        package var runningMax: Int
        /// Requests that wait for one of those places; at least 1.
        package var waitingMax: Int

        /// Limits; the defaults suit one feed and later backfills.
        package init(userAgent: String = "tradeul", runningMax: Int = 6, waitingMax: Int = 64) {
            precondition(runningMax >= 1 && waitingMax >= 1, "Invariant: a client runs and queues at least 1 request")
            self.userAgent = userAgent
            self.runningMax = runningMax
            self.waitingMax = waitingMax
        }
    }

    /// What a request ends with.
    package typealias Outcome = Result<HTTPResponse, NetworkError>

    private let mailbox: TransferMailbox
    private let thread: PlainThread?

    /// Starts the client's thread; nothing is sent yet.
    package init(_ configuration: Configuration = Configuration()) {
        let mailbox = TransferMailbox(waitingMax: configuration.waitingMax)
        self.mailbox = mailbox
        // Without a thread the mailbox is closed, and every request fails with `closed` instead of hanging.
        thread = PlainThread { TransferLoop.run(configuration, mailbox) }
        if thread == nil { mailbox.close() }
    }

    deinit { mailbox.close() }

    /// Sends a request; `completion` is called exactly once, on the client's thread or, when the request cannot even
    /// be queued, on the caller's.
    @discardableResult
    package func submit(
        _ request: HTTPRequest,
        completion: @escaping @Sendable (Outcome) -> Void
    ) -> HTTPCall {
        switch mailbox.submit(request, completion) {
        case .success(let id): return HTTPCall(id: id, mailbox: mailbox)
        case .failure(let error):
            completion(.failure(error))
            return HTTPCall(id: 0, mailbox: mailbox)
        }
    }

    /// Sends a request and blocks the calling thread until it ends.
    ///
    /// Not for the concurrency runtime's threads.
    package func perform(_ request: HTTPRequest) throws(NetworkError) -> HTTPResponse {
        let slot = OutcomeSlot()
        submit(request) { slot.fill($0) }
        return try slot.wait().get()
    }

    /// The most that is kept of the body of an answer to ``stream(_:while:onChunk:)`` that is no success.
    package static let errorTextMax = 64 << 10
    /// How often a stream that waits for bytes asks whether it is still wanted.
    private static let wantedPollMs = 250

    /// Sends a request and hands the body of a success (200–299) over in pieces, as it arrives and as it was sent.
    ///
    /// Blocks the calling thread, and calls both closures on it; not for the concurrency runtime's threads. A slow reader
    /// holds the server back, not other requests of the client: at most ``ChunkPipe/capacityBytes`` wait for it twice over,
    /// then libcurl is told to pause. Any other status ends like ``perform(_:)``, its body cut to ``errorTextMax`` bytes,
    /// without a call of `onChunk`. On an error pieces may have been handed over: only a return says that all is there.
    ///
    /// - Parameters:
    ///   - isWanted: asked before every piece and several times a second; false ends with `NetworkError.cancelled`.
    ///   - onChunk: a piece, valid during the call, and the whole body's size where the server tells it.
    /// - Returns: the answer, with an empty body after a success.
    package func stream(
        _ request: HTTPRequest,
        while isWanted: () -> Bool = { true },
        onChunk: (_ bytes: UnsafeRawBufferPointer, _ expectedBytes: Int?) -> Void
    ) throws(NetworkError) -> HTTPResponse {
        let pipe = ChunkPipe()
        let id = try mailbox.submit(request, pipe: pipe) { pipe.end($0) }.get()
        var buffer: [UInt8] = []
        while isWanted() {
            let taken = pipe.take(&buffer)
            if taken.wasPaused { mailbox.resume(id) }
            if case .failure(let error) = taken.outcome { throw error }
            if !buffer.isEmpty {
                buffer.withUnsafeBytes { onChunk($0, taken.expectedBytes) }
            } else if case .success(let response) = taken.outcome {
                return response
            } else {
                pipe.wait(milliseconds: Self.wantedPollMs)
            }
        }
        mailbox.cancel(id)
        throw .cancelled
    }

    /// Ends all requests with `NetworkError.closed` and stops the thread.
    ///
    /// False when it has not stopped within `deadlineMs` of real time; it then ends by itself later. Closing twice is
    /// harmless.
    @discardableResult
    package func close(deadlineMs: Int = 2000) -> Bool {
        mailbox.close()
        return thread?.join(milliseconds: deadlineMs) ?? true
    }

    /// The version of libcurl in use, for diagnostics.
    package static var libraryVersion: String { String(cString: curl_version()) }
}

/// A request on its way.
package struct HTTPCall: Sendable {
    fileprivate let id: UInt64
    fileprivate let mailbox: TransferMailbox

    /// Ends the request with `NetworkError.cancelled`, unless it has ended already.
    package func cancel() { mailbox.cancel(id) }
}

/// Carries one outcome from the client's thread to a blocked caller.
///
/// `outcome` is guarded by its mutex and is set before `ended` is raised.
private final class OutcomeSlot: Sendable {
    private let outcome = Mutex<HTTPClient.Outcome?>(nil)
    private let ended = Signal()

    func fill(_ value: HTTPClient.Outcome) {
        outcome.withLock { $0 = value }
        ended.raise()
    }

    /// Hands the outcome out and forgets it, so that the body's memory goes back as soon as the caller is done.
    func wait() -> HTTPClient.Outcome {
        ended.wait()
        return outcome.withLock { value in
            defer { value = nil }
            return value ?? .failure(.closed)
        }
    }
}
