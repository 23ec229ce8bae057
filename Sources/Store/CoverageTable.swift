import EngineAPI
import GRDB
import MarketData
import MarketTime

/// `slot_coverage`: for which days the vendor has been asked for a symbol's bars.
///
/// Spans that touch, weekends apart, are joined, so a symbol that is asked day after day keeps one row.
struct CoverageTable {
    /// Days after which a symbol that the vendor did not know is asked for again: it may have been listed since.
    static let notFoundDays = 7

    private var bySymbol: [Symbol: [HistoryCoverage]] = [:]

    /// All spans that reach into `days`, but those of unknown symbols that have expired by the last of them.
    init(_ days: ClosedRange<DayID>, _ db: Database) throws {
        let select = try RawStatement(
            db,
            """
            SELECT symbol, outcome, first_date, last_date FROM slot_coverage WHERE last_date >= ?1 AND first_date <= ?2
            """
        )
        defer { select.reset() }
        try select.bind(1, days.lowerBound.iso)
        try select.bind(2, days.upperBound.iso)
        while try select.step() {
            guard let entry = Self.entry(select) else { continue }
            let isExpired =
                entry.outcome == .notFound && entry.through.adding(days: Self.notFoundDays) <= days.upperBound
            if !isExpired { bySymbol[entry.symbol, default: []].append(entry) }
        }
    }

    /// Whether a symbol's bars of a day have been asked for.
    func covers(_ symbol: Symbol, _ day: DayID) -> Bool {
        guard let spans = bySymbol[symbol] else { return false }
        return spans.contains { $0.from <= day && day <= $0.through }
    }

    /// Adds spans, joining them with stored ones; an answer ends what was said of an unknown symbol.
    static func add(_ coverage: [HistoryCoverage], _ db: Database) throws {
        for new in coverage where new.from <= new.through {
            var joined = new
            for old in try spans(new.symbol, db) {
                let isSame = old.outcome == new.outcome && touch(joined, old)
                guard isSame || (new.outcome == .answered && old.outcome == .notFound) else { continue }
                if isSame {
                    joined.from = min(joined.from, old.from)
                    joined.through = max(joined.through, old.through)
                }
                try remove(old, db)
            }
            try insert(joined, db)
        }
    }

    /// Forgets what was asked of a symbol's days before a day.
    static func cut(_ symbol: Symbol, before day: DayID, _ db: Database) throws {
        for var span in try spans(symbol, db) where span.from < day {
            try remove(span, db)
            span.from = day
            if span.from <= span.through { try insert(span, db) }
        }
    }

    /// Forgets that a symbol's bars of a day were asked for.
    static func uncover(_ symbol: Symbol, _ day: DayID, _ db: Database) throws {
        for span in try spans(symbol, db) where span.from <= day && day <= span.through {
            try remove(span, db)
            for (from, through) in [(span.from, day.adding(days: -1)), (day.adding(days: 1), span.through)]
            where from <= through {
                try insert(HistoryCoverage(symbol: symbol, from: from, through: through, outcome: span.outcome), db)
            }
        }
    }

    /// A symbol's spans, oldest first.
    static func spans(_ symbol: Symbol, _ db: Database) throws -> [HistoryCoverage] {
        let select = try RawStatement(
            db,
            """
            SELECT symbol, outcome, first_date, last_date FROM slot_coverage WHERE symbol = ?1 ORDER BY first_date
            """
        )
        defer { select.reset() }
        try select.bind(1, symbol.text)
        var spans: [HistoryCoverage] = []
        while try select.step() {
            if let entry = entry(select) { spans.append(entry) }
        }
        return spans
    }

    private static func insert(_ entry: HistoryCoverage, _ db: Database) throws {
        let insert = try RawStatement(
            db,
            """
            INSERT INTO slot_coverage (symbol, outcome, first_date, last_date, updated_at)
            VALUES (?1, ?2, ?3, ?4, \(StoreSchema.nowMs))
            ON CONFLICT (symbol, outcome, first_date) DO UPDATE SET last_date = max(last_date, excluded.last_date),
                updated_at = excluded.updated_at
            """
        )
        try insert.bind(1, entry.symbol.text)
        try insert.bind(2, entry.outcome.rawValue)
        try insert.bind(3, entry.from.iso)
        try insert.bind(4, entry.through.iso)
        try insert.run()
    }

    private static func remove(_ entry: HistoryCoverage, _ db: Database) throws {
        let delete = try RawStatement(
            db,
            "DELETE FROM slot_coverage WHERE symbol = ?1 AND outcome = ?2 AND first_date = ?3"
        )
        try delete.bind(1, entry.symbol.text)
        try delete.bind(2, entry.outcome.rawValue)
        try delete.bind(3, entry.from.iso)
        try delete.run()
    }

    /// The entry in a statement's current row; nil when it is not what this program writes.
    private static func entry(_ select: RawStatement) -> HistoryCoverage? {
        guard let symbol = Symbol(utf8: select.bytes(0)),
            let outcome = select.text(1).flatMap({ HistoryCoverage.Outcome(rawValue: $0) }),
            let from = select.text(2).flatMap({ DayID(iso: $0) }),
            let through = select.text(3).flatMap({ DayID(iso: $0) })
        else { return nil }
        return HistoryCoverage(symbol: symbol, from: from, through: through, outcome: outcome)
    }

    /// Whether no weekday lies between two spans.
    private static func touch(_ one: HistoryCoverage, _ other: HistoryCoverage) -> Bool {
        one.from <= weekday(after: other.through) && other.from <= weekday(after: one.through)
    }

    private static func weekday(after day: DayID) -> DayID {
        switch day.weekday {
        case .friday: day.adding(days: 3)
        case .saturday: day.adding(days: 2)
        default: day.adding(days: 1)
        }
    }
}
