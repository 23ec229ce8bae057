import EngineAPI
import MarketData

/// What a line behind the colon asks for.
enum TypedCommand: Sendable {
    /// Change a setting.
    case set(LiveSetting, value: String)
    /// Say what a setting is.
    case show(LiveSetting)
    /// Open the help.
    case help
    /// Show or hide the tape: the selected ticker's, or the merged one.
    case tape(isMerged: Bool)
    /// Open the stream's figures.
    case stats
    /// Show a list, or the whole market.
    case list(String?)
    /// Apply a filter, or take it away.
    case filter(String?)
    /// Show these columns, or the usual ones.
    case columns([ColumnID])
    /// Sort by a column.
    case sort(SortKey)
    /// Write what is shown as a list of this name.
    case save(String)
    /// Show who was on the list shown at a second of today.
    case recall(secondOfDay: Int)
    /// Open the why-log, of a ticker or of the list shown.
    case why(Symbol?)
    /// Do what a key does, by its name.
    case action(Action)
    /// Go to a ticker.
    case jump(Symbol)
    /// Show, keep, forget or reset a layout; the words behind the verb.
    case layout([String])
    /// Take another theme into use.
    case theme(String)
    /// Show every key and who binds it.
    case keys
    /// Show a column, or hide it.
    case column(ColumnID, isAdded: Bool)
    /// Tell of a setting that takes force at the next start; the value that was wanted, if any.
    case tell(SettingWords, wanted: String?)
    /// End the program.
    case quit
}

/// Why a line cannot be carried out.
struct CommandError: Error, Hashable, Sendable {
    /// What is wrong, what is allowed, and what was probably meant.
    var text: String
    /// Where in the line, in characters; empty at the end when something is missing.
    var range: Range<Int>
}

/// One command of the command line.
struct CommandVerb: Sendable {
    /// As it is typed.
    let name: String
    /// Other spellings.
    let others: [String]
    /// What follows, for the help.
    let arguments: String
    /// What it does, in a line.
    let meaning: String

    /// The table.
    static let all: [CommandVerb] = [
        CommandVerb(
            name: "set",
            others: [],
            arguments: "NAME VALUE",
            meaning: "change a setting until you quit; NAME alone or NAME? shows it"
        ),
        CommandVerb(
            name: "tape",
            others: ["ts"],
            arguments: "[all]",
            meaning: "show or hide the tape of the selected ticker, or of the whole short list"
        ),
        CommandVerb(name: "stats", others: [], arguments: "", meaning: "the stream: connection, events, latency"),
        CommandVerb(
            name: "list",
            others: ["l"],
            arguments: "[NAME]",
            meaning: "show a list; without a name the whole market"
        ),
        CommandVerb(name: "filter", others: [], arguments: "[TEXT]", meaning: "apply a filter; without a text none"),
        CommandVerb(name: "sort", others: [], arguments: "COLUMN[-+]", meaning: "sort by any column, - largest first"),
        CommandVerb(
            name: "cols",
            others: ["columns"],
            arguments: "[NAMES]",
            meaning: "show these columns; alone the usual"
        ),
        CommandVerb(name: "save", others: ["w"], arguments: "NAME", meaning: "keep what is shown as a list of yours"),
        CommandVerb(name: "at", others: [], arguments: "TIME", meaning: "who was on the list shown at 09:45"),
        CommandVerb(name: "why", others: [], arguments: "[SYMBOL]", meaning: "why tickers came and went"),
        CommandVerb(
            name: "column",
            others: ["col"],
            arguments: "add|remove NAME",
            meaning: "show one more column, or one less"
        ),
        CommandVerb(
            name: "layout",
            others: [],
            arguments: "[NAME | save NAME | delete NAME | reset]",
            meaning: "panes, list, filter and columns by name"
        ),
        CommandVerb(name: "jump", others: ["j"], arguments: "SYMBOL", meaning: "go to a ticker; :AAPL is enough"),
        CommandVerb(name: "theme", others: [], arguments: "NAME", meaning: "take another theme into use"),
        CommandVerb(name: "keys", others: [], arguments: "", meaning: "every key, what it does and who says so"),
        CommandVerb(name: "help", others: ["h"], arguments: "", meaning: "keys, commands, columns, marks"),
        CommandVerb(name: "q", others: ["quit", "q!", "exit"], arguments: "", meaning: "quit"),
    ]

    /// The command of a spelling, capitals or not.
    static func named(_ text: String) -> CommandVerb? {
        let wanted = text.lowercased()
        return all.first { $0.name == wanted || $0.others.contains(wanted) }
    }
}

/// A word of the line and where it stands.
struct CommandWord: Hashable, Sendable {
    /// The word, without spaces.
    var text: String
    /// Its place, in characters.
    var range: Range<Int>

    /// The words of a line: separated by spaces, an equals sign behind the first one counting as a space; colons in
    /// front are left out, for a pasted command brings its own.
    static func words(in line: String) -> [CommandWord] {
        var words: [CommandWord] = []
        var open: CommandWord?
        var offset = 0
        for scalar in line.unicodeScalars {
            let isColonInFront = scalar == ":" && words.isEmpty && open == nil
            if scalar == " " || isColonInFront || scalar == "=" && !words.isEmpty {
                if let word = open { words.append(word) }
                open = nil
            } else {
                var word = open ?? CommandWord(text: "", range: offset..<offset)
                word.text.unicodeScalars.append(scalar)
                word.range = word.range.lowerBound..<(offset + 1)
                open = word
            }
            offset += 1
        }
        if let word = open { words.append(word) }
        return words
    }
}

