import CDigest
import CInflate
import MarketServer
import Testing

/// What a gzip text holds; nil if it is none, or not whole.
func unpacked(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var input = bytes
    var found: [UInt8] = []
    var output = [UInt8](repeating: 0, count: 1 << 18)
    let isWhole = input.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        while true {
            let code = output.withUnsafeMutableBufferPointer { output in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return inflate(&stream, Z_NO_FLUSH)
            }
            found += output.prefix(output.count - Int(stream.avail_out))
            guard code == Z_OK else { return code == Z_STREAM_END && stream.avail_in == 0 }
        }
    }
    return isWhole ? found : nil
}

/// A signer written from the public description, apart from the checker.
struct Signer {
    var accessKey = "AKIAIOSFODNN7EXAMPLE"
    var secretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    var time = "20261118T153015Z"
    var region = "us-east-1"
    var host = "127.0.0.1"
    var content = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    /// Further headers to sign, in lower case.
    var extra: [String: String] = [:]

    var access: FlatFileAccess { FlatFileAccess(accessKey: accessKey, secretKey: secretKey) }

    /// All headers of a GET, `Authorization` last.
    func headers(path: String, canonicalQuery: String = "") -> [(name: String, value: String)] {
        var signed = extra
        signed["host"] = host
        signed["x-amz-date"] = time
        signed["x-amz-content-sha256"] = content
        let names = signed.keys.sorted()
        let lines = names.map { "\($0):\(signed[$0] ?? "")" }.joined(separator: "\n")
        let list = names.joined(separator: ";")
        let canonical = "GET\n\(path)\n\(canonicalQuery)\n\(lines)\n\n\(list)\n\(content)"
        let date = String(time.prefix(8))
        let scope = "\(date)/\(region)/s3/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(hexDigest(of: canonical))"
        var key = Array("AWS4\(secretKey)".utf8)
        for part in [date, region, "s3", "aws4_request"] { key = keyed(part, by: key) }
        let signature = hex(keyed(text, by: key))
        let credential = "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope)"
        return names.map { ($0, signed[$0] ?? "") }
            + [("Authorization", "\(credential), SignedHeaders=\(list), Signature=\(signature)")]
    }
}

func hexDigest(of text: String) -> String {
    let bytes = Array(text.utf8)
    var digest = [UInt8](repeating: 0, count: 32)
    #expect(tradeul_sha256(bytes, bytes.count, &digest) == 1)
    return hex(digest)
}

func keyed(_ text: String, by key: [UInt8]) -> [UInt8] {
    let bytes = Array(text.utf8)
    var digest = [UInt8](repeating: 0, count: 32)
    #expect(tradeul_hmac_sha256(key, key.count, bytes, bytes.count, &digest) == 1)
    return digest
}

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
