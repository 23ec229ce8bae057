import TerminalGrid
import Testing

@Suite struct ColorScienceTests {
    private static func color(_ hex: String) -> RGBColor { RGBColor(hex: hex) ?? RGBColor(red: 1, green: 2, blue: 3) }

    @Test(
        arguments: [
            ("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1), ("#777777", "#ffffff", 4.48),
            ("#ff0000", "#ffffff", 4.0), ("#0000ff", "#ffffff", 8.59), ("#00d7af", "#1c1c1c", 9.20),
        ]
    )
    func contrastIsThatOfWCAG(one: String, other: String, contrast: Double) {
        #expect(abs(ColorScience.contrast(Self.color(one), Self.color(other)) - contrast) < 0.02)
        #expect(
            ColorScience.contrast(Self.color(one), Self.color(other))
                == ColorScience.contrast(Self.color(other), Self.color(one))
        )
    }

    /// Values of CIELAB under D65, as any colour calculator has them.
    @Test(
        arguments: [
            ("#000000", 0.0, 0.0, 0.0), ("#ffffff", 100, 0, 0), ("#ff0000", 53.24, 80.09, 67.20),
            ("#00ff00", 87.73, -86.18, 83.18), ("#0000ff", 32.30, 79.19, -107.86), ("#808080", 53.59, 0, 0),
        ]
    )
    func labIsThatOfTheStandard(hex: String, lightness: Double, a: Double, b: Double) {
        let lab = LabColor(Self.color(hex))
        #expect(abs(lab.lightness - lightness) < 0.05)
        #expect(abs(lab.a - a) < 0.05)
        #expect(abs(lab.b - b) < 0.05)
    }

    @Test func greyStaysGreyForEveryEyeAndRedAndGreenMeetWhereTheyMust() {
        for vision in ColorVision.allCases {
            let grey = LabColor(Self.color("#808080"), seenBy: vision)
            #expect(abs(grey.a) < 0.6 && abs(grey.b) < 0.6, "\(vision)")
        }
        // The pair that most programs use.
        let (green, red) = (RGBColor(xterm: 77), RGBColor(xterm: 203))
        #expect(ColorScience.distance(green, red, seenBy: .normal) > 100)
        #expect(ColorScience.distance(green, red, seenBy: .deuteranopia) < 12)
        let (teal, orange) = (RGBColor(xterm: 43), RGBColor(xterm: 202))
        for vision in ColorVision.allCases {
            #expect(ColorScience.distance(teal, orange, seenBy: vision) > 50, "\(vision)")
        }
    }

    @Test(
        arguments: [
            ("#00d7af", 43, 6), ("#ffffff", 231, 15), ("#000000", 16, 0), ("#ff0000", 196, 9), ("#5e81ac", 67, 8),
            ("#b58900", 136, 3), ("#00ff00", 46, 10), ("#808080", 244, 8),
        ] as [(String, UInt8, UInt8)]
    )
    func theNearestColourIsFoundInLab(hex: String, of256: UInt8, of16: UInt8) {
        #expect(ColorScience.nearest256(Self.color(hex)) == of256)
        #expect(ColorScience.nearest16(Self.color(hex)) == of16)
    }

    @Test func everyColourOfThePaletteIsNearestToItself() {
        for index: UInt8 in 16...255 {
            let found = ColorScience.nearest256(RGBColor(xterm: index))
            #expect(RGBColor(xterm: found) == RGBColor(xterm: index))
        }
    }

    @Test(arguments: ["", "#", "#12345", "#1234567", "123456", "#12345g", "# 12345", "#１２３４５６", "rgb(1,2,3)"])
    func onlySixDigitsAreAColour(text: String) { #expect(RGBColor(hex: text) == nil) }

    @Test func aTablesGroundIsItsFirstStyle() {
        let ground = Style(foreground: .indexed(250), background: .indexed(235))
        var table = StyleTable(ground: ground)
        #expect(table[.plain] == ground)
        #expect(table[StyleID(rawValue: 900)] == ground)
        #expect(table.intern(ground) == .plain)
        #expect(table.intern(.plain) != .plain)
    }

    @Test func thePoorerDepthIsTheOneWithFewerColours() {
        #expect(ColorDepth.palette256.poorer(of: .mono) == .mono)
        #expect(ColorDepth.sixteen.poorer(of: .palette256) == .sixteen)
        #expect(ColorDepth.palette256.poorer(of: .palette256) == .palette256)
    }
}
