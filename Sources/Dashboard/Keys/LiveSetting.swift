import EngineAPI

/// A setting that can be changed while the program runs: `:set rvol.mode slot`.
///
/// Names, words and ranges are the settings file's. The table below drives parsing, completion and help.
struct LiveSetting: Sendable {
    /// A value that can be offered, and what it means.
    struct Choice: Hashable, Sendable {
        /// As it is typed.
        var word: String
        /// In a few words.
        var meaning: String
    }

    /// What values it takes.
    enum Values: Sendable {
        /// One of these words.
        case words([Choice])
        /// A whole number; the choices are examples only.
        case number(ClosedRange<Int>, unit: String, examples: [Choice])
        /// One of these words, or others that a sentence describes.
        case open([Choice], allowed: String, pattern: String)
    }

    /// Name, as in the settings file.
    let name: String
    /// What it is, in a line.
    let meaning: String
    /// What it may be.
    let values: Values
    /// Whether the settings file has it under the same name.
    let isInFile: Bool
    private let read: @Sendable (LiveSettings) -> String
    private let write: @Sendable (inout LiveSettings, String) -> Bool

    /// The value in some settings, as it is typed.
    func value(in settings: LiveSettings) -> String { read(settings) }

    /// Sets a value as it was typed, capitals or not; returns whether it is allowed, and changes nothing otherwise.
    func set(_ text: String, in settings: inout LiveSettings) -> Bool { write(&settings, text.lowercased()) }

    /// Whether a value as it was typed is allowed.
    func allows(_ text: String) -> Bool {
        var scratch = LiveSettings()
        return set(text, in: &scratch)
    }

    /// The values to offer.
    var choices: [Choice] {
        switch values {
        case .words(let choices), .number(_, _, let choices), .open(let choices, _, _): choices
        }
    }

    /// What is allowed, for a sentence: `skip or include`, `a whole number from 1 to 60`.
    var allowed: String {
        switch values {
        case .words(let choices):
            let words = choices.map(\.word)
            return words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        case .number(let range, _, _):
            return "a whole number from \(TimeText.count(range.lowerBound)) to \(TimeText.count(range.upperBound))"
        case .open(_, let allowed, _): return allowed
        }
    }

    /// What is allowed, as a pattern: `skip|include`, `1..60`.
    var pattern: String {
        switch values {
        case .words(let choices): choices.map(\.word).joined(separator: "|")
        case .number(let range, _, _): "\(range.lowerBound)..\(range.upperBound)"
        case .open(_, _, let pattern): pattern
        }
    }
}

