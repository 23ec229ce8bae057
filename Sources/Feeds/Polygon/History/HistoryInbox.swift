package import Network
import Synchronization

/// An inquiry with whoever waits for its end.
package struct HistoryAsk: Sendable {
    /// What is asked.
    package let inquiry: HistoryInquiry
    /// Called once.
    package let completion: @Sendable (HistoryReply) -> Void

    /// An inquiry that nobody has taken yet.
    package init(inquiry: HistoryInquiry, completion: @escaping @Sendable (HistoryReply) -> Void) {
        self.inquiry = inquiry
        self.completion = completion
    }
}

/// What has come in since the source's thread last looked.
package struct HistoryMail: Sendable {
    /// New inquiries, oldest first.
    package var asked: [HistoryAsk] = []
    /// Ended requests by the number they were sent under, in the order of their end.
    package var answered: [(id: UInt64, outcome: HTTPClient.Outcome)] = []
    /// The source is to end; nothing comes in any more.
    package var isStopped = false
}

/// The mailbox of a history source.
///
/// Holds at most `waitingMax` inquiries, begun ones included; answers only come for requests under way. `state` is guarded
/// by its mutex.
package final class HistoryInbox: Sendable {
    /// Why an inquiry was not taken.
    package enum Refusal: Error, Equatable, Sendable {
        /// The source has ended.
        case stopped
        /// So many have not ended yet.
        case full(limit: Int)
    }

    private struct State: Sendable {
        var mail = HistoryMail()
        var open = 0
    }

    private let waitingMax: Int
    private let state = Mutex(State())
    private let signal = Signal()

    /// An empty mailbox.
    package init(waitingMax: Int) { self.waitingMax = waitingMax }

    /// Leaves an inquiry; throws when it was not taken, and then nobody will complete it.
    package func post(_ ask: HistoryAsk) throws(Refusal) {
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

    /// An inquiry has ended: there is room for another one.
    func ended() { state.withLock { $0.open -= 1 } }

    /// Takes everything.
    func take() -> HistoryMail {
        state.withLock { state in
            defer { state.mail = HistoryMail(isStopped: state.mail.isStopped) }
            return state.mail
        }
    }

    func wait(milliseconds: Int) { _ = signal.take(milliseconds: milliseconds) }
}
