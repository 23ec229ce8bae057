/// Why a request got no complete answer.
///
/// An answer with any status, also 500, is not an error here: see `AnswerVerdict`. `url` fields are redacted, `host` fields are scheme, host and port.
package enum NetworkError: Error, Hashable, Sendable {
    /// The request was never sent: its URL, a header or a limit is not usable.
    case invalidRequest(url: String, reason: String)
    /// The host name has no address, or the resolver did not answer.
    case couldNotResolve(host: String)
    /// Nobody listens on that port.
    case refused(host: String)
    /// No connection for another reason: no route, network down, a proxy that does not answer.
    case unreachable(host: String, detail: String)
    /// A time limit of the request ran out in this phase.
    case timedOut(TimeoutPhase, url: String, afterMs: Int)
    /// The body exceeds the limit, as sent or decompressed.
    case tooLarge(limitBytes: Int, url: String)
    /// The TLS handshake or the certificate check failed.
    case tls(host: String, detail: String)
    /// The connection ended before the answer was complete.
    case connectionLost(url: String, detail: String)
    /// The answer is not HTTP, or its compression is broken.
    case malformed(url: String, detail: String)
    /// More requests were waiting than the client holds; this one was not sent.
    case queueFull(limit: Int)
    /// The caller cancelled the request.
    case cancelled
    /// The client has been closed.
    case closed
    /// libcurl failed in a way that says nothing about the network; `code` is its number.
    case library(code: Int, url: String, detail: String)

    /// What the client was waiting for when the time ran out.
    package enum TimeoutPhase: String, Hashable, Sendable {
        /// Name, connection, TLS handshake.
        case connecting
        /// The first line of the answer.
        case waitingForAnswer
        /// The rest of the answer.
        case receivingBody
        /// The body came, but slower than the request allows.
        case tooSlow
    }
}

extension NetworkError {
    /// What happened, where, and what to do, for the status bar or the log.
    package var sentence: String {
        switch self {
        case .invalidRequest(let url, let reason):
            "The address \(url) cannot be used: \(reason). Check the feed's URL setting."
        case .couldNotResolve(let host):
            "The name of \(host) could not be resolved. Check the network connection and the feed's URL setting."
        case .refused(let host):
            "\(host) refused the connection. Check that the server runs and that the port is right."
        case .unreachable(let host, let detail):
            "\(host) cannot be reached (\(detail)). Check the network connection or the proxy."
        case .timedOut(let phase, let url, let afterMs):
            "\(url) took too long (\(phase.words), \(afterMs) ms). Check the network connection."
        case .tooLarge(let limitBytes, let url):
            "The answer of \(url) is larger than \(Self.size(limitBytes)) and was dropped. "
                + "Check feed.rest_url, or raise feed.max_body_mb."
        case .tls(let host, let detail):
            "No safe connection to \(host) (\(detail)). Check the system's clock and CA certificates."
        case .connectionLost(let url, let detail):
            "The connection ended in the middle of \(url) (\(detail))."
        case .malformed(let url, let detail):
            "The answer of \(url) is damaged (\(detail)). Check the feed's URL setting or the proxy."
        case .queueFull(let limit):
            "More than \(limit) requests are waiting; this one was not sent. Wait for earlier ones to finish."
        case .cancelled: "The request was cancelled."
        case .closed: "The request was not sent: the network client is closed."
        case .library(let code, let url, let detail):
            "libcurl failed on \(url) (\(code), \(detail))."
        }
    }
}

extension NetworkError {
    /// A limit as the settings name it.
    static func size(_ bytes: Int) -> String {
        bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\(bytes) bytes"
    }
}

extension NetworkError: CustomStringConvertible {
    /// The user sentence.
    package var description: String { sentence }
}

extension NetworkError.TimeoutPhase {
    /// The phase as words of a sentence.
    fileprivate var words: String {
        switch self {
        case .connecting: "connecting"
        case .waitingForAnswer: "no answer"
        case .receivingBody: "answer not complete"
        case .tooSlow: "answer too slow"
        }
    }
}
