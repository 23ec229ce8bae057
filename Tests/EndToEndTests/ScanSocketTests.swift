import EngineAPI
import Foundation
import Gateway
import MarketData
import MarketTime
import Store
import Testing

@testable import tradeul

/// Scanning from the market's socket to the engine's own: what a pipe gets is what the engine knows.
@Suite(.serialized)
struct ScanSocketTests {
    private static let sort = [SortKey(.rvol, descending: true), SortKey(.dollarVolume, descending: true)]

    @Test func aFiltersAnswerOverTheSocketEqualsTheEnginesOwn() throws {
        let rig = try ScanRig(try MarketFixture())
        defer { rig.stop() }
        let filters = [
            "price 1..20 and rvol > 1", "chg% > 2 or chg% < -2", "type = ETF", "sector = technology and float < 500M",
            "not has(float)", "rank(vol) <= 25", "2 of (rvol > 1, chg% > 0, price > 5)", "name ~ \"a\"",
            "@winners or @losers", "$liquid and $stock | sort chg%- | top 7 | cols price, chg%, name, sector",
            "vol > avgvol * 0.1 and hod% > -2", "sma20% > 0 and rsi < 70", "price > 0",
        ]
        for filter in filters {
            let query = ScanQuery(
                filter: filter,
                wantsLedger: true,
                sort: Self.sort,
                columns: [.last, .changePercent, .rvol, .floatShares, .sector, .name],
                rows: 0..<40
            )
            let (engine, socket) = try rig.askBoth(query)
            #expect(engine.problem == nil && socket.problem == nil, "\(filter): \(engine.problem ?? "")")
            #expect(socket.symbols == engine.symbols.map(\.text), "\(filter)")
            #expect(socket.matchCount == engine.matchCount && socket.unknownCount == engine.unknownCount, "\(filter)")
            #expect(socket.ledger == engine.ledger && !socket.ledger.isEmpty, "\(filter)")
            #expect(socket.columns == engine.columns.map(\.rawValue), "\(filter)")
            for (row, cells) in socket.rows.enumerated() {
                for (index, cell) in cells.enumerated() {
                    switch cell {
                    case .number(let number): #expect(number == engine.values[index][row], "\(filter)")
                    case .text(let text): #expect(text == engine.texts[index][row], "\(filter)")
                    case .missing:
                        let isText = ColumnDescriptor.of(engine.columns[index])?.kind == .text
                        #expect(
                            isText ? engine.texts[index][row].isEmpty : engine.values[index][row].isNaN,
                            "\(filter)"
                        )
                    }
                }
            }
            #expect(engine.matchCount > 0, "\(filter) was tried on nobody")
        }
    }

    /// The whole market's rows by symbol: columns of numbers, NaN where missing.
    private static func market(_ rig: ScanRig, _ columns: [ColumnID]) throws -> [Symbol: [Double]] {
        let result = try rig.ask(ScanQuery(sort: sort, columns: columns, rows: 0..<20_000)).result
        #expect(result.symbols.count == result.matchCount)
        return Dictionary(
            uniqueKeysWithValues: result.symbols.indices.map { row in
                (result.symbols[row], result.values.map { $0[row] })
            }
        )
    }

    @Test func theSocketsRowsAreThoseAReaderOfTheWholeMarketWouldPick() throws {
        let rig = try ScanRig(try MarketFixture())
        defer { rig.stop() }
        let market = try Self.market(rig, [.last, .rvol, .changePercent, .floatShares])
        #expect(market.count > 250)
        /// Nil is unknown.
        typealias Answer = @Sendable ([Double]) -> Bool?
        func above(_ column: Int, _ limit: Double) -> Answer { { $0[column].isNaN ? nil : $0[column] > limit } }
        func both(_ one: @escaping Answer, _ other: @escaping Answer) -> Answer {
            { row in
                let (first, second) = (one(row), other(row))
                if first == false || second == false { return false }
                return first == nil || second == nil ? nil : true
            }
        }
        func not(_ one: @escaping Answer) -> Answer { { row in one(row).map { !$0 } } }
        let cases: [(text: String, answer: Answer)] = [
            ("price > 5 and rvol > 1", both(above(0, 5), above(1, 1))),
            ("float > 20M", above(3, 20e6)),
            ("not float > 20M", not(above(3, 20e6))),
            ("not (rvol > 1 and float > 20M)", not(both(above(1, 1), above(3, 20e6)))),
            ("chg% > 0 and not float > 100M and price > 2", both(both(above(2, 0), not(above(3, 100e6))), above(0, 2))),
        ]
        for (text, answer) in cases {
            let verdicts = market.mapValues(answer)
            let expected = verdicts.filter { $0.value == true }.keys
            let got = try rig.askSocket(ScanQuery(filter: text, sort: Self.sort, columns: [], rows: 0..<20_000))
            #expect(Set(got.symbols) == Set(expected.map(\.text)), "\(text)")
            #expect(got.matchCount == expected.count && !expected.isEmpty, "\(text)")
            #expect(got.unknownCount == verdicts.count { $0.value == nil }, "\(text)")
        }
    }

    @Test func theLedgerCountsWhatEachClauseDoes() throws {
        let rig = try ScanRig(try MarketFixture())
        defer { rig.stop() }
        let clauses = ["price > 5", "rvol > 1", "float < 200M", "chg% > 0"]
        func count(_ texts: [String]) throws -> Int {
            try rig.askSocket(ScanQuery(filter: texts.joined(separator: " and "), columns: [], rows: 0..<1)).matchCount
        }
        let query = ScanQuery(
            filter: clauses.joined(separator: " and "),
            wantsLedger: true,
            columns: [],
            rows: 0..<1
        )
        let ledger = try rig.askSocket(query).ledger
        #expect(ledger.map(\.text) == clauses)
        for (index, clause) in ledger.enumerated() {
            #expect(clause.passAlone == (try count([clauses[index]])), "\(clause.text)")
            var others = clauses
            others.remove(at: index)
            #expect(clause.matchWithout == (try count(others)), "\(clause.text)")
        }
        let most = ledger.map(\.matchWithout).max()
        #expect(ledger.count { $0.isTightest } == 1)
        #expect(ledger.first { $0.isTightest }?.matchWithout == most)
    }

    @Test func listsAndTheirMembersComeOverTheSocket() throws {
        let rig = try ScanRig(try MarketFixture())
        defer { rig.stop() }
        let body = try rig.send("/v1/lists")
        #expect(body.status == 200)
        let lists = try GatewayAnswer.lists(body: body.body)
        let book = ScanShelf().book
        #expect(lists.map(\.name) == book.lists.map(\.name))
        #expect(lists.map(\.title) == book.lists.map(\.title))
        #expect(lists.allSatisfy { $0.problem == nil }, "\(lists.compactMap(\.problem))")
        var populated = 0
        for list in book.lists {
            let query = ScanQuery(list: list.name, sort: [], columns: [.last, .rvol], rows: 0..<1000)
            let (engine, socket) = try rig.askBoth(query)
            #expect(engine.problem == nil)
            #expect(socket.symbols == engine.symbols.map(\.text), "\(list.name)")
            guard !engine.symbols.isEmpty else { continue }
            populated += 1
            // `@name` in a filter means the same members.
            let named = ScanQuery(filter: "@\(list.name)", sort: Self.sort, columns: [], rows: 0..<1000)
            #expect(Set(try rig.askSocket(named).symbols) == Set(socket.symbols), "\(list.name)")
        }
        #expect(populated >= 8, "too few lists have members to say anything")
    }

    @Test func hostileFilterTextsGetAProblemAndHarmNobody() throws {
        let rig = try ScanRig(try MarketFixture(tickers: 120))
        defer { rig.stop() }
        let bad = [
            "", "   ", "|", "price >", "price > > 1", "rvoll > 1", "price > 'x", "and and and", "@nobody", "$nobody",
            String(repeating: "a", count: 10_000), String(repeating: "price > 1 and ", count: 700) + "price > 1",
            String(repeating: "(", count: 500) + "price > 1" + String(repeating: ")", count: 500),
            String(repeating: "(", count: 500), String(repeating: "not ", count: 2000) + "halted",
            "name ~ \"" + String(repeating: "(a", count: 300) + "\"", "name ~ \"(a{1000}){1000}\"", "name ~ \"[\"",
            "\u{1B}[31mprice\u{1B}[0m > 1", "\u{202E}ecirp > 1", "ρrice > 1", "price > 1e999",
            "price ≥≥ 1", "💥 > 1", "price > 1 | top 99999999999999999999", "price > 1 | sort nothing-",
            "halted > 1", "price in [" + String(repeating: "1,", count: 4000) + "1]", "\u{FEFF}\u{200B}",
        ]
        for text in bad {
            let query = ScanQuery(filter: text, wantsLedger: true, sort: Self.sort, columns: [.last], rows: 0..<100)
            let answer = try rig.askSocket(query)
            let shown = text.prefix(60)
            guard let problem = answer.problem else {
                // A text that says nothing lets everybody pass; any other must be refused.
                let isBlank = text.allSatisfy { $0.isWhitespace }
                #expect(isBlank, "\(shown) is taken for a filter")
                continue
            }
            #expect(answer.symbols.isEmpty && answer.matchCount == 0, "\(shown)")
            #expect(!problem.isEmpty && problem.count < 600, "\(shown): \(problem.prefix(700))")
            let isPlain = problem.unicodeScalars.allSatisfy { scalar in
                scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
                    && !(0x202A...0x202E).contains(scalar.value)
            }
            #expect(isPlain, "\(shown): \(problem)")
        }
        // Hostile in its work rather than in its form: right answers in linear time.
        let slow = "name ~ \"(a+)+(b+)+(a|aa)+$\" or name ~ \"^(([a-z])+.)+[A-Z]([a-z])+$\""
        #expect(try rig.askSocket(ScanQuery(filter: slow, columns: [], rows: 0..<10)).problem == nil)
        let bodies = [
            "", "{", "[]", "{\"filter\":5}", "{\"filter\":\"\\ud800\"}", "{\"filtr\":\"price > 1\"}",
            String(repeating: "[", count: 5000), "{\"filter\":\"price > 1\",\"count\":-1}",
            "{\"filter\":\"price > 1\",\"from\":9999999999999999999999}", "{\"columns\":[\"nothing\"]}",
        ]
        for body in bodies where !body.isEmpty {
            let answer = try rig.send("/v1/scan", json: body)
            #expect((400...499).contains(answer.status), "\(body.prefix(60)): \(answer.status)")
            #expect(GatewayAnswer.refusal(body: answer.body)?.isEmpty == false, "\(body.prefix(60))")
        }
        let huge = "{\"filter\":\"" + String(repeating: "a", count: 200_000) + "\"}"
        #expect(try rig.send("/v1/scan", json: huge).status == 413)
        let good = try rig.askSocket(ScanQuery(filter: "price > 1", sort: Self.sort, columns: [.last], rows: 0..<5))
        #expect(good.problem == nil && good.symbols.count == 5)
    }

    @Test func whatIsRememberedOfAListIsWhoWasOnItThen() throws {
        let rig = try ScanRig(try MarketFixture(hour: 9, minute: 41, second: 0))
        defer { rig.stop() }
        let names = ScanShelf().book.lists.map(\.name)
        var moments: [(time: Instant, members: [String: [Symbol]])] = []
        for step in 1...9 {
            // Twice within a minute and once at its beginning.
            let time = MarketFixture.at(9, 41, 0).adding(nanoseconds: Int64(step) * 20_000_000_000)
            try rig.advance(to: time)
            var members: [String: [Symbol]] = [:]
            for name in names { members[name] = try rig.members(name) }
            moments.append((time, members))
        }
        rig.flush()
        let everybody = moments.map { Set($0.members.values.flatMap(\.self)) }
        #expect(Set(everybody).count > 1, "nobody came and nobody went: nothing was tested")
        var compared = 0
        for moment in moments where moment.time >= MarketFixture.at(9, 42) {
            for (name, members) in moment.members {
                let stored = try rig.store.scanMoment(list: name, at: moment.time)
                let rows = stored?.rows ?? []
                // The first fifty ranks are kept; small changes of rank from minute to minute only.
                #expect(Set(rows.map(\.symbol)) == Set(members.prefix(50)), "\(name) at \(moment.time)")
                compared += rows.count
            }
        }
        #expect(compared > 100)
        // Who came and went is in the why-log with what decided.
        let events = try rig.store.scanEvents(list: nil, symbol: nil, day: MarketFixture.day, limit: 100_000)
        #expect(events.contains { $0.kind == .entered } && events.contains { $0.kind == .left })
        #expect(events.allSatisfy { !$0.clause.isEmpty || $0.kind == .moved }, "an entry does not say why")
    }
}
