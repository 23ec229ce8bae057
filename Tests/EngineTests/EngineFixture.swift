import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

/// Builds snapshots and steps an engine through them.
struct EngineFixture {
    var core: EngineCore
    let day: DayID

    init(_ iso: String = "2026-10-06", settings: RVOLSettings = RVOLSettings()) throws {
        day = try #require(DayID(iso: iso))
        core = EngineCore(calendar: ExchangeCalendar(), settings: settings)
    }

    func at(_ hour: Int, _ minute: Int, _ second: Int = 0) -> Instant {
        NewYork.instant(day, secondOfDay: hour * 3600 + minute * 60 + second)
    }

    /// Steps and returns everything but pictures.
    mutating func step(_ inputs: [EngineInput] = [], _ now: Instant) -> [EngineOutput] {
        core.step(inputs, now: now).filter { if case .publish = $0 { false } else { true } }
    }

    /// The rows of a query, after a step without inputs but the query.
    mutating func ask(_ query: ScanQuery, _ now: Instant) throws -> ScanResult {
        let outputs = core.step([.command(.query(query))], now: now)
        for case .publish(let view) in outputs { return try #require(view.result) }
        throw Missing.picture
    }

    /// The newest status.
    mutating func status(_ now: Instant) throws -> EngineStatus {
        let outputs = core.step([.feed(FeedStatus())], now: now)
        for case .publish(let view) in outputs { return view.status }
        throw Missing.picture
    }

    /// One ticker's numbers by column.
    mutating func number(_ column: ColumnID, _ symbol: String, _ now: Instant) throws -> Double {
        let result = try ask(ScanQuery(columns: [column], rows: 0..<100_000), now)
        let wanted = try #require(Symbol(symbol))
        let index = try #require(result.symbols.firstIndex(of: wanted))
        return result.values[0][index]
    }

    /// A history in which every symbol trades `perSlot` shares in every slot of each of `days` days.
    func history(_ symbols: [String], perSlot: Double, days: UInt8 = 5) throws -> HistoryLoad {
        let request = HistoryRequest(tradingDay: day, lookbackCandidates: [], daysPerSymbol: 5, dailyDays: [])
        var load = HistoryLoad(request: request)
        for text in symbols {
            load.symbols.append(try #require(Symbol(text)))
            load.days.append(days)
            load.sums.append(contentsOf: (1...Slot.count).map { Double($0) * perSlot * Double(days) })
        }
        load.distinctDays = Int(days)
        load.daily.symbols = load.symbols
        load.daily.averageVolume30 = load.symbols.map { _ in perSlot * Double(Slot.count) }
        return load
    }
}

enum Missing: Error {
    case picture
}

/// One ticker of a snapshot under construction; unset numbers are missing.
struct Row {
    var symbol: String
    var price = Double.nan
    var tradedAt: Instant?
    var volume = Double.nan
    var minuteAt: Instant?
    var minuteVolume = 0.0
    var open = Double.nan
    var high = Double.nan
    var low = Double.nan
    var previousClose = 10.0
}

func snapshot(_ rows: [Row]) throws -> SnapshotBatch {
    var batch = SnapshotBatch()
    for row in rows {
        batch.symbols.append(try #require(Symbol(row.symbol)))
        batch.lastPrice.append(row.price)
        batch.lastTime.append(row.tradedAt?.nanoseconds ?? 0)
        batch.minuteClose.append(row.minuteAt == nil ? .nan : row.price)
        batch.minuteHigh.append(.nan)
        batch.minuteLow.append(.nan)
        batch.minuteVolume.append(row.minuteVolume)
        batch.accumulatedVolume.append(row.volume)
        batch.minuteStart.append(row.minuteAt?.nanoseconds ?? 0)
        batch.dayOpen.append(row.open)
        batch.dayHigh.append(row.high)
        batch.dayLow.append(row.low)
        batch.dayClose.append(.nan)
        batch.dayVolume.append(.nan)
        batch.dayVWAP.append(.nan)
        batch.previousClose.append(row.previousClose)
        batch.previousVolume.append(.nan)
        batch.bid.append(.nan)
        batch.ask.append(.nan)
        batch.updated.append(max(row.tradedAt?.nanoseconds ?? 0, row.minuteAt?.nanoseconds ?? 0))
    }
    return batch
}

/// A row that traded just now: the minute bar began with the current minute.
func traded(
    _ symbol: String,
    _ price: Double,
    volume: Double,
    minuteVolume: Double = 0,
    at now: Instant,
    previousClose: Double = 10
) -> Row {
    let minute = Instant(nanoseconds: now.nanoseconds - now.nanoseconds % 60_000_000_000)
    return Row(
        symbol: symbol,
        price: price,
        tradedAt: now,
        volume: volume,
        minuteAt: minute,
        minuteVolume: minuteVolume,
        previousClose: previousClose
    )
}
