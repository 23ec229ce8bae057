import EngineAPI

/// Filters applied, of this run and of earlier ones.
struct FilterHistory: Hashable, Sendable {
    /// Most texts remembered.
    static let textsMax = 50
    /// The key under which they are kept.
    static let key = "history.filter"

    /// Oldest first, each once.
    private(set) var texts: [String] = []
    /// Whether those of earlier runs are among them: before that nothing is kept, or it would be lost.
    private(set) var isRead = false
    /// Whether something has been added since it was kept: asked with every event.
    var isChanged = false

    /// Remembers a text as the newest.
    mutating func add(_ text: String) {
        isChanged = true
        texts.removeAll { $0 == text }
        texts.append(text)
        if texts.count > Self.textsMax { texts.removeFirst(texts.count - Self.textsMax) }
    }

    /// Puts those of earlier runs before those of this one.
    mutating func read(_ kept: String?) {
        guard !isRead else { return }
        isRead = true
        let old = (kept ?? "").split(separator: "\n").suffix(Self.textsMax).map {
            String($0.prefix(FilterLine.lengthMax))
        }
        let new = texts
        texts = []
        for text in old + new where !text.isBlank { add(text) }
    }

    /// As it is kept: a line per text.
    var kept: String { texts.joined(separator: "\n") }
}

/// A search through the filters applied, newest first.
struct FilterSearch: Hashable, Sendable {
    /// What was typed.
    var typed = ""
    /// How many finds are passed over.
    var skipped = 0
    /// The line before the search.
    var draft: String

    /// Letters that are sought, at most.
    static let typedMax = 60

    /// The texts that contain what was typed, newest first; capitals do not matter.
    func finds(in texts: [String]) -> [String] {
        let wanted = typed.lowercased()
        return texts.reversed().filter { wanted.isEmpty || $0.lowercased().contains(wanted) }
    }

    /// Where what was typed stands in a text, in characters.
    func place(in text: String) -> Range<Int>? {
        let (letters, wanted) = (Array(text.lowercased().utf8), Array(typed.lowercased().utf8))
        guard !wanted.isEmpty, letters.count >= wanted.count else { return nil }
        for start in 0...(letters.count - wanted.count)
        where letters[start..<(start + wanted.count)].elementsEqual(wanted) {
            return start..<(start + wanted.count)
        }
        return nil
    }
}

extension DashboardState {
    /// Keeps the filters applied for the next run, once what an earlier run kept has been read.
    mutating func keepFilterHistory() -> [DashboardCommand] {
        guard let kept, filterHistory.isChanged || !filterHistory.isRead else { return [] }
        filterHistory.read(kept[FilterHistory.key])
        filterHistory.isChanged = false
        let text = filterHistory.kept
        guard text != kept[FilterHistory.key] ?? "" else { return [] }
        self.kept?[FilterHistory.key] = text
        return [.keep(FilterHistory.key, text)]
    }
}
