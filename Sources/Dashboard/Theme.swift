package import TerminalGrid

/// What a cell is for; the theme says how that looks.
enum Role: Int, CaseIterable, Sendable {
    case text
    case symbol
    case dim
    case border
    case title
    case heading
    case headingSorted
    case up
    case down
    case flat
    case heat0
    case heat1
    case heat2
    case heat3
    case heat4
    case heat5
    case strip0
    case strip1
    case strip2
    case strip3
    case strip4
    case strip5
    case stripMissing
    case brand
    case clock
    case sessionOpen
    case sessionEdge
    case sessionClosed
    case good
    case warning
    case bad
    case badge
    case badgeBad
    case badgePause
    case marker
    case key
    case hint
    case flashUp
    case flashDown
    case sideAbove
    case sideBelow
    case blockUp
    case blockDown
    case blockFlat
    case haltMark
    case limitMark
    /// Border of the pane that takes the keys.
    case borderFocus
    /// The key in a pane's title.
    case paneKey
    case tabActive
    case tabIdle
    /// A row that a previewed filter brings.
    case entering
    /// A row that a previewed filter takes away.
    case leaving
    case pinned
    case marked
    /// The number under the column cursor.
    case columnCursor
    /// What completion would add.
    case ghost
    case errorToken
    case warningToken
    /// The letters that a search matched.
    case matched
    /// The highlighted entry of a menu.
    case chosen
    /// An entry that cannot be taken now.
    case disabled
    case heatMissing
    case heatCursor
    /// Bars and lines of a ticker's page.
    case average
    case priceLine
    case vwapLine
    case previousClose
    case bought
    case sold
    case tour

    /// The colour of a number of this heat, 0…5.
    static func heat(_ level: Int) -> Role { Role(rawValue: Role.heat0.rawValue + min(max(level, 0), 5)) ?? .heat0 }
    /// The cell of a strip of this heat, 0…5.
    static func strip(_ level: Int) -> Role { Role(rawValue: Role.strip0.rawValue + min(max(level, 0), 5)) ?? .strip0 }
}

/// How a table row as a whole looks.
enum RowLook: Int, CaseIterable, Sendable {
    case normal
    /// Not traded today, or not for a long time.
    case dim
    case selected
    case selectedDim
    /// Trading is halted.
    case halted
}

/// Relative volume in six steps of heat.
enum Heat {
    /// Lower bounds of steps 1…5, ×.
    static let thresholds: [Double] = [0.5, 1, 2, 3, 5]

    /// The step of a value, 0…5; nil when it is missing.
    static func level(_ value: Double) -> Int? {
        guard !value.isNaN else { return nil }
        if value < 1 { return value < 0.5 ? 0 : 1 }
        if value < 3 { return value < 2 ? 2 : 3 }
        return value < 5 ? 4 : 5
    }
}

/// How a strip's cells are made.
enum StripLook: Hashable, Sendable {
    /// Bars whose height and colour both rise with the heat.
    case bars
    /// Coloured backgrounds.
    case cells
    /// Glyphs whose density rises with the heat.
    case density(isMono: Bool)
}

