import Analytics
import Glibc
import MarketData
import MarketTime
import Testing

/// The numbers of the worked example in docs/rvol.md, read from the page itself: the page and the code cannot drift
/// apart.
private struct WorkedExample {
    struct Row {
        var slot: Int
        var until: Int
        var days: [Double]
        var sum: Double
        var mean: String
        var today: Double?
    }

    struct Result {
        var number: String
        var second: Int
        var volume: String
        var divisor: String
        var rvol: String
    }

    var today: DayID
    var rows: [Row] = []
    var results: [Result] = []

    /// Reads the two tables whose headings begin as given; nil when one is not there or holds something else.
    init?(page: String) {
        guard let head = Self.table(in: page, from: "slot").first?.first?.last, let today = DayID(iso: head) else {
            return nil
        }
        self.today = today
        for cells in Self.table(in: page, from: "slot").flatMap({ $0.dropFirst() }) {
            guard cells.count == 8, let slot = Int(cells[0]), let until = Self.second(cells[1]),
                let sum = Self.number(cells[5])
            else { return nil }
            let days = cells[2..<5].compactMap { Self.number($0) }
            guard days.count == 3 else { return nil }
            rows.append(
                Row(slot: slot, until: until, days: days, sum: sum, mean: cells[6], today: Self.number(cells[7]))
            )
        }
        for cells in Self.table(in: page, from: "number").flatMap({ $0.dropFirst() }) {
            guard cells.count == 5, let second = Self.second(cells[1]) else { return nil }
            results.append(
                Result(
                    number: cells[0].filter { $0 != "`" },
                    second: second,
                    volume: cells[2],
                    divisor: cells[3],
                    rvol: cells[4]
                )
            )
        }
    }

    /// Tables whose first heading is `heading`, as rows of cells; the row of dashes is left out.
    private static func table(in page: String, from heading: String) -> [[[String]]] {
        var tables: [[[String]]] = []
        var current: [[String]] = []
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("| ") || line.hasPrefix("|-") else {
                if current.first?.first == heading { tables.append(current) }
                current = []
                continue
            }
            guard line.hasPrefix("| ") else { continue }
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
            current.append(
                cells.map { cell in
                    String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
                }
            )
        }
        return tables
    }

    static func number(_ text: String) -> Double? { Double(text.filter { $0 != "," }) }

    /// `HH:MM` or `HH:MM:SS` as a second of the day.
    static func second(_ text: String) -> Int? {
        let parts = text.split(separator: ":").compactMap { Int($0) }
        guard parts.count >= 2 else { return nil }
        return parts[0] * 3600 + parts[1] * 60 + (parts.count > 2 ? parts[2] : 0)
    }
}

/// Two decimals and thousands separators, as the page writes numbers.
private func written(_ value: Double, decimals: Bool = true) -> String {
    let hundredths = Int64((value * 100).rounded())
    let digits = String(hundredths / 100)
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    let rest = hundredths % 100
    return decimals ? text + (rest < 10 ? ".0" : ".") + "\(rest)" : text
}

