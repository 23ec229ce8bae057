import ArgumentParser
import Glibc

/// `tradeul`: the dashboard on the live market.
struct DashboardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: "The live market (what runs when no subcommand is named).",
        discussion: """
            The key comes from POLYGON_API_KEY or MASSIVE_API_KEY, or from a file of mode 600 (--key-file, feed.key_file).

            EXAMPLES:
              POLYGON_API_KEY=… tradeul
              tradeul --key-file ~/.polygon-key --rest-url https://api.massive.com

            \(ExitStatus.helpText)
            """
    )

    @OptionGroup(title: "Feed") var feed: FeedOptions
    @OptionGroup(title: "History") var store: StoreOptions
    @OptionGroup(title: "Screen") var screen: ScreenOptions

    func run() throws {
        let overrides = try feed.overrides() + store.overrides() + screen.overrides()
        let startup = Startup.read(overrides: overrides)
        let key = try startup.requireVendorKey()
        let plan = DashboardPlan(
            source: .vendor(key),
            startup: startup,
            storePath: startup.vendorStorePath,
            logs: startup.openLogs()
        )
        Glibc.exit(try runDashboard(plan).rawValue)
    }
}

/// `tradeul demo`: the same dashboard on the built-in simulator.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "The same dashboard on the built-in market simulator: no key, no account, no network.",
        discussion: """
            The simulated market's history goes to a file of its own, never to the trader's.

            EXAMPLES:
              tradeul demo --tour
              tradeul demo --seed 7 --start 09:25 --speed 10 --ascii

            \(ExitStatus.helpText)
            """
    )

    @Flag(help: "Show around in six short steps.")
    var tour = false

    @OptionGroup(title: "Market") var market: SimulatorOptions
    @OptionGroup(title: "History") var store: StoreOptions
    @OptionGroup(title: "Screen") var screen: ScreenOptions

    func run() throws {
        let market = try market.plan()
        let startup = Startup.read(overrides: try store.overrides() + screen.overrides())
        // A store in the settings is the trader's own; the demo may use another file only when told so right here.
        let storePath =
            startup.loaded.origin("store.path") == .commandLine
            ? startup.settings.store.path
            : startup.paths.demoStoreFile(market)
        var plan = DashboardPlan(
            source: .simulator(market),
            startup: startup,
            storePath: storePath,
            logs: startup.openLogs()
        )
        plan.showsTour = tour
        Glibc.exit(try runDashboard(plan).rawValue)
    }
}
