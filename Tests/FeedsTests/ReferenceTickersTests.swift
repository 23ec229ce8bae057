import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Synchronization
import Testing

/// Polygon's list of tickers: its rows, its pages, and where they lead.
@Suite struct ReferenceTickersTests {
    private func page(_ rows: [String], next: String? = nil) -> String {
        let link = next.map { ",\"next_url\":\"\($0)\"" } ?? ""
        return "{\"results\":[\(rows.joined(separator: ","))],\"status\":\"OK\",\"count\":\(rows.count)\(link)}"
    }

    private func row(_ ticker: String, _ more: String = "") -> String { "{\"ticker\":\"\(ticker)\"\(more)}" }

    private func decode(_ text: String) throws -> VendorPage<ReferenceFact> {
        try PolygonDecoder().tickers(ResponseBody(text))
    }

    @Test func aRowTellsNameExchangeAndType() throws {
        let full =
            ",\"name\":\"Bank\\u001b of America\",\"market\":\"stocks\",\"primary_exchange\":\"XNYS\",\"type\":\"PFD\""
        let found = try decode(
            page([row("BACpM", full), row("ZVZZT", ",\"active\":true"), row("X", ",\"type\":\"NEVER9\"")])
        )
        #expect(found.rows.map(\.symbol.text) == ["BACpM", "ZVZZT", "X"])
        #expect(
            found.rows[0].name == "Bank of America" && found.rows[0].exchange == "XNYS" && found.rows[0].type == "PFD"
        )
        #expect(found.rows[1].type == nil && found.rows[1].name == nil && found.rows[2].type == "NEVER9")
        #expect(found.rejected == 0 && found.nextURL == nil)
    }

    @Test func whatIsNoTickerIsCountedAndWhatIsDelistedIsNot() throws {
        let rows = [
            row("A"), "7", "null", "[]", "{}", "{\"ticker\":null}", "{\"ticker\":\"A B\"}",
            row("TWTR", ",\"active\":false"),
            row("B", ",\"type\":7,\"name\":[],\"primary_exchange\":\"x\",\"active\":null"),
        ]
        let found = try decode(page(rows))
        #expect(found.rows.map(\.symbol.text) == ["A", "B"] && found.rejected == 6)
        #expect(found.rows[1].type == nil && found.rows[1].exchange == nil)
    }

    @Test(arguments: [
        ("{\"status\":\"ERROR\",\"error\":\"x\"}", DecodeError.vendor("x")), ("[]", .unexpected),
        ("{\"results\":7}", .unexpected),
        ("{\"results\":[{\"ticker\":\"A", .truncated),
    ])
    func aBodyThatIsNoListIsNamed(text: String, expected: DecodeError) {
        #expect(throws: expected) { try decode(text) }
    }

    /// Asks page after page until the end; the words of the answers.
    private func follow(
        _ source: PolygonReferenceSource,
        from first: String? = nil,
        pages: Int = 20
    ) -> [ReferenceAnswer] {
        var answers: [ReferenceAnswer] = []
        var after = first
        repeat {
            let slot = Mutex<ReferenceAnswer?>(nil)
            let ended = Signal()
            source.fetch(.tickers(after: after)) { answer in
                slot.withLock { $0 = answer }
                ended.raise()
            }
            guard ended.wait(milliseconds: 20_000), let answer = slot.withLock({ $0 }) else { break }
            answers.append(answer)
            if case .facts(_, let next, _) = answer { after = next } else { after = nil }
        } while after != nil && answers.count < pages
        return answers
    }

    private func withSource(
        _ reply: @escaping @Sendable (_ path: String, _ port: UInt16) -> LoopbackVendor.Reply?,
        _ use: (PolygonReferenceSource, LoopbackVendor) throws -> Void
    ) throws {
        let port = Mutex<UInt16>(0)
        let server = try LoopbackVendor { path in reply(path, port.withLock { $0 }) }
        defer { server.stop() }
        port.withLock { $0 = server.port }
        let history = PolygonHistorySource(
            .init(restURL: server.url, key: Secret("k1")),
            clock: ManualClock(HistoryHarness.now)
        )
        defer { history.stop() }
        try use(PolygonReferenceSource(history, restURL: server.url), server)
    }

    private static let query = "/v3/reference/tickers?market=stocks&active=true&limit=1000&sort=ticker&order=asc"

    @Test func pagesAreFollowedAsTheVendorWritesThem() throws {
        try withSource { path, port in
            let next = "http://127.0.0.1:\(port)/v3/reference/tickers?cursor="
            if path.hasSuffix("cursor=Zg%3D") { return .init(body: self.page([self.row("C")])) }
            if path.hasSuffix("cursor=Yg") { return .init(body: self.page([self.row("BACpM")], next: next + "Zg%3D")) }
            return .init(body: self.page([self.row("A"), self.row("B")], next: next + "Yg"))
        } _: { source, server in
            let answers = follow(source)
            #expect(answers.map(\.words) == ["facts: 2 B 0", "facts: 1 BACpM 0", "facts: 1 - 0"])
            let paths = server.requests.compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
            #expect(paths == [Self.query, "/v3/reference/tickers?cursor=Yg", "/v3/reference/tickers?cursor=Zg%3D"])
            #expect(server.requests.allSatisfy { $0.contains("\r\nAuthorization: Bearer k1\r\n") })
        }
    }

    @Test func afterARestartTheTickerLeadsOn() throws {
        try withSource { _, _ in
            .init(body: self.page([self.row("C")]))
        } _: { source, server in
            #expect(follow(source, from: "BRK.B").map(\.words) == ["facts: 1 - 0"])
            #expect(server.requests.first?.hasPrefix("GET \(Self.query)&ticker.gt=BRK.B ") == true)
        }
    }

    @Test(arguments: [
        "http://127.0.0.1:1/v3/next?cursor=a", "https://evil.example/v3/next", "ftp://x/", "/v3/next", "http://a@b/",
    ])
    func anAddressElsewhereIsNotFollowed(next: String) throws {
        try withSource { path, _ in
            path.contains("ticker.gt=B")
                ? .init(body: self.page([self.row("C")])) : .init(body: self.page([self.row("B")], next: next))
        } _: { source, server in
            #expect(follow(source).map(\.words) == ["facts: 1 B 0", "facts: 1 - 0"])
            #expect(server.requests.count == 2 && server.requests[1].contains("&ticker.gt=B "))
        }
    }

    @Test func aListThatDoesNotGetOnEnds() throws {
        try withSource { _, port in
            .init(body: self.page([self.row("B")], next: "http://127.0.0.1:\(port)/v3/next?cursor=a"))
        } _: { source, _ in
            #expect(follow(source).map(\.words) == ["facts: 1 B 0", "facts: 1 - 0"])
        }
    }

    @Test func aPageThatFailsIsAskedForByItsTicker() throws {
        try withSource { path, port in
            if path.contains("cursor=") { return .init(status: 500) }
            if path.contains("ticker.gt=B") { return .init(body: self.page([self.row("C")])) }
            return .init(body: self.page([self.row("B")], next: "http://127.0.0.1:\(port)/v3/next?cursor=a"))
        } _: { source, server in
            #expect(follow(source).map(\.words).last?.hasPrefix("failed: ") == true)
            #expect(follow(source, from: "B").map(\.words) == ["facts: 1 - 0"])
            #expect(server.requests.count == 3)
        }
    }

    @Test(arguments: [
        (401, "{\"error\":\"Unknown API Key k1\"}", "refused: The API key is refused"),
        (403, "{\"message\":\"You are not entitled to this data.\"}", "does not include the list of tickers"),
        (429, "", "failed: The server is asked too often"), (500, "", "failed: The server has a failure"),
        (404, "{\"status\":\"NOT_FOUND\"}", "failed: The server does not know the address"),
        (200, "<html>", "failed: "),
        (200, "{\"status\":\"OK\",\"results\":[7]}", "failed: "),
    ])
    func anErrorIsWhatItIsElsewhere(status: Int, body: String, words: String) throws {
        try withSource { _, _ in
            .init(status: status, body: body)
        } _: { source, _ in
            let said = follow(source).first?.words ?? ""
            #expect(said.contains(words), "\(said)")
        }
    }

    @Test func anyOtherQuestionIsForAnotherVendor() throws {
        try withSource { _, _ in
            nil
        } _: { source, server in
            let said = Mutex("")
            source.fetch(.floats(page: 0)) { answer in said.withLock { $0 = answer.words } }
            #expect(said.withLock { $0 }.hasPrefix("refused: ") && server.requests.isEmpty)
        }
    }
}
