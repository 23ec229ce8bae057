extension ColumnDescriptor {
    /// Changes and the gap.
    static let changes: [Self] =
        [
            signedPercent(
                .changePercent,
                "CHG%",
                ["change_percent", "change%", "change"],
                "(last − previous close) / previous close · 100",
                when: ColumnValidity.traded,
                from: ColumnSource.live,
                drop: 0
            ),
            usd(
                .change,
                "CHG",
                ["netchg", "change_from_close", "change_from_close_dollars"],
                "last − previous close",
                when: ColumnValidity.traded,
                from: ColumnSource.live
            ),
            multiple(
                .changeATR,
                "CHG/ATR",
                ["change_from_close_ratio"],
                "(last − previous close) / ATR",
                when: "once traded today; needs daily bars",
                from: ColumnSource.liveDaily
            ),
            signedPercent(
                .fromOpenPercent,
                "OPEN%",
                ["change_from_open"],
                "(last − open) / open · 100",
                when: ColumnValidity.opened,
                from: ColumnSource.live
            ),
            usd(
                .fromOpen,
                "FROMOPEN",
                ["change_from_open_dollars"],
                "last − open",
                when: ColumnValidity.opened,
                from: ColumnSource.live
            ),
            multiple(
                .fromOpenATR,
                "OPN/ATR",
                ["change_from_open_ratio", "change_from_open_weighted"],
                "(last − open) / ATR",
                when: "from the first regular trade on; needs daily bars",
                from: ColumnSource.liveDaily
            ),
        ]
        + [1, 2, 5, 10, 15, 30].compactMap { move($0) }
        + [
            signedPercent(
                .gapPercent,
                "GAP%",
                ["gap_percent"],
                "(open − previous close) / previous close · 100; before 09:30 the price stands in for the open",
                when: "once traded today; after 09:30 from the first regular trade on",
                from: ColumnSource.live,
                drop: 3
            ),
            usd(
                .gap,
                "GAP",
                ["gap_dollars"],
                "open − previous close; before 09:30 the price stands in for the open",
                when: "as gap%",
                from: ColumnSource.live
            ),
            multiple(
                .gapATR,
                "GAP/ATR",
                ["gap_ratio"],
                "gap / ATR",
                when: "as gap%; needs daily bars",
                from: ColumnSource.liveDaily
            ),
            percent(
                .swingPercent,
                "SWING%",
                ["swing"],
                "|gap%| + |fromopen%|: how far the day has moved and turned",
                when: ColumnValidity.opened,
                from: ColumnSource.live,
                decimals: 2,
                width: 7
            ),
        ]

    private static func move(_ minutes: Int) -> Self? {
        ColumnID(rawValue: "chg\(minutes)m").map { id in
            signedPercent(
                id,
                "CHG\(minutes)M",
                ["chg_\(minutes)min"],
                "last against \(minutes) min ago by the clock, in percent",
                when: "after \(minutes) min of watching",
                from: ColumnSource.live
            )
        }
    }

    /// The day's range, extended hours included.
    static let dayRange: [Self] = [
        usd(
            .open,
            "OPEN",
            ["rth.open"],
            "First price of the regular session",
            when: ColumnValidity.opened,
            from: ColumnSource.live
        ),
        usd(
            .high,
            "HIGH",
            ["day.high", "intraday_high"],
            "Day high, extended hours included as far as seen",
            when: ColumnValidity.traded,
            from: ColumnSource.live
        ),
        usd(
            .low,
            "LOW",
            ["day.low", "intraday_low"],
            "Day low, extended hours included as far as seen",
            when: ColumnValidity.traded,
            from: ColumnSource.live
        ),
        usd(.range, "RANGE", ["todays_range"], "high − low", when: ColumnValidity.traded, from: ColumnSource.live),
        percent(
            .rangePercent,
            "RANGE%",
            ["range_percent"],
            "(high − low) / low · 100",
            when: ColumnValidity.traded,
            from: ColumnSource.live,
            decimals: 2,
            width: 7
        ),
        percent(
            .rangeATR,
            "RNGATR%",
            ["todays_range_pct"],
            "(high − low) / ATR · 100",
            when: "once traded today; needs daily bars",
            from: ColumnSource.liveDaily
        ),
        percent(
            .rangePosition,
            "RNG%",
            ["pos_in_range", "rng%"],
            "(last − day low) / (day high − day low) · 100",
            when: "once traded today at two prices",
            from: ColumnSource.live,
            width: 5,
            drop: 6
        ),
        percent(
            .openPosition,
            "OPNPOS%",
            ["pos_of_open"],
            "(open − low) / (high − low) · 100",
            when: "from the first regular trade on, once traded at two prices",
            from: ColumnSource.live
        ),
        signedPercent(
            .fromHighPercent,
            "HOD%",
            ["price_from_intraday_high", "price_from_high"],
            "(last − high) / high · 100: 0 at the day's high",
            when: ColumnValidity.traded,
            from: ColumnSource.live
        ),
        signedPercent(
            .fromLowPercent,
            "LOD%",
            ["price_from_intraday_low", "price_from_low"],
            "(last − low) / low · 100: 0 at the day's low",
            when: ColumnValidity.traded,
            from: ColumnSource.live
        ),
        usd(.belowHigh, "BELOWHI", ["below_high"], "high − last", when: ColumnValidity.traded, from: ColumnSource.live),
        usd(.aboveLow, "ABOVELO", ["above_low"], "last − low", when: ColumnValidity.traded, from: ColumnSource.live),
        usd(
            .sessionHigh,
            "SHIGH",
            ["session_high"],
            "High of the running session",
            when: "once traded in the session, as far as seen",
            from: ColumnSource.live
        ),
        usd(
            .sessionLow,
            "SLOW",
            ["session_low"],
            "Low of the running session",
            when: "once traded in the session, as far as seen",
            from: ColumnSource.live
        ),
        flag(
            .newHigh,
            "NEWHI",
            ["newhigh"],
            "Within 0.1 % of the day's high: traded and hod% ≥ −0.1",
            when: "from 04:00 on",
            from: ColumnSource.live
        ),
        flag(
            .newLow,
            "NEWLO",
            ["newlow"],
            "Within 0.1 % of the day's low: traded and lod% ≤ 0.1",
            when: "from 04:00 on",
            from: ColumnSource.live
        ),
        usd(
            .vwap,
            "VWAP",
            [],
            "Volume-weighted average price of the day, as the vendor gives it",
            when: ColumnValidity.traded,
            from: ColumnSource.live
        ),
        signedPercent(
            .vwapPercent,
            "VWAP%",
            ["price_vs_vwap", "dist_from_vwap"],
            "(last − VWAP) / VWAP · 100",
            when: ColumnValidity.traded,
            from: ColumnSource.live
        ),
    ]
}
