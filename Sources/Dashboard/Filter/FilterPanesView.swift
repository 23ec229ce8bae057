import EngineAPI
import FilterLanguage
import MarketData
import TerminalGrid

/// What stands below the filter line: the clauses with what each costs, and what can be put in.
struct FilterPanesView {
    private let editor: FilterLineView
    private let plan: FilterEditorPlan
    private var state: DashboardState { editor.state }
    private var filter: FilterLine { editor.filter }

    /// The panes of an editor.
    init(_ editor: FilterLineView, _ plan: FilterEditorPlan) {
        self.editor = editor
        self.plan = plan
    }

    /// Paints both.
    func paint(into grid: inout Grid, _ theme: Theme) {
        guard !plan.clauses.isEmpty else { return }
        if case .searching(let search) = filter.mode {
            paintHistory(search, into: &grid, theme)
            return
        }
        if plan.isWide {
            paintClauses(in: plan.clauses, into: &grid, theme)
            paintOffers(in: plan.offers, into: &grid, theme)
            return
        }
        paintClauseLine(in: plan.clauses, into: &grid, theme)
        guard !plan.offers.isEmpty else { return }
        if plan.offers.height > 3 {
            paintOffers(in: plan.offers, into: &grid, theme)
        } else {
            paintOfferLine(in: plan.offers, into: &grid, theme)
        }
    }

    private func box(_ area: Rect, _ title: String, _ note: String, into grid: inout Grid, _ theme: Theme) -> Rect {
        let inside = grid.box(
            area,
            title: title,
            note: note,
            style: theme.id(.border),
            titleStyle: theme.id(.title),
            noteStyle: theme.id(.dim)
        )
        return Rect(column: inside.column + 1, row: inside.row, width: max(0, inside.width - 2), height: inside.height)
    }

    // MARK: Clauses

    /// The counts of a clause, while the rows at hand are those of the text.
    private func counts(_ clause: FilterClause) -> ClauseCount? {
        editor.isSettled ? state.rows?.ledger.first { $0.text == clause.words } : nil
    }

    private func paintClauses(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        let inside = box(area, "clauses", "what each one costs", into: &grid, theme)
        let range = editor.key(.toggleClause1) + (editor.ascii ? ".." : "…") + "9 off, on again"
        if !editor.key(.toggleClause1).isEmpty { grid.boxFooter(area, trailing: range, style: theme.id(.dim)) }
        var row = inside.row
        func put(_ text: String, _ column: Int, _ role: Role, width: Int? = nil) {
            guard row < inside.endRow else { return }
            let room = min(width ?? .max, max(0, inside.endColumn - inside.column - column))
            grid.put(
                text,
                at: Position(column: inside.column + column, row: row),
                style: theme.id(role),
                maxWidth: room
            )
        }
        guard !filter.clauses.all.isEmpty else {
            put("no clauses: everything matches", 0, .dim)
            return
        }
        // The counts stand at the right; the words get the rest.
        let words = inside.width - 35
        put("#  clause", 0, .heading)
        put(FieldText.right("alone", 8) + FieldText.right("if removed", 12), 3 + words, .heading)
        row += 1
        for (index, clause) in filter.clauses.all.enumerated() {
            let counts = counts(clause)
            let isTightest = counts?.isTightest == true
            put("\(index + 1)", 0, index < 9 ? .key : .dim)
            put(clause.words, 3, clause.isOff ? .disabled : isTightest ? .clock : .text, width: words)
            if clause.isOff {
                put(FieldText.right("off", 8), 3 + words, .disabled)
            } else if let counts {
                let numbers = FieldText.right(TimeText.count(counts.passAlone), 8)
                let without = FieldText.right(TimeText.count(counts.matchWithout), 12)
                put(numbers + without, 3 + words, isTightest ? .clock : .text)
                if isTightest { put((editor.ascii ? "<-" : "◂") + " tightest", 24 + words, .warning) }
            }
            row += 1
        }
        paintNotes(put, next: { row += 1 })
    }

    /// What is ignored, what all clauses let pass, and what is not known.
    private func paintNotes(_ put: (String, Int, Role, Int?) -> Void, next: () -> Void) {
        if let fault = filter.fault {
            let bytes = Array(filter.text.utf8)
            let part = bytes[(fault.lower..<max(fault.lower, fault.upper)).clamped(to: 0..<bytes.count)]
            let word = part.isEmpty ? "the end" : String(decoding: part, as: UTF8.self)
            let what = fault.severity == .incomplete ? "not finished" : "not understood"
            put("?", 0, filter.isFaultSharp ? .bad : .dim, nil)
            put("\(word): \(what), the last valid line counts", 3, filter.isFaultSharp ? .bad : .dim, nil)
            next()
        }
        for diagnostic in filter.diagnostics.dropFirst().prefix(2) {
            put(
                FilterText.problem(diagnostic, in: filter.text),
                3,
                diagnostic.severity == .warning ? .warning : .bad,
                nil
            )
            next()
        }
        guard editor.isSettled, let rows = state.rows else { return }
        put("all: \(TimeText.count(rows.matchCount - rows.leavingCount)) match", 3, .title, nil)
        next()
        for clause in rows.ledger where clause.unknown > 0 {
            put("\(clause.text): unknown for \(TimeText.count(clause.unknown)), left out", 3, .dim, nil)
            next()
        }
    }

