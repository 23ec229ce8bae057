import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// The exact numbers of the cell under the cursor, so that colour is never their only source.
struct HeatNumbers {
    private let state: DashboardState
    private let frame: HeatFrame
    private let line: HeatLine?

    /// The line of a frame; `line` is the row the cursor stands on.
    init(_ state: DashboardState, _ frame: HeatFrame, _ line: HeatLine?) {
        self.state = state
        self.frame = frame
        self.line = line
    }

    /// Paints the line.
    func paint(into grid: inout Grid, _ theme: Theme) {
        guard !frame.numbers.isEmpty else { return }
        var pieces = SegmentLine()
        let trouble = HeatText.trouble(state)
        if let trouble {
            pieces.right.append(Segment(trouble.text, trouble.role, worth: 95))
        } else if frame.layout.slots.count < Slot.count, state.heat.zoom == .day {
            pieces.right.append(Segment("shown: \(HeatText.span(frame.layout.slots))", .dim, worth: 5))
        }
        if let line {
            pieces.left.append(Segment(name(line), .symbol, worth: 90))
            if let row = line.row { pieces.left += numbers(row) }
        } else if trouble == nil {
            pieces.left.append(Segment("the selected ticker is not among these rows", .dim, worth: 90))
        }
        pieces.paint(in: frame.numbers, into: &grid, theme)
    }

    private func name(_ line: HeatLine) -> String {
        guard state.heat.showsDays, let symbol = state.selectedSymbol else { return line.label }
        return "\(symbol.text) \(line.label)"
    }

    private func numbers(_ row: HeatRow) -> [Segment] {
        let slots = frame.layout.part(of: frame.slot) ?? frame.slot..<(frame.slot + 1)
        let time = Segment(HeatText.span(slots), .text, worth: 80)
        let usual = row.usual(slots)
        let average = Segment("avg " + (usual.map(Self.shares) ?? "–"), .text, worth: 55)
        var pieces = [time]
        let reading = row.reading(slots, .sum, isCumulative: false)
        switch reading {
        case .future: return pieces + [Segment("has not begun", .dim, worth: 75), average]
        case .early:
            return pieces + [Segment("began less than 30 s ago", .dim, worth: 75), volume(row, slots), average]
        case .missing: return pieces + [Segment("volume not known", .warning, worth: 75), average]
        case .noAverage:
            return pieces + [volume(row, slots), Segment("no average: too new or no history", .warning, worth: 75)]
        case .value(let value):
            pieces += [volume(row, slots), average]
            if let share = row.elapsed(in: slots) {
                let percent = NumberFormat.fixed(0).string(share * 100)
                let running = slots.count == 1 ? "" : " of the last slot"
                pieces.append(Segment("\(percent)%\(running) so far", .dim, worth: 30))
            }
            // Where nothing ever traded, the smallest baseline stands for what is usual.
            let mark = usual == 0 && value > 0 ? "~" : ""
            pieces.append(Segment("rvol \(Self.times(value, 2))\(mark)", heatRole(value), worth: 70))
            if state.heat.bucket == .hottest, slots.count > 1 {
                let sum = row.sum(slots)
                let words = "max \(Self.times(sum.hottest, 2)) at \(HeatText.clock(sum.hottestSlot))"
                pieces.append(Segment(words, heatRole(sum.hottest), worth: 65))
            }
            let cumulative = row.reading(slots, .sum, isCumulative: true).number
            pieces.append(Segment("cum \(Self.times(cumulative, 1))", heatRole(cumulative), worth: 60))
        }
        return pieces
    }

    private func volume(_ row: HeatRow, _ slots: Range<Int>) -> Segment {
        Segment("vol " + (row.traded(slots).map(Self.shares) ?? "–"), .text, worth: 60)
    }

    private func heatRole(_ value: Double) -> Role { Heat.level(value).map(Role.heat) ?? .dim }

    private static func shares(_ value: Double) -> String { NumberFormat.grouped.string(value.rounded()) }

    private static func times(_ value: Double, _ decimals: Int) -> String {
        guard !value.isNaN else { return "–" }
        return value > 999 ? ">999x" : NumberFormat.fixed(decimals).string(value) + "x"
    }
}
