import ArgumentParser
import Glibc
import MarketData

/// `tradeul columns`: what can be shown, sorted by and asked for.
struct ColumnsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "columns",
        abstract: "Lists every column: its names, unit, formula, and when it has a value.",
        discussion: """
            EXAMPLES:
              tradeul columns                 all of them
              tradeul columns pre.            those whose name, spelling or formula has this in it
              tradeul columns rvol --json

            \(ExitStatus.helpText)
            """
    )

    @Argument(help: ArgumentHelp("Part of a name or of its meaning.", valueName: "text"))
    var text: String?

    @Flag(help: "Print a JSON array.")
    var json = false

    @Flag(help: ArgumentHelp("Print the reference page in Markdown.", visibility: .hidden))
    var markdown = false

    func run() throws {
        if markdown {
            Console.block(ColumnReference.markdown())
            return
        }
        let found = Self.matching(text)
        guard !found.isEmpty else {
            Console.error("no column has this in its name or meaning; tradeul columns lists all")
            throw ExitCode(ExitStatus.no.rawValue)
        }
        let lines = json ? Self.json(found) : Self.table(found)
        for line in lines { Console.data(line) }
    }

    /// Columns by a part of a name, or else of their meaning.
    static func matching(_ text: String?) -> [ColumnDescriptor] {
        let all = ColumnDescriptor.all.filter { $0.kind != .strip }
        guard let wanted = text?.lowercased(), !wanted.isEmpty else { return all }
        let named = all.filter { column in
            ([column.id.rawValue] + column.aliases).contains { $0.contains(wanted) }
        }
        return named.isEmpty ? all.filter { $0.formula.lowercased().contains(wanted) } : named
    }

    private static func table(_ columns: [ColumnDescriptor]) -> [String] {
        let names = columns.map { ([$0.id.rawValue] + $0.aliases.prefix(2)).joined(separator: " ") }
        let width = names.map(\.count).max() ?? 0
        return zip(columns, names).map { column, name in
            let unit = column.kind == .flag ? "yes/no" : column.kind == .text ? "text" : column.unit.rawValue
            return TextColumn.pad(name, -width) + "  " + TextColumn.pad(unit, -7) + "  " + column.formula
                + (column.validity.isEmpty ? "" : " (\(column.validity))")
        }
    }

    private static func json(_ columns: [ColumnDescriptor]) -> [String] {
        let objects = columns.map { column in
            JSONText.object([
                ("name", JSONText.quoted(column.id.rawValue)),
                ("aliases", JSONText.array(column.aliases.map { JSONText.quoted($0) })),
                ("kind", JSONText.quoted("\(column.kind)")),
                ("unit", JSONText.quoted(column.unit.rawValue)),
                ("formula", JSONText.quoted(column.formula)),
                ("valid", JSONText.quoted(column.validity)),
                ("source", JSONText.quoted(column.source)),
            ])
        }
        return objects.indices.map {
            ($0 == 0 ? "[" : " ") + objects[$0] + ($0 == objects.count - 1 ? "]" : ",")
        }
    }
}
