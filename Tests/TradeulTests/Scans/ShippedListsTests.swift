import EngineAPI
import FilterLanguage
import MarketData
import MarketTime
import Testing

@testable import tradeul

/// Every shipped list against a table made by hand: a ticker that is on it, and the same ticker with one number changed,
/// which is not.
@Suite
struct ShippedListsTests {
    struct Entry: Sendable {
        var list: String
        /// A ticker that is on the list.
        var member: [ColumnID: Double]
        /// Changes of one number each, after which it is not.
        var misses: [(ColumnID, Double)]
        /// Numbers at which one who is on it must leave; empty for lists without an exit test.
        var leaves: [[ColumnID: Double]] = []
    }

    private static let up: [ColumnID: Double] = [
        .fromHighPercent: -0.5, .changePercent: 3, .vwapPercent: 1, .rvol: 2, .volume: 200_000,
    ]
    private static let down: [ColumnID: Double] = [
        .fromLowPercent: 0.5, .changePercent: -3, .vwapPercent: -1, .rvol: 2, .volume: 200_000,
    ]

    static let table: [Entry] = [
        Entry(
            list: "gap-up",
            member: [.gapPercent: 5, .preVolume: 150_000, .last: 10],
            misses: [(.gapPercent, 4), (.gapPercent, .nan), (.preVolume, 100_000), (.last, 0.99), (.last, 50.01)],
            leaves: [[.gapPercent: 2.9, .last: 10], [.gapPercent: 5, .last: 0.7], [.gapPercent: 5, .last: 61]]
        ),
        Entry(
            list: "gappers-up",
            member: [.gapPercent: 2, .volume: 1],
            misses: [(.gapPercent, 1.99), (.volume, 0), (.volume, .nan)],
            leaves: [[.gapPercent: 1.7]]
        ),
        Entry(
            list: "gappers-down",
            member: [.gapPercent: -2, .volume: 1],
            misses: [(.gapPercent, -1.99), (.volume, 0), (.gapPercent, .nan)],
            leaves: [[.gapPercent: -1.7]]
        ),
        Entry(
            list: "momentum-up",
            member: up,
            misses: [
                (.fromHighPercent, -1.01), (.changePercent, 0.99), (.vwapPercent, 0), (.rvol, 1.49), (.volume, 99_999),
                (.vwapPercent, .nan), (.rvol, .nan),
            ],
            leaves: [
                up.merging([.fromHighPercent: -1.6]) { $1 }, up.merging([.changePercent: 0.4]) { $1 },
                up.merging([.vwapPercent: -0.1]) { $1 }, up.merging([.rvol: 1.2]) { $1 },
            ]
        ),
        Entry(
            list: "momentum-down",
            member: down,
            misses: [
                (.fromLowPercent, 1.01), (.changePercent, -0.99), (.vwapPercent, 0), (.rvol, 1.49), (.volume, 99_999),
            ],
            leaves: [
                down.merging([.fromLowPercent: 1.6]) { $1 }, down.merging([.changePercent: -0.4]) { $1 },
                down.merging([.vwapPercent: 0.1]) { $1 }, down.merging([.rvol: 1.2]) { $1 },
            ]
        ),
        Entry(
            list: "winners",
            member: [.changePercent: 5, .rvol: 1.5],
            misses: [(.changePercent, 4.99), (.rvol, 1.49), (.rvol, .nan)],
            leaves: [[.changePercent: 4.4, .rvol: 2], [.changePercent: 6, .rvol: 1.2]]
        ),
        Entry(
            list: "losers",
            member: [.changePercent: -5, .rvol: 1.5],
            misses: [(.changePercent, -4.99), (.rvol, 1.49)],
            leaves: [[.changePercent: -4.4, .rvol: 2], [.changePercent: -6, .rvol: 1.2]]
        ),
        Entry(list: "high-volume", member: [.rvol: 2], misses: [(.rvol, 1.99), (.rvol, .nan)], leaves: [[.rvol: 1.7]]),
        Entry(
            list: "anomalies",
            member: [.tradesZScore: 3],
            misses: [(.tradesZScore, 2.99), (.tradesZScore, .nan)],
            leaves: [[.tradesZScore: 2.4]]
        ),
        Entry(
            list: "new-highs",
            member: [.fromHighPercent: -0.1, .volume: 1],
            misses: [(.fromHighPercent, -0.11), (.volume, 0)],
            leaves: [[.fromHighPercent: -0.31]]
        ),
        Entry(
            list: "new-lows",
            member: [.fromLowPercent: 0.1, .volume: 1],
            misses: [(.fromLowPercent, 0.11), (.volume, 0)],
            leaves: [[.fromLowPercent: 0.31]]
        ),
        Entry(
            list: "reversals",
            member: [.gapPercent: 2, .fromOpenPercent: -1],
            misses: [(.gapPercent, 1.9), (.fromOpenPercent, -0.9), (.fromOpenPercent, 1), (.gapPercent, -2)],
            leaves: [[.gapPercent: 3, .fromOpenPercent: 0.7], [.gapPercent: 1.7, .fromOpenPercent: -2]]
        ),
        Entry(
            list: "post-market",
            member: [.postVolume: 20_000, .postMovePercent: 0.1],
            misses: [(.postVolume, 19_999), (.postVolume, .nan)]
        ),
        Entry(
            list: "lowfloat-runners",
            member: [.last: 20, .floatShares: 19_999_999, .rvol: 5.1, .changePercent: 10.1],
            misses: [
                (.last, 20.01), (.last, 0.99), (.floatShares, 20_000_000), (.floatShares, .nan), (.rvol, 5),
                (.changePercent, 10),
            ],
            leaves: [[.changePercent: 7.9, .rvol: 6], [.changePercent: 12, .rvol: 3.9]]
        ),
        Entry(
            list: "hod-momo",
            member: [.newHigh: 1, .rvol: 3.1, .change5m: 2.1],
            misses: [(.newHigh, 0), (.newHigh, .nan), (.rvol, 3), (.change5m, 2)],
            leaves: [[.fromHighPercent: -1.1, .change5m: 2], [.fromHighPercent: 0, .change5m: 0.9]]
        ),
        Entry(list: "halts", member: [.halted: 1], misses: [(.halted, 0), (.halted, .nan)]),
        Entry(
            list: "rvol-leaders",
            member: [.rvol: 3.1, .dollarVolume: 5_000_001],
            misses: [(.rvol, 3), (.dollarVolume, 5_000_000)],
            leaves: [[.rvol: 2.4]]
        ),
        Entry(
            list: "reversal",
            member: [.changePercent: -15.1, .change5m: 2.1, .rvol: 2.1],
            misses: [(.changePercent, -15), (.change5m, 2), (.rvol, 2)],
            leaves: [[.change5m: 0.4]]
        ),
        Entry(
            list: "large-cap-unusual",
            member: [.marketCap: 4e12, .rvol: 2.1],
            misses: [(.marketCap, 10e9), (.marketCap, .nan), (.rvol, 2)],
            leaves: [[.rvol: 1.7]]
        ),
        Entry(
            list: "after-hours",
            member: [.postChangePercent: 5.1, .postVolume: 50_001],
            misses: [(.postChangePercent, 5), (.postVolume, 50_000)],
            leaves: [[.postChangePercent: 3.9]]
        ),
    ]

