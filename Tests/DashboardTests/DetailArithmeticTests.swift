import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import TestSupport
import Testing

@testable import Dashboard

/// Bars, sums and lines of a ticker's page against what one works out slot by slot.
@Suite struct DetailArithmeticTests {
    private static let day = DayID(rawValue: 20_738)

    private static func symbol() throws -> Symbol { try #require(Symbol("QXAI")) }

    private func slots(_ random: inout SeededRandom, completed: Int, fraction: Double) throws -> PageSlots {
        let symbol = try Self.symbol()
        let start = NewYork.instant(Self.day, secondOfDay: Slot.dayStartSecond)
        let madeAt = start.adding(milliseconds: Int64((Double(completed) + fraction) * Double(Slot.seconds) * 1000))
        var page = SlotPage(query: SlotQuery(symbols: [symbol], priced: symbol), tradingDay: Self.day, madeAt: madeAt)
        for slot in 0..<Slot.count {
            let hasBegun = slot < completed || slot == completed && fraction > 0
            page.volumes.append(hasBegun && random.below(9) > 0 ? Float(random.below(90_000)) : .nan)
            page.averages.append(random.below(8) > 0 ? Float(1 + random.below(40_000)) : .nan)
            page.prices.append(hasBegun && random.below(3) > 0 ? Float(4 + random.unit()) : .nan)
        }
        return try #require(PageSlots(page, of: symbol))
    }

    @Test(arguments: [UInt64(1), 2, 20_261_123])
    func cellsAreTheSumsOfTheirSlots(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<60 {
            let completed = random.below(193)
            let fraction = completed == 192 ? 0 : Double(random.below(10)) / 10
            let slots = try slots(&random, completed: completed, fraction: fraction)
            let isCumulative = random.below(2) == 0
            let series = SlotSeries(slots, isCumulative: isCumulative)
            let first = random.below(192)
            let range = first..<min(192, first + 1 + random.below(6))
            var (volume, average, compared, usual) = (Double.nan, Double.nan, 0.0, 0.0)
            for slot in (isCumulative ? 0 : range.lowerBound)..<range.upperBound {
                let (own, mean) = (Double(slots.volumes[slot]), Double(slots.averages[slot]))
                if !own.isNaN { volume = (volume.isNaN ? 0 : volume) + own }
                if !mean.isNaN { average = (average.isNaN ? 0 : average) + mean }
                let share = slot < completed ? 1 : slot == completed ? slots.progress.fraction : 0
                if !own.isNaN, !mean.isNaN, share >= 0.1 {
                    compared += own
                    usual += mean * share
                }
            }
            if range.lowerBound > completed || range.lowerBound == completed && fraction == 0 {
                (volume, usual) = (.nan, 0)
            }
            let cell = series.cell(range)
            func same(_ left: Double, _ right: Double) -> Bool {
                left.isNaN ? right.isNaN : (left - right).magnitude <= 1e-6 * max(1, left.magnitude)
            }
            let text = "seed \(seed) \(range) of \(completed)+\(fraction) cumulative \(isCumulative): \(cell)"
            #expect(same(volume, cell.volume), "\(text)")
            #expect(same(average, cell.average), "\(text)")
            #expect(same(usual > 0 ? compared / usual : .nan, cell.rvol), "\(text)")
        }
    }

    @Test func aSlotThatHasJustBegunIsNotCompared() throws {
        var random = SeededRandom(seed: 4)
        for (fraction, isCompared) in [(0.05, false), (0.2, true)] {
            var slots = try slots(&random, completed: 90, fraction: fraction)
            (slots.volumes[90], slots.averages[90]) = (1_000, 2_000)
            #expect(!SlotSeries(slots, isCumulative: false).alone(90).rvol.isNaN == isCompared)
        }
    }

    @Test func theDaysPaceIsWhatIsUsualTimesHowMuchMoreThanUsualTradedSoFar() throws {
        var random = SeededRandom(seed: 5)
        var slots = try slots(&random, completed: 96, fraction: 0)
        for slot in 0..<Slot.count {
            slots.averages[slot] = 1_000
            slots.volumes[slot] = slot < 96 ? 3_000 : .nan
        }
        let sums = SlotSeries(slots, isCumulative: false).upTo(95)
        #expect(sums.volume == 288_000 && sums.average == 96_000)
        #expect(sums.rvol == 3 && sums.pace == 576_000)
    }

    @Test(arguments: [192, 114, 112, 72, 69, 52, 40, 12, 1])
    func everySlotHasACellAndEveryCellItsSlots(width: Int) {
        for span in [0..<192, 66..<144, 84..<108, 84..<96, 0..<66, 144..<192] {
            let cells = SlotCells(span, width: width)
            #expect(cells.count <= max(width, 1), "\(span) in \(width)")
            var seen: [Int] = []
            for cell in stride(from: 0, to: cells.count, by: cells.cellsPerSlot) { seen += Array(cells.slots(cell)) }
            #expect(seen == Array(span), "\(span) in \(width)")
            for slot in span {
                #expect(cells.cell(of: slot).map { cells.slots($0).contains(slot) } == true)
            }
            #expect(cells.cell(of: span.upperBound) == nil)
        }
        #expect(SlotCells(0..<192, width: 192).slotsPerCell == 1, "one cell a slot at 200 columns")
        #expect(SlotCells(0..<192, width: 112).count == 96)
        #expect(SlotCells(0..<192, width: 72).count == 64)
    }

    @Test func barsAreAsHighAsTheirShareInEighths() {
        var random = SeededRandom(seed: 6)
        for _ in 0..<500 {
            let rows = 1 + random.below(24)
            let (volume, average) = (Double(random.below(1_001)), Double(random.below(1_001)))
            let bar = SlotBar(SlotCell(volume: volume, average: average), top: 1_000, rows: rows)
            let wanted = volume / 1_000 * Double(rows) * 8
            #expect(abs(Double(bar.eighths) - wanted) <= 0.5 || volume > 0 && bar.eighths == 1)
            #expect((0..<rows).map(bar.height).reduce(0, +) == bar.eighths)
            let row = average > 0 ? min(Int(average / 1_000 * Double(rows)), rows - 1) : nil
            #expect(bar.meanRow == row)
        }
        #expect(SlotBar(SlotCell(), top: 10, rows: 4).eighths == 0)
        #expect((0...8).map { SlotBar.glyph($0, .unicode) } == [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"])
        #expect((0...8).map { SlotBar.glyph($0, .ascii) } == [" ", ".", ".", ":", ":", ":", "#", "#", "#"])
    }

    // MARK: The price line

    private func drawn(_ prices: [Float], cells: SlotCells, rows: Int, ascii: Bool = false) -> PricePlot? {
        PricePlot(prices, cells, newest: prices.count - 1, lines: [], rows: rows, isASCII: ascii)
    }

    /// The row of the highest dot and of the lowest in a half cell; nil without one.
    private func dots(_ plot: PricePlot, half: Int) -> ClosedRange<Int>? {
        let bits: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
        var set: [Int] = []
        for row in 0..<plot.rows {
            let value = (plot.glyph(row: row, column: half / 2)?.value ?? 0x2800) - 0x2800
            for dot in 0..<4 where value & bits[half % 2][dot] != 0 { set.append(row * 4 + dot) }
        }
        guard let first = set.first, let last = set.last else { return nil }
        #expect(last - first + 1 == set.count, "a step has no holes")
        return first...last
    }

    @Test(arguments: [1, 2, 3, 4])
    func dotsStandWhereThePriceIs(perCell: Int) throws {
        var random = SeededRandom(seed: UInt64(perCell) + 70)
        for _ in 0..<40 {
            let count = 24
            let prices = (0..<count).map { _ in random.below(4) > 0 ? Float(4 + random.unit()) : .nan }
            let cells = SlotCells(0..<count, width: (count + perCell - 1) / perCell)
            let rows = 1 + random.below(5)
            guard let plot = drawn(prices, cells: cells, rows: rows) else { continue }
            var last = Double.nan
            var known: [Double] = []
            for half in 0..<cells.count * 2 {
                let slots =
                    perCell > 1
                    ? half * perCell / 2..<min(count, (half + 1) * perCell / 2) : half / 2..<half / 2 + 1
                for slot in slots where !prices[slot].isNaN { last = Double(prices[slot]) }
                let isInside = (perCell > 1 ? half * perCell / 2 : half / 2) < count
                guard !last.isNaN, isInside else {
                    #expect(dots(plot, half: half) == nil)
                    continue
                }
                known.append(last)
                let share = plot.high > plot.low ? (plot.high - last) / (plot.high - plot.low) : 0.5
                let dot = Int((share * Double(rows * 4 - 1)).rounded())
                let found = dots(plot, half: half)
                #expect(
                    found?.lowerBound == dot || found?.upperBound == dot,
                    "half \(half): \(dot), \(String(describing: found))"
                )
            }
        }
    }

