/// A colour of the sRGB space, 0…255 a part.
package struct RGBColor: Hashable, Sendable {
    /// Red, 0…255.
    package var red: UInt8
    /// Green, 0…255.
    package var green: UInt8
    /// Blue, 0…255.
    package var blue: UInt8

    /// Makes a colour from its parts.
    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Makes a colour from an index of xterm's palette, with xterm's own 0…15.
    package init(xterm index: UInt8) {
        let (red, green, blue) = XtermPalette.rgb(index)
        self.init(red: red, green: green, blue: blue)
    }

    /// Makes a colour from `#rrggbb`; nil for any other text.
    package init?(hex text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 7, digits[0] == UInt8(ascii: "#") else { return nil }
        var parts: [UInt8] = []
        for index in [1, 3, 5] {
            guard let high = Self.digit(digits[index]), let low = Self.digit(digits[index + 1]) else { return nil }
            parts.append(high << 4 | low)
        }
        self.init(red: parts[0], green: parts[1], blue: parts[2])
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// How an eye sees colours.
package enum ColorVision: String, Hashable, Sendable, CaseIterable {
    /// All three cones.
    case normal
    /// Without the cones for long waves (about 1 % of men).
    case protanopia
    /// Without those for middle waves (about 1 %; the weaker forms, 5 %).
    case deuteranopia
    /// Without those for short waves (rare).
    case tritanopia

    /// What such an eye makes of linear red, green and blue: Machado, Oliveira and Fernandes 2009, severity 1.
    var matrix: [[Double]] {
        switch self {
        case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        case .protanopia:
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
        case .deuteranopia:
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
        case .tritanopia:
            [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
        }
    }
}

/// A colour in CIELAB under D65, where distances are about those that people see.
package struct LabColor: Hashable, Sendable {
    /// Lightness, 0…100.
    package var lightness: Double
    /// Green to red, about −128…127.
    package var a: Double
    /// Blue to yellow, about −128…127.
    package var b: Double

    /// The colour as such an eye sees it.
    package init(_ color: RGBColor, seenBy vision: ColorVision = .normal) {
        let linear = [color.red, color.green, color.blue].map { ColorScience.linear[Int($0)] }
        let seen = vision.matrix.map { row in
            min(1, max(0, row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2]))
        }
        let (red, green, blue) = (seen[0], seen[1], seen[2])
        let x = Self.response((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047)
        let y = Self.response(0.2126729 * red + 0.7151522 * green + 0.0721750 * blue)
        let z = Self.response((0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883)
        lightness = 116 * y - 16
        a = 500 * (x - y)
        b = 200 * (y - z)
    }

    /// How far two colours are apart by CIE 1976 (ΔE): 2 is just seen, 100 is black from white.
    package func distance(to other: Self) -> Double {
        let (light, red, yellow) = (lightness - other.lightness, a - other.a, b - other.b)
        return (light * light + red * red + yellow * yellow).squareRoot()
    }

    private static func response(_ value: Double) -> Double {
        value > 216.0 / 24_389 ? ColorScience.root(3, of: value) : (24_389.0 / 27 * value + 16) / 116
    }
}

/// What can be computed about colours: contrast, distance, the nearest of a palette.
///
/// Written without a mathematics library, since this room imports none: roots come from Newton's method.
package enum ColorScience {
    /// Luminance of every step of an sRGB part, 0…1.
    static let linear: [Double] = (0...255).map { step in
        let part = Double(step) / 255
        guard part > 0.04045 else { return part / 12.92 }
        let base = (part + 0.055) / 1.055
        let fifth = root(5, of: base)
        // base^2.4
        return base * base * fifth * fifth
    }

    private static let palette = (UInt8.min...UInt8.max).map { LabColor(RGBColor(xterm: $0)) }

    /// Contrast of two colours by WCAG 2, 1…21; the order does not matter.
    package static func contrast(_ one: RGBColor, _ other: RGBColor) -> Double {
        let (first, second) = (luminance(one), luminance(other))
        return (max(first, second) + 0.05) / (min(first, second) + 0.05)
    }

    /// Luminance relative to white by WCAG 2, 0…1.
    package static func luminance(_ color: RGBColor) -> Double {
        0.2126 * linear[Int(color.red)] + 0.7152 * linear[Int(color.green)] + 0.0722 * linear[Int(color.blue)]
    }

    /// How far two colours are apart for an eye, ΔE of CIE 1976.
    package static func distance(_ one: RGBColor, _ other: RGBColor, seenBy vision: ColorVision) -> Double {
        LabColor(one, seenBy: vision).distance(to: LabColor(other, seenBy: vision))
    }

    /// The index of the fixed part of xterm's palette, 16…255, that is nearest in CIELAB.
    package static func nearest256(_ color: RGBColor) -> UInt8 { nearest(to: color, among: 16...255) }

    /// The index 0…15 that is nearest in CIELAB to xterm's own values for them.
    package static func nearest16(_ color: RGBColor) -> UInt8 { nearest(to: color, among: 0...15) }

    private static func nearest(to color: RGBColor, among indexes: ClosedRange<UInt8>) -> UInt8 {
        let wanted = LabColor(color)
        let all = indexes.map { (index: $0, distance: palette[Int($0)].distance(to: wanted)) }
        return all.min { $0.distance < $1.distance }?.index ?? indexes.lowerBound
    }

    /// The root of a number of 0…2 or so; 40 steps of Newton's method are far more than it needs there.
    static func root(_ degree: Int, of value: Double) -> Double {
        guard value > 0 else { return 0 }
        var guess = max(1, value)
        for _ in 0..<40 {
            var power = 1.0
            for _ in 1..<degree { power *= guess }
            guess = (Double(degree - 1) * guess + value / power) / Double(degree)
        }
        return guess
    }
}
