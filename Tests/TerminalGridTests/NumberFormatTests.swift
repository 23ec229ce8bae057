import TerminalGrid
import TestSupport
import Testing

@Suite struct NumberFormatTests {
    static func field(_ value: Double, _ format: NumberFormat, width: Int, glyphs: GlyphSet = .unicode) -> String {
        var grid = Grid(size: Size(columns: width, rows: 1), glyphs: glyphs)
        grid.fill(grid.bounds, with: "x", style: .plain)
        grid.put(value, format, at: Position(column: 0, row: 0), width: width, style: .plain)
        return grid.lines(trimmed: false)[0]
    }

    @Test(
        arguments: [
            (189.99, 2, "  189.99"), (0, 2, "    0.00"), (-0.0, 2, "    0.00"), (-0.004, 2, "    0.00"),
            (0.005, 2, "    0.01"), (-0.005, 2, "   -0.01"), (9.995, 2, "   10.00"), (9.994, 2, "    9.99"),
            (1.005, 2, "    1.01"), (2.675, 2, "    2.68"), (0.125, 2, "    0.13"), (2.5, 0, "       3"),
            (-2.5, 0, "      -3"), (0.5, 0, "       1"), (0.4999999999, 0, "       0"), (99.999, 2, "  100.00"),
            (0.0001, 4, "  0.0001"), (0.05, 1, "     0.1"), (1e-300, 2, "    0.00"), (-7.25, 1, "    -7.3"),
            (99_999.99, 2, "99999.99"), (.nan, 2, "       –"), (1e15, 2, "   1000T"), (.infinity, 2, "########"),
            (-.infinity, 2, "########"), (.greatestFiniteMagnitude, 2, "########"), (123_456.78, 2, "123456.8"),
            (1_234_567.8, 2, " 1234568"), (123_456_789, 2, "    123M"), (-123_456_789, 2, "   -123M"),
        ] as [(Double, Int, String)]
    )
    func fixedDecimals(value: Double, decimals: Int, expected: String) {
        #expect(Self.field(value, .fixed(decimals), width: 8) == expected)
    }

    @Test(
        arguments: [
            (0, "    0"), (1, "    1"), (312, "  312"), (312.5, "  313"), (999, "  999"), (999.4, "  999"),
            (999.5, "1.00K"), (1_000, "1.00K"), (1_234, "1.23K"), (1_235, "1.24K"), (9_994, "9.99K"), (9_995, "10.0K"),
            (9_996, "10.0K"), (99_949, "99.9K"), (99_950, " 100K"), (940_000, " 940K"), (999_499, " 999K"),
            (999_500, "1.00M"), (18_400_000, "18.4M"), (1_020_000_000, "1.02B"), (999_500_000, "1.00B"),
            (999_500_000_000, "1.00T"), (3.2e12, "3.20T"), (4.2e15, "4200T"), (9.9e17, "#####"),
            (-18_400_000, "-18.4M"), (-18_400_000, " -18M"),
            (-1_234, "-1.2K"), (-0.2, "    0"), (.nan, "    –"),
        ] as [(Double, String)]
    )
    func compactCounts(value: Double, expected: String) {
        let width = expected.count
        #expect(Self.field(value, .compact, width: width) == expected)
    }

    @Test(
        arguments: [
            (12_500, 8, "  12,500"), (999, 8, "     999"), (1_000, 8, "   1,000"), (1_234_567, 9, "1,234,567"),
            (1_234_567, 8, " 1234567"), (1_234_567, 6, " 1.23M"), (-1_000, 8, "  -1,000"), (0, 3, "  0"),
            (-0.4, 3, "  0"),
            (99_999.5, 8, " 100,000"), (1e18, 32, "       1,000,000,000,000,000,000"),
        ] as [(Double, Int, String)]
    )
    func groupedCounts(value: Double, width: Int, expected: String) {
        #expect(Self.field(value, .grouped, width: width) == expected)
    }

