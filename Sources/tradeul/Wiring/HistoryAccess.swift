import EngineAPI
import Feeds
import Glibc
import History
import MarketData
import MarketTime
import Network
import Store

/// What the commands about the past have in common: the history file, the calendar by it, and the vendor.
struct HistoryAccess {
    /// Settings, keys and places.
    let startup: Startup
    /// The open file.
    let store: TradeulStore
    /// Held as long as the file is open.
    private let use: FileUse?
    /// The rules, corrected by what the file says of single dates.
    let calendar: ExchangeCalendar

    /// Opens the history file of what `feed.rest_url` serves; makes one when there is none and `creates`.
    ///
    /// - Throws: ``Failure`` with status 74, with `isExclusive` also while any other program has the file open.
    init(_ startup: Startup, creates: Bool, isExclusive: Bool = false) throws(Failure) {
        guard let path = startup.vendorStorePath else {
            throw Failure(
                status: .store,
                sentence: "HOME is not set, so the history file has no place: name one with --store"
            )
        }
        guard creates || access(path, F_OK) == 0 else {
            throw Failure(
                status: .store,
                sentence: "there is no history file \(path) yet: run tradeul backfill, or name another with --store"
            )
        }
        do {
            let store = try TradeulStore(path: path)
            // After the file, whose folder may have been made just now.
            use = FileUse(of: path, isExclusive: isExclusive)
            guard use != nil || !isExclusive else {
                throw Failure(
                    status: .store,
                    sentence: "history file \(path) is in use by another tradeul: end it first, or try again later"
                )
            }
            self.startup = startup
            self.store = store
            calendar = ExchangeCalendar(overrides: try store.marketDays())
        } catch {
            throw Self.failure(error)
        }
    }

    /// The settings of relative volume in force.
    var rvol: RVOLSettings { startup.settings.rvol.engineSettings }

    /// Gives back the space that many rows in no order have left between them, unless another program has the file open.
    ///
    /// Rows that come in the order of activity leave pages partly empty: 20 days of the whole market shrink from 172 to 151 MB.
    func compactIfAlone() throws {
        if use?.isAlone() == true { try store.compact() }
    }

    /// What the engine would ask the store for a trading day, for one symbol.
    func request(_ symbol: Symbol, on day: DayID, settings: RVOLSettings) -> HistoryRequest {
        var request = HistoryRequest(tradingDay: day, calendar: calendar, settings: settings)
        request.symbol = symbol
        return request
    }

    /// The vendor as a source of history.
    ///
    /// - Throws: ``Failure`` when there is no key, or it would travel in clear text.
    func source(clock: any WallClock) throws(Failure) -> PolygonHistorySource {
        let key = try startup.requireVendorKey()
        try startup.requireSafeAddress()
        let calendar = calendar
        return PolygonHistorySource(
            startup.historyConfiguration(key: key) { calendar },
            clock: clock
        )
    }

    /// Sets a clock by the vendor's, with one small request that also shows whether it is there and takes the key.
    ///
    /// - Throws: ``Failure``.
    func setClock(_ clock: CorrectedClock) throws(Failure) {
        let key = try startup.requireVendorKey()
        try startup.requireSafeAddress()
        let client = HTTPClient()
        defer { client.close() }
        let host = RedactedURL.origin(startup.settings.feed.restURL)
        let response: HTTPResponse
        do {
            response = try client.perform(startup.statusRequest)
        } catch {
            throw Failure(status: .unreachable, sentence: error.sentence)
        }
        switch response.status {
        case 200..<300: break
        case 401, 403:
            throw Failure(
                status: .keyRefused,
                sentence: "\(host) refuses the key (\(response.status)): set \(key.origin) to a valid one"
            )
        default:
            throw Failure(
                status: .unreachable,
                sentence: "\(host) answers with status \(response.status): check feed.rest_url, or try again later"
            )
        }
        if let date = response.serverDate { clock.observe(server: date.adding(milliseconds: 500)) }
    }

    /// A store's error as the end of a command.
    static func failure(_ error: any Error) -> Failure {
        if let failure = error as? Failure { return failure }
        return Failure(status: .store, sentence: (error as? StoreError)?.plainSentence ?? "history file: \(error)")
    }
}

extension Startup {
    /// Requests a minute for history; nil for no limit.
    ///
    /// A server on this machine is no vendor, whose plan would have to be spared, unless a limit was asked for.
    private var requestsPerMinute: Int? {
        let isLocal = HTTPRequest(url: settings.feed.restURL).isForThisMachine
        if isLocal, loaded.origin("history.requests_per_minute") == .fallback { return nil }
        return settings.history.requestsPerMinute
    }

    /// How the vendor is asked for history.
    func historyConfiguration(
        key: LoadedKey,
        calendar: @escaping @Sendable () -> ExchangeCalendar
    ) -> PolygonHistorySource.Configuration {
        PolygonHistorySource.Configuration(
            restURL: settings.feed.restURL,
            key: key.secret,
            keyHint: key.origin,
            requestsPerMinute: requestsPerMinute,
            connections: settings.history.connections,
            calendar: calendar
        )
    }

    /// The smallest question to the vendor, for the market's status: whether it is there, takes the key, and what time it
    /// has.
    var statusRequest: HTTPRequest {
        let feed = settings.feed
        return HTTPRequest(
            url: HTTPRequest.url(of: "/v1/marketstatus/now", on: feed.restURL),
            bearer: keys.vendor?.secret,
            limits: HTTPRequest.Limits(
                connectTimeoutMs: feed.connectTimeoutSeconds * 1000,
                totalTimeoutMs: min(feed.totalTimeoutSeconds, 20) * 1000
            )
        )
    }

    /// How hard a backfill tries.
    var backfillSettings: BackfillSettings {
        var backfill = BackfillSettings()
        backfill.connections = settings.history.connections
        return backfill
    }

    /// Refuses an address to which the key would travel in clear text.
    ///
    /// - Throws: ``Failure`` with status 78.
    func requireSafeAddress() throws(Failure) {
        let url = settings.feed.restURL
        guard url.lowercased().hasPrefix("http://"), !HTTPRequest(url: url).isForThisMachine else { return }
        throw Failure(
            status: .configuration,
            sentence: "feed.rest_url \(RedactedURL.origin(url)) would send the key in clear text: use https://"
        )
    }
}
