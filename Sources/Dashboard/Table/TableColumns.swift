import MarketData

extension ColumnID {
    /// The columns of the table.
    ///
    /// What else the registry has stands in the selected ticker's panel and in the sort menu.
    static let inTable: [ColumnID] = [
        .symbol, .last, .changePercent, .gapPercent, .rvol, .slotRVOL, .volume, .dollarVolume, .strip, .simpleRVOL,
        .rangePosition, .averageVolume,
    ]

    /// The columns of a table with room to spare.
    static let inWideTable: [ColumnID] = [
        .symbol, .last, .changePercent, .change5m, .gapPercent, .rvol, .slotRVOL, .volume, .dollarVolume, .strip,
        .simpleRVOL, .rangePosition, .averageVolume, .printAge,
    ]

    /// Columns that have lines of their own in the selected ticker's panel.
    static let inPanelLines: Set<ColumnID> = [
        .averageVolume5, .averageVolume10, .averageDays, .atr, .atrPercent, .baselineDays, .previousVolume,
        .previousHigh, .previousLow,
    ]

    /// Columns that table, header and panel show of any list, whatever the screen's width: a change of size then needs
    /// no new answer.
    private static let always: [ColumnID] = {
        let table = inTable + inWideTable + inPanelLines.sorted { $0.rawValue < $1.rawValue } + LiveFigures.columns
        var seen: Set<ColumnID> = [.symbol, .strip]
        return table.filter { seen.insert($0).inserted }
    }()

    /// The columns asked for where a list or the trader wants these.
    static func queried(with wanted: [ColumnID]) -> [ColumnID] {
        var seen = Set(always).union([.symbol, .strip])
        return always + wanted.filter { seen.insert($0).inserted }
    }
}

extension ColumnDescriptor {
    /// The table's columns, from left to right.
    static let inTable = ColumnID.inTable.compactMap { of($0) }

    /// The columns of a table with room to spare, from left to right.
    static let inWideTable = ColumnID.inWideTable.compactMap { of($0) }
}
