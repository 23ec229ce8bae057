import Foundation
import Testing

/// The command-line twin: beside a running dashboard, and alone with a vendor.
@Suite(.serialized)
struct ScanCommandTests {
    /// Starts a simulator in the terminal's background; its address.
    private func startSimulator(_ session: TerminalSession, _ options: String) throws -> String {
        let ready = session.folder.appendingPathComponent("ready.json")
        try session.type("\(TerminalSession.program) sim \(options) > \(ready.path) &")
        var address = ""
        try TerminalSession.wait("the simulator's line") {
            // It is not there before the simulator is.
            guard let data = try? Data(contentsOf: ready), data.last == 0x0A else { return false }
            let line = try JSONSerialization.jsonObject(with: data) as? [String: String]
            address = line?["rest_url"] ?? ""
            return !address.isEmpty
        }
        return address
    }

    private func endSimulator(_ session: TerminalSession) throws {
        try session.type("kill %1; wait; echo gone")
        try session.waitForScreen("the end of the simulator") { $0.contains("gone\n") }
    }

    @Test func withoutAnEngineOneSnapshotOfTheVendorIsScanned() throws {
        let session = try TerminalSession()
        let address = try startSimulator(session, "--tickers 300 --start 2026-10-06T11:00")
        let folder = CommandFolder(of: session)
        let key = ["POLYGON_API_KEY": "simulator"]
        let run = try folder.run(
            "scan",
            "price > 1 | top 5",
            "--format",
            "ndjson",
            "--rest-url",
            address,
            environment: key
        )
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.isEmpty, "not quiet on a pipe: \(run.errors)")
        let rows = try run.objects()
        #expect(rows.count == 5)
        for row in rows {
            #expect((row["symbol"] as? String)?.isEmpty == false)
            #expect((row["price"] as? Double ?? 0) > 1)
        }

        let csv = try folder.run(
            "scan",
            "chg% > 0 | sort chg%- | top 8 | cols price, chg%, vol",
            "--format",
            "csv",
            "--rest-url",
            address,
            environment: key
        )
        #expect(csv.lines.first == "symbol,price,chg%,vol")
        let changes = csv.lines.dropFirst().compactMap { line in
            Double(line.split(separator: ",", omittingEmptySubsequences: false)[2])
        }
        #expect(changes.count == 8 && changes == changes.sorted(by: >) && changes.allSatisfy { $0 > 0 })
        try endSimulator(session)
        let gone = try folder.run("scan", "price > 1", "--rest-url", address, environment: key)
        #expect(gone.status == 69 && gone.output.isEmpty && !gone.errors.isEmpty)
    }

    @Test func listsAndWatchingWorkOnSnapshotsAloneAndAWrongKeyIsRefused() throws {
        let session = try TerminalSession()
        let address = try startSimulator(session, "--tickers 300 --start 2026-10-06T11:00")
        let folder = CommandFolder(of: session)
        let key = ["POLYGON_API_KEY": "simulator"]
        let json = try folder.run(
            "scan",
            "--list",
            "gappers-down",
            "--top",
            "3",
            "--format",
            "json",
            "--rest-url",
            address,
            environment: key
        )
        #expect([0, 1].contains(json.status), "\(json.errors)")
        #expect(try json.json() is [Any] || json.json() is [String: Any])

        let watched = try folder.run(
            "scan",
            "price > 1 | top 2",
            "--watch",
            "--every",
            "1",
            "--count",
            "2",
            "--format",
            "ndjson",
            "--rest-url",
            address,
            environment: key
        )
        #expect(watched.status == 0)
        #expect(try watched.objects().count == 4)

        let none = try folder.run("scan", "price > 99M", "--rest-url", address, environment: key)
        #expect(none.status == 1 && none.output.isEmpty)
        let refused = try folder.run(
            "scan",
            "price > 1",
            "--rest-url",
            address,
            environment: ["POLYGON_API_KEY": "another"]
        )
        #expect(refused.status == 77 && !refused.errors.contains("another"), "\(refused.errors)")
        try endSimulator(session)
    }

    @Test func aRunningDemoIsAskedAndItsListsAreRemembered() throws {
        let session = try TerminalSession()
        try session.type("\(TerminalSession.program) demo --tickers 300 --speed 60; echo ended:$?")
        try session.waitForScreen("a ranked table") { $0.contains("▼RVOL") && $0.contains("1/") }
        let folder = CommandFolder(of: session)
        var csv = CommandRun(status: 1, output: "", errors: "")
        try TerminalSession.wait("somebody on the list", describe: { csv.errors }) {
            csv = try folder.shell("\"$0\" scan --list gappers-up --format csv | head -4")
            return csv.lines.count == 4
        }
        #expect(csv.lines.first?.hasPrefix("symbol,") == true)
        #expect(csv.lines.first?.contains("gap%") == true, "not the list's columns: \(csv.lines.first ?? "")")
        #expect(csv.errors.isEmpty)
        // The dashboard's own lists, by name and in a filter, sorted as asked.
        let sorted = try folder.run(
            "scan",
            "@gappers-up | sort price- | top 3",
            "--format",
            "ndjson",
            "--cols",
            "price"
        )
        let prices = try sorted.objects().compactMap { $0["price"] as? Double }
        #expect(prices.count == 3 && prices == prices.sorted(by: >))
        let check = try folder.run("filter", "check", "price > 1 and vol > 0", "--json")
        let ledger = try #require(try check.json() as? [String: Any])
        #expect((ledger["matches"] as? Int ?? 0) > 0)
        #expect((ledger["ledger"] as? [[String: Any]])?.count == 2)
        #expect(try folder.run("scan", "price > 99M").status == 1)
        // An hour of market time passes in a minute; a list is told in full each market minute.
        let store = try #require(
            try FileManager.default.contentsOfDirectory(atPath: session.folder.path + "/data/tradeul")
                .first { $0.hasPrefix("demo-") && $0.hasSuffix(".db") }
        )
        let path = session.folder.path + "/data/tradeul/" + store
        try TerminalSession.wait("lists in the file") {
            try folder.run("history", "scans", "--list", "gappers-up", "--store", path).status == 0
                && folder.run("history", "why", "--store", path).status == 0
        }
        try session.press("q")
        try session.waitForScreen("the end") { $0.contains("ended:0") }

        let inventory = try folder.run("history", "scans", "--store", path)
        #expect(inventory.status == 0)
        #expect(inventory.lines.contains { $0.contains("2026-10-06") && $0.contains("gappers-up") })
        let changes = try folder.run("history", "scans", "--list", "gappers-up", "--format", "ndjson", "--store", path)
        let entries = try changes.objects()
        #expect(entries.contains { $0["previous_rank"] is NSNull && $0["rank"] is Int })
        let last = try #require(entries.last?["time"] as? String)
        let then = try folder.run(
            "history",
            "scans",
            "--list",
            "gappers-up",
            "--at",
            last,
            "--format",
            "csv",
            "--store",
            path
        )
        #expect(then.status == 0, "\(then.errors)")
        #expect(then.lines.count > 1)
        let why = try folder.run("history", "why", "--json", "--store", path).objects()
        #expect(why.contains { $0["what"] as? String == "entered" && ($0["clause"] as? String)?.isEmpty == false })
        // Nobody answers any more, and nobody pretends to.
        #expect(try folder.run("scan", "price > 1").status == 69)
    }
}
