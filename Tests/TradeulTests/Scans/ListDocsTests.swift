import Testing

@testable import tradeul

@Suite
struct ListDocsTests {
    /// The repository's folder.
    private static let root = String(
        #filePath.prefix(upTo: #filePath.range(of: "/Tests/")?.lowerBound ?? #filePath.endIndex)
    )

    @Test func thePageOfListsTellsEveryShippedList() throws {
        let content = try SmallFile.read(Self.root + "/docs/lists.md", limit: 1 << 20)
        let page = String(decoding: content.bytes, as: UTF8.self)
        for list in ScanShelf.shipped.lists {
            #expect(page.contains("| `\(list.name)` | \(list.summary): `\(list.filter)` |"), "\(list.name)")
        }
    }

    @Test func theExampleOnThePageIsReadWithoutAWord() throws {
        let content = try SmallFile.read(Self.root + "/docs/lists.md", limit: 1 << 20)
        let page = String(decoding: content.bytes, as: UTF8.self)
        let fence = try #require(page.range(of: "```toml\n"))
        let end = try #require(page.range(of: "```", range: fence.upperBound..<page.endIndex))
        let file = ScanFile.read(String(page[fence.upperBound..<end.lowerBound]), path: "", origin: .own)
        #expect(file.problems == [])
        #expect(file.lists.map(\.name) == ["runners"])
        #expect(file.hidden == ["winners"])
        let shelf = ScanShelf(own: file)
        #expect(ListCheck.problems(of: shelf.book, shelf.book.lists).map(\.words) == [])
    }
}
