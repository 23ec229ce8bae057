import EngineAPI
import Network

/// The sentences of a stream that is not as it should be: what happened, where, and what is or can be done about it.
enum StreamSentence {
    /// The login was refused; `text` is the vendor's own, already made harmless.
    static func refusal(_ text: String, host: String, hasKey: Bool, keyHint: String) -> String {
        let code = text.isEmpty ? "auth_failed" : "auth_failed: \(text)"
        if text.lowercased().contains("plan") {
            return "The plan of this API key does not include the WebSocket (\(host), \(code)). "
                + "Upgrade the plan, or quit, set \(keyHint) to another key, and start again."
        }
        let fact = hasKey ? "\(host) refuses the API key (\(code))" : "\(host) wants an API key (\(code))"
        return "\(fact). Quit, set \(keyHint) to a valid key, and start again."
    }

    /// The vendor allows no more connections.
    static func connectionLimit(host: String, pauseMs: Int) -> String {
        "Another program uses the account: \(host) allows no more connections at once (max_connections). "
            + "Close the other program; trying again in \(seconds(pauseMs))."
    }

    /// The vendor has closed the connection for breaking a rule it does not name.
    static func policy(_ sentence: String, pauseMs: Int) -> String {
        "\(sentence) Trying again in \(seconds(pauseMs))."
    }

    /// The connection ended and is built up anew.
    static func lost(_ sentence: String) -> String { "\(sentence) Connecting again." }

    /// The connection has not come about in time, though its own deadlines should have said so before.
    static func noConnection(host: String, afterMs: Int) -> String {
        "\(host) took too long to connect (\(seconds(afterMs))). Check the network connection. Connecting again."
    }

    /// Connected, but the vendor's first word does not come.
    static func noGreeting(host: String, afterMs: Int) -> String {
        "\(host) is connected but has not said so for \(seconds(afterMs)). Check feed.stream_url. Connecting again."
    }

    /// The login is not answered, or was not seen.
    static func noLogin(host: String, afterMs: Int, last: String) -> String {
        let word = last.isEmpty ? "" : " (last word: \(last))"
        return "\(host) has not answered the login for \(seconds(afterMs))\(word). Connecting again."
    }

    /// The vendor has not seen the login in time.
    static func loginTooLate(_ text: String, host: String) -> String {
        "\(host) has not seen the login in time (auth_timeout\(text.isEmpty ? "" : ": \(text)")). Connecting again."
    }

    /// Connected, and nothing comes, not even the answer to a ping.
    static func quiet(host: String, sinceMs: Int, untilMs: Int) -> String {
        "Nothing has come from \(host) for \(seconds(sinceMs)); connecting again after \(seconds(untilMs))."
    }

    /// Nothing came for so long that the connection was given up.
    static func silent(host: String, afterMs: Int) -> String {
        "Nothing came from \(host) for \(seconds(afterMs)), so the connection was given up. Connecting again."
    }

    /// Topics that are wanted and not included.
    static func denied(_ topics: [StreamTopic], host: String) -> String {
        let words = topics.map { "\($0.words) (\($0.rawValue))" }.joined(separator: ", ")
        return "The plan of this API key does not include \(words) on \(host); the rest goes on."
    }

    /// A denial although every topic has been confirmed.
    static func deniedUnknown(host: String) -> String {
        "\(host) denied a subscription without saying which (not authorized); the rest goes on."
    }

    private static func seconds(_ milliseconds: Int) -> String {
        milliseconds < 1000 ? "\(milliseconds) ms" : "\((milliseconds + 999) / 1000) s"
    }
}

extension StreamTopic {
    /// The topic in words.
    fileprivate var words: String {
        switch self {
        case .trades: "trades"
        case .quotes: "quotes"
        case .seconds: "bars of seconds"
        case .minutes: "bars of minutes"
        case .bands: "limit-up/limit-down"
        }
    }
}
