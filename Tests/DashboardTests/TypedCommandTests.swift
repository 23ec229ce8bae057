import EngineAPI
import MarketData
import Testing

@testable import Dashboard

/// What lines behind the colon mean, and what is said about those that mean nothing.
@Suite struct TypedCommandTests {
    private static let scope = CommandScope(
        catalogue: [SettingWords(name: "screen.fps", value: "10", allowed: "1 to 60", meaning: "frames")],
        lists: [.init(word: "gap-up", meaning: "gaps")],
        layouts: ["day"]
    )

    private static let names = [
        "rvol.mode", "rvol.lookback_days", "rvol.early_closes", "rvol.floor", "tape.aggregate", "tape.min_size",
        "tape.min_notional", "tape.side", "tape.venue", "tape.order", "flash",
    ]

    @Test(arguments: [
        ("set rvol.mode slot", "rvol.mode slot"), ("set rvol.mode=slot", "rvol.mode slot"),
        ("set rvol.mode = slot", "rvol.mode slot"), ("  SET   Rvol.Mode  SLOT  ", "rvol.mode SLOT"),
        (":set rvol.mode regular", "rvol.mode regular"), (":::set rvol.lookback_days 60", "rvol.lookback_days 60"),
        ("set rvol.lookback_days 1", "rvol.lookback_days 1"), ("set rvol.lookback_days 007", "rvol.lookback_days 007"),
        ("set rvol.floor 1000000", "rvol.floor 1000000"), ("set rvol.early_closes skip", "rvol.early_closes skip"),
        ("set rvol.mode", "rvol.mode?"), ("set rvol.mode?", "rvol.mode?"), ("set rvol.mode ?", "rvol.mode?"),
        ("set rvol.mode =", "rvol.mode?"), ("q", "quit"), ("quit", "quit"), ("Q!", "quit"), (" :exit ", "quit"),
        ("help", "help"), ("h", "help"), ("tape", "tape"), ("TS", "tape"), ("tape all", "tape all"), ("stats", "stats"),
        ("set tape.min_size 500", "tape.min_size 500"), ("set flash off", "flash off"), ("", "nothing"),
        ("   ", "nothing"), (":", "nothing"), ("list gap-up", "list gap-up"), ("l", "list -"),
        ("filter  chg% > 5 and rvol=3", "filter chg% > 5 and rvol=3"), ("filter", "filter -"),
        ("cols price,chg% rv", "cols price chg% rvol"), ("cols", "cols "), ("sort rvol", "sort rvol true"),
        ("sort chg%+", "sort chg% false"), ("save runners", "save runners"), ("at 09:45", "at 35100"),
        ("at 9:45:30", "at 35130"), ("why", "why -"), ("why aapl", "why aapl"), ("zoom", "action zoom"),
        ("half-down", "action half-down"), ("edit-filter", "action edit-filter"), ("keys", "keys"),
        ("AAPL", "jump AAPL"), ("BRK.B", "jump BRK.B"), ("aapl", "jump AAPL"), ("TOP", "jump TOP"),
        ("top", "action top"),
        ("jump f", "jump f"), ("j TSLA", "jump TSLA"), ("layout", "layout "), ("layout save day", "layout save day"),
        ("theme ember-light", "theme ember-light"), ("column add gap%", "column add gap%"),
        ("col remove vol", "column remove vol"), ("set screen.fps 20", "tell screen.fps 20"),
        ("set SCREEN.FPS", "tell screen.fps -"), ("set screen.fps ?", "tell screen.fps -"),
    ])
    func linesAreUnderstood(line: String, meaning: String) throws {
        let found: String =
            switch try TypedCommand.parse(line, Self.scope) {
            case .action(let action): "action \(action.name)"
            case .jump(let symbol): "jump \(symbol.text)"
            case .layout(let words): "layout " + words.joined(separator: " ")
            case .theme(let name): "theme \(name)"
            case .keys: "keys"
            case .column(let id, let isAdded): "column \(isAdded ? "add" : "remove") \(id.rawValue)"
            case .tell(let setting, let wanted): "tell \(setting.name) \(wanted ?? "-")"
            case .set(let setting, let value): "\(setting.name) \(value)"
            case .show(let setting): "\(setting.name)?"
            case .help: "help"
            case .tape(let isMerged): isMerged ? "tape all" : "tape"
            case .stats: "stats"
            case .quit: "quit"
            case .list(let name): "list \(name ?? "-")"
            case .filter(let text): "filter \(text ?? "-")"
            case .columns(let ids): "cols " + ids.map(\.rawValue).joined(separator: " ")
            case .sort(let key): "sort \(key.column.rawValue) \(key.descending)"
            case .save(let name): "save \(name)"
            case .recall(let second): "at \(second)"
            case .why(let symbol): "why \(symbol?.text ?? "-")"
            case nil: "nothing"
            }
        #expect(found == meaning)
    }