    @Test func everyShippedListHasItsTable() {
        #expect(Set(Self.table.map(\.list)) == Set(ScanShelf.shipped.lists.map(\.name)))
    }

    @Test(arguments: table.indices)
    func itsMemberIsOnItAndOneNumberLessIsNot(_ index: Int) throws {
        let entry = Self.table[index]
        let list = try #require(ScanShelf.shipped.lists.first { $0.name == entry.list })
        let verdict = try Self.verdicts(list.filter, [entry.member])
        #expect(verdict == [.isTrue], "\(entry.list)")
        for (column, value) in entry.misses {
            let changed = entry.member.merging([column: value]) { $1 }
            let verdict = try Self.verdicts(list.filter, [changed])
            #expect(verdict != [.isTrue], "\(entry.list) with \(column.rawValue) \(value)")
        }
    }

    @Test(arguments: table.indices)
    func itsExitLetsAMemberStayAndSendsTheOthersAway(_ index: Int) throws {
        let entry = Self.table[index]
        let list = try #require(ScanShelf.shipped.lists.first { $0.name == entry.list })
        #expect((list.exit == nil) == entry.leaves.isEmpty, "\(entry.list)")
        guard let exit = list.exit else { return }
        #expect(try Self.verdicts(exit, [entry.member]) != [.isTrue], "\(entry.list)")
        for row in entry.leaves { #expect(try Self.verdicts(exit, [row]) == [.isTrue], "\(entry.list) with \(row)") }
    }

    @Test func theListsOfTheClosedHoursAreWorkedOutThen() throws {
        for name in ["post-market", "after-hours"] {
            let list = try #require(ScanShelf.shipped.lists.first { $0.name == name })
            #expect(list.sessions == [.postMarket])
        }
    }

    /// What a text says of rows; numbers that are not given are missing.
    private static func verdicts(_ text: String, _ rows: [[ColumnID: Double]]) throws -> [FilterVerdict] {
        let program = try #require(FilterCompiler.compile(text, in: FilterScope()).program)
        let columns = FilterColumns(
            rowCount: rows.count,
            numbers: program.numberColumns.map { id in rows.map { $0[id] ?? .nan } },
            texts: program.textColumns.map { _ in TextColumn(rows.map { _ in nil }) }
        )
        var memory = FilterMemory()
        var result: [UInt8] = []
        _ = program.run(columns, memory: &memory, into: &result)
        return result.compactMap { FilterVerdict(rawValue: $0) }
    }
}
