/// A URL made fit for a log line or an error sentence.
///
/// User names and passwords go, values of query parameters that carry keys become `***`, control characters become `?`,
/// and what is left is cut to `lengthMax` characters.
package enum RedactedURL {
    /// The longest text `describe` returns, in characters.
    package static let lengthMax = 300

    /// Query parameter names, in lower case and without `-` and `_`, whose values are never shown.
    private static let secretNames: Set<String> = [
        "apikey", "key", "token", "accesstoken", "auth", "authorization", "password", "secret", "signature",
    ]

    /// The URL without anything secret in it.
    package static func describe(_ url: String) -> String {
        let (address, fragment) = split(url[...], at: "#")
        let (path, query) = split(address, at: "?")
        var text = withoutUserInfo(path)
        if let query { text += "?" + redacted(query) }
        // Some sign-in schemes put tokens into the fragment; no server ever sees it, so a log does not need it.
        if fragment != nil { text += "#***" }
        let printable = text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : $0 }
        return String(String(String.UnicodeScalarView(printable)).prefix(lengthMax))
    }

    /// Scheme, host and port of the URL, or the redacted URL when it has none; for sentences about a server.
    package static func origin(_ url: String) -> String {
        let text = describe(url)
        guard let scheme = text.firstRange(ofText: "://") else { return text }
        let rest = text[scheme.upperBound...]
        return String(text[..<scheme.upperBound] + rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }

    /// Host and port of the URL, without scheme, path or anything secret; for a status line.
    package static func host(_ url: String) -> String {
        String(origin(url).split(separator: "/", omittingEmptySubsequences: true).last ?? "")
    }

    private static func split(_ text: Substring, at mark: Character) -> (Substring, Substring?) {
        guard let index = text.firstIndex(of: mark) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    private static func withoutUserInfo(_ address: Substring) -> String {
        guard let scheme = address.firstRange(ofText: "://") else { return String(address) }
        let rest = address[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return String(address) }
        return String(address[..<scheme.upperBound] + rest[rest.index(after: at)...])
    }

    private static func redacted(_ query: Substring) -> String {
        query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            let (name, value) = split(pair, at: "=")
            guard value != nil, isSecret(name) else { return String(pair) }
            return name + "=***"
        }.joined(separator: "&")
    }

    private static func isSecret(_ name: Substring) -> Bool {
        let plain = percentDecoded(name).lowercased().filter { $0 != "_" && $0 != "-" }
        return secretNames.contains(plain)
    }

    private static func percentDecoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension StringProtocol {
    /// The first place of `needle`; the standard library's own search needs a module this room does not import.
    fileprivate func firstRange(ofText needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            start = index(after: start)
        }
        return nil
    }
}
