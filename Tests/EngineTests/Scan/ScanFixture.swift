import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

/// A row of a hand-made table: enough to tell what a list must make of it.
struct Stock {
    var symbol: String
    var price: Double
    var volume: Double
    var previousClose: Double

    init(_ symbol: String, _ price: Double, _ volume: Double, previousClose: Double = 10) {
        self.symbol = symbol
        self.price = price
        self.volume = volume
        self.previousClose = previousClose
    }
}

/// Steps an engine through hand-made tables and keeps what it says.
struct ScanFixture {
    var engine: EngineFixture
    /// What the last step said.
    var events: [ScanEvent] = []
    var records: [ScanRecords] = []
    var view: EngineView?
    var outputs: [EngineOutput] = []
    private var questions: UInt64 = 0

    init() throws { engine = try EngineFixture() }

    func at(_ hour: Int, _ minute: Int, _ second: Int = 0) -> Instant { engine.at(hour, minute, second) }

    /// A snapshot of these rows; who is left out is no longer in the feed.
    mutating func show(_ stocks: [Stock], _ now: Instant, _ more: [EngineInput] = []) throws {
        let rows = stocks.map {
            traded($0.symbol, $0.price, volume: $0.volume, at: now, previousClose: $0.previousClose)
        }
        step(more + [.snapshot(try snapshot(rows))], now)
    }

    mutating func step(_ inputs: [EngineInput] = [], _ now: Instant) {
        outputs = engine.core.step(inputs, now: now)
        events = []
        records = []
        for output in outputs {
            switch output {
            case .persistWhy(let new, _): events += new
            case .persistScans(let new): records.append(new)
            case .publish(let new): view = new
            default: break
            }
        }
    }

    mutating func use(_ lists: [ScanDefinition], presets: [String: String] = [:], _ now: Instant) {
        step([.command(.scans(ScanBook(lists: lists, presets: presets)))], now)
    }

    /// The answer to one question.
    mutating func ask(_ query: ScanQuery, _ now: Instant) throws -> ScanResult {
        questions += 1
        step([.ask(questions, query)], now)
        for case .answer(questions, let answer) in outputs { return answer.result }
        throw Missing.picture
    }

    /// Who is on a list, by rank.
    mutating func members(_ list: String, _ now: Instant) throws -> [String] {
        let result = try ask(ScanQuery(list: list, sort: [], columns: [.last], rows: 0..<5000), now)
        #expect(result.problem == nil)
        return result.symbols.map(\.text)
    }

    /// The symbols of one question, by rank.
    mutating func found(_ filter: String, sort: [SortKey], _ now: Instant) throws -> [String] {
        let query = ScanQuery(filter: filter, sort: sort, columns: [], rows: 0..<5000)
        let result = try ask(query, now)
        #expect(result.problem == nil)
        return result.symbols.map(\.text)
    }

    func state(_ list: String) throws -> ListState {
        try #require(view?.status.lists.first { $0.name == list })
    }
}

func list(
    _ name: String,
    _ filter: String,
    exit: String? = nil,
    stay: Int = 0,
    sort: [SortKey] = [SortKey(.volume, descending: true)],
    sessions: Set<MarketSession> = [],
    top: Int = 100,
    isFollowed: Bool = true
) -> ScanDefinition {
    ScanDefinition(
        name: name,
        title: name,
        filter: filter,
        exit: exit,
        minStaySeconds: stay,
        sort: sort,
        sessions: sessions,
        top: top,
        isFollowed: isFollowed
    )
}

/// An entry of the why-log in a word: `AAA entered 2 price > 5`.
func words(_ event: ScanEvent) -> String {
    let ranks = event.kind == .moved ? "\(event.previousRank)-\(event.rank)" : "\(event.rank)"
    return "\(event.symbol.text) \(event.kind.rawValue) \(ranks) \(event.clause)"
}
