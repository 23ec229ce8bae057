import Glibc
import MarketTime
import Network

/// Gathers the facts that `tradeul doctor` judges.
enum DoctorProbe {
    /// The terminal's type, size and abilities.
    static func terminal(_ environment: ProcessEnvironment) -> DoctorChecks.Terminal {
        var terminal = DoctorChecks.Terminal()
        terminal.term = environment["TERM"] ?? ""
        terminal.isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 {
            terminal.columns = Int(size.ws_col)
            terminal.rows = Int(size.ws_row)
        }
        guard !terminal.term.isEmpty, let description = Terminfo(term: terminal.term) else { return terminal }
        terminal.colors = max(0, description.colors)
        terminal.canPlaceCursor = description.canPlaceCursor
        return terminal
    }

    /// The locale for characters.
    static func locale(_ environment: ProcessEnvironment) -> DoctorChecks.Locale {
        let named = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first ?? ""
        let isInstalled = setlocale(LC_CTYPE, "") != nil
        let codeset = nl_langinfo(nl_item(CODESET)).map { String(cString: $0) } ?? ""
        return DoctorChecks.Locale(named: named, isInstalled: isInstalled, codeset: codeset)
    }

    /// The libraries this process runs with: versions where the library tells it, else its file's name.
    static func libraries() -> DoctorCheck {
        var found = [
            HTTPClient.libraryVersion.split(separator: " ").first.map { "libcurl " + $0.dropFirst("libcurl/".count) }
        ]
        found.append(LoadedLibraries.text(of: "sqlite3_libversion").map { "SQLite \($0)" })
        found.append(LoadedLibraries.text(of: "curses_version"))
        found.append(LoadedLibraries.file("libsimdjson"))
        found.append(LoadedLibraries.file("libwslay"))
        return .ok("libraries", found.compactMap { $0 }.joined(separator: ", "))
    }

    /// Asks the vendor for the market's status, with the key where there is one, once.
    static func ask(_ startup: Startup, clock: any WallClock) -> (answer: DoctorChecks.Answer, time: DoctorChecks.Clock)
    {
        let request = startup.statusRequest
        let client = HTTPClient()
        defer { client.close() }
        do {
            let response = try client.perform(request)
            let elapsed = Int64(response.elapsedMicroseconds) * 1000
            // The server wrote its whole second half-way through the exchange, on average half a second late.
            let middle = clock.now().adding(nanoseconds: -elapsed / 2)
            let skew = response.serverDate.map { $0.adding(milliseconds: 500).seconds(since: middle) }
            let time = request.isForThisMachine ? .simulated : skew.map(DoctorChecks.Clock.skew) ?? .unknown
            return (.status(response.status), time)
        } catch {
            return (.none(error), .unknown)
        }
    }

    /// Where logs would go; none is opened, because a running dashboard may have it.
    static func log(_ paths: Paths) -> DoctorCheck {
        guard let folder = paths.stateFolder else { return DoctorChecks.log(folder: nil, isWritable: false) }
        let isWritable = access(nearestFolder(Paths.join(folder, "tradeul.log")), W_OK | X_OK) == 0
        return DoctorChecks.log(folder: folder, isWritable: isWritable)
    }

    /// Free bytes for an ordinary user at the path or the nearest folder above that exists.
    static func freeBytes(near path: String) -> (folder: String, bytes: Int64?) {
        let folder = nearestFolder(path)
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return (folder, nil) }
        return (
            folder,
            Int64(
                clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue
            )
        )
    }

    /// The nearest folder above the path that exists.
    static func nearestFolder(_ path: String) -> String {
        var folder = path
        while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
            folder = String(folder[..<slash])
            var status = stat()
            if stat(folder, &status) == 0 { return folder }
        }
        return path.hasPrefix("/") ? "/" : "."
    }
}

/// What terminfo says about a terminal type, by the library that draws the dashboard.
struct Terminfo {
    /// Colours; negative when the description names none.
    let colors: Int
    /// The description has `cup`.
    let canPlaceCursor: Bool

    // Looked up at run time, because <term.h> defines hundreds of macros named like common words, and only one subcommand
    // needs three functions of it. The signatures are those of terminfo(3).
    private typealias Setup = @convention(c) (UnsafePointer<CChar>?, Int32, UnsafeMutablePointer<Int32>?) -> Int32
    private typealias Number = @convention(c) (UnsafePointer<CChar>?) -> Int32
    private typealias Text = @convention(c) (UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>?

    /// The description of a type; nil when there is none.
    init?(term: String) {
        guard let setup = LoadedLibraries.symbol("setupterm"), let number = LoadedLibraries.symbol("tigetnum"),
            let text = LoadedLibraries.symbol("tigetstr")
        else { return nil }
        var outcome: Int32 = 0
        let isFound = unsafeBitCast(setup, to: Setup.self)(term, STDOUT_FILENO, &outcome) == 0
        guard isFound else { return nil }
        colors = Int(unsafeBitCast(number, to: Number.self)("colors"))
        let cup = unsafeBitCast(text, to: Text.self)("cup")
        canPlaceCursor = cup != nil && cup != UnsafeMutablePointer(bitPattern: -1)
    }
}

/// The shared libraries of this process.
enum LoadedLibraries {
    /// A function's address in any loaded library.
    static func symbol(_ name: String) -> UnsafeMutableRawPointer? { dlsym(dlopen(nil, RTLD_NOW), name) }

    /// What a function without arguments says about its library.
    static func text(of function: String) -> String? {
        typealias Version = @convention(c) () -> UnsafePointer<CChar>?
        guard let address = symbol(function) else { return nil }
        return unsafeBitCast(address, to: Version.self)().map { String(cString: $0) }
    }

    /// The file name of a loaded library, such as `libsimdjson.so.14`.
    static func file(_ name: String) -> String? {
        // Not every system has this file; then the library is simply not listed.
        guard let content = try? SmallFile.read("/proc/self/maps", limit: 1 << 22) else { return nil }
        let text = String(decoding: content.bytes, as: UTF8.self)
        let paths = text.split(separator: "\n").compactMap { $0.split(separator: "/").last }
        return paths.first { $0.hasPrefix(name) }.map(String.init)
    }
}
