package import EngineAPI
import MarketData
import Network
import Synchronization

/// The list of tickers, a page a question, over a history source: the same server, key, rate limit and threads.
///
/// A page that follows on one of this process is asked for at the address the vendor has named; one after a restart, or
/// after an address that must not be followed (another server, one that came already), by its first ticker
/// (`ticker.gt`). `state` is guarded by its mutex.
package final class PolygonReferenceSource: ReferenceSource, Sendable {
    /// Most pages of one list; twelve hold the market.
    package static let pagesMax = 100

    private struct State: Sendable {
        var trail: PageTrail?
        /// The address of the page after a ticker.
        var next: (ticker: String, url: String)?
    }

    private let history: PolygonHistorySource
    private let firstURL: String
    private let state = Mutex(State())

    /// Asks through a history source, whose address is `restURL`; stopping that one ends this one.
    package init(_ history: PolygonHistorySource, restURL: String) {
        self.history = history
        firstURL = HTTPRequest.url(of: HistoryInquiry.tickers(.after(nil)).path(), on: restURL)
    }

    /// Asks for a page of tickers; any other question is one for another vendor.
    package func fetch(_ fetch: ReferenceFetch, completion: @escaping @Sendable (ReferenceAnswer) -> Void) {
        guard case .tickers(let after) = fetch else {
            completion(.refused(sentence: "This vendor is asked for the list of tickers only."))
            return
        }
        history.tickers(page(after: after)) { [weak self] result in
            switch result {
            case .success(let page):
                let next = self?.next(of: page, after: after)
                completion(.facts(page.rows, next: next, rejected: page.rejected))
            case .failure(let failure):
                // An address that fails may be stale: the next try goes by the ticker.
                self?.state.withLock { $0.next = nil }
                completion(failure.referenceAnswer)
            }
        }
    }

    private func page(after ticker: String?) -> HistoryInquiry.TickerPage {
        state.withLock { state in
            guard let ticker, let next = state.next, next.ticker == ticker else {
                state.trail = PageTrail(first: firstURL, pagesMax: Self.pagesMax)
                state.next = nil
                return .after(ticker)
            }
            return .at(next.url)
        }
    }

    /// The ticker to go on after; nil when this was the last page, or when it did not get any further.
    private func next(of page: VendorPage<ReferenceFact>, after ticker: String?) -> String? {
        guard let url = page.nextURL, !url.isEmpty, let last = page.rows.last?.symbol.text, last != ticker else {
            return nil
        }
        state.withLock { state in
            do throws(PageTrail.Refusal) {
                try state.trail?.advance(to: url)
                state.next = (last, url)
            } catch {
                // Not followed; the ticker leads on as well.
                state.next = nil
            }
        }
        return last
    }
}

extension HistoryFailure {
    /// The same as an answer about reference data.
    var referenceAnswer: ReferenceAnswer {
        switch self {
        case .notFound: .notFound
        case .failed(let sentence, let retryAfterMs): .failed(sentence: sentence, retryAfterMs: retryAfterMs)
        case .refused(let sentence): .refused(sentence: sentence)
        }
    }
}
