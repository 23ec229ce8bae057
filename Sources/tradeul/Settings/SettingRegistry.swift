/// One setting: its name in the file, what it may be, what it means, and where it lives in ``Settings``.
struct SettingSpec: Sendable {
    /// What values are allowed.
    enum Kind: Equatable, Sendable {
        /// Whole numbers of a range.
        case integer(ClosedRange<Int>)
        /// Numbers of a range.
        case number(ClosedRange<Double>)
        /// `true` or `false`.
        case flag
        /// One of these words.
        case choice([String])
        /// An absolute URL with one of these schemes.
        case url(schemes: [String])
        /// A path of a file; `~/` at its start is the home folder; empty means none.
        case path
        /// Ticker symbols with commas between them, at most so many.
        case symbols(max: Int)
        /// A name: lower-case letters, digits and dashes.
        case name
    }

    /// `group.name`, as written in the file.
    let key: String
    /// What values are allowed.
    let kind: Kind
    /// The unit, where the value has one.
    let unit: String?
    /// What it does, as one or two sentences.
    let doc: String
    /// Options of the command line that set it.
    let flag: String?
    /// Reads the value.
    let read: @Sendable (Settings) -> SettingValue
    /// Stores a value that `kind` allows; any other value is left out.
    let store: @Sendable (inout Settings, SettingValue) -> Void

    /// The variable that sets it: `TRADEUL_` and the key in capitals, dots as underscores.
    var environmentName: String {
        "TRADEUL_" + key.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }

    /// The value without any file, variable or option.
    var fallback: SettingValue { read(Settings()) }

    /// What is allowed, in words.
    var allowed: String {
        switch kind {
        case .integer(let range): "allowed \(range.lowerBound) to \(range.upperBound)"
        case .number(let range):
            "allowed \(SettingValue.number(range.lowerBound).toml) to \(SettingValue.number(range.upperBound).toml)"
        case .flag: "allowed true, false"
        case .choice(let words): "allowed \(words.map { "\"\($0)\"" }.joined(separator: ", "))"
        case .url(let schemes):
            "allowed an address that starts with \(schemes.map { $0 + "://" }.joined(separator: " or "))"
        case .symbols(let max): "allowed up to \(max) ticker symbols with commas between them"
        case .name: "allowed a name of lower-case letters, digits and dashes"
        case .path: "allowed a path of at most \(Self.pathBytesMax) bytes without control characters"
        }
    }

    /// The longest path, in bytes of UTF-8; Linux takes no longer one.
    static let pathBytesMax = 4095
}

/// The table of all settings.
///
/// It drives the parsing of the file and of the environment, `tradeul config` and `docs/settings.md`, so that none of
/// them can forget one.
enum SettingRegistry {
    /// All settings, grouped, in the order of the documentation.
    static let all: [SettingSpec] =
        feed + stream + watchlist + rvol + scan + scans + reference + screen + history + store + ticks + log

    /// Groups in the order of the documentation, with a title for each.
    static let groups: [(name: String, title: String)] = [
        ("feed", "The vendor's feed"),
        ("stream", "Ticks: the vendor's WebSocket"),
        ("watchlist", "The trader's own tickers"),
        ("rvol", "Relative volume"),
        ("scan", "What counts as in play"),
        ("scans", "Lists and what is remembered of them"),
        ("reference", "Names, floats, sectors"),
        ("screen", "The screen"),
        ("history", "Fetching history"),
        ("store", "The history file"),
        ("ticks", "Trades that are kept"),
        ("log", "The log"),
    ]

    /// The setting of that name.
    static func spec(_ key: String) -> SettingSpec? { all.first { $0.key == key } }

    private static let feed: [SettingSpec] = [
        url(
            "feed.rest_url",
            \.feed.restURL,
            ["http", "https"],
            "Address of the vendor's REST interface. `https://api.massive.com` is the same vendor's other name.",
            flag: "--rest-url"
        ),
        url(
            "feed.stream_url",
            \.feed.streamURL,
            ["ws", "wss"],
            "Address of the vendor's WebSocket; `/stocks` is added when it names no path. `wss://socket.massive.com` is its other name, `wss://delayed.polygon.io` is 15 minutes late.",
            flag: "--stream-url"
        ),
        integer(
            "feed.snapshot_seconds",
            \.feed.snapshotSeconds,
            1...3600,
            "s",
            "Pause between two snapshots from 04:00 to 20:00 ET."
        ),
        integer(
            "feed.closed_seconds",
            \.feed.closedSeconds,
            1...86_400,
            "s",
            "Pause between two snapshots while the market is closed."
        ),
        integer(
            "feed.connect_timeout_seconds",
            \.feed.connectTimeoutSeconds,
            1...120,
            "s",
            "Longest wait for a connection."
        ),
        integer(
            "feed.total_timeout_seconds",
            \.feed.totalTimeoutSeconds,
            1...600,
            "s",
            "Longest time for a whole answer."
        ),
        integer(
            "feed.max_body_mb",
            \.feed.maxBodyMB,
            1...1024,
            "MiB",
            "Largest answer that is read; a larger one is dropped."
        ),
        path(
            "feed.key_file",
            \.feed.keyFile,
            "File that holds the vendor's key and nothing else; must belong to you and be readable by nobody else (mode 600). The environment's key comes first.",
            flag: "--key-file"
        ),
    ]

