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
        if case .recall = state.layer {
            note = "h l a minute, Esc closes"
        } else {
            note = "j k scroll, Esc closes"
        }
        switch state.layer {
        case .help:
            title = "KEYS, COMMANDS, COLUMNS, MARKS"
            lines = HelpText.lines(width: textWidth, ascii: ascii)
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
        case .table, .sortMenu, .find, .command, .filter, .lists, .palette, .columns, .explain:
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

/// The help's lines, made from the tables that the program itself goes by.
enum HelpText {
    /// All lines; text longer than the width goes on in the next line.
    static func lines(width: Int, ascii: Bool) -> [OverlayLine] {
        var lines: [OverlayLine] = []
        for group in ActionGroup.allCases {
            add(heading: group.rawValue, to: &lines)
            for entry in ActionEntry.all where entry.group == group {
                add(entry.keyNames(ascii: ascii), entry.help, headWidth: 16, width: width, to: &lines)
            }
        }
        add(heading: "COMMANDS", to: &lines)
        for verb in CommandVerb.all {
            let head = ":" + verb.name + (verb.arguments.isEmpty ? "" : " " + verb.arguments)
            add(head, verb.meaning, headWidth: 16, width: width, to: &lines)
        }
        for setting in LiveSetting.all {
            add(":set \(setting.name) \(setting.pattern)", setting.meaning, headWidth: 16, width: width, to: &lines)
        }
        add(heading: "COLUMNS", to: &lines)
        for column in ColumnDescriptor.all {
            let unit = column.unit == .none ? "" : " [\(column.unit.rawValue)]"
            add(column.title, column.formula + unit, headWidth: 16, width: width, to: &lines)
        }
        add(heading: "MARKS", to: &lines)
        for (mark, meaning) in marks(ascii: ascii) { add(mark, meaning, headWidth: 16, width: width, to: &lines) }
        return lines
    }

    private static func marks(ascii: Bool) -> [(String, String)] {
        [
            ("+ before SYM", "came among the first 40 within the last minute"),
            ("~ after RVOL", "the stock hardly ever trades at this time: divided by the floor, not by its own history"),
            ("' after RVOL", "fewer days behind it than the settings ask for; with a panel, it says how many"),
            ("? after SLOT", "slots of today went by unseen and are not filled yet: those are missing, never guessed"),
            ("' after SRVOL", "fewer than 30 days behind the average volume; AVGVOL has the same mark"),
            ("RVOLs", "RVOL by mode slot: the day's volume by its mean at the end of the running slot"),
            ("RVOLr", "RVOL by mode regular: the slot's own volume by its own mean"),
            ("SLOT-1", "the slot is younger than 30 seconds: the column still shows the one before"),
            (
                (ascii ? "-" : "·") + " in a strip",
                "nobody knows that slot: it went by unseen, or there is no history for it; a quiet slot is never"
                    + " shown so"
            ),
            ("H! after SYM", "trading is halted or paused; the strip says since when, the row has a red ground"),
            ("L! after SYM", "the price stands at a limit band; a pause follows after 15 s unless that ends"),
            ("R after SYM", "trading was resumed within the last minutes"),
            (
                "? before LAST",
                "the stream broke off: the price is the last snapshot's and what happened since is not known"
            ),
            (
                (ascii ? "^ v" : "▲ ▼") + " before LAST",
                "the price has just gone up or down; the digits that changed stand out; :set flash off"
            ),
            ("tape: A B M > <", "traded at the ask, at the bid, between, above the ask, below the bid"),
            ("tape: H L", "a new high or low of the day, extended hours included"),
            ("tape: a s x", "auction, sweep of several venues, not a last price: late or out of sequence"),
            ("tape: d o", "dark: reported off exchange; odd lot"),
            ("tape: x7 *", "seven trades in one line; a block: from 10,000 shares or 200,000 USD on"),
            (
                "tape: venue",
                "N NYSE, P Arca, A American, T Nasdaq, B BX, X PSX, Z BZX, Y BYX, J EDGA, K EDGX, V IEX, U MEMX, D dark"
            ),
            ("dim row", "not traded today, or not for ten minutes, or no longer in the feed"),
            ("held 4s", "the order stands still while you move, values go on"),
            (
                "RVOL colours",
                "below 0.5, 0.5 to 1, 1 to 2, 2 to 3, 3 to 5, from 5 on; the legend is in the lower border"
            ),
            ("missing", "a dash: no value, never zero; sorts last"),
            ("hist 43%", "past days are being fetched, active stocks first; RVOL appears and settles as they arrive"),
            (
                "gap: 12 slots",
                "slots of today that went by unseen (sleep, outage, a late start): marked and fetched, never guessed"
            ),
            ("calendar: OPEN", "what the exchange calendar says where the vendor, who is followed, says otherwise"),
        ]
    }

    private static func add(heading: String, to lines: inout [OverlayLine]) {
        if !lines.isEmpty { lines.append(OverlayLine()) }
        lines.append(OverlayLine(text: heading, role: .headingSorted))
    }

    private static func add(
        _ head: String,
        _ text: String,
        headWidth: Int,
        width: Int,
        to lines: inout [OverlayLine]
    ) {
        // Many keys for one action push the text into the next line rather than being cut.
        let fits = DisplayScalar.width(of: head) < headWidth - 1
        if !fits { lines.append(OverlayLine(head: "  " + head)) }
        for (index, part) in TextWrap.lines(text, width: max(1, width - headWidth)).enumerated() {
            lines.append(OverlayLine(head: index == 0 && fits ? "  " + head : "", headWidth: headWidth, text: part))
        }
    }
}
