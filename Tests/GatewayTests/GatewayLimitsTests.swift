import Testing

@testable import Gateway

@Suite
struct GatewayLimitsTests {
    @Test func aBodyHoldsTheLongestFilterManyTimes() {
        #expect(GatewayLimits().bodyBytesMax >= 4 * 4096)
    }
}
