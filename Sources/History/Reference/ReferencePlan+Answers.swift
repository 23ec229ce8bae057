import EngineAPI
import MarketData
import MarketTime

extension ReferencePlan {
    /// What a vendor's answer means; one to a question of an earlier day only frees its place.
    mutating func take(_ answer: ReferenceAnswer, to fetch: ReferenceFetch, isCurrent: Bool) {
        guard isCurrent else { return }
        switch answer {
        case .facts, .notFound:
            if fetch.isTickers { tickerPacer.succeeded() } else { fmpPacer.succeeded() }
        case .failed(let sentence, let retryAfterMs):
            failed(fetch, sentence, retryAfterMs)
            return
        case .refused(let sentence):
            refused(fetch, sentence)
            return
        }
        switch (fetch, answer) {
        case (.tickers(let after), .facts(let facts, let next, let rejected)):
            note(rejected, "the list of tickers")
            // A page that leads to itself would lead there for ever.
            takeTickers(facts, next: next == after ? nil : next)
        case (.floats(let page), .facts(let facts, let next, let rejected)):
            note(rejected, "page \(page) of the floats")
            takeFloats(facts, page: page, hasNext: next != nil)
        case (.marketCaps(let symbols), .facts(let facts, _, let rejected)):
            note(rejected, "market caps")
            takeCaps(facts, of: symbols)
        case (.marketCaps(let symbols), _): takeUnknownCaps(symbols)
        case (.profile(let symbol), .facts(let facts, _, _)):
            takeProfile(facts.first { $0.symbol == symbol }, of: symbol)
        case (.profile(let symbol), _): takeProfile(nil, of: symbol)
        // A list that is not found is an address that is wrong.
        case (.tickers, _), (.floats, _): failed(fetch, "The vendor does not know the list.", nil)
        }
    }

    private mutating func note(_ rejected: Int, _ what: String) {
        if rejected > 0 { effects.append(.note("\(rejected) elements of \(what) could not be used")) }
    }

    // MARK: Pages

    private mutating func takeTickers(_ facts: [ReferenceFact], next: String?) {
        guard let day, tickers.isActive else { return }
        let end = endOfPages(tickers.note(facts), pages: tickers.pages, "list of tickers")
        let isComplete = end || next == nil
        tickers.cursor = next ?? tickers.cursor
        tickers.state = isComplete ? .complete : .active
        let progress = ReferenceProgress(part: .tickers, day: day, cursor: tickers.cursor, isComplete: isComplete)
        write(facts, progress)
        if isComplete { beginAnew() }
    }

    /// The list is there: whatever of the other parts has come today came without it, for fewer tickers.
    private mutating func beginAnew() {
        guard settings.hasFMPKey else { return }
        needsReading = true
        isProgressOfFewer = true
        if !floats.state.isRefused { floats = ReferencePages() }
        if caps.state == .complete { caps.state = .pending }
        if profiles.state == .complete { profiles.state = .pending }
    }

    private mutating func takeFloats(_ facts: [ReferenceFact], page: Int, hasNext: Bool) {
        // One that has been begun anew is not served with a page of before.
        guard let day, floats.isActive, page == Int(floats.cursor) ?? 0 else { return }
        let end = endOfPages(floats.note(facts), pages: max(floats.pages, page + 1), "list of floats")
        let isComplete = end || !hasNext
        floats.cursor = String(page + 1)
        floats.state = isComplete ? .complete : .active
        let known = facts.filter { universe.contains($0.symbol) }
        write(known, ReferenceProgress(part: .floats, day: day, cursor: floats.cursor, isComplete: isComplete))
    }

    /// Whether a list ends here against the vendor's word; says why.
    private mutating func endOfPages(_ isNew: Bool, pages: Int, _ what: String) -> Bool {
        if !isNew {
            effects.append(.note("the \(what) repeats a page; taken for its end after \(pages) pages"))
            return true
        }
        guard pages >= Self.pagesMax else { return false }
        effects.append(.note("the \(what) has more than \(Self.pagesMax) pages; the rest is left out"))
        return true
    }

    // MARK: Single symbols

    private mutating func takeCaps(_ facts: [ReferenceFact], of symbols: [Symbol]) {
        guard let day, caps.isActive else { return }
        let asked = Set(symbols)
        let told = facts.filter { $0.marketCap != nil && asked.contains($0.symbol) }
        let known = Set(told.map(\.symbol))
        caps.finish(symbols, isFruitful: true)
        let progress = ReferenceProgress(part: .marketCaps, day: day, cursor: symbols.last?.text ?? "")
        write(told, unknown: symbols.filter { !known.contains($0) }, progress)
    }

    /// The plan leaves out symbols, one of these at least.
    private mutating func takeUnknownCaps(_ symbols: [Symbol]) {
        guard let day, caps.isActive else { return }
        if symbols.count > 1 {
            caps.split(symbols)
        } else {
            caps.finish(symbols, isFruitful: false)
            write(
                [],
                unknown: symbols,
                ReferenceProgress(part: .marketCaps, day: day, cursor: symbols.last?.text ?? "")
            )
        }
        if caps.fruitless >= Self.fruitlessMax {
            caps.end(
                .refused(
                    "the plan of the FMP key does not include these symbols; upgrade it, or set another FMP_API_KEY"
                )
            )
        }
    }

    private mutating func takeProfile(_ fact: ReferenceFact?, of symbol: Symbol) {
        guard profiles.isActive else { return }
        var fact = fact
        if universe.isNamed(symbol) { fact?.name = nil }
        profiles.finish(symbol, fact, now: now)
    }

    // MARK: Failures

    private mutating func failed(_ fetch: ReferenceFetch, _ sentence: String, _ retryAfterMs: Int?) {
        if fetch.isTickers {
            tickerPacer.failed(sentence, retryAfterMs: retryAfterMs, now: now)
            // The others go on with what is stored.
            if tickerPacer.failuresInRow >= Self.tickerFailuresMax, isWaitingForUniverse { needsReading = true }
            return
        }
        // While nothing is answered the vendor is at fault, not the question.
        let counts = fmpPacer.failuresInRow <= 1
        fmpPacer.failed(sentence, retryAfterMs: retryAfterMs, now: now)
        var isLeft = false
        switch fetch {
        case .tickers, .floats: break
        case .marketCaps(let symbols): isLeft = caps.isActive && !caps.retry(symbols, counts: counts)
        case .profile(let symbol): isLeft = profiles.isActive && !profiles.retry(symbol, counts: counts)
        }
        if isLeft { effects.append(.note("left for the next trading day after \(Self.triesMax) tries: \(sentence)")) }
    }

    private mutating func refused(_ fetch: ReferenceFetch, _ sentence: String) {
        let state = ReferencePartState.refused(sentence)
        switch fetch {
        case .tickers:
            guard tickers.isActive else { return }
            tickers.state = state
            needsReading = settings.hasFMPKey
        case .floats:
            guard floats.isActive else { return }
            floats.state = state
        case .marketCaps:
            guard caps.isActive else { return }
            caps.end(state)
        case .profile:
            guard profiles.isActive else { return }
            flushProfiles(isComplete: false)
            profiles.end(state)
        }
        effects.append(.note(sentence))
    }
}
