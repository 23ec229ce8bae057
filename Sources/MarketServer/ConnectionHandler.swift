import MarketTime
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// One connection: reads requests, lets the service answer or the fault plan spoil them.
///
/// Lives on its event loop.
final class ConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    let state: ServerState
    private let clock: any WallClock
    let options: MarketServerOptions
    private var head: HTTPRequestHead?
    private var bodyBytes = 0
    private var isCounted = false
    /// A body that is still being sent piece by piece.
    var drip: Drip?
    var isPumping = false

    init(state: ServerState, clock: any WallClock, options: MarketServerOptions) {
        self.state = state
        self.clock = clock
        self.options = options
    }

    func channelActive(context: ChannelHandlerContext) {
        guard state.connections < options.connectionLimit else {
            context.close(promise: nil)
            return
        }
        state.connections += 1
        isCounted = true
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    private func leave() {
        if isCounted { state.connections -= 1 }
        isCounted = false
        drip = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            bodyBytes = 0
        case .body(let bytes):
            bodyBytes += bytes.readableBytes
            if bodyBytes > options.requestByteLimit { context.close(promise: nil) }
        case .end:
            guard let head else { return }
            self.head = nil
            answer(head, context: context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A request for an upgrade that cannot be is answered as any other.
        if !(error is NIOWebSocketUpgradeError) { context.close(promise: nil) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        pumpHugeBody(context: context)
        context.fireChannelWritabilityChanged()
    }

    private func answer(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let now = clock.now()
        guard head.method == .GET else {
            send(MarketResponse(status: 405, contentType: "text/plain", body: ByteBuffer()), at: now, head, context)
            return
        }
        guard head.uri.utf8.count <= options.requestByteLimit else {
            send(MarketResponse(status: 414, contentType: "text/plain", body: ByteBuffer()), at: now, head, context)
            return
        }
        let parsed = MarketRequest(
            target: head.uri,
            authorization: head.headers.first(name: "authorization"),
            apiKeyHeader: head.headers.first(name: "apikey")
        )
        guard let request = parsed else {
            send(state.service.failure(VendorError.badParameter("Could not parse the address")), at: now, head, context)
            return
        }
        if StreamDoor.leads(head.uri) {
            let text = "This is a WebSocket: ask for an upgrade.\n"
            let response = MarketResponse(status: 426, contentType: "text/plain", body: ByteBuffer(string: text))
            send(response, at: now, head, context)
            return
        }
        if let seconds = state.secondsToWait(request) {
            var response: MarketResponse
            if request.isForFMP {
                // This vendor does not say when to come back.
                response = state.service.failure(FMPError.limitReached(status: options.fmpLimitStatus))
            } else {
                response = state.service.failure(VendorError.tooManyRequests)
                if options.sendsRetryAfter { response.retryAfterSeconds = seconds }
            }
            send(response, at: now, head, context)
            return
        }
        if let fault = state.fault(for: request.rawPath) {
            spoil(fault, request, head, at: now, context: context)
        } else {
            withAnswer(to: request, head, at: now, context: context) { handler, context, response in
                handler.send(response, at: now, head, context)
            }
        }
    }

    /// Goes on with the right answer to a request: at once, or when a flat file has been made.
    func withAnswer(
        to request: MarketRequest,
        _ head: HTTPRequestHead,
        at now: Instant,
        context: ChannelHandlerContext,
        _ body: @escaping (ConnectionHandler, ChannelHandlerContext, MarketResponse) -> Void
    ) {
        guard request.path.first == FlatFileDesk.bucket else {
            body(self, context, state.service.respond(to: request, at: now))
            return
        }
        let headers = head.headers.map { (name: $0.name, value: $0.value) }
        let signed = SignedRequest(method: head.method.rawValue, target: head.uri, headers: headers)
        let bound = NIOLoopBound((self, context, body), eventLoop: context.eventLoop)
        state.flatFiles.answer(signed, path: request.path, at: now).whenSuccess { response in
            let (handler, context, body) = bound.value
            if context.channel.isActive { body(handler, context, response) }
        }
    }

    func headers(
        _ response: MarketResponse,
        at now: Instant,
        length: Int?,
        isPacked: Bool = false
    ) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "Date": TimeText.http(now), "Content-Type": response.contentType, "Server": "simulated-market",
            "X-Request-Id": state.service.requestID(), "Vary": "Accept-Encoding",
        ]
        if let length { headers.add(name: "Content-Length", value: String(length)) }
        if let seconds = response.retryAfterSeconds { headers.add(name: "Retry-After", value: String(seconds)) }
        if isPacked { headers.add(name: "Content-Encoding", value: "gzip") }
        return headers
    }

    func send(
        _ response: MarketResponse,
        at now: Instant,
        _ request: HTTPRequestHead,
        _ context: ChannelHandlerContext
    ) {
        let length = response.body.readableBytes
        // Compressing a few hundred bytes gains nothing. The vendor announces no length of what it compresses.
        if options.compresses, length >= 512, response.contentType.hasPrefix("application/json"),
            Self.takesGzip(request),
            let packed = state.gzip.packed(response.body)
        {
            writeHead(response.status, headers(response, at: now, length: nil, isPacked: true), context)
            context.write(wrapOutboundOut(.body(.byteBuffer(packed))), promise: nil)
        } else {
            writeHead(response.status, headers(response, at: now, length: length), context)
            context.write(wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil)
        }
        finish(keepAlive: request.isKeepAlive, context)
    }

    private static func takesGzip(_ request: HTTPRequestHead) -> Bool {
        request.headers[canonicalForm: "accept-encoding"].contains { $0 == "gzip" || $0.hasPrefix("gzip;") }
    }

    func writeHead(_ status: Int, _ headers: HTTPHeaders, _ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    func finish(keepAlive: Bool, _ context: ChannelHandlerContext) {
        let written = context.eventLoop.makePromise(of: Void.self)
        if !keepAlive {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            written.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }
}
