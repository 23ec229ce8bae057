import EngineAPI
import Gateway
import MarketData
import MarketTime
import Testing

/// A result of two tickers with everything that is awkward on the way.
func awkwardResult() throws -> ScanResult {
    var result = ScanResult(
        version: 0,
        rows: 3..<5,
        matchCount: 27,
        symbols: [try #require(Symbol("BRK.B")), try #require(Symbol("BACpM"))],
        columns: [.last, .name, .rvol],
        values: [[0.1 + 0.2, 740_000], [.nan, .nan], [.nan, .infinity]],
        texts: [[], ["Nestlé \"S.A.\" \\ 株式会社", "\u{1B}[31mEvil\u{202E}\u{7F}\u{9B}\nName\u{0}"], []],
        unknownCount: 4,
        ledger: [ClauseCount(text: "rvol > 3", passAlone: 5, matchWithout: 9, unknown: 4, isTightest: true)],
        flags: [[.tradedToday, .halted], []]
    )
    result.rows = 3..<5
    return result
}

@Suite struct GatewayRouteTests {
    @Test func statusTellsTheStatesInWords() throws {
        let gateway = try TestGateway()
        var status = testStatus()
        status.feed.state = .refused(sentence: "The key is not known; \u{1B}[2Jset another.")
        status.baseline = .ready(days: 5, tickers: 9_000)
        status.universeCount = 11_000
        gateway.engine.show(EngineView(sequence: 2, status: status, result: nil))
        let answer = try gateway.get("/v1/status")
        #expect(answer.status == 200)
        #expect(answer.head.lowercased().contains("content-type: application/json"))
        for part in [
            "\"version\":\"1.2.3\"", "\"origin\":\"demo\"", "\"time\":\"2026-10-06T10:30:15.250-04:00\"",
            "\"session\":\"MARKET_OPEN\"", "\"tradingDay\":\"2026-10-06\"",
            "\"feed\":{\"state\":\"refused\",\"sentence\":\"The key is not known; [2Jset another.\"",
            "\"baseline\":{\"state\":\"ready\",\"days\":5,\"tickers\":9000}", "\"tickers\":11000", "\"dataTime\":null",
        ] { #expect(answer.text.contains(part), "\(part) in \(answer.text)") }
    }

    @Test func listsComeBackAsTheyAre() throws {
        let gateway = try TestGateway()
        var status = testStatus()
        status.lists = [ListState(name: "gap-up", title: "Gap ↑"), ListState(name: "own", title: "Own")]
        status.lists[0].matchCount = 12
        status.lists[0].unknownCount = 3
        status.lists[0].newCount = 2
        status.lists[1].isActive = false
        status.lists[1].problem = "1:5  no field \"rvoll\"; did you mean \"rvol\"?"
        gateway.engine.show(EngineView(sequence: 2, status: status, result: nil))
        #expect(try GatewayAnswer.lists(body: gateway.get("/v1/lists?x=1").body) == status.lists)
    }

    @Test func aScanComesBackExactlyAndClean() throws {
        let gateway = try TestGateway(FakeEngine(.answer(try awkwardResult())))
        let request = GatewayScanRequest(
            filter: "rvol > 3",
            sort: [.init(column: "RVOL"), .init(column: "price", descending: false)],
            columns: ["symbol", "price", "name", "rvol"],
            from: 3,
            count: 2,
            gate: ScanGate(minPrice: 1.5, includesTestTickers: true),
            ledger: true
        )
        let answer = try GatewayAnswer(body: gateway.scan(request.json).body)
        #expect(answer.symbols == ["BRK.B", "BACpM"])
        #expect(answer.columns == ["symbol", "price", "name", "rvol"])
        #expect(answer.rows[0] == [.text("BRK.B"), .number(0.1 + 0.2), .text("Nestlé \"S.A.\" \\ 株式会社"), .missing])
        #expect(answer.rows[1] == [.text("BACpM"), .number(740_000), .text("[31mEvil Name"), .missing])
        #expect(answer.flags == [["traded-today", "halted"], []])
        #expect(answer.ledger == (try awkwardResult().ledger))
        #expect(answer.from == 3 && answer.matchCount == 27 && answer.unknownCount == 4 && answer.problem == nil)
        #expect(answer.time == testTime && answer.dataTime == nil && answer.origin == "demo")
        #expect(answer.session == "MARKET_OPEN" && answer.tradingDay == "2026-10-06")
        let query = try #require(gateway.engine.queries.first)
        #expect(query.filter == "rvol > 3" && query.list == nil && query.wantsLedger && query.rows == 3..<5)
        #expect(query.columns == [.last, .name, .rvol])
        #expect(query.sort == [SortKey(.rvol, descending: true), SortKey(.last, descending: false)])
        #expect(query.gate == ScanGate(minPrice: 1.5, includesTestTickers: true))
    }

    @Test func aFilterSortsByItsOwnPipe() throws {
        let gateway = try TestGateway(FakeEngine(.answer(ScanResult(version: 0, rows: 0..<0, matchCount: 0))))
        #expect(try gateway.scan("{\"filter\":\"price > 1 | sort chg%- | top 5\"}").status == 200)
        #expect(gateway.engine.queries.map(\.sort) == [[]])
    }

    @Test func whatIsLeftOutHasItsMeaning() throws {
        let gateway = try TestGateway(FakeEngine(.answer(ScanResult(version: 0, rows: 0..<0, matchCount: 0))))
        #expect(try gateway.scan("{}").status == 200)
        #expect(try gateway.scan("{\"list\":\"gap-up\",\"filter\":\"  \",\"columns\":[],\"sort\":null}").status == 200)
        let queries = gateway.engine.queries
        #expect(queries.map(\.sort) == [[SortKey(.rvol, descending: true)], []])
        #expect(queries.map(\.rows) == [0..<100, 0..<100])
        #expect(queries[0].columns == [.last, .changePercent, .volume, .rvol] && queries[1].columns.isEmpty)
        #expect(queries[0].gate == .wholeMarket && queries.allSatisfy { $0.filter == nil })
        #expect(queries[1].list == "gap-up")
    }

    @Test func aProblemOfTheFilterIsAnAnswer() throws {
        let problem = "1:17  no field \"rvoll\"; did you mean \"rvol\"?"
        let result = ScanResult(version: 0, rows: 0..<0, matchCount: 0, problem: problem)
        let answer = try TestGateway(FakeEngine(.answer(result))).scan("{\"filter\":\"price > 1 and rvoll > 3\"}")
        #expect(answer.status == 200)
        #expect(try GatewayAnswer(body: answer.body).problem == problem)
    }

    @Test func oneConnectionTakesManyRequestsAlsoAtOnce() throws {
        let gateway = try TestGateway(FakeEngine(.answer(try awkwardResult())))
        let client = try gateway.client()
        let scan = "POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
        for _ in 0..<3 {
            client.send(scan + "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n" + scan)
            #expect((0..<3).map { _ in client.answer()?.status } == [200, 200, 200])
        }
        client.send("GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(client.answer()?.status == 200)
        #expect(client.isClosedByPeer())
    }

    @Test func anEngineWithoutAnAnswerIs503() throws {
        let gateway = try TestGateway(FakeEngine(.full, view: nil))
        for answer in [try gateway.get("/v1/status"), try gateway.get("/v1/lists"), try gateway.scan("{}")] {
            #expect(answer.status == 503)
            #expect(GatewayAnswer.refusal(body: answer.body)?.isEmpty == false)
        }
    }
}

@Suite struct GatewayRefusalTests {
    @Test(arguments: [
        ("GET / HTTP/1.1", 404, "GET /v1/status"), ("GET /v1/status/ HTTP/1.1", 404, "POST /v1/scan"),
        ("GET /v1/%73tatus HTTP/1.1", 404, "nothing else"), ("POST /v1/status HTTP/1.1", 405, "takes GET only"),
        ("GET /v1/scan HTTP/1.1", 405, "takes POST only"), ("DELETE /v1/lists HTTP/1.1", 405, "takes GET only"),
    ])
    func wrongPathsAndMethodsAreExplained(line: String, status: Int, words: String) throws {
        let answer = try TestGateway().ask(line + "\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        #expect(answer.status == status)
        #expect(GatewayAnswer.refusal(body: answer.body)?.contains(words) == true, "\(answer.text)")
        #expect((status == 405) == answer.head.lowercased().contains("\r\nallow: "))
    }

    private static let badBodies: [(body: String, words: String)] = [
        ("", "ends too early"), ("nonsense", "no JSON"), ("[]", "An object is expected"), ("{\"a\":1", "comma or }"),
        ("{} {}", "more after the end"), ("{\"filtr\":\"x\"}", "There is no \"filtr\""),
        ("{\"filter\":7}", "\"filter\" must be a text, not a number"), ("{\"count\":1.5}", "whole number"),
        ("{\"count\":-1}", "0 to 20000"), ("{\"count\":20001}", "0 to 20000"), ("{\"count\":1e30}", "whole number"),
        ("{\"from\":-1}", "\"from\" must be"), ("{\"from\":9007199254740993}", "\"from\" must be"),
        ("{\"columns\":\"price\"}", "an array of names"), ("{\"columns\":[7]}", "not a number"),
        ("{\"columns\":[\"prise\"]}", "There is no column \"prise\""), ("{\"columns\":[\"strip\"]}", "drawn only"),
        ("{\"columns\":[\"\\u001b[2J\\u202e\"]}", "There is no column \"[2J\""),
        ("{\"sort\":[{}]}", "needs a \"column\""), ("{\"sort\":[\"price\"]}", "An object is expected"),
        ("{\"sort\":[{\"column\":\"price\",\"descending\":1}]}", "true or false"),
        ("{\"sort\":[{\"column\":\"strip\"}]}", "cannot sort"), ("{\"gate\":{\"minPrice\":-1}}", "0 or more"),
        ("{\"gate\":{\"x\":1}}", "There is no \"x\" in gate"), ("{\"gate\":[]}", "An object is expected for gate"),
        ("{\"filter\":\"a\",\"filter\":\"b\"}", "comes twice"), ("{\"filter\":\"a\nb\"}", "control character"),
        ("{\"filter\":\"\\ud800\"}", "surrogate"), ("{\"count\":1e999}", "too large"), ("{\"count\":01}", "comma or }"),
        (String(repeating: "[", count: 5_000), "nested deeper"), ("{\"filter\":'a'}", "not a JSON value"),
        (
            "{\"sort\":[" + Array(repeating: "{\"column\":\"price\"}", count: 17).joined(separator: ",") + "]}",
            "16 sort keys"
        ),
        (
            "{\"columns\":[" + Array(repeating: "\"price\"", count: 900).joined(separator: ",") + "]}",
            "900 were asked for"
        ),
    ]

    @Test func badBodiesAreExplainedAndAskNobody() throws {
        let gateway = try TestGateway(FakeEngine(.answer(try awkwardResult())))
        for (body, words) in Self.badBodies {
            let answer = try gateway.scan(body)
            #expect(answer.status == 400, "\(body.prefix(60))")
            let sentence = GatewayAnswer.refusal(body: answer.body) ?? ""
            #expect(sentence.contains(words), "\(body.prefix(60)) gives \(sentence)")
            #expect(sentence.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
        }
        #expect(gateway.engine.queries.isEmpty)
        #expect(try gateway.scan("{}").status == 200)
    }

    @Test func bytesThatAreNoUTF8AreRefused() throws {
        let gateway = try TestGateway()
        let client = try gateway.client()
        client.send("POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: 14\r\n\r\n")
        client.send(Array("{\"filter\":\"".utf8) + [0xFF, 0x22, 0x7D])
        #expect(client.answer()?.status == 400)
    }

    @Test func aBodyThatIsTooLargeIsRefused() throws {
        let gateway = try TestGateway(FakeEngine(.answer(try awkwardResult())))
        let limit = GatewayLimits().bodyBytesMax
        let padding = String(repeating: " ", count: limit - 2)
        #expect(try gateway.scan("{}" + padding).status == 200)
        #expect(try gateway.scan("{} " + padding).status == 413)
        let chunk = String(repeating: "x", count: 0x8000)
        let chunks =
            "POST /v1/scan HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            + String(repeating: "8000\r\n\(chunk)\r\n", count: 4) + "0\r\n\r\n"
        #expect(try gateway.ask(chunks).status == 413)
        #expect(gateway.engine.queries.count == 1)
    }

    private static let noHTTP = [
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", "GET", "GET /v1/status HTTP/9.9\r\n\r\n", "\r\n\r\n\r\n",
        "POST /v1/scan HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "POST /v1/scan HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "GET /v1/status HTTP/1.1\r\nX: \(String(repeating: "a", count: 200_000))\r\n\r\n",
        "POST /v1/scan HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "GET /\u{0}\u{1B} HTTP/1.1\r\n\r\n",
        "GET /v1/status HTTP/1.1\r\nbad header\r\n\r\n", "\u{0}\u{0}\u{0}\u{0}",
    ]

    @Test(arguments: noHTTP.indices)
    func whatIsNoHTTPHarmsNobodyElse(number: Int) throws {
        var limits = GatewayLimits()
        limits.timeoutMs = 300
        let gateway = try TestGateway(limits: limits)
        let hostile = try gateway.client()
        hostile.send(Self.noHTTP[number])
        #expect(try gateway.get("/v1/status").status == 200)
        #expect(hostile.isClosedByPeer(), "the connection ends, with an answer or without")
        #expect(gateway.engine.queries.isEmpty)
    }
}
