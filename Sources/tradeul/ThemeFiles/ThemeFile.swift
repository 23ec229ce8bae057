import Dashboard
import MarketData
import TOMLKit
import TerminalGrid

/// Reads one theme file.
///
/// Whatever is wrong becomes one message with its place; everything else is taken.
enum ThemeFile {
    /// What a text gave.
    struct Reading: Equatable, Sendable {
        /// What the file says; nil when it is no TOML at all.
        var draft: ThemeDraft?
        /// What was wrong, in the file's order.
        var problems: [SettingProblem] = []
    }

    /// The largest file that is read, bytes.
    static let bytesMax = 256 << 10
    /// The most problems that are listed one by one.
    static let problemsMax = 50
    /// The most names that one palette gives.
    static let paletteMax = 256

    /// Whether a theme may have this name: lower-case letters, digits and dashes, at most 40.
    static func isName(_ text: String) -> Bool {
        let bytes = text.utf8
        let isAllowed = bytes.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        return (1...40).contains(bytes.count) && isAllowed && bytes.first != UInt8(ascii: "-")
    }

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - name: The theme's name by its file, which counts.
    ///   - path: The file's name, for messages.
    static func read(_ text: String, name: String, path: String) -> Reading {
        func refusal(_ words: String, _ point: TOMLPositions.Point) -> Reading {
            let what = String(String.UnicodeScalarView(words.unicodeScalars.map { $0.isControl ? " " : $0 }))
            let message = "not valid TOML: \(what.prefix(200)); nothing of this file is used"
            let place = SettingProblem.Place.file(path: path, line: point.line, column: point.column)
            return Reading(problems: [SettingProblem(severity: .error, place: place, message: message)])
        }
        // TOMLKit reads a C string, so everything after a NUL would be lost without a word.
        if let point = TOMLPositions.point(ofFirst: "\0", in: text) { return refusal("a NUL character", point) }
        let positions = TOMLPositions(text)
        if let point = positions.badStart { return refusal("neither a name nor a value begins like this", point) }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let begin = error.source.begin
            let point = TOMLPositions.Point(line: max(1, begin.line), column: max(1, begin.column))
            return refusal(error.description, point)
        } catch {
            return refusal("\(error)", TOMLPositions.Point(line: 1, column: 1))
        }
        var reader = ThemeReader(name: name, path: path, positions: positions)
        reader.read(table)
        return reader.finished()
    }
}

/// Words of messages.
enum ThemeWords {
    /// The name that was probably meant.
    static func near(_ text: String, among names: [String]) -> String? { NearestName.of(text, among: names) }

    /// A value as the file has it, short.
    static func shown(_ element: any TOMLValueConvertible) -> String {
        if let text = element.string { return JSONText.quoted(String(text.prefix(40))) }
        if let number = element.int { return "\(number)" }
        if let number = element.double { return "\(number)" }
        if let flag = element.bool { return "\(flag)" }
        return "a \(element.type)"
    }
}
