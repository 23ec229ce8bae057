import EngineAPI
import MarketData
import MarketTime

/// Somebody on a list.
struct ScanMember: Sendable {
    var row: Int32
    /// Rank, from 1, that the why-log last told.
    var toldRank: Int32
    /// The best rank since it came, from 1.
    var bestRank: Int32
    /// When it came onto the list, ns of market time; 0 when nobody was told.
    var since: Int64
    /// When the why-log last told of it, ns.
    var toldAt: Int64
}

/// What a pass over the lists has found, for the why-log and the store.
struct ScanFindings {
    var events: [ScanEvent] = []
    var records: ScanRecords

    /// Nothing yet.
    init(time: Instant, day: DayID) { records = ScanRecords(time: time, day: day) }

    /// Adds a row of a list; rank 0 is one who has left.
    mutating func record(_ list: String, _ row: Int, rank: Int, _ data: ScanData) {
        records.lists.append(list)
        records.symbols.append(data.symbols[row])
        records.ranks.append(Int32(rank))
        records.prices.append(data.number(.last, row))
        records.volumes.append(data.number(.volume, row))
        records.rvols.append(data.number(.rvol, row))
        records.changes.append(data.number(.changePercent, row))
        records.marketCaps.append(data.number(.marketCap, row))
    }

    /// Adds an entry of the why-log.
    mutating func tell(
        _ kind: ScanEvent.Kind,
        _ list: String,
        _ row: Int,
        rank: (before: Int, after: Int),
        because clause: (text: String, value: Double),
        _ data: ScanData
    ) {
        events.append(
            ScanEvent(
                time: data.now,
                list: list,
                symbol: data.symbols[row],
                kind: kind,
                rank: rank.after,
                previousRank: rank.before,
                clause: clause.text,
                price: data.number(.last, row),
                volume: data.number(.volume, row),
                rvol: data.number(.rvol, row),
                changePercent: data.number(.changePercent, row),
                value: clause.value
            )
        )
    }
}

/// Memory that lists use one after the other while they are worked out.
struct ScanScratch: Sendable {
    var filter = RuleResult()
    var exit = RuleResult()
    /// Whether a row may be on any list: in the feed and no test symbol.
    var isAdmitted: [Bool] = []
    /// Per row its place among a list's members, or -1; all -1 between lists.
    var memberOf: [Int32] = []
    /// Rows for which the filter is true.
    var found: [Int32] = []
    var entries: [RankEntry] = []

    /// Makes room, and says who may be on lists.
    mutating func begin(_ data: ScanData) {
        isAdmitted = data.compared
        let missing = data.rowCount - memberOf.count
        if missing > 0 { memberOf.append(contentsOf: repeatElement(-1, count: missing)) }
    }
}
