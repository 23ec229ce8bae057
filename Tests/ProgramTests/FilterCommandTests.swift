import Foundation
import Testing

/// The commands about filters, columns, lists and symbols: what needs neither an engine nor a vendor.
@Suite
struct FilterCommandTests {
    @Test func aGoodFilterEndsWithZeroAndItsPrettyForm() throws {
        let folder = try CommandFolder()
        let run = try folder.run("filter", "check", "PRICE>1,price<20 and (rvol>=3)")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.lines.count == 1)
        // The pretty form is a filter too, and its own pretty form.
        let again = try folder.run("filter", "check", try #require(run.lines.first))
        #expect(again.status == 0 && again.output == run.output)
        #expect(run.errors.isEmpty)
    }

    @Test(arguments: ["rvoll > 3", "price > ", "price > 1 and and", "(((", "name ~ \"[\"", ""])
    func aBadFilterEndsWithOneAndSaysWhere(_ text: String) throws {
        let folder = try CommandFolder()
        let run = try folder.run("filter", "check", text)
        guard !text.isEmpty else { return #expect(run.status == 0 || !run.errors.isEmpty) }
        #expect(run.status == 1)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("1:"), "\(run.errors)")
        let json = try folder.run("filter", "check", text, "--json")
        #expect(json.status == 1)
        let object = try #require(try json.json() as? [String: Any])
        #expect(object["ok"] as? Bool == false)
        let diagnostics = try #require(object["diagnostics"] as? [[String: Any]])
        #expect(!diagnostics.isEmpty)
        for diagnostic in diagnostics {
            let from = try #require(diagnostic["from"] as? Int)
            let to = try #require(diagnostic["to"] as? Int)
            #expect((0...text.utf8.count).contains(from) && from <= to && to <= text.utf8.count, "\(diagnostic)")
        }
    }

    @Test func aWarningIsNoErrorAndTheJSONIsOneObject() throws {
        let folder = try CommandFolder()
        let run = try folder.run("filter", "check", "float < 50", "--json")
        #expect(run.status == 0)
        let object = try #require(try run.json() as? [String: Any])
        #expect(object["ok"] as? Bool == true)
        let severities = (object["diagnostics"] as? [[String: Any]] ?? []).compactMap { $0["severity"] as? String }
        #expect(severities == ["warning"])
        #expect(object["matches"] is NSNull, "no engine runs, so nobody has counted")
    }

    @Test func theFiltersInTheHelpAreFilters() throws {
        let folder = try CommandFolder()
        let help = try folder.run("scan", "--help").output
        let filters = help.split(separator: "\n").compactMap { line -> String? in
            let parts = line.split(separator: "'", omittingEmptySubsequences: false)
            return parts.count >= 3 && parts[0].hasSuffix("tradeul scan ") ? String(parts[1]) : nil
        }
        #expect(filters.count >= 3)
        for filter in filters {
            let run = try folder.run("filter", "check", filter)
            #expect(run.status == 0, "\(filter): \(run.errors)")
        }
    }

    @Test func columnsAreListedSearchedAndGivenAsJSON() throws {
        let folder = try CommandFolder()
        let all = try folder.run("columns")
        #expect(all.status == 0)
        #expect(all.lines.count >= 90)
        let some = try folder.run("columns", "rvol")
        #expect(some.status == 0 && some.lines.count > 1 && some.lines.count < all.lines.count)
        let json = try folder.run("columns", "--json")
        let objects = try #require(try json.json() as? [[String: Any]])
        #expect(objects.count == all.lines.count)
        #expect(objects.allSatisfy { ($0["name"] as? String)?.isEmpty == false && $0["formula"] is String })
        let none = try folder.run("columns", "nothing-like-this")
        #expect(none.status == 1 && none.output.isEmpty && !none.errors.isEmpty)
    }

    @Test func listsShowTheTradersOwnAndOneBadEntryHidesNoOther() throws {
        let folder = try CommandFolder()
        let shipped = try #require(try folder.run("lists", "--json").json() as? [[String: Any]])
        let names = shipped.compactMap { $0["name"] as? String }
        #expect(
            Set(names).isSuperset(of: ["gap-up", "gappers-up", "momentum-down", "winners", "anomalies", "reversals"])
        )
        try folder.write(
            """
            [mine]
            title = "MINE"
            filter = "price > 3 and rvol > 2"

            [broken]
            title = "BROKEN"
            filter = "rvoll > 3"

            """,
            to: "config/tradeul/scans.toml"
        )
        let run = try folder.run("lists", "--json")
        #expect(run.status == 1)
        #expect(run.errors.contains("broken") && run.errors.contains("rvol"), "\(run.errors)")
        let lists = try #require(try run.json() as? [[String: Any]])
        let mine = try #require(lists.first { $0["name"] as? String == "mine" })
        #expect(mine["origin"] as? String == "own")
        #expect(Set(lists.compactMap { $0["name"] as? String }).isSuperset(of: names))
        // What is printed as TOML is read again as it was.
        let toml = try folder.run("lists", "gap-up", "mine", "--toml")
        try folder.write(toml.output, to: "config/tradeul/scans.toml")
        let again = try folder.run("lists", "--json")
        #expect(again.status == 0, "\(again.errors)")
        let copied = try #require(try again.json() as? [[String: Any]]).first { $0["name"] as? String == "gap-up" }
        let original = try #require(shipped.first { $0["name"] as? String == "gap-up" })
        #expect(copied?["filter"] as? String == original["filter"] as? String)
        #expect(copied?["exit"] as? String == original["exit"] as? String)
        #expect(copied?["origin"] as? String == "own")
    }

