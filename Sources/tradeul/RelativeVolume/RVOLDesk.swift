import Dashboard
import Engine
import EngineAPI
import Feeds
import MarketData
import MarketTime
import Store

/// Finds the numbers behind a symbol's relative volume: from the history file, and from the vendor where there is a key.
///
/// One snapshot serves all symbols of a run, so that their numbers are of one moment.
final class RVOLDesk {
    /// What is asked for.
    enum Moment: Equatable {
        /// The newest data of the current trading day.
        case now
        /// A time of a day, seconds since midnight in New York, whole minutes.
        case at(DayID?, second: Int)
    }

    private let access: HistoryAccess
    private let source: PolygonHistorySource?
    private let clock: CorrectedClock
    private var snapshot: DatedSnapshot?
    private var isClockSet = false

    /// A desk; without a source only the file is read.
    init(_ access: HistoryAccess, source: PolygonHistorySource?, clock: CorrectedClock) {
        self.access = access
        self.source = source
        self.clock = clock
    }

    /// The numbers of a symbol.
    ///
    /// - Throws: ``Failure``.
    func answer(_ symbol: Symbol, _ moment: Moment) throws -> RVOLAnswer {
        switch moment {
        case .now: try source == nil ? newestStored(symbol) : newest(symbol)
        case .at(let day, let second): try answer(symbol, day: day ?? today(), second: second)
        }
    }

    // MARK: The newest data

    /// By one snapshot of the whole market through the engine itself, as in the dashboard.
    private func newest(_ symbol: Symbol) throws -> RVOLAnswer {
        let batch = try wholeMarket()
        let now = clock.now()
        var core = EngineCore(calendar: access.calendar, settings: access.rvol)
        guard case .loadHistory(var request)? = core.step([], now: now).first(where: \.isLoadHistory) else {
            throw Failure(status: .no, sentence: "there is no trading day to look at")
        }
        request.symbol = symbol
        let load = try access.store.loadHistory(request)
        let query = ScanQuery(
            gate: ScanGate(includesTestTickers: true),
            columns: [.volume],
            rows: 0..<max(batch.count, 1)
        )
        let outputs = core.step([.history(load), .snapshot(batch), .command(.query(query))], now: now)
        guard let view = outputs.lazy.compactMap(\.view).first, let result = view.result,
            let row = result.symbols.firstIndex(of: symbol)
        else { throw Self.unknown(symbol) }
        let day = view.status.session.tradingDay
        let time = view.status.snapshotDataTime ?? now
        let volume = result.values[0][row]
        // Without a trade today every slot until now is known: it stands at 0.
        let slots =
            volume == 0
            ? [Int64](repeating: 0, count: Slot.count)
            : try todaySlots(symbol, day, load, completed: DayProgress(of: day, at: time).completedSlots)
        return try answer(
            symbol,
            day: day,
            time: time,
            volume: volume.isNaN ? nil : volume,
            slots: slots,
            load: load
        )
    }

    /// Up to the last slot the file knows of the newest day it has of the symbol.
    private func newestStored(_ symbol: Symbol) throws -> RVOLAnswer {
        for day in [try today()] + access.calendar.tradingDays(before: try today(), count: 90) {
            let stored = try access.store.slotRows(day: day, symbol: symbol)
            guard let last = stored.cumulative.lastIndex(where: { $0 != SlotRows.unknown }) else { continue }
            return try answer(symbol, day: day, second: Slot.dayStartSecond + (last + 1) * Slot.seconds)
        }
        throw Self.unknown(symbol)
    }

    private func wholeMarket() throws -> SnapshotBatch {
        if let snapshot { return snapshot.batch }
        guard let source else { throw Failure(status: .unreachable, sentence: "there is no vendor to ask") }
        let fresh = try source.snapshot().mapError(Self.failure).get()
        if let date = fresh.serverDate { clock.observe(server: date.adding(milliseconds: 500)) }
        snapshot = fresh
        return fresh.batch
    }

    // MARK: A time of a day

