extension ColumnDescriptor {
    /// ATR, changes over days, ranges over days.
    static let dailyRanges: [Self] =
        [
            usd(
                .atr,
                "ATR",
                ["atr14"],
                "Average true range over 14 days (Wilder), from daily bars before today",
                when: "needs 15 daily bars",
                from: ColumnSource.daily
            ),
            percent(
                .atrPercent,
                "ATR%",
                ["atr_percent", "daily_atr_percent"],
                "ATR / last · 100",
                when: "needs 15 daily bars",
                from: ColumnSource.liveDaily,
                decimals: 1
            ),
            percent(
                .atrUsed,
                "ATRUSED%",
                ["atr_used"],
                "How much of its ATR the day has run: (high − previous close) / ATR · 100, when down (previous close − low)",
                when: "once traded today; needs 15 daily bars",
                from: ColumnSource.liveDaily
            ),
        ]
        + [3, 5, 10, 20].compactMap { change(days: $0) }
        + [
            signedPercent(
                .change1yPercent,
                "CHG1Y%",
                ["change_1y"],
                "last against the close 252 trading days ago, in percent",
                when: "needs 252 daily bars",
                from: ColumnSource.liveDaily
            )
        ]
        + [5, 10, 20].compactMap { range(days: $0) }
        + [
            position(.position5d, "POS5D%", ["d5.pos%", "pos_in_5d_range"], "5 days"),
            position(.position10d, "POS10D%", ["d10.pos%", "pos_in_10d_range"], "10 days"),
            position(.position20d, "POS20D%", ["d20.pos%", "pos_in_20d_range"], "20 days"),
            position(.position3m, "POS3M%", ["pos_in_3m_range"], "63 days"),
            position(.position52w, "POS52W%", ["pos_in_52w_range"], "252 days"),
        ] + year

    private static let year: [Self] = [
        usd(
            .high52w,
            "HIGH52W",
            ["high_52w"],
            "Highest of today and the last 252 days",
            when: "needs 200 daily bars",
            from: ColumnSource.liveDaily
        ),
        usd(
            .low52w,
            "LOW52W",
            ["low_52w"],
            "Lowest of today and the last 252 days",
            when: "needs 200 daily bars",
            from: ColumnSource.liveDaily
        ),
        signedPercent(
            .fromHigh52wPercent,
            "HI52W%",
            ["from_52w_high"],
            "(last − 52-week high) / 52-week high · 100",
            when: "needs 200 daily bars",
            from: ColumnSource.liveDaily
        ),
        signedPercent(
            .fromLow52wPercent,
            "LO52W%",
            ["from_52w_low"],
            "(last − 52-week low) / 52-week low · 100",
            when: "needs 200 daily bars",
            from: ColumnSource.liveDaily
        ),
    ]

    private static func change(days: Int) -> Self? {
        ColumnID(rawValue: "chg\(days)d%").map { id in
            signedPercent(
                id,
                "CHG\(days)D%",
                ["change_\(days)d", "d\(days).chg%"],
                "last against the close \(days) trading days ago, in percent",
                when: "needs \(days) daily bars",
                from: ColumnSource.liveDaily
            )
        }
    }

    private static func range(days: Int) -> Self? {
        ColumnID(rawValue: "range\(days)d").map { id in
            usd(
                id,
                "RANGE\(days)D",
                ["range_\(days)d", "d\(days).range"],
                "Highest − lowest of today and the last \(days) days",
                when: "needs \(days) daily bars",
                from: ColumnSource.liveDaily
            )
        }
    }

    private static func position(_ id: ColumnID, _ title: String, _ aliases: [String], _ days: String) -> Self {
        percent(
            id,
            title,
            aliases,
            "Where the price stands between lowest (0) and highest (100) of today and the last \(days)",
            when: "needs that many daily bars, 200 for 252",
            from: ColumnSource.liveDaily
        )
    }

    /// Moving averages and what else comes from closes.
    static let dailyAverages: [Self] =
        [5, 10, 20, 50, 200].compactMap { average(days: $0) }
        + [5, 10, 20, 50, 200].compactMap { fromAverage(days: $0) }
        + [
            Self(
                id: .rsi14,
                title: "RSI",
                aliases: ["rsi", "daily_rsi", "rsi_14"],
                unit: .count,
                formula: "RSI over 14 days (Wilder) with the price as today's close",
                validity: "needs 15 daily bars; missing where nothing moved in them",
                source: ColumnSource.liveDaily,
                width: 5,
                format: .percent(decimals: 0)
            ),
            Self(
                id: .upDays,
                title: "UPDAYS",
                aliases: ["consecutive_days_up"],
                unit: .days,
                formula: "Days in a row that closed higher, or lower (negative), up to the day before",
                validity: "needs 2 daily bars",
                source: ColumnSource.daily,
                width: 6,
                format: .abbreviated
            ),
        ]

    private static func average(days: Int) -> Self? {
        ColumnID(rawValue: "sma\(days)").map { id in
            usd(
                id,
                "SMA\(days)",
                ["daily_sma_\(days)"],
                "Mean of the price and the last \(days - 1) closes",
                when: "needs \(days - 1) daily bars",
                from: ColumnSource.liveDaily
            )
        }
    }

    private static func fromAverage(days: Int) -> Self? {
        ColumnID(rawValue: "sma\(days)%").map { id in
            signedPercent(
                id,
                "SMA\(days)%",
                ["dist_daily_sma_\(days)"],
                "(last − sma\(days)) / sma\(days) · 100",
                when: "needs \(days - 1) daily bars",
                from: ColumnSource.liveDaily
            )
        }
    }

    /// The company behind the ticker.
    static let company: [Self] = [
        amount(
            .marketCap,
            "MCAP",
            ["cap", "market_cap", "marketcap"],
            unit: .usd,
            "Market capitalisation",
            when: ColumnValidity.reference,
            from: ColumnSource.reference
        ),
        amount(
            .floatShares,
            "FLOAT",
            ["flt", "free_float", "float_shares"],
            "Shares that trade freely",
            when: ColumnValidity.reference,
            from: ColumnSource.reference
        ),
        amount(
            .sharesOutstanding,
            "SHARES",
            ["shares_outstanding"],
            "Shares outstanding",
            when: ColumnValidity.reference,
            from: ColumnSource.reference
        ),
        percent(
            .floatPercent,
            "FLOAT%",
            ["float_percent"],
            "float / shares outstanding · 100",
            when: "needs reference data; missing where the float exceeds the shares",
            from: ColumnSource.reference,
            decimals: 1
        ),
        multiple(
            .floatTurnover,
            "TURNOVR",
            ["float_turnover", "float_rotation"],
            "volume / float: how many times the float has changed hands today",
            when: "from 04:00 on; needs reference data",
            from: "snapshot, reference data"
        ),
        flag(
            .etf,
            "ETF",
            ["is_etf"],
            "An exchange-traded product: type ETF, ETN, ETV or ETS",
            when: ColumnValidity.reference,
            from: ColumnSource.reference
        ),
    ]
}
