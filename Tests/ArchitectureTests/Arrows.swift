/// Which room may import what: the picture of docs/architecture.md as a table.
enum Arrows {
    /// A room's permissions.
    struct Room {
        let layer: Int
        /// Own rooms it may import.
        let rooms: Set<String>
        /// Modules of the system and of packages it may import.
        let others: Set<String>
    }

    static let rooms: [String: Room] = [
        "MarketTime": Room(layer: 0, rooms: [], others: []),
        "TerminalGrid": Room(layer: 0, rooms: [], others: []),
        "MarketData": Room(layer: 1, rooms: ["MarketTime"], others: []),
        "Analytics": Room(layer: 2, rooms: ["MarketTime", "MarketData"], others: []),
        "EngineAPI": Room(layer: 2, rooms: ["MarketTime", "MarketData"], others: []),
        "CRegex": Room(layer: 1, rooms: [], others: []),
        "FilterLanguage": Room(layer: 2, rooms: ["MarketData", "CRegex"], others: ["Synchronization"]),
        "History": Room(layer: 3, rooms: ["MarketTime", "MarketData", "EngineAPI"], others: []),
        // Threads are the shell's only reach into the system; no clock, no file, no socket.
        "Engine": Room(
            layer: 3,
            rooms: ["MarketTime", "MarketData", "Analytics", "EngineAPI", "FilterLanguage"],
            others: ["Dispatch", "Synchronization"]
        ),
        "Backtest": Room(
            layer: 3,
            rooms: ["MarketTime", "MarketData", "Analytics", "EngineAPI", "FilterLanguage"],
            others: []
        ),
        "Simulator": Room(layer: 3, rooms: ["MarketTime", "MarketData"], others: ["Synchronization"]),
        "Dashboard": Room(
            layer: 3,
            rooms: ["MarketTime", "MarketData", "TerminalGrid", "EngineAPI", "FilterLanguage"],
            others: []
        ),
        "CCurl": Room(layer: 4, rooms: [], others: []),
        "CWslay": Room(layer: 4, rooms: [], others: []),
        "CFastJSON": Room(layer: 4, rooms: [], others: []),
        "CCurses": Room(layer: 4, rooms: [], others: []),
        "CInflate": Room(layer: 4, rooms: [], others: []),
        "CDigest": Room(layer: 4, rooms: [], others: []),
        "Network": Room(layer: 4, rooms: ["MarketTime", "CCurl", "CWslay"], others: ["Glibc", "Synchronization"]),
        "Feeds": Room(
            layer: 4,
            rooms: ["MarketTime", "MarketData", "EngineAPI", "History", "Network", "CFastJSON", "CInflate"],
            others: ["Glibc", "Synchronization"]
        ),
        "Store": Room(
            layer: 4,
            rooms: ["MarketTime", "MarketData", "Analytics", "EngineAPI"],
            others: ["GRDB", "GRDBSQLite", "Glibc", "Dispatch", "Synchronization"]
        ),
        "MarketServer": Room(
            layer: 4,
            rooms: ["MarketTime", "MarketData", "Simulator", "CInflate", "CDigest"],
            others: [
                "NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket", "Glibc", "Synchronization",
            ]
        ),
        "Gateway": Room(
            layer: 4,
            rooms: ["MarketTime", "MarketData", "EngineAPI"],
            others: ["NIOCore", "NIOPosix", "NIOHTTP1", "Glibc", "Synchronization"]
        ),
        "Curses": Room(layer: 4, rooms: ["TerminalGrid", "CCurses"], others: ["Glibc", "Synchronization"]),
        "tradeul": Room(layer: 5, rooms: composition, others: system.union(["ArgumentParser", "Logging", "TOMLKit"])),
        "TradeulBench": Room(layer: 5, rooms: composition, others: system),
    ]

    private static let system: Set<String> = ["Glibc", "Dispatch", "Synchronization"]
    private static let composition: Set<String> = [
        "MarketTime", "TerminalGrid", "MarketData", "Analytics", "EngineAPI", "FilterLanguage", "History", "Engine",
        "Backtest", "Simulator", "Dashboard",
        "Network",
        "Feeds", "Store", "Gateway", "MarketServer", "Curses", "CFastJSON",
    ]

    /// Tests that may depend on the program: of its own parts, and of the built binary in a terminal.
    static let testsOfTheProgram: Set<String> = ["TradeulTests", "ProgramTests", "EndToEndTests"]

    /// Modules that products of packages bring, by the manifest's names.
    static let products: Set<String> = [
        "GRDB", "GRDBSQLite", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket", "TOMLKit", "ArgumentParser",
        "Logging",
    ]

    /// Imports of a file that its room may not have.
    static func findings(_ file: SourceFile) -> [Finding] {
        guard let room = rooms[file.target] else {
            return [Finding(path: file.path, line: 0, words: "\(file.target) has no line in the table of arrows")]
        }
        return imports(file).compactMap { line, module in
            if room.rooms.contains(module) || room.others.contains(module) { return nil }
            return Finding(path: file.path, line: line, words: "\(file.target) must not import \(module)")
        }
    }

