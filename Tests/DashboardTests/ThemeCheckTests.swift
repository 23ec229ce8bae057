import TerminalGrid
import Testing

@testable import Dashboard

/// A check that cannot fail is none: each of these themes is bad in one way, and exactly that is found.
@Suite struct ThemeCheckTests {
    private static func changed(_ change: (inout ThemeSheet) -> Void) -> ThemeSheet {
        var sheet = ThemeSheet.ember
        change(&sheet)
        return sheet
    }

    private static func key(_ path: String) -> ThemeKey { ThemeKey.named(path) ?? ThemeKey.all[0] }

    @Test func theUsualThemeHasNothingToFind() { #expect(ThemeCheck.findings(.ember) == []) }

    @Test func wordsNearTheirGroundAreFound() {
        let sheet = Self.changed { $0[Self.key("ui.text.symbol")] = Style(foreground: .indexed(240)) }
        let findings = ThemeCheck.findings(sheet)
        #expect(findings.map(\.path) == ["ui.text.symbol"])
        #expect(findings.first?.words.contains("has contrast") == true, "\(findings)")
    }

    @Test func aSelectedGroundThatSwallowsWordsIsFound() {
        let sheet = Self.changed {
            $0[Self.key("ui.row.selected")] = Style(background: .indexed(252))
            $0[Self.key("ui.row.selected.dim")] = Style(foreground: .indexed(250))
        }
        #expect(ThemeCheck.findings(sheet).contains { $0.path == "ui.row.selected" })
    }

    @Test func greenAndRedAreFoundForDeuteranopes() {
        let sheet = Self.changed {
            $0[Self.key("updown.up")] = Style(foreground: .indexed(77))
            $0[Self.key("updown.down")] = Style(foreground: .indexed(203))
        }
        let findings = ThemeCheck.findings(sheet)
        #expect(findings.map(\.path) == ["updown.up"])
        #expect(
            findings.first?.words == "up and down are hard to tell apart for deuteranopia (ΔE 10 < 20): 77, 203"
        )
    }

    @Test func aRampWhoseTopIsDarkerIsFound() {
        let traffic: [UInt8] = [235, 22, 34, 190, 208, 196]
        let sheet = Self.changed { $0.heatGrounds = traffic.map { Style(background: .indexed($0)) } }
        let findings = ThemeCheck.findings(sheet)
        #expect(findings.contains { $0.path == "heat.colors" && $0.words.contains("lightness") })
        #expect(!ThemeCheck.isOrdered(traffic.map { .indexed($0) }, for: .dark))
        #expect(ThemeCheck.isOrdered([235, 53, 125, 166, 214, 229].map { .indexed($0) }, for: .dark))
        #expect(!ThemeCheck.isOrdered([235, 53, 125, 166, 214, 229].map { .indexed($0) }, for: .light))
        #expect(ThemeCheck.isOrdered([229, 214, 166, 125, 53, 235].map { .indexed($0) }, for: .any))
    }

    @Test func neighboursThatLookAlikeAreFound() {
        let sheet = Self.changed {
            $0.heatGrounds = [235, 236, 125, 166, 214, 229].map { Style(background: .indexed($0)) }
        }
        let findings = ThemeCheck.findings(sheet)
        #expect(findings.contains { $0.words.contains("steps 235 and 236") }, "\(findings)")
    }

    @Test func withoutColoursThereIsNothingToFind() {
        let sheet = Self.changed {
            $0.colorsMax = .mono
            $0[Self.key("updown.up")] = Style(foreground: .indexed(202))
        }
        #expect(ThemeCheck.findings(sheet) == [])
    }
}
