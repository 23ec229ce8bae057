import CDigest
// The target needs CDigest (Package.swift) to sign anew what libcurl has signed; without it there is nothing to compare.
import LoopbackSupport
import Network
import Testing

@Suite struct SignatureTests {
    private static let secret = "wJal/rXUtnFEMI+K7MDENG:bPx=RfiCY"

    private func signature(
        region: String = "us-east-1",
        service: String = "s3",
        key: String = "AKIDEXAMPLE"
    ) -> AWSSignature {
        AWSSignature(region: region, service: service, accessKeyID: key, secret: Secret(Self.secret))
    }

    /// The request as the server read it.
    private func sent(_ signature: AWSSignature, path: String) throws -> SignedRequest {
        let server = try LoopbackServer(body: "ok")
        let client = HTTPClient()
        defer {
            client.close()
            server.stop()
        }
        let request = HTTPRequest(url: server.url + path, signature: signature, limits: .file)
        #expect(try client.stream(request) { _, _ in }.status == 200)
        return try #require(server.requests.first.flatMap(SignedRequest.init))
    }

    @Test(
        arguments: [
            ("/flatfiles/us_stocks_sip/minute_aggs_v1/2024/03/2024-03-08.csv.gz", "us-east-1", "s3"),
            ("/", "eu-central-2", "s3"), ("/a.b/c_d-e~f/2024", "us-east-1", "execute-api"),
        ]
    )
    func theServiceComputesTheSameSignature(path: String, region: String, service: String) throws {
        let request = try sent(signature(region: region, service: service), path: path)
        #expect(request.scope.hasPrefix("AKIDEXAMPLE/20"))
        #expect(request.scope.hasSuffix("/\(region)/\(service)/aws4_request"))
        #expect(request.signature == request.expected(secret: Self.secret))
        #expect(request.signature != request.expected(secret: Self.secret + "x"))
        #expect(request.signed.contains("host") && request.signed.contains("x-amz-date"))
    }

    @Test func aStoreGetsTheHashOfTheEmptyBodyAndItIsSigned() throws {
        let request = try sent(signature(), path: "/bucket/file")
        #expect(request.headers["x-amz-content-sha256"] == hex(sha256([])))
        #expect(request.signed.contains("x-amz-content-sha256"))
    }

    @Test func theSecretIsNeitherSentNorShown() throws {
        let request = try sent(signature(), path: "/bucket/file")
        #expect(!request.text.contains("wJal") && !request.text.contains("Basic"))
        let value = HTTPRequest(url: "http://h/b", signature: signature())
        var dumped = ""
        dump(value, to: &dumped)
        for text in ["\(value)", String(reflecting: value), dumped, "\(signature())", String(reflecting: signature())] {
            #expect(!text.contains("wJal") && !text.contains("AKIDEXAMPLE"))
        }
    }

    @Test(
        arguments: [
            AWSSignature(region: "", accessKeyID: "A", secret: Secret("s")),
            AWSSignature(region: "us east", accessKeyID: "A", secret: Secret("s")),
            AWSSignature(service: "s3:x", accessKeyID: "A", secret: Secret("s")),
            AWSSignature(accessKeyID: "", secret: Secret("s")),
            AWSSignature(accessKeyID: "A:B", secret: Secret("s")),
            AWSSignature(accessKeyID: "A\r\nX: 1", secret: Secret("s")),
            AWSSignature(accessKeyID: "A", secret: Secret("")),
            AWSSignature(accessKeyID: "A", secret: Secret("sec\nret")),
        ]
    )
    func whatCannotSignIsNeverSent(signature: AWSSignature) throws {
        let server = try LoopbackServer(body: "")
        let client = HTTPClient()
        defer {
            client.close()
            server.stop()
        }
        do {
            _ = try client.perform(HTTPRequest(url: server.url, signature: signature))
            Issue.record("it was sent")
        } catch {
            guard case .invalidRequest(_, let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(!reason.contains("sec\nret") && !error.sentence.contains("sec\nret"))
        }
        #expect(server.requests.isEmpty)
    }

    @Test func theNextRequestOverTheSameConnectionIsNotSigned() throws {
        let server = try LoopbackServer(body: "ok")
        let client = HTTPClient()
        defer {
            client.close()
            server.stop()
        }
        _ = try client.perform(HTTPRequest(url: server.url, signature: signature()))
        _ = try client.perform(HTTPRequest(url: server.url))
        #expect(server.accepted == 1 && server.requests.count == 2)
        #expect(server.requests.first?.contains("Authorization: AWS4") == true)
        #expect(server.requests.last?.contains("Authorization") == false)
        #expect(server.requests.last?.lowercased().contains("x-amz") == false)
    }

    @Test func aKeyAndASignatureExcludeEachOther() {
        let client = HTTPClient()
        defer { client.close() }
        let request = HTTPRequest(url: "http://127.0.0.1:1/", bearer: Secret("k"), signature: signature())
        #expect(throws: NetworkError.self) { _ = try client.perform(request) }
    }
}

/// A signed request taken apart and signed anew from what it says, by the published rules of signature version 4.
private struct SignedRequest {
    let text: String
    let path: String
    let headers: [String: String]
    /// `<key id>/<day>/<region>/<service>/aws4_request`.
    let scope: String
    let signed: [String]
    let signature: String

    init?(_ text: String) {
        self.text = text
        let lines = text.components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3, words[0] == "GET" else { return nil }
        path = String(words[1])
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        self.headers = headers
        let mark = "AWS4-HMAC-SHA256 "
        guard let authorization = headers["authorization"], authorization.hasPrefix(mark) else { return nil }
        var parts: [Substring: Substring] = [:]
        for part in authorization.dropFirst(mark.count).split(separator: ",") {
            let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { parts[pair[0]] = pair[1] }
        }
        guard let scope = parts["Credential"], let signed = parts["SignedHeaders"], let signature = parts["Signature"]
        else { return nil }
        self.scope = String(scope)
        self.signed = signed.split(separator: ";").map(String.init)
        self.signature = String(signature)
    }

    func expected(secret: String) -> String {
        let canonical =
            ["GET", path, ""] + signed.map { "\($0):\(headers[$0] ?? "?")" }
            + ["", signed.joined(separator: ";"), hex(sha256([]))]
        let credential = scope.split(separator: "/").map(String.init)
        let toSign = [
            "AWS4-HMAC-SHA256", headers["x-amz-date"] ?? "?", credential.dropFirst().joined(separator: "/"),
            hex(sha256(Array(canonical.joined(separator: "\n").utf8))),
        ]
        var key = Array("AWS4\(secret)".utf8)
        for word in credential.dropFirst() { key = hmac(key, word) }
        return hex(hmac(key, toSign.joined(separator: "\n")))
    }
}

extension String {
    fileprivate func components(separatedBy mark: Character) -> [String] {
        split(separator: mark, omittingEmptySubsequences: false).map(String.init)
    }
}

private func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(TRADEUL_SHA256_BYTES))
    return tradeul_sha256(bytes, bytes.count, &digest) == 1 ? digest : []
}

private func hmac(_ key: [UInt8], _ text: String) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(TRADEUL_SHA256_BYTES))
    let bytes = Array(text.utf8)
    return tradeul_hmac_sha256(key, key.count, bytes, bytes.count, &digest) == 1 ? digest : []
}

private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
