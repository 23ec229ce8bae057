import EngineAPI
import GRDB
import MarketData
import MarketTime
import Testing

@testable import Store

@Suite
struct ReferenceStoreTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let friday: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        friday = try day("2026-11-20")
    }

    private func fact(_ name: String, _ change: (inout ReferenceFact) -> Void = { _ in }) throws -> ReferenceFact {
        var fact = ReferenceFact(symbol: try symbol(name))
        change(&fact)
        return fact
    }

    private func progress(
        _ part: ReferencePart,
        _ day: DayID,
        _ cursor: String = "",
        isComplete: Bool = false
    ) -> ReferenceProgress {
        ReferenceProgress(part: part, day: day, cursor: cursor, isComplete: isComplete)
    }

    @Test func factsOfSeveralVendorsComeTogetherAndKeepSourceAndDate() throws {
        let listed = try fact("AAPL") { fact in
            fact.name = "Apple Inc."
            fact.exchange = "XNAS"
            fact.type = "CS"
        }
        let floats = try fact("AAPL") { fact in
            fact.floatShares = 1.5e10
            fact.sharesOutstanding = 1.6e10
            fact.date = friday.adding(days: -40)
        }
        let profile = try fact("AAPL") { fact in
            fact.sector = "Technology"
            fact.industry = "Consumer Electronics"
            fact.country = "US"
            fact.marketCap = 4e12
        }
        try store.write([listed], unknown: [], source: "polygon", progress(.tickers, friday))
        try store.write([floats], unknown: [], source: "fmp", progress(.floats, friday))
        try store.write([profile], unknown: [], source: "fmp", progress(.profiles, friday.adding(days: 3)))
        let facts = try store.referenceFacts()
        #expect(facts.symbols == [try symbol("AAPL")] && facts.names == ["Apple Inc."])
        #expect(facts.exchanges == ["XNAS"] && facts.types == ["CS"] && facts.sectors == ["Technology"])
        #expect(facts.industries == ["Consumer Electronics"] && facts.countries == ["US"])
        #expect(facts.marketCaps == [4e12] && facts.floatShares == [1.5e10] && facts.sharesOutstanding == [1.6e10])
        let origins = try store.factOrigins(symbol("AAPL"))
        #expect(origins["name"] == FactOrigin(source: "polygon", date: friday))
        #expect(origins["float_shares"] == FactOrigin(source: "fmp", date: friday.adding(days: -40)))
        #expect(origins["country"] == FactOrigin(source: "fmp", date: friday.adding(days: 3)))
    }

    @Test func whatIsNotToldStaysAndIsNaNOrNil() throws {
        let first = try fact("X") { $0.floatShares = 5e6 }
        let second = try fact("X") { fact in
            fact.name = ""
            fact.floatShares = .nan
            fact.marketCap = 0
            fact.sharesOutstanding = -.infinity
        }
        try store.write([first], unknown: [], source: "fmp", progress(.floats, friday))
        try store.write([second], unknown: [], source: "fmp", progress(.floats, friday.adding(days: 3)))
        let facts = try store.referenceFacts()
        #expect(facts.floatShares == [5e6] && facts.names == [nil])
        #expect(facts.marketCaps.allSatisfy(\.isNaN) && facts.sharesOutstanding.allSatisfy(\.isNaN))
        #expect(try store.factOrigins(symbol("X"))["float_shares"]?.date == friday)
    }

    @Test func aLoadCutShortIsFoundWhereItWas() throws {
        #expect(try store.referenceProgress().isEmpty)
        try store.write([try fact("A")], unknown: [], source: "polygon", progress(.tickers, friday, "AMD"))
        try store.write([], unknown: [], source: "fmp", progress(.floats, friday, "3"))
        try store.write([], unknown: [], source: "polygon", progress(.tickers, friday, "ZZZ", isComplete: true))
        try store.close()
        let again = try TradeulStore(path: folder.file)
        #expect(
            try again.referenceProgress() == [
                progress(.tickers, friday, "ZZZ", isComplete: true), progress(.floats, friday, "3"),
            ]
        )
        try again.write([], unknown: [], source: "polygon", progress(.tickers, friday.adding(days: 3)))
        #expect(try again.referenceProgress().first == progress(.tickers, friday.adding(days: 3)))
    }

    @Test func anAnswerOfNothingIsRememberedByPartAndDay() throws {
        let (a, b, c) = (try symbol("A"), try symbol("B"), try symbol("C"))
        try store.write([try fact("A")], unknown: [b, c], source: "fmp", progress(.profiles, friday))
        #expect(try store.unknownSymbols(of: .profiles, since: friday) == [b, c])
        #expect(try store.answeredSymbols(of: .profiles, since: friday) == [a])
        #expect(try store.unknownSymbols(of: .profiles, since: friday.adding(days: 1)).isEmpty)
        #expect(try store.unknownSymbols(of: .marketCaps, since: friday).isEmpty)
        try store.write([try fact("B")], unknown: [a], source: "fmp", progress(.profiles, friday.adding(days: 3)))
        #expect(try store.unknownSymbols(of: .profiles, since: friday) == [a, c])
        #expect(try store.answeredSymbols(of: .profiles, since: friday) == [b])
        // Nothing is known of them: they are asked for, not listed.
        #expect(try store.referenceFacts().symbols.isEmpty)
    }

    @Test func aFullDiskLeavesFactsAndProgressAsTheyWere() throws {
        try store.write([try fact("A") { $0.name = "a" }], unknown: [], source: "p", progress(.tickers, friday, "A"))
        try store.close()
        let many = try (0..<8000).map { number in
            try fact("S\(number)") { $0.name = String(repeating: "n", count: 100) }
        }
        let small = try TradeulStore(path: folder.file, options: .init(maxFileBytes: 200_000))
        #expect(throws: StoreError.full(path: folder.file)) {
            try small.write(many, unknown: [], source: "p", progress(.tickers, friday, "Z", isComplete: true))
        }
        #expect(try small.referenceProgress() == [progress(.tickers, friday, "A")])
        #expect(try small.referenceFacts().symbols.count == 1)
    }

    @Test func aFileFromBeforeGetsTheNewColumns() throws {
        try store.close()
        let old = folder.path + "/old.db"
        do {
            let queue = try otherConnection(old)
            try StoreSchema.migrator().migrate(queue, upTo: "2026-11 ticks")
            try queue.inDatabase { db in
                try db.execute(
                    sql: """
                        INSERT INTO ticker_metadata (symbol, name, name_source, name_date)
                        VALUES ('A', 'Agilent', 'polygon', '2026-11-02')
                        """
                )
            }
        }
        let opened = try TradeulStore(path: old)
        #expect(try opened.referenceFacts().names == ["Agilent"])
        let answer = try fact("A") { $0.country = "US" }
        try opened.write([answer], unknown: [], source: "fmp", progress(.profiles, friday))
        #expect(try opened.referenceFacts().countries == ["US"])
    }
}
