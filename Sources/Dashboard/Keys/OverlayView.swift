import EngineAPI
import MarketData
import TerminalGrid

/// One line of a list that lies over the table: words in up to two looks.
struct OverlayLine: Hashable, Sendable {
    /// The first words, in the key colour.
    var head = ""
    /// Columns the first words take, padding included.
    var headWidth = 0
    /// The rest.
    var text = ""
    /// How the rest looks.
    var role = Role.text
}

extension OverlayLine {
    /// Paints the line into a row.
    func paint(in line: Rect, into grid: inout Grid, _ theme: Theme) {
        grid.put(head, at: line.origin, style: theme.id(.key), maxWidth: line.width)
        let place = Position(column: line.column + headWidth, row: line.row)
        grid.put(text, at: place, style: theme.id(role), maxWidth: max(0, line.width - headWidth))
    }
}

/// The help and the messages: where the list stands, and its lines.
struct OverlayLayout {
    /// The list with its border.
    let area: Rect
    /// Its lines, all of them.
    let lines: [OverlayLine]
    /// Words in the border.
    let title: String
    /// Its keys.
    let note: String

    /// Lines in all.
    var lineCount: Int { lines.count }
    /// Lines seen at once.
    var pageRows: Int { area.interior.height }

    /// The layout of a state's list; empty when there is none.
    init(_ state: DashboardState, ascii: Bool = false) {
        let screen = Rect(state.size)
        let width = min(screen.width, state.layer.isWide ? 120 : 90)
        let textWidth = max(1, width - 4)
        let context = state.keyContext
        let isRecall = context == .recall
        note = KeyNote.text(
            [
                ([isRecall ? .up : .down, isRecall ? .down : .up], isRecall ? "a minute" : "scroll"),
                ([.close], "closes"),
            ],
            state.keymap,
            context,
            ascii: ascii
        )
        switch state.layer {
        case .messages:
            title = "MESSAGES"
            lines = Self.messageLines(state, width: textWidth)
        case .stats:
            title = "STREAM"
            lines = StatsText(state, ascii: ascii).lines
        case .why(_, let query):
            title = WhyText.title(query)
            lines = WhyText.lines(state.why, query, width: textWidth, ascii: ascii)
        case .recall(let recalled):
            title = RecallText.title(recalled)
            lines = RecallText.lines(recalled)
        case .table, .help, .sortMenu, .find, .command, .filter, .lists, .palette, .columns, .explain:
            title = ""
            lines = []
        }
        let body = screen.inset(top: screen.height > 20 ? 2 : 0, bottom: 1)
        area = body.centered(Size(columns: width, rows: min(body.height, lines.count + 2)))
    }

    private static func messageLines(_ state: DashboardState, width: Int) -> [OverlayLine] {
        let problems = state.allProblems
        guard !problems.isEmpty else { return [OverlayLine(text: "nothing is wrong", role: .dim)] }
        var lines: [OverlayLine] = []
        for problem in problems {
            let (word, role): (String, Role) =
                switch problem.level {
                case .error: ("error", .bad)
                case .warning: ("warning", .warning)
                case .info: ("note", .text)
                }
            for (index, text) in TextWrap.lines(problem.text, width: max(1, width - 9)).enumerated() {
                lines.append(OverlayLine(head: index == 0 ? word : "", headWidth: 9, text: text, role: role))
            }
            lines.append(OverlayLine())
        }
        return lines
    }

    /// Paints the list from a line on.
    func paint(top: Int, into grid: inout Grid, _ theme: Theme) {
        grid.fill(area, style: theme.id(.text))
        let inside = grid.box(
            area,
            title: title,
            note: note,
            style: theme.id(.border),
            titleStyle: theme.id(.clock),
            noteStyle: theme.id(.dim)
        )
        let first = max(0, min(top, lines.count - inside.height))
        for (index, line) in lines.dropFirst(first).prefix(inside.height).enumerated() {
            let row = inside.row + index
            let column = inside.column + 1
            let room = inside.width - 2
            grid.put(line.head, at: Position(column: column, row: row), style: theme.id(.key), maxWidth: room)
            let place = Position(column: column + line.headWidth, row: row)
            grid.put(line.text, at: place, style: theme.id(line.role), maxWidth: max(0, room - line.headWidth))
        }
        let last = min(lines.count, first + inside.height)
        let more = lines.count - last
        let place = more > 0 ? "\(last)/\(lines.count), \(more) more below" : "\(last)/\(lines.count)"
        grid.boxFooter(area, trailing: place, style: theme.id(.dim))
    }
}

extension Layer {
    /// Whether its lines say more the wider they are.
    fileprivate var isWide: Bool {
        if case .why = self { true } else { false }
    }
}
