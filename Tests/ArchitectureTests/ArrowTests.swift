import Testing

@Suite struct ArrowTests {
    @Test func noRoomImportsWhatItMustNot() {
        let files = Repository.swiftFiles("Sources")
        #expect(files.count > 50, "the sources were not found below \(Repository.root)")
        #expect(files.flatMap(Arrows.findings) == [])
    }

    @Test func theManifestHasNoOtherArrowsThanTheTable() throws {
        let manifest = Manifest(try #require(Repository.file("Package.swift")).text)
        #expect(manifest.findings() == [])
        let dashboard: Set = ["MarketTime", "MarketData", "TerminalGrid", "EngineAPI", "FilterLanguage"]
        #expect(manifest.dependencies["Dashboard"] == dashboard)
        #expect(manifest.dependencies["MarketServer"]?.contains("NIOHTTP1") == true)
        #expect(manifest.dependencies["Store"]?.contains("GRDB") == true)
    }

    @Test func whatIsImportedIsDeclared() throws {
        let manifest = Manifest(try #require(Repository.file("Package.swift")).text)
        let files = Repository.swiftFiles("Sources") + Repository.swiftFiles("Tests")
        #expect(files.flatMap(manifest.undeclared) == [])
    }

    @Test func canaryAnUndeclaredImportIsFound() {
        let manifest = Manifest(#"room("Engine", ["MarketTime"]),"#)
        let file = SourceFile(
            path: "Sources/Engine/A.swift",
            text: "import MarketTime\nimport MarketData\nimport Glibc"
        )
        #expect(manifest.undeclared(file).map(\.words) == ["Engine does not declare MarketData in Package.swift"])
    }

    @Test func everyFolderOfSourcesIsARoomOfTheTableAndTheManifest() throws {
        let manifest = Manifest(try #require(Repository.file("Package.swift")).text)
        let folders = Set(Repository.folders(in: "Sources"))
        #expect(folders == Set(Arrows.rooms.keys))
        #expect(folders == Set(manifest.dependencies.keys).subtracting(manifest.tests))
    }

    @Test func theTableOnlyPointsDown() {
        for (name, room) in Arrows.rooms {
            for other in room.rooms {
                let below = Arrows.rooms[other]?.layer ?? .max
                // Two C shims and Network stand on the layer of their only users.
                let isSideways = below == 4 && room.layer == 4
                #expect(below < room.layer || isSideways, "\(name) → \(other)")
            }
        }
    }

    @Test func theLowerRoomsKnowNothingOfTheSystem() {
        for (name, room) in Arrows.rooms where room.layer <= 3 {
            #expect(room.others.isSubset(of: ["Dispatch", "Synchronization"]), "\(name)")
        }
    }

    @Test(
        arguments: [
            ("Engine", "import Foundation", "Foundation"), ("Dashboard", "import Curses", "Curses"),
            ("Analytics", "package import GRDB", "GRDB"), ("MarketTime", "import struct Glibc.timespec", "Glibc"),
            ("Simulator", "@preconcurrency import NIOCore", "NIOCore"), ("Store", "import Feeds", "Feeds"),
            ("Network", "let a = 1; import tradeul", nil), ("Engine", "import MarketTime", nil),
            ("Engine", "// import Foundation", nil),
            ("Engine", "let text = \"\"\"\n    import Foundation\n    \"\"\"", nil),
            ("Nowhere", "", "Nowhere"),
        ]
    )
    func canaryAForbiddenImportIsFound(target: String, text: String, word: String?) {
        let findings = Arrows.findings(SourceFile(path: "Sources/\(target)/A.swift", text: text))
        #expect(findings.count == (word == nil ? 0 : 1))
        #expect(word.map { findings.first?.words.contains($0) == true } ?? true)
    }

    @Test(
        arguments: [
            (#"room("Dashboard", ["Curses"]),"#, "Dashboard must not depend on Curses"),
            (#"room("Engine", ["MarketTime"] + nio),"#, "Engine must not depend on NIOCore"),
            (#"room("Cellar", []),"#, "Cellar has no line in the table of arrows"),
            (#"tests("EngineTests", ["tradeul"]),"#, "EngineTests must not depend on tradeul"),
            (#".target(name: "CCurl", dependencies: ["Network"]),"#, "CCurl must not depend on Network"),
            (#"room("MarketData", ["MarketTime", grdb]),"#, "MarketData must not depend on GRDB"),
        ]
    )
    func canaryAForbiddenArrowOfTheManifestIsFound(line: String, words: String) {
        let text = """

            let nio: [Target.Dependency] = [.product(name: "NIOCore", package: "swift-nio")]
            let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
            let package = Package(targets: [
                \(line)
                .target(name: "CFastJSON", linkerSettings: [.linkedLibrary("simdjson")]),
            ])
            """
        #expect(Manifest(text).findings().map(\.words) == [words])
    }
}

@Suite struct CodeViewTests {
    @Test(
        arguments: [
            ("a // b", ["a "]), ("a /* b /* c */ d */ e", ["a  e"]), (#"f("x // y") // z"#, [#"f("") "#]),
            (#"f("\"try!\"") + 1"#, [#"f("") + 1"#]), ("f(#\"a\"b\"#)", ["f(\"\")"]),
            ("\"\"\"\n  fatalError(\n  \"\"\" + x", ["\"", "", "\" + x"]),
            (#""a\(f("b", (1)))c" + d"#, [#""" + d"#]), ("/*\n*/ b", ["", " b"]),
            (#""\\" + print()"#, [#""" + print()"#]),
        ]
    )
    func commentsAndStringsAreTakenOut(text: String, lines: [String]) {
        #expect(CodeView.lines(text) == lines)
    }
}
