package import MarketTime

/// One trade.
package struct SimulatedTrade: Hashable, Sendable {
    /// Time of the consolidated tape.
    package var time: Instant
    /// Price in 1/10,000 USD.
    package var priceE4: Int64
    /// Size in millionths of a share; above 0.
    package var sizeMicro: Int64
    /// What else the tape says about it.
    package var traits: TradeTraits
    /// Number within the ticker's day, increasing with gaps.
    package var sequence: Int64
}

extension SimulatedTrade {
    /// A trade's number: a second (from 04:00 ET) lists at most `SplitScratch.capacity` of them.
    @inline(__always)
    static func sequence(second: Int, trade: Int) -> Int64 { Int64(second) * 8_192 + Int64(trade) }
}

/// Venue, identity and conditions of a trade.
package struct TradeTraits: Hashable, Sendable {
    /// Vendor's exchange id; 4 is off exchange.
    package var exchange: Int
    /// Trade id, unique within ticker and venue.
    package var identifier: UInt64
    /// Up to two vendor condition ids; 0 stands for none.
    package var conditions: (Int, Int)

    private static let venues = [
        4, 4, 4, 4, 4, 4, 12, 12, 12, 11, 11, 10, 8, 8, 19, 19, 18, 7, 20, 21, 21, 15, 3, 2, 1, 9,
    ]

    init(key: UInt64, place: Place, isLast: Bool, reopens: Bool, shape: VolumeShape, sizeMicro: Int64) {
        exchange = Self.venues[Int(key % UInt64(Self.venues.count))]
        identifier = Hash.mix(key) % 90_000_000_000_000 + 1
        let odd = sizeMicro < 100_000_000
        let auction = FineShape.auctionSecond(slot: place.slot, minute: place.minute, shape: shape) == place.second
        if auction && isLast {
            exchange = key & 1 == 0 ? 12 : 10
            conditions = (place.slot == shape.regular.lowerBound ? 17 : 8, 0)
        } else if reopens {
            exchange = key & 1 == 0 ? 12 : 10
            conditions = (28, 0)
        } else if !shape.regular.contains(place.slot) {
            conditions = (12, odd ? 37 : 0)
        } else if odd {
            conditions = key & 0x30 == 0 ? (14, 37) : (37, 0)
        } else {
            conditions = (key & 0x30 == 0 ? 14 : 0, 0)
        }
    }

    /// Equal in everything the tape tells.
    package static func == (left: Self, right: Self) -> Bool {
        left.exchange == right.exchange && left.identifier == right.identifier && left.conditions == right.conditions
    }

    /// Feeds what equality compares.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(exchange)
        hasher.combine(identifier)
        hasher.combine(conditions.0)
        hasher.combine(conditions.1)
    }
}
