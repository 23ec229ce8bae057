/// Who may fetch flat files.
package struct FlatFileAccess: Hashable, Sendable {
    /// Access key id.
    package var accessKey: String
    /// Secret key; never sent, never printed.
    package var secretKey: String

    /// Credentials.
    package init(accessKey: String, secretKey: String) {
        self.accessKey = accessKey
        self.secretKey = secretKey
    }
}
