extension ColumnDescriptor {
    /// The registry: first the table's columns in their default order and what stood beside them, then the rest by family.
    package static let all: [Self] = {
        var byID: [ColumnID: Self] = [:]
        for entry in families { byID[entry.id] = entry }
        let first = inFront.compactMap { byID[$0] }
        return first + families.filter { !inFront.contains($0.id) }
    }()

    /// The entries as the catalogues have them.
    private static let families: [Self] =
        identity + quotes + volumes + relativeVolumes + changes + dayRange + sessions + previousDay + dailyRanges
        + dailyAverages + company + trading + market

    /// Columns that come first wherever columns are listed.
    private static let inFront: [ColumnID] = [
        .symbol, .last, .changePercent, .gapPercent, .rvol, .slotRVOL, .volume, .dollarVolume, .strip, .simpleRVOL,
        .rangePosition, .averageVolume, .averageVolume5, .averageVolume10, .atr, .atrPercent, .baselineDays,
        .averageDays, .previousVolume, .open, .high, .low, .previousClose, .previousHigh, .previousLow, .vwap, .bid,
        .ask, .spread, .sessionHigh, .sessionLow, .bandUpper, .bandLower, .volume1m, .volume5m, .volume15m, .volume30m,
        .change1m, .change5m, .change15m, .change30m, .tradesPerMinute, .printAge, .haltAge,
    ]

    // MARK: Kinds of entries

    /// A column of text, sorted from A to Z.
    static func text(
        _ id: ColumnID,
        _ title: String,
        _ aliases: [String] = [],
        _ formula: String,
        when validity: String,
        from source: String,
        width: Int = 8,
        drop: Int = 9
    ) -> Self {
        Self(
            id: id,
            title: title,
            aliases: aliases,
            kind: .text,
            unit: .none,
            formula: formula,
            validity: validity,
            source: source,
            width: width,
            format: .text,
            dropPriority: drop,
            sortsDescending: false
        )
    }

    /// A yes-or-no column; yes comes first.
    static func flag(
        _ id: ColumnID,
        _ title: String,
        _ aliases: [String] = [],
        _ formula: String,
        when validity: String = "always",
        from source: String
    ) -> Self {
        Self(
            id: id,
            title: title,
            aliases: aliases,
            kind: .flag,
            unit: .none,
            formula: formula,
            validity: validity,
            source: source,
            width: max(title.count, 4),
            format: .text
        )
    }

    /// A column of dollars.
    static func usd(
        _ id: ColumnID,
        _ title: String,
        _ aliases: [String] = [],
        _ formula: String,
        when validity: String,
        from source: String,
        drop: Int = 9
    ) -> Self {
        Self(
            id: id,
            title: title,
            aliases: aliases,
            unit: .usd,
            formula: formula,
            validity: validity,
            source: source,
            width: 9,
            format: .price,
            dropPriority: drop
        )
    }

    /// A column of percent with a direction.
    static func signedPercent(
        _ id: ColumnID,
        _ title: String,
        _ aliases: [String] = [],
        _ formula: String,
        when validity: String,
        from source: String,
        drop: Int = 9
    ) -> Self {
        Self(
            id: id,
            title: title,
            aliases: aliases,
            unit: .percent,
            formula: formula,
            validity: validity,
            source: source,
            width: max(title.count, 7),
            format: .signedPercent(decimals: 2),
            dropPriority: drop
        )
    }

    /// A column of percent that has no direction.
    static func percent(
        _ id: ColumnID,
        _ title: String,
        _ aliases: [String] = [],
        _ formula: String,
        when validity: String,
        from source: String,
        decimals: Int = 0,
        width: Int = 6,
        drop: Int = 9
    ) -> Self {
        Self(
            id: id,
            title: title,
            aliases: aliases,
            unit: .percent,
            formula: formula,
            validity: validity,
            source: source,
            width: max(title.count, width),
            format: .percent(decimals: decimals),
            dropPriority: drop
        )
    }

    /// A column of multiples.
    static func multiple(
        _ id: ColumnID,
        _ title: String,
        _ aliases: [String] = [],
        _ formula: String,
        when validity: String,
        from source: String,
        drop: Int = 9
    ) -> Self {
        Self(
            id: id,
            title: title,
            aliases: aliases,
            unit: .ratio,
            formula: formula,
            validity: validity,
            source: source,
            width: max(title.count, 7),
            format: .multiple(decimals: 2),
            dropPriority: drop
        )
    }

    /// A column of large numbers, written with K, M and B.
    static func amount(
        _ id: ColumnID,
        _ title: String,
        _ aliases: [String] = [],
        unit: ColumnUnit = .shares,
        _ formula: String,
        when validity: String,
        from source: String,
        width: Int = 7,
        drop: Int = 9
    ) -> Self {
        Self(
            id: id,
            title: title,
            aliases: aliases,
            unit: unit,
            formula: formula,
            validity: validity,
            source: source,
            width: max(title.count, width),
            format: .abbreviated,
            dropPriority: drop
        )
    }

    /// A column of ages, the youngest first.
    static func age(
        _ id: ColumnID,
        _ title: String,
        _ aliases: [String] = [],
        _ formula: String,
        when validity: String,
        from source: String
    ) -> Self {
        Self(
            id: id,
            title: title,
            aliases: aliases,
            unit: .seconds,
            formula: formula,
            validity: validity,
            source: source,
            width: 5,
            format: .age,
            sortsDescending: false
        )
    }
}

/// Where columns come from, in the registry's words.
enum ColumnSource {
    static let snapshot = "snapshot"
    static let live = "snapshot, stream"
    static let stream = "stream"
    static let slots = "snapshot, slots"
    static let history = "snapshot, slot history"
    static let daily = "daily bars"
    static let liveDaily = "snapshot, daily bars"
    static let reference = "reference data"
    static let clock = "clock"
}

/// When columns have a value, in the registry's words.
enum ColumnValidity {
    static let traded = "once traded today"
    static let opened = "from the first regular trade on"
    static let baseline = "once traded today; needs a baseline"
    static let reference = "needs reference data"
    static let priced = "needs a price"
}
