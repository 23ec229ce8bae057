import Foundation
import Testing

@testable import FilterLanguage

/// The examples of docs/filters.md.
@Suite
struct FilterManualTests {
    static let scope = FilterScope(
        presets: ["liquid": "price >= 1 and dvol > $1M"],
        lists: ["mine", "gap-up"]
    )

    /// The lines of all fences of one kind.
    static func fences(_ kind: String) throws -> [[String]] {
        let page = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/filters.md")
        var found: [[String]] = []
        var open: [String]?
        for line in try String(contentsOf: page, encoding: .utf8).split(
            separator: "\n",
            omittingEmptySubsequences: false
        ) {
            if let lines = open, line == "```" {
                found.append(lines)
                open = nil
            } else if open != nil {
                open?.append(String(line))
            } else if line == "```\(kind)" {
                open = []
            }
        }
        return found
    }

    @Test func everyExampleIsReadAndWrittenAndReadAgain() throws {
        let examples = try Self.fences("filter").flatMap(\.self)
        #expect(examples.count > 40)
        for example in examples {
            let parsed = FilterParser.parse(example, limits: FilterLimits())
            #expect(parsed.diagnostics.isEmpty, "\(example): \(parsed.diagnostics.map(\.message))")
            let pretty = parsed.query.map(FilterPrinter.text(of:)) ?? ""
            #expect(FilterParser.parse(pretty, limits: FilterLimits()).query == parsed.query, "\(example)")
        }
    }

    @Test func everyExampleCompilesWithoutADoubt() throws {
        for example in try Self.fences("filter").flatMap(\.self) {
            let compilation = FilterCompiler.compile(example, in: Self.scope)
            #expect(compilation.program != nil, "\(example): \(compilation.problem ?? "no program")")
            #expect(compilation.diagnostics.isEmpty, "\(example): \(compilation.diagnostics.map(\.message))")
        }
    }

    @Test func everyMessageIsWhatTheCompilerSays() throws {
        var count = 0
        for lines in try Self.fences("filter-error") {
            for pair in lines.split(separator: "").map(Array.init) {
                try #require(pair.count == 2, "a text and its message")
                #expect(FilterCompiler.compile(pair[0], in: Self.scope).problem == pair[1], "\(pair[0])")
                count += 1
            }
        }
        #expect(count >= 5)
    }

    @Test func theLimitsAreThoseOfTheTable() throws {
        let limits = FilterLimits()
        let found = [
            limits.bytesMax, limits.depthMax, limits.nodesMax, limits.setMax, limits.patternBytesMax,
            limits.durationMax,
        ]
        #expect(found == [4096, 64, 2000, 1000, 256, 3600])
    }
}
