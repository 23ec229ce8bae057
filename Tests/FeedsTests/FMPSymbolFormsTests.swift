import Feeds
import MarketData
import Testing

/// `BRK.B` and `BRK-B`: the same share by two vendors' spelling.
@Suite struct FMPSymbolFormsTests {
    @Test(arguments: [
        ("AAPL", "AAPL"), ("F", "F"), ("BRK.B", "BRK-B"), ("BF.A", "BF-A"), ("BACpM", "BAC-PM"), ("KIMpL", "KIM-PL"),
        ("ACHR.WS", "ACHR-WT"), ("FOO.WS.A", "FOO-WTA"), ("AACT.U", "AACT-UN"), ("ABCDW", "ABCDW"), ("ABCDU", "ABCDU"),
    ])
    func everyFormLeadsToTheOtherAndBack(polygon: String, fmp: String) throws {
        let symbol = try #require(Symbol(polygon))
        #expect(SymbolForms.fmp(of: symbol) == fmp)
        #expect(SymbolForms.polygon(ofFMP: fmp) == symbol)
    }

    @Test(arguments: [("AACT-U", "AACT.U"), ("ACHR-WS", "ACHR.WS"), ("FOO-WSB", "FOO.WS.B")])
    func secondFormsAreReadToo(fmp: String, polygon: String) {
        #expect(SymbolForms.polygon(ofFMP: fmp)?.text == polygon)
    }

    @Test(arguments: [
        "", "-", "NESN.SW", "OR.PA", "020Y.L", "BRK.B", "^GSPC", "FOO-P", "FOO-R", "FOO-RT", "FOO-WI", "FOO-W", "FOO-V",
        "BTC-USD", "FOO--B", "FOO-B-C", "FOO-", "-B", "aapl", "BACpM", "FOO-b", "FOO-Pm", "FOO B", "FOO-WTa", "ÄÖ",
        "FOO\u{1B}", "123", "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    ])
    func whatCouldBeAnotherShareIsNone(fmp: String) { #expect(SymbolForms.polygon(ofFMP: fmp) == nil) }

    @Test(arguments: [
        "FOO.P", "FOO.R", "FOO.V", "FOO.W", "FOOp", "FOOr", "FOOw", "FOO.PRA", "FOO.WS.AB", "FOO.WS.", "NTEST.Q.A",
        "aapl",
        "BACpm", "FOO-B", "FOO/B", "1.B", "FOO.WI",
    ])
    func whatHasNoCertainFormIsNotAsked(polygon: String) throws {
        #expect(SymbolForms.fmp(of: try #require(Symbol(polygon))) == nil)
    }

    @Test func noTwoSharesHaveOneForm() throws {
        let roots = ["A", "BAC", "BRK", "FOO", "GOOGL"]
        let tails = ["", ".A", ".B", ".U", ".WS", ".WS.A", "pA", "pB", "p", "r", "w", ".P", ".R", ".W", ".T", "U", "W"]
        var seen: [String: Symbol] = [:]
        for symbol in roots.flatMap({ root in tails.compactMap { Symbol(root + $0) } }) {
            guard let form = SymbolForms.fmp(of: symbol) else { continue }
            #expect(seen[form] == nil, "\(form)")
            seen[form] = symbol
            #expect(SymbolForms.polygon(ofFMP: form) == symbol)
        }
        #expect(seen.count > 40)
    }
}
