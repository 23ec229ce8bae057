import TerminalGrid

/// The command line at the bottom, and above it what can be typed or what is wrong.
struct CommandLineView {
    /// Most lines of offers and errors.
    private static let linesMax = 8
    /// Columns of the offered words, the gap behind them included.
    private static let wordWidth = 20

    private let state: DashboardState
    private let line: CommandLineState

    /// The command line of a state.
    init(_ state: DashboardState, _ line: CommandLineState) {
        self.state = state
        self.line = line
    }

    // MARK: The line

    /// Paints the line and returns where typed text goes on; nothing else is in the row.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) -> Position {
        let row = area.row
        grid.put(line.search == nil ? ":" : "?", at: Position(column: area.column + 1, row: row), style: theme.id(.key))
        let start = area.column + 2
        let room = max(1, area.endColumn - start - 1)
        // A line longer than the screen is seen around the cursor.
        let skipped = max(0, line.cursor - room + 1)
        let text = Array(line.text.unicodeScalars)
        let wrong = line.error?.range ?? 0..<0
        for offset in skipped..<min(text.count, skipped + room) where offset < text.count {
            let role: Role = wrong.contains(offset) ? .bad : .clock
            grid.put(text[offset], at: Position(column: start + offset - skipped, row: row), style: theme.id(role))
        }
        let cursor = Position(column: start + line.cursor - skipped, row: row)
        let left = area.endColumn - 1 - cursor.column
        let ghost = line.error == nil && line.refusal == nil ? line.ghost : ""
        grid.put(ghost, at: cursor, style: theme.id(.dim), maxWidth: max(0, left))
        return cursor
    }

    /// First column behind the text, for hints.
    func hintColumn(in area: Rect) -> Int {
        area.column + 2 + max(line.text.utf8.count + line.ghost.utf8.count, 12) + 3
    }

    // MARK: The offers

    private struct Offer {
        var word: String
        var text: String
        var role: Role
        var isTaken = false
    }

    /// Paints a box above the line.
    func paintOffers(above area: Rect, into grid: inout Grid, _ theme: Theme) {
        let width = min(area.width, 90)
        let offers = Array(offers(width: width - 4).prefix(min(Self.linesMax, max(0, area.row - 4))))
        guard !offers.isEmpty, width > 30 else { return }
        let box = Rect(column: area.column, row: area.row - offers.count - 2, width: width, height: offers.count + 2)
        grid.fill(box, style: theme.id(.text))
        let inside = grid.box(
            box,
            title: title,
            note: KeyNote.text(
                [([.complete], "completes"), ([.accept], "does it"), ([.close], "leaves")],
                state.keymap,
                .command,
                ascii: grid.glyphs.isASCII
            ),
            style: theme.id(.border),
            titleStyle: theme.id(.clock),
            noteStyle: theme.id(.dim)
        )
        for (index, offer) in offers.enumerated() {
            let row = inside.row + index
            let look: RowLook = offer.isTaken ? .selected : .normal
            if offer.isTaken {
                grid.fill(inside.line(index), style: theme.id(.text, look))
                grid.put(">", at: inside.line(index).origin, style: theme.id(.marker, look))
            }
            let place = Position(column: inside.column + 1, row: row)
            grid.put(offer.word, at: place, style: theme.id(.key, look), maxWidth: Self.wordWidth - 1)
            let column = place.column + (offer.word.isEmpty ? 0 : Self.wordWidth)
            grid.put(
                offer.text,
                at: Position(column: column, row: row),
                style: theme.id(offer.role, look),
                maxWidth: max(0, inside.endColumn - 1 - column)
            )
        }
    }

    private var title: String {
        if line.error != nil { return "NOT DONE" }
        if let search = line.search { return "EARLIER LINES: \(search.typed)_" }
        let completion = line.offer.completion
        guard let name = completion.setting, let setting = LiveSetting.named(name) else { return "COMMAND" }
        return "\(name), now \(setting.value(in: state.live))"
    }

    private func offers(width: Int) -> [Offer] {
        if let error = line.error {
            return TextWrap.lines(error.text, width: max(1, width)).map { Offer(word: "", text: $0, role: .bad) }
        }
        if let search = line.search {
            let found = search.found
            guard !found.isEmpty else {
                let words = search.lines.isEmpty ? "no line has been entered yet" : "no line has this in it"
                return [Offer(word: "", text: words, role: .dim)]
            }
            let first = max(0, search.index - Self.linesMax + 1)
            return found.dropFirst(first).enumerated().map { index, text in
                Offer(word: "", text: text, role: .text, isTaken: first + index == search.index)
            }
        }
        var offers: [Offer] = []
        if let refusal = line.refusal { offers.append(Offer(word: "", text: refusal, role: .warning)) }
        let (completion, taken) = line.offer
        if let name = completion.setting, case .number(_, let unit, _)? = LiveSetting.named(name)?.values {
            let allowed = LiveSetting.named(name)?.allowed ?? ""
            offers.append(Offer(word: "", text: "\(allowed), \(unit), for example", role: .hint))
        }
        for (index, candidate) in completion.candidates.enumerated() {
            let now = LiveSetting.named(candidate.word).map { "; now \($0.value(in: state.live))" } ?? ""
            offers.append(
                Offer(word: candidate.word, text: candidate.meaning + now, role: .text, isTaken: index == taken)
            )
        }
        return offers
    }
}