    @Test func symbolsAreWatchedNotedTakenOffAndBroughtInFromAFile() throws {
        let folder = try CommandFolder()
        #expect(try folder.run("watch", "add", "AAPL", "BRK.B", "--note", "earnings Thursday").status == 0)
        #expect(try folder.run("watch", "add", "GME", "--list", "meme").status == 0)
        let shown = try folder.run("watch", "show", "--json").objects()
        #expect(Set(shown.compactMap { $0["symbol"] as? String }) == ["AAPL", "BRK.B", "GME"])
        #expect(shown.first { $0["symbol"] as? String == "AAPL" }?["note"] as? String == "earnings Thursday")
        #expect(try folder.run("watch", "remove", "AAPL").status == 0)
        let rest = try folder.run("watch", "show", "watch", "--json").objects()
        #expect(rest.compactMap { $0["symbol"] as? String } == ["BRK.B"])

        try folder.write("name,symbol\nApple,AAPL\nTesla,\"TSLA\"\nNothing,not a symbol!\n", to: "swing.csv")
        let path = folder.folder.appendingPathComponent("swing.csv").path
        let imported = try folder.run("watch", "import", path, "--column", "symbol", "--list", "swing")
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(imported.errors.contains("swing.csv:4: "), "the line that is no symbol is not told: \(imported.errors)")
        let swing = try folder.run("watch", "show", "swing", "--json").objects()
        #expect(swing.compactMap { $0["symbol"] as? String } == ["AAPL", "TSLA"])
        // The list is a name in filters from now on.
        #expect(try folder.run("filter", "check", "@swing and rvol > 2").status == 0)
        #expect(try folder.run("filter", "check", "@swin and rvol > 2").status == 1)

        #expect(try folder.run("watch", "show", "nobody").status == 1)
        #expect(try folder.run("watch", "add", "A!B").status == 64)
        #expect(try folder.run("watch", "add", "AAPL", "--list", "../up").status == 64)
        #expect(try folder.run("watch", "import", "/nowhere/at/all").status == 64)
    }

    @Test func aScanWithNobodyToAskSaysWhatToDo() throws {
        let folder = try CommandFolder()
        let run = try folder.run("scan", "price > 1")
        #expect(run.status == 69)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("tradeul demo") && run.errors.contains("POLYGON_API_KEY"), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
        // What cannot be meant is said before anybody is asked.
        #expect(try folder.run("scan", "rvoll > 1").status == 64)
        let unknown = try folder.run("scan", "--list", "gap-upp")
        #expect(unknown.status == 64 && unknown.errors.contains("gap-up"), "\(unknown.errors)")
        #expect(try folder.run("scan", "--top", "0").status == 64)
        #expect(try folder.run("scan", "--cols", "pricee").status == 64)
    }
}