    /// The clauses in a line: what would match without each.
    private func paintClauseLine(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        var column = area.column + 1
        func put(_ text: String, _ role: Role) {
            let room = max(0, area.endColumn - 1 - column)
            column += grid.put(text, at: Position(column: column, row: area.row), style: theme.id(role), maxWidth: room)
        }
        guard !filter.clauses.all.isEmpty else {
            put("no clauses: everything matches", .dim)
            return
        }
        put("without", .dim)
        for (index, clause) in filter.clauses.all.enumerated() {
            let counts = counts(clause)
            let number = clause.isOff ? "off" : counts.map { TimeText.count($0.matchWithout) } ?? editor.ellipsis
            let name = clause.words.prefix { $0 != " " && $0 != "(" }
            let piece = " \(index + 1) \(name.isEmpty ? clause.words.prefix(8) : name) \(number)"
            guard column + piece.utf8.count + 2 < area.endColumn else {
                put(" " + editor.ellipsis, .dim)
                return
            }
            if index > 0 { put(editor.ascii ? " |" : " │", .border) }
            let isTightest = counts?.isTightest == true
            put(piece, clause.isOff ? .disabled : isTightest ? .warning : .text)
            if isTightest { put(editor.ascii ? "<" : "◂", .warning) }
        }
        if filter.fault != nil { put("   last valid kept", .dim) }
    }

    // MARK: What can be put in

    /// The offers and which of them is chosen.
    private var offered: (all: [FilterCandidate], index: Int) {
        if case .fields(let index) = filter.mode { return (filter.offers.all, index) }
        return filter.completed ?? (filter.offers.all, 0)
    }

    private func paintOffers(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        let (all, chosen) = offered
        let typed = filter.offers.typed
        var title = typed.isEmpty || all.isEmpty ? "complete" : "complete \"\(typed)\""
        var note = all.isEmpty ? "" : "\(chosen + 1) of \(all.count)"
        if case .fields = filter.mode {
            title = typed.isEmpty ? "fields" : "fields like \"\(typed)\""
            note += ", \(editor.key(.older)) \(editor.key(.newer)) choose, \(editor.key(.accept)) takes"
        }
        let inside = box(area, title, note, into: &grid, theme)
        guard !all.isEmpty else {
            paintRules(in: inside, into: &grid, theme)
            return
        }
        // The list above, below it what the chosen one is.
        let about = min(6, max(0, inside.height - 3))
        let count = inside.height - about
        let first = max(0, min(chosen - count / 2, all.count - count))
        for (line, index) in (first..<min(all.count, first + count)).enumerated() {
            let candidate = all[index]
            let row = inside.row + line
            let role: Role = index == chosen ? .chosen : .text
            if index == chosen {
                let whole = Rect(column: inside.column, row: row, width: inside.width, height: 1)
                grid.fill(whole, style: theme.id(.chosen))
                grid.put(">", at: Position(column: inside.column, row: row), style: theme.id(.chosen))
            }
            func put(_ text: String, _ column: Int, _ width: Int) {
                let room = min(width, max(0, inside.width - column))
                grid.put(
                    text,
                    at: Position(column: inside.column + column, row: row),
                    style: theme.id(role),
                    maxWidth: room
                )
            }
            put(candidate.text, 2, 14)
            put(candidate.kindWords, 17, 8)
            put(candidate.meaning, 26, .max)
        }
        let below = Rect(column: inside.column, row: inside.row + count, width: inside.width, height: about)
        paintAbout(all[min(chosen, all.count - 1)], in: below, into: &grid, theme)
    }

    /// What the chosen offer is, how it is used, and what it is now.
    private func paintAbout(_ chosen: FilterCandidate, in area: Rect, into grid: inout Grid, _ theme: Theme) {
        var lines: [(text: String, role: Role)] = []
        let column = chosen.kind == .field ? ColumnDescriptor.named(chosen.text) : nil
        for line in TextWrap.lines(chosen.meaning, width: max(1, area.width)).prefix(2) { lines.append((line, .text)) }
        if let example = chosen.example { lines.append(("example: " + example, .hint)) }
        if let column, let now = LiveRange(column, state.rows, editor.ascii) { lines.append((now.words, .dim)) }
        if let column, !column.validity.isEmpty { lines.append(("known: " + column.validity, .dim)) }
        // Under a rule of its own.
        guard area.height > 1 else { return }
        grid.horizontalLine(at: area.origin, length: area.width, style: theme.id(.border))
        for (index, line) in lines.prefix(area.height - 1).enumerated() {
            let place = Position(column: area.column, row: area.row + 1 + index)
            grid.put(line.text, at: place, style: theme.id(line.role), maxWidth: area.width)
        }
    }

