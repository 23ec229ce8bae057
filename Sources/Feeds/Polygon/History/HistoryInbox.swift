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

/// The mailbox of a history source.
package typealias HistoryInbox = RequestInbox<HistoryAsk>
