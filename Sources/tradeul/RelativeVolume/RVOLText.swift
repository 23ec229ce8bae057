import Dashboard
import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// ``RVOLAnswer`` as a trader reads it: a line, the whole calculation, or JSON.
enum RVOLText {
    /// Heading of ``line(_:)``.
    static let heading =
        "SYMBOL    DATE        AT        SLOT         VOLUME       BASELINE     RVOL  DAYS     SLOT   SIMPLE"

    /// One line with the numbers of the table.
    static func line(_ answer: RVOLAnswer) -> String {
        [
            TextColumn.pad(answer.symbol.text, -9), answer.date.iso, " " + TimeText.clock(answer.secondOfDay),
            TextColumn.pad("\(answer.slot)", 5),
            TextColumn.pad(shares(answer.volume), 14), TextColumn.pad(shares(answer.baseline), 14),
            TextColumn.pad(multiple(answer.rvol) + mark(answer), 8),
            TextColumn.pad("\(answer.lookback.count)", 5), TextColumn.pad(multiple(answer.slotRVOL), 8),
            TextColumn.pad(multiple(answer.simpleRVOL), 8),
        ].joined(separator: " ")
    }

    /// The whole calculation, line by line.
    static func explanation(_ answer: RVOLAnswer) -> [String] {
        let compared = answer.comparedSlot
        let begun = min(answer.progress.completedSlots, Slot.count) - 1
        var lines = [
            "\(answer.symbol.text)  \(answer.date.iso)  \(preciseTime(answer)) ET  slot \(answer.slot) "
                + "(\(slotTime(answer.slot))–\(slotTime(answer.slot + 1))), elapsed share f = \(six(answer.fraction))",
            "",
            "Today since 04:00 ET                V(t) = " + TextColumn.pad(decimal(answer.volume), 17),
            "Today until \(slotTime(begun + 1))         C(today,\(TextColumn.pad("\(begun)", 3))) = "
                + TextColumn.pad(answer.slotStart.map { shares(Double($0)) } ?? "–", 17),
            "",
        ]
        if compared != answer.slot { lines.append("The slot just ended is compared: this one is younger than 30 s.") }
        lines += lookbackTable(answer)
        lines.append("")
        lines += results(answer)
        return lines
    }

    /// One JSON object.
    static func json(_ answer: RVOLAnswer) -> String {
        let days = answer.lookback.map { day in
            JSONText.object([
                ("date", JSONText.quoted(day.date.iso)), ("cumulative", number(cumulative(day, answer))),
                ("slot_start", number(day.before)), ("slot_end", number(day.end)),
                ("source", JSONText.quoted(day.source)), ("split_factor", number(day.factor)),
            ])
        }
        return JSONText.object([
            ("symbol", JSONText.quoted(answer.symbol.text)), ("date", JSONText.quoted(answer.date.iso)),
            ("at", JSONText.quoted(TimeText.clock(answer.secondOfDay))), ("slot", "\(answer.slot)"),
            ("fraction", number(answer.fraction)), ("cumulative", number(answer.volume)),
            ("baseline", number(answer.baseline)), ("rvol", number(answer.rvol)),
            ("mode", JSONText.quoted(answer.settings.mode.rawValue)), ("slot_rvol", number(answer.slotRVOL)),
            ("simple_rvol", number(answer.simpleRVOL)),
            ("slot_start", answer.slotStart.map { "\($0)" } ?? "null"), ("thin", answer.isThin ? "true" : "false"),
            ("lookback_days", "\(answer.settings.lookbackDays)"), ("days", "\(answer.lookback.count)"),
            ("average_volume", number(answer.averageVolume)), ("average_days", "\(answer.averageDays)"),
            ("lookback", JSONText.array(days)),
        ])
    }

    /// What a lookback day adds to the baseline: its cumulative volume at this time of day by the mode.
    private static func cumulative(_ day: RVOLAnswer.LookbackDay, _ answer: RVOLAnswer) -> Double {
        switch answer.settings.mode {
        case .interpolated: day.before + answer.fraction * (day.end - day.before)
        case .slot: day.end
        case .regular: (day.end - day.before) * (answer.isPreviousSlot ? 1 : answer.fraction)
        }
    }

    private static func lookbackTable(_ answer: RVOLAnswer) -> [String] {
        guard !answer.lookback.isEmpty else { return ["No stored day on which it traded: no baseline."] }
        let slot = answer.comparedSlot
        var lines = [
            TextColumn.pad("LOOKBACK", -12) + TextColumn.pad("C(\(slot - 1))", 15) + TextColumn.pad("C(\(slot))", 15)
                + TextColumn.pad("AT THIS TIME", 17)
                + "  SOURCE      SPLIT"
        ]
        for day in answer.lookback {
            let split = day.factor == 1 ? "" : "× \(NumberFormat.fixed(4).string(day.factor))"
            lines.append(
                TextColumn.pad(day.date.iso, -12) + TextColumn.pad(shares(day.before), 15)
                    + TextColumn.pad(shares(day.end), 15)
                    + TextColumn.pad(decimal(cumulative(day, answer)), 17) + "  " + TextColumn.pad(day.source, -12)
                    + split
            )
        }
        let sum = answer.lookback.reduce(0) { $0 + cumulative($1, answer) }
        lines.append(
            TextColumn.pad("mean of \(answer.lookback.count)", -42)
                + TextColumn.pad(decimal(sum / Double(answer.lookback.count)), 17)
        )
        return lines
    }

