import CWslay
import Glibc

/// The frames of one WebSocket, client's side: wslay reads and writes headers and masks, this decides what they mean.
///
/// wslay's frame interface is used, not its event interface: that one answers every ping of a flood, does not see masked
/// frames of a server, and reads until nothing is left. Pure but for the random masks: bytes come in through `inputRoom`
/// and `received`, go out through `output`. Confined to one thread.
final class WebSocketFraming {
    enum Event {
        /// Everything received has been looked at.
        case needsBytes
        /// A whole message lies in `message`; call `messageTaken` when done with it.
        case message(isText: Bool)
        /// The server's close.
        case closed(code: Int?, reason: String)
        /// The server's fault; `closeCode` says so to it. Nothing more may be read.
        case failed(WebSocketEnd, closeCode: UInt16)
    }

    private enum Opcode {
        static let continuation: UInt8 = 0
        static let text: UInt8 = 1
        static let binary: UInt8 = 2
        static let close: UInt8 = 8
        static let ping: UInt8 = 9
        static let pong: UInt8 = 10
    }

    /// Read at once from the socket; one TLS record has at most 16 KiB.
    private static let inputBytes = 64 << 10
    /// Message memory beyond this is given back after each message.
    private static let keptMessageBytes = 1 << 20
    /// With more than this waiting to be sent only the newest ping is answered.
    private static let promptPongBytes = 4 << 10
    /// Fragments without payload would never reach the limit of bytes.
    private static let fragmentsMax = 1 << 16

    private let maxMessageBytes: Int
    private let input = UnsafeMutablePointer<UInt8>.allocate(capacity: inputBytes)
    private var inputHead = 0
    private var inputTail = 0
    private var context: wslay_frame_context_ptr?
    private var random = RandomBytes()

    private var message: BodyBuffer
    /// Nil between messages.
    private var messageOpcode: UInt8?
    private var fragments = 0
    private var control: [UInt8] = []
    /// Payload bytes of the frame under way that are still to come; nil between frames.
    private var missing: UInt64?
    private var waitingPong: [UInt8]?
    private var hasSentClose = false

    /// Bytes to send.
    var output = OutputQueue()
    /// Whole frames so far, of every kind.
    private(set) var frames = 0
    /// Payload of whole messages so far, in bytes.
    private(set) var payloadBytes = 0

    init(maxMessageBytes: Int) {
        self.maxMessageBytes = maxMessageBytes
        message = BodyBuffer(memory: nil, limit: maxMessageBytes)
        var callbacks = wslay_frame_callbacks(
            send_callback: framingSend,
            recv_callback: framingReceive,
            genmask_callback: framingMask
        )
        // The context goes with this object and calls back only inside its methods, so it needs no reference of its own.
        if wslay_frame_context_init(&context, &callbacks, Unmanaged.passUnretained(self).toOpaque()) != 0 {
            context = nil
        }
    }

    deinit {
        if let context { wslay_frame_context_free(context) }
        input.deallocate()
    }

    // MARK: Bytes in

