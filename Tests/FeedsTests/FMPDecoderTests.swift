import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import TestSupport
import Testing

/// FMP's bodies: what is read, what is not believed.
@Suite struct FMPDecoderTests {
    private let decoder = FMPDecoder()

    private func floats(_ text: String) throws -> FMPPage { try decoder.floats(ResponseBody(text)) }

    private func row(_ symbol: String, float: String, shares: String = "1000") -> String {
        """
        {"symbol":"\(symbol)","date":"2026-10-06 02:11:04","freeFloat":99.5,"floatShares":\(float),\
        "outstandingShares":\(shares)}
        """
    }

    @Test(
        arguments: [
            ("900", 900), ("900.0", 900), ("9e2", 900), ("9.0E+02", 900), ("\"900\"", 900), ("\"9e2\"", 900),
            ("899.5", 899.5), ("0", nil), ("-5", nil), ("null", nil), ("\"\"", nil), ("\"n/a\"", nil), ("true", nil),
            ("[900]", nil), ("{}", nil), ("1e16", nil), ("1e999", nil), ("\"NaN\"", nil), ("\"900 \"", nil),
        ] as [(String, Double?)]
    )
    func aNumberIsReadInEveryFormAndNothingElseIs(text: String, expected: Double?) throws {
        let page = try floats("[\(row("AAPL", float: text)),\(row("TSLA", float: "7"))]")
        #expect(page.facts.map(\.symbol.text) == ["AAPL", "TSLA"] && page.elements == 2)
        #expect(page.facts[0].floatShares == expected && page.facts[0].sharesOutstanding == 1000)
        #expect(page.facts[0].date?.iso == "2026-10-06" && page.facts[1].floatShares == 7)
    }

    @Test(
        arguments: [
            ("1005", 1005, 0), ("1005.1", nil, 1), ("1000", 1000, 0), ("5000", nil, 1),
        ] as [(String, Double?, Int)]
    )
    func aFloatAboveTheSharesIsNotBelieved(float: String, expected: Double?, rejected: Int) throws {
        let page = try floats("[\(row("AAPL", float: float))]")
        #expect(page.facts.first?.floatShares == expected && page.rejected == rejected)
        #expect(page.facts.first?.sharesOutstanding == 1000)
    }

    @Test func aFloatAloneIsTold() throws {
        let page = try floats("[\(row("AAPL", float: "5", shares: "null")),\(row("TSLA", float: "0", shares: "0"))]")
        #expect(page.facts.map(\.floatShares) == [5] && page.facts[0].sharesOutstanding == nil)
        #expect(page.elements == 2 && page.rejected == 0)
    }

    @Test func otherCountriesAreNotOurs() throws {
        let symbols = ["NESN.SW", "020Y.L", "^GSPC", "BRK-B", "BAC-PM", "ACHR-WT", "AACT-UN", "FOO-P", "aapl"]
        let page = try floats("[\(symbols.map { row($0, float: "5") }.joined(separator: ","))]")
        #expect(page.facts.map(\.symbol.text) == ["BRK.B", "BACpM", "ACHR.WS", "AACT.U"])
        #expect(page.elements == 9 && page.rejected == 0)
    }

    @Test func ofTwoRowsOfASymbolTheNewerCountsWhereverItStands() throws {
        let now = row("AAPL", float: "6")
        let old = row("AAPL", float: "5").replacing("2026-10-06", with: "2026-08-27")
        for rows in [[old, now], [now, old], [old, now, old]] {
            let page = try floats("[\(rows.joined(separator: ","))]")
            #expect(page.facts.map(\.floatShares) == [6] && page.rejected == rows.count - 1)
        }
    }

    @Test func ofTwoRowsOfASymbolAndADayTheFirstCounts() throws {
        let rows = [
            row("AAPL", float: "5"), row("AAPL", float: "6"), row("AACT-U", float: "7"), row("AACT-UN", float: "8"),
        ]
        let page = try floats("[\(rows.joined(separator: ","))]")
        #expect(page.facts.map(\.floatShares) == [5, 7] && page.rejected == 2)
    }

