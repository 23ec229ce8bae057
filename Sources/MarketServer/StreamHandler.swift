import MarketTime
import NIOCore
import NIOWebSocket
import Simulator

/// One WebSocket: reads frames, lets the session answer, writes what the hub pumps.
///
/// Lives on its event loop.
final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// How the closing handshake stands.
    enum Closing: Equatable {
        case no
        /// A close frame was sent; the client has until then to answer it.
        case sent(deadlineNs: Int64)
        /// Nothing more is written.
        case done
    }

    /// Real time a client has to answer a close frame.
    private static let closeNs: Int64 = 5_000_000_000
    /// What a stalled connection may hold back, compared with what a slow client may leave unread.
    private static let heldBacklogs = 4

    /// Number since the server's start.
    let id: Int
    let gate: WireGate
    let hub: StreamHub
    var session: StreamSession
    var context: ChannelHandlerContext?
    var closing = Closing.no
    /// The troubles of this connection, since `originNs`, counted from when it had sent `originEvents`.
    var troubles: StreamTroubles
    var originNs: Int64
    var originEvents = 0
    var spoilage = StreamSpoilage()
    /// A frame is on the wire that never ends.
    var jam: StreamFault?
    /// Frames that wait for a trouble to end.
    var heldFrames: [ByteBuffer] = []
    var pingsDue = 0.0
    var burstDue = 0.0
    var framesSent = 0

    private(set) var eventsSent = 0
    private(set) var bytesSent = 0
    /// Bytes handed over that the system has not taken yet.
    private(set) var backlogBytes = 0
    private(set) var totals: [StreamTotal]
    /// Of those, what a trouble has put there.
    private var forgivenBytes = 0
    private var message: [UInt8] = []
    private var isInMessage = false
    private var unansweredPings = 0
    private var nextPingNs: Int64
    private let loginDeadlineNs: Int64

    init(id: Int, session: StreamSession, troubles: StreamTroubles, gate: WireGate, hub: StreamHub) {
        self.id = id
        self.session = session
        self.troubles = troubles
        self.gate = gate
        self.hub = hub
        totals = Array(repeating: StreamTotal(), count: session.interest.tickerCount)
        originNs = hub.realNs
        nextPingNs = originNs + Int64(hub.options.pingMs) * 1_000_000
        loginDeadlineNs = originNs + Int64(hub.options.loginMs) * 1_000_000
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        hub.opened(self)
        perform(session.opening())
        gate.release()
        strike(at: hub.realNs)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        hub.closed(self)
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        hub.closed(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What the frame decoder finds wrong is answered by its own handler before it comes here.
        if !(error is NIOWebSocketError) { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        unansweredPings = 0
        guard frame.maskKey != nil, frame.reservedBits.isEmpty else {
            close(code: 1002, reason: "client frames are masked and use no extension")
            return
        }
        switch frame.opcode {
        case .ping: pong(frame.unmaskedData)
        case .connectionClose: answerClose(frame.unmaskedData)
        case .text, .continuation: read(frame)
        default: break
        }
    }

    /// Collects a message; a binary one, or a stray continuation, is ignored.
    private func read(_ frame: WebSocketFrame) {
        guard closing == .no else { return }
        if frame.opcode == .text {
            message.removeAll(keepingCapacity: true)
            isInMessage = true
        }
        guard isInMessage else { return }
        message += Array(frame.unmaskedData.readableBytesView)
        guard message.count <= hub.options.messageBytesMax else {
            close(code: 1009, reason: "message too big")
            return
        }
        guard frame.fin else { return }
        isInMessage = false
        guard String(validating: message, as: UTF8.self) != nil else {
            close(code: 1007, reason: "text is UTF-8")
            return
        }
        perform(session.receive(message))
    }

    /// Does what the session says.
    func perform(_ steps: [StreamSession.Step]) {
        for step in steps {
            switch step {
            case .send(let text): send(.text, ByteBuffer(string: text))
            case .changed: hub.wishesChanged()
            case .loggedIn: hub.loggedIn(self)
            case .drop: drop()
            }
        }
        context?.flush()
    }

    /// Pings, notices deadlines and a client that does not read; once a tick.
    func look(at realNs: Int64) {
        strike(at: realNs)
        if case .sent(let deadline) = closing, realNs >= deadline, !spoilage.ignoresClose { cut() }
        guard closing == .no else { return }
        if session.phase == .awaitingLogin, !session.spoils.ignoresLogin, realNs >= loginDeadlineNs {
            perform(session.loginTimedOut())
            return
        }
        if backlogBytes == 0 { forgivenBytes = 0 }
        guard !isTooSlow else {
            reset()
            return
        }
        guard realNs >= nextPingNs, !gate.isHolding, jam != .endlessFrame else { return }
        nextPingNs = realNs + Int64(hub.options.pingMs) * 1_000_000
        guard unansweredPings < hub.options.unansweredPingsMax else {
            reset()
            return
        }
        unansweredPings += 1
        ping()
        context?.flush()
    }

    /// Whether the client has left more unread than it may.
    private var isTooSlow: Bool {
        let isHeld = spoilage.stalls || spoilage.isHalfOpen || spoilage.holdsEvents
        return backlogBytes - forgivenBytes > hub.options.backlogBytesMax * (isHeld ? Self.heldBacklogs : 1)
    }

    /// Sends the events of a page that this client has subscribed.
    func deliver(_ page: StreamPage, _ frames: StreamFrames) {
        guard session.phase == .live, closing == .no, jam == nil else { return }
        guard !isTooSlow else {
            reset()
            return
        }
        let made = frames.make(page, wishes: session.interest, spoilage: spoilage) { entry in
            totals[Int(entry.ticker)].add(entry.topic, sizeMicro: entry.sizeMicro)
            eventsSent += 1
        }
        guard !made.isEmpty else { return }
        for frame in made { sendEvents(frame) }
        context?.flush()
    }

    /// Writes one frame and counts its bytes until the system has taken them.
    func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer, fin: Bool = true) {
        guard let context, context.channel.isActive, closing != .done else { return }
        let bytes = data.readableBytes
        backlogBytes += bytes
        bytesSent += bytes
        framesSent += 1
        context.write(wrapOutboundOut(WebSocketFrame(fin: fin, opcode: opcode, data: data)))
            .assumeIsolated()
            .whenComplete { [weak self] _ in self?.backlogBytes -= bytes }
    }

    /// Leaves bytes out of what a slow client is cut for.
    func forgive(_ bytes: Int) { forgivenBytes += bytes }

    func ping() { send(.ping, ByteBuffer(string: "p\(framesSent)")) }

    private func pong(_ data: ByteBuffer) {
        guard closing == .no, jam != .endlessFrame else { return }
        send(.pong, data)
        context?.flush()
    }

    /// Starts the closing handshake.
    func close(code: Int, reason: String) {
        guard closing == .no else { return }
        session.end()
        hub.wishesChanged()
        var data = ByteBuffer()
        data.writeInteger(UInt16(clamping: code))
        data.writeString(String(decoding: Array(reason.utf8).prefix(120), as: UTF8.self))
        send(.connectionClose, data)
        context?.flush()
        closing = .sent(deadlineNs: hub.realNs + Self.closeNs)
    }

    private func answerClose(_ data: ByteBuffer) {
        if case .sent = closing {
            cut()
            return
        }
        guard closing == .no else { return }
        session.end()
        guard !spoilage.ignoresClose, jam == nil else { return }
        // The code comes back, as far as there is one; its text does not.
        let code = data.getSlice(at: data.readerIndex, length: min(2, data.readableBytes)) ?? ByteBuffer()
        send(.connectionClose, code)
        drop()
    }

    /// Ends the TCP connection once everything written has gone out.
    func drop() {
        guard closing != .done else { return }
        session.end()
        gate.whenWritten { [weak self] in self?.cut() }
        closing = .done
    }

    /// Ends the TCP connection at once.
    func cut() {
        closing = .done
        session.end()
        context?.close(promise: nil)
    }
}
