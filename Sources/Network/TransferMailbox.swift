import CCurl
import Synchronization

/// Where callers leave requests for the transfer thread.
///
/// `state` (waiting requests, cancelled and resumed ids, the closing flag, the handle to wake) is guarded by its mutex. The handle
/// is set and cleared by the transfer thread under the lock, so a wake-up never meets a handle that is gone.
final class TransferMailbox: Sendable {
    struct Submission: Sendable {
        let id: UInt64
        let request: HTTPRequest
        /// Where the body goes when it is streamed; nil when it is collected.
        let pipe: ChunkPipe?
        let completion: @Sendable (HTTPClient.Outcome) -> Void
    }

    struct Mail: Sendable {
        var submissions: [Submission] = []
        var cancelled: [UInt64] = []
        var resumed: [UInt64] = []
        var isClosing = false
    }

    private struct State: Sendable {
        var waiting: [Submission] = []
        var cancelled: [UInt64] = []
        var resumed: [UInt64] = []
        var isClosing = false
        var lastID: UInt64 = 0
        /// Address of the multi handle; an integer, because only libcurl may look behind it.
        var multi: UInt = 0
    }

    let waitingMax: Int
    private let state = Mutex(State())

    init(waitingMax: Int) { self.waitingMax = waitingMax }

    func submit(
        _ request: HTTPRequest,
        pipe: ChunkPipe? = nil,
        _ completion: @escaping @Sendable (HTTPClient.Outcome) -> Void
    ) -> Result<UInt64, NetworkError> {
        state.withLock { state in
            guard !state.isClosing else { return .failure(.closed) }
            guard state.waiting.count < waitingMax else { return .failure(.queueFull(limit: waitingMax)) }
            state.lastID += 1
            state.waiting.append(Submission(id: state.lastID, request: request, pipe: pipe, completion: completion))
            Self.wake(state)
            return .success(state.lastID)
        }
    }

    func cancel(_ id: UInt64) {
        state.withLock { state in
            // An id is remembered only until the thread looks; the list cannot outgrow what is under way by much,
            // because cancelling twice is told apart here.
            guard id != 0, id <= state.lastID, !state.isClosing, !state.cancelled.contains(id) else { return }
            state.cancelled.append(id)
            Self.wake(state)
        }
    }

    /// The pipe of a paused transfer has room again.
    func resume(_ id: UInt64) {
        state.withLock { state in
            // A transfer pauses once before it is resumed, so an id is at most once in the list.
            state.resumed.append(id)
            Self.wake(state)
        }
    }

    func close() {
        state.withLock { state in
            state.isClosing = true
            Self.wake(state)
        }
    }

    /// For the transfer thread: takes at most `places` requests, and what was cancelled.
    func collect(places: Int) -> Mail {
        state.withLock { state in
            var mail = Mail(cancelled: state.cancelled, resumed: state.resumed, isClosing: state.isClosing)
            let cancelled = Set(state.cancelled)
            state.cancelled.removeAll(keepingCapacity: true)
            state.resumed.removeAll(keepingCapacity: true)
            // Cancelled and orphaned requests leave at once, without waiting for a place.
            var kept: [Submission] = []
            for submission in state.waiting {
                let leaves = mail.isClosing || cancelled.contains(submission.id)
                if leaves || mail.submissions.count < places {
                    mail.submissions.append(submission)
                } else {
                    kept.append(submission)
                }
            }
            state.waiting = kept
            return mail
        }
    }

    /// For the transfer thread: the handle to wake, or nil before its end.
    func setMulti(_ multi: UnsafeMutableRawPointer?) {
        state.withLock { $0.multi = UInt(bitPattern: multi) }
    }

    private static func wake(_ state: State) {
        guard let multi = UnsafeMutableRawPointer(bitPattern: state.multi) else { return }
        // It fails only when the thread is already awake with a full pipe, which is as good as a wake-up.
        _ = curl_multi_wakeup(multi)
    }
}
