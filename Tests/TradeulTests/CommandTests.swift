import ArgumentParser
import MarketTime
import Testing

@testable import tradeul

@Suite struct CommandTests {
    @Test(
        arguments: [
            ["demo", "--color", "blue"], ["demo", "--start", "25:00"], ["demo", "--start", "2026-02-30T10:00"],
            ["demo", "--speed", "-1"], ["demo", "--speed", "nan"], ["demo", "--tickers", "0"],
            ["demo", "--seed", "-1"],
            ["sim", "--port", "70000"], ["sim", "--plan", "gold"], ["sim", "--requests-per-minute", "-1"],
            ["sim", "--key", "a b"], ["sim", "--stream-fault", "nonsense"], ["sim", "--streams", "0"],
            ["sim", "--evict", "me"], ["sim", "--stream-load", "x"], ["sim", "--stream-load", "1:0"],
            ["--rest-url", "nowhere"], ["--nonsense"],
            ["nonsense"],
            ["doctor", "extra"], ["config", "nonsense"], ["--api-key", "x"],
            ["rvol"], ["rvol", "A B"], ["rvol", "AAPL", "--at", "10:3"], ["rvol", "AAPL", "--at", "03:59"],
            ["rvol", "AAPL", "--at", "20:01"], ["rvol", "AAPL", "--date", "2026-13-01"],
            ["rvol", "AAPL", "--mode", "cubic"], ["rvol", "AAPL", "--lookback", "61"],
            ["rvol", "AAPL", "--lookback", "0"], ["rvol", "AAPL", "--early-closes", "maybe"],
            ["backfill", "--days", "0"], ["backfill", "--days", "251"], ["backfill", "--symbols", "A,B C"],
            ["backfill", "--from", "2026-10-05", "--to", "2026-10-01"],
            ["backfill", "--from", "2026-10-05", "--days", "3"], ["backfill", "--flat-files", "/x", "--s3"],
            ["backfill", "--s3", "--symbols", "AAPL"], ["backfill", "--rate", "0"],
            ["backfill", "--flat-files-url", "ftp://x"], ["history", "slots"], ["history", "check", "--days", "0"],
            ["history", "slots", "AAPL", "--format", "xml"], ["history", "ticks", "A B"],
            ["history", "ticks", "AAPL", "--date", "today"], ["history", "ticks", "--count", "0"],
            ["tape"], ["tape", "A B"], ["tape", "AAPL", "--side", "up"], ["tape", "AAPL", "--side", ","],
            ["tape", "AAPL", "--venue", "Q"], ["tape", "AAPL", "--count", "0"], ["tape", "AAPL", "--for", "-1"],
            ["tape", "AAPL", "--min-size", "nan"], ["tape", "AAPL", "--stream-url", "https://x"],
            ["history", "slots", "AAPL", "--days", "2", "--from", "2026-10-01"],
        ]
    )
    func whatIsNotUnderstoodEndsWith64(arguments: [String]) {
        do {
            _ = try Tradeul.parseAsRoot(arguments)
            Issue.record("taken: \(arguments)")
        } catch {
            #expect(Tradeul.exitCode(for: error).rawValue == tradeul.ExitStatus.usage.rawValue)
        }
    }

    @Test func withoutASubcommandItIsTheDashboard() throws {
        #expect(try Tradeul.parseAsRoot([]) is DashboardCommand)
        #expect(try Tradeul.parseAsRoot(["--ascii", "--store", "/x.db"]) is DashboardCommand)
        #expect(try Tradeul.parseAsRoot(["demo", "--seed", "3"]) is DemoCommand)
    }

    private static let commands: [any ParsableCommand.Type] = [
        DashboardCommand.self, DemoCommand.self, SimCommand.self, DoctorCommand.self, ConfigCommand.self,
        ConfigCommand.Show.self, ConfigCommand.Check.self, ConfigCommand.Keys.self, RVOLCommand.self,
        BackfillCommand.self, HistoryCommand.self, HistoryCommand.Check.self, HistoryCommand.Slots.self,
        HistoryCommand.Ticks.self, HistoryCommand.Export.self, HistoryCommand.Compact.self, CalendarCommand.self,
        TapeCommand.self, ScanCommand.self, ListsCommand.self, ColumnsCommand.self, FilterCommand.self,
        FilterCommand.Check.self, WatchCommand.self, WatchCommand.Show.self, WatchCommand.Add.self,
        WatchCommand.Remove.self, WatchCommand.Import.self, BacktestCommand.self, HistoryCommand.Scans.self,
        HistoryCommand.Why.self, ScreenshotCommand.self, ThemesCommand.self, ThemesCommand.List.self,
        ThemesCommand.Show.self, ThemesCommand.Check.self, KeymapsCommand.self, KeymapsCommand.List.self,
        KeymapsCommand.Show.self, KeymapsCommand.Check.self,
    ]