    @Test(arguments: ["7", "null", "\"x\"", "[]", "{}", "{\"symbol\":null}", "{\"symbol\":7}", "{\"symbol\":\"A B\"}"])
    func aMalformedElementCostsOnlyItself(element: String) throws {
        let page = try floats("[\(row("AAPL", float: "5")),\(element),\(row("TSLA", float: "6"))]")
        #expect(page.facts.map(\.floatShares) == [5, 6] && page.rejected == 1 && page.elements == 3)
    }

    @Test(
        arguments: [
            ("3834238629840", 3_834_238_629_840), ("1064500000000.0", 1.0645e12), ("4e12", 4e12), ("\"4e12\"", 4e12),
            ("0", nil), ("null", nil), ("-1", nil), ("1e15", 1e15), ("1.1e15", nil),
        ] as [(String, Double?)]
    )
    func capsAreReadUpToTheLargest(text: String, expected: Double?) throws {
        let body = "[{\"symbol\":\"AAPL\",\"date\":\"2026-10-05\",\"marketCap\":\(text)}]"
        let page = try decoder.marketCaps(ResponseBody(body))
        #expect(page.facts.map(\.marketCap) == (expected.map { [$0] } ?? []) && page.elements == 1)
        #expect(page.facts.allSatisfy { $0.date?.iso == "2026-10-05" })
    }

    private func profile(_ fields: String, symbol: String = "AAPL") throws -> FMPPage {
        try decoder.profile(ResponseBody("[{\"symbol\":\"\(symbol)\",\(fields)}]"), of: .of("AAPL"))
    }

    @Test func aProfileTellsWhatItHas() throws {
        let fields = """
            "companyName":"Nestlé S.A.","sector":"Consumer Defensive","industry":null,"country":"CH","marketCap":5,\
            "exchange":"NASDAQ","fullTimeEmployees":"277000","beta":null,"description":"é🇨🇭"
            """
        let fact = try #require(try profile(fields).facts.first)
        #expect(fact.name == "Nestlé S.A." && fact.sector == "Consumer Defensive" && fact.industry == nil)
        #expect(fact.country == "CH" && fact.marketCap == 5)
    }

    @Test(
        arguments: [
            ("Evil\\u001b[2J Corp", "Evil[2J Corp"), ("\\u202Ecba\\u202C Inc", "cba Inc"),
            ("A\\u200eB\\u2066C\\u2069", "ABC"),
            ("a\\nb\\tc\\u0000", "a b c"), ("  A   B ", "A B"), ("\\u061cX", "X"), ("", nil), (" \\u200f ", nil),
            ("\\u0007", nil),
        ] as [(String, String?)]
    )
    func namesAreHarmless(name: String, expected: String?) throws {
        #expect(try profile("\"companyName\":\"\(name)\"").facts.first?.name == expected)
    }

    @Test func aLongNameIsCut() throws {
        let name = try profile("\"companyName\":\"\(String(repeating: "é🇨🇭", count: 3000))\"").facts.first?.name
        #expect(name?.count ?? 0 <= 120 && name?.isEmpty == false)
    }

    @Test(arguments: ["USA", "us", "U", "", "1é", "\\u001bA"])
    func aCountryHasTwoCapitals(country: String) throws {
        #expect(try profile("\"country\":\"\(country)\"").facts.first?.country == nil)
    }

    @Test func ofTwoExchangesTheAmericanOneCounts() throws {
        func one(_ exchange: String, _ sector: String, _ symbol: String = "AAPL") -> String {
            "{\"symbol\":\"\(symbol)\",\"exchange\":\"\(exchange)\",\"sector\":\"\(sector)\"}"
        }
        let rows = [one("LSE", "a"), one("NYSE", "b"), one("NASDAQ", "c"), one("NYSE", "d", "MSFT")]
        let page = try decoder.profile(ResponseBody("[\(rows.joined(separator: ","))]"), of: .of("AAPL"))
        #expect(page.facts.map(\.sector) == ["b"] && page.rejected == 3)
        let foreign = try decoder.profile(ResponseBody("[\(one("XETRA", "a"))]"), of: .of("AAPL"))
        #expect(foreign.facts.isEmpty && foreign.rejected == 1)
    }

