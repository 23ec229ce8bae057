import TerminalGrid
import TestSupport
import Testing

@testable import Curses

@Suite struct FrameSyncTests {
    /// Replies as terminals send them, in the order of the question.
    private static let tmux33 = "\u{1B}P>|tmux 3.3a\u{1B}\\\u{1B}[?1;2c"
    private static let tmux37 = "\u{1B}P>|tmux 3.7b\u{1B}\\\u{1B}[?2026;2$y\u{1B}[?1;2;4c"
    private static let kitty = "\u{1B}P>|kitty(0.35.2)\u{1B}\\\u{1B}[?2026;2$y\u{1B}[?62;c"
    private static let xterm = "\u{1B}P>|XTerm(390)\u{1B}\\\u{1B}[?2026;0$y\u{1B}[?64;1;2;6;9;15;16;17;18;21;22;28;29c"

    private static func decode(_ text: String, chunk: Int = .max) -> (keys: [Key], replies: [TerminalReply]) {
        var decoder = KeyDecoder()
        decoder.expectsReplies = true
        var keys: [Key] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            decoder.feed(rest.prefix(chunk), into: &keys)
            rest = rest.dropFirst(chunk)
        }
        return (keys, decoder.takeReplies())
    }

    private static func sync(after text: String) -> FrameSync {
        var sync = FrameSync(.auto, term: "xterm-256color", isXtermLike: true)
        for reply in decode(text).replies { _ = sync.take(reply) }
        return sync
    }

    @Test(
        arguments: [
            (kitty, true), (xterm, false), (tmux33, false), (tmux37, false),
            // Set already; set for ever; unset for ever; a terminal without a name; one that knows no such question.
            ("\u{1B}[?2026;1$y\u{1B}[?1c", true), ("\u{1B}[?2026;3$y\u{1B}[?1c", false),
            ("\u{1B}[?2026;4$y\u{1B}[?1c", false), ("\u{1B}[?2026;2$y\u{1B}[?6c", true), ("\u{1B}[?6c", false),
            // Another mode; broken numbers; no fence; an answer after the fence.
            ("\u{1B}[?2027;2$y\u{1B}[?6c", false), ("\u{1B}[?2026;99999999$y\u{1B}[?6c", false),
            ("\u{1B}[?2026$y\u{1B}[?6c", false), ("\u{1B}[?2026;2$y", false),
            ("\u{1B}[?6c\u{1B}[?2026;2$y\u{1B}[?6c", false),
        ] as [(String, Bool)]
    )
    func framesAreBracketedWhereTheTerminalSaysSo(replies: String, isOn: Bool) {
        #expect(Self.sync(after: replies).isOn == isOn)
    }

    @Test(
        arguments: [
            ("11;rgb:0000/0000/0000", false), ("11;rgb:ffff/ffff/ffff", true), ("11;rgb:fd/f6/e3", true),
            ("11;rgb:1c1c/1c1c/1c1c", false), ("11;rgba:0000/0000/0000/ffff", false), ("11;rgb:f/f/f", true),
            // Green is the lightest of the three, blue the darkest.
            ("11;rgb:00/ff/00", true), ("11;rgb:00/00/ff", false),
            ("11;rgb:", nil), ("11;rgb:00/00", nil), ("11;rgb:00000/0/0", nil), ("11;rgb:-1/00/00", nil),
            ("11;rgb:zz/00/00", nil), ("11;rgb:0/0/0/0/0", nil), ("10;rgb:ffff/ffff/ffff", nil), ("11;?", nil),
        ] as [(String, Bool?)]
    )
    func theBackgroundIsToldByItsColour(reply: String, isLight: Bool?) {
        for end in ["\u{07}", "\u{1B}\\"] {
            var sync = FrameSync(.off, term: "xterm-256color", isXtermLike: true, asksBackground: true)
            #expect(sync.isAsking && sync.isBackgroundLight == nil)
            let decoded = Self.decode("\u{1B}]" + reply + end + "\u{1B}[?2026;2$y\u{1B}[?62;c")
            for reply in decoded.replies { _ = sync.take(reply) }
            #expect(decoded.keys.isEmpty)
            #expect(sync.isBackgroundLight == isLight)
            #expect(!sync.isAsking && !sync.isOn, "frames were not asked about")
        }
    }

    @Test(
        arguments: [
            ("tmux 3.3a", false), ("tmux 3.6", false), ("tmux 3.7", true), ("tmux 3.7a", true), ("tmux 3.7d", true),
            ("tmux 3.7-rc2", true), ("tmux next-3.7", true), ("tmux 3.7e", false), ("tmux 3.8", false),
            ("tmux next-3.8", false), ("tmux 3.70", false), ("WezTerm 3.7", false), ("", false),
        ] as [(String, Bool)]
    )
    func theVersionsThatRedrawTooMuchAreKnown(version: String, isSlow: Bool) {
        #expect(FrameSync.isSlow(version) == isSlow)
    }

    @Test(
        arguments: [
            ("dumb", false), ("vt100", false), ("vt220", false), ("linux", false), ("ansi", false),
            ("xterm-256color", true), ("screen", true), ("tmux-256color", true),
        ] as [(String, Bool)]
    )
    func terminalsOfThePastAreNotAsked(term: String, isAsked: Bool) {
        #expect(FrameSync(.auto, term: term, isXtermLike: true).isAsking == isAsked)
        #expect(!FrameSync(.auto, term: term, isXtermLike: false).isAsking)
        for choice in [SyncChoice.on, .off] {
            let sync = FrameSync(choice, term: term, isXtermLike: true)
            #expect(!sync.isAsking)
            #expect(sync.isOn == (choice == .on))
        }
    }

    @Test(arguments: [kitty, xterm, tmux33, tmux37])
    func repliesNeverBecomeKeysHoweverTheyAreCut(replies: String) {
        let whole = Self.decode(replies)
        #expect(whole.keys.isEmpty)
        #expect(whole.replies.last == .attributes)
        for chunk in 1...replies.utf8.count {
            let cut = Self.decode(replies, chunk: chunk)
            #expect(cut.keys.isEmpty && cut.replies == whole.replies, "\(chunk) bytes at a time")
        }
    }

    @Test(arguments: [kitty, tmux37])
    func aReplyThatBreaksOffLeavesTheKeysAfterItAlone(replies: String) {
        let bytes = Array(replies.utf8)
        for count in 3..<bytes.count {
            var decoder = KeyDecoder()
            decoder.expectsReplies = true
            var keys: [Key] = []
            decoder.feed(bytes.prefix(count), into: &keys)
            decoder.timeOut(into: &keys)
            decoder.feed(Array("j\u{1B}[Aq".utf8), into: &keys)
            let last = bytes[count - 1]
            // A reply that breaks off right behind its escape looks like the escape key; no program can tell.
            let expected: [Key] = [.character("j"), .up, .character("q")]
            #expect(keys == expected || last == 0x1B || bytes[count - 2] == 0x1B, "\(count) bytes")
            #expect(keys.suffix(3) == expected[...], "\(count) bytes")
        }
    }

    @Test(arguments: [
        // Text where none belongs, an endless name, a control in the middle, another sequence in the middle.
        "\u{1B}P>|" + String(repeating: "x", count: 3_000) + "\u{1B}\\",
        "\u{1B}P>|" + String(repeating: "é", count: 200) + "\u{07}",
        "\u{1B}P>|tm\u{18}", "\u{1B}P>|tm\u{1B}[?1;2c", "\u{1B}]11;rgb:0000/0000/0000\u{1B}\\",
        "\u{1B}]11;rgb:ffff/ffff/ffff\u{07}", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}P!|00000000\u{1B}\\",
    ])
    func garbledRepliesNeverBecomeKeys(replies: String) {
        let decoded = Self.decode(replies + "q")
        #expect(decoded.keys.filter { $0 != .character("q") }.isEmpty)
        #expect(decoded.keys.last == .character("q"))
        for case .version(let text) in decoded.replies { #expect(text.utf8.count <= 64) }
    }

    @Test func aReplyWithoutAnEndGivesTheKeysBack() {
        let endless = "\u{1B}P>|" + String(repeating: "j", count: 10_000)
        #expect(Self.decode(endless).keys.last == .character("j"))
        #expect(Self.decode("\u{1B}P>|tmux\rq").keys == [.enter, .character("q")])
    }

    @Test func repliesNobodyTakesDoNotPileUp() {
        let flood = String(repeating: "\u{1B}[?1;2c", count: 10_000)
        #expect(Self.decode(flood).replies.count == KeyDecoder.repliesMax)
    }

    @Test func altWithTheSameLetterStaysAKey() {
        #expect(Self.decode("\u{1B}Pq\u{1B}]q").keys == [.alt("P"), .character("q"), .alt("]"), .character("q")])
        #expect(Self.decode("\u{1B}P\u{1B}[A").keys == [.alt("P"), .up])
    }

    @Test(arguments: [UInt64](1...30))
    func anyBytesCutAnywhereGiveTheSameKeysAndReplies(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let pool = Array("\u{1B}P>|\\]?26;$ycq\u{07}\u{18}\u{1B}\u{1B}[[".utf8)
        let bytes = (0..<400).map { _ in pool.randomElement(using: &random) ?? 0 }
        var whole = KeyDecoder()
        whole.expectsReplies = true
        var cut = whole
        var expected: [Key] = []
        var keys: [Key] = []
        whole.feed(bytes, into: &expected)
        for byte in bytes { cut.feed([byte], into: &keys) }
        #expect(keys == expected && cut.replies == whole.replies, "seed \(seed)")
    }
}
