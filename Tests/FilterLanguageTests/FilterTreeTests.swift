import Testing

@testable import FilterLanguage

@Suite
struct FilterTreeTests {
    @Test func treesCompareByWhatTheySayAndNotByWhereItStands() {
        let here = FilterNode.flag(FilterField(name: "halted", span: FilterSpan(0, 6)))
        let there = FilterNode.flag(FilterField(name: "halted", span: FilterSpan(9, 15)))
        #expect(here == there)
        #expect(here.hashValue == there.hashValue)
        #expect(here != .flag(FilterField(name: "limit")))
    }
}