    private static func results(_ answer: RVOLAnswer) -> [String] {
        let settings = answer.settings
        let early = settings.includesEarlyCloses ? ", early closes included" : ""
        var lines = [
            "RVOL        \(TextColumn.pad(multiple(answer.rvol), 8)) ×  = \(decimal(answer.numerator)) / \(decimal(answer.baseline))"
                + " = \(answer.rvol.map(six) ?? "–")   (\(settings.mode.rawValue), \(answer.lookback.count) of \(settings.lookbackDays) days\(early))"
        ]
        if answer.isThin {
            lines.append(
                "            thin: the mean is below the floor of \(decimal(settings.floorShares)) shares, which stands in"
            )
        }
        lines.append("slot RVOL   \(TextColumn.pad(multiple(answer.slotRVOL), 8)) ×  \(slotOfSlotRVOL(answer))")
        lines.append(
            "simple RVOL \(TextColumn.pad(multiple(answer.simpleRVOL), 8)) ×  = \(decimal(answer.volume)) / "
                + "\(decimal(answer.averageVolume))   (mean daily volume of \(answer.averageDays) days)"
        )
        return lines
    }

    /// Which slot ``RVOLAnswer/slotRVOL`` is of.
    private static func slotOfSlotRVOL(_ answer: RVOLAnswer) -> String {
        guard answer.isPreviousSlot else { return "of this slot so far" }
        switch answer.progress.completedSlots {
        case Slot.count: return "of the day's last slot"
        case 0: return "this slot is younger than 30 s, and it is the day's first"
        default: return "of the slot just ended: this one is younger than 30 s"
        }
    }

    /// That older days stand in for newer ones of which nothing is stored; nil when none does.
    static func staleDays(_ answer: RVOLAnswer) -> String? {
        guard answer.unstoredDays > 0, let oldest = answer.lookback.last?.date else { return nil }
        return
            "\(answer.symbol.text): nothing is stored of \(answer.unstoredDays) trading days since \(oldest.iso), and older "
            + "ones stand in: tradeul backfill fetches them"
    }

    /// What to do when there are fewer lookback days than asked for; nil when there are all.
    ///
    /// A symbol does not trade every day, so that as many days as are missing would often bring none.
    static func missingDays(_ answer: RVOLAnswer) -> String? {
        let wanted = answer.settings.lookbackDays
        guard answer.lookback.count < wanted else { return nil }
        let symbol = answer.symbol.text
        return "\(symbol): \(answer.lookback.count) of \(wanted) lookback days are stored; "
            + "tradeul backfill --days \(HistoryRequest.candidateDays) --symbols \(symbol) fetches those there are"
    }

    private static func mark(_ answer: RVOLAnswer) -> String {
        if answer.isThin { return "~" }
        return answer.lookback.count < answer.settings.lookbackDays && !answer.lookback.isEmpty ? "'" : " "
    }

    /// The time of the volume, with its thousandths where it has any.
    private static func preciseTime(_ answer: RVOLAnswer) -> String {
        guard answer.millisecond > 0 else { return TimeText.clock(answer.secondOfDay) }
        let digits = String(answer.millisecond)
        return TimeText.clock(answer.secondOfDay) + "." + String(repeating: "0", count: 3 - digits.count) + digits
    }

    private static func six(_ number: Double) -> String { NumberFormat.fixed(6).string(number) }

    /// The start of a slot, `HH:MM`.
    static func slotTime(_ slot: Int) -> String { TimeText.hourMinute(Slot.dayStartSecond + slot * Slot.seconds) }

    private static func multiple(_ value: Double?) -> String {
        value.map { NumberFormat(.fixed(2), limit: 999).string($0) } ?? "–"
    }

    private static func shares(_ value: Double?) -> String { value.map { NumberFormat.grouped.string($0) } ?? "–" }

    /// Shares with two decimals where there are any.
    private static func decimal(_ value: Double?) -> String {
        guard let value else { return "–" }
        let whole = value.rounded(.towardZero)
        let cents = ((value - whole) * 100).rounded()
        if cents == 0 { return NumberFormat.grouped.string(whole) }
        if cents == 100 { return NumberFormat.grouped.string(whole + 1) }
        return NumberFormat.grouped.string(whole) + "." + (cents < 10 ? "0" : "") + "\(Int(cents))"
    }

    private static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "null" }
        return value == value.rounded() && abs(value) < 9e15 ? "\(Int64(value))" : "\(value)"
    }
}
