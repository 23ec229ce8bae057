import EngineAPI
import FilterLanguage

/// What is to be said about a filter's text, with a caret under the place.
enum FilterReport {
    /// Lines for standard error: errors, what is missing, doubts.
    static func lines(_ compilation: FilterCompilation, text: String) -> [String] {
        compilation.diagnostics.flatMap { diagnostic -> [String] in
            let excerpt = FilterText.excerpt(of: diagnostic, in: text)
            return [FilterText.problem(diagnostic, in: text), "  " + excerpt.line, "  " + excerpt.carets]
        }
    }
}

/// The ledger of clauses as lines.
enum LedgerText {
    /// A heading and a line per clause; nothing without clauses.
    static func lines(_ ledger: [ClauseCount]) -> [String] {
        guard !ledger.isEmpty else { return [] }
        let heading = "  PASS ALONE   WITHOUT IT   UNKNOWN   CLAUSE"
        return [heading]
            + ledger.map { clause in
                (clause.isTightest ? "> " : "  ") + TextColumn.pad("\(clause.passAlone)", 10)
                    + TextColumn.pad("\(clause.matchWithout)", 13) + TextColumn.pad("\(clause.unknown)", 10) + "   "
                    + clause.text
            }
    }
}