    @Test(arguments: [
        ("st rvol.mode slot", "no command \"st\"; did you mean set?", 0..<2),
        ("rvol.mode slot", "did you mean set rvol.mode?", 0..<9),
        ("frobnicate", "there are set, tape, stats, list, filter, sort, cols, save, at, why, column, layout", 0..<10),
        ("zoom out", "zoom takes nothing: \"out\" is too much", 5..<8),
        ("zom", "did you mean zoom?", 0..<3), ("layout a b c", "layout takes at most two words", 11..<12),
        ("theme", "take which theme?", 5..<5), ("theme a b", "theme takes one word", 8..<9),
        ("jump", "go to which ticker?", 4..<4), ("jump é", "that is no symbol", 5..<6),
        ("column", "column add NAME, or column remove NAME", 6..<6), ("column ad rvol", "did you mean add?", 7..<9),
        ("column add", "which column?", 10..<10), ("column add nonsens", "", 11..<18),
        ("set screen.fsp 5", "did you mean screen.fps?", 4..<14), ("set fps 5", "did you mean screen.fps?", 4..<7),
        (
            "set",
            "set which setting? rvol.mode, rvol.lookback_days, rvol.early_closes, rvol.floor, tape.aggregate, tape.min_size",
            3..<3
        ),
        ("set rvol.mod slot", "no setting \"rvol.mod\" to change here; did you mean rvol.mode?", 4..<12),
        ("set mode slot", "did you mean rvol.mode?", 4..<8),
        ("set lookback_days 5", "did you mean rvol.lookback_days?", 4..<17),
        ("set rvol.lookbak_dasy 5", "did you mean rvol.lookback_days?", 4..<21),
        ("set feed.host x", "all others stand in the settings file", 4..<13),
        ("set ?", "set which setting? rvol.mode", 4..<5),
        (
            "set rvol.mode slto", "rvol.mode takes interpolated, slot or regular, not \"slto\"; did you mean slot?",
            14..<18
        ),
        ("set rvol.mode 5", "takes interpolated, slot or regular, not \"5\"", 14..<15),
        ("set rvol.early_closes yes", "takes skip or include, not \"yes\"", 22..<25),
        ("set rvol.lookback_days 0", "takes a whole number from 1 to 60, not \"0\"", 23..<24),
        ("set rvol.lookback_days 61", "takes a whole number from 1 to 60, not \"61\"", 23..<25),
        ("set rvol.lookback_days -5", "not \"-5\"", 23..<25), ("set rvol.lookback_days +5", "not \"+5\"", 23..<25),
        ("set rvol.lookback_days 5.0", "not \"5.0\"", 23..<26), ("set rvol.lookback_days 5d", "not \"5d\"", 23..<25),
        ("set rvol.floor 0", "from 1 to 1,000,000", 15..<16),
        ("set rvol.floor 99999999999999999999999", "from 1 to 1,000,000, not \"99999999999999999999999\"", 15..<38),
        ("set rvol.floor 100000000000000000000000000", "not \"10000000000000000000000…\"", 15..<42),
        ("set rvol.floor nan", "not \"nan\"", 15..<18), ("set rvol.floor 1e3", "not \"1e3\"", 15..<18),
        ("set rvol.mode slot now", "rvol.mode takes one value: \"now\" is too much", 19..<22),
        ("set rvol.mode ? slot", "nothing may follow the question mark", 16..<20),
        ("set rvol.mode? slot", "nothing may follow the question mark", 15..<19),
        ("tape now", "tape takes nothing, or all: \"now\" is too much", 5..<8),
        ("q now", "q takes nothing: \"now\" is too much", 2..<5), ("=slot", "no command \"=slot\"", 0..<5),
        (";rm -rf /", "no command \";rm\"", 0..<3),
    ])
    func mistakesAreNamedWithTheirPlaceAndAWayOut(line: String, words: String, range: Range<Int>) {
        let error = #expect(throws: CommandError.self) { try TypedCommand.parse(line, Self.scope) }
        #expect(error?.text.contains(words) == true, "\(error?.text ?? "no error")")
        #expect(error?.range == range)
    }

