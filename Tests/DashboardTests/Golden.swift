import Dashboard
import Glibc
import TerminalGrid
import Testing

/// Compares screens with files beside this one; `UPDATE_GOLDEN=1 swift test` writes the files instead.
enum Golden {
    private static let folder = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Golden/"
    private static let updates = getenv("UPDATE_GOLDEN").map { String(cString: $0) == "1" } ?? false

    /// Expects a screen to be what the file of this name holds.
    ///
    /// - Parameter attributes: Whether the looks of the cells are compared too, not just the characters.
    static func expect(
        _ grid: Grid,
        _ theme: Theme,
        named name: String,
        attributes: Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let text =
            attributes
            ? grid.golden(styles: theme.styles, names: theme.goldenNames)
            : grid.lines(trimmed: false).map { $0 + "|\n" }.joined()
        let path = folder + name + ".txt"
        if updates {
            mkdir(folder, 0o755)
            #expect(write(text, to: path), "cannot write \(path)", sourceLocation: sourceLocation)
            return
        }
        guard let wanted = read(path) else {
            Issue.record("no golden file \(name): UPDATE_GOLDEN=1 makes it", sourceLocation: sourceLocation)
            return
        }
        guard wanted != text else { return }
        Issue.record("\(name) differs\n\(difference(wanted, text))", sourceLocation: sourceLocation)
    }

    /// Both screens in full and the lines that differ.
    private static func difference(_ wanted: String, _ got: String) -> String {
        let (left, right) = (wanted.split(separator: "\n"), got.split(separator: "\n"))
        var text = "wanted:\n\(wanted)\ngot:\n\(got)\nlines that differ:\n"
        for index in 0..<max(left.count, right.count) {
            let (old, new) = (index < left.count ? left[index] : "", index < right.count ? right[index] : "")
            if old != new { text += "\(index + 1) - \(old)\n\(index + 1) + \(new)\n" }
        }
        return text
    }

    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[0..<count]
        }
    }

    private static func write(_ text: String, to path: String) -> Bool {
        guard let file = fopen(path, "w") else { return false }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        return fwrite(bytes, 1, bytes.count, file) == bytes.count
    }
}
