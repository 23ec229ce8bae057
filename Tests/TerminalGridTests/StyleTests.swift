import TerminalGrid
import Testing

@Suite struct StyleTests {
    @Test func anIdKeepsItsMeaning() {
        var table = StyleTable()
        let first = table.intern(Style(foreground: .indexed(43)))
        let second = table.intern(Style(foreground: .indexed(202), attributes: .bold))
        #expect(table.intern(.plain) == .plain)
        #expect(first != second && first != .plain)
        #expect(table.intern(Style(foreground: .indexed(43))) == first)
        #expect(table[second].attributes == .bold)
        #expect(table[StyleID(rawValue: 999)] == .plain)
    }

    @Test func tableIsBounded() {
        var table = StyleTable()
        var last = StyleID.plain
        for number in 0..<(StyleTable.stylesMax + 10) {
            let style = Style(
                foreground: .indexed(UInt8(number % 256)),
                background: .indexed(UInt8(number / 256 % 256))
            )
            last = table.intern(style)
        }
        #expect(table.styles.count == StyleTable.stylesMax)
        #expect(last == .plain)
    }

    @Test func overlayOfMonoAttributesAddsUp() {
        let row = Style(foreground: .indexed(43), attributes: .dim)
        let over = Style(background: .indexed(237), attributes: .bold, monoAttributes: .reverse)
        let both = row.overlaid(with: over)
        #expect(both.foreground == .indexed(43))
        #expect(both.background == .indexed(237))
        #expect(both.attributes == [.dim, .bold])
        #expect(both.monoAttributes == [.dim, .reverse])
    }

    @Test(
        arguments: [
            (235, 0), (237, 0), (245, 8), (250, 7), (255, 7), (43, 6), (202, 9), (208, 3), (214, 3), (229, 7), (196, 9),
            (46, 10), (226, 11), (21, 4), (53, 0), (125, 1), (231, 15), (9, 9), (3, 3),
        ] as [(UInt8, UInt8)]
    )
    func nearestOfSixteen(index: UInt8, expected: UInt8) {
        #expect(XtermPalette.nearest16(index) == expected)
    }

    @Test func degradedStyleFollowsTheThemesOwnChoice() {
        let style = Style(
            foreground: .indexed(214),
            background: .indexed(237),
            attributes: .bold,
            monoAttributes: .reverse,
            foreground16: 3,
            background16: 4
        )
        #expect(style.degraded(to: .palette256) == style)
        #expect(
            style.degraded(to: .sixteen)
                == Style(foreground: .indexed(3), background: .indexed(4), attributes: .bold)
        )
        #expect(style.degraded(to: .mono) == Style(attributes: .reverse))
        #expect(Style(attributes: .dim).degraded(to: .mono) == Style(attributes: .dim))
        #expect(Style.plain.degraded(to: .sixteen) == .plain)
    }

    @Test func paletteCornersHaveTheirColours() {
        #expect(XtermPalette.rgb(16) == (0, 0, 0))
        #expect(XtermPalette.rgb(231) == (255, 255, 255))
        #expect(XtermPalette.rgb(43) == (0, 215, 175))
        #expect(XtermPalette.rgb(202) == (255, 95, 0))
        #expect(XtermPalette.rgb(232) == (8, 8, 8))
        #expect(XtermPalette.rgb(255) == (238, 238, 238))
    }
}
