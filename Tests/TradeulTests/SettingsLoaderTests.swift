import MarketTime
import Testing

@testable import tradeul

@Suite struct SettingsLoaderTests {
    private static func load(
        file: Result<String, SmallFile.Fault> = .failure(.absent),
        _ variables: [String: String] = [:],
        _ overrides: [SettingOverride] = []
    ) -> LoadedSettings {
        var all = ["HOME": "/h/t"]
        all.merge(variables) { $1 }
        let environment = ProcessEnvironment(all)
        return SettingsLoader.load(environment, Paths(environment), overrides: overrides) { _ in
            file.map { SmallFile.Content($0) }
        }
    }

    @Test func commandLineBeatsEnvironmentBeatsFileBeatsDefault() throws {
        let file = "[screen]\nfps = 20\nhold_seconds = 1\ncolor = \"16\"\n[rvol]\nfloor = 7"
        let loaded = Self.load(
            file: .success(file),
            ["TRADEUL_SCREEN_FPS": "30", "TRADEUL_SCREEN_COLOR": "256"],
            try SettingOverride.list([("screen.color", "mono")])
        )
        #expect(loaded.problems == [])
        #expect(loaded.settings.screen.fps == 30)
        #expect(loaded.settings.screen.color == .mono)
        #expect(loaded.settings.screen.holdSeconds == 1)
        #expect(loaded.settings.rvol.floor == 7)
        #expect(loaded.settings.rvol.lookbackDays == 5)
        #expect(loaded.origin("screen.fps") == .environment)
        #expect(loaded.origin("screen.color") == .commandLine)
        #expect(loaded.origin("screen.hold_seconds") == .file)
        #expect(loaded.origin("rvol.lookback_days") == .fallback)
    }

    @Test func noColorMeansMonoUnlessOurOwnVariableSaysOtherwise() {
        #expect(Self.load(["NO_COLOR": "0"]).settings.screen.color == .mono)
        #expect(Self.load(["NO_COLOR": ""]).settings.screen.color == .auto)
        let file = "[screen]\ncolor = \"16\""
        #expect(Self.load(file: .success(file), ["NO_COLOR": "1"]).settings.screen.color == .sixteen)
        #expect(Self.load(["NO_COLOR": "1", "TRADEUL_SCREEN_COLOR": "256"]).settings.screen.color == .palette256)
    }

