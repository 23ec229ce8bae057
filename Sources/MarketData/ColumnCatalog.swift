extension ColumnDescriptor {
    /// The registry, in the table's default order.
    package static let all: [Self] = [
        Self(
            id: .symbol,
            title: "SYM",
            aliases: ["sym", "ticker"],
            kind: .text,
            unit: .none,
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
            aliases: ["last", "p"],
            unit: .usd,
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
            unit: .percent,
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
            unit: .percent,
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
            unit: .ratio,
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
            unit: .ratio,
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
            unit: .shares,
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
            unit: .usd,
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
            kind: .strip,
            unit: .ratio,
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
            unit: .ratio,
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
            unit: .percent,
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
            unit: .shares,
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
            unit: .shares,
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
            unit: .shares,
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
            unit: .usd,
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
            unit: .percent,
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
            unit: .days,
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
            unit: .days,
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
            unit: .shares,
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
            unit: .trades,
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
            unit: .shares,
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
            unit: .percent,
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
            unit: .seconds,
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
            unit: .usd,
            formula: formula,
            width: 9,
            format: .price,
            dropPriority: 9,
            sortsDescending: true,
            isSortable: false
        )
    }
}
