import MarketTime

/// Where files live, by the XDG base directory specification.
struct Paths: Equatable, Sendable {
    /// Settings; nil when neither the variable nor a home folder is known.
    let configFolder: String?
    /// History; nil likewise.
    let dataFolder: String?
    /// Logs; nil likewise.
    let stateFolder: String?
    /// Sockets of running engines: in `XDG_RUNTIME_DIR`, else beside the logs; nil likewise.
    let runtimeFolder: String?
    /// The home folder; nil when `HOME` is not set to an absolute path.
    let home: String?

    /// The places that the environment names.
    ///
    /// Relative paths in it are ignored, as the specification says.
    init(_ environment: ProcessEnvironment) {
        func absolute(_ name: String) -> String? {
            guard let path = environment[name], path.hasPrefix("/") else { return nil }
            return Self.trimmed(path)
        }
        let home = absolute("HOME")
        func folder(_ name: String, _ inHome: String) -> String? {
            (absolute(name) ?? home.map { Self.join($0, inHome) }).map { Self.join($0, "tradeul") }
        }
        self.home = home
        configFolder = folder("XDG_CONFIG_HOME", ".config")
        dataFolder = folder("XDG_DATA_HOME", ".local/share")
        stateFolder = folder("XDG_STATE_HOME", ".local/state")
        runtimeFolder =
            absolute("XDG_RUNTIME_DIR").map { Self.join($0, "tradeul") } ?? stateFolder.map { Self.join($0, "run") }
    }

    /// The settings file.
    var configFile: String? { configFolder.map { Self.join($0, "config.toml") } }

    /// The trader's own lists.
    var scansFile: String? { configFolder.map { Self.join($0, "scans.toml") } }

    /// The folder of the trader's lists of symbols.
    var watchlistsFolder: String? { configFolder.map { Self.join($0, "watchlists") } }

    /// The trader's history file, unless a setting names another.
    var storeFile: String? { dataFolder.map { Self.join($0, "tradeul.db") } }

    /// The history file of a simulated market; never the trader's.
    ///
    /// One per seed, size and first day, because these decide the market's history.
    func demoStoreFile(_ market: SimulatorPlan) -> String? {
        let day = NewYork.wall(at: market.start).day.iso
        return dataFolder.map { Self.join($0, "demo-\(market.seed)-\(market.tickers)-\(day).db") }
    }

    /// The path with `~/` replaced by the home folder; unchanged when there is none.
    func expandingHome(_ path: String) -> String {
        guard let home, path.hasPrefix("~/") else { return path }
        return Self.join(home, String(path.dropFirst(2)))
    }

    /// Why files have no place, for the trader; nil when all have one.
    var problem: String? {
        guard configFolder == nil || dataFolder == nil || stateFolder == nil else { return nil }
        return "HOME is not set to an absolute path, so there is no place for \(missing.joined(separator: ", ")); "
            + "going on without: set HOME or the XDG_…_HOME variables"
    }

    private var missing: [String] {
        var names: [String] = []
        if configFolder == nil { names.append("settings") }
        if dataFolder == nil { names.append("history") }
        if stateFolder == nil { names.append("logs") }
        return names
    }

    /// Folder and name with one slash between them.
    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    private static func trimmed(_ path: String) -> String {
        var path = path[...]
        while path.count > 1, path.hasSuffix("/") { path = path.dropLast() }
        return String(path)
    }
}
