package import MarketTime

/// A split of a listing's shares.
package struct SimulatedSplit: Hashable, Sendable {
    /// What a split is called (`adjustment_type` of `/stocks/v1/splits`).
    package enum Kind: String, Hashable, Sendable {
        /// More shares than before.
        case forward = "forward_split"
        /// Fewer shares than before.
        case reverse = "reverse_split"
        /// A few more shares than before.
        case dividend = "stock_dividend"
    }

    /// Index of the listing.
    package var ticker: Int
    /// First day that trades in new shares.
    package var executionDate: DayID
    /// Old shares, in hundredths of a share.
    package var fromHundredths: Int64
    /// New shares, in hundredths of a share.
    package var toHundredths: Int64
    /// What it is called.
    package var kind: Kind
}

/// A ratio of new to old shares, in lowest terms.
package struct ShareRatio: Hashable, Sendable {
    /// New shares.
    package private(set) var to: Int64 = 1
    /// Old shares.
    package private(set) var from: Int64 = 1

    /// One to one.
    package init() {}

    /// Multiplies by a split.
    mutating func apply(_ split: SimulatedSplit) {
        to *= split.toHundredths
        from *= split.fromHundredths
        var (left, right) = (to, from)
        while right != 0 { (left, right) = (right, left % right) }
        to /= left
        from /= left
    }

    /// Whether nothing changes.
    package var isOne: Bool { to == from }

    /// A volume before the split, counted in the shares after it; rounded down.
    package func volume(_ value: Int64) -> Int64 {
        isOne ? value : from.dividingFullWidth(value.multipliedFullWidth(by: to)).quotient
    }

    /// A price before the split, for a share after it; rounded half up.
    package func price(_ value: Int64) -> Int64 {
        isOne ? value : (value * from + to / 2) / to
    }
}

/// The company that had a ticker before the one that has it now.
package struct FormerCompany: Hashable, Sendable {
    /// Index of the listing.
    package var ticker: Int
    /// Its name.
    package var name: String
    /// First day of the ticker in its hands.
    package var listDate: DayID
    /// Last day it traded.
    package var lastDay: DayID
}

/// What corporate events make of one listing's day; the streams behind it stay as they are.
struct EventEffect: Sendable {
    /// Whether the ticker trades at all.
    var isListed: Bool
    /// Shares on this day for one on the market's opening day, and the former company's size.
    var volumeScale = 1.0
    /// Price on this day for one on the market's opening day.
    var priceScale = 1.0
}

/// The events of one listing.
struct ListingEvents: Sendable {
    /// Index of the listing.
    var ticker: Int
    /// Its splits, oldest first.
    var splits: [SimulatedSplit] = []
    /// Who had the ticker before.
    var former: FormerCompany?

    /// New shares for one share from the end of `day` to `today`: the product of the splits executed in between.
    func ratio(after day: DayID, through today: DayID) -> ShareRatio {
        var ratio = ShareRatio()
        for split in splits where split.executionDate > day && split.executionDate <= today { ratio.apply(split) }
        return ratio
    }

    /// What the events do to a day.
    func effect(on day: DayID, listDate: DayID, openingDay: DayID) -> EventEffect {
        var effect = EventEffect(isListed: listDate <= day)
        let (earlier, later) = (min(day, openingDay), max(day, openingDay))
        let ratio = ratio(after: earlier, through: later)
        let growth = Double(ratio.to) / Double(ratio.from)
        // Before the opening day there are fewer shares, each of more worth, the other way round after it.
        effect.volumeScale = day < openingDay ? 1 / growth : growth
        effect.priceScale = day < openingDay ? growth : 1 / growth
        if let former, day <= former.lastDay, day >= former.listDate {
            effect.isListed = true
            effect.volumeScale *= 6.5
            effect.priceScale *= 0.3
        }
        return effect
    }
}

extension ListingEvents {
    /// Splits and a changed owner, dealt to a few ordinary companies of a market; none where there are too few.
    ///
    /// Days count back from the opening day: 4:1 six trading days before it (and 2:1 forty-five before), 1:10 eleven, 3:2
    /// sixteen, a stock dividend of 5 % nineteen days before, 5:1 on the opening day, 2:1 three days after. One ticker's
    /// company stopped trading 22 days before the opening; another took the ticker 8 days before.
    static func dealt(to listings: [Listing], opening: DayID, past: [DayID], coming: [DayID]) -> [Self] {
        let chosen = candidates(listings, opening: opening)
        guard chosen.count >= 7, past.count >= 45, coming.count > 3 else { return [] }
        func split(
            _ place: Int,
            _ day: DayID,
            _ from: Int64,
            _ to: Int64,
            _ kind: SimulatedSplit.Kind
        ) -> SimulatedSplit {
            SimulatedSplit(
                ticker: chosen[place],
                executionDate: day,
                fromHundredths: from,
                toHundredths: to,
                kind: kind
            )
        }
        let former = FormerCompany(
            ticker: chosen[6],
            name: "Former " + listings[chosen[6]].name,
            listDate: opening.adding(days: -4_000),
            lastDay: past[21]
        )
        return [
            Self(
                ticker: chosen[0],
                splits: [split(0, past[44], 100, 200, .forward), split(0, past[5], 100, 400, .forward)]
            ),
            Self(ticker: chosen[1], splits: [split(1, past[10], 1_000, 100, .reverse)]),
            Self(ticker: chosen[2], splits: [split(2, past[15], 200, 300, .forward)]),
            Self(ticker: chosen[3], splits: [split(3, past[18], 100, 105, .dividend)]),
            Self(ticker: chosen[4], splits: [split(4, opening, 100, 500, .forward)]),
            Self(ticker: chosen[5], splits: [split(5, coming[3], 100, 200, .forward)]),
            Self(ticker: chosen[6], former: former),
        ]
    }

    /// The trading day, counted back from the opening day, on which the recycled ticker's present company was listed.
    static let relistedDaysBack = 8

    /// Ordinary companies that trade every day, none of the widely known; invented ones come first.
    private static func candidates(_ listings: [Listing], opening: DayID) -> [Int] {
        let known = KnownListings.table.split(separator: "\n").map { String($0.prefix { $0 != "|" }) }
        let famous = Set(known.prefix(60))
        let knownOnes = Set(known)
        let suitable = listings.indices.filter { index in
            let listing = listings[index]
            return listing.kind == .common && listing.listDate < opening.adding(days: -200) && listing.idleChance == 0
                && (20_000...60_000_000).contains(listing.averageVolume)
                && (40_000...1_200_000).contains(listing.anchorPriceE4) && !famous.contains(listing.ticker)
        }
        return suitable.sorted { left, right in
            let (first, second) = (listings[left], listings[right])
            let (isKnown, isOtherKnown) = (knownOnes.contains(first.ticker), knownOnes.contains(second.ticker))
            return isKnown == isOtherKnown ? first.key < second.key : isOtherKnown
        }
    }
}
