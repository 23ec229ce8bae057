import MarketServer
import Testing

@Suite struct FaultRuleTests {
    private static let good: [(text: String, rule: FaultRule)] = [
        ("/stable/profile=status:429@2x3", FaultRule(path: "/stable/profile", first: 2, count: 3, kind: .status(429))),
        ("=empty", FaultRule(kind: .empty)),
        ("shares-float-all=nullsx1", FaultRule(path: "shares-float-all", count: 1, kind: .spoiledRows(.nulls))),
        ("a=texts-for-numbers", FaultRule(path: "a", kind: .spoiledRows(.textsForNumbers))),
        ("a=repeated-pages@1", FaultRule(path: "a", first: 1, kind: .spoiledRows(.repeatedPages))),
        ("a=slow:64:20", FaultRule(path: "a", kind: .slowDrip(bytes: 64, milliseconds: 20))),
        ("a=cut:7x2", FaultRule(path: "a", count: 2, kind: .cut(afterBytes: 7))),
        ("a?page=0=hang", FaultRule(path: "a?page=0", kind: .hang)),
    ]

    @Test func rulesAreReadAsWritten() throws {
        for (text, rule) in Self.good { #expect(try FaultRule.parse(text) == rule, "\(text)") }
        guard case .body(let status, _, let body) = try FaultRule.parse("x=error-object").kind else {
            Issue.record("an error object is a body")
            return
        }
        #expect(status == 200 && body.hasPrefix("{\"Error Message\":\"Limit Reach ."))
    }

    @Test(arguments: [
        "", "status:429", "a=", "a=nothing", "a=status", "a=status:x", "a=status:99", "a=status:1:2", "a=empty:1",
        "a=slow:5", "a=empty@", "a=empty@-1", "a=emptyx", "a=cut:-1", "a b=empty", "a=cut:99999999999999999999",
    ])
    func whatIsNoRuleIsExplained(text: String) {
        let error = #expect(throws: FaultRuleError.self) { try FaultRule.parse(text) }
        #expect(error?.description.isEmpty == false)
    }
}
