import Dashboard
import TerminalGrid

/// A colour as a theme file names it.
indirect enum ThemeColor: Equatable, Sendable {
    /// The terminal's own.
    case standard
    /// An index of the palette, what stands for it among 16, and attributes that stand for it without colours.
    case fixed(UInt8, sixteen: UInt8?, mono: Attributes?)
    /// A name of `[palette]`, or a direction of `[updown]` and `[tape]`.
    case named(String)
}

/// A style as a theme file gives it; what is nil is inherited.
struct ThemeStyle: Equatable, Sendable {
    var foreground: ThemeColor?
    var background: ThemeColor?
    var attributes: Attributes?
    var mono: Attributes?

    /// This one's parts over another's.
    func over(_ below: Self?) -> Self {
        guard let below else { return self }
        var result = below
        if let foreground { result.foreground = foreground }
        if let background { result.background = background }
        if let attributes { result.attributes = attributes }
        if let mono { result.mono = mono }
        return result
    }

    /// This one with another's colours.
    func colored(like other: Self) -> Self {
        var result = self
        (result.foreground, result.background) = (other.foreground, other.background)
        return result
    }
}

/// Who rises in which colours.
enum UpDownScheme: String, CaseIterable, Sendable {
    /// Teal and orange on dark, teal and red on light grounds.
    case classic
    /// Blue and orange.
    case cvd
    /// The inherited colours, changed about: red rises.
    case asia
    /// Whatever is inherited, and what the file says.
    case custom
}

/// Where something of a theme was said.
struct ThemeOrigin: Equatable, Sendable {
    var path: String
    var point: TOMLPositions.Point
}

/// What a theme file says, or a file over those it inherits from; names are not looked up yet.
struct ThemeDraft: Equatable, Sendable {
    var name = ""
    var inherits: String?
    var background: ThemeSheet.Background?
    var pair: String?
    var colorsMax: ColorDepth?
    /// One sentence for the list of themes.
    var summary: String?
    var palette: [String: ThemeColor] = [:]
    /// By `ThemeKey.path`.
    var styles: [String: ThemeStyle] = [:]
    var scheme: UpDownScheme?
    var thresholds: [Double]?
    /// Grounds of heat cells, six.
    var heatColors: [ThemeColor]?
    /// Colours of numbers, six.
    var heatFigures: [ThemeColor]?
    /// Colours of bars, six.
    var heatBars: [ThemeColor]?
    var heatGlyphs: [ThemeSheet.HeatGlyph]?
    var heatASCII: [Unicode.Scalar]?
    var missingGlyph: Unicode.Scalar?
    /// By path, such as `ui.text.dim` or `palette.ash`.
    var origins: [String: ThemeOrigin] = [:]

    /// This file over what it inherits.
    func over(_ below: ThemeDraft) -> ThemeDraft {
        var result = below
        result.name = name
        result.inherits = inherits
        result.background = background ?? below.background
        // A pair is of the file that names it: what inherits from it is another theme.
        result.pair = pair
        result.colorsMax = colorsMax ?? below.colorsMax
        result.summary = summary
        result.palette.merge(palette) { $1 }
        if let scheme { result.apply(scheme) }
        for (path, style) in styles { result.styles[path] = style.over(result.styles[path]) }
        result.thresholds = thresholds ?? below.thresholds
        result.heatColors = heatColors ?? below.heatColors
        result.heatFigures = heatFigures ?? below.heatFigures
        // Bars follow the numbers of the file that changes these.
        result.heatBars = heatBars ?? heatFigures ?? below.heatBars
        result.heatGlyphs = heatGlyphs ?? below.heatGlyphs
        result.heatASCII = heatASCII ?? below.heatASCII
        result.missingGlyph = missingGlyph ?? below.missingGlyph
        result.origins.merge(origins) { $1 }
        return result
    }

    private mutating func apply(_ scheme: UpDownScheme) {
        switch scheme {
        case .custom: return
        case .asia:
            for (up, down) in Self.directions {
                guard let one = styles[up], let other = styles[down] else { continue }
                (styles[up], styles[down]) = (one.colored(like: other), other.colored(like: one))
            }
        case .classic, .cvd:
            for (path, style) in Self.preset(isCVD: scheme == .cvd, isLight: background == .light) {
                styles[path] = style.over(styles[path])
            }
        }
    }

    private static let directions = [
        ("updown.up", "updown.down"), ("updown.flash_up", "updown.flash_down"), ("tape.above", "tape.below"),
    ]

    /// Colours of a scheme: tested for contrast and for every kind of colour vision.
    private static func preset(isCVD: Bool, isLight: Bool) -> [(path: String, style: ThemeStyle)] {
        func ink(_ index: UInt8, _ sixteen: UInt8) -> ThemeStyle {
            ThemeStyle(foreground: .fixed(index, sixteen: sixteen, mono: nil))
        }
        func flash(_ front: (UInt8, UInt8), _ back: (UInt8, UInt8)) -> ThemeStyle {
            ThemeStyle(
                foreground: .fixed(front.0, sixteen: front.1, mono: nil),
                background: .fixed(back.0, sixteen: back.1, mono: nil)
            )
        }
        let all: [ThemeStyle]
        switch (isCVD, isLight) {
        case (false, false):
            all = [
                ink(43, 10), ink(202, 9), ink(121, 14), ink(209, 9), flash((48, 10), (23, 0)), flash((216, 9), (52, 0)),
            ]
        case (true, false):
            all = [
                ink(75, 14), ink(208, 11), ink(117, 14), ink(215, 11), flash((117, 14), (18, 0)),
                flash((229, 11), (94, 0)),
            ]
        case (false, true):
            all = [
                ink(23, 6), ink(160, 1), ink(24, 4), ink(88, 1), flash((22, 15), (158, 6)), flash((88, 15), (224, 1)),
            ]
        case (true, true):
            all = [
                ink(25, 4), ink(130, 1), ink(18, 4), ink(94, 1), flash((18, 15), (153, 4)), flash((52, 15), (223, 1)),
            ]
        }
        let paths = ["updown.up", "updown.down", "tape.above", "tape.below", "updown.flash_up", "updown.flash_down"]
        return zip(paths, all).map { (path: $0, style: $1) }
    }
}
