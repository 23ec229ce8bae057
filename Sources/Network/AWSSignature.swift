import CCurl

/// Who signs a request, for services that speak Amazon's signature version 4, as S3-like stores do.
///
/// libcurl signs (`CURLOPT_AWS_SIGV4`) with the time at which it sends. The service learns the key's name and a signature,
/// never the secret.
package struct AWSSignature: Equatable, Sendable {
    /// The region's name, such as `us-east-1`; stores outside Amazon accept that one.
    package var region: String
    /// The service's name, such as `s3`.
    package var service: String
    /// The name of the key.
    package var accessKeyID: String
    /// The key itself.
    package var secret: Secret

    /// A signature for requests to `service` in `region`.
    package init(region: String = "us-east-1", service: String = "s3", accessKeyID: String, secret: Secret) {
        self.region = region
        self.service = service
        self.accessKeyID = accessKeyID
        self.secret = secret
    }

    /// SHA-256 of no bytes: the body of a GET.
    private static let emptyBodyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// Header fields that libcurl (7.88) signs but does not add by itself: S3 wants the body's hash spelled out.
    var headerLines: [String] { service == "s3" ? ["x-amz-content-sha256: \(Self.emptyBodyHash)"] : [] }

    /// Why nothing can be signed with it, or nil.
    var defect: String? {
        let isName: (UInt8) -> Bool = { byte in
            switch byte {
            case 0x30...0x39, 0x61...0x7A, 0x2D: true
            default: false
            }
        }
        guard !region.isEmpty, !service.isEmpty, (region + service).utf8.allSatisfy(isName) else {
            return "the region and the service of its signature are not lower-case names"
        }
        // A slash would end the key's name within the signature, a colon within libcurl's option.
        let isKeyID: (UInt8) -> Bool = { $0 > 0x20 && $0 < 0x7F && $0 != 0x2C && $0 != 0x2F && $0 != 0x3A }
        guard !accessKeyID.isEmpty, accessKeyID.utf8.allSatisfy(isKeyID) else {
            return "the access key id is empty or has characters that no such id has"
        }
        guard !secret.isEmpty, secret.revealed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return "the secret access key is empty or has characters that no such key has"
        }
        return nil
    }

    /// Makes libcurl sign what `handle` sends.
    func apply(to handle: UnsafeMutableRawPointer) -> CURLcode {
        var code = ccurl_set_string(handle, CURLOPT_AWS_SIGV4, "aws:amz:\(region):\(service)")
        // Name and key apart: one string for both would be cut at the first colon.
        if code == CURLE_OK { code = ccurl_set_string(handle, CURLOPT_USERNAME, accessKeyID) }
        if code == CURLE_OK { code = ccurl_set_string(handle, CURLOPT_PASSWORD, secret.revealed) }
        return code
    }
}

extension AWSSignature: CustomStringConvertible {
    /// Region and service; neither the key nor its name.
    package var description: String { "AWSSignature(\(service) in \(region))" }
}

extension AWSSignature: CustomReflectable {
    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: [Mirror.Child]()) }
}
