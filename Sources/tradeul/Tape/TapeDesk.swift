import Engine
import EngineAPI
import Feeds
import Glibc
import MarketData
import MarketTime
import Network
import Synchronization

/// The tape as a pipe: a stream, a book of quotes and prints, lines on standard output.
struct TapeDesk {
    /// Symbols followed at once.
    static let symbolsMax = 200
    /// Longest wait before standard output gets what has come, ms.
    private static let waitMs = 100
    /// Trades of one price and side within this time are one line, ns.
    private static let mergeNs: Int64 = 100_000_000

    private let symbols: [Symbol]
    private let filter: TapeFilter
    private let aggregates: Bool
    private let isJSON: Bool
    private let rows: [Symbol: Int]
    private var book: TapeBook
    private var halts = HaltBook()
    private var conditions = TradeConditions.builtIn
    private var highs: [Double]
    private var lows: [Double]
    private var lastNumber: UInt64 = 0
    private var lines = 0
    /// Lines that may still grow, by row.
    private var open: [Int: TapePrint] = [:]
    private let calendar = ExchangeCalendar()

    init(symbols: [Symbol], filter: TapeFilter, aggregates: Bool, isJSON: Bool) {
        self.symbols = symbols
        self.filter = filter
        self.aggregates = aggregates
        self.isJSON = isJSON
        rows = Dictionary(uniqueKeysWithValues: symbols.enumerated().map { ($1, $0) })
        book = TapeBook()
        book.lookAt(rows: Array(symbols.indices))
        highs = Array(repeating: -.infinity, count: symbols.count)
        lows = Array(repeating: .infinity, count: symbols.count)
    }

    /// Prints until a signal comes, a bound is reached or nobody reads any more.
    ///
    /// - Throws: ``Failure`` with status 77 when the vendor refuses, 69 when it was never reached.
    mutating func run(
        _ configuration: PolygonStream.Configuration,
        hasQuotes: Bool,
        isSimulated: Bool,
        linesMax: Int?,
        secondsMax: Int?
    ) throws {
        let inbox = TapeInbox()
        let stream = PolygonStream(configuration, clock: SystemClock(), sink: inbox)
        defer { stream.stop() }
        let topics: [StreamTopic] = hasQuotes ? [.trades, .quotes] : [.trades]
        var pairs = symbols.flatMap { symbol in topics.map { StreamPair($0, symbol) } }
        if hasQuotes { pairs.append(StreamPair(.bands, nil)) }
        stream.want(StreamDemand(pairs: pairs))
        let end = secondsMax.map { MonotonicTime.now().adding(seconds: Int64($0)) }
        var wasLive = false
        var silence = TapeSilence(symbols: symbols)
        while !Termination.wait(milliseconds: 0), !Console.isOutputGone {
            let arrived = inbox.take(waitMs: Self.waitMs)
            for status in arrived.states { wasLive = try tell(status) || wasLive }
            for batch in arrived.batches {
                silence.note(batch)
                apply(batch)
            }
            if let words = silence.words(isLive: wasLive, seconds: MonotonicTime.now().seconds) { Console.error(words) }
            if arrived.dropped > 0 { Console.error("\(arrived.dropped) events came faster than they could be printed") }
            let isOver = end.map { MonotonicTime.now() >= $0 } ?? false
            if printLines(flushes: isOver || arrived.batches.isEmpty, max: linesMax) { return }
            if isOver { break }
        }
        // What was still being put together when the signal came.
        _ = printLines(flushes: true, max: linesMax)
        if !wasLive, let sentence = inbox.lastSentence {
            throw Failure(status: .unreachable, sentence: sentence)
        }
    }

    /// Says how the stream is; true when it is live.
    private func tell(_ state: StreamState) throws(Failure) -> Bool {
        switch state {
        case .live:
            Console.error("live")
            return true
        case .degraded(let sentence):
            Console.error(sentence)
            return true
        case .backingOff(let sentence, _): Console.error(sentence)
        case .refused(let sentence): throw Failure(status: .keyRefused, sentence: sentence)
        case .off, .connecting, .authenticating: break
        }
        return false
    }

    // MARK: Events into the book

    private mutating func apply(_ batch: StreamBatch) {
        let rows = batch.symbols.map { self.rows[$0] }
        for index in 0..<batch.quotes.count {
            guard let row = rows[Int(batch.quotes.symbol[index])] else { continue }
            let quotes = batch.quotes
            book.add(
                TapeQuote(
                    bid: quotes.bid[index],
                    ask: quotes.ask[index],
                    bidSize: quotes.bidSize[index],
                    askSize: quotes.askSize[index],
                    time: quotes.time[index]
                ),
                row: row
            )
        }
        for index in 0..<batch.trades.count {
            if let row = rows[Int(batch.trades.symbol[index])] { add(batch.trades, index, row) }
        }
        for index in 0..<batch.bands.count {
            guard let row = rows[Int(batch.bands.symbol[index])] else { continue }
            let bands = batch.bands
            let change = halts.take(
                row: row,
                upper: bands.upper[index],
                lower: bands.lower[index],
                indicators: bands.indicators[index],
                time: bands.time[index]
            )
            note(change, row: row, time: bands.time[index])
        }
    }

