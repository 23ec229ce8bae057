import Glibc
import MarketTime
import NIOCore
import NIOHTTP1

/// One connection: reads requests, lets the service answer or the fault plan spoil them.
///
/// Lives on its event loop.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// Header that keeps the compressor off an answer whose bytes matter; it never leaves the server.
    static let plainMarker = "x-plain-answer"

    private let state: ServerState
    private let clock: any WallClock
    private let options: MarketServerOptions
    private var head: HTTPRequestHead?
    private var bodyBytes = 0
    private var isCounted = false
    private var drip: Drip?
    private var isPumping = false

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
        if isCounted { state.connections -= 1 }
        isCounted = false
        drip = nil
        context.fireChannelInactive()
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
        context.close(promise: nil)
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
        guard let request = MarketRequest(target: head.uri, authorization: head.headers.first(name: "authorization"))
        else {
            send(state.service.failure(.badParameter("Could not parse the address")), at: now, head, context)
            return
        }
        if let fault = state.fault(for: request.rawPath) {
            spoil(fault, request, head, at: now, context: context)
        } else {
            send(state.service.respond(to: request, at: now), at: now, head, context)
        }
    }

    private func headers(
        _ response: MarketResponse,
        at now: Instant,
        length: Int?,
        plain: Bool
    ) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "Date": TimeText.http(now), "Content-Type": response.contentType, "Server": "simulated-market",
            "X-Request-Id": state.service.requestID(), "Vary": "Accept-Encoding",
        ]
        if let length { headers.add(name: "Content-Length", value: String(length)) }
        if let seconds = response.retryAfterSeconds { headers.add(name: "Retry-After", value: String(seconds)) }
        if plain, options.compresses { headers.add(name: Self.plainMarker, value: "1") }
        return headers
    }

    private func send(
        _ response: MarketResponse,
        at now: Instant,
        _ request: HTTPRequestHead,
        _ context: ChannelHandlerContext
    ) {
        let length = response.body.readableBytes
        // Compressing a few hundred bytes gains nothing.
        let headers = headers(response, at: now, length: length, plain: length < 512)
        writeHead(response.status, headers, context)
        context.write(wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil)
        finish(keepAlive: request.isKeepAlive, context)
    }

    private func writeHead(_ status: Int, _ headers: HTTPHeaders, _ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func finish(keepAlive: Bool, _ context: ChannelHandlerContext) {
        let written = context.eventLoop.makePromise(of: Void.self)
        if !keepAlive {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            written.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }
}

// MARK: - Troubles

extension ConnectionHandler {
    /// A body sent piece by piece.
    struct Drip {
        /// What is left of a given body.
        var rest: ByteBuffer
        /// Bytes of filler left, for a body too large to hold.
        var fillerBytes: Int
        var keepAlive: Bool
    }

    private func spoil(
        _ fault: FaultKind,
        _ request: MarketRequest,
        _ head: HTTPRequestHead,
        at now: Instant,
        context: ChannelHandlerContext
    ) {
        func answer() -> MarketResponse { state.service.respond(to: request, at: now) }
        switch fault {
        case .status(let status, let retryAfter):
            var response = state.service.failure(VendorError(status: status))
            response.retryAfterSeconds = retryAfter
            send(response, at: now, head, context)
        case .body(let status, let contentType, let text):
            let response = MarketResponse(status: status, contentType: contentType, body: ByteBuffer(string: text))
            send(response, at: now, head, context)
        case .empty:
            send(MarketResponse(body: ByteBuffer()), at: now, head, context)
        case .html:
            let page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"
            let response = MarketResponse(status: 502, contentType: "text/html", body: ByteBuffer(string: page))
            send(response, at: now, head, context)
        case .truncated(let bytes):
            truncate(answer(), afterBytes: bytes, at: now, context: context)
        case .slowDrip(let bytes, let milliseconds):
            let response = answer()
            let length = response.body.readableBytes
            writeHead(response.status, headers(response, at: now, length: length, plain: true), context)
            context.flush()
            drip = Drip(rest: response.body, fillerBytes: 0, keepAlive: head.isKeepAlive)
            dripOn(max(1, bytes), every: .milliseconds(Int64(max(1, milliseconds))), context: context)
        case .hang: break
        case .reset: reset(context: context)
        case .hugeBody(let bytes):
            let response = MarketResponse(body: ByteBuffer())
            writeHead(200, headers(response, at: now, length: nil, plain: true), context)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "{\"tickers\":[0")))), promise: nil)
            drip = Drip(rest: ByteBuffer(), fillerBytes: max(0, bytes), keepAlive: head.isKeepAlive)
            pumpHugeBody(context: context)
        case .deepNesting(let levels):
            let levels = min(max(1, levels), 5_000_000)
            var body = ByteBuffer()
            body.writeString("{\"status\":\"OK\",\"tickers\":")
            body.writeRepeatingByte(0x5B, count: levels)
            body.writeRepeatingByte(0x5D, count: levels)
            body.writeString("}")
            send(MarketResponse(body: body), at: now, head, context)
        case .malformedElements:
            var response = answer()
            response.body = MalformedElements.added(to: response.body)
            send(response, at: now, head, context)
        }
    }

    private func truncate(_ response: MarketResponse, afterBytes: Int, at now: Instant, context: ChannelHandlerContext)
    {
        let length = response.body.readableBytes
        var body = response.body
        let piece = body.readSlice(length: min(max(0, afterBytes), length)) ?? ByteBuffer()
        writeHead(response.status, headers(response, at: now, length: length, plain: true), context)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(piece)))).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }

    private func reset(context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        guard let socket = context.channel as? any SocketOptionProvider else {
            context.close(promise: nil)
            return
        }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in bound.value.close(promise: nil) }
    }

    private func dripOn(_ bytes: Int, every delay: TimeAmount, context: ChannelHandlerContext) {
        guard var current = drip, context.channel.isActive else { return }
        let piece = current.rest.readSlice(length: min(bytes, current.rest.readableBytes)) ?? ByteBuffer()
        drip = current
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(piece))), promise: nil)
        guard current.rest.readableBytes > 0 else {
            drip = nil
            finish(keepAlive: current.keepAlive, context)
            return
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: delay) {
            let (handler, context) = bound.value
            handler.dripOn(bytes, every: delay, context: context)
        }
    }

    /// Writes filler while the client reads it, so that a body of any size takes no memory.
    private func pumpHugeBody(context: ChannelHandlerContext) {
        // A flush may report the channel writable again from within: the loop below sees that itself.
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        while var current = drip, current.rest.readableBytes == 0, context.channel.isActive, context.channel.isWritable
        {
            if current.fillerBytes == 0 {
                drip = nil
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "]}")))), promise: nil)
                finish(keepAlive: current.keepAlive, context)
                return
            }
            let count = min(current.fillerBytes, 65_536)
            current.fillerBytes -= count
            drip = current
            var piece = ByteBuffer()
            piece.writeRepeatingByte(0x20, count: count)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(piece))), promise: nil)
        }
    }
}

