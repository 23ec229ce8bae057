import NIOCore

/// The last handler before the socket: holds bytes back, swallows what comes, lets raw bytes through.
///
/// Lives on its event loop. What is held keeps its promises open, so the writer's count of unsent bytes grows with it.
final class WireGate: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var held: [(data: NIOAny, promise: EventLoopPromise<Void>?)] = []
    private(set) var isHolding = false
    private var acceptsAtOnce = false
    /// Whether bytes from the client are dropped.
    var isDeaf = false
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        giveUp()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        giveUp()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isDeaf { context.fireChannelRead(data) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard isHolding else {
            context.write(data, promise: promise)
            return
        }
        held.append((data, acceptsAtOnce ? nil : promise))
        if acceptsAtOnce { promise?.succeed() }
    }

    func flush(context: ChannelHandlerContext) {
        if !isHolding { context.flush() }
    }

    /// Holds back everything that is written from now on.
    func hold() { isHolding = true }

    /// The same for an upgrade's answer, on whose promise the upgrade waits: it is told at once that it has been sent.
    func holdAnswer() {
        isHolding = true
        acceptsAtOnce = true
    }

    /// Sends what was held back, and everything from now on.
    func release() {
        guard isHolding, let context else { return }
        isHolding = false
        acceptsAtOnce = false
        let waiting = held
        held = []
        for (data, promise) in waiting { context.write(data, promise: promise) }
        context.flush()
    }

    /// Sends bytes as they are, past everything that is held back.
    func send(_ bytes: ByteBuffer) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    /// Calls `body` when everything written so far has gone out, or cannot any more.
    func whenWritten(_ body: @escaping () -> Void) {
        guard let context, !isHolding else {
            body()
            return
        }
        // Writes end in their order, those of no bytes too.
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in body() }
    }

    private func giveUp() {
        let waiting = held
        held = []
        isHolding = false
        for (_, promise) in waiting { promise?.fail(ChannelError.ioOnClosedChannel) }
    }
}
