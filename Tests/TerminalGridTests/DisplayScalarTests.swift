import TerminalGrid
import Testing

@Suite struct DisplayScalarTests {
    @Test(
        arguments: [
            ("A", 1), ("~", 1), ("é", 1), ("ß", 1), ("─", 1), ("▲", 1), ("█", 1), ("…", 1), ("–", 1), ("Ж", 1),
            ("א", 1),
            ("日", 2), ("한", 2), ("！", 2), ("😀", 2), ("🚀", 2), ("𠀀", 2), ("\u{3000}", 2), ("ｱ", 1), ("₿", 1), ("♥", 1),
            ("◽", 2), ("⌚", 2), ("〈", 2), ("€", 1),
        ] as [(Unicode.Scalar, UInt8)]
    )
    func printableScalarKeepsItselfAndItsWidth(scalar: Unicode.Scalar, width: UInt8) {
        let shown = DisplayScalar(scalar.value)
        #expect(shown.scalar == scalar.value)
        #expect(shown.width == width)
    }

    @Test(
        arguments: [
            0x300, 0x301, 0x36F, 0x20D0, 0xFE0F, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202D, 0x202E, 0x2060,
            0x2066, 0x2067, 0x2069, 0xFEFF, 0xAD, 0x1160, 0x3164, 0xE0041, 0x61C,
        ] as [UInt32]
    )
    func scalarWithoutAWidthShowsNothing(scalar: UInt32) {
        #expect(DisplayScalar(scalar).width == 0)
    }

    @Test(arguments: [0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0xA0, 0x2028, 0x2029, 0x2003] as [UInt32])
    func whiteSpaceBecomesASpace(scalar: UInt32) {
        #expect(DisplayScalar(scalar) == .space)
    }

    @Test(
        arguments: [
            0x00, 0x07, 0x08, 0x1B, 0x1F, 0x7F, 0x80, 0x90, 0x9B, 0x9D, 0x9F, 0xD800, 0xDFFF, 0xE000, 0xFFFE, 0xFFFF,
            0x10FFFF, 0x110000, 0xFFFF_FFFF,
        ] as [UInt32]
    )
    func dangerousScalarIsReplaced(scalar: UInt32) {
        #expect(DisplayScalar(scalar) == .replacement)
    }

    @Test func noScalarOfTheWholeRangeIsShownAsAControl() {
        var wrong: [UInt32] = []
        for value in UInt32(0)...0x11_0000 {
            let shown = DisplayScalar(value)
            guard shown.width > 0 else { continue }
            guard let scalar = Unicode.Scalar(shown.scalar) else {
                wrong.append(value)
                continue
            }
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .nonspacingMark, .enclosingMark,
                .lineSeparator, .paragraphSeparator:
                wrong.append(value)
            default: break
            }
            if shown.width > 2 { wrong.append(value) }
        }
        #expect(wrong.isEmpty)
    }
}
