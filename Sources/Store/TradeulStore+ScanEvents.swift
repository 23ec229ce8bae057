package import EngineAPI
import GRDB
package import MarketData
package import MarketTime

extension TradeulStore {
    /// Stored entries of the why-log of a day, newest first, at most `limit`: of a list, of a symbol, of a span of time.
    ///
    /// `range` is half-open. The clause is cut at 200 characters.
    ///
    /// - Throws: ``StoreError``.
    package func scanEvents(
        list: String? = nil,
        symbol: Symbol? = nil,
        day: DayID,
        range: Range<Instant>? = nil,
        limit: Int = 1000
    ) throws -> [ScanEvent] {
        try reading { db in
            let listID = try list.map { try ScanNames.existingID(of: $0, .lists, db) ?? -1 }
            let symbolID = try symbol.map { try ScanNames.existingID(of: $0.text, .symbols, db) ?? -1 }
            let conditions =
                "WHERE e.day = ?1 AND e.time >= ?2 AND e.time < ?3"
                + (listID == nil ? "" : " AND e.list = ?5") + (symbolID == nil ? "" : " AND e.symbol = ?6")
            let select = try RawStatement(
                db,
                """
                SELECT e.time, l.name, s.name, e.kind, e.rank, e.previous_rank, c.name, e.price, e.volume, e.rvol, e.change,
                    e.value
                FROM scan_events AS e CROSS JOIN scan_lists AS l ON l.id = e.list
                    CROSS JOIN scan_symbols AS s ON s.id = e.symbol CROSS JOIN scan_clauses AS c ON c.id = e.clause
                \(conditions) ORDER BY e.time DESC, e.id DESC LIMIT ?4
                """
            )
            defer { select.reset() }
            try select.bind(1, Int64(day.rawValue))
            // Rounded up: an event is stored to the millisecond below it.
            try select.bind(2, range.map { Self.millisecondsUp($0.lowerBound) } ?? .min)
            try select.bind(3, range.map { Self.millisecondsUp($0.upperBound) } ?? .max)
            try select.bind(4, Int64(max(0, limit)))
            if let listID { try select.bind(5, listID) }
            if let symbolID { try select.bind(6, symbolID) }
            var found: [ScanEvent] = []
            while try select.step() {
                if let event = ScanEvent(select) { found.append(event) }
            }
            return found
        }
    }

    private static func millisecondsUp(_ moment: Instant) -> Int64 {
        moment.milliseconds + (moment.nanoseconds % 1_000_000 == 0 ? 0 : 1)
    }
}

extension ScanEvent {
    /// The event in a statement's current row; nil when it is none.
    fileprivate init?(_ select: RawStatement) {
        guard let symbol = Symbol(utf8: select.bytes(2)), let kind = select.text(3).flatMap({ Kind(rawValue: $0) })
        else { return nil }
        self.init(
            time: Instant(milliseconds: select.integer(0)),
            list: select.text(1) ?? "",
            symbol: symbol,
            kind: kind,
            rank: Int(select.integer(4)),
            previousRank: Int(select.integer(5)),
            clause: select.text(6) ?? "",
            price: select.number(7),
            volume: select.number(8),
            rvol: select.number(9),
            changePercent: select.number(10),
            value: select.number(11)
        )
    }
}
