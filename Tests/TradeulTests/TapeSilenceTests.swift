import MarketData
import Testing

@testable import tradeul

@Suite struct TapeSilenceTests {
    private func symbols(_ names: String...) throws -> [Symbol] { try names.map { try #require(Symbol($0)) } }

    @Test func symbolsOfWhichNothingComesAreNamedOnce() throws {
        var silence = TapeSilence(symbols: try symbols("AAPL", "QQQQZ", "TSLA"))
        #expect(silence.words(isLive: false, seconds: 5) == nil)
        #expect(silence.words(isLive: true, seconds: 100) == nil)
        var batch = StreamBatch()
        batch.symbols = try symbols("AAPL", "TSLA")
        silence.note(batch)
        #expect(silence.words(isLive: true, seconds: 109) == nil)
        let words = "nothing of QQQQZ in 10 s: no such ticker, or it does not trade now"
        #expect(silence.words(isLive: true, seconds: 110) == words)
        #expect(silence.words(isLive: true, seconds: 500) == nil)
    }

    @Test func capitalsAreProposed() throws {
        var silence = TapeSilence(symbols: try symbols("tsla"))
        _ = silence.words(isLive: true, seconds: 0)
        #expect(silence.words(isLive: true, seconds: 10)?.hasSuffix("; symbols are case-sensitive: TSLA?") == true)
    }

    @Test func whoHasAllSymbolsHearsNothing() throws {
        var silence = TapeSilence(symbols: try symbols("AAPL"))
        var batch = StreamBatch()
        batch.symbols = try symbols("AAPL")
        _ = silence.words(isLive: true, seconds: 0)
        silence.note(batch)
        #expect(silence.words(isLive: true, seconds: 60) == nil)
    }
}
