extension ColumnDescriptor {
    /// Volumes.
    static let volumes: [Self] =
        [
            amount(
                .volume,
                "VOL",
                ["v", "volume", "volume_today"],
                "Shares traded since 04:00 ET",
                when: "from 04:00 on; 0 before the first trade",
                from: ColumnSource.live,
                drop: 1
            ),
            amount(
                .dollarVolume,
                "$VOL",
                ["dollar_volume"],
                unit: .usd,
                "last · volume",
                when: "from 04:00 on",
                from: ColumnSource.live,
                drop: 4
            ),
            amount(
                .minuteVolume,
                "MINVOL",
                ["minute_volume"],
                "Shares of the newest minute with trades so far",
                when: ColumnValidity.traded,
                from: ColumnSource.snapshot
            ),
            percent(
                .volumePercent,
                "VOL%",
                ["volume_today_pct"],
                "volume / average daily volume (10 days) · 100",
                when: "from 04:00 on; needs daily bars",
                from: ColumnSource.liveDaily
            ),
            percent(
                .previousVolumePercent,
                "PRVVOL%",
                ["volume_yesterday_pct"],
                "Volume of the day before / average daily volume (10 days) · 100",
                when: "needs daily bars",
                from: ColumnSource.daily
            ),
            average(
                .averageVolume,
                "AVGVOL",
                ["avg_volume", "avg_volume_30d"],
                "Mean daily volume over up to 30 stored days",
                drop: 8
            ),
            average(
                .averageVolume5,
                "AVGV5",
                ["avg_volume_5d", "d5.avgvol"],
                "Mean daily volume over the last 5 days with trades"
            ),
            average(
                .averageVolume10,
                "AVGV10",
                ["avg_volume_10d", "d10.avgvol"],
                "Mean daily volume over the last 10 days with trades"
            ),
            average(
                .averageVolume20,
                "AVGV20",
                ["avg_volume_20d", "d20.avgvol"],
                "Mean daily volume over 20 days; missing with fewer"
            ),
            average(
                .averageVolume3m,
                "AVGV3M",
                ["avg_volume_3m"],
                "Mean daily volume over 63 days; missing with fewer"
            ),
            amount(
                .averageDays,
                "AVGD",
                ["avg_days"],
                unit: .days,
                "Days behind the average volume, at most 30",
                when: "always",
                from: ColumnSource.daily,
                width: 4
            ),
            amount(
                .averageDollarVolume,
                "AVG$VOL",
                ["avg_dollar_volume"],
                unit: .usd,
                "Mean of close · volume over 20 days; missing with fewer",
                when: "needs daily bars",
                from: ColumnSource.daily
            ),
            amount(
                .pace,
                "PACE",
                ["projected_volume"],
                "The day's volume if it goes on like this: volume · H(20:00) / H(now), H the mean volume by that time",
                when: "once traded today; needs a baseline above 0 by now",
                from: ColumnSource.history
            ),
        ]
        + [1, 5, 10, 15, 30].flatMap { windows($0) }

    private static func average(
        _ id: ColumnID,
        _ title: String,
        _ aliases: [String],
        _ formula: String,
        drop: Int = 9
    ) -> Self {
        amount(id, title, aliases, formula, when: "needs daily bars", from: ColumnSource.daily, drop: drop)
    }

    /// Shares of a window, and what share of an average day's that is.
    private static func windows(_ minutes: Int) -> [Self] {
        guard let id = ColumnID(rawValue: "vol\(minutes)m"), let percentID = ColumnID(rawValue: "vol\(minutes)m%")
        else {
            return []
        }
        let validity = "after \(minutes) min of watching"
        return [
            amount(
                id,
                "VOL\(minutes)M",
                ["vol_\(minutes)min"],
                "Shares of the last \(minutes) min by the clock",
                when: validity,
                from: ColumnSource.live
            ),
            percent(
                percentID,
                "V\(minutes)M%",
                ["vol_\(minutes)min_pct"],
                "vol\(minutes)m / average daily volume (10 days) · 390 / \(minutes) · 100: 100 is an average day's pace",
                when: validity + "; needs daily bars",
                from: ColumnSource.liveDaily
            ),
        ]
    }

    /// Relative volume.
    static let relativeVolumes: [Self] = [
        multiple(
            .rvol,
            "RVOL",
            ["rv", "relative_volume"],
            "Volume since 04:00 ET / mean volume by this time of day over the lookback days; mode regular: SLOT",
            when: ColumnValidity.baseline,
            from: ColumnSource.history,
            drop: 0
        ),
        multiple(
            .slotRVOL,
            "SLOT",
            ["rvol5", "rv5", "rvol_slot"],
            "Volume of this five-minute slot / mean volume of the same slot, pro-rated by the time elapsed",
            when: ColumnValidity.baseline,
            from: ColumnSource.history,
            drop: 2
        ),
        multiple(
            .previousSlotRVOL,
            "SLOT-1",
            ["rvol_slot1"],
            "Volume of the five-minute slot that ended last / mean volume of the same slot",
            when: "from 04:05 on; needs a baseline and that slot's volume",
            from: ColumnSource.history
        ),
        multiple(
            .highestSlotRVOL,
            "SLOTMAX",
            ["rvol_max10"],
            "Largest slot RVOL of the last 10 slots that ended",
            when: "from 04:05 on; needs a baseline and all of those slots' volumes",
            from: ColumnSource.history
        ),
        multiple(
            .simpleRVOL,
            "SRVOL",
            ["simple_rvol"],
            "Volume / average daily volume (30 days)",
            when: "from 04:00 on; needs daily bars",
            from: ColumnSource.liveDaily,
            drop: 7
        ),
        amount(
            .baselineDays,
            "DAYS",
            ["baseline_days"],
            unit: .days,
            "Lookback days behind RVOL: trading days on which the symbol traded, at most the setting",
            when: "always",
            from: "slot history",
            width: 4
        ),
        Self(
            id: .strip,
            title: "RVOL BY SLOT",
            kind: .strip,
            unit: .ratio,
            formula: "Slot RVOL of the last slots, newest at the right",
            validity: "shown only",
            source: ColumnSource.history,
            width: 12,
            format: .strip,
            dropPriority: 5,
            isSortable: false
        ),
    ]
}
