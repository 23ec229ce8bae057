import EngineAPI
import MarketData
import MarketTime

/// Rows of a scan, wherever they came from: a running engine, one snapshot, or the store.
struct ScanTable: Equatable, Sendable {
    /// The columns, `symbol` not among them.
    var columns: [ColumnID] = []
    /// Who, by rank.
    var symbols: [Symbol] = []
    /// `columns.count` × `symbols.count`; NaN is missing, and in columns of text.
    var values: [[Double]] = []
    /// Parallel to `columns`; no rows in columns of numbers.
    var texts: [[String]] = []
    /// Tickers that match, shown or not.
    var matchCount = 0
    /// Tickers left out because something asked for is not known of them.
    var unknownCount = 0
    /// What each clause of the filter lets pass.
    var ledger: [ClauseCount] = []
    /// Market time of the answer.
    var time = Instant.epoch
    /// The newest data's time; nil when unknown.
    var dataTime: Instant?
    /// The session of that time.
    var session = MarketSession.closed
    /// Where it came from, in words: `the demo's engine`, `one snapshot`.
    var source = ""

    /// No rows.
    init() {}

    /// An engine's answer.
    init(_ answer: ScanAnswer, source: String) {
        let result = answer.result
        columns = result.columns
        symbols = result.symbols
        values = result.values
        texts = result.texts
        matchCount = result.matchCount
        unknownCount = result.unknownCount
        ledger = result.ledger
        time = answer.status.now
        dataTime = answer.status.snapshotDataTime
        session = answer.status.session.session
        self.source = source
    }

    /// A cell's text; nil when missing or a number.
    func text(_ column: Int, _ row: Int) -> String? {
        guard texts.indices.contains(column), texts[column].indices.contains(row) else { return nil }
        let text = texts[column][row]
        return text.isEmpty ? nil : text
    }

    /// A cell's number; NaN when missing or text.
    func number(_ column: Int, _ row: Int) -> Double {
        values.indices.contains(column) && values[column].indices.contains(row) ? values[column][row] : .nan
    }
}

/// How rows are written.
enum ScanFormat: String, CaseIterable, Sendable {
    case table
    case csv
    case json
    case ndjson
}
