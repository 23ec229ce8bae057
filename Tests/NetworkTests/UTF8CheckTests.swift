import Testing

@testable import Network

@Suite struct UTF8CheckTests {
    private func isValid(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBufferPointer(UTF8Check.isValid) }

    @Test(arguments: [
        "", "a", String(repeating: "x", count: 31), String(repeating: "x", count: 32) + "\u{E9}", "\u{7F}\u{80}\u{7FF}",
        "\u{800}\u{D7FF}\u{E000}\u{FFFF}", "\u{10000}\u{10FFFF}", "a\u{0}b",
    ])
    func textIsValid(text: String) { #expect(isValid(Array(text.utf8))) }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
            [0xE2, 0x28, 0xA1],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82, 0x41], [0xF1, 0x80, 0x80, 0x41],
        ] as [[UInt8]]
    )
    func whatIsNoTextIsNotValidWhereverItStands(bytes: [UInt8]) {
        for before in [0, 1, 31, 32, 70] {
            let padding = [UInt8](repeating: 0x61, count: before)
            #expect(!isValid(padding + bytes))
            #expect(!isValid(padding + bytes + padding + [0x61]))
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func agreesWithTheStandardLibrary(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // Bytes near the borders of the forms, so that many are valid.
        let pool: [UInt8] = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xF0, 0xF4]
        var valid = 0
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                pool[Int.random(in: 0..<pool.count, using: &generator)]
            }
            let isText = String(validating: bytes, as: UTF8.self) != nil
            if isText { valid += 1 }
            #expect(isValid(bytes) == isText, "seed \(seed): \(bytes)")
        }
        #expect(valid > 500)
    }
}
