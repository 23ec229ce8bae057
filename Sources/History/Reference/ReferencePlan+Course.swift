import EngineAPI
import MarketData
import MarketTime

extension ReferencePlan {
    // MARK: What is due

    /// Decides what is due, now that the store has told what it knows.
    mutating func plan(_ stored: ReferenceStored) {
        guard let day else { return }
        for progress in stored.progress { stamps[progress.part] = progress.day }
        func today(_ part: ReferencePart) -> ReferenceProgress? {
            if isProgressOfFewer, part != .tickers { return nil }
            return stored.progress.first { $0.part == part && $0.day == day }
        }
        if tickers.state == .pending { tickers.begin(today(.tickers)) }
        universe = ReferenceUniverse(stored.tickers, wanted: wanted)
        guard settings.hasFMPKey, mayGoOnWithoutTickers, !universe.isEmpty else { return }
        if floats.state == .pending { floats.begin(today(.floats)) }
        let asked = symbolsUnderWay
        if caps.state == .pending || caps.state == .active {
            caps.state = today(.marketCaps)?.isComplete == true ? .complete : .active
            if caps.isActive {
                caps.fill(universe.companies.filter { !stored.capped.contains($0) && !asked.caps.contains($0) })
            }
        }
        if profiles.state == .pending || profiles.state == .active {
            profiles.state = today(.profiles)?.isComplete == true ? .complete : .active
            if profiles.isActive {
                let due = universe.companies.filter { !stored.profiled.contains($0) && !asked.profiles.contains($0) }
                profiles.fill(due, wanted: wanted)
            }
        }
    }

    /// The list of tickers is there, or there is none, or it does not come.
    private var mayGoOnWithoutTickers: Bool {
        tickers.state.isSettled || tickerPacer.failuresInRow >= Self.tickerFailuresMax
    }

    /// Whether floats and the rest have not begun for want of a universe.
    var isWaitingForUniverse: Bool { settings.hasFMPKey && floats.state == .pending && mayGoOnWithoutTickers }

    private var symbolsUnderWay: (caps: Set<Symbol>, profiles: Set<Symbol>) {
        var under = (caps: Set<Symbol>(), profiles: Set<Symbol>())
        // Sets are made of it, so its order does not matter.
        for fetch in flights.keys {
            switch fetch {
            case .marketCaps(let symbols): under.caps.formUnion(symbols)
            case .profile(let symbol): under.profiles.insert(symbol)
            case .tickers, .floats: break
            }
        }
        return under
    }

    /// Notes in the store that parts without anything left are complete.
    mutating func finishParts() {
        guard let day else { return }
        if caps.isActive, caps.left == 0, !needsReading, !isReading {
            caps.end(.complete)
            write([], ReferenceProgress(part: .marketCaps, day: day, isComplete: true))
        }
        if profiles.isActive, profiles.left == 0, caps.state.isSettled, floats.state.isSettled, !needsReading,
            !isReading
        {
            flushProfiles(isComplete: true)
            profiles.end(.complete)
        }
        if floats.state.isSettled, caps.state.isSettled, profiles.state.isSettled, tickers.state.isSettled,
            flights.isEmpty, !universe.isEmpty
        {
            universe = ReferenceUniverse()
        }
    }

    /// Writes the profiles at hand when there are enough, or one has waited long enough.
    mutating func flushProfilesIfDue() {
        guard let since = profiles.heldSince else { return }
        let isDue = now >= since.adding(milliseconds: Self.profileFlushMs)
        if isDue || profiles.heldCount >= Self.profilesPerWrite || needsReading { flushProfiles(isComplete: false) }
    }

    mutating func flushProfiles(isComplete: Bool) {
        guard let day, isComplete || profiles.heldCount > 0 else { return }
        let held = profiles.takeHeld()
        write(
            held.facts,
            unknown: held.unknown,
            ReferenceProgress(part: .profiles, day: day, isComplete: isComplete)
        )
    }

    // MARK: Asking

