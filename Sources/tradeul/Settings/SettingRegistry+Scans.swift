extension SettingRegistry {
    static let scans: [SettingSpec] = [
        flag(
            "scans.store",
            \.scans.store,
            "Whether who was on which list is kept in the history file, with the reasons.",
            flag: nil
        ),
        integer("scans.keep_days", \.scans.keepDays, 1...3650, "days", "Days for which that is kept."),
        integer(
            "scans.max_mb",
            \.scans.maxMB,
            1...1_000_000,
            "MiB",
            "Room for it in the history file; beyond it the oldest is deleted."
        ),
        flag(
            "scans.socket",
            \.scans.socket,
            "Whether a running dashboard answers `tradeul scan` of the same user on this machine.",
            flag: nil
        ),
    ]

    static let reference: [SettingSpec] = [
        flag(
            "reference.enabled",
            \.reference.enabled,
            "Whether names, types, floats, market capitalisations and sectors are fetched, once per trading day.",
            flag: nil
        ),
        url(
            "reference.fmp_url",
            \.reference.fmpURL,
            ["http", "https"],
            "Address of Financial Modeling Prep, whose key is in FMP_API_KEY.",
            flag: nil
        ),
        integer(
            "reference.calls_per_minute",
            \.reference.callsPerMinute,
            1...10_000,
            "calls",
            "Most questions a minute to it: what the plan allows, less what other programs need."
        ),
    ]
}
