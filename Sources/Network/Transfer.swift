import CCurl

/// One request under way: its options, what has arrived, and why it was stopped.
///
/// Confined to the transfer thread; libcurl holds an unretained pointer to it while its handle is in the multi handle.
final class Transfer {
    /// Header lines together; an endless header must not be a way around the body limit.
    private static let headerBytesMax = 256 << 10

    /// libcurl's two clocks of one transfer differ by a little; more than this before the total limit is another limit.
    private static let timerSlackMs = 200

    private enum Stop {
        case tooLarge
        case headersTooLarge
        case outOfMemory
        /// As much of an error's text has come as is kept; the answer counts.
        case enoughText
    }

    /// What became of body bytes.
    enum Received {
        case taken
        /// libcurl keeps them and offers them again after it is resumed.
        case paused
        case stopped
    }

    let id: UInt64
    let shownURL: String
    private let request: HTTPRequest
    private var completion: (@Sendable (HTTPClient.Outcome) -> Void)?
    /// Where the body of a success goes when it is streamed.
    private let pipe: ChunkPipe?
    private var body: BodyBuffer
    private var headerBytes = 0
    private var stop: Stop?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    /// The handle the transfer runs on; set by `configure`.
    private var handle: UnsafeMutableRawPointer?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(_ submission: TransferMailbox.Submission, pool: BodyPool) throws(NetworkError) {
        id = submission.id
        request = submission.request
        completion = submission.completion
        shownURL = RedactedURL.describe(submission.request.url)
        pipe = submission.pipe
        let bodyMax = request.limits.maxBodyBytes
        body = pool.buffer(limit: pipe == nil ? bodyMax : min(bodyMax, HTTPClient.errorTextMax))
        errorText[0] = 0
        if let reason = request.defect { throw .invalidRequest(url: shownURL, reason: reason) }
        for line in request.headerLines {
            guard let longer = curl_slist_append(headerList, line) else {
                throw .library(code: 0, url: shownURL, detail: "out of memory")
            }
            headerList = longer
        }
    }

