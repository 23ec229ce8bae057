import TerminalGrid
import Testing

@testable import Dashboard

@Suite struct ThemeSheetTests {
    private static let light: ThemeSheet = {
        var sheet = ThemeSheet.ember
        sheet.background = .light
        sheet.roles[Role.text.rawValue] = Style(foreground: .indexed(235), background: .indexed(231))
        return sheet
    }()

    @Test func everyRoleAndPartHasExactlyOneKey() {
        let ramps = Set((0...5).flatMap { [Role.heat($0), Role.strip($0)] })
        for role in Role.allCases {
            let keys = ThemeKey.all.filter { $0.target == .role(role) }
            #expect(keys.count == (ramps.contains(role) ? 0 : 1), "\(role)")
        }
        for part in ThemeKey.Part.allCases {
            #expect(ThemeKey.all.filter { $0.target == .part(part) }.count == 1, "\(part)")
        }
        #expect(Set(ThemeKey.all.map(\.path)).count == ThemeKey.all.count)
        for key in ThemeKey.all { #expect(key.words.hasSuffix(".") && !key.sample.isEmpty, "\(key.path)") }
    }

    @Test func settingAKeyChangesThatKeyAlone() {
        for key in ThemeKey.all {
            var sheet = ThemeSheet.ember
            let style = Style(foreground: .indexed(123), attributes: .italic)
            sheet[key] = style
            #expect(sheet[key] == style, "\(key.path)")
            for other in ThemeKey.all where other != key { #expect(sheet[other] == ThemeSheet.ember[other]) }
        }
    }

    @Test func aGroundReachesEveryCellThatHasNone() {
        let theme = Theme(depth: .palette256, sheet: Self.light)
        #expect(theme.styles[.plain].background == .indexed(231))
        for role in Role.allCases {
            for look in RowLook.allCases {
                #expect(theme.styles[theme.id(role, look)].background != .standard, "\(role) \(look)")
            }
        }
        var grid = Grid(size: Size(columns: 4, rows: 1))
        grid.clear()
        #expect(theme.styles[grid.cells[0].style].background == .indexed(231))
    }

    @Test func aThemeOfFewerColoursUsesNoMore() {
        for (limit, allowed) in [(ColorDepth.sixteen, 15), (.mono, -1)] {
            var sheet = ThemeSheet.ember
            sheet.colorsMax = limit
            let theme = Theme(depth: .palette256, sheet: sheet)
            #expect(theme.depth == limit)
            for style in theme.styles.styles {
                for color in [style.foreground, style.background] {
                    guard case .indexed(let index) = color else { continue }
                    #expect(Int(index) <= allowed, "\(style)")
                }
            }
        }
    }

    @Test func anotherSheetOnTheSameTerminal() {
        let theme = Theme(depth: .sixteen, strips: .heat)
        #expect(
            theme.with(Self.light).styles.styles
                == Theme(depth: .sixteen, strips: .heat, sheet: Self.light).styles.styles
        )
        #expect(theme.with(Self.light).with(.ember).styles.styles == theme.styles.styles)
    }

    @Test func wordsThatWouldDrownInTheSelectedRowAreLifted() {
        let theme = Theme(depth: .palette256)
        for role in Role.allCases where !(Role.strip0.rawValue...Role.strip5.rawValue).contains(role.rawValue) {
            for look in [RowLook.selected, .selectedDim] {
                let style = theme.styles[theme.id(role, look)]
                guard case .indexed(let fore) = style.foreground, case .indexed(let back) = style.background else {
                    continue
                }
                let contrast = ColorScience.contrast(RGBColor(xterm: fore), RGBColor(xterm: back))
                #expect(contrast >= 3, "\(role) \(look): \(fore) on \(back)")
            }
        }
    }

    @Test func theColumnCursorStandsOutInTheSelectedRow() {
        for depth in ColorDepth.allCases {
            let theme = Theme(depth: depth)
            let cursor = theme.styles[theme.id(.columnCursor, .selected)].degraded(to: depth)
            let row = theme.styles[theme.id(.text, .selected)].degraded(to: depth)
            #expect(cursor != row, "\(depth)")
        }
    }

    /// What has to be told apart on a terminal without colours, by attributes alone or by a sign that views add.
    @Test func withoutColoursEveryStateThatMattersHasALookOrASign() {
        let theme = Theme(depth: .mono)
        func look(_ role: Role, _ row: RowLook = .normal) -> Attributes {
            theme.styles[theme.id(role, row)].degraded(to: .mono).attributes
        }
        let pairs: [(Attributes, Attributes)] = [
            (look(.text), look(.text, .selected)), (look(.text), look(.text, .dim)), (look(.text), look(.dim)),
            (look(.tabActive), look(.tabIdle)), (look(.border), look(.borderFocus)), (look(.chosen), look(.disabled)),
            (look(.heading), look(.headingSorted)), (look(.errorToken), look(.text)), (look(.matched), look(.text)),
            (look(.ghost), look(.text)), (look(.flashUp), look(.up)), (look(.blockUp), look(.up)),
            (look(.haltMark), look(.text)), (look(.badge), look(.text)), (look(.columnCursor), look(.text)),
            (look(.heatCursor), look(.text)), (look(.entering), look(.leaving)),
            (look(.warningToken), look(.errorToken)),
            (look(.bad), look(.good)),
        ]
        for (index, pair) in pairs.enumerated() { #expect(pair.0 != pair.1, "pair \(index)") }
        for glyphs in [GlyphSet.unicode, .ascii] { #expect(glyphs.up != glyphs.down) }
    }
}

@Suite struct HeatInkTests {
    private static let grids: [(ColorDepth, GlyphSet)] = ColorDepth.allCases.flatMap { depth in
        [(depth, .unicode), (depth, .ascii)]
    }

    /// Glyph and look together tell every step, the missing number too, at every depth and in ASCII.
    @Test func everyStepAndTheMissingNumberLookDifferent() {
        for (depth, glyphs) in Self.grids {
            let theme = Theme(depth: depth)
            let ink = HeatInk(theme, glyphs)
            for isNow in [false, true] {
                var seen: [String] = []
                for level in [nil, 0, 1, 2, 3, 4, 5] as [Int?] {
                    let cell = ink.cell(level, isNow: isNow)
                    let style = theme.styles[cell.style].degraded(to: depth)
                    seen.append("\(cell.glyph) \(style.foreground) \(style.background) \(style.attributes.rawValue)")
                    if glyphs.isASCII { #expect((0x20...0x7E).contains(cell.glyph.value)) }
                }
                #expect(Set(seen).count == 7, "\(depth) \(glyphs.isASCII) \(seen)")
            }
        }
    }

    /// Without colours the glyph and its reverse alone carry the order.
    @Test func withoutColoursGlyphsAreEnough() {
        for glyphs in [GlyphSet.unicode, .ascii] {
            let theme = Theme(depth: .mono)
            let ink = HeatInk(theme, glyphs)
            let looks = (0...5).map { level -> String in
                let cell = ink.cell(level)
                return "\(cell.glyph)\(theme.styles[cell.style].degraded(to: .mono).attributes.contains(.reverse))"
            }
            #expect(Set(looks).count == 6, "\(looks)")
        }
    }

    @Test func twoValuesAreTheTwoColoursOfACell() {
        let theme = Theme(depth: .palette256)
        let ink = HeatInk(theme, .unicode)
        let grounds = theme.sheet.heatGrounds.map(\.background)
        #expect(ink.isSplit)
        for left in 0...5 {
            for right in 0...5 {
                let cell = ink.cell(left: left, right: right)
                let style = theme.styles[cell.style]
                #expect(cell.glyph == (left == right ? " " : "▌"))
                #expect(style.background == grounds[right])
                if left != right { #expect(style.foreground == grounds[left]) }
            }
        }
        let first = ink.cell(left: 3, right: nil)
        #expect(first.glyph == "▌" && theme.styles[first.style].foreground == grounds[3])
        #expect(theme.styles[first.style].background == .standard)
        let second = ink.cell(left: nil, right: 4)
        #expect(second.glyph == "▐" && theme.styles[second.style].foreground == grounds[4])
        #expect(ink.cell(left: nil, right: nil).glyph == "·")
    }

    @Test(arguments: [ColorDepth.sixteen, .mono])
    func fewColoursShowTheHotterOfTwoValues(depth: ColorDepth) {
        let ink = HeatInk(Theme(depth: depth), .unicode)
        #expect(!ink.isSplit)
        #expect(ink.cell(left: 1, right: 4) == ink.cell(4))
        #expect(ink.cell(left: 2, right: nil) == ink.cell(2))
        #expect(ink.cell(left: nil, right: nil) == ink.cell(nil))
    }

    @Test func theRunningSlotIsUnderlinedAtEveryDepth() {
        for depth in ColorDepth.allCases {
            let theme = Theme(depth: depth)
            for level in 0...5 {
                let style = theme.styles[theme.heatGround(level, isNow: true)].degraded(to: depth)
                #expect(style.attributes.contains(.underline), "\(depth) \(level)")
                let plain = theme.styles[theme.heatGround(level)].degraded(to: depth)
                #expect(!plain.attributes.contains(.underline), "\(depth) \(level)")
            }
        }
    }

    @Test func digitsCanBeReadOnEveryGround() {
        let theme = Theme(depth: .palette256)
        for level in 0...5 {
            let style = theme.styles[theme.heatGround(level)]
            guard case .indexed(let fore) = style.foreground, case .indexed(let back) = style.background else {
                Issue.record("no colours")
                continue
            }
            #expect(ColorScience.contrast(RGBColor(xterm: fore), RGBColor(xterm: back)) >= 3, "\(level)")
        }
    }

    @Test func aThemesThresholdsDecideTheStep() {
        var sheet = ThemeSheet.ember
        sheet.thresholds = [1, 2, 4, 8, 16]
        let theme = Theme(depth: .palette256, sheet: sheet)
        #expect([0.9, 1, 3.9, 4, 15.9, 16, .infinity].map { theme.heatLevel($0) } == [0, 1, 2, 3, 4, 5, 5])
        #expect(theme.heatLevel(.nan) == nil)
        let usual = Theme(depth: .palette256)
        for value in [0.0, 0.49, 0.5, 0.99, 1, 1.99, 2, 3, 4.99, 5, 1e9] {
            #expect(usual.heatLevel(value) == Heat.level(value))
        }
    }

    @Test func levelsOutsideTheRampAreItsEnds() {
        let theme = Theme(depth: .palette256)
        #expect(theme.heatGround(-4) == theme.heatGround(0))
        #expect(theme.heatCell(left: 99, right: 7) == theme.heatCell(left: 5, right: 5))
    }

    @Test func thePictureOfAThemeHoldsEveryKey() {
        for (depth, glyphs) in Self.grids {
            var grid = Grid(size: Size(columns: 1, rows: 1), glyphs: glyphs)
            ThemeSwatch.paint(Theme(depth: depth), into: &grid)
            let text = grid.lines().joined(separator: "\n")
            for key in ThemeKey.all { #expect(text.contains(key.path), "\(key.path)") }
        }
    }
}

@Suite struct ThemeThresholdTests {
    /// What a theme says about the steps holds in the table too, and its legend says so.
    @Test func aThemesThresholdsReachTheLegendOfTheTable() {
        var sheet = ThemeSheet.ember
        sheet.thresholds = [0.25, 1, 2, 4, 8]
        let theme = Theme(depth: .palette256, sheet: sheet)
        var grid = Grid(size: Size(columns: 80, rows: 1))
        HeatLegend.paint(at: Position(column: 0, row: 0), room: 80, into: &grid, theme)
        let words = grid.lines()[0].split(separator: " ").map(String.init)
        #expect(["0.25", "1", "2", "4", "8"].allSatisfy { words.contains($0) }, "\(words)")
        // No room for the longer label: no legend rather than one cut off.
        grid.clear()
        HeatLegend.paint(at: Position(column: 0, row: 0), room: HeatLegend.width, into: &grid, theme)
        #expect(grid.lines()[0].isEmpty)
    }
}