/// The text of docs/rvol.md; nil when it cannot be read.
private func rvolPage() -> String? {
    let folder = String(#filePath.reversed().drop { $0 != "/" }.dropFirst().reversed())
    guard let file = fopen(folder + "/../../docs/rvol.md", "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
}

@Suite
struct WorkedExampleTests {
    private let page: String
    private let example: WorkedExample

    init() throws {
        page = try #require(rvolPage(), "docs/rvol.md can be read")
        example = try #require(WorkedExample(page: page), "docs/rvol.md has both tables of the example")
    }

    /// What the code makes of a moment of the example: the history, the day so far, and the point in time.
    private struct Moment {
        var volume: Double
        var progress: DayProgress
        var baseline: Baseline
        var slots: DaySlots
        var universe: Universe
    }

    private let meanDailyVolume = 2_060_000.0
    private let volumeNow = 515_000.0

    private func moment(second: Int, volume: Double) throws -> Moment {
        var universe = Universe()
        let symbol = try #require(Symbol("XYZ"))
        _ = universe.intern(symbol)
        var sums = [Double](repeating: 0, count: Slot.count)
        var today = [Int64](repeating: 0, count: Slot.count)
        for row in example.rows {
            // What the page's days add up to; the slots before and after play no part in it.
            for slot in row.slot..<Slot.count { sums[slot] = row.days.reduce(0, +) }
            if let volume = row.today { for slot in row.slot..<Slot.count { today[slot] = Int64(volume) } }
        }
        var baseline = Baseline(symbols: [symbol], days: [3], sums: sums)
        baseline.resolve(universe)
        let progress = DayProgress(of: example.today, at: NewYork.instant(example.today, secondOfDay: second))
        var slots = DaySlots()
        slots.grow(to: 1)
        slots.restore(row: 0, today, completedSlots: progress.completedSlots)
        universe.volume[0] = volume
        universe.averageVolume[0] = meanDailyVolume
        return Moment(volume: volume, progress: progress, baseline: baseline, slots: slots, universe: universe)
    }

    @Test func theTableAddsUp() throws {
        #expect(example.rows.map(\.slot) == [76, 77, 78])
        for row in example.rows {
            #expect(row.until == Slot.dayStartSecond + (row.slot + 1) * Slot.seconds, "slot \(row.slot)")
            #expect(row.days.reduce(0, +) == row.sum, "slot \(row.slot)")
            #expect(written(row.sum / 3) == row.mean, "slot \(row.slot)")
        }
    }

    @Test func everyResultOnThePageIsWhatTheCodeComputes() throws {
        #expect(
            example.results.map(\.number)
                == ["interpolated", "slot", "regular", "slot RVOL", "slot RVOL", "simple RVOL"]
        )
        for result in example.results {
            let isYoung = result.number == "slot RVOL" && result.second < 37_830
            let moment = try moment(second: result.second, volume: isYoung ? 498_000 : volumeNow)
            let progress = moment.progress
            let baseline = moment.baseline
            let start = Double(moment.slots.volume(row: 0, slot: progress.completedSlots - 1))
            let rvol: Double
            let volume: Double
            let divisor: Double?
            switch result.number {
            case "interpolated":
                rvol = definition(.cumulative(.interpolated(floor: 100)), moment)
                volume = moment.volume
                divisor = baseline.interpolated(row: 0, at: progress)
            case "slot":
                rvol = definition(.cumulative(.slotEnd), moment)
                volume = moment.volume
                divisor = baseline.atEnd(ofSlot: progress.completedSlots, row: 0)
            case "regular":
                rvol = definition(.ownSlot, moment)
                volume = moment.volume - start
                divisor = baseline.own(slot: progress.completedSlots, row: 0).map { $0 * progress.fraction }
            case "slot RVOL":
                let shown = RelativeVolume.currentSlot(
                    volume: moment.volume,
                    row: 0,
                    slots: moment.slots,
                    baseline: baseline,
                    at: progress
                )
                #expect(shown.isPrevious == isYoung)
                rvol = shown.rvol
                let before = Double(moment.slots.volume(row: 0, slot: progress.completedSlots - 2))
                volume = isYoung ? start - before : moment.volume - start
                let slot = isYoung ? progress.completedSlots - 1 : progress.completedSlots
                divisor = baseline.own(slot: slot, row: 0).map { isYoung ? $0 : $0 * progress.fraction }
            default:
                rvol = pass(.cumulative(.interpolated(floor: 100)), moment).simpleRVOL[0]
                volume = moment.volume
                divisor = meanDailyVolume
            }
            #expect(written(rvol) == result.rvol, "\(result.number)")
            #expect(written(volume, decimals: false) == result.volume, "\(result.number)")
            #expect(written(try #require(divisor)) == result.divisor, "\(result.number)")
        }
    }

    @Test func theProseHasTheNumbersOfTheTables() {
        let sentences = [
            "515,000 shares have traded", "2,060,000 shares", "515,000 / 206,000 = 2.50", "515,000 / 212,000 = 2.43",
            "18,000 / 6,000 = 3.00", "(497,000 − 487,000) / (200,000 − 193,333.33) = 1.50",
        ]
        for sentence in sentences { #expect(page.contains(sentence), "\(sentence)") }
    }

    @Test func theThinExampleIsMarkedThin() throws {
        var baseline = Baseline(
            symbols: [try #require(Symbol("XYZ"))],
            days: [1],
            sums: Array(repeating: 40, count: 192)
        )
        var universe = Universe()
        _ = universe.intern(try #require(Symbol("XYZ")))
        baseline.resolve(universe)
        let thin = RelativeVolume.cumulative(
            volume: 1200,
            row: 0,
            baseline: baseline,
            at: DayProgress(completedSlots: 36, fraction: 0),
            .interpolated(floor: 100)
        )
        #expect(thin.isThin)
        #expect(page.contains("1,200 / 100 = \(written(thin.rvol)), shown as `\(written(thin.rvol))~`"))
    }

    /// One definition, for one ticker and over columns: both must give the same bits.
    private func definition(_ definition: RelativeVolume.Definition, _ moment: Moment) -> Double {
        let alone = RelativeVolume.rvol(
            volume: moment.volume,
            row: 0,
            slots: moment.slots,
            baseline: moment.baseline,
            at: moment.progress,
            definition
        )
        #expect(pass(definition, moment).rvol[0].bitPattern == alone.rvol.bitPattern)
        return alone.rvol
    }

    private func pass(_ definition: RelativeVolume.Definition, _ moment: Moment) -> Universe {
        var universe = moment.universe
        var pass = RelativeVolumePass()
        pass.use(moment.baseline)
        pass.update(&universe, slots: moment.slots, at: moment.progress, definition, lookbackDays: 3)
        return universe
    }
}
