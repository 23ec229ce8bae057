import EngineAPI
import MarketTime
import TerminalGrid

/// What the header says about history: what stands behind RVOL, what is being fetched, what today lacks.
struct HistorySegments {
    /// Seconds for which a finished backfill is still mentioned.
    static let finishedSeconds: Int64 = 30
    /// Cells of the progress bar.
    private static let barCells = 8

    private let state: DashboardState

    /// The pieces for a state.
    init(_ state: DashboardState) { self.state = state }

    // MARK: Baseline

    /// Days and tickers behind RVOL.
    var baseline: [Segment] {
        guard let status = state.status else { return [] }
        switch status.baseline {
        case .loading: return [Segment("history loading", .warning, worth: 58, short: "history…")]
        case .empty where state.settings.source == .demo && !status.store.isDegraded:
            return [Segment("history being written", .warning, worth: 58, short: "no history")]
        case .empty where status.backfill.isRunning: return [Segment("no RVOL yet", .warning, worth: 58)]
        case .empty: return [Segment("no history: no RVOL", .warning, worth: 58, short: "no history")]
        case .ready(let days, let tickers):
            let used = min(days, status.rvol.lookbackDays)
            let isGrowing = status.backfill.isRunning
            var words = used == 1 ? "1-day baseline" : "\(used)-day baseline"
            if isGrowing, days < status.rvol.lookbackDays {
                words = "baseline \(days) of \(status.rvol.lookbackDays) days"
            }
            let whole = "\(words), \(TimeText.count(tickers)) tickers" + (isGrowing ? ", growing" : "")
            return [Segment([.init(text: whole, worth: 32), .init(text: words, worth: isGrowing ? 48 : 37)], .dim)]
        }
    }

    // MARK: Backfill and gap

    /// What is being fetched, and what today's collection has missed.
    func mending(_ glyphs: GlyphSet) -> [Segment] {
        guard let status = state.status else { return [] }
        let gap = status.gap
        guard gap.slots > 0 else { return backfill(status.backfill, glyphs) }
        let slots = gap.slots == 1 ? "gap: 1 slot" : "gap: \(gap.slots) slots"
        let whole = "\(slots) of \(TimeText.count(gap.tickers)) tickers"
        guard status.backfill.phase == .gap else {
            // Amber only where nothing fills it.
            let role: Role = status.backfill.isRunning ? .text : .warning
            let mark = Segment([.init(text: whole, worth: 33), .init(text: slots, worth: 70)], role)
            return [mark] + backfill(status.backfill, glyphs)
        }
        let progress = status.backfill.progressWords.joined(separator: " ")
        let share = status.backfill.percentWords.map { " \($0)" } ?? ""
        return [
            Segment(
                [
                    .init(text: "\(whole), filling \(progress)", worth: 33),
                    .init(text: "\(slots), filling \(progress)", worth: 46),
                    .init(text: "\(slots)\(share)", worth: 67),
                    .init(text: "gap\(share)", worth: 76),
                ],
                .text
            )
        ]
    }

    private func backfill(_ backfill: BackfillStatus, _ glyphs: GlyphSet) -> [Segment] {
        switch backfill.phase {
        case .idle: return []
        case .finished:
            // Said once, then silence is the sign that all is well.
            guard let since = state.backfillFinishedAt, state.now < since.adding(seconds: Self.finishedSeconds)
            else { return [] }
            return [Segment("history complete", .good, worth: 59, short: "hist 100%")]
        case .failed: return [Segment("history stopped", .bad, worth: 74, short: "hist!")]
        case .waiting: return [Segment("history waits", .warning, worth: 67, short: "hist…")]
        case .planning: return [Segment("history: looking up what is missing", .text, worth: 34, short: "hist…")]
        case .days, .bars, .gap: return [progress(backfill, glyphs)]
        }
    }

    private func progress(_ backfill: BackfillStatus, _ glyphs: GlyphSet) -> Segment {
        let share = backfill.percentWords ?? ""
        let left = backfill.leftWords.map { " \($0)" } ?? ""
        let bar = backfill.fraction.map { " " + glyphs.progressBar($0, cells: Self.barCells) } ?? ""
        let parts = backfill.progressWords
        let counts = backfill.total > 0 ? " \(backfill.countWords)" : ""
        return Segment(
            [
                .init(text: "\(backfill.phaseWords)\(bar)\(counts), " + parts.joined(separator: ", "), worth: 33),
                .init(text: "hist\(bar) " + parts.joined(separator: " "), worth: 46),
                .init(text: "hist \(share)\(left)", worth: 67),
                .init(text: "hist \(share)", worth: 76),
            ].filter { !$0.text.hasSuffix(" ") },
            .text
        )
    }
}

extension BackfillStatus {
    /// What is being fetched.
    var phaseWords: String {
        switch phase {
        case .days: "daily bars"
        case .gap: "today's gap"
        default: "slot history"
        }
    }

    /// Done share of the phase, 0…1; nil before there is anything to do.
    ///
    /// The numbers come from elsewhere and are believed within reason only.
    var fraction: Double? {
        guard total > 0 else { return nil }
        return min(max(Double(done) / Double(total), 0), 1)
    }

    /// `43%`; 100 only when all is done.
    var percentWords: String? { fraction.map { "\(Int(($0 * 100).rounded(.down)))%" } }

    /// `4,744/11,034`.
    var countWords: String { "\(TimeText.count(min(max(done, 0), total)))/\(TimeText.count(total))" }

    /// `95/s`, or `5/min` where that is the plan's pace; nil before there is a rate.
    var rateWords: String? {
        guard let perSecond, perSecond.isFinite, perSecond > 0, perSecond < 1e9 else { return nil }
        if perSecond >= 10 { return "\(TimeText.count(Int(perSecond.rounded())))/s" }
        if perSecond >= 1 { return "\(TimeText.setting((perSecond * 10).rounded() / 10))/s" }
        let perMinute = Int((perSecond * 60).rounded())
        return perMinute > 0 ? "\(perMinute)/min" : nil
    }

    /// `2m left`; nil before there is a rate.
    var leftWords: String? {
        guard let secondsLeft, secondsLeft.isFinite, secondsLeft >= 0 else { return nil }
        return TimeText.roughly(secondsLeft) + " left"
    }

    /// Share, rate and time left, as far as they are known.
    var progressWords: [String] { [percentWords, rateWords, leftWords].compactMap(\.self) }
}
