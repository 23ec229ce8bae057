import Engine
import EngineAPI
import Feeds
import FilterLanguage
import MarketData
import MarketTime
import Store

/// Answers scans without a running engine: one snapshot of the market through the engine itself, as in the dashboard.
final class ScanDesk {
    private let access: HistoryAccess
    private let source: PolygonHistorySource
    private let clock: CorrectedClock
    private let book: ScanBook
    private let symbolLists: [SymbolList]
    private var core: EngineCore
    private var isLoaded = false
    private var number: UInt64 = 0

    /// A desk that has asked nobody yet.
    init(
        _ access: HistoryAccess,
        source: PolygonHistorySource,
        clock: CorrectedClock,
        book: ScanBook,
        symbolLists: [SymbolList]
    ) {
        self.access = access
        self.source = source
        self.clock = clock
        self.book = book
        self.symbolLists = symbolLists
        core = EngineCore(calendar: access.calendar, settings: access.rvol)
    }

    /// Takes a snapshot and answers.
    ///
    /// - Throws: ``Failure``.
    func answer(_ query: ScanQuery) throws -> ScanTable {
        let snapshot: DatedSnapshot
        do {
            snapshot = try source.snapshot().get()
        } catch {
            throw Self.failure(error)
        }
        if let date = snapshot.serverDate { clock.observe(server: date.adding(milliseconds: 500)) }
        let now = clock.now()
        var inputs: [EngineInput] = []
        if !isLoaded { inputs = try history(now: now) }
        inputs.append(.snapshot(snapshot.batch))
        number += 1
        inputs.append(.ask(number, query))
        let outputs = core.step(inputs, now: now)
        isLoaded = true
        for case .answer(number, let answer) in outputs {
            if let problem = answer.result.problem { throw Failure(status: .usage, sentence: problem) }
            return ScanTable(answer, source: "one snapshot of \(access.startup.settings.feed.restURL)")
        }
        throw Failure(status: .unreachable, sentence: "the snapshot gave no answer: try again")
    }

    /// What the history file says, once: baselines, daily bars, names and floats.
    private func history(now: Instant) throws -> [EngineInput] {
        var inputs: [EngineInput] = [
            .command(.scans(book)), .command(.symbolLists(symbolLists)),
            .reference(try access.store.referenceFacts()),
        ]
        for output in core.step([], now: now) {
            guard case .loadHistory(let request) = output else { continue }
            inputs.append(.history(try access.store.loadHistory(request)))
        }
        // The request for daily bars comes with the first history.
        for output in core.step(inputs, now: now) {
            guard case .loadDaily(let request) = output else { continue }
            return [.daily(try access.store.loadDaily(request))]
        }
        return []
    }

    private static func failure(_ failure: HistoryFailure) -> Failure {
        switch failure {
        case .notFound: Failure(status: .no, sentence: "the vendor has no snapshot now")
        case .failed(let sentence, _): Failure(status: .unreachable, sentence: sentence)
        case .refused(let sentence): Failure(status: .keyRefused, sentence: sentence)
        }
    }
}
