import EngineAPI
import GRDB
import MarketTime
import Testing

@testable import Store

@Suite
struct SettingTests {
    private let folder: TestFolder
    private let store: TradeulStore

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
    }

    private func set(_ key: String, _ value: String = "x", at milliseconds: Int64 = 1) throws {
        try store.setSetting(key, to: value, at: Instant(milliseconds: milliseconds))
    }

    private func keys(_ prefix: String) throws -> [String] { try store.settings(prefix: prefix).map(\.key) }

    @Test func allOfAPrefixAreFoundByKeyWithWhatIsStored() throws {
        for key in ["layout.b", "layout.a", "layout", "Layout.c", "layouts.d", "layout.ä%_", "other"] { try set(key) }
        try set("layout.a", "new", at: 77)
        #expect(try keys("layout.") == ["layout.a", "layout.b", "layout.ä%_"])
        #expect(try keys("layout.%").isEmpty && keys("layout.ä") == ["layout.ä%_"])
        #expect(try keys("").count == 7 && keys("p").isEmpty)
        let first = try #require(try store.settings(prefix: "layout.a").first)
        #expect(first == StoredSetting(key: "layout.a", value: "new", changedAt: Instant(milliseconds: 77)))
    }

    @Test func whatIsRemovedIsGone() throws {
        try set("layout.a")
        try store.removeSetting("layout.a")
        try store.removeSetting("never")
        #expect(try store.setting("layout.a") == nil && keys("").isEmpty)
    }

    @Test func whatIsTooLongIsRefusedAndChangesNothing() throws {
        let most = String(repeating: "a", count: TradeulStore.settingBytesMax)
        try set("layout.a", most)
        #expect(try store.setting("layout.a") == most)
        #expect(throws: StoreError.self) { try set("layout.a", most + "b") }
        #expect(throws: StoreError.self) { try set("layout.b", String(repeating: "ä", count: 40_000)) }
        #expect(throws: StoreError.self) { try set("") }
        #expect(throws: StoreError.self) { try set(String(repeating: "k", count: 201)) }
        #expect(try store.setting("layout.a") == most && keys("") == ["layout.a"])
    }

    @Test func ofOneKindThereAreNoMoreThanTheMostAndOtherKindsDoNotCount() throws {
        try store.writing { db in
            for number in 0..<TradeulStore.settingsMax {
                try db.execute(sql: "INSERT INTO settings VALUES (?1, 'x', 1)", arguments: ["layout.\(number)"])
            }
        }
        let error = #expect(throws: StoreError.self) { try set("layout.new") }
        #expect(error?.sentence.contains("delete one first") == true)
        try set("layout.7", "still")
        try set("history.new")
        try set("plain")
        #expect(try store.setting("layout.7") == "still" && keys("layout.").count == TradeulStore.settingsMax)
        try store.removeSetting("layout.9")
        try set("layout.new")
        #expect(try store.setting("layout.new") == "x")
    }

    @Test(arguments: StoreSchema.migrator().migrations.indices)
    func aFileOfEveryEarlierSchemaKeepsAndTakesSettings(_ index: Int) throws {
        let migrator = StoreSchema.migrator()
        let path = folder.path + "/old.db"
        let hasTable: Bool
        do {
            let old = try DatabaseQueue(path: path)
            try migrator.migrate(old, upTo: migrator.migrations[index])
            hasTable = try old.read { try $0.tableExists("settings") }
            if hasTable { try old.write { try $0.execute(sql: "INSERT INTO settings VALUES ('layout.a', 'wide', 7)") } }
            try old.close()
        }
        let store = try TradeulStore(path: path)
        try store.setSetting("layout.b", to: "narrow", at: Instant(milliseconds: 8))
        let expected = hasTable ? ["wide 7", "narrow 8"] : ["narrow 8"]
        #expect(try store.settings(prefix: "layout.").map { "\($0.value) \($0.changedAt.milliseconds)" } == expected)
    }

    @Test func aFileThatCanOnlyBeReadSaysSo() throws {
        try set("layout.a")
        try store.close()
        _ = shell("chmod 400 '\(folder.file)'")
        let store = try TradeulStore(path: folder.file)
        // Whoever runs as root may write all the same.
        guard store.isReadOnly else { return }
        #expect(throws: StoreError.readOnly(path: folder.file)) {
            try store.setSetting("layout.a", to: "y", at: .epoch)
        }
        #expect(try store.setting("layout.a") == "x")
    }
}
