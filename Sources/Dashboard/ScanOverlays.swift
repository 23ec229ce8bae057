import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// The why-log as lines of an overlay.
enum WhyText {
    /// The overlay's title.
    static func title(_ query: WhyQuery) -> String {
        let list = query.list.map { " of \($0)" } ?? ""
        let symbol = query.symbol.map { " of \($0.text)" } ?? ""
        return "WHY" + list + symbol
    }

    /// The entries, newest first.
    ///
    /// What decided is what one looks for: on a narrow screen the numbers make room for it.
    static func lines(_ events: [ScanEvent]?, _ query: WhyQuery, width: Int, ascii: Bool) -> [OverlayLine] {
        guard let events else { return [OverlayLine(text: "asking the engine", role: .dim)] }
        guard !events.isEmpty else {
            return [OverlayLine(text: "nobody has come or gone since the start", role: .dim)]
        }
        return events.map { event in
            let time = TimeText.clock(NewYork.wall(at: event.time).secondOfDay)
            let arrow = ascii ? ">" : "→"
            let what: (String, Role) =
                switch event.kind {
                case .entered: ("+\(event.rank)", .good)
                case .left: ("-\(event.previousRank > 0 ? event.previousRank : event.rank)", .bad)
                case .moved: ("\(event.previousRank)\(arrow)\(event.rank)", .text)
                }
            var words = padded(event.symbol.text, 7) + " " + padded(what.0, 8)
            if query.list == nil { words += padded(event.list, 18) }
            if width >= 100 {
                words += right(number(event.price, .fixed(event.price < 1 ? 4 : 2)), 9)
                words += right(number(event.changePercent, NumberFormat(.fixed(1), sign: .plusMinus, suffix: "%")), 9)
            }
            words += right(event.rvol.isNaN ? "-" : number(event.rvol, .fixed(1)) + "x", 8) + "  "
            let isSmall = abs(event.value) < 1000
            let value = event.value.isNaN ? "" : ", it was " + number(event.value, isSmall ? .fixed(2) : .compact)
            return OverlayLine(head: time, headWidth: 10, text: words + event.clause + value, role: what.1)
        }
    }

    private static func number(_ value: Double, _ format: NumberFormat) -> String {
        value.isNaN ? "-" : format.string(value)
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

/// Who was on a list at a moment, as lines of an overlay.
enum RecallText {
    /// The overlay's title.
    static func title(_ recalled: RecalledList) -> String {
        let (day, second) = NewYork.wall(at: recalled.moment)
        return "\(recalled.list) at \(TimeText.clock(second)) of \(TimeText.date(day))"
    }

    /// The rows, best first.
    static func lines(_ recalled: RecalledList) -> [OverlayLine] {
        guard let rows = recalled.rows, !rows.isEmpty else {
            return [OverlayLine(text: "nobody was on it", role: .dim)]
        }
        let heading = OverlayLine(
            head: "RANK",
            headWidth: 6,
            text: "SYM          PRICE      CHG%     RVOL       VOL",
            role: .headingSorted
        )
        return [heading]
            + rows.map { row in
                let numbers =
                    row.symbol.text + String(repeating: " ", count: max(1, 8 - row.symbol.text.count))
                    + right(number(row.price, .fixed(row.price < 1 ? 4 : 2)), 10)
                    + right(number(row.change, NumberFormat(.fixed(2), sign: .plusMinus)), 10)
                    + right(number(row.rvol, .fixed(2)), 9) + right(number(row.volume, .compact), 10)
                return OverlayLine(head: "\(row.rank)", headWidth: 6, text: numbers)
            }
    }

    private static func number(_ value: Double, _ format: NumberFormat) -> String {
        value.isNaN ? "-" : format.string(value)
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