/// Broken items put among the good ones of a snapshot.
enum MalformedElements {
    /// Wrong types, absurd numbers, a hostile name, a stray scalar.
    static let items = [
        "{\"ticker\":12,\"min\":{\"av\":5}}", "{\"ticker\":\"BADTYPE\",\"min\":\"none\",\"prevDay\":[1,2]}",
        "{\"ticker\":\"HUGE\",\"min\":{\"av\":1e400,\"v\":-5,\"c\":-1.5,\"t\":99999999999999999999}}", "null", "17",
        "{\"ticker\":\"\\u001b[31mEVIL-TICKER-OF-FORTY-CHARACTERS-OR-MORE\\u0007\",\"lastTrade\":{\"p\":1.5,\"s\":1}}",
        "{}", "{\"ticker\":\"\"}",
    ]

    /// The body with the broken items at the start of its first list of tickers; unchanged if it has none.
    static func added(to body: ByteBuffer) -> ByteBuffer {
        let marker = Array("\"tickers\":[".utf8)
        let bytes = Array(body.readableBytesView.prefix(200))
        guard bytes.count > marker.count,
            let place = (0...(bytes.count - marker.count)).first(where: {
                bytes[$0..<$0 + marker.count].elementsEqual(marker)
            })
        else { return body }
        var rest = body
        var result = rest.readSlice(length: place + marker.count) ?? ByteBuffer()
        let isEmpty = rest.readableBytesView.first == 0x5D
        result.writeString(items.joined(separator: ",") + (isEmpty ? "" : ","))
        result.writeBuffer(&rest)
        return result
    }
}
