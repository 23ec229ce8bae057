import MarketData
import Testing

@Suite
struct SymbolTests {
    @Test(arguments: [
        "A", "AAPL", "BRK.B", "BACpM", "ACHR.WS", "ACHR.WS.A", "NTEST.Q", "ABCDEFGH", "ABCDEFGHI", "I-SPX/X^+=_",
    ])
    func symbolsRoundTrip(_ text: String) throws {
        #expect(try #require(Symbol(text)).text == text)
    }

    @Test(arguments: [
        "", " ", "A B", "AAPL\u{1B}[2J", "AAPL\n", "ÄÖ", "A\u{0}B", "ABCDEFGHIJKLMNOPQRSTUVWXY", "\u{202E}AAPL",
        "A\u{7F}",
    ])
    func whatIsNoSymbolIsRefused(_ text: String) {
        #expect(Symbol(text) == nil)
    }

    @Test func orderIsByteOrder() throws {
        let texts = ["A", "AA", "AAPL", "B", "BACpM", "BRK.A", "BRK.B", "Z", "a", "ABCDEFGHI", "ABCDEFGH"]
        let sorted = try texts.map { try #require(Symbol($0)) }.sorted().map(\.text)
        #expect(sorted == texts.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
    }

    @Test func packedBytesGiveTheSameSymbol() throws {
        let bytes: [UInt8] = Array("ACHR.WS".utf8) + Array(repeating: 0, count: 17)
        let packed = bytes.withUnsafeBytes { buffer in buffer.baseAddress.map { Symbol(packedBytes: $0) } }
        #expect(packed == Symbol("ACHR.WS"))
    }

    @Test func caseMatters() {
        #expect(Symbol("BCpC") != Symbol("BCPC"))
    }

    @Test(arguments: [("ZVZZT", true), ("NTEST.Q", true), ("AAPL", false), ("NTES", false)])
    func testTickersAreKnown(_ text: String, _ isTest: Bool) throws {
        #expect(try #require(Symbol(text)).isTestTicker == isTest)
    }
}
