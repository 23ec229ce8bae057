import MarketData
import TestSupport
import Testing

@testable import tradeul

@Suite
struct WatchlistTests {
    private static func symbols(_ text: String) -> [String] {
        Watchlist(name: "x", text: text).entries.map(\.symbol.text)
    }

    @Test(arguments: [
        ("AAPL\nTSLA\n", ["AAPL", "TSLA"]),
        ("AAPL, TSLA;GME\tBRK.B", ["AAPL", "TSLA", "GME", "BRK.B"]),
        ("# my list\nAAPL # earnings, TSLA is in the note\r\nBACpM\r\n", ["AAPL", "BACpM"]),
        ("AAPL AAPL\nAAPL", ["AAPL"]),
        ("", []),
        ("\u{1B}[31mAAPL \u{202E}X nul\u{0}l GME", ["GME"]),
    ])
    func symbolsAreFoundInWhateverTextThereIs(_ text: String, _ wanted: [String]) {
        #expect(Self.symbols(text) == wanted)
    }

    @Test func whatIsNoSymbolIsToldWithItsLine() {
        let list = Watchlist(name: "x", text: "AAPL\n\u{1B}[2J\nTSLA\nAAPL")
        #expect(list.problems.map(\.line) == [2, 4])
        #expect(!list.problems[0].words.contains("\u{1B}"))
    }

    @Test func notesAreCleanedAndCut() {
        let list = Watchlist(name: "x", text: "AAPL #  up \u{1B}[31m now\nGME # " + String(repeating: "y", count: 500))
        #expect(list.entries[0].note == "up ?[31m now")
        #expect(list.entries[1].note.count == Watchlist.noteMax)
    }

    @Test func addingKeepsTheTradersOwnLines() throws {
        let symbols = try ["TSLA", "GME"].map { try #require(Symbol($0)) }
        let text = "# heading\nAAPL   #  why\n\nTSLA\n\n\n"
        let added = Watchlist.text(text, adding: symbols.map { Watchlist.Entry(symbol: $0, note: "hot") })
        #expect(added == "# heading\nAAPL   #  why\n\nTSLA     # hot\nGME      # hot\n")
        #expect(Watchlist.text(added, adding: symbols.map { Watchlist.Entry(symbol: $0, note: "") }) == added)
    }

    @Test func removingTakesTheLineOnlyWithItsLastSymbol() throws {
        let gone = Set(try ["TSLA", "GME"].map { try #require(Symbol($0)) })
        #expect(Watchlist.text("AAPL TSLA\nGME # x\n# TSLA stays\n", removing: gone) == "AAPL\n# TSLA stays\n")
    }

    /// seed → random lists edited as text against a plain list of symbols.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func editingTextEqualsEditingAList(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let names = try (0..<40).map { try #require(Symbol("S\($0)")) }
        var text = ""
        var model: [Symbol] = []
        for _ in 0..<200 {
            let symbol = names[Int.random(in: names.indices, using: &random)]
            if Int.random(in: 0..<3, using: &random) > 0 {
                text = Watchlist.text(text, adding: [Watchlist.Entry(symbol: symbol, note: "")])
                if !model.contains(symbol) { model.append(symbol) }
            } else {
                text = Watchlist.text(text, removing: [symbol])
                model.removeAll { $0 == symbol }
            }
            #expect(Watchlist(name: "x", text: text).entries.map(\.symbol) == model, "seed \(seed)")
        }
    }

    @Test func aColumnOfATableCanBeImported() throws {
        let table =
            "\nName,Ticker,Price\n\"Apple, Inc\",AAPL,1\n\nTesla,TSLA,3\nNobody,no such,2\nGameStop, \"GME\" ,4\n"
        let list = Watchlist(name: "x", text: try WatchCommand.Import.column("ticker", of: table))
        #expect(list.entries.map(\.symbol.text) == ["AAPL", "TSLA", "GME"])
        // Told with its line in the file; the words of a cell are no symbols each.
        #expect(list.problems.map(\.line) == [6])
        #expect(list.problems.first?.words.hasPrefix("no") == true)
        #expect(throws: (any Error).self) { try WatchCommand.Import.column("sym", of: table) }
    }
}
