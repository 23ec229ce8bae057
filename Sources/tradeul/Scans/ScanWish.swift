import EngineAPI
import FilterLanguage
import MarketData

/// What `tradeul scan` was asked for.
struct ScanWish: Equatable, Sendable {
    /// The filter; nil for everything.
    var filter: String?
    /// A list; nil for the whole market.
    var list: String?
    /// Sort keys; empty takes the filter's, the list's, or RVOL.
    var sort: [SortKey] = []
    /// Columns; empty takes the filter's, the list's, or the usual ones.
    var columns: [ColumnID] = []
    /// Rows; nil takes the filter's pipe, or the usual number.
    var top: Int?
    /// Whether each clause is counted.
    var wantsLedger = false

    /// Rows unless told otherwise.
    static let usualTop = 50
    /// Columns unless told otherwise.
    static let usualColumns: [ColumnID] = [
        .last, .changePercent, .gapPercent, .rvol, .slotRVOL, .volume, .dollarVolume, .floatShares, .marketCap,
    ]

    /// The query it is, with everything filled in.
    ///
    /// The filter's own pipes count where no option says otherwise, then the list's.
    func query(_ program: FilterProgram?, definition: ScanDefinition?) -> ScanQuery {
        let listed = definition?.columns ?? []
        let pipeColumns = program?.columns ?? []
        let columns = [self.columns, pipeColumns, listed, Self.usualColumns].first { !$0.isEmpty } ?? []
        let pipeSort = (program?.sort ?? []).map { SortKey($0.column, descending: $0.descending) }
        let sort = [self.sort, pipeSort].first { !$0.isEmpty } ?? []
        let usual: [SortKey] =
            list == nil ? [SortKey(.rvol, descending: true), SortKey(.dollarVolume, descending: true)] : []
        return ScanQuery(
            list: list,
            filter: filter,
            wantsLedger: wantsLedger,
            sort: sort.isEmpty ? usual : sort,
            columns: columns.filter { $0 != .symbol && $0 != .strip },
            rows: 0..<(top ?? program?.top ?? Self.usualTop)
        )
    }
}
