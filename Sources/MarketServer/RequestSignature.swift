// AWS Signature Version 4 as S3 checks it: the canonical request is rebuilt from what arrived, signed with the secret of
// the named key, and compared. Only requests without a body, with the signature in the Authorization header.

import CDigest
package import MarketTime

/// A request as far as its signature covers it.
package struct SignedRequest: Sendable {
    /// `GET`.
    package var method: String
    /// Path and query as they came.
    package var target: String
    /// Headers as they came, repeated ones repeatedly.
    package var headers: [(name: String, value: String)]

    /// A request.
    package init(method: String, target: String, headers: [(name: String, value: String)]) {
        self.method = method
        self.target = target
        self.headers = headers.map { ($0.name.lowercased(), $0.value) }
    }

    /// The values of a header, joined as the canonical form joins them; nil without any.
    func value(_ name: String) -> String? {
        let values = headers.filter { $0.name == name }.map { Self.trimmed($0.value) }
        return values.isEmpty ? nil : values.joined(separator: ",")
    }

    /// Without outer blanks, and with one for several inner ones.
    private static func trimmed(_ text: String) -> String {
        text.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    }
}

/// Why a signed request is refused; the codes are S3's.
package enum SignatureRefusal: String, Error, Hashable, Sendable {
    /// No signature, or parts of the request that it does not cover.
    case accessDenied = "AccessDenied"
    /// A header that is not of the known form.
    case malformed = "AuthorizationHeaderMalformed"
    /// Nobody has this key.
    case unknownKey = "InvalidAccessKeyId"
    /// The signature is of another request or another secret.
    case mismatch = "SignatureDoesNotMatch"
    /// Signed too long ago, or in the future.
    case skewed = "RequestTimeTooSkewed"
    /// A header that a signed request must have is missing.
    case incomplete = "InvalidRequest"
    /// The body is not what was signed.
    case contentMismatch = "XAmzContentSHA256Mismatch"

    /// HTTP status.
    package var status: Int {
        switch self {
        case .malformed, .incomplete, .contentMismatch: 400
        default: 403
        }
    }

    /// S3's sentence.
    var message: String {
        switch self {
        case .accessDenied: "Access Denied"
        case .malformed: "The authorization header is malformed."
        case .unknownKey: "The AWS Access Key Id you provided does not exist in our records."
        case .mismatch:
            "The request signature we calculated does not match the signature you provided. Check your key and "
                + "signing method."
        case .skewed: "The difference between the request time and the current time is too large."
        case .incomplete: "Missing required header for this request: x-amz-content-sha256"
        case .contentMismatch: "The provided 'x-amz-content-sha256' header does not match what was computed."
        }
    }
}

