import Network

/// The sentences of a failed poll: what happened, where, and what is or can be done about it.
enum FeedSentence {
    /// An answer with another status than 200–299; `text` is the vendor's own, already made harmless.
    static func answer(status: Int, text: String?, configuration: PolygonRESTFeed.Configuration) -> String {
        let host = configuration.host
        let code = text.map { "\(status): \($0)" } ?? "\(status)"
        switch status {
        case 401:
            let hasKey = configuration.key.map { !$0.isEmpty } ?? false
            let fact = hasKey ? "\(host) refuses the API key (\(code))" : "\(host) wants an API key (\(code))"
            return "\(fact). Quit, set \(configuration.keyHint) to a valid key, and start again."
        case 402, 403:
            return "The plan of this API key does not include full-market snapshots (\(host), \(code)). "
                + "Upgrade the plan, or quit, set \(configuration.keyHint) to another key, and start again."
        case 429: return "\(host) is asked too often (\(code)). Polling again after the pause it wants."
        case 300...399: return "\(host) answers with a redirect (\(code)). Check feed.rest_url; retrying slowly."
        case 404: return "\(host) does not know the snapshot (\(code)). Check feed.rest_url; retrying slowly."
        case 500...599: return "\(host) has a failure (\(code)). Retrying."
        default: return "\(host) does not accept the request (\(code)). Check feed.rest_url; retrying slowly."
        }
    }

    /// A successful answer whose body cannot be used; `words` go on from "the answer".
    static func badBody(_ words: String, configuration: PolygonRESTFeed.Configuration) -> String {
        "The snapshot of \(configuration.host) \(words). The last good one stays; retrying."
    }
}
