import EngineAPI
import MarketData
import TerminalGrid

/// Everything by name: what is typed, what fits it, and the highlighted entry.
package struct PaletteState: Hashable, Sendable {
    /// Longest search, in characters.
    static let typedMax = 60
    /// Most entries remembered as used.
    static let recentMax = 20

    /// What is typed.
    package internal(set) var typed = ""
    /// The highlighted entry, a place in what fits.
    package internal(set) var index = 0
    /// Everything there is, as it was when the palette was opened.
    let entries: [PaletteEntry]
    /// What fits what is typed, best first: places in `entries`.
    private(set) var matches: [Int] = []
    /// Entries used lately come first among equals.
    private let recent: [String]

    /// A palette of entries; those used lately come first.
    init(_ entries: [PaletteEntry], recent: [String]) {
        self.entries = entries
        self.recent = recent
        search()
    }

    /// The highlighted entry.
    var chosen: PaletteEntry? { matches.indices.contains(index) ? entries[matches[index]] : nil }

    /// Searches for something else.
    mutating func type(_ text: String) {
        typed = text
        index = 0
        search()
    }

    /// Moves the highlight.
    mutating func move(to place: Int) { index = max(0, min(place, matches.count - 1)) }

    private mutating func search() {
        let words = FuzzyMatch.words(typed)
        var found: [(place: Int, score: Int)] = []
        found.reserveCapacity(entries.count)
        for (place, entry) in entries.enumerated() {
            guard var score = FuzzyMatch.score(words, entry.folded, titleCount: entry.titleCount) else { continue }
            if let rank = recent.firstIndex(of: entry.form) { score += words.isEmpty ? 100 - rank : 6 }
            if !words.isEmpty, entry.form.dropFirst() == typed { score += 200 }
            found.append((place, score))
        }
        found.sort { $0.score == $1.score ? $0.place < $1.place : $0.score > $1.score }
        matches = found.map(\.place)
    }
}

extension DashboardState {
    /// Opens the palette.
    mutating func openPalette() {
        layer = .palette(PaletteState(paletteEntries, recent: paletteRecent))
    }

    /// Takes a key of the palette.
    mutating func perform(_ action: Action, on palette: PaletteState) -> [DashboardCommand] {
        var palette = palette
        let page = max(1, PaletteView.rowsShown(self))
        switch action {
        case .down: palette.move(to: palette.index + 1)
        case .up: palette.move(to: palette.index - 1)
        case .pageDown: palette.move(to: palette.index + page)
        case .pageUp: palette.move(to: palette.index - page)
        case .erase:
            guard !palette.typed.isEmpty else {
                layer = .table
                return []
            }
            palette.type(String(palette.typed.dropLast()))
        case .eraseAll: palette.type("")
        case .close:
            layer = .table
            return []
        case .complete:
            guard let entry = palette.chosen else { return [.bell] }
            layer = .command(CommandLineState(commandScope, text: entry.line))
            return []
        case .runEntry: return run(palette)
        default: return []
        }
        layer = .palette(palette)
        return []
    }

    /// Takes a letter typed into the palette.
    mutating func type(_ scalar: Unicode.Scalar, into palette: PaletteState) -> [DashboardCommand] {
        var palette = palette
        guard palette.typed.unicodeScalars.count < PaletteState.typedMax, scalar.value >= 0x20 else { return [.bell] }
        palette.type(palette.typed + String(scalar))
        layer = .palette(palette)
        return []
    }

    private mutating func run(_ palette: PaletteState) -> [DashboardCommand] {
        guard let entry = palette.chosen else { return [.bell] }
        if case .action(let action) = entry.target, let reason = action.reason(byName: self) {
            say(reason)
            return [.bell]
        }
        paletteRecent.removeAll { $0 == entry.form }
        paletteRecent.insert(entry.form, at: 0)
        if paletteRecent.count > PaletteState.recentMax { paletteRecent.removeLast() }
        switch entry.target {
        case .action(let action): return perform(byName: action)
        case .line(let line): return run([.line(line)])
        case .put(let text):
            layer = .command(CommandLineState(commandScope, text: text))
            return []
        }
    }
}
