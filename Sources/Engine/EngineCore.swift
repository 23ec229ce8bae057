import Analytics
package import EngineAPI
import MarketData
package import MarketTime

/// The engine as a deterministic state machine: the same inputs at the same times give the same outputs, bit for bit.
///
/// No clock, no randomness, no I/O, no `await`. One owner, one thread; a step over an 11,000-ticker snapshot costs a few
/// milliseconds. Time may jump in either direction between steps (a corrected clock, a simulated market).
package struct EngineCore: Sendable {
    var calendar: ExchangeCalendar
    var settings: RVOLSettings

    var universe = Universe()
    var slots = DaySlots()
    /// Last prices of today's slots.
    var closes = SlotCloses()
    var relativeVolume = RelativeVolumePass()
    var columns = ColumnTable()
    /// Which rows have been watched since their session began.
    var watch = SessionWatch()
    /// What is known of symbols without a row.
    var shelf = FactShelf()
    var textOrders = TextOrders()
    var ranking = ScanRanking()
    var board = ScanBoard()
    /// Which entries of the why-log are shown.
    var why: WhyQuery?
    /// Whose slots are shown.
    var slotQuery: SlotQuery?
    /// The page last made of them.
    var slotPage = KeptSlotPage()
    /// Whose page is shown.
    var aboutQuery: AboutQuery?
    /// The lists have been worked out since the last picture.
    var hasUnshown = false
    /// Number of the last ``DailyRequest``.
    var dailyNumber: UInt64 = 0
    /// Trades of today's slots, and what they were on the days before.
    var tradeCounts = TradeCountKeeper()
    /// The day has had its first history.
    var hasAskedDaily = false
    var reference = ReferenceStatus()

    // What the WebSocket tells.
    var stream: StreamLife
    var streamRows = StreamRows()
    var conditions = TradeConditions.builtIn
    var windows = PriceWindows()
    var ledger = SecondBarLedger()
    var halts = HaltBook()
    var tape = TapeBook()
    var planner: SubscriptionPlanner
    /// Trades to be stored, and since when the first of them waits.
    var ticks = TickRows()
    var ticksSince: Instant?
    /// Rows streamed at the last picture; kept for its memory.
    var streamedRows: [Int32] = []

    /// The day whose data the columns hold; nil before the first step.
    var tradingDay: DayID?
    /// 04:00 ET of `tradingDay`, ns: events before it belong to an earlier day.
    var dayStart: Int64 = 0
    /// Progress of the day at the time of the newest snapshot's data.
    var progress = DayProgress(completedSlots: 0, fraction: 0)
    /// Slots of the current day that have been handed to the store.
    var persistedSlots = 0
    /// Rows of the snapshot before, in its order: the vendor's order rarely changes, so most lookups are one compare.
    var rowHints: [Int32] = []
    /// Number of the last snapshot in which each row occurred.
    var lastSeen: [UInt32] = []
    var snapshotNumber: UInt32 = 0
    /// ``DaySlots/decisions`` when slots were last handed to the store.
    var persistedDecisions = 0
    /// Events after this, ns since the epoch, are ahead of the clock: they stand, but only until newer ones come.
    var latestEvent = Int64.max
    /// Smallest age of the newest event on arrival, ns, while the market was open today; nil before the first.
    var smallestLag: Int64?

    /// The previous close of rows with a split today, USD in today's shares; NaN where it is not known.
    var splitCloses: [Int: Double] = [:]

    /// The last history request.
    var request: HistoryRequest?
    /// Lowest number of a request whose answer may still be taken.
    var oldestAnswer: UInt64 = 0
    /// When to ask for history again after a failure.
    var historyRetryAt: Instant?

    var judge = SessionJudge()
    /// Whether the market is closed in this step.
    var isClosed = true
    var gapState = GapState()
    var backfill = BackfillStatus()
    var feed = FeedStatus()
    var store = StoreState.opening
    var baselineState = BaselineState.loading
    var snapshotAppliedAt: Instant?
    var snapshotDataTime: Instant?
    var snapshotCount = 0
    /// How far apart snapshots come.
    var snapshotPace = SnapshotPace()
    var tradedCount = 0
    var rejections = SnapshotRejections()

    var query: ScanQuery?
    /// What the last picture said about the session.
    var shownSession: SessionState?
    var sequence: UInt64 = 0
    /// Grows whenever a column changed.
    var dataVersion: UInt64 = 0

    /// Rows the universe may have: six times the market, and what one snapshot may hold.
    let rowsMax: Int

    /// An engine that has seen nothing; symbols beyond `rowsMax` are rejected, because a row is kept for good.
    package init(
        calendar: ExchangeCalendar,
        settings: RVOLSettings = RVOLSettings(),
        stream: StreamSettings = StreamSettings(),
        rowsMax: Int = 65_536
    ) {
        self.calendar = calendar
        self.stream = StreamLife(settings: stream)
        planner = SubscriptionPlanner(settings: stream)
        self.rowsMax = rowsMax
        self.settings = settings
        self.settings.lookbackDays = Self.lookbackDays.clamp(settings.lookbackDays)
    }

    /// Takes a batch of inputs at a time and says what is to be done.
    ///
    /// Call it without inputs too, several times a second: sessions change and days roll by the time alone. At most one
    /// picture is published per step, none for events of the stream alone.
    package mutating func step(_ inputs: [EngineInput], now: Instant) -> [EngineOutput] {
        var outputs: [EngineOutput] = []
        var mustPublish = false
        for input in inputs {
            switch input {
            case .calendar(let corrected): calendar = corrected
            case .feed(let status): judge.hear(status, now: now)
            default: break
            }
        }
        var session = judge.state(at: now, calendar)
        isClosed = session.session == .closed
        let dayBefore = tradingDay
        rollIfDue(to: session.tradingDay, now: now, into: &outputs)
        if tradingDay != dayBefore {
            board.resetDay()
            hasAskedDaily = false
        }
        session.tradingDay = tradingDay ?? session.tradingDay
        retryHistory(now: now, into: &outputs)
        if windows.mark(now, universe), !streamRows.tracks.isEmpty { stream.isDirty = true }
        expireHalts(now: now)
        var hasSnapshot = false
        var questions: [(number: UInt64, query: ScanQuery)] = []
        for input in inputs {
            apply(input, now: now, into: &outputs)
            mustPublish = mustPublish || publishes(input)
            if case .snapshot = input { hasSnapshot = true }
            if case .ask(let number, let query) = input { questions.append((number, query)) }
        }
        scan(now: now, session: session.session, hasSnapshot: hasSnapshot, into: &outputs)
        if mustPublish || session != shownSession {
            settle(now: now)
            outputs.append(.publish(picture(now: now, session: session)))
        }
        answer(questions, now: now, session: session, into: &outputs)
        planSubscriptions(now: now, session: session.session, into: &outputs)
        handOverTicks(now: now, into: &outputs)
        return outputs
    }

    /// Whether a picture is due after an input: what the stream tells is shown only when asked for.
    private func publishes(_ input: EngineInput) -> Bool {
        switch input {
        case .stream, .streamStatus, .streamQueue, .conditions, .ask: false
        case .show: stream.isDirty || hasUnshown
        default: true
        }
    }

    /// What must still be written before the engine goes away.
    package mutating func finish() -> [EngineOutput] {
        var outputs: [EngineOutput] = []
        persistCompletedSlots(into: &outputs)
        handOverTicks(now: nil, into: &outputs)
        return outputs
    }

    private mutating func apply(_ input: EngineInput, now: Instant, into outputs: inout [EngineOutput]) {
        switch input {
        case .snapshot(let batch):
            apply(batch, now: now)
            countTrades(batch, now: now)
            requestTradeCounts(into: &outputs)
            if progress.completedSlots > persistedSlots { persistCompletedSlots(into: &outputs) }
            updateShortList(into: &outputs)
            requestHealing(now: now, into: &outputs)
        case .stream(let batch):
            apply(batch, now: now)
        case .streamStatus(let status):
            apply(status, now: now)
        case .streamQueue(let queue):
            apply(queue)
        case .conditions(let table):
            conditions = table
        case .show:
            break
        case .feed(let status):
            feed = status
        case .store(let state):
            store = state
        case .history(let load):
            apply(load)
            requestHealing(now: now, into: &outputs)
            if !hasAskedDaily, load.request.tradingDay == tradingDay {
                hasAskedDaily = true
                requestDaily(into: &outputs)
            }
        case .historyUnavailable(let day):
            guard day == tradingDay else { break }
            gapState.isStoreHeard = true
            if relativeVolume.baseline.tickerCount == 0 { baselineState = .empty }
            historyRetryAt = now.adding(nanoseconds: Self.historyRetryNs)
        case .healed(let rows):
            apply(healed: rows, into: &outputs)
        case .backfill(let status):
            backfill = status
        case .calendar:
            if let tradingDay { stream.day = StreamDay(calendar.day(tradingDay), start: dayStart) }
            // Taken before the day was determined; what was asked for by the old one may be the wrong days.
            if let tradingDay, historyRequest(for: tradingDay) != request {
                requestHistory(for: tradingDay, isFirstAcceptable: true, into: &outputs)
            }
        case .historyChanged:
            if let tradingDay { requestHistory(for: tradingDay, into: &outputs) }
            if hasAskedDaily { requestDaily(into: &outputs) }
        case .reference(let facts):
            apply(facts)
        case .referenceStatus(let status):
            reference = status
        case .daily(let indicators):
            apply(indicators)
        case .tradeCounts(let load):
            apply(load)
        case .ask:
            break
        case .command(let command):
            apply(command, now: now, into: &outputs)
        }
    }

    /// What a screen asks for.
    private mutating func apply(_ command: EngineCommand, now: Instant, into outputs: inout [EngineOutput]) {
        switch command {
        case .look(let looked): look(looked, now: now)
        case .watchlist(let symbols): watch(symbols)
        case .query(let newQuery): query = newQuery
        case .scans(let book): board.use(book)
        case .symbolLists(let lists): board.use(lists)
        case .why(let wanted): why = wanted
        case .slots(let wanted): slotQuery = wanted?.cut
        case .about(let wanted): aboutQuery = wanted
        case .setRVOL(var newSettings):
            newSettings.lookbackDays = Self.lookbackDays.clamp(newSettings.lookbackDays)
            let mustReload =
                newSettings.lookbackDays != settings.lookbackDays
                || newSettings.includesEarlyCloses != settings.includesEarlyCloses
            if newSettings != settings { forgetRelativeVolumeOfMissing() }
            settings = newSettings
            if mustReload, let tradingDay {
                requestHistory(for: tradingDay, isFirstAcceptable: true, into: &outputs)
            }
            updateRelativeVolume()
        }
    }

    private mutating func picture(now: Instant, session: SessionState) -> EngineView {
        sequence += 1
        shownSession = session
        hasUnshown = false
        let status = status(now: now, session: session)
        let result = query.map { query in
            // Out of the core while it ranks: the columns are taken from the core.
            var ranking = ScanRanking()
            swap(&ranking, &self.ranking)
            defer { swap(&ranking, &self.ranking) }
            return answer(query, with: &ranking, now: now, session: session.session)
        }
        return EngineView(
            sequence: sequence,
            status: status,
            result: result,
            tape: tapePage(planner.looked.tape, now: now),
            secondTape: tapePage(planner.looked.secondTape, now: now),
            why: why.map { board.log.answer($0) },
            slots: shownSlots(now: now),
            about: shownAbout(now: now, session: session.session)
        )
    }

    /// Header and status bar at a moment.
    func status(now: Instant, session: SessionState) -> EngineStatus {
        var rejections = rejections
        rejections.contradictedSlots = gapState.contradicted
        return EngineStatus(
            now: now,
            session: session,
            progress: DayProgress(of: session.tradingDay, at: now),
            feed: feed,
            store: store,
            baseline: baselineState,
            snapshotAppliedAt: snapshotAppliedAt,
            snapshotDataTime: snapshotDataTime,
            universeCount: snapshotCount,
            tradedCount: tradedCount,
            rejections: rejections,
            rvol: settings,
            backfill: backfill,
            gap: gapState.gap,
            conflict: judge.conflict,
            stream: stream.status,
            flow: stream.flow,
            lists: board.states(in: session.session, now: now),
            shortListCount: planner.shortList.count,
            reference: reference
        )
    }
}

extension ClosedRange<Int> {
    /// The nearest number within.
    fileprivate func clamp(_ number: Int) -> Int { Swift.min(Swift.max(number, lowerBound), upperBound) }
}
