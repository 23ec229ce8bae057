package import MarketData

// The two vendors write the same share differently: Polygon `BRK.B`, `BACpM`, `ACHR.WS`, FMP `BRK-B`, `BAC-PM`, `ACHR-WT`.
// FMP's forms of preferreds and warrants are unconfirmed. What could be two shares is none here: a fact that is missing does
// less harm than one of another company.
//
//     Polygon     FMP          what
//     AAPL        AAPL         letters and digits alone, Nasdaq's fifth letters included
//     BRK.B       BRK-B        class share, one letter of `classLetters`
//     BACpM       BAC-PM       preferred with a series
//     ACHR.WS     ACHR-WT      warrant; `-WS` is read too
//     ACHR.WS.A   ACHR-WTA     warrant of a series; `-WSA` is read too
//     AACT.U      AACT-UN      unit; `-U` is read too
//     BACp, r, w  –            preferred without series, right, when-issued: `-P` and `-R` may be a class
//     –           NESN.SW      another country's exchange: a dot in FMP's form
//     –           ^GSPC        an index

/// Ticker symbols from one vendor's form into the other's.
package enum SymbolForms {
    /// FMP's form of a symbol in Polygon's; nil when there is none that is certain.
    package static func fmp(of symbol: Symbol) -> String? {
        let text = symbol.text
        let root = text.prefix { isPlain($0) }
        guard isRoot(root) else { return nil }
        let rest = text[root.endIndex...]
        switch rest {
        case "": return text
        case ".U": return root + "-UN"
        case ".WS": return root + "-WT"
        default: break
        }
        let marks = Array(rest)
        switch marks.count {
        case 2 where marks[0] == "." && classLetters.contains(marks[1]): return "\(root)-\(marks[1])"
        case 2 where marks[0] == "p" && isLetter(marks[1]): return "\(root)-P\(marks[1])"
        case 5 where rest.hasPrefix(".WS.") && isLetter(marks[4]): return "\(root)-WT\(marks[4])"
        default: return nil
        }
    }

    /// Polygon's form of a symbol in FMP's; nil for other countries' listings, indices, and what could be two shares.
    package static func polygon(ofFMP text: some StringProtocol) -> Symbol? {
        let text = String(text)
        let root = text.prefix { isPlain($0) }
        guard isRoot(root) else { return nil }
        guard root.endIndex < text.endIndex else { return Symbol(text) }
        guard text[root.endIndex] == "-" else { return nil }
        let rest = text[text.index(after: root.endIndex)...]
        switch rest {
        case "U", "UN": return Symbol(root + ".U")
        case "WT", "WS": return Symbol(root + ".WS")
        default: break
        }
        let marks = Array(rest)
        switch marks.count {
        case 1 where classLetters.contains(marks[0]): return Symbol("\(root).\(marks[0])")
        case 2 where marks[0] == "P" && isLetter(marks[1]): return Symbol("\(root)p\(marks[1])")
        case 3 where (rest.hasPrefix("WT") || rest.hasPrefix("WS")) && isLetter(marks[2]):
            return Symbol("\(root).WS.\(marks[2])")
        default: return nil
        }
    }

    /// What a single letter after the mark is a class by; P, R, U, V and W have other meanings.
    private static let classLetters = Set("ABCDEFGHIJKLMNOQSTXYZ")

    private static func isRoot(_ root: Substring) -> Bool {
        guard let first = root.first else { return false }
        return isLetter(first)
    }

    private static func isPlain(_ character: Character) -> Bool {
        isLetter(character) || ("0"..."9").contains(character)
    }

    private static func isLetter(_ character: Character) -> Bool { ("A"..."Z").contains(character) }
}
