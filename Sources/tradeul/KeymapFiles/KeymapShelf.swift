import Dashboard
import MarketData

/// The keymaps at hand: files of the trader, of the installation and of a checkout, and those in the program.
///
/// A name is looked for in that order. Reading never fails as a whole: what cannot be used is one problem each, and the
/// keys of the program itself stand at the end of every search.
struct KeymapShelf: Sendable {
    /// Where keymaps come from.
    enum Place: Equatable, Sendable {
        /// A folder of files `NAME.toml`, with a word for it.
        case folder(String, word: String)
        /// The program itself.
        case builtIn

        /// The word for lists.
        var word: String {
            switch self {
            case .folder(_, let word): word
            case .builtIn: "built in"
            }
        }
    }

    /// The longest chain of `inherits`.
    static let chainMax = 8
    /// The keymap when none is chosen.
    static let usual = "default"

    /// Places in the order they are searched.
    let places: [Place]
    /// The trader's own file, laid over whatever is chosen; nil for none.
    let ownFile: String?

    /// A shelf of places; the program's own keymaps come last whatever is given.
    init(_ places: [Place], ownFile: String?) {
        self.places = places.filter { $0 != .builtIn } + [.builtIn]
        self.ownFile = ownFile
    }

    /// The shelf of a running program.
    ///
    /// - Parameter executable: Path of the program, for the files installed beside it; nil where it is not known.
    init(_ paths: Paths, executable: String?) {
        var places: [Place] = []
        if let folder = paths.configFolder { places.append(.folder(Paths.join(folder, "keymaps"), word: "own")) }
        let parts = executable?.split(separator: "/").map(String.init) ?? []
        func folder(_ count: Int) -> String { "/" + parts.prefix(count).joined(separator: "/") }
        if parts.count >= 2 {
            let prefix = parts.count > 2 ? folder(parts.count - 2) : ""
            places.append(.folder(prefix + "/share/tradeul/keymaps", word: "installed"))
        }
        // A build lies up to four folders below the checkout, whose manifest stands beside the keymaps.
        for up in 1...4 where parts.count - up > 0 {
            let beside = folder(parts.count - up)
            guard ThemeFolder.exists(beside + "/Package.swift") else { continue }
            places.append(.folder(beside + "/keymaps", word: "checkout"))
            break
        }
        self.init(places, ownFile: paths.configFolder.map { Paths.join($0, "keys.toml") })
    }

    /// Every keymap once, by name, with where it comes from.
    func entries() -> [(name: String, place: Place)] {
        var seen: Set<String> = []
        let all = places.flatMap { place in names(in: place).map { (name: $0, place: place) } }
        return all.filter { seen.insert($0.name).inserted }.sorted { $0.name < $1.name }
    }

    /// Names of all keymaps, sorted.
    var names: [String] { entries().map(\.name) }

    /// What a load gave.
    struct Loaded: Equatable, Sendable {
        var keymap: Keymap
        /// Whether there is one of this name.
        var isFound: Bool
        /// What was wrong with the files, those inherited from first.
        var problems: [SettingProblem] = []
    }

    /// A keymap by its name, with the trader's own file on top; the program's own keys when there is none of this name.
    func load(_ name: String, withOwnFile: Bool = true, catalogue: [SettingWords] = []) -> Loaded {
        var chain = Chain()
        let isFound = add(name, to: &chain, depth: 0)
        if !isFound, chain.files.isEmpty, chain.problems.isEmpty { chain.problems.append(absent(name)) }
        if withOwnFile, let ownFile { addFile(ownFile, to: &chain) }
        return finished(chain, name: isFound ? name : Self.usual, isFound: isFound, catalogue)
    }

    /// A keymap in a file anywhere, with what it inherits.
    func load(file path: String, catalogue: [SettingWords] = []) -> Loaded {
        var chain = Chain()
        switch KeymapFolder.read(path) {
        case nil:
            let message = "cannot be read: \(SmallFile.Fault.absent.words); it is left out"
            chain.problems.append(SettingProblem(severity: .error, place: .wholeFile(path: path), message: message))
        case .failure(let fault)?: chain.problems.append(fault.problem)
        case .success(let text)?:
            add(KeymapFile.read(text, origin: path, path: path, isFile: true), path: path, to: &chain, depth: 0)
        }
        let last = path.split(separator: "/").last.map(String.init) ?? path
        let name = last.hasSuffix(".toml") ? String(last.dropLast(5)) : last
        return finished(chain, name: name, isFound: !chain.files.isEmpty, catalogue)
    }

    // MARK: Chains

    private struct Chain {
        /// The files, the one inherited from first.
        var files: [(sheet: KeymapSheet, path: String)] = []
        var startsEmpty = false
        var names: [String] = []
        var problems: [SettingProblem] = []
    }

