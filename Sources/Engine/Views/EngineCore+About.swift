import EngineAPI
import MarketData
import MarketTime

extension EngineCore {
    /// Halts told of a ticker, at most.
    static let haltsShown = 16

    /// The ticker's page asked for.
    ///
    /// A column that is not stored as it is costs a pass over all rows when the data have changed, unless a list or a table
    /// asks for it too.
    mutating func shownAbout(now: Instant, session: MarketSession) -> TickerAbout? {
        guard let query = aboutQuery else { return nil }
        guard let row = universe.id(of: query.symbol)?.row else { return TickerAbout(query: query) }
        var about = TickerAbout(query: query, isKnown: true)
        about.flags = universe.flags[row]
        about.priceTime = universe.priceTime[row]
        about.memberships = board.memberships(row: row)
        about.halts = halts.spans(row: row, max: Self.haltsShown)
        let context = columnContext(now: now, session: session)
        for id in query.columns {
            about.values.append(columns.number(id, row: row, context))
            about.texts.append(id == .symbol ? query.symbol.text : columns.text(id, context)?[row] ?? "")
        }
        return about
    }
}