    /// What has been received and not yet looked at; before the upgrade this is the server's answer.
    var pendingInput: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: input + inputHead, count: inputTail - inputHead)
    }

    /// Where to receive to, at most `bytesMax`; to be followed by `received`.
    func inputRoom(bytesMax: Int) -> UnsafeMutableRawBufferPointer {
        if inputHead == inputTail { (inputHead, inputTail) = (0, 0) }
        return UnsafeMutableRawBufferPointer(
            start: input + inputTail,
            count: min(Self.inputBytes - inputTail, max(bytesMax, 1))
        )
    }

    func received(_ count: Int) { inputTail += count }

    /// Leaves out the first bytes of the input: they were no frames.
    func skip(_ count: Int) { inputHead += count }

    fileprivate func copyInput(_ bytes: UnsafeMutablePointer<UInt8>, _ room: Int) -> Int {
        let count = min(room, inputTail - inputHead)
        memcpy(bytes, input + inputHead, count)
        inputHead += count
        return count
    }

    // MARK: Frames in

    /// The next thing to know; goes through at most the input at hand.
    func next() -> Event {
        guard let context else { return Self.fault("no memory for its frames") }
        while true {
            var part = wslay_frame_iocb()
            let count = wslay_frame_recv(context, &part)
            if count == Int(WSLAY_ERR_WANT_READ.rawValue) { return .needsBytes }
            guard count >= 0 else { return Self.fault("a frame header that is not allowed") }
            if missing == nil {
                if let event = begin(part) { return event }
                missing = part.payload_length
            }
            let bytes = UnsafeBufferPointer(start: part.data, count: part.data_length)
            if part.opcode >= Opcode.close {
                control += bytes
            } else if message.append(UnsafeRawBufferPointer(bytes)) != .appended {
                return .failed(.messageTooLarge(limitBytes: maxMessageBytes), closeCode: 1009)
            }
            let left = (missing ?? 0) - UInt64(part.data_length)
            missing = left
            guard left == 0 else { continue }
            missing = nil
            frames += 1
            if let event = finish(part) { return event }
        }
    }

    /// The message `next` has told of, followed by readable zero bytes; nil when there is no memory.
    func messageBytes() -> UnsafeBufferPointer<UInt8>? { message.padded() }

    func messageTaken() {
        payloadBytes += message.count
        message.clear(keeping: Self.keptMessageBytes)
    }

    private static func fault(_ detail: String) -> Event { .failed(.protocolError(detail), closeCode: 1002) }

    /// Judges a frame by its header.
    private func begin(_ part: wslay_frame_iocb) -> Event? {
        guard part.rsv == 0 else { return Self.fault("reserved bits set though no extension was agreed on") }
        guard part.mask == 0 else { return Self.fault("a masked frame from a server") }
        switch part.opcode {
        case Opcode.close, Opcode.ping, Opcode.pong:
            control.removeAll(keepingCapacity: true)
            return nil
        case Opcode.text, Opcode.binary:
            guard messageOpcode == nil else { return Self.fault("a new message inside a fragmented one") }
            messageOpcode = part.opcode
            fragments = 0
        case Opcode.continuation:
            guard messageOpcode != nil else { return Self.fault("a continuation of nothing") }
        default: return Self.fault("unknown opcode \(part.opcode)")
        }
        fragments += 1
        guard fragments <= Self.fragmentsMax else {
            return Self.fault("a message in more than \(Self.fragmentsMax) fragments")
        }
        // Told by the header alone: what is announced is never waited for, let alone allocated.
        guard part.payload_length <= UInt64(maxMessageBytes - message.count) else {
            return .failed(.messageTooLarge(limitBytes: maxMessageBytes), closeCode: 1009)
        }
        return nil
    }

    private func finish(_ part: wslay_frame_iocb) -> Event? {
        switch part.opcode {
        case Opcode.close: return closed()
        case Opcode.ping:
            answerPing()
            return nil
        case Opcode.pong: return nil
        default: break
        }
        guard part.fin != 0, let opcode = messageOpcode else { return nil }
        messageOpcode = nil
        guard opcode == Opcode.text else { return .message(isText: false) }
        guard let bytes = message.padded(), UTF8Check.isValid(bytes) else {
            return .failed(.protocolError("a text that is not UTF-8"), closeCode: 1007)
        }
        return .message(isText: true)
    }

    private func closed() -> Event {
        guard !control.isEmpty else { return .closed(code: nil, reason: "") }
        guard control.count >= 2 else { return Self.fault("a close with half a code") }
        let code = Int(control[0]) << 8 | Int(control[1])
        // 1004–1006 and 1015 are never sent; 3000 upwards belongs to libraries and applications.
        guard [1000...1003, 1007...1014, 3000...4999].contains(where: { $0.contains(code) }) else {
            return Self.fault("a close with the code \(code), which is not allowed")
        }
        let reason = control[2...]
        guard reason.withUnsafeBufferPointer(UTF8Check.isValid) else {
            return .failed(.protocolError("a close whose reason is not UTF-8"), closeCode: 1007)
        }
        return .closed(code: code, reason: ShownText.line(reason, bytesMax: 123))
    }

    // MARK: Frames out

    /// Queues a text; false when it would make the queue larger than `queueMax` bytes.
    func sendText(_ text: String, queueMax: Int) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            // The longest header of a client's frame has 14 bytes.
            guard bytes.count + 14 <= queueMax - output.count else { return false }
            return write(Opcode.text, bytes)
        }
    }

    /// Queues a close, once; `reason` is cut to the 123 bytes that fit.
    func sendClose(code: Int?, reason: String = "") {
        guard !hasSentClose else { return }
        var payload: [UInt8] = []
        if let code {
            payload = [UInt8(truncatingIfNeeded: code >> 8), UInt8(truncatingIfNeeded: code)]
            payload += ShownText.line(reason.utf8, bytesMax: 123).utf8
        }
        _ = payload.withUnsafeBufferPointer { write(Opcode.close, $0) }
        hasSentClose = true
        waitingPong = nil
    }

    /// Queues a ping without payload; false while what is queued already has not gone out.
    func sendPing() -> Bool {
        output.count <= Self.promptPongBytes && write(Opcode.ping, UnsafeBufferPointer(start: nil, count: 0))
    }

    /// Queues the answer to the newest ping, when there was no room for it and there is now.
    func sendWaitingPong() {
        guard let payload = waitingPong, output.count <= Self.promptPongBytes else { return }
        waitingPong = nil
        _ = payload.withUnsafeBufferPointer { write(Opcode.pong, $0) }
    }

    private func answerPing() {
        guard !hasSentClose else { return }
        waitingPong = control
        sendWaitingPong()
    }

    private func write(_ opcode: UInt8, _ payload: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let context, !hasSentClose else { return false }
        var frame = wslay_frame_iocb()
        frame.fin = 1
        frame.opcode = opcode
        frame.mask = 1
        frame.payload_length = UInt64(payload.count)
        frame.data = payload.baseAddress
        frame.data_length = payload.count
        // The queue takes every byte, so a frame is written whole or, when the kernel gives no mask, not at all.
        return wslay_frame_send(context, &frame) == payload.count
    }

    fileprivate func queue(_ bytes: UnsafeBufferPointer<UInt8>) { output.append(bytes) }

    fileprivate func mask(_ bytes: UnsafeMutableBufferPointer<UInt8>) -> Bool {
        guard let fresh = random.next(bytes.count) else { return false }
        _ = bytes.update(fromContentsOf: fresh)
        return true
    }
}

