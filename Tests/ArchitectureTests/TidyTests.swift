import Testing

@Suite struct TidyTests {
    private static let sources = Repository.swiftFiles("Sources")
    private static let tests = Repository.swiftFiles("Tests")

    @Test func nothingBannedStandsInASource() { #expect(Self.sources.flatMap(Bans.findings) == []) }

    @Test(
        arguments: [
            ("Engine", "let a = Date()"), ("Engine", "clock_gettime(1, &t)"), ("tradeul", "print(1)"),
            ("Network", "try! f()"), ("Store", "x as! Int"), ("Curses", "fatalError(\"no\")"),
            ("Feeds", "do { } catch { }"),
            ("Feeds", "let a = try? f()"), ("Feeds", "final class A: @unchecked Sendable {}"),
            ("Curses", "getenv(\"A\")"),
            ("Simulator", "Bool.random()"), ("Dashboard", "String(format: \"%d\", 1)"),
            ("Engine", "let a = Date() // tidy-ok:"),
        ]
    )
    func canaryWhatIsBannedIsFound(target: String, text: String) {
        #expect(Bans.findings(SourceFile(path: "Sources/\(target)/A.swift", text: text)).count == 1)
    }

    @Test(
        arguments: [
            ("Network", "clock_gettime(1, &t)"), ("Engine", "// Date()"), ("Engine", "let a = \"try! Date()\""),
            ("Engine", "let a = Date() // tidy-ok: the canary says so"), ("Engine", "sprint(1)"),
            ("Engine", "pprint(x)"),
            ("Feeds", "// Why it may be dropped.\nlet a = try? f()"), ("Feeds", "let a = try? f()  // why"),
            ("tradeul", "getenv(\"A\")"),
        ]
    )
    func whatIsAllowedIsLetThrough(target: String, text: String) {
        #expect(Bans.findings(SourceFile(path: "Sources/\(target)/A.swift", text: text)) == [])
    }

    @Test func filesAndFunctionsStayShort() { #expect((Self.sources + Self.tests).flatMap(Sizes.findings) == []) }

    @Test func canaryALongFileAndALongFunctionAreFound() {
        let body = String(repeating: "    x += 1\n", count: 69)
        let long = SourceFile(path: "Sources/Engine/A.swift", text: "func f() {\n\(body)}\n")
        #expect(Sizes.findings(long).map(\.words) == ["71 lines in one function, at most 70"])
        let fits = SourceFile(path: "Sources/Engine/A.swift", text: "func f() {\n\(body.dropLast(11))}\n")
        #expect(Sizes.findings(fits) == [])
        let file = SourceFile(path: "Sources/Engine/A.swift", text: String(repeating: "\n", count: 600))
        #expect(Sizes.findings(file).map(\.words) == ["601 lines, at most 600"])
    }

    @Test func functionsAreMeasuredAndRequirementsAreNot() {
        let text = """
            protocol P {
                func a()
                init(x: Int)
            }
            struct S: P {
                init(x: Int) {
                    y = { $0 }
                }
                package func b(
                    c: Int
                ) -> Int { 1 }
                func d<T>(_ t: T) where T: P {
                    func e() {
                    }
                }
            }
            """
        let functions = Sizes.functions(CodeView.lines(text))
        #expect(functions.map(\.line) == [6, 9, 12, 13])
        #expect(functions.map(\.length) == [3, 3, 4, 2])
    }

    @Test func whatOtherRoomsSeeIsDocumented() {
        let findings = Self.sources.flatMap(Documentation.findings)
        #expect(findings == [])
    }

    @Test(
        arguments: [
            ("package func f() {}", 1), ("public struct S {}", 1), ("    package init(x: Int) {}", 1),
            ("    package private(set) var x = 1", 1), ("/// Doc.\n@inlinable\npackage func f() {}", 0),
            ("/// Doc.\npackage struct S {}", 0), ("package import A", 0), ("func f() {}", 0),
            ("    package static func < (a: S, b: S) -> Bool { true }", 0), ("// No doc.\npackage let x = 1", 1),
        ]
    )
    func canaryMissingDocumentationIsFound(text: String, count: Int) {
        #expect(Documentation.findings(SourceFile(path: "Sources/Engine/A.swift", text: text)).count == count)
    }

    /// Put together here, or this file would find itself.
    private static let machinePaths = ["wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers"].map { "/\($0)/" }

    private static func machinePathFindings(_ file: SourceFile) -> [Finding] {
        file.lines.enumerated().compactMap { index, line in
            let hit = machinePaths.first { line.has($0) }
            return hit.map { Finding(path: file.path, line: index + 1, words: "names a folder of some machine: \($0)") }
        }
    }

    @Test func noFileNamesAFolderOfSomeMachine() {
        var files = Self.sources + Self.tests
        for path in ["Package.swift", "Makefile", "README.md", ".ci/run"] + Repository.paths("docs")
            + Repository.paths("scripts")
        {
            if let file = Repository.file(path), !path.hasSuffix(".png") { files.append(file) }
        }
        #expect(files.flatMap(Self.machinePathFindings) == [])
    }

    @Test func canaryAMachinePathIsFound() {
        for path in Self.machinePaths {
            #expect(Self.machinePathFindings(SourceFile(path: "a", text: "see \(path)x")).count == 1)
        }
    }

    @Test func everyTargetHasTheStrictSettings() throws {
        let text = try #require(Repository.file("Package.swift")).text
        for setting in [
            ".swiftLanguageMode(.v6)", ".treatAllWarnings(as: .error)", "\"ExistentialAny\"",
            "\"MemberImportVisibility\"",
            "\"InternalImportsByDefault\"",
        ] {
            #expect(text.has(setting), "\(setting)")
        }
        // Each executable names them; rooms, tests and their support get them from the three functions at the top.
        let executables = text.split(separator: "\n").filter { String($0).has(".executableTarget(") }.count
        let strict = text.split(separator: "\n").filter { String($0).has("swiftSettings: strict") }.count
        #expect(strict == executables + 3)
    }
}
