import EngineAPI
import GRDB
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

@Suite
struct ScanStoreTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let monday: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        monday = try day("2026-11-02")
    }

    private func time(_ secondOfDay: Int, milliseconds: Int64 = 0) -> Instant {
        NewYork.instant(monday, secondOfDay: secondOfDay).adding(milliseconds: milliseconds)
    }

    @Test func aListIsReadAsItWasWritten() throws {
        var records = ScanRecords(time: time(35_100), day: monday)
        records.fullLists = ["gap-up", "empty"]
        try records.add("gap-up", "AAPL", 2, price: 212.3456, volume: 1_234_567, rvol: 3.14, change: -4.25, cap: 4e12)
        try records.add("gap-up", "BRK.B", 1, price: .nan, volume: .nan, rvol: .nan, change: .nan, cap: .nan)
        try store.write(records)
        let moment = try #require(try store.scanMoment(list: "gap-up", at: time(35_400)))
        #expect(moment.fullTime == time(35_100) && moment.lastTime == time(35_100))
        #expect(moment.rows.map(\.symbol.text) == ["BRK.B", "AAPL"] && moment.rows.map(\.rank) == [1, 2])
        let first = moment.rows[0]
        #expect(first.price.isNaN && first.volume.isNaN && first.rvol.isNaN && first.change.isNaN)
        #expect(first.marketCap.isNaN)
        let second = moment.rows[1]
        #expect(second.price == 212.3456 && second.volume == 1_234_567 && second.rvol == 3.14)
        #expect(second.change == -4.25 && second.marketCap == 4e12)
        #expect(try store.scanMoment(list: "empty", at: time(35_400))?.rows.isEmpty == true)
        #expect(try store.scanMoment(list: "never", at: time(35_400)) == nil)
        #expect(try store.scanMoment(list: "gap-up", at: time(35_099)) == nil)
        #expect(try store.scanMoment(list: "gap-up", at: time(35_400 + 86_400)) == nil)
    }

    @Test func whatChangedSinceTheFullSetCounts() throws {
        try store.write(full(35_100, ["A", "B", "C"]))
        var records = ScanRecords(time: time(35_110), day: monday)
        try records.add("L", "B", 0)
        try records.add("L", "D", 2, price: 5)
        try store.write(records)
        #expect(try members(35_109) == ["A", "B", "C"])
        #expect(try members(35_110) == ["A", "D", "C"])
        try store.write(full(35_160, ["C", "E"]))
        #expect(try members(35_160) == ["C", "E"])
        let told = try store.scanChanges(list: "L", day: monday, membershipOnly: true).map {
            "\($0.row.symbol.text) \($0.previousRank)>\($0.row.rank)"
        }
        #expect(told == ["A 0>1", "B 0>2", "C 0>3", "B 2>0", "D 0>2", "A 1>0", "D 2>0", "E 0>2"])
        let all = try store.scanChanges(list: "L", day: monday)
        #expect(all.count == told.count + 1, "C rose from 3 to 1")
        #expect(all.first { $0.time == time(35_160) && $0.row.symbol.text == "D" }?.row.price == 5)
        #expect(try store.scanChanges(list: "L", day: monday, limit: 2).count == 2)
        let lists = try store.storedScanLists(day: monday)
        #expect(lists.map(\.name) == ["L"] && lists.map(\.fullSets) == [2] && lists.map(\.changeSets) == [1])
        #expect(lists.map(\.firstTime) == [time(35_100)] && lists.map(\.lastTime) == [time(35_160)])
        #expect(try store.storedScanDays().map(\.sets) == [3])
    }

    @Test func ofTheSameMomentTheLaterWriteCounts() throws {
        try store.write(full(35_100, ["A"]))
        try store.write(full(35_100, ["B", "C"]))
        var records = ScanRecords(time: time(35_100), day: monday)
        try records.add("L", "C", 0)
        try store.write(records)
        #expect(try members(35_100) == ["B"])
    }

    @Test func aTickersRanksAtAMomentAreToldListByList() throws {
        try store.write(full(35_100, ["A", "B", "C"]))
        var records = ScanRecords(time: time(35_110), day: monday)
        try records.add("L", "B", 1)
        try records.add("L", "A", 2)
        try store.write(records)
        func ranks(_ name: String, _ second: Int) throws -> [Int?] {
            try store.ranks(of: symbol(name), lists: ["L", "never"], at: time(second)).map(\.rank)
        }
        #expect(try ranks("B", 35_109) == [2, nil] && ranks("B", 35_110) == [1, nil])
        #expect(try ranks("D", 35_110) == [0, nil], "it was not on the list")
        #expect(try ranks("B", 35_099) == [nil, nil] && ranks("B", 35_401) == [nil, nil], "nothing tells of then")
        #expect(try ranks("B", 35_400) == [1, nil])
        let named = try store.ranks(of: symbol("A"), lists: ["never", "L"], at: time(35_110))
        #expect(named == [StoredRank(list: "never", rank: nil), StoredRank(list: "L", rank: 2)])
    }

    /// Random writes against a model that keeps every state of every list.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func aReplayEqualsANaiveModelAtAnyTime(_ seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let lists = ["a", "b", "c"]
        var model = NaiveLists()
        var milliseconds: Int64 = 0
        for _ in 0..<150 {
            milliseconds += Int64.random(in: 0...2500, using: &generator)
            var records = ScanRecords(time: time(34_200, milliseconds: milliseconds), day: monday)
            for list in lists where Int.random(in: 0..<3, using: &generator) > 0 {
                if Int.random(in: 0..<6, using: &generator) == 0 { records.fullLists.append(list) }
                for _ in 0..<Int.random(in: 0..<6, using: &generator) {
                    let name = "S\(Int.random(in: 0..<25, using: &generator))"
                    let rank = Int32.random(in: 0..<30, using: &generator)
                    let price = Double(Int.random(in: 0..<1_000_000, using: &generator)) / 10_000
                    try records.add(list, name, rank, price: price, rvol: rank % 3 == 0 ? .nan : price / 100)
                }
            }
            try store.write(records)
            model.take(records)
        }
        for _ in 0..<60 {
            let moment = time(34_200, milliseconds: Int64.random(in: -10...milliseconds + 5000, using: &generator))
            for list in lists {
                let found = try store.scanMoment(list: list, at: moment)
                // As text: a missing number is not equal to itself.
                #expect(
                    String(describing: found?.rows) == String(describing: model.rows(list, at: moment)),
                    "seed \(seed), \(list) at \(moment)"
                )
            }
        }
        for list in lists {
            var byChanges: [Symbol: Int] = [:]
            for change in try store.scanChanges(list: list, day: monday) {
                #expect(byChanges[change.row.symbol] ?? 0 == change.previousRank, "seed \(seed)")
                byChanges[change.row.symbol] = change.row.rank == 0 ? nil : change.row.rank
            }
            let last = model.states[list]?.last?.members.mapValues(\.rank) ?? [:]
            #expect(byChanges == last, "seed \(seed), \(list)")
        }
    }

    @Test func anyOtherProgramReadsTheRows() throws {
        var records = ScanRecords(time: time(35_100, milliseconds: 250), day: monday)
        records.fullLists = ["gap-up"]
        try records.add("gap-up", "AAPL", 1, price: 212.34, volume: 70_000_000, rvol: 3.1, change: -4.25, cap: 4e12)
        try records.add("gap-up", "MSFT", 2, price: 0.0001, volume: 0, change: 12)
        try store.write(records)
        let lines = try store.reading { db in
            try Row.fetchAll(db, sql: "SELECT * FROM scan_results_rows ORDER BY rank").map { row in
                row.databaseValues.map { $0.isNull ? "-" : "\($0.storage.value ?? "")" }.joined(separator: " ")
            }
        }
        #expect(
            lines == [
                "2026-11-02 2026-11-02T14:45:00.250Z gap-up 1 1 AAPL 212.34 70000000 3.1 -4.25 4000000000000",
                "2026-11-02 2026-11-02T14:45:00.250Z gap-up 1 2 MSFT 0.0001 0 - 12.0 -",
            ]
        )
    }

    @Test(arguments: [3, 9] as [UInt64])
    func damagedSetsAreLeftOutAndCounted(_ seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        try store.write(full(35_100, ["A", "B"]))
        try store.write(full(35_160, ["C"]))
        for _ in 0..<60 {
            let count = Int.random(in: 1..<40, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            try store.writing { db in
                let update = try RawStatement(db, "UPDATE scan_results SET packed = ?1 WHERE time > ?2")
                try update.bind(1, bytes)
                try update.bind(2, time(35_159).milliseconds)
                try update.run()
            }
            // Whatever they say, neither crashes; a reader of rows ends.
            _ = try store.scanMoment(list: "L", at: time(35_200))
            _ = try store.scanChanges(list: "L", day: monday)
            _ = try store.reading { try Row.fetchAll($0, sql: "SELECT * FROM scan_results_rows") }
        }
        #expect(try members(35_159) == ["A", "B"], "seed \(seed)")
        #expect(store.damagedRowCount > 0, "seed \(seed)")
    }

    @Test func aKilledProcessLeavesWholeSetsOnly() throws {
        try store.write(full(35_100, ["A", "B"]))
        try store.write([try event(35_100, "A", .entered)], day: monday)
        _ = try #require(shell("cp '\(folder.file)' '\(folder.path)/killed.db'"))
        _ = try #require(shell("cp '\(folder.file)-wal' '\(folder.path)/killed.db-wal'"))
        try store.write(full(35_160, ["C"]))
        let killed = try TradeulStore(path: folder.path + "/killed.db")
        let moment = try killed.scanMoment(list: "L", at: time(35_200))
        #expect(moment?.rows.map(\.symbol.text) == ["A", "B"])
        #expect(try killed.scanEvents(day: monday).count == 1)
        #expect(try killed.storedScanDays().map(\.sets) == [1])
        try store.close()
        let again = try TradeulStore(path: folder.file)
        #expect(try again.scanMoment(list: "L", at: time(35_200))?.rows.map(\.symbol.text) == ["C"])
    }

    @Test func aFullDiskLeavesWhatWasStored() throws {
        try store.write(full(35_100, ["A"]))
        try store.close()
        let many = try full(35_160, (0..<5000).map { "S\($0)" })
        do {
            let small = try TradeulStore(path: folder.file, options: .init(maxFileBytes: 200_000))
            #expect(throws: StoreError.full(path: folder.file)) { try small.write(many) }
            #expect(try small.scanMoment(list: "L", at: time(35_200))?.rows.map(\.symbol.text) == ["A"])
            #expect(try small.storedScanDays().map(\.sets) == [1])
            try small.close()
        }
        let roomy = try TradeulStore(path: folder.file)
        try roomy.write(many)
        #expect(try roomy.scanMoment(list: "L", at: time(35_200))?.rows.count == 5000)
    }

    @Test func theWhyLogIsReadNewestFirstByListSymbolAndTime() throws {
        var events = [
            try event(35_100, "A", .entered), try event(35_101, "B", .entered), try event(35_102, "A", .left),
        ]
        events[1].list = "other"
        events[2].clause = "rvol > 3"
        events[2].value = 2.5
        try store.write(events, day: monday)
        #expect(try store.scanEvents(day: monday) == events.reversed())
        #expect(try store.scanEvents(list: "L", day: monday) == [events[2], events[0]])
        #expect(try store.scanEvents(symbol: symbol("B"), day: monday) == [events[1]])
        #expect(try store.scanEvents(list: "L", symbol: symbol("B"), day: monday).isEmpty)
        #expect(try store.scanEvents(list: "none", day: monday).isEmpty)
        #expect(try store.scanEvents(day: monday, limit: 1) == [events[2]])
        #expect(try store.scanEvents(day: monday.adding(days: 1)).isEmpty)
        let range = time(35_101)..<time(35_102)
        #expect(try store.scanEvents(day: monday, range: range) == [events[1]])
    }

    @Test func namesAndClausesOfAnyKindAreText() throws {
        var records = ScanRecords(time: time(35_100), day: monday)
        let name = "'; DROP TABLE scan_lists; --\u{1B}[2J"
        records.fullLists = [name]
        try store.write(records)
        var odd = try event(35_100, "A", .entered)
        odd.clause = String(repeating: "x", count: 5000)
        odd.price = .infinity
        try store.write([odd], day: monday)
        #expect(try store.storedScanLists(day: monday).map(\.name) == [name])
        #expect(try store.scanEvents(day: monday).map(\.clause.count) == [200])
        #expect(try store.scanEvents(day: monday).first?.price.isNaN == true)
    }

    /// A full set of a list with these members.
    private func full(_ second: Int, _ names: [String]) throws -> ScanRecords {
        var records = ScanRecords(time: time(second), day: monday)
        records.fullLists = ["L"]
        for (index, name) in names.enumerated() { try records.add("L", name, Int32(index + 1)) }
        return records
    }

    private func members(_ second: Int) throws -> [String]? {
        try store.scanMoment(list: "L", at: time(second))?.rows.map(\.symbol.text)
    }

    private func event(_ second: Int, _ name: String, _ kind: ScanEvent.Kind) throws -> ScanEvent {
        ScanEvent(
            time: time(second),
            list: "L",
            symbol: try symbol(name),
            kind: kind,
            rank: 1,
            previousRank: 0,
            clause: "cut",
            price: 1.5,
            volume: 10,
            rvol: 2,
            changePercent: -3,
            value: 4
        )
    }
}

