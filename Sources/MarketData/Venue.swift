/// A place where stocks trade, as the vendor numbers them.
package struct Venue: Hashable, Sendable {
    /// The vendor's id (`x` of trades and quotes), from 1.
    package var id: UInt8
    /// The tapes' one-letter code of the participant.
    package var letter: Character
    /// In words.
    package var name: String

    /// The id of everything reported off exchange.
    package static let offExchangeID: UInt8 = 4

    /// Known venues, by id.
    package static let all: [Self] = [
        Self(id: 1, letter: "A", name: "NYSE American"),
        Self(id: 2, letter: "B", name: "Nasdaq BX"),
        Self(id: 3, letter: "C", name: "NYSE National"),
        Self(id: offExchangeID, letter: "D", name: "Off exchange (FINRA)"),
        Self(id: 5, letter: "E", name: "UTP SIP"),
        Self(id: 6, letter: "I", name: "Nasdaq ISE"),
        Self(id: 7, letter: "J", name: "Cboe EDGA"),
        Self(id: 8, letter: "K", name: "Cboe EDGX"),
        Self(id: 9, letter: "M", name: "NYSE Texas"),
        Self(id: 10, letter: "N", name: "NYSE"),
        Self(id: 11, letter: "P", name: "NYSE Arca"),
        Self(id: 12, letter: "T", name: "Nasdaq"),
        Self(id: 13, letter: "S", name: "CTA SIP"),
        Self(id: 14, letter: "L", name: "LTSE"),
        Self(id: 15, letter: "V", name: "IEX"),
        Self(id: 16, letter: "W", name: "CBSX"),
        Self(id: 17, letter: "X", name: "Nasdaq PSX"),
        Self(id: 18, letter: "Y", name: "Cboe BYX"),
        Self(id: 19, letter: "Z", name: "Cboe BZX"),
        Self(id: 20, letter: "H", name: "MIAX Pearl"),
        Self(id: 21, letter: "U", name: "MEMX"),
    ]

    private static let byID: [Self?] = {
        var table = [Self?](repeating: nil, count: 256)
        for venue in all { table[Int(venue.id)] = venue }
        return table
    }()

    /// The venue of an id; nil for one nobody has told of.
    package static func of(_ id: UInt8) -> Self? { byID[Int(id)] }

    /// The venue of a letter, in either case; nil for one that no venue has.
    package static func of(letter: Character) -> Self? {
        let wanted = letter.uppercased()
        return all.first { String($0.letter) == wanted }
    }

    /// Whether a trade was reported off exchange: its exchange says so, or it names a reporting facility.
    package static func isOffExchange(exchange: UInt8, trf: UInt16) -> Bool { exchange == offExchangeID || trf != 0 }

    /// One letter for a column: `D` off exchange, blank without an exchange, `?` for one nobody has told of.
    package static func letter(exchange: UInt8, trf: UInt16 = 0) -> Character {
        if isOffExchange(exchange: exchange, trf: trf) { return "D" }
        if exchange == 0 { return " " }
        return of(exchange)?.letter ?? "?"
    }

    /// Where a trade was made, in words: off exchange the reporting facility where it is known.
    package static func name(exchange: UInt8, trf: UInt16 = 0) -> String {
        switch trf {
        case 0: break
        case 201: return "NYSE TRF"
        case 202: return "Nasdaq TRF Carteret"
        case 203: return "Nasdaq TRF Chicago"
        default: return "TRF \(trf)"
        }
        if exchange == 0 { return "" }
        return of(exchange)?.name ?? "exchange \(exchange)"
    }
}
