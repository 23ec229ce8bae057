import MarketData

extension ColumnID {
    /// The columns of the table.
    ///
    /// What else the registry has stands in the selected ticker's panel and in the sort menu.
    static let inTable: [ColumnID] = [
        .symbol, .last, .changePercent, .gapPercent, .rvol, .slotRVOL, .volume, .dollarVolume, .strip, .simpleRVOL,
        .rangePosition, .averageVolume,
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

    /// The registry's other columns, in its order, but those that have a line of their own in the panel.
    static let inPanelOnly = all.filter {
        !ColumnID.inTable.contains($0.id) && !ColumnID.inPanelLines.contains($0.id) && $0.format != .text
            && $0.format != .strip
    }
}
