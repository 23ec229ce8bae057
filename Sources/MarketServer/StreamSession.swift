import Simulator

/// One client's conversation: login, subscriptions, acknowledgements.
///
/// Pure: text in, steps out; sockets, time and the account's other connections are the caller's.
struct StreamSession {
    /// What the connection has to do, in order.
    enum Step: Hashable {
        /// One text frame.
        case send(String)
        /// The client has logged in.
        case loggedIn
        /// Subscriptions have changed.
        case changed
        /// The TCP connection ends without a close frame.
        case drop
    }

    enum Phase: Hashable { case awaitingLogin, live, ended }

    /// Deviations from the protocol's good course.
    struct Spoils {
        /// What a login is answered with, whatever the key; nil for the right answer.
        var login: StreamNotice?
        /// Whether a login is not answered at all.
        var ignoresLogin = false
        /// Whether every login comes too late.
        var isTooLate = false
        /// Topics treated as if the plan had not included them.
        var denied: StreamInterest = []
    }

    /// Pairs one connection may hold; the vendor has no limit, memory has.
    static let pairsMax = 200_000
    /// Acknowledgements of one frame.
    private static let noticesPerFrame = 400

    private(set) var phase = Phase.awaitingLogin
    private(set) var interest: StreamWishes
    var spoils = Spoils()
    private let keys: Set<String>
    private let topics: StreamInterest
    private let indexOf: (String) -> Int?
    private var held: Set<String> = []

    /// A conversation at its start; with no `keys`, any key is good; with no `topics`, the plan has no WebSocket.
    ///
    /// `indexOf` gives the number of a ticker below `tickerCount`, nil for one the market does not know.
    init(keys: Set<String>, topics: StreamInterest, tickerCount: Int, indexOf: @escaping (String) -> Int?) {
        self.keys = keys
        self.topics = topics
        self.indexOf = indexOf
        interest = StreamWishes(tickerCount: tickerCount)
    }

    /// The pairs held, as the protocol writes them, in order.
    var pairs: [String] { held.sorted() }

    /// Whether there is any.
    var holdsPairs: Bool { !held.isEmpty }

    /// The first thing a client hears.
    mutating func opening() -> [Step] {
        let greeting = Step.send(StreamNotice.frame([.connected]))
        return spoils.isTooLate ? [greeting] + loginTimedOut() : [greeting]
    }

    /// What follows when no login has come in time.
    mutating func loginTimedOut() -> [Step] {
        guard phase == .awaitingLogin else { return [] }
        phase = .ended
        return [.send(StreamNotice.frame([.authTimeout])), .drop]
    }

    /// What follows a text frame.
    mutating func receive(_ text: [UInt8]) -> [Step] {
        guard phase != .ended else { return [] }
        guard let command = StreamCommand(text) else { return [.send(StreamNotice.frame([.unreadable]))] }
        switch command.action {
        case "auth": return logIn(command.params)
        case "subscribe", "unsubscribe":
            guard phase == .live else { return [.send(StreamNotice.frame([.notAuthorized]))] }
            let pairs = StreamPairName.list(command.params)
            return command.action == "subscribe" ? subscribe(pairs) : unsubscribe(pairs)
        default: return [.send(StreamNotice.frame([.unknownAction]))]
        }
    }

    /// Nothing is answered any more.
    mutating func end() { phase = .ended }

    private mutating func logIn(_ key: String) -> [Step] {
        guard phase == .awaitingLogin, !spoils.ignoresLogin else { return [] }
        var answer = StreamNotice.authenticated
        if topics.isEmpty { answer = .badPlan }
        if key.isEmpty || !(keys.isEmpty || keys.contains(key)) { answer = .badKey }
        if let spoiled = spoils.login { answer = spoiled }
        guard answer == .authenticated else {
            phase = .ended
            return [.send(StreamNotice.frame([answer])), .drop]
        }
        phase = .live
        return [.send(StreamNotice.frame([answer])), .loggedIn]
    }

    /// Acknowledges what is new; an error comes first and names nothing, unknown topics are met with silence.
    private mutating func subscribe(_ pairs: [StreamPairName]) -> [Step] {
        var notices: [StreamNotice] = []
        var isDenied = false
        for pair in pairs {
            guard topics.subtracting(spoils.denied).contains(pair.topic) else {
                isDenied = true
                continue
            }
            guard held.count < Self.pairsMax, held.insert(pair.text).inserted else { continue }
            if pair.symbol == "*" {
                interest.wildcards.insert(pair.topic)
            } else if let index = indexOf(pair.symbol) {
                interest[index].insert(pair.topic)
            }
            notices.append(.subscribed(pair.text))
        }
        var steps: [Step] = isDenied ? [.send(StreamNotice.frame([.notAuthorized]))] : []
        steps += frames(notices)
        return notices.isEmpty ? steps : steps + [.changed]
    }

    private mutating func unsubscribe(_ pairs: [StreamPairName]) -> [Step] {
        var notices: [StreamNotice] = []
        for pair in pairs where held.remove(pair.text) != nil {
            if pair.symbol == "*" {
                interest.wildcards.remove(pair.topic)
            } else if let index = indexOf(pair.symbol) {
                interest[index].remove(pair.topic)
            }
            notices.append(.unsubscribed(pair.text))
        }
        return notices.isEmpty ? [] : frames(notices) + [.changed]
    }

    private func frames(_ notices: [StreamNotice]) -> [Step] {
        stride(from: 0, to: notices.count, by: Self.noticesPerFrame).map { start in
            .send(StreamNotice.frame(notices[start..<min(start + Self.noticesPerFrame, notices.count)]))
        }
    }
}

/// Which events somebody wants: topics of single tickers and of all.
struct StreamWishes {
    /// Topics wanted of every ticker.
    var wildcards: StreamInterest = []
    private var topics: [StreamInterest]

    /// Nothing of `tickerCount` tickers.
    init(tickerCount: Int) { topics = Array(repeating: [], count: tickerCount) }

    /// Topics wanted of one ticker by name, wildcards aside.
    subscript(ticker: Int) -> StreamInterest {
        get { topics[ticker] }
        set { topics[ticker] = newValue }
    }

    /// How many tickers there are.
    var tickerCount: Int { topics.count }

    /// Topics wanted of a ticker, by name or by wildcard.
    @inline(__always)
    func wanted(of ticker: Int) -> StreamInterest { topics[ticker].union(wildcards) }

    /// Adds what somebody else wants.
    mutating func formUnion(_ other: Self) {
        wildcards.formUnion(other.wildcards)
        for ticker in topics.indices { topics[ticker].formUnion(other.topics[ticker]) }
    }
}
