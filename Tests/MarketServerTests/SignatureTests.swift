import MarketServer
import MarketTime
import Testing

@Suite struct SignatureTests {
    private static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private static let path = "/flatfiles/us_stocks_sip/minute_aggs_v1/2026/11/2026-11-17.csv.gz"
    private static let now = Instant(seconds: 1_795_015_815)  // 2026-11-18T15:30:15Z

    private func outcome(
        _ headers: [(name: String, value: String)],
        target: String = SignatureTests.path,
        at now: Instant? = SignatureTests.now
    ) -> SignatureRefusal? {
        do throws(SignatureRefusal) {
            let request = SignedRequest(method: "GET", target: target, headers: headers)
            try RequestSignature(Signer().access).check(request, at: now)
            return nil
        } catch {
            return error
        }
    }

    /// The examples of Amazon's "Authenticating Requests: Using the Authorization Header" (S3 API reference).
    @Test(arguments: [
        (
            "/test.txt", "range", "bytes=0-9", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        ), ("/?lifecycle", "", "", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("/?max-keys=2&prefix=J", "", "", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
        ("/?prefix=J&max-keys=2", "", "", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ])
    func thePublishedExamplesPass(target: String, name: String, value: String, signature: String) {
        let list = (name.isEmpty ? "host;" : "host;\(name);") + "x-amz-content-sha256;x-amz-date"
        let scope = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"
        func headers(_ signature: String) -> [(name: String, value: String)] {
            var headers = [
                (name: "Host", value: "examplebucket.s3.amazonaws.com"), ("x-amz-date", "20130524T000000Z"),
                ("x-amz-content-sha256", Self.empty),
                (
                    "Authorization",
                    "AWS4-HMAC-SHA256 Credential=\(scope),SignedHeaders=\(list),Signature=\(signature)"
                ),
            ]
            if !name.isEmpty { headers.append((name, value)) }
            return headers
        }
        #expect(outcome(headers(signature), target: target, at: nil) == nil)
        #expect(outcome(headers(signature), target: target + "x", at: nil) == .mismatch)
        let wrong = signature.dropLast() + (signature.hasSuffix("1") ? "2" : "1")
        #expect(outcome(headers(String(wrong)), target: target, at: nil) == .mismatch)
        #expect(outcome(headers(signature), target: target) == .skewed, "of 2013")
    }

    @Test func theDigestsAreThoseOfTheStandards() {
        // FIPS 180-4 and RFC 4231, case 2.
        #expect(hexDigest(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(hexDigest(of: "") == Self.empty)
        #expect(
            hex(keyed("what do ya want for nothing?", by: Array("Jefe".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
        #expect(hex(keyed("", by: [])) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test func aGoodSignaturePassesWithinFifteenMinutes() {
        let headers = Signer().headers(path: Self.path)
        #expect(outcome(headers) == nil)
        #expect(outcome(headers, at: Self.now.adding(seconds: 899)) == nil)
        #expect(outcome(headers, at: Self.now.adding(seconds: -899)) == nil)
        #expect(outcome(headers, at: Self.now.adding(seconds: 901)) == .skewed)
        #expect(outcome(headers, at: Self.now.adding(seconds: -901)) == .skewed)
        #expect(outcome(headers, at: nil) == nil)
    }

    @Test func blanksAndRepeatedHeadersAreSignedInTheirCanonicalForm() {
        var signer = Signer()
        signer.extra = ["x-amz-meta": "a b,c", "accept": "*/*"]
        signer.content = "UNSIGNED-PAYLOAD"
        var headers = signer.headers(path: Self.path).filter { $0.name != "x-amz-meta" }
        headers.insert(("X-Amz-Meta", "  a   b "), at: 0)
        headers.append(("x-amz-meta", "c"))
        #expect(outcome(headers) == nil)
    }

    @Test func aPathIsSignedAsItIsDecoded() {
        let headers = Signer().headers(path: "/flatfiles/a%20b%2Bc~/%C3%A9", canonicalQuery: "a=&b=%2F%20x")
        #expect(outcome(headers, target: "/flatfiles/a%20b+c%7e/%c3%a9?b=/%20x&a") == nil)
    }

    /// One change each to a good request.
    @Test(
        arguments: [
            ("authorization", nil, SignatureRefusal.accessDenied), ("authorization", "Bearer good", .accessDenied),
            ("authorization", "AWS4-HMAC-SHA256 ", .accessDenied),
            ("authorization", "AWS4-HMAC-SHA256 Credential=x", .malformed),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=a/b/c/s3/aws4_request,SignedHeaders=host,Signature=0", .malformed
            ),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=a/20261118/c/ec2/aws4_request,SignedHeaders=host,Signature=0", .malformed
            ), ("x-amz-date", nil, .accessDenied), ("x-amz-date", "yesterday", .accessDenied),
            ("x-amz-date", "20261119T000000Z", .malformed), ("x-amz-date", "20261118T153016Z", .mismatch),
            ("x-amz-date", "20261118T150000Z", .skewed), ("x-amz-content-sha256", nil, .incomplete),
            ("x-amz-content-sha256", "UNSIGNED-PAYLOAD", .mismatch), ("x-amz-content-sha256", "0000", .contentMismatch),
            ("host", "files.example.com", .mismatch), ("host", nil, .mismatch),
            ("x-amz-security-token", "t", .accessDenied),
        ] as [(String, String?, SignatureRefusal)]
    )
    func anyChangeIsRefused(name: String, value: String?, refusal: SignatureRefusal) {
        var headers = Signer().headers(path: Self.path).filter { $0.name.lowercased() != name }
        if let value { headers.append((name, value)) }
        #expect(outcome(headers) == refusal)
    }

    @Test func theSignatureOfOneFileIsNotThatOfAnother() {
        let headers = Signer().headers(path: Self.path)
        #expect(outcome(headers, target: Self.path.replacingDay("16")) == .mismatch)
        #expect(outcome(headers, target: Self.path + "?versionId=1") == .mismatch)
    }

    @Test func anotherKeyOrSecretIsRefused() {
        var signer = Signer()
        signer.secretKey = "another"
        #expect(outcome(signer.headers(path: Self.path)) == .mismatch)
        signer.accessKey = "AKIANOBODY"
        #expect(outcome(signer.headers(path: Self.path)) == .unknownKey)
    }

    @Test func headersMustBeSignedInOrder() {
        let headers = Signer().headers(path: Self.path).map { header in
            header.name == "Authorization"
                ? (header.name, header.value.replacingHeaders("x-amz-date;x-amz-content-sha256;host")) : header
        }
        #expect(outcome(headers) == .malformed)
        let without = Signer().headers(path: Self.path).map { header in
            header.name == "Authorization"
                ? (header.name, header.value.replacingHeaders("host;x-amz-content-sha256")) : header
        }
        #expect(outcome(without) == .accessDenied, "the date is not signed")
    }
}

extension String {
    fileprivate func replacingDay(_ day: String) -> String {
        let parts = split(separator: "2026-11-17", omittingEmptySubsequences: false)
        return parts.joined(separator: "2026-11-\(day)")
    }

    fileprivate func replacingHeaders(_ list: String) -> String {
        split(separator: "host;x-amz-content-sha256;x-amz-date", omittingEmptySubsequences: false).joined(
            separator: list
        )
    }
}