    /// Adds a keymap and what it inherits; false when there is none of this name.
    private func add(_ name: String, to chain: inout Chain, depth: Int) -> Bool {
        for place in places {
            // The program's own keys need no file, and no time at the start.
            if place == .builtIn, name == Self.usual {
                chain.names.append(name)
                return true
            }
            guard let read = text(name, in: place) else { continue }
            chain.names.append(name)
            switch read {
            case .failure(let fault): chain.problems.append(fault.problem)
            case .success(let (text, path)):
                let isFile = place != .builtIn
                let file = KeymapFile.read(text, origin: isFile ? path : name, path: path, isFile: isFile)
                add(file, path: path, to: &chain, depth: depth)
            }
            return true
        }
        return false
    }

    private func add(_ file: KeymapFile, path: String, to chain: inout Chain, depth: Int) {
        func refuse(_ message: String) {
            let place = SettingProblem.Place.file(
                path: path,
                line: file.inheritsPlace.line,
                column: file.inheritsPlace.column
            )
            chain.problems.append(SettingProblem(severity: .error, place: place, message: message))
        }
        switch file.inherits {
        case "none": chain.startsEmpty = true
        case nil: break
        case let parent? where chain.names.contains(parent):
            refuse("inherits: \((chain.names + [parent]).joined(separator: " → ")); the keys of the program are used")
        case let parent? where depth + 1 >= Self.chainMax:
            refuse("inherits: more than \(Self.chainMax) keymaps in a row, \"\(parent.prefix(40))\" is left out")
        case let parent?:
            if !add(parent, to: &chain, depth: depth + 1) {
                let near = NearestName.of(parent, among: names + ["none"]).map { "did you mean \($0)?" }
                let hint = near ?? "tradeul keymaps lists them"
                refuse(
                    "inherits: there is no keymap \"\(parent.prefix(40))\"; \(hint); the keys of the program are used"
                )
            }
        }
        chain.problems += file.problems
        chain.files.append((file.sheet, path))
    }

    /// Adds the trader's own file, which is laid over the keymap chosen whatever it inherits itself.
    private func addFile(_ path: String, to chain: inout Chain) {
        switch KeymapFolder.read(path) {
        case nil: return
        case .failure(let fault)?: chain.problems.append(fault.problem)
        case .success(let text)?:
            let file = KeymapFile.read(text, origin: path, path: path, isFile: true)
            if let parent = file.inherits, parent != chain.names.first {
                // The file's own wish counts where the settings have none: their choice is the usual keymap.
                if chain.names.first == Self.usual || chain.names.isEmpty {
                    chain = Chain(problems: chain.problems)
                    add(file, path: path, to: &chain, depth: 0)
                    return
                }
                let place = SettingProblem.Place.file(
                    path: path,
                    line: file.inheritsPlace.line,
                    column: file.inheritsPlace.column
                )
                let message = "inherits \"\(parent.prefix(40))\" is left out: screen.keymap names another keymap"
                chain.problems.append(SettingProblem(severity: .warning, place: place, message: message))
            }
            chain.problems += file.problems
            chain.files.append((file.sheet, path))
        }
    }

    private func finished(_ chain: Chain, name: String, isFound: Bool, _ catalogue: [SettingWords]) -> Loaded {
        let made = Keymap.make(
            chain.files.map(\.sheet),
            name: name,
            startsEmpty: chain.startsEmpty,
            catalogue: catalogue
        )
        let paths = Dictionary(chain.files.map { ($0.sheet.origin, $0.path) }) { first, _ in first }
        var problems = chain.problems
        problems += made.problems.map { problem in
            SettingProblem(
                severity: problem.isError ? .error : .warning,
                place: .file(
                    path: paths[problem.origin] ?? problem.origin,
                    line: problem.place.line,
                    column: problem.place.column
                ),
                message: problem.text
            )
        }
        let more = problems.count - KeymapFile.problemsMax
        if more > 0 {
            problems.removeLast(more)
            let message = "\(more) more problems are not listed"
            problems.append(SettingProblem(severity: .warning, place: .nowhere, message: message))
        }
        return Loaded(keymap: made.keymap, isFound: isFound, problems: problems)
    }

    private func absent(_ name: String) -> SettingProblem {
        let shown = JSONText.quoted(String(name.prefix(40)))
        let hint = NearestName.of(name, among: names).map { "did you mean \($0)?" } ?? "tradeul keymaps lists them"
        return SettingProblem(
            severity: .error,
            place: .nowhere,
            message: "there is no keymap \(shown); \(hint); the keys of the program are used"
        )
    }

    // MARK: Files

    private func text(_ name: String, in place: Place) -> Result<(text: String, path: String), ThemeFault>? {
        guard ThemeFile.isName(name) else { return nil }
        switch place {
        case .builtIn: return KeymapFolder.builtIn(name).map { .success(($0, "\(name).toml")) }
        case .folder(let folder, _):
            let path = Paths.join(folder, name + ".toml")
            return KeymapFolder.read(path).map { $0.map { ($0, path) } }
        }
    }

    private func names(in place: Place) -> [String] {
        switch place {
        case .builtIn: KeymapFolder.builtInNames
        case .folder(let folder, _): ThemeFolder.names(in: folder)
        }
    }
}
