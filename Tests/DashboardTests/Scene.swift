import Dashboard
import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// Screens as a trader meets them, each a script with a fixed clock.
enum Scene: String, CaseIterable, Sendable {
    case loading
    case live
    case premarket
    case degraded
    case refused
    case paused
    case weekend
    case help
    case sortMenu = "sort-menu"
    case find
    case trouble
    case empty
    case earlyClose = "early-close"
    case command
    case commandValues = "command-values"
    case commandError = "command-error"
    case list
    case listMenu = "list-menu"
    case filter
    case filterError = "filter-error"
    case why
    case backfill
    case firstBackfill = "first-backfill"
    case backfillFailed = "backfill-failed"
    case gap
    case conflict
    case regular
    case holiday
    case tape
    case tapeMerged = "tape-merged"
    case tapeFocus = "tape-focus"
    case halted
    case streamDown = "stream-down"
    case outage
    case stats
    case heat
    case heatDays = "heat-days"
    case heatEmpty = "heat-empty"

    func script(_ columns: Int, _ rows: Int, _ depth: ColorDepth) -> Script {
        var market = FakeMarket()
        var settings = DashboardSettings()
        switch self {
        case .loading:
            market.snapshotAge = nil
            market.feed.state = .connecting
            market.baseline = .loading
            market.store = .opening
        case .premarket:
            market = FakeMarket(count: 60, now: FakeMarket.openTime.adding(seconds: -(4 * 3600 + 30 * 60)))
            market.tradedCount = 812
            for index in market.rows.indices where !index.isMultiple(of: 3) {
                market.rows[index].volume = 0
                market.rows[index].flags.remove(.tradedToday)
                market.rows[index].range = .nan
                market.rows[index].slot = .nan
            }
            settings.startsGated = false
        case .degraded:
            market.snapshotAge = 43
            let text =
                "api.example.com answered 503 Service Unavailable to the snapshot request; retried with growing pauses"
            market.feed.state = .degraded(sentence: text, retryAt: market.now.adding(seconds: 7))
        case .refused:
            market.snapshotAge = nil
            market.baseline = .empty
            let text =
                "api.example.com refused the key (401 Unknown API Key): check POLYGON_API_KEY, or run tradeul doctor"
            market.feed.state = .refused(sentence: text)
        case .weekend:
            // Sunday, 11 October 2026, 14:03:11 ET.
            market = FakeMarket(now: NewYork.instant(DayID(rawValue: 20_737), secondOfDay: 14 * 3600 + 191))
            market.snapshotAge = 34
        case .trouble:
            settings.source = .demo
            market.feed.clockSkewSeconds = -3_598
            market.baseline = .empty
            market.store = .degraded(sentence: StoreError.full(path: "/data/tradeul/tradeul.db").sentence)
        case .empty, .heatEmpty:
            settings.gate = ScanGate(minPrice: 5_000)
            settings.source = .simulator
        case .earlyClose:
            // Friday, 27 November 2026, 12:40:12 ET: the slot has just begun, on a plan with delayed data.
            market = FakeMarket(now: NewYork.instant(DayID(rawValue: 20_784), secondOfDay: 12 * 3600 + 40 * 60 + 12))
            market.dataAge = 903
            for index in market.rows.indices { market.rows[index].flags.insert(.slotJustStarted) }
        case .heat, .heatDays:
            // By volume, so that calm rows and such without history stand among hot ones.
            settings.sort = SortKey(.volume, descending: true)
            market.markHeatRows()
        case .tape, .tapeMerged, .tapeFocus, .halted, .streamDown, .outage, .stats: market.startStream()
        default: setHistory(of: &market)
        }
        settings.rvol = market.rvol
        var script = Script(columns, rows, market: market, settings: settings, depth: depth)
        act(&script)
        return script
    }

    /// What history, gaps, calendar and settings are like.
    private func setHistory(of market: inout FakeMarket) {
        switch self {
        case .backfill:
            market.backfill = Self.running(.bars, done: 4_744, of: 11_034)
            market.baseline = .ready(days: 3, tickers: 4_744)
        case .firstBackfill:
            market.snapshotAge = nil
            market.baseline = .empty
            market.backfill = Self.running(.days, done: 3, of: 35)
        case .backfillFailed:
            let text =
                "api.example.com refused aggregates (403, not in this plan); the days that are stored are used:"
                + " change the plan, or import flat files with tradeul backfill --flat-files"
            market.backfill.phase = .failed(sentence: text)
            market.baseline = .ready(days: 2, tickers: 1_208)
        case .gap:
            market.gap = CollectionGap(tickers: 8_431, slots: 12)
            market.backfill = Self.running(.gap, done: 5_120, of: 8_431)
            for index in market.rows.indices where index % 4 < 3 { market.rows[index].flags.insert(.unknownSlots) }
        case .conflict: market.conflict = SessionConflict(calendar: .open, vendor: .closed)
        case .regular:
            market.rvol.mode = .regular
            market.rvol.lookbackDays = 20
            market.rvol.includesEarlyCloses = true
        case .holiday:
            // Thanksgiving, 26 November 2026, 10:00:00 ET.
            market = FakeMarket(now: NewYork.instant(DayID(rawValue: 20_783), secondOfDay: 10 * 3600))
            market.snapshotAge = 20
        default: break
        }
    }

    private static func running(_ phase: BackfillStatus.Phase, done: Int, of total: Int) -> BackfillStatus {
        var status = BackfillStatus()
        (status.phase, status.done, status.total) = (phase, done, total)
        (status.perSecond, status.secondsLeft) = (52.4, Double(total - done) / 52.4)
        return status
    }

    private func act(_ script: inout Script) {
        switch self {
        case .command:
            script.press(":")
            script.type("set rvol.l")
        case .commandValues:
            script.press(":")
            script.type("set rvol.mode ")
            script.press("tab", "tab")
        case .commandError:
            script.press(":")
            script.type("set rvol.mode slto")
            script.press("enter")
        case .list, .listMenu, .filter, .filterError, .why: script.showScans(self)
        case .loading: script.wait(4)
        case .live:
            script.press("j", "j")
            script.wait(2)
        case .paused:
            script.press("j", "p")
            script.wait(12)
            script.market.snapshotAge = 0
            script.deliver()
        case .help: script.press("?")
        case .sortMenu: script.press("s", "j", "v")
        case .find:
            script.press("/")
            script.type("brk")
        case .tape, .tapeMerged, .tapeFocus, .halted, .streamDown, .outage, .stats: actOnStream(&script)
        case .heat, .heatDays, .heatEmpty: script.showHeat(self)
        case .trouble: script.handle(.notice(Notice(.warning, "config.toml:3:5: unknown key feed.pol, ignored")))
        default: break
        }
    }
}
