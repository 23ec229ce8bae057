import EngineAPI
import History
import MarketData
import MarketTime
import Network

/// Puts the pages of one answer together.
///
/// Confined to the thread of its source; a page that cannot be decoded adds nothing.
protocol HistoryCollector: AnyObject {
    /// Takes a page in; returns the next one's address.
    func take(_ response: HTTPResponse, _ decoder: PolygonDecoder) throws(DecodeError) -> String?

    /// The whole answer, or the part of a sentence after "the answer" that says why there is none.
    func result() -> Result<HistoryPayload, Unusable>
}

/// An answer without anything usable, in words.
struct Unusable: Error {
    let words: String

    /// Elements came, and none could be used: storing "nothing" for them would be a lie.
    init(rejected: Int) { words = "holds nothing usable (\(rejected) rejected)" }
}

/// The daily bars of a market.
final class DailyBarCollector: HistoryCollector {
    private let day: DayID
    private var bars: [DailyBar] = []
    private var rows: [Symbol: Int] = [:]
    private var rejected = 0

    init(day: DayID) { self.day = day }

    func take(_ response: HTTPResponse, _ decoder: PolygonDecoder) throws(DecodeError) -> String? {
        let page = try decoder.dailyBars(response.body, of: day)
        rejected += page.rejected
        for bar in page.rows {
            if let row = rows[bar.symbol] {
                bars[row] = bar
            } else {
                rows[bar.symbol] = bars.count
                bars.append(bar)
            }
        }
        return page.nextURL
    }

    func result() -> Result<HistoryPayload, Unusable> {
        guard !bars.isEmpty || rejected == 0 else { return .failure(Unusable(rejected: rejected)) }
        return .success(.history(.dailyBars(bars)))
    }
}

/// Splits of a span; one of the same symbol and date replaces the one before.
final class SplitCollector: HistoryCollector {
    private struct Key: Hashable {
        let symbol: Symbol
        let date: DayID
    }

    private let span: ClosedRange<DayID>
    private var splits: [Key: StockSplit] = [:]
    private var rejected = 0

    init(span: ClosedRange<DayID>) { self.span = span }

    func take(_ response: HTTPResponse, _ decoder: PolygonDecoder) throws(DecodeError) -> String? {
        let page = try decoder.splits(response.body)
        rejected += page.rejected
        for split in page.rows where span.contains(split.executionDate) {
            splits[Key(symbol: split.symbol, date: split.executionDate)] = split
        }
        return page.nextURL
    }

    func result() -> Result<HistoryPayload, Unusable> {
        guard !splits.isEmpty || rejected == 0 else { return .failure(Unusable(rejected: rejected)) }
        let sorted = splits.values.sorted { ($0.executionDate, $0.symbol) < ($1.executionDate, $1.symbol) }
        return .success(.history(.splits(sorted)))
    }
}

/// A listing date.
final class ListingCollector: HistoryCollector {
    private var date: DayID?

    func take(_ response: HTTPResponse, _ decoder: PolygonDecoder) throws(DecodeError) -> String? {
        date = try decoder.listing(response.body)
        return nil
    }

    func result() -> Result<HistoryPayload, Unusable> { .success(.history(.listing(date))) }
}

/// Five-minute bars of many days as rows of slots.
///
/// Bars of other days or hours are an answer without rows; bars that are all damaged are none.
final class BarCollector: HistoryCollector {
    private let symbol: Symbol
    private var fold: SymbolBarFold

    init(symbol: Symbol, from: DayID, through: DayID, calendar: ExchangeCalendar) {
        self.symbol = symbol
        fold = SymbolBarFold(from: from, through: through, calendar: calendar)
    }

