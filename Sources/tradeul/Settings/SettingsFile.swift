import MarketData
import TOMLKit

/// Reads settings from the text of a TOML file.
///
/// Whatever is wrong becomes one message; the rest is taken.
enum SettingsFile {
    /// What a text gave.
    struct Outcome {
        /// The settings after the file.
        var settings: Settings
        /// Keys that the file set.
        var keysSet: [String] = []
        /// What was wrong, in the order of the file.
        var problems: [SettingProblem] = []
    }

    /// The most problems that are listed one by one; a last message counts the rest.
    static let problemsMax = 50

    /// Applies the text to `settings`.
    ///
    /// - Parameter path: The file's name, for messages.
    static func apply(_ text: String, path: String, to settings: Settings) -> Outcome {
        // TOMLKit reads a C string, so everything after a NUL would be lost without a word.
        if let point = TOMLPositions.point(ofFirst: "\0", in: text) {
            return Outcome(settings: settings, problems: [syntaxProblem("a NUL character", point, path)])
        }
        let positions = TOMLPositions(text)
        if let point = positions.badStart {
            return Outcome(
                settings: settings,
                problems: [syntaxProblem("neither a name nor a value begins like this", point, path)]
            )
        }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let begin = error.source.begin
            let point = TOMLPositions.Point(line: max(1, begin.line), column: max(1, begin.column))
            return Outcome(settings: settings, problems: [syntaxProblem(error.description, point, path)])
        } catch {
            let message = "not readable as TOML (\(error)); using the defaults"
            return Outcome(
                settings: settings,
                problems: [SettingProblem(severity: .error, place: .wholeFile(path: path), message: message)]
            )
        }
        var reader = Reader(path: path, positions: positions, outcome: Outcome(settings: settings))
        reader.read(table)
        reader.finish()
        return reader.outcome
    }

    private static func syntaxProblem(
        _ words: String,
        _ point: TOMLPositions.Point,
        _ path: String
    ) -> SettingProblem {
        let what = String(String.UnicodeScalarView(words.unicodeScalars.map { $0.isControl ? " " : $0 }))
        return SettingProblem(
            severity: .error,
            place: .file(path: path, line: point.line, column: point.column),
            message: "not valid TOML: \(what.prefix(200)); nothing of this file is used"
        )
    }
}

/// Goes through the table's groups and keys.
private struct Reader {
    let path: String
    let positions: TOMLPositions
    var outcome: SettingsFile.Outcome
    private var found: [(point: TOMLPositions.Point, problem: SettingProblem)] = []

    init(path: String, positions: TOMLPositions, outcome: SettingsFile.Outcome) {
        self.path = path
        self.positions = positions
        self.outcome = outcome
    }

    mutating func read(_ table: TOMLTable) {
        for group in table.keys {
            guard SettingRegistry.groups.contains(where: { $0.name == group }) else {
                unknown(group, near: nearestToTopLevel(group))
                continue
            }
            guard let members = table[group]?.table else {
                let point = positions.values[group] ?? positions.keys[group]
                let message = "\(group) must be a table: write [\(group)] on a line of its own; its defaults are used"
                add(.error, message, point)
                continue
            }
            for name in members.keys { read(members[name], key: "\(group).\(name)") }
        }
    }

    private mutating func read(_ element: (any TOMLValueConvertible)?, key: String) {
        guard let element else { return }
        guard let spec = SettingRegistry.spec(key) else {
            unknown(key, near: nearest(to: key))
            return
        }
        let value = SettingValue(element)
        let result = value.map(spec.accepted) ?? .failure(.kind)
        switch result {
        case .success(let accepted):
            spec.store(&outcome.settings, accepted)
            outcome.keysSet.append(key)
        case .failure(let refusal):
            let shown = value.map { String($0.toml.prefix(80)) } ?? "a \(element.type)"
            let used = spec.read(outcome.settings).toml
            add(
                .error,
                "\(spec.sentence(refusal, name: key, shown: shown)); using \(used)",
                positions.values[key] ?? positions.keys[key]
            )
        }
    }

    private mutating func unknown(_ key: String, near: String?) {
        let shown = JSONText.quoted(String(key.prefix(80)))
        let hint = near.map { "did you mean \($0)?" } ?? "tradeul config keys lists what there is"
        add(.warning, "unknown key \(shown) is left out; \(hint)", positions.keys[key])
    }

    /// A member's name alone may be right under the wrong group: `[screen] lookback_days`.
    private func nearest(to key: String) -> String? {
        let all = SettingRegistry.all.map(\.key)
        if let near = NearestName.of(key, among: all) { return near }
        let name = Self.lastPart(key)
        return SettingRegistry.all.first { Self.lastPart($0.key) == name }?.key
    }

    private func nearestToTopLevel(_ name: String) -> String? {
        if let group = NearestName.of(name, among: SettingRegistry.groups.map(\.name)) { return "[\(group)]" }
        return SettingRegistry.all.first { Self.lastPart($0.key) == name }?.key
    }

    private static func lastPart(_ key: String) -> Substring { key.split(separator: ".").last ?? "" }

    private mutating func add(_ severity: SettingProblem.Severity, _ message: String, _ point: TOMLPositions.Point?) {
        let point = point ?? TOMLPositions.Point(line: 1, column: 1)
        let place = SettingProblem.Place.file(path: path, line: point.line, column: point.column)
        found.append((point, SettingProblem(severity: severity, place: place, message: message)))
    }

    /// Puts the problems into the order of the file; the parser's tables are sorted by name.
    mutating func finish() {
        found.sort { ($0.point.line, $0.point.column) < ($1.point.line, $1.point.column) }
        outcome.problems = found.prefix(SettingsFile.problemsMax).map(\.problem)
        let more = found.count - outcome.problems.count
        guard more > 0 else { return }
        let message = "\(more) more problems are not listed"
        outcome.problems.append(
            SettingProblem(severity: .warning, place: .wholeFile(path: path), message: message)
        )
    }
}

extension SettingValue {
    /// The scalar of a TOML value; nil for tables, arrays and dates.
    fileprivate init?(_ element: any TOMLValueConvertible) {
        switch element.type {
        case .int:
            guard let value = element.int else { return nil }
            self = .integer(value)
        case .double:
            guard let value = element.double else { return nil }
            self = .number(value)
        case .bool:
            guard let value = element.bool else { return nil }
            self = .flag(value)
        case .string:
            guard let value = element.string else { return nil }
            self = .text(value)
        default: return nil
        }
    }
}