    @Test func everySettingTakesWhatItOffersAndNothingElse() {
        for setting in LiveSetting.all {
            for choice in setting.choices {
                var settings = LiveSettings()
                #expect(setting.set(choice.word, in: &settings), "\(setting.name) \(choice.word)")
                #expect(setting.value(in: settings) == choice.word)
                #expect(!choice.meaning.isEmpty)
            }
            for wrong in ["", " ", "-1", "slo t", "٣", "５", "1_000", "1,000", String(repeating: "9", count: 100)] {
                var settings = LiveSettings()
                #expect(!setting.set(wrong, in: &settings), "\(setting.name) \(wrong)")
                #expect(settings == LiveSettings())
            }
            #expect(setting.allows(setting.value(in: LiveSettings())), "the default is allowed")
        }
        #expect(LiveSetting.all.map(\.name) == Self.names)
        #expect(LiveSetting.named("rvol.mode")?.choices.map(\.word) == RVOLSettings.Mode.allCases.map(\.rawValue))
    }

    @Test(arguments: [
        ("", 0, CommandVerb.all.map(\.name)), ("se", 2, ["set", "session-start", "session-end"]),
        ("zoo", 3, ["zoom", "zoom-in", "zoom-out"]),
        ("xq", 2, []), ("layout ", 7, ["save", "delete", "reset"]), ("column ", 7, ["add", "remove"]),
        ("column add ga", 13, ["gap%", "gap", "gap.atr"]),
        (":list-9", 7, ["list-9"]),
        ("set ", 4, names),
        ("set rvol.l", 10, ["rvol.lookback_days"]), ("set mod", 7, ["rvol.mode"]), ("SET RVOL.M", 10, ["rvol.mode"]),
        ("set rvol.mode ", 14, ["interpolated", "slot", "regular"]), ("set rvol.mode=r", 15, ["regular"]),
        ("set rvol.mode slot ", 19, []), ("q ", 2, []), ("tape ", 5, ["all"]), ("set rvol.nope ", 14, []),
        ("set rvol.early_closes ", 22, ["skip", "include"]), ("set rvol.lookback_days 6", 24, ["60"]),
        // The word at the cursor counts, not what follows it.
        ("set rvol.mode slot", 3, ["set"]),
    ])
    func whatIsOfferedFitsThePlace(line: String, cursor: Int, words: [String]) {
        #expect(CommandCompletion(line: line, cursor: cursor).candidates.map(\.word) == words)
    }

    @Test(arguments: [
        ("slto", "slot"), ("Interpolatd", "interpolated"), ("reg", nil), ("", nil), ("zzzz", nil),
        (String(repeating: "slot", count: 10_000), nil),
    ])
    func onlyNearNamesAreSuggested(text: String, name: String?) {
        #expect(NearestName.of(text, among: ["interpolated", "slot", "regular"]) == name)
    }
}
