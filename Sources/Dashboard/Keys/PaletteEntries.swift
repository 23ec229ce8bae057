import EngineAPI
import MarketData

/// Something that can be done by name.
struct PaletteEntry: Hashable, Sendable {
    /// What choosing it does.
    enum Target: Hashable, Sendable {
        /// An action.
        case action(Action)
        /// A line as behind the colon.
        case line(String)
        /// The beginning of such a line, for the trader to go on with.
        case put(String)
    }

    /// What it is, in a few words.
    let title: String
    /// What to type instead, with the colon.
    let form: String
    /// More about it, for the highlighted one.
    let meaning: String
    /// What choosing it does.
    let target: Target
    /// Title and form in lower case, one byte per character; others than ASCII as 0xFF.
    let folded: [UInt8]
    /// How many of them are the title's.
    let titleCount: Int

    /// An entry.
    init(_ title: String, form: String, meaning: String = "", _ target: Target) {
        self.title = title
        self.form = form
        self.meaning = meaning
        self.target = target
        titleCount = title.unicodeScalars.count
        folded = FuzzyMatch.folded(title) + [0x20] + FuzzyMatch.folded(form)
    }

    /// What stands behind the colon.
    var line: String {
        switch target {
        case .action(let action): action.name
        case .line(let line), .put(let line): line
        }
    }
}

extension DashboardState {
    /// Most symbols offered.
    private static let symbolsMax = 200

    /// Everything that can be done by name: the pane's own first, then what holds everywhere, then the rest.
    var paletteEntries: [PaletteEntry] {
        actionEntries + verbEntries + listEntries + settingEntries + columnEntries + symbolEntries
    }

    private var actionEntries: [PaletteEntry] {
        let pane = panes.focus.context
        func rank(_ contexts: Set<KeyContext>) -> Int {
            if contexts.isDisjoint(with: ActionEntry.screen) { return 3 }
            if contexts.isSuperset(of: ActionEntry.screen) { return 1 }
            return contexts.contains(pane) ? 0 : 2
        }
        var seen: Set<Action> = []
        let actions = ActionEntry.all.map(\.action).filter { seen.insert($0).inserted }
        let ranked = actions.map { (action: $0, rank: rank($0.contexts)) }
        return (0...3).flatMap { wanted in
            ranked.filter { $0.rank == wanted }.map { ranked in
                PaletteEntry(
                    ranked.action.help(in: pane),
                    form: ":" + ranked.action.name,
                    meaning: ranked.action.help(in: pane),
                    .action(ranked.action)
                )
            }
        }
    }

    private var verbEntries: [PaletteEntry] {
        CommandVerb.all.compactMap { verb in
            // A verb that is an action's name as well stands there already, with its key.
            guard Action(name: verb.name) == nil else { return nil }
            let needsMore = !verb.arguments.isEmpty && !verb.arguments.hasPrefix("[")
            let form = ":" + verb.name + (verb.arguments.isEmpty ? "" : " " + verb.arguments)
            let target: PaletteEntry.Target = needsMore ? .put(verb.name + " ") : .line(verb.name)
            return PaletteEntry(verb.meaning, form: form, meaning: verb.meaning, target)
        }
    }

    private var listEntries: [PaletteEntry] {
        let lists = names.book.lists.map { list in
            PaletteEntry(
                "list \(list.title.isEmpty ? list.name : list.title)",
                form: ":list \(list.name)",
                meaning: list.summary.isEmpty ? list.filter : list.summary,
                .line("list \(list.name)")
            )
        }
        let presets = names.book.presets.sorted { $0.key < $1.key }.map { name, filter in
            PaletteEntry("filter preset \(name)", form: ":filter $\(name)", meaning: filter, .line("filter $\(name)"))
        }
        let layouts = layoutNames.map {
            PaletteEntry(
                "layout \($0)",
                form: ":layout \($0)",
                meaning: "panes, list, filter, columns",
                .line("layout \($0)")
            )
        }
        return lists + presets + layouts
    }

    private var settingEntries: [PaletteEntry] {
        let live = LiveSetting.all.flatMap { setting -> [PaletteEntry] in
            guard case .words(let choices) = setting.values else {
                let form = ":set \(setting.name) \(setting.pattern)"
                return [
                    PaletteEntry(
                        "set \(setting.name)",
                        form: form,
                        meaning: "\(setting.meaning): \(setting.allowed)",
                        .put("set \(setting.name) ")
                    )
                ]
            }
            return choices.map { choice in
                let line = "set \(setting.name) \(choice.word)"
                return PaletteEntry(
                    line,
                    form: ":" + line,
                    meaning: "\(setting.meaning): \(choice.meaning)",
                    .line(line)
                )
            }
        }
        let others = settings.catalogue.filter { LiveSetting.named($0.name) == nil }.map { setting in
            PaletteEntry(
                "setting \(setting.name)",
                form: ":set \(setting.name)",
                meaning: setting.meaning,
                .line("set \(setting.name)")
            )
        }
        return live + others
    }

    private var columnEntries: [PaletteEntry] {
        let shown = Set(ScreenLayout(self).columns.map(\.descriptor.id))
        return ColumnDescriptor.all.flatMap { column -> [PaletteEntry] in
            var entries: [PaletteEntry] = []
            if column.isSortable {
                let line = "sort \(column.id.rawValue)\(column.sortsDescending ? "-" : "+")"
                entries.append(
                    PaletteEntry("sort by \(column.title)", form: ":" + line, meaning: column.formula, .line(line))
                )
            }
            if column.id != .symbol, column.id != .strip {
                let verb = shown.contains(column.id) ? "remove" : "add"
                let line = "column \(verb) \(column.id.rawValue)"
                let words = verb == "add" ? "show column" : "hide column"
                entries.append(
                    PaletteEntry("\(words) \(column.title)", form: ":" + line, meaning: column.formula, .line(line))
                )
            }
            return entries
        }
    }

    private var symbolEntries: [PaletteEntry] {
        (rows?.symbols ?? []).prefix(Self.symbolsMax).map { symbol in
            PaletteEntry(
                symbol.text,
                form: ":jump \(symbol.text)",
                meaning: "go to \(symbol.text) in the table",
                .line("jump \(symbol.text)")
            )
        }
    }
}
