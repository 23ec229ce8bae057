package import MarketTime

/// What an answer's status or a network error means for trying again.
package enum AnswerVerdict: Equatable, Sendable {
    /// 200–299.
    case success
    /// Trying again cannot help until somebody changes a key, a plan or a setting: 401, 402, 403, an unusable URL.
    case permanent
    /// Try again, not before `retryAfterMs` where the server said so: 408, 425, 429, 499, 5xx, every network failure.
    case retry(retryAfterMs: Int?)
    /// The request looks wrong (redirects, 400, 404, other 4xx), but the vendor has answered so during outages: try
    /// again at the slowest pace.
    case retrySlowly
    /// The client is going away: stop without a word.
    case stop

    /// The verdict on a status code; `now` is the local time, for a Retry-After that names a date.
    package init(status: Int, retryAfter: String?, serverDate: Instant?, now: Instant) {
        switch status {
        case 200...299: self = .success
        case 401, 402, 403: self = .permanent
        case 408, 425, 429, 499, 500...599:
            let delay = retryAfter.flatMap { RetryAfter.delayMs($0, now: now, serverDate: serverDate) }
            self = .retry(retryAfterMs: delay)
        default: self = .retrySlowly
        }
    }

    /// The verdict on an answer.
    package init(_ response: HTTPResponse, now: Instant) {
        self.init(
            status: response.status,
            retryAfter: response.retryAfter,
            serverDate: response.serverDate,
            now: now
        )
    }

    /// The verdict on a failure to get an answer.
    package init(_ error: NetworkError) {
        switch error {
        case .invalidRequest: self = .permanent
        case .cancelled, .closed: self = .stop
        case .tooLarge: self = .retrySlowly
        case .couldNotResolve, .refused, .unreachable, .timedOut, .tls, .connectionLost, .malformed, .queueFull,
            .library:
            self = .retry(retryAfterMs: nil)
        }
    }
}
