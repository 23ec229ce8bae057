import GRDB
package import MarketData
package import MarketTime

/// Where a ticker stood on a list.
package struct StoredRank: Hashable, Sendable {
    /// The list's name.
    package var list: String
    /// From 1; 0 when it was not on the list; nil when nothing is stored that tells.
    package var rank: Int?
}

extension TradeulStore {
    /// How old the last full set of a list may be to say where a ticker stood at a moment, seconds: one is stored a minute
    /// while the list is worked out.
    package static let rankAgeSecondsMax: Int64 = 300

    /// Where a ticker stood on some lists at a moment, in their order.
    ///
    /// Ranks beyond 50 are not stored and tell 0. A list that was not worked out around the moment tells nothing.
    ///
    /// - Throws: ``StoreError``.
    package func ranks(of symbol: Symbol, lists: [String], at moment: Instant) throws -> [StoredRank] {
        try lists.map { name in
            guard let then = try scanMoment(list: name, at: moment),
                moment.nanoseconds(since: then.fullTime) <= Self.rankAgeSecondsMax * 1_000_000_000
            else { return StoredRank(list: name, rank: nil) }
            return StoredRank(list: name, rank: then.rows.first { $0.symbol == symbol }?.rank ?? 0)
        }
    }
}
