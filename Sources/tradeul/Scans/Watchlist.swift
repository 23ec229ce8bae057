import EngineAPI
import MarketData

/// A trader's list of symbols as it stands in its file: a symbol a line, and behind `#` a note.
///
/// Any text a trader has lying about can be one: lists with commas, with blanks, with headings. What is no symbol is told
/// with its line and left where it is.
struct Watchlist: Equatable, Sendable {
    /// One symbol.
    struct Entry: Equatable, Sendable {
        var symbol: Symbol
        /// What the trader wrote behind it; empty without.
        var note: String
    }

    /// Its name: the file's, without `.txt`.
    var name: String
    /// Symbols in the file's order, each once.
    var entries: [Entry] = []
    /// What was wrong: line, from 1, and words.
    var problems: [(line: Int, words: String)] = []

    static func == (left: Self, right: Self) -> Bool {
        left.name == right.name && left.entries == right.entries
            && left.problems.map(\.line) == right.problems.map(\.line)
    }

    /// The list that `watch add` means when none is named.
    static let usualName = "watch"
    /// The most problems that are kept.
    static let problemsMax = 50
    /// Characters of a note that are kept.
    static let noteMax = 120

    /// The symbols alone, for filters.
    var symbolList: SymbolList { SymbolList(name: name, symbols: entries.map(\.symbol)) }

    /// Reads a text.
    init(name: String, text: String) {
        self.name = name
        var seen: Set<Symbol> = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let parts = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let note = parts.count > 1 ? Self.note(String(parts[1])) : ""
            let words = parts.first.map { $0.split { $0 == " " || $0 == "," || $0 == ";" || $0 == "\t" } } ?? []
            for word in words {
                guard let symbol = Symbol(word) else {
                    let shown = Console.printable(String(word.prefix(20)))
                    complain(index + 1, "\(shown) is no symbol such as AAPL or BRK.B")
                    continue
                }
                guard entries.count < SymbolList.symbolsMax else {
                    complain(index + 1, "more than \(SymbolList.symbolsMax) symbols: the rest is left out")
                    return
                }
                guard seen.insert(symbol).inserted else {
                    complain(index + 1, "\(symbol.text) stands in an earlier line too")
                    continue
                }
                entries.append(Entry(symbol: symbol, note: note))
            }
        }
    }

    private mutating func complain(_ line: Int, _ words: String) {
        if problems.count < Self.problemsMax { problems.append((line, words)) }
    }

    /// A note without what could steer a terminal, cut.
    static func note(_ text: String) -> String {
        let words = Console.printable(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return String(words.prefix(noteMax))
    }

    /// A line of the file.
    static func line(_ entry: Entry) -> String {
        entry.note.isEmpty ? entry.symbol.text : "\(TextColumn.pad(entry.symbol.text, -8)) # \(entry.note)"
    }

    /// The text with symbols added at its end; those that are there get the new note, if there is one.
    static func text(_ text: String, adding entries: [Entry]) -> String {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        let known = Set(Watchlist(name: "", text: text).entries.map(\.symbol))
        for entry in entries {
            if !known.contains(entry.symbol) {
                lines.append(line(entry))
            } else if !entry.note.isEmpty,
                let index = lines.firstIndex(where: { Self.symbols(of: $0) == [entry.symbol] })
            {
                lines[index] = line(entry)
            }
        }
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
    }

    /// The text without some symbols; a line that held nothing else goes with them.
    static func text(_ text: String, removing symbols: Set<Symbol>) -> String {
        var lines: [String] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init) {
            let held = Self.symbols(of: line)
            let kept = held.filter { !symbols.contains($0) }
            if kept.count == held.count {
                lines.append(line)
            } else if !kept.isEmpty {
                lines.append(kept.map(\.text).joined(separator: " "))
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func symbols(of line: String) -> [Symbol] { Watchlist(name: "", text: line).entries.map(\.symbol) }
}
