import ArgumentParser

/// `tradeul screenshot`: the demo's screen as a picture, drawn from the same cells as on a terminal.
struct ScreenshotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "screenshot",
        abstract: "Draws the demo's screen as an SVG picture: any size, theme and moment, after any keys.",
        discussion: """
            One list of arguments is one picture, on every machine: nothing of the environment, the clock or the settings
            file enters. The picture is taken at --at; keys are pressed before, pauses count back from there.

            KEYS: characters are typed as they stand; <Enter> <Esc> <Tab> <Up> <C-p> <A-x> <F1> … are keys, <wait 2s> lets
            the market go on, <lt> is the sign < itself.

            EXAMPLES:
              tradeul screenshot --size 160x48 --out screen.svg
              tradeul screenshot --keys 'frvol > 3<Enter>' --at 09:45 --out filter.svg
              tradeul screenshot --text --size 80x24
              tradeul screenshot --all docs/pictures.txt --into docs/pictures [--check]

            \(ExitStatus.helpText)
            """
    )

    @OptionGroup(title: "Picture") var picture: PictureOptions
    @OptionGroup(title: "Market") var market: PictureMarketOptions

    @Option(help: ArgumentHelp("Where it goes; - is standard output.", valueName: "file"))
    var out = "-"

    @Flag(help: "Plain text instead of SVG.")
    var text = false

    @Flag(help: "Draw a window's frame with the title.")
    var frame = false

    @Option(help: ArgumentHelp("What the picture shows, for those who do not see it.", valueName: "text"))
    var title: String?

    @Option(help: ArgumentHelp("Draw every picture of a list.", valueName: "file"))
    var all: String?

    @Option(help: ArgumentHelp("Folder of the pictures of --all.", valueName: "folder"))
    var into: String?

    @Flag(help: "Write nothing; end with 1 when a picture of --all is not what is drawn now.")
    var check = false

    func validate() throws {
        guard (all == nil) == (into == nil) else {
            throw ValidationError("--all and --into belong together: a list, and the folder of its pictures")
        }
        guard !check || all != nil else { throw ValidationError("--check needs --all and --into") }
    }

    func run() throws {
        if let all, let into {
            try drawAll(try PictureFiles.list(all), into: into)
            return
        }
        var spec = try picture.spec()
        try market.apply(to: &spec)
        let picture = try PictureStudio().draw(spec)
        let drawn = text ? picture.text : picture.svg(title: title, hasFrame: frame)
        if out == "-" { Console.block(drawn) } else { try PictureFiles.write(drawn, to: out) }
    }

    private func drawAll(_ specs: [PictureSpec], into folder: String) throws {
        let studio = PictureStudio()
        var stale: [String] = []
        for spec in specs {
            let path = Paths.join(folder, spec.name + ".svg")
            let drawn = try studio.draw(spec).svg(hasFrame: frame)
            if check {
                if let words = PictureFiles.difference(path, from: drawn) { stale.append("\(path) \(words)") }
            } else {
                try PictureFiles.write(drawn, to: path)
            }
        }
        guard !stale.isEmpty else { return }
        for line in stale { Console.error("tradeul: " + line) }
        throw Failure(
            status: .no,
            sentence: "\(stale.count) of \(specs.count) pictures are not what is drawn now: run make pictures, look at "
                + "them, and keep them"
        )
    }
}

/// What a picture looks like.
struct PictureOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Columns and rows, 20x6 to 500x200.", valueName: "WxH"))
    var size = "120x36"

    @Option(help: ArgumentHelp("The theme.", valueName: "name"))
    var theme = PictureTheme.fallback

    @Option(help: ArgumentHelp("Colours of the terminal: 256, 16 or mono.", valueName: "depth"))
    var depth = "256"

    @Flag(help: "Draw with plain ASCII characters only.")
    var ascii = false

    @Option(help: ArgumentHelp("Keys pressed before.", valueName: "script"))
    var keys = ""

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("A setting other than its default, as screen.tape=true.", valueName: "name=value")
    )
    var settings: [String] = []

    func validate() throws { _ = try spec() }

    /// The picture asked for, of the usual market.
    func spec() throws -> PictureSpec {
        func shown(_ text: String) -> String { Console.printable(String(text.prefix(40))) }
        var spec = PictureSpec()
        guard let size = PictureSpec.size(fromText: size) else {
            throw ValidationError("--size \(shown(size)): not a size such as 160x48, from 20x6 to 500x200")
        }
        guard let depth = PictureSpec.depth(fromText: depth) else {
            throw ValidationError("--depth \(shown(depth)): 256, 16 or mono")
        }
        guard PictureTheme(named: theme) != nil else {
            throw ValidationError("--theme \(shown(theme)): there are \(PictureTheme.names.joined(separator: ", "))")
        }
        spec.size = size
        spec.depth = depth
        spec.theme = theme
        spec.isASCII = ascii
        do throws(KeyScript.Fault) {
            spec.keys = try KeyScript(keys)
        } catch {
            throw ValidationError("--keys: \(Console.printable(error.sentence))")
        }
        for text in settings {
            do throws(SettingOverride.Refused) {
                spec.settings += try SettingOverride.assignment(text)
            } catch {
                throw ValidationError("--set \(shown(text)): \(error.sentence)")
            }
        }
        return spec
    }
}

/// Which market a picture shows, and when.
struct PictureMarketOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The market's seed; one seed, one market.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The day; the demo's unless told otherwise.", valueName: "YYYY-MM-DD"))
    var date: String?

    @Option(help: ArgumentHelp("New York time of the picture.", valueName: "HH:MM:SS"))
    var at = PictureSpec.usualTime

    @Option(help: ArgumentHelp("Number of symbols, 1 to 50000.", valueName: "count"))
    var symbols = PictureSpec.symbolsUsual

    func validate() throws {
        var spec = PictureSpec()
        try apply(to: &spec)
    }

    /// Puts the market into a picture.
    func apply(to spec: inout PictureSpec) throws {
        let text = date.map { "\($0)T\(at)" } ?? at
        guard let moment = SimulatorPlan.start(fromText: text) else {
            throw ValidationError(
                "--date and --at: \(Console.printable(String(text.prefix(40)))) is no New York time such as "
                    + "2026-10-06 and 10:31:00"
            )
        }
        guard SimulatorPlan.tickerCounts.contains(symbols) else {
            throw ValidationError("--symbols \(symbols): allowed 1 to 50000")
        }
        spec.seed = seed
        spec.symbols = symbols
        spec.moment = moment
    }
}
