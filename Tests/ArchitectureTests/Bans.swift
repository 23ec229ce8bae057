/// What may not stand in a source, and where.
///
/// A line with `// tidy-ok:` and a reason is let through.
enum Bans {
    /// A text that is not allowed.
    struct Ban {
        let needle: String
        /// Highest layer in which it is forbidden: 3 leaves adapters and composition out, 5 spares nobody.
        let layerMax: Int
        let instead: String
    }

    /// Clocks, chance, the environment and files belong to adapters and composition; traps and prints to nobody.
    static let all: [Ban] = [
        Ban(needle: "Date()", layerMax: 5, instead: "take a WallClock"),
        Ban(needle: "Date.now", layerMax: 5, instead: "take a WallClock"),
        Ban(needle: "ContinuousClock", layerMax: 5, instead: "take a WallClock"),
        Ban(needle: "SuspendingClock", layerMax: 5, instead: "take a WallClock"),
        Ban(needle: "Task.sleep", layerMax: 5, instead: "wait for a condition"),
        Ban(needle: "clock_gettime", layerMax: 3, instead: "take a WallClock"),
        Ban(needle: "gettimeofday", layerMax: 5, instead: "take a WallClock"),
        Ban(needle: ".random()", layerMax: 5, instead: "pass a generator"),
        Ban(needle: "SystemRandomNumberGenerator", layerMax: 5, instead: "pass a generator"),
        Ban(needle: "UUID()", layerMax: 5, instead: "pass a generator"),
        Ban(needle: "arc4random", layerMax: 5, instead: "pass a generator"),
        Ban(needle: "getenv(", layerMax: 4, instead: "take the value as a parameter"),
        Ban(needle: "ProcessInfo", layerMax: 5, instead: "take the value as a parameter"),
        Ban(needle: "FileManager", layerMax: 5, instead: "use the calls of Glibc in an adapter"),
        Ban(needle: "print(", layerMax: 5, instead: "return text, or log"),
        Ban(needle: "debugPrint(", layerMax: 5, instead: "return text, or log"),
        Ban(needle: "fatalError(", layerMax: 5, instead: "throw, or state the rule with precondition"),
        Ban(needle: "try!", layerMax: 5, instead: "throw"),
        Ban(needle: "as!", layerMax: 5, instead: "use as? and handle nil"),
        Ban(needle: "String(format:", layerMax: 5, instead: "write digits yourself, it is 70 times dearer"),
        Ban(needle: "unowned(unsafe)", layerMax: 5, instead: "keep a reference"),
        Ban(needle: "AsyncStream", layerMax: 5, instead: "hand over batches"),
    ]

    /// Words that need a comment on the same line or right above: what guards it, or why an error may be dropped.
    static let needingAComment = ["@unchecked Sendable", "nonisolated(unsafe)", "try?"]

    /// What a file has that it must not have.
    static func findings(_ file: SourceFile) -> [Finding] {
        let layer = Arrows.rooms[file.target]?.layer ?? 0
        let written = file.lines
        var found: [Finding] = []
        let code = file.code
        for (index, line) in code.enumerated() {
            let original = index < written.count ? written[index] : ""
            if let mark = after("// tidy-ok:", in: original) {
                if mark.allSatisfy(\.isWhitespace) {
                    found.append(Finding(path: file.path, line: index + 1, words: "tidy-ok without a reason"))
                }
                continue
            }
            for ban in all where layer <= ban.layerMax && contains(line, ban.needle) {
                found.append(Finding(path: file.path, line: index + 1, words: "\(ban.needle): \(ban.instead)"))
            }
            if line.has("catch"), line.filter({ !$0.isWhitespace }).has("catch{}") {
                found.append(Finding(path: file.path, line: index + 1, words: "an error is dropped without a word"))
            }
            for word in needingAComment where contains(line, word) {
                let above = index > 0 ? written[index - 1].drop(while: \.isWhitespace) : ""
                let isExplained =
                    above.hasPrefix("//") || after("//", in: original) != nil || continuesComment(written, index)
                if !isExplained {
                    found.append(Finding(path: file.path, line: index + 1, words: "\(word) without a comment"))
                }
            }
        }
        return found
    }

    /// A statement of several lines may have its comment above the first one.
    private static func continuesComment(_ lines: [String], _ index: Int) -> Bool {
        lines[max(0, index - 4)..<index].contains { $0.drop(while: \.isWhitespace).hasPrefix("//") }
    }

    /// The needle as a word of its own: `sprint(` is no `print(`.
    private static func contains(_ line: String, _ needle: String) -> Bool {
        guard line.has(needle) else { return false }
        var rest = line[...]
        var before: Character = " "
        let startsLikeAWord = needle.first?.isLetter == true
        while let next = rest.first {
            if rest.hasPrefix(needle), !startsLikeAWord || !(before.isLetter || before == "_" || before.isNumber) {
                return true
            }
            before = next
            rest = rest.dropFirst()
        }
        return false
    }

