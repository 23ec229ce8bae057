/// A line of a keymap as it is shown.
package struct KeymapLine: Hashable, Sendable {
    /// The section: `global`, `table`.
    package var section: String
    /// The keys as in a file.
    package var keys: String
    /// What they do, as in a file: an action, or several, or lines with a colon.
    package var targets: [String]
    /// What that is, in words; empty where the target says it itself.
    package var meaning: String
    /// Who says so: `default`, or a file and its line.
    package var origin: String
}

extension Keymap {
    /// What is bound, section by section, in the order of the file.
    package var lines: [KeymapLine] {
        let all: [KeyContext?] = [nil] + KeyContext.allCases.map(Optional.some)
        return all.flatMap { section in
            sections[section].map { binding in
                var meaning = ""
                if case .action(let action)? = binding.target { meaning = action.help(in: section ?? .table) }
                return KeymapLine(
                    section: section?.rawValue ?? "global",
                    keys: KeySpelling.text(binding.keys),
                    targets: binding.targetWords,
                    meaning: meaning,
                    origin: binding.origin
                )
            }
        }
    }

    /// The names of all actions, with what each does.
    package static var actionNames: [(name: String, help: String)] {
        Action.allCases.map { ($0.name, $0.help(in: .table)) }
    }

    /// The keymap as a file, complete in itself.
    package func fileText(_ comment: String) -> String {
        var text = comment.split(separator: "\n").map { "# \($0)\n" }.joined()
        text += "\ninherits = \"none\"\nsequence_timeout_ms = \(sequenceTimeoutMs)\n"
        var section = ""
        for line in lines {
            if line.section != section {
                section = line.section
                text += "\n[keys.\(section)]\n"
            }
            let binding = "\(Self.quoted(line.keys)) = \(Self.value(line))"
            let gap = String(repeating: " ", count: max(1, 34 - binding.count))
            text += binding + (line.meaning.isEmpty ? "" : gap + "# " + line.meaning) + "\n"
        }
        return text
    }

    private static func value(_ line: KeymapLine) -> String {
        guard line.targets.count > 1 else { return quoted(line.targets.first ?? "none") }
        return "[" + line.targets.map(quoted).joined(separator: ", ") + "]"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}
