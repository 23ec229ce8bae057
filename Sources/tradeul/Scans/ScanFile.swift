import EngineAPI
import FilterLanguage
import MarketData
import MarketTime
import TOMLKit

/// Reads lists from the text of a TOML file: a table each.
///
/// Whatever is wrong becomes one message with its place; everything else is taken.
struct ScanFile: Equatable {
    /// Lists in the file's order.
    var lists: [ScanDefinition] = []
    /// Texts of `[presets]`.
    var presets: [String: String] = [:]
    /// Names of shipped lists that are switched off.
    var hidden: Set<String> = []
    /// What was wrong, in the file's order.
    var problems: [SettingProblem] = []

    /// The table of named filters.
    static let presetsName = "presets"
    /// The most problems that are listed one by one.
    static let problemsMax = 50
    /// Reads a text.
    ///
    /// - Parameters:
    ///   - path: The file's name, for messages.
    ///   - origin: Who wrote it.
    static func read(_ text: String, path: String, origin: ScanDefinition.Origin) -> Self {
        var reader = ScanFileReader(path: path, origin: origin)
        if text.utf8.contains(0) {
            reader.add(.error, "a NUL character: nothing of this file is used", line: 1, column: 1)
            return reader.file
        }
        for section in ScanSections(text).sections { reader.read(section) }
        return reader.finished()
    }
}

/// Goes through the tables.
private struct ScanFileReader {
    let path: String
    let origin: ScanDefinition.Origin
    var file = ScanFile()
    private var seen: Set<String> = []
    private var section = ScanSections.Section(name: "", text: "", line: 1, isWellFormed: true)
    private var positions = TOMLPositions("")

    init(path: String, origin: ScanDefinition.Origin) {
        self.path = path
        self.origin = origin
    }

    mutating func read(_ section: ScanSections.Section) {
        self.section = section
        guard section.isWellFormed, ScanDefinition.isName(section.name) || section.name.isEmpty else {
            let shown = JSONText.quoted(String(section.name.prefix(40)))
            add(.error, "\(shown) is no name for a list: write [gap-up], lower-case letters, digits, - and _", at: "")
            return
        }
        positions = TOMLPositions(section.text)
        guard let table = parsed() else { return }
        if section.name.isEmpty {
            for key in table.keys.sorted() {
                add(.error, "\(key) stands before the first [list] and is left out", at: key)
            }
            return
        }
        guard seen.insert(section.name).inserted else {
            add(.error, "[\(section.name)] stands here a second time; the first one counts", at: "")
            return
        }
        guard let members = table[section.name]?.table else { return }
        if section.name == ScanFile.presetsName { readPresets(members) } else { readList(members) }
    }

    /// The problems, cut where there are too many.
    mutating func finished() -> ScanFile {
        let more = file.problems.count - ScanFile.problemsMax
        if more > 0 {
            file.problems.removeLast(more)
            file.problems.append(
                SettingProblem(
                    severity: .warning,
                    place: .wholeFile(path: path),
                    message: "\(more) more problems are not listed"
                )
            )
        }
        return file
    }

    private mutating func parsed() -> TOMLTable? {
        let lost = section.name.isEmpty ? "what stands before the first list is left out" : "this table is left out"
        if let point = positions.badStart {
            add(.error, "not valid TOML: neither a name nor a value begins like this; \(lost)", point: point)
            return nil
        }
        do {
            return try TOMLTable(string: section.text)
        } catch let error as TOMLParseError {
            let begin = error.source.begin
            let words = String(
                Console.printable(error.description).split(separator: "\n").joined(separator: " ").prefix(200)
            )
            let point = TOMLPositions.Point(line: max(1, begin.line), column: max(1, begin.column))
            add(.error, "not valid TOML: \(words); \(lost)", point: point)
        } catch {
            add(.error, "not readable as TOML (\(error)); \(lost)", at: "")
        }
        return nil
    }

    // MARK: Presets

    private mutating func readPresets(_ table: TOMLTable) {
        for name in table.keys.sorted() {
            guard ScanDefinition.isName(name) else {
                add(
                    .error,
                    "\(JSONText.quoted(String(name.prefix(40)))) is no name for a preset; it is left out",
                    at: name
                )
                continue
            }
            guard let text = table[name]?.string else {
                add(.error, "preset \(name) must be a text in quotes; it is left out", at: name)
                continue
            }
            file.presets[name.lowercased()] = text
        }
    }

    // MARK: Lists

    private static let keys = [
        "title", "summary", "filter", "exit", "min_stay", "sort", "columns", "sessions", "top", "follow", "enabled",
    ]

