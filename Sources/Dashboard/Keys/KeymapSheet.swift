import MarketData
import TerminalGrid

/// What a keymap file says, as it was read: words, and where they stand.
package struct KeymapSheet: Hashable, Sendable {
    /// A place in the file, both from 1.
    package struct Place: Hashable, Sendable {
        /// The line.
        package var line: Int
        /// The column, in characters.
        package var column: Int

        /// A place.
        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    /// One binding.
    package struct Entry: Hashable, Sendable {
        /// The section behind `keys.`: `global`, `table`.
        package var section: String
        /// The keys as written: `g t`.
        package var keys: String
        /// What they do, as written: names of actions, lines with a colon, `none`.
        package var words: [String]
        /// Where the keys stand.
        package var place: Place
        /// Where the words stand.
        package var wordsPlace: Place

        /// A binding.
        package init(section: String, keys: String, words: [String], place: Place, wordsPlace: Place) {
            self.section = section
            self.keys = keys
            self.words = words
            self.place = place
            self.wordsPlace = wordsPlace
        }
    }

    /// What bindings are said to come from: `vim`, or a path.
    package var origin: String
    /// The bindings in the file's order.
    package var entries: [Entry] = []
    /// Milliseconds after which an unfinished sequence ends by itself, 0 for never; nil when the file says nothing.
    package var sequenceTimeoutMs: Int?
    /// Whether `origin` is a file, whose lines are told with its bindings.
    package var isFile: Bool

    /// A sheet without bindings.
    package init(origin: String, isFile: Bool) {
        self.origin = origin
        self.isFile = isFile
    }

    /// The sections there are.
    package static let sectionNames = ["global"] + KeyContext.allCases.map(\.rawValue)
    /// Allowed waits for the rest of a sequence, milliseconds.
    package static let timeoutsMs = 0...10_000
    /// Most steps of one binding.
    package static let stepsMax = 16
}

/// Something wrong in a keymap file.
package struct KeymapProblem: Hashable, Sendable {
    /// Whether something was left out that was asked for; a warning otherwise.
    package var isError: Bool
    /// The sheet's origin.
    package var origin: String
    /// Where.
    package var place: KeymapSheet.Place
    /// What is wrong, and what is done about it.
    package var text: String
}

extension Keymap {
    /// The keymap of sheets, the one inherited from first, each laid over those before.
    ///
    /// - Parameters:
    ///   - startsEmpty: Whether they begin with no keys at all; otherwise with the keys of the action table.
    ///   - catalogue: The settings of the program, for lines with `:set`.
    /// - Returns: A keymap that always has a way out, and one message for everything that was left out.
    package static func make(
        _ sheets: [KeymapSheet],
        name: String,
        startsEmpty: Bool = false,
        catalogue: [SettingWords] = []
    ) -> (keymap: Keymap, problems: [KeymapProblem]) {
        var maker = KeymapMaker(startsEmpty ? KeySections() : .standard, CommandScope(catalogue: catalogue))
        for (level, sheet) in sheets.enumerated() { maker.lay(sheet, level: level + 1) }
        return maker.finished(name)
    }
}

/// Lays sheets over each other and collects what is wrong.
private struct KeymapMaker {
    private var sections: KeySections
    private let scope: CommandScope
    private var timeoutMs = 0
    private var problems: [KeymapProblem] = []
    private var last: KeymapSheet?
    /// Where a binding of a sheet stands, for the messages about conflicts.
    private var places: [Mention: (origin: String, place: KeymapSheet.Place)] = [:]

    private struct Mention: Hashable {
        var section: KeyContext?
        var keys: [Key]
    }

    init(_ sections: KeySections, _ scope: CommandScope) {
        self.sections = sections
        self.scope = scope
    }

    mutating func lay(_ sheet: KeymapSheet, level: Int) {
        last = sheet
        if let wanted = sheet.sequenceTimeoutMs { timeoutMs = wanted }
        var found: [KeyContext?: [KeyBinding]] = [:]
        for (index, entry) in sheet.entries.enumerated() {
            guard let section = section(entry, sheet), let keys = keys(entry, sheet),
                let target = target(entry, sheet)
            else { continue }
            if let twin = found[section]?.firstIndex(where: { $0.keys == keys }) {
                add(
                    false,
                    sheet,
                    entry.place,
                    "\(quoted(entry.keys)) is bound above by another spelling: this one counts"
                )
                found[section]?.remove(at: twin)
            }
            let origin = sheet.isFile ? "\(sheet.origin):\(entry.place.line)" : sheet.origin
            // Later sheets come first in what is taught.
            let order = index - level * 1_000_000
            found[section, default: []].append(
                KeyBinding(keys: keys, target: target.value, origin: origin, order: order)
            )
            places[Mention(section: section, keys: keys)] = (sheet.origin, entry.place)
        }
        for (section, bindings) in found.sorted(by: { ($0.key?.rawValue ?? "") < ($1.key?.rawValue ?? "") }) {
            sections.lay(bindings, in: section)
        }
    }

    mutating func finished(_ name: String) -> (keymap: Keymap, problems: [KeymapProblem]) {
        var keymap = Keymap(sections, name: name, sequenceTimeoutMs: timeoutMs)
        if let sheet = last {
            let quits = keymap.name(of: .quit, in: .table) != nil || keymap.name(of: .command, in: .table) != nil
            if !quits {
                let binding = KeyBinding(keys: [.control("c")], target: .action(.quit), origin: "always", order: 0)
                sections.lay([binding], in: nil)
                sections.lay([binding], in: .table)
                keymap = Keymap(sections, name: name, sequenceTimeoutMs: timeoutMs)
                let place = KeymapSheet.Place(line: 1, column: 1)
                add(false, sheet, place, "no key leads to quit or command-line: ctrl-c quits all the same")
            }
        }
        addConflicts(keymap)
        return (keymap, problems)
    }

    // MARK: Reading

    private mutating func add(_ isError: Bool, _ sheet: KeymapSheet, _ place: KeymapSheet.Place, _ text: String) {
        problems.append(KeymapProblem(isError: isError, origin: sheet.origin, place: place, text: text))
    }

    private func quoted(_ text: String) -> String { "\"\(text.prefix(40))\"" }

    private mutating func section(_ entry: KeymapSheet.Entry, _ sheet: KeymapSheet) -> KeyContext?? {
        if entry.section == "global" { return .some(nil) }
        if let context = KeyContext(rawValue: entry.section) { return .some(context) }
        let near = NearestName.of(entry.section, among: KeymapSheet.sectionNames)
        let hint =
            near.map { "did you mean [keys.\($0)]?" } ?? "there are " + KeymapSheet.sectionNames.joined(separator: ", ")
        add(true, sheet, entry.place, "no section [keys.\(entry.section.prefix(40))]; \(hint); binding ignored")
        return nil
    }

    private mutating func keys(_ entry: KeymapSheet.Entry, _ sheet: KeymapSheet) -> [Key]? {
        do throws(KeySpelling.Fault) {
            return try KeySpelling.keys(entry.keys)
        } catch {
            add(!error.isUnsendable, sheet, entry.place, "\(quoted(entry.keys)): \(error.text); binding ignored")
            return nil
        }
    }

    /// What an entry's words ask for; nil when that was wrong.
    private mutating func target(_ entry: KeymapSheet.Entry, _ sheet: KeymapSheet) -> (value: KeyBinding.Target?, Void)?
    {
        if entry.words == ["none"] { return (nil, ()) }
        guard (1...KeymapSheet.stepsMax).contains(entry.words.count) else {
            let text = "\(quoted(entry.keys)) takes 1 to \(KeymapSheet.stepsMax) things to do; binding ignored"
            add(true, sheet, entry.wordsPlace, text)
            return nil
        }
        var steps: [KeyStep] = []
        for word in entry.words {
            if word.hasPrefix(":") {
                let line = String(word.drop { $0 == ":" || $0 == " " })
                do throws(CommandError) {
                    guard try TypedCommand.parse(line, scope) != nil else {
                        add(true, sheet, entry.wordsPlace, "nothing stands behind the colon; binding ignored")
                        return nil
                    }
                    steps.append(.line(line))
                } catch {
                    add(true, sheet, entry.wordsPlace, "\(quoted(word)): \(error.text); binding ignored")
                    return nil
                }
            } else if let action = Action(name: word) {
                steps.append(.action(action))
            } else {
                add(true, sheet, entry.wordsPlace, unknown(word))
                return nil
            }
        }
        if steps.count == 1, case .action(let action) = steps[0] {
            guard isPossible(action, entry, sheet) else { return nil }
            return (.action(action), ())
        }
        return (.run(steps), ())
    }

    private mutating func isPossible(_ action: Action, _ entry: KeymapSheet.Entry, _ sheet: KeymapSheet) -> Bool {
        guard let context = KeyContext(rawValue: entry.section), !action.contexts.contains(context) else { return true }
        let places = KeyContext.allCases.filter(action.contexts.contains).map(\.rawValue).joined(separator: ", ")
        let text = "\(action.name) means nothing \(context.place); it does in \(places); binding ignored"
        add(true, sheet, entry.wordsPlace, text)
        return false
    }

    private func unknown(_ word: String) -> String {
        var text = "unknown action \(quoted(word))"
        if let near = NearestName.of(word, among: Action.allCases.map(\.name)) {
            text += "; did you mean \(near)?"
        } else if let first = word.split(separator: " ").first, CommandVerb.named(String(first)) != nil {
            text += "; a command has a colon in front: \(quoted(":" + word))"
        } else {
            text += "; tradeul keymaps show lists them"
        }
        return text + " binding ignored"
    }

    // MARK: Conflicts

    /// A key that does something and begins a sequence, too: it cannot do it at once.
    private mutating func addConflicts(_ keymap: Keymap) {
        var told: Set<[Key]> = []
        for context in KeyContext.allCases {
            let bindings = keymap.bindings(in: context)
            for short in bindings {
                guard
                    let long = bindings.first(where: {
                        $0.keys.count > short.keys.count && $0.keys.starts(with: short.keys)
                    }),
                    let (origin, place) = place(of: short, in: context) ?? place(of: long, in: context),
                    told.insert(short.keys).inserted
                else { continue }
                let name = KeySpelling.text(short.keys)
                let wait =
                    timeoutMs > 0
                    ? "\"\(name)\" alone is done after \(timeoutMs) ms"
                    : "\"\(name)\" alone is done with the key after it; sequence_timeout_ms sets a time"
                let text = "\"\(name)\" is bound and also starts \"\(KeySpelling.text(long.keys))\": \(wait)"
                problems.append(KeymapProblem(isError: false, origin: origin, place: place, text: text))
            }
        }
    }

    private func place(of binding: KeyBinding, in context: KeyContext) -> (origin: String, place: KeymapSheet.Place)? {
        places[Mention(section: context, keys: binding.keys)] ?? places[Mention(section: nil, keys: binding.keys)]
    }
}
