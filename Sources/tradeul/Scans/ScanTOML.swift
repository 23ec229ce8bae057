import EngineAPI
import MarketData
import MarketTime

/// A list as it stands in `scans.toml`.
enum ScanTOML {
    /// The table, header included, each line with its end.
    static func text(_ list: ScanDefinition) -> String {
        var lines = ["[\(list.name)]", "title = \(JSONText.quoted(list.title))"]
        if !list.summary.isEmpty { lines.append("summary = \(JSONText.quoted(list.summary))") }
        lines.append("filter = \(JSONText.quoted(list.filter))")
        if let exit = list.exit { lines.append("exit = \(JSONText.quoted(exit))") }
        if list.minStaySeconds > 0 { lines.append("min_stay = \"\(list.minStaySeconds)s\"") }
        if !list.sort.isEmpty { lines.append("sort = " + quoted(list.sort.map(word))) }
        if !list.columns.isEmpty { lines.append("columns = " + quoted(list.columns.map(\.rawValue))) }
        if !list.sessions.isEmpty {
            let names = ListWords.sessions.filter { list.sessions.contains($0.value) }.keys.sorted()
            lines.append("sessions = " + quoted(names))
        }
        if list.top != 100 { lines.append("top = \(list.top)") }
        if !list.isFollowed { lines.append("follow = false") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A sort key as one types it: `rvol-`.
    static func word(_ key: SortKey) -> String { key.column.rawValue + (key.descending ? "-" : "+") }

    private static func quoted(_ words: [String]) -> String { JSONText.quoted(words.joined(separator: " ")) }
}

/// Finds the list that was probably meant.
enum NearestList {
    /// The nearest name by spelling, or else the first that contains what was typed.
    static func of(_ name: String, among names: [String]) -> String? {
        NearestName.of(name, among: names) ?? names.first { !name.isEmpty && $0.contains(name.lowercased()) }
    }
}