    private static let rvol: [SettingSpec] = [
        choice(
            "rvol.mode",
            \.rvol.mode,
            "What volume is divided by: the baseline at this second (`interpolated`), the one at the end of the five-minute slot (`slot`), or each slot's own volume by its own mean (`regular`). Live: `:set rvol.mode slot`."
        ),
        integer(
            "rvol.lookback_days",
            \.rvol.lookbackDays,
            1...60,
            "days",
            "Trading days on which a symbol traded that make up its baseline. Live: `:set rvol.lookback_days 20`."
        ),
        integer(
            "rvol.floor",
            \.rvol.floor,
            1...1_000_000,
            "shares",
            "Smallest baseline in interpolated mode; keeps the number finite for stocks that hardly trade. Live: `:set rvol.floor 500`."
        ),
        choice(
            "rvol.early_closes",
            \.rvol.earlyCloses,
            "Whether days that end at 13:00 ET count in the baseline of full days. Live: `:set rvol.early_closes include`."
        ),
    ]

    private static let scan: [SettingSpec] = [
        number(
            "scan.min_price",
            \.scan.minPrice,
            0...1e6,
            "USD",
            "Lowest price of a ticker in play; `f` shows the whole market."
        ),
        number(
            "scan.min_volume",
            \.scan.minVolume,
            0...1e12,
            "shares",
            "Lowest volume today of a ticker in play; 0 admits those that have not traded."
        ),
        number(
            "scan.min_dollar_volume",
            \.scan.minDollarVolume,
            0...1e15,
            "USD",
            "Lowest price × volume of a ticker in play."
        ),
    ]

    private static let screen: [SettingSpec] = [
        integer("screen.fps", \.screen.fps, 1...60, "1/s", "Most frames drawn in a second."),
        choice(
            "screen.color",
            \.screen.color,
            "Colours to use; `auto` takes what the terminal offers and none where NO_COLOR is set, `always` takes them in spite of it.",
            flag: "--color"
        ),
        text(
            "screen.theme",
            \.screen.theme,
            .name,
            "The theme, as `tradeul themes` lists them; `auto` is `ember`, or `ember-light` where the variable COLORFGBG says that the terminal's ground is light. Live: `:theme nord`.",
            flag: "--theme"
        ),
        text(
            "screen.keymap",
            \.screen.keymap,
            .name,
            "The keymap, as `tradeul keymaps` lists them; what stands in keys.toml beside this file is laid over it.",
            flag: nil
        ),
        flag("screen.ascii", \.screen.ascii, "Draw with plain ASCII characters only.", flag: "--ascii"),
        integer(
            "screen.hold_seconds",
            \.screen.holdSeconds,
            0...60,
            "s",
            "How long the order of the table waits after the last key."
        ),
        flag(
            "screen.flash",
            \.screen.flash,
            "Whether a changed price stands out for a moment; `:set flash off` while it runs.",
            flag: nil
        ),
        flag(
            "screen.tape",
            \.screen.tape,
            "Whether the tape of the selected ticker is open from the start.",
            flag: nil
        ),
        flag(
            "screen.mouse",
            \.screen.mouse,
            "Whether clicks and the wheel go to the dashboard; the terminal then selects text only with shift held.",
            flag: nil
        ),
        choice(
            "screen.sync",
            \.screen.sync,
            "Whether the terminal is told where a frame begins and ends, so that it shows none half drawn; `auto` asks it whether it can. `on` costs many times the bytes in tmux 3.7 to 3.7d."
        ),
        integer(
            "screen.max_bytes_per_second",
            \.screen.maxBytesPerSecond,
            1_000...100_000_000,
            "bytes/s",
            "What the terminal is sent at most on average; more lowers the frame rate to 10, 5, 2, 1 a second until it is less. Keys are answered at once all the same."
        ),
        flag(
            "screen.leave_last",
            \.screen.leaveLast,
            "Whether the last screen stays in the terminal as text when the dashboard ends.",
            flag: "--leave-last"
        ),
    ]

    private static let history: [SettingSpec] = [
        flag(
            "history.auto",
            \.history.auto,
            "Whether the dashboard fetches by itself, in the background, what the history file lacks.",
            flag: nil
        ),
        integer(
            "history.days",
            \.history.days,
            1...60,
            "days",
            "Trading days of slots that the dashboard keeps complete; at least the lookback is."
        ),
        integer(
            "history.daily_days",
            \.history.dailyDays,
            20...260,
            "days",
            "Trading days of daily bars that the dashboard keeps complete, fetched last; 253 for ranges of 52 weeks."
        ),
        integer(
            "history.requests_per_minute",
            \.history.requestsPerMinute,
            1...1_000_000,
            "1/min",
            "Most requests for history in a minute; 5 for the free plan. Paid plans ask for less than 6000."
        ),
        integer(
            "history.connections",
            \.history.connections,
            1...64,
            "requests",
            "Most requests for history under way at a time."
        ),
        url(
            "history.flat_files_url",
            \.history.flatFilesURL,
            ["http", "https"],
            "Address of the vendor's flat files, an S3 endpoint. `https://files.massive.com` is its other name.",
            flag: "--flat-files-url"
        ),
    ]

    private static let store: [SettingSpec] = [
        path(
            "store.path",
            \.store.path,
            "The history file; empty for `$XDG_DATA_HOME/tradeul/tradeul.db`.",
            flag: "--store"
        ),
        integer(
            "store.retention_days",
            \.store.retentionDays,
            5...400,
            "days",
            "Trading days for which slots are kept; never fewer than the dashboard keeps complete."
        ),
        integer(
            "store.daily_retention_days",
            \.store.dailyRetentionDays,
            30...2000,
            "days",
            "Trading days for which daily bars are kept; never fewer than the averages take."
        ),
    ]

    private static let log: [SettingSpec] = [
        choice("log.level", \.log.level, "The least important messages that are written."),
        integer(
            "log.max_mb",
            \.log.maxMB,
            1...1000,
            "MiB",
            "Size at which a log file is put aside and a new one begun."
        ),
        integer("log.keep", \.log.keep, 0...20, "files", "Old log files that are kept."),
    ]
}
