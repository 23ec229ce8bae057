import ArgumentParser
import EngineAPI
import FilterLanguage
import Glibc
import MarketData

/// `tradeul lists`: what is scanned for.
struct ListsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lists",
        abstract: "Prints the lists, shipped and your own, with their filters, and what is wrong with any.",
        discussion: """
            Your own lists stand in scans.toml beside config.toml; one with the name of a shipped list replaces it.
            Ends with 1 when something is wrong with your file.

            EXAMPLES:
              tradeul lists
              tradeul lists gap-up --toml >> ~/.config/tradeul/scans.toml     a shipped list to change
              tradeul lists --json | jq -r '.[].name'

            \(ExitStatus.helpText)
            """
    )

    @Argument(help: ArgumentHelp("Names; all unless given.", valueName: "name"))
    var names: [String] = []

    @Flag(help: "Print them as they stand in scans.toml.")
    var toml = false

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() throws {
        let startup = Startup.read()
        let shelf = ScanShelf.read(startup.paths.scansFile)
        for problem in shelf.problems { Console.error(problem.line) }
        let lists = names.isEmpty ? shelf.book.lists : try names.map { try shelf.list(named: $0) }
        let problems = ListCheck.problems(of: shelf.book, lists)
        for (list, words) in problems { Console.error("\(list): \(words)") }
        if json {
            for line in Self.json(lists) { Console.data(line) }
        } else if toml {
            Console.block(lists.map { ScanTOML.text($0) }.joined(separator: "\n"))
        } else {
            for line in Self.table(lists) { Console.data(line) }
        }
        let hasFault = shelf.problems.contains { $0.severity == .error } || !problems.isEmpty
        if hasFault { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private static func table(_ lists: [ScanDefinition]) -> [String] {
        let width = lists.map(\.name.count).max() ?? 0
        return lists.flatMap { list in
            let mark = list.origin == .own ? "* " : "  "
            let words = list.summary.isEmpty ? [] : [String(repeating: " ", count: width + 4) + list.summary]
            return [mark + TextColumn.pad(list.name, -width) + "  " + Console.printable(list.filter)] + words
        }
    }

    private static func json(_ lists: [ScanDefinition]) -> [String] {
        let objects = lists.map { list in
            JSONText.object([
                ("name", JSONText.quoted(list.name)), ("title", JSONText.quoted(list.title)),
                ("summary", JSONText.quoted(list.summary)), ("filter", JSONText.quoted(list.filter)),
                ("exit", list.exit.map { JSONText.quoted($0) } ?? "null"),
                ("min_stay", "\(list.minStaySeconds)"),
                ("sort", JSONText.array(list.sort.map { JSONText.quoted(ScanTOML.word($0)) })),
                ("columns", JSONText.array(list.columns.map { JSONText.quoted($0.rawValue) })),
                ("top", "\(list.top)"), ("follow", "\(list.isFollowed)"),
                ("origin", JSONText.quoted(list.origin.rawValue)),
            ])
        }
        guard !objects.isEmpty else { return ["[]"] }
        return objects.indices.map {
            ($0 == 0 ? "[" : " ") + objects[$0] + ($0 == objects.count - 1 ? "]" : ",")
        }
    }
}

extension ScanShelf {
    /// A list by its name.
    ///
    /// - Throws: ``Failure`` with status 64, naming what was probably meant.
    func list(named name: String) throws(Failure) -> ScanDefinition {
        if let list = book.lists.first(where: { $0.name == name }) { return list }
        let shown = Console.printable(String(name.prefix(40)))
        let names = book.lists.map(\.name)
        let hint = NearestList.of(name, among: names).map { "did you mean \($0)?" } ?? "tradeul lists shows them"
        throw Failure(status: .usage, sentence: "there is no list \(shown); \(hint)")
    }
}

/// Whether lists' filters can be worked out.
enum ListCheck {
    /// Lists with a filter or exit that cannot, with the reason; each list alone.
    static func problems(of book: ScanBook, _ lists: [ScanDefinition]) -> [(list: String, words: String)] {
        let scope = FilterScope(presets: book.presets, lists: Set(book.lists.map(\.name)))
        return lists.flatMap { list -> [(list: String, words: String)] in
            [("filter", list.filter), ("exit", list.exit ?? "")].compactMap { key, text in
                FilterCompiler.compile(text, in: scope).problem.map { (list.name, "\(key) \($0)") }
            }
        }
    }
}
