import Foundation
import Testing

/// What the program leaves on disk, read by somebody else's program.
@Suite(.serialized)
struct CollectionTests {
    private static let today = "2026-10-06"

    private func database(_ session: TerminalSession) throws -> String {
        let folder = session.folder.appendingPathComponent("data/tradeul")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".db") }
        return folder.appendingPathComponent(try #require(names.first)).path
    }

    private func query(_ session: TerminalSession, _ sql: String) throws -> String {
        try TerminalSession.run("sqlite3", ["-cmd", ".timeout 10000", try database(session), sql], mayFail: true)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test func afterAKillTheSlotsAreThereForAnyoneToReadAndTheNextStartUsesThem() throws {
        let session = try TerminalSession()
        let command = "\(TerminalSession.program) demo --tickers 200 --speed 60"
        try session.type(command)
        try session.waitForScreen("a ranked table") { $0.contains("▼RVOL") && $0.contains("1/") }
        let collected = "date='\(Self.today)' and source in ('live', 'mixed')"
        let live = "select count(*) from volume_slots where \(collected) and slots_known > 70"
        try TerminalSession.wait("slots collected live") { Int(try query(session, live)) ?? 0 > 20 }
        let shell = try session.display("#{pane_pid}")
        try TerminalSession.run("pkill", ["-KILL", "-P", shell, "tradeul"])
        try session.waitForScreen("the shell") { $0.contains("Killed") || $0.contains("ready>") }

        #expect(try query(session, "pragma integrity_check") == "ok")
        let symbol = try query(
            session,
            "select symbol from volume_slots where \(collected) order by volume desc limit 1"
        )
        let rows = try query(
            session,
            "select slot_number, slot_time, volume_accumulated from volume_slots_rows "
                + "where date='\(Self.today)' and symbol='\(symbol)' order by slot_number"
        ).split(separator: "\n").map { $0.split(separator: "|").map(String.init) }
        #expect(rows.count > 70)
        #expect(rows.first?[1] == "04:00")
        let volumes = rows.compactMap { Int($0[2]) }
        #expect(volumes.count == rows.count)
        #expect(zip(volumes, volumes.dropFirst()).allSatisfy { $0 <= $1 })

        try session.type("reset; \(command); echo ended:$?")
        try session.waitForScreen("a ranked table") { $0.contains("▼RVOL") && $0.contains("1/") }
        try session.press("q")
        try session.waitForScreen("the end") { $0.contains("ended:0") }
        let again = try query(
            session,
            "select volume_accumulated from volume_slots_rows where date='\(Self.today)' and symbol='\(symbol)' "
                + "order by slot_number limit \(rows.count)"
        ).split(separator: "\n").compactMap { Int($0) }
        #expect(again.prefix(volumes.count) == volumes[...])
    }

    @Test func nothingIsLoggedToTheScreenAndTheLogIsJSONLines() throws {
        let session = try TerminalSession()
        try session.type("\(TerminalSession.program) demo --tickers 100")
        try session.waitForScreen("a ranked table") { $0.contains("▼RVOL") && $0.contains("1/") }
        try session.press("q")
        try session.waitForScreen("the prompt") { $0.contains("ready>") }
        let log = session.folder.appendingPathComponent("state/tradeul/tradeul.log")
        let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
        #expect(!lines.isEmpty)
        for line in lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["message"] is String)
        }
    }

    @Test func aSimulatorInAnotherProcessIsFollowedAtItsTimeAndMarkedAsNotTheLiveMarket() throws {
        let session = try TerminalSession()
        let ready = session.folder.appendingPathComponent("ready.json")
        try session.type("\(TerminalSession.program) sim --tickers 200 --start 2026-10-06T11:00 > \(ready.path) &")
        var address = ""
        try TerminalSession.wait("the simulator's line") {
            guard let data = try? Data(contentsOf: ready), !data.isEmpty else { return false }
            let line = try JSONSerialization.jsonObject(with: data) as? [String: String]
            address = line?["rest_url"] ?? ""
            return line?["key"] == "simulator" && line?["stream_url"] != nil
        }
        try session.type("POLYGON_API_KEY=simulator \(TerminalSession.program) --rest-url \(address)")
        let screen = try session.waitForScreen("the simulator's time") { $0.contains("11:0") && $0.contains("LAST") }
        #expect(screen.contains("SIM"))
        #expect(screen.contains("2026-10-06"))
        try session.press("q")
        try session.waitForScreen("the prompt") { $0.contains("ready>") }
        try session.type("kill %1; wait; echo gone")
        try session.waitForScreen("the end of the simulator") { $0.contains("gone\n") }
    }

    @Test func theSameSeedShowsTheSameScreenAtTheSameMarketTime() throws {
        let session = try TerminalSession()
        // Market time stands still.
        let command = "\(TerminalSession.program) demo --tickers 200 --seed 11 --speed 0"
        try session.type(command)
        try session.waitForScreen("a ranked table") { $0.contains("▼RVOL") && $0.contains("1/") }
        try TerminalSession.wait("the whole history") {
            try query(session, "select count(*) > 0 from ticker_metadata") == "1"
                && query(session, "select count(*) from settings where value='complete'") == "25"
                && query(session, "select count(*) from settings where value='daily bars'") == "10"
        }
        try session.press("q")
        try session.waitForScreen("the prompt") { $0.contains("ready>") }
        var tables: [[String]] = []
        for _ in 0..<2 {
            try session.type(command)
            let screen = try session.waitForScreen("a ranked table with history") {
                $0.contains("5-day baseline") && $0.contains("1/")
            }
            tables.append(screen.split(separator: "\n").map(String.init).filter { $0.contains("│") })
            try session.press("q")
            try session.waitForScreen("the prompt") { $0.contains("ready>") }
        }
        #expect(tables[0].count > 10)
        #expect(tables[0] == tables[1])
    }
}