    @Test(
        arguments: [
            (52.1, "▲  52.1"), (-12.74, "▼  12.7"), (0, "    0.0"), (-0.04, "    0.0"), (0.05, "▲   0.1"),
            (.nan, "      –"),
            (1_234.56, "▲1234.6"), (12_345.67, "▲ 12346"), (-1_234_567.8, "▼ 1.23M"),
        ] as [(Double, String)]
    )
    func arrowStandsAtTheLeftEdge(value: Double, expected: String) {
        #expect(Self.field(value, .arrowPercent, width: 7) == expected)
    }

    @Test(
        arguments: [
            (21.34, " 21.3"), (999, "999.0"), (999.01, " >999"), (.infinity, " >999"), (.nan, "    –"), (0.04, "  0.0"),
        ] as [(Double, String)]
    )
    func ratioAboveItsLimitIsMarked(value: Double, expected: String) {
        #expect(Self.field(value, .ratio, width: 5) == expected)
    }

    @Test(
        arguments: [
            (38.4, "+38.4%"), (-3, "-3.0%"), (0, "0.0%"), (-0.01, "0.0%"), (.nan, "-"), (.infinity, "#"),
            (1e9, "+1000000000.0%"),
        ] as [(Double, String)]
    )
    func stringsHaveNoPadding(value: Double, expected: String) {
        #expect(NumberFormat.signedPercent.string(value) == expected)
    }

    @Test func arrowStringIsDirectlyBeforeTheDigits() {
        #expect(NumberFormat.arrowPercent.string(-3, glyphs: .unicode) == "▼3.0")
        #expect(NumberFormat.arrowPercent.string(3) == "^3.0")
    }

    @Test func tooNarrowFieldIsFilledNotCut() {
        #expect(Self.field(123_456, .fixed(2), width: 3) == "###")
        #expect(Self.field(-5, .fixed(2), width: 1) == "#")
        #expect(Self.field(7.6, .fixed(2), width: 1) == "8")
        #expect(Self.field(5, NumberFormat(.fixed(0), suffix: "%"), width: 1) == "#")
    }

    @Test func hostileSuffixIsLeftOut() {
        #expect(Self.field(5, NumberFormat(.fixed(0), suffix: "\u{1B}"), width: 3) == "  5")
    }

    @Test func fieldOutsideTheGridIsClipped() {
        var grid = Grid(size: Size(columns: 6, rows: 1))
        grid.put(123_456, .fixed(0), at: Position(column: -3, row: 0), width: 6, style: .plain)
        grid.put(987_654, .fixed(0), at: Position(column: 4, row: 0), width: 6, style: .plain)
        grid.put(1, .fixed(0), at: Position(column: 0, row: 7), width: 6, style: .plain)
        #expect(grid.lines() == ["456 98"])
    }

    @Test(arguments: [UInt64](1...20))
    func everyFieldHoldsTheRoundedValueOrSaysItCannot(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<500 {
            let exponent = Double.random(in: -6...19, using: &random)
            let sign: Double = Bool.random(using: &random) ? 1 : -1
            var value = sign
            for _ in 0..<Int(exponent.magnitude) { value *= exponent < 0 ? 0.1 : 10 }
            value *= Double.random(in: 1..<10, using: &random)
            let width = Int.random(in: 1...12, using: &random)
            let decimals = Int.random(in: 0...4, using: &random)
            let text = Self.field(value, .fixed(decimals), width: width)
            #expect(text.count == width, "seed \(seed)")
            if text == String(repeating: "#", count: width) { continue }
            let (number, tolerance) = Self.parse(text)
            #expect((number - value).magnitude <= tolerance * 0.5001, "seed \(seed): \(value) as \(text)")
        }
    }

    /// The value a field stands for and the worth of its last digit.
    private static func parse(_ text: String) -> (value: Double, unit: Double) {
        var digits = text.drop { $0 == " " }
        var scale = 1.0
        if let unit = digits.last, let factor = ["K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12][unit] {
            scale = factor
            digits.removeLast()
        }
        let decimals = digits.split(separator: ".", maxSplits: 1).dropFirst().first?.count ?? 0
        var unit = scale
        for _ in 0..<decimals { unit /= 10 }
        return ((Double(digits) ?? .nan) * scale, unit)
    }
}
