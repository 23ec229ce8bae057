import EngineAPI

/// Everything a trader can set, with the defaults in place.
///
/// What each one means stands in ``SettingRegistry``.
struct Settings: Equatable, Sendable {
    var feed = Feed()
    var stream = Stream()
    var watchlist = Watchlist()
    var rvol = RVOL()
    var scan = Scan()
    var scans = Scans()
    var reference = Reference()
    var screen = Screen()
    var history = History()
    var store = Store()
    var ticks = Ticks()
    var log = Log()

    /// The vendor's addresses and how they are asked.
    ///
    /// Durations are real time.
    struct Feed: Equatable, Sendable {
        var restURL = "https://api.polygon.io"
        var streamURL = "wss://socket.polygon.io"
        var snapshotSeconds = 5
        var closedSeconds = 60
        var connectTimeoutSeconds = 5
        var totalTimeoutSeconds = 30
        var maxBodyMB = 64
        /// Empty: no file.
        var keyFile = ""
    }

    /// Ticks over the vendor's WebSocket.
    struct Stream: Equatable, Sendable {
        var enabled = true
        /// Whether the plan has quotes and limit bands.
        var quotes = true
        /// Tickers.
        var shortList = 500
        var lingerSeconds = 60
        var pairsMax = 3000
        var livenessSeconds = 75
    }

    /// The trader's own tickers.
    struct Watchlist: Equatable, Sendable {
        /// With commas between them, checked.
        var symbols = ""
    }

    /// Which trades are kept, and how many.
    struct Ticks: Equatable, Sendable {
        var store = StreamSettings.TickStorage.watchlist
        var retentionDays = 30
        var maxMB = 500
    }

    /// How relative volume is computed.
    struct RVOL: Equatable, Sendable {
        var mode = RVOLMode.interpolated
        var lookbackDays = 5
        /// Shares.
        var floor = 100
        var earlyCloses = EarlyCloses.skip
    }

    /// What a ticker must reach to be ranked.
    struct Scan: Equatable, Sendable {
        /// USD.
        var minPrice = 1.0
        /// Shares.
        var minVolume = 50_000.0
        /// USD.
        var minDollarVolume = 0.0
    }

    /// What is remembered of lists, and who may ask.
    struct Scans: Equatable, Sendable {
        var store = true
        var keepDays = 10
        var maxMB = 300
        /// Whether commands on this machine may ask the engine.
        var socket = true
    }

    /// Facts about companies.
    struct Reference: Equatable, Sendable {
        var enabled = true
        var fmpURL = "https://financialmodelingprep.com"
        var callsPerMinute = 240
    }

    /// How the dashboard draws.
    struct Screen: Equatable, Sendable {
        var fps = 10
        var color = ColorSetting.auto
        /// A keymap's name.
        var keymap = "default"
        /// A theme's name, or `auto`.
        var theme = "auto"
        var ascii = false
        var holdSeconds = 5
        var cursorFollowsSelection = false
        var flash = true
        var tape = false
        var mouse = false
        var sync = SyncSetting.auto
        /// Bytes.
        var maxBytesPerSecond = 25_000
        var leaveLast = false
    }

    /// How missing history is fetched from the vendor.
    struct History: Equatable, Sendable {
        var auto = true
        /// Trading days.
        var days = 20
        /// Trading days.
        var dailyDays = 253
        var requestsPerMinute = 3000
        var connections = 16
        var flatFilesURL = "https://files.polygon.io"
    }

    /// The history file.
    struct Store: Equatable, Sendable {
        /// Empty: the default place.
        var path = ""
        /// Trading days.
        var retentionDays = 60
        /// Trading days.
        var dailyRetentionDays = 400
    }

    /// The log files.
    struct Log: Equatable, Sendable {
        var level = LogLevel.info
        var maxMB = 5
        var keep = 3
    }
}

/// What volume is divided by.
enum RVOLMode: String, CaseIterable, Sendable {
    case interpolated
    case slot
    case regular
}

/// Whether early-close days count in the baseline of full days.
enum EarlyCloses: String, CaseIterable, Sendable {
    case skip
    case include
}

/// Colours to use; `auto` asks the terminal.
enum ColorSetting: String, CaseIterable, Sendable {
    case auto
    case palette256 = "256"
    case sixteen = "16"
    case mono
    /// As many as the terminal has, NO_COLOR or not.
    case always
}

/// Whether frames are bracketed so that the terminal shows each at once; `auto` asks the terminal.
enum SyncSetting: String, CaseIterable, Sendable {
    case auto
    case on
    case off
}

/// The least important level that is written.
enum LogLevel: String, CaseIterable, Sendable {
    case trace
    case debug
    case info
    case notice
    case warning
    case error
    case critical
}

/// A setting's value as the file, the environment and `tradeul config` know it.
enum SettingValue: Equatable, Sendable {
    case integer(Int)
    case number(Double)
    case flag(Bool)
    case text(String)

    /// The value as it would stand in a TOML file.
    var toml: String {
        switch self {
        case .integer(let value): String(value)
        case .number(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
        case .flag(let value): value ? "true" : "false"
        case .text(let value): JSONText.quoted(value)
        }
    }

    /// The value as JSON.
    var json: String { toml }

    /// What a trader would call this kind of value.
    var kindName: String {
        switch self {
        case .integer: "a whole number"
        case .number: "a number"
        case .flag: "true or false"
        case .text: "a text in quotes"
        }
    }
}