    @Test func aWrongVariableIsOneMessageThatNamesIt() {
        let loaded = Self.load(["TRADEUL_SCREEN_FPS": "lots", "TRADEUL_FEED_SNAPSHOT_SECOND": "3"])
        #expect(
            loaded.problems.map(\.line) == [
                "TRADEUL_SCREEN_FPS: error: screen.fps = \"lots\": must be a whole number; allowed 1 to 60; using 10",
                "TRADEUL_FEED_SNAPSHOT_SECOND: warning: no setting has this variable, it is left out; did you mean"
                    + " TRADEUL_FEED_SNAPSHOT_SECONDS?",
            ]
        )
        #expect(loaded.settings == Settings())
    }

    @Test func withoutHomeTheDefaultsStandAndItIsSaid() throws {
        let environment = ProcessEnvironment([:])
        let paths = Paths(environment)
        let loaded = SettingsLoader.load(environment, paths) { _ in .failure(.system("must not be read")) }
        #expect(loaded.settings == Settings())
        #expect(loaded.path == nil)
        #expect(try #require(loaded.problems.first).line.contains("HOME is not set"))
        #expect(loaded.problems.count == 1)
    }

    @Test(
        arguments: [
            (SmallFile.Fault.notAFile, "it is not an ordinary file"), (.tooLarge(9), "larger than 9 bytes"),
            (.system("Permission denied"), "Permission denied"),
        ]
    )
    func anUnreadableFileIsOneMessage(fault: SmallFile.Fault, words: String) throws {
        let loaded = Self.load(file: .failure(fault))
        #expect(loaded.problems.count == 1)
        #expect(try #require(loaded.problems.first).line.contains(words))
        #expect(loaded.settings == Settings())
    }

    @Test func aMissingFileIsNoProblem() { #expect(Self.load().problems == []) }

    @Test func bytesThatAreNoTextAreOneMessage() throws {
        let environment = ProcessEnvironment(["HOME": "/h"])
        let loaded = SettingsLoader.load(environment, Paths(environment)) { _ in
            .success(SmallFile.Content(bytes: [0xFF, 0xFE, 0x00], mode: 0o600, owner: 0))
        }
        #expect(try #require(loaded.problems.first).line.contains("not UTF-8"))
        #expect(loaded.problems.count == 1)
    }

    @Test func tildeIsTheHomeFolder() {
        let loaded = Self.load(file: .success("[store]\npath = \"~/x.db\"\n[feed]\nkey_file = \"~/k\""))
        #expect(loaded.settings.store.path == "/h/t/x.db")
        #expect(loaded.settings.feed.keyFile == "/h/t/k")
    }

    @Test func realFilesAreReadFromDiskButPipesAndFoldersAreNot() throws {
        let scratch = try Scratch()
        let path = try scratch.write("config.toml", "[screen]\nfps = 3")
        guard case .success(let content) = SettingsLoader.readFromDisk(path) else {
            Issue.record("the file was not read")
            return
        }
        #expect(String(decoding: content.bytes, as: UTF8.self) == "[screen]\nfps = 3")
        #expect(Self.fault(scratch.path) == .notAFile)
        #expect(Self.fault("/dev/zero") == .notAFile)
        #expect(Self.fault(scratch["none"]) == .absent)
        let large = try scratch.write("large", String(repeating: "#", count: SettingsLoader.fileBytesMax + 1))
        #expect(Self.fault(large) == .tooLarge(SettingsLoader.fileBytesMax))
    }

    private static func fault(_ path: String) -> SmallFile.Fault? {
        guard case .failure(let fault) = SettingsLoader.readFromDisk(path) else { return nil }
        return fault
    }
}

@Suite struct PathsTests {
    @Test(
        arguments: [
            (
                ["HOME": "/h"], "/h/.config/tradeul/config.toml", "/h/.local/share/tradeul/tradeul.db",
                "/h/.local/state/tradeul"
            ),
            (
                ["HOME": "/h/", "XDG_CONFIG_HOME": "/c/", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s"],
                "/c/tradeul/config.toml", "/d/tradeul/tradeul.db", "/s/tradeul"
            ),
            (
                ["HOME": "/h", "XDG_CONFIG_HOME": "relative", "XDG_DATA_HOME": "", "XDG_STATE_HOME": "~/x"],
                "/h/.config/tradeul/config.toml", "/h/.local/share/tradeul/tradeul.db", "/h/.local/state/tradeul"
            ),
        ]
    )
    func foldersFollowTheBaseDirectorySpecification(
        variables: [String: String],
        config: String,
        store: String,
        state: String
    ) {
        let paths = Paths(ProcessEnvironment(variables))
        #expect(paths.configFile == config)
        #expect(paths.storeFile == store)
        #expect(paths.stateFolder == state)
        #expect(paths.problem == nil)
    }

    @Test func onlyWhatHasNoPlaceIsComplainedAbout() throws {
        let paths = Paths(ProcessEnvironment(["XDG_CONFIG_HOME": "/c", "HOME": "not absolute"]))
        #expect(paths.configFile == "/c/tradeul/config.toml")
        #expect(paths.storeFile == nil)
        #expect(try #require(paths.problem).contains("history, logs"))
    }

    @Test func simulatedMarketsNeverShareAFileWithTheTraderOrEachOther() throws {
        let paths = Paths(ProcessEnvironment(["HOME": "/h"]))
        let start = try #require(SimulatorPlan.start(fromText: "2026-10-06T09:45"))
        let plan = SimulatorPlan(seed: 1, start: start, speed: 1, tickers: 10)
        var other = plan
        other.seed = 2
        var later = plan
        later.start = start.adding(seconds: 86_400)
        var faster = plan
        faster.speed = 60
        let files = [plan, other, later].map { paths.demoStoreFile($0) }
        #expect(Set(files + [paths.storeFile]).count == 4)
        #expect(paths.demoStoreFile(faster) == files[0])
    }
}
