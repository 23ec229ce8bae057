import Curses
import Dashboard
import Engine
import EngineAPI
import Feeds
import MarketServer
import MarketTime
import Network
import Simulator

// How settings, which speak the trader's language, become the values that the rooms take.

extension Settings.RVOL {
    /// The engine's form of the settings.
    var engineSettings: RVOLSettings {
        var settings = RVOLSettings()
        settings.mode =
            switch mode {
            case .interpolated: .interpolated
            case .slot: .slot
            case .regular: .regular
            }
        settings.lookbackDays = lookbackDays
        settings.floorShares = Double(floor)
        settings.includesEarlyCloses = earlyCloses == .include
        return settings
    }
}

extension SimulatorPlan {
    /// The key that the demo's own server and feed share; it opens nothing else.
    var demoKey: String { "simulator" }

    /// The market asked for.
    ///
    /// About 15 ms for 11,000 symbols.
    func market() -> SimulatedMarket {
        SimulatedMarket(seed: seed, tickerCount: tickers, openingDay: NewYork.wall(at: start).day)
    }

    /// The market's clock: it runs from now on.
    func clock() -> any WallClock { SimulatedClock(start: start, speed: speed) { MonotonicTime.now().nanoseconds } }
}

extension Startup {
    /// The history file for what `feed.rest_url` serves.
    ///
    /// A server on this machine is no vendor but a simulator, whose days must never become a live baseline: unless the
    /// command line names a file, it gets one of its own for each port.
    var vendorStorePath: String? {
        let url = settings.feed.restURL
        guard HTTPRequest(url: url).isForThisMachine, loaded.origin("store.path") != .commandLine else {
            return storePath
        }
        let port = RedactedURL.origin(url).split(separator: ":").last.map { $0.filter(\.isNumber) } ?? ""
        return paths.dataFolder.map { Paths.join($0, "simulator-\(port).db") }
    }
}

extension DashboardPlan {
    /// Poll intervals never fall below this in real time, however fast a simulated market runs.
    private static let fastestPollMs = 500

    /// Market seconds per second.
    private var speed: Double {
        if case .simulator(let simulated) = source { simulated.speed } else { 1 }
    }

    /// Seconds of market time between two polls that are set so many seconds apart; at least one.
    private func marketSeconds(_ seconds: Int) -> Double { max(Double(intervalMs(seconds)) / 1000 * speed, 1) }

    private func intervalMs(_ seconds: Int) -> Int {
        max(Int(Double(seconds * 1000) / max(speed, 1)), min(Self.fastestPollMs, seconds * 1000))
    }

    /// The engine by the trader's settings.
    func engineCore(_ calendar: ExchangeCalendar) -> EngineCore {
        EngineCore(calendar: calendar, settings: settings.rvol.engineSettings, stream: startup.streamSettings)
    }

    /// The feed's configuration.
    func feedConfiguration(restURL: String, key: Secret?, keyHint: String) -> PolygonRESTFeed.Configuration {
        let feed = settings.feed
        var limits = HTTPRequest.Limits.snapshot
        limits.connectTimeoutMs = feed.connectTimeoutSeconds * 1000
        limits.totalTimeoutMs = feed.totalTimeoutSeconds * 1000
        limits.maxBodyBytes = feed.maxBodyMB << 20
        return PolygonRESTFeed.Configuration(
            restURL: restURL,
            key: key,
            keyHint: keyHint,
            intervals: SnapshotPollState.Intervals(
                inSessionMs: intervalMs(feed.snapshotSeconds),
                closedMs: intervalMs(feed.closedSeconds),
                // In a market that runs faster the vendor's word on the session ages faster.
                statusMs: intervalMs(60)
            ),
            snapshotLimits: limits,
            jitterSeed: UInt64(bitPattern: MonotonicTime.now().nanoseconds)
        )
    }

    /// The dashboard's settings.
    var dashboardSettings: DashboardSettings {
        let source: DashboardSettings.Source
        switch self.source {
        case .vendor:
            // Whatever runs on this machine is not the vendor: a simulator must not look like the live market.
            source = HTTPRequest(url: settings.feed.restURL).isForThisMachine ? .simulator : .live
        case .simulator: source = .demo
        }
        var dashboard = DashboardSettings(
            source: source,
            gate: ScanGate(
                minPrice: settings.scan.minPrice,
                minVolume: settings.scan.minVolume,
                minDollarVolume: settings.scan.minDollarVolume
            ),
            rvol: settings.rvol.engineSettings,
            pollSeconds: marketSeconds(settings.feed.snapshotSeconds),
            closedPollSeconds: marketSeconds(settings.feed.closedSeconds),
            // The dashboard counts in market time, the trader in the time on the wall.
            holdSeconds: Int(Double(settings.screen.holdSeconds) * max(speed, 1)),
            cursorFollowsSelection: settings.screen.cursorFollowsSelection,
            showsTape: settings.screen.tape,
            // A list that moves a line down with every trade costs twenty times the bytes of a ring.
            tapeOrder: startup.environment["SSH_CONNECTION"] == nil ? .list : .ring,
            flashes: settings.screen.flash,
            speed: speed
        )
        dashboard.showsTour = showsTour
        dashboard.catalogue = startup.settingWords
        return dashboard
    }

    /// How the terminal is opened; `wake` ends the wait for events.
    func cursesOptions(wake: Int32) -> CursesOptions {
        let sync: SyncChoice
        switch settings.screen.sync {
        case .auto: sync = .auto
        case .on: sync = .on
        case .off: sync = .off
        }
        return CursesOptions(
            term: startup.environment["TERM"] ?? "",
            locale: ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { startup.environment[$0] }.first { !$0.isEmpty },
            color: settings.screen.color.choice,
            noColor: startup.environment["NO_COLOR"],
            isASCII: settings.screen.ascii,
            hasMouse: settings.screen.mouse,
            sync: sync,
            asksBackground: settings.screen.theme == "auto"
                && ThemeShelf.isLight(colorFGBG: startup.environment["COLORFGBG"]) == nil,
            wakeDescriptor: wake
        )
    }
}
