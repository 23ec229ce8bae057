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

    /// The columns asked for, whatever the screen's width: a change of size then needs no new answer.
    static let queried = ColumnDescriptor.all.map(\.id).filter { $0 != .symbol && $0 != .strip }
}

extension ColumnDescriptor {
    /// The table's columns, from left to right.
    static let inTable = ColumnID.inTable.compactMap { of($0) }

    /// The columns of a table with room to spare, from left to right.
    static let inWideTable = ColumnID.inWideTable.compactMap { of($0) }
}