/// Checks signatures against one pair of keys.
package struct RequestSignature: Sendable {
    private static let skewSecondsMax = 15.0 * 60
    private let access: FlatFileAccess

    /// A check for a pair of keys.
    package init(_ access: FlatFileAccess) { self.access = access }

    /// Lets a request pass, or throws why not; without `now` (real time) the age of a signature does not matter.
    package func check(_ request: SignedRequest, at now: Instant?) throws(SignatureRefusal) {
        guard let authorization = request.value("authorization") else { throw .accessDenied }
        let claim = try Claim(authorization)
        guard claim.accessKey == access.accessKey else { throw .unknownKey }
        guard let time = request.value("x-amz-date"), let signed = Self.instant(time) else { throw .accessDenied }
        guard time.hasPrefix(claim.date + "T") else { throw .malformed }
        if let now, abs(now.seconds(since: signed)) > Self.skewSecondsMax { throw .skewed }
        guard let content = request.value("x-amz-content-sha256") else { throw .incomplete }
        guard content == "UNSIGNED-PAYLOAD" || content == Digest.hex(Digest.sha256([])) else { throw .contentMismatch }
        let mustBeSigned = request.headers.map(\.name).filter { $0 == "host" || $0.hasPrefix("x-amz-") }
        guard claim.signedHeaders.contains("host"), mustBeSigned.allSatisfy(claim.signedHeaders.contains) else {
            throw .accessDenied
        }
        let expected = signature(of: request, claim: claim, time: time, content: content)
        guard Self.isSame(expected, claim.signature) else { throw .mismatch }
    }

    /// The signature the request should have: 64 hexadecimal digits.
    private func signature(of request: SignedRequest, claim: Claim, time: String, content: String) -> String {
        let canonical = Self.canonical(request, signedHeaders: claim.signedHeaders, content: content)
        let scope = "\(claim.date)/\(claim.region)/\(claim.service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n" + Digest.hex(Digest.sha256(Array(canonical.utf8)))
        var key = Array(("AWS4" + access.secretKey).utf8)
        for part in [claim.date, claim.region, claim.service, "aws4_request", text] {
            key = Digest.hmacSHA256(Array(part.utf8), key: key)
        }
        return Digest.hex(key)
    }

    private static func canonical(_ request: SignedRequest, signedHeaders: [String], content: String) -> String {
        let parts = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = encoded(parts.first ?? "/", keepsSlash: true)
        let query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (encoded(sides[0], keepsSlash: false), encoded(sides.count > 1 ? sides[1] : "", keepsSlash: false))
        }
        let sorted = query.sorted { $0.0 == $1.0 ? precedes($0.1, $1.1) : precedes($0.0, $1.0) }
        var text = request.method + "\n" + path + "\n"
        text += sorted.map { "\($0.0)=\($0.1)" }.joined(separator: "&") + "\n"
        for name in signedHeaders { text += "\(name):\(request.value(name) ?? "")\n" }
        return text + "\n" + signedHeaders.joined(separator: ";") + "\n" + content
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// Percent-encoding as AWS wants it, of text that may be encoded in another way already.
    private static func encoded(_ text: Substring, keepsSlash: Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in (PercentCoding.decoded(text, plusIsSpace: false) ?? String(text)).utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            case 0x2F where keepsSlash: bytes.append(byte)
            default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The moment of `20261118T153015Z`.
    private static func instant(_ text: String) -> Instant? {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == 0x54, bytes[15] == 0x5A,
            let date = Int(text.prefix(8)), let time = Int(text.dropFirst(9).prefix(6)),
            let day = DayID(year: date / 10_000, month: date / 100 % 100, day: date % 100)
        else { return nil }
        let second = time / 10_000 * 3600 + time / 100 % 100 * 60 + time % 100
        return Instant(seconds: Int64(day.rawValue) * 86_400 + Int64(second))
    }

    /// Takes the same time wherever two texts differ.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// What an `Authorization` header says.
private struct Claim {
    var accessKey: String
    /// `YYYYMMDD`.
    var date: String
    var region: String
    var service: String
    /// Lower case, in the order of the header, which is the alphabet's.
    var signedHeaders: [String]
    var signature: String

    init(_ header: String) throws(SignatureRefusal) {
        let scheme = "AWS4-HMAC-SHA256 "
        guard header.hasPrefix(scheme) else { throw .accessDenied }
        var fields: [Substring: Substring] = [:]
        for field in header.dropFirst(scheme.count).split(separator: ",") {
            let sides = field.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { throw .malformed }
            fields[sides[0]] = sides[1]
        }
        guard let credential = fields["Credential"], let headers = fields["SignedHeaders"],
            let signature = fields["Signature"]
        else { throw .malformed }
        let scope = credential.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard scope.count == 5, scope[1].utf8.count == 8, scope[3] == "s3", scope[4] == "aws4_request" else {
            throw .malformed
        }
        accessKey = scope[0]
        date = scope[1]
        region = scope[2]
        service = scope[3]
        signedHeaders = headers.split(separator: ";").map(String.init)
        guard signedHeaders == signedHeaders.sorted(), signedHeaders.allSatisfy({ $0 == $0.lowercased() }) else {
            throw .malformed
        }
        self.signature = String(signature)
    }
}

/// SHA-256 and its HMAC.
enum Digest {
    /// The digest of some bytes: 32 bytes.
    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(TRADEUL_SHA256_BYTES))
        let isDone = tradeul_sha256(bytes, bytes.count, &digest)
        precondition(isDone == 1, "the library has SHA-256")
        return digest
    }

    /// The keyed digest of some bytes: 32 bytes.
    static func hmacSHA256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(TRADEUL_SHA256_BYTES))
        let isDone = tradeul_hmac_sha256(key, key.count, bytes, bytes.count, &digest)
        precondition(isDone == 1, "the library has HMAC-SHA-256")
        return digest
    }

    /// Bytes as lower-case hexadecimal digits.
    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
