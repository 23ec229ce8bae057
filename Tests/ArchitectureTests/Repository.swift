import Glibc

/// A source file of this repository.
struct SourceFile {
    /// Path from the root, with slashes.
    let path: String
    let text: String

    /// The lines as written.
    let lines: [String]
    /// The lines without comments and without the contents of strings.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        code = CodeView.lines(text)
    }

    /// The target's folder name: `Engine` of `Sources/Engine/EngineCore.swift`.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
}

/// Something a check objects to.
struct Finding: Equatable, CustomStringConvertible {
    let path: String
    /// From 1; 0 for the whole file.
    let line: Int
    let words: String

    var description: String { line > 0 ? "\(path):\(line): \(words)" : "\(path): \(words)" }
}

extension String {
    /// Whether another text stands in this one; many times faster here than the library's search by characters.
    func has(_ needle: String) -> Bool {
        withCString { text in needle.withCString { strstr(text, $0) != nil } }
    }
}

/// The repository on disk, found from this file's own place.
enum Repository {
    static let root: String = {
        // Tests/ArchitectureTests/Repository.swift
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    /// All Swift files below a folder, sorted by path.
    static func swiftFiles(_ folder: String) -> [SourceFile] {
        paths(folder).filter { $0.hasSuffix(".swift") }.compactMap(file)
    }

    /// A file by its path from the root.
    static func file(_ path: String) -> SourceFile? {
        guard let stream = fopen(root + "/" + path, "r") else { return nil }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, stream)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return SourceFile(path: path, text: String(decoding: bytes, as: UTF8.self))
    }

    /// Names of the folders directly in a folder, sorted.
    static func folders(in folder: String) -> [String] {
        entries(folder).filter { isFolder("\(folder)/\($0)") }
    }

    /// Paths of all files below a folder, sorted; names that begin with a dot are left out.
    static func paths(_ folder: String) -> [String] {
        entries(folder).flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            return isFolder(path) ? paths(path) : [path]
        }
    }

    private static func entries(_ folder: String) -> [String] {
        guard let stream = opendir(root + "/" + folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(root + "/" + path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

/// Swift text reduced to what the compiler acts on, so that no check trips over a word in a comment or a message.
enum CodeView {
    /// The lines with comments and string contents removed; as many lines as the text has.
    ///
    /// Interpolations go with their strings: a check cannot see into them.
    static func lines(_ text: String) -> [String] {
        var result = ""
        var rest = Array(text.unicodeScalars)[...]
        var blockDepth = 0
        while let next = rest.first {
            if blockDepth > 0 {
                if starts(rest, "*/") {
                    blockDepth -= 1
                    rest = rest.dropFirst(2)
                } else if starts(rest, "/*") {
                    blockDepth += 1
                    rest = rest.dropFirst(2)
                } else {
                    if next == "\n" { result.append("\n") }
                    rest = rest.dropFirst()
                }
            } else if starts(rest, "//") {
                rest = rest.drop { $0 != "\n" }
            } else if starts(rest, "/*") {
                blockDepth = 1
                rest = rest.dropFirst(2)
            } else if let (hashes, quotes) = stringStart(rest) {
                rest = rest.dropFirst(hashes + quotes)
                result.append("\"")
                skipString(&rest, hashes: hashes, quotes: quotes, newlines: &result)
                result.append("\"")
            } else {
                result.unicodeScalars.append(next)
                rest = rest.dropFirst()
            }
        }
        return result.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static func starts(_ rest: ArraySlice<Unicode.Scalar>, _ text: String) -> Bool {
        rest.starts(with: text.unicodeScalars)
    }

    /// Numbers of `#` and `"` that open a string here; nil when none does.
    private static func stringStart(_ rest: ArraySlice<Unicode.Scalar>) -> (hashes: Int, quotes: Int)? {
        let hashes = rest.prefix { $0 == "#" }.count
        guard rest.dropFirst(hashes).first == "\"" else { return nil }
        return (hashes, starts(rest.dropFirst(hashes), "\"\"\"") ? 3 : 1)
    }

    private static func skipString(
        _ rest: inout ArraySlice<Unicode.Scalar>,
        hashes: Int,
        quotes: Int,
        newlines: inout String
    ) {
        let end = String(repeating: "\"", count: quotes) + String(repeating: "#", count: hashes)
        let escape = "\\" + String(repeating: "#", count: hashes)
        var parentheses = 0
        while let next = rest.first {
            if parentheses == 0, starts(rest, end) {
                rest = rest.dropFirst(end.unicodeScalars.count)
                return
            }
            if starts(rest, escape + "(") {
                parentheses += 1
                rest = rest.dropFirst(escape.unicodeScalars.count + 1)
            } else if starts(rest, escape) {
                rest = rest.dropFirst(escape.unicodeScalars.count)
                if rest.first != "\n" { rest = rest.dropFirst() }
            } else if parentheses > 0, let (inner, count) = stringStart(rest) {
                rest = rest.dropFirst(inner + count)
                skipString(&rest, hashes: inner, quotes: count, newlines: &newlines)
            } else {
                if parentheses > 0 { parentheses += next == "(" ? 1 : next == ")" ? -1 : 0 }
                if next == "\n" { newlines.append("\n") }
                rest = rest.dropFirst()
            }
        }
    }
}
