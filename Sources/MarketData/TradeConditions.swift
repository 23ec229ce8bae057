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

/// The table of trade conditions: what the tapes' rules let a trade change.
package struct TradeConditions: Hashable, Sendable {
    /// By id; nil for ids nobody has told of.
    private var rows: [TradeCondition?] = Array(repeating: nil, count: 256)

    /// An empty table: every condition is unknown.
    package init() {}

    /// The row of an id.
    package subscript(id: UInt8) -> TradeCondition? {
        get { rows[Int(id)] }
        set { rows[Int(id)] = newValue }
    }
}
