/// How a WebSocket ended.
///
/// Texts of the server in it are cleaned of control characters and cut.
package enum WebSocketEnd: Hashable, Sendable {
    /// There was no connection, or no answer to the upgrade in time.
    case failed(NetworkError)
    /// The server, or a proxy, answered the upgrade with another status than 101; `text` is its reason and what came
    /// of its page, at most 200 characters.
    case upgradeRefused(status: Int, text: String)
    /// The closing handshake took place; `code` is the server's, nil when it gave none. `reason` has at most 123 bytes.
    ///
    /// Also, without a code, when the server hung up after we had begun to close.
    case closed(code: Int?, reason: String)
    /// The server did what RFC 6455 does not allow.
    case protocolError(String)
    /// A message, announced or collected, exceeds the limit.
    case messageTooLarge(limitBytes: Int)
    /// The connection broke off or ended without a close.
    case lost(String)
    /// The server did not answer our close.
    case closeTimedOut
    /// We cut it.
    case dropped
}

extension WebSocketEnd {
    /// What happened, where, and what to do, for the status bar or the log; `host` names the server.
    package func sentence(host: String) -> String {
        switch self {
        case .failed(let error): error.sentence
        case .upgradeRefused(let status, let text):
            "\(host) answered \(status)\(text.isEmpty ? "" : " (\(text))") instead of opening the stream. "
                + Self.advice(status: status)
        case .closed(let code, let reason):
            "\(host) closed the stream (\(Self.words(code: code, reason: reason))). " + Self.advice(code: code)
        case .protocolError(let detail):
            "\(host) broke the rules of WebSockets (\(detail)). Check feed.stream_url, or a proxy on the way."
        case .messageTooLarge(let limitBytes):
            "\(host) sent a message larger than \(NetworkError.size(limitBytes)); the stream was cut. "
                + "Check feed.stream_url."
        case .lost(let detail):
            "The connection to \(host) was lost (\(detail)). Check the network connection if it happens again."
        case .closeTimedOut: "\(host) did not answer the close of the stream; the connection was cut."
        case .dropped: "The stream from \(host) was ended by this program."
        }
    }

    private static func advice(status: Int) -> String {
        switch status {
        case 401, 403: "Check that the key's plan includes the stream, and the proxy if there is one."
        case 407: "The proxy wants a name and a password: check the proxy settings of the environment."
        case 429: "Too many attempts: wait a minute."
        case 500...599: "The server is in trouble: wait, it is tried again."
        default: "Check feed.stream_url, or a proxy on the way."
        }
    }

    private static func words(code: Int?, reason: String) -> String {
        guard let code else { return "without a code" }
        let meaning: String? =
            switch code {
            case 1000: "normal end"
            case 1001: "going away"
            case 1002: "protocol error"
            case 1003: "unsupported data"
            case 1007: "invalid data"
            case 1008: "policy"
            case 1009: "message too big"
            case 1011: "server error"
            case 1012: "service restart"
            case 1013: "try again later"
            default: nil
            }
        return [String(code), meaning, reason.isEmpty ? nil : reason].compactMap { $0 }.joined(separator: ", ")
    }

    private static func advice(code: Int?) -> String {
        switch code {
        case 1000, 1001, 1005, 1011, 1012, 1013, nil: "Nothing to do: a new connection should help."
        case 1008: "Check the account's plan, and whether another program uses the account."
        default: "If a new connection ends the same way, check feed.stream_url."
        }
    }
}

/// Text from outside, made fit for a sentence.
enum ShownText {
    /// The bytes as UTF-8 without control and formatting characters, at most `lengthMax` bytes.
    static func line(_ bytes: some Collection<UInt8>, bytesMax: Int) -> String {
        var text = String.UnicodeScalarView()
        var count = 0
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let shown = isShown(scalar) ? scalar : "?"
            count += UTF8.width(shown)
            guard count <= bytesMax else { break }
            text.append(shown)
        }
        return String(text)
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
