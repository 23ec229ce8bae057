package import MarketTime

/// One WebSocket, client's side: connects, upgrades, delivers messages, closes; never blocks longer than it is told to.
///
/// Confined to the thread that made it: the owner calls `step` again and again, from one place. It holds one socket until
/// it has ended; forgetting it cuts the connection. It neither reconnects nor watches for silence: see `lastFrameAt`.
package final class WebSocketConnection {
    /// How far it is.
    package enum State: Hashable, Sendable {
        /// Looking up the name, connecting, agreeing with the proxy and on TLS.
        case connecting
        /// The upgrade has been asked for.
        case upgrading
        /// Messages go both ways.
        case open
        /// One side has begun to close; nothing is delivered any more and nothing can be sent.
        case closing
        /// Over, for this reason; it holds no socket any more.
        case ended(WebSocketEnd)
    }

    /// A message costs at least this much of a step's budget: many tiny ones take time too.
    private static let messageCost = 256

    /// How far it is; changed by `step`, `close` and `drop` only.
    package private(set) var state: State = .connecting
    /// When the last whole frame came, also a ping or a pong, by `MonotonicTime`; nil before the first.
    ///
    /// A single frame that never ends does not count.
    package private(set) var lastFrameAt: Instant?
    /// Payload of all whole messages so far, in bytes.
    package var payloadBytes: Int { framing.payloadBytes }

    private let request: WebSocketRequest
    private let framing: WebSocketFraming
    private var upgrade: WebSocketUpgrade?
    /// The upgrade's request, sent as soon as there is a connection.
    private var opening: [UInt8] = []
    private var link: WebSocketLink?
    /// When the upgrade or the close is given up.
    private var deadline: Instant?
    /// The server's close; only our answer to it remains to be sent.
    private var closedByServer: WebSocketEnd?
    /// There may be input that no poll of the socket shows: in our buffer, or in TLS.
    private var mayHaveInput = false
    /// Why nothing can be sent any more; what the server said before is still read.
    private var sendFault: String?

    /// Begins to connect; an unusable address has ended already.
    package init(_ request: WebSocketRequest) {
        self.request = request
        framing = WebSocketFraming(maxMessageBytes: request.limits.maxMessageBytes)
        var random = RandomBytes()
        do throws(NetworkError) {
            let address = try WebSocketAddress(request)
            guard let nonce = random.next(16) else {
                throw .library(code: 0, url: RedactedURL.describe(request.url), detail: "no random numbers")
            }
            let upgrade = WebSocketUpgrade(nonce: nonce)
            opening = Array(upgrade.request(address, userAgent: request.userAgent).utf8)
            self.upgrade = upgrade
            link = try WebSocketLink(request, address)
        } catch {
            state = .ended(.failed(error))
        }
    }

    /// Waits at most `waitMs` for something to do, does it, and returns the state it is in then.
    ///
    /// Returns at once when `wake` is raised (it is not lowered here), when input is left over from the last step, and when
    /// it has ended. `onMessage` gets each whole message; its bytes are valid during the call only and are followed by at
    /// least 64 readable zero bytes; a text has been checked to be UTF-8. It may call `send`, `close` and `drop`.
    @discardableResult
    package func step(
        waitMs: Int,
        wake: WakeDescriptor?,
        onMessage: (_ bytes: UnsafeBufferPointer<UInt8>, _ isText: Bool) -> Void
    ) -> State {
        guard let link else { return state }
        let wait = min(max(0, waitMs), remainingMs)
        switch state {
        case .connecting:
            connect(link, wait, wake)
        case .upgrading:
            waitForLink(link, wait, wake)
            flush(link)
            readUpgrade(link)
            giveUpWhenLate()
        case .open, .closing:
            // What was queued since the last step goes out before the wait, not after it.
            flush(link)
            waitForLink(link, wait, wake)
            if framing.output.count > 0 { flush(link) }
            if closedByServer == nil { read(link, onMessage) }
            flush(link)
            finishClosing()
            giveUpWhenLate()
        case .ended: break
        }
        return state
    }

    /// Queues a text message; the next step sends it.
    ///
    /// False when it is not open, or when more than `maxQueuedBytes` would wait to be sent.
    package func send(_ text: String) -> Bool {
        state == .open && framing.sendText(text, queueMax: request.limits.maxQueuedBytes)
    }

    /// Queues a ping: its answer is a frame, and shows in ``lastFrameAt`` that the other side lives.
    ///
    /// False when it is not open, or when what is queued already does not go out.
    package func ping() -> Bool { state == .open && framing.sendPing() }

    /// Begins to close; further steps end it, at the latest after `closeTimeoutMs`.
    ///
    /// Messages that come after this are dropped. Before the connection is open there is nobody to say it to: then it ends
    /// at once. `code` is one a client may send (1000, 1001, 1002, 1003, 1007–1011, 3000–4999); of `reason` up to 123 bytes
    /// are sent.
    package func close(code: UInt16 = 1000, reason: String = "") {
        let isSendable = [1000...1003, 1007...1011, 3000...4999].contains { $0.contains(code) }
        precondition(isSendable, "Invariant: \(code) is a code that may be sent")
        switch state {
        case .connecting, .upgrading: end(.dropped)
        case .open:
            framing.sendClose(code: Int(code), reason: reason)
            beginClosing()
        case .closing, .ended: break
        }
    }

    /// Cuts the connection at once.
    package func drop() {
        if link != nil { end(.dropped) }
    }

    // MARK: Connecting

    private func connect(_ link: WebSocketLink, _ wait: Int, _ wake: WakeDescriptor?) {
        var progress = link.connect()
        if case .connecting = progress {
            link.waitWhileConnecting(milliseconds: wait, wake: wake)
            progress = link.connect()
        }
        switch progress {
        case .connecting: break
        case .failed(let error): end(.failed(error))
        case .connected:
            state = .upgrading
            deadline = MonotonicTime.now().adding(milliseconds: Int64(request.limits.upgradeTimeoutMs))
            framing.output.append(opening)
            opening = []
            flush(link)
        }
    }

    private func readUpgrade(_ link: WebSocketLink) {
        // The header's limit ends this: at most so many bytes are taken before there is an answer.
        while state == .upgrading {
            switch link.receive(framing.inputRoom(bytesMax: WebSocketUpgrade.headerBytesMax)) {
            case .nothing:
                if let sendFault { end(.lost(sendFault)) }
                return
            case .ended: end(.lost("it hung up before it answered the upgrade"))
            case .broken(let detail): end(.lost(detail))
            case .bytes(let count):
                framing.received(count)
                judgeUpgrade()
            }
        }
    }

    private func judgeUpgrade() {
        guard let answer = upgrade?.read(framing.pendingInput) else { return }
        switch answer {
        case .incomplete: break
        case .refused(let reason): end(reason)
        case .accepted(let headerBytes):
            // Frames may come in the same segment as the answer; no poll would show them.
            framing.skip(headerBytes)
            mayHaveInput = true
            upgrade = nil
            deadline = nil
            state = .open
        }
    }

    // MARK: Messages

    private func read(
        _ link: WebSocketLink,
        _ onMessage: (_ bytes: UnsafeBufferPointer<UInt8>, _ isText: Bool) -> Void
    ) {
        var budget = request.limits.readBudgetBytes
        mayHaveInput = true
        while budget > 0, self.link != nil, closedByServer == nil {
            let framesBefore = framing.frames
            let event = framing.next()
            if framing.frames != framesBefore { lastFrameAt = MonotonicTime.now() }
            switch event {
            case .needsBytes:
                switch link.receive(framing.inputRoom(bytesMax: budget)) {
                case .bytes(let count):
                    framing.received(count)
                    budget -= count
                case .nothing:
                    mayHaveInput = false
                    if let sendFault { lose(sendFault) }
                    return
                case .ended: lose("the server hung up without a close")
                case .broken(let detail): lose(detail)
                }
            case .message(let isText):
                budget -= Self.messageCost
                // No memory for the padding is no memory for anything.
                if state == .open, let bytes = framing.messageBytes() { onMessage(bytes, isText) }
                framing.messageTaken()
            case .closed(let code, let reason):
                framing.sendClose(code: code)
                if state == .open { beginClosing() }
                closedByServer = .closed(code: code, reason: reason)
            case .failed(let reason, let closeCode):
                framing.sendClose(code: Int(closeCode))
                flush(link)
                end(reason)
            }
        }
    }

    // MARK: Closing

    private func beginClosing() {
        state = .closing
        deadline = MonotonicTime.now().adding(milliseconds: Int64(request.limits.closeTimeoutMs))
    }

    private func finishClosing() {
        guard let closedByServer, link != nil else { return }
        if framing.output.count == 0 || sendFault != nil { end(closedByServer) }
    }

    private func giveUpWhenLate() {
        guard let deadline, link != nil, MonotonicTime.now() >= deadline else { return }
        if state == .upgrading {
            let url = RedactedURL.describe(request.url)
            end(.failed(.timedOut(.waitingForAnswer, url: url, afterMs: request.limits.upgradeTimeoutMs)))
        } else {
            end(closedByServer ?? .closeTimedOut)
        }
    }

    /// The connection is gone; to somebody who wanted that, it is no loss.
    private func lose(_ detail: String) {
        end(state == .closing ? .closed(code: nil, reason: "") : .lost(detail))
    }

    private func end(_ reason: WebSocketEnd) {
        state = .ended(reason)
        deadline = nil
        link?.cut()
        link = nil
    }

    // MARK: The link

    /// Until the upgrade or the close is given up.
    private var remainingMs: Int {
        guard let deadline else { return .max }
        let left = deadline.nanoseconds(since: MonotonicTime.now())
        return Int(max(0, (left + 999_999) / 1_000_000))
    }

    private func waitForLink(_ link: WebSocketLink, _ wait: Int, _ wake: WakeDescriptor?) {
        guard self.link != nil, !mayHaveInput else { return }
        let isSending = framing.output.count > 0
        // After the server's close its bytes are not read any more, so they must not end the wait either.
        let purpose: WebSocketLink.Purpose = closedByServer != nil ? .room : isSending ? .both : .input
        link.wait(for: purpose, milliseconds: wait, wake: wake)
    }

    private func flush(_ link: WebSocketLink) {
        guard self.link != nil else { return }
        guard sendFault == nil else {
            framing.output.removeAll()
            return
        }
        framing.sendWaitingPong()
        while framing.output.count > 0 {
            switch framing.output.withUnsent(link.send) {
            case .nothing: return
            case .bytes(let count):
                framing.output.sent(count)
                framing.sendWaitingPong()
            case .broken(let detail):
                sendFault = detail
                framing.output.removeAll()
            }
        }
    }
}
