import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// Where a price's digits stand in a field: decimal points below each other, four decimals below one dollar.
struct PriceField {
    /// How it is written.
    let format: NumberFormat
    /// Cells up to its last digit.
    let width: Int

    /// The field of a price.
    init(_ value: Double, width: Int) {
        format = .fixed(value.magnitude < 1 ? 4 : 2)
        self.width = value.magnitude < 1 || value.magnitude >= 10_000 || value.isNaN ? width : width - 2
    }

    /// Makes the digits that changed stand out, with an arrow before the number.
    static func flash(
        _ change: PriceFlashes.Change,
        at place: Position,
        width: Int,
        look: RowLook,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        let end = PriceField(change.new, width: width).width
        flash(change, at: place, fieldEnd: end, look: look, into: &grid, theme)
    }

    /// The same for a number that ends so many cells behind a place.
    static func flash(
        _ change: PriceFlashes.Change,
        at place: Position,
        fieldEnd: Int,
        look: RowLook = .normal,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        let before = PriceField(change.old, width: 0).format.string(change.old)
        let after = PriceField(change.new, width: 0).format.string(change.new)
        let style = theme.id(change.isUp ? .flashUp : .flashDown, look)
        let end = place.column + fieldEnd
        let arrow = Position(column: end - after.utf8.count - 1, row: place.row)
        grid.put(change.isUp ? grid.glyphs.up : grid.glyphs.down, at: arrow, style: style)
        // A number of another length is another number from its first digit on.
        let isComparable = before.utf8.count == after.utf8.count
        let same = isComparable ? zip(before.utf8, after.utf8).prefix { $0 == $1 }.count : 0
        let changed = after.utf8.count - same
        grid.restyle(Rect(column: end - changed, row: place.row, width: changed, height: 1), style: style)
    }
}

extension TableView {
    /// Marks what keeps a row from trading, what its price is worth, and what has just changed.
    func paintRowMarks(
        _ rows: ScanResult,
        _ body: RowWindow,
        at firstRow: Int,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        guard let name = layout.columns.first, let price = layout.columns.first(where: { $0.descriptor.id == .last })
        else { return }
        for (line, look) in body.looks.enumerated() {
            let index = body.first + line
            let symbol = rows.symbols[index]
            let row = firstRow + line
            if let (mark, role) = Self.tradingMark(rows.flags[index], rows.halt(index)) {
                // Behind the symbol; a long one leaves it the gap before the next column.
                let end = name.column + name.width + 1
                let wanted = name.column + min(name.width - 2, max(6, symbol.text.utf8.count + 1))
                let room = end - max(wanted, name.column + symbol.text.utf8.count + 1)
                let text = room >= mark.utf8.count ? mark : String(mark.suffix(1))
                let place = Position(column: end - max(room, 1), row: row)
                // On the red ground of a halted row the mark keeps a ground of its own.
                grid.put(text, at: place, style: theme.id(role, look == .halted ? .normal : look))
            }
            let place = Position(column: price.column, row: row)
            if rows.flags[index].contains(.ticksInterrupted) {
                let value = rows.value(.last, index)
                let field = PriceField(value, width: price.width)
                let start = place.column + field.width - field.format.string(value).utf8.count - 1
                grid.put("?", at: Position(column: start, row: row), style: theme.id(.warning, look))
            } else if state.pause == nil, let change = state.priceFlashes.change(of: symbol, .last) {
                PriceField.flash(change, at: place, width: price.width, look: look, into: &grid, theme)
            }
            paintHaltWords(rows, index, row: row, look: look, into: &grid, theme)
        }
    }

    /// The mark behind a symbol; nil for a stock that trades as usual.
    static func tradingMark(_ flags: RowFlags, _ halt: HaltMark) -> (String, Role)? {
        if flags.contains(.halted) || halt.state == .halted { return ("H!", .haltMark) }
        if flags.contains(.limitState) || halt.state == .limitState { return ("L!", .limitMark) }
        return halt.state == .resumed ? ("R", .good) : nil
    }

    /// Since when a stock is halted, over the strip of its slots: those stand still meanwhile.
    private func paintHaltWords(
        _ rows: ScanResult,
        _ index: Int,
        row: Int,
        look: RowLook,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        let mark = rows.halt(index)
        guard mark.state == .halted, mark.since > 0,
            let strip = layout.columns.first(where: { $0.descriptor.id == .strip })
        else { return }
        let now = state.pause?.since ?? state.now
        let clock = TapeLine.clock(Instant(nanoseconds: mark.since), milliseconds: false)
        let forms = [HaltWords.since(mark, now: now), "H \(clock)", String(clock.prefix(5))]
        guard let words = forms.first(where: { $0.utf8.count <= strip.width }) else { return }
        // One cell behind the words, so that they are told from the bars.
        let field = Rect(
            column: strip.column,
            row: row,
            width: min(strip.width, words.utf8.count + 1),
            height: 1
        )
        grid.fill(field, style: theme.id(.text, look))
        grid.put(words, at: field.origin, style: theme.id(.bad, look))
    }

    /// Whether a row on the screen wears the mark of ticks that broke off.
    func showsInterruption(_ rows: ScanResult, _ body: RowWindow) -> Bool {
        (body.first..<(body.first + body.looks.count)).contains { rows.flags[$0].contains(.ticksInterrupted) }
    }
}

/// An age in at most four cells: `7s`, `4m`, `2h`, `3d`.
enum ShortAge {
    /// The age; nothing for a missing one.
    static func text(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "" }
        let whole = Int(min(max(seconds, 0), 86_400 * 999))
        switch whole {
        case ..<60: return "\(whole)s"
        case ..<3_600: return "\(whole / 60)m"
        case ..<86_400: return "\(whole / 3_600)h"
        default: return "\(whole / 86_400)d"
        }
    }
}
