import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// One slot of a symbol's day as the commands print it.
struct SlotLine: Equatable, Sendable {
    /// The day.
    let date: DayID
    /// The symbol.
    let symbol: Symbol
    /// 0…191.
    let slot: Int
    /// C(d, s): shares since 04:00 ET at the slot's end.
    let volume: Int64
    /// The slot's own trades; nil when its source told none.
    let trades: Int?
    /// The slot's own volume-weighted average price, USD; nil without trades or where its source told none.
    let vwap: Double?
}

/// How the slots of `tradeul history` are written.
enum SlotFormat: String, CaseIterable, Sendable {
    case table
    case csv
    case json

    /// The columns in every format, in order.
    static let columns = ["date", "symbol", "slot", "slot_time", "volume_accumulated", "trades", "vwap"]

    /// What comes before the first line; nil for nothing.
    var heading: String? {
        switch self {
        case .table:
            TextColumn.pad("DATE", -12) + TextColumn.pad("SYMBOL", -10) + TextColumn.pad("SLOT", 4)
                + TextColumn.pad("TIME", 7) + TextColumn.pad("VOLUME SINCE 04:00", 20) + TextColumn.pad("TRADES", 9)
                + TextColumn.pad("VWAP", 12)
        case .csv: Self.columns.joined(separator: ",")
        case .json: "["
        }
    }

    /// What comes after the last line; nil for nothing.
    var footing: String? { self == .json ? "]" : nil }

    /// A line; `isFirst` matters to JSON, whose elements are separated.
    func text(_ line: SlotLine, isFirst: Bool) -> String {
        let time = RVOLText.slotTime(line.slot)
        let trades = line.trades.map { "\($0)" }
        let vwap = line.vwap.map { NumberFormat.fixed(4).string($0) }
        switch self {
        case .table:
            return TextColumn.pad(line.date.iso, -12) + TextColumn.pad(line.symbol.text, -10)
                + TextColumn.pad("\(line.slot)", 4) + TextColumn.pad(time, 7)
                + TextColumn.pad(NumberFormat.grouped.string(Double(line.volume)), 20)
                + TextColumn.pad(trades ?? "–", 9) + TextColumn.pad(vwap ?? "–", 12)
        case .csv:
            // No field can hold a comma, a quote or a line break: symbols have letters, digits and dots only.
            return
                "\(line.date.iso),\(line.symbol.text),\(line.slot),\(time),\(line.volume),\(trades ?? ""),\(vwap ?? "")"
        case .json:
            let object = JSONText.object([
                ("date", JSONText.quoted(line.date.iso)), ("symbol", JSONText.quoted(line.symbol.text)),
                ("slot", "\(line.slot)"), ("slot_time", JSONText.quoted(time)),
                ("volume_accumulated", "\(line.volume)"), ("trades", trades ?? "null"), ("vwap", vwap ?? "null"),
            ])
            return isFirst ? object : "," + object
        }
    }
}
