import ArgumentParser
import MarketTime

/// Where the vendor is and where the key lies.
struct FeedOptions: ParsableArguments {
    @Option(name: .customLong("rest-url"), help: ArgumentHelp("Address of the REST interface.", valueName: "url"))
    var restURL: String?

    @Option(name: .customLong("stream-url"), help: ArgumentHelp("Address of the WebSocket.", valueName: "url"))
    var streamURL: String?

    @Option(
        help: ArgumentHelp("File with the key, mode 600. The key itself is never an option.", valueName: "path")
    )
    var keyFile: String?

    func validate() throws { _ = try overrides() }

    /// What the options set.
    func overrides() throws -> [SettingOverride] {
        try SettingOverride.list([
            ("feed.rest_url", restURL), ("feed.stream_url", streamURL), ("feed.key_file", keyFile),
        ])
    }
}

/// Where the history is.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The history file.", valueName: "path"))
    var store: String?

    func validate() throws { _ = try overrides() }

    /// What the options set.
    func overrides() throws -> [SettingOverride] { try SettingOverride.list([("store.path", store)]) }
}

/// How the screen is drawn.
struct ScreenOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The theme; `tradeul themes` lists them.", valueName: "name"))
    var theme: String?

    @Option(help: ArgumentHelp("Colours: auto, 256, 16, mono or always.", valueName: "depth"))
    var color: String?

    @Flag(name: .customLong("mono"), help: "Draw without colours.")
    var isMono = false

    @Flag(help: "Draw with plain ASCII characters only.")
    var ascii = false

    @Flag(help: "Leave the last screen in the terminal as text when the dashboard ends.")
    var leaveLast = false

    func validate() throws { _ = try overrides() }

    /// What the options set.
    func overrides() throws -> [SettingOverride] {
        try SettingOverride.list([
            ("screen.color", isMono ? "mono" : color), ("screen.theme", theme), ("screen.ascii", ascii ? "true" : nil),
            ("screen.leave_last", leaveLast ? "true" : nil),
        ])
    }
}

/// Which simulated market.
struct SimulatorOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The market's seed; one seed, one market.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "New York time at which the market starts: 2026-10-06T09:45, or 09:45 of that day.",
            valueName: "time"
        )
    )
    var start = SimulatorPlan.defaultStartText

    @Option(help: ArgumentHelp("Market seconds per second, up to 10000; 0 stands still.", valueName: "factor"))
    var speed = 1.0

    @Option(help: ArgumentHelp("Number of symbols, 1 to 50000.", valueName: "count"))
    var tickers = 11_000

    func validate() throws { _ = try plan() }

    /// The market asked for.
    func plan() throws -> SimulatorPlan {
        guard SimulatorPlan.speeds.contains(speed) else {
            throw ValidationError("--speed \(speed): allowed 0 to 10000")
        }
        guard SimulatorPlan.tickerCounts.contains(tickers) else {
            throw ValidationError("--tickers \(tickers): allowed 1 to 50000")
        }
        guard let start = SimulatorPlan.start(fromText: start) else {
            let shown = Console.printable(String(start.prefix(40)))
            throw ValidationError("--start \(shown): not a New York time such as 2026-10-06T09:45 or 09:45")
        }
        return SimulatorPlan(seed: seed, start: start, speed: speed, tickers: tickers)
    }
}

/// A simulated market, as asked for on the command line.
struct SimulatorPlan: Equatable, Sendable {
    /// One seed, one market.
    var seed: UInt64
    /// The market's time at the start.
    var start: Instant
    /// Market seconds per second.
    var speed: Double
    /// Symbols.
    var tickers: Int

    /// Allowed factors.
    static let speeds = 0.0...10_000.0
    /// Allowed numbers of symbols.
    static let tickerCounts = 1...50_000
    /// A plain Tuesday, a quarter of an hour after the opening.
    static let defaultStartText = "2026-10-06T09:45"

    /// A New York wall time, `YYYY-MM-DDTHH:MM[:SS]` (a space serves as T) or `HH:MM[:SS]` of the default day.
    static func start(fromText text: String) -> Instant? {
        guard text.utf8.count <= 19, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        let dayText = parts.count == 2 ? String(parts[0]) : String(defaultStartText.prefix(10))
        guard (1...2).contains(parts.count), let time = parts.last, let day = DayID(iso: dayText) else { return nil }
        guard (2000...2100).contains(day.civil.year) else { return nil }
        let fields = time.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = fields.compactMap { $0.count == 2 && $0.allSatisfy(\.isWholeNumber) ? Int($0) : nil }
        guard (2...3).contains(fields.count), numbers.count == fields.count else { return nil }
        guard numbers[0] < 24, numbers[1] < 60, numbers.last ?? 0 < 60 else { return nil }
        return NewYork.instant(
            day,
            secondOfDay: numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
        )
    }
}

/// A setting given on the command line, checked.
struct SettingOverride: Equatable, Sendable {
    /// The setting's key.
    let key: String
    /// An allowed value.
    let value: SettingValue

    /// The checked settings of the options that were given.
    ///
    /// - Throws: `ValidationError` (exit code 64) for the first value that is not allowed.
    static func list(_ options: [(key: String, text: String?)]) throws -> [Self] {
        try options.compactMap { key, text in
            guard let text, let spec = SettingRegistry.spec(key) else { return nil }
            switch spec.value(fromText: text).map(spec.accepted) ?? .failure(.kind) {
            case .success(let value): return Self(key: key, value: value)
            case .failure(let refusal):
                let shown = JSONText.quoted(String(text.prefix(80)))
                throw ValidationError(spec.sentence(refusal, name: spec.flag ?? key, shown: shown))
            }
        }
    }
}