extension ScanRecords {
    /// Adds a row.
    mutating func add(
        _ list: String,
        _ name: String,
        _ rank: Int32,
        price: Double = .nan,
        volume: Double = .nan,
        rvol: Double = .nan,
        change: Double = .nan,
        cap: Double = .nan
    ) throws {
        lists.append(list)
        symbols.append(try symbol(name))
        ranks.append(rank)
        prices.append(price)
        volumes.append(volume)
        rvols.append(rvol)
        changes.append(change)
        marketCaps.append(cap)
    }
}

/// Every state that every list had.
private struct NaiveLists {
    struct State {
        var time: Instant
        var members: [Symbol: ScanRow]
    }

    var states: [String: [State]] = [:]
    private var wasFull: Set<String> = []

    mutating func take(_ records: ScanRecords) {
        for list in Set(records.lists + records.fullLists) {
            var members = states[list]?.last?.members ?? [:]
            if records.fullLists.contains(list) {
                members = [:]
                if wasFull.insert(list).inserted { states[list] = nil }
            }
            // The later of two rows of a ticker counts, whatever the earlier one said.
            for row in 0..<records.count where records.lists[row] == list {
                members[records.symbols[row]] = stored(records, row)
            }
            members = members.filter { $0.value.rank > 0 }
            guard wasFull.contains(list) else {
                states[list] = [State(time: records.time, members: members)]
                continue
            }
            states[list, default: []].append(State(time: records.time, members: members))
        }
    }

    func rows(_ list: String, at moment: Instant) -> [ScanRow]? {
        guard wasFull.contains(list), let state = states[list]?.last(where: { $0.time <= moment }) else { return nil }
        return state.members.values.sorted { ($0.rank, $0.symbol) < ($1.rank, $1.symbol) }
    }

    private func stored(_ records: ScanRecords, _ row: Int) -> ScanRow {
        let entry = ScanCodec.rounded(
            ScanCodec.Entry(
                symbol: 0,
                rank: records.ranks[row],
                price: records.prices[row],
                volume: records.volumes[row],
                rvol: records.rvols[row],
                change: records.changes[row],
                marketCap: records.marketCaps[row]
            )
        )
        return ScanRow(records.symbols[row], entry, records.time)
    }
}
