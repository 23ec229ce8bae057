package import TerminalGrid

/// How a table row as a whole looks.
package enum RowLook: Int, CaseIterable, Sendable {
    case normal
    /// Not traded today, or not for a long time.
    case dim
    case selected
    case selectedDim
    /// Trading is halted.
    case halted
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

/// What is painted with: the looks of every role, interned once, as a sheet gives them for a terminal.
///
/// Every sheet and depth gives the same ids to the same role, row and step of heat wherever their looks differ, so that
/// golden files of one theme agree; the ids of another sheet may mean something else.
package struct Theme: Sendable {
    /// The table that cells painted with this theme refer to.
    package let styles: StyleTable
    /// Where the looks come from.
    package let sheet: ThemeSheet
    /// Colours that are used: the terminal's, or fewer where the sheet says so.
    package let depth: ColorDepth
    /// How strips are painted on this terminal.
    let stripLook: StripLook
    /// Lower bounds of the steps 1…5 of heat, ×.
    let heatThresholds: [Double]

    private let terminalDepth: ColorDepth
    private let strips: DashboardSettings.Strips
    private let ids: [StyleID]
    let heatIDs: HeatIDs

    /// A theme for a terminal that shows so many colours.
    package init(depth: ColorDepth, strips: DashboardSettings.Strips = .bars, sheet: ThemeSheet = .ember) {
        terminalDepth = depth
        self.strips = strips
        self.sheet = sheet
        self.depth = depth.poorer(of: sheet.colorsMax)
        stripLook = strips == .bars ? .bars : self.depth == .palette256 ? .cells : .density(isMono: self.depth == .mono)
        heatThresholds = sheet.thresholds.count == 5 ? sheet.thresholds : Heat.thresholds

        let painter = ThemePainter(sheet, depth: self.depth, paintsStrips: stripLook == .cells)
        var table = StyleTable(ground: painter.ground)
        var made: [StyleID] = []
        for role in Role.allCases {
            for look in RowLook.allCases { made.append(table.intern(painter.style(role, look))) }
        }
        ids = made
        heatIDs = HeatIDs(painter, &table)
        styles = table
    }

    /// The same terminal with another sheet; what was painted before has to be painted anew.
    package func with(_ sheet: ThemeSheet) -> Theme { Theme(depth: terminalDepth, strips: strips, sheet: sheet) }

    /// The style of a role in a row that looks like this.
    package func id(_ role: Role, _ look: RowLook = .normal) -> StyleID {
        ids[role.rawValue * RowLook.allCases.count + look.rawValue]
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
