import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// The selected ticker's figures that move by the second: quote, highs and lows, bands, and the last half hour.
struct LiveFigures {
    /// Columns that stand two in a row, in this order.
    private static let pairs: [ColumnDescriptor] = [
        ColumnID.bid, .ask, .spread, .vwap, .sessionHigh, .sessionLow, .high, .low, .open, .previousClose, .bandUpper,
        .bandLower, .tradesPerMinute, .printAge,
    ].compactMap { ColumnDescriptor.of($0) }
    /// Everything the figures are made of.
    static let columns: [ColumnID] = pairs.map(\.id) + windows.flatMap { [$0.volume, $0.change] } + [.haltAge]
    private static let windows: [(title: String, volume: ColumnID, change: ColumnID)] = [
        ("1 min", .volume1m, .change1m), ("5 min", .volume5m, .change5m), ("15 min", .volume15m, .change15m),
        ("30 min", .volume30m, .change30m),
    ]
    /// Rows taken: the pairs, a blank one, and heading, volume and change of the windows.
    static let rows = pairs.count / 2 + 4

    private let state: DashboardState
    private let rows: ScanResult
    private let index: Int

    /// The figures of a row.
    init(_ state: DashboardState, _ rows: ScanResult, _ index: Int) {
        self.state = state
        self.rows = rows
        self.index = index
    }

    /// Paints as many rows as there is room for.
    func paint(in body: Rect, into grid: inout Grid, _ theme: Theme) {
        let half = body.width / 2
        for (number, column) in Self.pairs.enumerated() where number / 2 < body.height {
            let place = Position(column: body.column + number % 2 * half, row: body.row + number / 2)
            grid.put(Self.label(column), at: place, style: theme.id(.dim), maxWidth: 9)
            paint(column, at: Position(column: place.column + 10, row: place.row), into: &grid, theme)
        }
        paintWindows(in: body.inset(top: Self.pairs.count / 2 + 1), into: &grid, theme)
    }

    private static func label(_ column: ColumnDescriptor) -> String {
        switch column.id {
        case .sessionHigh: "SESS HIGH"
        case .sessionLow: "SESS LOW"
        case .tradesPerMinute: "TRADES/M"
        case .printAge: "PRINT AGE"
        default: column.title
        }
    }

    private func paint(
        _ column: ColumnDescriptor,
        at place: Position,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        let id = column.id
        let value = rows.value(id, index)
        let width = 10
        guard column.format == .price else {
            if id == .printAge {
                let field = Rect(column: place.column, row: place.row, width: width, height: 1)
                let grown = state.status.map { now.seconds(since: $0.now) } ?? 0
                let text = value.isNaN ? String(grid.glyphs.missing) : TimeText.age(value + max(0, grown))
                grid.put(text, in: field, alignment: .trailing, style: theme.id(.text))
            } else {
                grid.put(value, .compact, at: place, width: width, style: theme.id(.text))
            }
            return
        }
        // A spread has the decimals of the price it belongs to.
        let price = id == .spread ? rows.value(.last, index) : value
        let format = NumberFormat.fixed(price.magnitude < 1 ? 4 : 2)
        let isOld = rows.flags[index].contains(.ticksInterrupted) && [ColumnID.bid, .ask, .spread].contains(id)
        grid.put(value, format, at: place, width: width, style: theme.id(isOld ? .dim : .text))
        guard state.pause == nil, let change = state.priceFlashes.change(of: rows.symbols[index], id) else { return }
        PriceField.flash(change, at: place, fieldEnd: width, into: &grid, theme)
    }

    private func paintWindows(in body: Rect, into grid: inout Grid, _ theme: Theme) {
        let width = 9
        for (number, window) in Self.windows.enumerated() {
            let column = body.column + 8 + number * width
            guard column + width <= body.endColumn else { break }
            for row in 0..<min(3, body.height) {
                let place = Position(column: column, row: body.row + row)
                let field = Rect(column: column, row: place.row, width: width, height: 1)
                switch row {
                case 0: grid.put(window.title, in: field, alignment: .trailing, style: theme.id(.dim))
                case 1:
                    let shares = rows.value(window.volume, index)
                    grid.put(shares, .compact, at: place, width: width, style: theme.id(.text))
                default:
                    let change = rows.value(window.change, index)
                    let role: Role = change > 0 ? .up : change < 0 ? .down : .flat
                    let format = NumberFormat(.fixed(2), sign: .plusMinus, suffix: "%")
                    grid.put(change, format, at: place, width: width, style: theme.id(role))
                }
            }
        }
        for (row, label) in ["last", "volume", "change"].enumerated() where row < body.height {
            grid.put(label, at: Position(column: body.column, row: body.row + row), style: theme.id(.dim), maxWidth: 8)
        }
    }

    private var now: Instant { state.pause?.since ?? state.now }
}