    @Test func everyHelpHasAnExample() {
        #expect(Tradeul.helpMessage().contains("EXAMPLE"))
        for command in Self.commands {
            let help = Tradeul.helpMessage(for: command, columns: 100)
            #expect(help.contains("EXAMPLE"), "\(command)")
        }
    }

    @Test func everySubcommandIsKnownToTheseTests() {
        let all =
            Tradeul.configuration.subcommands + ConfigCommand.configuration.subcommands
            + HistoryCommand.configuration.subcommands + FilterCommand.configuration.subcommands
            + WatchCommand.configuration.subcommands + ThemesCommand.configuration.subcommands
            + KeymapsCommand.configuration.subcommands
        #expect(Set(all.map { "\($0)" }) == Set(Self.commands.map { "\($0)" }))
    }

    @Test func helpNamesEveryExitCode() {
        let help = Tradeul.helpMessage(columns: 1000)
        for status in tradeul.ExitStatus.allCases { #expect(help.contains("\(status.rawValue) \(status.meaning)")) }
    }

    @Test(
        arguments: [
            ("2026-10-06T09:45", "2026-10-06T13:45:00.000Z"), ("2026-12-01 16:00:30", "2026-12-01T21:00:30.000Z"),
            ("04:00", "2026-10-06T08:00:00.000Z"), ("", nil), ("9:45", nil), ("T09:45", nil), ("24:00", nil),
            ("2026-10-06", nil), ("2026-10-06T09:45:00Z", nil), ("1900-01-01T00:00", nil), ("09:60", nil),
            ("٠٩:٤٥", nil),
        ]
    )
    func startTimesAreNewYorkTimes(text: String, utc: String?) {
        #expect(SimulatorPlan.start(fromText: text)?.utcText == utc)
    }

    @Test func optionsBecomeOverridesOfTheSettings() throws {
        let options = try ScreenOptions.parse(["--color", "16", "--ascii", "--leave-last"])
        #expect(
            try options.overrides() == [
                SettingOverride(key: "screen.color", value: .text("16")),
                SettingOverride(key: "screen.ascii", value: .flag(true)),
                SettingOverride(key: "screen.leave_last", value: .flag(true)),
            ]
        )
        #expect(try ScreenOptions.parse([]).overrides() == [])
        let themed = try ScreenOptions.parse(["--theme", "nord", "--mono"])
        #expect(
            try themed.overrides() == [
                SettingOverride(key: "screen.color", value: .text("mono")),
                SettingOverride(key: "screen.theme", value: .text("nord")),
            ]
        )
        #expect(throws: (any Error).self) { try ScreenOptions.parse(["--theme", "../nord"]) }
    }

    @Test func everyFlagInTheRegistryIsAnOptionOfTheDashboardOrOfTheBackfill() {
        let help = DashboardCommand.helpMessage(columns: 200) + BackfillCommand.helpMessage(columns: 200)
        for flag in SettingRegistry.all.compactMap(\.flag) { #expect(help.contains(flag), "\(flag)") }
    }
}

@Suite struct ConfigTextTests {
    private static let startup = Startup.read(environment: ProcessEnvironment(["HOME": "/nonexistent"]))

    @Test func theOutputIsASettingsFileWithTheSameMeaning() {
        let outcome = SettingsFile.apply(ConfigText.toml(Self.startup), path: "out", to: Settings())
        #expect(outcome.problems == [])
        #expect(outcome.settings == Self.startup.settings)
        #expect(outcome.keysSet.count == SettingRegistry.all.count)
    }

    @Test func theSettingsPageIsFresh() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let content = try SmallFile.read("/\(root)/docs/settings.md", limit: 1 << 20)
        let page = String(decoding: content.bytes, as: UTF8.self)
        #expect(page == ConfigText.markdown() + "\n", "docs/settings.md is stale: run make docs")
    }

    @Test func everySettingBelongsToAGroupAndHasASentence() {
        for spec in SettingRegistry.all {
            #expect(SettingRegistry.groups.contains { spec.key.hasPrefix($0.name + ".") }, "\(spec.key)")
            #expect(spec.doc.hasSuffix("."), "\(spec.key)")
            #expect((try? spec.accepted(spec.fallback).get()) == spec.fallback, "\(spec.key)")
        }
        #expect(Set(SettingRegistry.all.map(\.key)).count == SettingRegistry.all.count)
    }
}
