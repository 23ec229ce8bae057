import MarketTime
import Simulator

/// Makes the events of a ``StreamLoad``.
final class LoadFeed: StreamFeed {
    /// What a ticker has traded.
    private struct Ticker {
        var wanted: StreamInterest = []
        var priceE4: Int64
        var shares: Int64 = 0
        var valueE4: Double = 0
        var openE4: Int64 = 0
        var second = Window()
        var minute = Window()
        var sequence: Int64 = 0
    }

    /// The trades of a window.
    private struct Window {
        var shares: Int64 = 0
        var trades: Int64 = 0
        var valueE4: Double = 0
        var open: Int64 = 0
        var high: Int64 = 0
        var low: Int64 = 0
        var close: Int64 = 0

        @inline(__always)
        mutating func add(_ size: Int64, at price: Int64) {
            if trades == 0 {
                open = price
                high = price
                low = price
            }
            high = max(high, price)
            low = min(low, price)
            close = price
            shares += size
            trades += 1
            valueE4 += Double(size) * Double(price)
        }
    }

    /// Events of one call when there is no rate.
    private static let flatOutEvents = 1_000
    /// Events of one call; what is due beyond waits for the next.
    private static let callEventsMax = 10_000
    /// Seconds of arrears that are made up for; more is given up.
    private static let arrearsSecondsMax: Int64 = 2

    var isFlatOut: Bool { load.eventsPerSecond == 0 && !isOver }

    private let load: StreamLoad
    private let symbols: [String]
    private var tickers: [Ticker]
    /// Tickers somebody wants something of.
    private var active: [Int] = []
    private var random: UInt64
    private var made = 0
    private var originNs: Int64?
    private var lastNs: Int64 = 0
    /// Billionths of an event that are due and not made.
    private var due: Int64 = 0
    private var second: Int64?

    init(_ load: StreamLoad, market: SimulatedMarket) {
        self.load = load
        let count = min(load.tickers, market.listings.count)
        symbols = market.listings.prefix(count).map(\.ticker)
        tickers = (0..<count).map { Ticker(priceE4: 50_000 + Int64($0 % 97) * 20_000) }
        random = market.seed | 1
    }

    private var isOver: Bool { load.eventsMax.map { made >= $0 } ?? false }

    func follow(_ wishes: StreamWishes) {
        active = []
        for index in tickers.indices {
            tickers[index].wanted = wishes.wanted(of: index)
            if !tickers[index].wanted.isEmpty { active.append(index) }
        }
    }

    func append(after: Instant, through: Instant, realNs: Int64, into page: StreamPage) {
        let count = eventsDue(realNs)
        let ms = through.milliseconds
        closeWindows(upTo: ms, into: page)
        guard !active.isEmpty else { return }
        for _ in 0..<count { makeEvent(ms, into: page) }
        made += count
    }

    private func eventsDue(_ realNs: Int64) -> Int {
        let origin = originNs ?? realNs
        let elapsed = originNs == nil ? 0 : max(0, realNs - lastNs)
        originNs = origin
        lastNs = realNs
        guard !isOver else { return 0 }
        let left = load.eventsMax.map { $0 - made } ?? .max
        var rate = Int64(load.eventsPerSecond)
        if let burst = load.burst {
            let ms = (realNs - origin) / 1_000_000
            if ms >= Int64(burst.everyMs), ms % Int64(burst.everyMs) < Int64(burst.forMs) {
                rate = Int64(burst.eventsPerSecond)
            }
        }
        guard load.eventsPerSecond > 0 else { return min(left, Self.flatOutEvents) }
        // Whoever could not be served for longer is not flooded afterwards.
        due = min(due + min(elapsed, 1_000_000_000) * rate, Self.arrearsSecondsMax * rate * 1_000_000_000)
        let whole = min(left, Int(due / 1_000_000_000), Self.callEventsMax)
        due -= Int64(whole) * 1_000_000_000
        return whole
    }

    @inline(__always)
    private func draw() -> UInt64 {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return random
    }

