import EngineAPI
import Feeds
import History
import MarketData
import MarketTime
import Network
import Store

/// `tradeul backfill` over REST: runs the backfill's core until it is over or a signal ends it.
struct RESTBackfill {
    /// Rows stored by a run after which the file is rewritten in order: about two days of the whole market.
    private static let rowsWorthCompacting = 20_000

    let access: HistoryAccess

    /// Fetches what is missing.
    ///
    /// - Throws: ``Failure``.
    func run(days: Int?, range: (from: DayID?, to: DayID?), symbols: [Symbol]?) throws(Failure) -> BackfillReport {
        let clock = CorrectedClock(base: SystemClock())
        try access.setClock(clock)
        let today = HistoryWindow.dayServed(at: clock.now(), calendar: access.calendar)
        let wanted = try access.slotDays(days: days, range: range, today: today)
        let damaged: Int
        do {
            // What cannot be read is fetched again.
            damaged = try wanted.reduce(0) { try $0 + access.store.repairSlots(on: $1.date) }
        } catch {
            throw HistoryAccess.failure(error)
        }
        let source = try access.source(clock: clock)
        defer { source.stop() }
        let progress = ProgressLine()
        let summary = Guarded(BackfillSummary())
        let runner = BackfillRunner(
            source: source,
            store: access.store,
            settings: access.startup.backfillSettings,
            hooks: BackfillRunner.Hooks(
                report: { progress.show($0) },
                ended: { summary.value = $0 }
            )
        )
        let started = MonotonicTime.now()
        let window = HistoryWindow(calendar: access.calendar, tradingDay: today, days: 1, includesEarlyCloses: true)
        runner.post(
            .start(
                BackfillJob(
                    slotDays: wanted,
                    // Whoever names symbols waits for them; the averages of the whole market are the dashboard's matter.
                    dailyDays: symbols == nil ? window.dailyDays : [],
                    today: today,
                    symbols: symbols
                )
            )
        )
        let isInterrupted = SignalWatch.run(end: { runner.end() }, body: { runner.run(untilEnded: true) })
        progress.end()
        var report = BackfillReport()
        report.days = wanted.map(\.date)
        if damaged > 0 { report.notes.append("\(damaged) damaged rows deleted and asked for again") }
        if let note = access.retentionNote(wanted, today: today) { report.notes.append(note) }
        report.summary = summary.value
        report.seconds = MonotonicTime.now().seconds(since: started)
        switch report.summary.outcome {
        case .finished: break
        case .failed(let cause, let sentence):
            report.status =
                switch cause {
                case .vendor: .unreachable
                case .refused: .keyRefused
                case .store: .store
                }
            report.sentence = sentence
        case .stopped:
            report.status = .no
            report.sentence = "ended before everything was there: the same command goes on from here"
        }
        if isInterrupted { report.status = .no }
        if report.status == .ok, report.summary.rows >= Self.rowsWorthCompacting {
            do { try access.compactIfAlone() } catch { report.notes.append(HistoryAccess.failure(error).sentence) }
        }
        return report
    }
}

extension HistoryAccess {
    /// The trading days a command's options name, newest first; the current one is never among them.
    ///
    /// - Throws: ``Failure`` with status 64 when there is none.
    func slotDays(days: Int?, range: (from: DayID?, to: DayID?), today: DayID) throws(Failure) -> [MarketDay] {
        let end = min(range.to ?? today.adding(days: -1), today.adding(days: -1))
        let wanted: [DayID]
        if let from = range.from {
            wanted = from > end ? [] : calendar.tradingDays(from: from, through: end).reversed()
        } else {
            wanted = calendar.tradingDays(before: end.adding(days: 1), count: days ?? startup.settings.history.days)
        }
        guard !wanted.isEmpty, wanted.count <= HistoryWindow.daysMax else {
            throw Failure(
                status: .usage,
                sentence: wanted.isEmpty
                    ? "no trading day that is over in that range: it holds none, or they are still to come"
                    : "\(wanted.count) trading days are more than the \(HistoryWindow.daysMax) that can be loaded at once"
            )
        }
        return wanted.map { calendar.day($0) }
    }

    /// That some of the days are older than what the dashboard keeps; nil when none is.
    func retentionNote(_ days: [MarketDay], today: DayID) -> String? {
        let kept = max(startup.settings.store.retentionDays, startup.settings.history.days)
        guard let oldest = days.last?.date,
            calendar.tradingDays(from: oldest, through: today.adding(days: -1)).count > kept
        else { return nil }
        return
            "days beyond the last \(kept) are deleted when the dashboard runs: raise store.retention_days to keep them"
    }
}

/// Runs something that a signal may end early.
enum SignalWatch {
    /// Runs `body` on this thread; INT, TERM or HUP calls `end` meanwhile.
    ///
    /// Returns whether a signal came. ``Termination/hold()`` has been called before any thread was started.
    static func run(end: @escaping @Sendable () -> Void, body: () -> Void) -> Bool {
        let wasSignalled = Guarded(false)
        let isOver = Guarded(false)
        let watcher = PlainThread {
            while !isOver.value {
                guard Termination.wait(milliseconds: 100) else { continue }
                wasSignalled.value = true
                end()
                return
            }
        }
        body()
        isOver.value = true
        _ = watcher?.join(milliseconds: 1000)
        return wasSignalled.value
    }
}
