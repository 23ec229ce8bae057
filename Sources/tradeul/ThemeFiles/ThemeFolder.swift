import Glibc

/// The files of themes: those in folders, and those in the program.
enum ThemeFolder {
    /// Names of the themes in the program.
    static let builtInNames = builtIns.keys.sorted()

    /// The text of a theme in the program; nil when there is none of this name.
    static func builtIn(_ name: String) -> String? {
        builtIns[name].map { String(decoding: $0, as: UTF8.self) }
    }

    private static let builtIns: [String: [UInt8]] = [
        "contrast": PackageResources.contrast_toml,
        "cvd-dark": PackageResources.cvd_dark_toml,
        "cvd-light": PackageResources.cvd_light_toml,
        "ember": PackageResources.ember_toml,
        "ember-light": PackageResources.ember_light_toml,
        "gruvbox": PackageResources.gruvbox_toml,
        "mono": PackageResources.mono_toml,
        "nord": PackageResources.nord_toml,
        "sixteen": PackageResources.sixteen_toml,
        "solarized": PackageResources.solarized_toml,
    ]

    /// The text of a file; nil when it is not there.
    static func read(_ path: String) -> Result<String, ThemeFault>? {
        func fault(_ words: String) -> Result<String, ThemeFault> {
            let message = "cannot be read: \(words); it is left out"
            return .failure(
                ThemeFault(
                    problem: SettingProblem(severity: .error, place: .wholeFile(path: path), message: message)
                )
            )
        }
        do {
            let content = try SmallFile.read(path, limit: ThemeFile.bytesMax)
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

    /// Names of the themes in a folder, in order; files of other names are no themes.
    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory), names.count < ThemeShelf.filesMax {
            let file = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard file.hasSuffix(".toml") else { continue }
            let name = String(file.dropLast(5))
            if ThemeFile.isName(name) { names.append(name) }
        }
        return names.sorted()
    }

    /// Whether something has this path.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The path of the running program; nil when the system does not tell.
    static func executable() -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return String(validating: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
