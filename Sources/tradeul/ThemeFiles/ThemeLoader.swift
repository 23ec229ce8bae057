import Dashboard
import TerminalGrid

/// Follows `inherits` from one file to the next and puts them together.
struct ThemeLoader {
    private let shelf: ThemeShelf
    private(set) var problems: [SettingProblem] = []
    /// What is being read, innermost last: a theme that stands here twice inherits itself.
    private var chain: [(name: String, place: Int)] = []

    init(_ shelf: ThemeShelf) { self.shelf = shelf }

    /// A theme with everything it inherits.
    struct Found {
        /// The file over those it inherits from.
        var draft: ThemeDraft
        var sheet: ThemeSheet
        /// The file's own path, for what is wrong with the whole.
        var path: String
        var place: ThemeShelf.Place?
    }

    /// The theme of this name in the places from one on; nil when there is none.
    mutating func load(_ name: String, from first: Int) -> Found? {
        for index in first..<shelf.places.count {
            switch shelf.text(name, in: shelf.places[index]) {
            case nil: continue
            case .failure(let fault): problems.append(fault.problem)
            case .success(let file):
                chain.append((name, index))
                defer { chain.removeLast() }
                guard var found = read(file.text, name: name, path: file.path, place: index) else { continue }
                found.place = shelf.places[index]
                return found
            }
        }
        return nil
    }

    /// The theme in a file anywhere.
    mutating func load(file path: String, name: String, from first: Int) -> Found? {
        switch ThemeFolder.read(path) {
        case nil:
            let place = SettingProblem.Place.wholeFile(path: path)
            problems.append(SettingProblem(severity: .error, place: place, message: "there is no such file"))
            return nil
        case .failure(let fault):
            problems.append(fault.problem)
            return nil
        case .success(let text):
            chain.append((name, -1))
            defer { chain.removeLast() }
            return read(text, name: name, path: path, place: -1)
        }
    }

    /// The result, with what the colours themselves show.
    func finished(_ found: Found) -> ThemeShelf.Loaded {
        var all = problems
        for finding in ThemeCheck.findings(found.sheet) {
            let place = self.place(finding.path, in: found)
            all.append(SettingProblem(severity: .warning, place: place, message: finding.words))
        }
        return ThemeShelf.Loaded(
            sheet: found.sheet,
            summary: found.draft.summary ?? "",
            place: found.place,
            problems: Array(all.prefix(ThemeFile.problemsMax))
        )
    }

    private mutating func read(_ text: String, name: String, path: String, place: Int) -> Found? {
        let reading = ThemeFile.read(text, name: name, path: path)
        problems += reading.problems
        guard let own = reading.draft else { return nil }
        let isRoot = name == ThemeShelf.usual && place == shelf.places.count - 1
        let below = isRoot ? nil : parent(of: own, path: path, place: place)
        let draft = below.map { own.over($0.draft) } ?? own.over(ThemeDraft())
        let base = below?.sheet ?? .ember
        var found = Found(draft: draft, sheet: base, path: path)
        var wrong: [SettingProblem] = []
        found.sheet = draft.sheet(over: base) { key, severity, words in
            // What a parent says wrongly has been told with the parent.
            guard own.says(key) else { return }
            let place = self.place(key, in: found)
            wrong.append(SettingProblem(severity: severity, place: place, message: "\(key): \(words)"))
        }
        problems += wrong
        return found
    }

    private mutating func parent(of own: ThemeDraft, path: String, place: Int) -> Found? {
        let isLight = own.background == .light
        let wanted = own.inherits ?? (isLight ? "ember-light" : ThemeShelf.usual)
        // A file may stand over the theme of its own name in a later place.
        let first = wanted == own.name ? place + 1 : 0
        let isCycle = wanted != own.name && chain.contains { $0.name == wanted }
        if isCycle || chain.count >= ThemeShelf.chainMax {
            let start = chain.firstIndex { $0.name == wanted } ?? 0
            let names = (chain[start...].map(\.name) + [wanted]).joined(separator: " → ")
            report(own, "inherits", "inherits: \(names)", path)
        } else if let found = load(wanted, from: first) {
            return found
        } else {
            let words = shelf.absent(wanted, "inheriting ember").message
            report(own, "inherits", "inherits: \(words)", path)
        }
        var rest = ThemeLoader(shelf)
        return rest.load(ThemeShelf.usual, from: shelf.places.count - 1)
    }

    private mutating func report(_ draft: ThemeDraft, _ key: String, _ words: String, _ path: String) {
        let point = draft.origins[key]?.point ?? TOMLPositions.Point(line: 1, column: 1)
        let place = SettingProblem.Place.file(path: path, line: point.line, column: point.column)
        problems.append(SettingProblem(severity: .error, place: place, message: words))
    }

    /// Where a key was said, in this file or one it inherits from.
    private func place(_ key: String, in found: Found) -> SettingProblem.Place {
        guard let origin = found.draft.origins[key] else { return .wholeFile(path: found.path) }
        return .file(path: origin.path, line: origin.point.line, column: origin.point.column)
    }
}

extension ThemeDraft {
    /// Whether this very file says something about a key.
    func says(_ key: String) -> Bool { origins[key] != nil }
}