    /// The language in a few lines, where nothing is being typed.
    private func paintRules(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        let rules = [
            ("rvol > 3", "a field, an operator, a value"), ("price 1..20", "a range, both ends in it"),
            ("float < 50M", "K, M, B; % and x where they fit"), ("a and b, c", "and, or, not; a comma is and"),
            ("chg% > 5 or halted", "a yes/no field stands alone"), ("$preset  @list", "named filters and lists"),
            ("chg(5m) > 2", "over the last minutes or slots"), ("| sort rvol- | top 50", "order and number"),
            ("(unknown)", "what is not known never matches"), (editor.key(.fields), "all fields there are"),
        ]
        for (index, rule) in rules.prefix(area.height).enumerated() {
            let place = Position(column: area.column, row: area.row + index)
            grid.put(rule.0, at: place, style: theme.id(.clock), maxWidth: 22)
            let words = Position(column: area.column + 24, row: area.row + index)
            grid.put(rule.1, at: words, style: theme.id(.dim), maxWidth: max(0, area.width - 24))
        }
    }

    private func paintOfferLine(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        let (all, chosen) = offered
        let place = Position(column: area.column + 1, row: area.row)
        let room = area.width - 2
        guard all.indices.contains(chosen) else {
            let words =
                "field op value, a..b a range, and or not; K M B; $preset @list; \(editor.key(.fields)) all fields"
            grid.put(words, at: place, style: theme.id(.dim), maxWidth: room)
            return
        }
        let offer = all[chosen]
        var used = grid.put(editor.key(.complete) + " ", at: place, style: theme.id(.key), maxWidth: room)
        func put(_ text: String, _ role: Role) {
            let next = Position(column: place.column + used, row: place.row)
            used += grid.put(text, at: next, style: theme.id(role), maxWidth: max(0, room - used))
        }
        put(offer.text + " ", .clock)
        put("\(offer.kindWords)  \(offer.meaning)", .hint)
    }

    // MARK: History

    private func paintHistory(_ search: FilterSearch, into grid: inout Grid, _ theme: Theme) {
        let area = Rect(
            column: plan.clauses.column,
            row: plan.clauses.row,
            width: plan.isWide ? plan.clauses.width + plan.offers.width : plan.clauses.width,
            height: plan.isWide ? plan.clauses.height : plan.clauses.height + plan.offers.height
        )
        let finds = search.finds(in: state.filterHistory.texts)
        let note = "\(editor.key(.historySearch)) older, \(editor.key(.accept)) takes it, \(editor.key(.close)) back"
        let inside = box(area, "filters applied before", note, into: &grid, theme)
        guard !finds.isEmpty else {
            let words = search.typed.isEmpty ? "none yet" : "none has \"\(search.typed)\""
            grid.put(words, at: inside.origin, style: theme.id(.dim), maxWidth: inside.width)
            return
        }
        let first = max(0, min(search.skipped - inside.height / 2, finds.count - inside.height))
        for (line, index) in (first..<min(finds.count, first + inside.height)).enumerated() {
            let row = inside.row + line
            let isChosen = index == search.skipped
            if isChosen {
                let whole = Rect(column: inside.column, row: row, width: inside.width, height: 1)
                grid.fill(whole, style: theme.id(.chosen))
                grid.put(">", at: Position(column: inside.column, row: row), style: theme.id(.chosen))
            }
            let place = Position(column: inside.column + 2, row: row)
            let room = max(0, inside.width - 2)
            grid.put(finds[index], at: place, style: theme.id(isChosen ? .chosen : .text), maxWidth: room)
            if let found = search.place(in: finds[index]), found.upperBound <= room {
                let cells = Rect(column: place.column + found.lowerBound, row: row, width: found.count, height: 1)
                grid.restyle(cells, style: theme.id(.matched))
            }
        }
    }
}

/// The smallest, middle and largest value of a column among the rows at hand.
struct LiveRange {
    /// In words.
    let words: String

    /// Of a column that is among the rows; nil of another, and of one without numbers.
    init?(_ column: ColumnDescriptor, _ rows: ScanResult?, _ ascii: Bool) {
        guard let rows, let index = rows.columns.firstIndex(of: column.id), column.kind == .number else { return nil }
        let values = rows.values[index].filter { !$0.isNaN }.sorted()
        guard let least = values.first, let most = values.last else { return nil }
        let format: NumberFormat =
            switch column.format {
            case .price: .fixed(2)
            case .signedPercent(let decimals), .percent(let decimals), .multiple(let decimals): .fixed(decimals)
            case .abbreviated: .compact
            case .age, .text, .strip: .fixed(0)
            }
        let middle = values[values.count / 2]
        let numbers = [least, middle, most].map { format.string($0) }.joined(separator: " \(ascii ? "-" : "·") ")
        words = "now: \(numbers)  (least, middle, most of \(values.count) rows)"
    }
}
