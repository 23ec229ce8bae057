import Feeds
import MarketData
import Network
import Testing

@Suite struct BadBodyTests {
    private let good = SnapshotJSON.body(["AAA", "BBB", "CCC"].map { SnapshotJSON.ticker($0) })

    private func error(_ text: String) -> DecodeError? {
        if case .failure(let error) = PolygonDecoder().decode(text) { error } else { nil }
    }

    @Test(arguments: [
        ("", DecodeError.empty), (" \r\n\t ", .empty), ("<html><body>502 Bad Gateway</body></html>", .html),
        ("\n<!DOCTYPE html>", .html), ("{\"tickers\":[{\"ticker\":\"A", .truncated), ("{\"tickers\":[", .truncated),
        ("{", .truncated), ("404 page not found", .unexpected), ("[]", .unexpected), ("null", .unexpected),
        ("{}", .unexpected), ("{\"tickers\":null}", .unexpected), ("{\"tickers\":{}}", .unexpected),
        ("{\"tickers\":7}", .unexpected), ("{\"status\":\"OK\"}", .unexpected),
        ("{\"status\":\"ERROR\",\"error\":\"Unknown API Key\"}", .vendor("Unknown API Key")),
        ("{\"message\":\"No plan\",\"status\":\"NOT_AUTHORIZED\"}", .vendor("No plan")),
        ("{\"message\":\"later\",\"error\":\"first\"}", .vendor("first")),
        ("{\"error\":\"\\u001b[31mred\\n\"}", .vendor("[31mred ")),
        ("{\"error\":{\"code\":1}}", .unexpected), ("{\"tickers\":[]} {\"tickers\":[]}", .malformed),
        ("{\"tickers\":[] \"x\":1}", .malformed), ("{tickers:[]}", .malformed),
    ])
    func isNamedForWhatItIs(text: String, expected: DecodeError) {
        #expect(error(text) == expected)
        #expect(!expected.words.isEmpty)
    }

    @Test func isRefusedWhereverItIsCutOff() {
        let decoder = PolygonDecoder()
        let bytes = Array(good.utf8)
        for length in 0..<bytes.count {
            let body = ResponseBody(copying: Array(bytes[..<length]))
            #expect(throws: DecodeError.self, "cut at \(length)") { try decoder.snapshot(body) }
        }
        #expect(throws: Never.self) { try decoder.snapshot(ResponseBody(good)) }
    }

    @Test func invalidUTF8IsMalformed() {
        let bytes = Array("{\"tickers\":[],\"x\":\"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8)
        #expect(throws: DecodeError.malformed) { try PolygonDecoder().snapshot(ResponseBody(copying: bytes)) }
    }

    @Test(arguments: [10, 1000, 100_000, 1_000_000])
    func deepNestingNeitherCrashesNorHidesTheRest(depth: Int) throws {
        let open = String(repeating: "[", count: depth)
        let close = String(repeating: "]", count: depth)
        let objects = String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
        #expect(error("{\"tickers\":\(open)") == .truncated)
        #expect(error(open) == .truncated || error(open) == .unexpected)
        let element = SnapshotJSON.ticker("A")
        let batch = try PolygonDecoder().decode("{\"x\":\(open)\(close),\"tickers\":[\(element)]}").get()
        #expect(batch.count == 1)
        let nested = try PolygonDecoder().decode("{\"tickers\":[\(open)\(close),\(objects),\(element)]}").get()
        #expect(nested.count == 1 && nested.rejections.wrongType == 1 && nested.rejections.badSymbol == 1)
    }

    @Test func leavesTheDecoderAsGoodAsNew() throws {
        let decoder = PolygonDecoder()
        for bad in ["", "<html>", String(good.dropLast(40)), "{}", "[[[[", "{\"tickers\":[{\"ticker\":\"X\"}"] {
            #expect(throws: DecodeError.self) { try decoder.snapshot(ResponseBody(bad)) }
            let batch = try decoder.decode(good).get()
            #expect(batch.symbols.map(\.text) == ["AAA", "BBB", "CCC"] && batch.rejections.total == 0)
        }
    }

    @Test func moreTickersThanTheDecoderTakesAreAnError() throws {
        func body(_ count: Int) -> String { SnapshotJSON.body((0..<count).map { "{\"ticker\":\"T\($0)\"}" }) }
        #expect(try PolygonDecoder().decode(body(65_536)).get().count == 65_536)
        #expect(error(body(65_537)) == .tooMany(limit: 65_536))
    }

    @Test func aBareNumberPassSeesTheSameBodies() {
        let decoder = PolygonDecoder()
        #expect(decoder.barePass(ResponseBody(good)) > 0)
        #expect(decoder.barePass(ResponseBody("<html>")).isNaN)
    }
}
