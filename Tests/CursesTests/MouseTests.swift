import TerminalGrid
import TestSupport
import Testing

@testable import Curses

@Suite struct MouseTests {
    private static func keys(_ text: String, isMouseOn: Bool = true) -> [Key] {
        var decoder = KeyDecoder()
        decoder.isMouseOn = isMouseOn
        var keys: [Key] = []
        decoder.feed(Array(text.utf8), into: &keys)
        return keys
    }

    private static func mouse(_ kind: MouseEvent.Kind, _ column: Int, _ row: Int) -> Key {
        .mouse(MouseEvent(kind, at: Position(column: column, row: row)))
    }

    @Test(
        arguments: [
            ("\u{1B}[<0;1;1M", [mouse(.press, 0, 0)]),
            ("\u{1B}[<0;240;61M", [mouse(.press, 239, 60)]),
            ("\u{1B}[<16;3;4M", [mouse(.press, 2, 3)]),
            ("\u{1B}[<64;10;5M", [mouse(.wheelUp, 9, 4)]),
            ("\u{1B}[<65;10;5M", [mouse(.wheelDown, 9, 4)]),
            ("\u{1B}[<69;10;5M", [mouse(.wheelDown, 9, 4)]),
            ("\u{1B}[M !!", [mouse(.press, 0, 0)]),
            ("\u{1B}[Mak+", [mouse(.wheelDown, 74, 10)]),
        ] as [(String, [Key])]
    )
    func pressAndWheelAreKeys(text: String, expected: [Key]) {
        #expect(Self.keys(text) == expected)
    }

    @Test(arguments: [
        // Letting go, the other buttons, movements, wheels to the side, more buttons.
        "\u{1B}[<0;5;5m", "\u{1B}[<1;5;5M", "\u{1B}[<2;5;5M", "\u{1B}[<32;5;5M", "\u{1B}[<35;5;5M", "\u{1B}[<66;5;5M",
        "\u{1B}[<128;5;5M",
        // Places that do not exist, numbers that are none, too few and too many of them.
        "\u{1B}[<0;0;0M", "\u{1B}[<0;99999;1M", "\u{1B}[<0;1;999999999999999999999M", "\u{1B}[<;;M", "\u{1B}[<M",
        "\u{1B}[<0;1M", "\u{1B}[<0;1;1;1M", "\u{1B}[<0;?;1M", "\u{1B}[<-1;5;5M", "\u{1B}[<0:1:1M", "\u{1B}[M###",
        "\u{1B}[<0;1\u{18}",
    ])
    func everythingElseIsNothing(text: String) {
        #expect(Self.keys(text + "q").last == .character("q"))
        #expect(!Self.keys(text + "q").contains { if case .mouse = $0 { true } else { false } })
    }

    @Test func aReportCutOffByTheNextOneDoesNoHarm() {
        #expect(Self.keys("\u{1B}[<0;1\u{1B}[<64;2;2M") == [Self.mouse(.wheelUp, 1, 1)])
    }

    @Test func withoutTheMouseItsReportsAreDropped() {
        #expect(Self.keys("\u{1B}[<0;1;1Mq", isMouseOn: false) == [.character("q")])
    }

    @Test(arguments: [UInt64](1...30))
    func anyReportsCutAnywhereGiveTheSameKeys(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let pool = Array("\u{1B}[<0;64M1m9".utf8)
        let bytes = (0..<400).map { _ in pool.randomElement(using: &random) ?? 0 }
        var whole = KeyDecoder()
        whole.isMouseOn = true
        var cut = whole
        var expected: [Key] = []
        var keys: [Key] = []
        whole.feed(bytes, into: &expected)
        for byte in bytes { cut.feed([byte], into: &keys) }
        #expect(keys == expected, "seed \(seed)")
    }
}
