import TestSupport
import Testing

@testable import FilterLanguage

@Suite
struct RoundTripTests {
    /// Room for what a random tree may need.
    private static var limits: FilterLimits {
        var limits = FilterLimits()
        limits.bytesMax = 1 << 20
        limits.nodesMax = 1 << 20
        return limits
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func aTreeIsReadBackFromItsText(seed: UInt64) {
        var filters = RandomFilters(random: SeededRandom(seed: seed))
        for number in 0..<1000 {
            let query = filters.query()
            let text = FilterPrinter.text(of: query)
            let parsed = FilterParser.parse(text, limits: Self.limits)
            guard parsed.query == query else {
                let problems = parsed.diagnostics.map { FilterText.problem($0, in: text) }
                let again = parsed.query.map(FilterPrinter.text(of:)) ?? ""
                Issue.record("seed \(seed), case \(number): \(text)\n\(again)\n\(problems)")
                return
            }
        }
    }

    @Test func theGeneratorReachesEveryForm() {
        var filters = RandomFilters(random: SeededRandom(seed: 7))
        let all = (0..<500).map { _ in FilterPrinter.text(of: filters.query()) }.joined(separator: "\n")
        for form in [
            " and ", " or ", "not ", " for ", "(exit ", "any (", "2 of (", "has(", "missing(", "@mine", "$gap-up",
            " ~ ",
            "..<", " in [", "not in", "crosses below", "within", "% of ", " ?? ", "rank(", "| sort ", "| top ",
            "| cols ",
            "(slot-1)", "09:", "5s", "K", "x", "$",
        ] {
            #expect(all.contains(form), "\(form)")
        }
    }
}
