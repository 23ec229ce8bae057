import Backtest
import EngineAPI
import MarketData
import MarketTime
import Store

/// The history file as a backtest sees it.
struct BacktestHistory: BacktestStore {
    /// How old a list may be and still tell who is on it: it is stored every minute while an engine runs.
    static let listSecondsMax = 300.0

    let store: TradeulStore

    func backtestDay(_ request: HistoryRequest) throws -> BacktestDay {
        let stored = try store.backtestDay(request)
        var day = BacktestDay(history: stored.history)
        day.symbols = stored.symbols
        day.cumulative = stored.cumulative
        day.vwap = stored.vwap
        day.trades = stored.trades
        day.opens = stored.opens
        day.closes = stored.closes
        day.incompleteSymbols = stored.incompleteSymbols
        return day
    }

    func referenceFacts() throws -> ReferenceFacts { try store.referenceFacts() }

    func scanMembers(of list: String, at moment: Instant) throws -> [Symbol]? {
        guard let stored = try store.scanMoment(list: list, at: moment),
            moment.seconds(since: stored.lastTime) <= Self.listSecondsMax
        else { return nil }
        return stored.rows.map(\.symbol)
    }
}
