import Dashboard
import EngineAPI
import MarketData
import TerminalGrid

/// How a backfill's progress and end are told on standard error.
enum BackfillText {
    /// The progress in one line of at most `width` cells, ASCII.
    static func progress(_ status: BackfillStatus, detail: String = "", width: Int) -> String {
        var parts = [phase(status.phase)]
        if status.total > 0 {
            let share = Double(min(status.done, status.total)) / Double(status.total)
            parts.append(bar(share, cells: 20))
            parts.append("\(Int(share * 100)) %")
            parts.append("\(TimeText.count(status.done))/\(TimeText.count(status.total))")
        }
        if let rate = status.perSecond {
            parts.append("\(rate < 10 ? NumberFormat.fixed(1).string(rate) : TimeText.count(Int(rate)))/s")
        }
        if let left = status.secondsLeft, left.isFinite { parts.append("\(TimeText.words(left.rounded(.up))) left") }
        if !detail.isEmpty { parts.append(detail) }
        if status.notFound > 0 { parts.append("\(TimeText.count(status.notFound)) unknown to the vendor") }
        if status.rejected.total > 0 { parts.append("\(TimeText.count(status.rejected.total)) bars left out") }
        return String(parts.joined(separator: "  ").prefix(max(0, width)))
    }

    /// What a phase is called.
    static func phase(_ phase: BackfillStatus.Phase) -> String {
        switch phase {
        // Before a job a command shows nothing: this is one that was cut short.
        case .idle: "ended"
        case .planning: "looking up what is missing"
        case .days: "daily bars"
        case .bars: "5-minute bars"
        case .gap: "today's gap"
        case .waiting(let sentence): "waiting: \(sentence)"
        case .failed(let sentence): sentence
        case .finished: "done"
        }
    }

    /// Why bars were left out, for the end of a run; nil when none were.
    static func rejections(_ rejected: BarRejections) -> String? {
        let reasons = [
            (rejected.outsideHours, "outside 04:00-20:00 ET"), (rejected.otherDay, "of other days"),
            (rejected.badVolume, "with an impossible volume"), (rejected.duplicate, "that came twice"),
            (rejected.malformed, "unreadable"),
        ].filter { $0.0 > 0 }.map { "\(TimeText.count($0.0)) \($0.1)" }
        return reasons.isEmpty ? nil : "bars left out: " + reasons.joined(separator: ", ")
    }

    /// The symbols that were asked for and of which nothing is stored, the first ten by name; nil when there are none.
    static func nothingStored(_ symbols: [Symbol]) -> String? {
        guard !symbols.isEmpty else { return nil }
        let names = symbols.prefix(10).map(\.text).joined(separator: ", ")
        let more = symbols.count > 10 ? " and \(TimeText.count(symbols.count - 10)) more" : ""
        return "nothing is stored of \(names)\(more) for these days: by the daily bars there was no trade "
            + "(symbols are case-sensitive, as the vendor writes them: BRK.B, BACpM)"
    }

    /// A number and its noun, which has an s unless the number is 1.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(TimeText.count(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    private static func bar(_ share: Double, cells: Int) -> String {
        let full = Int(share * Double(cells))
        return "[" + String(repeating: "#", count: full) + String(repeating: "-", count: cells - full) + "]"
    }
}