    @Test func inASCIIAPriceIsOneOfFiveHeightsARow() throws {
        let prices = (0..<10).map { Float($0) }
        let plot = try #require(drawn(prices, cells: SlotCells(0..<10, width: 10), rows: 2, ascii: true))
        let lines = (0..<2).map { row in
            String(String.UnicodeScalarView((0..<10).map { plot.glyph(row: row, column: $0) ?? " " }))
        }
        #expect(lines == ["     _.-'^", "_.-'^     "])
    }

    @Test func levelLinesAreShownUnlessTheyWouldSqueezeThePriceFlat() throws {
        let prices = (0..<24).map { Float(10 + Double($0) / 24) }
        let cells = SlotCells(0..<24, width: 24)
        let near = try #require(
            PricePlot(prices, cells, newest: 23, lines: [9.5, .nan], rows: 3, isASCII: false)
        )
        #expect(near.low == 9.5)
        #expect(near.row(of: 9.5) == 2)
        let far = try #require(PricePlot(prices, cells, newest: 23, lines: [3.48], rows: 3, isASCII: false))
        #expect(far.low == 10)
        #expect(far.row(of: 3.48) == nil)
        #expect(PricePlot([], cells, newest: 23, lines: [], rows: 3, isASCII: false) == nil)
        #expect(drawn([.nan, .nan], cells: SlotCells(0..<2, width: 2), rows: 3) == nil)
    }

    // MARK: Time

    @Test func theSessionIsTheOneTheCursorIsIn() {
        let calendar = ExchangeCalendar()
        let full = calendar.day(Self.day)
        // Friday after Thanksgiving: closes at 13:00.
        let short = calendar.day(DayID(rawValue: 20_784))
        #expect(SlotZoom.session.span(around: 10, full) == 0..<66)
        #expect(SlotZoom.session.span(around: 66, full) == 66..<144)
        #expect(SlotZoom.session.span(around: 144, full) == 144..<192)
        #expect(SlotZoom.session.span(around: 100, short) == 66..<108)
        #expect(SlotZoom.twoHours.span(around: 5, full) == 0..<24)
        #expect(SlotZoom.twoHours.span(around: 93, full) == 72..<96)
        #expect(SlotZoom.hour.span(around: 191, full) == 180..<192)
        for zoom in SlotZoom.allCases {
            for slot in 0..<192 { #expect(zoom.span(around: slot, full).contains(slot)) }
        }
    }

    @Test func timesBelowTheChartAreApartAndNeverHideTheOpen() {
        for width in [192, 112, 72, 52, 30] {
            for span in [0..<192, 66..<144, 84..<108, 84..<96] {
                let cells = SlotCells(span, width: width)
                let marks = [66, 144].compactMap(cells.cell)
                let ticks = SlotAxis(cells, marks: marks).ticks
                #expect(ticks.contains { !$0.label.isEmpty } || width < 40, "\(span) in \(width)")
                for (left, right) in zip(ticks, ticks.dropFirst()) {
                    #expect(left.cell + left.label.utf8.count < right.cell, "\(span) in \(width)")
                }
                for tick in ticks where !tick.label.isEmpty {
                    #expect(!marks.contains { $0 > tick.cell && $0 <= tick.cell + tick.label.utf8.count })
                }
            }
        }
    }
}
