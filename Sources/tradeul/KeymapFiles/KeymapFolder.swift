/// The texts of keymaps: those in folders, and those in the program.
enum KeymapFolder {
    /// Names of the keymaps in the program.
    static let builtInNames = builtIns.keys.sorted()

    /// The text of a keymap in the program; nil when there is none of this name.
    static func builtIn(_ name: String) -> String? {
        builtIns[name].map { String(decoding: $0, as: UTF8.self) }
    }

    private static let builtIns: [String: [UInt8]] = [
        "arrows": PackageResources.arrows_toml,
        "default": PackageResources.default_toml,
        "emacs": PackageResources.emacs_toml,
        "vim": PackageResources.vim_toml,
    ]

    /// The text of a file; nil when it is not there.
    static func read(_ path: String) -> Result<String, ThemeFault>? {
        func fault(_ words: String) -> Result<String, ThemeFault> {
            let message = "cannot be read: \(words); it is left out"
            let problem = SettingProblem(severity: .error, place: .wholeFile(path: path), message: message)
            return .failure(ThemeFault(problem: problem))
        }
        do {
            let content = try SmallFile.read(path, limit: KeymapFile.bytesMax)
            guard let text = String(validating: content.bytes, as: UTF8.self) else {
                return fault("it is not UTF-8 text")
            }
            return .success(text)
        } catch SmallFile.Fault.absent {
            return nil
        } catch {
            return fault(error.words)
        }
    }
}
