import EngineAPI
package import MarketData
import MarketTime
import TerminalGrid

/// The number that is explained: whose, and which.
package struct ExplainState: Hashable, Sendable {
    /// Whose.
    package var symbol: Symbol
    /// Which column.
    package var column: ColumnID
}

extension ColumnID {
    /// The columns that a column is worked out from, where they can be shown.
    var inputs: [ColumnID] {
        switch self {
        case .rvol, .simpleRVOL: [.volume, .averageVolume, .baselineDays]
        case .slotRVOL: [.volume5m, .volume, .baselineDays]
        case .dollarVolume: [.last, .volume]
        case .changePercent: [.last, .previousClose]
        case .gapPercent: [.open, .previousClose]
        case .rangePosition: [.last, .low, .high]
        case .spread: [.bid, .ask]
        case .atrPercent: [.atr, .last]
        case .averageVolume, .averageVolume5, .averageVolume10: [.averageDays]
        default: []
        }
    }
}

extension DashboardState {
    /// Opens the explanation of the number under the cursor.
    mutating func explain() -> [DashboardCommand] {
        guard let symbol = selectedSymbol else {
            say("no ticker is selected")
            return [.bell]
        }
        layer = .explain(ExplainState(symbol: symbol, column: table.column ?? sort.column))
        return []
    }

    /// Takes a key while a number is explained: the columns at both sides, the rows above and below, and out.
    mutating func perform(_ action: Action, on explained: ExplainState) {
        if action == .close { layer = .table }
    }
}

/// What a number is, from what, how old, and where it comes from.
struct ExplainView {
    private let state: DashboardState
    private let explained: ExplainState

    /// The words of a state.
    init(_ state: DashboardState, _ explained: ExplainState) {
        self.state = state
        self.explained = explained
    }

    /// Paints them over the table.
    func paint(into grid: inout Grid, _ theme: Theme) {
        let screen = grid.bounds.inset(top: 1, bottom: 1)
        let width = min(screen.width - 2, 76)
        let lines = lines(width: width - 4)
        let area = screen.centered(Size(columns: width, rows: min(screen.height, lines.count + 2)))
        grid.fill(area, style: theme.id(.text))
        let inside = grid.box(
            area,
            title: "\(title) OF \(explained.symbol.text)",
            note: "Esc closes",
            style: theme.id(.borderFocus),
            titleStyle: theme.id(.clock),
            noteStyle: theme.id(.dim)
        )
        for (index, line) in lines.prefix(inside.height).enumerated() {
            line.paint(in: inside.line(index).inset(left: 1, right: 1), into: &grid, theme)
        }
    }

    private var column: ColumnDescriptor? { ColumnDescriptor.of(explained.column) }
    private var title: String { column?.title ?? explained.column.rawValue.uppercased() }

    private func lines(width: Int) -> [OverlayLine] {
        guard let column else { return [] }
        var lines: [OverlayLine] = []
        func add(_ head: String, _ text: String, _ role: Role = .text) {
            guard !text.isEmpty else { return }
            for (index, part) in TextWrap.lines(text, width: max(1, width - 12)).enumerated() {
                lines.append(OverlayLine(head: index == 0 ? head : "", headWidth: 12, text: part, role: role))
            }
        }
        add("value", value(column), .clock)
        add("what", column.formula)
        if !explained.column.inputs.isEmpty { add("from", inputs) }
        add("", mode)
        add("known", column.validity.isEmpty ? "always" : column.validity)
        add("source", column.source)
        add("age", age)
        add("mind", flags, .warning)
        let names = [column.id.rawValue] + column.aliases
        add("in filters", names.joined(separator: ", "), .dim)
        return lines
    }

    private var place: (rows: ScanResult, index: Int)? {
        guard let rows = state.rows, let index = rows.symbols.firstIndex(of: explained.symbol) else { return nil }
        return (rows, index)
    }

    private func value(_ column: ColumnDescriptor) -> String {
        guard let (rows, index) = place else { return "not among the rows any more" }
        if column.id == .symbol { return explained.symbol.text }
        if column.kind == .strip { return "the last slots, one a cell; m shows them all" }
        let text = ValueText.string(column, rows, index)
        return text == "–" ? "missing: nobody knows it, which is not zero" : text
    }

