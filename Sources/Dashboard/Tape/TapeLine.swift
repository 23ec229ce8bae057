import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// Where the parts of a tape's line stand, by the room there is.
struct TapeColumns: Hashable, Sendable {
    /// Cells a line needs: side, time, price, size, venue, marks.
    static let lineMin = 38

    /// Cells of the whole line.
    let width: Int
    /// Whether the lines are of several tickers.
    let isMerged: Bool
    /// Whether the time has its ms.
    let hasMilliseconds: Bool
    /// First cell of each part; nil for a part left out.
    private(set) var time = 2
    private(set) var symbol: Int?
    private(set) var price = 0
    private(set) var size = 0
    private(set) var notional: Int?
    private(set) var venue: Int?
    private(set) var marks = 0
    /// Cells of the size.
    let sizeWidth: Int
    /// Cells of a symbol, of a price and of a notional.
    static let (symbolWidth, priceWidth, notionalWidth) = (8, 9, 7)

    /// The columns of a line so many cells wide.
    init(width: Int, isMerged: Bool) {
        self.width = width
        self.isMerged = isMerged
        let isWide = width >= (isMerged ? 58 : 50)
        hasMilliseconds = !isMerged || isWide
        sizeWidth = isWide ? 9 : 6
        var next = 2 + (hasMilliseconds ? 12 : 8)
        func take(_ width: Int) -> Int {
            let start = next + 1
            next = start + width
            return start
        }
        if isMerged { symbol = take(Self.symbolWidth) }
        price = take(Self.priceWidth)
        size = take(sizeWidth)
        if isWide { notional = take(Self.notionalWidth) }
        // A whole symbol is worth more than the venue where there is room for one of them.
        if !isMerged || isWide { venue = take(1) }
        marks = next + 1
    }
}

/// One line of the tape.
struct TapeLine {
    private let print: TapePrint
    private let columns: TapeColumns
    private let isStale: Bool

    /// A print in these columns; one of a tape that has ended is dim.
    init(_ print: TapePrint, _ columns: TapeColumns, isStale: Bool = false) {
        self.print = print
        self.columns = columns
        self.isStale = isStale
    }

    /// Paints the line from a place on; the newest of a ring wears a marker.
    func paint(at place: Position, isMarked: Bool, into grid: inout Grid, _ theme: Theme) {
        func at(_ offset: Int) -> Position { Position(column: place.column + offset, row: place.row) }
        if isMarked { grid.put(">", at: at(1), style: theme.id(.marker)) }
        let time = Instant(nanoseconds: print.time)
        grid.put(TapeLine.clock(time, milliseconds: columns.hasMilliseconds), at: at(columns.time), style: dim(theme))
        if let start = columns.symbol {
            let width = TapeColumns.symbolWidth
            grid.put(print.symbol.text, at: at(start), style: theme.id(.symbol), maxWidth: width)
        }
        guard !print.flags.contains(.halt), !print.flags.contains(.resume) else {
            let isHalt = print.flags.contains(.halt)
            let words = isHalt ? "TRADING HALTED" : "TRADING RESUMED"
            grid.put(
                words,
                at: at(columns.price),
                style: theme.id(isHalt ? .bad : .good),
                maxWidth: columns.width - columns.price
            )
            return
        }
        let style = isStale ? dim(theme) : theme.id(print.side.role)
        if print.side != .unknown, let mark = print.side.mark.unicodeScalars.first {
            grid.put(mark, at: at(0), style: style)
        }
        paintNumbers(at, style: style, into: &grid, theme)
        if let venue = columns.venue {
            let letter = Venue.letter(exchange: print.exchange, trf: print.trf)
            grid.put(String(letter), at: at(venue), style: theme.id(.dim))
        }
        paintMarks(at: at(columns.marks), room: columns.width - columns.marks, into: &grid, theme)
    }

    private func dim(_ theme: Theme) -> StyleID { theme.id(.dim) }

