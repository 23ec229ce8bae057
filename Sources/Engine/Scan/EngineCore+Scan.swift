import Analytics
import EngineAPI
import FilterLanguage
import MarketData
import MarketTime

extension EngineCore {
    /// Works the lists out when that is due, and hands over what has changed.
    ///
    /// Nothing before the day's first snapshot: what the columns hold then is not of today.
    mutating func scan(now: Instant, session: MarketSession, hasSnapshot: Bool, into outputs: inout [EngineOutput]) {
        guard let tradingDay, snapshotDataTime != nil,
            board.isDue(now: now, hasSnapshot: hasSnapshot, dataVersion: dataVersion, isDirty: stream.isDirty)
        else { return }
        guard let needs = board.needs(in: session) else {
            board.skip(now: now, dataVersion: dataVersion)
            return
        }
        settle(now: now)
        let data = scanData(needs, now: now, session: session)
        let findings = board.pass(data, session: session, day: tradingDay, dataVersion: dataVersion)
        hasUnshown = true
        if findings.records.count > 0 || !findings.records.fullLists.isEmpty {
            outputs.append(.persistScans(findings.records))
        }
        if !findings.events.isEmpty { outputs.append(.persistWhy(findings.events, day: tradingDay)) }
    }

    /// The columns of this moment that a run needs.
    mutating func scanData(_ needs: ColumnNeeds, now: Instant, session: MarketSession) -> ScanData {
        let context = columnContext(now: now, session: session)
        var data = ScanData()
        data.rowCount = universe.count
        data.now = now
        data.secondOfDay = NewYork.wall(at: now).secondOfDay
        data.pauseSeconds = snapshotPace.pauseSeconds
        data.symbols = universe.symbols
        data.flags = universe.flags
        let left = RowFlags.testTicker.rawValue | RowFlags.missingFromFeed.rawValue
        data.compared = universe.flags.map { $0.rawValue & left == 0 }
        for id in needs.numbers { data.numbers[id] = columns.numbers(id, context) }
        for id in needs.texts { data.texts[id] = columns.text(id, context) }
        for id in needs.textOrder {
            guard let column = columns.text(id, context) else { continue }
            data.textOrder[id] = textOrders.values(id, column, rowCount: universe.count)
        }
        for name in needs.lists { data.lists[name] = board.mask(name, universe) }
        return data
    }

    /// The answer to the query in force, or to one question; `ranking` belongs to the place that asks.
    mutating func answer(
        _ query: ScanQuery,
        with ranking: inout ScanRanking,
        now: Instant,
        session: MarketSession
    ) -> ScanResult {
        let subject = subject(of: query)
        var needs = subject.needs
        needs.add(shown: subject.columns(of: query))
        let data = scanData(needs, now: now, session: session)
        return ranking.answer(
            query,
            subject,
            data,
            universe: universe,
            slots: slots,
            baseline: relativeVolume.baseline,
            progress: progress,
            dataVersion: dataVersion
        )
    }

    /// What a query is about: its list, its compiled filter, and how they are ordered.
    mutating func subject(of query: ScanQuery) -> ScanSubject {
        var subject = ScanSubject()
        if let name = query.list {
            subject.list = board.list(name)
            if let problem = subject.list?.problem {
                subject.problem = "list \(name): \(problem)"
            } else if subject.list == nil {
                subject.problem = "no list \"\(name)\": see the names with `tradeul lists`"
            }
        }
        if let text = query.filter {
            let compiled = board.shelf.filter(text)
            subject.filter = compiled
            subject.problem = subject.problem ?? compiled.problem
        }
        subject.before = query.against.flatMap { before($0) }
        subject.boardVersion = board.version
        subject.sort = query.sort
        if query.sort.isEmpty, let program = subject.filter?.program {
            subject.sort = program.sort.map { SortKey($0.column, descending: $0.descending) }
            if subject.sort.isEmpty, query.list == nil { subject.sort = [SortKey(.rvol, descending: true)] }
        }
        return subject
    }

    /// The question in force before; nil for one that has no answer, against which nothing can be held.
    private mutating func before(_ question: ScanQuestion) -> AskedQuestion? {
        let list = question.list.flatMap { board.list($0) }
        if question.list != nil, list == nil || list?.problem != nil { return nil }
        let filter = question.filter.map { board.shelf.filter($0) }
        guard filter?.problem == nil else { return nil }
        return AskedQuestion(gate: question.gate, list: list, filter: filter)
    }

    /// Answers the questions of this step.
    mutating func answer(
        _ questions: [(number: UInt64, query: ScanQuery)],
        now: Instant,
        session: SessionState,
        into outputs: inout [EngineOutput]
    ) {
        guard !questions.isEmpty else { return }
        settle(now: now)
        let status = status(now: now, session: session)
        for question in questions {
            var ranking = ScanRanking()
            let result = answer(question.query, with: &ranking, now: now, session: session.session)
            outputs.append(.answer(question.number, ScanAnswer(result: result, status: status)))
        }
    }

    /// What a day's indicators are worked out of.
    mutating func requestDaily(into outputs: inout [EngineOutput]) {
        guard let tradingDay else { return }
        dailyNumber += 1
        let days = calendar.tradingDays(before: tradingDay, count: DailyRequest.dayCount)
        outputs.append(.loadDaily(DailyRequest(tradingDay: tradingDay, days: days, number: dailyNumber)))
    }
}

/// What a query is about.
struct ScanSubject {
    var list: ScanList?
    var filter: CompiledFilter?
    var problem: String?
    /// The keys asked for, or the filter's; empty is the list's own order, and without one that of the symbols.
    var sort: [SortKey] = []
    var boardVersion: UInt64 = 0
    /// What was in force before; nil when nothing is held against it.
    var before: AskedQuestion?

    /// Columns to be worked out.
    var needs: ColumnNeeds {
        var needs = ColumnNeeds()
        if let program = filter?.program { needs.add(program) }
        if let program = before?.filter?.program { needs.add(program) }
        needs.add(sort)
        return needs
    }

    /// The columns asked for; none takes the filter's `| cols`, then the list's.
    func columns(of query: ScanQuery) -> [ColumnID] {
        if !query.columns.isEmpty { return query.columns }
        if let piped = filter?.program?.columns, !piped.isEmpty { return piped }
        return list?.columns ?? []
    }
}
