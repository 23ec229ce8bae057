import EngineAPI
import MarketData
import Network

/// A question to FMP with its address.
struct FMPInquiry: Sendable {
    /// Symbols of one question about market capitalisations.
    static let symbolsMax = 100
    /// Rows of a page of floats.
    static let pageSize = 5000

    let fetch: ReferenceFetch
    /// Path and query below FMP's address.
    let path: String

    /// Of a question; nil for one that FMP cannot be asked: another vendor's, or about symbols without a form of FMP's.
    ///
    /// Never `/api/v3`: that is only for keys older than September 2025.
    init?(_ fetch: ReferenceFetch) {
        self.fetch = fetch
        switch fetch {
        case .tickers: return nil
        case .floats(let page): path = "/stable/shares-float-all?page=\(max(page, 0))&limit=\(Self.pageSize)"
        case .marketCaps(let symbols):
            let forms = symbols.prefix(Self.symbolsMax).compactMap(SymbolForms.fmp).map(HistoryInquiry.encoded)
            guard !forms.isEmpty else { return nil }
            path = "/stable/market-capitalization-batch?symbols=" + forms.joined(separator: ",")
        case .profile(let symbol):
            guard let form = SymbolForms.fmp(of: symbol) else { return nil }
            path = "/stable/profile?symbol=" + HistoryInquiry.encoded(form)
        }
    }

    /// What is asked for, as the words of a sentence.
    var words: String {
        switch fetch {
        case .tickers: "the list of tickers"
        case .floats(let page): "the floats (page \(page))"
        case .marketCaps(let symbols): "the market caps of \(symbols.count) symbols"
        case .profile(let symbol): "the profile of \(symbol.text)"
        }
    }

    /// The same without what changes from one request to the next: for what holds for all of them.
    var kind: String {
        switch fetch {
        case .tickers: "the list of tickers"
        case .floats: "floats"
        case .marketCaps: "market caps"
        case .profile: "company profiles"
        }
    }

    /// Bounds of one request; a page of floats has about 600 KB.
    var limits: HTTPRequest.Limits {
        switch fetch {
        case .tickers, .floats: .init(totalTimeoutMs: 60_000, slowPeriodSeconds: 20, maxBodyBytes: 8 << 20)
        case .marketCaps, .profile: .init(totalTimeoutMs: 20_000, slowPeriodSeconds: 10)
        }
    }
}
