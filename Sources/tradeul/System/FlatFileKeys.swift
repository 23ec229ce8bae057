import Network

/// What signs requests for the vendor's flat files: an id that is no secret, and the secret that belongs to it.
struct FlatFileKeys: Equatable, Sendable {
    /// The access key's id.
    let id: String
    /// The secret; by the vendor's default the API key itself.
    let secret: Secret

    /// Variables that may hold the id, the first one set wins.
    static let idVariables = ["POLYGON_S3_ACCESS_KEY_ID", "MASSIVE_S3_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID"]
    /// Variables that may hold the secret; without one the vendor's API key is it.
    static let secretVariables = [
        "POLYGON_S3_SECRET_ACCESS_KEY", "MASSIVE_S3_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY",
    ]

    /// Finds both.
    ///
    /// - Throws: ``Failure`` with status 77 that names the missing one.
    static func load(_ environment: ProcessEnvironment, vendorKey: LoadedKey?) throws(Failure) -> Self {
        guard let id = idVariables.lazy.compactMap({ environment[$0] }).first else {
            throw Failure(
                status: .keyRefused,
                sentence: "no id for the vendor's flat files: set \(idVariables[0]) to the access key id that "
                    + "the vendor's dashboard shows; or name a folder of downloaded files with --flat-files"
            )
        }
        let secret = secretVariables.lazy.compactMap { environment[$0].map { Secret($0) } }.first ?? vendorKey?.secret
        guard let secret else {
            throw Failure(
                status: .keyRefused,
                sentence: "no secret for the vendor's flat files: set \(secretVariables[0]), or POLYGON_API_KEY, "
                    + "which the vendor takes for it"
            )
        }
        guard isPlain(id), isPlain(secret.revealed) else {
            throw Failure(
                status: .configuration,
                sentence: "the id or the secret for the vendor's flat files is no key: it has spaces, line breaks, "
                    + "colons or other than printable ASCII characters, or more than \(KeyLoader.keyBytesMax) bytes"
            )
        }
        return Self(id: id, secret: secret)
    }

    /// Goes into a header and, joined by a colon, into libcurl.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= KeyLoader.keyBytesMax
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3A }
    }
}
