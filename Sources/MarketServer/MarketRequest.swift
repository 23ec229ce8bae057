package import NIOCore

/// A request as far as the market's answers depend on it.
package struct MarketRequest: Sendable {
    /// Path elements, percent-decoded, without empty ones.
    package var path: [String]
    /// Path as it came, up to `?`.
    package var rawPath: String
    /// Query parameters, decoded, in order.
    package var query: [(name: String, value: String)]
    /// The `Authorization` header.
    package var authorization: String?
    /// The `apikey` header, the fundamentals vendor's.
    package var apiKeyHeader: String?

    /// A request for a target such as `/v1/marketstatus/now?apiKey=x`; nil if its percent-encoding is broken.
    package init?(target: String, authorization: String? = nil, apiKeyHeader: String? = nil) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let raw = parts.first ?? ""
        var path: [String] = []
        for element in raw.split(separator: "/") {
            guard let decoded = PercentCoding.decoded(element, plusIsSpace: false) else { return nil }
            path.append(decoded)
        }
        var query: [(name: String, value: String)] = []
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decoded(sides[0], plusIsSpace: true),
                let value = PercentCoding.decoded(sides.count > 1 ? sides[1] : "", plusIsSpace: true)
            else { return nil }
            query.append((name, value))
        }
        self.path = path
        rawPath = String(raw)
        self.query = query
        self.authorization = authorization
        self.apiKeyHeader = apiKeyHeader
    }

    /// The value of a parameter, the last one if it is repeated; nil if absent or empty.
    package func value(_ name: String) -> String? {
        guard let value = query.last(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    /// The key the request brings, from the header or the `apiKey` parameter.
    package var key: String? {
        if let authorization, authorization.hasPrefix("Bearer ") {
            let key = authorization.dropFirst(7)
            return key.isEmpty ? nil : String(key)
        }
        return value("apiKey")
    }

    /// The key for the fundamentals vendor, from the `apikey` header or the `apikey` parameter (all lower case).
    package var fmpKey: String? {
        if let apiKeyHeader, !apiKeyHeader.isEmpty { return apiKeyHeader }
        return value("apikey")
    }

    /// Whether the path is the fundamentals vendor's.
    var isForFMP: Bool { FMPRoute(path: path) != nil }
}

/// An answer before it is put on the wire.
package struct MarketResponse: Sendable {
    /// HTTP status.
    package var status: Int
    /// `Content-Type`.
    package var contentType: String
    /// `Retry-After` in seconds.
    package var retryAfterSeconds: Int?
    /// The body.
    package var body: ByteBuffer

    init(status: Int = 200, contentType: String = "application/json", body: ByteBuffer) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// Percent-encoding of URLs.
enum PercentCoding {
    static func decoded(_ text: Substring, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 0x25 {
                guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(byte == 0x2B && plusIsSpace ? 0x20 : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

/// What a page's `next_url` carries: the parameters of the first request, opaque to clients.
enum PageCursor {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Parameters as one word of letters, digits, `-` and `_`.
    static func encoded(_ parameters: [(name: String, value: String)]) -> String {
        let bytes = Array(parameters.map { "\($0.name)\u{1}\($0.value)" }.joined(separator: "\u{2}").utf8)
        var text: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(buffer >> UInt32(bits)) & 63])
            }
        }
        if bits > 0 { text.append(alphabet[Int(buffer << UInt32(6 - bits)) & 63]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The parameters of a cursor; nil if nothing of ours.
    static func decoded(_ cursor: String) -> [(name: String, value: String)]? {
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in cursor.utf8 {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            buffer = buffer << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var parameters: [(name: String, value: String)] = []
        for pair in text.split(separator: "\u{2}") {
            let sides = pair.split(separator: "\u{1}", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { return nil }
            parameters.append((String(sides[0]), String(sides[1])))
        }
        return parameters
    }
}