    /// The modules a file imports, with their lines.
    static func imports(_ file: SourceFile) -> [(line: Int, module: String)] {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor"]
        return file.code.enumerated().compactMap { index, line in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ";" })
            guard let mark = words.firstIndex(of: "import"), words[..<mark].allSatisfy(isImportModifier) else {
                return nil
            }
            let rest = words[(mark + 1)...].drop { kinds.contains($0) }
            guard let path = rest.first, let module = path.split(separator: ".").first else { return nil }
            return (index + 1, String(module))
        }
    }

    private static func isImportModifier(_ word: Substring) -> Bool {
        word.hasPrefix("@") || ["package", "public", "internal", "private", "fileprivate"].contains(word)
    }
}

/// What Package.swift declares, read from its text: `swift package dump-package` would wait for the lock that the running
/// `swift test` holds.
struct Manifest {
    /// Target → the names of what it depends on, own rooms and products alike.
    private(set) var dependencies: [String: Set<String>] = [:]
    /// Targets that are tests.
    private(set) var tests: Set<String> = []

    /// Reads a manifest's text.
    init(_ text: String) {
        let lists = Self.lists(text)
        for kind in ["room", ".target", ".executableTarget", "tests", "support"] {
            for call in Self.calls(of: kind, in: text) {
                guard let name = Self.strings(call).first, !call.contains("_ name") else { continue }
                var arguments = call
                if kind.hasPrefix(".") {
                    // Only the dependencies; settings have strings of their own.
                    guard let start = Self.index(after: "dependencies:", in: call) else {
                        dependencies[name] = []
                        continue
                    }
                    arguments = Self.balanced(call[start...], "[", "]")
                }
                var names = Set(Self.strings(arguments)).subtracting([name])
                for (list, members) in lists where Self.words(arguments).contains(list) { names.formUnion(members) }
                dependencies[name] = names
                if kind == "tests" || kind == "support" { tests.insert(name) }
            }
        }
    }

    /// Arrows that the table does not have.
    func findings() -> [Finding] {
        dependencies.sorted { $0.key < $1.key }.flatMap { target, names -> [Finding] in
            if tests.contains(target) {
                return names.contains("tradeul") && !Arrows.testsOfTheProgram.contains(target)
                    ? [Finding(path: "Package.swift", line: 0, words: "\(target) must not depend on tradeul")] : []
            }
            guard let room = Arrows.rooms[target] else {
                return [Finding(path: "Package.swift", line: 0, words: "\(target) has no line in the table of arrows")]
            }
            let unknown = names.subtracting(room.rooms).subtracting(room.others.intersection(Arrows.products))
            return unknown.sorted().map {
                Finding(path: "Package.swift", line: 0, words: "\(target) must not depend on \($0)")
            }
        }
    }

    /// Imports that the build only finds by luck, because another target has built the module before.
    func undeclared(_ file: SourceFile) -> [Finding] {
        let declared = dependencies[file.target] ?? []
        return Arrows.imports(file).compactMap { line, module in
            guard Arrows.rooms[module] != nil || Arrows.products.contains(module), !declared.contains(module) else {
                return nil
            }
            return Finding(
                path: file.path,
                line: line,
                words: "\(file.target) does not declare \(module) in Package.swift"
            )
        }
    }

    /// `let nio: [Target.Dependency] = …` and `let grdb: Target.Dependency = …`: the products behind a word.
    private static func lists(_ text: String) -> [String: Set<String>] {
        var lists: [String: Set<String>] = [:]
        var rest = text[...]
        while let start = index(after: "\nlet ", in: rest) {
            rest = rest[start...]
            let name = String(rest.prefix { $0.isLetter })
            let line = rest.prefix { $0 != "=" }
            guard line.contains("Target.Dependency") else { continue }
            let end = index(after: "\nlet ", in: rest) ?? rest.endIndex
            var products: Set<String> = []
            for call in calls(of: ".product", in: String(rest[..<end])) { products.formUnion(strings(call).prefix(1)) }
            lists[name] = products
        }
        return lists
    }

    /// The argument texts of all calls of a function; definitions (`func room(`) are no calls.
    private static func calls(of name: String, in text: String) -> [String] {
        var found: [String] = []
        var rest = text[...]
        var before: Character = " "
        while let next = rest.first {
            let isWordStart = !before.isLetter && (before != "." || name.hasPrefix("."))
            if isWordStart, rest.hasPrefix(name + "(") {
                found.append(balanced(rest, "(", ")"))
            }
            before = next
            rest = rest.dropFirst()
        }
        return found
    }

    /// From the first opening mark to the one that closes it.
    private static func balanced(_ text: some StringProtocol, _ open: Character, _ close: Character) -> String {
        var depth = 0
        var result = ""
        for next in text {
            if next == open { depth += 1 }
            if depth > 0 { result.append(next) }
            if next == close {
                depth -= 1
                if depth <= 0, !result.isEmpty { break }
            }
        }
        return result
    }

    private static func strings(_ text: String) -> [String] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
    }

    private static func words(_ text: String) -> Set<String> {
        let outside = text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .compactMap { $0.offset % 2 == 0 ? $0.element : nil }
        return Set(outside.flatMap { $0.split { !$0.isLetter }.map(String.init) })
    }

    private static func index(after mark: String, in text: some StringProtocol) -> String.Index? {
        var index = text.startIndex
        while index < text.endIndex {
            if text[index...].hasPrefix(mark) { return text.index(index, offsetBy: mark.count) }
            index = text.index(after: index)
        }
        return nil
    }
}
