import CCurl
import CWslay
import Glibc

/// The bytes' way of one WebSocket: libcurl makes the connection (name, proxy, TLS), then carries bytes both ways.
///
/// Confined to the thread of its connection. libcurl is used with `CONNECT_ONLY` in a multi handle of its own: connecting
/// never blocks, and ends at once when the link is cut.
final class WebSocketLink {
    enum Progress {
        case connecting
        case connected
        case failed(NetworkError)
    }

    enum Received {
        case bytes(Int)
        /// Nothing there now.
        case nothing
        /// The other side has ended its half.
        case ended
        case broken(String)
    }

    enum Sent {
        case bytes(Int)
        /// No room now.
        case nothing
        case broken(String)
    }

    private let url: String
    private let multi: UnsafeMutableRawPointer
    private let easy: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    /// The socket and a wake descriptor, for `poll`.
    private var polled = [pollfd](repeating: pollfd(fd: -1, events: Int16(POLLIN), revents: 0), count: 2)
    private var socket = CURL_SOCKET_BAD
    private var isCut = false

    /// Begins to connect.
    init(_ request: WebSocketRequest, _ address: WebSocketAddress) throws(NetworkError) {
        url = request.url
        guard CurlLibrary.isReady, let multi = curl_multi_init() else {
            throw .library(code: 0, url: RedactedURL.describe(request.url), detail: "out of memory")
        }
        guard let easy = curl_easy_init() else {
            _ = curl_multi_cleanup(multi)
            throw .library(code: 0, url: RedactedURL.describe(request.url), detail: "out of memory")
        }
        self.multi = multi
        self.easy = easy
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText[0] = 0
        let code = configure(request, address)
        guard code == CURLE_OK, curl_multi_add_handle(multi, easy) == CURLM_OK else { throw failure(code) }
    }

    deinit {
        cut()
        errorText.deallocate()
    }

