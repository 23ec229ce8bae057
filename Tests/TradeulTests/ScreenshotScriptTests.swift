import ArgumentParser
import Testing

@testable import tradeul

@Suite struct ScreenshotScriptTests {
    /// A script's steps in words, because keys belong to another room.
    private static func words(_ text: String) throws -> [String] {
        try KeyScript(text).steps.map { step in
            "\(step)".replacing("TerminalGrid.", with: "").replacing("Key.", with: "")
        }
    }

    @Test(
        arguments: [
            ("", []), ("a>", ["key(character(\"a\"))", "key(character(\">\"))"]),
            ("f 3", ["key(character(\"f\"))", "key(character(\" \"))", "key(character(\"3\"))"]),
            ("<Enter><esc><TAB><S-Tab>", ["key(enter)", "key(escape)", "key(tab)", "key(backTab)"]),
            ("<Up><PgDn><PageUp><Home>", ["key(up)", "key(pageDown)", "key(pageUp)", "key(home)"]),
            (
                "<C-p><C-P><A-x><M-X>",
                ["key(control(\"p\"))", "key(control(\"p\"))", "key(alt(\"x\"))", "key(alt(\"X\"))"]
            ),
            ("<C-m><C-i><C-Left>", ["key(enter)", "key(tab)", "key(controlLeft)"]),
            ("<F1><f12>", ["key(function(1))", "key(function(12))"]),
            ("<lt><gt><Space>", ["key(character(\"<\"))", "key(character(\">\"))", "key(character(\" \"))"]),
            ("<wait 2s><wait 300ms>", ["wait(milliseconds: 2000)", "wait(milliseconds: 300)"]),
            ("é株", ["key(character(\"\\u{00E9}\"))", "key(character(\"\\u{682A}\"))"]),
        ] as [(String, [String])]
    )
    func keysAreReadByTheirNames(text: String, steps: [String]) throws { #expect(try Self.words(text) == steps) }

    @Test(
        arguments: [
            ("<Entr>", "<Entr>: no key has this name"), ("<F25>", "<F25>"), ("<F0>", "<F0>"), ("<>", "<>"),
            ("a < b", "<: a name and > must follow"), ("<C->", "<C->"), ("<C-é>", "<C-é>"), ("<X-a>", "<X-a>"),
            ("<wait>", "<wait 2s>"), ("<wait 2>", "<wait 2>: a pause is"), ("<wait 0s>", "<wait 0s>"),
            ("<wait 61m>", "<wait 61m>"), ("<wait 99999999999999999999s>", "<: a name"), ("<wait -1s>", "<wait -1s>"),
            ("a\tb", "a control character: name it"), ("x\u{1B}[A", "a control character"),
        ]
    )
    func whatIsNoKeyIsNamed(text: String, words: String) {
        #expect {
            try KeyScript(text)
        } throws: { error in
            (error as? KeyScript.Fault)?.sentence.hasPrefix(words) == true
                || (error as? KeyScript.Fault)?.sentence.contains(words) == true
        }
    }

    @Test func pausesAddUp() throws {
        #expect(try KeyScript("a<wait 2s>b<wait 1m><Enter><wait 5ms>").milliseconds == 62_005)
        #expect(throws: KeyScript.Fault.self) { try KeyScript(String(repeating: "x", count: 5001)) }
    }

    @Test(
        arguments: [
            ("160x48", "160x48"), ("20x6", "20x6"), ("500x200", "500x200"), ("19x6", nil), ("20x5", nil),
            ("501x48", nil), ("160", nil), ("160x", nil), ("x48", nil), ("160x48x2", nil), ("-160x48", nil),
            ("+160x48", nil), ("99999999999999999999x48", nil), ("١٦٠x٤٨", nil), ("160X48", nil),
        ]
    )
    func sizesAreColumnsByRows(text: String, size: String?) {
        let found = PictureSpec.size(fromText: text).map { "\($0)" }
        let wanted = size.map { text in
            let sides = text.split(separator: "x")
            return "Size(columns: \(sides[0]), rows: \(sides[1]))"
        }
        #expect(found == wanted)
    }
}

@Suite struct ScreenshotListTests {
    @Test func aLineIsAPicture() throws {
        let text = """
            # comment

            main-80x24   80x24  ember
              filter 120x36\tember at=09:45 date=2026-10-07 seed=7 symbols=50 depth=16 ascii set=screen.tape:true   keys: frvol > 3 | sort x<Enter>  \u{20}
            """
        let specs = try PictureList.read(text, path: "list")
        #expect(specs.map(\.name) == ["main-80x24", "filter"])
        var first = PictureSpec()
        first.name = "main-80x24"
        first.size = try #require(PictureSpec.size(fromText: "80x24"))
        #expect(specs.first == first)
        var second = PictureSpec()
        second.name = "filter"
        second.moment = try #require(SimulatorPlan.start(fromText: "2026-10-07T09:45"))
        second.seed = 7
        second.symbols = 50
        second.depth = try #require(PictureSpec.depth(fromText: "16"))
        second.isASCII = true
        second.settings = [SettingOverride(key: "screen.tape", value: .flag(true))]
        second.keys = try KeyScript("frvol > 3 | sort x<Enter>")
        #expect(specs.last == second)
    }

    @Test(
        arguments: [
            ("a 80x24", "list:1: a name, a size and a theme"), ("\n\nA 80x24 ember", "list:3: A is no name"),
            ("../a 80x24 ember", "no name"), ("-a 80x24 ember", "no name"), ("a 80 ember", "80 is no size"),
            ("a 80x24 ember at=25:00", "is no New York time"), ("a 80x24 ember date=x", "is no New York time"),
            ("a 80x24 ember depth=24", "depth=24: 256, 16 or mono"), ("a 80x24 ember seed=-1", "seed=-1"),
            ("a 80x24 ember symbols=0", "symbols=0: 1 to 50000"), ("a 80x24 ember nonsense=1", "nonsense: there are"),
            ("a 80x24 ember keys: <Nope>", "<Nope>: no key has this name"),
            ("a 80x24 ember set=x:1", "there is no setting x"), ("a 80x24 ember set=screen.fps", "NAME:VALUE"),
            ("a 80x24 ember set=screen.fps:0", "screen.fps = \"0\""),
            ("a 80x24 ember\na 80x24 ember", "list:2: there is a picture a already"),
        ]
    )
    func aLineThatIsNotUnderstoodIsNamed(text: String, words: String) {
        #expect {
            try PictureList.read(text, path: "list")
        } throws: { error in
            let failure = error as? Failure
            return failure?.status == .usage && failure?.sentence.contains(words) == true
        }
    }

    @Test(
        arguments: [
            ["--size", "80"], ["--size", "10x10"], ["--theme", "nonsense"], ["--depth", "24"], ["--keys", "<Nope>"],
            ["--seed", "-1"], ["--at", "25:00"], ["--date", "2026-13-01"], ["--symbols", "0"], ["--set", "x=1"],
            ["--set", "screen.fps"], ["--all", "list"], ["--into", "folder"], ["--check"],
        ]
    )
    func whatIsNotUnderstoodEndsWith64(arguments: [String]) {
        do {
            _ = try Tradeul.parseAsRoot(["screenshot"] + arguments)
            Issue.record("taken: \(arguments)")
        } catch {
            #expect(Tradeul.exitCode(for: error).rawValue == tradeul.ExitStatus.usage.rawValue)
        }
    }
}
