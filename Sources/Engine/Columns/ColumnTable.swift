import Analytics
import EngineAPI
import MarketData
import MarketTime

/// What a ``ColumnTable`` works from, for the length of one step.
///
/// Let go of it before the universe changes: while it lives, a change copies the column.
struct ColumnContext: Sendable {
    /// What formulas read.
    let inputs: ColumnInputs
    /// ``EngineCore/dataVersion`` of those inputs.
    let dataVersion: UInt64
}

extension EngineCore {
    /// The columns as they stand, for ``ColumnTable``.
    func columnContext(now: Instant, session: MarketSession) -> ColumnContext {
        let day = calendar.day(tradingDay ?? NewYork.wall(at: now).day)
        // A bar that ends with a slot tells nothing of the next one.
        let streamed = Instant(nanoseconds: max(stream.watermark, stream.barsUpTo) - 1)
        let inputs = ColumnInputs(
            universe: universe,
            slots: slots,
            baseline: relativeVolume.baseline,
            progress: progress,
            streamedSlots: stream.watermark > 0 ? DayProgress(of: day.date, at: streamed).completedSlots : 0,
            day: day,
            session: session,
            now: now,
            rvolFloor: settings.floorShares
        )
        return ColumnContext(inputs: inputs, dataVersion: dataVersion)
    }
}

/// The columns somebody has asked for, worked out on first use and kept until the data change.
///
/// A column nobody asks for costs nothing; one not asked for over ``versionsKept`` data versions is dropped.
struct ColumnTable: Sendable {
    /// Data versions a column outlives its last use.
    static let versionsKept: UInt64 = 200

    private struct Entry: Sendable {
        var values: [Double]
        var dataVersion: UInt64
        /// Second of market time, of columns that go by it; 0 for the others.
        var second: Int64
        var asked: UInt64
    }

    private var entries: [ColumnID: Entry] = [:]
    private var symbols = TextColumn()
    private var symbolsAsked: UInt64 = 0
    private var swept: UInt64 = 0

    init() {}

    /// Columns held in memory of their own.
    var heldCount: Int { entries.count + (symbols.codes.isEmpty ? 0 : 1) }

    /// A column's numbers, one per row; NaN is missing, flags are 0 or 1, columns of text are missing throughout.
    mutating func numbers(_ id: ColumnID, _ context: ColumnContext) -> [Double] {
        if let stored = ColumnFormulas.stored(id, context.inputs.universe) { return stored }
        sweep(context.dataVersion)
        let second = Self.goesByTheClock(id) ? context.inputs.now.seconds : 0
        let version = context.dataVersion
        if let known = entries[id], known.dataVersion == version, known.second == second {
            entries[id]?.asked = version
            return known.values
        }
        let values = ColumnFormulas.numbers(id, context.inputs)
        entries[id] = Entry(values: values, dataVersion: version, second: second, asked: version)
        return values
    }

    /// One row's number of a column, as ``numbers(_:_:)`` would tell it; a column that is not stored as it is is worked out
    /// for all rows and kept.
    mutating func number(_ id: ColumnID, row: Int, _ context: ColumnContext) -> Double {
        if id == .strip || ColumnDescriptor.of(id)?.kind == .text { return .nan }
        let column = ColumnFormulas.stored(id, context.inputs.universe) ?? numbers(id, context)
        return row < column.count ? column[row] : .nan
    }

    /// A column's texts; nil for columns of numbers.
    mutating func text(_ id: ColumnID, _ context: ColumnContext) -> TextColumn? {
        sweep(context.dataVersion)
        guard id == .symbol else { return ColumnFormulas.texts(id, context.inputs.universe) }
        symbolsAsked = context.dataVersion
        for row in symbols.codes.count..<max(symbols.codes.count, context.inputs.count) {
            symbols.append(context.inputs.universe.symbols[row].text)
        }
        return symbols
    }

    /// Whether a column moves without any data.
    private static func goesByTheClock(_ id: ColumnID) -> Bool {
        id == .printAge || id == .haltAge || id == .minutesSinceOpen
    }

    /// Drops what nobody has asked for in a while.
    private mutating func sweep(_ version: UInt64) {
        guard version != swept else { return }
        swept = version
        entries = entries.filter { version &- $0.value.asked <= Self.versionsKept }
        if version &- symbolsAsked > Self.versionsKept { symbols = TextColumn() }
    }
}
