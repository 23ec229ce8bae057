/// What goes wrong with which answers: the same plan gives the same troubles to the same requests in the same order.
package struct FaultPlan: Hashable, Sendable {
    /// The troubles, in order of precedence: the first rule that has a fault for a request decides.
    package var rules: [FaultRule]

    /// A plan; without rules nothing goes wrong.
    package init(_ rules: [FaultRule] = []) { self.rules = rules }
}

/// One trouble and the requests it befalls.
package struct FaultRule: Hashable, Sendable {
    /// Requests whose path contains this text are counted by the rule; empty for all.
    package var path: String
    /// Number of the first request, counted from 0, that fails.
    package var first: Int
    /// How many requests fail from there on.
    package var count: Int
    /// What goes wrong.
    package var kind: FaultKind

    /// A rule for `count` requests from number `first` on among those whose path contains `path`.
    package init(path: String = "", first: Int = 0, count: Int = .max, kind: FaultKind) {
        self.path = path
        self.first = max(0, first)
        self.count = max(0, count)
        self.kind = kind
    }

    /// Whether the rule's request of this number fails.
    func strikes(request number: Int) -> Bool { number >= first && number - first < count }
}

/// A kind of trouble.
package enum FaultKind: Hashable, Sendable {
    /// An error answer with the vendor's body for this status, and `Retry-After` in seconds if given.
    case status(Int, retryAfterSeconds: Int? = nil)
    /// The right status with a body of one's own.
    case body(status: Int, contentType: String, text: String)
    /// 200 without a body.
    case empty
    /// A gateway's HTML page with status 502.
    case html
    /// The right answer, cut off after so many bytes, then a closed connection; the announced length stays.
    case truncated(afterBytes: Int)
    /// The right answer's first bytes as if they were all of it: nothing announces more.
    case cut(afterBytes: Int)
    /// The right answer, `bytes` at a time every `milliseconds`.
    case slowDrip(bytes: Int, milliseconds: Int)
    /// No answer; the connection stays open until the client leaves.
    case hang
    /// The connection is reset instead of answered.
    case reset
    /// A body of so many bytes, valid JSON without an announced length.
    case hugeBody(bytes: Int)
    /// JSON nested so many levels deep.
    case deepNesting(levels: Int)
    /// The right answer with broken items before the good ones of its tickers or bars.
    case malformedElements
    /// The right bars of a range, with troubles among them.
    case spoiledBars(BarTroubles)
    /// The right page of reference data, with troubles in its rows or their paging.
    case spoiledRows(RowTroubles)
}
