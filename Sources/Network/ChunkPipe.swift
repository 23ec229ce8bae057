import Synchronization

/// A streamed body between the transfer thread, which fills it, and the caller, who empties it: bounded.
///
/// libcurl is paused (`CURL_WRITEFUNC_PAUSE`) rather than its thread blocked, so that one slow reader neither holds up the
/// client's other requests nor its own cancellation. `state` is guarded by its mutex.
final class ChunkPipe: Sendable {
    /// Bytes that may wait; as many again may be with the reader.
    static let capacityBytes = 1 << 20

    struct Taken: Sendable {
        /// Whether the transfer waits to be resumed.
        var wasPaused = false
        /// The whole body's size, if the server has said it.
        var expectedBytes: Int?
        /// Set when nothing more will come.
        var outcome: HTTPClient.Outcome?
    }

    private struct State: Sendable {
        var waiting: [UInt8] = []
        var about = Taken()
    }

    private let state = Mutex(State())
    private let changed = Signal()

    /// For the transfer thread: takes all bytes, or none when there is no room; the transfer then pauses.
    func offer(_ bytes: UnsafeRawBufferPointer, expectedBytes: Int?) -> Bool {
        let isTaken = state.withLock { state in
            state.about.expectedBytes = expectedBytes
            guard state.waiting.isEmpty || state.waiting.count + bytes.count <= Self.capacityBytes else {
                state.about.wasPaused = true
                return false
            }
            state.waiting.append(contentsOf: bytes)
            return true
        }
        changed.raise()
        return isTaken
    }

    /// For the transfer thread: the outcome, after the last byte.
    func end(_ outcome: HTTPClient.Outcome) {
        state.withLock { $0.about.outcome = outcome }
        changed.raise()
    }

    /// For the reader: exchanges `buffer`, whose content goes, for everything that waits.
    func take(_ buffer: inout [UInt8]) -> Taken {
        buffer.removeAll(keepingCapacity: true)
        return state.withLock { state in
            swap(&state.waiting, &buffer)
            defer { state.about.wasPaused = false }
            return state.about
        }
    }

    /// For the reader: waits until something has changed, or so long.
    func wait(milliseconds: Int) { _ = changed.take(milliseconds: milliseconds) }
}
