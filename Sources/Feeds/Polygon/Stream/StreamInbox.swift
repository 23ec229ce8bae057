package import EngineAPI
package import Network
import Synchronization

/// The stream's mailbox: the newest wish, a retry, a stop.
///
/// A later one replaces an earlier, so that it never grows. `state` is guarded by its mutex.
package final class StreamInbox: Sendable {
    /// What has been left since the last look.
    package struct Mail: Sendable {
        /// What is to be subscribed, if that has changed.
        package var demand: StreamDemand?
        /// Whether somebody wants the stream to try again.
        package var hasRetry = false
        /// Another key, with a retry.
        package var key: Secret?
        /// Not nil when the stream is to end: how long it may take over an orderly close, ms.
        package var stopGraceMs: Int?
    }

    private let state = Mutex(Mail())
    private let signal = Signal()
    private let wake: WakeDescriptor?

    /// An empty mailbox; mail raises `wake`, for a wait on a socket, besides its own signal.
    package init(wake: WakeDescriptor? = nil) { self.wake = wake }

    /// Leaves a wish.
    package func want(_ demand: StreamDemand) { post { $0.demand = demand } }

    /// Leaves a wish to try again.
    package func retry(key: Secret?) {
        post { mail in
            mail.hasRetry = true
            mail.key = key ?? mail.key
        }
    }

    /// Leaves the order to end.
    package func stop(graceMs: Int) { post { $0.stopGraceMs = graceMs } }

    /// Takes everything but a stop, which stays.
    func take() -> Mail {
        wake?.clear()
        return state.withLock { mail in
            let taken = mail
            mail = Mail()
            mail.stopGraceMs = taken.stopGraceMs
            return taken
        }
    }

    /// Waits for mail or for time to pass.
    func wait(milliseconds: Int) { _ = signal.take(milliseconds: milliseconds) }

    private func post(_ change: (inout Mail) -> Void) {
        state.withLock { change(&$0) }
        signal.raise()
        wake?.signal()
    }
}
