import Glibc
import NIOCore
import NIOWebSocket
import Simulator

extension StreamHandler {
    /// Starts, keeps up and ends the troubles of this moment.
    func strike(at realNs: Int64) {
        let elapsed = Int((realNs - originNs) / 1_000_000)
        let isLive = session.phase == .live
        let instants = troubles.advance(elapsedMs: elapsed, events: eventsSent - originEvents, isLive: isLive)
        let now = StreamSpoilage(troubles.lasting)
        if now != spoilage { change(to: now) }
        for fault in instants { strike(fault) }
        keepUp()
    }

    /// A plan has been set while the connection was open.
    func take(_ troubles: StreamTroubles, at realNs: Int64) {
        self.troubles = troubles
        originNs = realNs
        originEvents = eventsSent
        strike(at: realNs)
    }

    /// A trouble that happens at once.
    func strike(_ fault: StreamFault) {
        switch fault {
        case .reset, .refuse: reset()
        case .drop: drop()
        case .close(1006, _): drop()
        case .close(let code, let reason): close(code: code, reason: reason)
        case .maxConnections: endForTooMany()
        case .huge(let bytes): sendHuge(bytes)
        case .endlessFrame: beginEndlessFrame()
        case .endlessMessage:
            send(.text, ByteBuffer(string: "[{\"ev\":\"status\",\"status\":\"endless\",\"message\":\""), fin: false)
            context?.flush()
            jam = .endlessMessage
        default: break
        }
    }

    /// What the account hears when it has too many connections.
    func endForTooMany() {
        send(.text, ByteBuffer(string: StreamNotice.frame([.maxConnections])))
        close(code: 1008, reason: "max_connections")
    }

    /// Ends the connection with a TCP reset.
    func reset() {
        guard let context, context.channel.isActive else { return }
        closing = .done
        session.end()
        hub.wishesChanged()
        guard let socket = context.channel as? any SocketOptionProvider else {
            context.close(promise: nil)
            return
        }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { [weak self] _ in
            self?.context?.close(promise: nil)
        }
    }

    /// Sends a frame of events as the troubles of the moment want it.
    func sendEvents(_ frame: ByteBuffer) {
        if spoilage.holdsEvents {
            heldFrames.append(frame)
            if heldFrames.count > Self.heldFramesMax { reset() }
            return
        }
        if spoilage.addsBinary { send(.binary, ByteBuffer(bytes: SpoiledEvents.binary)) }
        if spoilage.addsInvalidUTF8 { send(.text, ByteBuffer(bytes: SpoiledEvents.invalidUTF8)) }
        sendWhole(frame)
        if spoilage.duplicates, framesSent & 1 == 0 { sendWhole(frame) }
    }

    private static let heldFramesMax = 20_000

    private func sendWhole(_ frame: ByteBuffer) {
        guard let size = spoilage.fragmentBytes, frame.readableBytes > size else {
            send(.text, frame)
            return
        }
        var rest = frame
        var opcode = WebSocketOpcode.text
        while let piece = rest.readSlice(length: min(size, rest.readableBytes)), piece.readableBytes > 0 {
            send(opcode, piece, fin: rest.readableBytes == 0)
            if opcode == .text { ping() }
            opcode = .continuation
        }
    }

    private func change(to new: StreamSpoilage) {
        let old = spoilage
        spoilage = new
        if new.denied != old.denied { session.spoils.denied = new.denied }
        if new.isHalfOpen != old.isHalfOpen {
            gate.isDeaf = new.isHalfOpen
            // The channel is this handler's own; an option that cannot be set leaves it reading into the deaf gate.
            try? context?.channel.syncOptions?.setOption(ChannelOptions.autoRead, value: !new.isHalfOpen)
        }
        let mute = new.stalls || new.isHalfOpen
        if mute != (old.stalls || old.isHalfOpen) {
            if mute { gate.hold() } else { gate.release() }
        }
        if !new.holdsEvents, !heldFrames.isEmpty {
            let waiting = heldFrames
            heldFrames = []
            for frame in waiting { sendEvents(frame) }
            context?.flush()
        }
    }

    /// Troubles that do something every tick.
    private func keepUp() {
        if spoilage.pingsPerSecond > 0, closing == .no {
            pingsDue += Double(spoilage.pingsPerSecond) * hub.tickSeconds
            while pingsDue >= 1 {
                pingsDue -= 1
                ping()
            }
            context?.flush()
        }
        switch jam {
        case .endlessFrame: gate.send(ByteBuffer(repeating: 0x20, count: 512))
        case .endlessMessage:
            send(.continuation, ByteBuffer(repeating: 0x20, count: 512), fin: false)
            context?.flush()
        default: break
        }
    }

    private func sendHuge(_ bytes: Int) {
        let head = "[{\"ev\":\"status\",\"status\":\"huge\",\"message\":\""
        let tail = "\"}]"
        var data = ByteBufferAllocator().buffer(capacity: bytes)
        data.writeString(head)
        data.writeRepeatingByte(0x78, count: max(0, bytes - head.utf8.count - tail.utf8.count))
        data.writeString(tail)
        send(.text, data)
        context?.flush()
        // What was asked for is no fault of the reader's.
        forgive(data.readableBytes)
    }

    private func beginEndlessFrame() {
        var head = ByteBuffer(bytes: [0x81, 127])
        head.writeInteger(UInt64(1) << 40)
        head.writeString("[{\"ev\":\"status\",\"status\":\"endless\",\"message\":\"")
        context?.flush()
        gate.send(head)
        jam = .endlessFrame
    }
}
