import MarketTime
import Network
import Testing

@testable import tradeul

@Suite struct DoctorTests {
    private typealias Checks = DoctorChecks
    private static let good = DoctorChecks.Terminal(
        isTerminal: true,
        term: "xterm-256color",
        columns: 120,
        rows: 36,
        colors: 256
    )

    private static func terminal(_ change: (inout DoctorChecks.Terminal) -> Void) -> DoctorCheck {
        var terminal = good
        change(&terminal)
        return DoctorChecks.terminal(terminal)
    }

    @Test func theTerminalIsJudgedByTypeSizeAndColours() {
        #expect(Self.terminal { _ in } == .ok("terminal", "TERM=xterm-256color, 120×36, 256 colours"))
        #expect(Self.terminal { $0.term = "" }.state == .fail)
        #expect(Self.terminal { $0.colors = nil }.state == .fail)
        #expect(Self.terminal { $0.canPlaceCursor = false }.state == .fail)
        #expect(Self.terminal { $0.columns = 59 }.state == .fail)
        #expect(Self.terminal { $0.rows = 15 }.state == .fail)
        #expect(Self.terminal { ($0.columns, $0.rows) = (60, 16) }.state == .ok)
        #expect(Self.terminal { $0.colors = 8 }.state == .warn)
        #expect(Self.terminal { $0.isTerminal = false }.state == .warn)
        #expect(!Self.terminal { $0.term = "\u{1B}]0;x" }.line.unicodeScalars.contains { $0.isControl })
    }

    @Test func aLocaleWithoutUTF8MeansASCII() {
        #expect(Checks.locale(Checks.Locale(named: "de_DE.UTF-8")).state == .ok)
        #expect(Checks.locale(Checks.Locale(named: "", codeset: "ANSI_X3.4-1968")).state == .warn)
        #expect(Checks.locale(Checks.Locale(named: "xx_YY", isInstalled: false)).state == .warn)
    }

    private static let keys = LoadedKeys(vendor: LoadedKey(secret: Secret("k"), origin: "POLYGON_API_KEY"))

    @Test(
        arguments: [
            (DoctorChecks.Answer.status(200), DoctorCheck.State.ok, tradeul.ExitStatus.ok),
            (.status(401), .fail, .keyRefused),
            (.status(403), .fail, .keyRefused), (.status(429), .warn, .ok), (.status(502), .warn, .ok),
            (.none(.refused(host: "h")), .warn, .ok), (.skipped, .ok, .ok),
        ]
    )
    func theKeyIsJudgedByTheAnswer(answer: DoctorChecks.Answer, state: DoctorCheck.State, cause: tradeul.ExitStatus) {
        let check = DoctorChecks.key(Self.keys, answer, host: "h")
        #expect(check.state == state)
        #expect(check.cause == cause)
    }

    @Test func noKeyIsAWarningARefusedOneAFailure() {
        #expect(Checks.key(LoadedKeys(), .status(401), host: "h").state == .warn)
        let refused = Checks.key(LoadedKeys(isRefused: true), .skipped, host: "h")
        #expect(refused.state == .fail)
        #expect(refused.cause == .configuration)
    }

