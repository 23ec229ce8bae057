import MarketTime
import Simulator

/// What can be wrong with the bars of an answer.
///
/// What belongs there is all there: who sorts by time, takes the last of two bars of one window and leaves out what does not
/// belong to the asked days, to 04:00–20:00 ET or has no volume, ends up with the right bars.
package struct BarTroubles: OptionSet, Hashable, Sendable {
    /// The bits.
    package var rawValue: UInt8

    /// A set from its bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Some bars change places.
    package static let outOfOrder = Self(rawValue: 1)
    /// Some bars come twice, the first time with half their volume.
    package static let duplicated = Self(rawValue: 2)
    /// The next page begins with the last two windows of this one.
    package static let overlappingPages = Self(rawValue: 4)
    /// Bars at 03:00 and 20:30 ET of the days asked for.
    package static let outsideHours = Self(rawValue: 8)
    /// Bars of the days before and after the range.
    package static let otherDay = Self(rawValue: 16)
    /// Bars without volume, each before the right bar of its window.
    package static let zeroVolume = Self(rawValue: 32)
    /// Bars of negative volume, each after the right bar of its window.
    package static let negativeVolume = Self(rawValue: 64)
    /// All of them.
    package static let all = Self(rawValue: 127)
}

extension BarPage {
    /// Volume of a bar that does not belong there: large enough to be noticed if it gets in, in millionths of a share.
    private static let strayMicro: Int64 = 987_654_321_000_000

    /// Does to the page what a set of troubles says.
    mutating func spoil(_ troubles: BarTroubles, query: AggregateQuery) {
        guard let first = bars.first, let last = bars.last else { return }
        var spoiled: [SimulatedBar] = []
        for (position, bar) in bars.enumerated() {
            if troubles.contains(.duplicated), position % 5 == 1 { spoiled.append(bar.with(bar.volumeMicro / 2)) }
            if troubles.contains(.zeroVolume), position % 7 == 2 { spoiled.append(bar.with(0)) }
            spoiled.append(bar)
            if troubles.contains(.negativeVolume), position % 11 == 3 { spoiled.append(bar.with(-bar.volumeMicro)) }
        }
        if troubles.contains(.outOfOrder) { Self.disorder(&spoiled) }
        if troubles.contains(.outsideHours) {
            for (bar, second) in [(first, 3 * 3600), (last, 20 * 3600 + 1800)] {
                spoiled.append(bar.with(Self.strayMicro, at: bar.day, second))
            }
        }
        if troubles.contains(.otherDay) {
            let days = [first.day, last.day]
            for (bar, day) in [(first, days.min()?.adding(days: -1)), (last, days.max()?.adding(days: 40))] {
                guard let day else { continue }
                spoiled.insert(bar.with(Self.strayMicro, at: day, 11 * 3600), at: 0)
            }
        }
        if troubles.contains(.overlappingPages), query.ascending, bars.count > 4, let next = nextWindowMs {
            nextWindowMs = min(next, bars[bars.count - 2].startMs)
        }
        bars = spoiled
    }

    /// Moves every ninth bar five places on, past bars of other windows only: which of two bars of one window comes last
    /// stays as it is.
    private static func disorder(_ bars: inout [SimulatedBar]) {
        var position = 0
        while position + 6 < bars.count {
            let moved = bars[position]
            let passed = bars[position + 1...position + 5]
            let isAlone =
                passed.allSatisfy { $0.startMs != moved.startMs }
                && (position == 0 || bars[position - 1].startMs != moved.startMs)
            if isAlone {
                bars.remove(at: position)
                bars.insert(moved, at: position + 5)
            }
            position += 9
        }
    }
}

extension SimulatedBar {
    /// The trading date in New York.
    fileprivate var day: DayID { NewYork.wall(at: Instant(milliseconds: startMs)).day }

    /// The bar with another volume.
    fileprivate func with(_ volumeMicro: Int64) -> Self {
        var bar = self
        bar.volumeMicro = volumeMicro
        return bar
    }

    /// The bar with another volume at another time.
    fileprivate func with(_ volumeMicro: Int64, at day: DayID, _ second: Int) -> Self {
        var bar = with(volumeMicro)
        bar.startMs = NewYork.instant(day, secondOfDay: second).milliseconds
        return bar
    }
}
