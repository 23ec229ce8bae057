import Analytics
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Backtest

func symbol(_ text: String) throws -> Symbol { try #require(Symbol(text)) }

func day(_ iso: String) throws -> DayID { try #require(DayID(iso: iso)) }

/// A symbol's day as it might be stored.
struct FakeRow {
    var symbol: Symbol
    /// Own volume of each slot, shares.
    var own = [Int64](repeating: 0, count: Slot.count)
    /// USD; NaN without trades.
    var vwap = [Float](repeating: .nan, count: Slot.count)
    var trades = [Int32](repeating: 0, count: Slot.count)
    var open = Double.nan
    var close = Double.nan

    init(_ symbol: Symbol) { self.symbol = symbol }

    /// Trades in a slot.
    mutating func trade(_ slot: Int, _ shares: Int64, at price: Float, trades count: Int32 = 1) {
        own[slot] = shares
        vwap[slot] = price
        trades[slot] = count
    }

    var volume: Int64 { own.reduce(0, +) }

    var cumulative: [Int64] {
        var total: Int64 = 0
        return own.map { own in
            total += own
            return total
        }
    }
}

/// Stored days in memory, with the history before each worked out the slow way.
struct FakeHistory: BacktestStore {
    var days: [DayID: [FakeRow]] = [:]
    var splits: [StockSplit] = []
    var facts = ReferenceFacts()
    var incomplete: [DayID: Int] = [:]
    /// Members of lists from a moment on.
    var lists: [String: [(from: Instant, symbols: [Symbol])]] = [:]

    func backtestDay(_ request: HistoryRequest) throws -> BacktestDay {
        var answer = BacktestDay(history: history(request))
        let rows = (days[request.tradingDay] ?? []).filter { $0.volume > 0 }.sorted { $0.symbol < $1.symbol }
        answer.symbols = rows.map(\.symbol)
        answer.opens = rows.map(\.open)
        answer.closes = rows.map(\.close)
        answer.incompleteSymbols = incomplete[request.tradingDay] ?? 0
        let cumulative = rows.map(\.cumulative)
        for slot in 0..<Slot.count {
            for row in rows.indices {
                answer.cumulative.append(cumulative[row][slot])
                answer.vwap.append(rows[row].vwap[slot])
                answer.trades.append(rows[row].trades[slot])
            }
        }
        return answer
    }

    func referenceFacts() throws -> ReferenceFacts { facts }

    func scanMembers(of list: String, at moment: Instant) throws -> [Symbol]? {
        lists[list]?.last { $0.from <= moment }?.symbols
    }

    private func history(_ request: HistoryRequest) -> HistoryLoad {
        var load = HistoryLoad(request: request)
        let factors = SplitFactors(splits, tradingDay: request.tradingDay)
        load.splitToday = factors.onTradingDay
        let symbols = Set(days.values.joined().map(\.symbol)).sorted()
        for symbol in symbols {
            var sums = [Double](repeating: 0, count: Slot.count)
            var used = 0
            for date in request.lookbackCandidates where used < request.daysPerSymbol {
                guard let row = days[date]?.first(where: { $0.symbol == symbol }), row.volume > 0 else { continue }
                used += 1
                for (slot, volume) in row.cumulative.enumerated() {
                    sums[slot] += Double(volume) * factors.factor(symbol, on: date)
                }
            }
            guard used > 0 else { continue }
            load.symbols.append(symbol)
            load.days.append(UInt8(used))
            load.sums += sums
        }
        readDaily(request, symbols, factors, &load)
        return load
    }

    /// Bars whose high and low are the close and half of it.
    private func readDaily(
        _ request: HistoryRequest,
        _ symbols: [Symbol],
        _ factors: SplitFactors,
        _ load: inout HistoryLoad
    ) {
        for symbol in symbols {
            var fold = DailyFold()
            fold.addRow()
            for date in request.dailyDays.reversed() {
                guard let row = days[date]?.first(where: { $0.symbol == symbol }) else { continue }
                fold.add(
                    row: 0,
                    high: row.close,
                    low: row.close / 2,
                    close: row.close,
                    volume: Double(row.volume),
                    factor: factors.factor(symbol, on: date),
                    isPrevious: date == request.dailyDays.first
                )
            }
            let facts = fold.facts(row: 0)
            guard facts.averageDays > 0 else { continue }
            load.daily.symbols.append(symbol)
            load.daily.averageVolume5.append(facts.averageVolume5)
            load.daily.averageVolume10.append(facts.averageVolume10)
            load.daily.averageVolume30.append(facts.averageVolume30)
            load.daily.averageDays.append(UInt8(facts.averageDays))
            load.daily.atr14.append(facts.atr14)
            load.daily.previousHigh.append(facts.previousHigh)
            load.daily.previousLow.append(facts.previousLow)
            load.daily.previousClose.append(facts.previousClose)
            load.daily.previousVolume.append(facts.previousVolume)
        }
    }
}

/// A symbol's random day: it trades in some slots, drifts, and opens with its first regular trade, which may come late.
func randomRow(_ name: String, using generator: inout SeededRandom) throws -> FakeRow {
    var row = FakeRow(try symbol(name))
    var price = Float.random(in: 2..<80, using: &generator)
    let share = Double.random(in: 0.2..<1, using: &generator)
    let lateBy = Bool.random(using: &generator) ? Int.random(in: 0..<60, using: &generator) : 0
    let quiet = Slot.regularOpen..<Slot.regularOpen + lateBy
    for slot in 0..<Slot.count where Double.random(in: 0..<1, using: &generator) < share && !quiet.contains(slot) {
        price = max(0.5, price * Float.random(in: 0.97..<1.035, using: &generator))
        row.trade(
            slot,
            Int64.random(in: 1...20_000, using: &generator),
            at: (price * 100).rounded() / 100,
            trades: Int32.random(in: 1...50, using: &generator)
        )
        if row.open.isNaN, slot >= Slot.regularOpen { row.open = Double(row.vwap[slot]) }
        if slot < Slot.regularClose { row.close = Double(row.vwap[slot]) }
    }
    return row
}

extension FakeHistory {
    /// The same, but for what comes after a slot of a day: other trades, and what only they decide of the day's bar.
    func withAnotherRest(of day: DayID, after now: Int, using generator: inout SeededRandom) throws -> Self {
        var other = self
        other.days[day] = try (days[day] ?? []).map { row in
            var changed = try randomRow(row.symbol.text, using: &generator)
            changed.own.replaceSubrange(0...now, with: row.own[0...now])
            changed.vwap.replaceSubrange(0...now, with: row.vwap[0...now])
            changed.trades.replaceSubrange(0...now, with: row.trades[0...now])
            // So that the day has the row at all.
            changed.own[Slot.count - 1] += 1
            let hasOpened = now >= Slot.regularOpen && row.own[Slot.regularOpen...now].contains { $0 > 0 }
            changed.open = hasOpened ? row.open : 1000
            changed.close = now >= Slot.regularClose ? row.close : 2000
            return changed
        }
        return other
    }
}
