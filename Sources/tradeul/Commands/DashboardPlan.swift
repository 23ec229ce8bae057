/// Everything the dashboard is wired from.
///
/// `runDashboard(_:)`, in the wiring, takes it and returns when the trader quits.
struct DashboardPlan: Sendable {
    /// Where the market's data comes from.
    enum Source: Sendable {
        /// The vendor at `settings.feed`, with a key.
        case vendor(LoadedKey)
        /// The built-in simulator, served on loopback to the same feed.
        case simulator(SimulatorPlan)
    }

    let source: Source
    let startup: Startup
    /// The history file; nil: in memory only.
    let storePath: String?
    let logs: Logs
    /// Whether the guided tour begins with the first frame.
    var showsTour = false
    /// Sentences for the trader that came up before the first frame: settings, keys, log.
    ///
    /// Shown in the dashboard.
    let notices: [String]

    var settings: Settings { startup.settings }

    /// Where themes are looked for.
    var themes: ThemeShelf { ThemeShelf(startup.paths, executable: ThemeFolder.executable()) }

    /// A plan with the notices of everything read so far.
    init(source: Source, startup: Startup, storePath: String?, logs: Logs) {
        self.source = source
        self.startup = startup
        self.storePath = storePath
        self.logs = logs
        notices = startup.problems.map(\.line) + (logs.notice.map { [$0] } ?? [])
    }
}

extension Startup {
    /// The vendor's key, or why there is none.
    ///
    /// - Throws: ``Failure`` with status 78 when a key was named but may not be used, 77 when none was named.
    func requireVendorKey() throws(Failure) -> LoadedKey {
        if let key = keys.vendor { return key }
        if keys.isRefused, let problem = keys.problems.first(where: { $0.severity == .error }) {
            throw Failure(status: .configuration, sentence: problem.line)
        }
        let variables = KeyLoader.vendorVariables.joined(separator: " or ")
        throw Failure(
            status: .keyRefused,
            sentence:
                "no key for the live market: set \(variables), or feed.key_file in the settings to a file of mode 600; "
                + "`tradeul demo` shows a simulated market without one"
        )
    }
}
