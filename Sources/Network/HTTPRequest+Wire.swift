extension HTTPRequest {
    /// Why the request must not be sent, or nil.
    var defect: String? {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https" else { return "it is not an http or https URL" }
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            return "it contains blanks or control characters"
        }
        if let reason = signature?.defect { return reason }
        if signature != nil, bearer?.isEmpty == false { return "it has both a key and a signature" }
        guard limits.connectTimeoutMs >= 1, limits.totalTimeoutMs >= 1, limits.maxBodyBytes >= 0 else {
            return "its time or size limits are not positive"
        }
        if let unixSocketPath, unixSocketPath.utf8.count > Self.socketPathMax {
            return "its socket's path is longer than \(Self.socketPathMax) bytes"
        }
        let unsafe = headerLines.contains { $0.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F } }
        return unsafe ? "a header or the key contains a line break or control character" : nil
    }

    var headerLines: [String] {
        var lines = headers.map { "\($0.name): \($0.value)" }
        if let bearer, !bearer.isEmpty { lines.append("Authorization: Bearer \(bearer.revealed)") }
        if let signature { lines += signature.headerLines }
        // An empty Expect: the body is small, and a round trip to ask for it would be the longest part.
        if json != nil { lines += ["Content-Type: application/json", "Expect:"] }
        return lines
    }
}
