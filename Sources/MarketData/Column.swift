/// A quantity a table can show and sort by.
package enum ColumnID: String, CaseIterable, Hashable, Sendable {
    case symbol
    case last
    case changePercent = "chg%"
    case gapPercent = "gap%"
    case rvol
    case slotRVOL = "rvol(slot)"
    case volume = "vol"
    case dollarVolume = "dvol"
    case simpleRVOL = "rvol.simple"
    case rangePosition = "range%"
    case averageVolume = "avgvol"
    case averageVolume5 = "avgvol5"
    case averageVolume10 = "avgvol10"
    case averageDays = "avgdays"
    case atr
    case atrPercent = "atr%"
    case baselineDays = "days"
    case open
    case high
    case low
    case previousClose = "prevclose"
    case previousHigh = "prevhigh"
    case previousLow = "prevlow"
    case previousVolume = "prevvol"
    case vwap
    case bid
    case ask
    case spread
    case sessionHigh = "sess.high"
    case sessionLow = "sess.low"
    case volume1m = "vol1m"
    case volume5m = "vol5m"
    case volume15m = "vol15m"
    case volume30m = "vol30m"
    case change1m = "chg1m"
    case change5m = "chg5m"
    case change15m = "chg15m"
    case change30m = "chg30m"
    case tradesPerMinute = "tpm"
    case printAge = "age"
    case bandUpper = "luld.up"
    case bandLower = "luld.down"
    case haltAge = "halt"
    case strip
}

/// How a column's numbers are written.
package enum ColumnFormat: Hashable, Sendable {
    /// Text, left-aligned.
    case text
    /// USD with two decimals, four below one dollar.
    case price
    /// Percent with a direction glyph; the number of decimals.
    case signedPercent(decimals: Int)
    /// Percent without sign; the number of decimals.
    case percent(decimals: Int)
    /// A multiple with so many decimals; above 999 written `>999`.
    case multiple(decimals: Int)
    /// Shares or dollars with K, M, B.
    case abbreviated
    /// Seconds, written `7s`, `4m`, `2h`.
    case age
    /// The relative volume of the last slots as heat cells.
    case strip
}

