import CCurses
import Glibc
package import TerminalGrid

extension CursesTerminal {
    /// Waits for keys, signals, the wake descriptor or room for output; see `TerminalBackend`.
    ///
    /// ctrl-z and TSTP are dealt with in here: the process stops, and `repaint` follows when it is continued.
    package func waitForEvents(timeoutMilliseconds: Int?) throws -> [TerminalEvent] {
        let deadline = timeoutMilliseconds.map { Self.now + max(0, $0) }
        var events: [TerminalEvent] = []
        while events.isEmpty {
            if port.isGone { return [.hangup] }
            let now = Self.now
            if let escapeDeadline, escapeDeadline <= now {
                endEscape(into: &events)
                continue
            }
            let wait = [deadline, escapeDeadline].compactMap { $0 }.min().map { max(0, $0 - now) }
            let ready = waitReady(milliseconds: wait)
            if ready.signals { readSignals(into: &events) }
            if ready.input { readKeys(into: &events) }
            if ready.output, port.flush(), isFrameWanted {
                isFrameWanted = false
                events.append(.repaint)
            }
            if ready.wake {
                drainWake()
                events.append(.wake)
            }
            if port.isGone { events.append(.hangup) }
            if let deadline, Self.now >= deadline { break }
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
        escapeDeadline = decoder.isWaiting ? Self.now + Self.escapeMilliseconds : nil
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
        if wasAway || wasSized, updateSize() { events.append(.resize(size)) }
        if wasAway { events.append(.repaint) }
    }

    private func drainWake() {
        guard let wakeDescriptor else { return }
        var bytes = [UInt8](repeating: 0, count: 512)
        _ = read(wakeDescriptor, &bytes, bytes.count)
    }

    /// The monotonic clock in milliseconds, for time-outs only.
    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int(time.tv_sec) * 1000 + time.tv_nsec / 1_000_000
    }
}
