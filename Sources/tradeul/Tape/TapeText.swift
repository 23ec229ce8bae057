import Dashboard
import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

extension TradeSide {
    /// The side as options and JSON name it.
    var word: String {
        switch self {
        case .aboveAsk: "above-ask"
        case .ask: "ask"
        case .between: "between"
        case .bid: "bid"
        case .belowBid: "below-bid"
        case .unknown: "unknown"
        }
    }
}

/// Trades as lines for people and for programs.
enum TapeText {
    /// Above the first line.
    static let heading =
        TextColumn.pad("TIME ET", -14) + TextColumn.pad("SYMBOL", -9) + "S " + TextColumn.pad("PRICE", 12)
        + TextColumn.pad("SIZE", 13) + "  X  " + TextColumn.pad("MARKS", -7) + "CONDITIONS"

    /// The marks of a line, each with its letter in the column and its word in JSON.
    private static let marks: [(flag: PrintFlags, letter: Character, word: String)] = [
        (.oddLot, "o", "odd-lot"), (.dark, "d", "off-exchange"), (.auction, "a", "auction"), (.sweep, "s", "sweep"),
        (.notLast, "x", "sets-no-last-price"), (.extendedHours, "e", "extended-hours"), (.block, "*", "block"),
        (.dayHigh, "H", "new-high"), (.dayLow, "L", "new-low"),
    ]

    /// A line for people.
    static func line(_ print: TapePrint, conditions: TradeConditions) -> String {
        let start = TextColumn.pad(time(print.time), -14) + TextColumn.pad(print.symbol.text, -9)
        if print.flags.contains(.halt) { return start + "-- HALTED --" }
        if print.flags.contains(.resume) { return start + "-- RESUMED --" }
        let price = NumberFormat.fixed(4).string(print.price)
        let size = (print.size == print.size.rounded() ? NumberFormat(.grouped) : .fixed(4)).string(print.size)
        let shown = marks.filter {
            print.flags.contains($0.flag) && ($0.flag != .notLast || print.flags.isOutOfOrder)
        }
        let letters = String(shown.map(\.letter))
        var words = conditions.words(of: print.conditions).joined(separator: ", ")
        if print.count > 1 { words = "×\(print.count)" + (words.isEmpty ? "" : " " + words) }
        let text =
            start + "\(print.side.mark) " + TextColumn.pad(price, 12) + TextColumn.pad(size, 13)
            + "  \(Venue.letter(exchange: print.exchange, trf: print.trf))  " + TextColumn.pad(letters, -7) + words
        return String(text.reversed().drop { $0 == " " }.reversed())
    }

    /// A line for programs.
    static func json(_ print: TapePrint, conditions: TradeConditions) -> String {
        var members: [(name: String, value: String)] = [
            (
                "event",
                JSONText.quoted(
                    print.flags.contains(.halt) ? "halt" : print.flags.contains(.resume) ? "resume" : "trade"
                )
            ),
            ("symbol", JSONText.quoted(print.symbol.text)),
            ("time", JSONText.quoted(stamp(print.time))),
            ("time_ms", "\(print.time / 1_000_000)"),
        ]
        if print.flags.isDisjoint(with: [.halt, .resume]) {
            members += [
                ("price", number(print.price)), ("size", number(print.size)), ("count", "\(print.count)"),
                ("side", JSONText.quoted(print.side.word)),
                ("venue", JSONText.quoted(String(Venue.letter(exchange: print.exchange, trf: print.trf)))),
                ("exchange", "\(print.exchange)"),
                ("trf", "\(print.trf)"), ("conditions", JSONText.array(print.conditions.codes.map { "\($0)" })),
                ("condition_names", JSONText.array(conditions.words(of: print.conditions).map(JSONText.quoted))),
                (
                    "marks",
                    JSONText.array(marks.filter { print.flags.contains($0.flag) }.map { JSONText.quoted($0.word) })
                ),
                ("bid", number(print.bid)), ("ask", number(print.ask)),
            ]
        }
        return JSONText.object(members)
    }

    /// A time in New York, `HH:MM:SS.mmm`.
    static func time(_ nanoseconds: Int64) -> String {
        let wall = NewYork.wall(at: Instant(nanoseconds: nanoseconds))
        let thousandths = nanoseconds / 1_000_000 % 1000
        return TimeText.clock(wall.secondOfDay) + "." + String(1000 + max(0, thousandths)).dropFirst()
    }

    private static func stamp(_ nanoseconds: Int64) -> String {
        NewYork.wall(at: Instant(nanoseconds: nanoseconds)).day.iso + "T" + time(nanoseconds)
    }

    private static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }
}
