import ArgumentParser
import Glibc
import Network

/// `tradeul doctor`: what is missing and how to mend it.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks terminal, locale, settings, key, feed, clock, history and disk; says what to do.",
        discussion: """
            One request is sent to the feed (/v1/marketstatus/now), unless --offline is given.
            Ends with 0 when nothing failed, with the code of the cause when all failures have one, else with 1.

            EXAMPLES:
              tradeul doctor
              tradeul doctor --offline --json

            \(ExitStatus.helpText)
            """
    )

    @OptionGroup(title: "Feed") var feed: FeedOptions
    @OptionGroup(title: "History") var store: StoreOptions

    @Flag(help: "Send nothing over the network.")
    var offline = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let startup = Startup.read(overrides: try feed.overrides() + store.overrides())
        let report = Self.examine(startup, offline: offline)
        if json {
            Console.data(report.json)
        } else {
            for check in report.checks { Console.data(Console.printable(check.line)) }
        }
        guard report.status == .ok else { throw ExitCode(report.status.rawValue) }
    }

    /// Looks at everything.
    static func examine(_ startup: Startup, offline: Bool) -> DoctorReport {
        let host = RedactedURL.origin(startup.settings.feed.restURL)
        let (answer, time) = offline ? (.skipped, .unknown) : DoctorProbe.ask(startup, clock: SystemClock())
        var checks = [
            DoctorChecks.terminal(DoctorProbe.terminal(startup.environment)),
            DoctorChecks.locale(DoctorProbe.locale(startup.environment)),
            DoctorProbe.libraries(),
        ]
        checks += DoctorChecks.settings(startup)
        checks.append(DoctorProbe.log(startup.paths))
        checks.append(DoctorChecks.feed(answer, host: host))
        checks.append(DoctorChecks.key(startup.keys, answer, host: host))
        checks.append(DoctorChecks.stream(startup))
        if !offline { checks.append(DoctorChecks.clock(time)) }
        checks.append(DoctorChecks.history(DoctorProbe.history(startup.vendorStorePath)))
        if let path = startup.vendorStorePath {
            let (folder, free) = DoctorProbe.freeBytes(near: path)
            checks.append(DoctorChecks.disk(path: folder, freeBytes: free))
        }
        return DoctorReport(checks: checks)
    }
}
