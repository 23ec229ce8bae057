/// Finds the name that was probably meant: of a setting, a command, a column.
package enum NearestName {
    /// The candidate that takes the fewest edits, when that is at most a third of what was typed and at most three.
    ///
    /// An edit inserts, drops or replaces a character, or swaps two neighbours. Of equally near ones the first counts.
    package static func of(_ text: String, among candidates: [String]) -> String? {
        let typed = Array(text.lowercased().utf8)
        // Nothing on offer is that long: a huge text costs nothing.
        guard !typed.isEmpty, typed.count <= lengthMax else { return nil }
        let near = candidates.map { (name: $0, edits: edits(typed, Array($0.lowercased().utf8))) }
            .filter { $0.edits <= min(3, max(1, typed.count / 3)) }
        return near.min { $0.edits < $1.edits }?.name
    }

    private static let lengthMax = 64

    /// Fewest edits from one text to another, by rows of a table of which three are kept.
    private static func edits(_ from: [UInt8], _ to: [UInt8]) -> Int {
        var rows = (older: [Int](), old: Array(0...to.count), new: [Int]())
        for i in from.indices {
            rows.new = [i + 1]
            for j in to.indices {
                let same = from[i] == to[j]
                var least = min(rows.old[j] + (same ? 0 : 1), rows.old[j + 1] + 1, rows.new[j] + 1)
                let isSwap = i > 0 && j > 0 && from[i] == to[j - 1] && from[i - 1] == to[j]
                if isSwap { least = min(least, rows.older[j - 1] + 1) }
                rows.new.append(least)
            }
            (rows.older, rows.old) = (rows.old, rows.new)
        }
        return rows.old[to.count]
    }
}
