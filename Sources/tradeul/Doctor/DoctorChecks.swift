import MarketTime
import Network

/// The judgements of `tradeul doctor`: from facts to lines, without touching anything.
enum DoctorChecks {
    /// The smallest screen the dashboard draws on.
    static let smallestScreen = (columns: 60, rows: 16)
    /// A clock further off than this many seconds is worth a word; beyond the second number slots go wrong.
    static let clockWarnSeconds = 2.0
    static let clockFailSeconds = 30.0
    /// Free disk space in bytes: below the first a word, below the second a failure.
    static let diskWarnBytes: Int64 = 1 << 30
    static let diskFailBytes: Int64 = 100 << 20

    /// What is known about the terminal.
    struct Terminal: Equatable, Sendable {
        var isTerminal = true
        var term = ""
        var columns = 0
        var rows = 0
        /// Colours by the terminal's description; nil when the type is unknown.
        var colors: Int?
        /// The type's description can place the cursor.
        var canPlaceCursor = true
    }

    static func terminal(_ terminal: Terminal) -> DoctorCheck {
        let term = Console.printable(String(terminal.term.prefix(40)))
        let name = "terminal"
        if terminal.term.isEmpty {
            return .fail(name, "TERM is not set", "set it to the terminal's type, for example TERM=xterm-256color")
        }
        guard let colors = terminal.colors else {
            return .fail(name, "TERM=\(term) is unknown here", "install ncurses-term or set TERM=xterm-256color")
        }
        guard terminal.canPlaceCursor else {
            return .fail(name, "TERM=\(term) cannot place its cursor", "set TERM=xterm-256color")
        }
        guard terminal.isTerminal else {
            return .warn(
                name,
                "TERM=\(term), \(colorWords(colors)), but this is no terminal",
                "run it in one to see the dashboard"
            )
        }
        let size = "\(terminal.columns)×\(terminal.rows)"
        guard terminal.columns >= smallestScreen.columns, terminal.rows >= smallestScreen.rows else {
            let needed = "\(smallestScreen.columns)×\(smallestScreen.rows)"
            return .fail(name, "TERM=\(term), \(size)", "enlarge the window to \(needed) at least")
        }
        guard colors >= 256 else {
            return .warn(
                name,
                "TERM=\(term), \(size), \(colorWords(colors))",
                "256 colours look best: TERM=xterm-256color"
            )
        }
        return .ok(name, "TERM=\(term), \(size), \(colorWords(colors))")
    }

    private static func colorWords(_ colors: Int) -> String { colors < 8 ? "no colours" : "\(colors) colours" }

    /// The locale as named in the environment and as the C library takes it.
    struct Locale: Equatable, Sendable {
        var named = ""
        var isInstalled = true
        var codeset = "UTF-8"
    }

    static func locale(_ locale: Locale) -> DoctorCheck {
        let named = Console.printable(locale.named.isEmpty ? "none (C)" : String(locale.named.prefix(40)))
        guard locale.isInstalled else {
            return .warn("locale", "\(named) is not installed: ASCII only", "set LANG=C.UTF-8")
        }
        guard locale.codeset == "UTF-8" else {
            return .warn("locale", "\(named) has \(locale.codeset): ASCII only", "set LANG=C.UTF-8")
        }
        return .ok("locale", "\(named), UTF-8")
    }

    static func settings(_ startup: Startup) -> [DoctorCheck] {
        let own = startup.problems
        guard !own.isEmpty else {
            let path = startup.loaded.path ?? "no place for a file"
            return [.ok("settings", startup.loaded.isFileRead ? path : "\(path): not there, defaults in force")]
        }
        return own.map { problem in
            problem.severity == .error
                ? .fail("settings", problem.line, "mend it and run tradeul config check", cause: .configuration)
                : .warn("settings", problem.line)
        }
    }

    /// What came of asking the vendor for the market's status.
    enum Answer: Equatable, Sendable {
        /// An answer with this status.
        case status(Int)
        /// No answer; the sentence says why.
        case none(NetworkError)
        /// Not asked.
        case skipped
    }

    static func key(_ keys: LoadedKeys, _ answer: Answer, host: String) -> DoctorCheck {
        let name = "key"
        guard let key = keys.vendor else {
            if keys.isRefused {
                return .fail(name, "the key that was named is not used", "see settings", cause: .configuration)
            }
            return .warn(
                name,
                "none",
                "the live market needs POLYGON_API_KEY or MASSIVE_API_KEY; tradeul demo needs none"
            )
        }
        switch answer {
        case .skipped: return .ok(name, "from \(key.origin), not tried")
        case .status(200...299): return .ok(name, "from \(key.origin), accepted by \(host)")
        case .status(401):
            return .fail(
                name,
                "from \(key.origin), refused by \(host) (401)",
                "check it for typing mistakes",
                cause: .keyRefused
            )
        case .status(402), .status(403):
            let advice = "the plan behind it may not include this; see the vendor's account page"
            return .fail(name, "from \(key.origin), refused by \(host) (403)", advice, cause: .keyRefused)
        case .status(429):
            return .warn(name, "from \(key.origin), \(host) wants fewer requests (429)", "try again in a minute")
        case .status, .none: return .warn(name, "from \(key.origin), could not be tried", "see feed")
        }
    }

