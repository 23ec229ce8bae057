import CCurses
import Glibc
package import TerminalGrid

extension CursesTerminal {
    /// Waits for keys, signals, the wake descriptor or room for output; see `TerminalBackend`.
    ///
    /// ctrl-z and TSTP are dealt with in here: the process stops, and `repaint` follows when it is continued.
    package func waitForEvents(timeoutMilliseconds: Int?) throws -> [TerminalEvent] {
        let deadline = timeoutMilliseconds.map { clock() + max(0, $0) }
        var events: [TerminalEvent] = []
        while events.isEmpty {
            if port.isGone { return [.hangup] }
            let now = clock()
            if let resizeDeadline, resizeDeadline <= now {
                endResize(into: &events)
                continue
            }
            if let escapeDeadline, escapeDeadline <= now {
                endEscape(into: &events)
                continue
            }
            let wait = [deadline, escapeDeadline, resizeDeadline].compactMap { $0 }.min().map { max(0, $0 - now) }
            let ready = waitReady(milliseconds: wait)
            if ready.signals { readSignals(into: &events) }
            if ready.input { readKeys(into: &events) }
            if ready.output, port.flush(), !port.isGone {
                let mayPaint = isFrameWanted && resizeDeadline == nil
                events.append(mayPaint ? .repaint : .drained)
                if mayPaint { isFrameWanted = false }
            }
            if ready.wake {
                drainWake()
                events.append(.wake)
            }
            if port.isGone { events.append(.hangup) }
            if let deadline, clock() >= deadline { break }
        }
        return events
    }

    private struct Ready {
        var signals = false
        var input = false
        var output = false
        var wake = false
    }

    private func waitReady(milliseconds: Int?) -> Ready {
        let terminalEvents = Int16(POLLIN) | (port.hasPending ? Int16(POLLOUT) : 0)
        var descriptors = [
            pollfd(fd: signalPipe.read, events: Int16(POLLIN), revents: 0),
            pollfd(fd: port.descriptor, events: terminalEvents, revents: 0),
            // poll skips negative descriptors.
            pollfd(fd: wakeDescriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        let timeout = milliseconds.map { Int32(clamping: $0) } ?? -1
        guard poll(&descriptors, nfds_t(descriptors.count), timeout) > 0 else { return Ready() }
        let broken = Int16(POLLHUP | POLLERR | POLLNVAL)
        let wake = descriptors[2].revents
        if wake & Int16(POLLIN) == 0, wake & broken != 0 { wakeDescriptor = nil }
        return Ready(
            signals: descriptors[0].revents != 0,
            input: descriptors[1].revents & (Int16(POLLIN) | broken) != 0,
            output: descriptors[1].revents & Int16(POLLOUT) != 0,
            wake: wake & Int16(POLLIN) != 0
        )
    }

    private func readKeys(into events: inout [TerminalEvent]) {
        guard let bytes = port.read(atMost: Self.readBytesMax) else { return }
        var keys: [Key] = []
        decoder.feed(bytes, into: &keys)
        for key in keys { events.append(.key(key)) }
        takeReplies(into: &events)
        escapeDeadline = decoder.isWaiting ? clock() + escapePatience : nil
    }

    private func takeReplies(into events: inout [TerminalEvent]) {
        let wasLight = sync.isBackgroundLight
        for reply in decoder.takeReplies() where sync.take(reply) { armRestore() }
        if sync.isBackgroundLight != wasLight { events.append(.wake) }
    }

    private var escapePatience: Int {
        if decoder.isWithinSequence { return Self.sequenceMilliseconds }
        let isAsking = sync.isAsking && clock() - askedAt < Self.askingMilliseconds
        return isAsking ? Self.askingEscapeMilliseconds : Self.escapeMilliseconds
    }

    /// Waits a little for what the terminal was asked: answered later, it would be typed into the shell.
    ///
    /// Keys that come meanwhile are lost; the owner is leaving.
    func awaitFence() {
        let deadline = Self.monotonicMilliseconds() + Self.fenceMilliseconds
        while sync.isAsking, !port.isGone {
            var wait = pollfd(fd: port.descriptor, events: Int16(POLLIN), revents: 0)
            let left = deadline - Self.monotonicMilliseconds()
            guard left > 0, poll(&wait, 1, Int32(left)) > 0 else { return }
            guard let bytes = port.read(atMost: Self.readBytesMax) else { return }
            var keys: [Key] = []
            decoder.feed(bytes, into: &keys)
            var events: [TerminalEvent] = []
            takeReplies(into: &events)
        }
    }

    private func endResize(into events: inout [TerminalEvent]) {
        resizeDeadline = nil
        if updateSize() {
            events.append(.resize(size))
        } else if isFrameWanted, !port.hasPending {
            events.append(.repaint)
        } else {
            return
        }
        isFrameWanted = false
    }

    private func endEscape(into events: inout [TerminalEvent]) {
        escapeDeadline = nil
        // Input that arrived while the program was busy is not late: the rest of the sequence may be in it.
        if waitReady(milliseconds: 0).input {
            readKeys(into: &events)
            return
        }
        var keys: [Key] = []
        decoder.timeOut(into: &keys)
        for key in keys { events.append(.key(key)) }
    }

    private func readSignals(into events: inout [TerminalEvent]) {
        var wasAway = false
        var wasSized = false
        var numbers = [UInt8](repeating: 0, count: 64)
        // Read to the end: the CONT that ends a suspension arrives while the TSTP before it is dealt with.
        while case let count = read(signalPipe.read, &numbers, numbers.count), count > 0 {
            for number in numbers.prefix(count) {
                switch Int32(number) {
                case SIGWINCH: wasSized = true
                case SIGTSTP:
                    suspend()
                    wasAway = true
                case SIGCONT:
                    if !wasAway { retake() }
                    wasAway = true
                case SIGHUP: port.markGone()
                default:
                    ccurses_signals_answered()
                    events.append(.terminate(Int32(number)))
                }
            }
        }
        if wasAway {
            resizeDeadline = nil
            if updateSize() { events.append(.resize(size)) }
            events.append(.repaint)
        } else if wasSized {
            // A window that is drawn larger by hand sends a hundred sizes in a second: one frame, for the last of them.
            let now = clock()
            if resizeDeadline == nil { resizeStart = now }
            resizeDeadline = min(now + Self.resizeMilliseconds.calm, resizeStart + Self.resizeMilliseconds.most)
        }
    }

    private func drainWake() {
        guard let wakeDescriptor else { return }
        var bytes = [UInt8](repeating: 0, count: 512)
        _ = read(wakeDescriptor, &bytes, bytes.count)
    }

    /// The monotonic clock in milliseconds.
    static func monotonicMilliseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int(time.tv_sec) * 1000 + time.tv_nsec / 1_000_000
    }
}
