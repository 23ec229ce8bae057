import Feeds
import Glibc
import MarketTime
import Network
import Synchronization
import Testing

@Suite struct FlatFileBucketTests {
    private static let secret = "wJalrXUtnFEMI-K7MDENG"
    private let day = FlatFileText.day
    private static let minutes = gzip(
        FlatFileText.csv((240..<1200).map { MinuteRow("A", $0, "\($0 * 7919 % 1000).5") })
    )

    private struct Read {
        var minutes: FlatFileMinutes?
        var error: FlatFileError?
        var request: String
        /// Everything that could be shown to somebody.
        var shown: String
    }

    private func read(_ answer: [UInt8], while isWanted: () -> Bool = { true }) throws -> Read {
        let server = try OneAnswerServer(answer)
        let client = HTTPClient()
        defer {
            #expect(client.close(deadlineMs: 5000))
            server.stop()
        }
        let bucket = FlatFileBucket(
            endpoint: server.url + "/",
            accessKeyID: "AKIDEXAMPLE",
            secret: Secret(Self.secret),
            client: client
        )
        var read = Read(request: "", shown: "\(bucket) \(bucket.name(.minuteBars, of: day))")
        dump(bucket, to: &read.shown)
        read.error = flatFileError { () throws(FlatFileError) in
            read.minutes = try bucket.minuteBars(of: day, while: isWanted)
        }
        if let error = read.error {
            read.shown += "\(error) \(error.sentence) " + String(reflecting: error)
            dump(error, to: &read.shown)
        }
        read.request = server.request
        return read
    }

    private func answer(_ status: String, _ body: [UInt8], headers: [String] = [], length: Int? = nil) -> [UInt8] {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(length ?? body.count)"] + headers + ["", ""]
        return Array(lines.joined(separator: "\r\n").utf8) + body
    }

    private func document(_ code: String, _ message: String) -> [UInt8] {
        Array(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>\(code)</Code><Message>\(message)</Message><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId></Error>
            """.utf8
        )
    }

    @Test func asksForTheDaysFileWithASignature() throws {
        let read = try read(answer("200 OK", Self.minutes))
        #expect(read.error == nil && read.minutes?.rows == 960)
        let lines = read.request.split(separator: "\r\n").map(String.init)
        #expect(lines.first == "GET /flatfiles/us_stocks_sip/minute_aggs_v1/2024/08/2024-08-07.csv.gz HTTP/1.1")
        let authorization = try #require(lines.first { $0.hasPrefix("Authorization: ") })
        #expect(authorization.contains("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20"))
        #expect(authorization.contains("/us-east-1/s3/aws4_request"))
        #expect(authorization.contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date"))
        #expect(!read.request.contains(Self.secret) && !read.shown.contains(Self.secret))
        #expect(!read.shown.contains("AKIDEXAMPLE"))
    }

    @Test(
        arguments: [
            ("403 Forbidden", "SignatureDoesNotMatch", FlatFileError.Problem.refused("SignatureDoesNotMatch: Words.")),
            ("400 Bad Request", "AuthorizationHeaderMalformed", .refused("AuthorizationHeaderMalformed: Words.")),
            ("403 Forbidden", "RequestTimeTooSkewed", .refused("RequestTimeTooSkewed: Words.")),
            ("401 Unauthorized", "AccessDenied", .refused("AccessDenied: Words.")),
            ("404 Not Found", "NoSuchKey", .notThere),
            ("404 Not Found", "NoSuchBucket", .answered(status: 404, text: "NoSuchBucket: Words.", retryAfterMs: nil)),
            ("503 Slow Down", "SlowDown", .answered(status: 503, text: "SlowDown: Words.", retryAfterMs: 7000)),
            (
                "301 Moved", "PermanentRedirect",
                .answered(status: 301, text: "PermanentRedirect: Words.", retryAfterMs: 7000)
            ),
        ]
    )
    func whatTheStoreSaysIsPassedOnButNoKey(status: String, code: String, problem: FlatFileError.Problem) throws {
        let headers = code == "NoSuchBucket" ? [] : ["Retry-After: 7"]
        let read = try read(answer(status, document(code, "Words."), headers: headers))
        #expect(read.minutes == nil && read.error?.problem == problem)
        #expect(read.error?.file.hasSuffix("/flatfiles/us_stocks_sip/minute_aggs_v1/2024/08/2024-08-07.csv.gz") == true)
        #expect(read.error?.isWorthRetrying == status.hasPrefix("5"))
        #expect(!read.shown.contains(Self.secret) && !read.shown.contains("AKIDEXAMPLE"))
    }

    /// The bodies by their piece and how often it comes: a test's arguments are written into its log.
    @Test(arguments: [("", 1), ("no document", 1), ("\u{0}\u{1B}[", 1), ("<", 200_000)])
    func anErrorWithoutAReadableDocumentIsStillClear(piece: String, count: Int) throws {
        let body = Array(String(repeating: piece, count: count).utf8) + (piece.isEmpty ? [] : [0xFF])
        #expect(try read(answer("403 Forbidden", body)).error?.problem == .refused("status 403"))
    }

    @Test func aTransferThatBreaksOffYieldsNothing() throws {
        let half = Array(Self.minutes.prefix(Self.minutes.count / 2))
        let read = try read(answer("200 OK", half, length: Self.minutes.count))
        #expect(read.minutes == nil)
        guard case .network(.connectionLost) = read.error?.problem else {
            Issue.record("\(String(describing: read.error))")
            return
        }
        #expect(read.error?.isWorthRetrying == true)
    }

    @Test func aWholeTransferOfAHalfFileYieldsNothing() throws {
        let read = try read(answer("200 OK", Array(Self.minutes.prefix(Self.minutes.count / 2))))
        #expect(read.minutes == nil && read.error?.problem == .truncated)
    }

    @Test func aPageInsteadOfAFileYieldsNothing() throws {
        let read = try read(answer("200 OK", Array("<html>Sign in</html>".utf8)))
        #expect(read.minutes == nil && read.error?.problem == .notGzip)
    }

    @Test func whatIsNotWantedAnyMoreEndsAsCancelled() throws {
        #expect(try read(answer("200 OK", Self.minutes), while: { false }).error?.problem == .cancelled)
    }
}

/// Gives the first bytes of every connection the same answer and closes it.
///
/// `text` (the last request) is guarded by its mutex.
private final class OneAnswerServer: Sendable {
    struct CannotListen: Error {}

    let url: String
    private let listener: Int32
    private let text: Mutex<String>
    private let ended = Signal()

    var request: String { text.withLock { $0 } }

    init(_ answer: [UInt8]) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        text = Mutex("")
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        guard isBound, listen(listener, 8) == 0, PlainThread({ self.serve(answer) }) != nil else {
            close(listener)
            throw CannotListen()
        }
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        #expect(ended.wait(milliseconds: 5000))
        close(listener)
    }

    private func serve(_ answer: [UInt8]) {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            var bytes: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 4096)
            while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]) {
                let count = recv(connection, &piece, piece.count, 0)
                guard count > 0 else { break }
                bytes += piece[..<count]
            }
            let request = String(decoding: bytes, as: UTF8.self)
            text.withLock { $0 = request }
            var sent = 0
            while sent < answer.count {
                let count = answer[sent...].withUnsafeBytes {
                    send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { break }
                sent += count
            }
            shutdown(connection, Int32(SHUT_WR))
            // The client has read the answer when it closes.
            _ = recv(connection, &piece, piece.count, 0)
            close(connection)
        }
        ended.raise()
    }
}
