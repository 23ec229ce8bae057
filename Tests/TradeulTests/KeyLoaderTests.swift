import Glibc
import Network
import Testing

@testable import tradeul

@Suite struct KeyLoaderTests {
    private static let text = "Sk_verysecret123"

    private static func load(
        _ variables: [String: String] = [:],
        file: Result<SmallFile.Content, SmallFile.Fault>? = nil
    ) -> LoadedKeys {
        KeyLoader.load(ProcessEnvironment(variables), keyFile: file == nil ? "" : "/k", user: 1000) { _ in
            file ?? .failure(.absent)
        }
    }

    @Test func eitherVariableServesAndSpacesAroundItDoNotMatter() {
        for name in KeyLoader.vendorVariables {
            let keys = Self.load([name: " \(Self.text)\n"])
            #expect(keys.vendor == LoadedKey(secret: Secret(Self.text), origin: name))
            #expect(keys.problems == [])
        }
    }

    @Test func twoDifferentKeysAreReportedWithTheOneThatWins() {
        let keys = Self.load(["POLYGON_API_KEY": Self.text, "MASSIVE_API_KEY": "other-key"])
        #expect(keys.vendor?.origin == "POLYGON_API_KEY")
        #expect(
            keys.problems.map(\.line) == [
                "warning: POLYGON_API_KEY and MASSIVE_API_KEY are both set and differ; using POLYGON_API_KEY"
            ]
        )
        #expect(Self.load(["POLYGON_API_KEY": Self.text, "MASSIVE_API_KEY": Self.text]).problems == [])
    }

    @Test func aFileServesWhenNoVariableDoes() {
        let file = Result<SmallFile.Content, SmallFile.Fault>.success(SmallFile.Content(Self.text + "\n"))
        #expect(Self.load(file: file).vendor?.origin == "/k")
        #expect(Self.load(["MASSIVE_API_KEY": "other"], file: file).vendor?.origin == "MASSIVE_API_KEY")
        #expect(Self.load().vendor == nil)
        #expect(!Self.load().isRefused)
    }

    @Test(
        arguments: [
            (SmallFile.Content(text, mode: 0o644), "mode 644"), (SmallFile.Content(text, mode: 0o640), "chmod 600"),
            (SmallFile.Content(text, owner: 0), "another user (0)"), (SmallFile.Content(""), "no key"),
            (SmallFile.Content("two words"), "no key"), (SmallFile.Content("a\r\nInjected: x"), "no key"),
            (SmallFile.Content(String(repeating: "x", count: 600)), "no key"),
            (SmallFile.Content(bytes: [0xFF, 0xFE], mode: 0o600, owner: 1000), "not text"),
        ]
    )
    func aFileThatIsNotSafeOrNotAKeyIsRefusedWithASentence(content: SmallFile.Content, words: String) throws {
        let keys = Self.load(file: .success(content))
        #expect(keys.vendor == nil)
        #expect(keys.isRefused)
        #expect(keys.problems.count == 1)
        #expect(try #require(keys.problems.first).line.contains(words))
    }

    @Test func modesOfTheOwnerAloneAreFine() {
        for mode: UInt32 in [0o600, 0o400, 0o700] {
            #expect(Self.load(file: .success(SmallFile.Content(Self.text, mode: mode))).vendor != nil)
        }
    }

    @Test func aRealFileCarriesItsModeAndOwner() throws {
        let scratch = try Scratch()
        let path = try scratch.write("key", Self.text, mode: 0o604)
        let content = try SmallFile.read(path, limit: 100)
        #expect(content.mode == 0o604)
        #expect(content.owner == geteuid())
    }

    @Test func aRefusedCompanyKeyDoesNotRefuseTheVendorKey() {
        let keys = Self.load(["POLYGON_API_KEY": Self.text, "FMP_API_KEY": "bad key"])
        #expect(keys.vendor != nil)
        #expect(keys.fmp == nil)
        #expect(!keys.isRefused)
        #expect(keys.problems.count == 1)
    }

    @Test func noKeyIsShownByAnythingThatDescribesTheStart() throws {
        let environment = ProcessEnvironment([
            "POLYGON_API_KEY": Self.text, "MASSIVE_API_KEY": Self.text + "x", "FMP_API_KEY": Self.text + "y",
        ])
        let startup = Startup.read(environment: environment)
        let report = DoctorCommand.examine(startup, offline: true)
        let keyFields = "\(startup.keys) \(startup.problems)"
        for shown in [ConfigText.toml(startup), ConfigText.json(startup), keyFields, report.json] {
            #expect(!shown.contains(Self.text))
        }
        #expect(startup.keys.vendor?.secret.revealed == Self.text)
    }

    @Test func withoutAKeyTheFailureSaysWhatToDo() {
        let none = Startup.read(environment: ProcessEnvironment(["HOME": "/nonexistent"]))
        #expect(throws: Failure.self) { try none.requireVendorKey() }
        do {
            _ = try none.requireVendorKey()
        } catch {
            #expect(error.status == .keyRefused)
            #expect(error.sentence.contains("POLYGON_API_KEY or MASSIVE_API_KEY"))
        }
        let bad = Startup.read(environment: ProcessEnvironment(["HOME": "/nonexistent", "POLYGON_API_KEY": "a b"]))
        do {
            _ = try bad.requireVendorKey()
            Issue.record("a key with a space was taken")
        } catch {
            #expect(error.status == .configuration)
        }
    }
}