    private static func after(_ mark: String, in text: String) -> Substring? {
        guard text.has(mark) else { return nil }
        var rest = text[...]
        while !rest.isEmpty {
            if rest.hasPrefix(mark) { return rest.dropFirst(mark.count) }
            rest = rest.dropFirst()
        }
        return nil
    }
}

/// Sizes of files and functions.
enum Sizes {
    static let fileLinesMax = 600
    static let functionLinesMax = 70

    /// Files and functions that are too long.
    static func findings(_ file: SourceFile) -> [Finding] {
        var found: [Finding] = []
        let count = file.lines.count
        if count > fileLinesMax {
            found.append(Finding(path: file.path, line: 0, words: "\(count) lines, at most \(fileLinesMax)"))
        }
        for function in functions(file.code) where function.length > functionLinesMax {
            let words = "\(function.length) lines in one function, at most \(functionLinesMax)"
            found.append(Finding(path: file.path, line: function.line, words: words))
        }
        return found
    }

    /// Where functions and initialisers begin and how long they are, from their first line to the closing brace.
    static func functions(_ code: [String]) -> [(line: Int, length: Int)] {
        code.indices.compactMap { start in
            let words = code[start].split { !($0.isLetter || $0 == "_") }
            guard words.contains(where: { $0 == "func" || $0 == "init" || $0 == "deinit" }) else { return nil }
            guard isDeclaration(code[start]) else { return nil }
            var depth = 0
            var hasBody = false
            for index in start..<code.count {
                for next in code[index] {
                    if next == "{" {
                        depth += 1
                        hasBody = true
                    } else if next == "}" {
                        depth -= 1
                        // A protocol's requirement has no body: the brace belongs to what is around it.
                        if depth < 0 { return nil }
                        if depth == 0 { return (start + 1, index - start + 1) }
                    }
                }
                let next = index + 1 < code.count ? code[index + 1] : ""
                if !hasBody, isDeclaration(next) { return nil }
            }
            return nil
        }
    }

    private static func isDeclaration(_ line: String) -> Bool {
        let modifiers: Set<Substring> = [
            "package", "public", "private", "fileprivate", "internal", "static", "final", "override", "mutating",
            "nonmutating", "convenience", "required", "nonisolated", "borrowing", "consuming", "isolated",
        ]
        let words = line.split { $0 == " " || $0 == "\t" }.drop { modifiers.contains($0) || $0.hasPrefix("@") }
        guard let first = words.first else { return false }
        return first == "func" || first.hasPrefix("init(") || first.hasPrefix("init<") || first.hasPrefix("init?")
            || first == "deinit"
    }
}

/// Documentation of what other rooms can see.
enum Documentation {
    /// `package` and `public` declarations without a `///` above them.
    ///
    /// Operators and the requirements of the standard library's protocols explain themselves.
    static func findings(_ file: SourceFile) -> [Finding] {
        let written = file.lines
        return file.code.enumerated().compactMap { index, line in
            guard let name = declaration(line), !isSelfExplaining(line), !isDocumented(written, index) else {
                return nil
            }
            return Finding(path: file.path, line: index + 1, words: "\(name) has no documentation")
        }
    }

    private static let kinds: Set<Substring> = [
        "var", "let", "func", "struct", "enum", "class", "protocol", "typealias", "actor", "subscript", "case",
    ]

    private static func declaration(_ line: String) -> String? {
        let words = line.split { $0 == " " || $0 == "\t" }
        guard words.first == "package" || words.first == "public", words.count > 1, !words.contains("import") else {
            return nil
        }
        if words.contains(where: { $0.hasPrefix("init(") || $0.hasPrefix("init?(") || $0.hasPrefix("init<") }) {
            return "init"
        }
        guard let kind = words.firstIndex(where: { kinds.contains($0) || $0.hasPrefix("subscript") }) else {
            return nil
        }
        return words[kind...].prefix(2).joined(separator: " ")
    }

    private static func isSelfExplaining(_ line: String) -> Bool {
        let known = [
            "static func ==", "static func <", "func hash(into", "var description:", "var debugDescription:",
            "typealias ",
        ]
        return known.contains { line.has($0) }
    }

    private static func isDocumented(_ lines: [String], _ index: Int) -> Bool {
        for line in lines[..<index].reversed() {
            let text = line.drop(while: \.isWhitespace)
            if text.hasPrefix("///") { return true }
            guard text.hasPrefix("@") else { return false }
        }
        return false
    }
}
