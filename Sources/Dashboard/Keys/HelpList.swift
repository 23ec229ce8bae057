import EngineAPI
import MarketData
import TerminalGrid

/// The entries of the help, made from the tables that the program itself goes by, and the lines they take.
struct HelpList {
    /// What an entry does when it is run.
    enum Target: Hashable {
        /// An action.
        case action(Action)
        /// What a key of the trader's own does.
        case run([KeyStep])
        /// A line to go on with behind the colon.
        case put(String)
    }

    /// A line of the list.
    struct Line: Hashable {
        /// Keys or name; empty in a heading and in lines that go on.
        var head = ""
        /// The words.
        var text = ""
        /// Which entry it belongs to; nil for headings and empty lines.
        var entry: Int?
        /// Whether it is a heading.
        var isHeading = false
    }

    /// Columns of the heads.
    static let headWidth = 16

    /// All lines, wrapped to the width.
    private(set) var lines: [Line] = []
    private var targets: [Target?] = []
    private var ranges: [Range<Int>] = []
    private let width: Int
    private let words: [String]
    private var heading: String?

    /// How many entries there are, headings not counted.
    var entryCount: Int { targets.count }

    /// What an entry does; nil when it only explains.
    func target(of entry: Int) -> Target? { targets.indices.contains(entry) ? targets[entry] : nil }

    /// The lines of an entry.
    func lines(of entry: Int) -> Range<Int> { ranges.indices.contains(entry) ? ranges[entry] : 0..<0 }

    /// The list of a state, narrowed to what is searched for.
    init(_ state: DashboardState, _ help: HelpState, ascii: Bool) {
        width = max(1, HelpView.width(state) - 4)
        words = help.typed.lowercased().split(separator: " ").map(String.init)
        switch help.kind {
        case .help: addHelp(state, help.pane, ascii: ascii)
        case .keys: addKeys(state.keymap, ascii: ascii)
        case .setting(let setting, let wanted): add(setting, wanted)
        }
        if targets.isEmpty, !words.isEmpty { lines = [Line(text: "nothing here has \"\(help.typed)\" in it")] }
    }

    // MARK: Keys

    private mutating func addHelp(_ state: DashboardState, _ pane: KeyContext, ascii: Bool) {
        let keymap = state.keymap
        heading = "KEYS " + pane.place.uppercased()
        for entry in ActionEntry.all
        where entry.contexts.contains(pane) && !entry.contexts.isSuperset(of: ActionEntry.screen) {
            add(entry, pane, keymap, ascii: ascii)
        }
        for binding in keymap.bindings(in: pane) {
            guard case .run(let steps)? = binding.target else { continue }
            add(KeyName.text(binding.keys, ascii: ascii), "runs " + binding.targetText, .run(steps))
        }
        for group in ActionGroup.allCases {
            heading = group.rawValue
            for entry in ActionEntry.all
            where entry.group == group && entry.contexts.isSuperset(of: ActionEntry.screen) {
                add(entry, pane, keymap, ascii: ascii)
            }
        }
        for context in KeyContext.allCases where context != pane {
            heading = "KEYS " + context.place.uppercased()
            for entry in ActionEntry.all
            where entry.contexts.contains(context) && !entry.contexts.contains(pane)
                && entry.contexts == entry.shownContexts(from: context)
            {
                add(entry, context, keymap, ascii: ascii)
            }
        }
        addCommands(state)
        addColumns()
        heading = "MARKS"
        for (mark, meaning) in HelpMarks.all(ascii: ascii) { add(mark, meaning, nil) }
    }

    private mutating func add(_ entry: ActionEntry, _ context: KeyContext, _ keymap: Keymap, ascii: Bool) {
        let keys = keymap.names(of: entry.action, in: context, ascii: ascii)
        add(keys.isEmpty ? ":" + entry.action.name : keys, entry.help, .action(entry.action), also: entry.action.name)
    }

    private mutating func addCommands(_ state: DashboardState) {
        heading = "COMMANDS"
        for verb in CommandVerb.all {
            let head = ":" + verb.name + (verb.arguments.isEmpty ? "" : " " + verb.arguments)
            add(head, verb.meaning, .put(verb.name + (verb.arguments.isEmpty ? "" : " ")))
        }
        heading = "SETTINGS"
        for setting in LiveSetting.all {
            add(":set \(setting.name) \(setting.pattern)", setting.meaning, .put("set \(setting.name) "))
        }
        for setting in state.settings.catalogue where LiveSetting.named(setting.name) == nil {
            add(":set \(setting.name)", setting.meaning, .put("set \(setting.name)"))
        }
    }

    private mutating func addColumns() {
        heading = "COLUMNS"
        for column in ColumnDescriptor.all {
            let unit = column.unit == .none ? "" : " [\(column.unit.rawValue)]"
            let target: Target? = column.isSortable ? .put("sort \(column.id.rawValue)") : nil
            add(column.title, column.formula + unit, target, also: column.id.rawValue)
        }
    }

    private mutating func addKeys(_ keymap: Keymap, ascii: Bool) {
        for section in [nil] + KeyContext.allCases.map(Optional.some) {
            heading =
                section.map { "[keys.\($0.rawValue)]  \($0.place)" } ?? "[keys.global]  wherever it means something"
            for binding in keymap.sections[section] {
                let words = FieldText.left(binding.targetText, 22) + " " + binding.origin
                add(KeyName.text(binding.keys, ascii: ascii), words, nil)
            }
        }
    }

    private mutating func add(_ setting: SettingWords, _ wanted: String?) {
        heading = setting.name
        add("now", setting.value, nil)
        add("allowed", setting.allowed, nil)
        add("what it does", setting.meaning, nil)
        heading = "IT TAKES FORCE AT THE NEXT START; WRITE INTO THE SETTINGS FILE"
        for line in setting.fileLines(wanted ?? setting.value) { add("", line, nil) }
    }

    // MARK: Lines

    private mutating func add(_ head: String, _ text: String, _ target: Target?, also: String = "") {
        if !words.isEmpty {
            let place = (head + " " + text + " " + also).lowercased()
            guard words.allSatisfy({ place.contains($0) }) else { return }
        }
        if let heading {
            if !lines.isEmpty { lines.append(Line()) }
            lines.append(Line(text: heading, isHeading: true))
            self.heading = nil
        }
        let entry = targets.count
        let start = lines.count
        // Many keys for one action push the text into the next line rather than being cut.
        let fits = DisplayScalar.width(of: head) < Self.headWidth - 1
        if !fits { lines.append(Line(head: head, entry: entry)) }
        let parts = TextWrap.lines(text, width: max(1, width - Self.headWidth))
        for (index, part) in (parts.isEmpty ? [""] : parts).enumerated() {
            lines.append(Line(head: index == 0 && fits ? head : "", text: part, entry: entry))
        }
        targets.append(target)
        ranges.append(start..<lines.count)
    }
}

extension ActionEntry {
    /// The entry's contexts when the list shows it under one of them: each entry stands under its first.
    fileprivate func shownContexts(from context: KeyContext) -> Set<KeyContext> {
        KeyContext.allCases.first(where: contexts.contains) == context ? contexts : []
    }
}

/// What the marks on the screen mean.
enum HelpMarks {
    /// Every mark with its meaning.
    static func all(ascii: Bool) -> [(String, String)] {
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

}
