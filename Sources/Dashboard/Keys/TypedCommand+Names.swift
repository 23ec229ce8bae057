import EngineAPI
import MarketData

/// What lines behind the colon may name, as far as the state knows it.
struct CommandScope: Hashable, Sendable {
    /// The settings that take force at the start only.
    var catalogue: [SettingWords] = []
    /// The lists, with what they are.
    var lists: [CommandCompletion.Candidate] = []
    /// Names of the layouts kept.
    var layouts: [String] = []

    /// The setting of a name, capitals or not.
    func setting(_ name: String) -> SettingWords? {
        let wanted = name.lowercased()
        return catalogue.first { $0.name == wanted }
    }
}

extension DashboardState {
    /// What lines behind the colon may name now.
    var commandScope: CommandScope {
        CommandScope(
            catalogue: settings.catalogue,
            lists: names.book.lists.map { CommandCompletion.Candidate(word: $0.name, meaning: $0.summary) },
            layouts: layoutNames
        )
    }
}

extension TypedCommand {
    /// Most letters of a symbol that is understood without capitals: longer words are rather mistakes.
    private static let plainSymbolMax = 5

    /// The commands that name layouts, themes, columns and tickers; nil for all others.
    ///
    /// - Throws: ``CommandError``.
    static func parseNamed(_ verb: String, _ rest: [CommandWord], end: Int) throws(CommandError) -> TypedCommand? {
        switch verb {
        case "layout":
            if rest.count > 2 { throw CommandError(text: "layout takes at most two words", range: rest[2].range) }
            return .layout(rest.map(\.text))
        case "theme":
            let word = try one(rest, "theme", "take which theme? tradeul themes lists them", end)
            return .theme(word.text)
        case "jump":
            let word = try one(rest, "jump", "go to which ticker? such as AAPL", end)
            guard let symbol = Symbol(word.text) ?? Symbol(word.text.uppercased()) else {
                throw CommandError(text: "that is no symbol such as AAPL", range: word.range)
            }
            return .jump(symbol)
        case "column":
            guard let how = rest.first else {
                throw CommandError(text: "column add NAME, or column remove NAME", range: end..<end)
            }
            guard how.text == "add" || how.text == "remove" else {
                let near = NearestName.of(how.text, among: ["add", "remove"]).map { "; did you mean \($0)?" } ?? ""
                throw CommandError(text: "column takes add or remove" + near, range: how.range)
            }
            let word = try one(Array(rest.dropFirst()), "column \(how.text)", "which column? such as gap%", end)
            do {
                return .column(try ColumnWords.column(word.text).id, isAdded: how.text == "add")
            } catch {
                throw CommandError(text: error.sentence, range: word.range)
            }
        default: return nil
        }
    }

    private static func one(
        _ words: [CommandWord],
        _ verb: String,
        _ question: String,
        _ end: Int
    ) throws(CommandError) -> CommandWord {
        guard let word = words.first else { throw CommandError(text: question, range: end..<end) }
        if words.count > 1 { throw CommandError(text: "\(verb) takes one word", range: words[1].range) }
        return word
    }

    /// A line whose first word is no command: an action's name, or a ticker.
    ///
    /// - Throws: ``CommandError`` when it is neither.
    static func parseName(
        _ first: CommandWord,
        _ rest: [CommandWord],
        _ scope: CommandScope
    ) throws(CommandError) -> TypedCommand {
        if let action = Action(name: first.text) {
            if let more = rest.first {
                throw CommandError(
                    text: "\(action.name) takes nothing: \(quoted(more.text)) is too much",
                    range: more.range
                )
            }
            return .action(action)
        }
        guard rest.isEmpty, let symbol = symbol(first.text) else { throw unknown(first) }
        return .jump(symbol)
    }

    /// The ticker a word names: in capitals, or short and like no command.
    private static func symbol(_ text: String) -> Symbol? {
        let bytes = Array(text.utf8)
        guard let head = bytes.first, (0x41...0x5A).contains(head & 0xDF),
            bytes.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) || (0x30...0x39).contains($0) || $0 == 0x2E })
        else { return nil }
        let isCapital = text == text.uppercased()
        if isCapital { return Symbol(text) }
        guard bytes.count <= plainSymbolMax, NearestName.of(text, among: nearNames) == nil else { return nil }
        return Symbol(text.uppercased())
    }
}
