import FilterLanguage
import MarketData
import MarketTime

/// The line a filter is typed into, with what is understood of it so far.
///
/// What was applied before stays in force elsewhere until Enter; the table shows the last text that could be understood.
package struct FilterLine: Hashable, Sendable {
    /// Longest text, in characters.
    static let lengthMax = 1000
    /// Market seconds of rest after which a text is tried, before the pace of a faster market.
    static let restSeconds = 0.12
    /// Most texts remembered.
    static let historyMax = 50

    /// What is typed.
    private(set) var line = LineText(lengthMax: Self.lengthMax)
    /// What was in force before, for Esc.
    let before: String?
    /// The last text that could be understood, and when it is tried; nil for none yet.
    private(set) var candidate: String?
    /// When the candidate is shown; nil when it is.
    private(set) var dueAt: Instant?
    /// The text that the table shows.
    private(set) var shown: String?
    /// Everything there is to say about the text.
    private(set) var diagnostics: [FilterDiagnostic] = []
    /// Whether Enter was pressed on a text that cannot be meant: what is still missing is then an error too.
    private(set) var isInsisted = false
    /// The place in the history while it is walked through, and what was typed before.
    private var recall: (index: Int, draft: String)?

    package static func == (left: Self, right: Self) -> Bool {
        left.line == right.line && left.before == right.before && left.candidate == right.candidate
            && left.dueAt == right.dueAt && left.shown == right.shown && left.diagnostics == right.diagnostics
            && left.isInsisted == right.isInsisted && left.recall?.index == right.recall?.index
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(line) }

    /// A line that begins with the filter in force.
    init(_ applied: String?) {
        before = applied
        candidate = applied
        shown = applied
        line.set(applied ?? "")
    }

    /// The text.
    var text: String { line.text }

    /// The first error or missing part; nil when the text can be applied.
    var fault: FilterDiagnostic? { diagnostics.first { $0.severity != .warning } }

    // MARK: Typing

    /// Puts typed or pasted text in.
    mutating func insert(_ typed: String, _ scope: FilterScope, now: Instant, pace: Double) {
        line.insert(typed)
        understand(scope, now: now, pace: pace)
    }

    /// Takes an editing key; false when it is none or there was nothing to do.
    mutating func edit(_ action: Action, ghost: String, _ scope: FilterScope, now: Instant, pace: Double) -> Bool {
        let before = line.text
        guard let isDone = line.edit(action, ghost: ghost) else { return false }
        if line.text != before { understand(scope, now: now, pace: pace) }
        return isDone
    }

    /// Puts a word in place of what is typed of it.
    mutating func replace(_ range: Range<Int>, with word: String, _ scope: FilterScope, now: Instant, pace: Double) {
        line.replace(range, with: word)
        understand(scope, now: now, pace: pace)
    }

    /// Goes to an older or a newer text; false when there is none.
    mutating func recall(older: Bool, in history: [String], _ scope: FilterScope, now: Instant, pace: Double) -> Bool {
        let place = recall ?? (history.count, line.text)
        let index = place.index + (older ? -1 : 1)
        guard (0...history.count).contains(index) else { return false }
        line.set(index == history.count ? place.draft : history[index])
        understand(scope, now: now, pace: pace)
        recall = (index, place.draft)
        return true
    }

    /// Enter was pressed, and the text cannot be applied.
    mutating func insist() { isInsisted = true }

    /// Shows the candidate once it has rested; true when that changed something.
    mutating func advance(to now: Instant) -> Bool {
        guard let due = dueAt, now >= due || due.seconds(since: now) > 60 else { return false }
        dueAt = nil
        guard shown != candidate else { return false }
        shown = candidate
        return true
    }

    private mutating func understand(_ scope: FilterScope, now: Instant, pace: Double) {
        isInsisted = false
        recall = nil
        let text = line.text
        let isEmpty = text.utf8.allSatisfy { $0 == 0x20 }
        let compilation = FilterCompiler.compile(text, in: scope)
        diagnostics = isEmpty ? [] : compilation.diagnostics
        guard isEmpty || compilation.program != nil else { return }
        candidate = isEmpty ? nil : text
        dueAt = now.adding(nanoseconds: Int64(Self.restSeconds * pace * 1e9))
    }
}
