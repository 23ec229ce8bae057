import Testing

@testable import tradeul

@Suite struct FileUseTests {
    @Test func whoRewritesAFileIsAloneWithItAndMayBeginWhenTheOthersAreDone() throws {
        let scratch = try Scratch()
        let path = try scratch.write("history.db", "")
        var first = FileUse(of: path, isExclusive: false)
        let second = FileUse(of: path, isExclusive: false)
        #expect(first != nil && second != nil)
        #expect(FileUse(of: path, isExclusive: true) == nil)
        first = nil
        #expect(FileUse(of: path, isExclusive: true) == nil, "the second still reads")
        withExtendedLifetime(second) {}
    }

    @Test func aFreeFileMayBeRewrittenAndUsedAfterwards() throws {
        let scratch = try Scratch()
        let path = try scratch.write("history.db", "")
        var alone = FileUse(of: path, isExclusive: true)
        #expect(alone != nil)
        #expect(FileUse(of: path, isExclusive: false) == nil)
        alone = nil
        #expect(FileUse(of: path, isExclusive: false) != nil)
    }

    @Test func whoIsAloneIsToldSoAndKeepsOthersOut() throws {
        let scratch = try Scratch()
        let path = try scratch.write("history.db", "")
        let first = try #require(FileUse(of: path, isExclusive: false))
        var second = FileUse(of: path, isExclusive: false)
        #expect(second != nil && !first.isAlone())
        second = nil
        #expect(first.isAlone())
        #expect(FileUse(of: path, isExclusive: false) == nil)
    }

    @Test func whereNoLockCanBeMadeNobodyIsHeldUp() {
        #expect(FileUse(of: "/nonexistent/folder/history.db", isExclusive: true) != nil)
    }
}
