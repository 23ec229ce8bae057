extension ColumnDescriptor {
    /// What a ticker is.
    static let identity: [Self] = [
        text(
            .symbol,
            "SYM",
            ["sym", "ticker"],
            "Ticker symbol in the vendor's form",
            when: "always",
            from: ColumnSource.snapshot,
            drop: 0
        ),
        text(
            .name,
            "NAME",
            ["company", "company_name"],
            "Company or fund name",
            when: ColumnValidity.reference,
            from: ColumnSource.reference,
            width: 20
        ),
        text(
            .type,
            "TYPE",
            ["security_type", "securitytype"],
            "Vendor type: CS common stock, ADRC depositary receipt, ETF, PFD preferred, WARRANT, UNIT, …",
            when: ColumnValidity.reference,
            from: ColumnSource.reference,
            width: 7
        ),
        text(
            .exchange,
            "EXCH",
            ["exchange", "mic"],
            "Listing exchange as a MIC: XNAS, XNYS, ARCX, XASE, BATS",
            when: ColumnValidity.reference,
            from: ColumnSource.reference,
            width: 5
        ),
        text(
            .sector,
            "SECTOR",
            [],
            "Sector",
            when: ColumnValidity.reference,
            from: ColumnSource.reference,
            width: 14
        ),
        text(
            .industry,
            "INDUSTRY",
            [],
            "Industry",
            when: ColumnValidity.reference,
            from: ColumnSource.reference,
            width: 20
        ),
        text(
            .country,
            "CTRY",
            [],
            "Country of the company, two letters",
            when: ColumnValidity.reference,
            from: ColumnSource.reference,
            width: 4
        ),
    ]

    /// Price and quote.
    static let quotes: [Self] = [
        usd(
            .last,
            "LAST",
            ["last", "p"],
            "Last trade; without one the minute's close, the day's close, the previous close",
            when: "always, except for what never traded",
            from: ColumnSource.live,
            drop: 0
        ),
        usd(
            .bid,
            "BID",
            [],
            "Best bid: of the last quote where quotes are followed, else of the last snapshot",
            when: "while there is a bid",
            from: ColumnSource.live
        ),
        usd(
            .ask,
            "ASK",
            [],
            "Best ask: of the last quote where quotes are followed, else of the last snapshot",
            when: "while there is an offer",
            from: ColumnSource.live
        ),
        amount(
            .bidSize,
            "BIDSZ",
            ["bid_size", "sizeb"],
            "Size at the best bid, as the vendor sends it",
            when: "while there is a bid",
            from: ColumnSource.live
        ),
        amount(
            .askSize,
            "ASKSZ",
            ["ask_size", "sizea"],
            "Size at the best ask, as the vendor sends it",
            when: "while there is an offer",
            from: ColumnSource.live
        ),
        multiple(
            .quoteRatio,
            "BID/ASK",
            ["bid_ask_ratio"],
            "Bid size / ask size",
            when: "while both sizes are known",
            from: ColumnSource.live
        ),
        usd(.spread, "SPREAD", [], "Ask − bid", when: "unless the market is crossed", from: ColumnSource.live),
        percent(
            .spreadPercent,
            "SPRD%",
            ["spread_percent"],
            "(ask − bid) / (their mean) · 100",
            when: "unless the market is crossed",
            from: ColumnSource.live,
            decimals: 2
        ),
        percent(
            .quoteDistance,
            "NBBO%",
            ["distance_from_nbbo"],
            "How far the price lies outside bid and ask, in percent of the nearer one; 0 between them",
            when: "while there are bid and ask, unless crossed",
            from: ColumnSource.live,
            decimals: 2
        ),
        usd(
            .decimal,
            "CENTS",
            [],
            "What the price has behind its whole dollars",
            when: ColumnValidity.priced,
            from: ColumnSource.live
        ),
        age(
            .printAge,
            "AGE",
            ["print_age"],
            "Time since the last print seen",
            when: ColumnValidity.traded,
            from: ColumnSource.live
        ),
    ]

    /// What trading itself is like.
    static let trading: [Self] = [
        amount(
            .tradesPerMinute,
            "TPM",
            ["trades_per_minute"],
            unit: .trades,
            "Trades of the last 60 s, where trades are subscribed",
            when: "while its trades are followed, from the first full minute on",
            from: ColumnSource.stream,
            width: 6
        ),
        amount(
            .trades,
            "TRADES",
            ["trades_today"],
            unit: .trades,
            "Trades since 04:00 ET",
            when: "while they are known from the day's beginning",
            from: ColumnSource.slots
        ),
        Self(
            id: .tradesZScore,
            title: "TRZ",
            aliases: ["trades_z_score", "trades_z", "z"],
            unit: .deviations,
            formula: "(trades − mean trades by this time of day) / their standard deviation, over the lookback days",
            validity: "while trades are known and enough lookback days have them",
            source: ColumnSource.history,
            width: 6,
            format: .multiple(decimals: 2)
        ),
        usd(
            .bandUpper,
            "LULD UP",
            ["luld_up"],
            "Upper limit band",
            when: "while bands are followed",
            from: ColumnSource.stream
        ),
        usd(
            .bandLower,
            "LULD DN",
            ["luld_down"],
            "Lower limit band",
            when: "while bands are followed",
            from: ColumnSource.stream
        ),
        age(
            .haltAge,
            "HALT",
            ["halt_age"],
            "Time since trading was halted",
            when: "while halted",
            from: ColumnSource.stream
        ),
        flag(
            .halted,
            "HALTED",
            ["is_halted"],
            "Trading is halted or paused, as far as the stream has told",
            from: ColumnSource.stream
        ),
        flag(
            .limitState,
            "LIMIT",
            ["limit_state"],
            "Bid or offer stands at a limit band",
            from: ColumnSource.stream
        ),
        flag(.traded, "TRADED", ["traded_today"], "There was a trade today", from: ColumnSource.live),
        flag(
            .thin,
            "THIN",
            ["thin_baseline"],
            "RVOL was divided by its floor: the stock hardly ever trades at this time",
            when: "while there is an RVOL",
            from: ColumnSource.history
        ),
        flag(.streamed, "STREAM", ["live"], "Events of the stream arrive for it", from: ColumnSource.stream),
    ]

    /// The market around a ticker.
    static let market: [Self] = [
        Self(
            id: .minutesSinceOpen,
            title: "MIN",
            aliases: ["minutes_since_open"],
            unit: .minutes,
            formula: "Minutes since 09:30 ET, negative before; the same for all",
            validity: "always",
            source: ColumnSource.clock,
            width: 6,
            format: .abbreviated
        ),
        signedPercent(
            .spyChangePercent,
            "SPY%",
            ["spy_chg_today"],
            "Change % of SPY; the same for all",
            when: "once SPY traded today",
            from: ColumnSource.live
        ),
        signedPercent(
            .spyChange5m,
            "SPY5M",
            ["spy_chg_5min"],
            "SPY's change of the last 5 minutes; the same for all",
            when: "after 5 minutes of watching",
            from: ColumnSource.live
        ),
        signedPercent(
            .versusSPYPercent,
            "VSSPY%",
            ["chg_vs_spy", "rs%"],
            "chg% − SPY's chg%, percentage points",
            when: "once it and SPY traded today",
            from: ColumnSource.live
        ),
        signedPercent(
            .versusSPY5m,
            "VSSPY5M",
            ["chg5m_vs_spy", "rs5m"],
            "chg5m − SPY's chg5m, percentage points",
            when: "after 5 minutes of watching",
            from: ColumnSource.live
        ),
    ]
}