    private func answer(_ symbol: Symbol, day: DayID, second: Int) throws -> RVOLAnswer {
        let entry = access.calendar.day(day)
        guard entry.isTradingDay else {
            throw Failure(status: .usage, sentence: "\(day.iso) is no trading day (\(entry.reason))")
        }
        let time = NewYork.instant(day, secondOfDay: second)
        try followVendorClock()
        guard time <= clock.now() else {
            throw Failure(status: .usage, sentence: "\(day.iso) \(TimeText.clock(second)) ET is still to come")
        }
        let load = try access.store.loadHistory(access.request(symbol, on: day, settings: access.rvol))
        let completed = DayProgress(of: day, at: time).completedSlots
        var slots = try todaySlots(symbol, day, load, completed: completed)
        var volume: Double?
        let isSlotEnd = (second - Slot.dayStartSecond) % Slot.seconds == 0
        if isSlotEnd, completed == 0 { volume = 0 }
        if isSlotEnd, completed > 0, slots[completed - 1] != SlotRows.unknown { volume = Double(slots[completed - 1]) }
        if volume == nil, let source {
            let minutes = try source.minuteBars(symbol, on: day).mapError(Self.failure).get()
            if minutes.isEmpty, load.symbols.isEmpty, load.daily.symbols.isEmpty {
                throw Self.nothingKnown(symbol, day)
            }
            volume = minutes.reduce(0) { sum, bar in
                bar.start.adding(seconds: 60) <= time ? sum + bar.volume : sum
            }
        } else if volume == nil, !isSlotEnd {
            throw Failure(
                status: .usage,
                sentence: "without the vendor only the ends of five-minute slots are known: "
                    + "ask for --at \(RVOLText.slotTime(completed)) or \(RVOLText.slotTime(completed + 1))"
            )
        }
        if completed < Slot.count { for slot in completed..<Slot.count { slots[slot] = SlotRows.unknown } }
        return try answer(symbol, day: day, time: time, volume: volume, slots: slots, load: load)
    }

    /// The day's C(s) by the file, else by the vendor's bars: 192 values or unknown.
    private func todaySlots(_ symbol: Symbol, _ day: DayID, _ load: HistoryLoad, completed: Int) throws -> [Int64] {
        var slots = [Int64](repeating: SlotRows.unknown, count: Slot.count)
        let width = load.today.slotCount
        if let row = load.today.symbols.firstIndex(of: symbol) {
            for slot in 0..<width { slots[slot] = load.today.cumulative[row * width + slot] }
        }
        guard completed > 0, slots[completed - 1] == SlotRows.unknown, let source else { return slots }
        guard case .bars(let bars, _) = source.perform(.bars(symbol, from: day, through: day)),
            let row = bars.days.firstIndex(of: day)
        else { return slots }
        for slot in 0..<completed { slots[slot] = bars.cumulative[row * Slot.count + slot] }
        return slots
    }

    /// The current trading day, by the vendor's clock where there is one.
    private func today() throws -> DayID {
        try followVendorClock()
        return access.calendar.state(at: clock.now()).tradingDay
    }

    /// Sets the clock by the vendor's, once in a run, by a question that every plan may ask.
    private func followVendorClock() throws {
        guard source != nil, snapshot == nil, !isClockSet else { return }
        try access.setClock(clock)
        isClockSet = true
    }

    private func answer(
        _ symbol: Symbol,
        day: DayID,
        time: Instant,
        volume: Double?,
        slots: [Int64],
        load: HistoryLoad
    ) throws -> RVOLAnswer {
        let days = try access.store.lookback(symbol, load.request)
        guard volume != nil || !days.isEmpty else { throw Self.unknown(symbol) }
        var answer = RVOLAnswer(
            symbol: symbol,
            date: day,
            time: time,
            settings: access.rvol,
            volume: volume,
            slots: slots,
            load: load,
            lookback: days.map { ($0.day, $0.cumulative, $0.factor, $0.source?.rawValue ?? "?") }
        )
        if let oldest = days.last?.day {
            let used = Set(days.map(\.day))
            let passed = load.request.lookbackCandidates.filter { $0 > oldest && !used.contains($0) }
            let stored = try access.store.storedDays(passed.map { access.calendar.day($0) })
            answer.unstoredDays = stored.filter { $0.rows == 0 }.count
        }
        return answer
    }

    private static func unknown(_ symbol: Symbol) -> Failure {
        Failure(
            status: .no,
            sentence: "\(symbol.text) is in neither the snapshot nor the history file "
                + "(symbols are case-sensitive, as the vendor writes them: BRK.B, BACpM)"
        )
    }

    /// A name without a trade and without a past may be a misspelt one: 0 shares would pass for a fact.
    private static func nothingKnown(_ symbol: Symbol, _ day: DayID) -> Failure {
        Failure(
            status: .no,
            sentence: "\(symbol.text): the vendor knows no trade of \(day.iso), and the history file nothing before it "
                + "(symbols are case-sensitive, as the vendor writes them: BRK.B, BACpM)"
        )
    }

    private static func failure(_ failure: HistoryFailure) -> Failure {
        switch failure {
        case .notFound: Failure(status: .no, sentence: "the vendor does not know this symbol")
        case .failed(let sentence, _): Failure(status: .unreachable, sentence: sentence)
        case .refused(let sentence): Failure(status: .keyRefused, sentence: sentence)
        }
    }
}

extension EngineOutput {
    fileprivate var isLoadHistory: Bool { if case .loadHistory = self { true } else { false } }

    fileprivate var view: EngineView? { if case .publish(let view) = self { view } else { nil } }
}
