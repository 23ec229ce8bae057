import MarketData
import MarketTime
import TerminalGrid

/// ``ScanTable`` as lines: for people, or for programs.
///
/// For programs numbers are written in full, missing ones as `null` or nothing; for people as in the dashboard. Texts come
/// from outside: control characters never get out.
enum ScanText {
    /// Characters of a text column in a table for people.
    static let textWidthMax = 28

    /// All lines of a table.
    static func lines(_ table: ScanTable, _ format: ScanFormat) -> [String] {
        switch format {
        case .table: tableLines(table)
        case .csv: csvLines(table)
        case .json: jsonLines(table)
        case .ndjson: table.symbols.indices.map { object(table, $0) }
        }
    }

    // MARK: For people

    private static func tableLines(_ table: ScanTable) -> [String] {
        let columns = table.columns.compactMap { ColumnDescriptor.of($0) }
        var cells = [["SYM"] + columns.map(\.title)]
        for row in table.symbols.indices {
            cells.append([table.symbols[row].text] + columns.indices.map { cell(table, columns[$0], $0, row) })
        }
        let widths = (0...columns.count).map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { line in
            let padded = line.indices.map { index in
                let isText = index == 0 || columns[index - 1].kind == .text
                return TextColumn.pad(line[index], isText ? -widths[index] : widths[index])
            }
            return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func cell(_ table: ScanTable, _ column: ColumnDescriptor, _ index: Int, _ row: Int) -> String {
        if column.kind == .text {
            return table.text(index, row).map { String(Console.printable($0).prefix(textWidthMax)) } ?? "–"
        }
        return text(table.number(index, row), column)
    }

    /// A number as the dashboard writes it; `–` when missing.
    static func text(_ value: Double, _ column: ColumnDescriptor) -> String {
        guard !value.isNaN else { return "–" }
        if column.kind == .flag { return value > 0 ? "yes" : "no" }
        switch column.format {
        case .price: return NumberFormat.fixed(value.magnitude < 1 ? 4 : 2).string(value)
        case .signedPercent(let decimals): return NumberFormat(.fixed(decimals), sign: .plusMinus).string(value)
        case .percent(let decimals): return NumberFormat.fixed(decimals).string(value)
        case .multiple(let decimals):
            return value > 999 ? ">999" : NumberFormat.fixed(decimals).string(value)
        case .abbreviated: return NumberFormat.compact.string(value)
        case .age: return age(value)
        case .text, .strip: return "–"
        }
    }

    private static func age(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 8e6))
        if whole < 100 { return "\(whole)s" }
        return whole < 6000 ? "\(whole / 60)m" : "\(whole / 3600)h"
    }

    // MARK: For programs

    private static func csvLines(_ table: ScanTable) -> [String] {
        var lines = [(["symbol"] + table.columns.map(\.rawValue)).map(field).joined(separator: ",")]
        for row in table.symbols.indices {
            let cells = table.columns.indices.map { index in
                isText(table, index) ? table.text(index, row) ?? "" : plain(table.number(index, row)) ?? ""
            }
            lines.append(([table.symbols[row].text] + cells).map(field).joined(separator: ","))
        }
        return lines
    }

    /// A field of RFC 4180; a line break within would not survive most readers, so it becomes a blank.
    private static func field(_ text: String) -> String {
        let safe = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isControl ? " " : $0 }))
        guard safe.contains(where: { $0 == "," || $0 == "\"" }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static func jsonLines(_ table: ScanTable) -> [String] {
        guard !table.symbols.isEmpty else { return ["[]"] }
        let last = table.symbols.count - 1
        return table.symbols.indices.map { row in
            (row == 0 ? "[" : " ") + object(table, row) + (row == last ? "]" : ",")
        }
    }

    private static func object(_ table: ScanTable, _ row: Int) -> String {
        var members = [("symbol", JSONText.quoted(table.symbols[row].text))]
        for (index, column) in table.columns.enumerated() where column != .symbol {
            members.append((column.rawValue, json(table, index, row)))
        }
        return JSONText.object(members)
    }

    private static func json(_ table: ScanTable, _ index: Int, _ row: Int) -> String {
        if isText(table, index) { return table.text(index, row).map { JSONText.quoted($0) } ?? "null" }
        let value = table.number(index, row)
        if !value.isNaN, ColumnDescriptor.of(table.columns[index])?.kind == .flag {
            return value > 0 ? "true" : "false"
        }
        return plain(value) ?? "null"
    }

    private static func isText(_ table: ScanTable, _ index: Int) -> Bool {
        ColumnDescriptor.of(table.columns[index])?.kind == .text
    }

    /// A number in full, shortest form that reads back the same; nil when missing.
    static func plain(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        return value == value.rounded() && value.magnitude < 9e15 ? "\(Int64(value))" : "\(value)"
    }
}