    @Test(arguments: [
        ("", DecodeError.empty), ("<html>", .html), ("{}", .unexpected),
        ("{\"Error Message\":\"Limit Reach .\"}", .vendor("Limit Reach .")),
        ("{\"Error Message\":7}", .unexpected), ("{\"Error Message\":\"a\\u001b\"}", .vendor("a")), ("[", .truncated),
        ("null", .unexpected), ("7", .unexpected), ("Restricted Endpoint: no", .unexpected), ("[] []", .malformed),
        ("[{\"symbol\":\"A\"", .truncated), ("[{\"symbol\" 5}]", .malformed), ("[1 2]", .malformed),
    ])
    func aBodyThatIsNoDataIsNamedForWhatItIs(text: String, expected: DecodeError) throws {
        for read in [
            { _ = try decoder.floats($0) }, { _ = try decoder.marketCaps($0) },
            { _ = try decoder.profile($0, of: .of("A")) },
        ] as [(ResponseBody) throws -> Void] {
            #expect(throws: expected) { try read(ResponseBody(text)) }
        }
        let none = try decoder.floats(ResponseBody("[]"))
        #expect(none.facts.isEmpty && none.elements == 0 && none.rejected == 0)
    }

    @Test(
        arguments: [
            ("Restricted Endpoint: no\n", "Restricted Endpoint: no"), ("{\"Error Message\":\"x\"}", "x"),
            ("<html>", nil),
            ("[]", nil), ("", nil), ("{\"a\":1}", nil), ("a\u{1B}[31mb", "a[31mb"), ("\"quoted", "\"quoted"),
        ] as [(String, String?)]
    )
    func theWordsOfAnErrorAreFound(body: String, expected: String?) {
        #expect(decoder.errorText(ResponseBody(body)) == expected)
    }

    @Test(arguments: 1...8)
    func noBodyBreaksTheDecoder(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let good = Array(
            """
            [\(row("AAPL", float: "\"5\"")),{"symbol":"BRK-B","companyName":"N\\u00e9","sector":"S","exchange":"NYSE",\
            "marketCap":1.2e3,"country":"US"},\(row("X.L", float: "null"))]
            """.utf8
        )
        let ticker = Array(
            "{\"results\":[{\"ticker\":\"A\",\"name\":\"N\",\"type\":\"CS\",\"active\":true}],\"status\":\"OK\",\"next_url\":\"http://h/p\"}"
                .utf8
        )
        let polygon = PolygonDecoder()
        for bytes in [good, ticker] {
            for _ in 0..<600 {
                var body = bytes
                for _ in 0..<Int.random(in: 1...6, using: &random) where !body.isEmpty {
                    let at = Int.random(in: 0..<body.count, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: body[at] = UInt8.random(in: 0...255, using: &random)
                    case 1: body.remove(at: at)
                    case 2: body.insert(Array("{}[]\",:\\e9".utf8).randomElement(using: &random) ?? 0x20, at: at)
                    default: body = Array(body[..<at])
                    }
                }
                let response = ResponseBody(copying: body)
                // Whatever comes out is usable; nothing crashes. Errors are answers here.
                let pages = [
                    try? decoder.floats(response), try? decoder.marketCaps(response),
                    try? decoder.profile(response, of: .of("AAPL")),
                ]
                for fact in pages.compactMap({ $0?.facts }).joined() + ((try? polygon.tickers(response).rows) ?? []) {
                    #expect(fact.floatShares.map { $0 > 0 && $0 <= 1e15 } ?? true, "seed \(seed)")
                    #expect(
                        fact.name.map { $0.count <= 120 && !$0.unicodeScalars.contains { $0.value < 0x20 } } ?? true
                    )
                }
                _ = decoder.errorText(response)
            }
        }
        #expect(try decoder.floats(ResponseBody(copying: good)).facts.count == 1)
    }
}
