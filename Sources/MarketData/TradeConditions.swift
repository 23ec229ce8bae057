/// What a trade may change.
package struct TradeEffect: OptionSet, Hashable, Sendable {
    /// One bit per quantity.
    package var rawValue: UInt8

    /// Effects from their bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The last price.
    package static let last = Self(rawValue: 1)
    /// High and low.
    package static let highLow = Self(rawValue: 2)
    /// The volume.
    package static let volume = Self(rawValue: 4)
    /// Nothing by itself: the trade was made at the market of its time, and only as an odd lot sets no price.
    package static let atMarket = Self(rawValue: 8)
    /// Everything.
    package static let all: Self = [.last, .highLow, .volume]
}

/// One row of the table of trade conditions.
package struct TradeCondition: Hashable, Sendable {
    /// Vendor's id, 0…254.
    package var id: UInt8
    /// In words; from the vendor when refreshed: untrusted text, at most 64 printable characters.
    package var name: String
    /// What a trade with it may change.
    package var effect: TradeEffect

    /// A row.
    package init(id: UInt8, name: String, effect: TradeEffect) {
        self.id = id
        self.name = name
        self.effect = effect
    }
}

/// What conditions tell about a trade besides what it may change.
package struct TradeTraits: OptionSet, Hashable, Sendable {
    /// One bit per fact.
    package var rawValue: UInt8

    /// Traits from their bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Part of an opening, re-opening or closing auction (8, 17, 18, 19, 25, 28).
    package static let auction = Self(rawValue: 1)
    /// An intermarket sweep (14).
    package static let sweep = Self(rawValue: 2)
    /// Reported late, in or out of sequence (5, 13, 30, 32, 33): its time is not when it was agreed.
    package static let late = Self(rawValue: 4)
    /// Reported as an odd lot (37).
    package static let oddLot = Self(rawValue: 8)
    /// Reported as of extended hours (12, 13).
    package static let extendedHours = Self(rawValue: 16)
    /// A market center's official open or close (15, 16): repeats an auction that was a trade before.
    package static let officialPrice = Self(rawValue: 32)
}

/// The table of trade conditions: what the tapes' rules let a trade change.
///
/// A trade with several conditions may change what every one of them allows; one without any may change everything. A
/// condition nobody has told of lets a trade count as volume and nothing else.
package struct TradeConditions: Hashable, Sendable {
    /// By id; nil for ids nobody has told of.
    private var rows: [TradeCondition?] = Array(repeating: nil, count: 256)
    /// The effect's bits by id, then the same for extended hours; entry 0 stands for "no condition".
    private var masks: [UInt8] = Self.masksOfUnknown

    /// An empty table: every condition is unknown.
    package init() {}

    /// The row of an id.
    ///
    /// Three ids obey more than their row: 12 (extended hours) keeps nothing from changing in extended hours, of which it
    /// is the whole tape; 37 (odd lot) never sets a price; 15 and 16 repeat an auction and never change anything.
    package subscript(id: UInt8) -> TradeCondition? {
        get { rows[Int(id)] }
        set {
            rows[Int(id)] = newValue
            guard id != 0 else { return }
            var told = (newValue?.effect ?? .volume).intersection(Self.ceiling(id))
            if told.contains(.last) || id == Self.oddLotID { told.insert(.atMarket) }
            masks[Int(id)] = told.rawValue
            masks[256 + Int(id)] = id == Self.extendedHoursID ? Self.everything : told.rawValue
        }
    }

    /// Takes the vendor's rows in place of those with the same ids.
    ///
    /// Names are cut to 64 printable characters; one without any keeps the name known before. Id 255 stands for "unknown"
    /// and is left out.
    package mutating func merge(_ rows: [TradeCondition]) {
        for var row in rows where row.id < 255 {
            let name = row.name.filter { $0.unicodeScalars.allSatisfy(\.isPrintable) }
            row.name = name.isEmpty ? self[row.id]?.name ?? "condition \(row.id)" : String(name.prefix(64))
            self[row.id] = row
        }
    }

    /// What a trade with these conditions may change; allocates nothing.
    ///
    /// With ``TradeEffect/atMarket`` when nothing but being an odd lot keeps it from setting the last price.
    /// `isExtendedHours` says whether the trade's time lies in an extended session.
    package func effect(of conditions: PackedCodes, isExtendedHours: Bool) -> TradeEffect {
        guard conditions != 0 else { return .all }
        let base = isExtendedHours ? 256 : 0
        var bits = Self.everything
        var rest = conditions
        while rest != 0 {
            bits &= masks[base + Int(rest & 255)]
            rest >>= 8
        }
        let setsLast = bits & TradeEffect.last.rawValue != 0
        return TradeEffect(rawValue: setsLast ? bits & TradeEffect.all.rawValue : bits)
    }

    /// What conditions tell besides; allocates nothing.
    package static func traits(of conditions: PackedCodes) -> TradeTraits {
        var bits: UInt8 = 0
        var rest = conditions
        while rest != 0 {
            bits |= traitBits[Int(rest & 255)]
            rest >>= 8
        }
        return TradeTraits(rawValue: bits)
    }

    /// Conditions in words, in their order; "condition 99" for one nobody has told of.
    package func words(of conditions: PackedCodes) -> [String] {
        conditions.codes.map { code in
            self[code]?.name ?? (code == 255 ? "unknown condition" : "condition \(code)")
        }
    }

    /// Fewer than 100 shares, or reported as an odd lot.
    package static func isOddLot(size: Double, traits: TradeTraits) -> Bool { size < 100 || traits.contains(.oddLot) }

    /// At least 10,000 shares or 200,000 USD.
    package static func isBlock(size: Double, price: Double) -> Bool { size >= 10_000 || size * price >= 200_000 }

    private static let extendedHoursID: UInt8 = 12
    private static let oddLotID: UInt8 = 37
    /// What a condition allows that keeps nothing from changing.
    private static let everything = TradeEffect.all.rawValue | TradeEffect.atMarket.rawValue

    private static let masksOfUnknown: [UInt8] = {
        var masks = [UInt8](repeating: TradeEffect.volume.rawValue, count: 512)
        masks[0] = everything
        masks[256] = everything
        masks[15] = 0
        masks[16] = 0
        masks[256 + 15] = 0
        masks[256 + 16] = 0
        masks[256 + Int(extendedHoursID)] = everything
        return masks
    }()

    /// The most a condition may let a trade change, whatever a row says.
    private static func ceiling(_ id: UInt8) -> TradeEffect {
        switch id {
        case 15, 16: []
        case oddLotID: .volume
        default: .all
        }
    }

    /// Traits by id.
    private static let traitBits: [UInt8] = {
        let rows: [(TradeTraits, [Int])] = [
            (.auction, [8, 17, 18, 19, 25, 28]), (.extendedHours, [12, 13]), (.late, [5, 13, 30, 32, 33]),
            (.sweep, [14]), (.officialPrice, [15, 16]), (.oddLot, [37]),
        ]
        var bits = [UInt8](repeating: 0, count: 256)
        for (trait, ids) in rows {
            for id in ids { bits[id] |= trait.rawValue }
        }
        return bits
    }()
}

