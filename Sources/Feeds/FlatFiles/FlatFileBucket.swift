package import MarketTime
package import Network

/// The vendor's flat files, straight from its S3 endpoint: signed requests, streamed.
///
/// An access key and its secret come with the vendor's account; they are not the REST key.
package struct FlatFileBucket: FlatFileStore {
    /// The name of the vendor's bucket.
    package static let vendorBucket = "flatfiles"

    private let base: String
    private let signature: AWSSignature
    private let client: HTTPClient
    private let limits: HTTPRequest.Limits

    /// A bucket.
    ///
    /// - Parameters:
    ///   - endpoint: scheme and host, such as `https://files.massive.com`.
    ///   - bucket: its name; the path begins with it.
    ///   - accessKeyID: the key's name.
    ///   - secret: the key, which signs and is never sent.
    ///   - region: as the signature names it; the vendor accepts the default.
    ///   - client: who sends; may be shared with other requests.
    ///   - limits: when a download is given up.
    package init(
        endpoint: String,
        bucket: String = vendorBucket,
        accessKeyID: String,
        secret: Secret,
        region: String = "us-east-1",
        client: HTTPClient,
        limits: HTTPRequest.Limits = .file
    ) {
        base = HTTPRequest.url(of: "/" + bucket, on: endpoint)
        signature = AWSSignature(region: region, accessKeyID: accessKeyID, secret: secret)
        self.client = client
        self.limits = limits
    }

    /// The address of a day's file.
    package func name(_ kind: FlatFileKind, of day: DayID) -> String {
        RedactedURL.describe("\(base)/\(kind.key(of: day))")
    }

    /// Downloads a file; a 404 is a day without one, a refusal carries the store's own words.
    ///
    /// - Throws: ``FlatFileError``, also where the connection ends too early.
    package func read(
        _ kind: FlatFileKind,
        of day: DayID,
        while isWanted: () -> Bool,
        onPiece: (_ bytes: UnsafeRawBufferPointer, _ expectedBytes: Int?) throws(FlatFileError.Problem) -> Void
    ) throws(FlatFileError) {
        let request = HTTPRequest(url: "\(base)/\(kind.key(of: day))", signature: signature, limits: limits)
        var failure: FlatFileError.Problem?
        let problem: FlatFileError.Problem?
        do throws(NetworkError) {
            let response = try client.stream(request, while: { failure == nil && isWanted() }) { bytes, expectedBytes in
                do throws(FlatFileError.Problem) {
                    try onPiece(bytes, expectedBytes)
                } catch {
                    failure = error
                }
            }
            problem = failure ?? Self.problem(response)
        } catch {
            problem = failure ?? (error == .cancelled ? .cancelled : .network(error))
        }
        if let problem { throw FlatFileError(file: name(kind, of: day), problem: problem) }
    }

    /// What an answer that is no success means; nil for a success.
    private static func problem(_ response: HTTPResponse) -> FlatFileError.Problem? {
        let text = response.body.withBytes { errorText($0) }
        switch response.status {
        case 200...299: return nil
        case 404:
            return text.hasPrefix("NoSuchBucket") ? .answered(status: 404, text: text, retryAfterMs: nil) : .notThere
        // 400 is what a wrong region or a malformed key gets.
        case 400, 401, 402, 403: return .refused(text.isEmpty ? "status \(response.status)" : text)
        default:
            let delay = response.retryAfter.flatMap {
                // Only for dates in Retry-After, which are taken relative to the server's own clock.
                RetryAfter.delayMs($0, now: response.serverDate ?? .epoch, serverDate: response.serverDate)
            }
            return .answered(status: response.status, text: text, retryAfterMs: delay)
        }
    }

    /// `<Code>` and `<Message>` of S3's error document; the rest of it repeats the request.
    private static func errorText(_ body: UnsafeRawBufferPointer) -> String {
        let text = String(decoding: body.prefix(4096), as: UTF8.self)
        let words = ["Code", "Message"].compactMap { name -> String? in
            let parts = text.split(separator: "<\(name)>", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let inner = parts[1].split(separator: "</\(name)>", maxSplits: 1).first else {
                return nil
            }
            return String(inner)
        }
        return VendorText.clean(words.joined(separator: ": "))
    }
}

extension FlatFileBucket: CustomStringConvertible, CustomReflectable {
    /// The address; no key.
    package var description: String { "FlatFileBucket(\(RedactedURL.describe(base)))" }

    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: [Mirror.Child]()) }
}
