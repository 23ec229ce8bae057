import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// One ticker's figures in lines: quote, session and what it is, each as long as there is room.
struct PageFigures {
    /// Everything the page is made of.
    static let columns: [ColumnID] = [
        .last, .change, .changePercent, .rvol, .slotRVOL, .volume, .dollarVolume, .averageVolume, .floatShares,
        .marketCap,
        .open, .high, .low, .vwap, .previousClose, .bid, .ask, .bidSize, .askSize, .spread, .preHigh, .preLow, .low52w,
        .high52w, .gapPercent, .atr, .atrPercent, .name, .sector, .industry, .country, .exchange, .haltAge,
    ]

    private let state: DashboardState
    private let about: TickerAbout
    private let theme: Theme

    /// The figures of a ticker.
    init(_ state: DashboardState, _ about: TickerAbout, _ theme: Theme) {
        self.state = state
        self.about = about
        self.theme = theme
    }

    // MARK: Lines

    /// `QXAI  4.82  ▲ 1.34  ▲ 38.4%  RVOL 21.3×  slot 11.7×  vol 18.4M  float 6.1M  …`.
    func quoteLine(_ glyphs: GlyphSet, hasSymbol: Bool = true) -> SegmentLine {
        var line = SegmentLine()
        let change = about.value(.change)
        let role: Role = change > 0 ? .up : change < 0 ? .down : .flat
        if hasSymbol { line.left.append(Segment(about.query.symbol.text, .symbol, worth: 100)) }
        line.left.append(Segment(price(.last), .clock, worth: 99))
        line.left.append(Segment(signed(change, decimals: decimals, glyphs), role, worth: 60))
        line.left.append(Segment(signed(about.value(.changePercent), decimals: 2, glyphs) + "%", role, worth: 98))
        line.left.append(times("RVOL", .rvol, worth: 97))
        // In a slot's first seconds the engine still tells the slot before, as in the table's `SLOT-1`.
        let isEarly = about.flags.contains(.slotJustStarted)
        line.left.append(times(isEarly ? "slot-1" : "slot", .slotRVOL, worth: 80))
        add("vol", compact(.volume), worth: 90, to: &line)
        add("float", compact(.floatShares), worth: 85, to: &line)
        add("cap", compact(.marketCap), worth: 55, to: &line)
        add("avg", compact(.averageVolume), worth: 50, to: &line)
        add("$ vol", compact(.dollarVolume), worth: 30, to: &line)
        if let halt { line.right.append(Segment(halt.words, halt.role, worth: 96, short: halt.short)) }
        return line
    }

    /// `O 3.90  H 4.88  L 3.71  VWAP 4.41  prev 3.48  bid 4.80 × 1,200  ask 4.82 × 700  spread 0.02  …`.
    func sessionLine() -> SegmentLine {
        var line = SegmentLine()
        add("O", price(.open), worth: 90, to: &line)
        add("H", price(.high), worth: 92, to: &line)
        add("L", price(.low), worth: 92, to: &line)
        add("VWAP", price(.vwap), worth: 91, to: &line)
        add("prev", price(.previousClose), worth: 88, to: &line)
        let (bid, ask) = (side(.bid, .bidSize), side(.ask, .askSize))
        let quoteRole: Role = about.flags.contains(.ticksInterrupted) ? .dim : .text
        line.left.append(Segment("bid " + bid.long, quoteRole, worth: 80, short: "bid " + bid.short))
        line.left.append(Segment("ask " + ask.long, quoteRole, worth: 80, short: "ask " + ask.short))
        add("spread", price(.spread, like: about.value(.last)), worth: 60, to: &line)
        if let pre = range(.preLow, .preHigh) { add("pre", pre, worth: 50, to: &line) }
        if let year = range(.low52w, .high52w) { add("52w", year, worth: 45, to: &line) }
        if !about.value(.gapPercent).isNaN {
            let gap = NumberFormat(.fixed(1), sign: .plusMinus, suffix: "%").string(about.value(.gapPercent))
            add("gap", gap, worth: 40, to: &line)
        }
        if !about.value(.atr).isNaN { add("ATR", price(.atr, like: about.value(.last)), worth: 35, to: &line) }
        return line
    }

    /// Name, sector, industry and where it is listed.
    var texts: [String] {
        [ColumnID.name, .sector, .industry, .country, .exchange].map(about.text).filter { !$0.isEmpty }
    }

    // MARK: Halts

    /// A halt that lasts or has just ended, in words.
    var halt: (words: String, short: String, role: Role)? {
        guard let newest = about.halts.first else {
            return about.flags.contains(.halted) ? ("HALTED", "HALTED", .bad) : limit
        }
        let now = state.pause?.since ?? state.now
        guard let until = newest.until else {
            let mark = HaltMark(.halted, since: newest.from.nanoseconds)
            let clock = TapeLine.clock(newest.from, milliseconds: false)
            return (HaltWords.since(mark, now: now), "HALTED \(clock.prefix(5))", .bad)
        }
        let ago = now.seconds(since: until)
        guard ago >= 0, ago < 300 else { return limit }
        let clock = TapeLine.clock(until, milliseconds: false)
        return ("resumed \(clock)", "resumed", .good)
    }

    private var limit: (words: String, short: String, role: Role)? {
        about.flags.contains(.limitState) ? ("AT ITS LIMIT", "LIMIT", .limitMark) : nil
    }

    // MARK: Numbers

    private var decimals: Int { about.value(.last).magnitude < 1 ? 4 : 2 }

    private func add(_ label: String, _ number: String, worth: Int, to line: inout SegmentLine) {
        line.left.append(Segment(label + " " + number, number == Self.missing ? .dim : .text, worth: worth))
    }

    /// What stands for a missing number.
    private static let missing = "–"

    private func price(_ column: ColumnID, like model: Double? = nil) -> String {
        let value = about.value(column)
        guard !value.isNaN else { return Self.missing }
        return NumberFormat.fixed((model ?? value).magnitude < 1 ? 4 : 2).string(value)
    }

    private func compact(_ column: ColumnID) -> String {
        let value = about.value(column)
        return value.isNaN ? Self.missing : NumberFormat.compact.string(value)
    }

    private func signed(_ value: Double, decimals: Int, _ glyphs: GlyphSet) -> String {
        guard !value.isNaN else { return Self.missing }
        let arrow = value > 0 ? String(glyphs.up) : value < 0 ? String(glyphs.down) : ""
        return arrow + NumberFormat.fixed(decimals).string(value.magnitude)
    }

    private func times(_ label: String, _ column: ColumnID, worth: Int) -> Segment {
        let value = about.value(column)
        guard !value.isNaN else { return Segment(label + " " + Self.missing, .dim, worth: worth) }
        let format = value > 999 ? NumberFormat(.fixed(0), limit: 999) : value >= 100 ? .fixed(1) : .fixed(2)
        let role = theme.heatLevel(value).map(Role.heat) ?? .dim
        return Segment(label + " " + format.string(value) + "×", role, worth: worth)
    }

    private func side(_ column: ColumnID, _ size: ColumnID) -> (long: String, short: String) {
        let shares = about.value(size)
        let price = price(column)
        guard !shares.isNaN, price != Self.missing else { return (price, price) }
        return (price + " × " + NumberFormat.grouped.string(shares), price)
    }

    private func range(_ low: ColumnID, _ high: ColumnID) -> String? {
        guard !about.value(low).isNaN, !about.value(high).isNaN else { return nil }
        return price(low) + "–" + price(high)
    }
}
