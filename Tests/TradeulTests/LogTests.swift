import Glibc
import Logging
import MarketTime
import Network
import Synchronization
import Testing

@testable import tradeul

/// A clock that stands until it is moved.
final class HandClock: WallClock {
    private let time: Mutex<Instant>

    init(_ seconds: Int64 = 1_790_000_000) { time = Mutex(Instant(seconds: seconds)) }

    func now() -> Instant { time.withLock { $0 } }

    func move(milliseconds: Int64) { time.withLock { $0 = $0.adding(milliseconds: milliseconds) } }
}

@Suite struct LogTests {
    private static func open(
        _ scratch: Scratch,
        _ clock: HandClock,
        bytesMax: Int = 1 << 20,
        keep: Int = 2,
        perSecond: Int = 100,
        secrets: [Secret] = []
    ) throws -> LogFile {
        var limits = LogFile.Limits(bytesMax: bytesMax, keep: keep)
        limits.linesPerSecondMax = perSecond
        limits.lineBytesMax = 500
        return try LogFile(folder: scratch["log"], limits: limits, clock: clock, secrets: secrets)
    }

    private static func lines(_ scratch: Scratch, _ name: String = "log/tradeul.log") -> [Substring] {
        scratch.text(name)?.split(separator: "\n") ?? []
    }

    @Test func aMessageIsOneJSONLineWithTimeLevelLabelAndFields() throws {
        let scratch = try Scratch()
        let file = try Self.open(scratch, HandClock(1_790_000_000))
        let logger = Logs(file: file, level: .info, notice: nil).logger("feed")
        logger.debug("below the level")
        logger.warning("late", metadata: ["ms": "12", "list": ["a", "b"], "n": .stringConvertible(3)])
        #expect(
            Self.lines(scratch) == [
                #"{"time":"2026-09-21T14:13:20.000Z","level":"warning","label":"feed","message":"late","#
                    + #""fields":{"list":["a","b"],"ms":"12","n":"3"}}"#
            ]
        )
    }

    @Test func controlCharactersAreEscapedWhereverTheyStand() throws {
        let scratch = try Scratch()
        let logger = Logs(file: try Self.open(scratch, HandClock()), level: .trace, notice: nil).logger("l\u{1B}")
        logger.info("a\u{1B}[2Jb\n\u{9B}\u{7F}\0", metadata: ["k\u{7}": "v\r"])
        let text = try #require(scratch.text("log/tradeul.log"))
        #expect(text.unicodeScalars.filter(\.isControl) == ["\n"])
        #expect(text.contains(#""a\u001b[2Jb\n\u009b\u007f\u0000""#))
        #expect(text.contains(#"{"k\u0007":"v\u000d"}"#))
    }

    @Test func aFullFileBecomesAnOldOneAndTheOldestGoes() throws {
        let scratch = try Scratch()
        let file = try Self.open(scratch, HandClock(), bytesMax: 100, keep: 2)
        for number in 0..<9 { file.write { _ in "\(number)" + String(repeating: "x", count: 39) } }
        #expect(try Self.names(scratch) == ["tradeul.log", "tradeul.log.1", "tradeul.log.2"])
        #expect(Self.lines(scratch).map { $0.prefix(1) } == ["8"])
        #expect(Self.lines(scratch, "log/tradeul.log.1").map { $0.prefix(1) } == ["6", "7"])
        #expect(Self.lines(scratch, "log/tradeul.log.2").map { $0.prefix(1) } == ["4", "5"])
        #expect(file.failedWrites == 0)
    }

    @Test func withoutOldFilesTheFileIsBegunAnew() throws {
        let scratch = try Scratch()
        let file = try Self.open(scratch, HandClock(), bytesMax: 100, keep: 0)
        for number in 0..<5 { file.write { _ in "\(number)" + String(repeating: "x", count: 39) } }
        #expect(try Self.names(scratch) == ["tradeul.log"])
        #expect(Self.lines(scratch).map { $0.prefix(1) } == ["4"])
    }

    private static func names(_ scratch: Scratch) throws -> [String] {
        var names: [String] = []
        guard let folder = opendir(scratch["log"]) else { return names }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            names.append(
                withUnsafePointer(to: entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
            )
        }
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    @Test func aFloodIsCutAndCounted() throws {
        let scratch = try Scratch()
        let clock = HandClock()
        let file = try Self.open(scratch, clock, perSecond: 3)
        for number in 0..<1000 { file.write { _ in "\(number)" } }
        clock.move(milliseconds: 1000)
        file.write { _ in "after" }
        let lines = Self.lines(scratch)
        #expect(lines.prefix(3) == ["0", "1", "2"])
        #expect(lines.count == 5)
        #expect(lines[3].contains(#""message":"lines were left out","count":997"#))
        #expect(lines[4] == "after")
    }

    @Test func aSecretThatGetsIntoALineIsBlottedOut() throws {
        let scratch = try Scratch()
        let file = try Self.open(scratch, HandClock(), secrets: [Secret("s3cr3t-key")])
        file.write { _ in "before s3cr3t-key and s3cr3t-key after" }
        #expect(Self.lines(scratch) == ["before <redacted> and <redacted> after"])
    }

    @Test func aHugeLineIsReplacedByANoteAboutIt() throws {
        let scratch = try Scratch()
        let file = try Self.open(scratch, HandClock())
        file.write { _ in String(repeating: "y", count: 100_000) }
        #expect(
            Self.lines(scratch) == [#"{"level":"notice","label":"log","message":"a line was too long","bytes":100000}"#]
        )
    }

    @Test func twoWritersTakeTwoFiles() throws {
        let scratch = try Scratch()
        let first = try Self.open(scratch, HandClock())
        let second = try Self.open(scratch, HandClock())
        first.write { _ in "one" }
        second.write { _ in "two" }
        #expect(Self.lines(scratch) == ["one"])
        #expect(Self.lines(scratch, "log/tradeul-2.log") == ["two"])
    }

    @Test func afterTheFirstEndsItsFileIsTakenAgain() throws {
        let scratch = try Scratch()
        do { try Self.open(scratch, HandClock()).write { _ in "one" } }
        try Self.open(scratch, HandClock()).write { _ in "two" }
        #expect(Self.lines(scratch) == ["one", "two"])
    }

    @Test func whereNoLogCanBeKeptOneNoticeSaysWhy() throws {
        let scratch = try Scratch()
        try scratch.write("log", "a file stands where the folder should be")
        let environment = ProcessEnvironment(["XDG_STATE_HOME": scratch["log"]])
        let logs = Logs.open(Settings.Log(), Paths(environment), clock: HandClock(), keys: LoadedKeys())
        #expect(logs.file == nil)
        #expect(try #require(logs.notice).contains("no log is kept"))
        logs.logger("x").error("goes nowhere and harms nobody")
        let homeless = Logs.open(Settings.Log(), Paths(ProcessEnvironment([:])), clock: HandClock(), keys: LoadedKeys())
        #expect(try #require(homeless.notice).contains("HOME"))
    }

    @Test func theFileIsForItsOwnerOnly() throws {
        let scratch = try Scratch()
        let file = try Self.open(scratch, HandClock())
        #expect(try SmallFile.read(file.path, limit: 10).mode == 0o600)
    }

    @Test(arguments: [(-1, "1969-12-31T23:59:59.999Z"), (1_790_000_000_001, "2026-09-21T14:13:20.001Z")])
    func timesAreUTCWithMilliseconds(milliseconds: Int64, text: String) {
        #expect(Instant(milliseconds: milliseconds).utcText == text)
    }
}