extension TradeConditions {
    /// The table as public sources describe it, for use until the vendor's own has been fetched.
    ///
    /// Rows nobody has confirmed (32, 35, 54, 57…60) count as volume and set no price; 41 changes nothing.
    package static let builtIn: Self = {
        var table = Self()
        for (effect, names) in builtInRows {
            for (id, name) in names { table[id] = TradeCondition(id: id, name: name, effect: effect) }
        }
        return table
    }()

    private static let builtInRows: [(TradeEffect, [(UInt8, String)])] = [
        (
            .all,
            [
                (0, "Regular Sale"), (1, "Acquisition"), (3, "Automatic Execution"), (4, "Bunched"),
                (6, "CAP Election"), (8, "Closing Prints"), (9, "Cross"), (11, "Distribution"),
                (14, "Intermarket Sweep"), (17, "Market Center Opening Trade"),
                (18, "Market Center Reopening Trade"), (19, "Market Center Closing Trade"), (23, "Rule 155"),
                (24, "Rule 127"), (25, "Opening Prints"), (27, "Stopped Stock"), (28, "Re-Opening Prints"),
                (30, "Sold Last"), (34, "Split Trade"), (36, "Yellow Flag"), (41, "Trade Thru Exempt"),
            ]
        ),
        (
            [.highLow, .volume],
            [
                (5, "Bunched Sold"), (10, "Derivatively Priced"), (22, "Prior Reference Price"), (29, "Seller"),
                (33, "Sold Out of Sequence"),
            ]
        ),
        (
            .volume,
            [
                (2, "Average Price"), (7, "Cash Sale"), (12, "Form T"), (13, "Extended Hours Sold Out of Sequence"),
                (20, "Next Day"), (21, "Price Variation"), (32, "Sold Out"), (35, "Stock Option"), (37, "Odd Lot"),
                (52, "Contingent"), (53, "Qualified Contingent"), (54, "Errored"),
                (57, "Short Sale Restriction 57"), (58, "Short Sale Restriction 58"),
                (59, "Short Sale Restriction 59"), (60, "Short Sale Restriction 60"),
            ]
        ),
        ([.last, .highLow], [(38, "Corrected Consolidated Close")]),
        ([], [(15, "Market Center Official Close"), (16, "Market Center Official Open")]),
    ]
}

extension PackedCodes {
    /// Packs the first eight codes that say something: 0 is left out, what does not fit a byte becomes 255.
    package init(packing codes: some Sequence<Int>) {
        self = 0
        var shift = Self(0)
        for code in codes where code != 0 && shift < 64 {
            self |= ((1...254).contains(code) ? Self(code) : 255) << shift
            shift += 8
        }
    }

    /// The codes, in their order.
    package var codes: [UInt8] {
        var codes: [UInt8] = []
        var rest = self
        while rest != 0 {
            let code = UInt8(truncatingIfNeeded: rest)
            if code != 0 { codes.append(code) }
            rest >>= 8
        }
        return codes
    }
}

extension Unicode.Scalar {
    fileprivate var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
