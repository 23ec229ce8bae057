import EngineAPI
import MarketData
import MarketTime
import TestSupport

/// Invented prints of any ticker: always the same for the same count.
struct FakeTape {
    /// Lines reported so far.
    var total = 40
    var isLive = true
    var rate = 3.4
    /// A halt and its resume among the newest lines.
    var hasHalt = false
    /// Seconds since the newest print.
    var ageSeconds: Int64 = 0
    var conflated = 0

    private static let names = ["GLTQ", "NVQE", "ACHR.WS", "VLTZ", "BRK.B", "QXAI"]

    func page(_ query: TapeQuery, now: Instant) -> TapePage {
        var page = TapePage(query: query)
        page.total = UInt64(max(0, total))
        page.isLive = isLive
        page.conflated = conflated
        guard total > 0 else { return page }
        (page.printsPerSecond, page.dollarsPerSecond, page.askShare) = (rate, 15_420, 0.62)
        if query.symbol != nil { (page.bid, page.ask, page.bidSize, page.askSize) = (4.80, 4.82, 12, 7) }
        if query.symbol != nil { page.levels = Self.levels(query.levels) }
        let newest = now.adding(seconds: -ageSeconds)
        for number in stride(from: total - 1, through: max(0, total - query.rows), by: -1) {
            let back = Int64(total - 1 - number)
            let time = newest.adding(milliseconds: -(back * 317) - 88)
            page.prints.append(print(number, time, query))
        }
        return page
    }

    /// Levels around 4.82, heavier at the middle.
    private static func levels(_ count: Int) -> [PriceLevel] {
        (0..<min(count, 14)).map { step in
            var random = SeededRandom(seed: UInt64(step) &* 131 &+ 5)
            let weight = Double(90_000 / (1 + abs(step - 6)))
            return PriceLevel(
                price: 4.88 - Double(step) / 100,
                bought: step > 11 ? 0 : (weight * random.unit()).rounded(),
                sold: step < 2 ? 0 : (weight * random.unit()).rounded(),
                other: (weight * 0.2 * random.unit()).rounded()
            )
        }
    }

    private func print(_ number: Int, _ time: Instant, _ query: TapeQuery) -> TapePrint {
        var random = SeededRandom(seed: UInt64(number) &* 7_919 &+ 11)
        let name = Self.names[random.below(Self.names.count)]
        let symbol = query.symbol ?? Symbol(name) ?? Symbol(packedBytes: [UInt8](repeating: 0x58, count: 24))
        var line = TapePrint(number: UInt64(number), symbol: symbol, time: time.nanoseconds, price: .nan, size: .nan)
        if hasHalt, number == total - 3 || number == total - 2 {
            line.flags = number == total - 3 ? .halt : .resume
            return line
        }
        let sides = TradeSide.allCases
        line.side = sides[random.below(sides.count)]
        line.price = 4.82 + Double(random.below(5) - 2) / 100 + (random.below(6) == 0 ? 0.0025 : 0)
        line.size = [7, 100, 300, 1_000, 4_200, 12_500, 152_600][random.below(7)]
        line.count = random.below(4) == 0 ? Int32(2 + random.below(20)) : 1
        line.exchange = UInt8([4, 8, 10, 11, 12, 15, 19, 21][random.below(8)])
        if line.exchange == 4 { line.flags.insert(.dark) }
        if line.size < 100 { line.flags.insert(.oddLot) }
        if line.size >= 10_000 { line.flags.insert(.block) }
        if random.below(9) == 0 { line.flags.insert(.sweep) }
        if random.below(11) == 0 { line.flags.insert(.dayHigh) }
        if random.below(13) == 0 { line.flags.insert(.notLast) }
        return line
    }
}
