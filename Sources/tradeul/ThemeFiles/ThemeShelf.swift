import Dashboard
import TerminalGrid

/// The themes at hand: files of the trader, of the installation and of a checkout, and those in the program.
///
/// A name is looked for in that order, so that a file of the trader's wins. Reading never fails as a whole: what cannot
/// be used is one problem each, and "ember" stands at the end of every search.
struct ThemeShelf: Sendable {
    /// Where themes come from.
    enum Place: Equatable, Sendable {
        /// A folder of files `NAME.toml`, with a word for it.
        case folder(String, word: String)
        /// The program itself.
        case builtIn

        /// The word for lists: where a theme comes from.
        var word: String {
            switch self {
            case .folder(_, let word): word
            case .builtIn: "built in"
            }
        }
    }

    /// A theme in a list.
    struct Entry: Equatable, Sendable {
        var name: String
        /// Where it comes from.
        var place: Place
        /// One sentence of its file.
        var summary: String
        var background: ThemeSheet.Background
    }

    /// The most files of a folder that are listed.
    static let filesMax = 200
    /// The longest chain of `inherits`.
    static let chainMax = 8
    /// The theme when none is chosen, and what every chain ends in.
    static let usual = "ember"

    /// Places in the order they are searched.
    let places: [Place]

    /// A shelf of places; the program's own themes come last whatever is given.
    init(_ places: [Place]) { self.places = places.filter { $0 != .builtIn } + [.builtIn] }

    /// The shelf of a running program.
    ///
    /// - Parameter executable: Path of the program, for the files installed beside it; nil where it is not known.
    init(_ paths: Paths, executable: String?) {
        var places: [Place] = []
        if let folder = paths.configFolder { places.append(.folder(Paths.join(folder, "themes"), word: "own")) }
        let parts = executable?.split(separator: "/").map(String.init) ?? []
        func folder(_ count: Int) -> String { "/" + parts.prefix(count).joined(separator: "/") }
        if parts.count >= 2 {
            let prefix = parts.count > 2 ? folder(parts.count - 2) : ""
            places.append(.folder(prefix + "/share/tradeul/themes", word: "installed"))
        }
        // A build lies up to four folders below the checkout, whose manifest stands beside the themes.
        for up in 1...4 where parts.count > up {
            let beside = folder(parts.count - up)
            guard parts.count - up > 0, ThemeFolder.exists(beside + "/Package.swift") else { continue }
            places.append(.folder(beside + "/themes", word: "checkout"))
            break
        }
        self.init(places)
    }

    /// Every theme once, by name; of equal names the one that is used.
    func entries() -> [Entry] {
        var seen: Set<String> = []
        var entries: [Entry] = []
        for place in places {
            for name in names(in: place) where seen.insert(name).inserted {
                let sheet = load(name)
                entries.append(
                    Entry(name: name, place: place, summary: sheet.summary, background: sheet.sheet.background)
                )
            }
        }
        return entries.sorted { $0.name < $1.name }
    }

    /// Names of all themes, sorted.
    var names: [String] { Set(places.flatMap(names(in:))).sorted() }

    /// What a load gave.
    struct Loaded: Equatable, Sendable {
        var sheet: ThemeSheet
        /// The file's sentence about itself.
        var summary = ""
        /// Where its file lies; nil when there is none of this name.
        var place: Place?
        /// What was wrong with the file and those it inherits, in their order.
        var problems: [SettingProblem] = []
    }

    /// A theme by its name, with everything that is wrong; "ember" when there is none of this name.
    func load(_ name: String) -> Loaded {
        var loader = ThemeLoader(self)
        guard let found = loader.load(name, from: 0) else {
            return Loaded(sheet: .ember, problems: [absent(name, "ember is used")])
        }
        return loader.finished(found)
    }

    /// A theme in a file anywhere.
    func load(file path: String) -> Loaded {
        var loader = ThemeLoader(self)
        let last = path.split(separator: "/").last.map(String.init) ?? ""
        let name = last.hasSuffix(".toml") ? String(last.dropLast(5)) : last
        guard let found = loader.load(file: path, name: name, from: 0) else {
            return Loaded(sheet: .ember, problems: loader.problems)
        }
        return loader.finished(found)
    }

    /// The theme that a setting means: a name, or `auto` for ember or the theme that is its pair on a light ground.
    func choose(_ setting: String, isLight: Bool?) -> Loaded {
        guard setting == "auto" else { return load(setting) }
        let usual = load(Self.usual)
        guard isLight == true, let pair = usual.sheet.pair, names.contains(pair) else { return usual }
        return load(pair)
    }

    /// What a terminal says about its ground in COLORFGBG (`15;0`): whether it is light; nil when it says nothing.
    static func isLight(colorFGBG text: String?) -> Bool? {
        guard let last = text?.split(separator: ";").last, let index = UInt8(last), index < 16 else { return nil }
        return index == 7 || index > 8
    }

    // MARK: Files

    /// The text of a theme in a place, its path for messages; nil when it is not there.
    func text(_ name: String, in place: Place) -> Result<(text: String, path: String), ThemeFault>? {
        guard ThemeFile.isName(name) else { return nil }
        switch place {
        case .builtIn: return ThemeFolder.builtIn(name).map { .success(($0, "\(name).toml")) }
        case .folder(let folder, _):
            let path = Paths.join(folder, name + ".toml")
            return ThemeFolder.read(path).map { $0.map { ($0, path) } }
        }
    }

    /// A problem: there is no such theme.
    func absent(_ name: String, _ kept: String) -> SettingProblem {
        let shown = JSONText.quoted(String(name.prefix(40)))
        let hint = ThemeWords.near(name, among: names).map { "did you mean \($0)?" } ?? "tradeul themes lists them"
        return SettingProblem(
            severity: .error,
            place: .nowhere,
            message: "there is no theme \(shown); \(hint); \(kept)"
        )
    }

    private func names(in place: Place) -> [String] {
        switch place {
        case .builtIn: ThemeFolder.builtInNames
        case .folder(let folder, _): ThemeFolder.names(in: folder)
        }
    }
}

/// Why a file's text is not at hand.
struct ThemeFault: Error, Equatable {
    let problem: SettingProblem
}