    @Test func aFeedThatAnswersAtAllIsReachable() {
        for code in [200, 401, 403, 429] { #expect(Checks.feed(.status(code), host: "h").state == .ok) }
        for code in [301, 404, 500, 503] { #expect(Checks.feed(.status(code), host: "h").cause == .unreachable) }
        let refused = Checks.feed(.none(.refused(host: "http://h:1")), host: "h")
        #expect(refused.cause == .unreachable)
        #expect(!refused.line.contains("retrying"))
    }

    @Test(
        arguments: [
            (0.4, DoctorCheck.State.ok, "within 2 s"), (-1.9, .ok, "within"), (5.04, .warn, "5.0 s behind"),
            (-5.0, .warn, "5.0 s ahead of"), (600, .fail, "10 min behind"), (-7200, .fail, "2 h ahead of"),
            (1e300, .fail, "behind"),
        ]
    )
    func aClockThatIsOffIsNamedWithItsDirection(skew: Double, state: DoctorCheck.State, words: String) {
        let check = DoctorChecks.clock(.skew(skew))
        #expect(check.state == state)
        #expect(check.message.contains(words))
    }

    @Test func aClockThatCannotBeComparedIsNotBlamed() {
        #expect(DoctorChecks.clock(.unknown).state == .warn)
        #expect(DoctorChecks.clock(.simulated).state == .ok)
    }

    @Test func logsWithoutAPlaceAreAWarningAndNoneIsMade() throws {
        let scratch = try Scratch()
        #expect(Checks.log(folder: nil, isWritable: false).state == .warn)
        #expect(Checks.log(folder: "/s", isWritable: false).state == .warn)
        let paths = Paths(ProcessEnvironment(["XDG_STATE_HOME": scratch["state"]]))
        #expect(DoctorProbe.log(paths) == .ok("log", scratch["state/tradeul"]))
        #expect(scratch.names == [])
    }

    @Test func historyIsJudgedByWhatStandsThere() throws {
        let day = try #require(DayID(iso: "2026-10-05"))
        let full = Checks.history(.opened(path: "/s.db", bytes: 105 << 20, days: 20, newest: day, isReadOnly: false))
        #expect(full.line == "ok    store      /s.db: 20 days, newest 2026-10-05, 105 MB, schema current")
        #expect(
            Checks.history(.opened(path: "/s.db", bytes: 1, days: 0, newest: nil, isReadOnly: false)).state == .warn
        )
        #expect(Checks.history(.opened(path: "/s.db", bytes: 1, days: 9, newest: day, isReadOnly: true)).state == .warn)
        #expect(Checks.history(.absent(path: "/s.db", isWritable: true)).state == .ok)
        #expect(Checks.history(.absent(path: "/s.db", isWritable: false)).cause == .store)
        #expect(Checks.history(.failed(sentence: "damaged")).cause == .store)
        #expect(Checks.history(.noPlace).state == .warn)
    }

    @Test func realHistoryFilesAreExaminedAndMissingOnesNotMade() throws {
        let scratch = try Scratch()
        #expect(DoctorProbe.history(scratch["a/b/x.db"]) == .absent(path: scratch["a/b/x.db"], isWritable: true))
        #expect(scratch.names == [])
        let broken = try scratch.write("broken.db", "this is no database, only text of some length")
        guard case .failed(let sentence) = DoctorProbe.history(broken) else {
            Issue.record("a text file was taken for a store")
            return
        }
        #expect(sentence.contains("damaged"))
        #expect(scratch.text("broken.db") == "this is no database, only text of some length")
    }

    @Test func littleSpaceIsAFailureBeforeTheDiskIsFull() {
        #expect(Checks.disk(path: "/", freeBytes: 50 << 20).cause == .store)
        #expect(Checks.disk(path: "/", freeBytes: 500 << 20).state == .warn)
        #expect(Checks.disk(path: "/", freeBytes: 50 << 30).state == .ok)
        #expect(Checks.disk(path: "/", freeBytes: nil).state == .warn)
        #expect(DoctorProbe.freeBytes(near: "/tmp/none/of/this").bytes ?? 0 > 0)
    }

    @Test func theStatusIsTheCausesWhenThereIsOneElseOne() {
        let fine = DoctorCheck.ok("a", "b")
        let key = DoctorCheck.fail("key", "x", "y", cause: .keyRefused)
        let store = DoctorCheck.fail("store", "x", "y", cause: .store)
        #expect(DoctorReport(checks: [fine, .warn("w", "x")]).status == .ok)
        #expect(DoctorReport(checks: [fine, key]).status == .keyRefused)
        #expect(DoctorReport(checks: [key, key]).status == .keyRefused)
        #expect(DoctorReport(checks: [key, store]).status == .no)
        #expect(DoctorReport(checks: [.fail("t", "x", "y")]).status == .no)
    }

    @Test func theReportAsJSONHasEveryLineAndTheCode() {
        let report = DoctorReport(checks: [.ok("a", "b\""), .fail("c", "d", "e", cause: .store)])
        #expect(
            report.json == #"{"checks":[{"name":"a","state":"ok","message":"b\"","advice":null},"#
                + #"{"name":"c","state":"fail","message":"d","advice":"e"}],"exit_code":74}"#
        )
    }
}
