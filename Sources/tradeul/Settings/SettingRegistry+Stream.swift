extension SettingRegistry {
    /// Symbols of the watchlist, at most.
    static let watchlistMax = 500

    static let stream: [SettingSpec] = [
        flag(
            "stream.enabled",
            \.stream.enabled,
            "Whether ticks are taken from the vendor's WebSocket; without it prices come by snapshot, every 5 s. The vendor allows one connection per account.",
            flag: nil
        ),
        flag(
            "stream.quotes",
            \.stream.quotes,
            "Whether the plan has quotes and limit-up/limit-down messages; delayed plans do not.",
            flag: nil
        ),
        integer(
            "stream.short_list",
            \.stream.shortList,
            0...1000,
            "tickers",
            "Tickers in play that are followed by the second, the first of the list shown."
        ),
        integer(
            "stream.linger_seconds",
            \.stream.lingerSeconds,
            0...3600,
            "s",
            "How long a ticker stays subscribed after it has left the list."
        ),
        integer(
            "stream.pairs_max",
            \.stream.pairsMax,
            1...20_000,
            "pairs",
            "Subscriptions at once, a topic of a ticker each; the most important fit first."
        ),
        integer(
            "stream.liveness_seconds",
            \.stream.livenessSeconds,
            15...600,
            "s",
            "Silence after which the connection counts as dead and is made anew; pings count as a sign of life."
        ),
    ]

    static let watchlist: [SettingSpec] = [
        text(
            "watchlist.symbols",
            \.watchlist.symbols,
            .symbols(max: watchlistMax),
            "Tickers that are always followed, trade by trade, and whose trades are kept: `\"AAPL, BRK.B\"`.",
            flag: nil
        )
    ]

    static let ticks: [SettingSpec] = [
        choice(
            "ticks.store",
            \.ticks.store,
            "Whose trades are kept in the history file: nobody's, the watchlist's, or also those of all tickers in play."
        ),
        integer("ticks.retention_days", \.ticks.retentionDays, 1...3650, "days", "Days for which trades are kept."),
        integer(
            "ticks.max_mb",
            \.ticks.maxMB,
            1...1_000_000,
            "MiB",
            "Room for trades in the history file; beyond it the oldest are deleted. A million takes about 110 MiB."
        ),
    ]
}
