import Glibc
import MarketTime
import NIOCore
import NIOHTTP1

extension MarketResponse {
    /// The answer with only the first bytes of its body.
    fileprivate func cut(afterBytes bytes: Int) -> Self {
        var response = self
        let length = min(max(0, bytes), body.readableBytes)
        response.body = body.getSlice(at: body.readerIndex, length: length) ?? ByteBuffer()
        return response
    }
}

extension ConnectionHandler {
    /// A body sent piece by piece.
    struct Drip {
        /// What is left of a given body.
        var rest: ByteBuffer
        /// Bytes of filler left, for a body too large to hold.
        var fillerBytes: Int
        var keepAlive: Bool
    }

    func spoil(
        _ fault: FaultKind,
        _ request: MarketRequest,
        _ head: HTTPRequestHead,
        at now: Instant,
        context: ChannelHandlerContext
    ) {
        func withAnswer(
            _ body: @escaping (ConnectionHandler, ChannelHandlerContext, MarketResponse) -> Void
        ) {
            self.withAnswer(to: request, head, at: now, context: context, body)
        }
        switch fault {
        case .status(let status, let retryAfter):
            var response = state.service.failure(status: status, for: request)
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
            withAnswer { $0.truncate($2, afterBytes: bytes, at: now, context: $1) }
        case .cut(let bytes):
            withAnswer { $0.send($2.cut(afterBytes: bytes), at: now, head, $1) }
        case .slowDrip(let bytes, let milliseconds):
            withAnswer { handler, context, response in
                let length = response.body.readableBytes
                handler.writeHead(response.status, handler.headers(response, at: now, length: length), context)
                context.flush()
                handler.drip = Drip(rest: response.body, fillerBytes: 0, keepAlive: head.isKeepAlive)
                let delay = TimeAmount.milliseconds(Int64(max(1, milliseconds)))
                handler.dripOn(max(1, bytes), every: delay, context: context)
            }
        case .hang: break
        case .reset: reset(context: context)
        case .hugeBody(let bytes):
            let response = MarketResponse(body: ByteBuffer())
            writeHead(200, headers(response, at: now, length: nil), context)
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
        case .spoiledBars(let troubles):
            send(state.service.respond(to: request, at: now, troubles: troubles), at: now, head, context)
        case .spoiledRows(let troubles):
            send(state.service.respond(to: request, at: now, rowTroubles: troubles), at: now, head, context)
        case .malformedElements:
            withAnswer { handler, context, response in
                var response = response
                response.body = MalformedElements.added(to: response.body, path: request.rawPath)
                handler.send(response, at: now, head, context)
            }
        }
    }

    private func truncate(_ response: MarketResponse, afterBytes: Int, at now: Instant, context: ChannelHandlerContext)
    {
        let length = response.body.readableBytes
        var body = response.body
        let piece = body.readSlice(length: min(max(0, afterBytes), length)) ?? ByteBuffer()
        writeHead(response.status, headers(response, at: now, length: length), context)
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
    func pumpHugeBody(context: ChannelHandlerContext) {
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
