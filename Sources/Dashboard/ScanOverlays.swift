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
            var words = FieldText.left(event.symbol.text, 7) + " " + FieldText.left(what.0, 8)
            if query.list == nil { words += FieldText.left(event.list, 18) }
            if width >= 100 {
                words += FieldText.right(FieldText.price(event.price), 9)
                words += FieldText.right(
                    FieldText.number(event.changePercent, NumberFormat(.fixed(1), sign: .plusMinus, suffix: "%")),
                    9
                )
            }
            words += FieldText.right(event.rvol.isNaN ? "–" : FieldText.number(event.rvol, .fixed(1)) + "x", 8) + "  "
            let isSmall = abs(event.value) < 1000
            let value =
                event.value.isNaN ? "" : ", it was " + FieldText.number(event.value, isSmall ? .fixed(2) : .compact)
            return OverlayLine(head: time, headWidth: 10, text: words + event.clause + value, role: what.1)
        }
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
                    + FieldText.right(FieldText.price(row.price), 10)
                    + FieldText.right(FieldText.number(row.change, NumberFormat(.fixed(2), sign: .plusMinus)), 10)
                    + FieldText.right(FieldText.number(row.rvol, .fixed(2)), 9)
                    + FieldText.right(FieldText.number(row.volume, .compact), 10)
                return OverlayLine(head: "\(row.rank)", headWidth: 6, text: numbers)
            }
    }
}
