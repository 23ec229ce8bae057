/// A setting as `:set` tells of it: one that takes force at the next start.
package struct SettingWords: Hashable, Sendable {
    /// Its name in the file, such as `screen.fps`.
    package var name: String
    /// The value in force, as written in the file.
    package var value: String
    /// What is allowed, in words.
    package var allowed: String
    /// What it does.
    package var meaning: String

    /// A setting's words.
    package init(name: String, value: String, allowed: String, meaning: String) {
        self.name = name
        self.value = value
        self.allowed = allowed
        self.meaning = meaning
    }

    /// The lines to write into the settings file, for a value.
    func fileLines(_ value: String) -> [String] {
        let parts = name.split(separator: ".", maxSplits: 1)
        guard parts.count == 2 else { return ["\(name) = \(value)"] }
        return ["[\(parts[0])]", "\(parts[1]) = \(value)"]
    }
}
