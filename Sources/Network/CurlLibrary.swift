import CCurl
import Glibc

/// libcurl as a whole.
enum CurlLibrary {
    /// Initialised once for the process; nothing of libcurl may be called when false.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

extension NetworkError {
    /// What a libcurl result says about getting a connection; nil when it is about something else.
    ///
    /// `detail` are libcurl's own words for it, `osError` is the system's number behind it.
    static func connecting(_ result: CURLcode, _ osError: Int32, url: String, detail: String) -> Self? {
        let host = RedactedURL.origin(url)
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST: return .couldNotResolve(host: host)
        case CURLE_COULDNT_RESOLVE_PROXY: return .unreachable(host: host, detail: "the proxy's name is not known")
        case CURLE_COULDNT_CONNECT:
            return osError == ECONNREFUSED && !isAboutAProxy(detail, url)
                ? .refused(host: host) : .unreachable(host: host, detail: detail)
        case CURLE_PROXY: return .unreachable(host: host, detail: detail)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
            return .tls(host: host, detail: detail)
        default: return nil
        }
    }

    /// libcurl names the machine it could not connect to; another one than the URL's is the proxy.
    private static func isAboutAProxy(_ detail: String, _ url: String) -> Bool {
        let opening = "Failed to connect to "
        guard detail.hasPrefix(opening) else { return false }
        let named = detail.dropFirst(opening.count).prefix { $0 != " " }.lowercased()
        let wanted = RedactedURL.host(url).lowercased()
        return !(wanted == named || wanted.hasPrefix(named + ":") || wanted.hasPrefix("[\(named)]"))
    }
}
