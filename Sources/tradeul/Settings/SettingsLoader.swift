import Glibc
import MarketData
import Network

/// Where a value came from; later ones win.
enum SettingOrigin: String, Sendable {
    case fallback = "default"
    case file
    case environment
    case commandLine = "command line"
}

/// The settings in force, with everything that was wrong on the way.
struct LoadedSettings: Sendable {
    /// The values in force.
    var settings = Settings()
    /// Keys that have another origin than the default.
    var origins: [String: SettingOrigin] = [:]
    /// What was wrong, file first.
    var problems: [SettingProblem] = []
    /// The settings file; nil when there is no place for one.
    var path: String?
    /// Whether that file exists and was read.
    var isFileRead = false

    /// Where a key's value came from.
    func origin(_ key: String) -> SettingOrigin { origins[key] ?? .fallback }
}

/// Brings the four sources together: command line over environment over file over defaults.
enum SettingsLoader {
    /// The largest settings file, in bytes.
    static let fileBytesMax = 1 << 20

    /// The settings in force.
    ///
    /// - Parameters:
    ///   - overrides: Options of the command line, checked already.
    ///   - readFile: Reads a file; replaced in tests.
    static func load(
        _ environment: ProcessEnvironment,
        _ paths: Paths,
        overrides: [SettingOverride] = [],
        readFile: (String) -> Result<SmallFile.Content, SmallFile.Fault> = readFromDisk
    ) -> LoadedSettings {
        var loaded = LoadedSettings(path: paths.configFile)
        if let problem = paths.problem {
            loaded.problems.append(SettingProblem(severity: .warning, place: .nowhere, message: problem))
        }
        if let path = loaded.path { applyFile(path, readFile(path), &loaded) }
        applyEnvironment(environment, &loaded)
        for override in overrides {
            guard let spec = SettingRegistry.spec(override.key) else { continue }
            spec.store(&loaded.settings, override.value)
            loaded.origins[override.key] = .commandLine
        }
        loaded.settings.store.path = paths.expandingHome(loaded.settings.store.path)
        loaded.settings.feed.keyFile = paths.expandingHome(loaded.settings.feed.keyFile)
        return loaded
    }

    /// Reads a settings file.
    static func readFromDisk(_ path: String) -> Result<SmallFile.Content, SmallFile.Fault> {
        Result { () throws(SmallFile.Fault) in try SmallFile.read(path, limit: fileBytesMax) }
    }

    private static func applyFile(
        _ path: String,
        _ result: Result<SmallFile.Content, SmallFile.Fault>,
        _ loaded: inout LoadedSettings
    ) {
        func report(_ message: String) {
            let message = "\(message); using the defaults"
            loaded.problems.append(SettingProblem(severity: .error, place: .wholeFile(path: path), message: message))
        }
        switch result {
        case .failure(.absent): return
        case .failure(let fault): report("the settings file cannot be read: \(fault.words)")
        case .success(let content):
            guard let text = String(validating: content.bytes, as: UTF8.self) else {
                report("the settings file is not UTF-8 text")
                return
            }
            let outcome = SettingsFile.apply(text, path: path, to: loaded.settings)
            loaded.isFileRead = true
            loaded.settings = outcome.settings
            loaded.problems += outcome.problems
            for key in outcome.keysSet { loaded.origins[key] = .file }
        }
    }

    private static func applyEnvironment(_ environment: ProcessEnvironment, _ loaded: inout LoadedSettings) {
        // https://no-color.org: any value counts, whatever it says; a settings file that asks for colours goes before it.
        if environment["NO_COLOR"] != nil, loaded.settings.screen.color == .auto {
            loaded.settings.screen.color = .mono
            loaded.origins["screen.color"] = .environment
        }
        for spec in SettingRegistry.all {
            guard let text = environment[spec.environmentName] else { continue }
            let shown = JSONText.quoted(String(text.prefix(80)))
            let result = spec.value(fromText: text).map(spec.accepted) ?? .failure(.kind)
            switch result {
            case .success(let value):
                spec.store(&loaded.settings, value)
                loaded.origins[spec.key] = .environment
            case .failure(let refusal):
                let used = spec.read(loaded.settings).toml
                let message = "\(spec.sentence(refusal, name: spec.key, shown: shown)); using \(used)"
                let place = SettingProblem.Place.environment(spec.environmentName)
                loaded.problems.append(SettingProblem(severity: .error, place: place, message: message))
            }
        }
        let known = SettingRegistry.all.map(\.environmentName)
        for name in environment.names(withPrefix: "TRADEUL_") where !known.contains(name) {
            let near = NearestName.of(name, among: known).map { "; did you mean \($0)?" } ?? ""
            let message = "no setting has this variable, it is left out\(near)"
            loaded.problems.append(SettingProblem(severity: .warning, place: .environment(name), message: message))
        }
    }
}
