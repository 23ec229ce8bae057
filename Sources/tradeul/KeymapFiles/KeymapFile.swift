import Dashboard
import MarketData
import TOMLKit

/// Reads one keymap file.
///
/// Whatever is wrong becomes one message with its place; everything else is taken.
struct KeymapFile: Equatable, Sendable {
    /// What the file binds.
    var sheet: KeymapSheet
    /// The keymap it is laid over; nil when the file says nothing, `none` for no keys at all.
    var inherits: String?
    /// Where that name stands.
    var inheritsPlace = KeymapSheet.Place(line: 1, column: 1)
    /// What was wrong, in the file's order.
    var problems: [SettingProblem] = []

    /// The largest file that is read, bytes.
    static let bytesMax = 256 << 10
    /// Most bindings of a file.
    static let entriesMax = 2_000
    /// The most problems that are listed one by one.
    static let problemsMax = 50

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - origin: What bindings are said to come from.
    ///   - path: The file's name, for messages.
    ///   - isFile: Whether lines of it are told with its bindings.
    static func read(_ text: String, origin: String, path: String, isFile: Bool) -> Self {
        var file = Self(sheet: KeymapSheet(origin: origin, isFile: isFile))
        func refuse(_ words: String, _ point: TOMLPositions.Point) -> Self {
            let what = String(String.UnicodeScalarView(words.unicodeScalars.map { $0.isControl ? " " : $0 }))
            file.problems.append(
                SettingProblem(
                    severity: .error,
                    place: .file(path: path, line: point.line, column: point.column),
                    message: "not valid TOML: \(what.prefix(200)); nothing of this file is used"
                )
            )
            return file
        }
        // TOMLKit reads a C string, so everything after a NUL would be lost without a word.
        if let point = TOMLPositions.point(ofFirst: "\0", in: text) { return refuse("a NUL character", point) }
        let positions = TOMLPositions(text)
        if let point = positions.badStart { return refuse("neither a name nor a value begins like this", point) }
        do {
            let table = try TOMLTable(string: text)
            var reader = KeymapReader(path: path, positions: positions, file: file)
            reader.read(table)
            return reader.finished()
        } catch let error as TOMLParseError {
            let begin = error.source.begin
            return refuse(
                error.description,
                TOMLPositions.Point(line: max(1, begin.line), column: max(1, begin.column))
            )
        } catch {
            return refuse("\(error)", TOMLPositions.Point(line: 1, column: 1))
        }
    }
}

/// Goes through a keymap's table.
private struct KeymapReader {
    let path: String
    let positions: TOMLPositions
    var file: KeymapFile
    private var found: [(point: TOMLPositions.Point, problem: SettingProblem)] = []
    private var entries: [KeymapSheet.Entry] = []

    init(path: String, positions: TOMLPositions, file: KeymapFile) {
        self.path = path
        self.positions = positions
        self.file = file
    }

    mutating func read(_ table: TOMLTable) {
        for key in table.keys {
            guard let element = table[key] else { continue }
            switch key {
            case "inherits":
                guard let name = element.string else {
                    add(.error, "inherits must be the name of a keymap in quotes; \"default\" is used", valuePoint(key))
                    continue
                }
                file.inherits = name
                file.inheritsPlace = Self.place(valuePoint(key))
            case "sequence_timeout_ms":
                guard let number = element.int, KeymapSheet.timeoutsMs.contains(number) else {
                    let allowed = "\(KeymapSheet.timeoutsMs.lowerBound) to \(KeymapSheet.timeoutsMs.upperBound)"
                    add(.error, "sequence_timeout_ms must be a whole number from \(allowed); using 0", valuePoint(key))
                    continue
                }
                file.sheet.sequenceTimeoutMs = number
            case "keys":
                guard let sections = element.table else {
                    add(.error, "keys must be tables: write [keys.global] on a line of its own", valuePoint(key))
                    continue
                }
                for section in sections.keys { read(section, sections[section]) }
            case "name", "summary": break
            default:
                let near = NearestName.of(key, among: ["inherits", "sequence_timeout_ms", "keys"])
                let hint = near.map { "did you mean \($0)?" } ?? "there are inherits, sequence_timeout_ms, [keys.…]"
                add(
                    .warning,
                    "unknown key \(JSONText.quoted(String(key.prefix(40)))) is left out; \(hint)",
                    positions.keys[key]
                )
            }
        }
    }

    private mutating func read(_ section: String, _ element: (any TOMLValueConvertible)?) {
        guard let table = element?.table else {
            let message = "\"\(section.prefix(40))\" stands outside of a section: write [keys.global] above it"
            add(.error, message, positions.keys["keys.\(section)"])
            return
        }
        for keys in table.keys {
            guard let element = table[keys] else { continue }
            let name = "keys.\(section).\(Self.escaped(keys))"
            let point = positions.keys[name] ?? positions.keys["keys.\(section).\(keys)"]
            let value = positions.values[name] ?? positions.values["keys.\(section).\(keys)"] ?? point
            let words = element.string.map { [$0] } ?? element.array.flatMap(Self.strings)
            guard let words else {
                let shown = JSONText.quoted(String(keys.prefix(40)))
                add(.error, "\(shown) takes an action in quotes, or a list of them; binding ignored", value)
                continue
            }
            guard entries.count < KeymapFile.entriesMax else {
                add(
                    .error,
                    "more than \(KeymapFile.entriesMax) bindings: this one and those after it are ignored",
                    point
                )
                return
            }
            entries.append(
                KeymapSheet.Entry(
                    section: section,
                    keys: keys,
                    words: words,
                    place: Self.place(point),
                    wordsPlace: Self.place(value)
                )
            )
        }
    }

    /// The texts of a list; nil when anything else stands in it.
    private static func strings(_ array: TOMLArray) -> [String]? {
        let words = array.map(\.string)
        return words.contains(nil) ? nil : words.compactMap(\.self)
    }

    /// A key as it is written within quotes.
    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    private static func place(_ point: TOMLPositions.Point?) -> KeymapSheet.Place {
        KeymapSheet.Place(line: point?.line ?? 1, column: point?.column ?? 1)
    }

    private func valuePoint(_ key: String) -> TOMLPositions.Point? { positions.values[key] ?? positions.keys[key] }

    private mutating func add(_ severity: SettingProblem.Severity, _ message: String, _ point: TOMLPositions.Point?) {
        let point = point ?? TOMLPositions.Point(line: 1, column: 1)
        let place = SettingProblem.Place.file(path: path, line: point.line, column: point.column)
        found.append((point, SettingProblem(severity: severity, place: place, message: message)))
    }

    /// The file with its bindings and problems in its own order; the parser's tables are sorted by name.
    mutating func finished() -> KeymapFile {
        file.sheet.entries = entries.sorted { ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column) }
        found.sort { ($0.point.line, $0.point.column) < ($1.point.line, $1.point.column) }
        file.problems = found.map(\.problem)
        return file
    }
}