/// Bytes on their way out: appended behind, sent from the front.
struct OutputQueue {
    private static let keptBytes = 64 << 10

    private var bytes: [UInt8] = []
    private var head = 0

    var count: Int { bytes.count - head }

    mutating func append(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

    /// The bytes that are not sent yet.
    func withUnsent<Answer>(_ use: (UnsafeRawBufferPointer) -> Answer) -> Answer {
        bytes.withUnsafeBytes { use(UnsafeRawBufferPointer(rebasing: $0[head...])) }
    }

    /// Forgets the first bytes.
    mutating func sent(_ count: Int) {
        head += count
        if head == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytes)
            head = 0
        } else if head > Self.keptBytes, head > bytes.count / 2 {
            bytes.removeFirst(head)
            head = 0
        }
    }

    mutating func removeAll() { sent(count) }
}

// wslay's callbacks are at file scope: a closure would inherit the isolation of the code it is written in. `context` is
// the framing, which owns wslay's context and so outlives every call.

private nonisolated func framingReceive(
    _ bytes: UnsafeMutablePointer<UInt8>?,
    _ room: Int,
    _ flags: Int32,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context, let bytes else { return -1 }
    return Unmanaged<WebSocketFraming>.fromOpaque(context).takeUnretainedValue().copyInput(bytes, room)
}

private nonisolated func framingSend(
    _ bytes: UnsafePointer<UInt8>?,
    _ count: Int,
    _ flags: Int32,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return -1 }
    let framing = Unmanaged<WebSocketFraming>.fromOpaque(context).takeUnretainedValue()
    framing.queue(UnsafeBufferPointer(start: bytes, count: count))
    return count
}

private nonisolated func framingMask(
    _ bytes: UnsafeMutablePointer<UInt8>?,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return -1 }
    let framing = Unmanaged<WebSocketFraming>.fromOpaque(context).takeUnretainedValue()
    return framing.mask(UnsafeMutableBufferPointer(start: bytes, count: count)) ? 0 : -1
}
