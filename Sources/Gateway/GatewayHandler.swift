import EngineAPI
import NIOCore
import NIOHTTP1

/// One connection: reads a request, asks the engine, writes the answer, and again.
///
/// Lives on its event loop. A single deadline goes with the connection: for the request to arrive, for the engine to answer,
/// for the answer to be fetched; so neither silence nor a trickle holds it.
final class GatewayHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let engine: any EngineClient
    private let bodies: GatewayBodies
    private let limits: GatewayLimits
    private let connections: GatewayConnections
    private let door: GatewayDoor
    private var isCounted = false
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var deadline: Scheduled<Void>?
    /// Grows with every deadline: what ends a phase leaves the deadline of a later one alone.
    private var phase = 0
    /// Grows with every request: an engine's answer that comes too late belongs to none.
    private var number = 0
    private var awaited: Int?

    init(
        _ engine: any EngineClient,
        _ bodies: GatewayBodies,
        _ limits: GatewayLimits,
        connections: GatewayConnections,
        door: GatewayDoor
    ) {
        self.engine = engine
        self.bodies = bodies
        self.limits = limits
        self.connections = connections
        self.door = door
    }

    func handlerAdded(context: ChannelHandlerContext) {
        guard connections.count < limits.connectionsMax else {
            context.close(promise: nil)
            return
        }
        connections.count += 1
        isCounted = true
        closeUnlessDone(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func leave() {
        if isCounted { connections.count -= 1 }
        isCounted = false
        deadline?.cancel()
        deadline = nil
        awaited = nil
        body = []
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
            isTooLarge = false
        case .body(let bytes):
            // What comes after the limit is read and forgotten, so that the refusal can be read; the deadline ends it.
            if body.count + bytes.readableBytes > limits.bodyBytesMax {
                isTooLarge = true
                body = []
            }
            if !isTooLarge { body += bytes.readableBytesView }
        case .end:
            guard let head else { return }
            self.head = nil
            deadline?.cancel()
            answer(head, context)
            body = []
        }
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard !isTooLarge else {
            send(413, bodies.refusal("The body has more than \(limits.bodyBytesMax) bytes."), head, context)
            return
        }
        let path = head.uri.prefix { $0 != "?" }
        let methods: [Substring: HTTPMethod] = ["/v1/status": .GET, "/v1/lists": .GET, "/v1/scan": .POST]
        guard let method = methods[path] else {
            let words = "There is GET /v1/status, GET /v1/lists and POST /v1/scan, nothing else."
            send(404, bodies.refusal(words), head, context)
            return
        }
        guard head.method == method else {
            let words = "\(path) takes \(method.rawValue) only."
            send(405, bodies.refusal(words), head, context, allow: method)
            return
        }
        if method == .POST {
            scan(head, context)
        } else if let status = engine.latest()?.status {
            send(200, path == "/v1/lists" ? bodies.lists(status) : bodies.status(status), head, context)
        } else {
            send(503, bodies.refusal("The engine has nothing to show yet; ask again in a moment."), head, context)
        }
    }

    private func scan(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        do throws(GatewayRefusal) {
            let (columns, query) = try GatewayScanRequest(body: body).query(rowsMax: limits.rowsMax)
            number += 1
            awaited = number
            setDeadline(context) { handler, context in
                guard handler.awaited != nil else { return }
                handler.awaited = nil
                let words = "The engine did not answer in time; it may be busy. Ask again."
                handler.send(503, handler.bodies.refusal(words), head, context)
            }
            let bound = NIOLoopBound((self, context, number), eventLoop: context.eventLoop)
            let (loop, bodies, door) = (context.eventLoop, bodies, door)
            engine.ask(query) { answer in
                // Encoding takes time that the engine's thread does not have.
                door.execute(on: loop) {
                    let (handler, context, number) = bound.value
                    guard handler.awaited == number else { return }
                    handler.awaited = nil
                    guard let answer else {
                        let words = "The engine takes no more questions at the moment; ask again."
                        handler.send(503, bodies.refusal(words), head, context)
                        return
                    }
                    handler.send(200, bodies.scan(answer, columns: columns), head, context)
                }
            }
        } catch {
            send(error.status, bodies.refusal(error.description), head, context)
        }
    }

    // MARK: Answers

    private func send(
        _ status: Int,
        _ bytes: [UInt8],
        _ request: HTTPRequestHead,
        _ context: ChannelHandlerContext,
        allow: HTTPMethod? = nil
    ) {
        guard context.channel.isActive else { return }
        let keepsAlive = request.isKeepAlive && status != 413
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "Content-Length": String(bytes.count), "Cache-Control": "no-store",
        ]
        if let allow { headers.add(name: "Allow", value: allow.rawValue) }
        if !keepsAlive { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        closeUnlessDone(context)
        let bound = NIOLoopBound((self, context, phase), eventLoop: context.eventLoop)
        written.futureResult.whenComplete { result in
            let (handler, context, phase) = bound.value
            guard case .success = result, keepsAlive else {
                context.close(promise: nil)
                return
            }
            if handler.isCounted, handler.phase == phase { handler.closeUnlessDone(context) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }

    /// Closes the connection when what is due takes longer than it may.
    private func closeUnlessDone(_ context: ChannelHandlerContext) {
        setDeadline(context) { _, context in context.close(promise: nil) }
    }

    private func setDeadline(
        _ context: ChannelHandlerContext,
        _ action: @escaping (GatewayHandler, ChannelHandlerContext) -> Void
    ) {
        let bound = NIOLoopBound((self, context, action), eventLoop: context.eventLoop)
        phase += 1
        deadline?.cancel()
        deadline = context.eventLoop.scheduleTask(in: .milliseconds(Int64(limits.timeoutMs))) {
            let (handler, context, action) = bound.value
            action(handler, context)
        }
    }
}