    private var inputs: String {
        guard let (rows, index) = place else { return "" }
        var words = explained.column.inputs.compactMap { id -> String? in
            guard let column = ColumnDescriptor.of(id) else { return nil }
            return "\(column.title) " + ValueText.string(column, rows, index)
        }
        let (volume, rvol) = (rows.value(.volume, index), rows.value(.rvol, index))
        if explained.column == .rvol, rvol > 0, state.status?.rvol.mode != .regular {
            words.append("usual by now " + NumberFormat.compact.string(volume / rvol))
        }
        return words.joined(separator: ", ")
    }

    /// The definition of RVOL in force and the slot it is of.
    private var mode: String {
        guard [.rvol, .slotRVOL].contains(explained.column), let status = state.status else { return "" }
        let progress = status.progress
        let slot = progress.slot.map { slot in
            let percent = NumberFormat.fixed(0).string(progress.fraction * 100)
            return ", slot \(slot.rawValue) (\(TimeText.hourMinute(slot.startSecond))), \(percent)% of it gone by"
        }
        return "mode \(status.rvol.mode.rawValue), \(status.rvol.lookbackDays) days" + (slot ?? "")
    }

    private var age: String {
        guard let (rows, index) = place else { return "" }
        var words: [String] = []
        if rows.priceTimes[index] > 0 {
            let time = Instant(nanoseconds: rows.priceTimes[index])
            let clock = TapeLine.clock(time, milliseconds: false)
            words.append("last trade \(clock), \(TimeText.age(state.now.seconds(since: time))) ago")
        }
        if let seconds = Freshness(state).seconds { words.append("snapshot \(TimeText.age(seconds)) old") }
        return words.joined(separator: "; ")
    }

    private var flags: String {
        guard let (rows, index) = place else { return "" }
        let flags = rows.flags[index]
        var words: [String] = []
        if explained.column == .slotRVOL, flags.contains(.slotJustStarted) {
            words.append("the slot is younger than 30 seconds: this is the one before")
        }
        if flags.contains(.thinBaseline) { words.append("hardly ever trades at this time: divided by the floor") }
        if flags.contains(.shortBaseline) { words.append("fewer days behind it than the settings ask for") }
        if flags.contains(.unknownSlots) { words.append("slots of today went by unseen") }
        if flags.contains(.shortAverage) { words.append("fewer than 30 days behind the average") }
        if flags.contains(.ticksInterrupted) { words.append("the stream broke off: the price is the snapshot's") }
        if flags.contains(.halted) { words.append("trading is halted") }
        return words.joined(separator: "; ")
    }
}

/// A value with its unit, as a sentence can hold it.
enum ValueText {
    /// The value; a dash where it is missing.
    static func string(_ column: ColumnDescriptor, _ rows: ScanResult, _ index: Int) -> String {
        guard let place = rows.columns.firstIndex(of: column.id) else { return "–" }
        if column.kind == .text {
            guard rows.texts.indices.contains(place), rows.texts[place].indices.contains(index) else { return "–" }
            let text = rows.texts[place][index]
            return text.isEmpty ? "–" : text
        }
        return string(column, rows.values[place][index])
    }

    /// The same of a number.
    static func string(_ column: ColumnDescriptor, _ value: Double) -> String {
        guard value.isFinite else { return "–" }
        if column.kind == .flag { return value == 0 ? "no" : "yes" }
        let number: String =
            switch column.format {
            case .price: FieldText.price(value)
            case .signedPercent(let decimals):
                NumberFormat(.fixed(max(2, decimals)), sign: .plusMinus, suffix: "%").string(value)
            case .percent(let decimals): NumberFormat(.fixed(max(1, decimals)), suffix: "%").string(value)
            case .multiple(let decimals): NumberFormat.fixed(max(2, decimals)).string(value)
            case .abbreviated: NumberFormat.grouped.string(value)
            case .age: ShortAge.text(value)
            case .text, .strip: NumberFormat.fixed(0).string(value)
            }
        let isSaid = column.unit == .none || column.unit == .percent || column.format == .age
        return isSaid ? number : number + " " + column.unit.rawValue
    }
}
