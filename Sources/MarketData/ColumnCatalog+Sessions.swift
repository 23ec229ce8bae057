extension ColumnDescriptor {
    private static let watchedPre = "once traded in the pre-market, if all of it was watched"
    private static let watchedPost = "once traded after the close, if all of it was watched"
    private static let afterClose = "once traded after the close, from 3 min after it on"

    /// Pre-market, regular session, post-market.
    static let sessions: [Self] = preMarket + regularSession + postMarket

    private static let preMarket: [Self] = [
        usd(
            .preHigh,
            "PREHIGH",
            ["premarket_high"],
            "High of the pre-market",
            when: watchedPre,
            from: ColumnSource.live
        ),
        usd(.preLow, "PRELOW", ["premarket_low"], "Low of the pre-market", when: watchedPre, from: ColumnSource.live),
        amount(
            .preVolume,
            "PREVOL",
            ["premarket_volume"],
            "Volume since 04:00 before 09:30; after it the volume by 09:30",
            when: "from 04:00 on; after 09:30 if the volume by then is known",
            from: ColumnSource.slots
        ),
        amount(
            .preDollarVolume,
            "PRE$VOL",
            ["premarket_dollar_volume"],
            unit: .usd,
            "pre.vol · last; after 09:30 pre.vol · open",
            when: "as pre.vol; after 09:30 from the first regular trade on",
            from: ColumnSource.slots
        ),
        multiple(
            .preRVOL,
            "PRERVOL",
            ["premarket_rvol"],
            "RVOL before 09:30; after it the volume by 09:30 / its mean, C(65) / H(65)",
            when: "as pre.vol; needs a baseline",
            from: ColumnSource.history
        ),
        signedPercent(
            .preChangePercent,
            "PRECHG%",
            ["premarket_change_percent"],
            "chg% before 09:30; after it (open − previous close) / previous close · 100",
            when: "once traded today; after 09:30 from the first regular trade on",
            from: ColumnSource.live
        ),
        percent(
            .preRangePosition,
            "PREPOS%",
            ["pos_in_premarket_range"],
            "(last − pre-market low) / (pre-market high − low) · 100",
            when: watchedPre,
            from: ColumnSource.live
        ),
        usd(
            .belowPreHigh,
            "<PREHIGH",
            ["below_premarket_high"],
            "Pre-market high − last",
            when: watchedPre,
            from: ColumnSource.live
        ),
        usd(
            .abovePreLow,
            ">PRELOW",
            ["above_premarket_low"],
            "last − pre-market low",
            when: watchedPre,
            from: ColumnSource.live
        ),
    ]

    private static let regularSession: [Self] = [
        amount(
            .regularVolume,
            "RTHVOL",
            ["regular_volume"],
            "Volume of the regular session so far",
            when: "from 09:30 on, if the volumes by 09:30 and by the close are known",
            from: ColumnSource.slots
        ),
        usd(
            .regularHigh,
            "RTHHIGH",
            ["regular_high"],
            "High of the regular session",
            when: ColumnValidity.opened,
            from: ColumnSource.live
        ),
        usd(
            .regularLow,
            "RTHLOW",
            ["regular_low"],
            "Low of the regular session",
            when: ColumnValidity.opened,
            from: ColumnSource.live
        ),
        usd(
            .regularClose,
            "RTHCLOSE",
            ["regular_close"],
            "Price at the end of the regular session, closing auction included: the vendor's 3 min after it",
            when: "from 3 min after the close on",
            from: ColumnSource.snapshot
        ),
        signedPercent(
            .fromRegularHighPercent,
            "RTHHOD%",
            ["price_from_regular_high"],
            "(last − regular high) / regular high · 100",
            when: ColumnValidity.opened,
            from: ColumnSource.live
        ),
        signedPercent(
            .fromRegularLowPercent,
            "RTHLOD%",
            ["price_from_regular_low"],
            "(last − regular low) / regular low · 100",
            when: ColumnValidity.opened,
            from: ColumnSource.live
        ),
    ]

    private static let postMarket: [Self] = [
        amount(
            .postVolume,
            "POSTVOL",
            ["postmarket_volume"],
            "Volume since the close: volume − volume by the close",
            when: "from the close on, if the volume by then is known",
            from: ColumnSource.slots
        ),
        signedPercent(
            .postChangePercent,
            "POST%",
            ["postmarket_change_percent"],
            "(last − regular close) / regular close · 100",
            when: afterClose,
            from: ColumnSource.live
        ),
        usd(
            .postChange,
            "POSTCHG",
            ["postmarket_change_dollars"],
            "last − regular close",
            when: afterClose,
            from: ColumnSource.live
        ),
        percent(
            .postMovePercent,
            "PSTMOVE%",
            ["post.move"],
            "|post.chg%|: how far it has moved since the close, either way",
            when: afterClose,
            from: ColumnSource.live,
            decimals: 2
        ),
        usd(
            .postHigh,
            "POSTHIGH",
            ["postmarket_high"],
            "High of the post-market",
            when: watchedPost,
            from: ColumnSource.live
        ),
        usd(
            .postLow,
            "POSTLOW",
            ["postmarket_low"],
            "Low of the post-market",
            when: watchedPost,
            from: ColumnSource.live
        ),
    ]

    /// The trading day before.
    static let previousDay: [Self] =
        [
            usd(
                .previousClose,
                "PREV",
                ["d1.close", "prev_close", "previous_close"],
                "Close of the previous session",
                when: "unless it never traded before",
                from: ColumnSource.snapshot
            ),
            usd(
                .previousOpen,
                "PREVOPEN",
                ["d1.open", "prev_open"],
                "Open of the last trading day before today",
                when: "needs daily bars",
                from: ColumnSource.daily
            ),
            usd(
                .previousHigh,
                "PREVHIGH",
                ["d1.high", "prev_high"],
                "High of the last trading day before today, regular session",
                when: "needs daily bars",
                from: ColumnSource.daily
            ),
            usd(
                .previousLow,
                "PREVLOW",
                ["d1.low", "prev_low"],
                "Low of the last trading day before today, regular session",
                when: "needs daily bars",
                from: ColumnSource.daily
            ),
            amount(
                .previousVolume,
                "PREVVOL",
                ["d1.vol", "prev_day_volume"],
                "Volume of the last trading day before today",
                when: "needs daily bars",
                from: ColumnSource.daily
            ),
            signedPercent(
                .previousChangePercent,
                "PREVCHG%",
                ["d1.chg%", "change_prev_day_pct"],
                "Change of the last trading day before today against its previous close, in percent",
                when: "needs daily bars",
                from: ColumnSource.daily
            ),
            percent(
                .previousRangePosition,
                "PRVPOS%",
                ["d1.pos%", "pos_in_prev_day_range"],
                "(last − previous low) / (previous high − previous low) · 100",
                when: "needs daily bars",
                from: ColumnSource.liveDaily
            ),
        ] + pivots

    private static let pivots: [Self] = [
        pivot(.pivotPercent, "PIVOT%", ["dist_pivot"], "pivot = (previous high + low + close) / 3"),
        pivot(.resistance1Percent, "R1%", ["dist_pivot_r1"], "R1 = 2 · pivot − previous low"),
        pivot(.support1Percent, "S1%", ["dist_pivot_s1"], "S1 = 2 · pivot − previous high"),
        pivot(.resistance2Percent, "R2%", ["dist_pivot_r2"], "R2 = pivot + previous high − low"),
        pivot(.support2Percent, "S2%", ["dist_pivot_s2"], "S2 = pivot − previous high + low"),
    ]

    private static func pivot(_ id: ColumnID, _ title: String, _ aliases: [String], _ level: String) -> Self {
        signedPercent(
            id,
            title,
            aliases,
            "last against it in percent; \(level)",
            when: "needs daily bars",
            from: ColumnSource.liveDaily
        )
    }
}