    /// Asks what may be asked; nothing while the store holds things up, or a slow disk would fill the memory.
    mutating func dispatch() {
        guard storeTrouble == nil, !needsReading, !isReading else { return }
        let hasRoom = flights.count < settings.fetchesMax
        if tickers.isActive, hasRoom, !tickerPacer.isPaused(now: now), !flights.keys.contains(where: \.isTickers) {
            ask(.tickers(after: tickers.cursor.isEmpty ? nil : tickers.cursor))
        }
        guard !fmpPacer.isPaused(now: now) else { return }
        if floats.isActive, flights.count < settings.fetchesMax, !flights.keys.contains(where: \.isFloats) {
            ask(.floats(page: Int(floats.cursor) ?? 0))
        }
        while flights.count < settings.fetchesMax, caps.hasNext, let symbols = caps.next() {
            ask(.marketCaps(symbols))
        }
        guard floats.state.isSettled, caps.state.isSettled || caps.left == 0 else { return }
        while flights.count < settings.fetchesMax, profiles.hasNext, let symbol = profiles.next() {
            ask(.profile(symbol))
        }
    }

    private mutating func ask(_ fetch: ReferenceFetch) {
        // The same question of yesterday is still under way: its answer frees the place.
        guard flights[fetch] == nil else { return requeue(fetch) }
        flights[fetch] = generation
        effects.append(.fetch(fetch))
    }

    private mutating func requeue(_ fetch: ReferenceFetch) {
        switch fetch {
        case .tickers, .floats: break
        case .marketCaps(let symbols): _ = caps.retry(symbols, counts: true)
        case .profile(let symbol): _ = profiles.retry(symbol, counts: true)
        }
    }

    // MARK: What is shown

    /// The state in a word: loading before waiting before what cannot be had.
    var phase: ReferenceStatus.Phase {
        if let storeTrouble { return .waiting(sentence: storeTrouble) }
        let isTickersWaiting = tickers.isActive && tickerPacer.isPaused(now: now)
        let isFMPActive = floats.isActive || caps.isActive || profiles.isActive
        let isFMPWaiting = isFMPActive && fmpPacer.isPaused(now: now)
        if (tickers.isActive && !isTickersWaiting) || (isFMPActive && !isFMPWaiting) {
            let done = tickers.pages + floats.pages + caps.done + profiles.done
            let left = (tickers.isActive ? 1 : 0) + (floats.isActive ? 1 : 0) + caps.left + profiles.left
            return .loading(done: done, total: done + left)
        }
        if isFMPWaiting { return .waiting(sentence: fmpPacer.reason) }
        if isTickersWaiting { return .waiting(sentence: tickerPacer.reason) }
        if isWaitingForUniverse {
            return .waiting(sentence: "no ticker is known yet, so no float, market cap or sector is asked for")
        }
        return unavailable.map { .degraded(sentence: $0) } ?? .idle
    }

    /// Which columns are unknown, why, and what to do; nil when all can be had.
    private var unavailable: String? {
        var sentences: [String] = []
        if tickers.state == .off {
            sentences.append("name, type, exchange unknown: no key for the list of tickers; set POLYGON_API_KEY")
        }
        if case .refused(let sentence) = tickers.state { sentences.append("name, type, exchange unknown: \(sentence)") }
        guard settings.hasFMPKey else {
            sentences.append("float, market cap, sector, industry unknown: no FMP key; set FMP_API_KEY")
            return sentences.joined(separator: " ")
        }
        let parts = [
            ("float", floats.state), ("market cap", caps.state), ("sector, industry", profiles.state),
        ]
        var columns: [String] = []
        var reason: String?
        for (column, state) in parts {
            guard case .refused(let sentence) = state else { continue }
            columns.append(column)
            reason = reason ?? sentence
        }
        if let reason { sentences.append("\(columns.joined(separator: ", ")) unknown: \(reason)") }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }
}

extension ReferenceFetch {
    var isTickers: Bool {
        if case .tickers = self { true } else { false }
    }

    var isFloats: Bool {
        if case .floats = self { true } else { false }
    }
}
