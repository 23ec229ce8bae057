import Analytics
import EngineAPI
import MarketData
import MarketTime

extension ScanRanking {
    /// Relative volume of the last slots, oldest first, row after row.
    static func strips(
        _ rows: [Int],
        count: Int,
        _ universe: borrowing Universe,
        _ slots: borrowing DaySlots,
        _ baseline: borrowing Baseline,
        _ progress: DayProgress
    ) -> [Float] {
        guard count > 0 else { return [] }
        var cells: [Float] = []
        cells.reserveCapacity(rows.count * count)
        let newest = min(progress.completedSlots, Slot.count - 1)
        for row in rows {
            for slot in (newest - count + 1)...newest {
                if slot < 0 {
                    cells.append(.nan)
                } else if slot < progress.completedSlots {
                    cells.append(Float(RelativeVolume.slot(slot, row: row, slots: slots, baseline: baseline)))
                } else if progress.fraction * Double(Slot.seconds) < RelativeVolume.youngestSlotSeconds {
                    cells.append(.nan)
                } else {
                    let value = RelativeVolume.slotInProgress(
                        volume: universe.volume[row],
                        row: row,
                        slots: slots,
                        baseline: baseline,
                        at: progress
                    )
                    cells.append(Float(value))
                }
            }
        }
        return cells
    }

    /// What a search finds among all ranks, which must be in order.
    func find(_ request: FindRequest, _ universe: borrowing Universe) -> FoundSymbol? {
        let wanted = request.text.uppercased()
        guard !wanted.isEmpty, !entries.isEmpty else { return nil }
        if let exact = exactMatch(wanted, request, universe) { return exact }
        let count = entries.count
        var containing: FoundSymbol?
        // -1 stands before the top: backwards from there is the end.
        let start = request.backwards ? max(request.fromRank, 0) : request.fromRank
        for step in 1...count {
            let offset = request.backwards ? -step : step
            let rank = ((start % count + offset) % count + count) % count
            let symbol = universe.symbols[Int(entries[rank].row)]
            let text = symbol.text.uppercased()
            if text.hasPrefix(wanted) { return FoundSymbol(symbol: symbol, rank: rank) }
            if containing == nil, text.contains(wanted) { containing = FoundSymbol(symbol: symbol, rank: rank) }
        }
        return containing
    }

    /// The symbol that is the text itself, unless the search is already among those that begin with it.
    ///
    /// One-letter symbols would drown otherwise: nearly every other symbol of their letter ranks before them.
    private func exactMatch(_ wanted: String, _ request: FindRequest, _ universe: borrowing Universe) -> FoundSymbol? {
        guard let symbol = Symbol(wanted), let row = universe.id(of: symbol)?.row,
            let rank = entries.firstIndex(where: { Int($0.row) == row })
        else {
            return nil
        }
        if entries.indices.contains(request.fromRank) {
            let current = universe.symbols[Int(entries[request.fromRank].row)].text.uppercased()
            if current.hasPrefix(wanted) { return nil }
        }
        return FoundSymbol(symbol: symbol, rank: rank)
    }
}