    private mutating func readList(_ table: TOMLTable) {
        for key in table.keys.sorted() where !Self.keys.contains(key) {
            let hint =
                NearestName.of(key, among: Self.keys).map { "did you mean \($0)?" }
                ?? "there are \(Self.keys.joined(separator: ", "))"
            add(
                .warning,
                "unknown key \(JSONText.quoted(String(key.prefix(40)))) is left out; \(hint)",
                point: place(ofKey: key)
            )
        }
        if let isEnabled = flag(table, "enabled"), !isEnabled {
            file.hidden.insert(section.name)
            return
        }
        guard let filter = text(table, "filter", isRequired: true) else { return }
        var list = ScanDefinition(
            name: section.name,
            title: String(section.name.uppercased().prefix(14)),
            filter: filter,
            origin: origin
        )
        if let title = text(table, "title"), !title.isEmpty {
            if title.count > 14 { add(.warning, "title is cut to 14 characters", at: "title") }
            list.title = String(Console.printable(title).prefix(14))
        }
        list.summary = String(Console.printable(text(table, "summary") ?? "").prefix(200))
        list.exit = text(table, "exit").flatMap { $0.isEmpty ? nil : $0 }
        list.minStaySeconds = minStay(table)
        list.sort = sort(table)
        list.columns = columns(table)
        list.sessions = sessions(table)
        list.top = top(table)
        list.isFollowed = flag(table, "follow") ?? true
        file.lists.append(list)
    }

    private mutating func text(_ table: TOMLTable, _ key: String, isRequired: Bool = false) -> String? {
        guard let element = table[key] else {
            if isRequired {
                add(.error, "[\(section.name)] has no filter, so it is left out: filter = \"rvol > 3\"", at: "")
            }
            return nil
        }
        guard let text = element.string else {
            let what = isRequired ? "so [\(section.name)] is left out" : "it is left out"
            add(.error, "\(key) must be a text in quotes; \(what)", at: key)
            return nil
        }
        return text
    }

    private mutating func flag(_ table: TOMLTable, _ key: String) -> Bool? {
        guard let element = table[key] else { return nil }
        if let value = element.bool { return value }
        add(.error, "\(key) must be true or false; it is left out", at: key)
        return nil
    }

    /// Words of a text, separated by spaces or commas, or of an array of texts.
    private mutating func words(_ table: TOMLTable, _ key: String) -> [String] {
        guard let element = table[key] else { return [] }
        if let text = element.string { return ListWords.split(text) }
        if let array = element.array {
            let texts = array.compactMap(\.string)
            if texts.count == array.count { return texts.flatMap { ListWords.split($0) } }
        }
        add(.error, "\(key) must be a text such as \"price chg%\" or an array of texts; it is left out", at: key)
        return []
    }

    private mutating func sort(_ table: TOMLTable) -> [SortKey] {
        words(table, "sort").compactMap { word in
            understood("sort") { () throws(ColumnWords.Problem) in try ColumnWords.sortKey(word) }
        }
    }

    private mutating func columns(_ table: TOMLTable) -> [ColumnID] {
        words(table, "columns").compactMap { word in
            understood("columns") { () throws(ColumnWords.Problem) in try ColumnWords.column(word).id }
        }
    }

    /// What a word means; a word that means nothing is told and left out.
    private mutating func understood<Value>(
        _ key: String,
        _ read: () throws(ColumnWords.Problem) -> Value
    ) -> Value? {
        do {
            return try read()
        } catch {
            add(.error, "\(key): \(error.sentence); it is left out", at: key)
            return nil
        }
    }

    private mutating func sessions(_ table: TOMLTable) -> Set<MarketSession> {
        var found: Set<MarketSession> = []
        for word in words(table, "sessions") {
            if let session = ListWords.sessions[word.lowercased()] {
                found.insert(session)
            } else {
                let shown = JSONText.quoted(String(word.prefix(40)))
                add(.error, "sessions: \(shown) is none of pre, open, post, closed; it is left out", at: "sessions")
            }
        }
        return found
    }

    private mutating func minStay(_ table: TOMLTable) -> Int {
        guard let element = table["min_stay"] else { return 0 }
        let seconds = element.int ?? element.string.flatMap { ListWords.seconds($0) }
        if let seconds, (0...3600).contains(seconds) { return seconds }
        add(.error, "min_stay: allowed 0s to 1h, such as \"10s\"; it is left out", at: "min_stay")
        return 0
    }

    private mutating func top(_ table: TOMLTable) -> Int {
        guard let element = table["top"] else { return 100 }
        if let top = element.int, (1...ScanDefinition.topMax).contains(top) { return top }
        add(.error, "top: allowed 1 to \(ScanDefinition.topMax); using 100", at: "top")
        return 100
    }

    // MARK: Messages

    private func place(ofKey key: String) -> TOMLPositions.Point {
        positions.keys["\(section.name).\(key)"] ?? TOMLPositions.Point(line: 1, column: 1)
    }

    private mutating func add(_ severity: SettingProblem.Severity, _ message: String, at key: String) {
        let path = key.isEmpty ? section.name : section.name.isEmpty ? key : "\(section.name).\(key)"
        let point = positions.values[path] ?? positions.keys[path] ?? TOMLPositions.Point(line: 1, column: 1)
        add(severity, message, point: point)
    }

    private mutating func add(
        _ severity: SettingProblem.Severity,
        _ message: String,
        point: TOMLPositions.Point
    ) {
        add(severity, message, line: section.line + point.line - 1, column: point.column)
    }

    mutating func add(_ severity: SettingProblem.Severity, _ message: String, line: Int, column: Int) {
        file.problems.append(
            SettingProblem(
                severity: severity,
                place: .file(path: path, line: line, column: column),
                message: message
            )
        )
    }
}
