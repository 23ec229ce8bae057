import EngineAPI
import GRDB
import MarketData
import MarketTime

/// `listings`: from which day on a ticker belongs to the company that has it now, where somebody has looked that up.
struct ListingTable {
    /// What is known of a ticker.
    struct Entry {
        /// The company's first day under the ticker.
        var firstDay: DayID
        /// The newest day with bars when it was looked up; a hole in the bars after it is news.
        var checkedThrough: DayID
    }

    private var entries: [Symbol: Entry] = [:]

    /// All entries; they are as many as tickers that had a hole in their history.
    init(_ db: Database) throws {
        let select = try RawStatement(db, "SELECT symbol, first_date, checked_through FROM listings")
        defer { select.reset() }
        while try select.step() {
            guard let symbol = Symbol(utf8: select.bytes(0)),
                let firstDay = select.text(1).flatMap({ DayID(iso: $0) }),
                let checkedThrough = select.text(2).flatMap({ DayID(iso: $0) })
            else { continue }
            entries[symbol] = Entry(firstDay: firstDay, checkedThrough: checkedThrough)
        }
    }

    /// The first day whose data belongs to a ticker's company; the beginning of time when nobody has looked it up.
    func firstDay(_ symbol: Symbol) -> DayID {
        entries.isEmpty ? DayID(rawValue: .min) : entries[symbol]?.firstDay ?? DayID(rawValue: .min)
    }

    /// Whether a ticker was looked up when it already traded again on a day.
    func wasChecked(_ symbol: Symbol, after day: DayID) -> Bool {
        entries[symbol].map { $0.checkedThrough >= day } ?? false
    }

    /// The first day of a ticker that was looked up and whose first day nobody tells: before all data.
    private static let unknown = "1970-01-01"

    /// Remembers a ticker's first day, as known with the bars stored now.
    ///
    /// Nil keeps what is known, and notes that it was looked up.
    static func set(_ symbol: Symbol, firstDay: DayID?, _ db: Database) throws {
        let upsert = try RawStatement(
            db,
            """
            INSERT INTO listings (symbol, first_date, checked_through, updated_at)
            VALUES (?1, coalesce(?2, '\(unknown)'),
                coalesce((SELECT max(date) FROM daily_bars), ?2, '\(unknown)'), \(StoreSchema.nowMs))
            ON CONFLICT (symbol) DO UPDATE SET first_date = coalesce(?2, first_date),
                checked_through = excluded.checked_through, updated_at = excluded.updated_at
            """
        )
        try upsert.bind(1, symbol.text)
        try upsert.bind(2, firstDay?.iso)
        try upsert.run()
    }
}