    static func feed(_ answer: Answer, host: String) -> DoctorCheck {
        switch answer {
        case .skipped: .ok("feed", "\(host), not asked")
        case .status(200...299), .status(401...403), .status(429): .ok("feed", "\(host) answers")
        case .status(let code):
            .fail(
                "feed",
                "\(host) answers with status \(code)",
                "check feed.rest_url, or try later",
                cause: .unreachable
            )
        case .none(let error):
            .fail("feed", once(error.sentence), "check feed.rest_url and the network", cause: .unreachable)
        }
    }

    /// The sentence without its full stop, as a part of a line.
    private static func once(_ sentence: String) -> String {
        sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    }

    /// What is known about the clock.
    enum Clock: Equatable, Sendable {
        /// The server's clock minus ours, in seconds.
        case skew(Double)
        /// No answer carried a time.
        case unknown
        /// The feed is a simulator on this machine; its time is the simulated market's.
        case simulated
    }

    static func clock(_ clock: Clock) -> DoctorCheck {
        let skew: Double
        switch clock {
        case .unknown: return .warn("clock", "not compared: no answer carried a time")
        case .simulated: return .ok("clock", "not compared: the feed on this machine has a market time of its own")
        case .skew(let seconds): skew = seconds
        }
        // The server's time has whole seconds, so half a second is as good as nothing.
        guard skew.magnitude > clockWarnSeconds else {
            return .ok("clock", "within \(Int(clockWarnSeconds)) s of the server's")
        }
        let words = "\(duration(skew.magnitude)) \(skew > 0 ? "behind" : "ahead of") the server's"
        let advice = "set it by NTP (timedatectl set-ntp true): RVOL goes by the wall clock"
        return skew.magnitude > clockFailSeconds ? .fail("clock", words, advice) : .warn("clock", words, advice)
    }

    private static func duration(_ seconds: Double) -> String {
        let tenths = Int(min(seconds * 10, 1e15).rounded())
        if tenths < 1200 { return "\(tenths / 10).\(tenths % 10) s" }
        if tenths < 72_000 { return "\(tenths / 600) min" }
        return "\(tenths / 36_000) h"
    }

    /// What stands where the history file should be.
    enum History: Equatable, Sendable {
        /// No HOME, no setting.
        case noPlace
        /// Nothing yet; whether the nearest folder above can be written to.
        case absent(path: String, isWritable: Bool)
        /// Opened and read.
        case opened(path: String, bytes: Int64, days: Int, newest: DayID?, isReadOnly: Bool)
        /// Refused; the sentence says why and what to do.
        case failed(sentence: String)
    }

    static func history(_ history: History) -> DoctorCheck {
        switch history {
        case .noPlace:
            return .warn(
                "store",
                "no place for a history file: history lives in memory only",
                "set HOME or give --store"
            )
        case .absent(let path, true): return .ok("store", "\(path): not there yet, made at the first start")
        case .absent(let path, false):
            return .fail(
                "store",
                "\(path) cannot be made",
                "check the folder's permissions or give --store",
                cause: .store
            )
        case .failed(let sentence): return .fail("store", sentence, "nothing was changed", cause: .store)
        case .opened(let path, let bytes, let days, let newest, let isReadOnly):
            let content = days == 0 ? "no days" : "\(days) days, newest \(newest?.iso ?? "unknown")"
            let words = "\(path): \(content), \(megabytes(bytes)), schema current"
            if isReadOnly { return .warn("store", words + ", read-only", "make it writable to keep new slots") }
            return days == 0
                ? .warn("store", words, "RVOL needs stored days; each day the program runs is one")
                : .ok("store", words)
        }
    }

    /// - Parameter freeBytes: What an ordinary user may still use; nil when it cannot be told.
    static func disk(path: String, freeBytes: Int64?) -> DoctorCheck {
        guard let free = freeBytes else { return .warn("disk", "free space at \(path) is unknown") }
        let words = "\(megabytes(free)) free at \(path)"
        if free < diskFailBytes {
            return .fail("disk", words, "free some space; a day of history needs 7 MB", cause: .store)
        }
        return free < diskWarnBytes ? .warn("disk", words, "60 days of history need 400 MB") : .ok("disk", words)
    }

    /// - Parameter folder: Where logs go; nil when they have no place.
    static func log(folder: String?, isWritable: Bool) -> DoctorCheck {
        guard let folder else { return .warn("log", "none is kept: no place for it", "set HOME or XDG_STATE_HOME") }
        guard isWritable else {
            return .warn("log", "none is kept: \(folder) cannot be written", "check its permissions")
        }
        return .ok("log", folder)
    }

    private static func megabytes(_ bytes: Int64) -> String {
        bytes < 10 << 30 ? "\((bytes + (1 << 19)) >> 20) MB" : "\(bytes >> 30) GB"
    }
}
