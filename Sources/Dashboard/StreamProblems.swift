import EngineAPI
import MarketTime

extension DashboardState {
    /// What is wrong with the stream, in words that say what it means for the prices on the screen.
    func streamProblems(_ status: EngineStatus) -> [Problem] {
        switch status.stream.state {
        case .off: return []
        case .connecting, .authenticating:
            return unconnectedSentence(status).map { [Problem(kind: .stream, level: .warning, text: $0)] } ?? []
        case .live:
            guard let silent = silenceSentence(status) else { return gapProblem(status).map { [$0] } ?? [] }
            return [Problem(kind: .stream, level: .warning, text: silent)]
        case .degraded(let sentence):
            let problem = Problem(kind: .stream, level: .warning, text: "stream: " + sentence)
            return [problem] + (gapProblem(status).map { [$0] } ?? [])
        case .backingOff(let sentence, let retryAt):
            let text = interruption + Self.ended(sentence) + " " + meanwhile(until: retryAt)
            return [Problem(kind: .stream, level: .warning, text: text)]
        case .refused(let sentence):
            return [Problem(kind: .stream, level: .error, text: "stream: " + sentence)]
        }
    }

    /// One sentence where neither snapshots nor ticks come; nil while one of them does.
    func outage(_ status: EngineStatus) -> Problem? {
        var level = Notice.Level.warning
        let feed: String
        switch status.feed.state {
        case .degraded(let sentence, _): feed = sentence
        case .refused(let sentence): (feed, level) = (sentence, .error)
        case .connecting, .live: return nil
        }
        let stream: String
        switch status.stream.state {
        case .backingOff(let sentence, _): stream = sentence
        case .refused(let sentence): stream = sentence
        case .connecting, .authenticating:
            // An attempt is no news while the one before has failed: only its end is.
            guard let failure = streamWatch.failure else { return nil }
            stream = failure
        case .off, .live, .degraded: return nil
        }
        let since = status.snapshotAppliedAt.map { ", the last are of " + clock($0) } ?? ""
        let text =
            "neither snapshots nor ticks arrive: prices stand still\(since). Feed: \(Self.ended(feed))"
            + " Stream: \(Self.ended(stream))"
        return Problem(kind: .feed, level: level, text: text)
    }

    /// Since when ticks are missing, as the beginning of a sentence.
    private var interruption: String {
        streamWatch.lostAt.map { "ticks interrupted since \(clock($0)): " } ?? "no ticks: "
    }

    private func meanwhile(until retryAt: Instant?) -> String {
        let next: String
        switch retryAt.map(retryWait) {
        case .some(.some(let wait)) where wait > 0: next = retryAt.map { "next try at \(clock($0))" } ?? ""
        case .some(.none): next = "it is tried again by itself"
        case .none, .some(.some): next = "trying again"
        }
        return "Prices are the snapshots', every \(TimeText.words(settings.pollSeconds)), until it is back; \(next)"
    }

    /// Seconds until a next attempt, 0 when it is due; nil where the time cannot be meant.
    ///
    /// A time named before the market's own clock was known may lie days away.
    func retryWait(_ retryAt: Instant) -> Double? {
        let wait = retryAt.seconds(since: now).rounded(.up)
        return wait > Self.retryWaitMax * settings.pace ? nil : max(0, wait)
    }

    /// The longest pause before an attempt that is believed, seconds.
    private static var retryWaitMax: Double { 3_600 }

    /// Why there is no connection while one is being made; nil in the first seconds, unless the attempt before failed.
    private func unconnectedSentence(_ status: EngineStatus) -> String? {
        if let failure = streamWatch.failure {
            return interruption + Self.ended(failure) + " " + meanwhile(until: nil)
        }
        guard let since = streamWatch.connectingSince else { return nil }
        let seconds = now.seconds(since: since)
        guard seconds >= Self.connectingMax * settings.pace else { return nil }
        let host = status.stream.host.isEmpty ? "the vendor's stream" : status.stream.host
        let what = status.stream.state == .connecting ? "does not answer" : "has not answered the login"
        return interruption + "\(host) \(what) since \(clock(since)). " + meanwhile(until: nil)
    }

    /// Seconds a first attempt may take before more than a word is said about it.
    private static var connectingMax: Double { 2 }

    /// A sentence with a full stop behind it, whether it came with one or not.
    private static func ended(_ sentence: String) -> String {
        guard let last = sentence.last, !".!?".contains(last) else { return sentence }
        return sentence + "."
    }

    private func silenceSentence(_ status: EngineStatus) -> String? {
        // Snapshots may have stopped with the ticks, before their own deadline says so.
        let isAlone = status.feed.state == .live && !Freshness(self).isStale
        let meanwhile =
            isAlone ? ": prices are the snapshots'" : ", and snapshots do not come either: prices stand still"
        if StreamSegments.silentSeconds(self) != nil, let last = status.stream.lastFrameAt {
            return
                "the stream is connected and silent since \(clock(last))\(meanwhile) until it speaks; it is connected"
                + " anew if it stays so"
        }
        guard StreamSegments.eventlessSeconds(self) != nil, let since = streamWatch.eventlessSince else { return nil }
        return "the stream is connected and has sent no trade, quote or bar since \(clock(since))\(meanwhile) until it"
            + " does; if it stays so, quit and start again"
    }

    private func gapProblem(_ status: EngineStatus) -> Problem? {
        let count = status.flow.gapTickers
        guard count > 0 else { return nil }
        let tickers = count == 1 ? "1 ticker" : "\(TimeText.count(count)) tickers"
        let since = streamWatch.lostAt.map { " since " + clock($0) } ?? ""
        let text =
            "ticks of \(tickers) are missing\(since): the next snapshot fills price and volume; their prints are not"
            + " on the tape"
        return Problem(kind: .ticks, level: .info, text: text)
    }

    private func clock(_ time: Instant) -> String { TimeText.clock(NewYork.wall(at: time).secondOfDay) }
}
