import EngineAPI
import MarketData
import MarketTime
import Testing

@testable import tradeul

@Suite
struct ScanTextTests {
    private static func table() throws -> ScanTable {
        var table = ScanTable()
        table.columns = [.last, .changePercent, .rvol, .volume, .sector, .halted]
        table.symbols = try ["AAPL", "GME"].map { try #require(Symbol($0)) }
        table.values = [
            [227.125, 0.51234], [1.5, -12.25], [1234, .nan], [1_234_567, 0], [.nan, .nan], [1, .nan],
        ]
        table.texts = [[], [], [], [], ["Tech, \"big\"\u{1B}[31m", ""], []]
        table.matchCount = 2
        return table
    }

    @Test func peopleReadNumbersAsOnTheScreen() throws {
        #expect(
            ScanText.lines(try Self.table(), .table) == [
                "SYM     LAST    CHG%  RVOL    VOL  SECTOR" + "          " + "  HALTED",
                "AAPL  227.13   +1.50  >999  1.23M  Tech, \"big\"?[31m     yes",
                "GME   0.5123  -12.25     –      0  –                      –",
            ]
        )
    }

    @Test func programsReadNumbersInFullAndNoControlCharacters() throws {
        let table = try Self.table()
        #expect(
            ScanText.lines(table, .csv) == [
                "symbol,price,chg%,rvol,vol,sector,halted",
                "AAPL,227.125,1.5,1234,1234567,\"Tech, \"\"big\"\" [31m\",1",
                "GME,0.51234,-12.25,,0,,",
            ]
        )
        let first =
            #"{"symbol":"AAPL","price":227.125,"chg%":1.5,"rvol":1234,"vol":1234567,"sector":"Tech, \"big\"\u001b[31m","halted":true}"#
        let second =
            #"{"symbol":"GME","price":0.51234,"chg%":-12.25,"rvol":null,"vol":0,"sector":null,"halted":null}"#
        #expect(ScanText.lines(table, .ndjson) == [first, second])
        #expect(ScanText.lines(table, .json) == ["[" + first + ",", " " + second + "]"])
    }

    @Test func nothingIsAnEmptyArrayAndAHeading() {
        #expect(ScanText.lines(ScanTable(), .json) == ["[]"])
        #expect(ScanText.lines(ScanTable(), .ndjson) == [])
        #expect(ScanText.lines(ScanTable(), .csv) == ["symbol"])
    }
}
