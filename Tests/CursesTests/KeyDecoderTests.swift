import TerminalGrid
import TestSupport
import Testing

@testable import Curses

@Suite struct KeyDecoderTests {
    static func keys(_ text: String, sequences: [[UInt8]: Key] = [:], isTimedOut: Bool = false) -> [Key] {
        keys(Array(text.utf8), sequences: sequences, isTimedOut: isTimedOut)
    }

    static func keys(_ bytes: [UInt8], sequences: [[UInt8]: Key] = [:], isTimedOut: Bool = false) -> [Key] {
        var decoder = KeyDecoder(sequences: sequences)
        var keys: [Key] = []
        decoder.feed(bytes, into: &keys)
        if isTimedOut { decoder.timeOut(into: &keys) }
        return keys
    }

    @Test(
        arguments: [
            ("q", [.character("q")]),
            ("gG", [.character("g"), .character("G")]),
            ("é日😀", [.character("é"), .character("日"), .character("😀")]),
            ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{7F}", [.backspace]), ("\u{08}", [.backspace]),
            ("\u{00}", [.control(" ")]), ("\u{04}", [.control("d")]), ("\u{13}", [.control("s")]),
            ("\u{1C}", [.control("\\")]), ("\u{1F}", [.control("_")]),
            ("\u{1B}[A", [.up]), ("\u{1B}OB", [.down]), ("\u{1B}[C", [.right]), ("\u{1B}OD", [.left]),
            ("\u{1B}[1;5C", [.controlRight]), ("\u{1B}[1;5D", [.controlLeft]), ("\u{1B}[1;2C", [.right]),
            ("\u{1B}[1;0C", [.right]),
            ("\u{1B}[H", [.home]), ("\u{1B}OF", [.end]), ("\u{1B}[1~", [.home]), ("\u{1B}[4~", [.end]),
            ("\u{1B}[5~", [.pageUp]), ("\u{1B}[6~", [.pageDown]), ("\u{1B}[2~", [.insert]), ("\u{1B}[3~", [.delete]),
            ("\u{1B}[Z", [.backTab]), ("\u{1B}OP", [.function(1)]), ("\u{1B}[[A", [.function(1)]),
            ("\u{1B}[15~", [.function(5)]), ("\u{1B}[17~", [.function(6)]), ("\u{1B}[24~", [.function(12)]),
            ("\u{1B}[34~", [.function(20)]), ("\u{1B}[1;5P", [.function(1)]), ("\u{1B}OM", [.enter]),
            ("\u{1B}x", [.alt("x")]), ("\u{1B}1", [.alt("1")]), ("\u{1B}é", [.alt("é")]), ("\u{1B}\r", [.enter]),
            ("\u{1B}\u{1B}[A", [.escape, .up]),
            ("j\u{1B}[Bk", [.character("j"), .down, .character("k")]),
        ] as [(String, [Key])]
    )
    func bytesBecomeKeys(text: String, expected: [Key]) {
        #expect(Self.keys(text) == expected)
    }

    @Test(arguments: [
        "\u{1B}[?1;2c", "\u{1B}[<0;10;5M", "\u{1B}[99~", "\u{1B}[999999999999~", "\u{1B}[I", "\u{1B}Oz", "\u{301}",
        "\u{202E}",
        "\u{9B}", "\u{1B}[[Z",
    ])
    func sequencesNobodyAskedForAreDropped(text: String) {
        #expect(Self.keys(text + "q") == [.character("q")])
    }

    @Test(
        arguments: [
            [0xC3], [0xFF], [0x80, 0x80], [0xC0, 0x9B], [0xE2, 0x82], [0xF4, 0x90, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xE0, 0x80, 0x9B], [0x1B, 0xFF],
        ] as [[UInt8]]
    )
    func brokenTextIsDropped(bytes: [UInt8]) {
        #expect(Self.keys(bytes + Array("qq".utf8)).last == .character("q"))
        #expect(Self.keys(bytes + Array("qq".utf8)).allSatisfy { $0 == .character("q") })
    }

    @Test func aLoneEscapeNeedsTheTimeOut() {
        #expect(Self.keys("\u{1B}").isEmpty)
        #expect(Self.keys("\u{1B}", isTimedOut: true) == [.escape])
        #expect(Self.keys("\u{1B}[", isTimedOut: true) == [.escape, .character("[")])
        #expect(Self.keys("\u{1B}P", isTimedOut: true) == [.alt("P")])
        #expect(Self.keys("q", isTimedOut: true) == [.character("q")])
    }

    @Test func theTerminalsOwnSequencesComeFirst() {
        let found = KeyDecoder.sequences { name in
            ["kcuu1": Array("\u{1B}[99A".utf8), "kf2": Array("\u{1B}#".utf8), "kbs": [0x7F], "kdch1": []][name]
        }
        #expect(found == [Array("\u{1B}[99A".utf8): .up, Array("\u{1B}#".utf8): .function(2)])
        #expect(Self.keys("\u{1B}#\u{1B}[99A", sequences: found) == [.function(2), .up])
    }

    @Test func pastedTextIsOneKeyHoweverItIsCut() {
        let bytes = Array("a\u{1B}[200~q\u{1B}[Ax\r\u{1B}[201~b".utf8)
        for cut in 0...bytes.count {
            var decoder = KeyDecoder()
            var keys: [Key] = []
            decoder.feed(bytes[..<cut], into: &keys)
            decoder.feed(bytes[cut...], into: &keys)
            #expect(keys == [.character("a"), .paste("q\u{1B}[Ax\r"), .character("b")], "cut at \(cut)")
        }
    }

    @Test func aHugePasteIsBounded() {
        var bytes = Array("\u{1B}[200~".utf8)
        bytes += [UInt8](repeating: 0x78, count: 3 * KeyDecoder.pasteBytesMax)
        bytes += Array("\u{1B}[201~q".utf8)
        let expected = String(repeating: "x", count: KeyDecoder.pasteBytesMax)
        #expect(Self.keys(bytes) == [.paste(expected), .character("q")])
    }

    @Test func anEndlessSequenceIsGivenUp() {
        let keys = Self.keys("\u{1B}[" + String(repeating: "1", count: 200) + "q")
        #expect(keys.last == .character("q"))
        #expect(keys.count < 80)
    }

    @Test(arguments: [UInt64](1...30))
    func anyBytesCutAnywhereGiveTheSameKeys(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let pool: [UInt8] = [
            0x1B, 0x5B, 0x4F, 0x41, 0x7E, 0x31, 0x3B, 0x35, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0x71, 0x0D, 0x00,
        ]
        let bytes = (0..<300).map { _ in
            Bool.random(using: &random) ? pool.randomElement(using: &random) ?? 0 : .random(in: 0...255, using: &random)
        }
        let whole = Self.keys(bytes)
        var decoder = KeyDecoder()
        var keys: [Key] = []
        for byte in bytes { decoder.feed([byte], into: &keys) }
        #expect(keys == whole, "seed \(seed)")
    }
}
