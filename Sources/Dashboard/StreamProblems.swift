import EngineAPI
import MarketTime

extension DashboardState {
    /// What is wrong with the stream, in words that say what it means for the prices on the screen.
    func streamProblems(_ status: EngineStatus) -> [Problem] {
        switch status.stream.state {
        case .off, .connecting, .authenticating: return []
        case .live:
            guard let silent = silenceSentence(status) else { return gapProblem(status).map { [$0] } ?? [] }
            return [Problem(kind: .stream, level: .warning, text: silent)]
        case .degraded(let sentence):
            let problem = Problem(kind: .stream, level: .warning, text: "stream: " + sentence)
            return [problem] + (gapProblem(status).map { [$0] } ?? [])
        case .backingOff(let sentence, let retryAt):
            let text = interruption + sentence + "; " + meanwhile(status, until: retryAt)
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
        case .off, .connecting, .authenticating, .live, .degraded: return nil
        }
        let since = status.snapshotAppliedAt.map { ", the last are of " + clock($0) } ?? ""
        let text = "neither snapshots nor ticks arrive: prices stand still\(since). Feed: \(feed). Stream: \(stream)"
        return Problem(kind: .feed, level: level, text: text)
    }

    /// Since when ticks are missing, as the beginning of a sentence.
    private var interruption: String {
        streamWatch.lostAt.map { "ticks interrupted since \(clock($0)): " } ?? "no ticks: "
    }

    private func meanwhile(_ status: EngineStatus, until retryAt: Instant) -> String {
        let next = retryAt > now ? "next try at \(clock(retryAt))" : "trying again"
        return "prices are the snapshots', every \(TimeText.words(settings.pollSeconds)), until it is back; \(next)"
    }

    private func silenceSentence(_ status: EngineStatus) -> String? {
        guard StreamSegments.silentSeconds(self) != nil, let last = status.stream.lastFrameAt else { return nil }
        return
            "the stream is connected and silent since \(clock(last)): prices are the snapshots' until it speaks; it is"
            + " connected anew if it stays so"
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
