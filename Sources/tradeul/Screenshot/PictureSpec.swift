import MarketTime
import TerminalGrid

/// What a picture shows: a market at a moment, the screen it is seen on, and the keys that have been pressed.
struct PictureSpec: Equatable, Sendable {
    /// Stem of the file's name: lower-case letters, digits, `-`.
    var name = "screen"
    /// Columns and rows.
    var size = Size(columns: 120, rows: 36)
    /// The theme's name.
    var theme = PictureTheme.fallback
    /// Colours of the terminal.
    var depth = ColorDepth.palette256
    /// Whether only ASCII is drawn.
    var isASCII = false
    /// One seed, one market.
    var seed: UInt64 = 1
    /// Symbols of the market.
    var symbols = Self.symbolsUsual
    /// The market's time when the picture is taken.
    var moment = Self.usualMoment
    /// What was done before.
    var keys = KeyScript()
    /// Settings other than the defaults.
    var settings: [SettingOverride] = []

    /// Symbols unless told otherwise: enough for full lists, few enough for a picture in seconds.
    static let symbolsUsual = 600
    /// Allowed sizes of a picture.
    static let sides = (columns: 20...500, rows: 6...200)
    /// The moment unless told otherwise, on the demo's day.
    static let usualTime = "10:31:00"

    private static let usualMoment = SimulatorPlan.start(fromText: usualTime) ?? .epoch

    /// The market that is shown.
    var market: SimulatorPlan { SimulatorPlan(seed: seed, start: moment, speed: 1, tickers: symbols) }

    /// What the picture shows, in words.
    var title: String {
        let words = name.split(separator: "-").joined(separator: " ")
        return "tradeul: \(words), \(size.columns) columns by \(size.rows) rows, theme \(theme)"
    }

    /// A size written as `160x48`; nil for anything else, and outside of ``sides``.
    static func size(fromText text: String) -> Size? {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let columns = Int(parts[0]), let rows = Int(parts[1]),
            sides.columns.contains(columns), sides.rows.contains(rows)
        else { return nil }
        return Size(columns: columns, rows: rows)
    }

    /// A depth of colour by its name on the command line; nil for none.
    static func depth(fromText text: String) -> ColorDepth? {
        switch text {
        case "256": .palette256
        case "16": .sixteen
        case "mono": .mono
        default: nil
        }
    }

    /// Whether a text can be a picture's name, which is also a file's.
    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.first != "-"
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}