    private func makeEvent(_ ms: Int64, into page: StreamPage) {
        let dice = draw()
        let index = active[Int((dice >> 32) % UInt64(active.count))]
        let wanted = tickers[index].wanted
        tickers[index].sequence += 1
        let makesQuote = wanted.contains(.quotes) && (dice & 3 == 0 || !wanted.contains(.trades))
        if makesQuote, dice & 12 != 0 {
            writeQuote(index, dice, ms, page)
            return
        }
        let price = max(
            1_000,
            tickers[index].priceE4 + (Int64(dice >> 4 & 7) - 3) * 100 - Int64(dice >> 7 & 1) * 50 + 25
        )
        let size = Int64(dice >> 10 & 3 == 0 ? dice >> 12 % 99 : (dice >> 12 % 9 + 1) * 100) % 1_000 + 1
        tickers[index].priceE4 = price
        if tickers[index].openE4 == 0 { tickers[index].openE4 = price }
        tickers[index].shares += size
        tickers[index].valueE4 += Double(size) * Double(price)
        tickers[index].second.add(size, at: price)
        tickers[index].minute.add(size, at: price)
        guard wanted.contains(.trades) else { return }
        let json = page.json
        json.raw("{\"ev\":\"T\",\"sym\":")
        json.string(symbols[index])
        json.raw(",\"x\":")
        json.integer(Int64(dice >> 20 & 15) + 4)
        json.raw(",\"i\":\"")
        json.integer(Int64(dice >> 24 & 0xFFFF) << 32 | tickers[index].sequence)
        json.raw("\",\"z\":3,\"p\":")
        json.decimal(price, decimals: 4)
        json.raw(",\"s\":")
        json.integer(size)
        if size < 100 { json.raw(",\"c\":[37]") }
        json.raw(",\"t\":")
        json.integer(ms)
        json.raw(",\"q\":")
        json.integer(tickers[index].sequence)
        json.byte(0x7D)
        page.note(ticker: index, .trades, sizeMicro: size * 1_000_000)
    }

    private func writeQuote(_ index: Int, _ dice: UInt64, _ ms: Int64, _ page: StreamPage) {
        let json = page.json
        json.raw("{\"ev\":\"Q\",\"sym\":")
        json.string(symbols[index])
        json.raw(",\"bx\":12,\"bp\":")
        json.decimal(tickers[index].priceE4 - 100, decimals: 4)
        json.raw(",\"bs\":")
        json.integer(Int64(dice >> 20 & 15) + 1)
        json.raw(",\"ax\":11,\"ap\":")
        json.decimal(tickers[index].priceE4 + 100, decimals: 4)
        json.raw(",\"as\":")
        json.integer(Int64(dice >> 24 & 15) + 1)
        json.raw(",\"t\":")
        json.integer(ms)
        json.raw(",\"q\":")
        json.integer(tickers[index].sequence)
        json.raw(",\"z\":3}")
        page.note(ticker: index, .quotes)
    }

    /// Writes the bars of a second and minute that are over, then begins the next.
    private func closeWindows(upTo ms: Int64, into page: StreamPage) {
        let now = ms / 1_000
        guard let open = second else {
            second = now
            return
        }
        guard now != open else { return }
        for index in tickers.indices where tickers[index].second.trades > 0 {
            if tickers[index].wanted.contains(.seconds) {
                writeBar(index, tickers[index].second, .seconds, start: open * 1_000, length: 1_000, page)
            }
            tickers[index].second = Window()
        }
        if now / 60 != open / 60 {
            for index in tickers.indices where tickers[index].minute.trades > 0 {
                if tickers[index].wanted.contains(.minutes) {
                    writeBar(index, tickers[index].minute, .minutes, start: open / 60 * 60_000, length: 60_000, page)
                }
                tickers[index].minute = Window()
            }
        }
        second = now
    }

    private func writeBar(
        _ index: Int,
        _ window: Window,
        _ topic: StreamInterest,
        start: Int64,
        length: Int64,
        _ page: StreamPage
    ) {
        let json = page.json
        let ticker = tickers[index]
        json.text(topic == .seconds ? "{\"ev\":\"A\",\"sym\":" : "{\"ev\":\"AM\",\"sym\":")
        json.string(symbols[index])
        json.raw(",\"v\":")
        json.integer(window.shares)
        json.raw(",\"av\":")
        json.integer(ticker.shares)
        let shares = Double(max(1, window.shares))
        let average = Int64(ticker.valueE4 / Double(max(1, ticker.shares)))
        let prices = [
            (",\"op\":", ticker.openE4), (",\"vw\":", Int64(window.valueE4 / shares)), (",\"o\":", window.open),
            (",\"c\":", window.close), (",\"h\":", window.high), (",\"l\":", window.low), (",\"a\":", average),
        ]
        for (name, value) in prices {
            json.text(name)
            json.decimal(value, decimals: 4)
        }
        json.raw(",\"z\":")
        json.integer(window.shares / max(1, window.trades))
        json.raw(",\"s\":")
        json.integer(start)
        json.raw(",\"e\":")
        json.integer(start + length)
        json.byte(0x7D)
        page.note(ticker: index, topic, sizeMicro: window.shares * 1_000_000)
    }
}
