import Testing

@testable import Network

@Suite struct BodyPoolTests {
    private func body(_ pool: BodyPool, _ bytes: Int, limit: Int = 64 << 20) -> ResponseBody? {
        var buffer = pool.buffer(limit: limit)
        let block = [UInt8](repeating: 0x78, count: bytes)
        guard block.withUnsafeBytes({ buffer.append($0) }) == .appended else { return nil }
        return ResponseBody(sealing: buffer, pool: pool)
    }

    @Test func aLargeBlockComesBackWhenItsBodyGoes() {
        let pool = BodyPool()
        var held = body(pool, 3 << 20)
        #expect(held?.count == 3 << 20 && pool.keptBytes.isEmpty)
        held = nil
        #expect(pool.keptBytes.count == 1 && pool.keptBytes.allSatisfy { $0 >= 3 << 20 })
        held = body(pool, 2 << 20)
        #expect(held?.count == 2 << 20 && pool.keptBytes.isEmpty)
    }

    @Test func paddingIsZeroAlsoInReusedMemory() {
        let pool = BodyPool()
        var held = body(pool, 4 << 20)
        held = nil
        held = body(pool, 3 << 20)
        let padding = held?.withBytes { bytes in
            Array(
                UnsafeRawBufferPointer(start: bytes.baseAddress.map { $0 + bytes.count }, count: ResponseBody.padding)
            )
        }
        #expect(padding == Array(repeating: 0, count: ResponseBody.padding))
    }

    @Test func keepsFewBlocksAndNoHugeOrSmallOnes() {
        let pool = BodyPool()
        do {
            let bodies = (0..<5).map { _ in body(pool, 3 << 20) }
            #expect(bodies.allSatisfy { $0 != nil })
        }
        #expect(pool.keptBytes.count == BodyPool.countMax)
        let other = BodyPool()
        do { #expect(body(other, 40 << 20) != nil) }
        do { #expect(body(other, 1000) != nil) }
        do { #expect(body(other, 3 << 20, limit: 3 << 20) != nil) }
        #expect(other.keptBytes.count == 1)
    }

    @Test func aSmallRequestLeavesTheLargeBlockAlone() {
        let pool = BodyPool()
        do { #expect(body(pool, 3 << 20) != nil) }
        #expect(body(pool, 100, limit: 1 << 20)?.count == 100)
        #expect(pool.keptBytes.count == 1)
    }

    @Test func theLimitHoldsToTheByte() {
        let pool = BodyPool()
        #expect(body(pool, 1000, limit: 1000)?.count == 1000)
        #expect(body(pool, 1001, limit: 1000) == nil)
        #expect(body(pool, 0, limit: 0)?.count == 0)
    }
}