    private mutating func note(_ change: HaltChange, row: Int, time: Int64) {
        guard change == .halted || change == .resumed else { return }
        book.addHalt(isResume: change == .resumed, time: time, row: row, isMerged: true)
    }

    private mutating func add(_ trades: TradeColumns, _ index: Int, _ row: Int) {
        let (time, price) = (trades.time[index], trades.price[index])
        let session = calendar.state(at: Instant(nanoseconds: time)).session
        let isExtended = session == .preMarket || session == .postMarket
        let effect = conditions.effect(of: trades.conditions[index], isExtendedHours: isExtended)
        var marks: PrintFlags = isExtended ? .extendedHours : []
        if effect.contains(.highLow) {
            // The first trade is no new extreme of anything.
            if price > highs[row], highs[row].isFinite { marks.insert(.dayHigh) }
            if price < lows[row], lows[row].isFinite { marks.insert(.dayLow) }
            highs[row] = max(highs[row], price)
            lows[row] = min(lows[row], price)
        }
        if effect.contains(.last) { note(halts.noteTrade(row: row, time: time), row: row, time: time) }
        _ = book.add(
            TapeTrade(
                price: price,
                size: trades.size[index],
                time: time,
                exchange: trades.exchange[index],
                trf: trades.trf[index],
                conditions: trades.conditions[index],
                identity: trades.identity[index]
            ),
            row: row,
            effect: effect,
            marks: marks,
            isMerged: true
        )
    }

    // MARK: Lines

    /// Prints what is new; true when as many lines as wanted have been printed.
    private mutating func printLines(flushes: Bool, max: Int?) -> Bool {
        let output = LineBuffer()
        defer { output.flush() }
        while true {
            let prints = book.prints(after: lastNumber, row: nil, symbols: symbols, max: 1000)
            guard let last = prints.last else { break }
            lastNumber = last.number
            for print in prints {
                for line in aggregates ? merge(print) : [print] where write(line, to: output, max: max) { return true }
            }
        }
        guard flushes else { return false }
        let left = open.values.sorted { $0.number < $1.number }
        open.removeAll(keepingCapacity: true)
        for line in left where write(line, to: output, max: max) { return true }
        return false
    }

    /// Adds a trade to its ticker's line, or ends that line and begins another; returns what has ended.
    private mutating func merge(_ print: TapePrint) -> [TapePrint] {
        guard let row = rows[print.symbol] else { return [] }
        let isTrade = print.flags.isDisjoint(with: [.halt, .resume])
        if isTrade, var line = open[row], line.price == print.price, line.side == print.side,
            print.time - line.time <= Self.mergeNs
        {
            line.time = Swift.max(line.time, print.time)
            line.size += print.size
            line.count += 1
            line.flags.formUnion(print.flags)
            open[row] = line
            return []
        }
        let ended = open.removeValue(forKey: row).map { [$0] } ?? []
        guard isTrade else { return ended + [print] }
        open[row] = print
        return ended
    }

    /// Prints a line that passes the filter; true when it was the last wanted.
    private mutating func write(_ line: TapePrint, to output: LineBuffer, max: Int?) -> Bool {
        guard filter.admits(line) else { return false }
        if lines == 0, !isJSON { output.append(TapeText.heading) }
        output.append(
            isJSON ? TapeText.json(line, conditions: conditions) : TapeText.line(line, conditions: conditions)
        )
        lines += 1
        return max.map { lines >= $0 } ?? false
    }
}

/// What the stream's thread leaves for the one that prints.
private final class TapeInbox: StreamSink {
    /// Events that may wait; of more the oldest batches go, and are counted.
    private static let eventsMax = 500_000

    struct Arrived: Sendable {
        var batches: [StreamBatch] = []
        var events = 0
        var dropped = 0
        var states: [StreamState] = []
    }

    private let state = Mutex((arrived: Arrived(), last: StreamState?.none))
    private let signal = Signal()

    /// Why there is no stream, in the words last reported.
    var lastSentence: String? {
        switch state.withLock({ $0.last }) {
        case .backingOff(let sentence, _): sentence
        case .connecting, .authenticating: "the stream did not answer in time"
        default: nil
        }
    }

    func deliver(_ batch: StreamBatch) {
        state.withLock { state in
            state.arrived.batches.append(batch)
            state.arrived.events += batch.eventCount
            while state.arrived.events > Self.eventsMax, state.arrived.batches.count > 1 {
                let oldest = state.arrived.batches.removeFirst().eventCount
                state.arrived.events -= oldest
                state.arrived.dropped += oldest
            }
        }
        signal.raise()
    }

    func report(_ status: StreamStatus) {
        state.withLock { state in
            guard state.last != status.state else { return }
            state.last = status.state
            state.arrived.states.append(status.state)
        }
        signal.raise()
    }

    func take(waitMs: Int) -> Arrived {
        _ = signal.take(milliseconds: waitMs)
        return state.withLock { state in
            defer { state.arrived = Arrived() }
            return state.arrived
        }
    }
}