    func take(_ response: HTTPResponse, _ decoder: PolygonDecoder) throws(DecodeError) -> String? {
        let page = try decoder.barPage(response.body)
        for row in page.startMs.indices {
            fold.add(
                startMilliseconds: page.startMs[row],
                volume: page.volume[row],
                trades: page.trades[row],
                vwap: page.vwap[row]
            )
        }
        for _ in 0..<page.malformed { fold.noteMalformed() }
        return page.nextURL
    }

    func result() -> Result<HistoryPayload, Unusable> {
        var rows = SlotHistory()
        fold.finish(symbol, into: &rows)
        let damaged = fold.rejections.malformed + fold.rejections.badVolume
        guard rows.count > 0 || damaged == 0 else { return .failure(Unusable(rejected: fold.rejections.total)) }
        return .success(.history(.bars(rows, rejected: fold.rejections)))
    }
}

/// One-minute bars of one day, 04:00–20:00 ET; of two of the same minute the later one counts.
final class MinuteCollector: HistoryCollector {
    private let opens: Instant
    private let ends: Instant
    private var bars: [Instant: MinuteBar] = [:]

    init(day: DayID) {
        opens = NewYork.instant(day, secondOfDay: Slot.dayStartSecond)
        ends = NewYork.instant(day, secondOfDay: Slot.dayEndSecond)
    }

    func take(_ response: HTTPResponse, _ decoder: PolygonDecoder) throws(DecodeError) -> String? {
        let page = try decoder.barPage(response.body)
        for row in page.startMs.indices {
            let start = Instant(milliseconds: page.startMs[row])
            let volume = page.volume[row]
            guard start >= opens, start < ends, volume >= 0, volume <= DayBarFold.maxBarVolume else { continue }
            let trades = page.trades[row]
            bars[start] = MinuteBar(start: start, volume: volume, trades: trades < 0 ? nil : Int(trades))
        }
        return page.nextURL
    }

    func result() -> Result<HistoryPayload, Unusable> {
        .success(.minutes(bars.values.sorted { $0.start < $1.start }))
    }
}

/// One snapshot.
final class SnapshotCollector: HistoryCollector {
    private var snapshot: DatedSnapshot?

    func take(_ response: HTTPResponse, _ decoder: PolygonDecoder) throws(DecodeError) -> String? {
        let batch = try decoder.snapshot(response.body)
        snapshot = DatedSnapshot(batch: batch, serverDate: response.serverDate)
        return nil
    }

    func result() -> Result<HistoryPayload, Unusable> {
        guard let snapshot, snapshot.batch.count > 0 || snapshot.batch.rejections.total == 0 else {
            return .failure(Unusable(rejected: snapshot?.batch.rejections.total ?? 0))
        }
        return .success(.snapshot(snapshot))
    }
}

/// One page of the list of tickers: whoever asks decides about the next, because each is stored by itself.
final class TickerPageCollector: HistoryCollector {
    private var page = VendorPage<ReferenceFact>()

    func take(_ response: HTTPResponse, _ decoder: PolygonDecoder) throws(DecodeError) -> String? {
        page = try decoder.tickers(response.body)
        return nil
    }

    func result() -> Result<HistoryPayload, Unusable> {
        guard !page.rows.isEmpty || page.rejected == 0 else { return .failure(Unusable(rejected: page.rejected)) }
        return .success(.tickers(page))
    }
}

extension HistoryInquiry {
    /// Something to put this inquiry's pages into.
    func collector(calendar: ExchangeCalendar) -> any HistoryCollector {
        switch self {
        case .fetch(.dailyBars(let day)): DailyBarCollector(day: day)
        case .fetch(.splits(let from, let through)): SplitCollector(span: from...max(from, through))
        case .fetch(.listing): ListingCollector()
        case .fetch(.bars(let symbol, let from, let through)):
            BarCollector(symbol: symbol, from: from, through: through, calendar: calendar)
        case .minutes(_, let day): MinuteCollector(day: day)
        case .snapshot: SnapshotCollector()
        case .tickers: TickerPageCollector()
        }
    }
}