    deinit {
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    /// Reports the outcome, once.
    func end(_ outcome: HTTPClient.Outcome) {
        completion?(outcome)
        completion = nil
    }

    /// Sets every option on a fresh or reset handle; the first refusal of libcurl is returned.
    func configure(_ handle: UnsafeMutableRawPointer, userAgent: String) -> CURLcode {
        self.handle = handle
        let limits = request.limits
        let longs: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1),
            (CURLOPT_FOLLOWLOCATION, 0),
            (CURLOPT_SSL_VERIFYPEER, 1),
            (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)),
            // The key goes to the server only, not into the CONNECT request a proxy reads.
            (CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE)),
            (CURLOPT_TCP_KEEPALIVE, 1),
            (CURLOPT_CONNECTTIMEOUT_MS, limits.connectTimeoutMs),
            (CURLOPT_TIMEOUT_MS, limits.totalTimeoutMs),
            (CURLOPT_LOW_SPEED_LIMIT, limits.slowBytesPerSecond),
            (CURLOPT_LOW_SPEED_TIME, limits.slowBytesPerSecond > 0 ? limits.slowPeriodSeconds : 0),
        ]
        var code = ccurl_set_string(handle, CURLOPT_URL, request.url)
        for (option, value) in longs where code == CURLE_OK { code = ccurl_set_long(handle, option, value) }
        if code == CURLE_OK { code = ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https") }
        if code == CURLE_OK { code = ccurl_set_string(handle, CURLOPT_USERAGENT, userAgent) }
        if code == CURLE_OK, request.isForThisMachine { code = ccurl_set_string(handle, CURLOPT_PROXY, "") }
        // A file that is streamed is wanted as it is stored.
        if code == CURLE_OK, request.acceptsCompression, pipe == nil {
            code = ccurl_set_string(handle, CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
        }
        if code == CURLE_OK {
            code = ccurl_set_offset(handle, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(limits.maxBodyBytes))
        }
        if code == CURLE_OK, let signature = request.signature { code = signature.apply(to: handle) }
        if code == CURLE_OK { code = configureLocal(handle) }
        if code == CURLE_OK { code = ccurl_set_headers(handle, headerList) }
        if code == CURLE_OK { code = ccurl_set_error_buffer(handle, errorText) }
        guard code == CURLE_OK else { return code }
        let context = Unmanaged.passUnretained(self).toOpaque()
        return ccurl_set_callbacks(handle, transferBody, transferHeader, transferProgress, context)
    }

    /// A body to send and a socket of this machine, where the request has them.
    private func configureLocal(_ handle: UnsafeMutableRawPointer) -> CURLcode {
        var code = CURLE_OK
        if let path = request.unixSocketPath { code = ccurl_set_string(handle, CURLOPT_UNIX_SOCKET_PATH, path) }
        guard code == CURLE_OK, let json = request.json else { return code }
        code = ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(json.utf8.count))
        // Copied by libcurl, after its length: it may hold anything but is text here.
        if code == CURLE_OK { code = ccurl_set_string(handle, CURLOPT_COPYPOSTFIELDS, json) }
        return code
    }

    // MARK: From the callbacks

    func receivedBody(_ bytes: UnsafeRawBufferPointer) -> Received {
        if let pipe { return streamed(bytes, pipe) }
        switch body.append(bytes) {
        case .appended: return .taken
        case .overLimit: stop = .tooLarge
        case .outOfMemory: stop = .outOfMemory
        }
        return .stopped
    }

    private func streamed(_ bytes: UnsafeRawBufferPointer, _ pipe: ChunkPipe) -> Received {
        guard let handle else { return .stopped }
        if (200...299).contains(ccurl_get_long(handle, CURLINFO_RESPONSE_CODE)) {
            let length = ccurl_get_offset(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T)
            return pipe.offer(bytes, expectedBytes: length > 0 ? Int(length) : nil) ? .taken : .paused
        }
        let room = min(request.limits.maxBodyBytes, HTTPClient.errorTextMax) - body.count
        guard body.append(UnsafeRawBufferPointer(rebasing: bytes.prefix(room))) == .appended else {
            stop = .outOfMemory
            return .stopped
        }
        if bytes.count > room { stop = .enoughText }
        return stop == nil ? .taken : .stopped
    }

    func receivedHeader(bytes: Int) -> Bool {
        headerBytes += bytes
        if headerBytes > Self.headerBytesMax { stop = .headersTooLarge }
        return stop == nil
    }

    /// Bytes on the wire so far: a compressed body that inflates to little must still not be endless.
    func progressed(wireBytes: Int) -> Bool {
        if wireBytes > request.limits.maxBodyBytes { stop = .tooLarge }
        return stop == nil
    }

    // MARK: The end

    /// What the request ends with; takes the body.
    func outcome(_ result: CURLcode, _ handle: UnsafeMutableRawPointer, pool: BodyPool) -> HTTPClient.Outcome {
        guard result == CURLE_OK || stop == .enoughText else { return .failure(failure(result, handle)) }
        let status = ccurl_get_long(handle, CURLINFO_RESPONSE_CODE)
        guard (100...599).contains(status) else {
            return .failure(.malformed(url: shownURL, detail: "no HTTP status"))
        }
        let received = exchangeBody()
        return .success(
            HTTPResponse(
                status: status,
                contentType: header("Content-Type", handle),
                retryAfter: header("Retry-After", handle),
                serverDate: header("Date", handle).flatMap(HTTPDate.parse),
                wireBytes: Int(ccurl_get_offset(handle, CURLINFO_SIZE_DOWNLOAD_T)),
                elapsedMicroseconds: Int(ccurl_get_offset(handle, CURLINFO_TOTAL_TIME_T)),
                body: ResponseBody(sealing: received, pool: pool)
            )
        )
    }

    private func exchangeBody() -> BodyBuffer {
        var empty = BodyBuffer(memory: nil, limit: 0)
        swap(&empty, &body)
        return empty
    }

    private func header(_ name: String, _ handle: UnsafeMutableRawPointer) -> String? {
        var found: UnsafeMutablePointer<curl_header>?
        // -1: the answer itself, not a proxy's or an interim one.
        guard curl_easy_header(handle, name, 0, UInt32(CURLH_HEADER), -1, &found) == CURLHE_OK,
            let value = found?.pointee.value
        else { return nil }
        return String(String(cString: value).prefix(200))
    }

    /// The error a libcurl result stands for.
    func failure(_ result: CURLcode, _ handle: UnsafeMutableRawPointer) -> NetworkError {
        if let stop {
            switch stop {
            case .tooLarge: return .tooLarge(limitBytes: request.limits.maxBodyBytes, url: shownURL)
            case .headersTooLarge: return .malformed(url: shownURL, detail: "endless header")
            // Too much of an error's text is an answer, not a failure; `outcome` has dealt with it.
            case .outOfMemory, .enoughText:
                return .library(code: Int(result.rawValue), url: shownURL, detail: "out of memory")
            }
        }
        let detail = String(cString: curl_easy_strerror(result))
        let osError = Int32(truncatingIfNeeded: ccurl_get_long(handle, CURLINFO_OS_ERRNO))
        if let error = NetworkError.connecting(result, osError, url: request.url, detail: curlText ?? detail) {
            return error
        }
        switch result {
        case CURLE_URL_MALFORMAT:
            return .invalidRequest(url: shownURL, reason: "it is not an http or https URL")
        case CURLE_OPERATION_TIMEDOUT: return timeout(handle)
        case CURLE_FILESIZE_EXCEEDED: return .tooLarge(limitBytes: request.limits.maxBodyBytes, url: shownURL)
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2_STREAM:
            return .connectionLost(url: shownURL, detail: detail)
        // The scheme was checked before sending, so an unsupported protocol is the server's: it does not speak HTTP.
        case CURLE_BAD_CONTENT_ENCODING, CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_UNSUPPORTED_PROTOCOL:
            return .malformed(url: shownURL, detail: detail)
        default: return .library(code: Int(result.rawValue), url: shownURL, detail: detail)
        }
    }

    private func timeout(_ handle: UnsafeMutableRawPointer) -> NetworkError {
        let elapsedMs = Int(ccurl_get_offset(handle, CURLINFO_TOTAL_TIME_T) / 1000)
        let phase: NetworkError.TimeoutPhase =
            if ccurl_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T) == 0 {
                .connecting
            } else if headerBytes == 0 {
                .waitingForAnswer
            } else if elapsedMs + Self.timerSlackMs < request.limits.totalTimeoutMs {
                .tooSlow
            } else {
                .receivingBody
            }
        return .timedOut(phase, url: shownURL, afterMs: elapsedMs)
    }

    /// libcurl's own words: they name hosts, addresses and certificates, never a query or a header.
    private var curlText: String? {
        errorText[0] == 0 ? nil : String(String(cString: errorText).prefix(200))
    }
}

// The callbacks are at file scope: a closure would inherit the isolation of the code it is written in.
// `context` is the transfer, alive as long as its handle is in the multi handle.

private nonisolated func transferBody(
    _ data: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    return switch transfer.receivedBody(UnsafeRawBufferPointer(start: data, count: size * count)) {
    case .taken: size * count
    case .paused: Int(CURL_WRITEFUNC_PAUSE)
    case .stopped: 0
    }
}

private nonisolated func transferHeader(
    _ data: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.receivedHeader(bytes: size * count) ? size * count : 0
}

private nonisolated func transferProgress(
    _ context: UnsafeMutableRawPointer?,
    _ total: curl_off_t,
    _ now: curl_off_t,
    _ uploadTotal: curl_off_t,
    _ uploadNow: curl_off_t
) -> Int32 {
    guard let context else { return 1 }
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().progressed(wireBytes: Int(now)) ? 0 : 1
}
