package import EngineAPI
import GRDB
package import MarketData
package import MarketTime

extension TradeulStore: ReferenceStore {
    private static let answered = "answered"
    private static let unknown = "unknown"

    /// Everything stored, in symbol order; see ``ReferenceStore/referenceFacts()``.
    ///
    /// - Throws: ``StoreError``.
    package func referenceFacts() throws -> ReferenceFacts {
        var all = ReferenceFacts()
        for facts in try tickers() {
            all.symbols.append(facts.symbol)
            all.names.append(facts.name)
            all.exchanges.append(facts.exchange)
            all.types.append(facts.type)
            all.sectors.append(facts.sector)
            all.industries.append(facts.industry)
            all.countries.append(facts.country)
            all.marketCaps.append(facts.marketCap ?? .nan)
            all.floatShares.append(facts.floatShares ?? .nan)
            all.sharesOutstanding.append(facts.sharesOutstanding ?? .nan)
        }
        return all
    }

    /// How far each part has come, in the order of ``ReferencePart``.
    ///
    /// - Throws: ``StoreError``.
    package func referenceProgress() throws -> [ReferenceProgress] {
        try reading { db in
            let select = try RawStatement(
                db,
                "SELECT date, cursor, complete FROM reference_progress WHERE part = ?1"
            )
            defer { select.reset() }
            var all: [ReferenceProgress] = []
            for part in ReferencePart.allCases {
                select.reset()
                try select.bind(1, part.rawValue)
                guard try select.step(), let day = select.text(0).flatMap({ DayID(iso: $0) }) else { continue }
                all.append(
                    ReferenceProgress(
                        part: part,
                        day: day,
                        cursor: select.text(1) ?? "",
                        isComplete: select.integer(2) != 0
                    )
                )
            }
            return all
        }
    }

    /// Symbols whose last answer of a part, on this day or later, was that nothing is known; see ``ReferenceStore``.
    ///
    /// - Throws: ``StoreError``.
    package func unknownSymbols(of part: ReferencePart, since day: DayID) throws -> Set<Symbol> {
        try symbols(of: part, Self.unknown, since: day)
    }

    /// Symbols whose last answer of a part, on this day or later, had facts; see ``ReferenceStore``.
    ///
    /// - Throws: ``StoreError``.
    package func answeredSymbols(of part: ReferencePart, since day: DayID) throws -> Set<Symbol> {
        try symbols(of: part, Self.answered, since: day)
    }

    /// Writes an answer in one transaction; see ``ReferenceStore/write(_:unknown:source:_:)``.
    ///
    /// A value is dated by its fact, else by the day of the part. Empty texts and numbers that are not above 0 and finite
    /// are as good as nil. A fact without any value counts as answered all the same: its vendor need not be asked again.
    ///
    /// - Throws: ``StoreError``.
    package func write(
        _ facts: [ReferenceFact],
        unknown: [Symbol],
        source: String,
        _ progress: ReferenceProgress
    ) throws {
        try writing { db in
            let told = facts.map { (TickerFacts($0), date: $0.date ?? progress.day) }
            try Self.upsert(told.filter { $0.0 != TickerFacts(symbol: $0.0.symbol) }, source: source, db)
            let outcome = try RawStatement(
                db,
                """
                INSERT INTO reference_symbols (part, symbol, outcome, date) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (part, symbol) DO UPDATE SET outcome = excluded.outcome, date = excluded.date
                """
            )
            try outcome.bind(1, progress.part.rawValue)
            try outcome.bind(4, progress.day.iso)
            let outcomes = unknown.map { ($0, Self.unknown) } + facts.map { ($0.symbol, Self.answered) }
            for (symbol, word) in outcomes {
                try outcome.bind(2, symbol.text)
                try outcome.bind(3, word)
                try outcome.run()
            }
            let update = try RawStatement(
                db,
                """
                INSERT INTO reference_progress (part, date, cursor, complete) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (part) DO UPDATE SET date = excluded.date, cursor = excluded.cursor,
                    complete = excluded.complete
                """
            )
            try update.bind(1, progress.part.rawValue)
            try update.bind(2, progress.day.iso)
            try update.bind(3, progress.cursor)
            try update.bind(4, Int64(progress.isComplete ? 1 : 0))
            try update.run()
        }
    }

    private func symbols(of part: ReferencePart, _ outcome: String, since day: DayID) throws -> Set<Symbol> {
        try reading { db in
            let select = try RawStatement(
                db,
                "SELECT symbol FROM reference_symbols WHERE part = ?1 AND outcome = ?2 AND date >= ?3"
            )
            defer { select.reset() }
            try select.bind(1, part.rawValue)
            try select.bind(2, outcome)
            try select.bind(3, day.iso)
            var found: Set<Symbol> = []
            while try select.step() {
                if let symbol = Symbol(utf8: select.bytes(0)) { found.insert(symbol) }
            }
            return found
        }
    }
}

extension TickerFacts {
    /// What a vendor's answer says; what cannot be a fact is nil.
    fileprivate init(_ fact: ReferenceFact) {
        func text(_ value: String?) -> String? { value.flatMap { $0.isEmpty ? nil : $0 } }
        func number(_ value: Double?) -> Double? { value.flatMap { $0.isFinite && $0 > 0 ? $0 : nil } }
        self.init(symbol: fact.symbol)
        name = text(fact.name)
        exchange = text(fact.exchange)
        type = text(fact.type)
        sector = text(fact.sector)
        industry = text(fact.industry)
        country = text(fact.country)
        marketCap = number(fact.marketCap)
        floatShares = number(fact.floatShares)
        sharesOutstanding = number(fact.sharesOutstanding)
    }
}