/// One entry of the column registry: everything the table, the help and the sort menu need to know about a column.
package struct ColumnDescriptor: Hashable, Sendable {
    /// Which column.
    package var id: ColumnID
    /// Table heading, at most `width` cells.
    package var title: String
    /// Unit in words, empty for text.
    package var unit: String
    /// What it means and how it is computed, in a line.
    package var formula: String
    /// Cells the column takes, without the gap before it.
    package var width: Int
    /// How its numbers are written.
    package var format: ColumnFormat
    /// 0 is never dropped; among the others the highest number leaves first on a narrow screen.
    package var dropPriority: Int
    /// Sorting by it starts with the largest value.
    package var sortsDescending: Bool
    /// Whether one can sort by it.
    package var isSortable: Bool

    /// The registry, in the table's default order.
    package static let all: [Self] = [
        Self(
            id: .symbol,
            title: "SYM",
            unit: "",
            formula: "Ticker symbol in the vendor's form",
            width: 8,
            format: .text,
            dropPriority: 0,
            sortsDescending: false,
            isSortable: true
        ),
        Self(
            id: .last,
            title: "LAST",
            unit: "USD",
            formula: "Last trade; without one the minute's close, the day's close, the previous close",
            width: 9,
            format: .price,
            dropPriority: 0,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .changePercent,
            title: "CHG%",
            unit: "%",
            formula: "(last − previous close) / previous close · 100",
            width: 7,
            format: .signedPercent(decimals: 2),
            dropPriority: 0,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .gapPercent,
            title: "GAP%",
            unit: "%",
            formula: "(open − previous close) / previous close · 100; before 09:30 the price stands in for the open",
            width: 7,
            format: .signedPercent(decimals: 2),
            dropPriority: 3,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .rvol,
            title: "RVOL",
            unit: "×",
            formula:
                "Volume since 04:00 ET / mean volume by this time of day over the lookback days; mode regular: SLOT",
            width: 7,
            format: .multiple(decimals: 2),
            dropPriority: 0,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .slotRVOL,
            title: "SLOT",
            unit: "×",
            formula: "Volume of this five-minute slot / mean volume of the same slot, pro-rated by the time elapsed",
            width: 7,
            format: .multiple(decimals: 2),
            dropPriority: 2,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .volume,
            title: "VOL",
            unit: "shares",
            formula: "Shares traded since 04:00 ET",
            width: 7,
            format: .abbreviated,
            dropPriority: 1,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .dollarVolume,
            title: "$VOL",
            unit: "USD",
            formula: "last · volume",
            width: 7,
            format: .abbreviated,
            dropPriority: 4,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .strip,
            title: "RVOL BY SLOT",
            unit: "×",
            formula: "Slot RVOL of the last slots, newest at the right",
            width: 12,
            format: .strip,
            dropPriority: 5,
            sortsDescending: true,
            isSortable: false
        ),
        Self(
            id: .simpleRVOL,
            title: "SRVOL",
            unit: "×",
            formula: "Volume / average daily volume (30 days)",
            width: 7,
            format: .multiple(decimals: 2),
            dropPriority: 7,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .rangePosition,
            title: "RNG%",
            unit: "%",
            formula: "(last − day low) / (day high − day low) · 100",
            width: 5,
            format: .percent(decimals: 0),
            dropPriority: 6,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .averageVolume,
            title: "AVGVOL",
            unit: "shares",
            formula: "Mean daily volume over up to 30 stored days",
            width: 7,
            format: .abbreviated,
            dropPriority: 8,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .averageVolume5,
            title: "AVGV5",
            unit: "shares",
            formula: "Mean daily volume over the last 5 days with trades",
            width: 7,
            format: .abbreviated,
            dropPriority: 9,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .averageVolume10,
            title: "AVGV10",
            unit: "shares",
            formula: "Mean daily volume over the last 10 days with trades",
            width: 7,
            format: .abbreviated,
            dropPriority: 9,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .atr,
            title: "ATR",
            unit: "USD",
            formula: "Average true range over 14 days (Wilder), from daily bars before today",
            width: 9,
            format: .price,
            dropPriority: 9,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .atrPercent,
            title: "ATR%",
            unit: "%",
            formula: "ATR / last · 100",
            width: 6,
            format: .percent(decimals: 1),
            dropPriority: 9,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .baselineDays,
            title: "DAYS",
            unit: "days",
            formula: "Lookback days behind RVOL: trading days on which the symbol traded, at most the setting",
            width: 4,
            format: .abbreviated,
            dropPriority: 9,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .averageDays,
            title: "AVGD",
            unit: "days",
            formula: "Days behind the average volume, at most 30",
            width: 4,
            format: .abbreviated,
            dropPriority: 9,
            sortsDescending: true,
            isSortable: true
        ),
        Self(
            id: .previousVolume,
            title: "PREVVOL",
            unit: "shares",
            formula: "Volume of the last trading day before today",
            width: 7,
            format: .abbreviated,
            dropPriority: 9,
            sortsDescending: true,
            isSortable: true
        ),
        price(.open, "OPEN", "First price of the regular session"),
        price(.high, "HIGH", "Day high, extended hours included as far as seen"),
        price(.low, "LOW", "Day low, extended hours included as far as seen"),
        price(.previousClose, "PREV", "Close of the previous session"),
        price(.previousHigh, "PREVHIGH", "High of the last trading day before today, regular session"),
        price(.previousLow, "PREVLOW", "Low of the last trading day before today, regular session"),
        price(.vwap, "VWAP", "Volume-weighted average price of the day, as the vendor gives it"),
        price(.bid, "BID", "Best bid: of the last quote where quotes are followed, else of the last snapshot"),
        price(.ask, "ASK", "Best ask: of the last quote where quotes are followed, else of the last snapshot"),
        price(.spread, "SPREAD", "Ask − bid"),
        price(.sessionHigh, "SHIGH", "High of the running session"),
        price(.sessionLow, "SLOW", "Low of the running session"),
        price(.bandUpper, "LULD UP", "Upper limit band"),
        price(.bandLower, "LULD DN", "Lower limit band"),
        window(.volume1m, "VOL1M", 1),
        window(.volume5m, "VOL5M", 5),
        window(.volume15m, "VOL15M", 15),
        window(.volume30m, "VOL30M", 30),
        move(.change1m, "CHG1M", 1),
        move(.change5m, "CHG5M", 5),
        move(.change15m, "CHG15M", 15),
        move(.change30m, "CHG30M", 30),
        Self(
            id: .tradesPerMinute,
            title: "TPM",
            unit: "trades",
            formula: "Trades of the last 60 s, where trades are subscribed",
            width: 6,
            format: .abbreviated,
            dropPriority: 9,
            sortsDescending: true,
            isSortable: true
        ),
        age(.printAge, "AGE", "Time since the last print seen"),
        age(.haltAge, "HALT", "Time since trading was halted"),
    ]

    private static func window(_ id: ColumnID, _ title: String, _ minutes: Int) -> Self {
        Self(
            id: id,
            title: title,
            unit: "shares",
            formula: "Shares of the last \(minutes) min by the clock",
            width: 7,
            format: .abbreviated,
            dropPriority: 9,
            sortsDescending: true,
            isSortable: true
        )
    }

    private static func move(_ id: ColumnID, _ title: String, _ minutes: Int) -> Self {
        Self(
            id: id,
            title: title,
            unit: "%",
            formula: "last against \(minutes) min ago by the clock, in percent",
            width: 7,
            format: .signedPercent(decimals: 2),
            dropPriority: 9,
            sortsDescending: true,
            isSortable: true
        )
    }

    private static func age(_ id: ColumnID, _ title: String, _ formula: String) -> Self {
        Self(
            id: id,
            title: title,
            unit: "s",
            formula: formula,
            width: 5,
            format: .age,
            dropPriority: 9,
            sortsDescending: false,
            isSortable: false
        )
    }

    /// A price that stands beside the table, not in it, and orders nothing.
    private static func price(_ id: ColumnID, _ title: String, _ formula: String) -> Self {
        Self(
            id: id,
            title: title,
            unit: "USD",
            formula: formula,
            width: 9,
            format: .price,
            dropPriority: 9,
            sortsDescending: true,
            isSortable: false
        )
    }

    /// The entry of a column; every ``ColumnID`` has one (tested).
    package static func of(_ id: ColumnID) -> Self? { all.first { $0.id == id } }
}