extension TypedCommand {
    /// Reads a line; nil when it holds nothing.
    ///
    /// - Throws: ``CommandError`` with the place of what is wrong.
    static func parse(
        _ line: String,
        _ scope: CommandScope = CommandScope()
    ) throws(CommandError) -> TypedCommand? {
        let words = CommandWord.words(in: line)
        guard let first = words.first else { return nil }
        let rest = Array(words.dropFirst())
        guard let verb = CommandVerb.named(first.text) else { return try parseName(first, rest, scope) }
        if let named = try parseNamed(verb.name, rest, end: line.unicodeScalars.count) { return named }
        if let scan = try parseScan(verb.name, rest, line) { return scan }
        if verb.name == "set" { return try parseSet(rest, scope, end: line.unicodeScalars.count) }
        if verb.name == "tape", rest.count == 1, rest[0].text.lowercased() == "all" { return .tape(isMerged: true) }
        if let more = rest.first {
            let takes = verb.name == "tape" ? "tape takes nothing, or all" : "\(verb.name) takes nothing"
            throw CommandError(text: "\(takes): \(quoted(more.text)) is too much", range: more.range)
        }
        switch verb.name {
        case "help": return .help
        case "tape": return .tape(isMerged: false)
        case "stats": return .stats
        case "keys": return .keys
        default: return .quit
        }
    }

    private static func parseSet(
        _ words: [CommandWord],
        _ scope: CommandScope,
        end: Int
    ) throws(CommandError) -> TypedCommand {
        guard var name = words.first else {
            throw CommandError(text: "set which setting? \(names)", range: end..<end)
        }
        var asks = false
        if name.text.hasSuffix("?") {
            asks = true
            name.text.removeLast()
        }
        guard !name.text.isEmpty else { throw CommandError(text: "set which setting? \(names)", range: name.range) }
        guard let setting = LiveSetting.named(name.text) else {
            guard let told = scope.setting(name.text) else { throw unknownSetting(name, scope) }
            return .tell(told, wanted: words.count > 1 && words[1].text != "?" && !asks ? words[1].text : nil)
        }
        if words.count > 1, words[1].text == "?" { asks = true }
        guard !asks else {
            if let more = words.dropFirst(words.count > 1 && words[1].text == "?" ? 2 : 1).first {
                throw CommandError(text: "nothing may follow the question mark", range: more.range)
            }
            return .show(setting)
        }
        guard words.count > 1 else { return .show(setting) }
        let value = words[1]
        guard setting.allows(value.text) else { throw notAllowed(value, for: setting) }
        if words.count > 2 {
            throw CommandError(
                text: "\(setting.name) takes one value: \(quoted(words[2].text)) is too much",
                range: words[2].range
            )
        }
        return .set(setting, value: value.text)
    }

    // MARK: What is wrong

    private static let names: String = {
        let all = LiveSetting.all.map(\.name)
        return all.dropLast().joined(separator: ", ") + " or " + (all.last ?? "")
    }()

    static func unknown(_ word: CommandWord) -> CommandError {
        let name = word.text.hasSuffix("?") ? String(word.text.dropLast()) : word.text
        var text = "no command \(quoted(word.text))"
        if let setting = LiveSetting.named(name) {
            text += "; did you mean set \(setting.name)?"
        } else if let near = NearestName.of(name, among: nearNames) {
            text += "; did you mean \(near)?"
        } else {
            text += "; there are " + CommandVerb.all.map(\.name).joined(separator: ", ")
        }
        return CommandError(text: text, range: word.range)
    }

    /// Names that a word may have meant.
    static let nearNames = CommandVerb.all.flatMap { [$0.name] + $0.others } + Action.allCases.map(\.name)

    private static func unknownSetting(_ word: CommandWord, _ scope: CommandScope) -> CommandError {
        let typed = word.text.lowercased()
        let all = LiveSetting.all.map(\.name) + scope.catalogue.map(\.name)
        let short = all.first { $0.split(separator: ".").last.map(String.init) == typed }
        let near = short ?? NearestName.of(typed, among: all)
        let hint =
            near.map { "; did you mean \($0)?" }
            ?? "; it can be \(names), all others stand in the settings file"
        return CommandError(text: "no setting \(quoted(word.text)) to change here" + hint, range: word.range)
    }

    private static func notAllowed(_ word: CommandWord, for setting: LiveSetting) -> CommandError {
        var text = "\(setting.name) takes \(setting.allowed), not \(quoted(word.text))"
        if case .words(let choices) = setting.values, let near = NearestName.of(word.text, among: choices.map(\.word)) {
            text += "; did you mean \(near)?"
        }
        return CommandError(text: text, range: word.range)
    }

    /// A word as it stands in a sentence; a long one is cut.
    static func quoted(_ text: String) -> String {
        text.utf8.count > 24 ? "\"\(text.prefix(23))…\"" : "\"\(text)\""
    }
}
