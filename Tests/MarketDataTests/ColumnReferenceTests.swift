import Foundation
import MarketData
import Testing

@Suite
struct ColumnReferenceTests {
    @Test func everyColumnStandsInOneFamily() {
        let columns = ColumnReference.grouped.flatMap { $0.columns.map(\.id) }
        #expect(columns == ColumnID.allCases)
        #expect(ColumnReference.grouped.count == 15)
        #expect(ColumnReference.grouped.allSatisfy { !$0.columns.isEmpty })
    }

    @Test func theReferencePageIsFresh() throws {
        let page = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/columns.md")
        // One not written yet is stale too.
        let written = try? String(contentsOf: page, encoding: .utf8)
        if written == ColumnReference.markdown() { return }
        let fresh = FileManager.default.temporaryDirectory.appendingPathComponent("columns.md")
        try ColumnReference.markdown().write(to: fresh, atomically: true, encoding: .utf8)
        Issue.record("docs/columns.md is stale: copy \(fresh.path) over it")
    }

    @Test func aBarDoesNotEndACell() {
        let rows = ColumnReference.markdown().split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count == ColumnID.allCases.count)
        for row in rows {
            let bars = row.split(separator: "\\|", omittingEmptySubsequences: false).joined().filter { $0 == "|" }
            #expect(bars.count == 7, "\(row)")
        }
    }
}
