import EngineAPI
import TestSupport
import Testing

@testable import Gateway

@Suite struct GatewayJSONTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "1.5e-300", "[]", "{}", "[1,[2,[3]]]", "{\"a\":{\"b\":[null]}}",
        " \t\r\n1 ", "\"\\u0041\\ud83d\\ude00\\n\\/\"", "\"é株\"",
    ])
    func whatIsJSONIsRead(text: String) { #expect(throws: Never.self) { try GatewayJSONReader.read(Array(text.utf8)) } }

    @Test(arguments: [
        "", " ", "nul", "+1", ".5", "1.", "01", "1e", "--1", "NaN", "Infinity", "1e999", "[1,]", "[,1]", "{,}",
        "{\"a\"}",
        "{\"a\":1,}", "{a:1}", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
        "\"\u{1}\"", "1 2", "[1 2]", "{\"a\":1,\"a\":2}", "//\n1", "\u{FEFF}1", "[[[[[[[[[1]]]]]]]]]",
    ])
    func whatIsNotIsRefusedWithAPlace(text: String) {
        let bytes = Array(text.utf8)
        let error = #expect(throws: GatewayJSONError.self) { try GatewayJSONReader.read(bytes) }
        if let error { #expect((0...bytes.count).contains(error.offset) && !error.words.isEmpty) }
    }

    @Test func escapesMeanTheirCharacters() throws {
        let value = try GatewayJSONReader.read(Array("\"\\u0041\\ud83d\\ude00\\b\\f\\n\\r\\t\\\"\\\\\\/\"".utf8))
        #expect(value == .text("A😀\u{8}\u{C}\n\r\t\"\\/"))
    }

    @Test func randomNumbersReadBackAsTheyWere() throws {
        var random = SeededRandom(seed: 20_261_006)
        var numbers: [Double] = [0, -0.0, 0.1, 1e21, -7, 0x1p53, 0x1p63]
        numbers += [.leastNonzeroMagnitude, .greatestFiniteMagnitude]
        for _ in 0..<5_000 { numbers.append(Double(bitPattern: random.next())) }
        for number in numbers where number.isFinite {
            var writer = GatewayJSONWriter()
            writer.number(number)
            guard case .number(let back) = try GatewayJSONReader.read(writer.bytes) else {
                Issue.record("\(number) is written as \(writer.text)")
                continue
            }
            #expect(back.bitPattern == number.bitPattern, "seed 20261006: \(number) as \(writer.text)")
        }
    }

    @Test func randomBytesAreReadOrRefused() {
        var random = SeededRandom(seed: 77)
        let pieces = ["{", "}", "[", "]", "\"", "\\", "u", "1", "e", "-", ",", ":", "null", " ", "a", "\u{0}", "é"]
        for _ in 0..<20_000 {
            let text = (0..<Int(random.next() % 20)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }
                .joined()
            // Either is right, as long as it comes to an end.
            if let value = try? GatewayJSONReader.read(Array(text.utf8)) { #expect(!value.kind.isEmpty) }
        }
    }

    @Test func aRequestReadsBackAsItWas() throws {
        let requests = [
            GatewayScanRequest(),
            GatewayScanRequest(
                filter: "name ~ \"a\\b\" and price > 1",
                list: "gap-up",
                sort: [.init(column: "rvol"), .init(column: "price", descending: false)],
                columns: ["symbol", "price"],
                from: 7,
                count: 0,
                gate: ScanGate(minPrice: 0.1, minVolume: 1e6, minDollarVolume: 5e-7, includesTestTickers: true),
                ledger: true
            ),
            GatewayScanRequest(sort: [], columns: []),
        ]
        for request in requests { #expect(try GatewayScanRequest(body: Array(request.json.utf8)) == request) }
    }

    @Test(arguments: [
        "", "[]", "{}", "<html>", "{\"timeMs\":1}", "{\"lists\":[{}]}", "{\"lists\":7}",
        """
        {"timeMs":1,"session":"CLOSED","tradingDay":"x","origin":"live","matchCount":1,"unknownCount":0,"from":0,
        "symbols":["A"],"columns":["price"],"rows":[[1,2]],"flags":[[]],"ledger":[]}
        """,
    ])
    func answersOfSomethingElseAreRefused(body: String) {
        let error = #expect(throws: GatewayAnswerError.self) { try GatewayAnswer(body: Array(body.utf8)) }
        #expect(error?.description.hasPrefix("The engine's answer cannot be read: ") == true)
        #expect(throws: GatewayAnswerError.self) { try GatewayAnswer.lists(body: Array(body.utf8)) }
        #expect(GatewayAnswer.refusal(body: Array(body.utf8)) == nil)
    }
}
