package import Network
import Synchronization

/// What has come in since the source's thread last looked.
package struct RequestMail<Ask: Sendable>: Sendable {
    /// New questions, oldest first.
    package var asked: [Ask] = []
    /// Ended requests by the number they were sent under, in the order of their end.
    package var answered: [(id: UInt64, outcome: HTTPClient.Outcome)] = []
    /// The source is to end; nothing comes in any more.
    package var isStopped = false
}

/// The mailbox of a source that asks a vendor over HTTP.
///
/// Holds at most `waitingMax` questions, begun ones included; answers only come for requests under way. `state` is guarded
/// by its mutex.
package final class RequestInbox<Ask: Sendable>: Sendable {
    /// Why a question was not taken.
    package enum Refusal: Error, Equatable, Sendable {
        /// The source has ended.
        case stopped
        /// So many have not ended yet.
        case full(limit: Int)
    }

    private struct State: Sendable {
        var mail = RequestMail<Ask>()
        var open = 0
    }

    private let waitingMax: Int
    private let state = Mutex(State())
    private let signal = Signal()

    /// An empty mailbox.
    package init(waitingMax: Int) { self.waitingMax = waitingMax }

    /// Leaves a question; throws when it was not taken, and then nobody will complete it.
    package func post(_ ask: Ask) throws(Refusal) {
        try state.withLock { (state) throws(Refusal) in
            guard !state.mail.isStopped else { throw .stopped }
            guard state.open < waitingMax else { throw .full(limit: waitingMax) }
            state.open += 1
            state.mail.asked.append(ask)
        }
        signal.raise()
    }

    /// Leaves the outcome of a request.
    package func post(_ outcome: HTTPClient.Outcome, for id: UInt64) {
        state.withLock { $0.mail.answered.append((id, outcome)) }
        signal.raise()
    }

    /// Tells the source to end.
    package func stop() {
        state.withLock { $0.mail.isStopped = true }
        signal.raise()
    }

    /// A question has ended: there is room for another one.
    func ended() { state.withLock { $0.open -= 1 } }

    /// Takes everything.
    func take() -> RequestMail<Ask> {
        state.withLock { state in
            defer { state.mail = RequestMail<Ask>(isStopped: state.mail.isStopped) }
            return state.mail
        }
    }

    func wait(milliseconds: Int) { _ = signal.take(milliseconds: milliseconds) }
}