/// The looks of every role, interned once; the same ids for every depth, so that golden files agree on them.
package struct Theme: Sendable {
    /// The table that cells painted with this theme refer to.
    package let styles: StyleTable
    /// How strips are painted on this terminal.
    let stripLook: StripLook

    private let ids: [StyleID]

    /// The theme "ember" for dark backgrounds, at a depth of colour.
    package init(depth: ColorDepth, strips: DashboardSettings.Strips = .bars) {
        stripLook = strips == .bars ? .bars : depth == .palette256 ? .cells : .density(isMono: depth == .mono)
        let paintsHeat = stripLook == .cells
        var table = StyleTable()
        var made: [StyleID] = []
        for role in Role.allCases {
            for look in RowLook.allCases {
                made.append(table.intern(Self.style(role, look, paintsHeat: paintsHeat)))
            }
        }
        styles = table
        ids = made
    }

    /// The style of a role in a row that looks like this.
    func id(_ role: Role, _ look: RowLook = .normal) -> StyleID {
        ids[role.rawValue * RowLook.allCases.count + look.rawValue]
    }

    private static func style(_ role: Role, _ look: RowLook, paintsHeat: Bool) -> Style {
        let base = Self.style(role, paintsHeat: paintsHeat)
        let isStrip = (Role.strip0.rawValue...Role.strip5.rawValue).contains(role.rawValue)
        // A strip takes on the ground of a selected row but not its reverse, for its own glyphs tell by their height.
        if isStrip, look == .selected || look == .selectedDim {
            return paintsHeat ? base : onBlue(base).overlaid(with: ground)
        }
        switch look {
        case .normal: return base
        case .dim: return isStrip ? base : dimmed(base)
        case .selected: return onBlue(base).overlaid(with: selection)
        case .selectedDim: return onBlue(dimmed(base)).overlaid(with: selection)
        // Strips keep their colours: the ground alone tells, and without colours the mark does.
        case .halted: return isStrip && paintsHeat ? base : base.overlaid(with: haltGround)
        }
    }

    /// With 16 colours the selected row's ground is blue: what would drown in it is lifted, the rest keeps its colour.
    private static func onBlue(_ style: Style) -> Style {
        var style = style
        switch style.foreground16 {
        case nil, 8, 12: style.foreground16 = 7
        case 6: style.foreground16 = 14
        case 9: style.foreground16 = 15
        default: break
        }
        return style
    }

    private static let selection = Style(
        background: .indexed(237),
        attributes: .bold,
        monoAttributes: .reverse,
        background16: 4
    )

    private static let ground = Style(background: .indexed(237), background16: 4)

    private static let haltGround = Style(background: .indexed(52), background16: 0)

    private static func dimmed(_ style: Style) -> Style {
        Style(foreground: .indexed(242), background: style.background, monoAttributes: .dim, foreground16: 8)
    }

    private static func style(_ role: Role, paintsHeat: Bool) -> Style {
        switch role {
        case .text: return .plain
        case .symbol: return color(255, 15)
        case .dim: return Style(foreground: .indexed(244), monoAttributes: .dim, foreground16: 7)
        case .border: return Style(foreground: .indexed(239), monoAttributes: .dim, foreground16: 8)
        case .title: return color(250, 7)
        case .heading: return Style(foreground: .indexed(246), monoAttributes: .underline, foreground16: 7)
        case .headingSorted: return color(214, 11, .bold, mono: [.bold, .underline])
        case .up: return color(43, 10)
        case .down: return color(202, 9)
        case .flat: return color(245, 7)
        case .heat0: return Style(foreground: .indexed(242), monoAttributes: .dim, foreground16: 8)
        case .heat1: return color(97, 12)
        case .heat2: return color(168, 6)
        case .heat3: return color(208, 10)
        case .heat4: return color(214, 11, mono: .bold)
        case .heat5: return color(229, 9, .bold, mono: .bold)
        case .strip0: return heat(paintsHeat ? 235 : 240, 8, paintsHeat)
        case .strip1: return heat(paintsHeat ? 53 : 97, 12, paintsHeat)
        case .strip2: return heat(paintsHeat ? 125 : 168, 6, paintsHeat)
        case .strip3: return heat(paintsHeat ? 166 : 208, 10, paintsHeat)
        case .strip4: return heat(214, 11, paintsHeat)
        case .strip5: return heat(229, 9, paintsHeat)
        case .stripMissing: return Style(foreground: .indexed(244), monoAttributes: .dim, foreground16: 8)
        case .brand: return color(208, 11, .bold)
        case .clock: return color(255, 15, .bold)
        case .sessionOpen: return color(43, 10, .bold)
        case .sessionEdge: return color(215, 11, .bold)
        case .sessionClosed: return color(245, 7, .bold)
        case .good: return color(43, 10, .bold)
        case .warning: return color(214, 11, .bold)
        case .bad: return color(203, 9, .bold, mono: [.bold, .underline])
        case .badge: return badge(16, 214, 0, 3)
        case .badgeBad: return badge(231, 124, 15, 1)
        case .badgePause: return badge(16, 75, 0, 6)
        case .marker: return color(214, 11, .bold)
        case .key: return color(214, 11, mono: .bold)
        case .hint: return color(245, 7)
        case .flashUp: return flash(48, 23, 10)
        case .flashDown: return flash(216, 52, 9)
        case .sideAbove: return color(121, 14, .bold)
        case .sideBelow: return color(209, 9, .bold)
        case .blockUp: return color(43, 10, .bold, mono: [.bold, .reverse]).overlaid(with: blockGround)
        case .blockDown: return color(202, 9, .bold, mono: [.bold, .reverse]).overlaid(with: blockGround)
        case .blockFlat: return color(255, 15, .bold, mono: [.bold, .reverse]).overlaid(with: blockGround)
        case .haltMark: return badge(231, 124, 15, 1)
        case .limitMark: return color(214, 11, .bold, mono: [.bold, .underline])
        case .borderFocus: return color(43, 14, mono: .bold)
        case .paneKey: return color(214, 11, mono: .bold)
        case .tabActive: return color(255, 15, .bold, mono: [.bold, .reverse])
        case .tabIdle: return color(245, 7)
        case .entering: return color(43, 10, .bold, mono: .bold)
        case .leaving: return Style(foreground: .indexed(242), monoAttributes: .dim, foreground16: 8)
        case .pinned: return color(229, 14, mono: .bold)
        case .marked: return color(75, 14, .bold, mono: [.bold, .underline])
        case .columnCursor: return badge(16, 250, 0, 7)
        case .ghost: return Style(foreground: .indexed(244), monoAttributes: .dim, foreground16: 8)
        case .errorToken: return color(203, 9, [.bold, .underline], mono: [.bold, .underline])
        case .warningToken: return color(214, 11, .underline, mono: .underline)
        case .matched: return color(214, 11, .bold, mono: [.bold, .underline])
        case .chosen: return color(255, 15, .bold, mono: .reverse).overlaid(with: selection)
        case .disabled: return Style(foreground: .indexed(242), monoAttributes: .dim, foreground16: 8)
        case .heatMissing: return Style(foreground: .indexed(244), monoAttributes: .dim, foreground16: 8)
        case .heatCursor: return badge(16, 255, 0, 15)
        case .average: return color(250, 7)
        case .priceLine: return color(75, 14, mono: .bold)
        case .vwapLine: return color(177, 13)
        case .previousClose: return Style(foreground: .indexed(244), monoAttributes: .dim, foreground16: 8)
        case .bought: return color(43, 10)
        case .sold: return color(202, 9)
        case .tour: return badge(16, 153, 0, 14)
        }
    }

    private static func color(
        _ index: UInt8,
        _ sixteen: UInt8,
        _ attributes: Attributes = [],
        mono: Attributes? = nil
    ) -> Style {
        Style(foreground: .indexed(index), attributes: attributes, monoAttributes: mono, foreground16: sixteen)
    }

    /// The cell of a strip: a glyph in its colour, or a ground of its colour.
    private static func heat(_ index: UInt8, _ sixteen: UInt8, _ paintsHeat: Bool) -> Style {
        guard paintsHeat else { return color(index, sixteen) }
        let foreground: UInt8 = index == 235 || index == 53 || index == 125 ? 250 : 16
        return Style(foreground: .indexed(foreground), background: .indexed(index))
    }

    private static let blockGround = Style(background: .indexed(236), monoAttributes: [])

    /// Digits that have just changed: their colour, bright, on a ground of it.
    private static func flash(_ front: UInt8, _ back: UInt8, _ sixteen: UInt8) -> Style {
        Style(
            foreground: .indexed(front),
            background: .indexed(back),
            attributes: .bold,
            monoAttributes: [.bold, .underline],
            foreground16: sixteen,
            background16: 0
        )
    }

    private static func badge(_ fore: UInt8, _ back: UInt8, _ fore16: UInt8, _ back16: UInt8) -> Style {
        Style(
            foreground: .indexed(fore),
            background: .indexed(back),
            attributes: .bold,
            monoAttributes: [.reverse, .bold],
            foreground16: fore16,
            background16: back16
        )
    }
}

extension Theme {
    /// A letter for every style, for golden files: the role's, whatever the row looks like a capital or a digit apart.
    package var goldenNames: [StyleID: Character] {
        var names: [StyleID: Character] = [:]
        let letters = Array("tsgbTHOudf012345ABCDEFmRKopc+w!%&P>kh@#$^*()[]XyYiGJlMN\\eaqQxzZvVLnjWrU")
        for role in Role.allCases where role.rawValue < letters.count {
            let id = id(role)
            if id != .plain, names[id] == nil { names[id] = letters[role.rawValue] }
        }
        return names
    }
}
