import ArgumentParser
import EngineAPI
import Glibc
import MarketData

/// `tradeul watch`: the trader's lists of symbols.
struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Keeps lists of symbols with notes; a filter asks for one with @name.",
        discussion: """
            A list is a text file, a symbol a line with a note behind #, in the folder watchlists beside config.toml:
            edit it as you like, a running dashboard reads it anew. The list named watch is followed trade by trade.

            EXAMPLES:
              tradeul watch add AAPL TSLA --note "earnings Thursday"
              tradeul watch add GME --list meme
              tradeul watch import candidates.csv --list swing
              tradeul watch                       every list; tradeul watch show swing
              tradeul scan '@swing and rvol > 2'

            \(ExitStatus.helpText)
            """,
        subcommands: [Show.self, Add.self, Remove.self, Import.self],
        defaultSubcommand: Show.self
    )

    /// Which list is meant.
    struct ListOption: ParsableArguments {
        @Option(help: ArgumentHelp("The list.", valueName: "name"))
        var list = Watchlist.usualName

        func validate() throws {
            guard ScanDefinition.isName(list) else {
                throw ValidationError(
                    "--list \(Console.printable(String(list.prefix(40)))): lower-case letters, digits, - and _ only"
                )
            }
        }
    }

    /// `tradeul watch show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the symbols of lists with their notes, and what is not right with them.",
            discussion: "EXAMPLE: tradeul watch show swing --json"
        )

        @Argument(help: ArgumentHelp("Lists; all unless given.", valueName: "name"))
        var names: [String] = []

        @Flag(help: "Print one JSON object per symbol, a line each.")
        var json = false

        @OptionGroup(title: "History") var store: StoreOptions

        func run() throws {
            let startup = Startup.read(overrides: try store.overrides())
            let (lists, problems) = WatchlistFolder(path: startup.paths.watchlistsFolder).read()
            for problem in problems { Console.error(problem.line) }
            let wanted = names.isEmpty ? lists : lists.filter { names.contains($0.name) }
            if let missing = names.first(where: { name in !lists.contains { $0.name == name } }) {
                let there = lists.map(\.name).joined(separator: ", ")
                throw Failure(
                    status: .no,
                    sentence: "there is no list \(missing); there are: \(there.isEmpty ? "none" : there)"
                )
            }
            let known = KnownSymbols.read(startup.vendorStorePath)
            for list in wanted { show(list, known) }
            if lists.isEmpty { Console.error("no lists yet: tradeul watch add AAPL makes the first") }
        }

        private func show(_ list: Watchlist, _ known: KnownSymbols) {
            for entry in list.entries {
                let doubt = known.doubt(about: entry.symbol)
                if json {
                    Console.data(
                        JSONText.object([
                            ("list", JSONText.quoted(list.name)), ("symbol", JSONText.quoted(entry.symbol.text)),
                            ("note", JSONText.quoted(entry.note)),
                            ("name", known.name(of: entry.symbol).map { JSONText.quoted($0) } ?? "null"),
                            ("doubt", doubt.map { JSONText.quoted($0) } ?? "null"),
                        ])
                    )
                } else {
                    let words = [known.name(of: entry.symbol), entry.note.isEmpty ? nil : "# \(entry.note)", doubt]
                    let line =
                        TextColumn.pad(list.name, -12) + TextColumn.pad(entry.symbol.text, -9)
                        + words.compactMap(\.self).joined(separator: "  ")
                    Console.data(Console.printable(line))
                }
            }
        }
    }

    /// `tradeul watch add`.
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds symbols to a list; makes it when it is new.",
            discussion: "EXAMPLE: tradeul watch add AAPL TSLA --list swing --note \"earnings Thursday\""
        )

        @Argument(help: ArgumentHelp("Symbols, case-sensitive.", valueName: "symbol"))
        var symbols: [String]

        @Option(help: ArgumentHelp("What to remember about them.", valueName: "text"))
        var note = ""

        @OptionGroup var target: ListOption
        @OptionGroup(title: "History") var store: StoreOptions

        func validate() throws { _ = try SymbolArguments.read(symbols) }

        func run() throws {
            let startup = Startup.read(overrides: try store.overrides())
            let wanted = try SymbolArguments.read(symbols)
            let note = Watchlist.note(note)
            try WatchCommand.change(startup, target.list) { text in
                Watchlist.text(text, adding: wanted.map { Watchlist.Entry(symbol: $0, note: note) })
            }
            let known = KnownSymbols.read(startup.vendorStorePath)
            for symbol in wanted {
                if let doubt = known.doubt(about: symbol) { Console.error("\(symbol.text): \(doubt)") }
            }
        }
    }

    /// `tradeul watch remove`.
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes symbols off a list.",
            discussion: "EXAMPLE: tradeul watch remove TSLA --list swing"
        )

        @Argument(help: ArgumentHelp("Symbols, case-sensitive.", valueName: "symbol"))
        var symbols: [String]

        @OptionGroup var target: ListOption

        func validate() throws { _ = try SymbolArguments.read(symbols) }

        func run() throws {
            let startup = Startup.read()
            let wanted = Set(try SymbolArguments.read(symbols))
            let before = try WatchlistFolder(path: startup.paths.watchlistsFolder).text(named: target.list).text
            let held = Set(Watchlist(name: target.list, text: before).entries.map(\.symbol))
            if let missing = wanted.subtracting(held).min() {
                Console.error("\(missing.text) is not on \(target.list)")
            }
            guard !wanted.isDisjoint(with: held) else { throw ExitCode(ExitStatus.no.rawValue) }
            try WatchCommand.change(startup, target.list) { Watchlist.text($0, removing: wanted) }
        }
    }

    /// `tradeul watch import`.
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds the symbols of a text file to a list: a symbol a line, or separated by commas or blanks.",
            discussion:
                "Of a table with commas, name the column with --column; its first line is then the heading.\n\nEXAMPLE: tradeul watch import list.csv --column symbol --list swing"
        )

        @Argument(help: ArgumentHelp("The file; - for standard input.", valueName: "path"))
        var path: String

        @Option(help: ArgumentHelp("Heading of the column with the symbols, for tables.", valueName: "name"))
        var column: String?

        @OptionGroup var target: ListOption

        func run() throws {
            let startup = Startup.read()
            let content: SmallFile.Content
            do {
                content = try SmallFile.read(path == "-" ? "/dev/stdin" : path, limit: WatchlistFolder.fileBytesMax)
            } catch {
                throw Failure(status: .usage, sentence: "\(Console.printable(path)): \(error.words)")
            }
            let text = String(decoding: content.bytes, as: UTF8.self)
            let list = Watchlist(name: target.list, text: try Self.column(column, of: text))
            for problem in list.problems {
                Console.error("\(Console.printable(path)):\(problem.line): \(problem.words)")
            }
            guard !list.entries.isEmpty else { throw Failure(status: .no, sentence: "the file has no symbols") }
            try WatchCommand.change(startup, target.list) { Watchlist.text($0, adding: list.entries) }
            Console.error("\(list.entries.count) symbols are on \(target.list)")
        }

        /// One column of a table with commas as lines; the whole text when none is named.
        static func column(_ name: String?, of text: String) throws -> String {
            guard let name else { return text }
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            let first = lines.firstIndex { !$0.isEmpty } ?? lines.startIndex
            let headings = lines.isEmpty ? [] : Self.cells(lines[first])
            guard let index = headings.firstIndex(where: { $0.lowercased() == name.lowercased() }) else {
                let there = headings.joined(separator: ", ").prefix(200)
                throw ValidationError(
                    "--column \(Console.printable(name)): the first line has \(Console.printable(String(there)))"
                )
            }
            // Lines stay where they are, so that what is wrong is told with its line; a cell is one word.
            return lines.indices.map { number in
                let cells = number > first ? Self.cells(lines[number]) : []
                guard cells.indices.contains(index) else { return "" }
                return cells[index].split(separator: " ").joined(separator: "\u{A0}")
            }.joined(separator: "\n")
        }

        /// The cells of a line; commas within quotes part nothing.
        private static func cells(_ line: Substring) -> [String] {
            var cells = [""]
            var isQuoted = false
            for character in line {
                switch character {
                case "\"": isQuoted.toggle()
                case "," where !isQuoted: cells.append("")
                default: cells[cells.count - 1].append(character)
                }
            }
            return cells.map { $0.split(separator: " ").joined(separator: " ") }
        }
    }

    private static func change(_ startup: Startup, _ name: String, _ edit: (String) -> String) throws {
        let (path, text) = try WatchlistFolder(path: startup.paths.watchlistsFolder).text(named: name)
        try AtomicFile.write(edit(text), to: path)
    }
}
