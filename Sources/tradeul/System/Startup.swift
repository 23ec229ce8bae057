import Glibc

/// What every subcommand that runs something starts from: the environment, the places, the settings and the keys.
struct Startup: Sendable {
    let environment: ProcessEnvironment
    let paths: Paths
    let loaded: LoadedSettings
    let keys: LoadedKeys

    var settings: Settings { loaded.settings }

    /// Everything that was wrong so far, settings first.
    var problems: [SettingProblem] { loaded.problems + keys.problems }

    /// Reads everything once.
    static func read(
        overrides: [SettingOverride] = [],
        environment: ProcessEnvironment = .current()
    ) -> Self {
        let paths = Paths(environment)
        let loaded = SettingsLoader.load(environment, paths, overrides: overrides)
        let keys = KeyLoader.load(environment, keyFile: loaded.settings.feed.keyFile, user: geteuid()) { path in
            Result { () throws(SmallFile.Fault) in try SmallFile.read(path, limit: KeyLoader.fileBytesMax) }
        }
        return Self(environment: environment, paths: paths, loaded: loaded, keys: keys)
    }

    /// Opens the log.
    func openLogs() -> Logs { Logs.open(settings.log, paths, clock: SystemClock(), keys: keys) }

    /// The history file of the live market; nil when it has no place, and history lives in memory only.
    var storePath: String? { settings.store.path.isEmpty ? paths.storeFile : settings.store.path }
}
