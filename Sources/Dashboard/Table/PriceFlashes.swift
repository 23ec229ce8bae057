import EngineAPI
import MarketData
package import MarketTime

/// Prices that have just changed, so that their new digits stand out for a moment.
///
/// Holds the rows on the screen and the panel's quote only, whatever streams in.
package struct PriceFlashes: Hashable, Sendable {
    /// How long a change stands out, ms of the trader's time.
    static let milliseconds = 400.0

    /// The same in ms of market time.
    private let lifeMilliseconds: Int64

    /// None yet, in a market that runs so many times as fast as the trader's time.
    init(pace: Double) { lifeMilliseconds = Int64(Self.milliseconds * pace) }

    /// One changed price.
    struct Change: Hashable, Sendable {
        /// What it was, USD.
        var old: Double
        /// What it is, USD.
        var new: Double
        /// When it looks like any other again.
        var until: Instant

        /// Whether it rose.
        var isUp: Bool { new > old }
    }

    private struct Key: Hashable {
        var symbol: Symbol
        var column: ColumnID
    }

    private var changes: [Key: Change] = [:]

    /// Whether nothing stands out.
    package var isEmpty: Bool { changes.isEmpty }
    /// How many prices stand out.
    package var count: Int { changes.count }
    /// When the first of them ends; nil when there is none.
    package var endsAt: Instant? { changes.values.map(\.until).min() }

    /// The change of a price; nil when it does not stand out.
    func change(of symbol: Symbol, _ column: ColumnID) -> Change? {
        changes.isEmpty ? nil : changes[Key(symbol: symbol, column: column)]
    }

    /// Ends what has ended; a clock set back ends everything.
    mutating func advance(to now: Instant) {
        guard !changes.isEmpty else { return }
        let latest = now.adding(milliseconds: lifeMilliseconds)
        changes = changes.filter { now < $0.value.until && $0.value.until <= latest }
    }

    /// Forgets everything.
    mutating func clear() { changes = [:] }

    /// Compares the answer on the screen with the next one, for some of its rows and for the panel's ticker.
    mutating func compare(
        _ old: ScanResult,
        _ new: ScanResult,
        visible: Range<Int>,
        selected: Symbol?,
        now: Instant
    ) {
        let before = Dictionary(old.symbols.enumerated().map { ($1, $0) }) { first, _ in first }
        var kept: [Key: Change] = [:]
        let until = now.adding(milliseconds: lifeMilliseconds)
        func look(_ column: ColumnID, _ index: Int) {
            let symbol = new.symbols[index]
            let key = Key(symbol: symbol, column: column)
            if let running = changes[key] { kept[key] = running }
            guard let oldIndex = before[symbol] else { return }
            let (was, price) = (old.value(column, oldIndex), new.value(column, index))
            guard was.isFinite, price.isFinite, was != price else { return }
            kept[key] = Change(old: was, new: price, until: until)
        }
        for index in visible.clamped(to: 0..<new.symbols.count) { look(.last, index) }
        if let selected, let index = new.symbols.firstIndex(of: selected) {
            for column in [ColumnID.last, .bid, .ask] { look(column, index) }
        }
        changes = kept
    }
}

extension ScanResult {
    /// A number of a row; NaN when the column was not asked for.
    func value(_ column: ColumnID, _ index: Int) -> Double {
        columns.firstIndex(of: column).map { values[$0][index] } ?? .nan
    }

    /// A row's halt; none where the answer says nothing about it.
    func halt(_ index: Int) -> HaltMark { index < halts.count ? halts[index] : .none }
}