extension LiveSetting {
    /// The table.
    static let all: [LiveSetting] = [
        choice(
            "rvol.mode",
            "what the volume is divided by",
            \.rvol.mode,
            [
                (.interpolated, "the mean volume up to this second of the day"),
                (.slot, "the mean volume up to the end of the running slot"),
                (.regular, "each slot alone: its volume by its own mean volume"),
            ]
        ) { $0.rawValue },
        number(
            "rvol.lookback_days",
            "past days that make up the mean",
            1...60,
            "days",
            [(5, "a week"), (10, "two weeks"), (20, "a month"), (60, "three months")],
            get: { $0.rvol.lookbackDays },
            set: { $0.rvol.lookbackDays = $1 }
        ),
        choice(
            "rvol.early_closes",
            "whether days that end at 13:00 count",
            \.rvol.includesEarlyCloses,
            [(false, "full days are compared with full days"), (true, "days that end at 13:00 count like any other")]
        ) { $0 ? "include" : "skip" },
        number(
            "rvol.floor",
            "smallest mean divided by, mode interpolated",
            1...1_000_000,
            "shares",
            [(100, "hardly any stock"), (1_000, "thin ones are tamed"), (10_000, "only liquid ones stand out")],
            get: { Int($0.rvol.floorShares.rounded()) },
            set: { $0.rvol.floorShares = Double($1) }
        ),
        choice(
            "tape.aggregate",
            "one line for trades of one price and side within 100 ms",
            \.tapeAggregates,
            [(true, "x7 tells how many there were"), (false, "every trade has a line")],
            isInFile: false
        ) { $0 ? "on" : "off" },
        number(
            "tape.min_size",
            "smallest size on the tape",
            0...1_000_000_000,
            "shares",
            [(0, "every line"), (100, "no odd lots"), (1_000, "larger hands"), (10_000, "blocks only")],
            isInFile: false,
            get: { Int($0.tapeMinSize.rounded()) },
            set: { $0.tapeMinSize = Double($1) }
        ),
        number(
            "tape.min_notional",
            "smallest price times size on the tape",
            0...1_000_000_000,
            "USD",
            [(0, "every line"), (10_000, "no small change"), (200_000, "blocks only")],
            isInFile: false,
            get: { Int($0.tapeMinNotional.rounded()) },
            set: { $0.tapeMinNotional = Double($1) }
        ),
        choice(
            "tape.side",
            "which sides are on the tape",
            \.tapeSide,
            [
                (.all, "every line"), (.ask, "at the ask and above it"), (.bid, "at the bid and below it"),
                (.between, "between bid and ask"),
            ],
            isInFile: false
        ) { $0.rawValue },
        LiveSetting(
            name: "tape.venue",
            meaning: "which venues are on the tape",
            values: .open(
                TapeVenues.words.map { Choice(word: $0.word, meaning: $0.meaning) },
                allowed: "all, lit, dark or a venue's letter",
                pattern: "all|lit|dark|LETTER"
            ),
            isInFile: false,
            read: { $0.tapeVenues.word },
            write: { settings, text in
                guard let venues = TapeVenues(word: text) else { return false }
                settings.tapeVenues = venues
                return true
            }
        ),
        choice(
            "tape.order",
            "how new lines come in",
            \.tapeOrder,
            [(.list, "the newest on top"), (.ring, "the newest overwrites the oldest: for slow links")],
            isInFile: false
        ) { $0.rawValue },
        choice(
            "flash",
            "whether a changed price stands out for a moment",
            \.flashes,
            [(true, "for 0.4 s, with its direction"), (false, "never: for screen readers and slow links")],
            isInFile: false
        ) { $0 ? "on" : "off" },
    ]

    /// The setting of a name, capitals or not.
    static func named(_ name: String) -> LiveSetting? {
        let wanted = name.lowercased()
        return all.first { $0.name == wanted }
    }

    private static func choice<Value: Hashable & Sendable>(
        _ name: String,
        _ meaning: String,
        _ path: any WritableKeyPath<LiveSettings, Value> & Sendable,
        _ values: [(value: Value, meaning: String)],
        isInFile: Bool = true,
        word: @escaping @Sendable (Value) -> String
    ) -> LiveSetting {
        LiveSetting(
            name: name,
            meaning: meaning,
            values: .words(values.map { Choice(word: word($0.value), meaning: $0.meaning) }),
            isInFile: isInFile,
            read: { word($0[keyPath: path]) },
            write: { settings, text in
                guard let hit = values.first(where: { word($0.value) == text }) else { return false }
                settings[keyPath: path] = hit.value
                return true
            }
        )
    }

    private static func number(
        _ name: String,
        _ meaning: String,
        _ range: ClosedRange<Int>,
        _ unit: String,
        _ examples: [(value: Int, meaning: String)],
        isInFile: Bool = true,
        get: @escaping @Sendable (LiveSettings) -> Int,
        set: @escaping @Sendable (inout LiveSettings, Int) -> Void
    ) -> LiveSetting {
        LiveSetting(
            name: name,
            meaning: meaning,
            values: .number(
                range,
                unit: unit,
                examples: examples.map { Choice(word: String($0.value), meaning: $0.meaning) }
            ),
            isInFile: isInFile,
            read: { String(get($0)) },
            write: { settings, text in
                // Digits only: a sign, a point or a unit would be a guess about what was meant.
                guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text),
                    range.contains(value)
                else { return false }
                set(&settings, value)
                return true
            }
        )
    }
}
