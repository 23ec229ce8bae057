import EngineAPI
import Testing

@testable import tradeul

@Suite
struct ListDocsTests {
    /// A page of the repository's docs.
    private static func page(_ name: String) throws -> String {
        let folders = #filePath.split(separator: "/").dropLast(4)
        let content = try SmallFile.read("/" + folders.joined(separator: "/") + "/docs/" + name, limit: 1 << 20)
        return String(decoding: content.bytes, as: UTF8.self)
    }

    @Test func thePageOfListsTellsEveryShippedList() throws {
        let lines = Set(try Self.page("lists.md").split(separator: "\n").map(String.init))
        for list in ScanShelf.shipped.lists {
            #expect(lines.contains("| `\(list.name)` | \(list.summary): `\(list.filter)` |"), "\(list.name)")
        }
    }

    @Test func theExampleOnThePageIsReadWithoutAWord() throws {
        var lines = try Self.page("lists.md").split(separator: "\n", omittingEmptySubsequences: false)[...]
        lines = lines.drop { $0 != "```toml" }.dropFirst()
        let text = lines.prefix { $0 != "```" }.joined(separator: "\n")
        let file = ScanFile.read(text, path: "", origin: .own)
        #expect(file.problems == [])
        #expect(file.lists.map(\.name) == ["runners"])
        #expect(file.hidden == ["winners"])
        let shelf = ScanShelf(own: file)
        #expect(ListCheck.problems(of: shelf.book, shelf.book.lists).map(\.words) == [])
    }
}
