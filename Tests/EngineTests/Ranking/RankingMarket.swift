import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

/// A market of random rows with few distinct numbers, and what must come of a query over it, worked out plainly.
struct RankingMarket {
    var fixture: ScanFixture
    let now: Instant
    let stocks: [Stock]

    init(_ count: Int, seed: UInt64) throws {
        fixture = try ScanFixture()
        var random = SeededRandom(seed: seed)
        now = fixture.at(11, 0)
        stocks = (0..<count).map { index in
            Stock("S\(index)", Double(1 + random.next() % 40), Double(random.next() % 30))
        }
        try fixture.show(stocks, now)
    }

    /// What a question asks for: a lowest price, a lowest volume, and how many at most.
    struct Plain: CustomStringConvertible {
        var price: Double
        var volume: Double
        var top: Int?

        var filter: String {
            "price >= \(Int(price)) and vol >= \(Int(volume))" + (top.map { " | top \($0)" } ?? "")
        }
        var description: String { filter }

        func matches(_ stock: Stock) -> Bool { stock.price >= price && stock.volume >= volume }
    }

    /// A row as it must come out.
    struct Expected {
        var symbols: [String] = []
        var moves: [RowMove] = []
        var entering = 0
        var leaving = 0
    }

    /// Sorts by volume, the largest first, then by symbol; picks by hand.
    func expected(_ asked: Plain, against: Plain?, pinned: [String], excluded: [String]) -> Expected {
        let order = stocks.filter { !excluded.contains($0.symbol) }.sorted { left, right in
            left.volume != right.volume ? left.volume > right.volume : left.symbol < right.symbol
        }
        func members(_ plain: Plain) -> Set<String> {
            let all = order.filter(plain.matches).map(\.symbol)
            return Set(plain.top.map { Array(all.prefix($0)) } ?? all)
        }
        let (new, old) = (members(asked), against.map(members) ?? [])
        var expected = Expected()
        var seen: Set<String> = []
        let first = pinned.filter { name in order.contains { $0.symbol == name } && seen.insert(name).inserted }
        for name in first + order.map(\.symbol).filter({ !seen.contains($0) && (new.contains($0) || old.contains($0)) })
        {
            expected.symbols.append(name)
            guard against != nil else { continue }
            let isSame = new.contains(name) == old.contains(name)
            expected.moves.append(isSame ? .stays : new.contains(name) ? .enters : .leaves)
        }
        expected.entering = expected.moves.count { $0 == .enters }
        expected.leaving = expected.moves.count { $0 == .leaves }
        return expected
    }
}

/// The symbols of these names.
func symbols(_ names: [String]) -> [Symbol] { names.compactMap { Symbol($0) } }
