package import EngineAPI
package import MarketData
package import MarketTime

/// What an inquiry ends with.
package typealias HistoryReply = Result<HistoryPayload, HistoryFailure>

/// What the vendor answered.
package enum HistoryPayload: Sendable {
    /// To a question of the port.
    case history(HistoryAnswer)
    /// To `minutes`, by time.
    case minutes([MinuteBar])
    /// To `snapshot`.
    case snapshot(DatedSnapshot)
    /// To `tickers`, in the vendor's order.
    case tickers(VendorPage<ReferenceFact>)
}

/// Why there is no answer; the sentences say what happened, where, and what to do, and never hold the key.
package enum HistoryFailure: Error, Equatable, Sendable {
    /// The vendor does not know the symbol (404).
    case notFound
    /// Worth another try, not before `retryAfterMs` if there is one.
    case failed(sentence: String, retryAfterMs: Int?)
    /// Trying again cannot help until somebody changes a key, a plan or a setting.
    case refused(sentence: String)

    /// What happened, where, and what to do.
    package var sentence: String {
        switch self {
        case .notFound: "The vendor does not know this symbol. Check its spelling; upper and lower case matter."
        case .failed(let sentence, _), .refused(let sentence): sentence
        }
    }

    /// The same as an answer of the port.
    package var answer: HistoryAnswer {
        switch self {
        case .notFound: .notFound
        case .failed(let sentence, let retryAfterMs): .failed(sentence: sentence, retryAfterMs: retryAfterMs)
        case .refused(let sentence): .refused(sentence: sentence)
        }
    }
}

/// A symbol's trading in one minute; source: `GET /v2/aggs/ticker/{T}/range/1/minute/…`.
package struct MinuteBar: Hashable, Sendable {
    /// When the minute begins (`t`).
    package var start: Instant
    /// Shares as traded (`v`), fractions possible.
    package var volume: Double
    /// Trades (`n`); nil when the vendor left it out.
    package var trades: Int?

    /// A bar.
    package init(start: Instant, volume: Double, trades: Int?) {
        self.start = start
        self.volume = volume
        self.trades = trades
    }
}

/// A snapshot and the vendor's clock when it was sent.
package struct DatedSnapshot: Sendable {
    /// The tickers.
    package var batch: SnapshotBatch
    /// The answer's `Date`, whole seconds; nil when it had none.
    package var serverDate: Instant?
}