    private func paintNumbers(_ at: (Int) -> Position, style: StyleID, into grid: inout Grid, _ theme: Theme) {
        let isBlock = print.flags.contains(.block)
        let price = print.price
        let width = TapeColumns.priceWidth
        // Decimal points stand below each other: two decimals leave the last two of four blank.
        if price.magnitude < 1 || Self.hasFractionOfCent(price) {
            grid.put(price, .fixed(4), at: at(columns.price), width: width, style: style)
        } else {
            let narrow = price.magnitude >= 1e6 || price.isNaN ? width : width - 2
            grid.put(price, .fixed(2), at: at(columns.price), width: narrow, style: style)
        }
        let sizeStyle = isBlock && !isStale ? theme.id(print.side.blockRole) : style
        let format: NumberFormat = print.size > 0 && print.size < 1 ? .fixed(2) : .grouped
        let text = format.string(print.size)
        if text.utf8.count <= columns.sizeWidth {
            let start = columns.size + columns.sizeWidth - text.utf8.count
            grid.put(text, at: at(start), style: sizeStyle)
        } else {
            grid.put(print.size, format, at: at(columns.size), width: columns.sizeWidth, style: sizeStyle)
        }
        if isBlock { grid.put("*", at: at(columns.size + columns.sizeWidth), style: sizeStyle) }
        if let start = columns.notional {
            let place = Position(column: at(start).column + 1, row: at(start).row)
            let dollars = price * print.size
            grid.put(dollars, .compact, at: place, width: TapeColumns.notionalWidth - 1, style: theme.id(.dim))
        }
    }

    /// Whether two decimals would say something else.
    private static func hasFractionOfCent(_ price: Double) -> Bool {
        let cents = price * 100
        return cents.magnitude < 1e9 && (cents - cents.rounded()).magnitude > 0.001
    }

    private func paintMarks(at place: Position, room: Int, into grid: inout Grid, _ theme: Theme) {
        guard room > 0 else { return }
        let count = print.count > 1 ? "x\(min(print.count, 999))" : ""
        // The count stands at the line's end, the letters before it as far as there is room.
        let marks = String(print.flags.marks.prefix(max(0, room - count.utf8.count)))
        var column = place.column
        for mark in marks.unicodeScalars {
            let role: Role = isStale ? .dim : mark == "H" ? .up : mark == "L" ? .down : .dim
            column += grid.put(mark, at: Position(column: column, row: place.row), style: theme.id(role))
        }
        guard !count.isEmpty, count.utf8.count <= room else { return }
        let start = place.column + min(room, 6) - count.utf8.count
        grid.put(count, at: Position(column: start, row: place.row), style: theme.id(.text))
    }

    /// The exchange's local time of a print: `11:47:03.412`.
    static func clock(_ time: Instant, milliseconds: Bool) -> String {
        let text = TimeText.clock(NewYork.wall(at: time).secondOfDay)
        guard milliseconds else { return text }
        let rest = String(1000 + time.milliseconds - time.seconds * 1000)
        return text + "." + rest.dropFirst()
    }
}

extension PrintFlags {
    /// The letters of a line, the most telling first.
    var marks: String {
        var text = ""
        let letters: [(PrintFlags, String)] = [
            (.dayHigh, "H"), (.dayLow, "L"), (.auction, "a"), (.notLast, "x"), (.sweep, "s"), (.dark, "d"),
            (.oddLot, "o"),
        ]
        for (flag, letter) in letters where contains(flag) && (flag != .notLast || isOutOfOrder) { text += letter }
        return text
    }
}

extension TradeSide {
    /// How a line of this side looks.
    var role: Role {
        switch self {
        case .aboveAsk: .sideAbove
        case .ask: .up
        case .between, .unknown: .flat
        case .bid: .down
        case .belowBid: .sideBelow
        }
    }

    /// How a block of this side looks.
    var blockRole: Role {
        switch self {
        case .aboveAsk, .ask: .blockUp
        case .between, .unknown: .blockFlat
        case .bid, .belowBid: .blockDown
        }
    }
}
