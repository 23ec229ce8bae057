import Feeds
import MarketTime
import Network
import Testing

@Suite struct VendorTextTests {
    @Test(arguments: [
        ("plain words", "plain words"), ("\u{1B}[31mred\u{1B}[0m", "[31mred[0m"), ("a\nb\tc\r\nd", "a b c  d"),
        ("\u{202E}gnirts", "gnirts"), ("é 株", "é 株"), ("\u{0}\u{7}\u{9B}2J", "2J"), ("", ""),
    ])
    func controlCharactersNeverGetThrough(text: String, shown: String) {
        #expect(VendorText.clean(text) == shown)
    }

    @Test(arguments: [
        ("no key here", "no key here"), ("bad abcdef-1234", "bad ***"), ("abcdef-1234/abcdef-1234!", "***/***!"),
        ("cut abcdef-12…", "cut ***…"), ("cut abcdef-123", "cut ***…"), ("cut abcd", "cut ***…"),
        ("cut abc…", "cut abc…"),
        ("", ""),
    ])
    func holdsNoKeyNorItsCutOffBeginning(text: String, expected: String) {
        #expect(VendorText.without(Secret("abcdef-1234"), in: text) == expected)
        for key in [nil, Secret(""), Secret("abc")] { #expect(VendorText.without(key, in: text) == text) }
    }

    @Test func isCutToOneLine() {
        let cut = VendorText.clean(String(repeating: "word ", count: 1_000_000))
        #expect(cut.count == VendorText.lengthMax && cut.hasSuffix("…"))
    }

    @Test(
        arguments: [
            ("2026-10-06T10:30:15-04:00", 1_791_297_015_000), ("2026-10-06T14:30:15Z", 1_791_297_015_000),
            ("2026-10-06T14:30:15.250Z", 1_791_297_015_250), ("2026-10-06t14:30:15.25z", 1_791_297_015_250),
            ("2026-10-06T20:00:15+05:30", 1_791_297_015_000), ("2026-11-27T18:00:00.000Z", 1_795_802_400_000),
            ("2026-10-06T10:30:15", nil), ("2026-10-06", nil), ("2026-13-06T10:30:15Z", nil), ("", nil),
            ("2026-10-06T25:30:15Z", nil), ("2026-10-06T10:30:15-0400", nil), ("2026-10-06T10:30:15.Z", nil),
            ("2026-10-06T10:30:15Zjunk", nil), ("2026-10-06 10:30:15Z", nil), ("2026-10-06T1O:30:15Z", nil),
        ] as [(String, Int64?)]
    )
    func timesAreReadWithOffsetOrZ(text: String, milliseconds: Int64?) {
        #expect(VendorTime.parse(text)?.milliseconds == milliseconds)
    }
}