    private func configure(_ request: WebSocketRequest, _ address: WebSocketAddress) -> CURLcode {
        let longs: [(CURLoption, Int)] = [
            (CURLOPT_CONNECT_ONLY, 1),
            (CURLOPT_NOSIGNAL, 1),
            (CURLOPT_SSL_VERIFYPEER, 1),
            (CURLOPT_SSL_VERIFYHOST, 2),
            // A server that was offered HTTP/2 would take it, and there are no upgrades there.
            (CURLOPT_SSL_ENABLE_ALPN, 0),
            // Also for ws: a proxy that is not asked for a tunnel would wait for a request in its own form.
            (CURLOPT_HTTPPROXYTUNNEL, 1),
            (CURLOPT_TCP_KEEPALIVE, 1),
            (CURLOPT_TCP_NODELAY, 1),
            (CURLOPT_CONNECTTIMEOUT_MS, request.limits.connectTimeoutMs),
        ]
        var code = ccurl_set_error_buffer(easy, errorText)
        if code == CURLE_OK { code = ccurl_set_callbacks(easy, linkBytes, linkBytes, linkProgress, nil) }
        if code == CURLE_OK { code = ccurl_set_string(easy, CURLOPT_URL, address.connectURL) }
        for (option, value) in longs where code == CURLE_OK { code = ccurl_set_long(easy, option, value) }
        if code == CURLE_OK { code = ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https") }
        if code == CURLE_OK { code = ccurl_set_string(easy, CURLOPT_USERAGENT, request.userAgent) }
        if code == CURLE_OK, HTTPRequest.isForThisMachine(request.url) {
            code = ccurl_set_string(easy, CURLOPT_PROXY, "")
        }
        if code == CURLE_OK, let file = request.caFile {
            code = ccurl_set_string(easy, CURLOPT_CAINFO, file)
            // The system's folder of authorities would count beside the file.
            if code == CURLE_OK { code = ccurl_set_string(easy, CURLOPT_CAPATH, nil) }
        }
        return code
    }

    /// Goes on connecting as far as that is possible without waiting.
    func connect() -> Progress {
        var active: Int32 = 0
        let code = curl_multi_perform(multi, &active)
        guard code == CURLM_OK else {
            let detail = String(cString: curl_multi_strerror(code))
            return .failed(.library(code: Int(code.rawValue), url: RedactedURL.describe(url), detail: detail))
        }
        var handle: UnsafeMutableRawPointer?
        var result = CURLE_OK
        guard ccurl_next_done(multi, &handle, &result) != 0 else { return .connecting }
        guard result == CURLE_OK else { return .failed(failure(result)) }
        socket = ccurl_get_socket(easy)
        return socket == CURL_SOCKET_BAD ? .failed(failure(CURLE_COULDNT_CONNECT)) : .connected
    }

    /// Waits until `connect` can go on, or `wake` is raised, or the time is over.
    func waitWhileConnecting(milliseconds: Int, wake: WakeDescriptor?) {
        let wait = Int32(clamping: milliseconds)
        guard let wake else {
            _ = curl_multi_poll(multi, nil, 0, wait, nil)
            return
        }
        var extra = curl_waitfd(fd: wake.descriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        _ = curl_multi_poll(multi, &extra, 1, wait, nil)
    }

    /// What a wait of an open connection is for, beside `wake` and the time.
    enum Purpose {
        case input
        case room
        case both
    }

    /// Waits until there is input or room to send, whatever is wanted, or `wake` is raised, or the time is over.
    func wait(for purpose: Purpose, milliseconds: Int, wake: WakeDescriptor?) {
        polled[0].fd = socket
        polled[0].events = Int16((purpose == .room ? 0 : POLLIN) | (purpose == .input ? 0 : POLLOUT))
        // A negative descriptor is not looked at.
        polled[1].fd = wake?.descriptor ?? -1
        // A signal that ends the wait early is no matter: the caller comes back.
        _ = poll(&polled, nfds_t(polled.count), Int32(clamping: milliseconds))
    }

    func receive(_ room: UnsafeMutableRawBufferPointer) -> Received {
        guard !isCut else { return .broken("it is closed") }
        var count = 0
        errorText[0] = 0
        let code = curl_easy_recv(easy, room.baseAddress, room.count, &count)
        return switch code {
        case CURLE_OK: count > 0 ? .bytes(count) : .ended
        case CURLE_AGAIN: .nothing
        default: .broken(words(code))
        }
    }

    func send(_ bytes: UnsafeRawBufferPointer) -> Sent {
        guard !isCut else { return .broken("it is closed") }
        var count = 0
        errorText[0] = 0
        let code = curl_easy_send(easy, bytes.baseAddress, bytes.count, &count)
        return switch code {
        case CURLE_OK: .bytes(count)
        case CURLE_AGAIN: .nothing
        default: .broken(words(code))
        }
    }

    /// Ends everything at once, also a look-up that hangs; nothing is left open.
    func cut() {
        guard !isCut else { return }
        isCut = true
        socket = CURL_SOCKET_BAD
        _ = ccurl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        _ = curl_multi_remove_handle(multi, easy)
        curl_easy_cleanup(easy)
        _ = curl_multi_cleanup(multi)
    }

    private func failure(_ result: CURLcode) -> NetworkError {
        let osError = Int32(truncatingIfNeeded: ccurl_get_long(easy, CURLINFO_OS_ERRNO))
        let detail = words(result)
        if let error = NetworkError.connecting(result, osError, url: url, detail: detail) { return error }
        let shown = RedactedURL.describe(url)
        switch result {
        case CURLE_URL_MALFORMAT: return .invalidRequest(url: shown, reason: "it is not a ws or wss URL")
        case CURLE_OPERATION_TIMEDOUT:
            let elapsedMs = Int(ccurl_get_offset(easy, CURLINFO_TOTAL_TIME_T) / 1000)
            return .timedOut(.connecting, url: shown, afterMs: elapsedMs)
        // Before there is a connection only a proxy can have sent, or not sent, anything.
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_WEIRD_SERVER_REPLY:
            return .unreachable(host: RedactedURL.origin(url), detail: detail)
        default: return .library(code: Int(result.rawValue), url: shown, detail: detail)
        }
    }

    /// libcurl's own words: they name hosts, addresses and certificates, never what was sent.
    private func words(_ code: CURLcode) -> String {
        let own = errorText[0] == 0 ? "" : String(cString: errorText)
        return ShownText.line((own.isEmpty ? String(cString: curl_easy_strerror(code)) : own).utf8, bytesMax: 200)
    }
}

// At file scope: a closure would inherit the isolation of the code it is written in. Nothing but a proxy's page could
// come here, and without these libcurl would write it to the standard output.

private nonisolated func linkBytes(
    _ data: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int { size * count }

private nonisolated func linkProgress(
    _ context: UnsafeMutableRawPointer?,
    _ total: curl_off_t,
    _ now: curl_off_t,
    _ uploadTotal: curl_off_t,
    _ uploadNow: curl_off_t
) -> Int32 { 0 }
