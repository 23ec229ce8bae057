import EngineAPI
import FilterLanguage
import MarketData
import MarketTime
import Testing

@testable import tradeul

@Suite
struct ScanFileTests {
    private static func read(_ text: String) -> ScanFile { ScanFile.read(text, path: "scans.toml", origin: .own) }

    @Test func everyFieldOfAListIsRead() throws {
        let file = Self.read(
            """
            [presets]
            small = "float < 20M"

            [runners]   # mine
            title = "RUNNERS"
            summary = "what runs"
            filter = "rvol > 3 and $small"
            exit = "rvol < 2"
            min_stay = "2m"
            sort = "chg%- vol+"
            columns = ["price", "rv"]
            sessions = "pre open"
            top = 30
            follow = false
            """
        )
        #expect(file.problems.isEmpty)
        #expect(file.presets == ["small": "float < 20M"])
        let list = try #require(file.lists.first)
        #expect(
            list
                == ScanDefinition(
                    name: "runners",
                    title: "RUNNERS",
                    summary: "what runs",
                    filter: "rvol > 3 and $small",
                    exit: "rvol < 2",
                    minStaySeconds: 120,
                    sort: [SortKey(.changePercent, descending: true), SortKey(.volume, descending: false)],
                    columns: [.last, .rvol],
                    sessions: [.preMarket, .open],
                    top: 30,
                    isFollowed: false,
                    origin: .own
                )
        )
    }

    /// A broken entry, the place of its message, and the words it must have; the good list around it stays.
    private static let broken: [(text: String, line: Int, column: Int, words: String)] = [
        ("[bad]\nfilter = \"rvol > 3", 5, 19, "not valid TOML"),
        ("[bad]\nfilter = rvol > 3", 5, 10, "not valid TOML"),
        ("[bad]\ntitle = \"x\"", 4, 2, "has no filter"),
        ("[bad]\nfilter = 3", 5, 10, "filter must be a text"),
        ("[bad\nfilter = \"rvol > 3\"", 4, 1, "no name for a list"),
        ("[Bad List]\nfilter = \"rvol > 3\"", 4, 1, "no name for a list"),
        ("[[bad]]\nfilter = \"rvol > 3\"", 4, 1, "no name for a list"),
        ("[bad]\nfilter = \"a\"\nfilter = \"b\"", 6, 10, "not valid TOML"),
        ("[good]\nfilter = \"vol > 5M\"", 4, 2, "a second time"),
        ("[bad]\nfilter = \"rvol > 3\"\nsortt = \"rvol\"", 6, 1, "did you mean sort?"),
        ("[bad]\nfilter = \"rvol > 3\"\nsort = \"rvoll-\"", 6, 8, "did you mean rvol?"),
        ("[bad]\nfilter = \"rvol > 3\"\ncolumns = \"price colour\"", 6, 11, "no column \"colour\""),
        ("[bad]\nfilter = \"rvol > 3\"\ncolumns = 7", 6, 11, "columns must be a text"),
        ("[bad]\nfilter = \"rvol > 3\"\nsessions = \"noon\"", 6, 12, "none of pre, open, post"),
        ("[bad]\nfilter = \"rvol > 3\"\ntop = 5000", 6, 7, "allowed 1 to 1000"),
        ("[bad]\nfilter = \"rvol > 3\"\nmin_stay = \"soon\"", 6, 12, "min_stay: allowed"),
        ("[bad]\nfilter = \"rvol > 3\"\nfollow = 1", 6, 10, "must be true or false"),
        ("[presets]\nx = 3", 5, 5, "must be a text"),
        ("[bad]\n= 3", 5, 1, "not valid TOML"),
    ]

    @Test(arguments: broken.indices)
    func oneBadEntryIsToldWithItsPlaceAndHidesNoOther(_ index: Int) throws {
        let entry = Self.broken[index]
        let file = Self.read("[good]\nfilter = \"rvol > 1\"\n\n\(entry.text)\n\n[last]\nfilter = \"rvol > 2\"\n")
        let problem = try #require(file.problems.first)
        #expect(problem.message.contains(entry.words), "\(problem.line)")
        #expect(problem.place == .file(path: "scans.toml", line: entry.line, column: entry.column), "\(problem.line)")
        #expect(file.lists.contains { $0.name == "good" && $0.filter == "rvol > 1" })
        #expect(file.lists.contains { $0.name == "last" && $0.filter == "rvol > 2" })
    }

    @Test func aNULIsToldAndNothingIsRead() {
        let file = Self.read("[a]\nfilter = \"x\u{0}\"")
        #expect(file.lists.isEmpty)
        #expect(file.problems.count == 1)
    }

    @Test func manyProblemsAreCountedNotListed() {
        let text = (0..<200).map { "[l\($0)]\ntitle = \"x\"" }.joined(separator: "\n")
        let file = Self.read(text)
        #expect(file.problems.count == ScanFile.problemsMax + 1)
        #expect(file.problems.last?.message == "150 more problems are not listed")
    }

    @Test func everyShippedListIsReadAndCompiles() {
        #expect(ScanShelf.shipped.problems.map(\.line) == [])
        let shelf = ScanShelf()
        #expect(shelf.book.lists.count >= 20)
        #expect(ListCheck.problems(of: shelf.book, shelf.book.lists).map { "\($0.list): \($0.words)" } == [])
        for (name, text) in shelf.book.presets {
            let scope = FilterScope(presets: shelf.book.presets)
            #expect(FilterCompiler.compile(text, in: scope).problem == nil, "preset \(name)")
        }
    }

    @Test func theExistingTwelveAndTheKnownNamesAreShipped() {
        let names = Set(ScanShelf.shipped.lists.map(\.name))
        let twelve = [
            "gappers-up", "gappers-down", "momentum-up", "momentum-down", "winners", "losers", "high-volume",
            "anomalies", "new-highs", "new-lows", "reversals", "post-market",
        ]
        let known = [
            "gap-up", "lowfloat-runners", "hod-momo", "halts", "rvol-leaders", "reversal", "large-cap-unusual",
            "after-hours",
        ]
        #expect((twelve + known).filter { !names.contains($0) } == [])
    }

    @Test func anOwnListReplacesAShippedOneAndCanHideIt() {
        let own = Self.read(
            "[winners]\nfilter = \"chg% > 10\"\n[losers]\nenabled = false\n[mine]\nfilter = \"rvol > 9\""
        )
        let shelf = ScanShelf(own: own)
        #expect(shelf.book.lists.first?.name == "winners")
        #expect(shelf.book.lists.filter { $0.name == "winners" }.map(\.filter) == ["chg% > 10"])
        #expect(!shelf.book.lists.contains { $0.name == "losers" })
        #expect(shelf.book.lists.count == ScanShelf.shipped.lists.count)
    }

    @Test func aListWrittenAndReadAgainIsTheSame() throws {
        for list in ScanShelf.shipped.lists {
            let again = ScanFile.read(ScanTOML.text(list), path: "", origin: .shipped)
            #expect(again.problems == [])
            #expect(again.lists == [list])
        }
    }

    @Test func whatStandsAboveTheNextTableStays() {
        let text = "[a]\nfilter = \"x\"\n# exit = \"y\"\n\n# Mine since May:\n# slow movers\n[b]\nfilter = \"y\"\n"
        let changed = ScanSections(text).text(replacing: "a", with: "[a]\nfilter = \"z\"\n")
        #expect(changed == text.replacing("\"x\"", with: "\"z\""))
        #expect(ScanSections(changed).text(replacing: "a", with: "[a]\nfilter = \"z\"\n") == changed)
    }

    @Test func replacingATableLeavesEveryOtherByteAlone() {
        let text = "# mine\n[a]\nfilter = \"x\" # why\n\n[b]\nfilter = \"broken\n\n[c]\nfilter = \"y\""
        let sections = ScanSections(text)
        #expect(sections.sections.map(\.text).joined() == text)
        let changed = sections.text(replacing: "b", with: "[b]\nfilter = \"z\"\n")
        #expect(changed == "# mine\n[a]\nfilter = \"x\" # why\n\n[b]\nfilter = \"z\"\n\n[c]\nfilter = \"y\"")
        let added = sections.text(replacing: "d", with: "[d]\nfilter = \"z\"\n")
        #expect(added == text + "\n\n[d]\nfilter = \"z\"\n")
    }
}
