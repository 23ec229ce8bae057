import MarketTime
import NIOCore
import NIOPosix
import Simulator
import Synchronization

/// Answers what S3 would: signed requests for flat files, and XML for everything that is wrong.
///
/// Used on one event loop. A file takes seconds to make, so that is done on a thread of its own, one file at a time; the
/// last two are kept (some 45 MB each for 11,000 tickers).
final class FlatFileDesk {
    /// The bucket: the first element of a path.
    static let bucket = "flatfiles"
    private static let keptMax = 2

    private let market: SimulatedMarket
    private let signature: RequestSignature?
    private let realTime: (any WallClock)?
    private let maker: FlatFileMaker
    private let loop: any EventLoop
    private var kept: [(key: String, body: EventLoopFuture<ByteBuffer>)] = []
    private var latest: EventLoopFuture<Void>
    private var requests = 0

    init(_ market: SimulatedMarket, options: MarketServerOptions, maker: FlatFileMaker, loop: any EventLoop) {
        self.market = market
        signature = options.flatFileAccess.map(RequestSignature.init)
        realTime = options.realTime
        self.maker = maker
        self.loop = loop
        latest = loop.makeSucceededVoidFuture()
    }

    /// The answer to a request below the bucket at a moment of market time.
    func answer(_ request: SignedRequest, path: [String], at now: Instant) -> EventLoopFuture<MarketResponse> {
        requests += 1
        do throws(SignatureRefusal) {
            guard let signature else { throw SignatureRefusal.accessDenied }
            try signature.check(request, at: realTime?.now())
        } catch {
            return loop.makeSucceededFuture(failure(error.status, error.rawValue, error.message))
        }
        let key = path.dropFirst().joined(separator: "/")
        guard let file = SimulatedFlatFile(market, key: key), file.isPublished(at: now) else {
            let text = "The specified key does not exist."
            return loop.makeSucceededFuture(failure(404, "NoSuchKey", text, key: key))
        }
        let failed = failure(500, "InternalError", "We encountered an internal error. Please try again.")
        return body(of: file)
            .map { MarketResponse(contentType: "application/gzip", body: $0) }
            .recover { _ in failed }
    }

    private func body(of file: SimulatedFlatFile) -> EventLoopFuture<ByteBuffer> {
        if let found = kept.first(where: { $0.key == file.key }) { return found.body }
        // One after the other: nothing waits in the pool's queue when the server stops.
        let body = latest.flatMap { [maker, loop] in maker.make(file, on: loop) }
        latest = body.map { _ in }.recover { _ in }
        kept.append((file.key, body))
        if kept.count > Self.keptMax { kept.removeFirst() }
        return body
    }

    private func failure(_ status: Int, _ code: String, _ message: String, key: String? = nil) -> MarketResponse {
        var text =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>\(code)</Code><Message>\(message)</Message>"
        if let key { text += "<Key>\(Self.escaped(key))</Key>" }
        text += "<RequestId>\(MarketService.hex(UInt64(requests)))</RequestId></Error>"
        return MarketResponse(status: status, contentType: "application/xml", body: ByteBuffer(string: text))
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.prefix(300).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case _ where scalar.value < 0x20: result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// Makes flat files on a thread of its own, until it is stopped.
final class FlatFileMaker: Sendable {
    private struct Stopped: Error {}

    private let pool = NIOThreadPool(numberOfThreads: 1)
    private let isStopped = Atomic(false)

    init() { pool.start() }

    /// Makes a file in memory; the future fails once `stop` was called.
    func make(_ file: SimulatedFlatFile, on loop: any EventLoop) -> EventLoopFuture<ByteBuffer> {
        pool.runIfActive(eventLoop: loop) { [self] in
            var body = ByteBuffer()
            _ = try file.write(mustStop: { self.isStopped.load(ordering: .relaxed) }) { body.writeBytes($0) }
            guard !isStopped.load(ordering: .relaxed) else { throw Stopped() }
            return body
        }
    }

    /// Ends the file being made within some milliseconds, and the thread.
    func stop() throws {
        isStopped.store(true, ordering: .relaxed)
        try pool.syncShutdownGracefully()
    }
}
