package import MarketData

/// Reads columns and sort keys as people type them: in commands, options and files.
package enum ColumnWords {
    /// Why a word is not understood.
    package struct Problem: Error, Hashable, Sendable {
        /// What is wrong and what was probably meant.
        package var sentence: String
    }

    /// A column by its name or another spelling, capitals or not.
    package static func column(_ word: String) throws(Problem) -> ColumnDescriptor {
        if let column = ColumnDescriptor.named(word) { return column }
        let names = ColumnDescriptor.all.flatMap { [$0.id.rawValue] + $0.aliases }
        let hint = NearestName.of(word, among: names).map { "did you mean \($0)?" } ?? "tradeul columns lists them"
        throw Problem(sentence: "no column \"\(word.prefix(40))\"; \(hint)")
    }

    /// A column with its direction: `rvol-` largest first, `rvol+` smallest first, `rvol` as the column usually sorts.
    package static func sortKey(_ word: String) throws(Problem) -> SortKey {
        let direction = word.last
        let name = direction == "-" || direction == "+" ? String(word.dropLast()) : word
        let column = try column(name)
        guard column.isSortable else { throw Problem(sentence: "\(column.id.rawValue) cannot be sorted by") }
        return SortKey(column.id, descending: direction == "-" || (direction != "+" && column.sortsDescending))
    }
}
